"""How a table of text was saved: told from the file itself."""

from __future__ import annotations

import codecs
import gzip

import pytest

from netralitas_nlp.base.errors import DataError
from netralitas_nlp.tables.sniffing import (
    SAMPLE,
    Layout,
    kind_of,
    sample_text,
    sniff_encoding,
    sniff_layout,
)

TABLE = "no;text;catatan\n1;“Halo” — café, é | x;ya, begitu\n"
MARKS = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}


@pytest.fixture
def sniffed(tmp_path):
    def sniff(data):
        path = tmp_path / "in.csv"
        path.write_bytes(data)
        encoding = sniff_encoding(path)
        return encoding, sniff_layout(sample_text(path, encoding))

    return sniff


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_without_a_mark(sniffed, encoding, delimiter):
    text = f'no{delimiter}"text, ;;;\t|||"{delimiter}x\n1{delimiter}“é”\n'
    found, layout = sniffed(text.encode(encoding))
    assert (found, layout.delimiter, layout.header) == (encoding, delimiter, 1)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", MARKS)
def test_encodings_with_a_mark(tmp_path, name, packed):
    data = MARKS[name] + TABLE.encode(name.removesuffix("-sig"))
    path = tmp_path / "in.csv"
    path.write_bytes(gzip.compress(data) if packed else data)
    assert sniff_encoding(path) == name
    assert sample_text(path, name) == TABLE


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter"),
    [
        (b"", "utf-8", ","),
        (b"\r\n\r\na;b\r\n", "utf-8", ";"),
        (b'"a,b\n,,,";c;d\n', "utf-8", ";"),  # a quoted line break is no end of the header
        (b"a;b,c\n", "utf-8", ","),  # as many of both: the commoner one
        ("text\nkopi susu é è ü\n".encode() + b"rusak \xff\n", "utf-8", ","),  # one damaged row
        (b"text\nkafe \xe9\n", "cp1252", ","),
        (b"text\n" + b"kopi\n" * SAMPLE + b"kafe \xe9\n", "cp1252", ","),  # long after the sample
        (b"text\nkopi\xe2\x80", "utf-8", ","),  # cut off within a letter
        ("text\n✌️".encode("utf-16-le")[:-1], "utf-16-le", ","),
        (b"a,text\n1,ha\0i\n", "utf-8", ","),  # a zero byte is a damaged letter
    ],
)
def test_beginnings(sniffed, data, encoding, delimiter):
    found, layout = sniffed(data)
    assert (found, layout.delimiter) == (encoding, delimiter)


@pytest.mark.parametrize(
    ("text", "wanted", "layout"),
    [
        # marks in texts are no delimiters where the header has none
        ("text\nhalo; apa\tkabar\nya; begitu\n", ["text"], Layout(",", 1, False, 1)),
        ("text\nhalo, apa\nya, begitu\n", ["text"], Layout(";", 1, False, 1)),
        ("sep=|\na|b\n1|2\n", [], Layout("|", 2, False, 2)),
        ("sep=;\n\nteks;no\nhai;2\n", ["teks"], Layout(";", 3, False, 2)),
        # titles, with and without a name to look for
        ("Rekap Mei\n\nNo;Teks\n1;hai\n2;hai\n", ["teks"], Layout(";", 3, False, 2)),
        ("Rekap, Mei 2023\n\nNo;Teks;Kota\n1;hai;x\n2;hai;y\n", [], Layout(";", 3, False, 3)),
        ("teks\nNo;Teks\n1;hai\n", ["teks"], Layout(";", 2, False, 2)),
        ('"text","n"\n"1","hai",3\n"2","halo",4\n', ["text"], Layout(",", 1, True, 3)),
        ("id,text\n1,hai,\n2,halo,\n", ["text"], Layout(",", 1, False, 3)),  # commas at the end
        ("a,text\n1\n2,halo\n", ["text"], Layout(",", 1, False, 1)),
    ],
)
def test_layouts(text, wanted, layout):
    assert sniff_layout(text, wanted) == layout


def test_what_is_known_is_not_guessed():
    text = "x;y\nno,teks\n1,hai\n"
    assert sniff_layout(text, delimiter=",", header_row=2) == Layout(",", 2, False, 2)
    assert sniff_layout("hai;1\nhalo;0\n", no_header=True) == Layout(";", 0, False, 2)


def test_a_letter_on_the_border_of_a_block(sniffed):
    for shift in range(4):
        assert sniffed(b"x" * shift + "✌️é\n".encode() * SAMPLE)[0] == "utf-8"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04abc", "xlsx"),
        (b"PAR1abc", "parquet"),
        (b"\xd0\xcf\x11\xe0abc", "xls"),
        (b"\r\n<HTML><table>", "html"),
        (b"text\nhai\n", "text"),
    ],
)
def test_kinds(tmp_path, data, kind):
    path = tmp_path / "in.csv"
    for raw in (data, gzip.compress(data)):
        path.write_bytes(raw)
        assert kind_of(path) == kind


def test_what_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(codecs.BOM_UTF32_LE + "text".encode("utf-32-le"))
    with pytest.raises(DataError, match=r"in\.csv is saved in UTF-32"):
        sniff_encoding(path)
    path.write_bytes(b"\x1f\x8bno gzip")
    with pytest.raises(DataError, match=r"cannot read .*in\.csv"):
        kind_of(path)
    with pytest.raises(DataError, match=r"nowhere\.csv"):
        sniff_encoding(tmp_path / "nowhere.csv")
