"""Normalised words and their spans."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import cases, growing
from netralitas_nlp.read.words import (
    Tokenizer,
    default_tokenizer,
    normalise,
    tokenize,
)

ROWS = cases("text")


@pytest.mark.parametrize("row", ROWS, ids=[r["id"] for r in ROWS])
def test_cases(row):
    assert " ".join(t.norm for t in tokenize(row["text"])) == row["expectation"]


@pytest.mark.parametrize("row", ROWS, ids=[r["id"] for r in ROWS])
def test_spans_are_exact(row):
    text = row["text"]
    for token in tokenize(text):
        assert token.raw == text[token.start : token.end]
        assert token.raw.strip()


def test_span_covers_what_stands_there():
    text = "ayo g.a.n.j.a.r dan co\u00adblos\u200b!"
    assert [t.raw for t in tokenize(text)] == [
        "ayo",
        "g.a.n.j.a.r",
        "dan",
        "co\u00adblos\u200b",
        "!",
    ]


def test_capitals():
    assert [t.caps for t in tokenize("Survei AMIN amin A")] == [1, 2, 0, 1]


@given(st.text(max_size=300))
def test_any_text(text):
    for token in tokenize(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.raw == text[token.start : token.end]


@given(st.text(alphabet="abcdefghijklmnoprstuwy 0123456789#@.!?'2", max_size=120))
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    "unit",
    ["a", "a-", "a.", "1.", "1:", "#a", "@", "&amp;", "a'", "!?", "ok ", "x y z ", "\u200b", "🇮",
     "✌️", "👨\u200d", "\ud800", "\x00", "http://a", "a_", "é", "̷", "Ã¢", "aA", "Rp1."],
)  # fmt: skip
def test_time_is_linear(unit):
    tokenizer = default_tokenizer()

    def seconds(n):
        text = unit * (n // len(unit))
        best = 9e9
        for _ in range(3):
            start = time.process_time()
            tokenizer.tokens(text)
            best = min(best, time.process_time() - start)
        return best

    seconds(2_000)
    small, large = seconds(20_000), seconds(160_000)
    # Eight times the text, with room for noise; a quadratic pattern would take 64 times.
    assert large <= 24 * max(small, 0.002)


def test_own_lists():
    tokenizer = Tokenizer(slang={"cbl": "coblos"}, words={"coblos": 9, "nanas": 9})
    assert [t.norm for t in tokenizer.tokens("cbl #coblosnanas")] == [
        "coblos", "#coblosnanas", "coblos", "nanas",
    ]  # fmt: skip


def test_slang_targets_are_not_slang():
    slang = default_tokenizer().slang
    chained = {k: v for k, v in slang.items() if any(w in slang for w in v.split())}
    assert chained == {}


@pytest.mark.parametrize("unit", ["Ã©Â", "Ã\u0083Â©a", "Ã¢â‚¬"])
def test_broken_encoding_is_repaired_in_linear_time(unit):
    read = default_tokenizer().tokens
    # Longer words are not repaired. Matching the two letter by letter took 8 seconds a word.
    assert growing(read, unit * (480 // len(unit)), unit * (1920 // len(unit)), 0.005) < 8
