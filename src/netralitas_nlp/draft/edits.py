"""Draft mode: the fewest words whose removal makes a text neutral.

The contributions of a text's words add up, so they say where to look; but taking a word out changes
its neighbours and the size of the text, so every proposal is really classified. Gestures and appeals
go first, however little they weigh (see `appeals`). Then sets of up to three more pieces are searched
exhaustively among the heaviest; larger ones grow from the best, and are then pruned.

What it does not do: write new words, or promise that the edited text still reads well.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import Any, NamedTuple

from ..base.result import Classification, Evidence
from ..score.classifier import Classifier, default_classifier
from .appeals import appeals

_EXACT = 3  # largest set searched exhaustively
_HEAVIEST = 12  # pieces looked at in each step
_BEAM = 4  # best sets that grow in the next step
_MOST = 0.6  # share of the words that may go; beyond it the whole text is the problem
_LETTERS = 1_000_000  # letters classified for one draft, which bounds the time
_LONGEST = 50_000  # letters of a draft that is searched


class Removal(NamedTuple):
    """A piece of the text to take out.

    Attributes
    ----------
    start, end : int
        Span on the raw text.
    text : str
        The piece itself.
    kind : str
        As in `Evidence`: ``"word"`` or the kind of a mention.
    weight : float
        What the piece adds to the decision, in log-odds.
    """

    start: int
    end: int
    text: str
    kind: str
    weight: float


_Set = tuple[Removal, ...]


@dataclass(frozen=True)
class Edits:
    """What to take out of a draft.

    Attributes
    ----------
    text : str
        The draft as given.
    edited : str
        The draft without the removed pieces, spaces tidied; the draft itself if nothing is removed.
    removed : tuple of Removal
        The removed pieces, in the order of the text; empty if the draft is neutral already or no
        set was found.
    before, after : Classification
        Advice about the draft and about the edited text.
    whole : bool
        No set short of most of the text was found that makes it neutral: the text as a whole is
        the problem.
    capped : bool
        The text is too long to try everything: fewer words may do. Where nothing is removed and
        `whole` is false, it was too long to search at all (over 50,000 letters).
    """

    text: str
    edited: str
    removed: tuple[Removal, ...]
    before: Classification
    after: Classification
    whole: bool
    capped: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The removed pieces as they are named: each once, marks left out."""
        named: dict[str, str] = {}
        for piece in self.removed:
            word = " ".join(piece.text.split())
            if _count(word):
                named.setdefault(word.casefold(), word)
        return tuple(named.values())

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "text": self.text,
            "edited": self.edited,
            "removed": [r._asdict() for r in self.removed],
            "score_before": self.before.score,
            "score_after": self.after.score,
            "verdict_before": self.before.verdict,
            "verdict_after": self.after.verdict,
            "whole": self.whole,
            "capped": self.capped,
        }


def suggest_edits(
    text: str, classifier: Classifier | None = None, date: dt.date | str | None = None
) -> Edits:
    """Return the fewest pieces of a draft whose removal makes it neutral.

    Parameters
    ----------
    text : str
        The draft.
    classifier : Classifier, optional
        Default: the packaged model.
    date : datetime.date or str, optional
        Day of the draft; lexicon entries not valid then are left out, as in `Classifier.classify`.

    Returns
    -------
    Edits
        Among sets of one size, the one that leaves the lowest score. The same text gives the same
        answer.

    Notes
    -----
    Pieces are those of `Classification.evidence`; a mention or a hashtag is taken out whole. Every
    gesture and every phrase for or against a side goes, and none may stand in the edited text. Sets of
    up to 3 of the 12 heaviest pieces are all tried, so up to there the answer is the smallest among
    them. Then the 4 sets that lower the score most grow by one piece at a time (beam search), and in
    the end every piece is put back that need not go. At most 60 % of the words may go. One million letters are classified
    at most, which bounds the time; in texts longer than some thousand letters the heaviest pieces
    then go together, and `Edits.capped` is true. A text of over 50,000 letters is not searched.

    Counterfactual evidence of this kind goes back to Martens & Provost, "Explaining data-driven
    document classifications", MIS Quarterly 38(1), 2014.

    Examples
    --------
    >>> edits = suggest_edits("Pajak kendaraan bisa dibayar di kantor Samsat #2019GantiPresiden")
    >>> [piece.text for piece in edits.removed]
    ['#2019GantiPresiden']
    >>> edits.edited, edits.after.verdict
    ('Pajak kendaraan bisa dibayar di kantor Samsat', 'neutral')
    """
    classifier = default_classifier() if classifier is None else classifier
    if date is not None:
        classifier = Classifier(classifier.model, classifier.lexicon.at(date))
    before = classifier.classify(text)
    if before.verdict == "neutral":
        return Edits(text, text, (), before, before, whole=False, capped=False)
    if len(text) > _LONGEST:
        return Edits(text, text, (), before, before, whole=False, capped=True)
    search = _Search(before, classifier)
    found = search.run()
    if found is None:
        return Edits(text, text, (), before, before, whole=True, capped=search.capped)
    edited = without(text, found)
    after = classifier.classify(edited)
    return Edits(text, edited, tuple(sorted(found)), before, after, False, search.capped)


