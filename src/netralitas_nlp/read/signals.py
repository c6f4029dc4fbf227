"""Signals: what a text does with a contestant, read from lexicon classes instead of single words.

A call to vote within reach of a contestant, an insult out of reach of one, a slogan, a reporting
verb right beside a name, headline capitals, … Each signal names a class of words, never a word or
a contestant, so it means the same on texts nobody has seen. The model takes them as a block of
features; the fallback weights them by a short table.

What it does not do: weigh or judge.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Sequence
from typing import NamedTuple

from .find import (
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
    Entry,
    Mention,
    Reading,
)

REACH = 6
"""Words between a contestant and a phrase that still count as one thought."""

MOST = 3
"""A signal counts up to so many times in a text."""

SPEECH = tuple(
    (name, CUE_BITS[name])
    for name in (
        "reporting",
        "negation",
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
"""Classes of words, with their flags, that show how a text is written: who speaks, and of what."""
SPEECH_BITS = sum(bit for _, bit in SPEECH)
_OFFICE = CUE_BITS["office_word"]
_MARKS = {"?": "question", '"': "quote", "!": "exclaim"}


class Signal(NamedTuple):
    """A signal found in a text.

    Attributes
    ----------
    name : str
        What was found; see `signals`.
    first, last : int
        First place of the reading it rests on, and one past the last.
    entry : str
        Name of the lexicon entry behind it, or ``""``.
    category : str
        Category of the annotation guide it speaks for, or ``""``.
    """

    name: str
    first: int
    last: int
    entry: str = ""
    category: str = ""

    @property
    def feature(self) -> str:
        """Name of the model's feature: the signal, told apart by category."""
        return f"{self.name}:{self.category}" if self.category else self.name


def signals(reading: Reading) -> list[Signal]:
    """Return what a text does with a contestant.

    Parameters
    ----------
    reading : Reading
        From `Lexicon.read`.

    Notes
    -----
    ``<for|against|event>`` below is what a campaign phrase is for; a negation just before it turns
    for into against and back. A phrase within `REACH` words of a contestant gives ``target_…``,
    one out of reach ``stance_…``; general praise and blame give ``target_tone_…`` and ``tone_…``.
    """
    return [Signal(*found) for found in _found(reading)]


def told(reading: Reading) -> list[tuple[str, str]]:
    """Return name and category of each of the `signals`, and of the `look`, in less time."""
    out = [(name, category) for name, _, _, _, category in _found(reading)]
    written = look(*capitals(reading.bits))
    if written:
        out.append((written, ""))
    return out


_Found = tuple[str, int, int, str, str]  # the fields of a signal


def _found(reading: Reading) -> list[_Found]:
    """Return the signals, at most `MOST` of each name."""
    out: list[_Found] = []
    _, keys, bits, mentions, phrases, _ = reading
    ends = _phrases(bits, mentions, phrases, out) if phrases else ()
    if mentions:
        _contestants(keys, bits, mentions, ends, out)
    elif keys:
        out.append(("no_target", 0, len(keys), "", ""))
    if len(out) <= MOST:
        return out
    counts: dict[str, int] = {}
    kept: list[_Found] = []
    for found in out:
        have = counts.get(found[0], 0)
        if have < MOST:
            counts[found[0]] = have + 1
            kept.append(found)
    return kept


def _phrases(
    bits: Sequence[int],
    mentions: Sequence[Mention],
    phrases: Sequence[Mention],
    out: list[_Found],
) -> set[int]:
    """Add the signals of campaign phrases; return where stance phrases end."""
    ends: set[int] = set()
    neutral = "neutral"
    firsts = [m.first for m in mentions]  # in order, and apart: only the two beside a phrase count
    for first, last, kind, entries, _, _, _ in phrases:
        if kind == "cue":
            continue
        at = bisect_right(firsts, first)
        if at and mentions[at - 1].last > first:  # inside a mention
            continue
        entry = entries[0]
        if kind == "neutral":
            out.append((neutral, first, last, entry.name, "edukasi"))
            neutral = "neutral_many"
            continue
        if kind == "stance":
            ends.add(last)
        sort = _sort(first, entry, bits)
        if sort is None:
            continue
        tone = "tone_" if kind == "tone" else ""
        if (at and first - mentions[at - 1].last <= REACH) or (
            at < len(firsts) and firsts[at] - last <= REACH
        ):
            name = f"target_{tone}{sort}"
        elif entry.needs:
            continue
        else:
            name = f"{tone or 'stance_'}{sort}"
        out.append((name, first, last, entry.name, entry.category))
    return ends


