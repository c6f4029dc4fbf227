"""Lexicon files to rows: the one reader, and what makes a row impossible to use.

`read_entries` stops at the first thing that is wrong; `checks.check` names all of them, and more.
What this module does not do: mend a file, or compare a row with other rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ..base.assets import read_bytes
from ..base.catalogue import Message, did_you_mean
from ..base.errors import LexiconError
from .entries import (
    CASES,
    COLUMNS,
    DIRECTIONS,
    ENTRY_CATEGORIES,
    KINDS,
    MAX_LETTERS,
    NEEDS,
    SEVERAL,
    Entry,
    form_key,
    is_day,
    parts,
)
from .flags import CUE_CLASSES

Level = Literal["error", "warning"]


class Problem(NamedTuple):
    """Something wrong, or doubtful, in a lexicon file.

    Attributes
    ----------
    file : str
        The file as it was given.
    line : int
        The line on which the row begins; the header is line 1.
    id : str
        Id of the row, ``""`` where there is none.
    level : str
        ``"error"``: the row cannot be used, or would do harm. ``"warning"``: to be looked at.
    message : Message
        What is wrong; its ``key`` is the code, ``str()`` and ``in_language()`` say it.
    """

    file: str
    line: int
    id: str
    level: Level
    message: Message


class Row(NamedTuple):
    """A row of a lexicon file: where it begins, and its cells by column."""

    file: Path
    line: int
    cells: Mapping[str, str]

    @property
    def place(self) -> Message:
        """File and line, in words."""
        return Message("place.line", path=str(self.file), number=self.line)

    def entry(self) -> Entry:
        """Return the row as an entry, whatever its cells hold."""
        cells: Iterable[Any] = (
            parts(self.cells[column]) if column in SEVERAL else self.cells[column]
            for column in COLUMNS
        )
        entry = Entry._make(cells)
        return entry if entry.case else entry._replace(case="any")

    def problem(self, level: Level, key: str, **values: Any) -> Problem:
        """Return a problem of this row."""
        id_ = self.cells.get("id", "")
        return Problem(str(self.file), self.line, id_, level, Message(f"entry.{key}", **values))


def lexicon_files(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """Return the CSV files meant by files and folders, each once.

    Raises
    ------
    LexiconError
        If one of them is not there, or there is none.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files: list[Path] = []
    for item in map(Path, given):
        files.extend(sorted(item.glob("*.csv")) if item.is_dir() else [item])
    gone = [str(f) for f in files if not f.is_file()]
    if gone:
        raise LexiconError("no_lexicon_file", paths=gone)
    if not files:
        raise LexiconError("no_lexicon_in", paths=[str(item) for item in given])
    return list(dict.fromkeys(files))


def read_entries(files: Sequence[Path]) -> list[Entry]:
    """Return the entries of lexicon files, in the order of files and lines.

    Raises
    ------
    LexiconError
        For the first thing that cannot be used; its values are ``where`` (file and line) and
        ``problem``, whose key is one of the ``entry.…`` in ``data/text/messages.csv``.
    """
    entries: list[Entry] = []
    seen: dict[str, Row] = {}
    for path in files:
        rows, problems = read_rows(path)
        for problem in problems:
            if problem.level == "error":
                where = Message("place.line", path=problem.file, number=problem.line)
                raise LexiconError("lexicon_row", where=where, problem=problem.message)
        for row in rows:
            for fault in (*faults(row), *repeated(row, seen)):
                raise LexiconError("lexicon_row", where=row.place, problem=fault.message)
            entries.append(row.entry())
    return entries


# --- a file


