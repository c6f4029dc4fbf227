"""The linear model: weights, calibration, thresholds; sums over the occurrences of a text.

The decision is

    logit = intercept + sum over blocks of  sum_occurrences a / sqrt(sum_occurrences n)

with ``a = weight * idf`` and ``n = idf ** 2`` of the feature that occurs; the block of signals
simply adds its weights. Each occurrence adds by itself, so the same sum, shared out to the words
that own the occurrences, is the explanation.

What this module does not do: read a text (`occurrences`) or a file (`model_file`), or judge
(`classifier`). No scikit-learn.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.errors import ArgumentError, ArgumentTypeError
from ..base.result import CATEGORIES, Verdict, verdict_of
from .occurrences import BLOCKS, NEAR_GROUPS, PLAIN, Occurrence, Settings, letter_groups

HEADS = 1 + len(CATEGORIES)
"""Columns of decisions: the partisan head, then one for each category."""
MAX_NUMBER = 1e6
"""Size of any number of a model; sums of larger ones would lose the digits reasons rest on."""
_MAX_GROUP = 16  # letters of a group
_MAX_REACH = 64
_AT_ONCE = 5_000  # occurrences added up at a time: some 100,000 rows, 10 MB
_SIZE = HEADS  # the last column of the table: what a feature adds to the size of its block
_TINY = 1e-300  # changes no size, and keeps an empty block, whose sums are 0, at 0

if TYPE_CHECKING:
    # Annotations only: numpy.typing takes a tenth of the start.
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]


class LinearModel:
    """Weights, calibration and thresholds.

    Parameters
    ----------
    header : mapping
        What ``model.json`` holds.
    names : mapping of str to list of str
        Feature names by block, in order, each once.
    idf : mapping of str to array of shape (n_features_of_block,)
    weights : mapping of str to array of shape (n_features_of_block, 11)
        First column: partisan; the others: the ten categories in the order of
        `result.CATEGORIES`.
    intercepts : array of shape (11,)

    Raises
    ------
    ValueError, TypeError
        For numbers and settings that no training makes.
    """

    def __init__(
        self,
        header: Mapping[str, Any],
        names: Mapping[str, list[str]],
        idf: Mapping[str, Array],
        weights: Mapping[str, Array],
        intercepts: Array,
    ) -> None:
        self.header = dict(header)
        self.names = names
        self.idf = idf
        self.weights = weights
        self.intercepts = intercepts
        self.settings = _settings(self.header["settings"])
        calibration = self.header["calibration"]
        self.slope = _number(calibration, "slope")
        self.offset = _number(calibration, "offset")
        self.prior = _number(calibration, "prior")
        if not 0 < self.prior < 1:
            raise ArgumentError("prior", prior=self.prior)
        review, partisan = (_number({"threshold": t}, "threshold") for t in header["thresholds"])
        if not 0 <= review <= partisan <= 1:
            raise ArgumentError("model.thresholds", review=review, partisan=partisan)
        self.thresholds = (review, partisan)
        self.has_categories = bool(self.header.get("categories", True))
        _check(names, idf, weights, intercepts)
        self._table, self._columns = self._tables()
        self._of_letters = lru_cache(maxsize=20_000)(self._sum_of_letter_groups)

    def _tables(self) -> tuple[Array, dict[str, dict[str, int]]]:
        """Return what each feature adds, shape (1 + n, 12), and by block the row of each.

        Row 0 adds nothing. The last column is what a feature adds to the size of its block.
        """
        rows = [np.zeros((1, HEADS + 1))]
        columns: dict[str, dict[str, int]] = {}
        first = 1
        for block in BLOCKS:
            scale = self.idf[block][:, None]
            rows.append(np.hstack([self.weights[block] * scale, scale * scale]))
            last = first + len(self.names[block])
            columns[block] = dict(zip(self.names[block], range(first, last), strict=True))
            first = last
        return np.vstack(rows), columns

    def __reduce__(self) -> tuple[Any, ...]:
        # What it was made of travels; what was worked out from that stays here.
        return type(self), (self.header, self.names, self.idf, self.weights, self.intercepts)

    # --- sums

    # In the order of the text, one after the other, so that the engine can do the same to the bit.

    def _added(self, occurrence: Occurrence) -> Array | None:
        """Return what an occurrence adds, shape (12,); None if the model has not learnt it."""
        if occurrence.block == "letters":
            return self._of_letters(occurrence.feature)
        row = self._columns[occurrence.block].get(occurrence.feature)
        return None if row is None else self._table[row]

    def _sum_of_letter_groups(self, word: str) -> Array:
        known, settings = self._columns["letters"], self.settings
        groups = letter_groups(word, settings.letters_from, settings.letters_to)
        rows = [row for group in groups if (row := known.get(group)) is not None]
        total: Array = self._table[[0, *rows]].sum(axis=0)
        return total

    def decide(self, occurrences: Iterable[Occurrence]) -> list[float]:
        """Return the decisions of all heads for the occurrences of a text."""
        sums = np.zeros((len(BLOCKS), HEADS + 1))
        for some in _batches(occurrences):  # an enormous text is added up part by part
            added: dict[str, list[Array]] = {b: [sums[i]] for i, b in enumerate(BLOCKS)}
            for occurrence in some:
                found = self._added(occurrence)
                if found is not None:
                    added[occurrence.block].append(found)
            sums = np.array([np.array(each).sum(axis=0) for each in added.values()])
        scaled = sums[:, :HEADS] * _scale(sums[:, _SIZE])[:, None]
        decisions: list[float] = (scaled.sum(axis=0) + self.intercepts).tolist()
        return decisions

    def shares(self, occurrences: Iterable[Occurrence]) -> list[float]:
        """Return what each occurrence adds to the partisan decision, in log-odds."""
        blocks: list[int] = []
        each: list[tuple[float, float]] = []
        for occurrence in occurrences:
            found = self._added(occurrence)
            blocks.append(BLOCKS.index(occurrence.block))
            each.append((0.0, 0.0) if found is None else (found[0], found[_SIZE]))
        if not each:
            return []
        adds, sizes_of = np.array(each).T
        sizes = np.zeros(len(BLOCKS))
        np.add.at(sizes, blocks, sizes_of)
        shares: Array = adds * _scale(sizes)[blocks]
        return list(shares.tolist())

    def probability(self, decision: float) -> float:
        """Return the calibrated probability of a decision (Platt's two numbers)."""
        z = self.slope * decision + self.offset
        if z >= 0:
            return 1.0 / (1.0 + math.exp(-z))
        e = math.exp(z)
        return e / (1.0 + e)

    def verdict(self, decision: float) -> Verdict:
        """Return the verdict of a decision."""
        return verdict_of(self.probability(decision), self.thresholds)

    def with_prior(self, prior: float) -> LinearModel:
        """Return the model calibrated for another share of partisan texts.

        Parameters
        ----------
        prior : float
            Expected share of partisan texts among those that will come, between 0 and 1.

        Notes
        -----
        Moves the calibration's offset by the difference of the log odds (Saerens, Latinne &
        Decaestecker 2002, for known priors). Thresholds stay where they are.
        """
        if not 0 < prior < 1:
            raise ArgumentError("prior", prior=prior)
        shift = math.log(prior / (1 - prior)) - math.log(self.prior / (1 - self.prior))
        header = json.loads(json.dumps(self.header))
        header["calibration"]["offset"] = self.offset + shift
        header["calibration"]["prior"] = prior
        return LinearModel(header, self.names, self.idf, self.weights, self.intercepts)

    # --- files

    def save(self, folder: str | Path) -> Path:
        """Write the model into `folder` (made if missing); each file whole or not at all."""
        from .model_file import save_model

        return save_model(self, Path(folder))

    @classmethod
    def load(cls, folder: str | Path) -> LinearModel:
        """Read a model folder.

        Raises
        ------
        ModelError
            If a file is missing, damaged, or made for another version; the message says which
            and how to get a good one.
        """
        from .model_file import load_model

        return load_model(Path(folder))


def _batches(occurrences: Iterable[Occurrence]) -> Iterator[list[Occurrence]]:
    """Yield the occurrences some at a time, so that the numbers of a long text take little room."""
    waiting = iter(occurrences)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some


def _scale(sizes: Array) -> Array:
    """Return what the sums of the blocks are multiplied by: ``1 / sqrt(size)``, 1 for signals."""
    factor: Array = 1.0 / np.sqrt(sizes + _TINY)
    factor[BLOCKS.index(PLAIN)] = 1.0
    return factor


def _settings(given: Mapping[str, Any]) -> Settings:
    """Return the settings of a header, each of the type and the size it can have."""
    settings = Settings(**given)
    for name, usual in Settings().to_dict().items():
        value = getattr(settings, name)
        if type(value) is not type(usual):
            kind = type(usual).__name__
            raise ArgumentTypeError("model.setting", name=name, value=value, type=kind)
    if not 1 <= settings.letters_from <= settings.letters_to <= _MAX_GROUP:
        raise ArgumentError("model.letters", limit=_MAX_GROUP)
    if not 0 <= settings.reach <= _MAX_REACH:
        raise ArgumentError("model.reach", reach=settings.reach, limit=_MAX_REACH)
    return settings


def _number(values: Mapping[str, Any], name: str) -> float:
    value = values[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ArgumentTypeError("model.no_number", name=name, value=value)
    if not abs(value) <= MAX_NUMBER:  # nor NaN
        raise ArgumentError("model.number", name=name, limit=MAX_NUMBER)
    return float(value)


def _check(
    names: Mapping[str, list[str]],
    idf: Mapping[str, Array],
    weights: Mapping[str, Array],
    intercepts: Array,
) -> None:
    """Raise ValueError for what no training makes, before a text meets it."""
    for block in BLOCKS:
        if any(a >= b for a, b in pairwise(names[block])):
            raise ArgumentError("model.names", block=block)
        if names[block][:1] == [""]:
            raise ArgumentError("model.nameless", block=block)
        if not (np.abs(weights[block]) <= MAX_NUMBER).all():
            raise ArgumentError("model.weight", block=block, limit=MAX_NUMBER)
        if not ((idf[block] >= 0) & (idf[block] <= MAX_NUMBER)).all():
            raise ArgumentError("model.idf", block=block, limit=MAX_NUMBER)
    if not (np.abs(intercepts) <= MAX_NUMBER).all():
        raise ArgumentError("model.number", name="intercepts", limit=MAX_NUMBER)
    sides = tuple(f"{group}{side}" for group in NEAR_GROUPS for side in "<>")
    for name in names["near"]:
        if not name.startswith(sides):
            raise ArgumentError("model.near", name=name)


__all__ = ["HEADS", "MAX_NUMBER", "LinearModel"]
