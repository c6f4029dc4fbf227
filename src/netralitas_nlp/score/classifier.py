"""Text to `Classification`: a reader, a model, and the verdict by its thresholds.

`classify` and `classify_many` use the packaged model, loaded on first use; `Classifier` takes any
other. With ``model=None`` the lexicon answers alone (see `fallback`). Nothing is written, sent or
kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from ..base.assets import asset_path
from ..base.catalogue import Message
from ..base.errors import ArgumentError, ArgumentTypeError
from ..base.result import CATEGORIES, Classification, Evidence, Verdict, categories_of, verdict_of
from ..read.find import Lexicon
from .engine import Decision, Scorer
from .explain import describe
from .fallback import Fallback
from .occurrences import Reader
from .parts import LONG, parts_of
from .weights import LinearModel

_AT_ONCE = 256  # texts read before the first of them is judged


class _Decision(NamedTuple):
    """The decisions of all heads, the part of the text they are about, whether it has words."""

    decisions: tuple[float, ...]
    part: tuple[int, int] | None
    heard: bool
    score: float
    verdict: Verdict


class Classifier:
    """Classifies texts with one model and one lexicon.

    Parameters
    ----------
    model : LinearModel or None
        None: the lexicon answers alone, and results say ``method == "lexicon"``.
    lexicon : Lexicon, optional
        Default: the packaged one.

    Examples
    --------
    >>> fallback = Classifier(model=None)
    >>> fallback.classify("Ayo menangkan Prabowo-Gibran!").method
    'lexicon'
    """

    def __init__(self, model: LinearModel | None, lexicon: Lexicon | None = None) -> None:
        if model is not None and not isinstance(model, LinearModel):
            raise ArgumentTypeError("not_a_model", type=type(model).__name__)
        self.model = model
        self.lexicon = Lexicon.default() if lexicon is None else lexicon
        self._fallback = Fallback(self.lexicon)
        settings = None if model is None else model.settings
        self._scorer = None if model is None else Scorer(model, Reader(self.lexicon, settings))

    @classmethod
    def load(cls, path: str | Path, lexicon: Lexicon | None = None) -> Classifier:
        """Return a classifier with the model of a folder; see `LinearModel.load` for errors."""
        return cls(LinearModel.load(path), lexicon)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, self.lexicon)

    def classify(self, text: str, date: dt.date | str | None = None) -> Classification:
        """Return advice about one text.

        Parameters
        ----------
        text : str
            Any text; an empty one is neutral, with the score of the prior.
        date : datetime.date or str, optional
            Day of the text; lexicon entries not valid then are left out.

        Raises
        ------
        TypeError
            If `text` is not a str.
        LexiconError
            If `date` is no day.
        """
        if not isinstance(text, str):
            raise _wrong_type(text)
        if date is not None:
            return type(self)(self.model, self.lexicon.at(date)).classify(text)
        if self._scorer is None:
            return self._fallback.classify(text)
        return self._judge(self._scorer, text)

    def classify_many(self, texts: Iterable[str]) -> Iterator[Classification]:
        """Yield advice about each text, in order; the same as `classify` of each.

        Raises
        ------
        TypeError
            If `texts` is a str, or one of its items is not (the message has its position).
        """
        if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
            raise ArgumentTypeError("not_texts", type=type(texts).__name__)
        return self._many(texts)

    def decision(self, text: str) -> float:
        """Return the partisan head's decision (log-odds before calibration) that is taken.

        Of a long text it is that of a part where one alone is partisan and the whole is not.
        """
        if self._scorer is None:
            raise ArgumentError("no_decision")
        return _taken(self._scorer, text).decisions[0]

    def explain(self, text: str) -> tuple[Evidence, ...]:
        """Return the reasons of a text's result, in the order of the text.

        With a model: one piece of evidence for each word or mention, whose weights and the
        intercept add up to `decision`. Mentions that do not count are listed with weight 0.
        """
        if not isinstance(text, str):
            raise _wrong_type(text)
        if self._scorer is None:
            return self._fallback.explain(text)
        return self._scorer.explain(text, *(_taken(self._scorer, text).part or ()))

    def _many(self, texts: Iterable[str]) -> Iterator[Classification]:
        position = 0
        for some in _ahead(texts):
            good = list(takewhile(lambda text: isinstance(text, str), some))
            if self._scorer is None:
                yield from map(self.classify, good)
            else:
                wholes = self._scorer.decide_many(good)
                for text, whole in zip(good, wholes, strict=True):
                    yield self._judge(self._scorer, text, whole)
            if len(good) < len(some):
                reason = _wrong_type(some[len(good)])
                raise ArgumentTypeError("item", number=position + len(good), reason=reason)
            position += len(some)

    def _judge(self, scorer: Scorer, text: str, whole: Decision | None = None) -> Classification:
        model = scorer.model
        taken = _taken(scorer, text, whole)
        if not taken.heard:  # a text without a word says nothing: the prior speaks
            return Classification(
                text, "neutral", model.prior, "", "empty", model.thresholds, self.explain
            )
        category = ""
        if model.has_categories:
            group = categories_of(taken.verdict, taken.score)
            first = 1 + CATEGORIES.index(group[0])
            heads = taken.decisions[first : first + len(group)]
            category = group[heads.index(max(heads))]
        why = scorer.explain if taken.part is None else partial(_part_of, scorer, taken.part)
        return Classification(
            text, taken.verdict, taken.score, category, "model", model.thresholds, why,
            part=taken.part,
        )  # fmt: skip


def _part_of(scorer: Scorer, part: tuple[int, int], text: str) -> tuple[Evidence, ...]:
    return scorer.explain(text, *part)


def _taken(scorer: Scorer, text: str, whole: Decision | None = None) -> _Decision:
    """Return the decision that is taken: the whole text's, or the strongest part's.

    A campaign line in a long notice makes the text partisan, though the whole reads neutral.
    """
    model = scorer.model
    decisions, heard = scorer.decide(text) if whole is None else whole
    score = model.probability(decisions[0])
    verdict, part = verdict_of(score, model.thresholds), None
    if verdict != "partisan" and len(text) > LONG:
        for begin, end in parts_of(text):
            others, _ = scorer.decide(text[begin:end])
            if others[0] > decisions[0] and model.verdict(others[0]) == "partisan":
                decisions, part, heard = others, (begin, end), True
                verdict, score = "partisan", model.probability(others[0])
    return _Decision(decisions, part, heard, score, verdict)


def _ahead(texts: Iterable[str]) -> Iterator[Sequence[str]]:
    """Yield the texts, some at a time where all of them are there already."""
    if not isinstance(texts, list | tuple):
        yield from ([text] for text in texts)
        return
    for first in range(0, len(texts), _AT_ONCE):
        yield texts[first : first + _AT_ONCE]


def _wrong_type(value: object) -> ArgumentTypeError:
    hint = "number"
    if isinstance(value, bytes | bytearray):
        hint = "bytes"
    elif isinstance(value, list | tuple | set):
        hint = "several"
    elif value is None:
        hint = "missing"
    name = type(value).__name__
    return ArgumentTypeError("not_a_text", type=name, hint=Message(f"not_a_text.{hint}"))


@lru_cache(maxsize=1)
def default_classifier() -> Classifier:
    """Return the classifier with the packaged model and lexicon (loaded on first use)."""
    return Classifier.load(asset_path("models", "default"))


def classify(text: str, date: dt.date | str | None = None) -> Classification:
    """Return advice about one text by the packaged model; see `Classifier.classify`.

    >>> classify("").verdict
    'neutral'
    """
    return default_classifier().classify(text, date)


def classify_many(texts: Iterable[str]) -> Iterator[Classification]:
    """Yield advice about each text, in order; see `Classifier.classify_many`.

    >>> [r.verdict for r in classify_many(["", " "])]
    ['neutral', 'neutral']
    """
    return default_classifier().classify_many(texts)


__all__ = ["Classifier", "classify", "classify_many", "default_classifier", "describe"]
