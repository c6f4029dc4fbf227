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
from .rows import Rows, cell_text, format_of, free_names, plain_name
from .writers import WRITERS, unsafe_cell


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
        if format_of(target)[0] not in WRITERS:
            return cls()
        try:
            earlier = open_rows(target, wanted=source.header)
        except DataError as error:
            raise DataError("not_our_output", path=target, reason=error) from error
        names = [plain_name(n) for n in source.names]
        written = set(free_names(ours, source.header)) | set(ours)
        shared = [(names.index(n), at) for at, n in enumerate(earlier.names) if n in names]
        extra = [at for at, n in enumerate(earlier.names) if n not in names and n not in written]
        if not written & set(earlier.names):  # a table that no run has made
            raise DataError("not_our_output", path=target, reason=_columns(earlier.names))
        if not extra:
            return cls()
        kept = cls([earlier.header[at] for at in extra])
        kept._shared = [mine for mine, _ in shared]
        for row in earlier:
            cells = [row.cells[at] for at in extra]
            if any(cell_text(c).strip() for c in cells):
                key = _key([row.cells[at] for _, at in shared])
                kept._cells.setdefault(key, deque()).append(cells)
        if kept._cells and not shared:
            raise DataError("not_our_output", path=target, reason=_columns(kept.header))
        kept._check(target, source)
        return kept

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


def _key(cells: Sequence[Any]) -> bytes:
    plain = "\0".join(unsafe_cell(cell_text(c)).replace("\r\n", "\n").strip() for c in cells)
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _columns(names: Sequence[str]) -> str:
    return ", ".join(names)
