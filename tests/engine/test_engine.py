"""The engine is hard to break: its file, its threads, its time; and what it can be asked for."""

from __future__ import annotations

import json
import random
import re
import struct
import threading

import pytest

from conftest import TOP, cases, growing
from netralitas_nlp import Classifier
from netralitas_nlp.base.errors import ArgumentError
from netralitas_nlp.base.result import Evidence
from netralitas_nlp.read.stems import Stems, root_words
from netralitas_nlp.score import engine as twins
from netralitas_nlp.score.compiled import MAGIC, UncompilableError, compile_index
from netralitas_nlp.score.weights import LinearModel

engine = twins.built()
if engine is None:
    pytest.skip("the engine is not built; python engine/build.py does it", allow_module_level=True)

ROOTS = "\n".join(root_words()).encode()
TEXTS = [
    "Ayo coblos nomor 2, menangkan Prabowo-Gibran! #2024GantiPresiden @dpp_psi",
    "Bayar PBB di kantor pos, SKB Nomor 2 Tahun 2022 ✌️ p r a b o w o www.kpu.go.id",
]


def reasons(reader):
    """What gives the evidence of a text, with what the engine says of a mention as its entry."""

    def described(*mention):
        return "mention", str(mention), ""

    return lambda text: reader.evidence(text, 0, len(text), Evidence, described)


@pytest.fixture(scope="module")
def data(classifier):
    return compile_index(engine, classifier.model, classifier.lexicon)


@pytest.fixture(scope="module")
def index(data):
    return engine.Index(data, ROOTS, 1)


def test_stems_of_every_word_of_the_captions(index, corpus):
    words = {w for text in corpus["text"] for w in re.findall("[a-z]+", text.lower())}
    stems = Stems()
    assert len(words) > 10_000
    assert [(w, index.stem(w), stems(w)) for w in sorted(words) if index.stem(w) != stems(w)] == []


def test_stems_of_words_with_every_affix(index):
    stems, chance = Stems(), random.Random(3)
    fore = ["", "ber", "be", "ter", "te", "mem", "men", "meng", "meny", "me", "per", "pe", "pel"]
    fore += [
        "pem",
        "pen",
        "peng",
        "peny",
        "di",
        "ke",
        "se",
        "ku",
        "kau",
        "memper",
        "diper",
        "mempe",
    ]
    hind = [
        "",
        "kan",
        "an",
        "i",
        "lah",
        "kah",
        "pun",
        "nya",
        "ku",
        "mu",
        "isasi",
        "kannya",
        "anlah",
    ]
    roots = [w for w in root_words() if w.isalpha() and 3 < len(w) < 12]
    for _ in range(6_000):
        word = chance.choice(fore) + chance.choice(roots) + chance.choice(hind)
        assert index.stem(word) == stems(word), word


def test_a_damaged_index_is_refused_or_read(data):
    chance = random.Random(5)
    header = len(MAGIC) + 32 + 16 * 19
    with pytest.raises(ValueError, match="no index"):
        engine.Index(b"", ROOTS, 1)
    refused = 0
    for number in range(120):
        damaged = bytearray(data)
        for _ in range(3):
            # Half of them in the table of sections, where they do most harm.
            at = chance.randrange(header if number % 2 else len(data))
            damaged[at] ^= 1 << chance.randrange(8)
        if number % 10 == 0:
            struct.pack_into("<I", damaged, chance.randrange(0, len(data) - 4, 4), 0xFFFFFFFF)
        if number % 7 == 0:
            del damaged[chance.randrange(len(damaged)) :]
        try:
            reader = engine.Reader(engine.Index(bytes(damaged), ROOTS, number), 20240214, 1 << 20)
        except ValueError:
            refused += 1
            continue
        for text in TEXTS:
            reader.decide(text)
            reasons(reader)(text)
    assert refused > 20


def test_an_index_of_another_version_is_refused(data):
    with pytest.raises(ValueError, match="version"):
        engine.Index(b"NTRLIX00" + data[8:], ROOTS, 1)


def test_threads_share_a_reader(index, corpus):
    reader = engine.Reader(index, 0, 1 << 20)
    texts = tuple(corpus["text"][:400])
    wanted = reader.decide_many(texts)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(reader.decide_many(texts))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 4


def test_little_memory_gives_the_same_answers(index, corpus):
    none, much = engine.Reader(index, 0, 0), engine.Reader(index, 0, 1 << 24)
    for text in corpus["text"][:300]:
        assert none.decide(text) == much.decide(text) == much.decide(text)
        assert reasons(none)(text) == reasons(much)(text)


@pytest.mark.parametrize("row", cases("hostile"), ids=lambda r: r["id"])
def test_time_grows_as_the_text_does(index, row):
    unit, letters = json.loads(f'"{row["unit"]}"'), 400_000
    reader = engine.Reader(index, 0, 1 << 22)
    large = unit * (letters // len(unit))
    assert growing(reasons(reader), large[: letters // 4], large, 0.02) < 8


def test_wrong_arguments_are_refused(index):
    reader = engine.Reader(index, 0, 1 << 20)
    for call in (
        lambda: reader.decide(b"x"),
        lambda: reader.decide_many(["x"]),
        lambda: reader.decide_many(("x", 1)),
        lambda: reader.evidence(None, 0, 1, Evidence, str),
        lambda: reader.evidence("dukung Prabowo", 0, 14, Evidence, lambda *mention: ("kind",)),
        lambda: reader.evidence("x", 0, 1, "Evidence", str),
        lambda: engine.Index("x", ROOTS, 1),
        lambda: engine.Reader(None, 0, 0),
    ):
        with pytest.raises(TypeError):
            call()


# --- which twin


def test_the_choice_is_checked(classifier, monkeypatch):
    monkeypatch.setenv(twins.VARIABLE, "fast")
    with pytest.raises(ArgumentError, match="python, native"):
        Classifier(classifier.model)
    monkeypatch.setenv(twins.VARIABLE, "native")
    monkeypatch.setattr(twins, "built", lambda: None)
    with pytest.raises(ArgumentError, match="ziglang"):
        Classifier(classifier.model)


def test_few_texts_are_not_worth_the_tables(classifier, monkeypatch):
    monkeypatch.delenv(twins.VARIABLE, raising=False)
    monkeypatch.delenv(twins.CACHE, raising=False)
    other = Classifier(classifier.model)
    other.classify("coblos nomor 2")
    assert other._scorer._native is None
    list(other.classify_many(["coblos nomor 2"] * 400))
    assert other._scorer._native is not None


def test_what_the_engine_has_no_place_for_is_read_in_python(classifier):
    model = classifier.model
    header = model.header | {"settings": model.settings.to_dict() | {"letters_to": 9}}
    other = LinearModel(header, model.names, model.idf, model.weights, model.intercepts)
    with pytest.raises(UncompilableError):
        compile_index(engine, other, classifier.lexicon)
    assert Classifier(other).decision("coblos nomor 2") == pytest.approx(
        classifier.decision("coblos nomor 2"), abs=1e-9
    )


def test_every_c_file_is_short_and_says_what_it_is():
    files = sorted((TOP / "engine").glob("*.[ch]"))
    assert len(files) > 10
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("/* "), path.name
        assert text.count("\n") < 500, path.name
