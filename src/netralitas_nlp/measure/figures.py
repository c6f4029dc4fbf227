"""Figures of labelled rows with their 95 % intervals: how well texts are ranked, caught, accused.

Shares have Wilson's interval; what is no share (average precision, area under the ROC curve,
calibration error, F1, differences of two models) has bootstrap resamples, with a floor: no interval
is narrower than so few rows allow. Knows scores and labels only; reads no text.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

Array = npt.NDArray[np.float64]
Verdicts = npt.NDArray[np.object_]

RANKS = ("average_precision", "roc_auc", "calibration_error")
SHARES = ("precision", "caught", "missed", "accused", "review")
FIGURES = RANKS + SHARES
"""What is worked out, in the order of the tables; see `Part`."""
FEW = 10
"""With fewer rows a figure is counted, and shown as too few to say anything."""
BINS = 10
RESAMPLES = 1000
SEED = 2024
_CELLS = 2_000_000  # rows times resamples worked on at once: about 50 MB
_Z2 = 1.959964**2  # of the 97.5 % quantile of the normal distribution


@dataclass(frozen=True)
class Figure:
    """An estimate and its 95 % interval; all three are NaN where there is nothing to divide by."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float | None]:
        """Return plain JSON types; None for NaN."""
        return {k: None if math.isnan(v) else round(v, 4) for k, v in vars(self).items()}


