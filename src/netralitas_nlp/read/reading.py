"""A text as the lexicon reads it, step by step: what is found, waits for context, is judged.

What this module does not do: look forms up (see `find`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .context import Context, Mention, of_first_kind
from .entries import Entry
from .flags import CAPITALS, IN_TAG, IS_HANDLE, IS_TAG

_KEPT = IN_TAG | IS_TAG | IS_HANDLE  # flags a mention keeps


class Reading(NamedTuple):
    """What the lexicon reads in a text.

    Attributes
    ----------
    mentions : list of Mention
        The contestants, at their tokens, in order.
    keys, bits : sequences of str and int
        The text as places: one for each token, and one for each name that needs no context.
    at : list of Mention
        The counting mentions, at their places.
    phrases : list of Mention
        Phrases of kind stance, tone, neutral, or cue (a cue of several words), at their places.
    origin : sequence of int
        First token of each place, and one past the last; empty where places are tokens.
    """

    mentions: list[Mention]
    keys: Sequence[str]
    bits: Sequence[int]
    at: list[Mention]
    phrases: list[Mention]
    origin: Sequence[int]

    def tokens(self, first: int, last: int) -> range:
        """Return the tokens of some places."""
        return range(self.origin[first], self.origin[last]) if self.origin else range(first, last)


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


def by_place(mention: Mention) -> tuple[int, int]:
    """Return what mentions are sorted by to stand in the order of a text."""
    return mention.first, mention.last


def placed_in(
    keys: Sequence[str], bits: Sequence[int], free: list[Mention]
) -> tuple[Sequence[str], Sequence[int], Sequence[int], list[Mention]]:
    """Give each mention one place without flags of its own.

    Returns keys and flags by place, the first token of each place (empty where places are tokens),
    and the mentions at their places.
    """
    if not free:
        return keys, bits, (), free
    new_keys: list[str] = []
    new_bits: list[int] = []
    origin: list[int] = []
    placed: list[Mention] = []
    at = 0
    for m in free:
        new_keys += keys[at : m.first]
        new_bits += bits[at : m.first]
        origin += range(at, m.first)
        place = len(new_keys)
        placed.append(m._replace(first=place, last=place + 1))
        new_keys.append(f"<{m.kind}>")
        new_bits.append(bits[m.first] & _KEPT)
        origin.append(m.first)
        at = m.last
    new_keys += keys[at:]
    new_bits += bits[at:]
    origin += range(at, len(keys) + 1)
    return new_keys, new_bits, origin if len(new_keys) < len(keys) else (), placed
