from __future__ import annotations

import builtins

import numpy as np
import pandas as pd
import pytest

from netralitas_nlp import Classifier, DataError, Recipe, train
from netralitas_nlp.base.errors import NetralitasError
from netralitas_nlp.extra.explore import (
    confident_errors,
    errors_by_slice,
    lexicon_against_model,
    table,
)
from netralitas_nlp.extra.learnt import nearest_texts, top_words
from netralitas_nlp.extra.relabel import (
    RELABELLING,
    duplicates_across,
    export_for_relabelling,
    out_of_group,
    suspected_labels,
)
from netralitas_nlp.measure.assessment import assess
from netralitas_nlp.measure.evaluation import classified
from netralitas_nlp.tables.captions import COLUMNS, read_captions
from netralitas_nlp.teach.rows import training_lexicon


@pytest.fixture(scope="module")
def seen(corpus):
    rows = corpus[corpus["group"].isin(["n01", "s03"])]
    return rows.groupby(["group", "label"]).head(110).reset_index(drop=True)


@pytest.fixture(scope="module")
def training(seen):
    return train(seen, Recipe(folds=2, vectorizer={"letters": False}))


@pytest.fixture(scope="module")
def rows(corpus, training):
    unseen = corpus[corpus["group"] == "s05"]
    return classified(Classifier(training.model, training_lexicon()), unseen)


def test_surest_errors_come_first_and_are_errors(rows):
    found = confident_errors(rows, 15)
    assert 0 < len(found) <= 15
    assert found["confidence"].is_monotonic_decreasing
    assert set(found["error"]) <= {"accused", "missed"}
    assert (found["reasons"] != "").all()
    left = rows[(rows["error"] != "") & ~rows["id"].isin(found["id"])]
    sure = left["score"].where(left["error"] == "accused", 1 - left["score"])
    assert not len(left) or sure.max() <= found["confidence"].min()


def test_errors_by_slice_are_those_of_the_rows(rows):
    found = errors_by_slice(assess(rows, resamples=20))
    assert found["errors"].is_monotonic_decreasing
    assert (found["rows"] >= 20).all()
    for line in found[found["slice"].isin(["category", "platform"])].itertuples():
        mine = rows[rows[line.slice] == line.value]
        assert line.rows == len(mine)
        assert line.errors == pytest.approx((mine["error"] != "").mean())
    assert len(errors_by_slice(assess(rows, resamples=20), at_least=10**6)) == 0


def test_out_of_group_scores_are_those_of_the_training(training, seen):
    found = out_of_group(training, seen)
    assert found["score"].tolist() == training.probability.tolist()
    review, partisan = training.model.thresholds
    assert ((found["verdict"] == "partisan") == (found["score"] >= partisan)).all()
    assert ((found["verdict"] == "neutral") == (found["score"] < review)).all()
    with pytest.raises(DataError, match="the table it was trained on"):
        out_of_group(training, seen.head(3))


def test_turned_labels_are_suspected(training, seen):
    scored = out_of_group(training, seen)
    right = np.where(scored["label"] == "partisan", scored["score"], 1 - scored["score"])
    turned = np.argsort(-right)[:6]  # those the model is surest of
    other = {"partisan": "neutral", "neutral": "partisan"}
    wrong = scored.copy()
    wrong.loc[turned, "label"] = wrong.loc[turned, "label"].map(other)
    found = suspected_labels(wrong, "en")
    assert set(wrong.loc[turned, "id"]) <= set(found["id"])
    assert found["label_quality"].is_monotonic_increasing
    assert (found["suggested_label"] == found["label"].map(other)).all()
    assert found["why"].iloc[0].startswith(f"labelled {found['label'].iloc[0]}, yet its score is ")


def test_without_errors_there_is_nothing_to_show(rows):
    right = rows[rows["error"] == ""].assign(score=lambda r: (r["label"] == "partisan") * 1.0)
    assert len(confident_errors(right)) == 0
    assert len(suspected_labels(right)) == 0
    assert "<table" in table(right.head(0))


def test_unsure_rows_are_not_suspected(rows):
    more = pd.concat([rows, rows.head(1).assign(label="unsure", id="u")])
    assert suspected_labels(more)["id"].tolist() == suspected_labels(rows)["id"].tolist()


def test_suspicion_needs_both_labels_and_scores(rows):
    with pytest.raises(DataError, match="'partisan'"):
        suspected_labels(rows[rows["label"] == "neutral"])
    with pytest.raises(DataError, match=r"lacks the column\(s\) score"):
        suspected_labels(rows.drop(columns="score"))


def test_without_cleanlab_the_remedy_is_told(rows, monkeypatch):
    real = builtins.__import__

    def no_cleanlab(name, *args, **kwargs):
        if name.startswith("cleanlab"):
            raise ModuleNotFoundError(name, name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_cleanlab)
    with pytest.raises(NetralitasError, match=r"pip install 'netralitas-nlp\[notebook\]'"):
        suspected_labels(rows)


