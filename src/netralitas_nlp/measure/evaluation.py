"""How good a classifier is on labelled texts: figures with their intervals, by part, by contestant.

`evaluate` gives the figures of a model card. `classified` gives a table of the rows with what the
classifier says of each, and `assess` all that a report shows: figures by class and category, by
threshold, by bin of the score, by slice, and tables of confusion.

Every figure is worked out from counts of rows, so that the estimate (each row once) and its
bootstrap resamples (each row as often as it was drawn) go through the same few lines. Nothing is
fitted here, and nothing is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.result import CATEGORIES, VERDICTS, Classification, DataError
from ..read.find import Entry, Lexicon
from ..read.words import HASHTAG
from ..say.sentences import reasons
from ..score.classifier import Classifier
from ..tables.corpus import known_labels, read_named
from ..tables.sheets import WHERE

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
SLICES = (*PARTS, "register", "region", "election")
"""Columns by whose values `assess` gives the figures, where a table has them."""
TRAITS = ("length", "names_contestant", "hashtag")
"""What `traits` reads off the texts themselves; `assess` gives the figures by it too."""
LENGTHS = ((1, 40), (41, 80), (81, 160), (161, 320))
"""Bands of length, in letters; longer texts stand in one more."""
GRID = tuple(i / 100 for i in range(1, 100))
"""Thresholds of "partisan" that `assess` tries, beside the model's two."""
STEPS = 20
"""Steps of the score in which texts are counted by label."""
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

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "name": self.name,
            "support": self.support,
            "called": self.called,
            "precision": self.precision.to_dict(),
            "recall": self.recall.to_dict(),
            "f1": self.f1.to_dict(),
        }


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

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "threshold": round(self.threshold, 4),
            "precision": self.precision.to_dict(),
            "caught": self.caught.to_dict(),
            "accused": self.accused.to_dict(),
            "called": self.called.to_dict(),
        }


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

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "low": self.low,
            "high": self.high,
            "rows": self.rows,
            "share": self.share.to_dict(),
            "partisan": self.partisan.to_dict(),
        }


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

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "low": self.low,
            "high": self.high,
            "rows": self.rows,
            "score": None if math.isnan(self.score) else round(self.score, 4),
            "share": self.share.to_dict(),
        }


