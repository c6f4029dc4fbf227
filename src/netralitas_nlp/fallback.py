"""The lexicon's own verdict, for when no model is at hand.

Signals are counted from mentions and phrases (a call to vote within reach of a contestant, a
slogan inside its dates, a reporting verb, rule talk, …), weighted by a short table anybody can
read (``data/fallback.csv``) and added up. A mention alone never makes a verdict: it takes a
target and a stance within reach of each other, or a slogan that is a campaign by itself.

What it does not do: learn, see a side without a listed word, or read sarcasm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from .assets import asset_path, read_table
from .lexicon import NEGATION, REPORTING, RULE_TALK, Lexicon, Mention
from .result import CATEGORIES, AssetError, Classification, Evidence, Verdict
from .text import EMOJI, HANDLE, MARK, URL, WORD, Token

REACH = 6
"""Words between a target and a stance that still count as one thought."""

SIGNALS = (
    "target_for",
    "target_against",
    "target_event",
    "number_called",
    "number",
    "slogan",
    "group",
    "camp",
    "gesture",
    "attribute_tag",
    "stance_for",
    "stance_against",
    "stance_event",
    "name",
    "names_many",
    "handle",
    "negated",
    "reporting",
    "rule_talk",
    "neutral",
    "neutral_many",
    "question",
    "link",
    "headline",
    "quote",
    "emoji",
    "no_target",
)
"""What is counted; each is 0 or 1, but stance counts up to 3."""

_VOTE = ("ajakan", "dukungan")


class Signal(NamedTuple):
    """A signal found, with the tokens it rests on (first, one past the last)."""

    name: str
    first: int
    last: int
    amount: float
    entry: str
    category: str


class Fallback:
    """Scores texts by the lexicon alone.

    Parameters
    ----------
    lexicon : Lexicon
        Entries to look for.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def classify(self, text: str) -> Classification:
        """Return the lexicon's advice about one text."""
        table = load_table()
        _, signals = self.signals(text)
        decision = table["intercept"] + sum(table[s.name] * s.amount for s in signals)
        score = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, decision))))
        thresholds = (table["threshold_review"], table["threshold_partisan"])
        # A name, a party or a number alone is never a verdict.
        grounded = any(s.name in _GROUNDS for s in signals)
        if score >= thresholds[1] and grounded:
            verdict: Verdict = "partisan"
        elif score >= thresholds[0]:
            verdict = "review"
        else:
            verdict = "neutral"
        category = _category(signals, score)
        return Classification(text, verdict, score, category, "lexicon", thresholds, self.explain)

    def explain(self, text: str) -> tuple[Evidence, ...]:
        """Return the signals with a place in the text, weighted, in the order of the text."""
        table = load_table()
        tokens, signals = self.signals(text)
        out = []
        for s in signals:
            weight = table[s.name] * s.amount
            if s.last <= s.first or not weight:
                continue
            start, end = tokens[s.first].start, tokens[s.last - 1].end
            kind = _KINDS.get(s.name, "word")
            out.append(Evidence(start, end, text[start:end], kind, weight, s.entry, s.name))
        out.sort(key=lambda e: (e.start, -e.end))
        return tuple(out)

    def signals(self, text: str) -> tuple[list[Token], list[Signal]]:
        """Return the tokens of a text and the signals found in it."""
        lexicon = self.lexicon
        tokens = lexicon.tokenizer.tokens(text)
        keys, bits = lexicon.view(tokens)
        targets = lexicon.mentions(tokens, keys, bits)
        phrases = lexicon.phrases(tokens, keys)
        out: list[Signal] = []
        taken = {i for m in targets for i in range(m.first, m.last)}
        stances = [m for m in phrases if m.kind == "stance" and m.first not in taken]
        self._targets(tokens, bits, targets, stances, out)
        counts = {"for": 0, "against": 0, "event": 0}
        for m in stances:
            entry = m.entries[0]
            sort = _sort(m, bits)
            if sort is None:
                continue
            counts[sort] += 1
            if counts[sort] <= 3:
                out.append(Signal(f"stance_{sort}", m.first, m.last, 1.0, entry.name, entry.category))
        neutral = [m for m in phrases if m.kind == "neutral"]
        if neutral:
            m = neutral[0]
            out.append(Signal("neutral", m.first, m.last, 1.0, m.entries[0].name, "edukasi"))
        if len(neutral) > 1:
            m = neutral[1]
            out.append(Signal("neutral_many", m.first, m.last, 1.0, m.entries[0].name, "edukasi"))
        self._manner(tokens, keys, bits, out)
        if not targets:
            out.append(Signal("no_target", 0, 0, 1.0, "", ""))
        return tokens, out

    def _targets(
        self,
        tokens: Sequence[Token],
        bits: Sequence[int],
        targets: Sequence[Mention],
        stances: Sequence[Mention],
        out: list[Signal],
    ) -> None:
        """Signals of contestants, alone and with a stance in reach."""
        once: set[str] = set()

        def add(name: str, first: int, last: int, entry: str, category: str) -> None:
            if name not in once:
                once.add(name)
                out.append(Signal(name, first, last, 1.0, entry, category))

        names = 0
        for m in targets:
            entry = m.entries[0] if m.entries else None
            label = entry.name if entry else f"nomor {m.number}"
            if m.kind == "slogan":
                add("slogan", m.first, m.last, label, entry.category if entry else "atribut")
            elif m.kind in ("group", "camp", "gesture"):
                add(m.kind, m.first, m.last, label, "serangan" if m.kind == "camp" else "kegiatan")
            elif m.kind == "number":
                add("number", m.first, m.last, label, "atribut")
                if m.first and any(s.last == m.first for s in stances):
                    add("number_called", m.first, m.last, label, "ajakan")
            else:
                names += 1
                add("handle" if m.handle else "name", m.first, m.last, label, "berita")
            if m.kind != "slogan" and tokens[m.first].in_tag and m.last - m.first >= 1:
                inner = [t for t in tokens[max(0, m.first - 3) : m.last + 3] if t.in_tag]
                if len(inner) > m.last - m.first:
                    add("attribute_tag", m.first, m.last, label, "atribut")
            for s in stances:
                gap = s.first - m.last if s.first >= m.last else m.first - s.last
                if gap > REACH:
                    continue
                sort = _sort(s, bits)
                if sort is not None:
                    add(f"target_{sort}", s.first, s.last, s.entries[0].name, s.entries[0].category)
        if names > 2:
            out.append(Signal("names_many", 0, 0, 1.0, "", ""))

    def _manner(
        self, tokens: Sequence[Token], keys: Sequence[str], bits: Sequence[int], out: list[Signal]
    ) -> None:
        """Signals of how a text speaks: reporting, rules, questions, headline capitals."""
        first: dict[str, int] = {}
        words = capitals = 0
        for i, token in enumerate(tokens):
            flags = bits[i]
            if flags & REPORTING:
                first.setdefault("reporting", i)
            if flags & RULE_TALK:
                first.setdefault("rule_talk", i)
            if flags & NEGATION:
                first.setdefault("negated", i)
            if token.kind == MARK:
                if token.norm == "?":
                    first.setdefault("question", i)
                elif token.norm == '"':
                    first.setdefault("quote", i)
            elif token.kind == URL:
                first.setdefault("link", i)
            elif token.kind == EMOJI:
                first.setdefault("emoji", i)
            elif token.kind == WORD and not token.in_tag:
                words += 1
                capitals += token.caps == 1
        for name, i in first.items():
            out.append(Signal(name, i, i + 1, 1.0, "", "berita"))
        if words >= 5 and capitals / words > 0.6 and tokens[0].kind != HANDLE:
            out.append(Signal("headline", 0, 0, 1.0, "", "berita"))


