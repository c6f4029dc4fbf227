"""All that a report shows: figures by class and category, threshold, bin of the score, and slice.

`assess` works on the table that `evaluation.classified` returns. Nothing is classified, fitted or
written here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.errors import DataError
from ..base.result import CATEGORIES, VERDICTS
from ..read.find import Lexicon
from .evaluation import LABELS, PARTS, SLICES, TRAITS, Evaluation, measure, traits
from .figures import (
    BINS,
    RESAMPLES,
    SEED,
    Array,
    Figure,
    Part,
    bin_of,
    bootstrap,
    by_value,
    figures,
    plain,
    share,
    wilson,
)

Truth = npt.NDArray[np.bool_]
GRID = tuple(i / 100 for i in range(1, 100))
"""Thresholds of "partisan" that `assess` tries, beside the model's two."""
STEPS = 20
"""Steps of the score in which texts are counted by label."""


@dataclass(frozen=True)
class ClassFigures:
    """Figures of one class, or of one category.

    Attributes
    ----------
    name : str
        The class or category.
    support, called : int
        Rows that are of it by their label, and rows the classifier calls it.
    precision, recall, f1 : Figure
        Of those called it, the share that is of it; of those that are of it, the share called
        it; and the harmonic mean of both. A text left to a reader is called neither class.
    """

    name: str
    support: int
    called: int
    precision: Figure
    recall: Figure
    f1: Figure


@dataclass(frozen=True)
class Point:
    """What would happen if texts were called partisan from this score on.

    Attributes
    ----------
    threshold : float
        The score, 0..1.
    precision, caught, accused : Figure
        As in `Part`.
    called : Figure
        Share of all texts called partisan.
    """

    threshold: float
    precision: Figure
    caught: Figure
    accused: Figure
    called: Figure


@dataclass(frozen=True)
class Band:
    """The texts left to a reader.

    Attributes
    ----------
    low, high : float
        The model's two thresholds.
    rows : int
        Texts between them.
    share : Figure
        Their share of all texts.
    partisan : Figure
        Share of partisan texts among them.
    """

    low: float
    high: float
    rows: int
    share: Figure
    partisan: Figure


@dataclass(frozen=True)
class Bin:
    """The texts with a score from `low` to below `high`.

    Attributes
    ----------
    low, high : float
        Edges, 0..1; the last bin holds 1 too.
    rows : int
        Texts in it.
    score : float
        Their mean score; NaN for none.
    share : Figure
        Share of partisan texts among them.
    """

    low: float
    high: float
    rows: int
    score: float
    share: Figure


