"""What lets a mention count: the context it needs, the phrases that silence it, ballot numbers.

What this module does not do: find forms (see `index`), or weigh anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .entries import Entry, blocks_of, rank
from .flags import (
    CAMPAIGN_WORD,
    CAPITAL,
    CAPITALS,
    CUE_FLAGS,
    FOREIGN,
    IS_NUMBER,
    IS_WORD,
    LAW_WORD,
    NEGATION,
    NUMBER_WORD,
    OTHER_CONTEST,
    PARTY_WORD,
    STANCE,
    TITLE,
    UNIT_WORD,
)
from .lists import load_context_words

REACH = 4
"""Words to either side in which a mention looks for the context it needs or is blocked by."""
REFUSED_REACH = 3
"""Words from a negation to the attribute it refuses."""
CAMPAIGN_REACH = 7
"""The same for ballot numbers, which may stand further from their campaign word."""


class Mention(NamedTuple):
    """A place in a text where a form of the lexicon stands.

    Attributes
    ----------
    first, last : int
        Index of the first token, and one past the last.
    kind : str
        Kind of the entry, or ``"number"`` for a ballot number.
    entries : tuple of Entry
        What it may stand for (several where one form has several owners).
    blocked : str
        ``""`` if it counts, else why not: ``"needs context"``, ``"blocked by …"``, ``"case"``,
        ``"law citation"``, ``"unit"``, ``"another contest"``, ``"negated"``.
    handle : bool
        True if it was read from an @handle.
    number : int
        The ballot number, for kind ``"number"``; else 0.
    """

    first: int
    last: int
    kind: str
    entries: tuple[Entry, ...]
    blocked: str = ""
    handle: bool = False
    number: int = 0


def of_first_kind(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries of the kind that decides where one form has several."""
    entries = tuple(entries)
    kind = min((e.kind for e in entries), key=rank)
    return tuple([e for e in entries if e.kind == kind])


def blocked_by(entry: Entry, keys: Sequence[str], first: int, last: int) -> str:
    """Return the phrase of the entry's ``blocks`` that silences it here, or ``""``.

    "Bayar PBB": the block "bayar _" silences the party.
    """
    if not entry.blocks:
        return ""
    blocks = blocks_of(entry.blocks)
    around = (*keys[max(0, first - REACH) : first], *keys[last : last + REACH])
    # Most often no word of a block is near; a handle is one key of several words.
    if blocks.guard.isdisjoint(around) and " " not in "".join(around):
        return ""
    for before, after in blocks.exact:
        if (
            tuple(keys[max(0, first - len(before)) : first]) == before
            and tuple(keys[last : last + len(after)]) == after
        ):
            return " ".join((*before, "_", *after))
    left = f" {' '.join(keys[max(0, first - REACH) : first])} "
    right = f" {' '.join(keys[last : last + REACH])} "
    for phrase in blocks.near:
        if phrase in left or phrase in right:
            return phrase.strip()
    return ""


def vouched(phrase: Mention) -> int:
    """Return the context a phrase gives to what stands near it, as flags."""
    entry = phrase.entries[0]
    if entry.kind == "cue":
        return CUE_FLAGS.get(entry.name, 0)
    if entry.kind != "stance":
        return 0
    # Everyday words that are a stance only beside a contestant cannot vouch for one; the words
    # of voting and winning can.
    return STANCE if not entry.needs or entry.category == "ajakan" else 0


def maybe_ballot(
    keys: Sequence[str], bits: Sequence[int], numbers: list[int], phrases: Sequence[Mention]
) -> list[int]:
    """Return those numbers that may be ballot numbers; `Context.ballot` looks closer.

    For most, neither a phrase nor a number word stands before them, and nothing need be weighed.
    """
    if not numbers:
        return numbers
    inside = {j for p in phrases for j in range(p.first, p.last)}
    slot = load_context_words().slot
    return [
        i
        for i in numbers
        if i - 1 in inside
        or (len(keys[i]) == 2 and keys[i][0] == "0")
        or (i and (bits[i - 1] & NUMBER_WORD or keys[i - 1] in slot))
    ]


