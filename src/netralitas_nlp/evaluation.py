"""How good a classifier is on labelled texts: figures with their intervals, by part, by contestant.

Every figure is worked out from counts of rows, so that the estimate (each row once) and its
bootstrap resamples (each row as often as it was drawn) go through the same few lines. Nothing is
fitted here, and nothing is written.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .classifier import Classifier
from .lexicon import Entry, Lexicon
from .result import DataError

Array = npt.NDArray[np.float64]

FIGURES = (
    "average_precision",
    "roc_auc",
    "calibration_error",
    "precision",
    "caught",
    "missed",
    "accused",
    "review",
)
"""What is worked out, in the order of the tables; see `Part`."""
PARTS = ("category", "kind", "source", "slice", "platform")
"""Columns by whose values the figures are also given, where a table has them."""
BINS = 10
RESAMPLES = 1000
SEED = 2024
LABELS = ("partisan", "neutral", "unsure")
_CELLS = 2_000_000  # rows times resamples worked on at once: about 50 MB


@dataclass(frozen=True)
class Figure:
    """An estimate and its 95 % interval; all three are NaN where there is nothing to divide by."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float | None]:
        """Return plain JSON types; None for NaN."""
        return {
            name: None if math.isnan(number) else round(number, 4)
            for name, number in (("value", self.value), ("low", self.low), ("high", self.high))
        }


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

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "rows": self.rows,
            "partisan": self.partisan,
            **{name: figure.to_dict() for name, figure in self.figures.items()},
        }


