"""Results as HTML: the text stays the text, nothing of it becomes markup, pictures are up to date."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import TOP
from netralitas_nlp import Classification, Classifier, DataError, Evidence
from netralitas_nlp.say.markup import (
    CLASS,
    ROWS,
    Markup,
    shown_score,
    to_html,
    to_html_table,
    to_page,
)
from netralitas_nlp.say.segments import LETTERS, Segment, segments
from netralitas_nlp.say.terminal import visible

WORDS = Classifier(model=None)
ALLOWED = {
    "div": {"class", "lang", "dir"},
    "span": {"class", "style", "title", "role", "aria-label"},
    "u": {"class", "style", "title"},
    "strong": {"class"},
    "i": {"style"},
    "b": {"style"},
    "style": set(),
    "table": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": set(),
    "td": {"class", "lang", "dir"},
    "html": {"lang"},
    "head": set(),
    "meta": {"charset", "name", "content", "http-equiv"},
    "title": set(),
    "body": set(),
}
STYLE = re.compile(r"--a:0?\.?\d+\.?\d*|(width|left):\d+\.\d%")
HOSTILE = [
    "<script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    "</div></td></table><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "&lt;b&gt; &amp;amp; &#60;i&#62; &nbsp &copy",
    "<!-- --><![CDATA[ ]]><?php ?>",
    '<a href="javascript:alert(1)">coblos nomor 2</a>',
    "javascript:alert(1) data:text/html,<b>x</b>",
    "coblos\x00nomor\x00 2 \x1b[2J\x7f\x85\x9f",
    "baris satu\nbaris dua\r\nbaris tiga\rempat\tlima\x0cenam\u2028tujuh",
    "\nawal dan akhir\n\n",
    "Z\u0337\u0322\u031b\u0351\u0305a\u0338l\u0337g\u0336o\u0335 \u0301di depan",
    "\u202ecoblos nomor 2\u202c \u2066tanpa akhir \u200f\u061c مرحبا שלום",
    "lone \ud800 surrogate \udfff, noncharacters \ufffe \U0001ffff \ufdd0",
    "👍🏽 👨‍👩‍👧 🇮🇩 ✌️ 2️⃣ coblos #PrabowoGibran2024 e\u0301",
    "$E=mc^2$ \\(x\\) {c} {pro} {language} %s {0}",
    " ",
]


class Page(HTMLParser):
    """All elements and attributes, and the text of the places that show the user's text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.texts, self.titles, self.tags = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert tag in ALLOWED, tag
        names = [name for name, _ in attrs]
        assert set(names) <= ALLOWED[tag] and len(names) == len(set(names)), (tag, attrs)
        values = dict(attrs)
        assert STYLE.fullmatch(values.get("style", "--a:.5")), values["style"]
        assert re.fullmatch(r"[a-z0-9_ -]*", values.get("class", ""))
        self.titles.append(values.get("title", ""))
        if tag != "meta":
            self.open.append((tag, values.get("class", "")))
        if values.get("class") == "text":
            self.texts.append("")

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if any(classes == "text" for _, classes in self.open):
            self.texts[-1] += data

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_pi = unknown_decl = handle_comment


def result_of(text, *evidence, score=0.4, method="model"):
    found = tuple(Evidence(*e[:2], text[e[0] : e[1]], *e[2:]) for e in evidence)
    return Classification(
        text, "review", score, "harian", method, (0.3, 0.8), lambda _: (), [found]
    )


def shown(result):
    page = Page(to_html(result))
    assert page.open == []
    return "".join(page.texts)


# --- the text stays the text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["id", "en"])
def test_hostile_texts_stay_texts(text, language):
    for result in (WORDS.classify(text), result_of(text, (0, 3, "word", 1.0))):
        page = Page(to_html(result, language))
        assert "".join(page.texts) == visible(text)
        page = Page(to_page(result, language))
        assert "".join(page.texts) == visible(text)
        Page(to_html_table([result], language))


