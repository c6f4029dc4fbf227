"""Figures on hand-made scores, their intervals and parts, and all that a report shows."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    precision_recall_fscore_support,
    roc_auc_score,
)

from netralitas_nlp import Classifier
from netralitas_nlp.base.errors import DataError
from netralitas_nlp.base.result import CATEGORIES, NEUTRAL_CATEGORIES, PARTISAN_CATEGORIES
from netralitas_nlp.measure.assessment import assess
from netralitas_nlp.measure.evaluation import (
    TRAITS,
    classified,
    evaluate,
    measure,
    read_scored,
    traits,
    worst,
)
from netralitas_nlp.measure.figures import FIGURES, RANKS, figures, wilson


def values(truth, score, verdict, **settings):
    part = figures(
        np.array(truth, dtype=bool),
        np.array(score, dtype=float),
        np.array(verdict, dtype=object),
        **settings,
    )
    return {name: figure.value for name, figure in part.figures.items()}


# --- figures


def test_two_rows_in_the_right_order():
    assert values([1, 0], [0.9, 0.2], ["partisan", "neutral"]) == pytest.approx({
        "average_precision": 1, "roc_auc": 1, "calibration_error": (0.1 + 0.2) / 2, "precision": 1,
        "caught": 1, "missed": 0, "accused": 0, "review": 0,
    })  # fmt: skip


def test_two_rows_in_the_wrong_order():
    assert values([1, 0], [0.2, 0.9], ["neutral", "partisan"]) == pytest.approx({
        "average_precision": 0.5, "roc_auc": 0, "calibration_error": (0.8 + 0.9) / 2, "precision": 0,
        "caught": 0, "missed": 1, "accused": 1, "review": 0,
    })  # fmt: skip


def test_two_rows_of_one_score():
    got = values([1, 0], [0.5, 0.5], ["review", "review"])
    assert (got["average_precision"], got["roc_auc"]) == (0.5, 0.5)
    assert (got["caught"], got["missed"], got["accused"], got["review"]) == (0, 0, 0, 1)
    assert got["calibration_error"] == 0
    assert math.isnan(got["precision"]), "nothing was called partisan"


def test_one_label_alone_ranks_nothing():
    got = values([1, 1], [0.9, 0.4], ["partisan", "review"])
    assert math.isnan(got["average_precision"])
    assert math.isnan(got["roc_auc"])
    assert math.isnan(got["accused"])
    assert got["caught"] == 0.5


@pytest.mark.parametrize("decimals", [1, 2, 8])
def test_ranking_agrees_with_scikit_learn(decimals):
    rng = np.random.default_rng(1)
    score = rng.random(500).round(decimals)
    truth = rng.random(500) < score
    got = values(truth, score, ["review"] * 500, resamples=10)
    assert got["average_precision"] == pytest.approx(average_precision_score(truth, score))
    assert got["roc_auc"] == pytest.approx(roc_auc_score(truth, score))


def made_up(n=400, seed=3):
    rng = np.random.default_rng(seed)
    score = rng.random(n)
    verdict = np.where(score > 0.8, "partisan", np.where(score > 0.3, "review", "neutral"))
    label = np.where(rng.random(n) < score, "partisan", "neutral").astype(object)
    label[::20] = "unsure"
    frame = pd.DataFrame({
        "text": ["kader PSI dan PKB kampanye"] * 5 + ["hujan lagi"] * (n - 5),
        "label": label,
        "category": rng.choice(["berita", "ajakan"], n),
        "kind": rng.choice(["a", "b", ""], n),
        "source": rng.choice(["x", "y", "z"], n),
    })  # fmt: skip
    return frame, score, verdict.astype(object)


def test_intervals_hold_the_estimate_and_narrow_with_more_rows():
    small, large = (measure(*made_up(n)).whole.figures for n in (200, 2000))
    for name in FIGURES:
        for figure in (small[name], large[name]):
            assert 0 <= figure.low <= figure.value <= figure.high <= 1
        if name != "calibration_error":
            assert large[name].high - large[name].low < small[name].high - small[name].low


def test_intervals_have_the_width_of_theory():
    n = 1000
    truth = np.ones(n, dtype=bool)
    verdict = np.array(["partisan"] * 300 + ["neutral"] * 700, dtype=object)
    caught = figures(truth, np.full(n, 0.5), verdict).figures["caught"]
    half = 1.96 * math.sqrt(0.3 * 0.7 / n)
    assert caught.low == pytest.approx(0.3 - half, abs=0.005)
    assert caught.high == pytest.approx(0.3 + half, abs=0.005)


@pytest.mark.parametrize("n", [4, 30, 300])
def test_no_interval_is_without_width_however_right_the_rows(n):
    truth = np.arange(n) < n // 2
    score = np.where(truth, 0.95, 0.05)
    verdict = np.where(truth, "partisan", "neutral").astype(object)
    found = figures(truth, score, verdict).figures
    for name, figure in found.items():
        assert figure.high - figure.low > 0.9 / n, name
    assert found["average_precision"].low == pytest.approx(n / 2 / (n / 2 + 1.96**2), abs=1e-4)
    assert found["accused"] == wilson(0, n // 2)


def test_shares_have_the_interval_of_wilson():
    frame, score, verdict = made_up()
    sure = (frame["label"] != "unsure").to_numpy()
    truth = (frame["label"] == "partisan").to_numpy()[sure]
    found = figures(truth, score[sure], verdict[sure])
    called = verdict[sure] == "partisan"
    assert found.figures["precision"] == wilson(int((called & truth).sum()), int(called.sum()))
    assert found.figures["caught"] == wilson(int((called & truth).sum()), int(truth.sum()))
    assert set(RANKS) < set(found.figures)


def test_same_rows_give_the_same_intervals():
    assert measure(*made_up()).to_dict() == measure(*made_up()).to_dict()


def test_parts_add_up():
    frame, score, verdict = made_up()
    found = measure(frame, score, verdict)
    assert set(found.parts) == {"category", "kind", "source"}
    assert found.unsure == 20
    assert found.whole.rows == 380
    for parts in found.parts.values():
        assert sum(p.rows for p in parts.values()) == found.whole.rows
        assert sum(p.partisan for p in parts.values()) == found.whole.partisan
        for name, total in (("caught", "partisan"), ("accused", "neutral"), ("review", "rows")):
            hits = sum(p.figures[name].value * getattr(p, total) for p in parts.values())
            assert hits / getattr(found.whole, total) == pytest.approx(
                found.whole.figures[name].value
            )


def test_contestants_are_counted_by_the_lexicon():
    frame, score, verdict = made_up()
    found = {c.name: c for c in measure(frame, score, verdict).contestants}
    assert set(found) == {"Partai Solidaritas Indonesia", "Partai Kebangkitan Bangsa"}
    first = found["Partai Solidaritas Indonesia"]
    assert first.kind == "party"
    assert first.part.rows == (frame["label"][:5] != "unsure").sum()
    assert first.part.rows == first.part.partisan + first.part.neutral


def test_to_dict_is_plain_json():
    frame = pd.DataFrame({"text": ["coblos nomor 2"], "label": ["partisan"]})
    found = json.loads(json.dumps(evaluate(Classifier(model=None), frame).to_dict()))
    assert found["whole"]["rows"] == 1
    assert found["whole"]["figures"]["accused"]["value"] is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("text\nhalo\n", "no column 'label'"),
        ("text,label\nhalo,partisan\nhai,nertal\n", "'nertal' .1 row; did you mean 'neutral'"),
        ("text,label\nhalo,unsure\n", "nothing to measure"),
        ("", "no rows"),
    ],
)
def test_tables_that_cannot_be_used(tmp_path, content, words):
    path = tmp_path / "t.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_scored(path)


# --- all that a report shows


def made_up_rows(n=400, seed=5):
    """A table as `classified` returns it, with scores drawn at random."""
    frame, score, verdict = made_up(n, seed)
    rng = np.random.default_rng(seed)
    of = {"partisan": PARTISAN_CATEGORIES, "neutral": NEUTRAL_CATEGORIES, "unsure": ("",)}
    error = {("neutral", "partisan"): "accused", ("partisan", "neutral"): "missed"}
    return frame.assign(
        category=[rng.choice(of[label]) for label in frame["label"]],
        region=rng.choice(["Bali", "Aceh"], n),
        score=score,
        verdict=verdict,
        predicted_category=rng.choice(CATEGORIES, n),
        method="model",
        review_from=0.3,
        partisan_from=0.8,
        error=[error.get(pair, "") for pair in zip(frame["label"], verdict, strict=True)],
        reasons="",
    )


@pytest.fixture(scope="module")
def rows():
    return made_up_rows()


@pytest.fixture(scope="module")
def found(rows):
    return assess(rows)


def test_classes_and_categories_agree_with_scikit_learn(rows, found):
    sure = rows[rows["label"] != "unsure"]
    for classes, true, called in (
        (found.classes, sure["label"], sure["verdict"]),
        (found.categories, sure["category"], sure["predicted_category"]),
    ):
        names = [c.name for c in classes]
        theirs = precision_recall_fscore_support(true, called, labels=names, zero_division=np.nan)
        for c, precision, recall, f1, support in zip(classes, *theirs, strict=True):
            got = (c.precision.value, c.recall.value, c.f1.value)
            assert got == pytest.approx((precision, recall, f1), nan_ok=True)
            assert c.support == support
            assert c.called == (called == c.name).sum()
            for figure in (c.precision, c.recall, c.f1):
                assert 0 <= figure.low <= figure.value <= figure.high <= 1
    assert [c.name for c in found.categories] == list(CATEGORIES)


def test_classes_agree_with_the_figures_of_all_rows(found):
    partisan = found.classes[0]
    overall = found.evaluation.whole.figures
    assert partisan.precision == overall["precision"]
    assert partisan.recall == overall["caught"]


def test_the_model_s_threshold_gives_the_model_s_figures(found):
    at = {p.threshold: p for p in found.points}
    assert list(at) == sorted(at)
    overall = found.evaluation.whole.figures
    for name in ("precision", "caught", "accused"):
        assert getattr(at[0.8], name).value == pytest.approx(overall[name].value)
    assert at[0.3].called.value == pytest.approx(at[0.8].called.value + found.band.share.value)
    assert found.band.share == overall["review"]
    for before, after in zip(found.points, found.points[1:], strict=False):
        for name in ("caught", "accused", "called"):
            assert getattr(before, name).value >= getattr(after, name).value


def test_bins_give_the_calibration_error(found):
    whole = found.evaluation.whole
    assert sum(b.rows for b in found.bins) == whole.rows
    error = sum(b.rows * abs(b.share.value - b.score) for b in found.bins if b.rows) / whole.rows
    assert error == pytest.approx(whole.figures["calibration_error"].value)


def test_tables_of_confusion(rows, found):
    sure = rows[rows["label"] != "unsure"]
    theirs = confusion_matrix(sure["category"], sure["predicted_category"], labels=CATEGORIES)
    assert np.array(found.confusion.counts).tolist() == theirs.tolist()
    assert found.verdicts.rows == ("partisan", "neutral", "unsure")
    assert [sum(r) for r in found.verdicts.counts] == [
        (rows["label"] == label).sum() for label in found.verdicts.rows
    ]
    assert [sum(found.counts[c.name]) for c in found.classes] == [c.support for c in found.classes]


def test_slices_add_up_and_those_of_the_card_stay_as_they_are(rows, found):
    assert set(found.slices) == {"category", "kind", "source", "region", *TRAITS}
    for column, parts in found.slices.items():
        assert sum(p.rows for p in parts.values()) == found.evaluation.whole.rows, column
    assert set(found.evaluation.parts) == {"category", "kind", "source"}
    lone = found.slices["region"]["Bali"]
    mine = rows[(rows["region"] == "Bali") & (rows["label"] == "neutral")]
    assert lone.figures["accused"].value == pytest.approx((mine["verdict"] == "partisan").mean())


def test_assessment_is_plain_json_without_texts(rows, found):
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert json.loads(text)["evaluation"]["whole"]["rows"] == 380
    assert "kader PSI" not in text
    assert text == json.dumps(assess(rows).to_dict())


def test_a_table_without_categories_and_with_one_label():
    few = pd.DataFrame({"text": ["Harga cabai naik", "hujan"], "label": ["neutral"] * 2})
    found = assess(classified(Classifier(model=None), few))
    assert found.categories == ()
    assert found.method == "lexicon"
    assert math.isnan(found.points[0].precision.value) or found.points[0].precision.value == 0
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": "unsure"}, "nothing to measure"),
        ({"category": "iklan"}, "category 'iklan' is none of ajakan"),
    ],
)
def test_rows_that_cannot_be_assessed(rows, change, words):
    with pytest.raises(DataError, match=words):
        assess(rows.assign(**change))


def test_classified_keeps_rows_and_names_errors():
    frame = pd.DataFrame(
        {
            "text": [
                "Coblos nomor 2, menangkan Prabowo-Gibran!",
                "Harga cabai naik",
                "hujan",
                "hm",
            ],
            "label": ["neutral", "neutral", "partisan", "unsure"],
            "region": ["Bali", None, "Bali", "Aceh"],
            "score": ["old"] * 4,
        },
        index=[9, 8, 7, 6],
    )
    got = classified(Classifier(model=None), frame)
    assert list(got.index) == [0, 1, 2, 3]
    assert got["text"].tolist() == frame["text"].tolist()
    assert got["error"].tolist() == ["accused", "", "missed", ""]
    assert got["score"].between(0, 1).all()
    assert got["region"].tolist() == ["Bali", "", "Bali", "Aceh"]
    assert "menangkan" in got["reasons"][0].lower()
    assert not got["reasons"][1]
    assert frame["score"].tolist() == ["old"] * 4, "what was given stays as it was"


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"text": ["a"]}), r"lacks the column\(s\) label"),
        (pd.DataFrame({"text": ["a"], "label": ["netral"]}), "row 1: label 'netral'"),
    ],
)
def test_tables_that_cannot_be_classified(frame, words):
    with pytest.raises(DataError, match=words):
        classified(Classifier(model=None), frame)


def test_worst_errors_come_first(rows):
    accused, missed = worst(rows, "accused", 5), worst(rows, "missed", 5)
    assert accused["score"].is_monotonic_decreasing
    assert missed["score"].is_monotonic_increasing
    assert set(accused["label"]) == {"neutral"}
    assert accused["score"].iloc[0] == rows[rows["error"] == "accused"]["score"].max()
    with pytest.raises(ValueError, match="accused, missed"):
        worst(rows, "wrong")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("0", "no", "no")),
        ("x" * 40, ("1-40", "no", "no")),
        ("x " * 20 + "y", ("41-80", "no", "no")),
        ("a" + " " * 500 + "b", ("1-40", "no", "no")),
        ("y" * 321, ("321+", "no", "no")),
        ("Bayar PBB di kantor pos #pajak", ("1-40", "no", "yes")),
        ("harga # naik", ("1-40", "no", "no")),
        ("kader PSI kampanye", ("1-40", "yes", "no")),
    ],
)
def test_traits(text, expected, lexicon):
    assert tuple(traits([text], lexicon).iloc[0]) == expected
