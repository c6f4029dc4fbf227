"""The rules behind the advice."""

from __future__ import annotations

import csv
from itertools import product

import pytest

from conftest import TOP
from netralitas_nlp import classify
from netralitas_nlp.base.catalogue import LANGUAGES
from netralitas_nlp.base.errors import AssetError, DataError
from netralitas_nlp.base.result import (
    CATEGORIES,
    NEUTRAL_CATEGORIES,
    PARTISAN_CATEGORIES,
    Classification,
    Evidence,
)
from netralitas_nlp.draft.elections import PHASE_WORDS, PHASES
from netralitas_nlp.draft.rules import (
    ACTS,
    BOUND,
    COLUMNS,
    OUTSIDE,
    limits_note,
    load_rules,
    process,
    rules,
)

TABLE = TOP / "data" / "rules.csv"
RULES = load_rules(TABLE)
ROW = {
    "id": "r1",
    "topic": "t",
    "binds": "pns|kades",
    "act": "unggah|foto",
    "phase": "before|after",
    "contest": "",
    "categories": "ajakan",
    "rule": "aturan",
    "rule_en": "rule",
    "clause": "pasal 1",
    "source": "https://example.org/a https://example.org/b",
    "date": "2022-09-22",
    "checked_on": "2026-11-30",
    "note": "",
}


def result(verdict, category="ajakan", *evidence):
    return Classification("x", verdict, 0.9, category, "model", (0.3, 0.8), lambda _: evidence)


def ids(*arguments, **options):
    return [r.id for r in rules(*arguments, **options)]


def write(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_packaged_table_is_sound():
    assert len({r.id for r in RULES}) == len(RULES)
    for rule in RULES:
        assert len(rule.source.split()) >= 2, f"{rule.id}: one source is not enough"
        assert set(rule.categories) <= set(PARTISAN_CATEGORIES)
    for step in process():
        assert len(step.source.split()) >= 2, f"step {step.step}: one source is not enough"
    assert {b for r in RULES for b in r.binds} == set(BOUND)


def test_no_rule_names_a_sanction():
    words = (
        "sanksi hukuman pidana penjara pecat diberhentikan sanction penalty prison dismiss heavy"
    )
    for rule in RULES:
        said = f"{rule.rule} {rule.rule_en} {rule.clause} {rule.note}".lower()
        assert not [w for w in words.split() if w in said], rule.id


def test_no_two_rules_that_may_stand_together_say_the_same():
    said = [(r.rule, b, p) for r in RULES for b in r.binds for p in r.phase]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("who", [None, *BOUND])
@pytest.mark.parametrize("category", CATEGORIES)
def test_rules_are_few_and_those_of_category_act_phase_and_asker(category, who):
    asked = {who} if who and who != "suami-istri" else {"pns", "pppk", who}
    for act, phase in product((None, *ACTS), (None, *PHASES)):
        found = rules(category, act, phase, who)
        check(found, category, act, phase, asked)
        if category in NEUTRAL_CATEGORIES:
            assert found == ()
        elif "pns" in asked or who == "pppk":
            assert found  # they stay neutral at any time


def check(found, category, act, phase, asked):
    assert len(found) <= 3
    assert len({r.topic for r in found}) == len(found)
    for rule in found:
        assert category in rule.categories
        assert act in rule.act if act else rule.act != ("foto",)
        assert phase is None or phase in rule.phase
        assert asked & {*rule.binds}
    assert found == tuple(r for r in RULES if r in found)


@pytest.mark.parametrize("who", OUTSIDE)
def test_of_soldiers_and_police_nothing_is_said(who):
    assert rules("ajakan", who=who) == ()
    assert process(who) == ()
    assert "TNI" in limits_note("id", who)
    assert "soldiers" in limits_note("en", who)


@pytest.mark.parametrize("contest", ["pemilu", "pilkada"])
def test_the_law_of_the_other_contest_is_left_out(contest):
    for who in BOUND:
        for phase in PHASES:
            found = rules("kegiatan", None, phase, who, contest)
            assert all(r.contest in ("", contest) for r in found)
    assert any(r.contest == contest for r in rules("dukungan", None, "after", "kades", contest))


def test_a_call_falls_under_the_form_of_calls():
    for phase in ("before", "after", "voted"):
        assert "pp94-ajakan" in ids("ajakan", "unggah", phase, "pns")


def test_phases_go_by_either_language():
    for word, phase in PHASE_WORDS.items():
        assert rules("dukungan", "komentar", word) == rules("dukungan", "komentar", phase)


def test_without_an_election_only_what_holds_at_any_time_is_named():
    assert all(r.phase == PHASES for r in rules("ajakan", phase="none"))


def test_a_photo_with_a_contestant_has_the_rule_on_photos_however_everyday_its_words():
    name = Evidence(0, 1, "x", "person", 0.1)
    assert ids(result("neutral", "harian", name), "foto", "after") == ["skb-foto"]
    assert ids(result("neutral", "harian", name), "unggah", "after") == []
    assert ids(result("neutral", "harian"), "foto", "after") == []
    assert "skb-foto" in ids(result("partisan", "dukungan", name), "foto", "before")
    assert ids(result("neutral", "harian", name), "foto", "after", "suami-istri") == ["se18-foto"]


def test_a_result_gives_the_rules_of_its_category_unless_it_is_neutral():
    assert rules(result("partisan")) == rules("ajakan")
    assert rules(result("review", "dukungan")) == rules("dukungan")
    assert rules(result("neutral")) == ()
    assert rules(classify("Cek namamu di DPT sebelum hari pencoblosan")) == ()
    for category in NEUTRAL_CATEGORIES:
        assert rules(result("review", category)) == ()


def test_who_decides_stands_apart():
    for who in (None, *BOUND):
        steps = process(who)
        assert any(s.decides for s in steps)
        assert [int(s.step) for s in steps] == sorted(int(s.step) for s in steps)
    assert "Bupati" in {s.who for s in process("perangkat")}
    assert "PPK" not in {s.who for s in process("perangkat")}


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("kampanye",), ValueError, "category 'kampanye' is none of ajakan"),
        (("ajakan", "share"), ValueError, "act 'share' is none of unggah"),
        (("berita", "share"), ValueError, "act 'share' is none of unggah"),
        (("ajakan", None, "during"), ValueError, "'during' is none of none, before, after, voted"),
        (("ajakan", None, None, "lurah"), ValueError, "who .*'lurah' is none of pns, pppk"),
        (
            ("ajakan", None, None, None, "pilpres"),
            ValueError,
            "contest 'pilpres' is none of pemilu",
        ),
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
        ("phase", "any", "phase 'any' is none of none, before, after"),
        ("binds", "pns|tni", "binds 'tni' is none of pns"),
        ("contest", "pileg", "contest 'pileg' is none of pemilu, pilkada"),
        ("checked_on", "2026", "checked_on '2026' is no day"),
        ("topic", "", "topic is missing"),
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
    wanted = {
        "id": ("asn", "suka", "foto", "akun", "2026-11-30", "boleh diunggah"),
        "en": ("civil servant", "likes", "photos", "2026-11-30", "may be posted"),
    }
    assert all(w in words for w in wanted[language])
