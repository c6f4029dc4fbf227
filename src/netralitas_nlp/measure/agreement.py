"""How far two readers agree on the labels of the same texts.

Reads two columns of labels, or two tables of the same rows; says how often they agree beyond
chance, and lists the rows they differ on for both to decide. Which of them is right it cannot say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..base.errors import DataError
from ..tables.captions import known_labels
from ..tables.labelled import LABELS, UNSURE
from ..tables.likeness import fingerprint_of
from .figures import RESAMPLES, SEED, Array, Figure, bootstrap, plain, share, wilson
from .labels import label_values, require_known

CLASSES = (*LABELS, UNSURE)


@dataclass(frozen=True)
class ClassAgreement:
    """How two readers use one label.

    Attributes
    ----------
    first, second, both : int
        Rows that the first, the second, and both give it.
    agreed : Figure
        Of the rows that either gives it, the share that both do.
    """

    first: int
    second: int
    both: int
    agreed: Figure


@dataclass(frozen=True, eq=False)
class Agreement:
    """What `agreement` returns.

    Attributes
    ----------
    rows : int
        Rows that both have labelled.
    alone : int
        Rows that only one of them has, or has labelled.
    agreed : Figure
        Share of rows with the same label.
    kappa : Figure
        Cohen's kappa: agreement beyond what two readers with these shares reach by chance; 1 is
        perfect, 0 chance.
    classes : mapping of str to ClassAgreement
        By label.
    differ : DataFrame
        The rows they differ on: ``id`` where there is one, ``text``, ``label_1``, ``label_2``, and
        an empty ``label`` for what both decide. It can be trained on once that is filled.
    """

    rows: int
    alone: int
    agreed: Figure
    kappa: Figure
    classes: Mapping[str, ClassAgreement]
    differ: pd.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the texts."""
        out: dict[str, Any] = {
            name: plain(value) for name, value in vars(self).items() if name != "differ"
        }
        return out


def agreement(
    first: pd.DataFrame,
    second: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Agreement:
    """Compare two readers' labels.

    Parameters
    ----------
    first, second : DataFrame
        With ``text`` and ``label``. Rows are the same where their ``id`` is, if both tables have
        one, unique, on every row; else where their text is, capitals and white space aside.
    labels : mapping of str to str, optional
        Words of the label columns and what they mean, as in `corpus.known_labels`.
    resamples, seed : int
        Of the bootstrap behind the interval of kappa.

    Raises
    ------
    DataError
        If a label's meaning is not known, or the tables have no labelled row in common.

    Notes
    -----
    Cohen 1960, "A coefficient of agreement for nominal scales". Intervals: Wilson's for shares;
    for kappa bootstrap resamples of the rows, with the floor of `figures.bootstrap`.

    Examples
    --------
    >>> one = pd.DataFrame({"text": ["a b", "c d", "e"], "label": ["memihak", "netral", "ragu"]})
    >>> two = pd.DataFrame({"text": ["A  b", "c d", "e"], "label": ["memihak", "netral", "netral"]})
    >>> found = agreement(one, two)
    >>> found.rows, round(found.agreed.value, 2), found.differ["text"].tolist()
    (3, 0.67, ['e'])
    """
    sides = []
    for frame in (first, second):
        missing = [c for c in ("text", "label") if c not in frame.columns]
        if missing:
            have = list(map(str, frame.columns))
            raise DataError("missing_columns", path="DataFrame", columns=missing, have=have)
        require_known(label_values(frame["label"].tolist(), labels))
        sides.append(frame.assign(label=known_labels(frame["label"], labels)))
    keys = _keys(*sides)
    one, two = (
        side[side["label"] != ""].assign(key=key[side["label"] != ""]).drop_duplicates("key")
        for side, key in zip(sides, keys, strict=True)
    )
    both = one.merge(two[["key", "label"]], on="key", suffixes=("_1", "_2"))
    if not len(both):
        raise DataError("agreement.nothing_common")
    label_1, label_2 = both["label_1"].to_numpy(), both["label_2"].to_numpy()
    same = label_1 == label_2
    kept = [c for c in ("id", "text", "label_1", "label_2") if c in both.columns]
    return Agreement(
        len(both),
        len(one) + len(two) - 2 * len(both),
        wilson(int(same.sum()), len(both)),
        _kappa(label_1, label_2, resamples, seed),
        {c: _of_class(label_1 == c, label_2 == c) for c in CLASSES},
        both.loc[~same, kept].assign(label="").reset_index(drop=True),
    )


def _keys(first: pd.DataFrame, second: pd.DataFrame) -> list[pd.Series[str]]:
    """What tells which rows of two tables are the same."""
    sides = (first, second)
    if all("id" in s.columns and s["id"].is_unique and (s["id"] != "").all() for s in sides):
        return [s["id"].astype(str) for s in sides]
    return [s["text"].map(fingerprint_of) for s in sides]


def _kappa(first: Any, second: Any, resamples: int, seed: int) -> Figure:
    """Cohen's kappa; NaN where both give one and the same label to every row."""
    ones = np.column_stack([first == c for c in CLASSES]).astype(float)
    twos = np.column_stack([second == c for c in CLASSES]).astype(float)
    same = (ones * twos).sum(axis=1)

    def kappa(weight: Array) -> Array:
        rows = weight.sum(axis=1)
        chance = ((weight @ ones) * (weight @ twos)).sum(axis=1) / rows**2
        return share(weight @ same / rows - chance, 1 - chance)[:, None]

    (found,) = bootstrap(len(first), kappa, [len(first)], resamples, seed)
    return found


def _of_class(first: Any, second: Any) -> ClassAgreement:
    both, either = int((first & second).sum()), int((first | second).sum())
    return ClassAgreement(int(first.sum()), int(second.sum()), both, wilson(both, either))


def kappa_words(value: float) -> str:
    """Return how strong an agreement is, as a key of the messages.

    Landis & Koch 1977, "The measurement of observer agreement for categorical data".

    >>> kappa_words(0.75)
    'substantial'
    """
    bands: Sequence[tuple[float, str]] = (
        (0.8, "almost_perfect"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"),
    )  # fmt: skip
    return next((name for least, name in bands if value > least), "slight")


__all__ = ["Agreement", "ClassAgreement", "agreement", "kappa_words"]
