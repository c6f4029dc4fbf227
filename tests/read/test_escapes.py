"""Escapes left by collectors are read as what they stand for, and every place stays right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import cases
from netralitas_nlp.read.escapes import undo
from netralitas_nlp.read.words import Tokenizer

ROWS = cases("escapes")


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["id"])
def test_escapes(row):
    undone = undo(row["text"])
    assert (row["text"] if undone is None else undone.text) == row["expectation"]
    assert (undone is None) == (row["text"] == row["expectation"])


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["id"])
def test_words_are_those_of_the_plain_text(row):
    undone = undo(row["text"])
    plain = row["text"] if undone is None else undone.text
    tokens = Tokenizer()
    found = tokens.tokens(row["text"])
    assert [t.norm for t in found] == [t.norm for t in tokens.tokens(plain)]
    for token in found:
        assert token.raw == row["text"][token.start : token.end]
    assert [t.start for t in found] == sorted(t.start for t in found)


def test_a_reason_is_the_escape_itself(classifier):
    text = r"coblos nomor 2 \xe2\x9c\x8c\xef\xb8\x8f menangkan"
    plain = "coblos nomor 2 ✌️ menangkan"
    assert classifier.decision(text) == classifier.decision(plain)
    pieces = [e.text for e in classifier.classify(text).evidence]
    assert r"\xe2\x9c\x8c\xef\xb8\x8f" in pieces


PIECES = st.sampled_from(
    [
        "kata ",
        r"\xf0\x9f\x98\x82",
        r"\ud83d\ude02",
        r"\n",
        r"\/",
        "&lt;",
        "<Victory Hand>",
        "\\",
        "b'",
        "'",
        "é",
        "<",
        "&",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_every_letter_has_its_place(text):
    undone = undo(text)
    if undone is None:
        return
    end = 0
    for at, letter in enumerate(undone.text):
        first, last = undone.span(at, at + 1)
        assert end <= first < last <= len(text)
        assert last - first > 1 or text[first] == letter
        end = last
