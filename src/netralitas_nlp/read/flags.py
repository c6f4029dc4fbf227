"""What is known of a word of a text, as one number of flags."""

from __future__ import annotations

from enum import IntFlag, auto


class Flag(IntFlag):
    """One thing known of a word, or of a place of a text.

    The first ones are classes of words that give a mention or a text its context (lexicon rows of
    kind ``cue``, whose ``name`` is the class in lower case).
    """

    PARTY_WORD = auto()
    TITLE = auto()
    NUMBER_WORD = auto()
    CAMPAIGN_WORD = auto()
    REPORTING = auto()
    NEGATION = auto()
    LAW_WORD = auto()
    UNIT_WORD = auto()
    RULE_TALK = auto()
    QUOTE = auto()
    FIRST_PERSON = auto()
    SECOND_PERSON = auto()
    INTENSIFIER = auto()
    OFFICE_WORD = auto()
    MEDIA_WORD = auto()
    LIFE_WORD = auto()
    POLICY_WORD = auto()
    OTHER_CONTEST = auto()  # a ballot of no office of the state: "ketua OSIS", "arisan"
    FOREIGN = auto()  # a country whose parties are not ours
    # What is found out while a text is read.
    STANCE = auto()  # inside a stance phrase: set on a text, not on a word
    VALUE = auto()  # the word may be a ballot number
    START = auto()  # a form of a contestant begins with the word
    PHRASE_START = auto()  # a form of a phrase begins with the word
    NAMED = auto()  # a handle that holds a contestant's name
    STRANGE = auto()  # a part of names, or no word we know
    UNKNOWN_NAME = auto()  # capitalised and no word we know: most likely a name
    # How it is written.
    IS_WORD = auto()
    IS_NUMBER = auto()
    IS_TAG = auto()
    IS_HANDLE = auto()
    IS_URL = auto()
    IS_EMOJI = auto()
    IS_MARK = auto()
    IN_TAG = auto()
    CAPITAL = auto()
    CAPITALS = auto()


# At run time plain numbers: an `IntFlag` takes twenty times as long to compare.
PARTY_WORD = int(Flag.PARTY_WORD)
TITLE = int(Flag.TITLE)
NUMBER_WORD = int(Flag.NUMBER_WORD)
CAMPAIGN_WORD = int(Flag.CAMPAIGN_WORD)
REPORTING = int(Flag.REPORTING)
NEGATION = int(Flag.NEGATION)
LAW_WORD = int(Flag.LAW_WORD)
UNIT_WORD = int(Flag.UNIT_WORD)
OFFICE_WORD = int(Flag.OFFICE_WORD)
RULE_TALK = int(Flag.RULE_TALK)
OTHER_CONTEST = int(Flag.OTHER_CONTEST)
FOREIGN = int(Flag.FOREIGN)
STANCE = int(Flag.STANCE)
VALUE = int(Flag.VALUE)
START = int(Flag.START)
PHRASE_START = int(Flag.PHRASE_START)
NAMED = int(Flag.NAMED)
STRANGE = int(Flag.STRANGE)
UNKNOWN_NAME = int(Flag.UNKNOWN_NAME)
IS_WORD = int(Flag.IS_WORD)
IS_NUMBER = int(Flag.IS_NUMBER)
IS_TAG = int(Flag.IS_TAG)
IS_HANDLE = int(Flag.IS_HANDLE)
IS_URL = int(Flag.IS_URL)
IS_EMOJI = int(Flag.IS_EMOJI)
IS_MARK = int(Flag.IS_MARK)
IN_TAG = int(Flag.IN_TAG)
CAPITAL = int(Flag.CAPITAL)
CAPITALS = int(Flag.CAPITALS)

CUE_FLAGS = {flag.name.lower(): int(flag) for flag in Flag if flag <= Flag.FOREIGN and flag.name}
"""Flag of each class of words, by its name in the lexicon."""
CUE_CLASSES = tuple(CUE_FLAGS)
CUES = sum(CUE_FLAGS.values())
"""Flags of all classes of words."""
