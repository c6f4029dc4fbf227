"""Signals: what a text does with a contestant, read from lexicon classes instead of single words.

A call to vote within reach of a contestant, an insult out of reach of one, a slogan, a reporting
verb right beside a name, headline capitals, … Each signal names a class of words, never a word or
a contestant, so it means the same on texts nobody has seen. The model takes them as a block of
features; the fallback weights them by a short table.

What it does not do: weigh or judge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .lexicon import (
    CAPITAL,
    CAPITALS,
    CUE_BITS,
    IN_TAG,
    IS_EMOJI,
    IS_HANDLE,
    IS_MARK,
    IS_NUMBER,
    IS_TAG,
    IS_URL,
    IS_WORD,
    NEGATION,
    REPORTING,
    Mention,
)

REACH = 6
"""Words between a contestant and a phrase that still count as one thought."""

MOST = 3
"""A signal counts up to so many times in a text."""

_CLASSES = tuple(
    (name, CUE_BITS[name])
    for name in (
        "reporting",
        "rule_talk",
        "campaign_word",
        "party_word",
        "first_person",
        "second_person",
        "intensifier",
        "office_word",
        "media_word",
        "life_word",
        "policy_word",
    )
)
_CLASS_BITS = 0
for _name, _bit in _CLASSES:
    _CLASS_BITS |= _bit
_OFFICE = CUE_BITS["office_word"]
_MARKS = {"?": "question", '"': "quote", "!": "exclaim"}
_OTHER = IS_MARK | IS_EMOJI | IS_URL | IS_TAG | IS_HANDLE | IS_NUMBER


_Add = Callable[..., None]  # (name, places, entry, category)


class Signal(NamedTuple):
    """A signal found in a text.

    Attributes
    ----------
    name : str
        What was found; see `signals`.
    places : tuple of int
        Indices of the tokens it rests on.
    entry : str
        Name of the lexicon entry behind it, or ``""``.
    category : str
        Category of the annotation guide it speaks for, or ``""``.
    """

    name: str
    places: tuple[int, ...]
    entry: str = ""
    category: str = ""

    @property
    def feature(self) -> str:
        """Name of the model's feature: the signal, told apart by category."""
        return f"{self.name}:{self.category}" if self.category else self.name


def signals(
    keys: Sequence[str],
    bits: Sequence[int],
    mentions: Sequence[Mention],
    phrases: Sequence[Mention],
) -> list[Signal]:
    """Return the signals of a text.

    Parameters
    ----------
    keys, bits : sequences
        From `Lexicon.view`.
    mentions, phrases : sequences of Mention
        The counting ones, from `Lexicon.read`.

    Notes
    -----
    ``<for|against|event>`` below is what a campaign phrase is for; a negation just before it turns
    for into against and back. A phrase within `REACH` words of a contestant gives ``target_…``,
    one out of reach ``stance_…``; general praise and blame give ``target_tone_…`` and ``tone_…``.
    """
    out: list[Signal] = []
    counts: dict[str, int] = {}

    def add(name: str, places: tuple[int, ...], entry: str = "", category: str = "") -> None:
        have = counts.get(name, 0)
        if have < MOST:
            counts[name] = have + 1
            out.append(Signal(name, places, entry, category))

    taken = {i for m in mentions for i in range(m.first, m.last)} if mentions and phrases else ()
    ends = set()
    neutral = 0
    for p in phrases:
        if p.first in taken or p.kind == "cue":
            continue
        entry = p.entries[0]
        if p.kind == "neutral":
            neutral += 1
            name = "neutral" if neutral == 1 else "neutral_many"
            add(name, tuple(range(p.first, p.last)), entry.name, "edukasi")
            continue
        if p.kind == "stance":
            ends.add(p.last)
        sort = _sort(p, bits)
        if sort is None:
            continue
        near = any(
            (p.first - m.last if p.first >= m.last else m.first - p.last) <= REACH for m in mentions
        )
        if entry.needs and not near:
            continue
        if p.kind == "tone":
            name = f"target_tone_{sort}" if near else f"tone_{sort}"
        else:
            name = f"target_{sort}" if near else f"stance_{sort}"
        add(name, tuple(range(p.first, p.last)), entry.name, entry.category)
    if mentions:
        _contestants(keys, bits, mentions, ends, add)
    _manner(keys, bits, add)
    if not mentions and keys:
        add("no_target", tuple(range(len(keys))))
    return out


