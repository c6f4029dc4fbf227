"""What stands around the rows of a sheet: widths of columns, merged cells, links, looks of cells.

Read without a look at the rows, so that a sheet of a million rows costs no more memory than its
links. What it does not do: read rows (`workbook`), or write anything (`spreadsheet`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..base.errors import DataError
from .rows import MAX_COLUMNS

_CHUNK = 1 << 20
MAX_AROUND = 1 << 26
"""Bytes of a sheet beside its rows: a million links take less."""
_ROWS_BEGIN = re.compile(rb"<(?:\w+:)?sheetData\b[^<>]*>")
_ROWS_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_SEAM = 64  # bytes that a tag may reach into the next chunk

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


@dataclass
class Frame:
    """What stands around the rows of a sheet.

    Attributes
    ----------
    columns : list of (first, last, width, hidden)
        Columns from 0; the width in letters, None for the usual one.
    merged : list of Range
    links : dict
        ``(row, column)``, from 0, to an address or, for a place in the workbook,
        ``"internal:Sheet!A1"``.
    """

    columns: list[tuple[int, int, float | None, bool]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    links: dict[tuple[int, int], str] = field(default_factory=dict)


def frame_of(sheet: Any) -> Frame:
    """Return what stands around the rows of a sheet that openpyxl has opened to read only.

    Raises
    ------
    DataError
        If there is more of it than `MAX_AROUND`.
    """
    from openpyxl.xml.functions import fromstring

    frame = Frame()
    with sheet._get_source() as source:
        around = _without_rows(source)
    if around is None:
        return frame
    targets = _targets(sheet)
    for element in fromstring(around).iter():
        kind = str(element.tag).rpartition("}")[2]
        if kind == "col":
            frame.columns.append(_column(element))
        elif kind == "mergeCell":
            frame.merged.append(_range(element.get("ref")))
        elif kind == "hyperlink":
            row, column, last_row, last_column = _range(element.get("ref"))
            target = _target(element, targets)
            if target and (row, column) == (last_row, last_column):  # a block has no one cell
                frame.links[row, column] = target
    return frame


def _column(element: Any) -> tuple[int, int, float | None, bool]:
    width = element.get("width")
    first, last = int(element.get("min")) - 1, int(element.get("max")) - 1
    hidden = element.get("hidden") in ("1", "true")
    return first, min(last, MAX_COLUMNS - 1), float(width) if width else None, hidden


def _target(element: Any, targets: dict[str, str]) -> str:
    """Where a link leads; "" if nowhere."""
    id_ = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
    address, place = targets.get(id_, ""), element.get("location")
    if not place:
        return address
    return f"{address}#{place}" if address else f"internal:{place}"


def _without_rows(source: Any) -> bytes | None:
    """The XML of a sheet with no row in it; None if it has no place for rows."""
    head, kept, inside = b"", b"", False
    while chunk := source.read(_CHUNK):
        kept += chunk
        if not inside and (found := _ROWS_BEGIN.search(kept)):
            head, kept = kept[: found.end()], kept[found.end() :]
            if head.endswith(b"/>"):  # no rows at all
                return _bounded(head + kept + source.read(MAX_AROUND))
            inside = True
        if inside:
            if found := _ROWS_END.search(kept):
                return _bounded(head + kept[found.start() :] + source.read(MAX_AROUND))
            kept = kept[-_SEAM:]
        elif len(kept) > MAX_AROUND:
            return None
    return None


def _bounded(around: bytes) -> bytes:
    if len(around) > MAX_AROUND:
        raise DataError("workbook_too_large", path="", bytes=len(around), limit=MAX_AROUND)
    return around


def _range(ref: str) -> Range:
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(ref)
    return top - 1, left - 1, bottom - 1, right - 1


def _targets(sheet: Any) -> dict[str, str]:
    """Where the links of a sheet lead, by their ids."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path

    archive, path = sheet.parent._archive, get_rels_path(sheet._worksheet_path)
    if path not in archive.namelist():
        return {}
    return {r.Id: r.target for r in get_dependents(archive, path) if r.TargetMode == "External"}


def look_of(book: Any, style: int) -> Mapping[str, Any]:
    """Return how a cell of a style looks, as properties of a format of XlsxWriter.

    Kept are the format of numbers and days, bold, italic and coloured letters, a plain fill, and
    how the text lies; colours of a theme and borders are not.
    """
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if not 0 < style < len(book._cell_styles):
        return {}
    given = book._cell_styles[style]
    number = given.numFmtId
    formats = book._number_formats
    code = BUILTIN_FORMATS.get(number) if number < 164 else None
    if number >= 164 and number - 164 < len(formats):
        code = formats[number - 164]
    font, fill = book._fonts[given.fontId], book._fills[given.fillId]
    lies = book._alignments[given.alignmentId] if book._alignments else None
    look = {
        "num_format": code if code not in (None, "General") else None,
        "bold": font.b,
        "italic": font.i,
        "font_color": _rgb(font.color),
        "bg_color": _rgb(fill.fgColor) if getattr(fill, "fill_type", None) == "solid" else None,
        "align": lies.horizontal
        if lies and lies.horizontal in ("left", "center", "right")
        else None,
        "text_wrap": lies.wrap_text if lies else None,
    }
    return {name: value for name, value in look.items() if value}


def _rgb(colour: Any) -> str | None:
    written = getattr(colour, "rgb", None) if getattr(colour, "type", "") == "rgb" else None
    return f"#{written[-6:]}" if isinstance(written, str) and len(written) == 8 else None
