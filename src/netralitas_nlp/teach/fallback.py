"""Fit the weights of the lexicon's own verdict, for the rows of ``data/fallback.csv``."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from ..read.find import Lexicon
from ..score.fallback import SIGNALS, SIGNS, Fallback
from .recipe import Array
from .rows import training_lexicon, weights_of


def fit_fallback(
    frame: pd.DataFrame, lexicon: Lexicon | None = None, precision: float = 0.92
) -> list[dict[str, str]]:
    """Fit the weights of the lexicon's own verdict: logistic regression with signs held.

    Parameters
    ----------
    frame : DataFrame
        Labelled rows; a column ``weight`` is used where it is there.
    lexicon : Lexicon, optional
        Default: `training_lexicon()`.
    precision : float
        Share of right calls the threshold of "partisan" aims at on these rows.

    Returns
    -------
    list of dict
        The rows of ``data/fallback.csv``: ``signal``, ``weight``.
    """
    fallback = Fallback(lexicon or training_lexicon())
    counts = np.zeros((len(frame), len(SIGNALS)))
    place = {name: i for i, name in enumerate(SIGNALS)}
    for row, text in enumerate(frame["text"]):
        for signal in fallback.read(text)[2]:
            counts[row, place[signal.name]] += 1
    label = (frame["label"] == "partisan").to_numpy().astype(float)
    weight = weights_of(frame)

    def loss(p: Array) -> tuple[float, Array]:
        z = counts @ p[1:] + p[0]
        gap = weight * (1 / (1 + np.exp(-z)) - label)
        value = (weight * (np.logaddexp(0, z) - label * z)).sum() + (p[1:] ** 2).sum() / 2
        return float(value), np.r_[gap.sum(), counts.T @ gap + p[1:]]

    span = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
    bounds = [(None, None), *(span[SIGNS[name]] for name in SIGNALS)]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds).x
    score = 1 / (1 + np.exp(-(counts @ found[1:] + found[0])))
    order = np.argsort(-score, kind="stable")
    right = np.cumsum(label[order] * weight[order]) / np.cumsum(weight[order])
    enough = np.flatnonzero(right >= precision)
    partisan = float(score[order[enough[-1]]]) if len(enough) else 1.0
    review = float(np.quantile(score[label == 1], 0.10))
    table = dict(zip(SIGNALS, found[1:].tolist(), strict=True))
    table |= {"intercept": float(found[0])}
    table |= {"threshold_review": min(review, partisan), "threshold_partisan": partisan}
    return [{"signal": name, "weight": f"{value + 0.0:.3f}"} for name, value in table.items()]
