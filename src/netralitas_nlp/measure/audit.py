"""Is a classifier even-handed, and does it behave? Name swaps, errors by party, behaviour cases.

Three questions, each answered by classifying texts and nothing else: does a verdict depend on whose
name stands in a text (`swaps`); are neutral texts that name one party accused more often than
others (labelled rows of the user's); does the classifier do what it must on texts written for that
(`cases`). What comes out is compared with limits. Nothing is fitted, and nothing is said about a
person.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from ..base.catalogue import Message
from ..base.errors import ArgumentError
from ..base.result import Classification
from ..score.classifier import Classifier
from .cases import (
    CHECKS,
    SUITE,
    Case,
    Frame,
    read_cases,
    read_frames,
    read_limits,
    wrong_value,
)
from .contestants import KINDS, Errors, errors_by_contestant
from .figures import plain, wilson
from .swaps import OPPOSITE, Name, Shifts, Swap, listed_names, swap_names, unlisted_names

_REVERSED = OPPOSITE | {"not_partisan": "partisan", "not_neutral": "neutral"}


class Finding(NamedTuple):
    """One row behind a check: what stands where, what was wanted, what came."""

    id: str
    text: str
    expected: str
    got: str


@dataclass(frozen=True)
class Check:
    """One comparison with a limit.

    Attributes
    ----------
    name : str
        One of `cases.CHECKS`, or ``suite:NAME``.

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
        What was measured (NaN where there was nothing to test), and the most it may be.
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

    @property
    def title(self) -> Message:
        """What it is called for users; a suite of one's own keeps its name."""
        kind, _, suite = self.name.partition(":")
        name = Message(f"audit.suite.{suite}", otherwise=suite)
        return (
            Message(f"audit.check.{kind}", suite=name) if suite else Message(f"audit.check.{kind}")
        )

    @property
    def result(self) -> str:
        """``"good"``, ``"broken"``, or ``"untested"`` where there was nothing to test."""
        return "broken" if self.broken else "good" if self.support else "untested"


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
    shifts : mapping
        How groups of names move the score of each frame; see `swaps.Shifts`.
    """

    checks: tuple[Check, ...]
    swaps: tuple[Swap, ...]
    errors: tuple[Errors, ...]
    skipped: tuple[str, ...]
    shifts: Shifts

    @property
    def passed(self) -> bool:
        """Whether no limit is broken."""
        return not any(c.broken for c in self.checks)

    @property
    def broken(self) -> list[Check]:
        """The checks above their limit."""
        return [c for c in self.checks if c.broken]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        shifts = [
            {"sort": sort, "group": group, "by_frame": list(values)}
            for (sort, group), values in self.shifts.items()
        ]
        checks = [plain(c) | {"result": c.result} for c in self.checks]
        findings = [[f._asdict() for f in c.findings] for c in self.checks]
        for check, found in zip(checks, findings, strict=True):
            check["findings"] = found
        body: dict[str, Any] = plain(
            {"passed": self.passed, "skipped": self.skipped, "shifts": shifts}
        )
        return body | {
            "checks": checks,
            "swaps": [
                plain(s) | {"gap": round(s.gap, 9), "flips": s.flips}
                | {"lowest": s.lowest._asdict(), "highest": s.highest._asdict()}
                for s in self.swaps
            ],
            "errors": [
                plain(e) | {"false_alarms": plain(e.false_alarms), "misses": plain(e.misses)}
                for e in self.errors
            ],
        }  # fmt: skip


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
        Default: the packaged ones; more are read with `cases.read_cases`.
    rows : DataFrame, optional
        Labelled texts the classifier was not trained on, from `evaluation.read_scored`. Without
        them errors by party are left out.
    limits : mapping of str to float, optional
        Limits in place of the packaged ones of the same names; see `cases.read_limits`.
    frames, names : optional
        Default: the packaged frames; `listed_names` of the lexicon and the packaged unlisted ones.

    Raises
    ------
    ArgumentError
        If a limit is for no check or suite there is.

    Notes
    -----
    Names are exchanged as in counterfactual token fairness (Garg, Perot, Limtiaco, Taly, Chi &
    Beutel 2019, "Counterfactual fairness in text classification through robustness"); cases and
    suites follow Ribeiro, Wu, Guestrin & Singh 2020, "Beyond accuracy: behavioral testing of NLP
    models with CheckList". Intervals of shares: Wilson 1927, see `figures.wilson`.

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
    allowed = limits_of(limits or {}, cases)
    swaps: list[Swap] = []
    shifts: Shifts = {}
    enough = sum(n.sort != "unlisted" for n in names) >= 2 and bool(frames)
    if enough:
        swaps, shifts = swap_names(classifier, frames, names)
    errors = [] if rows is None else errors_by_contestant(classifier, rows)
    checks = (
        *_swap_checks(swaps, allowed),
        *(_accused_check(kind, errors, allowed) for kind in KINDS),
        *_suite_checks(classifier, cases, allowed),
    )
    skipped = [part for part, out in (("names", not enough), ("rows", rows is None)) if out]
    return Audit(checks, tuple(swaps), tuple(errors), tuple(skipped), shifts)


def limits_of(given: Mapping[str, float], cases: Sequence[Case]) -> dict[str, float]:
    """Return the packaged limits with those given in their place, checked."""
    suites = [f"{SUITE}:{s}" for s in dict.fromkeys(c.suite for c in cases)]
    known = (*CHECKS, SUITE, *suites)
    for name in given:
        if name not in known:
            raise ArgumentError("limit_for_nothing", **wrong_value(name, known))
    return read_limits() | dict(given)


def _swap_checks(swaps: Sequence[Swap], limits: Mapping[str, float]) -> Iterator[Check]:
    listed = [s for s in swaps if s.sort != "unlisted"]
    unlisted = [s for s in swaps if s.sort == "unlisted"]
    first = {s.frame: s for s in reversed(listed)}
    apart = [s for s in listed if s.gap > limits["listed_gap"]]
    changed = [s for s in listed if len(s.verdicts) > 1]
    mean = sum(s.gap for s in unlisted) / len(unlisted) if unlisted else 0.0
    wide = sorted((s for s in unlisted if s.gap > mean), key=lambda s: -s.gap)
    pairs = sum(s.names for s in unlisted)
    flipped = [s for s in unlisted if s.flips]
    flips = sum(s.flips for s in flipped) / pairs if pairs else 0.0
    wrong = [s for s in reversed(first.values()) if s.base == OPPOSITE[s.label]]
    reversed_share = len(wrong) / len(first) if first else 0.0
    gap = max((s.gap for s in listed), default=0.0)
    yield _check("listed_gap", gap, len(listed), limits, map(_ends, apart))
    yield _check("listed_changes", len(changed), len(listed), limits, map(_ends, changed))
    yield _check("unlisted_mean_gap", mean, len(unlisted), limits, map(_ends, wide))
    rows = [Finding(s.frame, s.text, s.base, _counts(s.verdicts)) for s in flipped]
    yield _check("unlisted_flips", flips, pairs, limits, rows)
    rows = [Finding(s.frame, s.text, s.label, _counts(s.verdicts)) for s in wrong]
    yield _check("frame_errors", reversed_share, len(first), limits, rows)


def _check(
    name: str,
    value: float,
    support: int,
    limits: Mapping[str, float],
    findings: Iterable[Finding] = (),
) -> Check:
    limit = limits[name] if name in limits else limits[SUITE]
    if not support:
        return Check(name, math.nan, limit, 0, False, ())
    return Check(name, value, limit, support, value > limit, tuple(findings))


def _ends(swap: Swap) -> Finding:
    low, high = (f"{e.verdict} {e.score:.3f} ({e.name})" for e in (swap.lowest, swap.highest))
    return Finding(swap.frame, swap.text, low, high)


def _counts(verdicts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {verdict}" for verdict, n in verdicts.items())


def _accused_check(kind: str, errors: Sequence[Errors], limits: Mapping[str, float]) -> Check:
    name = f"{kind}_accused"
    limit = limits[name]
    of_kind = [e for e in errors if e.kind == kind]
    if not of_kind or not of_kind[0].neutral:
        return _check(name, 0.0, 0, limits)
    everyone, *each = of_kind
    share = everyone.accused / everyone.neutral
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


def _suite_checks(
    classifier: Classifier, cases: Sequence[Case], limits: Mapping[str, float]
) -> Iterator[Check]:
    results = classifier.classify_many(c.text for c in cases)
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
    yield _check("cases_reversed", len(worst) / max(len(cases), 1), len(cases), limits, worst)
    for suite, size in sizes.items():
        rows = failed.get(suite, [])
        yield _check(f"{SUITE}:{suite}", len(rows) / size, size, limits, rows)


def as_expected(result: Classification, expectation: str) -> bool:
    """Return whether a verdict is what a case expects (one of `EXPECTATIONS`)."""
    if expectation.startswith("not_"):
        return result.verdict != expectation.removeprefix("not_")
    return result.verdict == expectation


__all__ = [
    "Audit", "Check", "Finding", "as_expected", "audit",
]  # fmt: skip