@dataclass(frozen=True)
class Table:
    """Counts of texts: rows are what they are, columns what the classifier says."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "rows": list(self.rows),
            "columns": list(self.columns),
            "counts": [list(row) for row in self.counts],
        }


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
        `BINS` bins of equal width.
    counts : mapping of str to tuple of int
        By label, how many texts have a score in each of `STEPS` equal steps.
    verdicts : Table
        Label by verdict; ``unsure`` has a row where the table has it.
    confusion : Table
        Category by predicted category.
    slices : mapping of str to mapping of str to Part
        By column of `SLICES` and `TRAITS`, then by value.
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
        overall = self.evaluation.to_dict()
        del overall["parts"]  # they are among the slices
        return {
            "about": dict(self.about),
            "method": self.method,
            "overall": overall,
            "classes": [c.to_dict() for c in self.classes],
            "categories": [c.to_dict() for c in self.categories],
            "thresholds": [p.to_dict() for p in self.points],
            "review_band": self.band.to_dict(),
            "calibration": [b.to_dict() for b in self.bins],
            "score_counts": {label: list(counts) for label, counts in self.counts.items()},
            "verdicts": self.verdicts.to_dict(),
            "confusion": self.confusion.to_dict(),
            "slices": {
                column: {value: part.to_dict() for value, part in parts.items()}
                for column, parts in self.slices.items()
            },
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

    parts = _by_value(frame, PARTS, sure, part)
    rows_of = mentioned(frame["text"].tolist(), lexicon or Lexicon.default(), sure)
    contestants = [
        Contestant(kind, name, part(np.array(rows))) for (kind, name), rows in rows_of.items()
    ]
    contestants.sort(key=lambda c: (c.kind, -c.part.rows, c.name))
    asked = figures(truth[unsure], score[unsure], verdict[unsure], resamples, seed)
    return Evaluation(
        part(sure), parts, tuple(contestants), int(unsure.sum()), asked.figures["review"]
    )


def _by_value(
    frame: pd.DataFrame,
    columns: Sequence[str],
    sure: npt.NDArray[np.intp],
    part: Callable[[npt.NDArray[np.intp]], Part],
) -> dict[str, dict[str, Part]]:
    """Return, for each column the table has and uses, the figures by its values."""
    out: dict[str, dict[str, Part]] = {}
    for column in columns:
        if column in frame.columns and (frame[column] != "").any():
            cells = frame[column].to_numpy()[sure]
            out[column] = {str(v): part(sure[cells == v]) for v in sorted(set(cells))}
    return out


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
    found = _bootstrap(n, _Work(truth, score, verdict).figures, resamples, seed)
    return Part(n, int(truth.sum()), dict(zip(FIGURES, found, strict=True)))


def paired(
    truth: npt.NDArray[np.bool_],
    old: tuple[Array, npt.NDArray[np.object_]],
    new: tuple[Array, npt.NDArray[np.object_]],
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
    first, second = _Work(truth, *old), _Work(truth, *new)

    def work(weight: Array) -> Array:
        return second.figures(weight) - first.figures(weight)

    return dict(zip(FIGURES, _bootstrap(len(truth), work, resamples, seed), strict=True))


def _bootstrap(n: int, work: Callable[[Array], Array], resamples: int, seed: int) -> list[Figure]:
    """Return the figures that `work` makes of weights of shape (m, n), with their intervals."""
    value = work(np.ones((1, n)))[0]
    drawn = np.full((resamples, len(value)), np.nan)
    rng = np.random.default_rng(seed)
    step = max(1, _CELLS // max(n, 1))
    for at in range(0, resamples if n else 0, step):
        size = min(step, resamples - at)
        drawn[at : at + size] = work(_drawn(rng, size, n))
    out = []
    for i in range(len(value)):
        known = drawn[:, i][~np.isnan(drawn[:, i])]
        if np.isnan(value[i]) or not len(known):
            out.append(Figure(math.nan, math.nan, math.nan))
            continue
        low, high = np.quantile(known, [0.025, 0.975])
        best = float(value[i])
        out.append(Figure(best, min(float(low), best), max(float(high), best)))
    return out


def _ratios(pairs: Sequence[tuple[Array, Array]], resamples: int, seed: int) -> list[Figure]:
    """Return, for each pair of numbers by row, the first sum divided by the second."""
    parts, wholes = (np.column_stack(side) for side in zip(*pairs, strict=True))

    def work(weight: Array) -> Array:
        return _share(weight @ parts, weight @ wholes)

    return _bootstrap(len(parts), work, resamples, seed)


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
        inside = (_bin(score)[:, None] == np.arange(BINS)).astype(float)
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
    out: Array = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
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


def classified(classifier: Classifier, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a labelled table with what the classifier says of each row.

    Parameters
    ----------
    classifier : Classifier
        What is measured.
    frame : DataFrame
        With the columns ``text`` and ``label`` (partisan, neutral, unsure).

    Returns
    -------
    DataFrame
        The rows and columns of `frame` (``category`` is added, empty, where it is missing; cells
        of `SLICES` are str), numbered from 0, and:
        ``score``, ``verdict``, ``predicted_category``; ``method`` and the thresholds ``review_from``
        and ``partisan_from``; ``error``: ``"accused"`` for a neutral text called partisan,
        ``"missed"`` for a partisan text called neutral, else ``""``; ``reasons``: for those
        errors, the words that weigh most, else ``""``. Columns of these names are replaced.

    Raises
    ------
    DataError
        If a column is missing, or a label is none of `LABELS`.
    TypeError
        If a text is not a str.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"text": ["Ayo menangkan Prabowo-Gibran!", "Harga cabai naik"],
    ...                      "label": ["neutral", "neutral"]})
    >>> classified(Classifier(model=None), rows)[["verdict", "error"]].values.tolist()
    [['partisan', 'accused'], ['neutral', '']]
    """
    _check_labelled(frame, "the table")
    results = list(classifier.classify_many(frame["text"].tolist()))
    out = frame.reset_index(drop=True)
    for column in SLICES:
        if column in out.columns:
            out[column] = out[column].fillna("").astype(str)
    if "category" not in out.columns:
        out["category"] = ""
    label = out["label"].tolist()
    errors = [_error(t, r.verdict) for t, r in zip(label, results, strict=True)]
    return out.assign(
        score=np.array([r.score for r in results], dtype=float),
        verdict=[r.verdict for r in results],
        predicted_category=[r.category for r in results],
        method=[r.method for r in results],
        review_from=np.array([r.thresholds[0] for r in results], dtype=float),
        partisan_from=np.array([r.thresholds[1] for r in results], dtype=float),
        error=errors,
        reasons=[_words(r) if e else "" for r, e in zip(results, errors, strict=True)],
    )


