"""What a user holds in hand: the classification of one text and its evidence; score → verdict.

Knows no other module, but for the one that draws a result, loaded when asked. A result is advice
about a text; nothing here speaks of a person.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, overload

Verdict = Literal["partisan", "review", "neutral"]
Method = Literal["model", "lexicon", "empty"]

VERDICTS: tuple[Verdict, ...] = ("partisan", "review", "neutral")
PARTISAN_CATEGORIES = ("ajakan", "dukungan", "serangan", "atribut", "kegiatan")
NEUTRAL_CATEGORIES = ("berita", "edukasi", "netralitas", "kebijakan", "harian")
CATEGORIES = PARTISAN_CATEGORIES + NEUTRAL_CATEGORIES


def verdict_of(score: float, thresholds: tuple[float, float]) -> Verdict:
    """Return the verdict of a score: the one place of this rule.

    Parameters
    ----------
    score : float
        Calibrated probability, 0..1.
    thresholds : tuple of float
        ``(review, partisan)``: scores from the first on go to review, from the second on are
        called partisan.

    Examples
    --------
    >>> [verdict_of(score, (0.3, 0.8)) for score in (0.29, 0.3, 0.8)]
    ['neutral', 'review', 'partisan']
    """
    review, partisan = thresholds
    return "partisan" if score >= partisan else "review" if score >= review else "neutral"


def categories_of(verdict: Verdict, score: float) -> tuple[str, ...]:
    """Return the categories that go with a verdict, of which the likeliest is the result's.

    A category never contradicts its verdict, wherever the thresholds lie: with a review threshold
    of .7 a text of .65 is neutral, and "neutral (support)" would say two things at once. A review
    leaves the side open; its category is the likelier side's.

    >>> categories_of("neutral", 0.65) == NEUTRAL_CATEGORIES
    True
    >>> categories_of("review", 0.65) == PARTISAN_CATEGORIES
    True
    """
    partisan = verdict == "partisan" or (verdict == "review" and score >= 0.5)
    return PARTISAN_CATEGORIES if partisan else NEUTRAL_CATEGORIES


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: a piece of the text and what it did.

    Attributes
    ----------
    start, end : int
        Span on the raw text; ``text == raw[start:end]`` always holds.
    text : str
        The piece itself.
    kind : str
        ``"word"``, or the kind of a lexicon mention: ``"party"``, ``"person"``, ``"ticket"``,
        ``"number"``, ``"slogan"``, ``"gesture"``, ``"group"``, ``"camp"``, ``"stance"``,
        ``"neutral"``; ``"unlisted"`` for somebody no list knows whom the text makes no contestant;
        ``"blocked"`` for a mention that does not count.
    weight : float
        What the piece adds to the decision, in log-odds; positive pulls towards partisan. The
        weights of all evidence and the intercept add up to the decision (method ``"model"``).
    entry : str
        For a mention: the lexicon's name of what was mentioned, else ``""``.
    note : str
        For a mention: who or what it stands for, or why it was not counted; else ``""``.
    """

    start: int
    end: int
    text: str
    kind: str
    weight: float
    entry: str = ""
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; ``label`` repeats ``kind`` for displaCy's span renderer."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "kind": self.kind,
            "label": self.kind,
            "weight": self.weight,
            "entry": self.entry,
            "note": self.note,
        }


@dataclass(frozen=True, eq=False)
class Classification:
    """Advice about one text.

    Attributes
    ----------
    text : str
        The text as given.
    verdict : str
        ``"partisan"``, ``"review"`` (a human should read it) or ``"neutral"``.
    score : float
        Calibrated probability, 0..1, that a reader would call the text partisan.
    category : str
        Likeliest category of the annotation guide among those that go with the verdict, see
        `categories_of`; ``""`` by a model that has learnt none, and where nothing was judged.
    method : str
        ``"model"``; ``"lexicon"`` where no model was given and the lexicon answered; ``"empty"``
        where there was no text to judge.
    thresholds : tuple of float
        ``(review, partisan)``: scores from the first on go to review, from the second on are
        called partisan.
    evidence : tuple of Evidence
        The reasons, in the order of the text; computed when first asked for.
    part : tuple of int or None
        Begin and end of the part of a long text that decided alone; None where the whole did.

    Examples
    --------
    >>> from netralitas_nlp import classify
    >>> result = classify("Cek nama kamu di DPT ya")
    >>> result.verdict
    'neutral'
    >>> result.evidence[0].text
    'Cek'
    """

    text: str
    verdict: Verdict
    score: float
    category: str
    method: Method
    thresholds: tuple[float, float]
    _explain: Callable[[str], tuple[Evidence, ...]] = field(repr=False)
    _evidence: list[tuple[Evidence, ...]] = field(default_factory=list, repr=False)
    part: tuple[int, int] | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The reasons, in the order of the text (computed once)."""
        if not self._evidence:
            self._evidence.append(self._explain(self.text))
        return self._evidence[0]

    def top(self, n: int = 5) -> tuple[Evidence, ...]:
        """Return the `n` pieces of evidence that weigh most for this verdict, heaviest first."""
        sign = 1.0 if self.score >= self.thresholds[0] else -1.0
        ranked = sorted(self.evidence, key=lambda e: (-sign * e.weight, e.start))
        return tuple(e for e in ranked[:n] if sign * e.weight > 0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: the fields above, and ``ents`` in displaCy's manual shape."""
        return {
            "text": self.text,
            "verdict": self.verdict,
            "score": self.score,
            "category": self.category,
            "method": self.method,
            "thresholds": list(self.thresholds),
            "part": None if self.part is None else list(self.part),
            "evidence": [e.to_dict() for e in self.evidence],
            "ents": [
                {"start": e.start, "end": e.end, "label": e.kind}
                for e in self.evidence
                if e.kind != "word"
            ],
        }

    @overload
    def to_html(self, path: None = None, language: Literal["id", "en"] = "id") -> str: ...

    @overload
    def to_html(
        self, path: str | os.PathLike[str], language: Literal["id", "en"] = "id"
    ) -> Path: ...

    def to_html(
        self, path: str | os.PathLike[str] | None = None, language: Literal["id", "en"] = "id"
    ) -> str | Path:
        """Return the result as a whole HTML page, or write the page and return where it is.

        The text with its words coloured by their weights, the verdict, the score between its two
        thresholds, one sentence. The page needs no other file and runs no script.

        Parameters
        ----------
        path : str or os.PathLike, optional
            File to write (whole or not at all); without it the page is returned.
        language : str
            ``"id"`` or ``"en"``.

        Raises
        ------
        DataError
            If `path` cannot be written to.
        ValueError
            If `language` is neither.

        Examples
        --------
        >>> from netralitas_nlp import classify
        >>> classify("Bayar PBB di kantor pos").to_html().startswith("<!doctype html>")
        True
        """
        from ..say.markup import to_page, write_page

        return to_page(self, language) if path is None else write_page(self, path, language)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from ..say.markup import to_html

        return to_html(self)

    def _key(self) -> tuple[Any, ...]:
        return (self.text, self.verdict, self.score, self.category, self.method, self.thresholds)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Classification) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple[Any, ...]:
        # The explaining function belongs to a loaded model; what travels is its answer.
        return _restore, (*self._key(), self.evidence, self.part)


def _restore(*state: Any) -> Classification:
    text, verdict, score, category, method, thresholds, evidence, part = state
    return Classification(
        text, verdict, score, category, method, thresholds, _no_text, [evidence], part
    )


def _no_text(text: str) -> tuple[Evidence, ...]:
    return ()
