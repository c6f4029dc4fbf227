"""CSV, TSV and other tables of text as offices save them, row by row.

Quotes that were not doubled, rows that are too short, commas at the end, row names of R, a title
above the header, ``sep=;``, zero bytes, any line ends: read as what they stand for. A row that
cannot be read is put aside with the reason, and the rest goes on. What it does not do: guess the
layout (`sniffing`).
"""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from functools import partial
from pathlib import Path

from ..base.catalogue import Message
from ..base.errors import ArgumentError, DataError
from .rows import MAX_COLUMNS, MAX_LETTERS, Format, Rejected, Row, Rows, readable, sound, visible
from .sniffing import ENCODINGS, Encoding, opened, sample_text, sniff_encoding, sniff_layout

_RECORD = 1 << 23  # letters of a row of several lines; beyond, a quote was left open
_JOINED = 30  # lines that a row with a stray quote can have
_CASE = "netralitas_nlp.bytes"
_NAMES = {"cp1252": "windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_MARKS = {"\t": "Tab"}


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Decode what cannot be decoded as lone surrogates, which no sound text has."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + b) for b in error.object[error.start : error.end]), error.end


codecs.register_error(_CASE, _keep_bytes)


class TextRows(Rows):
    """A table that is a file of text: its lines, in whatever encoding."""

    encoding: Encoding = "utf-8"

    def lines(self) -> Generator[str, None, None]:
        """Yield the lines with their ends; bytes that cannot be read become lone surrogates.

        Of a line longer than a row may be, no more than that is kept.
        """
        with readable(self.path), opened(self.path) as (file, raw):
            text = io.TextIOWrapper(file, self.encoding, _CASE, newline="")
            for number, line in enumerate(iter(partial(text.readline, MAX_LETTERS + 2), "")):
                if number % 256 == 0:
                    self.position = raw.tell()
                if len(line) > MAX_LETTERS:
                    while line[-1] not in "\r\n" and (more := text.readline(MAX_LETTERS)):
                        line = line[: MAX_LETTERS + 1] + more[-2:]  # noqa: PLW2901
                    line = line.replace('"', " ")  # noqa: PLW2901  (its end is not known)
                yield line.removeprefix("\ufeff") if number == 0 else line

    def blocks(self) -> Iterator[str]:
        """Yield the text in pieces of some size."""
        with readable(self.path), opened(self.path) as (file, raw):
            text = io.TextIOWrapper(file, self.encoding, _CASE, newline="")
            for block in iter(partial(text.read, 1 << 16), ""):
                self.position = raw.tell()
                yield block

    def where(self, number: int) -> str:
        """Return the place of a line."""
        return f"{self.path.name}:line {number}"

    def rejected_row(self, number: int, raw: str, reason: Message) -> Rejected:
        """Return a row that is put aside."""
        return Rejected(self.where(number), number, reason, visible(raw))


class DelimitedRows(TextRows):
    """CSV, TSV or TXT.

    Parameters
    ----------
    path : Path
    wanted : sequence of str
        Names of columns looked for, which tell where the header is.
    header_row : int, optional
        Line of the header, from 1.
    no_header : bool
        There is none: columns are called by their numbers.
    encoding, delimiter : str, optional
        Where the guess is wrong.

    Attributes
    ----------
    delimiter, end : str
        Between cells and after rows.
    marked : bool
        Whether the file begins with a byte order mark or is in an encoding that only
        spreadsheets write.
    """

    def __init__(
        self,
        path: Path,
        kind: Format = "csv",
        wanted: Sequence[str] = (),
        header_row: int | None = None,
        no_header: bool = False,
        encoding: str | None = None,
        delimiter: str | None = None,
    ) -> None:
        super().__init__(path)
        self.format = kind
        self.encoding = checked_encoding(encoding) if encoding else sniff_encoding(path)
        sample = sample_text(path, self.encoding)
        if not sample.strip():
            raise DataError("empty_table", path=path)
        if kind == "tsv":
            delimiter = delimiter or "\t"
        self.layout = sniff_layout(sample, wanted, delimiter, header_row, no_header)
        self.delimiter = self.layout.delimiter
        self.marked = self.encoding != "utf-8"
        self.end = "\r\n" if sample.partition("\n")[0].endswith("\r") else "\n"
        if no_header:
            self.header = [""] * self.layout.width
        else:
            self.header = self._read_header()
        self._tell(wanted, kind)

    def _read_header(self) -> list[str]:
        records = _Records(self, 0)
        number, raw, cells, why = next(iter(records), (1, "", None, ""))
        records.close()
        if cells is None:
            raise DataError("not_csv", where=Message("place.line", path=str(self.path), number=number),
                            reason=why or "no line")  # fmt: skip
        if not sound(raw):
            raise DataError("header_encoding", path=self.path, encoding=self.encoding)
        if len(cells) > MAX_COLUMNS:
            raise DataError("too_many_columns", path=self.path, n=len(cells), limit=MAX_COLUMNS)
        return ["", *cells] if self.layout.row_names else cells

    def _tell(self, wanted: Sequence[str], kind: Format) -> None:
        """Say what is out of the ordinary."""
        if self.layout.delimiter != ("\t" if kind == "tsv" else ",") and self.layout.width > 1:
            shown = _MARKS.get(self.delimiter, repr(self.delimiter))
            self.guesses.append(Message("guess.delimiter", delimiter=shown))
        if not self.encoding.startswith("utf-8"):
            name = _NAMES.get(self.encoding, self.encoding)
            self.guesses.append(Message("guess.encoding", encoding=name))
        if self.layout.header > 1:
            self.guesses.append(Message("guess.header", number=self.layout.header))
        if self.layout.row_names:
            self.guesses.append(Message("guess.row_names"))

    def items(self) -> Iterator[Row | Rejected]:
        """Yield the rows."""
        width = len(self.header)
        records = _Records(self, width)
        each = iter(records)
        if self.layout.header:
            next(each, None)
        for number, line, found, why in each:
            raw: str | None = line
            cells = found
            if cells is None:
                cells, raw = None if len(line) > MAX_LETTERS else records.mended(line), None
                if cells is None:
                    yield self.rejected_row(number, line, self._reason(line, why))
                    continue
            if not cells:
                if width > 1:
                    continue
                cells = [""]  # an empty line is a row of one empty cell
            yield self._row(number, raw, cells, width)

    def _row(self, number: int, raw: str | None, cells: list[str], width: int) -> Row | Rejected:
        letters = sum(map(len, cells)) if raw is None else len(raw)
        if letters > MAX_LETTERS:
            return self.rejected_row(number, raw or "", _too_long())
        if not (sound(raw) if raw is not None else all(map(sound, cells))):
            why = Message("row.bytes", encoding=_NAMES.get(self.encoding, "UTF-8"))
            return self.rejected_row(number, raw or "", why)
        if len(cells) != width:
            if any(c.strip() for c in cells[width:]):
                why = Message("row.cells", found=len(cells), width=width)
                return self.rejected_row(number, raw or self.delimiter.join(cells), why)
            raw, cells = None, [*cells[:width], *[""] * (width - len(cells))]
        return Row(self.where(number), cells, None if raw is None else bare(raw))

    def _reason(self, raw: str, why: str) -> Message:
        return _too_long() if len(raw) > MAX_LETTERS else Message("row.quotes", why=why)


class _Records:
    """One way through the file: its records from the header on, broken ones among them.

    Attributes
    ----------
    number : int
        Line that comes next.
    """

    def __init__(self, table: DelimitedRows, width: int) -> None:
        self.delimiter, self.width = table.delimiter, width
        self.number = max(1, table.layout.header)
        self._lines = table.lines()
        for _ in range(table.layout.header - 1):
            next(self._lines, None)
        self._again: deque[str] = deque()

    def __iter__(self) -> Iterator[tuple[int, str, list[str] | None, str]]:
        """Yield line number, the row as it stands, its cells (None: broken) and the error.

        After an open quote has swallowed lines, only its own line is broken: the others are read
        again, unless `mended` takes them for the rest of the row.
        """
        taken: list[str] = []
        reader = self._reader(self._fed(taken))
        while True:
            taken.clear()
            number = self.number
            try:
                with _long_fields():
                    cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._again.extendleft(reversed(taken[1:]))
                self.number += 1
                yield number, taken[0], None, str(error)
                reader = self._reader(self._fed(taken))
                continue
            self.number += len(taken)
            yield number, taken[0] if len(taken) == 1 else "".join(taken), cells, ""

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()

    def _fed(self, taken: list[str]) -> Iterator[str]:
        letters = 0
        while (line := self._next_line()) is not None:
            letters = letters + len(line) if taken else len(line)
            taken.append(line)
            if letters > _RECORD and len(taken) > 1:
                raise csv.Error("a quote is not closed")
            yield line

    def _next_line(self) -> str | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.delimiter, strict=True)

    def mended(self, raw: str) -> list[str] | None:
        """Return the cells of a row with stray quotes, with the lines it goes on in.

        ``3;"Kata ketua "tim" beres";in``: a quote ends a cell only where a delimiter or the end of
        the row follows. Accepted only where this gives as many cells as there are columns; a line
        that is a row by itself is never taken for the rest of another.
        """
        if self.width == 1:
            return None
        text = raw
        used: list[str] = []
        while True:
            for tight in (False, True):
                cells = split_stray(bare(text), self.delimiter, tight)
                if cells is not None and len(cells) == self.width:
                    self.number += len(used)
                    return cells
            line = self._next_line() if len(used) < _JOINED and len(text) < MAX_LETTERS else None
            if line is not None:
                used.append(line)
                text += line
            if line is None or self._is_row(line):
                self._again.extendleft(reversed(used))
                return None

    def _is_row(self, line: str) -> bool:
        try:
            cells = next(self._reader(iter([bare(line)])), [])
        except csv.Error:
            cells = split_stray(bare(line), self.delimiter) or []
        return len(cells) == self.width


