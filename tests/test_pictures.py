"""Pictures are one SVG element each, the same bytes for the same data, safe to put into a page."""

from __future__ import annotations

import math
import re
import sys
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib")

from netralitas_nlp.base.result import NetralitasError
from netralitas_nlp.measure import pictures
from netralitas_nlp.measure.evaluation import FIGURES, Bin, Figure, Part, Point, Table

NOTHING = Figure(math.nan, math.nan, math.nan)
HALF = Figure(0.5, 0.4, 0.6)
BINS = [Bin(b / 10, (b + 1) / 10, b, (b + 0.5) / 10, HALF if b else NOTHING) for b in range(10)]
POINTS = [Point(t / 10, NOTHING if t == 9 else HALF, HALF, HALF, HALF) for t in range(1, 10)]
PARTS = {
    "Bali": Part(20, 10, dict.fromkeys(FIGURES, HALF)),
    "Aceh": Part(9, 0, dict.fromkeys(FIGURES, NOTHING)),
}
TABLE = Table(("partisan", "neutral"), ("partisan", "review", "neutral"), ((3, 1, 0), (0, 2, 9)))
ALL = {
    "heatmap": lambda _: pictures.heatmap(["a", "b"], ["x"], [[1.5], [math.nan]], "T"),
    "reliability": lambda lang: pictures.reliability(BINS, lang),
    "thresholds": lambda lang: pictures.thresholds(POINTS, (0.3, 0.8), lang),
    "histogram": lambda lang: pictures.histogram(
        {"partisan": [1, 5], "neutral": [4, 0]}, (0.3, 0.8), lang
    ),
    "slices": lambda lang: pictures.slices(PARTS, "T", lang),
    "confusion": lambda lang: pictures.confusion(TABLE, "T", lang, {"review": "perlu dibaca"}),
}


def words_of(svg):
    return [t.text for t in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("name", ALL)
def test_one_element_without_size_date_or_other_files(name):
    svg = ALL[name]("id")
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert root.get("width") is None
    assert "viewBox" in root.attrib
    assert not re.search(r"<style|<script|<image|<metadata|<!|href=\"(?!#)", svg)
    assert re.findall(r"https?://[^\"]+", svg) == re.findall(r"http://www\.w3\.org/[^\"]+", svg)


@pytest.mark.parametrize("name", ALL)
def test_the_same_data_gives_the_same_bytes(name):
    assert ALL[name]("id") == ALL[name]("id")


@pytest.mark.parametrize("name", ALL)
def test_every_colour_can_be_dressed(name):
    svg = ALL[name]("id")
    bare = re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", svg)
    assert not bare, f"colours that a dark page cannot change: {set(bare)}"
    assert "var(--ink, #1f2430)" in svg


def test_ids_of_two_pictures_in_one_page_differ():
    ids = [set(re.findall(r'\bid="([^"]+)"', ALL[name]("id"))) for name in ALL]
    assert sum(map(len, ids)) == len(set().union(*ids))


@pytest.mark.parametrize("name", ["reliability", "thresholds", "histogram"])
def test_languages_differ(name):
    ours, theirs = words_of(ALL[name]("id")), words_of(ALL[name]("en"))
    assert ours != theirs
    assert len(ours) == len(theirs)
    assert "0,2" in ours
    assert "0.2" in theirs


def test_heatmap_shows_numbers_and_leaves_out_what_is_missing():
    svg = pictures.heatmap(
        ["a", "b"], ["x", "y"], [[1, -2], [math.nan, 0]], "T", shown="<{:g}>".format
    )
    assert [w for w in words_of(svg) if w.startswith("<")] == ["<1>", "<-2>", "<0>"]
    assert svg.count("fill: var(--partisan") == 1
    assert svg.count("fill: var(--neutral") == 1


@pytest.mark.parametrize("values", [[], [[1]], [[1, 2], [3]], [[1, 2], [3, 4], [5, 6]]])
def test_heatmap_of_another_shape(values):
    with pytest.raises(ValueError, match=r"2 row\(s\) of 2 are needed"):
        pictures.heatmap(["a", "b"], ["x", "y"], values, "T")


@pytest.mark.parametrize(
    "label", ["<b>&\"'", "$x^2$ $", 'id="u" url(#p) : #ffffff', "\x00\x1b[31m", "日本 👍🏽 ب", "", "w" * 200]
)  # fmt: skip
def test_labels_are_users_words(label):
    svg = pictures.heatmap([label, "b"], [label], [[1], [2]], label)
    said = ElementTree.fromstring(svg).get("aria-label")
    plain = " ".join("".join(c if c.isprintable() else " " for c in label).split())
    assert said == plain
    shown = plain if len(plain) <= 26 else plain[:25] + "…"
    assert not shown or shown in words_of(svg)


def test_confusion_is_as_dark_as_the_share_of_the_row():
    svg = ALL["confusion"]("id")
    assert "perlu dibaca" in words_of(svg)
    assert re.findall(r"fill: var\(--partisan, #c2410c\); opacity: ([\d.]+)", svg)[0] == "0.5"


def test_without_matplotlib_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NetralitasError, match=r"netralitas-nlp\[report\]"):
        ALL["heatmap"]("id")
