"""A table goes in, is judged in parts, and comes back with the decisions: no row lost or moved."""

from __future__ import annotations

import io
import json
import zipfile

import openpyxl
import pytest

from netralitas_nlp import classify
from netralitas_nlp.extra.serve import Limits, Settings, make_app
from netralitas_nlp.extra.serve.sorting import DECISION

TEXTS = [
    "Ayo coblos nomor 3, menangkan paslon kita!",
    "",
    "Loket PBB tetap buka hari Sabtu",
    "Loket PBB tetap buka hari Sabtu!",
    "=HYPERLINK(1)",
]


def table(delimiter=";", encoding="utf-8"):
    lines = ["Laporan Mei", "", f"no{delimiter}teks"]
    lines += [f'{n}{delimiter}"{text}"' for n, text in enumerate(TEXTS, start=1)]
    return "\n".join(lines).encode(encoding)


def book():
    made = openpyxl.Workbook()
    made.active.title = "Rekap"
    made.active.append(["jumlah", 5])
    sheet = made.create_sheet("Data")
    sheet.append(["no", "teks"])
    for row in enumerate(TEXTS, start=1):
        sheet.append(row)
        sheet.cell(sheet.max_row, 2).data_type = "s"  # "=HYPERLINK(1)" is a text here
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(client, content, name="laporan.csv", **choice):
    return client.post("/berkas/baca", files={"berkas": (name, content)}, data=choice)


def judge(client, texts):
    return client.post("/berkas/nilai", content=json.dumps(texts)).json()


def rows_of(answer):
    """The cells of a download."""
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    return [["" if c is None else str(c) for c in row] for row in sheet.values]


@pytest.mark.parametrize(("content", "name"), [(table(), "a.csv"), (book(), "a.xlsx")])
def test_what_is_understood(client, content, name):
    found = read(client, content, name).json()
    assert found["columns"][found["column"]] == "teks"
    assert [row[1] for row in found["rows"]] == TEXTS
    assert [row[2] for row in found["rows"]] == [0, 1, 2, 2, 4]
    assert found["header_row"] == (3 if name == "a.csv" else 1)
    assert found["sheet"] == ("" if name == "a.csv" else "Data")


def test_a_guess_can_be_changed(client):
    other = read(client, book(), "a.xlsx", sheet="Rekap", header_row="0", column="0").json()
    assert [row[1] for row in other["rows"]] == ["jumlah"]
    assert read(client, table(), column="9").status_code == 422
    assert read(client, table(), column="x").status_code == 422


def test_without_a_usual_name_the_column_of_long_texts_is_taken(client):
    content = b"id,x,alamat\n1,kerja bakti Sabtu pagi,https://contoh.example/halaman/yang/panjang\n"
    found = read(client, content).json()
    assert found["columns"][found["column"]] == "x"


def test_a_table_without_a_header_keeps_its_first_text(client):
    content = "Kereta bersih dan tepat waktu hari ini;1\nLoket baru buka pukul delapan pagi;2\n"
    found = read(client, content.encode()).json()
    assert [row[1][:6] for row in found["rows"]] == ["Kereta", "Loket "]
    assert found["header_row"] == 0


def test_advice_is_that_of_the_library(client):
    for text, found in zip(TEXTS, judge(client, TEXTS), strict=True):
        result = classify(text)
        assert found["cells"]["verdict"] == (result.verdict if text else None)
        assert "".join(letters for letters, _ in found["pieces"]) == text


@pytest.mark.parametrize(("content", "name"), [(table(), "a.csv"), (book(), "a.xlsx")])
def test_the_download_has_every_row_in_its_place_with_the_decisions(client, content, name):
    cells = [found["cells"] for found in judge(client, TEXTS)]
    decisions = ["partisan", "", "neutral", "neutral", "<script>"]
    found = json.dumps([list(pair) for pair in zip(cells, decisions, strict=True)])
    answer = client.post(
        "/berkas/unduh",
        files={"berkas": (name, content), "hasil": ("hasil.json", found)},
    )
    assert answer.status_code == 200, answer.text
    header, *rows = rows_of(answer)
    assert header[:2] == ["no", "teks"]
    assert [row[1] for row in rows] == TEXTS
    assert [row[header.index(DECISION)] for row in rows] == [*decisions[:4], ""]
    assert rows[0][header.index("verdict")] == classify(TEXTS[0]).verdict


def test_another_file_than_the_one_judged_is_refused(client):
    for n in (len(TEXTS) - 1, len(TEXTS) + 1):
        files = {"berkas": ("a.csv", table()), "hasil": ("h", json.dumps([[None, ""]] * n))}
        answer = client.post("/berkas/unduh", files=files)
        assert answer.status_code == 422
        assert "a.csv" in answer.text


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (2**28 + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 rusak"),
        ("a.xlsx", bomb()),
        ("a.csv", b"\x1f\x8b\x08\x00"),
        ("a.csv", b""),
        ("a.exe", b"MZ"),
        ("../../etc/passwd", b"x"),
        ("a.csv", b"teks\n"),
        ("<script>.csv", b"%PDF-1.4"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence_without_our_folders(client, name, content):
    answer = read(client, content, name)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/plain")
    assert "netralitas-" not in answer.text
    assert "/tmp" not in answer.text


@pytest.mark.parametrize("found", ["x", "{}", "[1]", "[[5, 6]]", '[[{"score": "x"}, ""]]'])
def test_damaged_advice_is_refused(client, found):
    files = {"berkas": ("a.csv", b"teks\nhalo\n"), "hasil": ("h", found)}
    assert client.post("/berkas/unduh", files=files).status_code == 422


def test_a_form_without_a_file_and_too_many_rows_are_refused(client):
    assert client.post("/berkas/baca", data={"berkas": "halo"}).status_code == 422
    long = b"teks\n" + b"a\n" * (Limits().rows + 1)
    answer = read(client, long)
    assert answer.status_code == 422
    assert "100.000" in answer.text


def test_an_upload_leaves_nothing_behind(client, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert read(client, table()).status_code == 200
    assert read(client, b"PK\x03\x04", "a.xlsx").status_code == 422
    assert list(tmp_path.iterdir()) == []


def test_too_large_an_upload_is_refused_before_it_is_read():
    from starlette.testclient import TestClient

    small = TestClient(make_app(Settings(limits=Limits(upload=1000))), base_url="http://localhost")
    assert read(small, b"a" * 2000).status_code == 413
