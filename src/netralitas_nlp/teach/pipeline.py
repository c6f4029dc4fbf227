"""A model file as a fitted scikit-learn pipeline."""

from __future__ import annotations

import numpy as np
from sklearn.pipeline import Pipeline

from ..read.find import Lexicon
from ..score.occurrences import BLOCKS
from ..score.weights import LinearModel
from .recipe import Recipe
from .vectorizer import CaptionVectorizer


def to_sklearn(model: LinearModel, lexicon: Lexicon | None = None) -> Pipeline:
    """Return a model as a fitted scikit-learn pipeline that gives the model's own scores.

    Calibration is folded into the weights: ``predict_proba(texts)[:, 1]`` is the score,
    ``decision_function`` its log-odds, ``predict`` 1 from a score of one half on. The verdict's
    two thresholds are ``model.thresholds``. (A text without a word, and a part of a
    long text that alone is partisan, the classifier answers by rules of its own, which the pipeline
    does not know.) Cloned and fitted anew (in ``cross_val_predict``, in a
    grid search) it follows the recipe the model was trained by, without its calibration.

    Parameters
    ----------
    model : LinearModel
    lexicon : Lexicon, optional
        Default: the packaged one.

    Returns
    -------
    Pipeline
        ``features``, a `CaptionVectorizer`, and ``head``, a `LogRatioRegression` of two classes,
        0 (neutral) and 1 (partisan).

    Examples
    --------
    >>> from netralitas_nlp import LinearModel, classify
    >>> from netralitas_nlp.base.assets import asset_path
    >>> pipeline = to_sklearn(LinearModel.load(asset_path("models", "default")))
    >>> text = "Ayo coblos nomor 2!"
    >>> round(float(pipeline.predict_proba([text])[0, 1]) - classify(text).score, 9)
    0.0
    """
    head = Recipe(
        c=model.header["recipe"]["c"], ratio_floor=model.header["recipe"].get("ratio_floor", 0.5)
    ).make_head()
    head.classes_ = np.array([0, 1])
    weights = np.concatenate([model.weights[b][:, 0] for b in BLOCKS])
    head.coef_ = model.slope * weights[None, :]
    head.intercept_ = model.slope * model.intercepts[:1] + model.offset
    head.n_features_in_ = head.coef_.shape[1]
    head.n_iter_ = np.array([0], dtype=np.int32)
    return Pipeline([("features", vectorizer_of(model, lexicon)), ("head", head)])


def vectorizer_of(model: LinearModel, lexicon: Lexicon | None = None) -> CaptionVectorizer:
    """Return the fitted vectorizer of a model."""
    recipe = model.header["recipe"]
    vectorizer = CaptionVectorizer(
        lexicon=lexicon,
        min_texts=recipe["min_texts"],
        min_sources=recipe["min_sources"],
        **model.settings.to_dict(),
    )
    return vectorizer.restore({b: list(model.names[b]) for b in BLOCKS}, dict(model.idf))
