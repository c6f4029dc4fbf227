"""Advice on a Spark DataFrame is the advice on one machine. The tests with a session need Java."""

from __future__ import annotations

import importlib.util
import os
import pickle
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

from conftest import TOP
from netralitas_nlp import Classifier, DataError, Lexicon, NetralitasError
from netralitas_nlp.extra import spark as on_spark
from netralitas_nlp.say.sentences import reasons

PARTITIONS = 4


@pytest.fixture(scope="module")
def session():
    for package in ("pyspark", "pyarrow"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed; run: make test-spark")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java 17 or newer, and there is none")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
        .getOrCreate()
    )
    yield spark
    spark.stop()


@pytest.fixture(scope="module")
def texts(corpus):
    chosen = corpus["text"].tolist()[:: len(corpus) // 300]
    return [None, "", "   ", None, *chosen, "kata " * 2_000, None]


def frame(session, texts, partitions=PARTITIONS):
    rows = list(enumerate(texts))
    return session.createDataFrame(rows, "id int, text string").repartition(partitions)


def expected(classifier, text):
    if text is None:
        return (None, None, None, None)
    r = classifier.classify(text)
    return (r.verdict, r.score, r.category, [e.text for e in reasons(r)])


# --- with a session


def test_the_answers_are_those_of_one_machine(session, texts, classifier):
    out = on_spark.classify(frame(session, texts), columns=tuple(on_spark.TYPES))
    assert out.columns == ["id", "text", "verdict", "score", "category", "reasons"]
    rows = {r.id: r for r in out.collect()}
    assert len(rows) == len(texts)
    for number, text in enumerate(texts):
        row = rows[number]
        assert row.text == text
        got = (row.verdict, row.score, row.category, row.reasons)
        assert got == expected(classifier, text), text


def test_the_order_and_the_partitions_do_not_matter(session, texts):
    straight = on_spark.classify(frame(session, texts[:100], 1)).collect()
    shuffled = on_spark.classify(frame(session, texts[99::-1], 7)).collect()
    as_set = {(r.text, r.verdict, r.score, r.category) for r in straight}
    assert as_set == {(r.text, r.verdict, r.score, r.category) for r in shuffled}


def test_other_columns_stay_as_they_are(session):
    rows = [
        (2**60 + 1, [1, None], {"a": 1.5}, b"\x00\xff", "Bayar PBB", (1, "x")),
        (None, None, None, None, None, None),
    ]
    kinds = (
        "big bigint, list array<int>, map map<string,double>, raw binary, "
        "`isi teks.1` string, pair struct<n:int,s:string>"
    )
    df = session.createDataFrame(rows, kinds)
    out = on_spark.classify(df, "isi teks.1", columns=("category", "verdict"))
    assert out.columns == [*df.columns, "category", "verdict"]
    assert out.drop("category", "verdict").schema == df.schema
    back = {r.big: r for r in out.collect()}
    assert back[2**60 + 1].asDict(recursive=True) == {
        "big": 2**60 + 1,
        "list": [1, None],
        "map": {"a": 1.5},
        "raw": b"\x00\xff",
        "isi teks.1": "Bayar PBB",
        "pair": {"n": 1, "s": "x"},
        "category": "harian",
        "verdict": "neutral",
    }
    assert set(back[None].asDict().values()) == {None}


@pytest.mark.parametrize("rows", [[], [(1, None)], [(1, None)] * 200])
def test_nothing_to_read(session, rows):
    df = session.createDataFrame(rows, "id int, text string")
    assert [r.score for r in on_spark.classify(df).collect()] == [None] * len(rows)


def test_a_lexicon_and_a_model_of_ones_own_travel(session, classifier, tmp_path):
    from netralitas_nlp.read.find import Entry

    entry = next(e for e in Lexicon.default().entries if e.kind == "party")
    mine = entry._replace(id="contoh", name="Partai Contoh Rekaan", forms=("partai contoh rekaan",))
    assert isinstance(mine, Entry)
    lexicon = Lexicon([*Lexicon.default().entries, mine], "contoh")
    text = "Ayo menangkan Partai Contoh Rekaan!"
    own = Classifier(classifier.model.with_prior(0.1), lexicon)
    assert own.classify(text).score != classifier.classify(text).score
    row = on_spark.classify(frame(session, [text]), classifier=own).collect()[0]
    assert row.score == own.classify(text).score
    fallback = Classifier(model=None)
    row = on_spark.classify(frame(session, [text]), classifier=fallback).collect()[0]
    assert row.score == fallback.classify(text).score


def test_a_filter_on_the_verdict_reads_each_text_once(session, texts):
    out = on_spark.classify(frame(session, texts)).filter("verdict = 'partisan'")
    plan = out._jdf.queryExecution().executedPlan().toString()
    assert plan.count("ArrowEvalPython") == plan.count("advise(") == 1
    kept = out.collect()
    assert kept
    assert {r.verdict for r in kept} == {"partisan"}


def test_each_worker_keeps_one_classifier(session, texts, classifier):
    df = frame(session, texts, 8)
    on_spark.classify(df).collect()
    first, key = on_spark._broadcast(df, classifier)
    again, _ = on_spark._broadcast(df, classifier)
    assert first is again

    def look(batches):
        from netralitas_nlp.extra.spark import _memory

        for _ in batches:
            held = [(os.getpid(), k, id(c)) for k, c in _memory().items()]
            yield pd.DataFrame(held, columns=["pid", "key", "place"])

    # A later query meets the workers of the one before, and what they remember.
    seen = frame(session, texts, 8).mapInPandas(look, "pid long, key string, place long").collect()
    assert seen
    assert {r.key for r in seen} == {key}
    assert len({(r.pid, r.place) for r in seen}) == len({r.pid for r in seen})


def test_a_stream(session, texts, classifier, tmp_path):
    frame(session, texts[:50], 2).write.parquet(str(tmp_path / "in"))
    stream = session.readStream.schema("id int, text string").parquet(str(tmp_path / "in"))
    query = (
        on_spark.classify(stream)
        .writeStream.format("memory")
        .queryName("advice")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination(120)
    rows = session.table("advice").collect()
    assert len(rows) == 50
    for row in rows:
        assert (row.verdict, row.score) == expected(classifier, row.text)[:2]


WRONG = [
    ("id int, caption string", {}, "no column 'text'; it has: id, caption"),
    ("id int, text int", {}, "is of type int, texts must be of type string"),
    ("text string, verdict string", {}, "has a column 'verdict' already"),
    ("text string, Score double", {}, "has a column 'Score' already"),
]


@pytest.mark.parametrize(("kinds", "given", "message"), WRONG)
def test_a_wrong_frame_is_refused_before_anything_is_read(session, kinds, given, message):
    with pytest.raises(DataError, match=message):
        on_spark.classify(session.createDataFrame([], kinds), **given)


# --- without one


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((), "columns is empty; name at least one of: verdict"),
        (("verdict", "skor"), "'skor'; allowed are: verdict, score"),
        (("score", "score"), "more than once"),
    ],
)
def test_wrong_columns_are_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        on_spark.classify(None, columns=columns)


