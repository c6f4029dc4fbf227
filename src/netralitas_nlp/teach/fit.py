"""Labelled rows to a `LinearModel`: a real scikit-learn pipeline, scored unseen, and exported.

The pipeline is ``CaptionVectorizer`` and ``LogisticRegression``; a second, multinomial, logistic
regression on the same matrix gives the category (both made by `recipe`). Calibration and thresholds
come from scores of rows whose whole group was left out of the fitting, so that they hold for
sources never seen. Same rows, same settings, same versions: the same bytes.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sklearn
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from ..base.errors import DataError
from ..base.result import CATEGORIES
from ..measure.figures import figures as measured
from ..read.find import Lexicon
from ..score.occurrences import BLOCKS
from ..score.weights import LinearModel
from .recipe import Array, Recipe, called, choose_thresholds, platt, verdicts_by_fold
from .rows import checked, training_lexicon
from .vectorizer import CaptionVectorizer, Extracted


@dataclass(frozen=True)
class Training:
    """What `train` and `adapt` return.

    Attributes
    ----------
    model : LinearModel
        Ready to use or `save`.
    out_of_group : ndarray of shape (n_rows,)
        Decision of each row by a model that saw nothing of the row's group.
    probability : ndarray of shape (n_rows,)
        The same, calibrated.
    verdict : ndarray of shape (n_rows,)
        Verdicts by thresholds that were chosen without the row's fold, so that they are as honest
        as the scores.
    """

    model: LinearModel
    out_of_group: Array
    probability: Array
    verdict: npt.NDArray[np.object_]

    @property
    def figures(self) -> dict[str, Any]:
        """Figures of the out-of-group scores, as they stand in the model file."""
        figures: dict[str, Any] = self.model.header["figures"]
        return figures


Progress = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Given the items of a step, its name and their number, returns the items."""


def quiet(items: Iterable[Any], step: str, number: int) -> Iterable[Any]:
    """Show no progress."""
    return items


def train(
    frame: pd.DataFrame,
    recipe: Recipe | None = None,
    lexicon: Lexicon | None = None,
    corpus_digest: str = "",
    progress: Progress = quiet,
    name: str = "unnamed",
) -> Training:
    """Fit a model on labelled rows.

    Parameters
    ----------
    frame : DataFrame
        From `corpus.read_captions`; a column ``weight`` is used where it is there.
    recipe : Recipe, optional
        Settings; default: `Recipe()`.
    lexicon : Lexicon, optional
        What is masked in training; default: `training_lexicon()`.
    corpus_digest : str
        Fingerprint of the files, kept in the model.
    progress : callable
        Given the items of each long step, its name and their number, it returns the items; a
        progress bar for example.
    name : str
        What the model is called in its file, in reports and cards.

    Raises
    ------
    DataError
        If a label has no row, or there are fewer groups than two.

    Notes
    -----
    Rows are scored by models that saw nothing of their group; see `fold_groups`. The intervals of
    ``figures`` are those of `evaluation.figures`.
    """
    recipe = recipe or Recipe()
    lexicon = lexicon or training_lexicon()
    label, groups, weight = checked(frame)
    vectorizer = recipe.make_vectorizer(lexicon)
    rows = vectorizer.extract(progress(frame["text"], "texts", len(frame)))
    # The sums are small: threads would spend their time waiting for each other (measured: 6 times
    # as long), and would add up in another order on another machine.
    with threadpool_limits(1):
        held_out, fold = out_of_group(rows, label, groups, weight, recipe, lexicon, progress)
        for _ in progress(("model",), "model", 1):
            matrix = vectorizer.fit_extracted(rows, groups.tolist())
            head = recipe.make_head().fit(matrix, label, sample_weight=weight)
            categories = recipe.fit_categories(matrix, frame["category"].to_numpy(), weight)
    slope, offset = platt(held_out, label, recipe.prior)
    probability = expit(slope * held_out + offset)
    thresholds = choose_thresholds(probability, label, recipe)
    header = {
        "name": name,
        "labels": ["neutral", "partisan"],
        "categories": [] if categories is None else list(CATEGORIES),
        "settings": vectorizer.settings.to_dict(),
        "calibration": {"slope": slope, "offset": offset, "prior": recipe.prior},
        "thresholds": list(thresholds),
        "recipe": asdict(recipe),
        "corpus": about_rows(frame, label, groups, corpus_digest),
        "lexicon_sha256": lexicon.digest,
        "fingerprint": lexicon.fingerprint,
        "made_with": _made_with(),
        "figures": figures_of(probability, label, thresholds, fold),
    }
    model = _export(header, vectorizer, head, categories)
    verdict = verdicts_by_fold(probability, label, fold, recipe)
    return Training(model, held_out, probability, verdict)


