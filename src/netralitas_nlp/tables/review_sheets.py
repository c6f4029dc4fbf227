"""What an officer does with advice: the order of reading, one decision for all copies, a sample.

Rows come back as `Line` from where the writer has put them; `Plan` is what all of them together
tell. Decisions are typed in one place, the sheet of the order of reading or of the sample; every
other cell shows them. What this module does not do: sum up (`summary_sheet`), or read a source.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from ..base.catalogue import LANGUAGES, Language, text
from . import summary_sheet
from .rows import cell_text, free_names, plain_name
from .sheet_cells import Mark, Pen, print_well
from .writer import Columns, Style

DECISIONS = ("partisan", "neutral", "unsure")
"""What an officer chooses from; `train` reads these words as labels."""
_FILLS = {"partisan": "#F9D2B4", "review": "#E3E3E3", "neutral": "#C9E0F9"}
_WIDTHS = {"reasons": 36, "sentence": 60, "category": 20, "verdict": 16, "method": 14}
_TEXT, _USUAL, _DECISION = 70, 12, 14  # letters of a column
_NAME = 31  # letters of a sheet's name


def heading(name: str, language: Language) -> str:
    """Return what a column that is added to a workbook is called there.

    >>> heading("verdict", "id"), heading("decision", "id")
    ('keputusan mesin', 'keputusan')
    """
    return text(f"sheet.column.{name}", language)


def headings(names: Sequence[str]) -> list[str]:
    """Return what some columns are called in a workbook, in every language."""
    return [heading(name, language) for name in names for language in LANGUAGES]


def _named(*kinds: str) -> tuple[str, ...]:
    return tuple(text(f"sheet.{kind}", language) for kind in kinds for language in LANGUAGES)


REVIEW_SHEETS = _named("sample", "reading")
"""Names of the sheets in which decisions are typed, in every language."""
OUR_SHEETS = (*REVIEW_SHEETS, *_named("summary"))
"""Names of all sheets that are added, in every language."""


def safe_sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that a sheet can have and no other has; `taken` learns it.

    >>> taken = set()
    >>> [safe_sheet_name(name, taken) for name in ("Mei/Juni", "mei_juni")]
    ['Mei_Juni', 'mei_juni_2']
    """
    plain = "".join("_" if c in "[]:*?/\\" or ord(c) < 32 else c for c in name)
    plain = plain[:_NAME].strip("' ") or "Sheet"
    free, number = plain, 1
    while free.casefold() in taken or free.casefold() == "history":
        number += 1
        free = f"{plain[: _NAME - len(str(number)) - 1]}_{number}"
    taken.add(free.casefold())
    return free


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was put aside for the workbook.

    Attributes
    ----------
    number : int
        Its row in the source, from 1; 0 where it comes from no workbook.
    cells, styles, advice : list
        Cells of the row, numbers of their styles, and the added cells.
    verdict, score, category, group : object
        What the sheets are made by; verdict and score are None where there was no text.
    marks : list of Mark
    """

    number: int
    cells: list[Any]
    styles: list[int]
    advice: list[Any]
    verdict: str | None
    score: float | None
    category: str | None
    group: int
    marks: list[Mark]


@dataclass
class Plan:
    """What all rows together tell.

    Attributes
    ----------
    offsets : array of int
        Where each row begins in the file of lines.
    first : array of int
        The row that stands for each group (the highest score, then the first); groups from 1.
    order, sample : list of int
        Groups in the order of reading; groups of which a sample is looked at.
    read_at, sampled_at : array, dict
        The row of each group on these sheets.
    decisions : dict
        Decisions by group, from an earlier run.
    counts : summary_sheet.Counts
    links : dict
        Links of the source, by row and column from 0.
    sheets : dict
        The sheets of XlsxWriter, by what they are for.
    """

    offsets: array[int] = field(default_factory=lambda: array("q"))
    first: array[int] = field(default_factory=lambda: array("q", [-1]))
    order: list[int] = field(default_factory=list)
    sample: list[int] = field(default_factory=list)
    sampled_at: dict[int, int] = field(default_factory=dict)
    read_at: array[int] = field(default_factory=lambda: array("q"))
    decisions: dict[int, Any] = field(default_factory=dict)
    counts: summary_sheet.Counts = field(default_factory=summary_sheet.Counts)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    sheets: dict[str, Any] = field(default_factory=dict)


class Review:
    """The sheets of an officer, and the columns of all sheets.

    Parameters
    ----------
    columns : Columns
    style : Style
    width : int
        Columns of the source; behind them stand those kept from an earlier output.
    """

    def __init__(self, columns: Columns, style: Style, width: int) -> None:
        self.columns, self.style, self.width = columns, style, width
        self.judged = columns.text is not None
        names = [plain_name(name).casefold() for name in columns.header]
        kept = [i for i in range(width, len(names)) if names[i] in headings(["decision"])]
        self.decided = kept[0] if kept and self.judged else None
        self.shown = [i for i in range(len(names)) if i != self.decided]

    # --- rows

    def lines(self, file: IO[bytes]) -> Iterator[tuple[int, Line]]:
        """Yield every row with the place where it begins."""
        file.seek(0)
        at = 0
        for raw in file:
            yield at, _line(raw)
            at += len(raw)

    def main_columns(self, columns: Columns) -> list[str]:
        """Return the columns of the sheet of rows."""
        header = [columns.header[i] for i in self.shown]
        added = [heading(name, self.style.language) for name in columns.added]
        if self.judged:
            added.append(heading("decision", self.style.language))
        return [*header, *free_names(added, [plain_name(name) for name in header])]

    def main_values(self, line: Line) -> list[Any]:
        """Return the cells of a row, without its decision."""
        return [*(line.cells[i] for i in self.shown), *self._advice(line)]

    def _advice(self, line: Line) -> list[Any]:
        said = {"verdict": "verdict", "category": "category"}
        out = []
        for name, value in zip(self.columns.added, line.advice, strict=True):
            known = value and name in said
            words = text(f"{said[name]}.{value}", self.style.language) if known else value
            out.append(words.lower() if known else words)
        return out

    def look(self, line: Line, place: int) -> tuple[Sequence[Mark], dict[str, Any]]:
        """Return how the cell of a row looks: which words are coloured, and its format."""
        if place < len(self.shown):
            return (line.marks if self.shown[place] == self.columns.text else ()), {}
        name = self.columns.added[place - len(self.shown)]
        if name == "verdict" and line.verdict:
            return (), {"bg_color": _FILLS[line.verdict]}
        return (), {"num_format": "0.00"} if name == "score" else {}

    # --- all rows together

    def plan(self, lines: IO[bytes]) -> Plan | None:
        """Look through all rows; None if no texts were judged."""
        if not self.judged:
            return None
        plan = Plan()
        best, verdicts = array("d", [-2.0]), [""]
        for at, line in self.lines(lines):
            index = len(plan.offsets)
            plan.offsets.append(at)
            plan.counts.add(line, self.columns)
            score = -1.0 if line.score is None else line.score
            while len(best) <= line.group:
                best.append(-2.0)
                verdicts.append("")
                plan.first.append(-1)
            if score > best[line.group]:
                best[line.group], plan.first[line.group] = score, index
                verdicts[line.group] = line.verdict or ""
            if self.decided is not None and cell_text(line.cells[self.decided]).strip():
                plan.decisions.setdefault(line.group, line.cells[self.decided])
        groups = range(1, len(best))
        plan.order = sorted(groups, key=lambda g: (-best[g], plan.first[g]))
        plan.read_at = array("q", [0] * len(best))
        for row, group in enumerate(plan.order, start=1):
            plan.read_at[group] = row
        neutral = [group for group in groups if verdicts[group] == "neutral"]
        plan.sample = self._sample(plan, neutral)
        plan.sampled_at = {group: row for row, group in enumerate(plan.sample, start=1)}
        return plan

    def _sample(self, plan: Plan, neutral: Sequence[int]) -> list[int]:
        size = min(self.style.sample, len(neutral))
        chosen = random.Random(self.style.seed).sample(neutral, size)
        return sorted(chosen, key=lambda g: plan.first[g])

    # --- sheets

    def add_sheets(self, pen: Pen, plan: Plan, taken: set[str]) -> None:
        """Make the sheets, still empty, so that cells of others can point to them."""
        kinds = ("reading", *(("sample",) if plan.sample else ()), "summary")
        for kind in kinds:
            name = safe_sheet_name(text(f"sheet.{kind}", self.style.language), taken)
            plan.sheets[kind] = pen.book.add_worksheet(name)
            plan.sheets[kind].ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        plan.sheets["reading"].activate()

    def write(self, pen: Pen, lines: IO[bytes], plan: Plan) -> None:
        """Fill the sheets."""
        self._listing(pen, lines, plan, "reading", plan.order)
        if plan.sample:
            self._listing(pen, lines, plan, "sample", plan.sample)
        summary_sheet.write(pen, plan, self.style, self.columns, self.decision_range(plan))

    def _listing(
        self, pen: Pen, lines: IO[bytes], plan: Plan, kind: str, groups: Sequence[int]
    ) -> None:
        """A sheet of one row for each of some groups."""
        sheet = plan.sheets[kind]
        others = [place for place, i in enumerate(self.shown) if i != self.columns.text]
        text_at = self.shown.index(self.columns.text or 0)
        advice = range(len(self.shown), len(self.shown) + len(self.columns.added))
        names = self.main_columns(self.columns)
        places = [text_at, *advice]
        row_name = free_names([heading("row", self.style.language)], names)
        head = [*(names[p] for p in places), names[-1], *(names[p] for p in others), *row_name]
        bold: dict[str, Any] = {"bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#E7E6E6"}
        for place, name in enumerate(head):
            pen.put(sheet, 0, place, name, **bold)
        for row, group in enumerate(groups, start=1):
            lines.seek(plan.offsets[plan.first[group]])
            line = _line(lines.readline())
            values = self.main_values(line)
            # Spreadsheet programs give a wrapped text in several colours one line, if not told.
            written = cell_text(values[text_at])
            lines_of_text = sum(1 + len(part) // (_TEXT - 5) for part in written.split("\n"))
            sheet.set_row(row, 15 * min(lines_of_text, 20))
            sheet.row_info.pop(row - 2, None)  # is written: memory stays constant
            at = line.number or plan.first[group] + 2
            cells = [(values[p], p) for p in places] + [(None, -1)]
            cells += [(values[p], p) for p in others] + [(at, -2)]
            for place, (value, origin) in enumerate(cells):
                if origin == -1:
                    self.put_decision(pen, sheet, row, place, line, plan, kind)
                    continue
                style = line.styles[origin] if 0 <= origin < len(line.styles) else 0
                marks, look = self.look(line, origin) if origin >= 0 else ((), {})
                look = {**look, "valign": "top"}
                if place == 0 or names[origin] == heading("reasons", self.style.language):
                    look["text_wrap"] = True
                link = plan.links.get((line.number - 1, origin), "")
                pen.put(sheet, row, place, value, style, link=link, marks=marks, **look)
        self._dress(sheet, len(places), len(groups), len(head))

    def _dress(self, sheet: Any, decision: int, last: int, width: int) -> None:
        """Widths, frozen head, filter, drop-down."""
        sheet.set_column(0, 0, _TEXT)
        for place, name in enumerate(self.columns.added, start=1):
            sheet.set_column(place, place, _WIDTHS.get(name, _USUAL))
        sheet.set_column(decision, decision, _DECISION)
        sheet.set_column(decision + 1, width - 1, 18)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(last, 1), width - 1)
        self.offer(sheet, 1, last, decision)
        print_well(sheet, 1)

    # --- decisions

    def offer(self, sheet: Any, first: int, last: int, column: int) -> None:
        """Give the cells of a column, from row to row, the drop-down of decisions."""
        language = self.style.language
        words = [text(f"sheet.decision.{d}", language) for d in DECISIONS]
        sheet.data_validation(first, column, max(first, last), column, {
            "validate": "list", "source": words, "error_type": "warning",
            "input_title": heading("decision", language),
            "input_message": text("sheet.decision_hint", language),
        })  # fmt: skip

    def put_decision(
        self, pen: Pen, sheet: Any, row: int, column: int, line: Line, plan: Plan, kind: str = ""
    ) -> None:
        """Write the decision of a row: typed where its group's is typed, else shown from there."""
        look: dict[str, Any] = {"bg_color": "#FFF9DB", "valign": "top"}
        group = line.group
        decided = plan.decisions.get(group)
        own = line.cells[self.decided] if self.decided is not None else None
        typed_in = "sample" if group in plan.sampled_at else "reading"
        if kind == typed_in or (not kind and cell_text(own).strip() and own != decided):
            pen.put(sheet, row, column, decided if kind else own, **look)
            return
        at = plan.sampled_at.get(group, plan.read_at[group])
        where = _cell(at, 1 + len(self.columns.added))
        cell = f"'{plan.sheets[typed_in].name.replace(chr(39), chr(39) * 2)}'!{where}"
        shown = "" if decided is None else cell_text(decided)
        sheet.write_formula(row, column, f'=IF({cell}="","",{cell})', pen.format(**look), shown)

    def decision_range(self, plan: Plan) -> str:
        """Return the cells of all decisions, as a formula names them."""
        column = 1 + len(self.columns.added)
        first, last = _cell(1, column), _cell(max(1, len(plan.order)), column)
        name = plan.sheets["reading"].name.replace("'", "''")
        return f"'{name}'!{first}:{last}"


def _cell(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _line(raw: bytes) -> Line:
    number, cells, styles, advice, facts, marks = json.loads(raw)
    return Line(
        number, [_value(c) if isinstance(c, dict) else c for c in cells], styles, advice,
        facts[0], facts[1], facts[2], facts[3], marks,
    )  # fmt: skip


_KINDS: dict[str, Callable[[Any], Any]] = {
    "moment": dt.datetime.fromisoformat,
    "day": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "seconds": lambda seconds: dt.timedelta(seconds=seconds),
}


def _value(cell: dict[str, Any]) -> Any:
    ((kind, value),) = cell.items()
    return _KINDS[kind](value)