def test_the_packaged_model_too(classifier):
    for result in classifier.classify_many(HOSTILE):
        assert shown(result) == visible(result.text)
        assert "".join(result.text[s.start : s.end] for s in segments(result)) == result.text


ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60)  # surrogates too
PIECES = st.tuples(
    st.integers(-3, 70),
    st.integers(-3, 70),
    st.sampled_from(["word", "blocked", "ticket", "number", "stance", "new kind"]),
    st.floats(-9, 9),
    ANYTHING,
    st.one_of(ANYTHING, st.sampled_from(["2", "needs context", "blocked by a _", "pilpres2024"])),
)


@given(ANYTHING, st.lists(PIECES, max_size=8), st.floats(0, 1))
@settings(max_examples=150, deadline=None)
@example("#PrabowoGibran2024", [(0, 18, "word", 1.0, "", ""), (1, 14, "ticket", 1.0, "", "")], 1.0)
def test_any_text_with_any_evidence(text, pieces, score):
    result = result_of(text, *pieces, score=score)
    html = to_html(result)
    assert "".join(Page(html).texts) == visible(text)
    html.encode("utf-8")
    row = Page(to_html_table([result])).texts
    assert row == [visible(text)]


@given(ANYTHING)
@settings(max_examples=100, deadline=None)
def test_any_text_through_the_classifier(text):
    assert shown(WORDS.classify(text)) == visible(text)


@given(ANYTHING, st.lists(PIECES, max_size=8))
@settings(max_examples=100, deadline=None)
def test_segments_neither_overlap_nor_leave_out(text, pieces):
    result = result_of(text, *pieces)
    found = list(segments(result))
    assert [s.start for s in found] == [0, *(s.end for s in found)][: len(found)]
    assert "".join(text[s.start : s.end] for s in found) == text
    for s in found:
        for e in result.evidence:
            covers = max(0, e.start) <= s.start and s.end <= e.end
            assert covers == any(x is e for x in s.evidence)


def test_visible_keeps_every_place():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert len(visible(everything)) == len(everything)
    changed = {ord(a) for a, b in zip(everything, visible(everything), strict=True) if a != b}
    assert not changed & {0x9, 0xA, 0x200D, 0xFE0F, 0x1F1EE}
    assert visible("a\rb\r\nc\r") == "a\nb\r\nc\n"
    visible(everything).encode("utf-8")


# --- what is drawn


def test_overlapping_evidence_is_merged():
    text = "#PrabowoGibran2024 PBB"
    result = result_of(
        text,
        (0, 18, "word", 1.0),
        (1, 14, "ticket", 0.5, "Prabowo - Gibran", "pilpres2024"),
        (19, 22, "word", -0.3),
        (19, 22, "blocked", 0.0, "Partai Bulan Bintang", "blocked by bayar _"),
    )
    found = [(text[s.start : s.end], s.weight, s.mention) for s in segments(result)]
    assert found == [
        ("#", 1.0, ""),
        ("PrabowoGibran", 1.5, "counted"),
        ("2024", 1.0, ""),
        (" ", 0, ""),
        ("PBB", -0.3, "blocked"),
    ]
    titles = [t for t in Page(to_html(result)).titles if t]
    assert (
        "“#PrabowoGibran2024” sumbangan +1.00\nnama pasangan calon: Prabowo - Gibran" in titles[2]
    )
    assert "(pilpres2024) · sumbangan +0.50" in titles[2]
    assert "tidak dihitung sebagai Partai Bulan Bintang karena didahului “bayar”" in titles[4]


def test_tooltips_say_who_and_why_in_both_languages(classifier):
    result = classifier.classify("Bayar PBB di kantor pos, coblos nomor 2")
    told = {lang: "\n".join(Page(to_html(result, lang)).titles) for lang in ("id", "en")}
    assert "Partai Bulan Bintang karena didahului “bayar”" in told["id"]
    assert "is not counted as Partai Bulan Bintang because “bayar” stands before it" in told["en"]
    assert "nomor urut: nomor 2 · sumbangan" in told["id"]
    assert "ballot number: nomor 2 · adds" in told["en"]


