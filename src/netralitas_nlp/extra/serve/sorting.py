"""*Pilah berkas*: a table read, judged in parts, and written back with the decisions in it.

The browser keeps the file and what was decided, and sends along what a step needs; here nothing of it
outlives a request. An upload stands in a temporary folder while it is read, and is deleted after.
What this module does not do: answer requests (`uploads`).
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ...base.catalogue import Language, Message
from ...base.errors import DataError
from ...base.result import VERDICTS
from ...say.sentences import category_name, verdict_name
from ...tables.likeness import likeness_groups
from ...tables.reading import open_rows
from ...tables.rows import (
    USUAL,
    Rejected,
    Row,
    Rows,
    cell_text,
    looks_like_a_row,
    plain_name,
    text_cell,
)
from ...tables.workers import ADDED, MARKS, Cells, advice_cells, is_blank
from ...tables.writer import Columns
from .drawing import coloured
from .work import classifier

DECISION = "decision"
"""Column of the decisions."""
DECISIONS = ("partisan", "unsure", "neutral")
"""What can be decided, by the keys 1, 2 and 3."""
_SHOWN = 600  # letters of a text in the table of the page
_LOOKED_AT = 200  # rows by which the column of texts is guessed
_LETTERS = 50_000_000  # of all texts together
_UNPACKED = 2**28  # bytes of a workbook


@dataclass(frozen=True)
class Choice:
    """How a table is to be read, where the guess is wrong.

    Attributes
    ----------
    sheet : str
        Or ``""``.
    header_row : int
        From 1; 0 for none, -1 for a guess.
    column : int
        Of the texts, from 0; -1 for a guess.
    """

    sheet: str = ""
    header_row: int = -1
    column: int = -1

    def open(self, path: Path) -> Rows:
        """Open a table as chosen, unless it unpacks to more than memory should hold.

        Raises
        ------
        DataError
            If it cannot be read as a table, or is too large.
        """
        with path.open("rb") as file:
            start = file.read(2)
        if start == b"\x1f\x8b":
            raise DataError("page.packed", path=path)
        if start == b"PK" and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                unpacked = sum(member.file_size for member in packed.infolist())
            if unpacked > _UNPACKED:
                raise DataError("file_too_large", path=path, limit=f"{_UNPACKED >> 20} MiB")
        more: dict[str, Any] = {"no_header": True} if self.header_row == 0 else {}
        if self.header_row > 0:
            more = {"header_row": self.header_row}
        return open_rows(path, wanted=USUAL, sheet=self.sheet or None, **more)


def read_table(path: Path, choice: Choice, most: int, language: Language) -> dict[str, Any]:
    """Return a table as the page shows it: what was understood, and its texts.

    Parameters
    ----------
    path : Path
    choice : Choice
    most : int
        Rows that are taken.
    language : str

    Returns
    -------
    dict
        ``sheets``, ``sheet``, ``columns``, ``column``, ``header_row``, ``understood``, and ``rows``:
        for each its line, its text, the row whose copy it nearly is, and why it cannot be read.

    Raises
    ------
    DataError
        If the table cannot be read, has no column of that number, or is too large.
    """
    table = choice.open(path)
    if choice.header_row < 0 and looks_like_a_row(table.header):
        choice = replace(choice, header_row=0)  # the first text is no name of a column
        table = choice.open(path)
    column = _column(table, choice)
    rows: list[list[Any]] = []
    letters = 0
    for item in table.items():
        written, problem = _text(item, column)
        letters += len(written)
        if len(rows) >= most or letters > _LETTERS:
            raise DataError("page.too_many_rows", path=path, limit=most, letters=_LETTERS)
        why = problem.in_language(language) if problem else ""
        rows.append([_line(item), written, 0, why])
    if not rows:
        raise DataError("empty_table", path=path)
    for row, family in zip(rows, likeness_groups([row[1] for row in rows]).tolist(), strict=True):
        row[2] = family
    guessed = (g.values["number"] for g in table.guesses if g.key == "guess.header")
    return {
        "sheets": getattr(table, "sheets", []),
        "sheet": getattr(table, "sheet", ""),
        "columns": table.names,
        "column": column,
        "header_row": choice.header_row if choice.header_row >= 0 else next(guessed, 1),
        "understood": table.understood(language),
        "rows": rows,
    }


def judge_rows(texts: Sequence[str], language: Language) -> list[dict[str, Any]]:
    """Return the advice about some rows, as the page shows it and as the download takes it."""
    out = []
    for result in classifier().classify_many(texts):
        cells = advice_cells(result, (*ADDED, MARKS), language)
        blank = is_blank(result.text)
        out.append(
            {
                "cells": cells,
                "verdict": "" if blank else verdict_name(result, language),
                "category": "" if blank else category_name(result, language),
                "pieces": [] if blank else coloured(result, _SHOWN),
            }
        )
    return out


def write_table(path: Path, found: Path, choice: Choice, language: Language) -> bytes:
    """Return the table as a workbook with the advice and the decisions in it.

    Parameters
    ----------
    path : Path
        The table as it was uploaded.
    found : Path
        JSON: for each row its cells by the names of `judge_rows`, or null where it was not judged,
        and the decision, or ``""``.
    choice : Choice
    language : str

    Raises
    ------
    DataError
        If there are not as many rows as were judged: it is another file.
    """
    from openpyxl import Workbook

    table = choice.open(path)
    judged = _judged(found)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(path.stem[:31])
    sheet.freeze_panes = "A2"
    columns = Columns(tuple(table.header), (*ADDED, DECISION))
    sheet.append([_cell(sheet, name) for name in columns.names()])
    at = 0
    for at, item in enumerate(table.items(), start=1):
        if at > len(judged):
            break
        given, decision = judged[at - 1]
        cells = _cells(item, given, decision, language)
        kept = _kept(item, len(table.header)).cells
        values = [*kept, *(cells[name] for name in columns.added)]
        sheet.append([_cell(sheet, value) for value in values])
    if at != len(judged):
        raise DataError("page.other_file", path=path, n=len(judged))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- inside


def _column(table: Rows, choice: Choice) -> int:
    """The column of texts: as chosen, by a usual name, or the one with the longest cells."""
    names = [plain_name(name).casefold() for name in table.header]
    if choice.column >= len(names):
        have = {"column": str(choice.column + 1), "have": table.names, "option": "", "hint": ""}
        raise DataError("no_column", path=table.path, **have)
    if choice.column >= 0:
        return choice.column
    usual = next((names.index(name) for name in USUAL if name in names), None)
    if usual is not None:
        return usual
    lengths = [0] * len(names)
    for item in islice(table.items(), _LOOKED_AT):
        if isinstance(item, Row):
            for at, cell in enumerate(item.cells):
                # An address is long and no text.
                lengths[at] += len(cell) if isinstance(cell, str) and " " in cell else 0
    return max(range(len(names)), key=lambda at: lengths[at], default=0)


def _text(item: Row | Rejected, column: int) -> tuple[str, Message | None]:
    if isinstance(item, Rejected):
        return "", item.reason
    written = text_cell(item.cells[column])
    return ("", written) if isinstance(written, Message) else (written, None)


def _line(item: Row | Rejected) -> int:
    return int(item.where.rpartition(" ")[2])


def _kept(item: Row | Rejected, width: int) -> Row:
    """A row as it is written: one that cannot be read keeps its place and what it began with."""
    if isinstance(item, Row):
        return item
    return Row(item.where, [item.raw, *[None] * (width - 1)])


def _judged(found: Path) -> list[tuple[Cells, str | None]]:
    """The cells and the decision of each row, as the page sends them back, and nothing else."""
    try:
        given = json.loads(found.read_bytes())
        return [_judged_row(cells or {}, decision) for cells, decision in given]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DataError("page.no_json") from error


def _judged_row(cells: Cells, decision: str) -> tuple[Cells, str | None]:
    score = cells.get("score")
    kept: Cells = {
        "verdict": cells.get("verdict") if cells.get("verdict") in VERDICTS else None,
        "score": None if score is None else min(1.0, max(0.0, float(score))),
        "category": str(cells.get("category") or "")[:40] or None,
        "reasons": str(cells.get("reasons") or ""),
        MARKS: [(int(s), int(e), float(w)) for s, e, w in cells.get(MARKS) or ()],
    }
    return kept, decision if decision in DECISIONS else None


def _cells(item: Row | Rejected, given: Cells, decision: str | None, language: Language) -> Cells:
    reasons = {"reasons": item.reason.in_language(language)} if isinstance(item, Rejected) else {}
    return {**given, **reasons, DECISION: decision}


def _cell(sheet: Any, value: Any) -> Any:
    """A cell of a workbook: numbers and days as such, all else as letters and never a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if value is None or isinstance(value, bool | int | float | dt.date | dt.time):
        return value if not isinstance(value, float) or math.isfinite(value) else str(value)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell_text(value)))
    cell.data_type = "s"  # "=HYPERLINK(…)" is somebody's text
    return cell


__all__ = ["DECISIONS", "Choice", "judge_rows", "read_table", "write_table"]
