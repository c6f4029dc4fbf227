"""The rules behind the advice."""

from __future__ import annotations

import csv

import pytest

from conftest import TOP
from netralitas_nlp import classify
from netralitas_nlp.base.result import (
    CATEGORIES,
    NEUTRAL_CATEGORIES,
    PARTISAN_CATEGORIES,
    AssetError,
    Classification,
    DataError,
)
from netralitas_nlp.draft.rules import ACTS, COLUMNS, PHASES, limits_note, load_rules, rules
from netralitas_nlp.say.sentences import LANGUAGES

TABLE = TOP / "data" / "rules.csv"
ROW = {
    "id": "r1",
    "act": "unggah|foto",
    "phase": "any",
    "categories": "ajakan",
    "rule": "aturan",
    "rule_en": "rule",
    "clause": "pasal 1",
    "source": "https://example.org/a https://example.org/b",
    "date": "2022-09-22",
    "note": "",
}


def result(verdict, category="ajakan"):
    return Classification("x", verdict, 0.9, category, "model", (0.3, 0.8), lambda _: ())


def write(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_packaged_table_is_sound():
    table = load_rules(TABLE)
    assert len({r.id for r in table}) == len(table)
    for rule in table:
        assert len(rule.source.split()) >= 2, f"{rule.id}: one source is not enough"
        assert set(rule.categories) <= set(PARTISAN_CATEGORIES)


def test_no_rule_names_a_sanction():
    words = (
        "sanksi hukuman pidana penjara pecat diberhentikan sanction penalty prison dismiss heavy"
    )
    for rule in load_rules(TABLE):
        said = f"{rule.rule} {rule.rule_en} {rule.clause} {rule.note}".lower()
        assert not [w for w in words.split() if w in said], rule.id


@pytest.mark.parametrize("act", [None, *ACTS])
@pytest.mark.parametrize("phase", [None, *PHASES])
@pytest.mark.parametrize("category", CATEGORIES)
def test_rules_are_those_of_category_act_and_phase(category, act, phase):
    found = rules(category, act, phase)
    assert all(category in r.categories for r in found)
    assert all(act is None or act in r.act for r in found)
    assert all(phase is None or r.phase in ("any", phase) for r in found)
    assert bool(found) == (category in PARTISAN_CATEGORIES)
    assert found == tuple(r for r in rules(category) if r in found)


def test_a_call_falls_under_the_form_of_calls():
    assert "pp94-5n-6" in {r.id for r in rules("ajakan", "unggah", "before")}


def test_a_result_gives_the_rules_of_its_category_unless_it_is_neutral():
    assert rules(result("partisan")) == rules("ajakan")
    assert rules(result("review", "dukungan")) == rules("dukungan")
    assert rules(result("neutral")) == ()
    assert rules(classify("Cek namamu di DPT sebelum hari pencoblosan")) == ()
    for category in NEUTRAL_CATEGORIES:
        assert rules(result("review", category)) == ()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("kampanye",), ValueError, "category 'kampanye' is none of ajakan"),
        (("ajakan", "share"), ValueError, "act 'share' is none of unggah"),
        (("berita", "share"), ValueError, "act 'share' is none of unggah"),
        (("ajakan", None, "during"), ValueError, "phase 'during' is none of before, after"),
        ((None,), TypeError, "not NoneType"),
    ],
)
def test_wrong_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        rules(*arguments)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("act", "unggah|share", "act 'share' is none of unggah"),
        ("act", "", "act is missing"),
        ("phase", "during", "phase 'during' is none of before, after, any"),
        ("categories", "ajakan|promo", "categories 'promo' is none of ajakan"),
        ("source", "", "source is missing"),
        ("source", "a newspaper", "source 'a newspaper' is no list"),
        ("date", "", "date is missing"),
        ("date", "2022-02-30", "date '2022-02-30' is no day"),
        ("date", "22/9/2022", "date '22/9/2022' is no day"),
        ("clause", " ", "clause is missing"),
        ("id", "r1", "id 'r1' is used already"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(tmp_path, column, value, words):
    path = write(tmp_path / "rules.csv", ROW, ROW | {"id": "r2"} | {column: value})
    with pytest.raises(DataError, match=words) as error:
        load_rules(path)
    assert f"{path}, line 3" in str(error.value)


def test_a_good_table_is_read_and_a_missing_column_named(tmp_path):
    (rule,) = load_rules(write(tmp_path / "rules.csv", ROW | {"date": "2004"}))
    assert (rule.act, rule.categories, rule.date) == (("unggah", "foto"), ("ajakan",), "2004")
    assert rule.to_dict()["act"] == ["unggah", "foto"]
    assert (rule.words("id"), rule.words("en")) == ("aturan", "rule")
    path = tmp_path / "short.csv"
    path.write_text("id,act\nr1,unggah\n", encoding="utf-8")
    with pytest.raises(AssetError, match="lacks the column"):
        load_rules(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_limits_are_said(language):
    words = limits_note(language).lower()
    wanted = {"id": ("asn", "suka", "foto", "akun"), "en": ("civil servant", "likes", "photos")}
    assert all(w in words for w in wanted[language])
