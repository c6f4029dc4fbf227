"""The lexicon's files, its errors, its dates."""

from __future__ import annotations

import csv
import datetime as dt
import pickle
import signal
import time

import pytest

from conftest import shared
from netralitas_nlp import Lexicon, LexiconError
from netralitas_nlp.read.entries import COLUMNS, KINDS, form_key


def row(**cells):
    return (
        dict.fromkeys(COLUMNS, "")
        | {"id": "x", "kind": "person", "name": "X", "forms": "xena warta"}
        | cells
    )


def write(path, *rows, columns=COLUMNS):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_enough_entries_with_sources(lexicon):
    assert len(lexicon.entries) >= 2_200
    assert all(e.source for e in lexicon.entries)
    assert len({e.id for e in lexicon.entries}) == len(lexicon.entries)
    assert {e.kind for e in lexicon.entries} == set(KINDS)


def test_references_resolve(lexicon):
    ids = {e.id for e in lexicon.entries}
    missing = {r for e in lexicon.entries for r in e.refers if r not in ids}
    assert missing == set()


def test_all_tickets_of_2024_are_there(lexicon):
    tickets = {e.id for e in lexicon.entries if e.kind == "ticket"}
    governors = {i for i in tickets if i.startswith("ticket-pilgub2024-") and i[-1].isdigit()}
    assert len({e.region for e in lexicon.entries if e.id in governors}) == 37
    assert len(governors) >= 103


def test_nothing_unverified_is_shipped(lexicon):
    assert not [e.id for e in lexicon.entries if e.note.startswith("[U]")]
    path = shared("facts", "lexicon_facts.csv")
    with path.open(encoding="utf-8", newline="") as file:
        unsure = [r for r in csv.DictReader(file) if r["note"].startswith("[U]")]
    # A later check may have found two sources for what had none ("termul").
    forms = {
        f
        for e in lexicon.entries
        for f in e.forms
        if e.kind in ("slogan", "camp", "gesture") and not e.note.startswith("[V]")
    }
    for fact in unsure:
        if fact["kind"] in ("slogan", "slur"):
            assert fact["canonical"].lower() not in forms, fact["id"]


def test_every_form_can_be_matched(lexicon):
    """A form that our own normalisation would never produce could never be found."""
    hopeless = []
    for entry in lexicon.entries:
        for form in entry.forms:
            if form.startswith("#") or entry.kind == "cue":
                continue
            tokens = lexicon.tokenizer.tokens(form)
            keys, _ = lexicon.view(tokens)
            words = [
                k for k, t in zip(keys, tokens, strict=True) if t.kind not in ("mark", "hashtag")
            ]
            if " ".join(words) != form_key(form):
                hopeless.append((entry.id, form, words))
    assert hopeless == []


def test_a_regional_office_adds_its_candidate(tmp_path):
    path = write(
        tmp_path / "mine.csv",
        row(id="person-mine", name="Xenawarta Palu", forms="xenawarta palu|xenawarta"),
        row(
            id="slogan-mine", kind="slogan", name="Maju Terpadu", forms="maju terpadu", needs="name"
        ),
    )
    mine = Lexicon.default().extended(path)
    assert [m.kind for m, _ in mine.find("Xenawarta maju terpadu")] == ["person", "slogan"]
    assert mine.find("rapat maju terpadu") == []
    assert [m.kind for m, _ in mine.find("dukung Prabowo-Gibran")] == ["ticket"]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"blocks": "_"}, ["bad.csv, line 2", "'_' in blocks"]),
        ({"kind": "zzz"}, ["line 2", "'zzz'", "party"]),
        ({"needs": "luck"}, ["line 2", "'luck'", "stance"]),
        ({"case": "lower"}, ["line 2", "'lower'", "upper"]),
        ({"direction": "up"}, ["line 2", "'up'", "against"]),
        ({"forms": " | "}, ["line 2", "there is no form"]),
        ({"category": "pujian"}, ["bad.csv, line 2", "'pujian'", "dukungan"]),
        ({"kind": "cue", "name": "titel"}, ["bad.csv, line 2", "'titel'", "did you mean 'title'"]),
        ({"valid_from": "14/02/2024"}, ["bad.csv, line 2", "valid_from", "2024-02-14"]),
        ({"valid_to": "2023-02-29"}, ["bad.csv, line 2", "valid_to", "'2023-02-29'"]),
        (
            {"valid_from": "2024-02-02", "valid_to": "2024-02-01"},
            ["bad.csv, line 2", "2024-02-01 is before"],
        ),
    ],
)
def test_bad_rows_are_named(tmp_path, cells, words):
    path = write(tmp_path / "bad.csv", row(**cells))
    with pytest.raises(LexiconError) as error:
        Lexicon.load(path)
    assert all(word in str(error.value) for word in words)


def test_repeated_id_is_named(tmp_path):
    path = write(tmp_path / "twice.csv", row(), row())
    with pytest.raises(LexiconError, match=r"line 3: the id 'x' is used already in .*line 2"):
        Lexicon.load(path)


