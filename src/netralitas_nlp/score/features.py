"""Words and mentions to features: one function, used by training and prediction alike.

A text is a row of *units*: a word, or a whole mention of a contestant, which becomes a typed
placeholder (``<person>``, ``<party>``, ``<ticket>``, ``<number>``, ``<slogan>``, ``<group>``,
``<camp>``, ``<gesture>``) so that no name can carry weight. Features come in blocks; every
feature belongs to one unit or to two neighbours, so that every word carries one number:

- ``word``: stems, and pairs of neighbouring stems
- ``letters``: letter groups inside a word (never inside a mention)
- ``near``: the stem of a unit within four places of a mention, by side
- ``shape``: how the unit is written (capitals, digits, emoji, tag) and its class of words
- ``signal``: what the text does with a contestant, by lexicon classes (see `signals`)

A capitalised word that no list knows is most likely a name; it gives no feature at all, so that
a contestant the lexicon does not know decides nothing either, however many words the name has.

What this module does not do: weigh anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from ..read.find import Mention
from ..read.signals import SPEECH, SPEECH_BITS, Signal
from ..read.stems import Stems, load_name_parts
from ..read.words import HASHTAG, MARK, WORD, Token

BLOCKS = ("word", "letters", "near", "shape", "signal")
OF_UNITS = ("word", "letters", "shape")
"""The blocks with features of a unit alone; the others', and pairs, are made by neighbours."""
PLAIN = "signal"
"""The block whose features simply add up: no idf, no division by the size of the text."""
VERSION = 3
"""Raised whenever the same text gives other features; a model of another version is refused."""


@dataclass(frozen=True)
class Settings:
    """What is taken from a text; part of the model file.

    Attributes
    ----------
    stems, pairs, letters, near, shape, signals, masks, names : bool
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
    shape: bool = True
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
        What it is called in features: a stem or a placeholder.
    letters : str
        The word whose letter groups count, or ``""``.
    shape : str
        How it is written: its capitals or its kind, and the classes it belongs to, with spaces
        between.
    kind : str
        Kind of mention, or ``""`` for a word.
    chained : bool
        Whether it makes pairs with its neighbours. False for a whole hashtag, whose words follow
        as units of their own, and for an unknown name.
    """

    first: int
    last: int
    key: str
    letters: str
    shape: str
    kind: str
    chained: bool


_CAPS = ("low", "Cap", "ALL")


def units(
    tokens: Sequence[Token],
    bits: Sequence[int],
    mentions: Sequence[Mention],
    stem: Stems,
    settings: Settings,
) -> list[Unit]:
    """Return the units of a text, in order.

    Parameters
    ----------
    tokens : sequence of Token
        From `text.Tokenizer.tokens`.
    bits : sequence of int
        Their flags, from `lexicon.Lexicon.view`.
    mentions : sequence of Mention
        Counting mentions from `lexicon.Lexicon.mentions`, in order.
    stem : Stems
        Words to their stems.
    settings : Settings
        What to take.
    """
    out: list[Unit] = []
    inside: dict[int, Mention] = {}
    if settings.masks:
        for mention in mentions:
            inside[mention.first] = mention
    n = len(tokens)
    i = 0
    while i < n:
        found = inside.get(i)
        if found is not None:
            out.append(mention_unit(found))
            i = found.last
            continue
        token = tokens[i]
        kind = token.kind
        if kind == HASHTAG:
            out.append(tag_unit(i, tokens, inside))
        else:
            out.append(word_unit(i, token, bits[i], stem, settings))
        i += 1
    return out


def mention_unit(mention: Mention) -> Unit:
    """Return the placeholder of a mention: the same for every name of one kind."""
    key = f"<@{mention.kind}>" if mention.handle else f"<{mention.kind}>"
    return Unit(mention.first, mention.last, key, "", "name", mention.kind, True)


def word_unit(i: int, token: Token, flags: int, stem: Stems, settings: Settings) -> Unit:
    """Return the unit of one token that is neither in a mention nor a whole hashtag."""
    kind, norm = token.kind, token.norm
    if kind == WORD:
        key = stem(norm) if settings.stems else norm
        shape = "tag" if token.in_tag else _CAPS[token.caps]
        if settings.names and token.caps == 1 and not token.in_tag and _names(token, stem):
            return Unit(i, i + 1, "", "", "", "", False)
        if flags & SPEECH_BITS:
            shape = " ".join([shape, *(name for name, bit in SPEECH if flags & bit)])
        return Unit(i, i + 1, key, norm, shape, "", True)
    # A skin tone alone is an emoji of which nothing is left: it makes no pairs.
    return Unit(i, i + 1, norm, "", f"mark{norm}" if kind == MARK else kind, "", bool(norm))


