"""The lexicon's own verdict."""

from __future__ import annotations

import csv

import pytest

from conftest import TOP
from netralitas_nlp import Classifier
from netralitas_nlp.score.fallback import SIGNALS, SIGNS, load_table


@pytest.fixture(scope="module")
def fallback():
    return Classifier(model=None)


def test_it_says_so(fallback):
    result = fallback.classify("Ayo menangkan Prabowo-Gibran, coblos nomor 2!")
    assert result.method == "lexicon"
    assert result.verdict == "partisan"
    assert result.category in ("ajakan", "atribut")
    assert {e.kind for e in result.evidence} & {"stance", "number"}
    for e in result.evidence:
        assert e.text == result.text[e.start : e.end]


@pytest.mark.parametrize(
    "text",
    [
        "Prabowo",
        "#Prabowo",
        "Anies Baswedan Ganjar Pranowo",
        "Partai Golkar",
        "nomor 2",
        "👍",
        "02",
    ],
)
def test_a_bare_mention_is_never_a_verdict(fallback, text):
    assert fallback.classify(text).verdict != "partisan"


@pytest.mark.parametrize(
    "text",
    [
        "ASN dilarang mendukung Prabowo-Gibran atau paslon lain, ingat netralitas",
        "KPU: debat ketiga Anies, Prabowo, Ganjar digelar malam ini",
        "bayar PBB tepat waktu ya bapak ibu",
        "",
    ],
)
def test_neutral_talk_is_not_accused(fallback, text):
    assert fallback.classify(text).verdict != "partisan"


def test_negation_turns_a_stance(fallback):
    against = fallback._fallback.read("saya tidak dukung Prabowo")[2]
    plain = fallback._fallback.read("saya dukung Prabowo")[2]
    assert "target_against" in {s.name for s in against}
    assert "target_for" in {s.name for s in plain}


def test_table_is_whole_and_keeps_its_signs():
    table = load_table()
    for name in SIGNALS:
        assert SIGNS[name] == 0 or table[name] * SIGNS[name] >= 0, name
    assert 0 < table["threshold_review"] < table["threshold_partisan"] <= 1
    with (TOP / "data" / "fallback.csv").open(encoding="utf-8", newline="") as file:
        assert [r["signal"] for r in csv.DictReader(file)][: len(SIGNALS)] == list(SIGNALS)


def test_same_result_type(fallback):
    model, lexicon = Classifier.classify, fallback.classify("halo")
    assert model is not None
    assert set(lexicon.to_dict()) == {
        "text", "verdict", "score", "category", "method", "thresholds", "part", "evidence",
        "ents",
    }  # fmt: skip
    with pytest.raises(ValueError, match="no decision"):
        fallback.decision("halo")
