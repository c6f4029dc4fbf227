"""Signals: what a text does with a contestant, read from lexicon classes instead of single words.

A call to vote within reach of a contestant, an insult out of reach of one, a slogan, a reporting
verb right beside a name, headline capitals, … Each signal names a class of words, never a word or
a contestant, so it means the same on texts nobody has seen. The model takes them as a block of
features; the fallback weights them by a short table.

What it does not do: weigh or judge.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from .context import Mention
from .entries import Entry
from .flags import (
    CAPITAL,
    CAPITALS,
    CUE_FLAGS,
    IN_TAG,
    IS_EMOJI,
    IS_HANDLE,
    IS_MARK,
    IS_NUMBER,
    IS_TAG,
    IS_URL,
    IS_WORD,
    NEGATION,
    OFFICE_WORD,
    REPORTING,
)
from .reading import Reading

REACH = 6
"""Words between a contestant and a phrase that still count as one thought."""

MOST = 3
"""A signal counts up to so many times in a text."""

SPEECH = tuple(
    (name, CUE_FLAGS[name])
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
    """Return what a text does with a contestant, at most `MOST` signals of each name.

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
    out, ends = _of_phrases(reading)
    for mention in reading.at:
        out += _of_mention(mention, reading, ends)
    size = len(reading.keys)
    if sum(_is_name(m) for m in reading.at) > 2:
        out.append(Signal("names_many", 0, size))
    if size and not reading.at:
        out.append(Signal("no_target", 0, size))
    counts: Counter[str] = Counter()
    kept: list[Signal] = []
    for signal in out:
        counts[signal.name] += 1
        if counts[signal.name] <= MOST:
            kept.append(signal)
    return kept


def _of_phrases(reading: Reading) -> tuple[list[Signal], set[int]]:
    """Return the signals of campaign phrases, and where stance phrases end."""
    out: list[Signal] = []
    ends: set[int] = set()
    neutral = "neutral"
    mentions = reading.at
    firsts = [m.first for m in mentions]  # in order, and apart: only the two beside a phrase count
    for phrase in reading.phrases:
        entry = phrase.entries[0]
        at = bisect_right(firsts, phrase.first)
        inside = at > 0 and mentions[at - 1].last > phrase.first  # of a mention
        if phrase.kind == "cue" or inside:
            continue
        if phrase.kind == "neutral":
            out.append(Signal(neutral, phrase.first, phrase.last, entry.name, "edukasi"))
            neutral = "neutral_many"
            continue
        if phrase.kind == "stance":
            ends.add(phrase.last)
        purpose = _purpose(phrase.first, entry, reading.bits)
        near = (at > 0 and phrase.first - mentions[at - 1].last <= REACH) or (
            at < len(firsts) and firsts[at] - phrase.last <= REACH
        )
        if purpose is None or (entry.needs and not near):
            continue
        where = ("target_" if near else "") + ("tone_" if phrase.kind == "tone" else "")
        name = f"{where or 'stance_'}{purpose}"
        out.append(Signal(name, phrase.first, phrase.last, entry.name, entry.category))
    return out, ends


def _purpose(first: int, entry: Entry, bits: Sequence[int]) -> str | None:
    """What a phrase is for, with a negation right before it heard; None for neither."""
    if entry.category == "kegiatan":
        return "event"
    if entry.direction not in ("for", "against"):
        return None
    # "jangan pilih", "tidak akan memilih": for becomes against
    if any(bits[j] & NEGATION for j in range(max(0, first - 2), first)):
        return "against" if entry.direction == "for" else "for"
    return entry.direction


_ATTRIBUTES = {"camp": "serangan", "group": "kegiatan", "gesture": "atribut"}


def _is_name(mention: Mention) -> bool:
    return mention.kind not in ("slogan", "number", *_ATTRIBUTES)


def _of_mention(mention: Mention, reading: Reading, ends: Container[int]) -> Iterator[Signal]:
    """Yield the signals of a contestant or an attribute of one."""
    kind, first, last = mention.kind, mention.first, mention.last
    entry = mention.entries[0] if mention.entries else None
    label = entry.name if entry else f"nomor {mention.number}"
    if kind == "slogan":
        yield Signal("slogan", first, last, label, (entry and entry.category) or "atribut")
    elif kind == "number" and first in ends:  # "coblos nomor 2"
        yield Signal("number_called", first, last, label, "ajakan")
    elif kind == "number":
        yield Signal("number", first, last, label, "atribut")
    elif kind in _ATTRIBUTES:
        yield Signal(kind, first, last, label, _ATTRIBUTES[kind])
    else:
        yield Signal("handle" if mention.handle else "name", first, last, label)
        yield from _of_name(mention, reading, label)
    # "#NamePresiden": a tag that goes on after the name, unlike "#Name" or "#PresidenName".
    goes_on = (
        last < len(reading.bits) and reading.bits[last] & IN_TAG and reading.bits[last] & IS_WORD
    )
    if reading.bits[first] & IN_TAG and goes_on and kind != "slogan":
        yield Signal("attribute_tag", first, last, label, "atribut")


def _of_name(mention: Mention, reading: Reading, label: str) -> Iterator[Signal]:
    """Yield who speaks of a name: "Name: …", "Name says", "says Name"; and an office before it."""
    keys, bits, first, last = reading.keys, reading.bits, mention.first, mention.last
    if last < len(keys) and keys[last] == ":":
        yield Signal("told", first, last, label, "berita")
    else:
        beside = (*range(max(0, first - 2), first), *range(last, min(len(keys), last + 2)))
        teller = next((j for j in beside if bits[j] & REPORTING), None)
        if teller is not None:
            yield Signal("told", teller, teller + 1, label, "berita")
    if first and bits[first - 1] & OFFICE_WORD:  # "Bupati Name"
        yield Signal("in_office", first - 1, first, label, "berita")


def capitals(bits: Sequence[int]) -> tuple[int, int, int]:
    """Return the number of words outside hashtags, of Capitalised ones, of SHOUTED ones."""
    words = [flags for flags in bits if flags & IS_WORD and not flags & IN_TAG]
    shouted = sum(flags & CAPITALS > 0 for flags in words)
    return len(words), sum(flags & CAPITAL > 0 for flags in words) - shouted, shouted


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
