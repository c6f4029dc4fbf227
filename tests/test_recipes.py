"""The code of docs/recipes.md runs and prints what the page says."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import TOP

PAGE = (TOP / "docs" / "recipes.md").read_text(encoding="utf-8")
RECIPES = {
    part.split("\n", 1)[0].strip(): re.findall(r"^```(\w+)\n(.*?)^```$", part, re.M | re.S)
    for part in PAGE.split("\n## ")[1:]
}
NEEDS = {
    "pandas": [],
    "Polars": ["polars"],
    "DuckDB": ["duckdb", "pyarrow"],
    "FastAPI": ["fastapi", "httpx"],
    "Spark": ["pyspark", "pyarrow"],
}


def ready(name):
    """Skip, saying why, where what a recipe needs is not installed."""
    for package in NEEDS[name]:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed; pip install '.[recipes]' brings it")
    if name == "Spark" and shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java 17 or newer, and there is none")


def played(name):
    """Run the blocks of a recipe in one namespace; return it and what was printed."""
    ready(name)
    space = {"__name__": "recipe"}
    printed = io.StringIO()
    for number, (kind, body) in enumerate(RECIPES[name]):
        if kind == "python":
            where = f"recipes.md, {name}, block {number + 1}"
            code = compile(body, where, "exec", dont_inherit=True)
            with contextlib.redirect_stdout(printed):
                exec(code, space)
    return space, printed.getvalue()


def test_every_recipe_of_the_page_is_run():
    assert list(RECIPES) == list(NEEDS)


@pytest.mark.parametrize("name", NEEDS)
def test_a_recipe_prints_what_stands_under_it(name, monkeypatch):
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    space, printed = played(name)
    if name == "Spark":
        space["spark"].stop()
    assert printed == "".join(body for kind, body in RECIPES[name] if kind == "text")
    assert printed


def test_the_recipes_agree_with_one_call_a_text(corpus, classifier):
    texts = [None, "", *corpus["text"].tolist()[::150], None]
    expected = [
        (None, None, None) if t is None else (r.verdict, r.score, r.category)
        for t in texts
        for r in [None if t is None else classifier.classify(t)]
    ]
    tried = 0
    if all(map(importlib.util.find_spec, NEEDS["Polars"])):
        import polars as pl

        space, _ = played("Polars")
        frame = pl.DataFrame({"text": texts}).with_columns(
            pl.col("text").map_batches(space["advise"], return_dtype=space["ADVICE"]).alias("a")
        )
        assert frame.unnest("a").select("verdict", "score", "category").rows() == expected
        tried += 1
    if all(map(importlib.util.find_spec, NEEDS["DuckDB"])):
        import duckdb

        space, _ = played("DuckDB")
        db = duckdb.connect()
        kinds = "STRUCT(verdict VARCHAR, score DOUBLE, category VARCHAR)"
        db.create_function(
            "advise", space["advise"], ["VARCHAR"], kinds, type="arrow", null_handling="special"
        )
        db.execute("CREATE TABLE many(id INTEGER, text VARCHAR)")
        db.executemany("INSERT INTO many VALUES (?, ?)", list(enumerate(texts)))
        query = "SELECT verdict, score, category FROM (SELECT id, unnest(advise(text)) FROM many)"
        assert db.execute(f"{query} ORDER BY id").fetchall() == expected
        db.close()
        tried += 1
    if not tried:
        pytest.skip("neither polars nor duckdb is installed; pip install '.[recipes]' brings them")


# --- the service


@pytest.fixture(scope="module")
def client():
    space, _ = played("FastAPI")
    from fastapi.testclient import TestClient

    with TestClient(space["app"]) as client:
        yield client


JSON = {"content-type": "application/json"}
WRONG = [
    (422, {"content": b""}),
    (422, {"content": b"{"}),
    (422, {"content": b'{"text": "\xff"}'}),
    # Said to be JSON, and not even UTF-8: FastAPI refuses it before anything reads it.
    (400, {"content": b'{"text": "\xff"}', "headers": JSON}),
    (422, {"content": b"{", "headers": JSON}),
    (422, {"content": b"teks", "headers": {"content-type": "text/plain"}}),
    (422, {"content": rb'{"text": "\ud800"}', "headers": JSON}),
    (422, {"json": {}}),
    (422, {"json": []}),
    (422, {"json": "teks"}),
    (422, {"json": {"teks": "salah nama"}}),
    (422, {"json": {"text": None}}),
    (422, {"json": {"text": 3}}),
    (422, {"json": {"text": ["satu", "dua"]}}),
    (422, {"json": {"text": "a" * 100_001}}),
]


@pytest.mark.parametrize(("status", "body"), WRONG, ids=range(len(WRONG)))
def test_wrong_input_is_refused(client, status, body):
    answer = client.post("/classify", **body)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_eight_threads_get_the_answers_of_one(client, corpus, classifier):
    texts = ["", "a" * 100_000, *corpus["text"].tolist()[::75]]

    def ask(text):
        answer = client.post("/classify", json={"text": text})
        assert answer.status_code == 200
        return answer.json()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, texts))
    for text, answer in zip(texts, answers, strict=True):
        r = classifier.classify(text)
        assert (answer["verdict"], answer["score"], answer["category"]) == (
            r.verdict,
            r.score,
            r.category,
        )
        assert answer["reasons"] == [e.text for e in r.top(5)]
