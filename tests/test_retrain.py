"""The loop: from tables to a model in its place, or beside it and marked; errors, labels, three lines."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

from netralitas_nlp import Classifier, DataError, Recipe, retrain
from netralitas_nlp.base.errors import ArgumentError
from netralitas_nlp.measure.audit import Audit, Check
from netralitas_nlp.teach import retrain as module
from netralitas_nlp.teach.reading import RowsError, read_labelled
from netralitas_nlp.teach.retrain import Listener

NOW = dt.datetime(2026, 2, 14, 7, 30)
QUICK = Recipe(folds=2, c=1.0, accuse=0.02, vectorizer={"letters": False})


@pytest.fixture(scope="module")
def sample(corpus):
    one_line = corpus[~corpus["text"].str.contains("\n")]
    rows = one_line.groupby("label").sample(60, random_state=4)
    return rows[["text", "label", "category"]].reset_index(drop=True)


@pytest.fixture
def table(tmp_path, sample):
    sample.to_csv(tmp_path / "kantor.csv", index=False)
    return tmp_path / "kantor.csv"


def audited(monkeypatch, *broken):
    """Let every audit say that these checks are broken."""
    checks = [Check(n, 0.5, 0.1, 20, True, ()) for n in broken]
    checks.append(Check("suite:news", 0.1, 0.2, 14, False, ()))
    done = Audit(tuple(checks), (), (), (), {})
    monkeypatch.setattr(module, "audit", lambda classifier, names: done)


def test_a_first_model_takes_its_place_and_is_told_in_three_lines(table, tmp_path, monkeypatch):
    audited(monkeypatch)
    done = retrain(table, tmp_path / "m", recipe=QUICK, now=NOW)
    assert (done.folder, done.copy, done.reasons) == (tmp_path / "m", None, ())
    lines = [line.in_language("id") for line in done.lines]
    assert [line.partition(" ")[0] for line in lines] == ["Lebih", "Lebih", "Bagi"]
    assert "model bawaan" in lines[0]
    assert done.training.model.header["name"] == "m"
    assert done.figures.rows == len(done.rows) == 120
    card = (tmp_path / "m" / "card.md").read_text(encoding="utf-8")
    assert "2026-02-14" in card and lines[1] in card
    assert not any(text in card for text in done.rows["text"] if len(text) > 20)
    assert Classifier.load(tmp_path / "m").model.header["audit"]["passed"] is True


def test_a_card_shows_names_as_they_are(table, tmp_path, monkeypatch):
    audited(monkeypatch)
    done = retrain(table, tmp_path / "a|b [x](y) <img>", recipe=QUICK, now=NOW)
    title = (done.folder / "card.md").read_text(encoding="utf-8").splitlines()[0]
    assert title == r"# a\|b \[x\](y) \<img\>"


def test_a_model_that_fails_lies_beside_and_is_marked(table, tmp_path, monkeypatch):
    audited(monkeypatch, "suite:everyday")
    done = retrain(table, tmp_path / "m", recipe=QUICK, now=NOW)
    assert done.folder == tmp_path / "m.rejected" and not (tmp_path / "m").exists()
    header = json.loads((done.folder / "model.json").read_text(encoding="utf-8"))
    assert header["audit"]["broken"] == ["suite:everyday"]
    assert header["audit"]["in_place"] is False
    assert "TIDAK dipasang" in (done.folder / "card.md").read_text(encoding="utf-8")
    again = retrain(table, tmp_path / "m", recipe=QUICK, now=NOW)
    assert again.folder == tmp_path / "m.rejected-2", "a rejected model is not overwritten"
    forced = retrain(table, tmp_path / "m", recipe=QUICK, now=NOW, force=True)
    assert forced.folder == tmp_path / "m" and forced.forced
    card = (tmp_path / "m" / "card.md").read_text(encoding="utf-8")
    assert "--force walaupun: audit tidak lulus: kasus yang meleset: percakapan sehari-hari" in card


def test_a_later_model_is_compared_with_the_old_one(table, tmp_path, monkeypatch):
    audited(monkeypatch)
    retrain(table, tmp_path / "m", recipe=QUICK, now=NOW)
    done = retrain(table, tmp_path / "m", recipe=QUICK, now=NOW)
    assert done.reasons == () and done.copy == tmp_path / "m.20260214-073000"
    assert "model lama" in done.lines[0].in_language("id")
    whole = done.comparison.whole
    assert whole.first["average_precision"] == pytest.approx(
        whole.second["average_precision"], abs=0.01
    )


def test_the_listener_hears_each_step(table, tmp_path, monkeypatch):
    audited(monkeypatch)
    heard = []

    class Heard(Listener):
        def reading(self, reading):
            heard.append([v.value for v in reading.values])

        def used(self, rows, left):
            heard.append((len(rows), left))

        def progress(self, items, step, number):
            heard.append(step)
            return items

    retrain(table, tmp_path / "m", recipe=QUICK, now=NOW, listener=Heard())
    assert set(heard[0]) == {"partisan", "neutral"}
    assert heard[1:] == [(120, 0), "texts", "folds", "model", "audit", "audit"]


def test_rows_in_error_stop_it_or_are_left_out_and_named(sample, tmp_path, monkeypatch):
    audited(monkeypatch)
    bad = sample.copy()
    bad.loc[2, "text"] = " "
    twice = bad.loc[[5]].assign(
        label="neutral" if bad["label"][5] == "partisan" else "partisan", category=""
    )
    path = tmp_path / "kantor.csv"
    pd.concat([bad, twice]).to_csv(path, index=False)
    with pytest.raises(RowsError, match="--leave-out-errors") as caught:
        retrain(path, tmp_path / "m", recipe=QUICK)
    assert [p.kind for p in caught.value.inspection.errors] == ["blank_text", "two_labels"]
    assert not (tmp_path / "m").exists()
    done = retrain(path, tmp_path / "m", recipe=QUICK, leave_out_errors=True, now=NOW)
    assert [w.rpartition(" ")[2] for w in done.reading.left_out] == ["4", "7", "122"]
    assert len(done.rows) == 118


def test_codes_are_asked_about_and_not_assumed(sample, tmp_path):
    path = tmp_path / "kantor.csv"
    coded = sample.assign(label=sample["label"].map({"partisan": "1", "neutral": "0"}), category="")
    coded.to_csv(path, index=False)
    reading = read_labelled(path)
    assert [(v.value, v.rows, v.meaning) for v in reading.values] == [("0", 60, ""), ("1", 60, "")]
    with pytest.raises(DataError, match="--labels 'partisan=1;neutral=0'"):
        reading.require()
    named = read_labelled(path, labels={"1": "neutral", "0": "partisan"})
    assert {(v.value, v.meaning) for v in named.values} == {("1", "neutral"), ("0", "partisan")}
    assert len(named.require()) == 120


def test_an_unknown_label_is_one_line_however_many_rows_have_it(sample, tmp_path):
    path = tmp_path / "kantor.csv"
    sample.assign(label=["marah"] * 50 + ["netrl"] * 70, category="").to_csv(path, index=False)
    with pytest.raises(DataError) as caught:
        read_labelled(path).require()
    said = str(caught.value)
    assert "'netrl' (70 rows; did you mean 'neutral'?), 'marah' (50 rows)" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weight": 0}, "not above 0"),
        ({"adapt_from": "default", "with_default": True}, "--adapt goes without --with-default"),
        ({"public_texts": "x.csv", "with_default": True}, "--public-texts goes without"),
    ],
)
def test_options_that_do_not_go_together(table, tmp_path, options, words):
    with pytest.raises(ArgumentError, match=words):
        retrain(table, tmp_path / "m", **options)
    assert not (tmp_path / "m").exists()


def test_a_place_that_is_none(table, tmp_path):
    with pytest.raises(DataError, match="name a folder"):
        retrain(table, table)
    (tmp_path / "foto").mkdir()
    (tmp_path / "foto" / "a.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="no model folder"):
        retrain(table, tmp_path / "foto")
