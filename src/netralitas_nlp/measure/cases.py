"""The tables of an audit, read and checked: behaviour cases, frames, limits.

Default: those of ``data/audit``. A row that cannot be used is an error with file, line and value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..base.assets import asset_path, read_table
from ..base.catalogue import Message, did_you_mean
from ..base.errors import DataError
from ..tables.labelled import LABELS

EXPECTATIONS = ("neutral", "not_partisan", "not_neutral", "partisan")
SLOT = "{name}"
CHECKS = (
    "listed_gap",
    "listed_changes",
    "unlisted_mean_gap",
    "unlisted_flips",
    "frame_errors",
    "party_accused",
    "ticket_accused",
    "cases_reversed",
)
"""What has a limit besides the suites; see `audit.Check`."""
SUITE = "suite"
"""The limit of the suites without a line of their own, which is called ``suite:NAME``."""


class Case(NamedTuple):
    """A text and what a classifier must say of it; ``where`` is file and line."""

    id: str
    suite: str
    text: str
    expectation: str
    comment: str = ""
    where: str = ""


class Frame(NamedTuple):
    """A text with a place for one name, and its label whoever it is."""

    id: str
    text: str
    label: str

    def holding(self, name: str) -> str:
        """Return the text with that name in it."""
        return self.text.replace(SLOT, name)


def read_cases(more: Iterable[str | Path] = ()) -> list[Case]:
    """Read the packaged behaviour cases, then those of more tables.

    Parameters
    ----------
    more : iterable of paths
        CSV with ``id``, ``suite``, ``text``, ``expectation`` and, if you like, ``comment``. Name
        one of the packaged suites to add to it, or a new one.

    Raises
    ------
    DataError
        Naming file, line and value if a cell is missing, an id is used already, or an
        expectation is none of `EXPECTATIONS`.

    Examples
    --------
    >>> read_cases()[0].suite
    'voter_education'
    """
    out: list[Case] = []
    seen: dict[str, Message] = {}
    for path in (asset("behaviour"), *map(Path, more)):
        for where, row in _rows(path, ("id", "suite", "text", "expectation")):
            _filled(where, row, ("id", "suite", "text"))
            _once(where, row["id"], seen)
            _one_of(where, "expectation", row["expectation"], EXPECTATIONS)
            cells = (row["id"], row["suite"], row["text"], row["expectation"])
            out.append(Case(*cells, row.get("comment", ""), str(where)))
    return out


def read_frames(path: str | Path | None = None) -> list[Frame]:
    """Read frames: CSV with ``id``, ``text`` (with one ``{name}``) and ``label``.

    Raises
    ------
    DataError
        Naming file, line and value of the first row that cannot be used.
    """
    out: list[Frame] = []
    seen: dict[str, Message] = {}
    for where, row in _rows(asset("frames") if path is None else Path(path), Frame._fields):
        _filled(where, row, ("id",))
        _once(where, row["id"], seen)
        _one_of(where, "label", row["label"], LABELS)
        if row["text"].count(SLOT) != 1:
            raise DataError("frame_without_slot", where=where, slot=SLOT, text=row["text"])
        out.append(Frame(row["id"], row["text"], row["label"]))
    return out


def read_limits(path: str | Path | None = None) -> dict[str, float]:
    """Read limits: CSV with ``check`` and ``limit``; the packaged ones by default.

    Raises
    ------
    DataError
        Naming file, line and value if a check stands twice, or a limit is no number from 0 on.
    """
    out: dict[str, float] = {}
    seen: dict[str, Message] = {}
    for where, row in _rows(asset("limits") if path is None else Path(path), ("check", "limit")):
        name = row["check"]
        _once(where, name, seen, "check")
        if not name.startswith(f"{SUITE}:"):
            _one_of(where, "check", name, (*CHECKS, SUITE, f"{SUITE}:NAME"))
        try:
            limit = float(row["limit"])
        except ValueError:
            limit = math.nan
        if not limit >= 0 or math.isinf(limit):
            raise DataError("no_limit", where=where, value=row["limit"])
        out[name] = limit
    return out


def asset(name: str) -> Path:
    """Return the path of a packaged table of the audit."""
    return asset_path("data", "audit", f"{name}.csv")


def _rows(path: Path, columns: Iterable[str]) -> Iterator[tuple[Message, dict[str, str]]]:
    """Yield file and line, and the cells, of each row."""
    line = 2
    for row in read_table(path, columns):
        yield Message("place.line", path=str(path), number=line), row
        line += 1 + sum(cell.count("\n") for cell in row.values())


def _filled(where: Message, row: Mapping[str, str], columns: Iterable[str]) -> None:
    for column in columns:
        if not row[column].strip():
            raise DataError("empty_cell", where=where, column=column)


def _once(where: Message, value: str, seen: dict[str, Message], column: str = "id") -> None:
    if value in seen:
        raise DataError("stands_twice", where=where, column=column, value=value, first=seen[value])
    seen[value] = where


def _one_of(where: Message, column: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise DataError("wrong_cell", where=where, column=column, **wrong_value(value, allowed))


def wrong_value(value: str, allowed: Sequence[str]) -> dict[str, Any]:
    """Return what a message on a wrong value fills in: value, allowed ones, the nearest of them."""
    return {"value": value, "allowed": list(allowed), "hint": did_you_mean(value, allowed)}


__all__ = [
    "CHECKS", "EXPECTATIONS", "SLOT", "SUITE", "Case", "Frame", "asset", "read_cases", "read_frames",
    "read_limits", "wrong_value",
]  # fmt: skip
