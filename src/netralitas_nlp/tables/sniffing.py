"""How a table of text was saved: its encoding, the mark between its cells, where its header is.

The encoding is judged from the whole file, the rest from its beginning. What it does not do: read
tables, or guess languages. Encodings are those that spreadsheets on this side of the world save:
UTF-8 and UTF-16, with or without a byte order mark, and Windows-1252.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast

from ..base.errors import DataError
from .rows import plain_name, readable

Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252")

SAMPLE = 1 << 16
"""Bytes looked at for all but the encoding."""
DELIMITERS = (",", ";", "\t", "|")
"""Marks between cells, the commonest first: that one is taken where a header has as many of two."""
HEAD = 20
"""Lines among which a header is looked for."""
_BLOCK = 1 << 20
_MARKS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BROKEN = re.compile("[\udc80-\udcff]")
_LINE_ENDS = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_SEP_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_KINDS = {
    b"PK\x03\x04": "xlsx", b"PAR1": "parquet", b"%PDF": "pdf", b"\xd0\xcf\x11\xe0": "xls",
    b"<html": "html", b"<!doc": "html", b"<tabl": "html", b"<?xml": "xml",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    r"""Where the cells of a table of text are.

    Attributes
    ----------
    delimiter : str
        One of ``, ; \t |``, or what was given.
    header : int
        Line of the header, from 1; 0 if there is none.
    row_names : bool
        Whether rows begin with a name that has no column, as R writes them.
    width : int
        Cells of most rows of the beginning.
    """

    delimiter: str
    header: int = 1
    row_names: bool = False
    width: int = 1


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Open a file that may be gzipped, whatever its name says: its content, and the file itself."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            yield raw, raw
            return
        with gzip.GzipFile(fileobj=raw) as file:
            yield cast(IO[bytes], file), raw


def kind_of(path: Path) -> str:
    """Return what a file is by its first bytes: ``"xlsx"``, ``"parquet"`` …, or ``"text"``."""
    with readable(path), opened(path) as (file, _):
        start = file.read(16)
    plain = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return next(
        (k for m, k in _KINDS.items() if start.startswith(m) or plain.startswith(m)), "text"
    )


def sniff_encoding(path: Path) -> Encoding:
    """Return how the letters of a file were saved, judged from all of it.

    UTF-16 without a mark is known by its zero bytes. Bytes above 127 are UTF-8 if more letters are
    whole in UTF-8 than broken, so that one damaged row does not turn a table into Windows-1252.

    Raises
    ------
    DataError
        If the file cannot be read, or is in UTF-32.
    """
    with readable(path), opened(path) as (file, _):
        start = file.read(SAMPLE)
        if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            raise DataError("encoding_utf32", path=path)
        for mark, name in _MARKS:
            if start.startswith(mark):
                return name
        if b"\0" in start and (wide := _utf16(start)):
            return wide
        return _eight_bits(start, file)


def _utf16(data: bytes) -> Encoding | None:
    """Which half of the letters is zero: Latin letters have their zero byte second in LE."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) > len(data) // 8 and min(even, odd) * 8 <= max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None  # a zero byte here and there is a damaged letter


def _eight_bits(start: bytes, file: IO[bytes]) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    whole = broken = 0
    block = start
    while block:
        text = decoder.decode(block)
        if not text.isascii():
            beyond = len(text) - len(text.encode("ascii", "ignore"))
            bad = len(_BROKEN.findall(text))
            broken += bad
            whole += beyond - bad
        block = file.read(_BLOCK)
    return "utf-8" if whole >= broken else "cp1252"


def sample_text(path: Path, encoding: Encoding) -> str:
    """Return the beginning of a file, with a mark for what cannot be read."""
    with readable(path), opened(path) as (file, _):
        data = file.read(SAMPLE)
    return codecs.getincrementaldecoder(encoding)("replace").decode(data).removeprefix("\ufeff")


