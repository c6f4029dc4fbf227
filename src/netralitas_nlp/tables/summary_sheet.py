"""The sheet that sums a table up: how many of which verdict, on which day, and how many are wrong.

It counts texts; it ranks nobody. What it does not do: read rows, or measure a model: the shares of
wrong verdicts are those that the model file brings.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..base.catalogue import text
from ..base.result import CATEGORIES, VERDICTS
from .rows import cell_text
from .sheet_cells import Pen, print_well
from .writer import Columns, Style

if TYPE_CHECKING:
    from .review_sheets import Line, Plan

MOST_VALUES = 1000
"""Days and accounts that are counted by themselves; rows of further ones are counted together."""
OTHERS = "…"
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})|(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})")


@dataclass
class Counts:
    """Rows by verdict, and by verdict and category, day and account; None: no text."""

    verdict: Counter[str | None] = field(default_factory=Counter)
    category: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    day: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    account: Counter[tuple[str, str | None]] = field(default_factory=Counter)

    def add(self, line: Line, columns: Columns) -> None:
        """Count a row."""
        self.verdict[line.verdict] += 1
        if line.verdict:
            self.category[line.category or "", line.verdict] += 1
        if columns.date is not None:
            self._bounded(self.day, day_of(line.cells[columns.date]), line.verdict)
        if columns.account is not None:
            name = cell_text(line.cells[columns.account]).strip()
            self._bounded(self.account, name, line.verdict)

    @staticmethod
    def _bounded(counts: Counter[tuple[str, str | None]], value: str, verdict: str | None) -> None:
        known = (value, verdict) in counts or len(counts) < MOST_VALUES * (len(VERDICTS) + 1)
        counts[value if known else OTHERS, verdict] += 1


def day_of(value: Any) -> str:
    """Return the day in a cell, as it is written there; ``""`` if there is none.

    >>> day_of(dt.datetime(2024, 2, 14, 9)), day_of("2024-02-14T09:00:00Z"), day_of("14/2/2024 09:00")
    ('2024-02-14', '2024-02-14', '14/2/2024')
    """
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    found = _DAY.search(cell_text(value)[:80])
    return found[0] if found else ""


@dataclass(frozen=True)
class Wrong:
    """How many verdicts of a table are expected to be wrong: rows, and the share of their verdict."""

    accused: float
    accused_share: float
    missed: float
    missed_share: float


def expected_wrong(
    partisan: int, review: int, neutral: int, figures: Mapping[str, Mapping[str, float]]
) -> Wrong:
    """Return how many rows called partisan are neutral, and how many called neutral are partisan.

    Parameters
    ----------
    partisan, review, neutral : int
        Rows of a table by verdict.
    figures : mapping
        A model's ``accused``, ``caught`` and ``missed``, each with ``"value"``: shares of neutral
        texts called partisan, and of partisan texts called partisan and called neutral.

    Notes
    -----
    How many texts are partisan at all follows from how many are called so (Rogan and Gladen 1978,
    "Estimating prevalence from the results of a screening test"). It holds as far as the texts are
    like those the model was measured on.

    Examples
    --------
    >>> shares = {"accused": {"value": 0.02}, "caught": {"value": 0.5}, "missed": {"value": 0.1}}
    >>> wrong = expected_wrong(116, 200, 684, shares)
    >>> round(wrong.accused), round(wrong.missed)
    (16, 20)
    """
    rows = partisan + review + neutral
    accused, caught, missed = (figures[n]["value"] for n in ("accused", "caught", "missed"))
    share = (partisan / rows - accused) / (caught - accused) if rows and caught > accused else 0.0
    share = min(1.0, max(0.0, share))
    falsely = min(partisan, accused * (1 - share) * rows)
    unseen = min(neutral, missed * share * rows)
    return Wrong(falsely, falsely / max(partisan, 1), unseen, unseen / max(neutral, 1))


def model_figures(header: Mapping[str, Any] | None) -> Mapping[str, Mapping[str, float]] | None:
    """Return what a model's header says of its errors on sources it was not trained on.

    >>> model_figures({}) is None
    True
    """
    figures = (header or {}).get("figures", {}).get("out_of_group", {})
    wanted = ("accused", "caught", "missed")
    known = all(isinstance(figures.get(n, {}).get("value"), int | float) for n in wanted)
    return {n: figures[n] for n in wanted} if known else None


def write(pen: Pen, plan: Plan, style: Style, columns: Columns, decisions: str) -> None:
    """Fill the sheet.

    Parameters
    ----------
    pen : Pen
    plan : Plan
    style : Style
    columns : Columns
    decisions : str
        The cells of decisions, as a formula names them.
    """
    _Summary(pen, plan, style, columns).write(decisions)


class _Summary:
    def __init__(self, pen: Pen, plan: Plan, style: Style, columns: Columns) -> None:
        self.pen, self.plan, self.style, self.columns = pen, plan, style, columns
        self.sheet = plan.sheets["summary"]
        self.counts = plan.counts
        self.row = 0

    def write(self, decisions: str) -> None:
        """Write everything, from the top down."""
        self.sheet.set_column(0, 0, 48)
        self.sheet.set_column(1, 4, 14)
        print_well(self.sheet)
        self._say("advice", wrap=True)
        self.row += 1
        self._verdicts()
        self._wrong()
        self._decided(decisions)
        self._table(
            "category", [(c, text(f"category.{c}", self.style.language)) for c in CATEGORIES]
        )
        if self.columns.date is not None:
            self._table("day", self._values(self.counts.day, by_number=False))
        if self.columns.account is not None:
            self._table("account", self._values(self.counts.account, by_number=True))

    def _verdicts(self) -> None:
        rows = self.counts.verdict.total()
        self._head([self._text("verdict"), self._text("rows"), self._text("share")])
        for verdict in (*VERDICTS, None):
            if verdict is None and not self.counts.verdict[None]:
                continue
            name = text(f"verdict.{verdict}" if verdict else "method.empty", self.style.language)
            number = self.counts.verdict[verdict]
            self._cells([name.lower(), number, number / max(rows, 1)], shares=(2,))
        self._cells([self._text("total"), rows, None])
        groups = len(self.plan.order)
        if groups < rows:
            self._cells([self._text("different"), groups, None])
        self.row += 1

    def _wrong(self) -> None:
        self._head([self._text("wrong")])
        if not self.style.figures:
            self._say("no_figures", wrap=True)
            self.row += 1
            return
        n = [self.counts.verdict[v] for v in VERDICTS]
        wrong = expected_wrong(n[0], n[1], n[2], self.style.figures)
        for key, of, number, share in (
            ("accused", n[0], wrong.accused, wrong.accused_share),
            ("missed", n[2], wrong.missed, wrong.missed_share),
        ):
            self._cells([self._text(key, of=of), round(number), share], shares=(2,))
        percent = {
            key: f"{self.style.figures[key]['value']:.1%}"
            for key in ("accused", "caught", "missed")
        }
        self._say("basis", wrap=True, **percent)
        self.row += 1

    def _decided(self, decisions: str) -> None:
        self._head([self._text("decisions")])
        made = f'COUNTIF({decisions},"?*")'
        known = len([g for g in self.plan.order if self.plan.decisions.get(g)])
        self.pen.put(self.sheet, self.row, 0, self._text("decided", of=len(self.plan.order)))
        self.sheet.write_formula(self.row, 1, f"={made}", None, known)
        self.row += 2

    def _table(self, name: str, values: Sequence[tuple[str, str]]) -> None:
        """Rows by verdict for each value of a column."""
        counts: Counter[tuple[str, str | None]] = getattr(self.counts, name)
        names = [text(f"verdict.{v}", self.style.language).lower() for v in VERDICTS]
        self._head([self._text(name), *names, self._text("rows")])
        for value, shown in values:
            numbers = [counts[value, verdict] for verdict in VERDICTS]
            total = sum(numbers) + counts[value, None]
            if total:
                self._cells([shown, *numbers, total])
        self.row += 1

    def _values(
        self, counts: Counter[tuple[str, str | None]], by_number: bool
    ) -> list[tuple[str, str]]:
        totals: Counter[str] = Counter()
        for (value, _), number in counts.items():
            totals[value] += number
        ranked = sorted(totals, key=lambda v: (v == OTHERS, -totals[v] if by_number else 0, v))
        return [(v, v or self._text("none")) for v in ranked]

    def _text(self, key: str, **values: Any) -> str:
        return text(f"summary.{key}", self.style.language, **values)

    def _say(self, key: str, wrap: bool = False, **values: Any) -> None:
        look: dict[str, Any] = {"text_wrap": True, "valign": "top", "italic": True} if wrap else {}
        self.sheet.set_row(self.row, 48)
        self.sheet.merge.append([self.row, 0, self.row, 4])
        self.pen.put(self.sheet, self.row, 0, self._text(key, **values), **look)
        self.row += 1

    def _head(self, names: Sequence[str]) -> None:
        for place, name in enumerate(names):
            self.pen.put(self.sheet, self.row, place, name, bold=True, bottom=1, text_wrap=True)
        self.row += 1

    def _cells(self, values: Sequence[Any], shares: Sequence[int] = ()) -> None:
        for place, value in enumerate(values):
            look: dict[str, Any] = {"num_format": "0.0%"} if place in shares else {}
            self.pen.put(self.sheet, self.row, place, value, **look)
        self.row += 1