def test_quoted_words_do_not_turn_the_sentence_round():
    result = result_of("\u202ecoblos", (0, 7, "word", 2.0), (0, 7, "number", 1.0, "\u202enomor"))
    page = Page(to_html(result))
    assert "\u202e" in "".join(page.texts)
    assert not any("\u202e" in title for title in page.titles)
    assert to_html(result).count("\u202e") == 1


@pytest.mark.parametrize(
    ("weights", "stronger"),
    [((2.0, 1.0), True), ((-2.0, 1.0), True), ((0.2, -0.3), False), ((50.0, 9.0), False)],
)
def test_strength_follows_weight(weights, stronger):
    left, right = (Segment(0, 1, (Evidence(0, 1, "a", "word", w),)).opacity for w in weights)
    assert (left > right) is stronger
    assert 0 < left < 0.63 and 0 < right < 0.63


def test_a_weight_too_small_has_no_colour():
    html = to_html(result_of("ada saja", (0, 3, "word", 0.01)))
    assert ">ada saja</div>" in html


def test_the_bar_stands_on_the_thresholds():
    html = to_html(result_of("a", score=0.42))
    assert re.findall(r'<[ib] style="\w+:([\d.]+)%"', html) == ["30.0", "50.0", "20.0", "42.0"]
    assert "perlu ditinjau sejak 0.30, memihak sejak 0.80" in html


@pytest.mark.parametrize(
    ("score", "text"), [(0.0, "&lt; 0.01"), (0.5, "0.50"), (0.99, "0.99"), (1.0, "&gt; 0.99")]
)
def test_scores_never_claim_certainty(score, text):
    assert shown_score(score) == text


