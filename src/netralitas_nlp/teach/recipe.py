"""The recipe: everything that decides what model comes out of the same rows.

Settings of features and heads, calibration, and the two thresholds. A change of features, of the
heads or of what is fitted belongs here; how rows are split and scored stands in `fit`.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from ..base.result import verdict_of
from ..read.find import Lexicon
from .vectorizer import CaptionVectorizer

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what model comes out of the same rows.

    Attributes
    ----------
    c, category_c : float
        Inverse strength of the L2 penalty of the two heads (scikit-learn's ``C``).
    ratio_floor : float
        What is added to the log ratio by which a column is scaled, see `LogRatioRegression`.
    own_weight : float
        Weight of a row of our own corpus beside 1 for a public one.
    min_texts, min_sources : int
        A feature enters the model only if that many texts of that many sources have it.
    folds : int
        Folds for the out-of-group scores.
    prior : float
        Share of partisan texts the calibration assumes.
    accuse, miss : float
        Share of neutral texts that may be called partisan, and of partisan texts that may be
        called neutral, on out-of-group scores: they set the two thresholds.
    pull : float
        How hard `adapt` holds the weights where they are.
    vectorizer : dict
        Further settings of `CaptionVectorizer`.
    """

    c: float = 0.5
    category_c: float = 0.5
    ratio_floor: float = 0.5
    own_weight: float = 1.0
    min_texts: int = 2
    min_sources: int = 1
    folds: int = 6
    prior: float = 0.45
    accuse: float = 0.022
    miss: float = 0.08
    pull: float = 8.0
    vectorizer: dict[str, Any] = field(default_factory=dict)

    def make_vectorizer(self, lexicon: Lexicon) -> CaptionVectorizer:
        """Return an unfitted vectorizer of this recipe."""
        return CaptionVectorizer(
            lexicon=lexicon,
            min_texts=self.min_texts,
            min_sources=self.min_sources,
            **self.vectorizer,
        )

    def make_head(self) -> LogRatioRegression:
        """Return an unfitted head for the side."""
        return LogRatioRegression(C=self.c, ratio_floor=self.ratio_floor)

    def fit_categories(
        self, matrix: Any, category: npt.NDArray[Any], weight: Array
    ) -> LogisticRegression | None:
        """Fit the category head on the rows that have a category; None with fewer than three kinds.

        A few hundred steps are enough: the category is a hint beside the verdict, never the
        verdict.
        """
        sure = np.flatnonzero(category != "")
        if len(set(category[sure])) < 3:
            return None
        head = LogisticRegression(C=self.category_c, max_iter=300)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            head.fit(matrix[sure], category[sure], sample_weight=weight[sure])
        return head


class LogRatioRegression(LogisticRegression):  # type: ignore[misc]
    """Logistic regression on columns scaled by how much each says about the side.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty.
    max_iter : int
        Most steps of the solver.
    ratio_floor : float
        What is added to the size of the log ratio.

    Notes
    -----
    As in NB-SVM (Wang & Manning 2012, "Baselines and bigrams"): a column is scaled by the log
    ratio of the shares of texts of both classes that have the feature, so that the penalty holds
    back what says little. ``coef_`` are the weights of the unscaled columns.
    """

    def __init__(self, C: float = 1.0, max_iter: int = 500, ratio_floor: float = 0.5) -> None:
        super().__init__(C=C, max_iter=max_iter)
        self.ratio_floor = ratio_floor

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LogRatioRegression:
        """Fit on texts of two classes, shape (n_texts, n_features); the second is the side."""
        X = sp.csr_matrix(X)
        scale = self.ratio_floor + np.abs(log_ratio(X, np.asarray(y) == np.unique(y)[-1]))
        super().fit((X @ sp.diags(scale)).tocsr(), y, sample_weight=sample_weight)
        self.coef_: Array = self.coef_ * scale
        return self


def log_ratio(matrix: Any, inside: npt.NDArray[np.bool_]) -> Array:
    """Return, for each column, the log ratio of the smoothed shares of rows that have it.

    >>> import scipy.sparse as sp
    >>> both_and_one = sp.csr_matrix([[1, 1], [1, 1], [1, 0], [1, 0]])
    >>> log_ratio(both_and_one, np.array([True, True, False, False])).round(2).tolist()
    [0.0, 1.1]
    """
    there = matrix.astype(bool)
    ratio: Array = np.log1p(there[inside].sum(axis=0)) - np.log1p(there[~inside].sum(axis=0))
    ratio = np.asarray(ratio).ravel() - np.log(inside.sum()) + np.log((~inside).sum())
    return ratio


def platt(decision: Array, label: npt.NDArray[np.int_], prior: float) -> tuple[float, float]:
    """Fit slope and offset of ``sigmoid(slope * decision + offset)`` for a given prior.

    Platt (1999), "Probabilistic outputs for support vector machines", with the classes weighted
    so that partisan rows weigh `prior` in all.
    """
    share = label.mean()
    weight = np.where(label == 1, prior / share, (1 - prior) / (1 - share))

    def loss(p: Array) -> float:
        z = p[0] * decision + p[1]
        return float((weight * (np.logaddexp(0, z) - label * z)).sum())

    found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-10})
    return round(float(found.x[0]), 6), round(float(found.x[1]), 6)


def choose_thresholds(
    probability: Array, label: npt.NDArray[np.int_], recipe: Recipe
) -> tuple[float, float]:
    """Return (review, partisan): the scores that keep to the recipe's `accuse` and `miss`."""
    accused = float(np.quantile(probability[label == 0], 1 - recipe.accuse))
    missed = float(np.quantile(probability[label == 1], recipe.miss))
    # A call of "partisan" that is likelier wrong than right is never made.
    partisan = max(round(accused, 4), 0.5)
    return min(round(missed, 4), partisan), partisan


def called(probability: Array, thresholds: tuple[float, float]) -> npt.NDArray[np.object_]:
    """Return the verdict of each score."""
    return np.array([verdict_of(score, thresholds) for score in probability.tolist()], dtype=object)


def verdicts_by_fold(
    probability: Array,
    label: npt.NDArray[np.int_],
    fold: npt.NDArray[np.intp],
    recipe: Recipe,
) -> npt.NDArray[np.object_]:
    """The verdict of each score, by thresholds chosen on the other folds."""
    out = np.full(len(probability), "neutral", dtype=object)
    for k in range(int(fold.max()) + 1):
        here = fold == k
        others = choose_thresholds(probability[~here], label[~here], recipe)
        out[here] = called(probability[here], others)
    return out
