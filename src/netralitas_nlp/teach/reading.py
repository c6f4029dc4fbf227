"""Labelled tables on their way to training: read, their label values listed, looked through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.catalogue import Language, place_of
from ..base.errors import DataError
from ..measure.labels import LabelValue, label_values, require_known
from ..tables.captions import GIVEN, caption_files, read_rows
from ..tables.labelled import Inspection, inspect
from ..tables.likeness import conflicts
from ..tables.sheets import WHERE


class RowsError(DataError):
    """Rows that no model can be trained on; `inspection` has every problem."""

    def __init__(self, code: str, /, inspection: Inspection | None = None, **values: Any) -> None:
        super().__init__(code, **values)
        self.inspection = inspection


@dataclass(frozen=True, eq=False)
class Reading:
    """What `read_labelled` returns.

    Attributes
    ----------
    files : tuple of Path
        The files read.
    values : tuple of LabelValue
        What stands in the label column, how often, and what it is taken for.
    inspection : Inspection
        What is wrong or doubtful in the rows.
    left_out : tuple of str
        Places of the rows in error that were left out because that was asked for.
    rows : int
        Rows of the files.
    """

    files: tuple[Path, ...]
    values: tuple[LabelValue, ...]
    inspection: Inspection
    left_out: tuple[str, ...]
    rows: int

    def require(self) -> pd.DataFrame:
        """Return the rows that can be used.

        Raises
        ------
        DataError
            If the meaning of a label value is not known.
        RowsError
            If there are errors in the rows.
        """
        require_known(self.values)
        errors = self.inspection.errors
        if errors:
            places = [place_of(e.where) if e.where else e.message for e in errors]
            raise RowsError("rows_in_error", self.inspection, n=len(errors), places=places)
        return self.inspection.frame


def read_labelled(
    tables: str | Path | Sequence[str | Path],
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    sheet: str | None = None,
    leave_out_errors: bool = False,
    language: Language = "id",
) -> Reading:
    """Read labelled tables and look through them; nothing is judged or mended yet.

    Parameters
    ----------
    tables, columns, labels, sheet
        As in `corpus.read_captions`.
    leave_out_errors : bool
        Whether rows in error are left out, and named, instead of stopping everything.
    language : str
        Of the problems.

    Raises
    ------
    DataError
        If a file cannot be read or lacks a column.
    """
    given = [tables] if isinstance(tables, str | Path) else list(tables)
    files = tuple(caption_files(given))
    frame = read_rows(given, columns, labels, sheet)
    values = label_values(frame[GIVEN].tolist(), labels)
    looked = inspect(frame, language)
    bad: list[str] = []
    if leave_out_errors:
        wrong = {p.where for p in looked.errors}
        wrong |= {where for _, wheres in conflicts(looked.frame) for where in wheres}
        unknown = [v.value for v in values if v.unknown]
        out = frame[GIVEN].isin(unknown) | frame[WHERE].isin(wrong)
        bad = [*frame.loc[out, WHERE], *(row.where for row in frame.attrs.get("rejected", ()))]
        rest = frame[~out].reset_index(drop=True)
        rest.attrs = {}
        looked = inspect(rest, language)
        values = tuple(v for v in values if not v.unknown)
    return Reading(files, values, looked, tuple(bad), len(frame))


__all__ = ["Reading", "RowsError", "read_labelled"]
