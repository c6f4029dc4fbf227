"""A text as the lexicon reads it, step by step: what is found, waits for context, is judged.

What this module does not do: look forms up (see `find`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from .context import Context, Mention, of_first_kind
from .entries import Entry
from .flags import CAPITALS, IN_TAG, IS_HANDLE, IS_TAG
from .persons import Persons

_KEPT = IN_TAG | IS_TAG | IS_HANDLE  # flags a mention keeps


class Reading(NamedTuple):
    """What the lexicon reads in a text.

    Attributes
    ----------
    mentions : list of Mention
        The contestants, at their tokens, in order.
    keys, bits : sequences of str and int
        The text by places: one for each token, and one for each mention that counts.
    at : list of Mention
        The counting mentions, at their places.
    phrases : list of Mention
        Phrases of kind stance, tone, neutral, or cue (a cue of several words), at their places.
    origin : sequence of int
        First token of each place, and one past the last.
    """

    mentions: list[Mention]
    keys: Sequence[str]
    bits: Sequence[int]
    at: list[Mention]
    phrases: list[Mention]
    origin: Sequence[int]

    def tokens(self, first: int, last: int) -> range:
        """Return the tokens of some places."""
        return range(self.origin[first], self.origin[last])


class Form:
    """The entries of one form, sorted out beforehand.

    Attributes
    ----------
    entries : tuple of Entry
        In the order of the lexicon.
    needless : tuple of Entry
        Those that need no context.
    free : tuple of Entry
        Those that count wherever they stand, of the kind that decides; empty if there is none.
    """

    __slots__ = ("entries", "free", "needless")

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        self.needless = tuple(e for e in entries if not e.needs)
        free = [e for e in entries if e.free]
        self.free = of_first_kind(free) if free else ()


class Waiting(NamedTuple):
    """A form that leans on its context, at its tokens or places."""

    first: int
    last: int
    form: Form


class Start(NamedTuple):
    """What is found in a text before any context is known."""

    free: list[Mention]
    waiting: list[Waiting]
    numbers: list[int]


def judged(context: Context, waiting: list[Waiting], numbers: list[int]) -> list[Mention]:
    """Judge what leans on its context: ballot numbers, then the forms that may lean on those."""
    # "AMIN 01": an abbreviation in capitals and a ballot number vouch for each other.
    vouching = {
        w.last
        for w in waiting
        if context.bits[w.first] & CAPITALS
        and any(e.case == "upper" and "number" in e.needs for e in w.form.entries)
    }
    out: list[Mention] = []
    # Twice: "mau perubahan, pilih Rano": a later name may vouch for an earlier one.
    for _ in range(2):
        out = []
        for i in numbers:
            ballot = context.ballot(i, i in vouching)
            if ballot is not None:
                out.append(ballot)
                if not ballot.blocked:
                    context.numbers.update(range(ballot.first, ballot.last))
        for w in waiting:
            mention = context.judge(w.first, w.last, w.form.entries)
            if not mention.blocked:
                context.named.update(range(w.first, w.last))
            out.append(mention)
    return out


def settled(context: Context, found: Iterable[Mention]) -> list[Mention]:
    """Return the mentions of a text in order, without overlaps, unlisted people among them.

    Refused attributes do not count; what does not count gives way to what does.
    """
    found = [
        m._replace(blocked="negated") if not m.blocked and context.refuses(m) else m for m in found
    ]
    counted = [m for m in found if not m.blocked]
    named = _places_of(counted)
    people = Persons(context.keys, context.bits, named).find()
    counted += [m for m in people if named.isdisjoint(range(m.first, m.last))]
    counted.sort(key=_by_place)
    # A name may be cut by what leaned on its context: the earlier one stands.
    counted = counted[:1] + [m for before, m in pairwise(counted) if before.last <= m.first]
    named = _places_of(counted)
    out = counted + [m for m in found if m.blocked and named.isdisjoint(range(m.first, m.last))]
    return sorted(out, key=_by_place)


def _places_of(mentions: Iterable[Mention]) -> set[int]:
    return {place for m in mentions for place in range(m.first, m.last)}


def _by_place(mention: Mention) -> tuple[int, int]:
    return mention.first, mention.last


class Places(NamedTuple):
    """A text by places: one for each token, and one for each of some mentions.

    Attributes
    ----------
    keys, bits : list of str and int
        What stands at each place; a mention is ``<kind>`` and has no flags of its own.
    origin : list of int
        First token of each place, and one past the last.
    mentions : list of Mention
        The mentions, at their places.
    """

    keys: list[str]
    bits: list[int]
    origin: list[int]
    mentions: list[Mention]

    def place(self, token: int) -> int:
        """Return the place of a token."""
        return bisect_left(self.origin, token)


def placed_in(keys: Sequence[str], bits: Sequence[int], mentions: Iterable[Mention]) -> Places:
    """Give each mention, at its tokens and in order, one place without flags of its own."""
    out = Places([], [], [], [])
    at = 0
    for m in mentions:
        out.keys.extend(keys[at : m.first])
        out.bits.extend(bits[at : m.first])
        out.origin.extend(range(at, m.first))
        place = len(out.keys)
        out.mentions.append(m._replace(first=place, last=place + 1))
        out.keys.append(f"<{m.kind}>")
        out.bits.append(bits[m.first] & _KEPT)
        out.origin.append(m.first)
        at = m.last
    out.keys.extend(keys[at:])
    out.bits.extend(bits[at:])
    out.origin.extend(range(at, len(keys) + 1))
    return out