def test_missing_column_is_named(tmp_path):
    path = write(tmp_path / "short.csv", row(), columns=COLUMNS[:3])
    with pytest.raises(Exception, match=r"the column .*forms.* is missing"):
        Lexicon.load(path)
    with pytest.raises(LexiconError, match="no lexicon file"):
        Lexicon.load(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LexiconError, match=r"no \.csv file"):
        Lexicon.load(tmp_path / "empty")


def test_dates():
    lexicon = Lexicon.default()
    during, after = lexicon.at("2024-02-01"), lexicon.at(dt.date(2026, 1, 1))
    ids = {e.id for e in during.entries} - {e.id for e in after.entries}
    assert any(i.startswith("slogan-") for i in ids)
    text = "Coblos nomor 2, Ngopeni Nglakoni"
    assert "slogan" in [m.kind for m, _ in lexicon.find(text)]
    assert "slogan" not in [m.kind for m, _ in after.find(text)]
    assert lexicon.at(dt.datetime(2024, 2, 1, 9, 30)).entries == during.entries
    for wrong in ("kemarin", "2024-13-45", "0000-00-00"):
        with pytest.raises(LexiconError, match="2024-02-14"):
            lexicon.at(wrong)


def test_side_is_named_only_where_the_election_is_known(lexicon):
    (number, _), *_ = lexicon.find("coblos nomor 2")
    assert number.entries == ()
    (ticket, _), *_ = lexicon.find("coblos Prabowo-Gibran")
    assert {e.election for e in ticket.entries} == {("pilpres2024",)}


def test_reasons_of_blocked_mentions(lexicon):
    reasons = {
        x: m.blocked for m, x in lexicon.find("bayar PBB, SKB Nomor 2 Tahun 2022", blocked=True)
    }
    assert reasons == {"PBB": "blocked by bayar _", "Nomor 2": "law citation"}


@pytest.mark.parametrize(
    ("block", "text", "silenced"),
    [
        ("bandara", "xena warta @info_bandara yuk", True),  # a word of a handle
        ("bandara", "xena warta @info_pasar yuk", False),
        ("_ satu rumah besar sekali indah", "xena warta satu rumah besar sekali indah", True),
        ("_ satu rumah besar sekali indah", "xena warta satu rumah besar sekali", False),
        ("di _", "rapat di xena warta", True),
        ("di _", "rapat di balai xena warta", False),
        ("di _ saja", "rapat di xena warta saja", True),
    ],
)
def test_where_a_phrase_silences(tmp_path, block, text, silenced):
    lexicon = Lexicon.load(write(tmp_path / "x.csv", row(blocks=block)))
    found = lexicon.find(text, blocked=True)
    assert [bool(m.blocked) for m, raw in found if raw == "xena warta"] == [silenced]


def test_a_day_has_its_own_forms_and_handles(tmp_path):
    lexicon = Lexicon.load(
        write(
            tmp_path / "x.csv",
            row(id="short", name="Xena", forms="xena"),
            row(id="long", name="Xena Warta", valid_from="2024-01-01", valid_to="2024-12-31"),
            row(id="next", kind="party", name="Warta", forms="xena warta", valid_from="2025-01-01"),
        )
    )

    def found(lexicon, text):
        return [(e.name, raw) for m, raw in lexicon.find(text) for e in m.entries]

    # The longest form of a day counts, not the longest of all days.
    assert found(lexicon.at("2023-06-01"), "ayo Xena Warta") == [("Xena", "Xena")]
    assert found(lexicon.at("2024-06-01"), "ayo Xena Warta") == [("Xena Warta", "Xena Warta")]
    assert found(lexicon.at("2025-06-01"), "ayo Xena Warta") == [("Warta", "Xena Warta")]
    assert found(lexicon.at("2025-06-01"), "ayo @XenaWarta") == [("Warta", "@XenaWarta")]
    assert found(lexicon.at("2023-06-01"), "ayo @XenaWarta") == [("Xena", "@XenaWarta")]
    assert lexicon.at("2024-06-01").at("2023-06-01").digest == lexicon.at("2023-06-01").digest


def test_a_lexicon_travels(tmp_path):
    lexicon = Lexicon.load(write(tmp_path / "x.csv", row(), row(id="y", forms="warta jaya")))
    for sent in (lexicon, lexicon.at("2024-02-14")):
        come = pickle.loads(pickle.dumps(sent))
        assert (come.entries, come.digest, come.fingerprint, come.day) == (
            sent.entries, sent.digest, sent.fingerprint, sent.day,
        )  # fmt: skip
        assert come.find("ayo xena warta jaya") == sent.find("ayo xena warta jaya")


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="this system has no alarm signal")
def test_a_signal_handler_may_read_a_text_while_one_is_read(classifier):
    text = "Ayo menangkan Prabowo-Gibran di seberang, mempertanggungjawabkan pilihanmu"
    expected = classifier.classify(text).score
    heard = []

    def handler(*_):
        heard.append(classifier.classify(text, date="2024-02-01").score)

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.003, 0.007)
    try:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            classifier.lexicon.stems._memory.clear()  # so that the stemmer is at work
            assert classifier.classify(text).score == expected
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(heard) > 3
    assert set(heard) == {expected}