def test_very_long_texts_are_cut_and_say_so():
    text = "coblos nomor 2 " * (LETTERS // 5)
    result = result_of(
        text, (LETTERS - 2, LETTERS + 5, "word", 1.0), (LETTERS + 8, 70_000, "word", 1.0)
    )
    page = Page(to_html(result, "en"))
    assert "".join(page.texts) == text[:LETTERS]
    assert "20,000 of 60,000 letters are shown" in to_html(result, "en")
    assert "20.000 dari 60.000 huruf" in to_html(result, "id")
    assert "huruf" not in to_html(result_of("a" * LETTERS))


def test_an_empty_text():
    result = WORDS.classify("")
    assert Page(to_html(result)).texts == []
    assert "Tidak ada teks" in to_html(result)
    assert "TIDAK ADA TEKS" in to_html(result) and "NETRAL" not in to_html(result)
    assert 'class="bar"' not in to_html(result) and 'class="score"' not in to_html_table([result])
    assert "<title>TIDAK ADA TEKS · netralitas</title>" in to_page(result)


def test_every_rule_begins_with_our_class_and_nothing_is_fetched():
    html = to_html(WORDS.classify("coblos nomor 2"))
    style = re.search(r"<style>\n(.*)\n</style>", html, re.DOTALL).group(1)
    for rule in re.findall(r"([^{}]+)\{[^{}]*\}", style):
        assert all(part.strip().startswith(f".{CLASS}") for part in rule.split(",")), rule
    assert style.count("{") == style.count("}") == len(re.findall(r"\{[^{}]*\}", style))
    for word in ("url(", "@import", "http", "<script", " id=", "prefers-color-scheme"):
        assert word not in html
    # Notebooks would read $…$ as a formula.
    assert "tex2jax_ignore mathjax_ignore" in html


# --- tables, notebooks, files


def test_a_table_of_results():
    texts = ["hujan lagi", "<b>coblos</b> nomor 2", "a" * 500]
    table = to_html_table(WORDS.classify_many(texts), "en")
    page = Page(table)
    assert page.tags.count("tr") == 4
    assert page.texts == [*texts[:2], "a" * 280 + "…"]
    assert "NEUTRAL" in table and table._repr_html_() == str(table)
    assert isinstance(table, Markup) and type(table._repr_html_()) is str
    assert "Tidak ada hasil" in to_html_table([])


def test_a_table_reads_no_more_than_it_shows():
    stream = WORDS.classify_many("hujan" for _ in iter(int, 1))  # without an end
    table = to_html_table(stream)
    assert Page(table).tags.count("tr") == ROWS + 1
    assert f"Hanya {ROWS} hasil pertama" in table


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda r: to_html_table(r), TypeError, "iterable of results, not Classification"),
        (lambda r: to_html_table("teks"), TypeError, "not str"),
        (lambda r: to_html_table([r, "teks"]), TypeError, "item 1: a result must be"),
        (lambda r: to_html("teks"), TypeError, "make one with classify"),
        (lambda r: to_html(r, "fr"), ValueError, "'fr' is none of id, en"),
        (lambda r: r.to_html(language="fr"), ValueError, "'fr' is none of id, en"),
        (lambda r: r.to_html("/none/such/folder/x.html"), DataError, "cannot write"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call(WORDS.classify("hujan"))


def test_notebooks_show_a_result():
    result = WORDS.classify("coblos nomor 2")
    assert result._repr_html_() == to_html(result)


def test_a_page_is_written_whole(tmp_path):
    result = WORDS.classify("coblos \ud800 nomor 2\r\n")
    path = result.to_html(tmp_path / "out.html", language="en")
    assert path == tmp_path / "out.html"
    written = path.read_bytes()
    assert written.decode("utf-8") == result.to_html(language="en")
    assert written.startswith(b'<!doctype html>\n<html lang="en">')
    assert b"default-src 'none'" in written and b"color-scheme" in written
    path.write_text("before", encoding="utf-8")
    with pytest.raises(ValueError, match="none of"):
        result.to_html(path, language="fr")
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


# --- the terminal and the picture


def test_the_terminal_underlines_mentions():
    from netralitas_nlp.cli.common import CONTRA, PRO, coloured

    text = "a\x1b[2J b\r\nPBB\ud800 #xGibran"
    result = result_of(
        text,
        (0, 1, "word", 0.2),
        (9, 12, "word", -0.5),
        (9, 12, "blocked", 0.0, "Partai Bulan Bintang", "needs context"),
        (14, 22, "word", 0.02),
        (16, 22, "person", 0.6, "Gibran"),
    )
    out = coloured(result)
    assert out.plain == "a␛[2J b  PBB\ufffd #xGibran"
    styles = {out.plain[s.start : s.end]: s.style for s in out.spans}
    assert styles["a"] == PRO
    assert styles["PBB"] == f"{CONTRA} bold underline italic"
    assert styles["Gibran"] == f"{PRO} bold underline"


def test_explain_writes_a_page(tmp_path, classifier):
    page = tmp_path / "out.html"
    code = "from netralitas_nlp.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "explain", "--html", str(page), "--lang", "en", "Bayar PBB"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.startswith("NEUTRAL")
    assert done.stderr == f"→ {page}\n"
    assert page.read_text(encoding="utf-8") == classifier.classify("Bayar PBB").to_html(
        language="en"
    )


def test_the_picture_is_what_its_command_draws(classifier):
    spec = importlib.util.spec_from_file_location("picture", TOP / "tools" / "picture.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    written = tool.TARGET.read_text(encoding="utf-8")
    assert written == tool.picture(), "out of date; run: .venv/bin/python tools/picture.py"
    assert len(written.encode()) < 60_000
    tree = ElementTree.fromstring(written)
    drawn = "".join("".join(t.itertext()) for t in tree.iter("{http://www.w3.org/2000/svg}text"))
    assert all(word in drawn for text in tool.TEXTS for word in re.findall(r"\w+", text))
    assert "http" not in written.replace('xmlns="http://www.w3.org/2000/svg"', "")
