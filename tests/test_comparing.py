"""Two models on the same rows, two readers on the same texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from netralitas_nlp import Classifier, DataError
from netralitas_nlp.measure.agreement import agreement, kappa_words
from netralitas_nlp.measure.comparing import compare, compare_answers
from test_cli import run
from test_evaluation import made_up


@pytest.fixture(scope="module")
def rows():
    frame, score, verdict = made_up(400)
    return frame[frame["label"] != "unsure"].reset_index(drop=True), score, verdict


def answers(rows, rng, noise):
    truth = (rows["label"] == "partisan").to_numpy()
    score = np.clip(truth * 0.5 + 0.25 + rng.normal(0, noise, len(rows)), 0, 1)
    verdict = np.select([score >= 0.7, score >= 0.4], ["partisan", "review"], "neutral")
    return score, verdict.astype(object)


def test_a_sharper_model_is_better_and_each_row_is_counted(rows):
    frame = rows[0]
    rng = np.random.default_rng(0)
    dull, sharp = answers(frame, rng, 0.4), answers(frame, rng, 0.15)
    found = compare_answers(frame, dull, sharp)
    change = found.whole.change["average_precision"]
    assert change.low > 0
    assert change.value == pytest.approx(
        found.whole.second["average_precision"] - found.whole.first["average_precision"]
    )
    right = [(side[1] == frame["label"]).to_numpy() for side in (dull, sharp)]
    assert found.alone == {
        "first": int((right[0] & ~right[1]).sum()), "second": int((right[1] & ~right[0]).sum()),
    }  # fmt: skip
    assert set(found.slices) == {"category", "kind", "source"}
    assert sum(p.rows for p in found.slices["source"].values()) == len(frame)
    back = compare_answers(frame, sharp, dull).whole.change["average_precision"]
    assert back.value == pytest.approx(-change.value)


def test_few_rows_have_no_slice(rows):
    frame = rows[0].head(9)
    side = answers(frame, np.random.default_rng(1), 0.2)
    assert compare_answers(frame, side, side).slices == {}


def test_compare_classifies(classifier):
    frame = pd.DataFrame({"text": ["Ayo menangkan Prabowo-Gibran!", "Harga cabai naik", "hm"],
                          "label": ["partisan", "neutral", "unsure"]})  # fmt: skip
    found = compare(Classifier(model=None), classifier, frame)
    assert found.whole.rows == len(found.rows) == 2
    assert "hm" not in found.to_dict()
    with pytest.raises(DataError, match="label"):
        compare(classifier, classifier, frame.drop(columns="label"))


# --- two readers


def readers(n=300, seed=2):
    rng = np.random.default_rng(seed)
    one = rng.choice(["partisan", "neutral", "unsure"], n, p=[0.4, 0.5, 0.1])
    other = rng.choice(["partisan", "neutral", "unsure"], n)
    two = np.where(rng.random(n) < 0.8, one, other)
    texts = [f"teks ke-{i}" for i in range(n)]
    return (pd.DataFrame({"text": texts, "label": label}) for label in (one, two))


def test_kappa_agrees_with_scikit_learn_and_has_a_width():
    one, two = readers()
    found = agreement(one, two)
    assert found.kappa.value == pytest.approx(cohen_kappa_score(one["label"], two["label"]))
    assert found.kappa.low < found.kappa.value < found.kappa.high
    assert len(found.differ) == (one["label"] != two["label"]).sum()
    same = agreement(one, one)
    assert same.kappa.value == 1 and same.kappa.low < 1
    for name, c in found.classes.items():
        assert c.first == (one["label"] == name).sum()


def test_rows_are_matched_by_id_or_by_text():
    one, two = readers(50)
    shuffled = two.sample(frac=1, random_state=0)
    assert agreement(one, shuffled).to_dict() == agreement(one, two).to_dict()
    ids = [str(i) for i in range(50)]
    numbered = agreement(one.assign(id=ids), two.assign(id=ids, text="x").tail(40))
    assert (numbered.rows, numbered.alone) == (40, 10)
    with pytest.raises(DataError, match="no labelled row in common"):
        agreement(one, two.assign(text="lain"))


def test_words_of_a_label_column_and_unknown_ones():
    one, two = readers(40)
    office = two.assign(
        label=two["label"].map({"partisan": "memihak", "neutral": "N", "unsure": "?"})
    )
    assert agreement(one, office).rows == 40
    with pytest.raises(DataError, match="'entah'"):
        agreement(one, two.assign(label="entah"))


@pytest.mark.parametrize(
    ("value", "words"), [(0.9, "almost_perfect"), (0.5, "moderate"), (-0.2, "slight")]
)
def test_kappa_in_words(value, words):
    assert kappa_words(value) == words


# --- the commands


def test_command_agreement_writes_what_both_can_decide(tmp_path):
    one, two = readers(60)
    one.assign(kedua=two["label"]).to_csv(tmp_path / "a.csv", index=False)
    two.to_csv(tmp_path / "b.csv", index=False)
    done = run("agreement", "a.csv", "b.csv", "-o", "beda.csv", "--lang", "en", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Cohen's kappa: 0." in done.stdout
    beda = pd.read_csv(tmp_path / "beda.csv", keep_default_na=False)
    assert list(beda) == ["text", "label_1", "label_2", "label"]
    same = run("agreement", "a.csv", "--second-column", "kedua", "--lang", "en", cwd=tmp_path)
    assert same.stdout == done.stdout.replace("beda.csv\n", "")
    alone = run("agreement", "a.csv", "--lang", "en", cwd=tmp_path)
    assert alone.returncode == 2 and "--second-column" in alone.stderr


def test_command_compare_writes_the_rows_only_one_gets_right(tmp_path):
    frame = pd.DataFrame({"text": ["Ayo menangkan Prabowo-Gibran!", "Harga cabai naik"] * 6,
                          "label": ["partisan", "neutral"] * 6})  # fmt: skip
    frame.to_csv(tmp_path / "t.csv", index=False)
    args = ["compare", "none", "default", "t.csv", "-o", "beda.csv", "--lang", "en"]
    done = run(*args, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "only none is right: 0 texts" in done.stdout
    assert (tmp_path / "beda.csv").is_file()
    wrong = run("compare", "none", "default", "t.csv", "-o", "t.csv", "--lang", "en", cwd=tmp_path)
    assert wrong.returncode == 2 and "is one of the inputs" in wrong.stderr