class _Search:
    """The search for one draft.

    Attributes
    ----------
    capped : bool
        Something was left out for lack of budget, so fewer pieces may do.
    """

    def __init__(self, before: Classification, classifier: Classifier) -> None:
        self.text = before.text
        self.classifier = classifier
        pieces = _pieces(before, classifier)
        words = max(sum(map(_words, pieces)), _count(self.text))
        said = appeals(self.text, classifier.lexicon)
        self.must = tuple(p for p in pieces if any(p.start < e and s < p.end for s, e in said))
        self.allowed = int(_MOST * words) - sum(map(_words, self.must))
        # A name with no weight of its own may still be what its neighbours lean on.
        able = [p for p in pieces if p.weight > 0 or p.kind not in ("word", "neutral")]
        able = [p for p in able if p not in self.must]
        self.ranked = sorted(
            (p for p in able if _words(p) <= self.allowed), key=lambda p: (-p.weight, p.start)
        )
        self.affordable = _LETTERS // max(1, len(self.text))
        self.beam: list[_Set] = [()]
        self.capped = False

    def run(self) -> list[Removal] | None:
        """Return the pieces to take out, or None where no set was found."""
        if self.allowed < 0:
            return None
        if self.must and self._best([()])[0][1]:
            return list(self.must)
        found = self._steps() or self._strides()
        if found and len(found) > _EXACT:
            found = self._pruned(found)
        return found and [*self.must, *found]

    def _steps(self) -> list[Removal] | None:
        """Try sets of one size after the other: first all, then those that grow from the best."""
        reserve = self.affordable // 2  # for what comes after
        size = 0
        while self.beam:
            size += 1
            if size == 1:
                sets: list[_Set] = [(p,) for p in self.ranked[: max(_HEAVIEST, reserve // 2)]]
            elif size <= _EXACT:
                sets = list(combinations(self.ranked[:_HEAVIEST], size))
            else:
                sets = list(dict.fromkeys(s for had in self.beam for s in self._grown(had)))
            sets = [s for s in sets if self._fits(s)]
            if self.affordable - len(sets) < reserve:
                self.capped = True
                return None
            best = self._best(sets)
            if best and best[0][1]:
                return list(best[0][0])
            if size == 1:  # what a piece really does alone ranks better than its weight
                tried = [s[0] for s, _ in best]
                rest = set(tried)
                self.ranked = tried + [p for p in self.ranked if p not in rest]
            self.beam = [s for s, _ in best[:_BEAM]]
        return None

    def _grown(self, had: _Set) -> Iterator[_Set]:
        rest = [p for p in self.ranked if p not in had][:_HEAVIEST]
        return (tuple(sorted((*had, p))) for p in rest)

    def _strides(self) -> list[Removal] | None:
        """For a text too long for steps: the heaviest together, more and more of them."""
        if not self.beam:  # the steps came to their end
            return None
        out = self.beam[0]
        gone = set(out)
        rest = [p for p in self.ranked if p not in gone]
        room = self.allowed - sum(map(_words, out))
        rest = rest[: bisect_right(list(accumulate(map(_words, rest))), room)]
        # As fast as it takes to come to the end with what is left.
        growth = max(1.25, len(rest) ** (1 / max(1, self.affordable // 2)))
        size = 1
        while rest:
            trial = (*out, *rest[:size])
            if self._best([trial])[0][1]:
                return list(trial)
            if size == len(rest):
                break
            size = min(len(rest), max(size + 1, int(size * growth)))
        return None

    def _pruned(self, found: list[Removal]) -> list[Removal]:
        """Put back every piece that need not go, the lightest first."""
        for piece in sorted(found, key=lambda p: (p.weight, p.start)):
            if not self.affordable:
                self.capped = True
                break
            fewer = tuple(p for p in found if p is not piece)
            if self._best([fewer])[0][1]:
                found = list(fewer)
        return found

    def _fits(self, pieces: Sequence[Removal]) -> bool:
        # Marks alone are never the answer: without its "!" a text says the same.
        return 0 < sum(map(_words, pieces)) <= self.allowed

    def _best(self, sets: Sequence[_Set]) -> list[tuple[_Set, bool]]:
        """Classify the text without each set; return the sets, best first, and if they will do.

        The best leaves the text neutral, and then the lowest score.
        """
        self.affordable = max(0, self.affordable - len(sets))
        results = self.classifier.classify_many(without(self.text, (*self.must, *s)) for s in sets)
        ranked = sorted((not self._will_do(r), r.score, at) for at, r in enumerate(results))
        return [(sets[at], not partisan) for partisan, _, at in ranked]

    def _will_do(self, result: Classification) -> bool:
        return result.verdict == "neutral" and not appeals(result.text, self.classifier.lexicon)


def _pieces(result: Classification, classifier: Classifier) -> list[Removal]:
    """The pieces of a text that can go: evidence, with what overlaps joined."""
    out: list[Removal] = []
    evidence = list(result.evidence)
    if result.method == "lexicon":  # whose evidence leaves out names that weigh nothing
        evidence += _mentions(result.text, classifier)
    evidence += [
        Evidence(start, end, result.text[start:end], "word", 0.0)
        for start, end in appeals(result.text, classifier.lexicon)
    ]
    for e in sorted(evidence, key=lambda e: (e.start, -e.end)):
        if out and e.start < out[-1].end:
            last = out[-1]
            end = max(last.end, e.end)
            kind = last.kind if last.kind != "word" or e.kind == "blocked" else e.kind
            weight = last.weight + e.weight
            out[-1] = Removal(last.start, end, result.text[last.start : end], kind, weight)
        else:
            kind = "word" if e.kind == "blocked" else e.kind
            out.append(Removal(e.start, e.end, e.text, kind, e.weight))
    return out


def _mentions(text: str, classifier: Classifier) -> Iterator[Evidence]:
    lexicon = classifier.lexicon
    tokens = lexicon.tokenizer.tokens(text)
    for m in lexicon.mentions(*lexicon.view(tokens)):
        start, end = tokens[m.first].start, tokens[m.last - 1].end
        yield Evidence(start, end, text[start:end], m.kind, 0.0)


def _words(piece: Removal) -> int:
    return _count(piece.text)


def _count(text: str) -> int:
    """Words of a text, emoji among them and marks not."""
    return sum(any(c.isalnum() or ord(c) > 0x2100 for c in w) for w in text.split())


def without(text: str, removed: Iterable[Removal]) -> str:
    """Return a text without some pieces, spaces tidied where they stood.

    >>> without("Ayo coblos , ya", [Removal(4, 10, "coblos", "word", 1.0)])
    'Ayo, ya'
    """
    parts: list[str] = []
    at = 0
    for piece in sorted(removed):
        if at:
            _sew(parts, text[at : piece.start])
        else:
            parts.append(text[: piece.start])
        at = piece.end
    if not at:
        return text
    _sew(parts, text[at:])
    return "".join(parts).strip()


def _sew(parts: list[str], right: str) -> None:
    """Add what comes after a removed piece to what stands before it."""
    while parts and not parts[-1]:
        parts.pop()
    left = parts[-1] if parts else ""
    bare = right.lstrip(" \t")
    if not left or left[-1:] == "\n":
        bare = bare.lstrip(_PAUSES)  # a comma after nothing
        right = bare or right
    elif bare[:1] in _ENDS:
        parts[-1] = left = left.rstrip(_PAUSES)
    closes = bare[:1] in _CLOSES  # also where nothing follows
    if closes:
        if parts:
            parts[-1] = left.rstrip(" \t")
        right = bare
    elif left[-1:].isspace():
        right = bare
    elif left[-1:].isalnum() and right[:1].isalnum():
        right = f" {right}"
    parts.append(right)


_PAUSES = ",;: \t"
_ENDS = frozenset(".!?")
_CLOSES = frozenset(("", *",.;:!?)]\n\r"))

__all__ = ["Edits", "Removal", "suggest_edits", "without"]
