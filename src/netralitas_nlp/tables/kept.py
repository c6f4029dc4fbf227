"""What people wrote into an earlier output: kept when the same output is made again.

An officer adds a column ``keputusan`` to the advice and fills it in; the command is run again.
Columns that the input does not have go over to the new output, each row's to the row with the same
cells. What this module does not do: merge two tables that have little in common; that is refused.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..base.errors import DataError
from .reading import open_rows
from .review_sheets import OUR_SHEETS, REVIEW_SHEETS
from .rows import Formula, Rows, cell_text, free_names, plain_name
from .workbook import WorkbookRows
from .writer import unsafe_cell


class Kept:
    """The columns of an earlier output that are not ours to throw away.

    Attributes
    ----------
    header : list of str
        Their names; empty if there are none.
    """

    def __init__(self, header: Sequence[str] = ()) -> None:
        self.header = list(header)
        self._cells: dict[bytes, deque[list[Any]]] = {}
        self._shared: list[int] = []

    @classmethod
    def of(cls, target: Path, source: Rows, ours: Sequence[str]) -> Kept:
        """Look into what stands where the output goes.

        Parameters
        ----------
        target : Path
        source : Rows
            The input.
        ours : sequence of str
            Names that this package gives to columns, which are written anew.

        Raises
        ------
        DataError
            If something is there that is no table, or has nothing to do with the input.
        """
        if not target.exists() or target.stat().st_size == 0:
            return cls()
        try:
            tables = _tables(target, source)
        except DataError as error:
            raise DataError("not_our_output", path=target, reason=error) from error
        names = [plain_name(n) for n in source.names]
        written = set(free_names(ours, source.header)) | set(ours)
        first = tables[0].names
        if not written & set(first):  # a table that no run has made
            raise DataError("not_our_output", path=target, reason=_columns(first))
        extra = dict.fromkeys(
            n for table in tables for n in table.names if n not in names and n not in written
        )
        kept = cls(list(extra))
        if not extra:
            return kept
        kept._shared = [at for at, n in enumerate(names) if all(n in t.names for t in tables)]
        for table in tables:
            kept._collect(table, [names[at] for at in kept._shared])
        if kept._cells and not kept._shared:
            raise DataError("not_our_output", path=target, reason=_columns(kept.header))
        kept._check(target, source)
        return kept

    def _collect(self, table: Rows, shared: Sequence[str]) -> None:
        """Take over what is filled in; what another sheet has for the same row comes first."""
        places = [table.names.index(n) if n in table.names else -1 for n in self.header]
        keys = [table.names.index(n) for n in shared]
        earlier = {key: list(cells) for key, cells in self._cells.items()}
        for row in table:
            # A formula shows what is typed in another sheet.
            cells = [
                None if at < 0 or isinstance(row.cells[at], Formula) else row.cells[at]
                for at in places
            ]
            if not any(cell_text(c).strip() for c in cells):
                continue
            key = _key([row.cells[at] for at in keys])
            if earlier.get(key):
                old = earlier[key].pop(0)
                old[:] = [
                    c if cell_text(o).strip() == "" else o for o, c in zip(old, cells, strict=True)
                ]
            else:
                self._cells.setdefault(key, deque()).append(cells)

    def _check(self, target: Path, source: Rows) -> None:
        """See that every filled row finds its row, before anything is written."""
        if not self._cells:
            return
        needed = Counter({key: len(cells) for key, cells in self._cells.items()})
        for row in source:
            key = self._key_of(row.cells)
            if needed.get(key):
                needed[key] -= 1
        gone = needed.total()
        if gone:
            raise DataError("kept_rows_gone", path=target, n=gone, columns=self.header)

    def cells(self, row: Sequence[Any]) -> list[Any]:
        """Return the kept cells of a row of the input; each is given once."""
        if not self.header:
            return []
        found = self._cells.get(self._key_of(row))
        return found.popleft() if found else [None] * len(self.header)

    def _key_of(self, row: Sequence[Any]) -> bytes:
        return _key([row[at] for at in self._shared])


def _tables(target: Path, source: Rows) -> list[Rows]:
    """The earlier output: its rows, and of a workbook the sheets in which decisions are typed."""
    first = open_rows(target, wanted=source.header)
    if not isinstance(first, WorkbookRows):
        return [first]
    sheets = source.sheets if isinstance(source, WorkbookRows) else first.sheets[:1]
    ours = [name for name in first.sheets if name in OUR_SHEETS]
    foreign = [name for name in first.sheets if name not in (*sheets, *ours)]
    if foreign:
        raise DataError("kept_sheets_gone", path=target, sheets=foreign)
    if isinstance(source, WorkbookRows) and source.sheet in first.sheets:
        first = open_rows(target, wanted=source.header, sheet=source.sheet)
    typed = [open_rows(target, sheet=name) for name in ours if name in REVIEW_SHEETS]
    return [first, *typed]


def _key(cells: Sequence[Any]) -> bytes:
    plain = "\0".join(unsafe_cell(cell_text(c)).replace("\r\n", "\n").strip() for c in cells)
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _columns(names: Sequence[str]) -> str:
    return ", ".join(names)
