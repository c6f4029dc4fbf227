"""The tickets of 2025, and what an election leaves behind: rows that end when it is over."""

import csv
from pathlib import Path

import pytest

from netralitas_nlp import Lexicon

FOLDER = Path(__file__).resolve().parents[1] / "data" / "lexicon"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def heard(lexicon, text):
    return {entry.id for mention, _ in lexicon.find(text) for entry in mention.entries}


@pytest.mark.parametrize("row", rows("elections2025.csv"), ids=lambda row: row["id"])
def test_a_call_for_a_ticket_of_2025_is_heard_while_it_stands(row):
    at_last = Lexicon.default().at(row["valid_to"])
    for form in row["forms"].split("|"):
        assert row["id"] in heard(at_last, f"Ayo coblos {form}")


@pytest.mark.parametrize("row", rows("elections2025.csv"), ids=lambda row: row["id"])
def test_nobody_of_2025_is_a_contestant_a_year_later(row):
    later = Lexicon.default().at("2026-11-30")
    assert row["id"] not in heard(later, f"Ayo coblos {row['forms'].split('|')[0]}")


def test_every_contestant_of_2024_is_a_person_with_dates():
    people = {row["id"] for name in ("pilkada2024.csv", "people.csv") for row in rows(name)}
    for row in rows("pilkada2024.csv") + rows("tickets.csv"):
        if row["election"] != "pilkada2024" or row["kind"] not in ("ticket", "person"):
            continue
        if row["id"] == "ticket-kotak-kosong":
            continue
        if row["id"].startswith("person-") and row["id"] in people:
            assert row["valid_from"] and row["valid_to"], row["id"]
        if row["kind"] == "ticket" and not row["refers"].startswith("ticket-"):
            assert len(set(row["refers"].split("|")) & people) >= 2, row["id"]


@pytest.mark.parametrize(
    "text",
    [
        "Selamat bertugas Ibu Khofifah dan Mas Emil Dardak",
        "Gubernur Dedi Mulyadi resmikan jalan desa",
        "Samsat keliling hari ini di pasar #NgopeniNglakoni",
        "Uji coba bus listrik #JakartaMenyala #PramonoRano",
        "Presiden Prabowo meresmikan sekolah",
        "Wapres Gibran menengok pengungsi",
        "Gubernur Mualem meninjau tanggul",
        "Bu wali kota dan Pak Bobby membuka pasar",
    ],
)
def test_winners_in_office_are_no_contestants(text):
    found = Lexicon.default().at("2026-11-30").find(text)
    assert [m for m, _ in found if m.kind != "unlisted"] == []


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("Lanjut lagi, pilih Khofifah!", "person-khofifah-indar-parawansa-in-office"),
        ("KDM 2029", "person-dedi-mulyadi-in-office"),
        ("Dukung Prabowo dua periode", "slogan-prabowo-gibran-dua-periode"),
        ("Menangkan Gibran 2029", "person-gibran-rakabuming-in-office"),
    ],
)
def test_with_an_election_in_the_text_they_are(text, entry):
    assert entry in heard(Lexicon.default().at("2026-11-30"), text)


@pytest.mark.parametrize("row", [r for r in rows("people.csv") if r["id"].endswith("-in-office")])
def test_office_begins_on_the_day_after_the_contest_ends(row):
    contest = next(r for r in rows("people.csv") if r["id"] == row["refers"])
    assert contest["valid_to"] < row["valid_from"]
    name = row["forms"].split("|")[0]
    assert row["refers"] in heard(Lexicon.default().at(contest["valid_to"]), f"Menangkan {name}")
    assert not heard(Lexicon.default().at(row["valid_from"]), f"Ini {name}")
