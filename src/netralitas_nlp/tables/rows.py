"""Rows of a table, whatever it was saved as: what every reader gives and everybody else takes.

A reader yields `Row` for what it could read and `Rejected` for what it could not, in the order of
the file. What this module does not do: read or write any format, or judge texts and labels.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any, Literal

from ..base.catalogue import Language, Message
from ..base.errors import DataError

Format = Literal["csv", "tsv", "txt", "jsonl", "json", "xlsx", "parquet"]
"""How rows are saved."""
FORMATS: tuple[Format, ...] = ("csv", "tsv", "txt", "jsonl", "json", "xlsx", "parquet")
ENDINGS = {name: name for name in FORMATS} | {"ndjson": "jsonl"}
"""Endings of files and their formats; ``.gz`` may follow each."""

MAX_LETTERS = 1 << 20
"""Letters of a row (about 1 MB). A longer one is put aside: it is a document, not a caption."""
MAX_COLUMNS = 16_384
"""Columns of a table: what a spreadsheet can have."""
USUAL = ("text", "teks", "full_text", "caption", "takarir", "komentar", "comment", "tweet", "isi",
         "content", "konten", "message", "pesan", "body", "description")  # fmt: skip
"""Usual names of a column of texts, for the hint where the wanted one is missing."""
_SHOWN = 1000  # letters kept of a row that was put aside


@dataclass(slots=True)
class Row:
    """One row.

    Attributes
    ----------
    where : str
        Its place, ``"file.csv:line 12"``, ``"file.xlsx:Sheet1:row 3"`` or ``"file.json:item 2"``.
    cells : list
        One value for each column: str from text; also int, float, bool, None, date and time from
        workbooks and Parquet; also list and dict from JSON. `cell_text` makes text of each.
    raw : object
        The row as it stands in the file, for a writer of the same format; None where a writer must
        go by the cells.
    """

    where: str
    cells: list[Any]
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was put aside: its place, its line in the file, the reason, its beginning."""

    where: str
    line: int
    reason: Message
    raw: str


class Formula(str):
    """A formula of a workbook whose result the file does not hold."""

    __slots__ = ()


