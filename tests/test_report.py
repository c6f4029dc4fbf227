"""The report: one page that needs nothing else, texts escaped, the same bytes; and the command."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")

from netralitas_nlp import Classifier
from netralitas_nlp.base.errors import DataError, NetralitasError
from netralitas_nlp.measure import pictures
from netralitas_nlp.measure.assessment import assess
from netralitas_nlp.measure.evaluation import classified
from netralitas_nlp.measure.report import Section, render, write_report
from test_cli import run
from test_evaluation import made_up_rows

EVIL = '</blockquote><script>alert("x")</script><img src=https://example.org/x onerror=y> & $z$'


@pytest.fixture(scope="module")
def rows():
    out = made_up_rows()
    worst_one = out[out["error"] == "accused"]["score"].idxmax()
    out.loc[worst_one, ["text", "reasons"]] = [EVIL, EVIL]
    return out.assign(region=[EVIL if r == "Bali" else r for r in out["region"]])


@pytest.fixture(scope="module")
def found(rows):
    return assess(rows, about={"data": EVIL, "version": "1"}, resamples=200)


@pytest.fixture(scope="module")
def pages(rows, found):
    return {language: render(found, rows, language) for language in ("id", "en")}


class Page(HTMLParser):
    """Tags, attributes, and whether what is opened is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open, self.words = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("language", ["id", "en"])
def test_page_is_whole_and_needs_nothing_else(pages, language):
    page = Page(pages[language])
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "form"} & set(page.tags)
    assert not [a for a, _ in page.attributes if a == "srcset" or a.startswith("on")]
    assert all(v.startswith("data:image/svg+xml;base64,") for a, v in page.attributes if a == "src")
    links = [v for a, v in page.attributes if a in ("href", "xlink:href")]
    assert links
    assert all(v.startswith("#") for v in links)
    assert {v[1:] for v in links} <= {v for a, v in page.attributes if a == "id"}
    assert ("lang", language) in page.attributes
    assert not re.search(r"@import|url\((?!#)", pages[language])


@pytest.mark.parametrize("language", ["id", "en"])
def test_ids_are_used_once(pages, language):
    ids = [v for a, v in Page(pages[language]).attributes if a == "id"]
    assert len(ids) == len(set(ids))


def test_page_has_every_picture_and_both_dresses(pages, found):
    for page in pages.values():
        assert page.count("<img ") >= 5 + len(found.slices)
        assert "prefers-color-scheme: dark" in page
        assert 'name="viewport"' in page
        assert "img { filter: invert(1)" in page


def test_texts_of_users_are_escaped(pages):
    for page in pages.values():
        assert "<script" not in page
        assert "<img src=https" not in page
        assert EVIL in "".join(Page(page).words), "and are there, as they were"


def test_no_field_is_unfilled(pages):
    for page in pages.values():
        words = " ".join(Page(page).words)
        body = words[words.index("}") :]  # after the style sheet
        assert not re.search(r"\bnan\b|\bNone\b|\{[a-z_]+\}", body)


def test_figures_in_the_page_are_those_of_the_evaluation(pages, found):
    value = found.evaluation.whole.figures["precision"].value
    assert f"{value:.1%}" in pages["en"]
    assert f"{value:.1%}".replace(".", ",") in pages["id"]
    assert f"({found.evaluation.whole.figures['precision'].low * 100:.1f}–" in pages["en"]


def test_few_texts_are_grey_and_say_so():
    few = pd.DataFrame({"text": ["Harga cabai naik"] * 12, "label": ["neutral"] * 12})
    few.loc[:3, "region"] = "Bali"
    rows = classified(Classifier(model=None), few)
    page = render(assess(rows), rows, "en")
    assert "0.0% (0.0–24." in page, "none of twelve is not none"
    assert re.search(r'<tr class="faint"><th[^>]*>Bali</th>.*too few', page)
    assert "None." in page  # no errors


