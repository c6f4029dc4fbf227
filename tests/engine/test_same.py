"""The engine says what the Python says: decisions, spans, kinds, names, notes."""

from __future__ import annotations

import importlib.util
import random
from dataclasses import replace
from itertools import islice

import pytest

from conftest import TOP, shared
from netralitas_nlp import Classifier, Lexicon
from netralitas_nlp.score.engine import CACHE, VARIABLE, built
from netralitas_nlp.score.occurrences import Settings
from netralitas_nlp.score.weights import LinearModel

if built() is None:
    pytest.skip("the engine is not built; python engine/build.py does it", allow_module_level=True)

spec = importlib.util.spec_from_file_location("compare", TOP / "tools" / "compare.py")
compare = importlib.util.module_from_spec(spec)
spec.loader.exec_module(compare)


def _some(texts, n):
    """Return at most `n` of the texts, the same each time."""
    return random.Random(2).sample(texts, min(n, len(texts)))


@pytest.fixture(scope="module")
def texts():
    return compare.texts_of(sorted((TOP / "data" / "captions").glob("*.csv")))


@pytest.fixture(scope="module")
def some(texts):
    return random.Random(7).sample(texts, 600)


@pytest.fixture(scope="module")
def twins(classifier):
    return compare.Twins(classifier)


def alike(twins, texts):
    assert [(t, why) for t in texts if (why := twins.difference(t))] == []


def test_the_engine_is_at_work(twins, some):
    twins.twins[0].decide(some[0])
    assert twins.twins[0]._native is not None
    back = sum(twins.twins[0]._native.decide(text) is None for text in some)
    assert back < len(some) / 50


def test_captions(twins, texts):
    alike(twins, random.Random(1).sample(texts, 2000))


def test_public_texts(twins):
    path = shared("real", "dev.csv")
    alike(twins, _some(compare.texts_of([path]), 1000))


@pytest.mark.parametrize("seed", range(4))
def test_made_texts(twins, texts, seed):
    alike(twins, islice(compare.made(compare.words_of(texts), seed), 700))


@pytest.mark.parametrize("day", ["2010-01-01", "2019-04-17", "2024-02-14", "2030-01-01"])
def test_days(classifier, some, day):
    alike(compare.Twins(Classifier(classifier.model, classifier.lexicon.at(day))), some[:200])


@pytest.mark.parametrize(
    "changed",
    [{name: False} for name in ("stems", "pairs", "letters", "near", "signals", "masks", "names")]
    + [{"reach": 2}, {"letters_from": 3, "letters_to": 4}, {"letters_from": 1, "letters_to": 8}],
    ids=str,
)
def test_settings(classifier, some, changed):
    model = classifier.model
    header = model.header | {"settings": replace(model.settings, **changed).to_dict()}
    other = LinearModel(header, model.names, model.idf, model.weights, model.intercepts)
    assert other.settings == Settings(**(model.settings.to_dict() | changed))
    alike(compare.Twins(Classifier(other, classifier.lexicon)), some[:120])


def test_a_lexicon_of_ones_own(classifier, some, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "id,kind,name,forms,refers,election,number,region,valid_from,valid_to,needs,blocks,case,"
        "direction,category,source,note\n"
        "x.one,person,Zubaidi Kartolo,zubaidi kartolo|kartolo,,,,,,,,pasar _|hutan,,,,test,\n"
        "x.two,slogan,Maju Terus,#majuterus|maju terus,,,,,2024-01-01,,stance,,,,atribut,test,\n",
        encoding="utf-8",
    )
    own = Lexicon.default().extended(path)
    added = ["pasar Kartolo buka", "pilih Zubaidi Kartolo!", "hutan kartolo", "dukung #MajuTerus"]
    alike(compare.Twins(Classifier(classifier.model, own)), [*added, *some[:60]])
    assert Lexicon.default().numbered != own.numbered


def test_what_only_python_can_say(twins):
    alike(
        twins, ["", " ", "\ud800", "Jâ€™adore coblos 2", "пилих łódź", "a\u202eb c", "&lt;3 coblos"]
    )


def test_results_through_the_classifier(classifier, some, monkeypatch):
    monkeypatch.setenv(VARIABLE, "native")
    native = Classifier(classifier.model, classifier.lexicon)
    monkeypatch.setenv(VARIABLE, "python")
    python = Classifier(classifier.model, classifier.lexicon)
    long = [" ".join(some[i : i + 8]) for i in range(0, 80, 8)]
    for one, other in zip(
        native.classify_many(some + long), python.classify_many(some + long), strict=True
    ):
        assert one.score == pytest.approx(other.score, abs=1e-9)
        assert (one.verdict, one.category, one.method) == (
            other.verdict,
            other.category,
            other.method,
        )


def test_a_cache_is_used_and_a_damaged_one_made_again(classifier, some, tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE, str(tmp_path))
    models = [
        LinearModel(m.header, m.names, m.idf, m.weights, m.intercepts)
        for m in [classifier.model] * 3
    ]
    wanted = [classifier.decision(text) for text in some[:20]]

    def decisions(model):
        return [Classifier(model, classifier.lexicon).decision(text) for text in some[:20]]

    assert decisions(models[0]) == pytest.approx(wanted, abs=1e-9)
    (path,) = tmp_path.glob("engine-*.index")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert decisions(models[1]) == pytest.approx(wanted, abs=1e-9)
    assert path.read_bytes() == data
    assert decisions(models[2]) == pytest.approx(wanted, abs=1e-9)