def _names(token: Token, stem: Stems) -> bool:
    """Whether a capitalised word is most likely part of a name the lexicon does not know."""
    # Parts as they are written: in chat spelling the Balinese "Ni" would be "ini".
    return token.raw.lower() in load_name_parts() or stem.strange(token.norm)


def tag_unit(i: int, tokens: Sequence[Token], inside: dict[int, Mention], offset: int = 0) -> Unit:
    """Return the unit of a whole hashtag, with the names inside it masked.

    Parameters
    ----------
    i : int
        Index of the hashtag among `tokens`.
    tokens : sequence of Token
    inside : dict of int to Mention
        Counting mentions by their first token.
    offset : int
        What to add to an index of `tokens` to get the index that `inside` speaks of.
    """
    token = tokens[i]
    key = token.norm
    j = i + 1
    parts: list[str] = []
    masked = False
    while j < len(tokens) and tokens[j].in_tag and tokens[j].start < token.end:
        found = inside.get(j + offset)
        if found is not None:
            parts.append(f"<{found.kind}>")
            masked = True
            j = max(found.last - offset, j + 1)
        else:
            parts.append(tokens[j].norm)
            j += 1
    if masked:
        key = "#" + "".join(parts)
    return Unit(i, i + 1, key, "", "hashtag", "", False)


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


def near_name(key: str, kind: str, side: str) -> str:
    """Return the name of the feature a unit has by standing at a mention's side (``<`` or ``>``)."""
    return f"{NEAR_GROUP[kind]}{side}{key}"


# Kinds that campaign talk treats alike share their near features: more support for each.
NEAR_GROUP = {
    "person": "who",
    "ticket": "who",
    "party": "who",
    "group": "who",
    "number": "number",
    "slogan": "slogan",
    "camp": "camp",
    "gesture": "number",
}


def together(
    chain: Sequence[Unit], settings: Settings
) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield what neighbours in the chain make together: block, feature, places it belongs to."""
    n, reach = len(chain), settings.reach
    if settings.pairs:
        for q in range(1, n):
            yield "word", f"{chain[q - 1].key} {chain[q].key}", (q - 1, q)
    if settings.near:
        for at, unit in enumerate(chain):
            if not unit.kind:
                continue
            for q in range(max(0, at - reach), at):
                yield "near", near_name(chain[q].key, unit.kind, "<"), (q,)
            for q in range(at + 1, min(n, at + reach + 1)):
                yield "near", near_name(chain[q].key, unit.kind, ">"), (q,)


class Extracted(NamedTuple):
    """The features of one text, by block, as names (a name stands once per occurrence)."""

    word: list[str]
    letters: list[str]
    near: list[str]
    shape: list[str]
    signal: list[str]


def extract(
    row: Sequence[Unit], found: Sequence[Signal], written: str, settings: Settings
) -> Extracted:
    """Return the features of the units and signals of a text.

    Parameters
    ----------
    row : sequence of Unit
        From `units`.
    found : sequence of Signal
        From `signals.signals`.
    written : str
        From `signals.look`.
    settings : Settings
        What to take.

    Notes
    -----
    ``letters`` holds the words whose letter groups count; `letter_groups` opens them.
    """
    row = [u for u in row if u.key]
    word = [u.key for u in row]
    letters = [u.letters for u in row if u.letters] if settings.letters else []
    near: list[str] = []
    for block, name, _ in together([u for u in row if u.chained], settings):
        (word if block == "word" else near).append(name)
    shape = [name for u in row for name in u.shape.split(" ")] if settings.shape else []
    signal = [s.feature for s in found] if settings.signals else []
    if settings.signals and written:
        signal.append(written)
    return Extracted(word, letters, near, shape, signal)


__all__ = [
    "BLOCKS",
    "NEAR_GROUP",
    "OF_UNITS",
    "PLAIN",
    "VERSION",
    "Extracted",
    "Settings",
    "Unit",
    "extract",
    "letter_groups",
    "mention_unit",
    "near_name",
    "tag_unit",
    "together",
    "units",
    "word_unit",
]
