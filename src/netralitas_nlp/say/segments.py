"""A text in pieces that have the same evidence all over: what pages and terminals colour.

Judges nothing and draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ..base.result import Classification, Evidence

LETTERS = 20_000
"""Letters of a text that are drawn; the score is of the whole text."""

_FAINT = 0.1  # log-odds below which a word has no colour
_FULL = 2.5  # log-odds from which a colour is as strong as it gets


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text with the same evidence all over.

    Attributes
    ----------
    start, end : int
        Span on the raw text. Segments follow each other without a gap and never overlap.
    evidence : tuple of Evidence
        All evidence that covers the piece, outer before inner; empty between words.
    """

    start: int
    end: int
    evidence: tuple[Evidence, ...]

    @property
    def weight(self) -> float:
        """What all evidence on the piece adds together, in log-odds."""
        return sum(e.weight for e in self.evidence)

    @property
    def opacity(self) -> float:
        """How strongly to colour the piece, 0..1; 0 for a weight too small to show."""
        if abs(self.weight) < _FAINT:
            return 0.0
        # The root keeps small weights visible beside big ones. A fainter tint than .1 cannot be
        # seen on black, under a stronger one than .62 letters are hard to read.
        return float(0.1 + 0.52 * min(1.0, abs(self.weight) / _FULL) ** 0.6)

    @property
    def mention(self) -> str:
        """``"counted"``, ``"blocked"`` or, for a piece that mentions nobody, ``""``."""
        kinds = {e.kind for e in self.evidence} - {"word"}
        return "counted" if kinds - {"blocked"} else "blocked" if kinds else ""


def segments(result: Classification, letters: int = LETTERS) -> Iterator[Segment]:
    """Yield the first `letters` letters of a result's text, cut wherever evidence begins or ends.

    >>> from netralitas_nlp import classify
    >>> result = classify("Bayar PBB")
    >>> [(s.start, s.end, s.mention) for s in segments(result)]
    [(0, 5, ''), (5, 6, ''), (6, 9, 'blocked')]
    """
    stop = min(len(result.text), letters)
    spans = [(max(0, e.start), min(e.end, stop), e) for e in result.evidence]
    spans = sorted((s for s in spans if s[0] < s[1]), key=lambda s: (s[0], -s[1]))
    borders = sorted({0, stop, *(s[0] for s in spans), *(s[1] for s in spans)})
    upcoming = iter(spans)
    ahead = next(upcoming, None)
    active: list[tuple[int, int, Evidence]] = []
    for left, right in pairwise(borders):
        active = [s for s in active if s[1] > left]
        while ahead is not None and ahead[0] <= left:
            active.append(ahead)
            ahead = next(upcoming, None)
        yield Segment(left, right, tuple(e for _, _, e in active))
