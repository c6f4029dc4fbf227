"""Tables as people save them, one row of tests/cases/tables_kinds.csv for each kind.

``content`` stands with the escapes of Python, ``texts`` as JSON; ``!`` begins words of an error.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import re
import zipfile

import openpyxl
import pytest

from conftest import cases
from netralitas_nlp.base.catalogue import Message
from netralitas_nlp.base.errors import DataError
from netralitas_nlp.tables.reading import open_rows, read_lines
from netralitas_nlp.tables.rows import Row, text_cell


def read(path, wanted, **options):
    """The texts of a table, the rows put aside, and what was guessed."""
    rows = open_rows(path, wanted=[wanted], **options)
    place = rows.column(wanted)
    texts, aside = [], 0
    for item in rows.items():
        said = text_cell(item.cells[place]) if isinstance(item, Row) else item.reason
        if isinstance(said, Message):
            aside += 1
        else:
            texts.append(said)
    return texts, aside, rows.understood("en")


@pytest.mark.parametrize("row", cases("tables_kinds"), ids=lambda row: row["id"])
def test_kinds(tmp_path, row):
    path = tmp_path / row["name"]
    content = row["content"].encode("ascii").decode("unicode_escape")
    path.write_bytes(content.encode(row["encoding"]))
    options = json.loads(row["options"] or "{}")
    if row["texts"].startswith("!"):
        with pytest.raises(DataError, match=re.escape(row["texts"][1:])) as caught:
            read(path, row["wanted"], **options)
        assert row["name"] in str(caught.value)
        return
    texts, aside, said = read(path, row["wanted"], **options)
    assert texts == json.loads(row["texts"])
    assert (str(aside), said) == (row["aside"], row["said"])


def saved(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_form_export(tmp_path):
    """A title over merged cells, a summary sheet first, rows without a text, dates."""
    when = dt.datetime(2023, 5, 2)
    rows = [["Formulir pengaduan"], [None], ["Waktu", "Teks", "Foto"], [when, "ronda", "a.jpg"],
            [None, None, "b.jpg"], [dt.datetime(2023, 5, 3, 7, 30), 2024, None]]  # fmt: skip
    path = saved(tmp_path / "a.xlsx", {"Rekap": [["Bulan", "Jumlah"], ["Mei", 2]], "Isian": rows})
    assert read(path, "teks") == (
        ["ronda", "", "2024"], 0, "sheet 'Isian', sheets not read: Rekap, header in line 3",
    )  # fmt: skip
    (first, *_) = open_rows(path, wanted=["teks"])
    assert (first.where, first.cells) == ("a.xlsx:Isian:row 4", [when, "ronda", "a.jpg"])
    assert read(path, "bulan", sheet="rekap")[0] == ["Mei"]
    with pytest.raises(DataError, match=r"sheet 'Rekap', has no column 'isi'.*--sheet \(Rekap, Is"):
        read(path, "isi")


def changed(path, change):
    """A workbook whose first sheet is changed as text."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                data = change(data.decode()).encode()
            new.writestr(member.filename, data)
    path.write_bytes(out.getvalue())
    return path


def test_a_sheet_that_lies_about_its_size(tmp_path):
    path = saved(tmp_path / "a.xlsx", {"a": [["teks"], *([f"ronda {i}"] for i in range(10))]})
    changed(path, lambda sheet: re.sub(r'dimension ref="[^"]*"', 'dimension ref="A1:A3"', sheet))
    assert len(read(path, "teks")[0]) == 10


def test_rows_far_down_cost_nothing(tmp_path):
    path = saved(tmp_path / "a.xlsx", {"a": [["teks"], ["ronda"]]})
    changed(path, lambda s: s.replace('row r="2"', 'row r="900000000"').replace("A2", "A900000000"))
    assert read(path, "teks")[0] == ["ronda"]


def test_formulas_without_a_result_are_named(tmp_path):
    path = saved(tmp_path / "a.xlsx", {"a": [["teks", "n"], ["ronda", "=1+1"], ['="a"&"b"', 3]]})
    texts, aside, _ = read(path, "teks")
    assert (texts, aside) == (["ronda"], 1)
    rows = list(open_rows(path, wanted=["teks"]))
    assert rows[0].cells[1] == "=1+1"
    assert str(text_cell(rows[1].cells[0])).startswith("a formula whose result is not stored (=")


def test_lines_of_standard_input():
    told = []

    def lines(data):
        return list(read_lines(io.BytesIO(data), told.append, "en"))

    assert lines(b"\xef\xbb\xbfronda\r\narisan\n\nakhir") == ["ronda", "arisan", "", "akhir"]
    assert lines("ronda ✌\narisan\n".encode("utf-16")) == ["ronda ✌", "arisan"]
    assert lines(b"ronda\rarisan\r") == ["ronda", "arisan"]
    assert lines(b"") == []
    assert lines(b"[Info] jadwal ronda\n{ronda}\n") == ["[Info] jadwal ronda", "{ronda}"]
    assert told == []
    assert lines(b"ronda\nrusak \xff\narisan\n") == ["ronda", "arisan"]
    assert told == ["netralitas: line 2 of standard input is not UTF-8; passed over"]
    for data in (b'[\n {"teks": "a"}\n]', b'{"teks": "a"}\n', b"PK\x03\x04", gzip.compress(b"a,b")):
        with pytest.raises(DataError, match="netralitas classify - -o"):
            lines(data)
