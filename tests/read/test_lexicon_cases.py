"""The lexicon against texts written for it: what must be found, what must stay silent.

The cases are data: ``cases/lexicon.csv``, ``cases/lexicon_traps.csv`` (nothing may count) and
``cases/lexicon_known_failures.csv`` (right, but not reached today: mend one and this file says so).
An expectation is ``kind:covered text`` of every mention in order, `` ; `` between.
"""

from __future__ import annotations

import pytest

from conftest import cases
from netralitas_nlp.read.find import Lexicon

FOUND = cases("lexicon")
TRAPS = cases("lexicon_traps")
FAILURES = cases("lexicon_known_failures")


@pytest.mark.parametrize(
    "case",
    [pytest.param(row, id=row["id"]) for row in (*FOUND, *TRAPS)]
    + [
        pytest.param(row, id=row["id"], marks=pytest.mark.xfail(strict=True, reason=row["comment"]))
        for row in FAILURES
    ],
)
def test_mentions(case: dict[str, str], lexicon: Lexicon) -> None:
    # Somebody no list knows, and whom the text makes no contestant, is nobody to be found here.
    found = [(m, text) for m, text in lexicon.find(case["text"]) if m.kind != "unlisted"]
    assert " ; ".join(f"{m.kind}:{text}" for m, text in found) == case["expectation"], case["text"]


def test_cases_are_many_and_mostly_traps() -> None:
    rows = [*FOUND, *TRAPS, *FAILURES]
    silent = sum(not row["expectation"] for row in rows)
    assert len(rows) >= 400
    assert 2 * silent >= len(rows)


def test_cases_are_sound() -> None:
    rows = [*FOUND, *TRAPS, *FAILURES]
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({row["text"] for row in rows}) == len(rows)
    assert all(row["expectation"] for row in FOUND)
    assert not any(row["expectation"] for row in TRAPS)
