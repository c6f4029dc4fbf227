"""Values as cells of a workbook: strings that never run, dates that stay dates, words in colour.

What this module does not do: know what stands in which column.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..say.markup import COLOURS
from .rows import cell_text
from .sheet_frame import Frame, look_of
from .workbook import MAX_CELL

MAX_ROWS = 1_048_576
"""Rows of a sheet."""
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_DIGITS = 15  # what a spreadsheet keeps of a number; an NIP has 18
_LINKS = 65_530  # links that a spreadsheet follows on one sheet
_LINK = 2_079  # letters of one
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # a workbook holds none
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
SIDES = {side: "#{:02X}{:02X}{:02X}".format(*rgb) for side, rgb in COLOURS.items()}
Look = Mapping[str, Any]
Mark = tuple[int, int, float]
"""Where a word that decided begins and ends, and what it adds, in log-odds."""


class Pen:
    """Writes cells of one workbook.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    source : openpyxl workbook, optional
        Where styles that are given by number come from.

    Attributes
    ----------
    cut : int
        Cells that were longer than a cell can be, and so end in "…".
    """

    def __init__(self, book: Any, source: Any = None) -> None:
        self.book = book
        self.source = source
        self.cut = 0
        self._formats: dict[Any, Any] = {}
        self._links: dict[int, int] = {}
        self._in_text = {
            side: book.add_format({"font_color": colour, "bold": True})
            for side, colour in SIDES.items()
        } | {"plain": book.add_format({})}

    def format(self, style: int = 0, /, **look: Any) -> Any:
        """Return the format of a style of the source with more to it; None for the plain one."""
        key = style, *sorted(look.items())
        if key not in self._formats:
            given = look_of(self.source, style) if self.source is not None else {}
            whole = {**given, **look}
            self._formats[key] = self.book.add_format(whole) if whole else None
        return self._formats[key]

    def put(
        self, sheet: Any, row: int, column: int, value: Any, style: int = 0, /,
        link: str = "", marks: Sequence[Mark] = (), **look: Any,
    ) -> None:  # fmt: skip
        """Write a value; a string is never a formula, however it begins."""
        if value is None or value == "":
            if style or look:
                sheet.write_blank(row, column, None, self.format(style, **look))
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.format(style, **look))
        elif isinstance(value, int | float) and _is_exact(value):
            sheet.write_number(row, column, value, self.format(style, **look))
        elif isinstance(value, dt.date | dt.time | dt.timedelta) and _has_number(value):
            if style == 0:
                look = {"num_format": _day_format(value), **look}
            sheet.write_datetime(row, column, value, self.format(style, **look))
        else:
            self._string(sheet, row, column, cell_text(value), style, link, marks, look)

    def _string(
        self, sheet: Any, row: int, column: int, text: str, style: int, link: str,
        marks: Sequence[Mark], look: dict[str, Any],
    ) -> None:  # fmt: skip
        text = _NO_XML.sub("\ufffd", _CONTROL.sub("", text))
        if not text:  # it held control characters only
            sheet.write_blank(row, column, None, self.format(style, **look))
            return
        if _units(text) > MAX_CELL:
            self.cut += 1
            text = text[: (MAX_CELL - 1) // (1 if text.isascii() else 2)] + "…"
        if text.startswith(_RUNS):  # stays a text also when somebody edits the cell
            look = {"quote_prefix": True, **look}
        if link and self._may_link(sheet, link):
            look = {"font_color": "#0563C1", "underline": 1, **look}
            sheet.write_url(row, column, link, self.format(style, **look), text)
            return
        pieces = self._pieces(text, marks)
        # A string "<r>…</r>" would be taken for ready-made XML by XlsxWriter; in two pieces it is not.
        if len(pieces) == 1 and text.startswith("<r>"):
            pieces = [("", text[:1]), ("plain", text[1:])]
        if len(pieces) == 1:
            side = pieces[0][0]
            look = {"font_color": SIDES[side], "bold": True, **look} if side else look
            sheet.write_string(row, column, text, self.format(style, **look))
            return
        tokens: list[Any] = []
        for side, piece in pieces:
            tokens += [self._in_text[side], piece] if side else [piece]
        base = self.format(style, **look)
        sheet.write_rich_string(row, column, *tokens, *([base] if base else []))

    def _may_link(self, sheet: Any, link: str) -> bool:
        count = self._links[id(sheet)] = self._links.get(id(sheet), 0) + 1
        return count <= _LINKS and len(link) <= _LINK and link.startswith(_SCHEMES)

    @staticmethod
    def _pieces(text: str, marks: Iterable[Mark]) -> list[tuple[str, str]]:
        """The text in pieces: the side that each is coloured for, or "", and its letters."""
        out, at = [], 0
        for start, end, weight in sorted(marks):
            if start < at or not start < end <= len(text) or not weight:
                continue
            out += [("", text[at:start])] if start > at else []
            out.append(("pro" if weight > 0 else "contra", text[start:end]))
            at = end
        return [*out, ("", text[at:])] if at < len(text) else out


_SCHEMES = ("http://", "https://", "mailto:", "ftp://", "internal:")


def lay_out(sheet: Any, frame: Frame, shift: int = 0) -> None:
    """Give a sheet the widths and merged cells of another, some rows further down."""
    for first, last, width, hidden in frame.columns:
        # XlsxWriter adds the margin of a cell, which is in the width already.
        letters = None if width is None else max(0.0, width - 5 / 7)
        sheet.set_column(first, last, letters, None, {"hidden": hidden})
    for top, left, bottom, right in frame.merged:
        # Not merge_range(): it writes blank cells into rows that are written already.
        sheet.merge.append([top + shift, left, bottom + shift, right])


def print_well(sheet: Any, head: int = 0) -> None:
    """Let a sheet be printed on A4, as wide as a page, its head on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if head:
        sheet.repeat_rows(0, head - 1)


def _is_exact(number: Any) -> bool:
    """Whether a spreadsheet keeps every digit of a number."""
    if isinstance(number, int):
        return bool(abs(number) < 10**_DIGITS)
    return math.isfinite(float(number))


def _has_number(value: Any) -> bool:
    """Whether a day can be a number in a spreadsheet, which counts days from 1900 on."""
    return not isinstance(value, dt.date) or value.year >= 1900


def _day_format(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return "yyyy-mm-dd hh:mm"
    if isinstance(value, dt.date):
        return "yyyy-mm-dd"
    return "hh:mm:ss" if isinstance(value, dt.time) else "[h]:mm:ss"


def _units(text: str) -> int:
    """Letters as a spreadsheet counts them: an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
