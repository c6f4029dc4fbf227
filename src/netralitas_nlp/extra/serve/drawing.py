"""A result as the templates draw it: pieces of text with classes, words with bars, no style inline.

The policy of the page allows no ``style`` in HTML, so strengths are classes (``p1`` … ``p6``) and
lengths are attributes of SVG. What is said comes from `say`, what is escaped is up to the templates.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...base.catalogue import Language, text
from ...base.result import Classification
from ...say.markup import notes
from ...say.segments import LETTERS, Segment, segments
from ...say.sentences import category_name, kind_name, method_name, not_counted, verdict_name
from ...say.terminal import safe, visible

_SIDES = {"partisan": "pro", "review": "", "neutral": "contra"}
_WORDS = 60  # rows of the table of words


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text: its letters, how it looks, what there is to say of it."""

    text: str
    css: str
    note: str


@dataclass(frozen=True, slots=True)
class Word:
    """A row of the table of words: the piece, what it is, what it adds (log-odds), more about it."""

    text: str
    kind: str
    weight: float
    note: str


@dataclass(frozen=True)
class Drawn:
    """A result in one language.

    Attributes
    ----------
    result : Classification
    side : str
        ``"pro"``, ``"contra"`` or ``""``, for the colour of the verdict.
    verdict, category, score, limits : str
        As users read them.
    cut : str
        That not all letters are shown, or ``""``.
    pieces : list of Piece
    """

    result: Classification
    side: str
    verdict: str
    category: str
    score: str
    limits: str
    cut: str
    pieces: list[Piece]

    @property
    def percent(self) -> tuple[float, float, float]:
        """Both thresholds and the score, 0..100."""
        review, partisan = self.result.thresholds
        return 100 * review, 100 * partisan, 100 * self.result.score


def drawn(result: Classification, language: Language) -> Drawn:
    """Return a result as a template draws it."""
    total = len(result.text)
    review, partisan = (f"{100 * t:.0f}%" for t in result.thresholds)
    method = method_name(result, language)
    return Drawn(
        result,
        _SIDES[result.verdict],
        verdict_name(result, language),
        " · ".join(filter(None, (category_name(result, language), method))),
        f"{100 * result.score:.0f}%" if 0.01 <= result.score <= 0.99 else _edge(result.score),
        text("markup.zones", language, review=review, partisan=partisan),
        text("markup.cut", language, shown=LETTERS, total=total) if total > LETTERS else "",
        pieces(result, language),
    )


def pieces(result: Classification, language: Language) -> list[Piece]:
    """Return a text in pieces, each with the classes of its colour and what there is to say of it."""
    shown = visible(result.text[:LETTERS])
    out = []
    for s in segments(result):
        css = classes(s)
        note = safe("\n".join(notes(s, result.method, language))) if css else ""
        out.append(Piece(shown[s.start : s.end], css, note))
    return out


def coloured(result: Classification, letters: int) -> list[tuple[str, str]]:
    """Return the first letters of a text in pieces, each with the classes of its colour.

    >>> from netralitas_nlp import classify
    >>> [css.split()[-1:] for _, css in coloured(classify("Bayar PBB"), 100)][1:]
    [[], ['blocked']]
    """
    shown = visible(result.text[:letters])
    return [(shown[s.start : s.end], classes(s)) for s in segments(result, letters)]


def classes(segment: Segment) -> str:
    """Return the classes of a piece: how strongly it leans, and whether it is a mention."""
    css = []
    if segment.opacity:
        level = min(6, max(1, round(10 * segment.opacity)))
        css.append(f"{'p' if segment.weight > 0 else 'c'}{level}")
    if segment.mention:
        css.append(segment.mention)
    return " ".join(css)


def words(result: Classification, language: Language) -> list[Word]:
    """Return what the words of a text add, the heaviest first; the rest is summed by the page."""
    heavy = sorted(result.evidence, key=lambda e: (-abs(e.weight), e.start))
    out = []
    for e in heavy[:_WORDS]:
        note = not_counted(e, language) if e.kind == "blocked" else e.entry
        kind = text("page.not_counted", language) if e.kind == "blocked" else kind_name(e, language)
        out.append(Word(safe(" ".join(e.text.split()))[:80], kind, e.weight, safe(note)))
    return out


def _edge(score: float) -> str:
    return "> 99%" if score > 0.5 else "< 1%"