def sniff_layout(
    text: str,
    wanted: Sequence[str] = (),
    delimiter: str | None = None,
    header_row: int | None = None,
    no_header: bool = False,
) -> Layout:
    r"""Return the layout of a table from its beginning.

    Parameters
    ----------
    text : str
        The beginning of the file; it may end within a row.
    wanted : sequence of str
        Names of columns that are looked for: the line they stand in is the header.
    delimiter, header_row, no_header
        What is known already.

    Returns
    -------
    Layout
        Where no line among the first `HEAD` has a wanted name, the first line that is as wide as
        the rows below it is the header (a title is narrower); the delimiter is the one with most
        occurrences in it.

    Examples
    --------
    >>> sniff_layout("nama;text\nDewi;halo, apa kabar\n")
    Layout(delimiter=';', header=1, row_names=False, width=2)
    >>> sniff_layout("Laporan, Mei\n\nno;teks\n1;halo\n", ["teks"])
    Layout(delimiter=';', header=3, row_names=False, width=2)
    """
    lines = _LINE_ENDS.split(text)
    said = _SEP_LINE.fullmatch(lines[0].strip("\r\n")) if lines else None
    first = 0
    if said and not no_header:
        delimiter, first = delimiter or said[1], 1
    marks = [delimiter] if delimiter else list(DELIMITERS)
    tables = {mark: _records(lines, first, mark) for mark in marks}
    best = max(marks, key=lambda m: _worth(tables[m], wanted, no_header))  # the first of equals
    records = tables[best]
    widths = Counter(len(cells) for _, cells in records[1:] if any(cells))
    width = widths.most_common(1)[0][0] if widths else max((len(c) for _, c in records), default=1)
    if no_header:
        return Layout(best, 0, False, max((len(c) for _, c in records), default=1))
    at = header_row or find_header(records, wanted)
    header = next((cells for number, cells in records if number == at), [])
    below = [cells for number, cells in records if number > at and any(cells)]
    return Layout(best, at, _have_row_names(header, below), width)


def _have_row_names(header: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether every row begins with a cell more than the header has, as R writes its tables.

    A cell more at the end, empty, is a comma at the end of each row.
    """
    rows = below[:-1] if len(below) > HEAD else below  # the sample may end within the last
    first = [cells[0] for cells in rows]
    if not rows or not all(first) or len(set(first)) < len(first):
        return False
    if not all(name.isdecimal() for name in first) and (len(header) == 1 or len(rows) < HEAD):
        return False  # texts with a comma in them
    return all(len(cells) == len(header) + 1 for cells in rows) and any(c[-1].strip() for c in rows)


def find_header(records: Sequence[tuple[int, Sequence[str]]], wanted: Sequence[str]) -> int:
    """Return the number of the record that is the header; of none, 1.

    The first that has a wanted name and is not a lone title, then the first that is not blank and
    more than half as wide as most.
    """
    filled = [(n, [c for c in cells if c.strip()]) for n, cells in records if any(cells)]
    if not filled:
        return 1
    names = {plain_name(w).casefold() for w in wanted}
    widths = Counter(len(cells) for _, cells in filled)
    usual = max(widths, key=lambda w: (widths[w], w))
    hits = [
        (len(cells) < 2 <= usual, n)
        for n, cells in filled[:HEAD]
        if names & {plain_name(c).casefold() for c in cells}
    ]
    if hits:
        return min(hits)[1]
    return next((n for n, cells in filled[:HEAD] if 2 * len(cells) > usual), filled[0][0])


def _records(lines: Sequence[str], first: int, mark: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(lines[first:], delimiter=mark)
    out: list[tuple[int, list[str]]] = []
    at = first
    try:
        for cells in reader:
            out.append((at + 1, cells))
            at = first + reader.line_num
            if len(out) > 100:
                break
    except csv.Error:
        pass
    return out


def _worth(
    records: Sequence[tuple[int, Sequence[str]]], wanted: Sequence[str], no_header: bool
) -> tuple[int, bool, int, float]:
    """How likely a delimiter is.

    It finds wanted names, cuts no quoted cell of the header (a quote would be left in it), makes
    most cells, and as many in every row.
    """
    if no_header:
        widths = Counter(len(cells) for _, cells in records)
        width, rows = widths.most_common(1)[0] if widths else (0, 0)
        return 0, True, width, rows / max(1, len(records))
    names = {plain_name(w).casefold() for w in wanted}
    found = max(
        (len(names & {plain_name(c).casefold() for c in cells}) for _, cells in records[:HEAD]),
        default=0,
    )
    at = find_header(records, wanted)
    header = next((cells for n, cells in records if n == at), [])
    width, uncut = len(header), not any('"' in cell for cell in header)
    below = [len(cells) for n, cells in records if n > at and cells]
    return found, uncut, width, sum(n == width for n in below) / max(1, len(below))


__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "Encoding",
    "Layout",
    "find_header",
    "kind_of",
    "opened",
    "sample_text",
    "sniff_encoding",
    "sniff_layout",
]
