"""Sheets of a workbook (.xlsx), row by row in constant memory.

Rows are read to the end of the sheet, whatever size it claims to have. What it does not do: read
.xls or .ods, run formulas, or write workbooks.
"""

from __future__ import annotations

import itertools
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..base.catalogue import Message
from ..base.errors import ArgumentError, DataError
from .rows import (
    MAX_COLUMNS,
    MAX_LETTERS,
    Formula,
    Rejected,
    Row,
    Rows,
    cell_text,
    plain_name,
    visible,
)
from .sniffing import HEAD, find_header, opened

MAX_PART = 1 << 31
"""Bytes of a sheet, unpacked."""
MAX_STRINGS = 1 << 28
"""Bytes of the strings that sheets share, unpacked; they are held in memory."""
MAX_CELL = 32_767
"""Letters of a cell: what a spreadsheet can show."""
_LOOKED_AT = 1000  # rows in which cells beyond the header are looked for
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # "_x000D_": a letter that XML cannot hold
# What a damaged workbook gives rise to inside the library that reads it.
_DAMAGE = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, EOFError, RuntimeError,
    SyntaxError, OSError, struct.error, zlib.error, zipfile.BadZipFile,
)  # fmt: skip


class WorkbookRows(Rows):
    """A sheet of a workbook.

    Parameters
    ----------
    path : Path
    wanted : sequence of str
        Names of columns looked for: they tell which sheet, and where its header is.
    sheet : str, optional
        Default: the first sheet that has a wanted column, else the first with any cell.
    header_row : int, optional
        Row of the header, from 1.
    no_header : bool
        There is none: columns are called by their numbers.

    Attributes
    ----------
    sheet : str
        The sheet that is read.
    sheets : list of str
        All sheets.
    header_row : int
        Row of the header, from 1; 0 if there is none.
    """

    format = "xlsx"

    def __init__(
        self,
        path: Path,
        wanted: Sequence[str] = (),
        sheet: str | None = None,
        header_row: int | None = None,
        no_header: bool = False,
    ) -> None:
        super().__init__(path)
        with self.book() as book:
            self.sheets = list(book.sheetnames)
            heads = {
                name: [(n, c) for n, c, _ in itertools.islice(sheet_rows(book[name]), _LOOKED_AT)]
                for name in ([self._named(sheet)] if sheet else self.sheets)
            }
        self.sheet = self._chosen(heads, wanted)
        head = heads[self.sheet]
        texts = [(n, [cell_text(c) for c in cells]) for n, cells in head]
        if not texts:
            raise DataError("empty_table", path=path)
        self.header_row = 0 if no_header else header_row or find_header(texts, wanted)
        found = next((cells for n, cells in texts if n == self.header_row), [])
        width = max(len(cells) for n, cells in texts if n >= self.header_row)
        if width > MAX_COLUMNS:
            raise DataError("too_many_columns", path=path, n=width, limit=MAX_COLUMNS)
        self.header = found + [""] * (width - len(found))
        self._tell(heads, sheet)

    def _named(self, sheet: str) -> str:
        """The sheet of a name; capitals and spaces around it do not count."""
        folded = {plain_name(name).casefold(): name for name in reversed(self.sheets)}
        found = sheet if sheet in self.sheets else folded.get(plain_name(sheet).casefold())
        if found is None:
            raise DataError("no_sheet", path=self.path, sheet=sheet, have=self.sheets)
        return found

    def _chosen(self, heads: dict[str, Any], wanted: Sequence[str]) -> str:
        names = {plain_name(w).casefold() for w in wanted}
        for name, rows in heads.items():
            for _, cells in rows[:HEAD]:
                if names & {plain_name(cell_text(c)).casefold() for c in cells}:
                    return name
        return next((name for name, rows in heads.items() if rows), next(iter(heads)))

    def _tell(self, heads: dict[str, Any], asked: str | None) -> None:
        if len(self.sheets) > 1:
            self.guesses.append(Message("guess.sheet", sheet=self.sheet))
            others = [n for n in self.sheets if n != self.sheet and (asked or heads.get(n))]
            if others:
                self.guesses.append(Message("guess.other_sheets", sheets=others))
        if self.header_row > 1:
            self.guesses.append(Message("guess.header", number=self.header_row))

    def column(self, wanted: str, option: str = "--text-column") -> int:
        """Return the place of a column; the message names the sheet and the others."""
        try:
            return super().column(wanted, option)
        except DataError as error:
            if len(self.sheets) > 1 and error.code == "no_column":
                raise DataError(
                    "no_column_in_sheet",
                    **{**error.values, "sheet": self.sheet, "sheets": self.sheets},
                ) from None
            raise

    def items(self) -> Iterator[Row | Rejected]:
        """Yield the rows below the header."""
        width = len(self.header)
        with self.book() as book:
            for number, cells, styles in sheet_rows(book[self.sheet], self._count):
                if number <= self.header_row:
                    continue
                where = f"{self.path.name}:{self.sheet}:row {number}"
                reason = _refused(cells, width)
                if reason is None:
                    yield Row(where, cells[:width] + [None] * (width - len(cells)), styles)
                else:
                    raw = visible(" | ".join(map(cell_text, cells)))
                    yield Rejected(where, number, reason, raw)

    def _count(self, position: int, size: int) -> None:
        self.position, self.size = position, size

    @contextmanager
    def book(self) -> Iterator[Any]:
        """Open the workbook for reading; its damage is an error that names it."""
        with damage_named(self.path), open_book(self.path) as book:
            yield book


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turn what a damaged workbook gives rise to into one error that names it."""
    try:
        yield
    except _DAMAGE as error:
        raise DataError("damaged_workbook", path=path, reason=error) from error


@contextmanager
def open_book(path: Path) -> Iterator[Any]:
    """Open a workbook to read only, if it fits the memory."""
    from openpyxl import load_workbook

    with opened(path) as (file, _):
        _check_size(path, file)
        # Rich text and links are for the writer; here a cell is its value.
        book = load_workbook(file, read_only=True, data_only=True)
        try:
            yield book
        finally:
            book.close()


def _check_size(path: Path, file: Any) -> None:
    """Refuse what would fill the memory before it does."""
    with zipfile.ZipFile(file) as packed:
        for member in packed.infolist():
            limit = MAX_PART if "/worksheets/" in member.filename else MAX_STRINGS
            if member.file_size > limit:
                raise DataError(
                    "workbook_too_large", path=path, bytes=member.file_size, limit=limit
                )
    file.seek(0)


def sheet_rows(sheet: Any, count: Any = None) -> Iterator[tuple[int, list[Any], list[int]]]:
    """Yield the rows of a sheet that have any cell: number, values, numbers of their styles.

    openpyxl's own loop stops at the size that the sheet claims, fills in rows that are not there,
    and reads a formula without a result as an empty cell; so only its reader of one row is used.
    """
    from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
    from openpyxl.xml.functions import iterparse

    class Parser(WorkSheetParser):  # type: ignore[misc]
        def parse_cell(self, element: Any) -> Any:
            cell = super().parse_cell(element)
            if cell["value"] is None and (formula := element.find(FORMULA_TAG)) is not None:
                cell["value"] = Formula(f"={formula.text or ''}")
            elif element.get("t") == "inlineStr" and "_x" in (cell["value"] or ""):
                cell["value"] = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), cell["value"])
            return cell

    if not hasattr(sheet, "_get_source"):  # a chart
        return
    book = sheet.parent
    size = book._archive.getinfo(sheet._worksheet_path).file_size
    with sheet._get_source() as source:
        parser = Parser(
            source, sheet._shared_strings, data_only=True, epoch=book.epoch,
            date_formats=book._date_formats, timedelta_formats=book._timedelta_formats,
        )  # fmt: skip
        data = None
        for event, element in iterparse(source, ("start", "end")):
            if event == "start":
                data = element if element.tag == DATA_TAG else data
            elif element.tag == ROW_TAG:
                number, found = parser.parse_row(element)
                parser.row_dimensions.clear()
                if data is not None:
                    data.clear()
                if count is not None:
                    count(source.tell(), size)
                cells, styles = _in_order(found)
                if any(c is not None and c != "" for c in cells):
                    yield number, cells, styles


def _in_order(found: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """The values of a row by their columns, and their styles."""
    width = max((cell["column"] for cell in found if cell["value"] is not None), default=0)
    if width > MAX_COLUMNS:
        raise ArgumentError("workbook_column", n=width)
    cells: list[Any] = [None] * width
    styles = [0] * width
    for cell in found:
        if cell["column"] <= width:
            cells[cell["column"] - 1] = cell["value"]
            styles[cell["column"] - 1] = cell["style_id"]
    return cells, styles


def _refused(cells: Sequence[Any], width: int) -> Message | None:
    """Why a row is put aside."""
    if any(c is not None for c in cells[width:]):
        return Message("row.cells", found=len(cells), width=width)
    lengths = [len(c) for c in cells if isinstance(c, str)]
    if max(lengths, default=0) > MAX_CELL:
        return Message("row.long_cell", limit=MAX_CELL)
    return Message("row.long", limit=MAX_LETTERS) if sum(lengths) > MAX_LETTERS else None