@dataclass(slots=True)
class Context:
    """A text, and where contestants stand in it so far.

    Attributes
    ----------
    keys, bits : sequences of str and int
        The text by places; the flags say which are inside a stance phrase.
    named : set of int
        Places of names that count.
    numbers : set of int
        Places of ballot numbers that count.
    """

    keys: Sequence[str]
    bits: Sequence[int]
    named: set[int]
    numbers: set[int]

    def judge(self, first: int, last: int, entries: tuple[Entry, ...]) -> Mention:
        """Decide whether a form counts in its context, and for which of its entries."""
        passed: list[Entry] = []
        reason = ""
        for entry in entries:
            refused = self._refused(entry, first, last)
            if not refused:
                passed.append(entry)
            reason = reason or refused
        if passed:
            counting = of_first_kind(passed)
            return Mention(first, last, counting[0].kind, counting)
        return Mention(first, last, entries[0].kind, entries, blocked=reason)

    def _refused(self, entry: Entry, first: int, last: int) -> str:
        """Return why an entry does not count here, or ``""``."""
        # "amin" is a prayer, "AMIN" a ticket.
        wanted = {"upper": CAPITALS, "capital": CAPITAL}.get(entry.case, 0)
        if wanted and any(b & IS_WORD and not b & wanted for b in self.bits[first:last]):
            return "case"
        block = blocked_by(entry, self.keys, first, last)
        if block:
            return f"blocked by {block}"
        around = self._around(first, last, REACH)
        heard = self._heard(around)
        # "Partai Demokrat di Amerika", "Golkar menang lomba antar-RT"
        if entry.kind == "party" and heard & (FOREIGN | OTHER_CONTEST):
            return "another contest"
        if not entry.needs:
            return ""
        met = any(self._met(need, first, around, heard) for need in entry.needs)
        return "" if met else "needs context"

    def _around(self, first: int, last: int, reach: int) -> list[int]:
        return [
            *range(max(0, first - reach), first),
            *range(last, min(len(self.keys), last + reach)),
        ]

    def _heard(self, around: Iterable[int]) -> int:
        heard = 0
        for place in around:
            heard |= self.bits[place]
        return heard

    def _met(self, need: str, first: int, around: list[int], heard: int) -> bool:
        """Whether a context an entry asks for is there."""
        if need == "title":
            return bool(first and self.bits[first - 1] & TITLE)
        if need == "name":
            return not self.named.isdisjoint(around)
        if need == "number":
            return not self.numbers.isdisjoint(around)
        if need == "party_word":
            return bool(heard & PARTY_WORD)
        if need == "stance":
            return bool(heard & STANCE)
        # "campaign": any sign of one
        return (
            bool(heard & (PARTY_WORD | STANCE | CAMPAIGN_WORD))
            or not self.named.isdisjoint(around)
            or not self.numbers.isdisjoint(around)
        )

    def refuses(self, mention: Mention) -> bool:
        """Whether an attribute is refused: "jangan pakai ✌️", "bukan #Lanjutkan".

        Of a name or a number that would be taking a side; of a gesture or a slogan it is none.
        """
        if mention.kind not in ("gesture", "slogan"):
            return False
        before = range(max(0, mention.first - REFUSED_REACH), mention.first)
        lost = load_context_words().not_refusing  # "jangan lupa ✌️"
        return any(self.bits[j] & NEGATION and self.keys[j + 1] not in lost for j in before)

    # --- ballot numbers

    def ballot(self, i: int, vouched: bool) -> Mention | None:
        """Tell whether a number is a ballot number; None where nothing speaks for it at all.

        Parameters
        ----------
        i : int
            Its place.
        vouched : bool
            Whether what stands before it speaks for it as a name near it would.
        """
        key = self.keys[i]
        before = i and self.bits[i - 1]
        words = load_context_words()
        spelled = bool(i) and self.keys[i - 1] in words.zero  # "kosong dua"
        slot = spelled or (bool(i) and self.keys[i - 1] in words.slot)
        worded = slot or bool(before & NUMBER_WORD)  # "nomor 2", "paslon 2"
        zeroed = len(key) == 2 and key[0] == "0"  # "02"
        called = bool(before & STANCE)  # "coblos 2"
        if not (worded or zeroed or called):
            return None
        first = i
        while first and self.bits[first - 1] & NUMBER_WORD and i - first < 3:
            first -= 1
        value = int(key) if key.isdigit() else words.number[key]
        blocked = self._another_number(first, i, worded, zeroed, called)
        around = self._around(i, i + 1, CAMPAIGN_REACH)
        if self._heard(around) & OTHER_CONTEST:  # "paslon 2 ketua OSIS"
            blocked = "another contest"
        if not blocked and not slot and not vouched:
            heard = self._heard(around) & (CAMPAIGN_WORD | PARTY_WORD | STANCE)
            if not heard and self.named.isdisjoint(around):
                blocked = "needs context"
        return Mention(first, i + 1, "number", (), blocked, number=value)

    def _another_number(self, first: int, i: int, worded: bool, zeroed: bool, called: bool) -> str:
        """Return what a number is instead of a ballot number, or ``""``.

        Parameters
        ----------
        first, i : int
            Place of its first number word, and its own.
        worded, zeroed, called : bool
            Whether a number word, a zero, or a stance phrase speaks for it.
        """
        words = load_context_words()
        ends = i + 1 == len(self.keys)
        after, after_bits = ("", 0) if ends else (self.keys[i + 1], self.bits[i + 1])
        before, before_bits = (self.keys[i - 1], self.bits[i - 1]) if i else ("", 0)
        # "SKB Nomor 2 Tahun 2022", "2/2024"
        if after in ("tahun", "/") or before == "/" or self._cites_law(first):
            return "law citation"
        # "dukung 2 Mei", "nomor 2 500"
        if after in words.month or after_bits & IS_NUMBER:
            return "unit"
        # "pilih 2 ekor"; but after "nomor 2 jam 7" something new begins
        if after_bits & UNIT_WORD and (zeroed or after not in words.before_number):
            return "unit"
        # "dukung 3 program": what follows is counted, unless it only rounds the call off
        bare = called and not worded and not zeroed
        if bare and after_bits & IS_WORD and after not in words.rounding:
            return "unit"
        # "juara nomor 1", "nomor 2 kamar"
        around = (*self.keys[max(0, first - 2) : i], after)
        if not words.rank.isdisjoint(around):
            return "unit"
        return "unit" if not worded and before_bits & UNIT_WORD else ""  # "jam 02"

    def _cites_law(self, first: int) -> bool:
        """Whether a word of law stands before a number and cites one.

        Not "surat suara" (a ballot), not "tahun ini".
        """
        for place in range(max(0, first - 3), first):
            if not self.bits[place] & LAW_WORD:
                continue
            word, after = self.keys[place], self.keys[place + 1]
            if word == "tahun":
                if len(after) == 4 and after.isdigit():
                    return True
            elif not (word == "surat" and after == "suara"):
                return True
        return False
