"""Encodings and delimiters, told from the beginning of a file."""

from __future__ import annotations

import codecs
import gzip

import pytest

from netralitas_nlp.base.result import DataError
from netralitas_nlp.tables.sniffing import SAMPLE, Dialect, sniff, sniff_file

TABLE = "no;text;catatan\n1;“Halo” — café, é | x;ya, begitu\n"
MARKS = {
    "utf-8": ("utf-8", b""),
    "utf-8-sig": ("utf-8", codecs.BOM_UTF8),
    "utf-16-le": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16-be": ("utf-16-be", codecs.BOM_UTF16_BE),
}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_without_a_mark(encoding, delimiter):
    text = f'no{delimiter}"text, ;;;\t|||"{delimiter}x\n1{delimiter}“é”\n'
    data = text.encode(encoding)
    found = sniff(data)
    assert found == Dialect(encoding, delimiter, b"")
    assert found.decode(data) == text


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_encodings_with_a_mark(name):
    codec, bom = MARKS[name]
    data = bom + TABLE.encode(codec)
    found = sniff(data)
    assert found == Dialect(name, ";", bom)
    assert found.decode(data) == TABLE


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter"),
    [
        (b"", "utf-8", ","),
        (b"text\nhalo; apa\tkabar\n", "utf-8", ","),  # only the header counts
        (b"\r\n\r\na;b\r\n", "utf-8", ";"),
        (b'"a,b\n,,,";c;d\n', "utf-8", ";"),  # a quoted line break is no end of the header
        (b"a;b,c\n", "utf-8", ","),  # as many of both: the commoner one
        ("text\nkopi susu é è ü\n".encode() + b"rusak \xff\n", "utf-8", ","),  # one damaged row
        (b"text\nkafe \xe9\n", "cp1252", ","),
        (b"text\nkopi\xe2\x80", "utf-8", ","),  # cut off within a letter
        ("text\n✌️".encode("utf-16-le")[:-1], "utf-16-le", ","),
    ],
)
def test_beginnings(data, encoding, delimiter):
    found = sniff(data)
    assert (found.encoding, found.delimiter) == (encoding, delimiter)


def test_a_letter_on_the_border_of_the_sample():
    for shift in range(4):
        assert sniff(b"x" * shift + "✌️é\n".encode() * SAMPLE).encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04abc", "workbook"),
        (b"PAR1abc", "Parquet"),
        (b"text\n\0\0\0\0abc\0\0", "zero bytes"),
        (codecs.BOM_UTF32_LE + "text".encode("utf-32-le"), "UTF-32"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, data, words):
    path = tmp_path / "in.csv"
    path.write_bytes(data)
    with pytest.raises(DataError, match=words) as caught:
        sniff_file(path)
    assert str(path) in str(caught.value)


def test_files(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(TABLE.encode("cp1252"))
    assert sniff_file(path) == Dialect("cp1252", ";", b"")
    path.write_bytes(gzip.compress(TABLE.encode("utf-16-le")))
    assert sniff_file(path) == Dialect("utf-16-le", ";", b"")
    path.write_bytes(b"\x1f\x8bno gzip")
    with pytest.raises(DataError, match="cannot read"):
        sniff_file(path)
    with pytest.raises(DataError, match=r"nowhere\.csv"):
        sniff_file(tmp_path / "nowhere.csv")
