"""What stands in a text, as features, and which words own each: the one reading of a text.

A text is a row of *units*: a word, or a whole mention of a contestant, which becomes a typed
placeholder (``<person>``, ``<party>``, ``<number>``, …) so that no name can carry weight. Every
feature occurs at one unit or at a few, its *owners*, so that every word carries one number:

- ``word``: stems, and pairs of neighbouring stems
- ``letters``: letter groups inside a word (never inside a mention)
- ``near``: the stem of a unit within a few places of a mention, by side
- ``signal``: what the text does with a contestant, and how it is written (`read.signals`)

Deciding, explaining and training add up the same `occurrences`, so they cannot differ.

A capitalised word that no list knows is most likely a name; it gives no feature at all, so that
a contestant the lexicon does not know decides nothing either, however many words the name has.

What this module does not do: weigh anything (`weights`), or judge (`classifier`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from ..read.find import Lexicon, Mention, Reading
from ..read.flags import UNKNOWN_NAME
from ..read.signals import MANNER, signals
from ..read.words import HASHTAG, NUMBER, WORD, Token

BLOCKS = ("word", "letters", "near", "signal")
PLAIN = "signal"
"""The block whose features simply add up: no idf, no division by the size of the text."""
VERSION = 4
"""Raised whenever the same text gives other features; a model of another version is refused.
``tests/cases/occurrences.csv`` shows the features of 150 texts in this version."""

_LARGEST_BALLOT = 20
_NEAR_GROUP = {"ticket": "who", "person": "who", "party": "who", "group": "who"}
_NEAR_GROUP |= {"number": "number", "gesture": "number", "slogan": "slogan", "camp": "camp"}
_NEAR_GROUP |= {"unlisted": "unlisted"}
"""Kinds that campaign talk treats alike share their ``near`` features: more support for each."""
NEAR_GROUPS = tuple(dict.fromkeys(_NEAR_GROUP.values()))


@dataclass(frozen=True)
class Settings:
    """What is taken from a text; part of the model file.

    Attributes
    ----------
    stems, pairs, letters, near, signals, masks, names : bool
        Switch off a view or a block (for ablations).
    letters_from, letters_to : int
        Shortest and longest letter group.
    reach : int
        Places to either side of a mention that count as near.
    """

    stems: bool = True
    pairs: bool = True
    letters: bool = True
    near: bool = True
    signals: bool = True
    masks: bool = True
    names: bool = True
    letters_from: int = 2
    letters_to: int = 5
    reach: int = 4

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


class Unit(NamedTuple):
    """A word or a mention, as the model sees it.

    Attributes
    ----------
    first, last : int
        Index of its first token, and one past its last.
    key : str
        What it is called in features: a stem or a placeholder; ``""`` for what gives none.
    letters : str
        The word whose letter groups count, or ``""``.
    mention : Mention or None
        The contestant it stands for.
    chained : bool
        Whether it makes pairs with its neighbours. False for a whole hashtag, whose words follow
        as units of their own, and for what has no key.
    """

    first: int
    last: int
    key: str
    letters: str
    mention: Mention | None
    chained: bool


class Occurrence(NamedTuple):
    """A feature at one place of a text.

    Attributes
    ----------
    block : str
        One of `BLOCKS`.
    feature : str
        Its name. In the block ``letters`` a word, all of whose `letter_groups` occur there.
    owners : tuple of int
        Indices of the units that own it, to equal shares.
    """

    block: str
    feature: str
    owners: tuple[int, ...]


class TextRead(NamedTuple):
    """A text as it was read: tokens with spans, what the lexicon found, and the units."""

    tokens: list[Token]
    reading: Reading
    units: list[Unit]


class Reader:
    """Reads texts with one lexicon, as one model wants them read.

    Parameters
    ----------
    lexicon : Lexicon
    settings : Settings, optional
    """

    def __init__(self, lexicon: Lexicon, settings: Settings | None = None) -> None:
        self.lexicon = lexicon
        self.settings = settings or Settings()

    def read(self, text: str) -> TextRead:
        """Return the tokens of a text, what the lexicon reads in it, and its units, in order."""
        tokens = self.lexicon.tokenizer.tokens(text)
        keys, flags = self.lexicon.view(tokens)
        reading = self.lexicon.read(keys, flags, blocked=True)
        inside = _masked(reading) if self.settings.masks else {}
        units: list[Unit] = []
        at = 0
        while at < len(tokens):
            if at in inside:
                units.append(_mention_unit(inside[at]))
                at = inside[at].last
                continue
            if tokens[at].kind == HASHTAG:
                units.append(_tag_unit(at, tokens, inside))
            else:
                units.append(self._word_unit(at, tokens[at], flags[at]))
            at += 1
        return TextRead(tokens, reading, units)

    def occurrences(self, read: TextRead) -> Iterator[Occurrence]:
        """Yield every feature that stands in a text, with the units that own it.

        >>> from netralitas_nlp import Lexicon
        >>> reader = Reader(Lexicon.default(), Settings(letters=False))
        >>> for found in reader.occurrences(reader.read("coblos Ganjar")):
        ...     print(*found)
        word coblos (0,)
        word <person> (1,)
        word coblos <person> (0, 1)
        near who<coblos (0,)
        signal target_for:ajakan (0,)
        signal name (1,)
        """
        settings = self.settings
        for at, unit in enumerate(read.units):
            if not unit.key:
                continue
            yield Occurrence("word", unit.key, (at,))
            if settings.letters and unit.letters:
                yield Occurrence("letters", unit.letters, (at,))
        yield from self._beside(read.units)
        if settings.signals and read.units:
            yield from _signals(read)

    def _beside(self, units: Sequence[Unit]) -> Iterator[Occurrence]:
        """Yield what units make with their neighbours: pairs, and words near a mention."""
        chain = [at for at, unit in enumerate(units) if unit.chained]
        if self.settings.pairs:
            for left, right in pairwise(chain):
                yield Occurrence("word", f"{units[left].key} {units[right].key}", (left, right))
        if not self.settings.near:
            return
        reach = self.settings.reach
        for place, at in enumerate(chain):
            mention = units[at].mention
            if mention is None or mention.blocked:
                continue
            group = _NEAR_GROUP[mention.kind]
            for neighbour in chain[max(0, place - reach) : place]:
                yield Occurrence("near", f"{group}<{units[neighbour].key}", (neighbour,))
            for neighbour in chain[place + 1 : place + 1 + reach]:
                yield Occurrence("near", f"{group}>{units[neighbour].key}", (neighbour,))

    def _word_unit(self, at: int, token: Token, flags: int) -> Unit:
        """Return the unit of one token that is neither in a mention nor a whole hashtag."""
        if token.kind == WORD:
            if self.settings.names and flags & UNKNOWN_NAME:
                return Unit(at, at + 1, "", "", None, False)
            # "'" alone between underscores is a word of which nothing is left.
            key = self.lexicon.stems(token.norm) if self.settings.stems else token.norm
            return Unit(at, at + 1, key, token.norm, None, bool(key))
        # A skin tone alone is an emoji of which nothing is left, and has no key.
        key = _number(token.norm) if self.settings.masks and token.kind == NUMBER else token.norm
        return Unit(at, at + 1, key, "", None, bool(key))


def _masked(reading: Reading) -> dict[int, Mention]:
    """Return, by first token, the mentions whose words the model does not see.

    Refused ones too: "kopi dulu ✌️" must not be read by what ✌️ is elsewhere.
    """
    masked: dict[int, Mention] = {}
    end = 0
    for mention in sorted(reading.mentions, key=lambda m: (m.first, bool(m.blocked))):
        if mention.first >= end:
            masked[mention.first] = mention
            end = mention.last
    return masked


def _number(norm: str) -> str:
    """Return what a number is called: one that could stand on a ballot is like any other of them.

    "saya 01" and "saya 04" are the same text; "2024" stays what it is.
    """
    if len(norm) > 2 or not norm.isdigit() or int(norm) > _LARGEST_BALLOT:
        return norm
    return "<0n>" if norm[0] == "0" and norm != "0" else "<n>"


def _mention_unit(mention: Mention) -> Unit:
    """Return the placeholder of a mention: the same for every name of one kind."""
    key = f"<@{mention.kind}>" if mention.handle else f"<{mention.kind}>"
    if mention.blocked:
        key = f"<{mention.kind}?>"
        if mention.kind == "gesture":  # "kopi dulu ✌️" is "kopi dulu"
            key = ""
        elif mention.kind == "number" and mention.blocked != "needs context":
            key = "<n>"  # "nomor dada 02": any number
    return Unit(mention.first, mention.last, key, "", mention, bool(key))


def _tag_unit(at: int, tokens: Sequence[Token], inside: dict[int, Mention]) -> Unit:
    """Return the unit of a whole hashtag, with the names inside it masked.

    "#GanjarPresiden" is ``#<person>presiden``, whoever it is.
    """
    tag = tokens[at]
    key, parts, masked = tag.norm, "", False
    next_at = at + 1
    while next_at < len(tokens) and tokens[next_at].in_tag and tokens[next_at].start < tag.end:
        mention = inside.get(next_at)
        if mention is None:
            norm = tokens[next_at].norm
            number = _number(norm) if tokens[next_at].kind == NUMBER else norm
            masked = masked or number != norm
            parts += number
            next_at += 1
        else:
            parts += f"<{mention.kind}{'?' if mention.blocked else ''}>"
            masked = True
            next_at = max(mention.last, next_at + 1)
    return Unit(at, at + 1, f"#{parts}" if masked else key, "", None, False)


def _signals(read: TextRead) -> Iterator[Occurrence]:
    """Yield what the text does with a contestant, and how it is written as a whole."""
    unit_of = {i: at for at, unit in enumerate(read.units) for i in range(unit.first, unit.last)}
    for signal in signals(read.reading):
        if signal.name in MANNER:  # what collectors of texts leave and take away
            continue
        tokens = read.reading.tokens(signal.first, signal.last)
        owners = tuple(dict.fromkeys(unit_of[i] for i in tokens))
        yield Occurrence("signal", signal.feature, owners)


def letter_groups(word: str, shortest: int, longest: int) -> list[str]:
    """Return the letter groups of a word with its edges marked.

    >>> letter_groups("ayo", 2, 3)
    ['^a', 'ay', 'yo', 'o$', '^ay', 'ayo', 'yo$']
    """
    marked = f"^{word}$"
    size = len(marked)
    return [
        marked[i : i + length]
        for length in range(shortest, longest + 1)
        for i in range(size - length + 1)
    ]


__all__ = [
    "BLOCKS",
    "NEAR_GROUPS",
    "PLAIN",
    "VERSION",
    "Occurrence",
    "Reader",
    "Settings",
    "TextRead",
    "Unit",
    "letter_groups",
]
