"""Lexicon rows as the loader and the checker read them: what passes the check can be used."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import TOP
from netralitas_nlp import Classifier, Lexicon, LexiconError
from netralitas_nlp.read import checks
from netralitas_nlp.read.entries import (
    CASES,
    COLUMNS,
    DIRECTIONS,
    ENTRY_CATEGORIES,
    KINDS,
    NEEDS,
    SEVERAL,
    blocks_of,
    form_key,
)
from netralitas_nlp.read.flags import CUE_CLASSES

WORDS = ["xena", "warta", "_", "di", "!!", "#xena", "@xena", "x e n a", "2", "02", "✌️", "🏽", "xéna",
         "https://x.id/a", "dan", "/", "~", "Xena", "x-na", "nomor", "dua"]  # fmt: skip
PHRASE = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
# Most of these are read in a text as they are kept, so that most rows can be used.
FORM = st.one_of(
    st.sampled_from(["xena", "xena warta", "#xena", "02", "✌️ xena", "warta dan xena", "dua xena"]),
    PHRASE,
)
SPECIAL = {
    "kind": KINDS,
    "needs": NEEDS,
    "case": CASES,
    "direction": DIRECTIONS,
    "category": ENTRY_CATEGORIES,
    "name": ("Xena Warta", *CUE_CLASSES),
    "id": ("person-xena", "xena", "warta", "a", "b", "c", "d"),
    "valid_from": ("", "", "", "2024-01-01", "2024-02-30"),
    "valid_to": ("", "", "", "2024-12-31", "2023-12-31"),
    "number": ("", "", "", "2", "pemilu2024=2"),
    "source": ("https://example.org/",),
    "refers": ("", "", "", "person-xena"),
}


def cell(column):
    if column == "forms":
        return st.lists(FORM, min_size=1, max_size=3).map("|".join)
    one = st.sampled_from(SPECIAL[column]) if column in SPECIAL else PHRASE
    return st.lists(one, max_size=2).map("|".join) if column in SEVERAL else one


ROW = st.fixed_dictionaries({column: cell(column) for column in COLUMNS})
TEXT = "Dukung Xena Warta 02! #xena dua jari ✌️ di warta xéna nomor 2 / 🏽 @xena Xena dan warta"


@pytest.fixture(scope="module")
def quick():
    """The checker without the packaged rows, which take most of its time."""
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "asset_path", lambda *parts: Path(home))
        yield


@given(st.lists(ROW, min_size=1, max_size=3), st.lists(PHRASE, max_size=3).map(" ".join))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_passes_the_check_can_be_used(quick, rows, text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        errors = [p for p in checks.check(path) if p.level == "error"]
        try:
            lexicon = Lexicon.load(path)
        except LexiconError as error:
            assert error.values["problem"] in [p.message for p in errors]
            return
    for used in (lexicon, lexicon.at("2024-06-01")):
        classifier = Classifier(model=None, lexicon=used)
        for words in (TEXT, text, *(r["forms"] for r in rows), *(r["blocks"] for r in rows)):
            used.find(words, blocked=True)
            assert 0 <= classifier.classify(words).score <= 1


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ("Ma'ruf Amin", "maruf amin"),
        ("yg ke-2", "yang ke 2"),
        ("PKS!", "pks"),
        ("di _ saja", "di _ saja"),
        ("mas ✌️", "mas ✌"),
        ("!!", ""),
    ],
)
def test_forms_are_kept_as_texts_are_read(form, key):
    assert form_key(form) == key


def test_phrases_that_silence_are_sorted_out():
    blocks = blocks_of(("bayar _", "rumah sakit", "_ ulang tahun"))
    assert blocks.near == (" rumah sakit ",)
    assert blocks.exact == ((("bayar",), ()), ((), ("ulang", "tahun")))
    assert blocks.guard == {"bayar", "rumah", "ulang"}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"forms": "a " * 50_000}, "letters"),
        ({"forms": "|".join(["x" * 101, "y"])}, "letters"),
        ({"forms": " | | "}, "no form"),
        ({"valid_from": "2024-13-45"}, "valid_from"),
        ({"kind": "x" * 1000}, "kind"),
    ],
)
def test_lexicon_rows_that_would_fill_the_memory(tmp_path, cells, words):
    with (TOP / "data" / "lexicon" / "parties.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    path = tmp_path / "l.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row | cells)
    with pytest.raises(LexiconError, match=words):
        Lexicon.load(path)
