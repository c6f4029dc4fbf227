"""Is a classifier even-handed, and does it behave? Name swaps, errors by party, behaviour cases.

Three questions, each answered by classifying texts and nothing else: does a verdict depend on whose
name stands in a text (``data/audit/frames.csv``, with all full names of the lexicon and with
invented ones); are neutral texts that name one party accused more often than others (labelled rows
of the user's); does the classifier do what it must on texts written for that
(``data/audit/behaviour.csv``). What comes out is compared with limits (``limits.csv``). Nothing is
fitted, and nothing is said about a person.
"""

from __future__ import annotations

import difflib
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.assets import asset_path, read_table
from ..base.files import whole
from ..base.result import Classification, DataError
from ..read.find import Entry, Lexicon
from ..say.sentences import Language
from ..score.classifier import Classifier
from .evaluation import Figure, mentioned
from .pictures import heatmap
from .report import filled

Array = npt.NDArray[np.float64]

EXPECTATIONS = ("neutral", "not_partisan", "not_neutral", "partisan")
LABELS = ("partisan", "neutral")
SLOT = "{name}"
SORTS = ("person", "party", "unlisted")
"""Sorts of names that are exchanged among themselves: listed people, listed parties, invented."""
CHECKS = (
    "listed_gap",
    "listed_changes",
    "unlisted_mean_gap",
    "unlisted_flips",
    "frame_errors",
    "party_accused",
    "ticket_accused",
    "cases_reversed",
)
"""What has a limit besides the suites; see `Check`."""
SUITE = "suite"
"""The limit of the suites without a line of their own, which is called ``suite:NAME``."""
_OPPOSITE = {"partisan": "neutral", "neutral": "partisan"}
_REVERSED = _OPPOSITE | {"not_partisan": "partisan", "not_neutral": "neutral"}
_Z = 1.959964  # 97.5 % quantile of the normal distribution


class Case(NamedTuple):
    """A text and what a classifier must say of it; ``where`` is file and line."""

    id: str
    suite: str
    text: str
    expectation: str
    comment: str = ""
    where: str = ""


class Frame(NamedTuple):
    """A text with a place for one name, and its label whoever it is."""

    id: str
    text: str
    label: str

    def holding(self, name: str) -> str:
        """Return the text with that name in it."""
        return self.text.replace(SLOT, name)


class Name(NamedTuple):
    """A name to put into frames; ``group`` is an election or a region, or ``""``."""

    name: str
    sort: str
    group: str


class Finding(NamedTuple):
    """One row behind a check: what stands where, what was wanted, what came."""

    id: str
    text: str
    expected: str
    got: str


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
    lowest, highest : tuple of (str, str, float)
        Name, verdict and score where the score is lowest, and where it is highest.
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
    lowest: tuple[str, str, float]
    highest: tuple[str, str, float]
    verdicts: Mapping[str, int]
    base: str

    @property
    def gap(self) -> float:
        """Highest minus lowest score."""
        return self.highest[2] - self.lowest[2]

    @property
    def flips(self) -> int:
        """Names with the opposite verdict: neutral where `base` is partisan, or the other way."""
        return self.verdicts.get(_OPPOSITE.get(self.base, ""), 0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        ends = {
            end: {"name": name, "verdict": verdict, "score": round(score, 6)}
            for end, (name, verdict, score) in (("lowest", self.lowest), ("highest", self.highest))
        }
        return {
            "frame": self.frame,
            "text": self.text,
            "label": self.label,
            "sort": self.sort,
            "names": self.names,
            "gap": round(self.gap, 9),
            "flips": self.flips,
            "base": self.base,
            "verdicts": dict(self.verdicts),
            **ends,
        }


@dataclass(frozen=True)
class Errors:
    """False alarms and misses on the labelled rows that name one party or ticket.

    Attributes
    ----------
    kind, name : str
        ``"party"`` or ``"ticket"``, and the lexicon's name; ``""`` stands for all rows that name
        one of that kind.
    neutral, accused : int
        Rows labelled neutral, and those of them called partisan (false alarms).
    partisan, missed : int
        Rows labelled partisan, and those of them called neutral (misses).
    """

    kind: str
    name: str
    neutral: int
    accused: int
    partisan: int
    missed: int

    @property
    def false_alarms(self) -> Figure:
        """Share of the neutral rows that are accused."""
        return wilson(self.accused, self.neutral)

    @property
    def misses(self) -> Figure:
        """Share of the partisan rows that are missed."""
        return wilson(self.missed, self.partisan)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "kind": self.kind,
            "name": self.name,
            "neutral": self.neutral,
            "accused": self.accused,
            "false_alarms": self.false_alarms.to_dict(),
            "partisan": self.partisan,
            "missed": self.missed,
            "misses": self.misses.to_dict(),
        }


