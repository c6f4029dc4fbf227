"""How a table of text was saved: its encoding and the mark between its cells, from its beginning.

Looks at the first bytes only. What it does not do: read tables, or guess languages. Encodings are
those that spreadsheets on this side of the world save: UTF-8 and UTF-16, with or without a byte
order mark, and Windows-1252.
"""

from __future__ import annotations

import codecs
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..base.result import DataError

Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"]

SAMPLE = 1 << 16
"""Bytes looked at."""
DELIMITERS = (",", ";", "\t", "|")
"""Marks between cells, the commonest first: that one is taken where a header has as many of two."""
_MARKS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GZIP = b"\x1f\x8b"
_OTHER = {b"PK\x03\x04": "a workbook or zip file", b"PAR1": "a Parquet file", b"%PDF": "a PDF file"}


@dataclass(frozen=True, slots=True)
class Dialect:
    r"""How a file was saved.

    Attributes
    ----------
    encoding : str
        ``"utf-8"``, ``"utf-8-sig"`` (with a byte order mark), ``"utf-16-le"``, ``"utf-16-be"`` or
        ``"cp1252"``; a name Python knows.
    delimiter : str
        One of ``, ; \t |``.
    bom : bytes
        The byte order mark the file begins with, or ``b""``. Python's ``utf-16-le`` and
        ``utf-16-be`` do not skip it by themselves.
    """

    encoding: Encoding
    delimiter: str
    bom: bytes = b""

    def decode(self, data: bytes) -> str:
        """Return the text of bytes from the beginning of the file, without the mark.

        Raises
        ------
        UnicodeDecodeError
            If they are not in this encoding.
        """
        plain = data.removeprefix(self.bom)
        return plain.decode("utf-8" if self.bom == codecs.BOM_UTF8 else self.encoding)


def sniff(data: bytes) -> Dialect:
    r"""Return how a table was saved, judged from its first bytes.

    Parameters
    ----------
    data : bytes
        The beginning of a file (64 KiB are plenty), uncompressed; it may end within a letter.

    Returns
    -------
    Dialect
        UTF-16 without a mark is known by its zero bytes. Bytes above 127 are UTF-8 if more letters
        of the beginning are whole in UTF-8 than broken, so that one damaged row does not turn a
        table into Windows-1252. The delimiter is the one with most occurrences outside quotes in
        the first line that is not empty; a comma where there is none.

    Raises
    ------
    DataError
        If the bytes are no text: a workbook, or zero bytes that no UTF-16 has.

    Examples
    --------
    >>> sniff("nama;text\nDewi;halo, apa kabar\n".encode())
    Dialect(encoding='utf-8', delimiter=';', bom=b'')
    >>> sniff("\ufefftext|label\n".encode("utf-16-le"))
    Dialect(encoding='utf-16-le', delimiter='|', bom=b'\xff\xfe')
    """
    bom, encoding = _encoding(data[:SAMPLE])
    return Dialect(encoding, _delimiter(_lenient(data[:SAMPLE].removeprefix(bom), encoding)), bom)


def sniff_file(path: str | Path) -> Dialect:
    """Return how the table in a file was saved; a gzip file is looked into.

    Raises
    ------
    DataError
        If the file cannot be read or holds no text.
    """
    path = Path(path)
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            data = gzip.GzipFile(fileobj=raw).read(SAMPLE) if packed else raw.read(SAMPLE)
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"cannot read {path}: {reason}") from error
    try:
        return sniff(data)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def _encoding(data: bytes) -> tuple[bytes, Encoding]:
    for magic, name in _OTHER.items():
        if data.startswith(magic):
            raise DataError(f"this is {name}, not a table of text; save it as CSV (UTF-8)")
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise DataError("the encoding is UTF-32; save it as UTF-8")
    for mark, name in _MARKS:
        if data.startswith(mark):
            return mark, name
    if b"\0" in data:
        return b"", _utf16(data)
    return b"", _eight_bits(data)


def _utf16(data: bytes) -> Literal["utf-16-le", "utf-16-be"]:
    """Which half of the letters is zero: Latin letters have their zero byte second in LE."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) > len(data) // 8 and min(even, odd) * 8 <= max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    raise DataError("there are zero bytes in it, so it is no table of text; save it as CSV (UTF-8)")


def _eight_bits(data: bytes) -> Literal["utf-8", "cp1252"]:
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(data)
    broken = sum("\udc80" <= c <= "\udcff" for c in text)
    sound = sum(c > "\x7f" for c in text) - broken
    return "utf-8" if sound >= broken else "cp1252"


def _lenient(data: bytes, encoding: str) -> str:
    """The text, with a mark for what cannot be read."""
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    return codecs.getincrementaldecoder(name)("replace").decode(data)


def _delimiter(text: str) -> str:
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = False
    for c in text.lstrip("\r\n"):
        if c == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif c in "\r\n":
            break
        elif c in counts:
            counts[c] += 1
    return max(counts, key=lambda c: counts[c])