_GROUNDS = {"target_for", "target_against", "target_event", "number_called", "slogan", "camp"}
_GROUNDS |= {"attribute_tag", "group"}
_KINDS = {
    "target_for": "stance",
    "target_against": "stance",
    "target_event": "stance",
    "stance_for": "stance",
    "stance_against": "stance",
    "stance_event": "stance",
    "number_called": "number",
    "number": "number",
    "slogan": "slogan",
    "group": "group",
    "camp": "camp",
    "gesture": "gesture",
    "attribute_tag": "slogan",
    "name": "person",
    "handle": "person",
    "neutral": "neutral",
    "neutral_many": "neutral",
}


def _sort(stance: Mention, bits: Sequence[int]) -> str | None:
    """What a stance phrase is for, with a negation right before it heard."""
    entry = stance.entries[0]
    if entry.category == "kegiatan":
        return "event"
    direction = entry.direction
    if direction not in ("for", "against"):
        return None
    negated = any(bits[i] & NEGATION for i in range(max(0, stance.first - 2), stance.first))
    if negated:
        return "against" if direction == "for" else "for"
    return direction


def _category(signals: Sequence[Signal], score: float) -> str:
    """The category most of the weight speaks for."""
    partisan = score >= 0.5
    table = load_table()
    votes: dict[str, float] = {}
    for s in signals:
        weight = table[s.name] * s.amount
        if s.category and (weight > 0) == partisan:
            votes[s.category] = votes.get(s.category, 0.0) + abs(weight)
    group = CATEGORIES[:5] if partisan else CATEGORIES[5:]
    ranked = sorted((c for c in votes if c in group), key=lambda c: (-votes[c], group.index(c)))
    if ranked:
        return ranked[0]
    return "dukungan" if partisan else "harian"


@lru_cache(maxsize=1)
def load_table() -> dict[str, float]:
    """Return the packaged weights: signal to points of log-odds."""
    path = asset_path("data", "fallback.csv")
    table = {row["signal"]: float(row["weight"]) for row in read_table(path, ("signal", "weight"))}
    wanted = (*SIGNALS, "intercept", "threshold_review", "threshold_partisan")
    missing = [name for name in wanted if name not in table]
    if missing:
        raise AssetError(f"{path} lacks the signal(s) {', '.join(missing)}")
    return table


__all__ = ["SIGNALS", "Fallback", "Signal", "load_table"]