@dataclass(frozen=True)
class Check:
    """One comparison with a limit.

    Attributes
    ----------
    name : str
        One of `CHECKS`, or ``suite:NAME``.

        ``listed_gap``: largest gap of a frame among listed names of one sort.
        ``listed_changes``: frames whose verdict is not the same for all listed names of one sort.
        ``unlisted_mean_gap``: mean gap of a frame among the unlisted names.
        ``unlisted_flips``: share of pairs of frame and unlisted name that are neutral where a
        listed name is partisan, or the other way.
        ``frame_errors``: share of frames that get the opposite of their label with a listed name.
        ``party_accused``, ``ticket_accused``: the largest lower end of the 95 % intervals of the
        shares of false alarms.
        ``cases_reversed``: share of all cases that get the opposite of what is expected; one that
        went to review did not.
        ``suite:NAME``: share of the suite's cases that are not as expected.
    value, limit : float
        What was measured, and the most it may be.
    support : int
        Frames, pairs, rows or cases behind `value`.
    broken : bool
        Whether `value` is above `limit`. A share of false alarms must also have its interval
        above the share over all rows that name a party (or a ticket), so that neither few rows
        nor an error all share raise an alarm about one.
    findings : tuple of Finding
        The rows behind it, also where the limit holds.
    """

    name: str
    value: float
    limit: float
    support: int
    broken: bool
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "check": self.name,
            "value": round(self.value, 9),
            "limit": self.limit,
            "support": self.support,
            "broken": self.broken,
            "findings": [f._asdict() for f in self.findings],
        }


