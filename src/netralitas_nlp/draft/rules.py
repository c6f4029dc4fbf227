"""The rules behind the advice: which neutrality rules could apply to a text of a kind.

The table ``data/rules.csv`` holds clauses that two or more public sources quote alike, each with
its addresses; no official gazette was read in full. A rule is named because the *text* is of a kind
the rule speaks of. Whether it applies depends on who wrote it, where and when, which no text shows.

What this module does not do: name a sanction, judge a person, or give legal advice.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..base.assets import asset_path, read_table
from ..base.result import CATEGORIES, Classification, DataError
from ..read.entries import is_day
from ..say.sentences import Language

ACTS = ("unggah", "komentar", "bagikan", "suka", "foto")
"""What somebody does with a text: post, comment, share, like, show in a photo."""
PHASES = ("before", "after")
"""Before or after the candidates of an election are set."""
COLUMNS = (
    "id",
    "act",
    "phase",
    "categories",
    "rule",
    "rule_en",
    "clause",
    "source",
    "date",
    "note",
)
_YEAR = re.compile(r"[12]\d{3}")
_LIMITS = {
    "id": "Aturan ini mungkin berlaku hanya jika penulisnya ASN; dari teks saja tidak terlihat suka, "
    "akun yang diikuti, foto, atau milik siapa akunnya. Yang menilai ialah pihak berwenang.",
    "en": "These rules could apply only if the writer is a civil servant; text alone cannot show "
    "likes, follows, photos or whose account it is. The authorities decide.",
}


@dataclass(frozen=True)
class Rule:
    """One clause that could apply to a text.

    Attributes
    ----------
    id : str
    act : tuple of str
        Acts it speaks of, of `ACTS`.
    phase : str
        ``"before"`` or ``"after"`` the candidates are set, or ``"any"``.
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
    note : str
        A reservation, in English, or ``""``.
    """

    id: str
    act: tuple[str, ...]
    phase: str
    categories: tuple[str, ...]
    rule: str
    rule_en: str
    clause: str
    source: str
    date: str
    note: str

    def words(self, language: Language = "id") -> str:
        """Return what the rule says, in short."""
        return self.rule_en if language == "en" else self.rule

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self) | {"act": list(self.act), "categories": list(self.categories)}


def rules(
    of: Classification | str, act: str | None = None, phase: str | None = None
) -> tuple[Rule, ...]:
    """Return the rules that could apply to a text, in the order of the table.

    Parameters
    ----------
    of : Classification or str
        A result, or one of the ten categories. A neutral result has no rules, nor has a neutral
        category.
    act : str, optional
        What is done with the text, of `ACTS`; default: any of them.
    phase : str, optional
        ``"before"`` or ``"after"`` the candidates are set; default: either.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type, or none of the allowed values.

    Examples
    --------
    >>> [r.id for r in rules("ajakan", act="komentar", phase="after")][:2]
    ['skb-disiplin-2', 'skb-disiplin-6']
    >>> rules("berita")
    ()
    """
    if not isinstance(of, Classification | str):
        raise TypeError(
            f"rules takes a Classification or a category, not {type(of).__name__}; "
            "for a text pass classify(text)"
        )
    category = of if isinstance(of, str) else of.category
    for name, value, allowed in (
        # A model without categories says "": then any rule for a partisan text could apply.
        ("category", category, (*CATEGORIES, "") if isinstance(of, Classification) else CATEGORIES),
        ("act", act, (None, *ACTS)),
        ("phase", phase, (None, *PHASES)),
    ):
        if value not in allowed:
            choices = ", ".join(a for a in allowed if a is not None)
            raise ValueError(f"{name} {value!r} is none of {choices}")
    if isinstance(of, Classification) and of.verdict == "neutral":
        return ()
    return tuple(
        r
        for r in _packaged()
        if category in (*r.categories, "")
        and (act is None or act in r.act)
        and (phase is None or r.phase in ("any", phase))
    )


def limits_note(language: Language = "id") -> str:
    """Return what a text alone cannot show, to be read with every list of rules.

    >>> "civil servant" in limits_note("en")
    True
    """
    return _LIMITS[language]


def load_rules(path: str | Path) -> tuple[Rule, ...]:
    """Read a table of rules.

    Raises
    ------
    AssetError
        If the file cannot be read or lacks a column.
    DataError
        With file and line of the first row that cannot be used, the value, and the allowed ones.
    """
    path = Path(path)
    out: list[Rule] = []
    for line, row in enumerate(read_table(path, COLUMNS), start=2):
        where = f"{path}, line {line}"
        for column in COLUMNS[:-1]:
            if not row[column].strip():
                raise DataError(f"{where}: {column} is missing")
        if any(row["id"] == r.id for r in out):
            raise DataError(f"{where}: id {row['id']!r} is used already")
        act = _values(row, "act", ACTS, where)
        categories = _values(row, "categories", CATEGORIES, where)
        phase = row["phase"]
        if phase not in (*PHASES, "any"):
            raise DataError(f"{where}: phase {phase!r} is none of {', '.join(PHASES)}, any")
        if not (is_day(row["date"]) or _YEAR.fullmatch(row["date"])):
            raise DataError(f"{where}: date {row['date']!r} is no day YYYY-MM-DD and no year")
        if not all(s.startswith("https://") for s in row["source"].split()):
            raise DataError(f"{where}: source {row['source']!r} is no list of https:// addresses")
        texts = (row[c].strip() for c in ("rule", "rule_en", "clause", "source", "date", "note"))
        out.append(Rule(row["id"], act, phase, categories, *texts))
    return tuple(out)


def _values(
    row: dict[str, str], column: str, allowed: tuple[str, ...], where: str
) -> tuple[str, ...]:
    values = tuple(v.strip() for v in row[column].split("|"))
    for value in values:
        if value not in allowed:
            raise DataError(f"{where}: {column} {value!r} is none of {', '.join(allowed)}")
    return values


@lru_cache(maxsize=1)
def _packaged() -> tuple[Rule, ...]:
    return load_rules(asset_path("data", "rules.csv"))


__all__ = ["ACTS", "PHASES", "Rule", "limits_note", "load_rules", "rules"]