def _made_with() -> dict[str, str]:
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    }


def about_rows(
    frame: pd.DataFrame,
    label: npt.NDArray[np.int_],
    groups: npt.NDArray[np.object_],
    digest: str,
) -> dict[str, Any]:
    """What the model file says about the rows it was trained on."""
    return {
        "rows": len(frame),
        "partisan": int(label.sum()),
        "groups": len(set(groups.tolist())),
        "sha256": digest,
    }


def out_of_group(
    rows: Sequence[Extracted],
    label: npt.NDArray[np.int_],
    groups: npt.NDArray[Any],
    weight: Array,
    recipe: Recipe,
    lexicon: Lexicon,
    progress: Progress = quiet,
) -> tuple[Array, npt.NDArray[np.intp]]:
    """Return the decision of each row by a model fitted without the row's group, and its fold."""
    scores = np.zeros(len(rows))
    fold = np.zeros(len(rows), dtype=np.intp)
    splits = splits_of(label, groups, recipe)
    for number, (inside, outside) in enumerate(progress(splits, "folds", len(splits))):
        fold[outside] = number
        vectorizer = recipe.make_vectorizer(lexicon)
        matrix = vectorizer.fit_extracted([rows[i] for i in inside], groups[inside].tolist())
        head = recipe.make_head().fit(matrix, label[inside], sample_weight=weight[inside])
        there = vectorizer.transform_extracted([rows[i] for i in outside])
        scores[outside] = head.decision_function(there)
    return scores, fold


def splits_of(
    label: npt.NDArray[np.int_], groups: npt.NDArray[Any], recipe: Recipe
) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Rows inside and outside of each fold; no group is on both sides."""
    folds = min(recipe.folds, len(set(groups.tolist())))
    splits = list(GroupKFold(folds).split(label, label, groups))
    if any(label[inside].min() == label[inside].max() for inside, _ in splits):
        raise DataError("fold_one_label")
    return splits


def figures_of(
    probability: Array,
    label: npt.NDArray[np.int_],
    thresholds: tuple[float, float],
    fold: npt.NDArray[np.intp],
) -> dict[str, Any]:
    """Figures of the out-of-group scores, with intervals; and average precision by fold."""
    part = measured(label == 1, probability, called(probability, thresholds))
    folds = [
        {
            "rows": int((fold == k).sum()),
            "partisan": int(label[fold == k].sum()),
            "average_precision": _precision(label[fold == k], probability[fold == k]),
        }
        for k in range(int(fold.max()) + 1)
    ]
    names = ("average_precision", "caught", "missed", "accused", "review", "calibration_error")
    return {"out_of_group": {n: part.figures[n].to_dict() for n in names}, "folds": folds}


def _precision(label: npt.NDArray[np.int_], score: Array) -> float | None:
    if label.min() == label.max():
        return None  # one label only: nothing to rank
    return round(float(average_precision_score(label, score)), 4)


def _export(
    header: dict[str, Any],
    vectorizer: CaptionVectorizer,
    head: LogisticRegression,
    categories: LogisticRegression | None,
) -> LinearModel:
    """Round the weights to what the file keeps, and build the model."""
    # A category that no row has can never be the likeliest.
    weights_of_all = np.zeros((1 + len(CATEGORIES), head.coef_.shape[1]))
    intercepts = np.array([head.intercept_[0], *(-1e5 for _ in CATEGORIES)])
    weights_of_all[0] = head.coef_[0].astype(np.float32)
    if categories is not None:
        at = [1 + CATEGORIES.index(c) for c in categories.classes_]
        weights_of_all[at] = categories.coef_.astype(np.float16)
        intercepts[at] = categories.intercept_
    sizes = [len(vectorizer.names_[block]) for block in BLOCKS]
    parts = np.split(weights_of_all.T, np.cumsum(sizes)[:-1])
    weights = dict(zip(BLOCKS, parts, strict=True))
    return LinearModel(header, vectorizer.names_, vectorizer.idf_, weights, intercepts)
