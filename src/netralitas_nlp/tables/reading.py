"""One way in: `open_rows` reads a table of any format for every command.

What it does not do: hold a table in memory (`frames`), or judge what stands in it.
"""

from __future__ import annotations

import itertools
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from ..base.catalogue import Language
from ..base.catalogue import text as say
from ..base.errors import ArgumentError, DataError
from .delimited import DelimitedRows, TextRows, bare
from .jsonrows import JsonRows
from .rows import ENDINGS, Format, Rows, format_of
from .sniffing import kind_of, sample_text, sniff_encoding
from .workbook import WorkbookRows

_TEXTS = ("csv", "tsv", "txt")
_JSON = re.compile(r"""\{\s*["}]|\[\s*([\]{\["]|$)""")  # an object or a list of something


def open_rows(
    path: str | Path,
    *,
    wanted: Sequence[str] = (),
    sheet: str | None = None,
    header_row: int | None = None,
    no_header: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Rows:
    r"""Open a table.

    Parameters
    ----------
    path : str or Path
        CSV, TSV, TXT, JSON, JSON Lines, XLSX or Parquet, told by the ending (``.gz`` may follow)
        and by the first bytes, which win where they are those of a workbook or of Parquet.
    wanted : sequence of str
        Names of columns that the caller will ask for; they help to find sheet and header.
    sheet : str, optional
        Of a workbook. Default: the first that has a wanted column, else the first with any cell.
    header_row : int, optional
        Line or row of the header, from 1, where the guess is wrong.
    no_header : bool
        The table has none; its columns are called by their numbers.
    encoding, delimiter : str, optional
        Of a table of text, where the guess is wrong.

    Returns
    -------
    Rows
        Iterating yields `Row` in constant memory: lines and lists of objects one by one, Parquet in
        batches, of a workbook the strings that its cells share are held (at most 256 MB). Rows of
        more than `rows.MAX_LETTERS` letters are put aside, tables of more than
        `rows.MAX_COLUMNS` columns refused.

    Raises
    ------
    DataError
        If there is no such file or it cannot be read as a table; the message says what to do.
    ArgumentError
        If an option does not go with the format.

    Examples
    --------
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "kantor.csv"
    >>> _ = path.write_text("Laporan Mei\n\nno;teks\n1;halo, semua\n", encoding="cp1252")
    >>> rows = open_rows(path, wanted=["teks"])
    >>> rows.understood("en")
    "delimiter ';', header in line 3"
    >>> [(row.where, row.cells) for row in rows]
    [('kantor.csv:line 4', ['1', 'halo, semua'])]
    >>> folder.cleanup()
    """
    path = Path(path)
    if path.is_dir():
        raise DataError("is_folder", path=path, allowed=[f".{e}" for e in ENDINGS])
    if not path.exists():
        raise DataError("no_file", path=path)
    kind = _kind(path)
    if header_row is not None and (header_row < 1 or no_header):
        raise ArgumentError("header_row", value=header_row)
    if sheet is not None and kind != "xlsx":
        raise ArgumentError("no_sheets", path=path)
    if (header_row or no_header) and kind not in (*_TEXTS, "xlsx"):
        raise ArgumentError("no_header_here", path=path)
    if (encoding or delimiter) and kind not in _TEXTS:
        raise ArgumentError("no_layout_here", path=path)
    if kind == "xlsx":
        return WorkbookRows(path, wanted, sheet, header_row, no_header)
    if kind == "parquet":
        from .columnar import ParquetRows

        return ParquetRows(path)
    if kind in ("json", "jsonl"):
        return JsonRows(path, kind)
    return DelimitedRows(path, kind, wanted, header_row, no_header, encoding, delimiter)


def _kind(path: Path) -> Format:
    """The format of a file, by its ending and its first bytes."""
    found = kind_of(path)
    if found in ("xls", "pdf", "html", "xml"):
        raise DataError("other_format", path=path, kind=found)
    kind, _ = format_of(path)
    if found == "text":
        if kind in ("xlsx", "parquet"):
            raise DataError("not_this_format", path=path, ending=f".{kind}")
        return kind
    return found  # type: ignore[return-value]


@contextmanager
def standard_input_as_file(stream: IO[bytes]) -> Iterator[Path]:
    """Copy a stream to a temporary file, so that it can be read as a table: twice, if need be.

    The file is called ``stdin``, with the ending of what its first bytes are.
    """
    with tempfile.TemporaryDirectory(prefix="netralitas-") as folder:
        path = Path(folder) / "stdin.csv"
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file)
        if kind_of(path) == "text" and _is_json(path):
            path = path.rename(path.with_name("stdin.json"))
        yield path


def _is_json(path: Path) -> bool:
    start = sample_text(path, sniff_encoding(path)).lstrip()
    return _JSON.match(start) is not None


def read_lines(
    stream: IO[bytes], tell: Callable[[str], Any], language: Language = "id"
) -> Iterator[str]:
    """Yield the lines of a stream without their ends, one text a line, as they come.

    UTF-16 is known by its first bytes. A line that cannot be read is told about and passed over.

    Raises
    ------
    DataError
        If the stream is a table of another kind: its brackets and keys are no texts.
    """
    first = stream.readline()
    wide = first[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in first[:4]
    if wide or b"\r" in first[:-2] or first.startswith((b"PK\3\4", b"PAR1", b"\x1f\x8b")):
        with standard_input_as_file(cast(IO[bytes], _Joined(first, stream))) as path:
            if kind_of(path) != "text" or first.startswith(b"\x1f\x8b"):
                raise DataError("lines_are_table")
            yield from _file_lines(path)
        return
    if _JSON.match(first[:1000].decode("utf-8-sig", "replace").lstrip()):
        raise DataError("lines_are_table")
    for number, line in enumerate(itertools.chain([first], stream), start=1):
        if number == 1 and not line:
            return
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            tell(say("line_passed_over", language, number=number))
            continue
        yield text.rstrip("\r\n")


class _Joined:
    """A stream whose first line has been taken, put together again."""

    def __init__(self, first: bytes, rest: IO[bytes]) -> None:
        self.first, self.rest = first, rest

    def read(self, size: int = -1) -> bytes:
        taken, self.first = self.first, b""
        return taken or self.rest.read(size)


def _file_lines(path: Path) -> Iterator[str]:
    rows = TextRows(path)
    rows.encoding = sniff_encoding(path)
    for line in rows.lines():
        yield bare(line)


__all__ = ["open_rows", "read_lines", "standard_input_as_file"]
