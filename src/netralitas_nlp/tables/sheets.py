"""Tables of any format as data frames of text, for what looks at all rows at once.

What this module does not do: read formats (`reading`), or judge labels or texts
(`labelled`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.catalogue import place_of
from ..base.errors import DataError
from .reading import open_rows
from .rows import ENDINGS, Rows, cell_text

WHERE = "where"
"""The column of a row's place, "file:line 12"."""
SUFFIXES = tuple(f".{ending}" for ending in ENDINGS)
MAX_CELLS = 100_000_000
"""Cells of a table that is held in memory."""
_LABELS = ("label", "labels", "cats", "category")


def read_table(
    path: str | Path, sheet: str | None = None, wanted: Sequence[str] = ("text", "label")
) -> pd.DataFrame:
    r"""Read a table of any format of `SUFFIXES`.

    Parameters
    ----------
    path : str or Path
    sheet : str, optional
        Sheet of a workbook.
    wanted : sequence of str
        Names of columns that will be asked for; they help to find sheet and header. A column that
        answers to one in other capitals, with spaces, or by its number gets that name.

    Returns
    -------
    DataFrame
        All cells as str, missing ones as ``""``; the columns of the file, in their order, and
        ``where``. Rows without any cell are left out. ``frame.attrs`` has ``"understood"`` (what
        was guessed, as `Message`) and ``"rejected"`` (the rows that cannot be read, as
        `rows.Rejected`).

    Raises
    ------
    DataError
        If the file is missing, of another format, damaged, or has no row that can be read; the
        message names the line and what to do.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "kantor.csv"
    ...     _ = path.write_text("teks;label\nhalo, semua;netral\n", encoding="cp1252")
    ...     read_table(path).iloc[0].to_dict()
    {'teks': 'halo, semua', 'label': 'netral', 'where': 'kantor.csv:line 2'}
    """
    rows = open_rows(path, wanted=wanted, sheet=sheet)
    return frame_of(rows).rename(columns=_as_asked(rows, wanted))


def _as_asked(rows: Rows, wanted: Sequence[str]) -> dict[str, str]:
    """The names of columns that are asked for in other words: "Teks " for "teks", or by number."""
    out = {}
    for name in wanted:
        try:
            place = rows.column(name)
        except DataError as error:
            if error.code == "column_repeated":
                raise
            continue  # the caller says what it needs the column for
        if name not in rows.names:
            out[rows.names[place]] = name
    return out


def frame_of(rows: Rows, labels: Sequence[str] = ()) -> pd.DataFrame:
    """Return the rows of an open table as a data frame; see `read_table`.

    `labels` are more columns whose cells may be lists or choices of one label.
    """
    names, path = rows.names, rows.path
    holds = {i for i, name in enumerate(names) if name in (*_LABELS, *labels)}
    kept: list[list[str]] = []
    wheres: list[str] = []
    for row in rows:
        cells = [_label(c) if i in holds else cell_text(c) for i, c in enumerate(row.cells)]
        if any(c and not c.isspace() for c in cells):
            kept.append(cells)
            wheres.append(row.where)
            if len(kept) * len(names) > MAX_CELLS:
                raise DataError("too_many_rows", path=path, limit=MAX_CELLS)
    if not kept:
        _nothing(path, rows.rejected)
    columns = [f"{name}_2" if name == WHERE else name for name in names]
    frame = pd.DataFrame(kept, columns=columns, dtype=str)
    frame[WHERE] = wheres
    frame = _one_label(frame)
    frame.attrs = {"understood": tuple(rows.guesses), "rejected": tuple(rows.rejected)}
    return frame


def _nothing(path: str | Path, rejected: Sequence[Any]) -> None:
    if not rejected:
        raise DataError("empty_table", path=path)
    first = rejected[0]
    raise DataError(
        "no_row_readable",
        path=path,
        n=len(rejected),
        where=place_of(first.where),
        reason=first.reason,
    )


def _label(value: Any) -> str:
    """A label as labelling tools write it: alone, in a list, or as a choice."""
    if isinstance(value, dict) and set(value) == {"choices"}:
        value = value["choices"]
    if isinstance(value, list):
        plain = list(dict.fromkeys(cell_text(v).strip() for v in value))
        return plain[0] if len(plain) == 1 else cell_text(plain) if plain else ""
    return cell_text(value)


def _one_label(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with doccano's ``labels`` or ``cats`` as ``label``."""
    for name in ("labels", "cats"):
        if name in frame.columns:
            given = frame["label"] if "label" in frame.columns else ""
            frame["label"] = frame[name].where(frame[name] != "", given)
            frame = frame.drop(columns=name)
    return frame


__all__ = ["SUFFIXES", "WHERE", "frame_of", "read_table"]
