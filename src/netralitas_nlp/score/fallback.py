"""The lexicon's own verdict, for when no model is at hand.

Signals (see `signals`) are weighted by a short table anybody can read (``data/fallback.csv``) and
added up. A mention alone never makes a verdict: it takes a stance within reach of a contestant,
or an attribute that is a campaign by itself.

What it does not do: learn, see a side without a listed word, or read sarcasm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from ..base.assets import asset_path, read_table
from ..base.errors import AssetError
from ..base.result import Classification, Evidence, categories_of, verdict_of
from ..read.find import Lexicon, Reading
from ..read.signals import Signal, signals
from ..read.words import Token

SIGNS = {
    "target_for": 1,
    "target_against": 1,
    "target_event": 1,
    "target_tone_for": 1,
    "target_tone_against": 1,
    "number_called": 1,
    "number": 1,
    "slogan": 1,
    "group": 1,
    "camp": 1,
    "gesture": 1,
    "attribute_tag": 1,
    "stance_for": 1,
    "stance_against": 1,
    "stance_event": 1,
    "tone_for": 0,
    "tone_against": 0,
    "name": 1,
    "handle": 1,
    "emoji": 1,
    "exclaim": 1,
    "first_person": 0,
    "second_person": 0,
    "intensifier": 0,
    "campaign_word": 0,
    "party_word": 0,
    "negated": 0,
    "unlisted": 0,
    "tag": 0,
    "addressed": 0,
    "shouted": 0,
    "in_office": -1,
    "names_many": -1,
    "told": -1,
    "reporting": -1,
    "rule_talk": -1,
    "neutral": -1,
    "neutral_many": -1,
    "office_word": 0,
    "media_word": -1,
    "life_word": -1,
    "policy_word": -1,
    "question": -1,
    "link": -1,
    "figure": -1,
    "headline": -1,
    "quote": -1,
    "no_target": -1,
    "quoted": -1,
    "refused": -1,
    "other_contest": -1,
}
"""The signals that count, and which way each may pull: to partisan (1), neutral (-1), either (0)."""
SIGNALS = tuple(SIGNS)

# Without one of these there is no verdict "partisan": a name or a mood alone accuses nobody.
_GROUNDS = frozenset(
    "target_for target_against target_event target_tone_for target_tone_against number_called "
    "slogan camp group attribute_tag".split()
)
_KINDS = {
    "number": "number",
    "number_called": "number",
    "slogan": "slogan",
    "attribute_tag": "slogan",
    "group": "group",
    "camp": "camp",
    "gesture": "gesture",
    "name": "person",
    "handle": "person",
    "neutral": "neutral",
    "neutral_many": "neutral",
} | {
    f"{where}_{sort}": "stance"
    for where in ("target", "stance", "target_tone", "tone")
    for sort in ("for", "against", "event")
}


_MOST = 100  # log-odds


class Fallback:
    """Scores texts by the lexicon alone.

    Parameters
    ----------
    lexicon : Lexicon
        Entries to look for.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def read(self, text: str) -> tuple[list[Token], Reading, list[Signal]]:
        """Return the tokens of a text, what the lexicon reads in it, and its signals."""
        tokens = self.lexicon.tokenizer.tokens(text)
        reading = self.lexicon.read(*self.lexicon.view(tokens))
        return tokens, reading, signals(reading)

    def classify(self, text: str) -> Classification:
        """Return the lexicon's advice about one text."""
        table = load_table()
        _, _, found = self.read(text)
        decision = table["intercept"] + sum(table[s.name] for s in found)
        score = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, decision))))
        thresholds = (table["threshold_review"], table["threshold_partisan"])
        verdict = verdict_of(score, thresholds)
        if verdict == "partisan" and not any(s.name in _GROUNDS for s in found):
            verdict = "review"
        category = _category(found, categories_of(verdict, score))
        return Classification(text, verdict, score, category, "lexicon", thresholds, self.explain)

    def explain(self, text: str) -> tuple[Evidence, ...]:
        """Return the signals with a place of their own, weighted, in the order of the text."""
        table = load_table()
        tokens, reading, found = self.read(text)
        out = []
        for s in found:
            weight = table[s.name]
            if not weight or s.name in ("no_target", "names_many", "headline", "shouted"):
                continue
            span = reading.tokens(s.first, s.last)
            start, end = tokens[span[0]].start, tokens[span[-1]].end
            kind = _KINDS.get(s.name, "word")
            out.append(Evidence(start, end, text[start:end], kind, weight, s.entry, s.name))
        out.sort(key=lambda e: (e.start, -e.end))
        return tuple(out)


def _category(found: Sequence[Signal], group: tuple[str, ...]) -> str:
    """Return the category of a group that most of the weight speaks for."""
    table = load_table()
    partisan = "dukungan" in group
    votes: dict[str, float] = {}
    for s in found:
        weight = table[s.name]
        category = s.category or _SPEAKS_FOR.get(s.name, "")
        if category and (weight > 0) == partisan:
            votes[category] = votes.get(category, 0.0) + abs(weight)
    ranked = sorted((c for c in votes if c in group), key=lambda c: (-votes[c], group.index(c)))
    if ranked:
        return ranked[0]
    return "dukungan" if partisan else "harian"


_SPEAKS_FOR = {
    "target_tone_for": "dukungan",
    "target_tone_against": "serangan",
    "target_event": "kegiatan",
    "rule_talk": "netralitas",
    "reporting": "berita",
    "media_word": "berita",
    "headline": "berita",
    "policy_word": "kebijakan",
    "life_word": "harian",
    "no_target": "harian",
}


@lru_cache(maxsize=1)
def load_table() -> dict[str, float]:
    """Return the packaged weights: signal to points of log-odds."""
    path = asset_path("data", "fallback.csv")
    rows = read_table(path, ("signal", "weight"))
    try:
        table = {row["signal"]: float(row["weight"]) for row in rows}
    except ValueError as error:
        raise AssetError("fallback.damaged", path=path, reason=error) from error
    wanted = (*SIGNALS, "intercept", "threshold_review", "threshold_partisan")
    missing = [name for name in wanted if name not in table]
    if missing:
        raise AssetError("fallback.missing", path=path, signals=missing)
    if not all(abs(weight) <= _MOST for weight in table.values()):  # nor NaN
        raise AssetError("fallback.weight", path=path, limit=_MOST)
    return table
