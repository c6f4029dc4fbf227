"""What is told about labelled rows before anything is fitted."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from netralitas_nlp.base.errors import DataError
from netralitas_nlp.tables.captions import read_rows
from netralitas_nlp.tables.labelled import KINDS, inspect

GOOD = [
    ("Ayo menangkan paslon kita besok pagi", "partisan"),
    ("Jalan di depan kantor kelurahan macet lagi", "neutral"),
]


def table(tmp_path, rows, header="text,label,category,group,id"):
    path = tmp_path / "kantor.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows([*GOOD, *rows])
    return read_rows(path)


@pytest.mark.parametrize(
    ("kind", "row", "words"),
    [
        ("blank_text", ("  ", "netral"), ["kosong"]),
        ("unknown_label", ("halo", "partizan"), ["'partizan'", "'partisan'", "--labels"]),
        ("unknown_label", ("halo", "xyz"), ["'xyz' (1 baris) tidak dikenal. Pakai partisan atau neutral"]),
        ("unknown_category", ("halo", "netral", "beritaa"), ["'beritaa'", "'berita'"]),
        ("wrong_category", ("halo", "netral", "ajakan"), ["'ajakan'", "berita, edukasi"]),
        ("two_labels", ("AYO menangkan  paslon kita besok pagi", "netral"), ["baris 4"]),
        ("unlabelled", ("halo", ""), ["tidak dipakai"]),
        ("unsure", ("halo", "ragu"), ["tidak dipakai"]),
        ("duplicate", ("ayo menangkan paslon kita besok pagi", "ya"), ["kantor.csv, baris 2"]),
        ("near_duplicate", ("Ayo menangkan paslon kita besok pagii", "1"), ["baris 2", "satu grup"]),
        ("near_two_labels", ("Ayo menangkan paslon kita besok pagii", "0"), ["baris 2", "lain"]),
        ("encoding", ("kopi Ã©nak bangÃ©t", "0"), ["UTF-8"]),
        ("encoding", ("kopi \ufffdnak", "0"), ["UTF-8"]),
        ("long_text", ("kata " * 1500, "0"), ["7500"]),
    ],
)  # fmt: skip
def test_rows(tmp_path, kind, row, words):
    looked = inspect(table(tmp_path, [row]))
    found = [p for p in looked.problems if p.kind == kind]
    assert len(found) == 1
    assert found[0].where == ("kantor.csv:line 2" if kind == "two_labels" else "kantor.csv:line 4")
    assert found[0].level == KINDS[kind]
    assert all(w in found[0].message for w in words), found[0].message
    left_out = kind in ("blank_text", "unknown_label", "unlabelled", "unsure")
    assert len(looked.frame) == (2 if left_out else 3)


def test_the_table_as_a_whole(tmp_path):
    one = inspect(table(tmp_path, [])).problems
    assert {p.kind for p in one} == {"few_rows"}
    assert all(p.where == "" for p in one)
    none = inspect(table(tmp_path, []).assign(label="neutral"))
    assert [(p.kind, p.level) for p in none.errors] == [("label_missing", "error")]
    grouped = table(tmp_path, [])
    assert inspect(grouped.assign(group="x")).errors[0].kind == "one_group"
    many = pd.concat([grouped.assign(group="x")] * 5 + [grouped.assign(group="y")])
    assert "large_group" in {p.kind for p in inspect(many).warnings}


def test_ids(tmp_path):
    rows = [("satu teks", "0", "", "", "a1"), ("teks kedua", "0", "", "", "a1")]
    (problem,) = [p for p in inspect(table(tmp_path, rows)).problems if p.kind == "repeated_id"]
    assert problem.where == "kantor.csv:line 5"
    assert "kantor.csv, baris 4" in problem.message


def test_errors_stop_and_come_first(tmp_path):
    looked = inspect(table(tmp_path, [("halo", ""), ("", "ya"), ("halo", "?x")]), "en")
    levels = [p.level for p in looked.problems]
    assert levels == sorted(levels)
    with pytest.raises(DataError, match=r"kantor.csv, line 5: the text is blank.* \(and 1 more\)"):
        looked.require()
    assert {p.kind for p in looked.errors} == {"blank_text", "unknown_label"}


def test_saved_report(tmp_path):
    looked = inspect(table(tmp_path, [("=HYPERLINK(1)", "ragu"), ("=HYPERLINK(1)", "zzz")]))
    path = looked.save(tmp_path / "report.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(looked.problems)
    assert list(rows[0]) == ["level", "kind", "where", "message", "text"]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


def test_our_own_corpus_has_no_errors(corpus):
    assert inspect(corpus).errors == ()
