"""Bad files and options: one clear line, exit code 2, nothing half-written."""

from __future__ import annotations

import shlex

import pytest
from typer.testing import CliRunner

from conftest import cases
from netralitas_nlp.cli import app


@pytest.mark.parametrize("case", cases("bad_inputs"), ids=lambda c: c["id"])
def test_bad_input(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    if case["file"]:
        content = case["content"]
        raw = bytes.fromhex(content[4:]) if content.startswith("hex:") else content.encode()
        (tmp_path / case["file"]).write_bytes(raw)
    before = {p.name for p in tmp_path.iterdir()}
    args = shlex.split(case["args"].format(f=case["file"]))
    said, lines = {}, {}
    for language in ("id", "en"):
        done = CliRunner().invoke(app, [*args, "--lang", language])
        said[language] = " ".join(done.output.split())
        lines[language] = [n for n in done.output.splitlines() if n.startswith("netralitas:")]
        assert done.exit_code == 2, said
        assert "Traceback" not in said[language]
    for word in case["words"].split("|"):
        assert word in said["en"] or word in said["id"], said
    # One line in either language, and not the same one.
    assert len(lines["id"]) == len(lines["en"]) <= 1
    assert not lines["id"] or lines["id"] != lines["en"]
    left = {p.name for p in tmp_path.iterdir()} - before - {"data_report.csv"}
    assert not left, "nothing half-written is left"
