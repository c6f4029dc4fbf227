"""A new model takes an old one's place only if it is no worse; nothing is lost on the way."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from netralitas_nlp import Classifier
from netralitas_nlp.base.catalogue import Message
from netralitas_nlp.base.errors import DataError
from netralitas_nlp.base.result import verdict_of
from netralitas_nlp.tables.likeness import fingerprint_of
from netralitas_nlp.teach.gate import compare_unseen, judge, judge_audit
from netralitas_nlp.teach.place import SCORES, exchange, read_scores, write_scores

NOW = dt.datetime(2026, 2, 14, 7, 30)


@pytest.fixture(scope="module")
def rows(corpus):
    return corpus.groupby("label").sample(150, random_state=1).reset_index(drop=True)


@pytest.fixture(scope="module")
def scores(rows, classifier):
    return np.array([r.score for r in classifier.classify_many(rows["text"])])


def judged(rows, scores, classifier, known=None):
    """The comparison, and the reasons in English."""
    thresholds = classifier.model.thresholds
    verdict = np.array([verdict_of(s, thresholds) for s in scores], dtype=object)
    if known is None:
        known = {"0" * 16: 0.5}  # of a row that is not here
    comparison = compare_unseen(classifier, rows, (scores, verdict), known)
    return comparison.whole, [str(reason) for reason in judge(comparison, known)]


def test_the_same_scores_pass(rows, scores, classifier):
    whole, reasons = judged(rows, scores, classifier)
    assert reasons == []
    assert whole.first == whole.second
    change = whole.change["average_precision"]
    assert change.value == 0 and change.low < 0 < change.high, "equal on 300 rows is not equal"


def test_worse_ranking_is_refused(rows, scores, classifier):
    worse = scores.copy()
    worse[:100] = np.random.default_rng(0).random(100)
    whole, reasons = judged(rows, worse, classifier)
    assert "average precision" in reasons[0]
    assert whole.second["average_precision"] < whole.first["average_precision"]


def test_more_accusations_are_refused(rows, scores, classifier):
    neutral = np.flatnonzero(rows["label"] == "neutral")[:20]
    review, partisan = classifier.model.thresholds
    bold = np.where(scores >= review, np.maximum(scores, partisan), scores)
    bold[neutral] = np.maximum(bold[neutral], partisan)
    _, reasons = judged(rows, bold, classifier)
    assert any("neutral accused" in r for r in reasons)


def test_a_better_model_passes(rows, scores, classifier):
    truth = (rows["label"] == "partisan").to_numpy()
    better = np.where(truth, np.maximum(scores, 0.9), np.minimum(scores, 0.1))
    whole, reasons = judged(rows, better, classifier)
    assert reasons == []
    assert whole.change["average_precision"].value >= 0


def test_the_old_model_is_judged_by_what_it_scored_unseen(rows, scores, classifier):
    known = {fingerprint_of(t): 0.5 for t in rows["text"][:100]}
    whole, _ = judged(rows, scores, classifier, known)
    assert whole.first["average_precision"] < whole.second["average_precision"]


def test_an_old_model_without_scores_cannot_be_compared(rows, scores, classifier):
    _, reasons = judged(rows, scores, classifier, {})
    assert "out_of_group.csv" in reasons[0]


def test_a_model_that_catches_nothing_is_refused(rows, scores, classifier):
    verdict = np.full(len(rows), "review", dtype=object)
    known = {"0" * 16: 0.5}
    reasons = judge(compare_unseen(classifier, rows, (scores, verdict), known), known)
    assert any("partisan caught" in str(r) for r in reasons)


def test_a_folder_of_other_things_is_left_alone(tmp_path, classifier):
    (tmp_path / "foto.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="no model folder"):
        exchange(classifier.model, tmp_path, ["a"], np.array([0.5]), NOW)
    assert [p.name for p in tmp_path.iterdir()] == ["foto.txt"]


def test_few_rows_and_a_failed_audit_are_reasons(rows, scores, classifier):
    few = rows.groupby("label").head(5).index
    _, reasons = judged(rows.loc[few], scores[few], classifier)
    assert any("only 5 partisan rows" in r for r in reasons)
    title = Message("audit.check.listed_gap")
    (reason,) = judge_audit(SimpleNamespace(broken=[SimpleNamespace(title=title)]))
    said = "audit tidak lulus: selisih skor terbesar antarnama terdaftar"
    assert reason.in_language("id") == said
    assert judge_audit(SimpleNamespace(broken=[])) == ()


def test_scores_are_kept_without_the_text(tmp_path, rows, scores):
    write_scores(tmp_path, rows["text"].tolist(), scores)
    body = (tmp_path / SCORES).read_text(encoding="utf-8")
    assert not any(text in body for text in rows["text"] if len(text) > 20)
    known = read_scores(tmp_path)
    assert known[fingerprint_of(rows["text"][0])] == pytest.approx(scores[0], abs=5e-5)
    (tmp_path / SCORES).write_text("fingerprint,score\nab,x\n", encoding="utf-8")
    with pytest.raises(DataError, match="damaged"):
        read_scores(tmp_path)
    assert read_scores(tmp_path / "nowhere") == {}


def test_exchange_keeps_a_dated_copy(tmp_path, classifier):
    out = tmp_path / "models" / "mine"
    model = classifier.model
    assert exchange(model, out, ["a"], np.array([0.5]), NOW) is None
    (out / "card.md").write_text("mine", encoding="utf-8")
    other = model.with_prior(0.1)
    copy = exchange(other, out, ["a"], np.array([0.5]), NOW)
    assert copy == out.with_name("mine.20260214-073000")
    assert (copy / "card.md").read_text(encoding="utf-8") == "mine"
    assert Classifier.load(copy).model.prior == model.prior
    assert Classifier.load(out).model.prior == 0.1
    again = exchange(model, out, ["a"], np.array([0.5]), NOW)
    assert again.name == "mine.20260214-073000-2"
    assert sorted(p.name for p in out.parent.iterdir()) == ["mine", copy.name, again.name]


def test_a_failure_leaves_the_old_model(tmp_path, classifier, monkeypatch):
    out = tmp_path / "mine"
    exchange(classifier.model, out, ["a"], np.array([0.5]), NOW)
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    def fail(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("netralitas_nlp.teach.place.write_scores", fail)
    with pytest.raises(KeyboardInterrupt):
        exchange(classifier.model, out, ["a"], np.array([0.5]), NOW)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_an_adapted_model_remembers_what_its_origin_was_trained_on(tmp_path, classifier):
    first, second = tmp_path / "a", tmp_path / "b"
    exchange(classifier.model, first, ["satu teks"], np.array([0.25]), NOW)
    exchange(classifier.model, second, ["teks lain"], np.array([0.5]), NOW, read_scores(first))
    assert read_scores(second) == {
        fingerprint_of("satu teks"): 0.25,
        fingerprint_of("teks lain"): 0.5,
    }