NOTHING = Figure(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Part:
    """Figures of some rows.

    Attributes
    ----------
    rows, partisan : int
        Rows with a sure label, and those of them labelled partisan.
    figures : mapping of str to Figure
        ``average_precision``, ``roc_auc``: how well the score puts partisan texts first.
        ``calibration_error``: mean distance of score and share of partisan texts in ten bins of
        the score. ``precision``: partisan texts among those called partisan. ``caught``,
        ``missed``: partisan texts called partisan, and called neutral. ``accused``: neutral texts
        called partisan. ``review``: texts left to a reader.
    """

    rows: int
    partisan: int
    figures: Mapping[str, Figure]

    @property
    def neutral(self) -> int:
        """Rows labelled neutral."""
        return self.rows - self.partisan


def plain(value: Any) -> Any:
    """Return a record as plain JSON types: numbers rounded to four places, None for NaN.

    >>> plain(Part(1, 0, {"caught": NOTHING}))["figures"]["caught"]
    {'value': None, 'low': None, 'high': None}
    """
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


@lru_cache(maxsize=10_000)
def wilson(hits: int, of: int) -> Figure:
    """Return a share with its 95 % interval; NaN where `of` is 0.

    Notes
    -----
    Wilson 1927, "Probable inference, the law of succession, and statistical inference". Unlike
    the bootstrap's, the interval has a width where the share is 0 or 1.

    Examples
    --------
    >>> wilson(0, 10).to_dict()
    {'value': 0.0, 'low': 0.0, 'high': 0.2775}
    """
    if not of:
        return NOTHING
    interval = binomtest(hits, of).proportion_ci(0.95, method="wilson")
    return Figure(hits / of, float(interval.low), float(interval.high))


def figures(
    truth: npt.NDArray[np.bool_],
    score: Array,
    verdict: Verdicts,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Part:
    """Return the figures of some rows, with 95 % intervals.

    Parameters
    ----------
    truth : ndarray of shape (n,)
        Whether each row is partisan.
    score, verdict : ndarray of shape (n,)
        What a classifier says of it.
    resamples, seed : int
        Of the bootstrap.

    Notes
    -----
    Shares: `wilson`. Ranks: see `bootstrap`. Intervals say how far a figure would move with other
    texts of the same sources; a new source can move it further.

    Calibration error: expected calibration error with ten bins of equal width (Guo, Pleiss, Sun &
    Weinberger 2017, "On calibration of modern neural networks").
    """
    rows = _Rows(truth, score, verdict)
    ranks = bootstrap(len(truth), rows.ranks, rows.support()[: len(RANKS)], resamples, seed)
    hits, of = rows.totals()
    shares = [wilson(h, n) for h, n in zip(hits, of, strict=True)]
    return Part(len(truth), int(truth.sum()), dict(zip(FIGURES, [*ranks, *shares], strict=True)))


def paired(
    truth: npt.NDArray[np.bool_],
    old: tuple[Array, Verdicts],
    new: tuple[Array, Verdicts],
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> dict[str, Figure]:
    """Return how the figures change from one model to another on the same rows.

    Parameters
    ----------
    truth : ndarray of shape (n,)
        Whether each row is partisan.
    old, new : pair of ndarray of shape (n,)
        Scores and verdicts of the two models.

    Returns
    -------
    dict of str to Figure
        New minus old for each of `FIGURES`; each resample counts the same rows for both, so the
        intervals are narrower than those of either model.
    """
    first, second = _Rows(truth, *old), _Rows(truth, *new)

    def change(weight: Array) -> Array:
        return np.column_stack(
            [
                second.ranks(weight) - first.ranks(weight),
                second.shares(weight) - first.shares(weight),
            ]
        )

    support = np.minimum(first.support(), second.support())
    found = bootstrap(len(truth), change, support, resamples, seed, difference=True)
    return dict(zip(FIGURES, found, strict=True))


def bootstrap(
    n: int,
    work: Callable[[Array], Array],
    support: npt.ArrayLike,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    difference: bool = False,
) -> list[Figure]:
    """Return figures with intervals from resampling the rows.

    Parameters
    ----------
    n : int
        Rows.
    work : callable
        Works out k figures from weights of shape (m, n): how often each row was drawn. Returns an
        array of shape (m, k).
    support : array of shape (k,)
        Rows behind each figure, of the rarer label where it takes both.
    difference : bool
        Whether the figures lie in -1..1 instead of 0..1.

    Notes
    -----
    Percentiles 2.5 and 97.5 of bootstrap resamples (Efron 1979, "Bootstrap methods: another look
    at the jackknife"), drawn out to the estimate where all resamples lie to one side of it. Where
    every row is right, resampling finds no error and the interval no width; yet one of n rows
    unseen may be wrong. So an end is at least as far as Wilson's interval of n hits in n allows,
    n / (n + 3.84) of the way: an average precision of 1 on 30 texts of each label is 1 (.887-1).
    """
    value = work(np.ones((1, n)))[0]
    drawn = np.full((resamples, len(value)), np.nan)
    rng = np.random.default_rng(seed)
    step = max(1, _CELLS // max(n, 1))
    for at in range(0, resamples if n else 0, step):
        size = min(step, resamples - at)
        drawn[at : at + size] = work(_drawn(rng, size, n))
    out = []
    for best, tries, rows in zip(value.tolist(), drawn.T, np.asarray(support), strict=True):
        known = tries[~np.isnan(tries)]
        if math.isnan(best):
            out.append(NOTHING)
            continue
        low, high = np.quantile(known, [0.025, 0.975]).tolist() if len(known) else (best, best)
        sure = rows / (rows + _Z2)
        if difference:
            floor, ceiling = max(best - (1 - sure), -1.0), min(best + (1 - sure), 1.0)
        else:
            floor, ceiling = best * sure, 1 - (1 - best) * sure
        out.append(Figure(best, min(low, floor), max(high, ceiling)))
    return out


def _drawn(rng: np.random.Generator, size: int, n: int) -> Array:
    """How often each row was drawn in each of `size` resamples, shape (size, n)."""
    picks = rng.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
    counts: Array = np.bincount(picks.ravel(), minlength=size * n).reshape(size, n).astype(float)
    return counts


class _Rows:
    """Rows in the order of their scores, ready to be counted under any weights."""

    def __init__(self, truth: npt.NDArray[np.bool_], score: Array, verdict: Verdicts) -> None:
        self.order = np.argsort(-score, kind="stable")
        ordered = score[self.order]
        self.truth = truth.astype(float)
        fresh = np.r_[True, ordered[1:] != ordered[:-1]] if len(score) else np.zeros(0, bool)
        self.starts = np.flatnonzero(fresh)  # rows of one score stand or fall together
        inside = (bin_of(score)[:, None] == np.arange(BINS)).astype(float)
        self.gaps = inside * (self.truth - score)[:, None]
        called, cleared, review = (verdict == v for v in ("partisan", "neutral", "review"))
        everything = np.ones(len(truth), dtype=bool)
        hits = (called & truth, called & truth, cleared & truth, called & ~truth, review)
        of = (called, truth, truth, ~truth, everything)
        self.hits, self.of = (np.column_stack(side).astype(float) for side in (hits, of))

    def totals(self) -> tuple[list[int], list[int]]:
        """Hits and rows behind each of `SHARES`."""
        return self.hits.sum(axis=0).astype(int).tolist(), self.of.sum(axis=0).astype(int).tolist()

    def support(self) -> Array:
        """Rows behind each of `FIGURES`, of the rarer label where both count."""
        partisan, rows = self.truth.sum(), len(self.truth)
        rarer = min(partisan, rows - partisan)
        out: Array = np.r_[rarer, rarer, rows, self.of.sum(axis=0)]
        return out

    def shares(self, weight: Array) -> Array:
        """Return `SHARES` under each row of weights."""
        return share(weight @ self.hits, weight @ self.of)

    def ranks(self, weight: Array) -> Array:
        """Return `RANKS` under each row of weights, by steps over equal scores."""
        partisan, neutral = weight @ self.truth, weight @ (1 - self.truth)
        error = share(np.abs(weight @ self.gaps).sum(axis=1), partisan + neutral)
        if not len(self.starts):
            return np.full((len(weight), len(RANKS)), np.nan)
        ordered, truth = weight[:, self.order], self.truth[self.order]
        right = np.add.reduceat(ordered * truth, self.starts, axis=1)
        wrong = np.add.reduceat(ordered * (1 - truth), self.starts, axis=1)
        caught, accused = right.cumsum(axis=1), wrong.cumsum(axis=1)
        both = np.where((partisan > 0) & (neutral > 0), 1.0, np.nan)
        precise = caught / np.maximum(caught + accused, 1.0)
        below = neutral[:, None] - accused + wrong / 2
        return np.column_stack(
            [
                share((right * precise).sum(axis=1), partisan) * both,
                share((right * below).sum(axis=1), partisan * neutral),
                error,
            ]
        )


def bin_of(score: Array) -> npt.NDArray[np.int_]:
    """Return the bin of each score, 0..9; 1 belongs to the last."""
    out: npt.NDArray[np.int_] = np.clip((score * BINS).astype(int), 0, BINS - 1)
    return out


def share(part: Array, whole: Array) -> Array:
    """Divide, giving NaN where there is nothing to divide by."""
    out: Array = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return out


def by_value(
    cells: Mapping[str, Sequence[str]], part: Callable[[npt.NDArray[np.intp]], Any]
) -> dict[str, dict[str, Any]]:
    """Return, for each column, what `part` makes of the rows with each of its values.

    Rows without a value stand under ``""``; a column that no row fills is left out.

    >>> by_value({"region": ["Bali", "", "Bali"]}, len)
    {'region': {'': 1, 'Bali': 2}}
    """
    out: dict[str, dict[str, Any]] = {}
    for column, values in cells.items():
        found = np.asarray(values, dtype=object)
        if (found != "").any():
            out[column] = {v: part(np.flatnonzero(found == v)) for v in sorted(set(found.tolist()))}
    return out


__all__ = [
    "BINS", "FEW", "FIGURES", "NOTHING", "RANKS", "RESAMPLES", "SEED", "SHARES", "Figure", "Part",
    "bin_of", "bootstrap", "by_value", "figures", "paired", "plain", "share", "wilson",
]  # fmt: skip
