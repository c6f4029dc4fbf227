"""Things several tests need."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from netralitas_nlp import Classifier, Lexicon
from netralitas_nlp.classifier import default_classifier
from netralitas_nlp.corpus import read_captions

TOP = Path(__file__).resolve().parents[1]
SHARED = TOP.parent / "shared"
CASES = TOP / "tests" / "cases"


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


@pytest.fixture(scope="session")
def corpus() -> pd.DataFrame:
    return read_captions(TOP / "data" / "captions")


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return default_classifier()


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon.default()
