"""Pictures are one SVG element each, the same bytes for the same data, safe to put into a page."""

from __future__ import annotations

import base64
import math
import re
import sys
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib")

from netralitas_nlp.base.errors import NetralitasError
from netralitas_nlp.measure import pictures
from netralitas_nlp.measure.assessment import Bin, Point, Table
from netralitas_nlp.measure.figures import FIGURES, Figure, Part

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


SPACE = "{http://www.w3.org/2000/svg}"


def words_of(picture):
    root = ElementTree.fromstring(picture.svg)
    return ["".join(t.itertext()) for t in root.iter(f"{SPACE}text")]


@pytest.mark.parametrize("name", ALL)
def test_one_svg_without_script_date_or_other_files(name):
    picture = ALL[name]("id")
    assert ElementTree.fromstring(picture.svg).tag == f"{SPACE}svg"
    assert picture.title
    assert not re.search(r"<script|<image|href=\"(?!#)", picture.svg)
    assert "dc:date" not in picture.svg


@pytest.mark.parametrize("name", ALL)
def test_the_same_data_gives_the_same_bytes(name):
    assert ALL[name]("id") == ALL[name]("id")


def test_a_page_holds_a_picture_as_an_image_that_cannot_touch_it():
    tag = pictures.heatmap(["a"], ["x"], [[1]], '"><script>').to_html("broad")
    assert tag.startswith(
        '<img class="broad" alt="&quot;&gt;&lt;script&gt;" src="data:image/svg+xml'
    )
    body = tag.partition("base64,")[2].removesuffix('">')
    assert base64.b64decode(body).decode().rstrip().endswith("</svg>")


@pytest.mark.parametrize("name", ["reliability", "thresholds", "histogram"])
def test_languages_differ(name):
    ours, theirs = words_of(ALL[name]("id")), words_of(ALL[name]("en"))
    assert ours != theirs
    assert len(ours) == len(theirs)
    assert "0,2" in ours
    assert "0.2" in theirs


def test_heatmap_shows_numbers_and_leaves_out_what_is_missing():
    shown = pictures.heatmap(
        ["a", "b"], ["x", "y"], [[1, -2], [math.nan, 0]], "T", shown="<{:g}>".format
    )
    assert [w for w in words_of(shown) if w.startswith("<")] == ["<1>", "<-2>", "<0>"]


@pytest.mark.parametrize("values", [[], [[1]], [[1, 2], [3]], [[1, 2], [3, 4], [5, 6]]])
def test_heatmap_of_another_shape(values):
    with pytest.raises(ValueError, match=r"2 row\(s\) of 2 are needed"):
        pictures.heatmap(["a", "b"], ["x", "y"], values, "T")


@pytest.mark.parametrize(
    "label", ["<b>&\"'", "$x^2$ $", 'id="u" url(#p) : #ffffff', "\x00\x1b[31m", "日本 👍🏽 ب", "", "w" * 200]
)  # fmt: skip
def test_labels_are_users_words(label):
    picture = pictures.heatmap([label, "b"], [label], [[1], [2]], label)
    said = picture.title
    plain = " ".join("".join(c if c.isprintable() else " " for c in label).split())
    assert said == plain
    shown = plain if len(plain) <= 26 else plain[:25] + "…"
    assert not shown or shown in words_of(picture)


def test_confusion_uses_the_names_of_readers():
    assert {"perlu dibaca", "9"} <= set(words_of(ALL["confusion"]("id")))


def test_without_matplotlib_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NetralitasError, match=r"netralitas-nlp\[report\]"):
        ALL["heatmap"]("id")
