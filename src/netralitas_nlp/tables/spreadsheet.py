"""A workbook (.xlsx) as an officer works in it: the sheets that came, the advice, what to read first.

Rows are kept as lines until all are there; then `join` makes the workbook of them in constant
memory: the sheet of the rows with advice beside each, every other sheet of the source, and, where
texts were judged, the sheets of `review_sheets`. What it does not do: read or judge.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

from ..base.errors import DataError
from .review_sheets import Line, Plan, Review, safe_sheet_name
from .rows import MAX_COLUMNS, Row, Rows, cell_text
from .sheet_cells import MAX_ROWS, Pen, lay_out, print_well
from .sheet_frame import Frame, frame_of
from .workbook import WorkbookRows, damage_named, open_book, sheet_rows
from .writer import Columns, Style, Writer

_WIDE, _NARROW, _TEXT = 40, 8, 60  # letters of a column
_LOOKED_AT = 200  # rows whose cells say how wide a column of a table without widths is
# The same rows give the same bytes: a workbook has no day of its own.
_MADE = dt.datetime(2000, 1, 1)


class XlsxWriter(Writer):
    """XLSX."""

    wants_all = True
    most_rows = MAX_ROWS - 1000  # a header, and rows above it

    def __init__(self, columns: Columns, style: Style, source: Rows | None = None) -> None:
        super().__init__(columns, style, source)
        self.join = self._join
        self.review = Review(columns, style, self.width)
        if len(columns.header) + len(columns.added) >= MAX_COLUMNS - 10:
            n = len(columns.header) + len(columns.added)
            raise DataError("too_many_columns", path="", n=n, limit=MAX_COLUMNS - 10)

    def rows(self, rows: Sequence[Row], added: Sequence[Mapping[str, Any]]) -> bytes:
        """Return rows as lines; `join` makes the workbook of them."""
        as_is = isinstance(self.source, WorkbookRows)
        out = []
        for row, more in zip(rows, added, strict=True):
            number = int(row.where.rpartition(" ")[2]) if as_is else 0
            styles = row.raw if as_is else []
            cells = [_plain(cell) for cell in row.cells]
            advice = [more[name] for name in self.columns.added]
            facts = [more.get(name) for name in ("verdict", "score", "category")]
            line = [number, cells, styles, advice, [*facts, more.get("group", 0)]]
            out.append(json.dumps([*line, more.get("marks", [])]) + "\n")
        return "".join(out).encode("ascii")

    def _join(self, body: Path, target: IO[bytes]) -> None:
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import FileCreateError

        with ExitStack() as stack:
            opened = None
            if isinstance(self.source, WorkbookRows):
                opened = stack.enter_context(open_book(self.source.path))
            lines = stack.enter_context(body.open("rb"))
            book = Workbook(
                _Stream(target) if isinstance(target, gzip.GzipFile) else target,
                {"constant_memory": True, "tmpdir": str(body.parent), "remove_timezone": True},
            )
            book.set_properties({"created": _MADE})
            pen = Pen(book, opened)
            plan = self.review.plan(lines)
            main = self._sheets(pen, opened, plan)
            _Main(self, pen, main, plan, opened).write(lines)
            if plan is not None:
                self.review.write(pen, lines, plan)
            try:
                book.close()
            except FileCreateError as error:  # the disk is full, say
                raise error.args[0] from None

    def _sheets(self, pen: Pen, opened: Any, plan: Plan | None) -> Any:
        """Make all sheets in their order and fill those that are copied; return the main one."""
        names: list[str] = [] if opened is None else list(opened.sheetnames)
        main_name = self.source.sheet if isinstance(self.source, WorkbookRows) else ""
        if not names:
            names = [self.source.path.name.partition(".")[0] if self.source else "Sheet1"]
            main_name = names[0]
        taken: set[str] = set()
        main = None
        for name in names:
            sheet = pen.book.add_worksheet(safe_sheet_name(name, taken))
            sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
            if name == main_name:
                main = sheet
                continue
            given = opened[name]
            if hasattr(given, "_get_source"):  # no chart
                _copy(pen, given, sheet, self.source.path)  # type: ignore[union-attr]
            if given.sheet_state != "visible":
                sheet.hide()
        if plan is not None:
            self.review.add_sheets(pen, plan, taken)
        else:
            main.activate()  # type: ignore[union-attr]
        return main


class _Stream:
    """A file that is only written to: a packed one cannot go back, though it says it can."""

    def __init__(self, file: IO[bytes]) -> None:
        self.write, self.flush = file.write, file.flush


class _Main:
    """The sheet of the rows."""

    def __init__(self, writer: XlsxWriter, pen: Pen, sheet: Any, plan: Plan | None, opened: Any):
        self.columns, self.review, self.width = writer.columns, writer.review, writer.width
        self.language = writer.style.language
        self.pen, self.sheet, self.plan = pen, sheet, plan
        self.opened, self.source = opened, writer.source
        self.frame, self.first, self.shift = Frame(), 1, 0
        if isinstance(self.source, WorkbookRows):
            with damage_named(self.source.path):
                self.frame = frame_of(opened[self.source.sheet])
            self.shift = 0 if self.source.header_row else 1  # a header comes above
            self.first = self.source.header_row or 1
        if plan is not None:
            plan.links = self.frame.links
        self.widths: dict[int, int] = {}

    def write(self, lines: IO[bytes]) -> None:
        """Write head, rows, and what makes them easy to read."""
        self._head()
        last = self.first
        names = self.review.main_columns(self.columns)
        for index, (_, line) in enumerate(self.review.lines(lines)):
            at = line.number + self.shift if line.number else self.first + 1 + index
            self._row(at - 1, line, index)
            last = max(last, at)
        lay_out(self.sheet, self.frame, self.shift)
        sized = {c for first, to, _, _ in self.frame.columns for c in range(first, to + 1)}
        for place, name in enumerate(names):
            if place not in sized:
                self.sheet.set_column(place, place, self._width(place, name))
        self.sheet.freeze_panes(self.first if self.first <= 10 else 0, 0)
        self.sheet.autofilter(self.first - 1, 0, max(last, self.first + 1) - 1, len(names) - 1)
        print_well(self.sheet, self.first if self.first <= 10 else 0)
        if self.plan is not None:
            self.review.offer(self.sheet, self.first, last - 1, len(names) - 1)

    def _head(self) -> None:
        """Rows above the header as they came, and the header."""
        styles: list[int] = []
        if isinstance(self.source, WorkbookRows) and not self.shift:
            with damage_named(self.source.path):
                rows = list(
                    takewhile(
                        lambda row: row[0] <= self.first,
                        sheet_rows(self.opened[self.source.sheet]),
                    )
                )
            for number, cells, looks in rows:
                if number < self.first:
                    self._copied(number - 1, cells, looks)
                else:
                    styles = looks
        for place, name in enumerate(self.review.main_columns(self.columns)):
            style = styles[place] if place < len(styles) else 0
            look: dict[str, Any] = {}
            if not style:
                look = {"bold": True, "bottom": 1, "text_wrap": True}
            if place >= self.width:
                look["bg_color"] = "#E7E6E6"
            link = self.frame.links.get((self.first - 1, place), "")
            self.pen.put(self.sheet, self.first - 1, place, name, style, link=link, **look)

    def _copied(self, row: int, cells: Sequence[Any], styles: Sequence[int]) -> None:
        for place, (value, style) in enumerate(zip(cells, styles, strict=True)):
            link = self.frame.links.get((row - self.shift, place), "")
            self.pen.put(self.sheet, row, place, value, style, link=link)

    def _row(self, row: int, line: Line, index: int) -> None:
        values = self.review.main_values(line)
        for place, value in enumerate(values):
            style = line.styles[place] if place < len(line.styles) else 0
            link = self.frame.links.get((row - self.shift, place), "") if self.frame.links else ""
            marks, look = self.review.look(line, place)
            self.pen.put(self.sheet, row, place, value, style, link=link, marks=marks, **look)
            if index < _LOOKED_AT:
                longest = max(map(len, cell_text(value).split("\n")), default=0)
                self.widths[place] = max(self.widths.get(place, 0), longest)
        if self.plan is not None:
            self.review.put_decision(self.pen, self.sheet, row, len(values), line, self.plan)

    def _width(self, place: int, name: str) -> int:
        if place == self.columns.text:
            return _TEXT
        letters = max(self.widths.get(place, 0), len(name))
        return min(max(letters + 2, _NARROW), _WIDE)


def _copy(pen: Pen, given: Any, sheet: Any, path: Path) -> None:
    """Copy a sheet: values, widths, merged cells, links."""
    with damage_named(path):
        frame = frame_of(given)
    rows = sheet_rows(given)
    while True:
        with damage_named(path):  # what fails in writing is no damage of the source
            row = next(rows, None)
        if row is None:
            break
        number, cells, styles = row
        for place, (value, style) in enumerate(zip(cells, styles, strict=True)):
            link = frame.links.get((number - 1, place), "")
            pen.put(sheet, number - 1, place, value, style, link=link)
    lay_out(sheet, frame)


# --- cells in a line


def _plain(value: Any) -> Any:
    """A cell as JSON; a day, a time and a span of time as an object of one key."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    if isinstance(value, dt.time):
        return {"time": value.isoformat()}
    if isinstance(value, dt.timedelta):
        return {"seconds": value.total_seconds()}
    return cell_text(value)
