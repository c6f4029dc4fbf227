"""The corpus: columns, labels, minima, likeness; and the reader's errors."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from conftest import TOP, shared
from netralitas_nlp.base.errors import DataError
from netralitas_nlp.base.result import CATEGORIES
from netralitas_nlp.tables.captions import COLUMNS, read_captions
from netralitas_nlp.tables.likeness import conflicts, near_duplicates

PLATFORMS = set("twitter instagram facebook tiktok youtube whatsapp news office other".split())
REGISTERS = set("street plain formal teen auntie official headline".split())


def test_size_and_balance(corpus):
    assert len(corpus) >= 12_000
    assert (corpus["label"] == "neutral").mean() >= 0.45
    assert corpus["category"].value_counts().reindex(CATEGORIES).min() >= 500


def test_columns(corpus):
    assert list(corpus.columns) == [*COLUMNS, "where"]
    assert corpus["id"].is_unique
    assert set(corpus["platform"]) <= PLATFORMS
    assert set(corpus["register"]) <= REGISTERS
    assert not (corpus[["region", "election", "group", "slice"]] == "").any(axis=None)


def test_no_conflicts(corpus):
    assert conflicts(corpus) == []


def test_few_near_duplicates(corpus):
    pairs = near_duplicates(corpus["text"].tolist())
    assert len({j for _, j, _ in pairs}) < 0.005 * len(corpus)
    assert not corpus["text"].str.lower().str.split().str.join(" ").duplicated().any()


def test_no_text_is_like_a_real_one(corpus):
    for name in ("train.csv", "dev.csv", "dev_more.csv"):
        real = pd.read_csv(shared("real", name), keep_default_na=False)["text"].tolist()
        assert near_duplicates(corpus["text"].tolist(), real) == []


def test_lengths_are_like_real_ones(corpus):
    length = corpus["text"].str.len()
    assert (length < 40).mean() >= 0.07
    assert 90 <= length.median() <= 140
    assert (length > 250).mean() >= 0.08


def test_a_quarter_of_partisan_texts_name_nobody(corpus, lexicon):
    partisan = corpus[corpus["label"] == "partisan"]["text"]
    named = [
        any(m.kind in ("person", "party", "ticket", "camp", "group") for m, _ in lexicon.find(t))
        for t in partisan
    ]
    assert 1 - sum(named) / len(named) >= 0.25


def test_nobody_is_named_more_often_in_partisan_texts(corpus, lexicon):
    """Each party, and each ticket for president or governor of 2024: a name is no verdict."""
    entry = {e.id: e for e in lexicon.entries}

    def stands_for(e):
        if e.kind == "party":
            return {e.name}
        up = [entry[r] for r in e.refers if r in entry and entry[r].kind in ("ticket", "person")]
        if e.kind == "ticket" and (more := [x for x in up if x.kind == "ticket"]):
            return {name for x in more for name in stands_for(x)}  # another name of that ticket
        if e.kind == "ticket":
            return (
                {e.name} if e.id.startswith(("ticket-pilpres2024", "ticket-pilgub2024")) else set()
            )
        return {name for x in up for name in stands_for(x)}

    counts: dict[str, Counter[str]] = {}
    for text, label in zip(corpus["text"], corpus["label"], strict=True):
        named = set()
        for mention, _ in lexicon.find(text):
            if mention.kind in ("party", "ticket", "person"):
                meant = {name for e in mention.entries for name in stands_for(e)}
                if len(meant) == 1:
                    named |= meant
        for name in named:
            counts.setdefault(name, Counter())[label] += 1
    assert len(counts) > 100
    assert [n for n, c in counts.items() if c["partisan"] > c["neutral"]] == []


def test_no_text_of_others_in_the_labels():
    labels = pd.read_csv(TOP / "data" / "public_labels.csv", dtype=str)
    assert list(labels.columns) == ["source", "id", "label", "category"]
    assert labels["id"].str.fullmatch("[0-9a-f]{12}").all()


def write(tmp_path, text, name="x.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("caption,label\nhalo,neutral\n", ["no column 'text'", "caption, label"]),
        ("text\nhalo\n", ["no column 'label'"]),
        ("text,label\nhalo,netrall\n", ["line 2", "'netrall'", "did you mean 'neutral'"]),
        ("text,label\n ,neutral\n", ["line 2", "blank"]),
        ("text,label,category\nhalo,neutral,ajakan\n", ["'ajakan'", "berita, edukasi"]),
        ("text,label,category\nhalo,neutral,beritaa\n", ["'beritaa'", "did you mean 'berita'"]),
        ("", ["no rows"]),
    ],
)
def test_bad_tables_are_named(tmp_path, text, words):
    with pytest.raises(DataError) as error:
        read_captions(write(tmp_path, text))
    assert all(word in str(error.value) for word in words)


def test_missing_file(tmp_path):
    with pytest.raises(DataError, match=r"no file or folder .*nothing\.csv"):
        read_captions(tmp_path / "nothing.csv")


def test_likeness_needs_a_share():
    with pytest.raises(ValueError, match="likeness 0 is not"):
        near_duplicates(["a"], likeness=0)
    assert near_duplicates([]) == []


def test_near_duplicates_finds_every_pair():
    texts = ["ayo ke TPS besok pagi ya", "ayo ke TPS besok pagi yaa", "harga cabai naik lagi", "xy"]
    assert [(i, j) for i, j, _ in near_duplicates(texts)] == [(0, 1)]
    assert [(i, j) for i, j, _ in near_duplicates(["xy"], texts)] == [(0, 3)]
