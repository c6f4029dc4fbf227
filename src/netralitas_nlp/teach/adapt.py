"""Move the weights of a model as far as somebody's own rows justify; learns no new words."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit
from threadpoolctl import threadpool_limits

from ..read.find import Lexicon
from ..score.occurrences import BLOCKS
from ..score.weights import LinearModel
from .fit import Progress, Training, about_rows, figures_of, quiet, splits_of
from .pipeline import vectorizer_of
from .recipe import Array, Recipe, called, choose_thresholds, platt, verdicts_by_fold
from .rows import checked

MANY = 300
"""Rows of each label from which `adapt` calibrates again."""


def adapt(
    model: LinearModel,
    frame: pd.DataFrame,
    recipe: Recipe | None = None,
    lexicon: Lexicon | None = None,
    corpus_digest: str = "",
    progress: Progress = quiet,
    name: str = "unnamed",
) -> Training:
    """Move a model's weights as far as somebody's own rows justify.

    Keeps what the model has learnt from texts that are not at hand, takes seconds, and learns no
    new words: for those, `train` on the rows beside our corpus.

    Parameters
    ----------
    model : LinearModel
        Where to start; its features, and its categories, stay.
    frame : DataFrame
        From `corpus.read_captions`; a column ``weight`` is used where it is there. Rows the model
        was trained on must not be among them: their scores would not be out of group.
    recipe : Recipe, optional
        Its `pull` says how hard the weights are held; its `folds`, `accuse` and `miss` are used
        too.
    lexicon : Lexicon, optional
        Default: the packaged one, as in use.
    corpus_digest, progress, name
        As in `train`.

    Raises
    ------
    DataError
        If a label has no row, or there are fewer groups than two.

    Notes
    -----
    Maximum a posteriori logistic regression with a Gaussian prior around the weights of the model
    (Chelba & Acero 2006, "Adaptation of maximum entropy capitalizer"). Calibration and thresholds
    are fitted again only where both labels have `MANY` rows; fewer say too little about shares of
    two in a hundred.
    """
    recipe = recipe or Recipe()
    label, groups, weight = checked(frame)
    lexicon = lexicon or Lexicon.default()
    vectorizer = vectorizer_of(model, lexicon)
    rows = vectorizer.extract(progress(frame["text"], "texts", len(frame)))
    matrix = vectorizer.transform_extracted(rows)
    weights = np.concatenate([model.weights[b][:, 0] for b in BLOCKS])
    start = matrix @ weights + model.intercepts[0]
    held_out, fold = np.zeros(len(frame)), np.zeros(len(frame), dtype=np.intp)
    splits = splits_of(label, groups, recipe)
    with threadpool_limits(1):
        for number, (inside, outside) in enumerate(progress(splits, "folds", len(splits))):
            moved = _moved(matrix[inside], label[inside], start[inside], weight[inside], recipe)
            held_out[outside] = start[outside] + matrix[outside] @ moved
            fold[outside] = number
        for _ in progress(("model",), "model", 1):
            moved = _moved(matrix, label, start, weight, recipe)
    header = json.loads(json.dumps(model.header))
    thresholds, slope, offset = model.thresholds, model.slope, model.offset
    enough = min(label.sum(), len(label) - label.sum()) >= MANY
    if enough:
        slope, offset = platt(held_out, label, recipe.prior)
        header["calibration"] = {"slope": slope, "offset": offset, "prior": recipe.prior}
    probability = expit(slope * held_out + offset)
    verdict = called(probability, thresholds)
    if enough:
        thresholds = choose_thresholds(probability, label, recipe)
        verdict = verdicts_by_fold(probability, label, fold, recipe)
    header |= {
        "name": name,
        "adapted_from": {"corpus": header["corpus"], "figures": header["figures"]},
        "thresholds": list(thresholds),
        "lexicon_sha256": lexicon.digest,
        "fingerprint": lexicon.fingerprint,
        "recipe": asdict(recipe),
        "corpus": about_rows(frame, label, groups, corpus_digest),
        "figures": figures_of(probability, label, thresholds, fold),
    }
    return Training(_with_weights(model, header, weights + moved), held_out, probability, verdict)


def _with_weights(model: LinearModel, header: dict[str, Any], weights: Array) -> LinearModel:
    """The model with other weights of the side, as exact as the file keeps them."""
    sizes = [len(model.names[block]) for block in BLOCKS]
    sides = np.split(weights.astype(np.float32), np.cumsum(sizes)[:-1])
    columns = {}
    for block, side in zip(BLOCKS, sides, strict=True):
        columns[block] = model.weights[block].copy()
        columns[block][:, 0] = side
    return LinearModel(header, model.names, model.idf, columns, model.intercepts)


def _moved(
    matrix: Any, label: npt.NDArray[np.int_], start: Array, weight: Array, recipe: Recipe
) -> Array:
    """How far each weight moves, from decisions that are `start`.

    Both labels weigh as the calibration assumes, and the intercept stays: how many of somebody's
    rows are partisan says how they were picked, not how a text is to be read.
    """
    turned = matrix.T.tocsr()
    share = float(np.average(label, weights=weight))
    balanced = weight * np.where(label == 1, recipe.prior / share, (1 - recipe.prior) / (1 - share))

    def loss(moved: Array) -> tuple[float, Array]:
        z = start + matrix @ moved
        gap = balanced * (expit(z) - label)
        value = (balanced * (np.logaddexp(0, z) - label * z)).sum()
        return float(value + recipe.pull * (moved @ moved) / 2), turned @ gap + recipe.pull * moved

    nothing = np.zeros(matrix.shape[1])
    found = minimize(loss, nothing, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    out: Array = found.x
    return out
