"""Two models on the same labelled rows: what changes, for whom, and which rows each gets right alone.

Every difference is the second model's figure minus the first's, with the interval of paired
resamples: both are counted on the same rows, so that it says more than two intervals side by side.
Nothing is fitted, and no model is called better: `teach.gate` decides what may take a place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..read.find import Lexicon
from ..score.classifier import Classifier
from .contestants import KINDS, answers, mentioned
from .evaluation import SLICES, check_labelled
from .figures import FEW, RESAMPLES, SEED, Array, Figure, Verdicts, by_value, figures, paired, plain


@dataclass(frozen=True)
class Difference:
    """How the figures of some rows change.

    Attributes
    ----------
    rows, partisan : int
        Rows with a sure label, and those of them labelled partisan.
    first, second : mapping of str to float
        Each model's figures, by `figures.FIGURES`.
    change : mapping of str to Figure
        Second minus first, with its 95 % interval.
    """

    rows: int
    partisan: int
    first: Mapping[str, float]
    second: Mapping[str, float]
    change: Mapping[str, Figure]

    @property
    def neutral(self) -> int:
        """Rows labelled neutral."""
        return self.rows - self.partisan


@dataclass(frozen=True, eq=False)
class Comparison:
    """What `compare` returns.

    Attributes
    ----------
    whole : Difference
        All rows with a sure label.
    slices : mapping of str to mapping of str to Difference
        By column (and ``"party"``, ``"ticket"``), then by value; values with fewer than
        `figures.FEW` rows are left out.
    rows : DataFrame
        The rows with a sure label, with ``score_1``, ``verdict_1``, ``score_2``, ``verdict_2`` and
        ``right``: ``"both"``, ``"first"``, ``"second"`` or ``"neither"`` says what the label says.
    """

    whole: Difference
    slices: Mapping[str, Mapping[str, Difference]]
    rows: pd.DataFrame

    @property
    def alone(self) -> dict[str, int]:
        """How many rows the first, and the second, gets right alone."""
        return {which: int((self.rows["right"] == which).sum()) for which in ("first", "second")}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the texts."""
        return {
            "whole": plain(self.whole),
            "slices": plain(self.slices),
            "right_alone": self.alone,
        }


def compare(
    first: Classifier,
    second: Classifier,
    frame: pd.DataFrame,
    slices: Sequence[str] = (),
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Comparison:
    """Compare two classifiers on the same labelled rows.

    Parameters
    ----------
    first, second : Classifier
    frame : DataFrame
        With ``text`` and ``label`` (partisan, neutral, unsure), and any of `SLICES`. Neither
        classifier should have been trained on these rows: one that was is at an advantage.
    slices : sequence of str
        More columns to compare by.
    resamples, seed : int
        Of the paired bootstrap.

    Raises
    ------
    DataError
        If a column is missing, or a label is none of the three.

    Examples
    --------
    >>> rows = pd.DataFrame({"text": ["Ayo menangkan Prabowo-Gibran!", "Harga cabai naik"],
    ...                      "label": ["partisan", "neutral"]})
    >>> lexicon_alone = Classifier(model=None)
    >>> compare(lexicon_alone, lexicon_alone, rows).alone
    {'first': 0, 'second': 0}
    """
    check_labelled(frame)
    sure = frame[frame["label"] != "unsure"].reset_index(drop=True)
    texts = sure["text"].tolist()
    return compare_answers(
        sure, answers(first, texts), answers(second, texts), second.lexicon, slices, resamples, seed
    )


def compare_answers(
    frame: pd.DataFrame,
    first: tuple[Array, Verdicts],
    second: tuple[Array, Verdicts],
    lexicon: Lexicon | None = None,
    slices: Sequence[str] = (),
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Comparison:
    """Compare scores and verdicts worked out elsewhere, one of each a row; see `compare`."""
    truth = (frame["label"] == "partisan").to_numpy()

    def part(at: npt.NDArray[np.intp]) -> Difference:
        one, two = ((score[at], verdict[at]) for score, verdict in (first, second))
        old, new = (
            {n: f.value for n, f in figures(truth[at], *side, resamples=0).figures.items()}
            for side in (one, two)
        )
        change = paired(truth[at], one, two, resamples, seed)
        return Difference(len(at), int(truth[at].sum()), old, new, change)

    def enough(at: npt.NDArray[np.intp]) -> Difference | None:
        return part(at) if len(at) >= FEW else None

    cells = {c: frame[c].tolist() for c in (*SLICES, *slices) if c in frame.columns}
    found = by_value(cells, enough)
    names = mentioned(frame["text"].tolist(), lexicon or Lexicon.default())
    for kind in KINDS:
        found[kind] = {n: enough(np.array(at)) for (k, n), at in names.items() if k == kind}
    label = frame["label"].to_numpy()
    right = (first[1] == label) * 1 + (second[1] == label) * 2
    rows = frame.assign(
        score_1=first[0], verdict_1=first[1], score_2=second[0], verdict_2=second[1],
        right=np.array(["neither", "first", "second", "both"])[right],
    )  # fmt: skip
    kept = {c: {v: d for v, d in parts.items() if d} for c, parts in found.items()}
    whole = part(np.arange(len(frame)))
    return Comparison(whole, {c: parts for c, parts in kept.items() if parts}, rows)


__all__ = ["Comparison", "Difference", "compare", "compare_answers"]
