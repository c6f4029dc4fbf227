"""The calendar of elections: which phase a day stands in, for the whole country or a region.

``data/elections.csv`` holds one election a row with its days and the public pages that tell them.
A day that no row speaks of has no election, as far as the table reaches: the national elections
of 2014, 2019 and 2024, the regional ones from 2015 to 2024, the repeat votes of 2025.

What this module does not do: foretell. Elections without a timetable (the national one of 2029,
the regional ones after it) are not in the table until their days are set.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ..base.assets import asset_path, read_columns, read_table
from ..base.catalogue import Message
from ..base.errors import ArgumentError, DataError
from ..read.entries import is_day

PHASES = ("none", "before", "after", "voted")
"""No election now; before the candidates are set; from then to the vote; after the vote."""
PHASE_WORDS = {"tidak-ada": "none", "sebelum": "before", "sesudah": "after", "usai": "voted"}
"""The same in Indonesian."""
CONTESTS = ("pemilu", "pilkada")
"""National election (president, parliament) or regional one: other laws apply."""
_DAYS = (
    "starts",
    "candidates_set",
    "campaign_from",
    "campaign_to",
    "quiet_from",
    "quiet_to",
    "vote",
    "result",
    "office",
)
COLUMNS = ("election", "name", "contest", "region", *_DAYS, "source", "checked_on", "note")
_STRICTEST = ("after", "before", "voted")  # which of several elections decides the phase
_COUNTRY = "Indonesia"
_LOCAL = ("Kabupaten ", "Kota ")


@dataclass(frozen=True)
class Election:
    """One row of the calendar; a day that no source tells is None.

    Attributes
    ----------
    election, name : str
        Short name (``"pilkada2024"``) and name.
    contest : str
        ``"pemilu"`` or ``"pilkada"``.
    region : str
        ``"Indonesia"``, one region, or the number of regions (``"270 daerah"``).
    starts : datetime.date or None
        First day of the official stages.
    candidates_set : datetime.date
    campaign_from, campaign_to, quiet_from, quiet_to : datetime.date or None
    vote : datetime.date
    result, office : datetime.date or None
        Day of the official result, and day the winners took office; one of them is known.
    source : str
        Addresses of public pages, with spaces between.
    checked_on : datetime.date
        Day the row was compared with them.
    note : str
        A reservation, in English, or ``""``.
    """

    election: str
    name: str
    contest: str
    region: str
    starts: dt.date | None
    candidates_set: dt.date
    campaign_from: dt.date | None
    campaign_to: dt.date | None
    quiet_from: dt.date | None
    quiet_to: dt.date | None
    vote: dt.date
    result: dt.date | None
    office: dt.date | None
    source: str
    checked_on: dt.date
    note: str

    def phase(self, day: dt.date) -> str:
        """Return the phase of a day in this election, of `PHASES`."""
        if day > self.vote:
            # From the day they take office, winners govern.
            end = self.office or self.result
            return "voted" if end is not None and day < end else "none"
        if day >= self.candidates_set:
            return "after"
        return "before" if self.starts is not None and day >= self.starts else "none"


class Moment(NamedTuple):
    """Where a day stands.

    Attributes
    ----------
    phase : str
        Of `PHASES`.
    election : Election or None
        The election that says so; None for ``"none"``.
    """

    phase: str
    election: Election | None


def phase_of(day: dt.date | str, where: str | None = None) -> Moment:
    """Return which phase a day stands in.

    Parameters
    ----------
    day : datetime.date or str
        A day, or ``"YYYY-MM-DD"``.
    where : str, optional
        An election (``"pilkada2024"``) or a region (``"Kota Palopo"``, ``"Papua"``); default: what
        concerns the whole country, or many regions. A regional election of many regions counts for
        every region: the table does not list them.

    Returns
    -------
    Moment
        Where several elections run, the strictest phase: after the candidates are set, then before,
        then after the vote.

    Raises
    ------
    ArgumentError
        If `day` is no day, or `where` neither an election nor a region; the message has the
        allowed ones.

    Examples
    --------
    >>> phase_of("2024-10-01").phase, phase_of("2026-11-30").phase
    ('after', 'none')
    >>> phase_of("2025-05-10", "Palopo").election.election
    'psu2025-palopo'
    >>> phase_of("2024-12-01", "pilkada2024").phase
    'voted'
    """
    date = _day(day)
    held = {phase: e for e in _concerning(where) if (phase := e.phase(date)) != "none"}
    for phase in _STRICTEST:
        if phase in held:
            return Moment(phase, held[phase])
    return Moment("none", None)


def phase_named(given: str) -> str:
    """Return a phase by its English or Indonesian word.

    >>> phase_named("sesudah"), phase_named("before")
    ('after', 'before')
    """
    phase = PHASE_WORDS.get(given, given)
    if phase not in PHASES:
        allowed = (*PHASES, *PHASE_WORDS)
        raise ArgumentError("not_one_of", name="phase", value=given, allowed=allowed)
    return phase


def load_elections(path: str | Path) -> tuple[Election, ...]:
    """Read a calendar of elections.

    Raises
    ------
    AssetError
        If the file cannot be read or lacks a column.
    DataError
        With the line of the first row that cannot be used: a day that is no day, or days that go
        backwards.
    """
    path = Path(path)
    out: list[Election] = []
    for line, row in enumerate(read_table(path, COLUMNS), start=2):
        where = Message("place.line", path=str(path), number=line)
        for column in ("election", "name", "region", "candidates_set", "vote", "source"):
            if not row[column].strip():
                raise DataError("cell_missing", where=where, column=column)
        if any(row["election"] == e.election for e in out):
            raise DataError("id_twice", where=where, id=row["election"])
        if row["contest"] not in CONTESTS:
            wrong = {"column": "contest", "value": row["contest"], "allowed": CONTESTS}
            raise DataError("cell_not_one_of", where=where, **wrong)
        if not all(s.startswith(("https://", "http://")) for s in row["source"].split()):
            raise DataError("no_addresses", where=where, value=row["source"])
        out.append(_election(row, where))
    return tuple(out)


def _election(row: dict[str, str], where: Message) -> Election:
    days: dict[str, dt.date | None] = {}
    latest = ""
    for column in (*_DAYS, "checked_on"):
        cell = row[column].strip()
        if not (is_day(cell) or (not cell and column != "checked_on")):
            raise DataError("no_day", where=where, column=column, value=cell)
        days[column] = dt.date.fromisoformat(cell) if cell else None
        if cell and column in _DAYS:
            if latest and cell < row[latest].strip():
                known = {"column": column, "value": cell, "before": latest, "earlier": row[latest]}
                raise DataError("days_backwards", where=where, **known)
            latest = column
    if not (days["office"] or days["result"]):
        raise DataError("cell_missing", where=where, column="result")
    texts = {c: row[c].strip() for c in ("election", "name", "contest", "region", "source", "note")}
    return Election(**texts, **days)  # type: ignore[arg-type]  # candidates_set and vote are there


def _day(given: dt.date | str) -> dt.date:
    if isinstance(given, dt.datetime):
        return given.date()
    if isinstance(given, dt.date):
        return given
    if not (isinstance(given, str) and is_day(given)):
        raise ArgumentError("not_a_day", value=given)
    return dt.date.fromisoformat(given)


def _concerning(where: str | None) -> list[Election]:
    """The elections that concern the country, one region, or one election alone."""
    calendar = _packaged()
    if where is None or where == _COUNTRY:
        regions: tuple[str, ...] = ()
    elif any(e.election == where for e in calendar):
        return [e for e in calendar if e.election == where]
    else:
        regions = _region(where)
    many = [e for e in calendar if _is_wide(e)]
    return many + [e for e in calendar if _key(e.region) in map(_key, regions)]


def _region(given: str) -> tuple[str, ...]:
    """A region as the tables spell it, and its province."""
    known = _regions()
    found = known.get(_key(given), ())
    if len(found) == 1:
        return found[0]
    if found:  # "Bandung": the kabupaten or the kota
        allowed = [names[0] for names in found]
        raise ArgumentError("not_one_of", name="region (--daerah)", value=given, allowed=allowed)
    near = [n[0] for w in get_close_matches(_key(given), known, 3) for n in known[w]]
    # Hundreds of regions cannot be listed: those spelled alike, and the elections of many regions.
    allowed = [*dict.fromkeys(near), _COUNTRY, *(e.election for e in _packaged() if _is_wide(e))]
    raise ArgumentError("no_region", value=given, allowed=allowed)


def _is_wide(election: Election) -> bool:
    """Whether an election is held in the whole country, or in many regions."""
    return election.region == _COUNTRY or election.region[0].isdigit()


@lru_cache(maxsize=1)
def _regions() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Regions by their names in small letters: ``("Kota Palopo", "Sulawesi Selatan")``."""
    cells: set[str] = set()
    for path in sorted(asset_path("data", "lexicon").glob("*.csv")):
        (column,) = read_columns(path, "region")
        cells.update(region.strip() for cell in column for region in cell.split("|"))
    out: dict[str, set[tuple[str, ...]]] = {}
    # Of two spellings of one region ("Kota Pangkal Pinang"), one stands for both.
    for cell in {_key(cell): cell for cell in sorted(cells - {""})}.values():
        names = tuple(part.strip() for part in cell.split(","))
        for spelling in (names[0], *(names[0].removeprefix(p) for p in _LOCAL)):
            out.setdefault(_key(spelling), set()).add(names)
        out.setdefault(_key(names[-1]), set()).add(names[-1:])
    # "Gorontalo" is a province, a kabupaten and a kota: the bare word is the province.
    return {
        word: tuple(n for n in found if len(n) == 1) or tuple(sorted(found))
        for word, found in out.items()
    }


def _key(region: str) -> str:
    """A region however it is spaced: "Pangkal Pinang" is "Pangkalpinang"."""
    return "".join(region.casefold().split())


@lru_cache(maxsize=1)
def _packaged() -> tuple[Election, ...]:
    return load_elections(asset_path("data", "elections.csv"))


__all__ = [
    "CONTESTS",
    "PHASES",
    "PHASE_WORDS",
    "Election",
    "Moment",
    "load_elections",
    "phase_named",
    "phase_of",
]
