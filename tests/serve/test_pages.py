"""The pages without a script: every button is a form that gives the whole page again."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest

from conftest import TOP
from netralitas_nlp import suggest_edits
from netralitas_nlp.base.catalogue import text
from netralitas_nlp.extra.serve.answers import QUESTIONS, Answers
from netralitas_nlp.extra.serve.pages import EXAMPLES
from netralitas_nlp.say.markup import COLOURS

DRAFT = "Pajak kendaraan bisa dibayar di kantor Samsat, coblos nomor 3 ya"
SERVE = TOP / "src" / "netralitas_nlp" / "extra" / "serve"


def box(html):
    return unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.S)[1])


def verdict(html):
    return re.search(r'data-verdict="(\w+)"', html)[1]


def test_a_draft_is_judged_changed_and_put_back(client):
    page = client.post("/", data={"teks": DRAFT}).text
    assert verdict(page) != "neutral"
    takes = re.findall(r'name="ambil" value="([\d,-]+)"', page)
    assert takes
    changed = client.post("/", data={"teks": DRAFT, "ambil": takes[-1]}).text
    assert verdict(changed) == "neutral"
    assert len(box(changed)) < len(DRAFT)
    earlier = unescape(re.search(r'name="semula" value="(.*?)"', changed, re.S)[1])
    back = client.post("/", data={"teks": box(changed), "semula": earlier, "kembalikan": "1"}).text
    assert box(back) == DRAFT


def test_line_ends_of_a_browser_do_not_move_the_pieces(client):
    draft = f"Kabar baik!\r\n\r\n{DRAFT}"
    page = client.post("/", data={"teks": draft}).text
    assert box(page) == draft.replace("\r\n", "\n")
    takes = re.findall(r'name="ambil" value="([\d,-]+)"', page)
    changed = client.post("/", data={"teks": draft, "ambil": takes[-1]}).text
    assert box(changed) == suggest_edits(box(page), date=dt.date.today().isoformat()).edited


@pytest.mark.parametrize("span", ["0-999999", "5-2", "a", "-1-4", "1-2,x", "0-0"])
def test_a_piece_that_is_not_in_the_draft_is_refused(client, span):
    assert client.post("/", data={"teks": "halo", "ambil": span}).status_code == 422


def test_every_example_is_judged_as_what_it_is_called(client):
    verdicts = {}
    for name in EXAMPLES:
        page = client.get("/", params={"contoh": name}).text
        assert box(page) == text(f"page.sample.{name}", "id")
        verdicts[name] = verdict(client.post("/potongan/nilai", data={"teks": box(page)}).text)
    assert verdicts["ajakan"] == "partisan"
    assert {verdicts[name] for name in ("kantor", "harian")} == {"neutral"}
    assert box(client.get("/", params={"contoh": "../x"}).text) == ""


def test_answers_change_rules_and_notes(client):
    before = client.post("/potongan/nilai", data={"teks": DRAFT, "pemilu": "jauh"}).text
    after = client.post(
        "/potongan/nilai",
        data={"teks": DRAFT, "pemilu": "sesudah", "milik": "komentar", "gambar": "tangan"},
    ).text
    rules = [set(re.findall(r"<li>(.*?)</li>", part)) for part in (before, after)]
    assert rules[0] != rules[1]
    assert all(1 <= len(found) <= 3 for found in rules)
    assert text("page.note.hand", "id") in after
    assert text("page.note.comment", "id") in after


def test_an_answer_that_is_none_counts_as_not_given():
    answers = Answers.of({"milik": "<script>", "pemilu": "besok"})
    assert (answers.milik, answers.pemilu) == (QUESTIONS["milik"][0], QUESTIONS["pemilu"][0])
    asked = Answers("sendiri", "tidak", "kalender", dt.date(2024, 10, 1))
    assert asked.moment.phase == "after"


def test_the_terms_of_the_score_are_shown_and_add_up(client):
    page = client.post("/jelaskan", data={"teks": DRAFT}).text
    terms = re.search(
        r"Nilai awal ([+-][\d.]+), seluruh kata ([+-][\d.]+), jumlah ([+-][\d.]+)", page
    )
    start, words, whole = map(float, terms.groups())
    assert start + words == pytest.approx(whole, abs=0.011)
    assert "coblos" in page


def test_english_is_kept_from_page_to_page(client):
    page = client.get("/", params={"lang": "en"}).text
    assert '<html lang="en">' in page
    own = re.findall(r'(?:href|action)="(/[^"]*)"', page)
    stays = [a for a in own if not a.startswith("/statis") and a != "/"]
    assert stays
    assert all("lang=en" in a for a in stays)
    assert "Periksa draf" not in page


def test_the_colours_are_those_of_notebooks():
    style = (SERVE / "static" / "style.css").read_text()
    for side, colour in COLOURS.items():
        assert f"--{side}:{' '.join(map(str, colour))}" in style


def test_names_that_no_list_knows_are_asked_about(client):
    draft = "Terima kasih Pak Tarmizi Haloho, jembatannya sudah bisa dilewati"
    page = client.post("/potongan/nilai", data={"teks": draft}).text
    assert "Tarmizi Haloho: nama ini tidak ada di daftar" in page
    assert "Tarmizi Haloho: nama ini" in client.post("/", data={"teks": draft}).text