@dataclass(frozen=True)
class Contestant:
    """Figures of the texts that mention one party or ticket, by the lexicon's name of it."""

    kind: str
    name: str
    part: Part

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        part = self.part
        return {
            "kind": self.kind,
            "name": self.name,
            "rows": part.rows,
            "partisan": part.partisan,
            "neutral": part.neutral,
            "accused": part.figures["accused"].to_dict(),
            "missed": part.figures["missed"].to_dict(),
        }


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` returns.

    Attributes
    ----------
    whole : Part
        All rows with a sure label.
    parts : mapping of str to mapping of str to Part
        By column of `PARTS`, then by value; rows without a value stand under ``""``.
    contestants : tuple of Contestant
        Parties, and tickets for president or governor, by the number of rows that mention them.
    unsure : int
        Rows labelled ``unsure``; they are in none of the other numbers.
    unsure_review : Figure
        Share of those left to a reader.
    """

    whole: Part
    parts: Mapping[str, Mapping[str, Part]]
    contestants: tuple[Contestant, ...]
    unsure: int
    unsure_review: Figure

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            **self.whole.to_dict(),
            "unsure": self.unsure,
            "unsure_review": self.unsure_review.to_dict(),
            "parts": {
                column: {value: part.to_dict() for value, part in parts.items()}
                for column, parts in self.parts.items()
            },
            "contestants": [c.to_dict() for c in self.contestants],
        }


def evaluate(
    classifier: Classifier,
    frame: pd.DataFrame,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Evaluation:
    """Classify labelled texts and compare.

    Parameters
    ----------
    classifier : Classifier
        What is measured; its lexicon says whom a text mentions.
    frame : DataFrame
        With the columns ``text`` and ``label`` (partisan, neutral, unsure), and any of `PARTS`.
    resamples : int
        Bootstrap resamples behind each interval.
    seed : int
        Their seed: the same rows give the same intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"text": ["Ayo menangkan Prabowo-Gibran!", "Harga cabai naik"],
    ...                      "label": ["partisan", "neutral"]})
    >>> evaluate(Classifier(model=None), rows).whole.figures["average_precision"].value
    1.0
    """
    results = list(classifier.classify_many(frame["text"].tolist()))
    return measure(
        frame,
        np.array([r.score for r in results], dtype=float),
        np.array([r.verdict for r in results], dtype=object),
        classifier.lexicon,
        resamples,
        seed,
    )


def measure(
    frame: pd.DataFrame,
    score: Array,
    verdict: npt.NDArray[np.object_],
    lexicon: Lexicon | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Evaluation:
    """Compare scores and verdicts worked out elsewhere with the labels; see `evaluate`."""
    label = frame["label"].to_numpy()
    unsure = label == "unsure"
    sure = np.flatnonzero(~unsure)
    truth = label == "partisan"

    def part(rows: npt.NDArray[np.intp]) -> Part:
        return figures(truth[rows], score[rows], verdict[rows], resamples, seed)

    parts: dict[str, dict[str, Part]] = {}
    for column in PARTS:
        if column in frame.columns and (frame[column] != "").any():
            cells = frame[column].to_numpy()[sure]
            parts[column] = {str(v): part(sure[cells == v]) for v in sorted(set(cells))}
    rows_of = mentioned(frame["text"].tolist(), lexicon or Lexicon.default(), sure)
    contestants = [
        Contestant(kind, name, part(np.array(rows))) for (kind, name), rows in rows_of.items()
    ]
    contestants.sort(key=lambda c: (c.kind, -c.part.rows, c.name))
    asked = figures(truth[unsure], score[unsure], verdict[unsure], resamples, seed)
    return Evaluation(
        part(sure), parts, tuple(contestants), int(unsure.sum()), asked.figures["review"]
    )


def figures(
    truth: npt.NDArray[np.bool_],
    score: Array,
    verdict: npt.NDArray[np.object_],
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Part:
    """Return the figures of some rows, with 95 % intervals.

    Notes
    -----
    Intervals: percentiles 2.5 and 97.5 of bootstrap resamples of the rows (Efron 1979, "Bootstrap
    methods: another look at the jackknife"). They say how far the figure would move with other
    texts of the same sources; a new source can move it further. Where all resamples lie to one
    side of the estimate (resampling raises the calibration error) the interval is drawn out to
    it. A share of 0 or 1 has an interval without width: then the number of rows is what counts.

    Calibration error: expected calibration error with ten bins of equal width (Guo, Pleiss, Sun &
    Weinberger 2017, "On calibration of modern neural networks"). The scores themselves were
    calibrated by Platt's method (1999), see `training.platt`.
    """
    n = len(truth)
    work = _Work(truth, score, verdict)
    value = work.figures(np.ones((1, n)))[0]
    drawn = np.full((resamples, len(FIGURES)), np.nan)
    rng = np.random.default_rng(seed)
    step = max(1, _CELLS // max(n, 1))
    for at in range(0, resamples if n else 0, step):
        size = min(step, resamples - at)
        drawn[at : at + size] = work.figures(_drawn(rng, size, n))
    out = {}
    for i, name in enumerate(FIGURES):
        known = drawn[:, i][~np.isnan(drawn[:, i])]
        if np.isnan(value[i]) or not len(known):
            out[name] = Figure(math.nan, math.nan, math.nan)
            continue
        low, high = np.quantile(known, [0.025, 0.975])
        best = float(value[i])
        out[name] = Figure(best, min(float(low), best), max(float(high), best))
    return Part(n, int(truth.sum()), out)


def _drawn(rng: np.random.Generator, size: int, n: int) -> Array:
    """How often each row was drawn in each of `size` resamples, shape (size, n)."""
    picks = rng.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
    counts: Array = np.bincount(picks.ravel(), minlength=size * n).reshape(size, n).astype(float)
    return counts


class _Work:
    """Rows in the order of their scores, ready to be counted under any weights."""

    def __init__(
        self, truth: npt.NDArray[np.bool_], score: Array, verdict: npt.NDArray[np.object_]
    ) -> None:
        self.order = np.argsort(-score, kind="stable")
        ordered = score[self.order]
        self.truth = truth[self.order].astype(float)
        fresh = np.r_[True, ordered[1:] != ordered[:-1]] if len(score) else np.zeros(0, bool)
        self.starts = np.flatnonzero(fresh)  # rows of one score stand or fall together
        bins = np.clip((score * BINS).astype(int), 0, BINS - 1)
        inside = (bins[:, None] == np.arange(BINS)).astype(float)
        self.gaps = inside * (truth.astype(float) - score)[:, None]
        called, cleared = verdict == "partisan", verdict == "neutral"
        self.counts = np.column_stack(
            [
                called & truth,
                called,
                truth,
                cleared & truth,
                called & ~truth,
                ~truth,
                verdict == "review",
                np.ones(len(truth), dtype=bool),
            ]
        ).astype(float)

    def figures(self, weight: Array) -> Array:
        """Return the figures under each row of weights, shape (len(weight), len(FIGURES))."""
        hits, called, partisan, missed, accused, neutral, review, rows = (weight @ self.counts).T
        error = np.abs(weight @ self.gaps).sum(axis=1)
        precision, area = self._ranking(weight, partisan, neutral)
        return np.column_stack(
            [
                precision,
                area,
                _share(error, rows),
                _share(hits, called),
                _share(hits, partisan),
                _share(missed, partisan),
                _share(accused, neutral),
                _share(review, rows),
            ]
        )

    def _ranking(self, weight: Array, partisan: Array, neutral: Array) -> tuple[Array, Array]:
        """Average precision and area under the ROC curve, by steps over equal scores."""
        if not len(self.starts):
            nothing = np.full(len(weight), np.nan)
            return nothing, nothing
        ordered = weight[:, self.order]
        right = np.add.reduceat(ordered * self.truth, self.starts, axis=1)
        wrong = np.add.reduceat(ordered * (1 - self.truth), self.starts, axis=1)
        caught, accused = right.cumsum(axis=1), wrong.cumsum(axis=1)
        both = np.where((partisan > 0) & (neutral > 0), 1.0, np.nan)
        precise = caught / np.maximum(caught + accused, 1.0)
        below = neutral[:, None] - accused + wrong / 2
        return (
            _share((right * precise).sum(axis=1), partisan) * both,
            _share((right * below).sum(axis=1), partisan * neutral),
        )


def _share(part: Array, whole: Array) -> Array:
    out: Array = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return out


def mentioned(
    texts: list[str], lexicon: Lexicon, rows: npt.NDArray[np.intp]
) -> dict[tuple[str, str], list[int]]:
    """Return, by kind and name, the rows that mention a party or a ticket.

    Tickets are those for president and for governor. A mention counts where one name alone can be
    meant.
    """
    out: dict[tuple[str, str], list[int]] = {}
    for row in rows.tolist():
        names = {
            (m.kind, m.entries[0].name)
            for m, _ in lexicon.find(texts[row])
            if m.entries and len({e.name for e in m.entries}) == 1 and _counts(m.entries[0])
        }
        for name in names:
            out.setdefault(name, []).append(row)
    return out


def _counts(entry: Entry) -> bool:
    if entry.kind == "ticket":
        return entry.id.startswith(("ticket-pilpres", "ticket-pilgub"))
    return entry.kind == "party"


def read_scored(path: str | Path) -> pd.DataFrame:
    """Read labelled texts to measure on: a CSV with ``text``, ``label``, and any of `PARTS`.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, or has another label than `LABELS`.
    """
    path = Path(path)
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = " ".join(str(error).split())
        raise DataError(f"{path} cannot be read as CSV: {reason}") from error
    for column in ("text", "label"):
        if column not in frame.columns:
            raise DataError(f"{path} has no column {column!r}; it has: {', '.join(frame.columns)}")
    wrong = frame[~frame["label"].isin(LABELS)]
    if len(wrong):
        raise DataError(
            f"{path.name}:row {wrong.index[0] + 1}: label {wrong['label'].iloc[0]!r} is none of "
            f"{', '.join(LABELS)}"
        )
    if (frame["label"] == "unsure").all():
        raise DataError(f"{path} has no row labelled partisan or neutral: nothing to measure")
    return frame


__all__ = [
    "FIGURES",
    "PARTS",
    "Contestant",
    "Evaluation",
    "Figure",
    "Part",
    "evaluate",
    "figures",
    "measure",
    "mentioned",
    "read_scored",
]
