"""Things several tests need."""

from __future__ import annotations

import csv
import gc
import math
import os
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from netralitas_nlp import Classifier, Lexicon
from netralitas_nlp.score.classifier import default_classifier
from netralitas_nlp.tables.captions import read_captions

TOP = Path(__file__).resolve().parents[1]
SHARED = TOP.parent / "shared"
CASES = TOP / "tests" / "cases"
TIMES = int(os.environ.get("NETRALITAS_TORTURE", "1"))
"""How many times as much is tried as in the short form; see ``make torture``."""
TRIED: Counter[str] = Counter()
"""What was tried, and how it ended, for the summary of the long form."""


def pytest_terminal_summary(terminalreporter) -> None:
    """Say what was tried."""
    if TIMES > 1:
        terminalreporter.section("tried")
        for what, number in sorted(TRIED.items()):
            terminalreporter.write_line(f"{number:>9,} {what}")


def cases(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of cases: id, text, expectation, comment."""
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shared(*parts: str) -> Path:
    """Return a path of the shared material, or skip the test, saying so."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is not here; the test can use it where it is")
    return path


def growing(run, small, large, floor=0.01):
    """How many times longer `run` takes for the large than for the small; best of three."""

    def seconds(text):
        gc.disable()  # a full collection takes as long as all other tests' objects are many
        try:
            start = time.process_time()
            run(text)
            return time.process_time() - start
        finally:
            gc.enable()

    least = max(min(seconds(small) for _ in range(3)), floor)
    found = math.inf
    for _ in range(3):  # once is enough where it is well
        found = min(found, seconds(large) / least)
        if found < 6:
            break
    return found


@pytest.fixture(scope="session")
def corpus() -> pd.DataFrame:
    return read_captions(TOP / "data" / "captions")


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return default_classifier()


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon.default()