def _contestants(
    keys: Sequence[str],
    bits: Sequence[int],
    mentions: Sequence[Mention],
    ends: set[int],
    add: _Add,
) -> None:
    """Signals of contestants and their attributes."""
    n = len(keys)
    names: list[int] = []
    for m in mentions:
        places = tuple(range(m.first, m.last))
        label = m.entries[0].name if m.entries else f"nomor {m.number}"
        if m.kind == "slogan":
            add("slogan", places, label, m.entries[0].category or "atribut")
        elif m.kind == "number":
            if m.first in ends:
                add("number_called", places, label, "ajakan")
            else:
                add("number", places, label, "atribut")
        elif m.kind in ("group", "camp", "gesture"):
            category = {"camp": "serangan", "group": "kegiatan"}.get(m.kind, "atribut")
            add(m.kind, places, label, category)
        else:
            names.append(m.first)
            add("handle" if m.handle else "name", places, label)
            if m.last < n and keys[m.last] == ":":
                add("told", (m.first, m.last), label, "berita")
            else:
                # "Name says", "says Name": somebody else speaks.
                around = [*range(max(0, m.first - 2), m.first), *range(m.last, min(n, m.last + 2))]
                said = next((j for j in around if bits[j] & REPORTING), None)
                if said is not None:
                    add("told", (said,), label, "berita")
            if m.first and bits[m.first - 1] & _OFFICE:
                add("in_office", (m.first - 1,), label, "berita")
        if m.kind != "slogan" and bits[m.first] & IN_TAG and m.last < n:
            # A tag that goes on after the name (#NamePresiden), unlike #Name or #PresidenName.
            after = bits[m.last]
            if after & IN_TAG and after & IS_WORD:
                add("attribute_tag", places, label, "atribut")
    if len(names) > 2:
        add("names_many", tuple(names))


def _manner(keys: Sequence[str], bits: Sequence[int], add: _Add) -> None:
    """Signals of how a text speaks: classes of words, marks, capitals, tags and links."""
    capital: list[int] = []
    shouted: list[int] = []
    words = 0
    negated = False
    for i, flags in enumerate(bits):
        if flags & IS_WORD and not flags & IN_TAG:
            words += 1
            if flags & CAPITALS:
                shouted.append(i)
            elif flags & CAPITAL:
                capital.append(i)
        if flags & _CLASS_BITS:
            for name, bit in _CLASSES:
                if flags & bit:
                    add(name, (i,))
        if flags & NEGATION and not negated:
            negated = True
            add("negated", (i,))
        if flags & _OTHER:
            if flags & IS_MARK:
                mark = _MARKS.get(keys[i])
                if mark is not None:
                    add(mark, (i,))
            elif flags & IS_EMOJI:
                add("emoji", (i,))
            elif flags & IS_URL:
                add("link", (i,))
            elif flags & IS_TAG:
                add("tag", (i,))
            elif flags & IS_HANDLE:
                add("addressed", (i,))
            elif flags & IS_NUMBER:
                add("figure", (i,))
    if words >= 5:
        if len(capital) / words > 0.6:
            add("headline", tuple(capital))
        elif len(shouted) / words > 0.6:
            add("shouted", tuple(shouted))


def _sort(phrase: Mention, bits: Sequence[int]) -> str | None:
    """What a phrase is for, with a negation right before it heard; None for neither."""
    entry = phrase.entries[0]
    if entry.category == "kegiatan":
        return "event"
    direction = entry.direction
    if direction not in ("for", "against"):
        return None
    first = phrase.first
    if (first and bits[first - 1] & NEGATION) or (first > 1 and bits[first - 2] & NEGATION):
        return "against" if direction == "for" else "for"
    return direction
