"""The rules behind the advice: which neutrality rules could apply to a text, few and in plain words.

The table ``data/rules.csv`` holds clauses that two or more public sources quote alike, each with
its addresses; no official gazette was read in full. Its order is the order of fit: of the rules that
go with a text, those that stand first are shown. A rule is named because the *text* is of a kind
the rule speaks of. Whether it applies depends on who wrote it, where and when, which no text shows.
Who decides stands apart, in ``data/process.csv``.

What this module does not do: name a sanction, judge a person, or give legal advice.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..base.assets import asset_path, read_table
from ..base.catalogue import Language, Message, text
from ..base.errors import ArgumentError, ArgumentTypeError, DataError
from ..base.result import CATEGORIES, NEUTRAL_CATEGORIES, Classification
from ..read.entries import is_day
from .elections import CONTESTS, PHASES, phase_named

ACTS = ("unggah", "komentar", "bagikan", "suka", "foto")
"""What somebody does with a text: post, comment, share, like, show in a photo."""
BOUND = (
    "pns",
    "pppk",
    "suami-istri",
    "honorer",
    "pejabat",
    "kades",
    "perangkat",
    "bpd",
    "bumn",
)
"""Whom rules bind: civil servants, on contract, whose spouse is a candidate; government staff that
are not civil servants; officials; village heads, officers and councils; state companies."""
OUTSIDE = ("tni", "polri")
"""Soldiers and police have rules of their own, of which this package does not speak."""
COLUMNS = (
    "id",
    "topic",
    "binds",
    "act",
    "phase",
    "contest",
    "categories",
    "rule",
    "rule_en",
    "clause",
    "source",
    "date",
    "checked_on",
    "note",
)
_STEP_COLUMNS = (
    "step",
    "binds",
    "decides",
    "who",
    "what",
    "what_en",
    "source",
    "date",
    "checked_on",
    "note",
)
_MOST = 3
_WHO = "who (--siapa)"  # as it is called in Python, and on the command line
_CIVIL_SERVANTS = ("pns", "pppk")
_CONTESTANTS = frozenset(
    ("party", "person", "ticket", "number", "slogan", "gesture", "group", "camp")
)
_YEAR = re.compile(r"[12]\d{3}")


@dataclass(frozen=True)
class Rule:
    """One clause that could apply to a text.

    Attributes
    ----------
    id : str
    topic : str
        What it is about; of rules on one topic only the one that fits best is shown.
    binds : tuple of str
        Whom it binds, of `BOUND`.
    act : tuple of str
        Acts it speaks of, of `ACTS`.
    phase : tuple of str
        Phases it applies in, of `elections.PHASES`.
    contest : str
        ``"pemilu"`` or ``"pilkada"`` if it is for one of them only, else ``""``.
    categories : tuple of str
        Categories of texts it could apply to, of `result.CATEGORIES`.
    rule, rule_en : str
        What it says, in short.
    clause : str
        Where it stands.
    source : str
        Addresses of public pages that quote it, with spaces between.
    date : str
        Day (``YYYY-MM-DD``) or year of the instrument.
    checked_on : str
        Day it was compared with these pages.
    note : str
        A reservation, in English, or ``""``.
    """

    id: str
    topic: str
    binds: tuple[str, ...]
    act: tuple[str, ...]
    phase: tuple[str, ...]
    contest: str
    categories: tuple[str, ...]
    rule: str
    rule_en: str
    clause: str
    source: str
    date: str
    checked_on: str
    note: str

    def words(self, language: Language = "id") -> str:
        """Return what the rule says, in short."""
        return self.rule_en if language == "en" else self.rule

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        lists = {
            name: list(getattr(self, name)) for name in ("binds", "act", "phase", "categories")
        }
        return asdict(self) | lists


@dataclass(frozen=True)
class Step:
    """One step of how a report is handled: who does what.

    Attributes
    ----------
    step : str
        Its number.
    binds : tuple of str
        Whose reports take it, of `BOUND`.
    decides : bool
        Whether something is decided in it.
    who, what, what_en : str
    source, date, checked_on, note : str
        As in `Rule`.
    """

    step: str
    binds: tuple[str, ...]
    decides: bool
    who: str
    what: str
    what_en: str
    source: str
    date: str
    checked_on: str
    note: str

    def words(self, language: Language = "id") -> str:
        """Return what is done in this step."""
        return self.what_en if language == "en" else self.what


def rules(
    of: Classification | str,
    act: str | None = None,
    phase: str | None = None,
    who: str | None = None,
    contest: str | None = None,
) -> tuple[Rule, ...]:
    """Return the rules, at most three, that fit a text best.

    Parameters
    ----------
    of : Classification or str
        A result, or one of the ten categories. A neutral result has no rules, nor has a neutral
        category; but a photo (`act` ``"foto"``) of a text that names a contestant has the rule on
        photos, however everyday its words.
    act : str, optional
        What is done with the text, of `ACTS`; default: any of them but a photo.
    phase : str, optional
        A phase in English or Indonesian, of `elections.PHASES`; default: any of them.
        `elections.phase_of` has the phase of a day.
    who : str, optional
        Who asks, of `BOUND` or `OUTSIDE` (for whom there are no rules here); default: civil
        servants.
    contest : str, optional
        ``"pemilu"`` or ``"pilkada"``; default: either.

    Examples
    --------
    >>> [r.id for r in rules("ajakan", act="komentar", phase="sesudah")]
    ['pp94-ajakan', 'skb-medsos', 'skb-akun']
    >>> rules("berita")
    ()
    """
    if not isinstance(of, Classification | str):
        raise ArgumentTypeError("rules_of", type=type(of).__name__)
    category = of if isinstance(of, str) else of.category
    # A model without categories says "": then any rule for a partisan text could apply.
    known = (*CATEGORIES, "") if isinstance(of, Classification) else CATEGORIES
    _check("category", category, known)
    _check("act", act, (None, *ACTS))
    _check(_WHO, who, (None, *BOUND, *OUTSIDE))
    _check("contest", contest, (None, *CONTESTS))
    stage = None if phase is None else phase_named(phase)
    photo = act == "foto" and isinstance(of, Classification) and _names_a_contestant(of)
    if not photo and _reads_neutral(of, category):
        return ()
    asked = _asked(who)
    best: dict[str, Rule] = {}
    for rule in _packaged():
        if asked.isdisjoint(rule.binds) or (contest and rule.contest not in ("", contest)):
            continue
        if not (act in rule.act if act else rule.act != ("foto",)):
            continue
        fits = category in (*rule.categories, "") or (photo and rule.topic == "foto")
        if fits and (stage is None or stage in rule.phase):
            best.setdefault(rule.topic, rule)
    return tuple(best.values())[:_MOST]


def process(who: str | None = None) -> tuple[Step, ...]:
    """Return how a report is handled: who verifies, who recommends, who decides.

    >>> [step.who for step in process("kades") if step.decides]
    ['Sentra Gakkumdu', 'Bupati']
    """
    _check(_WHO, who, (None, *BOUND, *OUTSIDE))
    asked = _asked(who)
    return tuple(step for step in _steps() if not asked.isdisjoint(step.binds))


def limits_note(language: Language = "id", who: str | None = None) -> str:
    """Return what this package cannot know or claim, to be read with every answer.

    >>> "civil servant" in limits_note("en")
    True
    """
    if who in OUTSIDE:
        return text("rules.outside", language)
    checked = max(r.checked_on for r in _packaged())
    return text("rules.limits", language, checked=checked)


def load_rules(path: str | Path) -> tuple[Rule, ...]:
    """Read a table of rules.

    Raises
    ------
    AssetError
        If the file cannot be read or lacks a column.
    DataError
        With the line of the first row that cannot be used, the value, and the allowed ones.
    """
    path = Path(path)
    out: list[Rule] = []
    lists = {"binds": BOUND, "act": ACTS, "phase": PHASES, "categories": CATEGORIES}
    for line, row in enumerate(read_table(path, COLUMNS), start=2):
        where = Message("place.line", path=str(path), number=line)
        for column in COLUMNS:
            if column not in ("contest", "note") and not row[column].strip():
                raise DataError("cell_missing", where=where, column=column)
        if any(row["id"] == r.id for r in out):
            raise DataError("id_twice", where=where, id=row["id"])
        values: dict[str, Any] = {c: row[c].strip() for c in COLUMNS}
        for column, allowed in lists.items():
            values[column] = _values(row[column], column, allowed, where)
        if values["contest"]:
            _values(values["contest"], "contest", CONTESTS, where)
        if not (is_day(row["date"]) or _YEAR.fullmatch(row["date"])):
            raise DataError("no_day_or_year", where=where, value=row["date"])
        if not is_day(row["checked_on"]):
            raise DataError("no_day", where=where, column="checked_on", value=row["checked_on"])
        if not all(s.startswith("https://") for s in row["source"].split()):
            raise DataError("no_addresses", where=where, value=row["source"])
        out.append(Rule(**values))
    return tuple(out)


def _values(cell: str, column: str, allowed: tuple[str, ...], where: Message) -> tuple[str, ...]:
    values = tuple(v.strip() for v in cell.split("|"))
    for value in values:
        if value not in allowed:
            raise DataError(
                "cell_not_one_of", where=where, column=column, value=value, allowed=allowed
            )
    return values


def _check(name: str, value: str | None, allowed: tuple[str | None, ...]) -> None:
    if value not in allowed:
        choices = [a for a in allowed if a]
        raise ArgumentError("not_one_of", name=name, value=value, allowed=choices)


def _asked(who: str | None) -> set[str]:
    """Whose rules these are: without an answer, a civil servant's; a spouse is one as well."""
    return {*_CIVIL_SERVANTS, who or ""} if who in (None, "suami-istri") else {who}


def _reads_neutral(of: Classification | str, category: str) -> bool:
    verdict = of.verdict if isinstance(of, Classification) else ""
    return verdict == "neutral" or category in NEUTRAL_CATEGORIES


def _names_a_contestant(result: Classification) -> bool:
    return any(e.kind in _CONTESTANTS for e in result.evidence)


@lru_cache(maxsize=1)
def _packaged() -> tuple[Rule, ...]:
    return load_rules(asset_path("data", "rules.csv"))


@lru_cache(maxsize=1)
def _steps() -> tuple[Step, ...]:
    out = []
    for row in read_table(asset_path("data", "process.csv"), _STEP_COLUMNS):
        values: dict[str, Any] = {c: row[c] for c in _STEP_COLUMNS}
        values |= {"binds": tuple(row["binds"].split("|")), "decides": row["decides"] == "yes"}
        out.append(Step(**values))
    return tuple(out)


__all__ = [
    "ACTS",
    "BOUND",
    "OUTSIDE",
    "Rule",
    "Step",
    "limits_note",
    "load_rules",
    "process",
    "rules",
]