def test_likenesses_inside_a_group_are_no_leak():
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "text": [
                "ayo ke TPS besok pagi",
                "Ayo ke TPS besok pagi!",
                "harga cabai naik lagi minggu ini",
                "ayo ke TPS besok pagi ya",
            ],
            "label": ["neutral", "partisan", "neutral", "neutral"],
            "group": ["x", "x", "x", "y"],
        }
    )
    found = duplicates_across(frame)
    assert found[["id_1", "id_2"]].values.tolist() == [["a", "d"], ["b", "d"]]
    assert found["likeness"].is_monotonic_decreasing
    assert found.loc[1, ["label_1", "label_2"]].tolist() == ["partisan", "neutral"]
    assert len(duplicates_across(frame.head(3))) == 0
    assert len(duplicates_across(frame, by="id")) == 3
    with pytest.raises(DataError, match=r"lacks the column\(s\) fold"):
        duplicates_across(frame, by="fold")


def test_the_cells_of_lexicon_and_model_hold_all_rows(rows):
    found = lexicon_against_model(rows)
    assert found.counts.to_numpy().sum() == len(rows)
    for lexicon in ("partisan", "other"):
        for model in ("partisan", "other"):
            cell = found.cell(lexicon, model)
            assert len(cell) == found.counts.loc[lexicon, model]
            assert ((cell["verdict"] == "partisan") == (model == "partisan")).all()
            if len(cell):
                share = (cell["label"] == "partisan").mean()
                assert found.partisan.loc[lexicon, model] == pytest.approx(share)
    with pytest.raises(ValueError, match="'review' is none of partisan, other"):
        found.cell("review", "other")


def test_top_words_are_the_heaviest(training):
    found = top_words(training.model, 10)
    assert found.shape[0] == 10
    assert {"partisan", "neutral", "ajakan", "berita"} <= set(found.columns)
    model = training.model
    pull = model.weights["word"][:, 0] * model.idf["word"]
    assert model.names["word"][int(pull.argmax())] == found["partisan"].iloc[0]
    assert not set(found["partisan"]) & set(found["neutral"])


def test_a_training_text_is_nearest_to_itself(training, seen):
    found = nearest_texts(seen.iloc[[5, 40]], seen, training.model, training_lexicon(), n=2)
    assert found["id"].tolist() == seen["id"].iloc[[5, 5, 40, 40]].tolist()
    assert found["nearest_id"].iloc[[0, 2]].tolist() == seen["id"].iloc[[5, 40]].tolist()
    assert found["likeness"].iloc[[0, 2]].tolist() == pytest.approx([1, 1])
    assert found["likeness"].iloc[1] < 1
    assert len(nearest_texts(seen.head(0), seen, training.model)) == 0
    with pytest.raises(DataError, match="no training text"):
        nearest_texts(seen.head(1), seen.head(0), training.model)


HARD = [
    'kata "kutip", koma; titik koma',
    "dua\nbaris",
    "akhir baris\r\nwindows",
    "=1+1",
    "  tepi  ",
    "emoji ✌️ 🇮🇩",
    "NA",
    "\ttab",
]


def test_training_takes_the_exported_file_as_it_is(tmp_path, rows):
    suspects = suspected_labels(rows)
    path = tmp_path / "relabel.csv"
    assert export_for_relabelling(suspects, path) == len(suspects)
    back = read_captions(path)
    assert back[list(COLUMNS)].values.tolist() == suspects[list(COLUMNS)].values.tolist()
    header = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert header == ",".join(RELABELLING)


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_come_back_unchanged(tmp_path, text):
    frame = pd.DataFrame({"text": [text, "biasa"], "label": ["neutral", "partisan"]})
    export_for_relabelling(frame, tmp_path / "a.csv")
    assert read_captions(tmp_path / "a.csv")["text"].tolist() == [text, "biasa"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label": "unsure"}, "unsure"),
        ({"text": " "}, "blank"),
        ({"category": "berita", "label": "partisan"}, "does not go with"),
    ],
)
def test_what_training_would_refuse_is_not_written(tmp_path, change, message):
    frame = pd.DataFrame({"text": ["a", "b"], "label": "neutral", "category": ""})
    with pytest.raises(DataError, match=message):
        export_for_relabelling(frame.assign(**change), tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())
    with pytest.raises(DataError, match=r"must end in \.csv"):
        export_for_relabelling(frame, tmp_path / "a.xlsx")
    with pytest.raises(DataError, match="no row to relabel"):
        export_for_relabelling(frame.head(0), tmp_path / "a.csv")


def test_a_table_shows_texts_whole_and_as_text():
    shown = table(pd.DataFrame({"<i>": ["<script>" + "x" * 200], "score": [0.123], "n": [3]}))
    assert "<script>" not in shown
    assert "<i>" not in shown
    assert "x" * 200 in shown
    assert ">0.12<" in shown
    assert ">3<" in shown
    assert shown._repr_html_() == shown