@dataclass(frozen=True)
class Table:
    """Counts of texts: rows are what they are, columns what the classifier says."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Assessment:
    """What `assess` returns: all that a report shows, but no text.

    Attributes
    ----------
    evaluation : Evaluation
        The figures of all rows, and those by contestant.
    classes, categories : tuple of ClassFigures
        Of the two labels, and of the categories that occur; the latter empty where the table has
        none. Categories are counted over the rows that have one.
    points : tuple of Point
        By threshold, for those of `GRID` and the model's two.
    band : Band
        The texts left to a reader.
    bins : tuple of Bin
        Ten bins of equal width.
    counts : mapping of str to tuple of int
        By label, how many texts have a score in each of `STEPS` equal steps.
    verdicts : Table
        Label by verdict; ``unsure`` has a row where the table has it.
    confusion : Table
        Category by predicted category.
    slices : mapping of str to mapping of str to Part
        By column, then by value.
    method : str
        ``"model"`` or ``"lexicon"``.
    about : mapping of str to str
        What was measured on what, as the caller says.
    """

    evaluation: Evaluation
    classes: tuple[ClassFigures, ...]
    categories: tuple[ClassFigures, ...]
    points: tuple[Point, ...]
    band: Band
    bins: tuple[Bin, ...]
    counts: Mapping[str, tuple[int, ...]]
    verdicts: Table
    confusion: Table
    slices: Mapping[str, Mapping[str, Part]]
    method: str
    about: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        out: dict[str, Any] = plain(self)
        return out


def assess(
    rows: pd.DataFrame,
    lexicon: Lexicon | None = None,
    about: Mapping[str, str] | None = None,
    slices: Sequence[str] = (),
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Assessment:
    """Work out all that a report shows.

    Parameters
    ----------
    rows : DataFrame
        From `classified`.
    lexicon : Lexicon, optional
        Says whom a text mentions. Default: the packaged one.
    about : mapping of str to str, optional
        What was measured on what, to stand in the report.
    slices : sequence of str
        Columns of the table to give the figures by, beside `SLICES` and `TRAITS`.
    resamples, seed : int
        As for `evaluate`.

    Raises
    ------
    DataError
        If no row has a sure label, a category is unknown, or the table lacks a slice.

    Notes
    -----
    Precision, recall and F1: van Rijsbergen 1979, "Information retrieval", chapter 7. Intervals and
    calibration error: see `figures`.

    Examples
    --------
    >>> from netralitas_nlp import Classifier
    >>> from netralitas_nlp.measure.evaluation import classified
    >>> rows = pd.DataFrame({"text": ["Coblos nomor 2, menangkan Prabowo-Gibran!", "Harga cabai naik"],
    ...                      "label": ["partisan", "neutral"]})
    >>> found = assess(classified(Classifier(model=None), rows))
    >>> [(c.name, c.support, c.f1.value) for c in found.classes]
    [('partisan', 1, 1.0), ('neutral', 1, 1.0)]
    """
    lexicon = lexicon or Lexicon.default()
    sure = rows[rows["label"] != "unsure"].reset_index(drop=True)
    _check(sure, slices)
    truth = (sure["label"] == "partisan").to_numpy()
    score, verdict = sure["score"].to_numpy(), sure["verdict"].to_numpy(dtype=object)

    def part(at: npt.NDArray[np.intp]) -> Part:
        return figures(truth[at], score[at], verdict[at], resamples, seed)

    all_verdicts = rows["verdict"].to_numpy(dtype=object)
    overall = measure(rows, rows["score"].to_numpy(), all_verdicts, lexicon, resamples, seed)
    cells = {c: sure[c].tolist() for c in (*SLICES, *slices) if c in sure and c not in PARTS}
    read_off = traits(sure["text"].tolist(), lexicon)
    cells |= {c: read_off[c].tolist() for c in TRAITS}
    more = by_value(cells, part)
    more["length"] = dict(sorted(more["length"].items(), key=_shortest))
    band = float(sure["review_from"].iloc[0]), float(sure["partisan_from"].iloc[0])
    inside = verdict == "review"
    named = sure[sure["category"] != ""]
    return Assessment(
        overall,
        _classes(sure["label"], sure["verdict"], LABELS[:2], resamples, seed),
        _classes(named["category"], named["predicted_category"], CATEGORIES, resamples, seed),
        tuple(_point(truth, score, threshold) for threshold in sorted({*GRID, *band})),
        Band(*band, int(inside.sum()), _share(inside), _share(truth[inside])),
        tuple(_bin(truth, score, b) for b in range(BINS)),
        {
            name: tuple(np.histogram(score[truth == yes], STEPS, (0, 1))[0].tolist())
            for name, yes in (("partisan", True), ("neutral", False))
        },
        _crossed(rows["label"], rows["verdict"], LABELS, VERDICTS),
        _crossed(named["category"], named["predicted_category"], CATEGORIES, CATEGORIES),
        {**overall.parts, **more},
        str(sure["method"].iloc[0]),
        about or {},
    )


def _check(sure: pd.DataFrame, slices: Sequence[str]) -> None:
    if not len(sure):
        raise DataError("nothing_to_measure", path="DataFrame")
    missing = [c for c in slices if c not in sure.columns]
    if missing:
        have = list(map(str, sure.columns))
        raise DataError("missing_columns", path="DataFrame", columns=missing, have=have)
    wrong = sorted(set(sure["category"]) - {"", *CATEGORIES})
    if wrong:
        raise DataError("wrong_category", value=wrong[0], allowed=list(CATEGORIES))


def _share(which: Truth) -> Figure:
    return wilson(int(which.sum()), len(which))


def _classes(
    true: pd.Series[str],
    called: pd.Series[str],
    names: Sequence[str],
    resamples: int,
    seed: int,
) -> tuple[ClassFigures, ...]:
    """Figures of each name that occurs."""
    is_it = {n: (true == n).to_numpy() for n in names}
    says = {n: (called == n).to_numpy() for n in names}
    seen = [n for n in names if is_it[n].any() or says[n].any()]
    if not seen:
        return ()
    hits = np.column_stack([is_it[n] & says[n] for n in seen]).astype(float)
    both = np.column_stack([is_it[n].astype(float) + says[n] for n in seen])

    def f1(weight: Array) -> Array:
        return share(2 * (weight @ hits), weight @ both)

    support = [int(is_it[n].sum()) for n in seen]
    found = bootstrap(len(true), f1, support, resamples, seed)
    return tuple(
        ClassFigures(
            n, size, int(says[n].sum()), _share(is_it[n][says[n]]), _share(says[n][is_it[n]]), f
        )
        for n, size, f in zip(seen, support, found, strict=True)
    )


def _point(truth: Truth, score: Array, threshold: float) -> Point:
    called = score >= threshold
    return Point(
        threshold,
        _share(truth[called]), _share(called[truth]), _share(called[~truth]), _share(called),
    )  # fmt: skip


def _bin(truth: Truth, score: Array, b: int) -> Bin:
    inside = bin_of(score) == b
    mean = float(score[inside].mean()) if inside.any() else math.nan
    return Bin(b / BINS, (b + 1) / BINS, int(inside.sum()), mean, _share(truth[inside]))


def _crossed(
    true: pd.Series[str], called: pd.Series[str], rows: Sequence[str], columns: Sequence[str]
) -> Table:
    """Count the texts by both; rows without a text are left out, columns stay."""
    counts = {r: tuple(int(((true == r) & (called == c)).sum()) for c in columns) for r in rows}
    seen = [r for r in rows if any(counts[r])]
    return Table(tuple(seen), tuple(columns), tuple(counts[r] for r in seen))


def _shortest(item: tuple[str, Part]) -> int:
    return int(item[0].split("-")[0].rstrip("+"))


__all__ = [
    "Assessment", "Band", "Bin", "ClassFigures", "Point", "Table", "assess",
]  # fmt: skip
