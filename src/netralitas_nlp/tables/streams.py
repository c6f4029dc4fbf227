"""Tables as streams: rows in, in chunks.

Reads CSV, TSV and JSON lines, plain or gzipped, a chunk at a time; rows that cannot be
read are put aside with the reason and the rest goes on. Where a table keeps its format, its rows
are handed through as they stand in the file. What it does not do: read Parquet
(`columnar`), classify, or write files.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import sys
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal, cast

from ..base.result import DataError
from ..say.sentences import Language
from .sniffing import Dialect, sniff_file

Format = Literal["csv", "tsv", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "tsv", "jsonl", "parquet")
ROWS = 1024
"""Rows of a chunk. Part of what is written: a resumed run must cut where the first one did."""

_LETTERS = 1 << 20  # a chunk of longer texts has fewer rows
_LINE = 1 << 26  # letters of a line; a longer one is no row but another format
_RECORD = 1 << 20  # letters of a row of several lines; beyond, a quote was left open
_SHOWN = 1000  # letters kept of a row that was put aside
_KEYS = 10_000
_CASE = "netralitas_nlp.bytes"

_REASONS = {
    "cells": {
        "id": "{found} sel, padahal tajuk punya {width}",
        "en": "{found} cells where the header has {width}",
    },
    "quotes": {"id": "bukan CSV yang sah ({found})", "en": "not valid CSV ({found})"},
    "bytes": {"id": "bita yang bukan {found}", "en": "bytes that are not {found}"},
    "json": {"id": "bukan JSON yang sah", "en": "not valid JSON"},
    "object": {"id": "bukan objek JSON", "en": "not a JSON object"},
    "missing": {"id": "teks tidak ada", "en": "no text"},
    "type": {"id": "teksnya bukan string: {found}", "en": "the text is no string: {found}"},
    "letters": {"id": "huruf yang bukan Unicode", "en": "letters that are not Unicode"},
}

# A field of a caption can be long; the csv module's own limit is 128 KiB.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decode what cannot be decoded as lone surrogates, which no sound text has."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + b) for b in error.object[error.start : error.end]), error.end


codecs.register_error(_CASE, _keep_bytes)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was put aside: its line (or row) in the file, the reason, its beginning."""

    line: int
    reason: str
    raw: str


@dataclass(slots=True)
class Chunk:
    """Some rows of a table.

    Attributes
    ----------
    texts : list of str
    kept : list or bytes
        What is to be written again, one for each text: rows as they stand in the file (str), or
        their values (list). From Parquet to Parquet: one Arrow stream with all rows (bytes).
    rejected : list of Rejected
    """

    texts: list[str] = field(default_factory=list)
    kept: list[Any] | bytes = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def format_of(path: Path) -> tuple[Format, bool]:
    """Return the format that a file's name says, and whether it says gzip.

    Raises
    ------
    DataError
        If it is none of `FORMATS`.

    Examples
    --------
    >>> format_of(Path("unggahan.CSV.gz"))
    ('csv', True)
    """
    name = path.name.lower()
    packed = name.endswith(".gz")
    kind = name.removesuffix(".gz").rpartition(".")[2]
    for known in FORMATS:
        if kind == known:
            return known, packed
    raise DataError(
        f"cannot read or write {path.suffix or 'nameless'} files; save {path.name} as .csv, .tsv, "
        ".jsonl or .parquet (.gz may follow)"
    )


