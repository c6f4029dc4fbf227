"""One way out: rows with added cells as the bytes of a table, a writer for each format.

Pieces joined in order are the table; where a format cannot grow, `Writer.join` makes it of them at
the end. The same rows give the same bytes, however they are cut. A further format is a class with
an entry in `WRITERS`. What this module does not do: classify, or decide where files are.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

from ..base.catalogue import Language
from ..base.files import whole
from .columnar import ParquetWriter
from .delimited import DelimitedRows
from .jsonrows import plain_json
from .rows import Format, Rejected, Row, Rows, cell_text, format_of, free_names
from .spreadsheet import XlsxWriter
from .writer import PLAIN, Columns, Style, Writer, safe_cell, unsafe_cell

REJECTED = ("line", "reason", "raw")
"""Columns of the table of rows that were put aside."""
_NUMBER = re.compile(r"[+-]?\d+([.,  -]\d+)*%?")
_PIECE = 1024  # rows


class DelimitedWriter(Writer):
    """CSV and TSV, in UTF-8.

    Rows of a CSV stay as they stand in the file, with its delimiter and its line ends; a byte
    order mark is written where the input had one or was in an encoding only spreadsheets write.
    """

    delimiter = ","

    def __init__(self, columns: Columns, style: Style, source: Rows | None = None) -> None:
        super().__init__(columns, style, source)
        self.end = "\n"
        self.bom = False
        self.as_is = False
        same = isinstance(source, DelimitedRows) and (source.format == "tsv") == (
            self.delimiter == "\t"
        )
        if isinstance(source, DelimitedRows):
            self.end, self.bom = source.end, source.marked
            if same and source.layout.width > 1:
                self.delimiter, self.as_is = source.delimiter, True
        if style.excel:
            self.as_is = self.as_is and self.delimiter == ";"
            self.delimiter, self.bom = ";", True
        self.guarded = not style.leave_formulas and not isinstance(source, DelimitedRows)
        self._quoted = ('"', "\r", "\n", self.delimiter)

    def begin(self) -> bytes:
        """Return the header."""
        names = [*self.columns.header, *free_names(self.columns.added, self.columns.header)]
        line = self._line([self._copied(name) for name in names])
        if line[:4].lower() == "sep=":  # would be read as a note on the delimiter
            line = f'"{names[0]}"{line[len(names[0]) :]}'
        return (("\ufeff" if self.bom else "") + line).encode()

    def rows(self, rows: Sequence[Row], added: Sequence[Mapping[str, Any]]) -> bytes:
        """Return rows."""
        out = []
        for row, more in zip(rows, added, strict=True):
            cells = [self._added(more[name]) for name in self.columns.added]
            if self.as_is and isinstance(row.raw, str):
                cells[:0] = map(self._copied, row.cells[self.width :])
                out.append(f"{row.raw}{self.delimiter}{self._line(cells)}" if cells else
                           row.raw + self.end)  # fmt: skip
            else:
                out.append(self._line([*map(self._copied, row.cells), *cells]))
        return "".join(out).encode()

    def _copied(self, value: Any) -> str:
        text = cell_text(value)
        # "-1,5" and "+62 812" are no formulas, and would be other cells with an apostrophe.
        inert = not self.guarded or not isinstance(value, str) or _NUMBER.fullmatch(text)
        return text if inert else safe_cell(text)

    def _added(self, value: Any) -> str:
        if isinstance(value, float):
            return f"{value:.4f}".replace(".", "," if self.style.excel else ".")
        return cell_text(value) if self.style.leave_formulas else safe_cell(cell_text(value))

    def _line(self, cells: Sequence[str]) -> str:
        # The csv module leaves some line ends unquoted that it then reads as line ends.
        quoted = [
            '"' + c.replace('"', '""') + '"' if any(mark in c for mark in self._quoted) else c
            for c in cells
        ]
        if quoted == [""]:
            quoted = ['""']  # an empty line is no row
        return self.delimiter.join(quoted) + self.end


class TabWriter(DelimitedWriter):
    """TSV."""

    delimiter = "\t"


class JsonLinesWriter(Writer):
    """JSON Lines; an object of the same format stays as it stands, with more keys."""

    def rows(self, rows: Sequence[Row], added: Sequence[Mapping[str, Any]]) -> bytes:
        """Return rows."""
        return "".join(self.objects(rows, added)).encode("utf-8", "replace")

    def objects(self, rows: Sequence[Row], added: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """Yield a line for each row."""
        names = self.columns.names()
        old, new = names[: len(self.columns.header)], names[len(self.columns.header) :]
        as_is = self.source is not None and self.source.format in ("json", "jsonl")
        for row, more in zip(rows, added, strict=True):
            extra = {n: plain_json(more[a]) for n, a in zip(new, self.columns.added, strict=True)}
            if as_is and isinstance(row.raw, str):
                behind = zip(old[self.width :], row.cells[self.width :], strict=True)
                extra = {n: plain_json(v) for n, v in behind} | extra
                head, tail = row.raw.rstrip()[:-1].rstrip(), _json(extra)[1:]
                comma = "" if head.endswith("{") or not extra else ", "
                yield f"{head}{comma}{tail}\n"
                continue
            cells = dict(zip(old, map(plain_json, row.cells), strict=True))
            yield _json({**cells, **extra}) + "\n"


class JsonWriter(JsonLinesWriter):
    """A JSON list of objects."""

    def rows(self, rows: Sequence[Row], added: Sequence[Mapping[str, Any]]) -> bytes:
        """Return rows as lines; `join` makes the list of them."""
        return super().rows(rows, added)

    @staticmethod
    def join(body: Path, target: IO[bytes]) -> None:
        """Write the list of joined lines."""
        target.write(b"[")
        with body.open("rb") as lines:
            for number, line in enumerate(lines):
                target.write((b",\n" if number else b"\n") + line.rstrip(b"\n"))
        target.write(b"\n]\n")


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=cell_text)


WRITERS: dict[Format, type[Writer]] = {
    "csv": DelimitedWriter,
    "txt": DelimitedWriter,
    "tsv": TabWriter,
    "jsonl": JsonLinesWriter,
    "json": JsonWriter,
    "parquet": ParquetWriter,
    "xlsx": XlsxWriter,
}
"""The writer of each format."""


def writer_for(
    path: Path, columns: Columns, style: Style = PLAIN, source: Rows | None = None
) -> tuple[Writer, bool]:
    """Return the writer for the name of a file, and whether the file is gzipped.

    Raises
    ------
    DataError
        If there is none for the ending.
    """
    kind, packed = format_of(path)
    return WRITERS[kind](columns, style, source), packed


def gzipped(data: bytes) -> bytes:
    """Return a gzip member that is the same whenever it is made."""
    return gzip.compress(data, 6, mtime=0)


@contextmanager
def open_writer(
    path: Path, header: Sequence[str], style: Style = PLAIN
) -> Iterator[Callable[[Sequence[Any]], None]]:
    r"""Write a table of any format, whole or not at all.

    Parameters
    ----------
    path : Path
    header : sequence of str
    style : Style

    Yields
    ------
    callable
        Takes the cells of one row.

    Examples
    --------
    >>> folder = TemporaryDirectory()
    >>> path = Path(folder.name) / "out.csv"
    >>> with open_writer(path, ["id", "text"]) as write:
    ...     write([1, "=1+1"])
    >>> path.read_text()
    "id,text\n1,'=1+1\n"
    >>> folder.cleanup()
    """
    writer, packed = writer_for(path, Columns(tuple(header)), style)
    waiting: list[Row] = []
    with TemporaryDirectory(prefix="netralitas-") as folder, whole(path) as file:
        target = cast(IO[bytes], file.buffer)  # type: ignore[attr-defined]
        out = gzip.GzipFile("", "wb", 6, target, mtime=0) if packed else target
        body = Path(folder, "body").open("wb") if writer.join else cast(IO[bytes], out)  # noqa: SIM115

        def flush() -> None:
            body.write(writer.rows(waiting, [{}] * len(waiting)))
            waiting.clear()

        def write(cells: Sequence[Any]) -> None:
            waiting.append(Row("", list(cells)))
            if len(waiting) == _PIECE:
                flush()

        body.write(writer.begin())
        yield write
        flush()
        if writer.join:
            body.close()
            writer.join(Path(folder, "body"), cast(IO[bytes], out))
        if packed:
            out.close()


def rejected_lines(rows: Iterable[Rejected], language: Language) -> bytes:
    """Return rows that were put aside as lines of a CSV file with the columns `REJECTED`."""
    writer = DelimitedWriter(Columns(REJECTED), Style(language=language))
    cells = [[r.line, r.reason.in_language(language), r.raw] for r in rows]
    return writer.rows([Row("", c) for c in cells], [{}] * len(cells))


__all__ = [
    "REJECTED",
    "WRITERS",
    "Columns",
    "Style",
    "Writer",
    "gzipped",
    "open_writer",
    "rejected_lines",
    "safe_cell",
    "unsafe_cell",
    "writer_for",
]