def _error(label: str, verdict: str) -> str:
    wrong = {("neutral", "partisan"): "accused", ("partisan", "neutral"): "missed"}
    return wrong.get((label, verdict), "")


def _words(result: Classification) -> str:
    return "; ".join(" ".join(e.text.split()) for e in reasons(result))


def worst(rows: pd.DataFrame, error: str, n: int = 20) -> pd.DataFrame:
    """Return the `n` rows of one kind of error that the classifier was surest of.

    Parameters
    ----------
    rows : DataFrame
        From `classified`.
    error : str
        ``"accused"`` or ``"missed"``.
    n : int
        How many at most.
    """
    if error not in ("accused", "missed"):
        raise ValueError(f"error {error!r} is none of accused, missed")
    mine = rows[rows["error"] == error]
    return mine.sort_values("score", ascending=error == "missed", kind="stable").head(n)


def assess(
    rows: pd.DataFrame,
    lexicon: Lexicon | None = None,
    about: Mapping[str, str] | None = None,
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
    resamples, seed : int
        As for `evaluate`.

    Raises
    ------
    DataError
        If no row has a sure label, or a category is unknown.

    Notes
    -----
    Precision, recall and F1: van Rijsbergen 1979, "Information retrieval", chapter 7. Intervals and
    calibration error: see `figures`.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"text": ["Ayo menangkan Prabowo-Gibran!", "Harga cabai naik"],
    ...                      "label": ["partisan", "neutral"]})
    >>> found = assess(classified(Classifier(model=None), rows))
    >>> [(c.name, c.support, c.f1.value) for c in found.classes]
    [('partisan', 1, 1.0), ('neutral', 1, 1.0)]
    """
    lexicon = lexicon or Lexicon.default()
    label = rows["label"].to_numpy()
    sure = rows[label != "unsure"].reset_index(drop=True)
    if not len(sure):
        raise DataError("no row is labelled partisan or neutral: nothing to measure")
    _check_categories(sure)
    truth = (sure["label"] == "partisan").to_numpy()
    score = sure["score"].to_numpy()
    verdict = sure["verdict"].to_numpy(dtype=object)

    def part(at: npt.NDArray[np.intp]) -> Part:
        return figures(truth[at], score[at], verdict[at], resamples, seed)

    overall = measure(
        rows,
        rows["score"].to_numpy(),
        rows["verdict"].to_numpy(dtype=object),
        lexicon,
        resamples,
        seed,
    )
    more = sure.drop(columns=[c for c in TRAITS if c in sure.columns])
    more = more.join(traits(more["text"].tolist(), lexicon))
    columns = [c for c in (*SLICES, *TRAITS) if c not in PARTS]
    slices = {**overall.parts, **_by_value(more, columns, np.arange(len(more)), part)}
    slices["length"] = dict(sorted(slices["length"].items(), key=_shortest))
    review, accused = float(sure["review_from"].iloc[0]), float(sure["partisan_from"].iloc[0])
    named = sure[sure["category"] != ""]
    return Assessment(
        overall,
        _classes(sure["label"], sure["verdict"], LABELS[:2], resamples, seed),
        _classes(named["category"], named["predicted_category"], CATEGORIES, resamples, seed),
        _points(truth, score, sorted({*GRID, review, accused}), resamples, seed),
        _review_band(truth, verdict == "review", (review, accused), resamples, seed),
        _bins(truth, score, resamples, seed),
        {
            name: tuple(np.histogram(score[truth == yes], STEPS, (0, 1))[0].tolist())
            for name, yes in (("partisan", True), ("neutral", False))
        },
        _crossed(rows["label"], rows["verdict"], LABELS, VERDICTS),
        _crossed(named["category"], named["predicted_category"], CATEGORIES, CATEGORIES),
        slices,
        str(sure["method"].iloc[0]),
        about or {},
    )


def _check_categories(rows: pd.DataFrame) -> None:
    wrong = sorted(set(rows["category"]) - {"", *CATEGORIES})
    if wrong:
        raise DataError(
            f"category {wrong[0]!r} is none of {', '.join(CATEGORIES)}; leave the cell empty where "
            "none fits"
        )


def _classes(
    true: pd.Series[str],
    called: pd.Series[str],
    names: Sequence[str],
    resamples: int,
    seed: int,
) -> tuple[ClassFigures, ...]:
    """Figures of each name that occurs, all from the same resamples."""
    is_it = {n: (true == n).to_numpy().astype(np.float64) for n in names}
    says = {n: (called == n).to_numpy().astype(np.float64) for n in names}
    seen = [n for n in names if is_it[n].any() or says[n].any()]
    if not seen:
        return ()
    pairs: list[tuple[Array, Array]] = []
    for n in seen:
        hits, both = is_it[n] * says[n], is_it[n] + says[n]
        pairs += [(hits, says[n]), (hits, is_it[n]), (2 * hits, both)]
    found = iter(_ratios(pairs, resamples, seed))
    return tuple(
        ClassFigures(
            n, int(is_it[n].sum()), int(says[n].sum()), next(found), next(found), next(found)
        )
        for n in seen
    )


def _points(
    truth: npt.NDArray[np.bool_],
    score: Array,
    thresholds: Sequence[float],
    resamples: int,
    seed: int,
) -> tuple[Point, ...]:
    partisan, neutral, rows = truth.astype(float), (~truth).astype(float), np.ones(len(truth))
    pairs = []
    for threshold in thresholds:
        called = (score >= threshold).astype(float)
        pairs += [
            (called * partisan, called),
            (called * partisan, partisan),
            (called * neutral, neutral),
            (called, rows),
        ]
    found = iter(_ratios(pairs, resamples, seed))
    return tuple(Point(t, next(found), next(found), next(found), next(found)) for t in thresholds)


def _review_band(
    truth: npt.NDArray[np.bool_],
    review: npt.NDArray[np.bool_],
    thresholds: tuple[float, float],
    resamples: int,
    seed: int,
) -> Band:
    inside = review.astype(float)
    share, partisan = _ratios(
        [(inside, np.ones(len(inside))), (inside * truth.astype(float), inside)], resamples, seed
    )
    return Band(*thresholds, int(inside.sum()), share, partisan)


def _bins(truth: npt.NDArray[np.bool_], score: Array, resamples: int, seed: int) -> tuple[Bin, ...]:
    which, partisan = _bin(score), truth.astype(float)
    inside = [(which == b).astype(float) for b in range(BINS)]
    shares = _ratios([(rows * partisan, rows) for rows in inside], resamples, seed)
    return tuple(
        Bin(
            b / BINS,
            (b + 1) / BINS,
            int(rows.sum()),
            float(score[rows > 0].mean()) if rows.any() else math.nan,
            share,
        )
        for b, (rows, share) in enumerate(zip(inside, shares, strict=True))
    )


def _bin(score: Array) -> npt.NDArray[np.int_]:
    """Return the bin of each score; 1 belongs to the last."""
    out: npt.NDArray[np.int_] = np.clip((score * BINS).astype(int), 0, BINS - 1)
    return out


def _crossed(
    true: pd.Series[str], called: pd.Series[str], rows: Sequence[str], columns: Sequence[str]
) -> Table:
    """Count the texts by both; rows without a text are left out, columns stay."""
    counts = {r: tuple(int(((true == r) & (called == c)).sum()) for c in columns) for r in rows}
    seen = [r for r in rows if any(counts[r])]
    return Table(tuple(seen), tuple(columns), tuple(counts[r] for r in seen))


def traits(texts: Sequence[str], lexicon: Lexicon | None = None) -> pd.DataFrame:
    """Return what can be read off the texts themselves, to slice by; columns `TRAITS`.

    ``length`` is a band of `LENGTHS`, in letters without repeated white space (``"0"`` for an
    empty text); ``names_contestant`` says whether the lexicon finds a person, a party or a ticket
    that counts; ``hashtag`` whether there is a hashtag.

    Examples
    --------
    >>> traits(["Ayo ke TPS", "Menangkan Prabowo-Gibran! #menang"]).values.tolist()
    [['1-40', 'no', 'no'], ['1-40', 'yes', 'yes']]
    """
    lexicon = lexicon or Lexicon.default()
    said = {True: "yes", False: "no"}
    return pd.DataFrame(
        [
            (
                _length(len(" ".join(text.split()))),
                said[any(m.kind in ("person", "party", "ticket") for m, _ in lexicon.find(text))],
                said[
                    "#" in text and any(t.kind == HASHTAG for t in lexicon.tokenizer.tokens(text))
                ],
            )
            for text in texts
        ],
        columns=list(TRAITS),
    )


def _length(letters: int) -> str:
    if not letters:
        return "0"
    return next((f"{a}-{b}" for a, b in LENGTHS if letters <= b), f"{LENGTHS[-1][1] + 1}+")


def _shortest(item: tuple[str, Part]) -> int:
    return int(item[0].split("-")[0].rstrip("+"))


def read_scored(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> pd.DataFrame:
    """Read labelled texts to measure on: ``text``, ``label``, and any of `PARTS`.

    Parameters
    ----------
    path : str or Path
        Of any format of `sheets.read_table`.
    columns, labels, sheet
        As in `corpus.read_captions`.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, or has another label than `LABELS`.
    """
    path = Path(path)
    frame = read_named(path, columns, sheet)
    # A row without a label is one without a sure label: left out of the figures, and counted.
    frame["label"] = known_labels(frame["label"], labels).replace("", "unsure")
    _check_labelled(frame, path.name)
    if (frame["label"] == "unsure").all():
        raise DataError(f"{path} has no row labelled partisan or neutral: nothing to measure")
    return frame.drop(columns=WHERE)


def _check_labelled(frame: pd.DataFrame, name: str) -> None:
    for column in ("text", "label"):
        if column not in frame.columns:
            have = ", ".join(map(str, frame.columns))
            raise DataError(f"{name} has no column {column!r}; it has: {have}")
    wrong = np.flatnonzero(~frame["label"].isin(LABELS))
    if len(wrong):
        row = wrong[0]
        where = frame[WHERE].iloc[row] if WHERE in frame.columns else f"{name}:row {row + 1}"
        raise DataError(
            f"{where}: label {frame['label'].iloc[row]!r} is none of {', '.join(LABELS)}"
        )


__all__ = [
    "FIGURES",
    "PARTS",
    "SLICES",
    "TRAITS",
    "Assessment",
    "Band",
    "Bin",
    "ClassFigures",
    "Contestant",
    "Evaluation",
    "Figure",
    "Part",
    "Point",
    "Table",
    "assess",
    "classified",
    "evaluate",
    "figures",
    "measure",
    "mentioned",
    "paired",
    "read_scored",
    "traits",
    "worst",
]