class Rows:
    """A table that can be read, once or more often; the base of all formats.

    Attributes
    ----------
    path : Path
    format : str
    header : list of str
        The names of the columns as they stand in the file; ``""`` where there is none.
    names : list of str
        The same, each name once and none blank (``"column 3"``, ``"text_2"``).
    guesses : list of Message
        What was guessed about the file, beyond a UTF-8 table with commas and a header on top.
    size, position : int
        Of the file, and how much of it has been read; units differ by format.
    rejected : list of Rejected
        The rows put aside so far by iterating (not by `items`).
    """

    format: Format = "csv"
    only: int | None = None
    """A column: if set, a reader may leave the cells of the others unread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: list[str] = []
        self.guesses: list[Message] = []
        self.rejected: list[Rejected] = []
        self.position = 0
        self.size = path.stat().st_size

    @property
    def names(self) -> list[str]:
        """The names of the columns, each once and none blank."""
        return unique_names(self.header)

    def items(self) -> Iterator[Row | Rejected]:
        """Yield all rows from the first on, those put aside among them."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Row]:
        self.rejected = []
        for item in self.items():
            if isinstance(item, Row):
                yield item
            else:
                self.rejected.append(item)

    def understood(self, language: Language = "id") -> str:
        """Return in one line what was guessed; ``""`` if nothing was.

        For example ``pemisah ';', windows-1252, judul kolom di baris 3``.
        """
        return ", ".join(guess.in_language(language) for guess in self.guesses)

    def fingerprint(self) -> str:
        """Return the SHA-256 of the whole file (64 hex digits)."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def share(self) -> float:
        """Return how much of the file has been read, 0..1."""
        return min(1.0, self.position / self.size) if self.size else 1.0

    def column(self, wanted: str, option: str = "--text-column") -> int:
        """Return the place of a column, given by its name or its number (from 1).

        Parameters
        ----------
        wanted : str
            Spaces around a name do not count, nor do capitals where only one column is meant.
        option : str
            Of the command, for the message.

        Raises
        ------
        DataError
            If there is none or more than one.
        """
        return find_column(self, wanted, option)


def find_column(rows: Rows, wanted: str, option: str) -> int:
    """Return the place of a column; see `Rows.column`."""
    same = [i for i, name in enumerate(rows.header) if plain_name(name) == plain_name(wanted)]
    if not same:
        folded = plain_name(wanted).casefold()
        same = [i for i, name in enumerate(rows.header) if plain_name(name).casefold() == folded]
    if len(same) == 1:
        return same[0]
    if len(same) > 1:
        raise DataError(
            "column_repeated", path=rows.path, column=wanted, option=option,
            numbers=[str(i + 1) for i in same],
        )  # fmt: skip
    if wanted.isdecimal() and 0 < int(wanted) <= len(rows.header):
        return int(wanted) - 1
    if wanted in rows.names:
        return rows.names.index(wanted)
    if looks_like_a_row(rows.header):
        raise DataError("no_header", path=rows.path, column=wanted, have=rows.names, option=option)
    near = _near(wanted, rows.names)
    hint = Message("did_you_mean", near=near) if near else ""
    raise DataError(
        "no_column", path=rows.path, column=wanted, have=rows.names, option=option, hint=hint
    )


def _near(wanted: str, names: Sequence[str]) -> str:
    """The column that is most likely meant, or ``""``."""
    folded = {plain_name(name).casefold(): name for name in reversed(names)}
    close = difflib.get_close_matches(wanted.casefold(), list(folded), 1, 0.7)
    usual = [name for name in USUAL if name in folded] if wanted in USUAL else []
    return next((folded[name] for name in (*close, *usual)), "")


def plain_name(name: str) -> str:
    r"""Return the name of a column without spaces and marks around it.

    >>> plain_name("\ufeff teks ")
    'teks'
    """
    return name.strip("\ufeff\u200b\0 \t\r\n\xa0")


def looks_like_a_row(header: Sequence[str]) -> bool:
    """Whether what should be names of columns is more likely a row of a table without a header.

    >>> looks_like_a_row(["Kereta telat terus, sudah tiga hari begini", "0"])
    True
    >>> looks_like_a_row(["id", "teks keluhan"])
    False
    """
    return any(
        len(cell) > 60 or len(cell.split()) >= 5 or cell.strip().replace(".", "", 1).isdecimal()
        for cell in header
    )


def unique_names(names: Iterable[str]) -> list[str]:
    """Return names of columns, each once and none blank.

    >>> unique_names(["text", " text", ""])
    ['text', 'text_2', 'column 3']
    """
    plain = [plain_name(name) or f"column {i}" for i, name in enumerate(names, start=1)]
    return free_names(plain, ())


def free_names(names: Sequence[str], taken: Iterable[str]) -> list[str]:
    """Return `names`, with ``_2``, ``_3`` … after those that are columns already.

    >>> free_names(["verdict", "score"], ["text", "score"])
    ['verdict', 'score_2']
    """
    used = set(taken)
    given = set(names)
    numbers: dict[str, int] = {}  # columns of one name may be thousands
    out = []
    for name in names:
        free, number = name, numbers.get(name, 1)
        while free in used or (number > 1 and free in given):
            number += 1
            free = f"{name}_{number}"
        numbers[name] = number
        used.add(free)
        out.append(free)
    return out


def format_of(path: Path) -> tuple[Format, bool]:
    """Return the format that a file's name says, and whether it says gzip.

    Raises
    ------
    DataError
        If it is none of `ENDINGS`.

    Examples
    --------
    >>> format_of(Path("unggahan.CSV.gz"))
    ('csv', True)
    """
    name = path.name.lower()
    packed = name.endswith(".gz")
    kind = name.removesuffix(".gz").rpartition(".")[2]
    if kind in ENDINGS and "." in name:
        return ENDINGS[kind], packed  # type: ignore[return-value]
    raise DataError(
        "unknown_format", path=path, ending=path.suffix or "", allowed=[f".{e}" for e in ENDINGS]
    )


def cell_text(value: Any) -> str:
    """Return a value as the text of a cell.

    Numbers that are whole have no decimal point, dates without a time none of it; lists and
    objects stand as JSON.

    >>> [cell_text(v) for v in ("hai", None, 2024.0, True, {"k": [1, "é"]})]
    ['hai', '', '2024', 'true', '{"k": [1, "é"]}']
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=cell_text)
    if isinstance(value, float):
        whole = math.isfinite(value) and value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time.min else value)
    return value.hex() if isinstance(value, bytes) else str(value)


def text_cell(value: Any) -> str | Message:
    """Return the text in a cell of the column of texts, or why there is none that can be judged.

    A number or a date is text; brackets and keys are not.

    >>> text_cell(None), text_cell(5), str(text_cell(["hai"]))
    ('', '5', "the text is a list: ['hai']")
    """
    if isinstance(value, Formula):
        return Message("row.formula", formula=value[:40])
    if isinstance(value, list | dict | tuple):
        kind = "object" if isinstance(value, dict) else "list"
        return Message(f"row.{kind}_text", value=str(value)[:40])
    return cell_text(value)


def sound(text: str) -> bool:
    """Whether a text has no lone surrogate, so that it can be written as UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def visible(raw: str) -> str:
    r"""Return the beginning of a row, with ``\x..`` for every byte and letter that is not printed.

    >>> visible("a\tb" + chr(0xDCFF))
    'a\\x09b\\xff'
    """
    short = raw[:_SHOWN].rstrip("\r\n")
    shown = "".join(c if c.isprintable() else _escape(ord(c)) for c in short)
    return shown + "…" if len(raw) > _SHOWN else shown


def _escape(code: int) -> str:
    if 0xDC00 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what reading a file can raise into one error that names it."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise DataError("cannot_read", path=path, reason=error) from error
