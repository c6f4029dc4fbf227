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

from ..base.result import NEUTRAL_CATEGORIES
from .context import REFUSED_REACH, Mention
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
    OTHER_CONTEST,
    REPORTING,
    RULE_TALK,
)
from .reading import Reading

REACH = 6
"""Words between a contestant and a phrase that still count as one thought."""

MOST = 3
"""A signal counts up to so many times in a text."""

_FEW_WORDS = 5  # a text of fewer has no look
_MOSTLY = 0.6
_MOST_QUOTED = 40  # places between two quotation marks that belong together
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
    contestants = [m for m in reading.at if m.kind != "unlisted"]
    out, ends = _of_phrases(reading, contestants)
    for mention in reading.at:
        out += _of_mention(mention, reading, ends)
    size = len(reading.keys)
    if sum(_is_name(m) for m in contestants) > 2:
        out.append(Signal("names_many", 0, size))
    if size and not contestants:
        out.append(Signal("no_target", 0, size))
    out += _set_apart(reading, out)
    out += _manner(reading.keys, reading.bits)
    written = _look(reading.bits)
    if written:
        out.append(Signal(written, 0, size))
    counts: Counter[str] = Counter()
    kept: list[Signal] = []
    for signal in out:
        counts[signal.name] += 1
        if counts[signal.name] <= (1 if signal.name == "negated" else MOST):
            kept.append(signal)
    return kept


def _set_apart(reading: Reading, found: Sequence[Signal]) -> Iterator[Signal]:
    """Yield which of the signals stand in quotation marks or are refused as an attribute.

    "jangan pakai #Lanjutkan", 'pose "dua jari" dilarang': what is set apart is spoken of.
    """
    quoted = _in_quotes(reading.keys)
    for signal in found:
        if signal.last - signal.first > _MOST_QUOTED:  # about the whole text
            continue
        if signal.first in quoted and signal.category not in ("", *NEUTRAL_CATEGORIES):
            yield Signal("quoted", signal.first, signal.last, signal.entry)
        before = range(max(0, signal.first - REFUSED_REACH), signal.first)
        if signal.category == "atribut" and any(reading.bits[j] & RULE_TALK for j in before):
            yield Signal("refused", signal.first, signal.last, signal.entry)


def _in_quotes(keys: Sequence[str]) -> set[int]:
    """Return the places between quotation marks, taken two by two."""
    marks = [i for i, key in enumerate(keys) if key == '"']
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return {i for a, b in pairs if b - a <= _MOST_QUOTED for i in range(a + 1, b)}


def _of_phrases(reading: Reading, mentions: Sequence[Mention]) -> tuple[list[Signal], set[int]]:
    """Return the signals of campaign phrases, and where stance phrases end."""
    out: list[Signal] = []
    ends: set[int] = set()
    neutral = "neutral"
    elsewhere = any(flags & OTHER_CONTEST for flags in reading.bits)
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
        # "Pilih nomor 3 buat ketua kelas": a call, but to another ballot
        lonely = entry.needs or (elsewhere and phrase.kind == "stance")
        if purpose is None or (lonely and not near):
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
    label = entry.name if entry else f"nomor {mention.number}" if mention.number else ""
    if kind == "unlisted":
        yield Signal("unlisted", first, last)
        return
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


def _look(bits: Sequence[int]) -> str:
    """Return ``"headline"``, ``"shouted"`` or ``""``: how a text of so many capitals is written."""
    words = [flags for flags in bits if flags & IS_WORD and not flags & IN_TAG]
    shouted = sum(flags & CAPITALS > 0 for flags in words)
    capital = sum(flags & CAPITAL > 0 for flags in words) - shouted
    if len(words) < _FEW_WORDS:
        return ""
    if capital > _MOSTLY * len(words):
        return "headline"
    return "shouted" if shouted > _MOSTLY * len(words) else ""


def _manner(keys: Sequence[str], bits: Sequence[int]) -> Iterator[Signal]:
    """Yield how a text speaks: classes of words, marks, tags, links."""
    for i, flags in enumerate(bits):
        for name, bit in _SPEECH:
            if flags & bit:
                yield Signal(name, i, i + 1)
        if flags & IS_MARK and keys[i] in _MARKS:
            yield Signal(_MARKS[keys[i]], i, i + 1)


# What a text is about, and who speaks in it. A negation counts once in a text.
_TOPICS = ("rule_talk", "office_word", "life_word", "policy_word", "other_contest")
_SPEAKING = (
    "reporting",
    "campaign_word",
    "party_word",
    "first_person",
    "second_person",
    "intensifier",
    "media_word",
)
_WRITTEN = (
    ("negated", NEGATION),
    ("emoji", IS_EMOJI),
    ("link", IS_URL),
    ("tag", IS_TAG),
    ("addressed", IS_HANDLE),
    ("figure", IS_NUMBER),
)
_SPEECH = (*((name, CUE_FLAGS[name]) for name in (*_TOPICS, *_SPEAKING)), *_WRITTEN)
MANNER = frozenset([*_SPEAKING, *(name for name, _ in _WRITTEN), *_MARKS.values()])
"""Signals of how a text is written, which the fallback weighs. The model hears the words
themselves; such counts would teach it what the collectors of its texts left and took away."""
