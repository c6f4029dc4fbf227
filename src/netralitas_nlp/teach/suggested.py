"""Suggested texts as a file to label: a table in the manner of the pool, or a workbook.

A CSV keeps the delimiter, the byte order mark and the line ends of the pool; a workbook has a
drop-down list in the cells to fill in. Which texts are suggested stands in `suggest`.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.catalogue import Language, text
from ..base.errors import ArgumentError
from ..base.files import write_bytes
from ..base.result import CATEGORIES
from ..tables.delimited import DelimitedRows
from ..tables.reading import open_rows
from ..tables.writers import safe_cell

FORMATS = (".csv", ".xlsx")
_WIDE = 80  # letters of the column of texts in a workbook


def check_format(path: Path) -> None:
    """Raise ArgumentError where a file is to be written that is none of `FORMATS`."""
    if path.suffix.lower() not in FORMATS:
        raise ArgumentError("output_format", path=path, allowed=list(FORMATS))


def write_suggestions(
    chosen: pd.DataFrame, path: Path, pool: Path, language: Language = "id"
) -> None:
    """Write suggested texts, whole or not at all.

    Parameters
    ----------
    chosen : DataFrame
        From `suggest.suggest`.
    path : path
        ``.csv`` or ``.xlsx``.
    pool : path
        The table they come from.
    language : str
        Of the labels in the drop-down list of a workbook.
    """
    check_format(path)
    if path.suffix.lower() == ".xlsx":
        write_bytes(path, _workbook(chosen, language))
        return
    source = open_rows(pool)
    delimiter, end, mark = ",", "\n", ""
    if isinstance(source, DelimitedRows):
        delimiter, end = source.delimiter, source.end
        mark = "\ufeff" if source.marked else ""
    body = chosen.to_csv(index=False, sep=delimiter, lineterminator=end)
    write_bytes(path, (mark + body).encode("utf-8", "surrogatepass"))


def _workbook(chosen: pd.DataFrame, language: Language) -> bytes:
    """A workbook with lists of the labels and the categories to choose from."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet: Any = book.active
    sheet.append(list(chosen.columns))
    for cells in chosen.itertuples(index=False):
        sheet.append([safe_cell(c) if isinstance(c, str) else c for c in cells])
    words = text("suggest.labels", language)
    for name, allowed in (("label", words), ("category", ",".join(CATEGORIES))):
        choice = DataValidation(type="list", formula1=f'"{allowed}"', allow_blank=True)
        sheet.add_data_validation(choice)
        letter = get_column_letter(list(chosen.columns).index(name) + 1)
        choice.add(f"{letter}2:{letter}{max(len(chosen), 1) + 1}")
    wide = get_column_letter(list(chosen.columns).index("text") + 1)
    sheet.column_dimensions[wide].width = _WIDE
    for cell in sheet[wide]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


__all__ = ["FORMATS", "check_format", "write_suggestions"]
