"""Labelled rows to a `LinearModel`: a real scikit-learn pipeline, calibrated and exported.

The pipeline is ``CaptionVectorizer`` and ``LogisticRegression``; a second, multinomial, logistic
regression on the same matrix gives the category. Calibration and thresholds come from scores of
rows whose whole group was left out of the fitting, so that they hold for sources never seen.
Same rows, same settings, same versions: the same bytes.
"""

from __future__ import annotations

import json
import platform
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import sklearn
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from ..base.assets import asset_path
from ..base.result import CATEGORIES, DataError
from ..measure.evaluation import figures as measured
from ..read.find import Lexicon
from ..score.features import BLOCKS, Extracted
from ..score.weights import LinearModel
from ..tables.corpus import likeness_groups, near_duplicates, read_captions, read_public
from .vectorizer import CaptionVectorizer

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what model comes out of the same rows.

    Attributes
    ----------
    c, category_c : float
        Inverse strength of the L2 penalty of the two heads (scikit-learn's ``C``).
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

    c: float = 1.0
    category_c: float = 0.5
    own_weight: float = 1.0
    min_texts: int = 2
    min_sources: int = 1
    folds: int = 6
    prior: float = 0.45
    accuse: float = 0.02
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


@dataclass(frozen=True)
class Training:
    """What `train` returns.

    Attributes
    ----------
    model : LinearModel
        Ready to use or `save`.
    pipeline : Pipeline
        The fitted scikit-learn pipeline the model was exported from (its weights are the
        exported, rounded ones).
    categories : LogisticRegression or None
        The fitted category head; None where the rows have fewer than three categories.
    out_of_group : ndarray of shape (n_rows,)
        Decision of each row by a model that saw nothing of the row's group.
    probability : ndarray of shape (n_rows,)
        The same, calibrated.
    verdict : ndarray of shape (n_rows,)
        Verdicts by thresholds that were chosen without the row's fold, so that they are as honest
        as the scores.
    figures : dict
        What is also in the model file under ``figures``.
    """

    model: LinearModel
    pipeline: Pipeline
    categories: LogisticRegression | None
    out_of_group: Array
    probability: Array
    verdict: npt.NDArray[np.object_]
    figures: dict[str, Any]


Progress = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Given the items of a step, its name and their number, returns the items."""


def _quiet(items: Iterable[Any], step: str, number: int) -> Iterable[Any]:
    return items


def training_lexicon() -> Lexicon:
    """Return the packaged lexicon with the invented people of the corpus beside it."""
    return Lexicon.default().extended(asset_path("data", "captions", "invented.csv"))


def train(
    frame: pd.DataFrame,
    recipe: Recipe | None = None,
    lexicon: Lexicon | None = None,
    corpus_digest: str = "",
    progress: Progress = _quiet,
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
    label, groups, weight = _taught(frame)
    vectorizer = recipe.make_vectorizer(lexicon)
    rows = vectorizer.extract(progress(frame["text"], "texts", len(frame)))
    # The sums are small: threads would spend their time waiting for each other (measured: 6 times
    # as long), and would add up in another order on another machine.
    with threadpool_limits(1):
        held_out, fold = out_of_group(rows, label, groups, weight, recipe, lexicon, progress)
    slope, offset = platt(held_out, label, recipe.prior)
    probability = 1 / (1 + np.exp(-(slope * held_out + offset)))
    thresholds = choose_thresholds(probability, label, recipe)
    for _ in progress(("model",), "model", 1):
        matrix = vectorizer.fit_extracted(rows, groups.tolist())
        with threadpool_limits(1):
            head = _head(recipe).fit(matrix, label, sample_weight=weight)
            categories = _category_head(matrix, frame["category"].to_numpy(), weight, recipe)
    figures = _figures(probability, label, thresholds, fold)
    header = {
        "name": "netralitas-default",
        "labels": ["neutral", "partisan"],
        "categories": [] if categories is None else list(CATEGORIES),
        "settings": vectorizer.settings.to_dict(),
        "calibration": {"slope": slope, "offset": offset, "prior": recipe.prior},
        "thresholds": list(thresholds),
        "recipe": asdict(recipe),
        "corpus": _about(frame, label, groups, corpus_digest),
        "lexicon_sha256": lexicon.digest,
        "made_with": {
            "python": ".".join(platform.python_version_tuple()[:2]),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "figures": figures,
    }
    model = _export(header, vectorizer, head, categories)
    pipeline = Pipeline([("features", vectorizer), ("head", head)])
    verdict = _verdicts(probability, label, fold, recipe)
    return Training(model, pipeline, categories, held_out, probability, verdict, figures)


def _taught(
    frame: pd.DataFrame,
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.object_], Array]:
    """Label, group and weight of each row, checked."""
    label = _labels(frame)
    groups = fold_groups(frame)
    _check_groups(groups, label)
    return label, groups, _weights(frame)


def _labels(frame: pd.DataFrame) -> npt.NDArray[np.int_]:
    """1 for partisan, 0 for neutral; both must be there."""
    label: npt.NDArray[np.int_] = (frame["label"] == "partisan").to_numpy().astype(int)
    for value, name in ((1, "partisan"), (0, "neutral")):
        if not (label == value).any():
            raise DataError(f"no row has the label {name!r}: both labels are needed to train")
    return label


def _about(
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


def fold_groups(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the group of each row for honest splits: rows of one group stay together.

    A row's group is its cell in the column ``group``; where that is empty, the file it came from,
    or, where all came from one file, the row itself. Near-duplicates follow the first of their
    family, so that no text is scored by a model that saw nearly the same one (such a row then
    stands in another group than its own).
    """
    group = frame["group"].to_numpy(dtype=object).copy()
    blank = np.flatnonzero(group == "")
    if len(blank):
        files = frame["slice"].to_numpy(dtype=object)[blank]
        own = [f"row {i}" for i in blank.tolist()]
        group[blank] = own if len(set(files.tolist())) == 1 else files
    first = likeness_groups(frame["text"].tolist())
    out: npt.NDArray[np.object_] = group[first]
    return out


def _check_groups(groups: npt.NDArray[np.object_], label: npt.NDArray[np.int_]) -> None:
    counts = pd.crosstab(pd.Series(groups, dtype=object), pd.Series(label))
    if len(counts) < 2:
        raise DataError("all rows are in one group; out-of-group scores need at least two")
    rest = counts.sum() - counts
    alone = rest[(rest == 0).any(axis=1)]
    if len(alone):
        raise DataError(
            f"without the group {alone.index[0]!r} all rows have one label; spread both labels "
            "over at least two groups each (column group)"
        )


def _category_head(
    matrix: Any, category: npt.NDArray[Any], weight: Array, recipe: Recipe
) -> LogisticRegression | None:
    """Fit the category head on the rows that have a category; None where there are too few kinds.

    A few hundred steps are enough: the category is a hint beside the verdict, never the verdict.
    """
    sure = np.flatnonzero(category != "")
    if len(set(category[sure])) < 3:
        return None
    head = LogisticRegression(C=recipe.category_c, max_iter=300)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        head.fit(matrix[sure], category[sure], sample_weight=weight[sure])
    return head


def _head(recipe: Recipe) -> LogisticRegression:
    return LogisticRegression(C=recipe.c, max_iter=500)


def _weights(frame: pd.DataFrame) -> Array:
    if "weight" in frame.columns:
        weight: Array = frame["weight"].to_numpy(dtype=float)
        return weight
    return np.ones(len(frame))


def out_of_group(
    rows: Sequence[Extracted],
    label: npt.NDArray[np.int_],
    groups: npt.NDArray[Any],
    weight: Array,
    recipe: Recipe,
    lexicon: Lexicon,
    progress: Progress = _quiet,
) -> tuple[Array, npt.NDArray[np.intp]]:
    """Return the decision of each row by a model fitted without the row's group, and its fold."""
    scores = np.zeros(len(rows))
    fold = np.zeros(len(rows), dtype=np.intp)
    splits = _splits(label, groups, recipe)
    for number, (inside, outside) in enumerate(progress(splits, "folds", len(splits))):
        fold[outside] = number
        vectorizer = recipe.make_vectorizer(lexicon)
        matrix = vectorizer.fit_extracted([rows[i] for i in inside], groups[inside].tolist())
        head = _head(recipe).fit(matrix, label[inside], sample_weight=weight[inside])
        there = vectorizer.transform_extracted([rows[i] for i in outside])
        scores[outside] = head.decision_function(there)
    return scores, fold


def _splits(
    label: npt.NDArray[np.int_], groups: npt.NDArray[Any], recipe: Recipe
) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Rows inside and outside of each fold; no group is on both sides."""
    folds = min(recipe.folds, len(set(groups.tolist())))
    splits = list(GroupKFold(folds).split(label, label, groups))
    if any(label[inside].min() == label[inside].max() for inside, _ in splits):
        raise DataError("a fold has rows of one label only; more groups with both are needed")
    return splits


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


def _figures(
    probability: Array,
    label: npt.NDArray[np.int_],
    thresholds: tuple[float, float],
    fold: npt.NDArray[np.intp],
) -> dict[str, Any]:
    """Figures of the out-of-group scores, with intervals; and average precision by fold."""
    part = measured(label == 1, probability, _called(probability, thresholds))
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


def _called(probability: Array, thresholds: tuple[float, float]) -> npt.NDArray[np.object_]:
    """The verdict of each score."""
    review, partisan = thresholds
    out: npt.NDArray[np.object_] = np.full(len(probability), "neutral", dtype=object)
    out[probability >= review] = "review"
    out[probability >= partisan] = "partisan"
    return out


def _verdicts(
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
        out[here] = _called(probability[here], others)
    return out


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
    """Round the weights to what the file keeps, in the estimators too, and build the model."""
    head.coef_ = head.coef_.astype(np.float32).astype(np.float64)
    place: dict[str, int] = {}
    if categories is not None:
        categories.coef_ = categories.coef_.astype(np.float16).astype(np.float64)
        place = {str(c): i for i, c in enumerate(categories.classes_)}
    names, idf, weights = {}, {}, {}
    at = 0
    for block in BLOCKS:
        n = len(vectorizer.names_[block])
        columns = [head.coef_[0, at : at + n]]
        for category in CATEGORIES:
            if categories is not None and category in place:
                columns.append(categories.coef_[place[category], at : at + n])
            else:
                columns.append(np.zeros(n))
        names[block] = vectorizer.names_[block]
        idf[block] = vectorizer.idf_[block]
        weights[block] = np.column_stack(columns)
        at += n
    # A category no row has can never be the likeliest.
    never = -1e5
    intercepts = [
        float(categories.intercept_[place[c]]) if categories is not None and c in place else never
        for c in CATEGORIES
    ]
    return LinearModel(
        header, names, idf, weights, np.array([float(head.intercept_[0]), *intercepts])
    )


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
    from ..score.fallback import SIGNALS, SIGNS, Fallback

    fallback = Fallback(lexicon or training_lexicon())
    counts = np.zeros((len(frame), len(SIGNALS)))
    place = {name: i for i, name in enumerate(SIGNALS)}
    for row, text in enumerate(frame["text"]):
        for signal in fallback.read(text)[2]:
            counts[row, place[signal.name]] += 1
    label = (frame["label"] == "partisan").to_numpy().astype(float)
    weight = _weights(frame)

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


def to_sklearn(model: LinearModel, lexicon: Lexicon | None = None) -> Pipeline:
    """Return a fitted scikit-learn pipeline that gives the model's decisions.

    Parameters
    ----------
    model : LinearModel
    lexicon : Lexicon, optional
        Default: the packaged one.
    """
    settings = model.settings.to_dict()
    vectorizer = CaptionVectorizer(lexicon=lexicon, **settings)
    vectorizer.restore({b: list(model.names[b]) for b in BLOCKS}, dict(model.idf))
    head = LogisticRegression()
    head.classes_ = np.array([0, 1])
    head.coef_ = np.concatenate([model.weights[b][:, 0] for b in BLOCKS])[None, :]
    head.intercept_ = model.intercepts[:1].copy()
    head.n_features_in_ = head.coef_.shape[1]
    head.n_iter_ = np.array([0], dtype=np.int32)
    return Pipeline([("features", vectorizer), ("head", head)])


def default_frame(
    captions: str | Path | Sequence[str | Path],
    public_texts: str | Path | None = None,
    own_weight: float = Recipe.own_weight,
) -> pd.DataFrame:
    """Return our captions, weighted, and, where their texts are given, the public ones."""
    return beside_public(read_captions(captions), public_texts, own_weight)


def beside_public(
    own: pd.DataFrame,
    public_texts: str | Path | None = None,
    own_weight: float = Recipe.own_weight,
) -> pd.DataFrame:
    """Return rows with weights, and, where their texts are given, the public ones beside them."""
    if public_texts is None:
        return own.assign(weight=1.0)
    public = read_public(public_texts, asset_path("data", "public_labels.csv"))
    return pd.concat([own.assign(weight=own_weight), public.assign(weight=1.0)], ignore_index=True)


def beside_default(own: pd.DataFrame, weight: float) -> pd.DataFrame:
    """Return somebody's rows, weighted, and the packaged captions after them.

    A packaged caption that is nearly one of the rows is left out: the row says what it is.
    """
    ours = read_captions(asset_path("data", "captions"))
    texts = own["text"].tolist()
    known = {j for _, j, _ in near_duplicates(texts, ours["text"].tolist())}
    ours = ours.drop(index=sorted(known))
    return pd.concat([own.assign(weight=weight), ours.assign(weight=1.0)], ignore_index=True)


def keep_out(frame: pd.DataFrame, held: pd.DataFrame, election: str) -> pd.DataFrame:
    """Return rows without those of an election that is held out, and without what is like them."""
    inside = _of(frame["election"], election)
    pairs = near_duplicates(frame["text"].tolist(), held["text"].tolist())
    near = np.zeros(len(frame), dtype=bool)
    near[sorted({i for i, _, _ in pairs})] = True
    return frame[~inside.to_numpy() & ~near].reset_index(drop=True)


def _of(kinds: pd.Series[str], election: str) -> pd.Series[bool]:
    """Whether each cell is that election, or one of that year."""
    return (kinds == election) | (election.isdigit() & kinds.str.endswith(election))


def hold_out(frame: pd.DataFrame, election: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split rows into those of other elections and those of one (the drift test).

    Parameters
    ----------
    frame : DataFrame
    election : str
        ``"pilkada2024"``, or a year for all elections of it.

    Returns
    -------
    tuple of DataFrame
        Rows to train on, without near-duplicates of the rows held out; rows held out.

    Raises
    ------
    DataError
        If no row is of that election (the message lists those there are), or all are, or the rows
        held out have one label only.
    """
    kinds = frame["election"]
    inside = _of(kinds, election)
    if not inside.any() or inside.all():
        there = ", ".join(sorted(set(kinds) - {""})) or "none: the column election is empty"
        which = "every row is" if inside.any() else "no row is"
        raise DataError(f"{which} of the election {election!r}; there are: {there}")
    held = frame[inside].reset_index(drop=True)
    if held["label"].nunique() < 2:
        raise DataError(f"the rows of {election!r} have one label only: nothing can be measured")
    return keep_out(frame, held, election), held


def adapt(
    model: LinearModel,
    frame: pd.DataFrame,
    recipe: Recipe | None = None,
    lexicon: Lexicon | None = None,
    corpus_digest: str = "",
    progress: Progress = _quiet,
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
    corpus_digest, progress
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
    label, groups, weight = _taught(frame)
    lexicon = lexicon or Lexicon.default()
    pipeline = to_sklearn(model, lexicon)
    vectorizer, head = pipeline[0], pipeline[1]
    rows = vectorizer.extract(progress(frame["text"], "texts", len(frame)))
    matrix = vectorizer.transform_extracted(rows)
    start = head.decision_function(matrix)
    held_out, fold = np.zeros(len(frame)), np.zeros(len(frame), dtype=np.intp)
    splits = _splits(label, groups, recipe)
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
    if enough:
        thresholds = choose_thresholds(probability, label, recipe)
    header |= {
        "adapted_from": {"corpus": header["corpus"], "figures": header["figures"]},
        "thresholds": list(thresholds),
        "lexicon_sha256": lexicon.digest,
        "recipe": asdict(recipe),
        "corpus": _about(frame, label, groups, corpus_digest),
        "figures": _figures(probability, label, thresholds, fold),
    }
    weights, at = {}, 0
    for block in BLOCKS:
        columns = model.weights[block].copy()
        n = len(columns)
        # As exact as the file keeps them.
        columns[:, 0] = (columns[:, 0] + moved[at : at + n]).astype(np.float32)
        weights[block] = columns
        at += n
    adapted = LinearModel(header, model.names, model.idf, weights, model.intercepts)
    verdict = (
        _verdicts(probability, label, fold, recipe) if enough else _called(probability, thresholds)
    )
    pipeline = to_sklearn(adapted, lexicon)
    return Training(adapted, pipeline, None, held_out, probability, verdict, header["figures"])


MANY = 300
"""Rows of each label from which `adapt` calibrates again."""


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