@pytest.mark.parametrize("missing", ["pyspark", "pyarrow"])
def test_where_spark_is_missing_the_error_says_what_to_install(monkeypatch, missing):
    for name in (missing, f"{missing}.sql"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(NetralitasError, match=r"pip install 'netralitas-nlp\[spark\]'"):
        on_spark.classify(None)


def test_the_package_does_not_load_spark():
    code = (
        "import sys, netralitas_nlp; netralitas_nlp.classify('halo');"
        "print([m for m in sys.modules if 'spark' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Sent:
    """Stands in for a broadcast; counts how often its value is asked for."""

    def __init__(self, value):
        self._value, self.asked = value, 0

    @property
    def value(self):
        self.asked += 1
        return self._value


def test_a_worker_puts_the_classifier_together_once(classifier):
    sent = Sent(on_spark._packed(classifier))
    on_spark._memory().clear()
    mine = [on_spark._rebuilt("key", sent) for _ in range(5)]
    assert sent.asked == 1
    assert len(set(map(id, mine))) == 1
    on_spark._rebuilt("another", sent)
    assert list(on_spark._memory()) == ["another"]
    on_spark._memory().clear()


def test_what_travels_has_no_path_and_every_digit(classifier, corpus):
    data = on_spark._packed(classifier)
    kinds = {type(part) for part in pickle.loads(data)[0]}
    assert kinds <= {dict, type(classifier.model.intercepts)}
    assert str(TOP).encode() not in data
    there = on_spark._unpacked(data)
    for text in corpus["text"][:50]:
        assert there.classify(text) == classifier.classify(text)


def test_a_session_that_cannot_broadcast_is_told_so(classifier):
    # Spark Connect raises an error of its own when it is asked for a SparkContext.
    df = SimpleNamespace(sparkSession=object())
    with pytest.raises(NetralitasError, match="Spark Connect"):
        on_spark._broadcast(df, classifier)


def test_missing_texts_of_any_kind_stay_missing(classifier):
    texts = pd.Series(["Bayar PBB", None, float("nan"), pd.NA, ""], dtype=object)
    out = on_spark._advice(classifier, texts, ["verdict", "score"])
    assert out["verdict"].tolist() == ["neutral", None, None, None, "neutral"]
    assert out["score"].isna().tolist() == [False, True, True, True, False]
