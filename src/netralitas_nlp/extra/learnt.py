"""What a model has learnt: its strongest words, and the training texts nearest to a text."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.preprocessing import normalize

from ..base.errors import DataError
from ..base.result import CATEGORIES
from ..read.find import Lexicon
from ..score.occurrences import BLOCKS
from ..score.weights import LinearModel
from ..teach.pipeline import vectorizer_of
from .relabel import require_columns

_DIGITS = re.compile(r"\d{5}")
_WORDY = ("word", "letters", "near")


def top_words(model: LinearModel, n: int = 15) -> pd.DataFrame:
    """Return the words that pull hardest to each verdict and category.

    Parameters
    ----------
    model : LinearModel
    n : int
        How many of each.

    Returns
    -------
    DataFrame
        Columns ``partisan``, ``neutral`` and each category the model knows; `n` rows, the
        strongest first, by ``weight * idf`` of the block of words: stems, pairs of stems, and
        placeholders (``<person>``). Handles and long numbers are left out; ``""`` where no more
        words pull that way.
    """
    names = model.names["word"]
    strength = model.weights["word"] * model.idf["word"][:, None]
    pulls = {"partisan": strength[:, 0], "neutral": -strength[:, 0]}
    for i, category in enumerate(CATEGORIES, start=1):
        if strength[:, i].any():
            pulls[category] = strength[:, i]
    table = {}
    for head, pull in pulls.items():
        best = [
            names[at]
            for at in np.argsort(-pull, kind="stable").tolist()
            if pull[at] > 0 and not _DIGITS.search(names[at]) and "@" not in names[at]
        ][:n]
        table[head] = best + [""] * (n - len(best))
    return pd.DataFrame(table, index=pd.RangeIndex(1, n + 1, name="rank"))


def nearest_texts(
    rows: pd.DataFrame,
    seen: pd.DataFrame,
    model: LinearModel,
    lexicon: Lexicon | None = None,
    n: int = 3,
) -> pd.DataFrame:
    """Return, for each text, the training texts most like it in the eyes of the model.

    Parameters
    ----------
    rows : DataFrame
        With ``text`` and ``label``: a handful of errors.
    seen : DataFrame
        With the same columns: what the model was trained on.
    model : LinearModel
        Gives the features.
    lexicon : Lexicon, optional
        Default: the packaged one; give the one used in training, as names are masked by it.
    n : int
        Texts for each.

    Returns
    -------
    DataFrame
        `n` rows for each of `rows`, in their order: ``text`` and ``label``, ``likeness`` (cosine,
        0..1, of the two rows of words, letter groups and words near a mention, before any weight;
        how a text is written makes too many alike), ``nearest_text``, ``nearest_label``; and
        ``id``, ``category`` of both where the tables have them.

    Raises
    ------
    DataError
        If a column is missing, or `seen` has no row.
    """
    for given in (rows, seen):
        require_columns(given, ("text", "label"))
    if not len(seen):
        raise DataError("nothing_to_compare")
    vectorizer = vectorizer_of(model, lexicon)
    wordy = np.flatnonzero(
        np.repeat([b in _WORDY for b in BLOCKS], [len(model.names[b]) for b in BLOCKS])
    )
    texts = [*seen["text"].tolist(), *rows["text"].tolist()]
    matrix = normalize(vectorizer.transform(texts)[:, wordy])
    there, here = matrix[: len(seen)], matrix[len(seen) :]
    likeness: npt.NDArray[np.float64] = (here @ there.T).toarray()
    order = np.argsort(-likeness, axis=1, kind="stable")[:, :n]
    at = np.repeat(np.arange(len(rows)), order.shape[1])
    kept = ("id", "text", "label", "category")
    left = rows.iloc[at][[c for c in kept if c in rows]].reset_index(drop=True)
    right = seen.iloc[order.ravel()][[c for c in kept if c in seen]].reset_index(drop=True)
    alike = pd.DataFrame({"likeness": likeness[at, order.ravel()]})
    return pd.concat([left, alike, right.add_prefix("nearest_")], axis=1)
