"""The calendar of elections, and the phases it gives."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from conftest import TOP
from netralitas_nlp.base.errors import ArgumentError, AssetError, DataError
from netralitas_nlp.draft.elections import (
    COLUMNS,
    CONTESTS,
    PHASE_WORDS,
    PHASES,
    load_elections,
    phase_named,
    phase_of,
)

TABLE = TOP / "data" / "elections.csv"
CALENDAR = load_elections(TABLE)
ROW = {
    "election": "e1",
    "name": "Pemilihan",
    "contest": "pilkada",
    "region": "Indonesia",
    "starts": "2024-01-10",
    "candidates_set": "2024-02-10",
    "campaign_from": "2024-02-13",
    "campaign_to": "2024-03-10",
    "quiet_from": "2024-03-11",
    "quiet_to": "2024-03-13",
    "vote": "2024-03-14",
    "result": "2024-03-30",
    "office": "2024-06-01",
    "source": "https://example.org/a https://example.org/b",
    "checked_on": "2026-11-30",
    "note": "",
}


def write(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_packaged_calendar_is_sound():
    for election in CALENDAR:
        assert len(election.source.split()) >= 2, f"{election.election}: one source"
        assert election.contest in CONTESTS
        many = election.region == "Indonesia" or election.region[0].isdigit()
        assert many or phase_of(election.vote, election.region).election is not None
    assert {"pilpres2014", "pemilu2019", "pemilu2024"} <= {e.election for e in CALENDAR}
    assert {f"pilkada{y}" for y in (2015, 2017, 2018, 2020, 2024)} <= {e.election for e in CALENDAR}
    assert sum(e.election.startswith("psu2025") for e in CALENDAR) == 25


@pytest.mark.parametrize(
    ("day", "where", "phase", "election"),
    [
        ("2026-11-30", None, "none", None),
        ("2013-01-01", None, "none", None),
        ("2024-02-10", None, "after", "pemilu2024"),
        ("2024-02-14", None, "after", "pemilu2024"),
        ("2024-10-10", None, "after", "pilkada2024"),
        ("2024-10-10", "Jawa Barat", "after", "pilkada2024"),
        ("2024-11-27", "pilkada2024", "after", "pilkada2024"),
        ("2024-11-28", "pilkada2024", "voted", "pilkada2024"),
        ("2025-05-10", "Kota Palopo", "after", "psu2025-palopo"),
        ("2025-05-10", "palopo", "after", "psu2025-palopo"),
        ("2025-05-10", "Kota Bandung", "none", None),
        ("2025-05-10", None, "none", None),
        ("2024-10-10", "pemilu2019", "none", None),
    ],
)
def test_phases_come_from_the_calendar(day, where, phase, election):
    moment = phase_of(day, where)
    assert moment == phase_of(dt.date.fromisoformat(day), where)
    assert moment.phase == phase
    assert (moment.election and moment.election.election) == election


def test_before_and_after_the_vote_follow_the_days_of_a_row(tmp_path):
    (election,) = load_elections(write(tmp_path / "e.csv", ROW))
    days = {
        "2024-01-09": "none",
        "2024-01-10": "before",
        "2024-02-09": "before",
        "2024-02-10": "after",
        "2024-03-14": "after",
        "2024-03-15": "voted",
        "2024-05-31": "voted",
        "2024-06-01": "none",
    }
    for day, phase in days.items():
        assert election.phase(dt.date.fromisoformat(day)) == phase


def test_where_days_are_unknown_the_table_claims_nothing(tmp_path):
    gaps = {"starts": "", "office": "", "campaign_from": "", "quiet_to": ""}
    (election,) = load_elections(write(tmp_path / "e.csv", ROW | gaps))
    assert election.phase(dt.date(2024, 2, 1)) == "none"
    assert election.phase(dt.date(2024, 3, 29)) == "voted"
    assert election.phase(dt.date(2024, 3, 30)) == "none"


def test_phases_have_a_word_in_each_language():
    assert set(PHASE_WORDS.values()) == set(PHASES)
    assert [phase_named(w) for w in ("sebelum", "sesudah", "before", "after")] == [
        "before",
        "after",
        "before",
        "after",
    ]
    with pytest.raises(ArgumentError, match=r"'during' is none of none, before.*sebelum"):
        phase_named("during")


@pytest.mark.parametrize(
    ("day", "where", "words"),
    [
        ("2024-02-30", None, "2024-02-30.*YYYY-MM-DD"),
        ("kemarin", None, "kemarin.*YYYY-MM-DD"),
        (20240214, None, "20240214.*YYYY-MM-DD"),
        ("2024-02-14", "Atlantis", "region .*'Atlantis' is not known: a province.*pemilu2024"),
        ("2024-02-14", "pemilu2029", "'pemilu2029' is not known.*pemilu2024"),
        ("2024-02-14", "", "region .*'' is not known"),
        ("2024-02-14", "Kota Palopp", "the elections: Kota Palopo, "),
        ("2024-02-14", "Bandung", "is none of Kabupaten Bandung, Kota Bandung"),
    ],
)
def test_wrong_arguments_are_named_with_what_is_allowed(day, where, words):
    with pytest.raises(ArgumentError, match=words):
        phase_of(day, where)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vote": "2024-02-30"}, "vote '2024-02-30' is no day"),
        ({"vote": "14-03-2024"}, "vote '14-03-2024' is no day"),
        ({"vote": ""}, "vote is missing"),
        ({"candidates_set": ""}, "candidates_set is missing"),
        ({"vote": "2024-03-12"}, "vote 2024-03-12 is before quiet_to 2024-03-13"),
        ({"starts": "2024-02-11"}, "candidates_set 2024-02-10 is before starts 2024-02-11"),
        ({"quiet_from": "", "quiet_to": "", "vote": "2024-02-28"}, "before campaign_to"),
        ({"result": "", "office": ""}, "result is missing"),
        ({"contest": "pilpres"}, "contest 'pilpres' is none of pemilu, pilkada"),
        ({"region": " "}, "region is missing"),
        ({"source": ""}, "source is missing"),
        ({"source": "a newspaper"}, "source 'a newspaper' is no list"),
        ({"checked_on": ""}, "checked_on '' is no day"),
        ({"election": "e1"}, "id 'e1' is used already"),
    ],
)
def test_a_bad_row_stops_with_its_line(tmp_path, changes, words):
    path = write(tmp_path / "elections.csv", ROW, ROW | {"election": "e2"} | changes)
    with pytest.raises(DataError, match=words) as error:
        load_elections(path)
    assert f"{path}, line 3" in str(error.value)
    assert "baris 3" in error.value.in_language("id")


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("election,vote\ne1,2024-03-14\n", encoding="utf-8")
    with pytest.raises(AssetError, match="lacks the column"):
        load_elections(path)
