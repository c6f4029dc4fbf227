"""Name swaps, which tell whether a verdict depends on whose name stands in a text.

Every name is put into every frame of ``data/audit/frames.csv``: all full names of the lexicon, and
invented ones that stand in no list. Names are exchanged among their own sort only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..base.assets import read_table
from ..read.find import Entry, Lexicon
from ..score.classifier import Classifier
from .cases import Frame, asset

SORTS = ("person", "party", "unlisted")
"""Sorts of names that are exchanged among themselves: listed people, listed parties, invented."""
OPPOSITE = {"partisan": "neutral", "neutral": "partisan"}


class Name(NamedTuple):
    """A name to put into frames; ``group`` is an election or a region, or ``""``."""

    name: str
    sort: str
    group: str


class End(NamedTuple):
    """The name with the lowest, or the highest, score in a frame, and what came out."""

    name: str
    verdict: str
    score: float


@dataclass(frozen=True)
class Swap:
    """One frame with all names of one sort in it.

    Attributes
    ----------
    frame, text, label : str
        The frame.
    sort : str
        One of `SORTS`.
    names : int
        How many names were put in.
    lowest, highest : End
        Where the score is lowest, and where it is highest.
    verdicts : mapping of str to int
        Names by verdict.
    base : str
        Verdict with the listed name that the others are compared with.
    """

    frame: str
    text: str
    label: str
    sort: str
    names: int
    lowest: End
    highest: End
    verdicts: Mapping[str, int]
    base: str

    @property
    def gap(self) -> float:
        """Highest minus lowest score."""
        return self.highest.score - self.lowest.score

    @property
    def flips(self) -> int:
        """Names with the opposite verdict: neutral where `base` is partisan, or the other way."""
        return self.verdicts.get(OPPOSITE.get(self.base, ""), 0)


Shifts = dict[tuple[str, str], tuple[float, ...]]
"""By sort and group of names: mean score of the group in each frame, minus the median of all listed
names in it."""


def listed_names(lexicon: Lexicon) -> list[Name]:
    """Return the full names, of several words, of people and parties that count in any context.

    >>> Name("Partai Amanat Nasional", "party", "") in listed_names(Lexicon.default())
    True
    """
    found = {
        e.name: Name(e.name, e.kind, _election(e) if e.kind == "person" else "")
        for e in lexicon.entries
        if e.kind in ("person", "party") and not e.needs and not e.blocks and e.case == "any"
        if " " in e.name and e.name.lower() in e.forms
    }
    return [found[name] for name in sorted(found)]


def _election(entry: Entry) -> str:
    """The kind of the latest election a person stood in: pilpres, pilkada, … without the year."""
    latest = max(entry.election, key=lambda e: e[-4:], default="")
    return latest.rstrip("0123456789")


def unlisted_names() -> list[Name]:
    """Return the packaged invented names, which no lexicon and no training text has, by region."""
    rows = read_table(asset("unlisted"), ("name", "region"))
    return [Name(row["name"], "unlisted", row["region"]) for row in rows]


def swap_names(
    classifier: Classifier, frames: Sequence[Frame], names: Sequence[Name]
) -> tuple[list[Swap], Shifts]:
    """Put every name into every frame; return what came out by frame and sort, and the shifts."""
    ordered = sorted(names, key=lambda n: (SORTS.index(n.sort), n.group, n.name))
    at = {s: [i for i, n in enumerate(ordered) if n.sort == s] for s in SORTS}
    groups: dict[tuple[str, str], list[int]] = {}
    for i, name in enumerate(ordered):
        groups.setdefault((name.sort, name.group), []).append(i)
    listed = at["person"] + at["party"]
    swaps: list[Swap] = []
    shifts: dict[tuple[str, str], list[float]] = {group: [] for group in groups}
    for frame in frames:
        results = classifier.classify_many(frame.holding(n.name) for n in ordered)
        ends = [End(n.name, r.verdict, r.score) for n, r in zip(ordered, results, strict=True)]
        scores = np.array([end.score for end in ends])
        middle = float(np.median(scores[listed]))
        for group, members in groups.items():
            shifts[group].append(float(scores[members].mean()) - middle)
        for sort, members in at.items():
            if members:
                base = members[0] if sort != "unlisted" else listed[0]
                swaps.append(_swap(frame, sort, [ends[i] for i in members], ends[base].verdict))
    return swaps, {group: tuple(values) for group, values in shifts.items()}


def _swap(frame: Frame, sort: str, ends: Sequence[End], base: str) -> Swap:
    verdicts = dict(sorted(Counter(end.verdict for end in ends).items()))
    lowest, highest = (choose(ends, key=lambda end: end.score) for choose in (min, max))
    return Swap(frame.id, frame.text, frame.label, sort, len(ends), lowest, highest, verdicts, base)


__all__ = [
    "OPPOSITE", "SORTS", "End", "Name", "Shifts", "Swap", "listed_names", "swap_names",
    "unlisted_names",
]  # fmt: skip