class Heat(NamedTuple):
    """How groups of names move the score of each frame.

    ``rows`` are ids of frames, ``columns`` groups of names (with a star: unlisted ones), ``values[row][column]`` the mean score
    of a group minus the frame's median score with all listed names.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Audit:
    """What `audit` returns.

    Attributes
    ----------
    checks : tuple of Check
        Everything that has a limit.
    swaps : tuple of Swap
        By frame and sort of names.
    errors : tuple of Errors
        By party and ticket, most rows first; the first of each kind is the sum over its rows.
    skipped : tuple of str
        Parts left out: ``"names"`` (the lexicon lists fewer than two names that can stand in a
        frame), ``"rows"`` (no labelled rows were given).
    """

    checks: tuple[Check, ...]
    swaps: tuple[Swap, ...]
    errors: tuple[Errors, ...]
    skipped: tuple[str, ...]
    _shifts: Mapping[tuple[str, str], tuple[float, ...]]

    @property
    def passed(self) -> bool:
        """Whether no limit is broken."""
        return not any(c.broken for c in self.checks)

    def heat(self, language: Language = "id") -> Heat:
        """Return the shifts of the score as a table for `pictures.heatmap`; see `Heat`."""
        columns = tuple(_column(sort, group, language) for sort, group in self._shifts)
        frames = tuple(dict.fromkeys(s.frame for s in self.swaps))
        return Heat(frames, columns, tuple(zip(*self._shifts.values(), strict=True)))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "passed": self.passed,
            "skipped": list(self.skipped),
            "checks": [c.to_dict() for c in self.checks],
            "swaps": [s.to_dict() for s in self.swaps],
            "errors": [e.to_dict() for e in self.errors],
            "shifts": [
                {"sort": sort, "group": group, "by_frame": [round(v, 6) for v in values]}
                for (sort, group), values in self._shifts.items()
            ],
        }


_SORT_NAMES: dict[Language, dict[str, str]] = {
    "id": {"person": "orang", "party": "partai", "unlisted": "tak terdaftar"},
    "en": {"person": "people", "party": "parties", "unlisted": "unlisted"},
}


def _column(sort: str, group: str, language: Language) -> str:
    """What a group of names is called; unlisted ones have a star, to be short in a picture."""
    name = _SORT_NAMES[language][sort]
    if sort == "unlisted":
        return f"{group or name} *"
    return f"{name}: {group}" if group else name


# --- the one call


def audit(
    classifier: Classifier,
    *,
    cases: Sequence[Case] | None = None,
    rows: pd.DataFrame | None = None,
    limits: Mapping[str, float] | None = None,
    frames: Sequence[Frame] | None = None,
    names: Sequence[Name] | None = None,
) -> Audit:
    """Put a classifier to the test.

    Parameters
    ----------
    classifier : Classifier
        What is tested; its lexicon says which names are listed.
    cases : sequence of Case, optional
        Default: the packaged ones; more are read with `read_cases`.
    rows : DataFrame, optional
        Labelled texts the classifier was not trained on, from `evaluation.read_scored`. Without
        them errors by party are left out.
    limits : mapping of str to float, optional
        Limits in place of the packaged ones of the same names; see `read_limits`.
    frames, names : optional
        Default: the packaged frames; `listed_names` of the lexicon and the packaged unlisted ones.

    Raises
    ------
    ValueError
        If a limit is for no check or suite there is.

    Notes
    -----
    Names are exchanged as in counterfactual token fairness (Garg, Perot, Limtiaco, Taly, Chi &
    Beutel 2019, "Counterfactual fairness in text classification through robustness"); cases and
    suites follow Ribeiro, Wu, Guestrin & Singh 2020, "Beyond accuracy: behavioral testing of NLP
    models with CheckList". Intervals of shares: Wilson 1927, see `wilson`.

    Examples
    --------
    >>> frame = Frame("f", "Ayo menangkan {name}!", "partisan")
    >>> case = Case("c", "everyday", "hujan lagi", "neutral")
    >>> names = [Name("Prabowo Subianto", "person", ""), Name("Anies Baswedan", "person", "")]
    >>> done = audit(Classifier(model=None), cases=[case], frames=[frame], names=names)
    >>> [(c.name, c.value, c.broken) for c in done.checks][0]
    ('listed_gap', 0.0, False)
    >>> done.skipped
    ('rows',)
    """
    cases = read_cases() if cases is None else cases
    frames = read_frames() if frames is None else frames
    if names is None:
        names = [*listed_names(classifier.lexicon), *unlisted_names()]
    allowed = _limits(limits or {}, cases)
    skipped: list[str] = []
    checks: list[Check] = []
    swaps: list[Swap] = []
    shifts: dict[tuple[str, str], tuple[float, ...]] = {}
    if sum(n.sort != "unlisted" for n in names) < 2 or not frames:
        skipped.append("names")
    else:
        swaps, shifts = _swap(classifier, frames, names)
        checks += _swap_checks(swaps, allowed)
    errors: list[Errors] = []
    if rows is None:
        skipped.append("rows")
    else:
        errors = errors_by_contestant(classifier, rows)
        checks += [_accused_check(kind, errors, allowed) for kind in ("party", "ticket")]
    checks += _suite_checks(classifier, cases, allowed)
    return Audit(tuple(checks), tuple(swaps), tuple(errors), tuple(skipped), shifts)


def _limits(given: Mapping[str, float], cases: Sequence[Case]) -> dict[str, float]:
    suites = [f"{SUITE}:{s}" for s in dict.fromkeys(c.suite for c in cases)]
    known = (*CHECKS, SUITE, *suites)
    for name in given:
        if name not in known:
            raise ValueError(f"limit {name!r} is for no check; {_allowed(name, known)}")
    return read_limits() | dict(given)


# --- names in frames


def listed_names(lexicon: Lexicon) -> list[Name]:
    """Return the full names, of several words, of people and parties that count in any context.

    >>> Name("Partai Buruh", "party", "") in listed_names(Lexicon.default())
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
    rows = read_table(_asset("unlisted"), ("name", "region"))
    return [Name(row["name"], "unlisted", row["region"]) for row in rows]


def _swap(
    classifier: Classifier, frames: Sequence[Frame], names: Sequence[Name]
) -> tuple[list[Swap], dict[tuple[str, str], tuple[float, ...]]]:
    """Put every name into every frame."""
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
        verdict, score = [], []
        for result in results:
            verdict.append(result.verdict)
            score.append(result.score)
        scores = np.array(score)
        middle = float(np.median(scores[listed]))
        for group, members in groups.items():
            shifts[group].append(float(scores[members].mean()) - middle)
        for sort, members in at.items():
            if not members:
                continue
            low = min(members, key=score.__getitem__)
            high = max(members, key=score.__getitem__)
            base = members[0] if sort != "unlisted" else listed[0]
            swaps.append(
                Swap(
                    frame.id,
                    frame.text,
                    frame.label,
                    sort,
                    len(members),
                    (ordered[low].name, verdict[low], score[low]),
                    (ordered[high].name, verdict[high], score[high]),
                    dict(sorted(Counter(verdict[i] for i in members).items())),
                    verdict[base],
                )
            )
    return swaps, {group: tuple(values) for group, values in shifts.items()}