def read_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a lexicon file, and what is wrong with it as a file.

    A file that is damaged, or lacks a column, has no rows.
    """
    top = Row(path, 1, {})
    data = read_bytes(path)
    if data.startswith(b"PK\x03\x04"):
        return [], [top.problem("error", "workbook")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Row(path, line, {}).problem("error", "not_utf8", byte=error.start + 1)]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return [], [Row(path, line, {}).problem("error", "not_csv", reason="NUL")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if cells:
                lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        endless = "unexpected end" in str(error) or "field limit" in str(error)
        broken = Row(path, start, {})
        if endless:
            return [], [broken.problem("error", "open_quote")]
        return [], [broken.problem("error", "not_csv", reason=str(error))]
    if not lines:
        return [], [top.problem("error", "empty_file")]
    (line, header), *rest = lines
    problems = list(_header(Row(path, line, {}), header))
    if any(p.level == "error" for p in problems):
        return [], problems
    return _rows(path, header, rest, problems), problems


def _header(top: Row, header: list[str]) -> Iterator[Problem]:
    """Yield what is wrong with the columns of a file."""
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            yield top.problem("error", "separator", separator=Message(f"entry.{name}"))
            return
    known = set(header)
    missing = [c for c in COLUMNS if c not in known]
    if missing:
        yield top.problem("error", "missing_column", columns=missing)
    for column in dict.fromkeys(header):
        if column not in COLUMNS:
            hint = did_you_mean(column, COLUMNS)
            yield top.problem("warning", "unknown_column", column=column, hint=hint)
        elif header.count(column) > 1:
            yield top.problem("error", "repeated_column", column=column)


def _rows(
    path: Path, header: list[str], lines: list[tuple[int, list[str]]], problems: list[Problem]
) -> list[Row]:
    """Return the rows that are as long as the header; add the others to the problems."""
    places = [header.index(column) for column in COLUMNS]
    rows = []
    for line, cells in lines:
        if len(cells) == len(header):
            named = {c: cells[at] for c, at in zip(COLUMNS, places, strict=True)}
            rows.append(Row(path, line, named))
        else:
            id_ = cells[places[0]] if places[0] < len(cells) else ""
            short = Row(path, line, {"id": id_})
            problems.append(short.problem("error", "width", have=len(cells), want=len(header)))
    return rows


# --- a row


def faults(row: Row) -> Iterator[Problem]:
    """Yield what makes a row impossible to use, whatever other rows there are."""
    cells = row.cells
    if not cells["id"] and not any(map(str.strip, cells.values())):
        yield row.problem("error", "empty_row")
        return
    if not cells["id"]:
        yield row.problem("error", "no_id")
    for column, value, allowed in (
        ("kind", cells["kind"], KINDS),
        *(("needs", need, NEEDS) for need in parts(cells["needs"])),
        ("case", cells["case"] or "any", CASES),
        ("direction", cells["direction"], DIRECTIONS),
        ("category", cells["category"], ENTRY_CATEGORIES),
    ):
        if value not in allowed:
            yield row.problem(
                "error", "unknown", column=column, value=value, hint=_hint(value, allowed)
            )
    if cells["kind"] == "cue" and cells["name"] not in CUE_CLASSES:
        hint = _hint(cells["name"], CUE_CLASSES)
        yield row.problem("error", "unknown_class", value=cells["name"], hint=hint)
    forms = parts(cells["forms"])
    if not forms:
        yield row.problem("error", "no_form")
    for form in forms if len(cells["forms"]) > MAX_LETTERS else ():
        if len(form) > MAX_LETTERS:
            yield row.problem(
                "error", "long_form", form=f"{form[:40]}…", n=len(form), most=MAX_LETTERS
            )
    for block in parts(cells["blocks"]):
        words = form_key(block).split(" ")
        if words.count("_") > 1 or not set(words) - {"_", ""}:
            yield row.problem("error", "bad_block", block=block)
    yield from _days(row)


def _days(row: Row) -> Iterator[Problem]:
    first, last = row.cells["valid_from"], row.cells["valid_to"]
    wrong = [c for c in ("valid_from", "valid_to") if row.cells[c] and not is_day(row.cells[c])]
    for column in wrong:
        yield row.problem("error", "bad_date", column=column, value=row.cells[column])
    if first and last and not wrong and last < first:
        yield row.problem("error", "dates_reversed", first=first, last=last)


def repeated(row: Row, seen: dict[str, Row]) -> Iterator[Problem]:
    """Yield a problem if the row's id is that of a row seen before; remember it otherwise."""
    before = seen.setdefault(row.cells["id"], row)
    if before is not row and row.cells["id"]:
        yield row.problem("error", "repeated_id", id=row.cells["id"], where=before.place)


def _hint(value: str, allowed: Sequence[str]) -> Message | str:
    """Return the nearest allowed value, or all of them where none is near."""
    choices = [a for a in allowed if a]
    return did_you_mean(value, choices) or Message("entry.allowed", allowed=choices)
