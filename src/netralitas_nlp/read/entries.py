"""Entries of the lexicon: their columns, what may stand in them, their forms and their days.

A row is one party, person, ticket, slogan, phrase or class of words with its forms, the context
it needs and the phrases that silence it (``data/lexicon/README.md`` documents the columns). What
this module does not do: read files (see `rows`), or find anything in a text.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

from ..base.errors import LexiconError
from ..base.result import PARTISAN_CATEGORIES
from .lists import load_slang
from .words import MARK, NUMBER, default_tokenizer

COLUMNS = (
    "id",
    "kind",
    "name",
    "forms",
    "refers",
    "election",
    "number",
    "region",
    "valid_from",
    "valid_to",
    "needs",
    "blocks",
    "case",
    "direction",
    "category",
    "source",
    "note",
)
TARGETS = ("slogan", "ticket", "person", "party", "group", "camp", "gesture")
"""Kinds that stand for a contestant, in the order that decides when one form has several."""
PHRASES = ("stance", "tone", "neutral")
KINDS = (*TARGETS, *PHRASES, "cue")
NEEDS = ("party_word", "stance", "number", "name", "title", "campaign")
CASES = ("any", "capital", "upper")
DIRECTIONS = ("", "for", "against", "none")
ENTRY_CATEGORIES = ("", *PARTISAN_CATEGORIES)

MAX_LETTERS = 100
"""Letters of a form at most."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Entry(NamedTuple):
    """One row of a lexicon file; the fields are its columns."""

    id: str
    kind: str
    name: str
    forms: tuple[str, ...]
    refers: tuple[str, ...]
    election: tuple[str, ...]
    number: str
    region: str
    valid_from: str
    valid_to: str
    needs: tuple[str, ...]
    blocks: tuple[str, ...]
    case: str
    direction: str
    category: str
    source: str
    note: str

    @property
    def free(self) -> bool:
        """Whether its forms count wherever they stand: no context needed, nothing silences them."""
        return not self.needs and not self.blocks and self.case == "any"

    def valid_on(self, day: str) -> bool:
        """Whether the entry is in force on a day (``YYYY-MM-DD``)."""
        return (not self.valid_from or self.valid_from <= day) and (
            not self.valid_to or day <= self.valid_to
        )


def rank(kind: str) -> int:
    """Return the place of a kind in the order that decides when one form has several."""
    return TARGETS.index(kind) if kind in TARGETS else len(TARGETS)


SEVERAL = frozenset(("forms", "refers", "election", "needs", "blocks"))
"""Columns whose cells hold several values with ``|`` between."""


def parts(cell: str) -> tuple[str, ...]:
    """Return the values of a cell that holds several.

    >>> parts("pks | psi|")
    ('pks', 'psi')
    """
    return tuple([p for part in cell.split("|") if (p := part.strip())]) if cell else ()


# --- forms


def form_key(form: str) -> str:
    """Return a form as texts are read: its normal words, one space between them.

    >>> form_key("Ma'ruf Amin"), form_key("yg ke-2"), form_key("PKS!")
    ('maruf amin', 'yang ke 2', 'pks')
    """
    slang = load_slang()
    if form.isascii() and form.replace(" ", "").isalnum():  # nearly all are
        return " ".join([slang.get(w, w) for w in form.lower().split()])
    if form.isascii():
        words = form.lower().replace("'", "").replace("-", " ").replace("&", " ").split()
        if all(w.isalnum() or w == "_" for w in words):
            return " ".join([slang.get(w, w) for w in words])
    words = []
    for token in default_tokenizer().tokens(form):
        if token.kind != MARK:
            words.append(token.raw if token.kind == NUMBER and token.raw.isdigit() else token.norm)
    if "_" in form.split():
        words.insert(form.split().index("_"), "_")
    return " ".join(words)


class Blocks(NamedTuple):
    """The phrases that silence an entry.

    Attributes
    ----------
    near : tuple of str
        Phrases that silence anywhere near, each between two spaces.
    exact : tuple of pairs of tuples of str
        Words right before and right after the mention: ``"bayar _"`` is ``(("bayar",), ())``.
    guard : frozenset of str
        A word of each: where none of them is near, nothing is silenced.
    """

    near: tuple[str, ...]
    exact: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    guard: frozenset[str]


@lru_cache(maxsize=8192)
def blocks_of(blocks: tuple[str, ...]) -> Blocks:
    """Return the phrases of a cell ``blocks``, sorted out.

    >>> blocks_of(("bayar _", "hutan")).exact
    ((('bayar',), ()),)
    """
    near, exact, guard = [], [], set()
    for block in blocks:
        words = form_key(block).split(" ")
        if "_" in words:
            at = words.index("_")
            exact.append((tuple(words[:at]), tuple(words[at + 1 :])))
            guard.add(words[at - 1] if at else words[at + 1])
        else:
            near.append(f" {' '.join(words)} ")
            guard.add(words[0])
    return Blocks(tuple(near), tuple(exact), frozenset(guard))


# --- days


def is_day(text: str) -> bool:
    """Tell whether a cell is a day of the calendar, ``YYYY-MM-DD``.

    >>> is_day("2024-02-29"), is_day("2023-02-29"), is_day("14/2/2024")
    (True, False, False)
    """
    if not (text.isascii() and _DATE.fullmatch(text)):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def day_of(date: dt.date | str) -> str:
    """Return a date, a time or a text as a day ``YYYY-MM-DD``.

    Raises
    ------
    LexiconError
        If it is no day.

    Examples
    --------
    >>> import datetime
    >>> day_of(datetime.datetime(2024, 2, 14, 9, 30)), day_of("2024-02-14")
    ('2024-02-14', '2024-02-14')
    """
    day = date.isoformat()[:10] if isinstance(date, dt.date) else str(date)
    if not is_day(day):
        raise LexiconError("not_a_day", value=day)
    return day
