"""No cell that we add or carry over is run by a spreadsheet."""

from __future__ import annotations

import csv

import pytest

from netralitas_nlp import Classifier
from netralitas_nlp.base.result import Classification, Evidence
from netralitas_nlp.tables.classify_table import classify_table
from netralitas_nlp.tables.writers import Style

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x")',
    "=cmd|' /C'!A0",
]


@pytest.mark.parametrize("suffix", ["csv", "tsv"])
@pytest.mark.parametrize("formula", FORMULAS)
def test_no_added_cell_is_a_formula(formula, suffix, tmp_path, monkeypatch):
    evidence = (Evidence(0, len(formula), formula, "word", 3.0),)

    def classify_many(self, texts):
        for text in texts:
            yield Classification(
                text, "partisan", 0.9, "ajakan", "model", (0.2, 0.8), lambda _: (), [evidence]
            )

    monkeypatch.setattr(Classifier, "classify_many", classify_many)
    source, target = tmp_path / "in.csv", tmp_path / f"out.{suffix}"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text"], [f"{formula} coblos"]])
    columns = ("reasons", "sentence", "verdict")
    classify_table(source, target, Classifier(model=None), columns=columns)
    with target.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file, delimiter="\t" if suffix == "tsv" else ","))
    assert row["text"] == f"{formula} coblos"  # the user's own cell stays as it was
    for column in columns:
        assert not row[column].startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("leave", [False, True])
@pytest.mark.parametrize("formula", FORMULAS)
def test_no_copied_cell_becomes_a_formula(formula, leave, tmp_path):
    import json

    source, target = tmp_path / "in.jsonl", tmp_path / "out.csv"
    row = {"text": f"{formula} coblos", formula: formula, "n": -5, "s": "-1,5", "t": "+62 812-3456"}
    source.write_text(json.dumps(row))
    style = Style(leave_formulas=leave)
    classify_table(source, target, Classifier(model=None), columns=["verdict"], style=style)
    with target.open(encoding="utf-8", newline="") as file:
        header, cells = csv.reader(file)
    guard = "" if leave else "'"
    name = formula if formula in ("+1", "-1") else f"{guard}{formula}"  # numbers are numbers
    assert (header[1], cells[0]) == (name, f"{guard}{formula} coblos")
    assert cells[2:5] == ["-5", "-1,5", "+62 812-3456"]
