"""People nobody has listed: in a regency the candidate is the one no lexicon knows.

A name after a title, an office, a party word or a call, or before an office it is wished into, is a
mention too. Where the text itself makes the person a contestant ("dukung penuh hendra yusuf",
"Semoga Bu Ratna terpilih lagi jadi bupati") the mention is a ``person`` like a listed one; else
("Bu Ratna guru kelas dua") it is ``unlisted``, which no side can use and no side is hidden by.

What this module does not do: know anybody, or judge a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .context import Mention
from .flags import (
    CAMPAIGN_WORD,
    CAPITAL,
    CUES,
    IN_TAG,
    IS_WORD,
    NEGATION,
    OFFICE_WORD,
    OTHER_CONTEST,
    PARTY_WORD,
    STANCE,
    STRANGE,
    TITLE,
    UNKNOWN_NAME,
    VALUE,
)
from .lists import load_context_words

_MOST_WORDS = 4  # of a name
_NO_NAME = CUES | STANCE | VALUE | IN_TAG  # a word that has another task is no part of a name
_CONTEST_REACH = 3  # words from a name to those that make it a contestant's
_OFFICE_REACH = 3  # words from a name to the office it is wished into


class Persons:
    """Finds unlisted people in a text.

    Parameters
    ----------
    keys, bits : sequences of str and int
        The text by places; listed names are one place each, and words inside stance phrases have
        the flag ``STANCE``.
    named : set of int
        Places of listed contestants and ballot numbers that count.
    """

    def __init__(self, keys: Sequence[str], bits: Sequence[int], named: set[int]) -> None:
        self.keys, self.bits, self.named = keys, bits, named

    def find(self) -> Iterator[Mention]:
        """Yield the mentions of unlisted people, in order."""
        at = 0
        while at < len(self.keys):
            last = self._end(at)
            if last == at:
                at += 1
                continue
            kind = self._kind(at, last)
            if kind:
                yield Mention(at, last, kind, ())
            at = last

    def _end(self, first: int) -> int:
        """Return where a name that begins at a place ends; the place itself if none begins."""
        capital = self.bits[first] & CAPITAL
        last = first
        while last < len(self.keys) and last - first < _MOST_WORDS and self._is_part(last, first):
            if self.bits[last] & CAPITAL != capital:  # "Ratna sekarang": the name is over
                break
            last += 1
        return last

    def _is_part(self, place: int, first: int) -> bool:
        flags = self.bits[place]
        if not flags & IS_WORD or flags & _NO_NAME & ~NEGATION or place in self.named:
            return False
        if flags & UNKNOWN_NAME and not flags & NEGATION:
            return True
        # "bu ratna", "dukung hendra yusuf", "caleg Sari": lower case, or a word that is more than a
        # name, is a name only where something says so.
        before = self.bits[first - 1] if first else 0
        telling = TITLE | STANCE | (CAMPAIGN_WORD | PARTY_WORD if flags & CAPITAL else 0)
        if not before & telling:
            return False
        # "pilih Moh Hasbul Matrai": "moh" is a refusal too, but not before a name
        leads = flags & CAPITAL and self.bits[place + 1 : place + 2]
        if leads and self.bits[place + 1] & UNKNOWN_NAME:
            return True
        return bool(flags & STRANGE and not flags & NEGATION)

    def _kind(self, first: int, last: int) -> str:
        """Return what a name is here: ``person`` (a contestant), ``unlisted``, or ``""``."""
        before = self.bits[first - 1] if first else 0
        introduced = before & (TITLE | OFFICE_WORD | PARTY_WORD | CAMPAIGN_WORD | STANCE)
        wished = self._wished_into_office(last)
        if not introduced and not wished:
            return ""
        if wished or before & (CAMPAIGN_WORD | STANCE) or self._in_a_contest(first, last):
            return "" if self._in_another_contest() else "person"
        return "unlisted" if before & (TITLE | OFFICE_WORD) else ""

    def _wished_into_office(self, last: int) -> bool:
        """Whether an office follows that the name is wished into: "Hendra for bupati"."""
        words = load_context_words()
        for place in range(last, min(len(self.keys), last + _OFFICE_REACH)):
            if self.keys[place] in words.becomes and any(
                self.bits[j] & OFFICE_WORD
                for j in range(place + 1, min(len(self.keys), place + 1 + _OFFICE_REACH))
            ):
                return True
        return False

    def _in_a_contest(self, first: int, last: int) -> bool:
        """Whether words of a campaign, a listed contestant or a ballot number are near."""
        left, right = max(0, first - _CONTEST_REACH), min(len(self.keys), last + _CONTEST_REACH)
        around = (*range(left, first), *range(last, right))
        return not self.named.isdisjoint(around) or any(
            self.bits[j] & (CAMPAIGN_WORD | STANCE) for j in around
        )

    def _in_another_contest(self) -> bool:
        """Whether the text is about a ballot of no office of the state: OSIS, RT, idols."""
        return any(flags & OTHER_CONTEST for flags in self.bits)