def split_stray(text: str, delimiter: str, tight: bool = False) -> list[str] | None:
    r"""Return the cells of a row whose quotes were not doubled; None if a quote is left open.

    With `tight`, a quote before a delimiter and a space ends no cell: ``"kata "tim", "ketua""``.

    >>> split_stray('1,"kata "tim" beres",x', ",")
    ['1', 'kata "tim" beres', 'x']
    >>> split_stray('1,"kata \\"tim\\", beres",x', ",")
    ['1', 'kata "tim", beres', 'x']
    """
    escaped = '\\"' in text
    out, at = [], 0
    while True:
        if text[at : at + 1] == '"':
            end = _closing_quote(text, at + 1, delimiter, escaped, tight)
            if end < 0:
                return None
            cell = text[at + 1 : end]
            cell = cell.replace('\\"', '"') if escaped else cell.replace('""', '"')
            at = end + 1
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            cell, at = text[at:end], end
        out.append(cell)
        if at >= len(text):
            return out
        at += 1


def _closing_quote(text: str, at: int, delimiter: str, escaped: bool, tight: bool) -> int:
    """The place of the next quote that a delimiter or the end follows; -1 if there is none."""
    while (at := text.find('"', at)) >= 0:
        ends = text[at + 1 : at + 2] in ("", delimiter)
        inside = (escaped and text[at - 1] == "\\") or (tight and text[at + 2 : at + 3] == " ")
        if ends and not inside:
            return at
        at += 1
    return -1


def checked_encoding(name: str) -> Encoding:
    """Return the encoding that ``--encoding`` names."""
    folded = name.lower().replace("_", "-")
    known = {"windows-1252": "cp1252", "latin-1": "cp1252", "utf8": "utf-8", "utf-16": "utf-16-le"}
    folded = known.get(folded, folded)
    if folded not in ENCODINGS:
        raise ArgumentError("encoding", encoding=name, allowed=[*ENCODINGS])
    return folded


def bare(line: str) -> str:
    """Return a row without the end of its last line."""
    return line[:-2] if line.endswith("\r\n") else line.removesuffix("\n").removesuffix("\r")


def _too_long() -> Message:
    return Message("row.long", limit=MAX_LETTERS)


class _long_fields:  # noqa: N801  (used like contextlib's)
    """Let a cell be as long as a row, and put the limit of the csv module back afterwards.

    The limit belongs to the whole process: another reader may rely on its own.
    """

    def __enter__(self) -> None:
        self.before = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self.before)