def test_own_slices_stand_in_the_page(rows):
    mine = rows.assign(Kecamatan=["Ubud", "Gianyar"] * (len(rows) // 2))
    found = assess(mine, slices=["Kecamatan"], resamples=50)
    assert set(found.slices["Kecamatan"]) == {"Ubud", "Gianyar"}
    page = render(found, mine)
    assert "<h3>Kecamatan</h3>" in page and ">Ubud</th>" in page
    with pytest.raises(DataError, match=r"lacks the column\(s\) Desa"):
        assess(mine, slices=["Desa"])


def test_extra_sections_stand_in_the_page(found, rows):
    picture = pictures.heatmap(["a"], ["x"], [[1]], "Peta")
    section = Section("Tukar <nama>", "kalimat", ("a", "b"), [("<i>", "2")], picture)
    page = render(found, rows, "id", [section])
    assert "Tukar &lt;nama&gt;" in page
    assert "&lt;i&gt;" in page
    assert picture.to_html() in page
    assert Page(page).open == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"header": ("a", "b"), "rows": [("1",)]}, r"rows of 1 do not fit; 1 row\(s\) of 2"),
    ],
)
def test_sections_that_cannot_be_shown(arguments, words):
    with pytest.raises(ValueError, match=words):
        Section("T", **arguments)


def test_written_twice_the_bytes_are_the_same(found, rows, tmp_path):
    for name in ("a", "b/c"):
        assert write_report(found, rows, tmp_path / name) == tmp_path / name / "report.html"
    for file in ("report.html", "evaluation.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / "c" / file).read_bytes()


def test_json_has_the_figures_and_no_text(found, rows, tmp_path):
    write_report(found, rows, tmp_path)
    text = (tmp_path / "evaluation.json").read_text(encoding="utf-8")
    got = json.loads(text)
    assert (
        got["evaluation"]["whole"]["figures"]["precision"]
        == found.evaluation.whole.figures["precision"].to_dict()
    )
    assert "hujan lagi" not in text
    first = got["errors"]["accused"][0]
    assert rows["text"][first["row"] - 1] == EVIL


def test_a_folder_or_language_that_is_none(found, rows, tmp_path):
    (tmp_path / "f").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="is a file; name a folder"):
        write_report(found, rows, tmp_path / "f")
    with pytest.raises(ValueError, match="language 'jv' is none of id, en"):
        render(found, rows, "jv")


def test_without_jinja2_the_remedy_is_named(found, rows, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(NetralitasError, match=r"netralitas-nlp\[report\]"):
        render(found, rows)


# --- the command


@pytest.fixture
def place(tmp_path):
    frame = pd.DataFrame({"text": ["Ayo menangkan Prabowo-Gibran!", "Harga cabai naik", "hm"],
                          "label": ["partisan", "neutral", "unsure"]})  # fmt: skip
    frame.to_csv(tmp_path / "t.csv", index=False)
    return tmp_path


def test_command_writes_a_report(place):
    done = run("evaluate", "none", "t.csv", "--report", "out", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "presisi rata-rata" in done.stdout
    assert "out/report.html" in done.stdout
    assert 'lang="id"' in (place / "out" / "report.html").read_text(encoding="utf-8")
    about = json.loads((place / "out" / "evaluation.json").read_text(encoding="utf-8"))["about"]
    assert about["data"] == "t.csv"
    assert len(about["data_sha256"]) == 64
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", about["day"])


def test_command_shows_own_slices(place):
    frame = pd.read_csv(place / "t.csv").assign(Kecamatan="Ubud", sumber="wa")
    frame.to_csv(place / "t.csv", index=False)
    args = ["--slice", "Kecamatan", "--group-column", "sumber", "--report", "out"]
    done = run("evaluate", "none", "t.csv", *args, cwd=place)
    assert done.returncode == 0, done.stderr
    assert "Kecamatan: Ubud (2, 1)" in done.stdout and "group: wa (2, 1)" in done.stdout
    assert "Kecamatan" in (place / "out" / "report.html").read_text(encoding="utf-8")


def test_command_without_a_report_writes_nothing(place):
    done = run("evaluate", "none", "t.csv", "--lang", "en", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "average precision" in done.stdout
    assert [p.name for p in place.iterdir()] == ["t.csv"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["none", "no.csv"], "no file no.csv"),
        (["nowhere", "t.csv"], "no model.json"),
        (["none", "t.csv", "--report", "t.csv"], "t.csv is a file"),
    ],
)
def test_command_errors_are_one_line_and_exit_2(place, args, words):
    done = run("evaluate", *args, "--lang", "en", cwd=place)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert words in done.stderr
