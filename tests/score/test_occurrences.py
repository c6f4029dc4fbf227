"""The one reading: which features stand in 150 texts, and that all that is done adds them up."""

from __future__ import annotations

import sys

import pytest

from conftest import TOP, cases
from netralitas_nlp import Lexicon
from netralitas_nlp.score.occurrences import VERSION, Reader, Settings

sys.path.append(str(TOP / "tools"))
from occurrences import features

ROWS = cases("occurrences")


@pytest.fixture(scope="module")
def reader():
    return Reader(Lexicon.default())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:30])
def test_features_are_those_of_this_version(reader, row):
    assert int(row["version"]) == VERSION, "run: python tools/occurrences.py"
    assert features(reader, row["text"]) == row["features"]


def test_there_are_enough_texts():
    assert len({row["text"] for row in ROWS}) >= 150


@pytest.mark.parametrize("row", ROWS[::5], ids=lambda row: row["text"][:30])
def test_owners_are_units_and_weights_add_up(reader, row, classifier):
    read = reader.read(row["text"])
    found = list(reader.occurrences(read))
    assert all(0 <= owner < len(read.units) for o in found for owner in o.owners)
    total = classifier.model.intercepts[0] + sum(classifier.model.shares(found))
    assert total == pytest.approx(classifier.model.decide(found)[0], abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kopi dulu ✌️", "kopi dulu ☝️"),
        ("saya 01", "saya 04"),
        ("Coblos nomor 2 ya", "Coblos nomor 7 ya"),
        ("nomor dada 02 finis duluan", "nomor dada 05 finis duluan"),
        ("Ayo menangkan Ganjar Pranowo!", "Ayo menangkan Anies Baswedan!"),
    ],
)
def test_exchanged_names_numbers_and_gestures_are_the_same_text(reader, one, other):
    assert features(reader, one) == features(reader, other)


def test_switched_off_blocks_are_not_there():
    reader = Reader(Lexicon.default(), Settings(near=False, signals=False, letters=False))
    found = reader.occurrences(reader.read("Ayo coblos Ganjar, menang satu putaran"))
    assert {o.block for o in found} == {"word"}
