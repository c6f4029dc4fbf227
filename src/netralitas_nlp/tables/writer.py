"""What every writer of a table has in common, and cells that no spreadsheet runs.

What this module does not do: know any format (`writers`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar

from ..base.catalogue import Language
from .rows import Row, Rows, free_names, unique_names

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: str) -> str:
    """Return a cell that no spreadsheet runs as a formula (an apostrophe before ``= + - @``).

    Source: OWASP, "CSV injection".

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("biasa")
    ("'=HYPERLINK(1)", 'biasa')
    """
    return f"'{value}" if value.startswith(_FORMULA) else value


def unsafe_cell(value: str) -> str:
    """Return a cell as it was before `safe_cell`.

    >>> unsafe_cell("'=1+1"), unsafe_cell("'kan")
    ('=1+1', "'kan")
    """
    return value[1:] if value[:1] == "'" and value[1:].startswith(_FORMULA) else value


@dataclass(frozen=True)
class Columns:
    """The columns of an output.

    Attributes
    ----------
    header : tuple of str
        Of the rows as they come; may repeat and be blank.
    added : tuple of str
        Added behind them, under names that are free.
    numbers : frozenset of str
        Those of the added ones that are numbers.
    text, date, account : int, optional
        Places of the columns of texts, of their days and of who posted them.
    """

    header: tuple[str, ...]
    added: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    text: int | None = None
    date: int | None = None
    account: int | None = None

    def names(self) -> list[str]:
        """Every name once, none blank."""
        plain = unique_names(self.header)
        return [*plain, *free_names(self.added, plain)]


@dataclass(frozen=True)
class Style:
    """How an output is written.

    Attributes
    ----------
    leave_formulas : bool
        Leave cells that a spreadsheet would run as they are.
    language : str
        Of what a writer says itself.
    excel : bool
        A CSV as Excel opens it where numbers have decimal commas: ``;``, a byte order mark.
    sample, seed : int
        How many neutral texts a workbook offers for a check, and the seed they are drawn by.
    figures : mapping, optional
        A model's own, for the share that is expected to be wrong.
    """

    leave_formulas: bool = False
    language: Language = "id"
    excel: bool = False
    sample: int = 0
    seed: int = 0
    figures: Mapping[str, Mapping[str, float]] | None = None


PLAIN = Style()
"""As nobody asked for anything else."""


class Writer:
    """Rows as bytes of a format; the base of all.

    Parameters
    ----------
    columns : Columns
    style : Style
    source : Rows, optional
        Where the rows come from, if they all come from one table: a writer may copy rows of its
        own format as they stand.

    Attributes
    ----------
    wants_all : bool
        Whether the added cells of a row shall hold more than the columns: verdict, score, category,
        ``"group"`` of copies, and ``"marks"``, which words decided: ``[(start, end, weight), …]``.
    most_rows : int
        Rows that the format can hold.
    join : callable or None
        Makes the table of the joined pieces: ``join(body, target)``.
    """

    wants_all: ClassVar[bool] = False
    most_rows: ClassVar[float] = math.inf
    join: Callable[[Path, IO[bytes]], None] | None = None

    def __init__(self, columns: Columns, style: Style, source: Rows | None = None) -> None:
        self.columns = columns
        self.style = style
        self.source = source
        self.width = len(columns.header) if source is None else len(source.header)

    def copies_from(self, source: Rows) -> bool:
        """Whether rows are copied without a look at their cells."""
        return False

    def begin(self) -> bytes:
        """Return what stands before the first row."""
        return b""

    def rows(self, rows: Sequence[Row], added: Sequence[Mapping[str, Any]]) -> bytes:
        """Return rows with their added cells, by the names of ``columns.added``."""
        raise NotImplementedError