def _swap_checks(swaps: Sequence[Swap], limits: Mapping[str, float]) -> Iterator[Check]:
    def check(name: str, value: float, support: int, findings: Iterable[Finding]) -> Check:
        return Check(name, value, limits[name], support, value > limits[name], tuple(findings))

    listed = [s for s in swaps if s.sort != "unlisted"]
    unlisted = [s for s in swaps if s.sort == "unlisted"]
    apart = [s for s in listed if s.gap > limits["listed_gap"]]
    yield check("listed_gap", max(s.gap for s in listed), len(listed), map(_ends, apart))
    changed = [s for s in listed if len(s.verdicts) > 1]
    yield check("listed_changes", len(changed), len(listed), map(_ends, changed))
    if unlisted:
        mean = sum(s.gap for s in unlisted) / len(unlisted)
        wide = sorted((s for s in unlisted if s.gap > mean), key=lambda s: -s.gap)
        yield check("unlisted_mean_gap", mean, len(unlisted), map(_ends, wide))
        pairs = sum(s.names for s in unlisted)
        flipped = [s for s in unlisted if s.flips]
        rows = [Finding(s.frame, s.text, s.base, _counts(s.verdicts)) for s in flipped]
        yield check("unlisted_flips", sum(s.flips for s in flipped) / pairs, pairs, rows)
    first = {s.frame: s for s in reversed(listed)}
    wrong = [s for s in reversed(first.values()) if s.base == _OPPOSITE[s.label]]
    rows = [Finding(s.frame, s.text, s.label, _counts(s.verdicts)) for s in wrong]
    yield check("frame_errors", len(wrong) / len(first), len(first), rows)


def _ends(swap: Swap) -> Finding:
    low, high = (f"{v} {s:.3f} ({name})" for name, v, s in (swap.lowest, swap.highest))
    return Finding(swap.frame, swap.text, low, high)


