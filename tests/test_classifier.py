"""One text to one result, and the guarantees of the design."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import signal
import threading
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netralitas_nlp.score.classifier as module
from conftest import TOP, shared
from netralitas_nlp import Classifier, LinearModel, classify, classify_many
from netralitas_nlp.base.result import CATEGORIES, NEUTRAL_CATEGORIES, PARTISAN_CATEGORIES

TEXTS = [
    "Jangan lupa coblos nomor 2! #PrabowoGibran ✌️",
    "Cek nama kamu di DPT ya",
    "@aniesbaswedan hadir pak, salam dari pasar #AMIN2024",
    "Bayar PBB di kecamatan, SKB Nomor 2 Tahun 2022",
    "g a n j a r lagi g.a.n.j.a.r, mantaaap 🔥🔥",
    "kader PKS dapil 3 keliling, kader PDIP & Gerindra/Golkar juga",
    "#2019GantiPresiden#JakartaMenyala",
    "",
    "   \n ",
    "😂😂😂",
    "Survei: elektabilitas Raka naik 3 persen",
    "dukung 1\U0001f3fb prabowo",  # a skin tone without an emoji: a token of nothing
    "ayo *\U0001f3fb coblos nomor 2",
]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ["NoneType", "empty string"]),
        (b"halo", ["bytes", "decode"]),
        (7, ["int", "str(value)"]),
        (["halo"], ["list", "classify_many"]),
    ],
)
def test_wrong_types_say_what_to_do(value, words):
    with pytest.raises(TypeError) as error:
        classify(value)
    assert all(word in str(error.value) for word in words)


def test_classify_many_refuses_one_string_and_names_the_item():
    with pytest.raises(TypeError, match=r"classify\(text\)"):
        classify_many("halo")
    with pytest.raises(TypeError, match=r"item 1.*NoneType"):
        list(classify_many(["halo", None]))


@pytest.mark.parametrize("text", ["", " ", "\n\t  ", "\u200b", "\x00"])
def test_blank_is_neutral_at_the_prior(text, classifier):
    result = classify(text)
    assert result.verdict == "neutral"
    assert result.score == classifier.model.prior
    assert result.evidence == ()


def test_result_fields(classifier):
    result = classify(TEXTS[0])
    assert result.verdict == "partisan"
    assert 0 <= result.score <= 1
    assert result.category in PARTISAN_CATEGORIES
    assert result.method == "model"
    assert result.thresholds == classifier.model.thresholds
    for e in result.evidence:
        assert e.text == result.text[e.start : e.end]


def test_to_dict_is_plain_json():
    data = classify(TEXTS[0]).to_dict()
    again = json.loads(json.dumps(data, ensure_ascii=False))
    assert again == data
    assert {"start", "end", "label"} <= set(again["ents"][0])


def test_pickle_keeps_the_reasons():
    result = classify(TEXTS[0])
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert again.evidence == result.evidence


def test_category_goes_with_the_score(corpus):
    for result in classify_many(corpus["text"][:2000]):
        group = PARTISAN_CATEGORIES if result.score >= 0.5 else NEUTRAL_CATEGORIES
        assert result.category in group
        assert result.category in CATEGORIES


def test_one_and_many_agree_to_the_last_bit(classifier, corpus):
    texts = [*TEXTS, *corpus["text"][::7]]
    many = list(classifier.classify_many(texts))
    assert [r.text for r in many] == texts
    assert many == [classifier.classify(t) for t in texts]
    assert many == list(classifier.classify_many(texts))


def test_contributions_add_up(classifier, corpus):
    base = float(classifier.model.intercepts[0])
    texts = [*TEXTS, *corpus["text"]]
    gap = 0.0
    for text in texts:
        total = base + sum(e.weight for e in classifier.explain(text))
        gap = max(gap, abs(total - classifier.decision(text)))
    assert gap <= 1e-9


@given(st.text(max_size=200))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text(text):
    result = classify(text)
    assert 0.0 <= result.score <= 1.0
    total = sum(e.weight for e in result.evidence) + module.default_classifier().model.intercepts[0]
    if text.strip():
        assert total == pytest.approx(module.default_classifier().decision(text), abs=1e-9)
    for e in result.evidence:
        assert e.text == text[e.start : e.end]


FRAMES = [
    "Dukung {} sampai menang, {} harapan kami",
    "kok {} jawabnya muter-muter terus",
    "Jadwal kunjungan {} hari ini ke pasar",
    "{} atau {}? kalian pilih siapa",
    "#{0} pagi semua, salam dari {0}",
    "@user ya {} lah, masa yang lain",
    "{}: debat ketiga digelar malam ini",
    "pak {} sehat selalu",
]
PEOPLE = ["Prabowo Subianto", "Anies Baswedan", "Ganjar Pranowo", "Khofifah Indar Parawansa",
          "Airin Rachmi Diany", "Andra Soni", "Joko Widodo", "ANIES BASWEDAN", "anies baswedan"]  # fmt: skip
PARTIES = ["Partai Golkar", "Partai NasDem", "PDI Perjuangan", "Gerindra", "partai demokrat"]


@pytest.mark.parametrize("names", [PEOPLE, PARTIES], ids=["people", "parties"])
@pytest.mark.parametrize("frame", FRAMES)
def test_swapping_listed_names_changes_nothing(frame, names, classifier):
    scores = set()
    for name in names:
        if frame.startswith("#"):
            name = "".join(w.capitalize() for w in name.split())
        scores.add(classifier.classify(frame.format(name, name)).score)
    assert len(scores) == 1


@pytest.mark.parametrize("kind", ["person", "party"])
def test_no_listed_name_makes_a_difference(kind, classifier, lexicon):
    """Every name the lexicon takes without context, in two frames each."""
    frames = ("Saya dukung {} aja", "Jadwal {} hari ini, debat di TV")
    names: list[str] = []
    for entry in lexicon.entries:
        if entry.kind == kind and not entry.needs and entry.case == "any":
            names += [f for f in entry.forms[:1] if "#" not in f]
    for frame in frames:
        scores = {}
        for name in names:
            for text in (frame.format(name), frame.format(name.title())):
                found = lexicon.find(text)
                # A word of the frame may silence an entry ("hari _"); then it is no mention.
                if [m.kind for m, _ in found] == [kind]:
                    scores.setdefault(classifier.classify(text).score, text)
        assert len(scores) == 1, scores


@pytest.mark.parametrize(
    "unit",
    ["@" + "a1" * 20, "#PrabowoMenang", "dukung prabowo ya kak ", "nomor 2 ", "AMIN 01 ", "kok ",
     "pak prabowo, pak anies! ", "a ", "g a n j a r ", "Ã¢", "😂", "#a", "menteri pan rb "],
)  # fmt: skip
def test_time_to_a_verdict_is_linear(unit, classifier):
    def seconds(n):
        text = unit * (n // len(unit))
        fresh = Classifier(classifier.model, classifier.lexicon)
        start = time.process_time()
        fresh.classify(text)
        return time.process_time() - start

    seconds(200)
    small, large = seconds(4_000), seconds(32_000)
    # Eight times the text, with room for noise; quadratic work would take 64 times.
    assert large <= 24 * max(small, 0.02)


def test_good_results_come_out_before_an_error():
    def broken():
        yield "coblos nomor 2"
        yield "hujan lagi"
        raise OSError("the disk is gone")

    results = classify_many(broken())
    assert [next(results).text, next(results).text] == ["coblos nomor 2", "hujan lagi"]
    with pytest.raises(OSError, match="the disk is gone"):
        next(results)
    mixed = classify_many(["satu", "dua", None])
    assert [next(mixed).text, next(mixed).text] == ["satu", "dua"]
    with pytest.raises(TypeError, match="item 2"):
        next(mixed)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_is_not_locked(classifier):
    texts = [f"mendukungkan{n} pertandingankah{n}" for n in range(2000)]  # new words: stems
    busy = threading.Thread(target=lambda: list(classifier.classify_many(texts)))
    busy.start()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if classifier.classify("memperpanjangnya").verdict == "neutral" else 1)
    busy.join()
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("switch", ["near", "pairs", "signals", "letters", "masks"])
def test_contributions_add_up_with_a_view_switched_off(classifier, switch):
    model = classifier.model
    header = model.header | {"settings": model.settings.to_dict() | {switch: False}}
    other = Classifier(
        LinearModel(header, model.names, model.idf, model.weights, model.intercepts),
        classifier.lexicon,
    )
    for text in TEXTS:
        total = model.intercepts[0] + sum(e.weight for e in other.explain(text))
        if text.strip():
            assert total == pytest.approx(other.decision(text), abs=1e-9)


def test_threads_agree(classifier, corpus):
    texts = list(corpus["text"][:400])
    shared_one = Classifier(classifier.model, classifier.lexicon)
    expected = [r.score for r in classifier.classify_many(texts)]
    got = {}

    def work(number):
        got[number] = [shared_one.classify(t).score for t in texts]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(got[n] == expected for n in range(4))


def test_date_closes_a_slogan(classifier):
    text = "Coblos nomor 2, Ngopeni Nglakoni"
    assert any(e.kind == "slogan" for e in classifier.classify(text, "2024-11-01").evidence)
    assert not any(e.kind == "slogan" for e in classifier.classify(text, "2025-08-15").evidence)


def test_bad_date_is_named(classifier):
    with pytest.raises(Exception, match=r"14 Februari.*2024-02-14"):
        classifier.classify("halo", "14 Februari")


def test_prior_moves_scores_one_way(classifier):
    model = classifier.model.with_prior(0.05)
    rare = Classifier(model, classifier.lexicon)
    for text in TEXTS[:6]:
        assert rare.classify(text).score < classifier.classify(text).score
    with pytest.raises(ValueError, match="between 0 and 1"):
        classifier.model.with_prior(1.0)


def test_model_must_be_a_model():
    with pytest.raises(TypeError, match=r"Classifier\.load"):
        Classifier("models/default")


def test_result_is_not_rewritten():
    result = classify("halo")
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.verdict = "partisan"


def test_long_text_in_bounded_time(classifier):
    result = classifier.classify("kawal suara nomor 2 ya kak " * 40_000)
    assert np.isfinite(result.score)
    assert classifier.classify("a" * 1_000_000).verdict in ("neutral", "review", "partisan")


def test_articles_accuse_nobody(classifier):
    folder = shared("articles")
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").replace(". ", ".\n").splitlines():
            assert classifier.classify(line).verdict != "partisan", (path.name, line)


def test_shipped_model_was_made_with_the_shipped_lexicon(classifier):
    lexicon_digest = classifier.lexicon.digest
    assert classifier.model.header["lexicon_sha256"].startswith(lexicon_digest)
    assert (TOP / "models" / "default" / "model.json").is_file()
