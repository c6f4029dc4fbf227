"""Labelled rows to a model: the same bytes each time, honest scores, exact export."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GroupKFold, cross_val_predict

from netralitas_nlp import Classifier, Recipe, train
from netralitas_nlp.base.errors import DataError
from netralitas_nlp.say.sentences import sentence
from netralitas_nlp.score.parts import parts_of
from netralitas_nlp.teach.adapt import adapt
from netralitas_nlp.teach.fallback import fit_fallback
from netralitas_nlp.teach.pipeline import to_sklearn
from netralitas_nlp.teach.recipe import choose_thresholds, platt
from netralitas_nlp.teach.rows import (
    beside_default,
    fold_groups,
    hold_out,
    keep_out,
    training_lexicon,
)
from netralitas_nlp.teach.vectorizer import CaptionVectorizer


@pytest.fixture(scope="module")
def small(corpus):
    return corpus.groupby("slice").head(60).reset_index(drop=True)


@pytest.fixture(scope="module")
def trained(small):
    return train(small, Recipe(folds=3))


def test_same_rows_give_the_same_bytes(small, trained, tmp_path):
    trained.model.save(tmp_path / "a")
    train(small, Recipe(folds=3)).model.save(tmp_path / "b")
    for name in ("model.json", "weights.npz"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_export_agrees_with_the_fitted_pipeline(small, trained):
    # The pipeline knows no parts of long texts.
    texts = [text for text in small["text"] if not parts_of(text)]
    mine = Classifier(trained.model, training_lexicon())
    ours = [r.score for r in mine.classify_many(texts)]
    theirs = to_sklearn(trained.model, training_lexicon()).predict_proba(texts)[:, 1]
    assert np.abs(theirs - ours).max() <= 1e-9


def test_cross_validation_of_the_pipeline_is_the_trainers_own(small, trained):
    pipeline = to_sklearn(trained.model, training_lexicon())
    label = (small["label"] == "partisan").astype(int)
    scores = cross_val_predict(
        pipeline, small["text"].tolist(), label, groups=fold_groups(small), cv=GroupKFold(3),
        method="decision_function",
    )  # fmt: skip
    assert np.abs(scores - trained.out_of_group).max() <= 1e-9


def test_a_model_is_called_what_its_trainer_says(small, trained):
    assert trained.model.header["name"] == "unnamed"
    assert (
        adapt(trained.model, small.iloc[::10], name="kabupaten").model.header["name"] == "kabupaten"
    )


def test_it_learns(trained):
    assert trained.figures["out_of_group"]["average_precision"]["value"] > 0.8
    mine = Classifier(trained.model)
    assert mine.classify("coblos nomor 2, menangkan Prabowo-Gibran").score > 0.6
    assert mine.classify("hujan deras, jemuran belum diangkat").score < 0.4


def test_out_of_group_rows_were_not_seen(small, trained):
    seen = to_sklearn(trained.model, training_lexicon()).decision_function(small["text"])
    truth = (small["label"] == "partisan").to_numpy()
    gap = lambda s: s[truth].mean() - s[~truth].mean()  # noqa: E731
    assert gap(seen) > gap(trained.out_of_group)


def test_platt_recovers_known_numbers():
    rng = np.random.default_rng(0)
    decision = rng.normal(0, 2, 40_000)
    label = (rng.random(40_000) < 1 / (1 + np.exp(-(1.5 * decision - 0.5)))).astype(int)
    slope, offset = platt(decision, label, prior=float(label.mean()))
    assert slope == pytest.approx(1.5, abs=0.05)
    assert offset == pytest.approx(-0.5, abs=0.05)


def test_thresholds_keep_their_promise():
    probability = np.linspace(0, 1, 2001)
    label = (probability > 0.5).astype(int)
    recipe = Recipe(accuse=0.02, miss=0.1)
    review, partisan = choose_thresholds(probability, label, recipe)
    assert partisan >= 0.5
    assert review <= partisan


def test_a_feature_needs_its_sources():
    texts = ["kucing putih lucu"] * 2 + ["kucing hitam lucu"] * 2
    vectorizer = CaptionVectorizer(min_texts=1, min_sources=2, letters=False)
    vectorizer.fit(texts, sources=["a", "a", "b", "b"])
    assert "kucing" in vectorizer.names_["word"]
    assert "putih" not in vectorizer.names_["word"]


def test_one_label_or_one_group_is_refused(small):
    with pytest.raises(DataError, match="'partisan'"):
        train(small[small["label"] == "neutral"])
    with pytest.raises(DataError, match="one group"):
        train(small.assign(group="x"))


def test_fallback_weights_keep_their_signs(small):
    from netralitas_nlp.score.fallback import SIGNS

    rows = {r["signal"]: float(r["weight"]) for r in fit_fallback(small)}
    assert all(SIGNS[n] == 0 or rows[n] * SIGNS[n] >= 0 for n in SIGNS)


def test_invented_people_are_masked_in_training_only(corpus, lexicon):
    assert [m.kind for m, _ in training_lexicon().find("coblos Raka Wiratmaja")] == ["person"]
    ((unknown, _),) = lexicon.find("coblos Raka Wiratmaja")  # a call makes him a contestant
    assert unknown.kind == "person" and unknown.entries == ()
    assert "invented" not in set(corpus["slice"])


def test_one_string_is_refused():
    with pytest.raises(TypeError, match="list of texts"):
        CaptionVectorizer().fit("halo")


def rows(**columns):
    return pd.DataFrame(columns, dtype=object)


def test_groups_of_files_rows_and_near_duplicates():
    frame = rows(
        text=[
            "ayo ke TPS besok pagi ya",
            "harga cabai naik lagi",
            "ayo ke TPS besok pagi yaa",
            "x",
        ],
        group=["", "", "", "a"],
        slice=["f1", "f1", "f1", "f1"],
    )
    assert fold_groups(frame).tolist() == ["row 0", "row 1", "row 0", "a"]
    files = frame.assign(slice=["f1", "f2", "f2", "f2"])
    assert fold_groups(files).tolist() == ["f1", "f2", "f1", "a"]


def test_hold_out_an_election_or_a_year():
    frame = rows(
        text=["satu kata", "dua kata lagi", "tiga hal lain", "satu kata!", "empat puluh", "lima"],
        label=["partisan", "neutral"] * 3,
        election=["pilpres2024", "pilkada2024", "pilpres2019", "pilpres2019", "pilpres2019", ""],
    )
    rest, held = hold_out(frame, "2024")
    assert held["text"].tolist() == ["satu kata", "dua kata lagi"]
    assert rest["text"].tolist() == ["tiga hal lain", "empat puluh", "lima"]  # no near-duplicate
    with pytest.raises(DataError, match="one label only"):
        hold_out(frame, "pilkada2024")
    with pytest.raises(
        DataError, match=r"no row is of the election '2030'; there are: pilkada2024"
    ):
        hold_out(frame, "2030")


def test_ones_own_rows_replace_ours_that_are_nearly_the_same(corpus):
    own = corpus.head(3).assign(label="neutral", category="")
    frame = beside_default(own, 3.0)
    assert frame["label"][:3].tolist() == ["neutral"] * 3
    assert frame["weight"][:3].tolist() == [3.0] * 3
    assert (frame["text"] == own["text"].iloc[0]).sum() == 1
    assert len(frame) == len(corpus)


def test_figures_have_intervals_and_folds(trained):
    figure = trained.figures["out_of_group"]["accused"]
    assert figure["low"] <= figure["value"] <= figure["high"]
    folds = trained.figures["folds"]
    assert len(folds) == 3
    assert sum(f["rows"] for f in folds) == len(trained.out_of_group)
    assert all(0 < f["average_precision"] <= 1 for f in folds)


def test_an_election_held_out_is_not_in_our_corpus_either(corpus):
    own = corpus.groupby("election").head(20).reset_index(drop=True)
    rest, held = hold_out(own, "pilkada2024")
    frame = keep_out(beside_default(rest, 3.0), held, "pilkada2024")
    assert len(held) == 20
    assert not (frame["election"] == "pilkada2024").any()
    assert not set(held["text"]) & set(frame["text"])
    assert frame["text"][: len(rest)].tolist() == rest["text"].tolist()


def test_adapting_moves_towards_the_rows_and_keeps_the_rest(small, trained):
    new = small.sample(200, random_state=3).reset_index(drop=True)
    turned = new.assign(label=np.where(new["label"] == "partisan", "neutral", "partisan"), group="")
    done = adapt(trained.model, turned, Recipe(folds=3, pull=0.1))
    before, after = Classifier(trained.model), Classifier(done.model)
    moved = np.array([after.decision(t) - before.decision(t) for t in turned["text"]])
    wanted = np.where(turned["label"] == "partisan", 1, -1)
    assert (np.sign(moved) == wanted).mean() > 0.9
    assert done.model.intercepts.tolist() == trained.model.intercepts.tolist()
    assert done.model.names is trained.model.names
    assert done.model.header["adapted_from"]["corpus"] == trained.model.header["corpus"]
    held = adapt(trained.model, turned, Recipe(folds=3, pull=1e9))
    still = np.array([Classifier(held.model).decision(t) for t in turned["text"][:50]])
    was = np.array([before.decision(t) for t in turned["text"][:50]])
    assert np.abs(still - was).max() < 1e-3


def test_groups_of_one_label_are_refused_by_both(small, trained):
    rows = pd.concat(
        [small[small["label"] == "neutral"].head(60), small[small["label"] == "partisan"].head(6)],
        ignore_index=True,
    )
    rows["group"] = [f"g{i // 10}" for i in range(60)] + ["p"] * 6
    for fit in (lambda: adapt(trained.model, rows), lambda: train(rows, Recipe(folds=6))):
        with pytest.raises(DataError, match="one label"):
            fit()


def test_a_model_without_categories_names_none(small):
    done = train(small.assign(category="").groupby("label").head(150), Recipe(folds=2))
    result = Classifier(done.model).classify("coblos nomor 2")
    assert result.category == ""
    assert "()" not in sentence(result) and "()" not in sentence(result, "en")