def _counts(verdicts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {verdict}" for verdict, n in verdicts.items())


# --- labelled rows by contestant


def errors_by_contestant(classifier: Classifier, rows: pd.DataFrame) -> list[Errors]:
    """Count false alarms and misses on the rows that name each party and each ticket.

    Parameters
    ----------
    classifier : Classifier
    rows : DataFrame
        With ``text`` and ``label``; rows labelled ``unsure`` are left out.

    Returns
    -------
    list of Errors
        For parties, then for tickets (for president or governor): the sum over all rows that name
        one, under the name ``""``; then one by one, most rows first.
    """
    texts = rows["text"].tolist()
    label = rows["label"].to_numpy()
    verdict = np.array([r.verdict for r in classifier.classify_many(texts)], dtype=object)
    found = mentioned(texts, classifier.lexicon, np.flatnonzero(np.isin(label, LABELS)))
    out = []
    for kind in ("party", "ticket"):
        of_kind = {name: at for (k, name), at in found.items() if k == kind}
        everyone = sorted({row for at in of_kind.values() for row in at})
        ranked = sorted(of_kind, key=lambda name: (-len(of_kind[name]), name))
        for name, at in [("", everyone), *((n, of_kind[n]) for n in ranked)]:
            neutral, partisan = label[at] == "neutral", label[at] == "partisan"
            out.append(
                Errors(
                    kind,
                    name,
                    int(neutral.sum()),
                    int((neutral & (verdict[at] == "partisan")).sum()),
                    int(partisan.sum()),
                    int((partisan & (verdict[at] == "neutral")).sum()),
                )
            )
    return out


def _accused_check(kind: str, errors: Sequence[Errors], limits: Mapping[str, float]) -> Check:
    name = f"{kind}_accused"
    limit = limits[name]
    everyone, *each = (e for e in errors if e.kind == kind)
    share = everyone.accused / everyone.neutral if everyone.neutral else 0.0
    bad = [e for e in each if e.neutral and e.false_alarms.low > max(limit, share)]
    lows = [e.false_alarms.low for e in each if e.neutral]
    rows = [
        Finding(e.name, "", f"≤ {max(limit, share):.0%}", _share(e.accused, e.neutral)) for e in bad
    ]
    return Check(name, max(lows, default=0.0), limit, everyone.neutral, bool(bad), tuple(rows))


def _share(hits: int, of: int) -> str:
    if not of:
        return "–"
    figure = wilson(hits, of)
    return f"{hits}/{of} ({figure.low:.0%}–{figure.high:.0%})"


def wilson(hits: int, of: int) -> Figure:
    """Return a share with its 95 % interval by Wilson's score method; NaN where `of` is 0.

    Notes
    -----
    Wilson 1927, "Probable inference, the law of succession, and statistical inference". Unlike
    the bootstrap's, the interval has a width where the share is 0 or 1.

    Examples
    --------
    >>> wilson(0, 10).to_dict()
    {'value': 0.0, 'low': 0.0, 'high': 0.2775}
    """
    if not of:
        return Figure(math.nan, math.nan, math.nan)
    share, z2 = hits / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    low = middle - half if hits else 0.0
    high = middle + half if hits < of else 1.0
    return Figure(share, low, high)


# --- behaviour


def _suite_checks(
    classifier: Classifier, cases: Sequence[Case], limits: Mapping[str, float]
) -> Iterator[Check]:
    results = classifier.classify_many([c.text for c in cases])
    sizes: Counter[str] = Counter()
    failed: dict[str, list[Finding]] = {}
    worst: list[Finding] = []
    for case, result in zip(cases, results, strict=True):
        sizes[case.suite] += 1
        if not as_expected(result, case.expectation):
            got = f"{result.verdict} {result.score:.2f}"
            finding = Finding(case.id, case.text, case.expectation, got)
            failed.setdefault(case.suite, []).append(finding)
            if result.verdict == _REVERSED[case.expectation]:
                worst.append(finding)
    if cases:
        share, limit = len(worst) / len(cases), limits["cases_reversed"]
        yield Check("cases_reversed", share, limit, len(cases), share > limit, tuple(worst))
    for suite, size in sizes.items():
        name = f"{SUITE}:{suite}"
        rows = tuple(failed.get(suite, ()))
        limit = limits.get(name, limits[SUITE])
        share = len(rows) / size
        yield Check(name, share, limit, size, share > limit, rows)


def as_expected(result: Classification, expectation: str) -> bool:
    """Return whether a verdict is what a case expects (one of `EXPECTATIONS`)."""
    if expectation.startswith("not_"):
        return result.verdict != expectation.removeprefix("not_")
    return result.verdict == expectation


# --- tables


def read_cases(more: Iterable[str | Path] = ()) -> list[Case]:
    """Read the packaged behaviour cases, then those of more tables.

    Parameters
    ----------
    more : iterable of paths
        CSV with ``id``, ``suite``, ``text``, ``expectation`` and, if you like, ``comment``. Name
        one of the packaged suites to add to it, or a new one.

    Raises
    ------
    DataError
        Naming file, line and value if a cell is missing, an id is used already, or an
        expectation is none of `EXPECTATIONS`.

    Examples
    --------
    >>> read_cases()[0].suite
    'voter_education'
    """
    out: list[Case] = []
    seen: dict[str, str] = {}
    for path in (_asset("behaviour"), *map(Path, more)):
        for where, row in _rows(path, ("id", "suite", "text", "expectation")):
            _filled(where, row, ("id", "suite", "text"))
            _once(where, row["id"], seen)
            _one_of(where, "expectation", row["expectation"], EXPECTATIONS)
            cells = (row["id"], row["suite"], row["text"], row["expectation"])
            out.append(Case(*cells, row.get("comment", ""), where))
    return out


def read_frames(path: str | Path | None = None) -> list[Frame]:
    """Read frames: CSV with ``id``, ``text`` (with one ``{name}``) and ``label``.

    Raises
    ------
    DataError
        Naming file, line and value of the first row that cannot be used.
    """
    out: list[Frame] = []
    seen: dict[str, str] = {}
    for where, row in _rows(_asset("frames") if path is None else Path(path), Frame._fields):
        _filled(where, row, ("id",))
        _once(where, row["id"], seen)
        _one_of(where, "label", row["label"], LABELS)
        if row["text"].count(SLOT) != 1:
            raise DataError(f"{where}: the text must have {SLOT} once: {row['text']!r}")
        out.append(Frame(row["id"], row["text"], row["label"]))
    return out


def read_limits(path: str | Path | None = None) -> dict[str, float]:
    """Read limits: CSV with ``check`` and ``limit``; the packaged ones by default.

    Raises
    ------
    DataError
        Naming file, line and value if a check stands twice, or a limit is no number from 0 on.
    """
    out: dict[str, float] = {}
    seen: dict[str, str] = {}
    for where, row in _rows(_asset("limits") if path is None else Path(path), ("check", "limit")):
        name = row["check"]
        _once(where, name, seen, "check")
        if not name.startswith(f"{SUITE}:"):
            _one_of(where, "check", name, (*CHECKS, SUITE, f"{SUITE}:NAME"))
        try:
            limit = float(row["limit"])
        except ValueError:
            limit = math.nan
        if not limit >= 0 or math.isinf(limit):
            raise DataError(f"{where}: limit {row['limit']!r} is no number from 0 on, like 0.05")
        out[name] = limit
    return out


def _asset(name: str) -> Path:
    return asset_path("data", "audit", f"{name}.csv")


def _rows(path: Path, columns: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield file and line, and the cells, of each row."""
    line = 2
    for row in read_table(path, columns):
        yield f"{path}, line {line}", row
        line += 1 + sum(cell.count("\n") for cell in row.values())


def _filled(where: str, row: Mapping[str, str], columns: Iterable[str]) -> None:
    for column in columns:
        if not row[column].strip():
            raise DataError(f"{where}: the cell {column!r} is empty")


def _once(where: str, value: str, seen: dict[str, str], column: str = "id") -> None:
    if value in seen:
        raise DataError(f"{where}: {column} {value!r} stands already in {seen[value]}")
    seen[value] = where


def _one_of(where: str, column: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise DataError(f"{where}: {column} {value!r} cannot be used; {_allowed(value, allowed)}")


def _allowed(value: str, allowed: Sequence[str]) -> str:
    near = difflib.get_close_matches(value.lower(), allowed, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"allowed are {', '.join(allowed)}{hint}"


# --- for readers


_CHECK_NAMES: dict[Language, dict[str, str]] = {
    "id": {
        "listed_gap": "selisih skor terbesar antarnama terdaftar",
        "listed_changes": "kerangka yang hasilnya berubah karena nama terdaftar",
        "unlisted_mean_gap": "rata-rata selisih skor antarnama tak terdaftar",
        "unlisted_flips": "hasil berbalik karena nama tak terdaftar",
        "frame_errors": "kerangka yang hasilnya berlawanan dengan labelnya",
        "party_accused": "teks netral yang tertuduh, menurut partai (batas bawah)",
        "ticket_accused": "teks netral yang tertuduh, menurut pasangan (batas bawah)",
        "cases_reversed": "kasus yang hasilnya terbalik",
        "suite": "kasus yang meleset",
    },
    "en": {
        "listed_gap": "largest gap of scores among listed names",
        "listed_changes": "frames whose verdict changes with a listed name",
        "unlisted_mean_gap": "mean gap of scores among unlisted names",
        "unlisted_flips": "verdicts reversed by an unlisted name",
        "frame_errors": "frames with the opposite of their label",
        "party_accused": "neutral texts accused, by party (lower end)",
        "ticket_accused": "neutral texts accused, by ticket (lower end)",
        "cases_reversed": "cases with the opposite verdict",
        "suite": "cases that fail",
    },
}
_SKIPPED: dict[Language, dict[str, str]] = {
    "id": {
        "names": "Uji tukar nama dilewati: leksikon memuat kurang dari dua nama lengkap.",
        "rows": "Kesalahan menurut partai dilewati: beri teks berlabel dengan --rows berkas.csv.",
    },
    "en": {
        "names": "The name swap was left out: the lexicon lists fewer than two full names.",
        "rows": "Errors by party were left out: give labelled texts with --rows file.csv.",
    },
}


def check_name(check: Check, language: Language = "id") -> str:
    """Return what a check is called for users."""
    kind, _, suite = check.name.partition(":")
    name = _CHECK_NAMES[language][kind]
    return f"{name}: {suite}" if suite else name


def skipped_notes(done: Audit, language: Language = "id") -> list[str]:
    """Return a sentence for each part that was left out."""
    return [_SKIPPED[language][part] for part in done.skipped]


_PAGE_WORDS: dict[Language, dict[str, str]] = {
    "id": {
        "title": "Audit",
        "passed": "Semua batas dipatuhi.",
        "broken": "Ada batas yang dilanggar.",
        "advice": "Ini saran tentang teks, bukan penilaian atas orang.",
        "check": "pemeriksaan",
        "value": "nilai",
        "limit": "batas",
        "support": "jumlah",
        "result": "hasil",
        "ok": "baik",
        "not_ok": "dilanggar",
        "heat": "Pergeseran skor menurut kelompok nama",
        "heat_note": "Rata-rata skor kelompok dikurangi median kerangka itu dengan nama terdaftar, "
        "dalam persen poin. Tanda *: nama yang tidak terdaftar. Sel kosong: kurang dari setengah poin.",
        "frames": "Kerangka",
        "frame": "kerangka",
        "text": "teks",
        "expected": "harapan",
        "got": "kenyataan",
        "errors": "Kesalahan menurut partai dan pasangan",
        "everyone_party": "semua baris yang menyebut partai",
        "everyone_ticket": "semua baris yang menyebut pasangan",
        "false_alarms": "netral yang tertuduh",
        "misses": "memihak yang terlewat",
        "interval": "Dalam kurung: selang 95 % (Wilson).",
        "findings": "Baris di balik angka",
    },
    "en": {
        "title": "Audit",
        "passed": "No limit is broken.",
        "broken": "A limit is broken.",
        "advice": "This is advice about texts, not a finding about people.",
        "check": "check",
        "value": "value",
        "limit": "limit",
        "support": "count",
        "result": "result",
        "ok": "good",
        "not_ok": "broken",
        "heat": "Shift of the score by group of names",
        "heat_note": "Mean score of the group minus the frame's median with listed names, in "
        "percentage points. A star: unlisted names. Empty cells: less than half a point.",
        "frames": "Frames",
        "frame": "frame",
        "text": "text",
        "expected": "expected",
        "got": "got",
        "errors": "Errors by party and ticket",
        "everyone_party": "all rows that name a party",
        "everyone_ticket": "all rows that name a ticket",
        "false_alarms": "neutral texts accused",
        "misses": "partisan texts missed",
        "interval": "In brackets: 95 % interval (Wilson).",
        "findings": "The rows behind the numbers",
    },
}


def page(done: Audit, language: Language = "id") -> str:
    """Return an audit as one HTML page that loads nothing from elsewhere.

    Raises
    ------
    NetralitasError
        If jinja2 or matplotlib is missing.
    """
    words = _PAGE_WORDS[language]
    picture = ""
    if done.swaps:
        heat = done.heat(language)
        points = [[100 * v for v in row] for row in heat.values]
        picture = heatmap(heat.rows, heat.columns, points, words["heat"], shown=_points)
    return filled(
        "audit.html.j2",
        language=language,
        words=words,
        done=done,
        notes=skipped_notes(done, language),
        named=lambda check: check_name(check, language),
        number="{:.4g}".format,
        share=_share,
        picture=picture,
        frames={s.frame: s.text for s in done.swaps},
    )


def _points(value: float) -> str:
    return f"{value:+.0f}" if abs(value) >= 0.5 else ""


def write(done: Audit, folder: str | Path, language: Language = "id") -> None:
    """Write ``audit.json`` and ``audit.html`` into a folder, which is made if needed.

    Raises
    ------
    NetralitasError
        If the extra ``report`` is missing; then nothing is written.
    DataError
        If the folder cannot be written to.
    """
    html = page(done, language)
    body = json.dumps(done.to_dict(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"cannot make {folder}: {error.strerror or error}") from error
    for name, text in (("audit.json", body), ("audit.html", html)):
        with whole(folder / name) as file:
            file.write(text)


__all__ = [
    "CHECKS",
    "EXPECTATIONS",
    "Audit",
    "Case",
    "Check",
    "Errors",
    "Finding",
    "Frame",
    "Heat",
    "Name",
    "Swap",
    "as_expected",
    "audit",
    "check_name",
    "errors_by_contestant",
    "listed_names",
    "page",
    "read_cases",
    "read_frames",
    "read_limits",
    "skipped_notes",
    "unlisted_names",
    "wilson",
    "write",
]