def _contestants(
    keys: Sequence[str],
    bits: Sequence[int],
    mentions: Sequence[Mention],
    ends: Container[int],
    out: list[_Found],
) -> None:
    """Add the signals of contestants and their attributes."""
    n = len(keys)
    names = 0
    for first, last, kind, entries, _, handle, number in mentions:
        label = entries[0].name if entries else f"nomor {number}"
        if kind == "slogan":
            out.append(("slogan", first, last, label, entries[0].category or "atribut"))
        elif kind == "number":
            if first in ends:
                out.append(("number_called", first, last, label, "ajakan"))
            else:
                out.append(("number", first, last, label, "atribut"))
        elif kind in _ATTRIBUTES:
            out.append((kind, first, last, label, _ATTRIBUTES[kind]))
        else:
            names += 1
            out.append(("handle" if handle else "name", first, last, label, ""))
            if last < n and keys[last] == ":":
                out.append(("told", first, last, label, "berita"))
            else:
                # "Name says", "says Name": somebody else speaks.
                for j in (*range(max(0, first - 2), first), *range(last, min(n, last + 2))):
                    if bits[j] & REPORTING:
                        out.append(("told", j, j + 1, label, "berita"))
                        break
            if first and bits[first - 1] & _OFFICE:
                out.append(("in_office", first - 1, first, label, "berita"))
        if bits[first] & IN_TAG and last < n and kind != "slogan":
            # A tag that goes on after the name (#NamePresiden), unlike #Name or #PresidenName.
            after = bits[last]
            if after & IN_TAG and after & IS_WORD:
                out.append(("attribute_tag", first, last, label, "atribut"))
    if names > 2:
        out.append(("names_many", 0, n, "", ""))


_ATTRIBUTES = {"camp": "serangan", "group": "kegiatan", "gesture": "atribut"}


class _Counts(dict[int, int]):
    """What a word with certain flags adds to three counts, packed into one number."""

    def __missing__(self, flags: int) -> int:
        made = 0
        if flags & IS_WORD and not flags & IN_TAG:
            made = 1
            if flags & CAPITALS:
                made += 1 << 2 * _PACK
            elif flags & CAPITAL:
                made += 1 << _PACK
        self[flags] = made
        return made


_PACK = 40  # bits for each count
_COUNT = (1 << _PACK) - 1
_counts = _Counts()  # as many as there are combinations of flags: some hundreds


def capitals(bits: Sequence[int]) -> tuple[int, int, int]:
    """Return the number of words outside hashtags, of Capitalised ones, of SHOUTED ones."""
    total = sum(map(_counts.__getitem__, bits))
    return total & _COUNT, total >> _PACK & _COUNT, total >> 2 * _PACK


def look(words: int, capital: int, shouted: int) -> str:
    """Return ``"headline"``, ``"shouted"`` or ``""``: how a text of so many words is written."""
    if words < 5:
        return ""
    if capital > 0.6 * words:
        return "headline"
    return "shouted" if shouted > 0.6 * words else ""


def manner(keys: Sequence[str], bits: Sequence[int]) -> list[Signal]:
    """Return how a text speaks, for the fallback: classes of words, marks, tags, links.

    The model hears the same from the ``shape`` of each word.
    """
    out: list[Signal] = []
    counts: dict[str, int] = {}
    for i, flags in enumerate(bits):
        names = []
        if flags & SPEECH_BITS:
            # A negation counts once in a text, under a name of its own.
            names = [n for n, bit in SPEECH if flags & bit and n != "negation"]
        names += [name for bit, name in _KIND_NAMES if flags & bit]
        if flags & IS_MARK and keys[i] in _MARKS:
            names.append(_MARKS[keys[i]])
        for name in names:
            have = counts.get(name, 0)
            if have < (1 if name == "negated" else MOST):
                counts[name] = have + 1
                out.append(Signal(name, i, i + 1))
    return out


_KIND_NAMES = (
    (NEGATION, "negated"),
    (IS_EMOJI, "emoji"),
    (IS_URL, "link"),
    (IS_TAG, "tag"),
    (IS_HANDLE, "addressed"),
    (IS_NUMBER, "figure"),
)


def _sort(first: int, entry: Entry, bits: Sequence[int]) -> str | None:
    """What a phrase is for, with a negation right before it heard; None for neither."""
    if entry.category == "kegiatan":
        return "event"
    direction = entry.direction
    if direction not in ("for", "against"):
        return None
    if (first and bits[first - 1] & NEGATION) or (first > 1 and bits[first - 2] & NEGATION):
        return "against" if direction == "for" else "for"
    return direction
