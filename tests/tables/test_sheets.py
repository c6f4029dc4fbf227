"""Tables of every format offices save, read into the same rows."""

from __future__ import annotations

import json

import openpyxl
import pandas as pd
import pytest

from netralitas_nlp.base.errors import ArgumentError, DataError
from netralitas_nlp.tables.captions import read_captions, read_rows
from netralitas_nlp.tables.sheets import SUFFIXES, read_table

ROWS = [
    {"text": "coblos nomor 2, ya", "label": "partisan"},
    {"text": 'kata "ibu": café\nbaris dua', "label": "neutral"},
    {"text": "harga; cabai\tnaik 🌶", "label": "neutral"},
]


def delimited(delimiter, encoding, end="\n"):
    quoted = [
        delimiter.join('"' + row[c].replace('"', '""') + '"' for c in ("text", "label"))
        for row in ROWS
    ]
    text = end.join([f"text{delimiter}label", *quoted]) + end
    return text.encode(encoding, "replace" if encoding == "cp1252" else "strict")


def workbook(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_delimited(tmp_path, delimiter, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(delimited(delimiter, encoding))
    frame = read_table(path)
    wanted = [r["text"] for r in ROWS]
    if encoding == "cp1252":
        wanted[2] = wanted[2].replace("🌶", "?")
    assert frame["text"].tolist() == wanted
    assert frame["label"].tolist() == [r["label"] for r in ROWS]
    assert frame["where"].tolist() == ["a.csv:line 2", "a.csv:line 3", "a.csv:line 5"]


def test_line_ends_and_blank_lines(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\r\ntext,label,\r\n\r\nhalo,netral,\r\n,,\r\npagi\r\n")
    frame = read_table(path)
    assert frame[["text", "label"]].values.tolist() == [["halo", "netral"], ["pagi", ""]]
    assert frame["where"].tolist() == ["a.csv:line 4", "a.csv:line 6"]


def test_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    rows = [
        ["text", "label", None],
        *([r["text"], r["label"], None] for r in ROWS),
        [2024.0, 1, None],
    ]
    workbook(path, {"kosong": [], "isi": rows, "lain": [["text", "label"], ["x", "y"]]})
    frame = read_table(path)
    assert frame["text"].tolist() == [*(r["text"] for r in ROWS), "2024"]
    assert frame["label"].iloc[-1] == "1"
    assert frame["where"].iloc[0] == "a.xlsx:isi:row 2"
    assert read_table(path, "lain")["text"].tolist() == ["x"]
    with pytest.raises(DataError, match=r"no sheet 'salah'; it has: kosong, isi, lain"):
        read_table(path, "salah")


def test_json_and_parquet(tmp_path):
    lines, array, wrapped, parquet = (
        tmp_path / n for n in ("a.jsonl", "a.json", "b.json", "a.parquet")
    )
    lines.write_text("".join(json.dumps(r) + "\n" for r in ROWS) + "\n", encoding="utf-8")
    array.write_text(json.dumps(ROWS), encoding="utf-8")
    wrapped.write_text(json.dumps({"total": 3, "rows": ROWS}), encoding="utf-8-sig")
    pd.DataFrame(ROWS).to_parquet(parquet)
    for path in (lines, array, wrapped, parquet):
        assert read_table(path)["text"].tolist() == [r["text"] for r in ROWS], path


def test_doccano(tmp_path):
    path = tmp_path / "a.jsonl"
    items = [
        {"id": 1, "text": "a", "label": ["partisan"], "Comments": []},
        {"id": 2, "text": "b", "labels": ["neutral"]},
        {"id": 3, "text": "c", "label": []},
    ]
    path.write_text("".join(json.dumps(i) + "\n" for i in items), encoding="utf-8")
    frame = read_table(path)
    assert frame["label"].tolist() == ["partisan", "neutral", ""]
    assert frame["id"].tolist() == ["1", "2", "3"]
    path.write_text(json.dumps({"text": "a", "label": ["partisan", "neutral"]}), encoding="utf-8")
    assert read_table(path)["label"].tolist() == ['["partisan", "neutral"]']  # for a complaint


def choice(name, value):
    return {"from_name": name, "type": "choices", "value": {"choices": [value]}}


def test_label_studio(tmp_path):
    path = tmp_path / "a.json"
    tasks = [
        {"id": 7, "data": {"text": "a"}, "annotations": [{"result": [choice("sentimen", "ya")]}]},
        {
            "id": 8,
            "data": {"text": "b"},
            "annotations": [
                {"result": [choice("label", "ya"), choice("category", "ajakan")]},
                {"result": [choice("label", "tidak")]},
                {"result": [choice("label", "tidak")]},
                {"result": [choice("label", "ragu")], "was_cancelled": True},
            ],
        },
        {"id": 9, "data": {"text": "c"}, "annotations": []},
    ]
    path.write_text(json.dumps(tasks), encoding="utf-8")
    frame = read_table(path)
    assert frame["text"].tolist() == ["a", "b", "c"]
    assert frame["label"].tolist() == ["ya", "tidak", ""]  # most annotators said so
    assert "category" not in frame.columns  # of one who was outvoted
    assert frame["where"].tolist() == [f"a.json:item {i}" for i in (1, 2, 3)]
    tasks[1]["annotations"].pop(1)
    path.write_text(json.dumps(tasks), encoding="utf-8")
    assert read_table(path)["label"].tolist() == ["ya", "unsure", ""]
    tasks[1]["annotations"][0]["ground_truth"] = True
    path.write_text(json.dumps(tasks), encoding="utf-8")
    assert read_table(path)["label"].tolist() == ["ya", "ya", ""]
    assert read_table(path)["category"].tolist() == ["", "ajakan", ""]
    small = [{"id": 1, "text": "a", "label": {"choices": ["partisan"]}}]
    path.write_text(json.dumps(small), encoding="utf-8")
    assert read_table(path)["label"].tolist() == ["partisan"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", b"x", ["'.xls' is none of", ".xlsx"]),
        ("a.csv", b"", ["no rows"]),
        ("a.csv", b"text,label\n", ["no rows"]),
        ("a.csv", b"text,label\na,b,c\nd,e,f\nd,e,f", ["none of the 3 rows", "line 2: 3 cells", "header has 2"]),
        ("a.csv", b'text,label\n"a,b\n', ["none of the 1 rows", "line 2", "not valid CSV"]),
        ("a.csv", b"\xd0\xcf\x11\xe0rest", ["a file of xls", ".xlsx"]),
        ("a.csv", b"PK\x03\x04rest", ["damaged or no .xlsx"]),
        ("a.xlsx", b"PK\x03\x04rest", ["damaged or no .xlsx"]),
        ("a.xlsx", b"text,label\n", ["no .xlsx file"]),
        ("a.json", b"[{]", ["a.json, item 1: not valid JSON"]),
        ("a.json", b'[{"a": 1}', ["a.json, item 2: not valid JSON"]),
        ("a.json", b"7", ["no list of objects"]),
        ("a.json", b"[" * 5000, ["not valid JSON"]),
        ("a.jsonl", b'{"text"\n', ["no JSON object", "line 1", "not valid JSON"]),
        ("a.jsonl", b'["a"]\n', ["no JSON object", "not a JSON object"]),
        ("a.jsonl", b"\xff\n", ["no JSON object", "not UTF-8"]),
        ("a.parquet", b"PAR1 nothing", ["damaged or no Parquet"]),
    ],
)  # fmt: skip
def test_bad_files_are_named(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        read_table(path)
    assert all(word in str(error.value) for word in words), error.value


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(DataError, match=r"no file .*gone\.csv"):
        read_table(tmp_path / "gone.csv")
    with pytest.raises(DataError, match="is a folder"):
        read_table(tmp_path)
    path = tmp_path / "a.csv"
    path.write_text("text\nhalo\n", encoding="utf-8")
    with pytest.raises(ArgumentError, match="no sheets"):
        read_table(path, "isi")
    assert ".csv" in SUFFIXES


def test_other_names_of_columns_and_labels(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "Isi;Nilai\nhalo;Tidak\nayo;YA\ncoblos;serangan\n??;politik\n", encoding="utf-8"
    )
    frame = read_rows(path, {"text": "Isi", "label": "Nilai"}, {"Politik": "partisan"})
    assert frame["label"].tolist() == ["neutral", "partisan", "partisan", "partisan"]
    assert frame["category"].tolist() == ["", "", "serangan", ""]
    with pytest.raises(DataError, match=r"no column 'Teks'; it has: Isi, Nilai"):
        read_captions(path, {"text": "Teks"})
    with pytest.raises(ArgumentError, match="not 'kuning'"):
        read_rows(path, {"text": "Isi", "label": "Nilai"}, {"politik": "kuning"})


def test_rows_that_cannot_be_read_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\nhalo,ya\nhai, apa kabar,ya\n", encoding="utf-8")
    frame = read_table(path)
    assert frame["text"].tolist() == ["halo"]
    (row,) = frame.attrs["rejected"]
    assert (row.where, str(row.reason)) == ("a.csv:line 3", "3 cells where the header has 2")


def test_no_cell_and_no_label_is_lost(tmp_path):
    path = tmp_path / "a.xlsx"
    workbook(path, {"isi": [["text", "label"], ["halo", "ya", "lagi"]]})
    assert read_table(path)["column 3"].tolist() == ["lagi"]
    path = tmp_path / "a.json"
    two = {"from_name": "label", "type": "choices", "value": {"choices": ["ya", "tidak"]}}
    tasks = [{"data": {"text": "a"}, "annotations": [{"result": [two]}]}]
    path.write_text(json.dumps(tasks), encoding="utf-8")
    assert read_table(path)["label"].tolist() == ['["ya", "tidak"]']
    path = tmp_path / "a.csv"
    path.write_text("text,where\nhalo,Bandung\n", encoding="utf-8")
    frame = read_table(path)
    assert frame["where_2"].tolist() == ["Bandung"]
    assert frame["where"].tolist() == ["a.csv:line 2"]


def test_parquet_with_lists_and_gaps(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"text": ["a", None], "tags": [["x", "y"], []], "n": [1.0, None]}).to_parquet(path)
    frame = read_table(path)
    assert frame["tags"].tolist() == ['["x", "y"]', "[]"]
    assert frame[["text", "n"]].values.tolist() == [["a", "1"], ["", ""]]


def test_what_suggest_writes_goes_beside_a_table_with_other_names(tmp_path):
    mine, given = tmp_path / "mine.csv", tmp_path / "given.csv"
    mine.write_text("isi,nilai\nhalo,tidak\n", encoding="utf-8")
    given.write_text("id,text,label,stands_for,why\n1,ayo coblos,ya,1,x\n", encoding="utf-8")
    frame = read_rows([mine, given], {"text": "isi", "label": "nilai"})
    assert frame["label"].tolist() == ["neutral", "partisan"]


def test_columns_that_are_asked_for_in_other_words(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("No, Teks ,LABEL\n1,halo,ya\n", encoding="utf-8")
    assert list(read_table(path, wanted=["teks", "label", "umur"])) == [
        "No",
        "teks",
        "label",
        "where",
    ]
    assert read_table(path, wanted=["2"])["2"].tolist() == ["halo"]
    path.write_text("text,text\na,b\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"'text' \(columns 1 and 2\)"):
        read_table(path)
    assert read_table(path, wanted=["2"])["2"].tolist() == ["b"]