class Reader:
    """A table read in chunks; the base of all formats.

    Parameters
    ----------
    path : Path
    column : str
        Name of the column with the texts.
    as_is : bool
        Hand rows through as they stand in the file, not their values.
    language : str
        Of the reasons for which rows are put aside.

    Attributes
    ----------
    columns : list of str
        Names of the columns.
    header : str
        The header as it stands in the file; CSV only.
    dialect : Dialect
    """

    header = ""
    end = "\n"
    dialect = Dialect("utf-8", ",")

    def __init__(self, path: Path, column: str, as_is: bool, language: Language) -> None:
        self.path = path
        self.column = column
        self.as_is = as_is
        self.language = language
        self.columns: list[str] = []
        self.position = 0
        try:
            self.size = path.stat().st_size
        except OSError as error:
            raise DataError(f"cannot read {path}: {error.strerror or error}") from error

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, always cut at the same places."""
        with self._readable():
            chunk = Chunk()
            kept: list[Any] = []
            letters = 0
            for item in self._rows():
                if isinstance(item, Rejected):
                    chunk.rejected.append(item)
                else:
                    chunk.texts.append(item[0])
                    kept.append(item[1])
                    letters += item[2]
                if len(kept) + len(chunk.rejected) >= ROWS or letters >= _LETTERS:
                    chunk.kept = kept
                    yield chunk
                    chunk, kept, letters = Chunk(), [], 0
            if kept or chunk.rejected:
                chunk.kept = kept
                yield chunk

    def _rows(self) -> Iterator[tuple[str, Any, int] | Rejected]:
        """Yield text, what is kept, and a measure of its length; or a row put aside."""
        raise NotImplementedError

    def _check_column(self) -> None:
        if self.column not in self.columns:
            raise DataError(
                f"{self.path} has no column {self.column!r}; it has: {', '.join(self.columns)}. "
                "Name the right one with --text-column"
            )

    def _no(self, line: int, raw: str, why: str, **values: Any) -> Rejected:
        return Rejected(line, _REASONS[why][self.language].format(**values), _visible(raw))

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or error
            raise DataError(f"cannot read {self.path}: {reason}") from error

    def _lines(self) -> Iterator[str]:
        """Yield the lines with their ends; bytes that cannot be read become lone surrogates."""
        with self._readable(), self.path.open("rb") as raw, unpacked(raw) as file:
            encoding = self.dialect.encoding.removesuffix("-sig")
            text = io.TextIOWrapper(file, encoding, _CASE, newline="")
            first = True
            for number, line in enumerate(iter(partial(text.readline, _LINE), ""), start=1):
                if len(line) >= _LINE:
                    raise DataError(
                        f"{self.path}, line {number}: longer than {_LINE} letters; "
                        "a table has one row a line"
                    )
                if number % ROWS == 0:
                    self.position = raw.tell()
                yield line.removeprefix("\ufeff") if first else line
                first = False


class CsvReader(Reader):
    """CSV and TSV; the delimiter is looked up in the header, a ``.tsv`` has tabs."""

    def __init__(self, path: Path, column: str, as_is: bool, language: Language) -> None:
        super().__init__(path, column, as_is, language)
        found = sniff_file(path)
        tabs = format_of(path)[0] == "tsv"
        self.dialect = Dialect(found.encoding, "\t" if tabs else found.delimiter, found.bom)
        line, self.header, cells, why = next(self._records(), (1, "", [], ""))
        if cells is None:
            raise DataError(f"{path}, line {line}: not valid CSV ({why})")
        if not cells:
            raise DataError(f"{path} is empty: a header and rows are needed")
        if not _sound(self.header):
            raise DataError(f"{path}: the header is not {self.dialect.encoding}; save it as UTF-8")
        bare = _bare(self.header)
        self.header, self.end = bare, self.header[len(bare) :] or "\n"
        self.columns = cells
        self._check_column()

    def _records(self) -> Iterator[tuple[int, str, list[str] | None, str]]:
        """Yield line number, the row as it stands, its cells (None: broken) and the error.

        After an open quote has swallowed lines, only its own line is broken: the others are read
        again.
        """
        lines = self._lines()
        again: deque[str] = deque()
        taken: list[str] = []

        def fed() -> Iterator[str]:
            letters = 0
            while (line := again.popleft() if again else next(lines, None)) is not None:
                letters = letters + len(line) if taken else len(line)
                taken.append(line)
                if letters > _RECORD and len(taken) > 1:
                    raise csv.Error("a quote is not closed")
                yield line

        number = 1
        reader = csv.reader(fed(), delimiter=self.dialect.delimiter, strict=True)
        while True:
            taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                again.extendleft(reversed(taken[1:]))
                yield number, taken[0], None, str(error)
                number += 1
                reader = csv.reader(fed(), delimiter=self.dialect.delimiter, strict=True)
                continue
            yield number, taken[0] if len(taken) == 1 else "".join(taken), cells, ""
            number += len(taken)

    def _rows(self) -> Iterator[tuple[str, Any, int] | Rejected]:
        width, place = len(self.columns), self.columns.index(self.column)
        records = self._records()
        next(records)  # the header
        for number, raw, cells, why in records:
            if cells is None:
                yield self._no(number, raw, "quotes", found=why)
                continue
            if not cells:
                if width > 1:
                    continue
                cells = [""]  # noqa: PLW2901  (an empty line is a row of one empty cell)
            if not _sound(raw):
                yield self._no(number, raw, "bytes", found=self.dialect.encoding)
            elif len(cells) != width:
                yield self._no(number, raw, "cells", found=len(cells), width=width)
            else:
                yield cells[place], _bare(raw) if self.as_is else cells, len(raw)


class JsonReader(Reader):
    """One JSON object a line. Read twice: the first time for the names of all columns."""

    def __init__(self, path: Path, column: str, as_is: bool, language: Language) -> None:
        super().__init__(path, column, as_is, language)
        dialect = sniff_file(path)
        # JSON is Unicode: what looks like Windows-1252 is a damaged row.
        self.dialect = Dialect("utf-8", ",") if dialect.encoding == "cp1252" else dialect
        names: dict[str, None] = {}
        for _, _, found in self._objects():
            if isinstance(found, dict):
                names |= dict.fromkeys(found)
                if len(names) > _KEYS:
                    raise DataError(f"{path}: more than {_KEYS} different keys; is it a table?")
        if not names:
            raise DataError(f"{path} has no JSON object; one a line is needed")
        self.columns = list(names)
        self._check_column()

    def _objects(self) -> Iterator[tuple[int, str, dict[str, Any] | str]]:
        """Yield line number, line, and the object or the reason why there is none."""
        for number, line in enumerate(self._lines(), start=1):
            raw = line.strip()
            if not raw:
                continue
            if not _sound(raw):
                yield number, raw, "bytes"
                continue
            try:
                value = json.loads(raw)
            except (ValueError, RecursionError):
                yield number, raw, "json"
                continue
            if not isinstance(value, dict):
                yield number, raw, "object"
            elif "\\u" in raw and not _sound(json.dumps(value, ensure_ascii=False)):
                yield number, raw, "letters"
            else:
                yield number, raw, value

    def _rows(self) -> Iterator[tuple[str, Any, int] | Rejected]:
        for number, raw, found in self._objects():
            if isinstance(found, str):
                yield self._no(number, raw, found, found=self.dialect.encoding)
                continue
            text = found.get(self.column)
            if text is None:
                yield self._no(number, raw, "missing")
            elif not isinstance(text, str):
                yield self._no(number, raw, "type", found=json.dumps(text)[:40])
            else:
                yield text, raw if self.as_is else list(map(found.get, self.columns)), len(raw)


@contextmanager
def unpacked(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """The content of a file that may be gzipped, whatever its name says."""
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    if not packed:
        yield raw
        return
    with gzip.GzipFile(fileobj=raw) as file:
        yield cast(IO[bytes], file)


def _sound(text: str) -> bool:
    """Whether a text has no lone surrogate."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bare(line: str) -> str:
    """A row without the end of its last line."""
    return line[:-2] if line.endswith("\r\n") else line.removesuffix("\n").removesuffix("\r")


def _visible(raw: str) -> str:
    r"""The beginning of a row, with ``\x..`` for every byte and letter that is not printed.

    >>> _visible("a\tb" + chr(0xDCFF))
    'a\\x09b\\xff'
    """
    short = raw[:_SHOWN].rstrip("\r\n")
    shown = "".join(c if c.isprintable() else _escape(ord(c)) for c in short)
    return shown + "…" if len(raw) > _SHOWN else shown


def _escape(code: int) -> str:
    if 0xDC00 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def free_names(names: Sequence[str], taken: Iterable[str]) -> list[str]:
    """Return `names`, with ``_2``, ``_3`` … after those that are columns already.

    >>> free_names(["verdict", "score"], ["text", "score"])
    ['verdict', 'score_2']
    """
    used = set(taken)
    out = []
    for name in names:
        free, number = name, 1
        while free in used:
            number += 1
            free = f"{name}_{number}"
        used.add(free)
        out.append(free)
    return out
