"""Results as HTML: the text with its words coloured by what they add, the verdict, the score.

A fragment for notebooks, a page of its own, a table of results. Plain HTML with one style sheet
whose every rule begins with one class: no script, nothing from elsewhere, no ids. Colours are tints
over whatever stands behind and text keeps the colour around it, so that one style serves light and
dark pages, also where a notebook forces its theme. Judges nothing; what users read comes from
`messages` but for the few words of the drawing itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import islice, pairwise
from pathlib import Path

from ..base.files import whole
from ..base.result import Classification, Evidence, Method
from .sentences import (
    LANGUAGES,
    Language,
    category_name,
    kind_name,
    not_counted,
    sentence,
    verdict_name,
)

LETTERS = 20_000
"""Letters of a text that are drawn; the score is of the whole text."""
ROWS = 200
"""Results a table shows."""
CLASS = "netralitas-result"
"""The class on the outer element; every rule of the style sheet begins with it."""

_CELL = 280  # letters of a text in a table
_FAINT = 0.1  # log-odds below which a word has no colour
_FULL = 2.5  # log-odds from which a colour is as strong as it gets
_QUOTE = 40

# Control characters are drawn as their pictures, what UTF-8 or HTML cannot hold as U+FFFD: letter
# for letter, so that spans stay where they are.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"}
_PICTURES |= {0x7F: 0x2421}
_PICTURES |= dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), 0xFFFD)
_PICTURES |= dict.fromkeys((*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF), 0xFFFD)
_PICTURES |= {plane << 16 | low: 0xFFFD for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)}
_ALONE = re.compile("\r(?!\n)")
# In sentences and tooltips a quoted word must not turn round the words after it.
_TURNS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))

# Orange and blue (Okabe and Ito, "Color Universal Design", 2008) stay apart in every common kind of
# colour blindness; middle tones, so that tints of them work over white and over black.
COLOURS = {"pro": (232, 104, 10), "contra": (40, 138, 235)}
"""Red, green and blue of the two sides, 0..255; drawn as tints."""

_STYLE = """
.{c}{--pro:{pro};--contra:{contra};max-width:46em;margin:.4em 0 1em;font:15px/1.55 system-ui,\
sans-serif;color:inherit;text-align:left;overflow-wrap:anywhere;-webkit-print-color-adjust:exact;\
print-color-adjust:exact}
.{c} .head{display:flex;flex-wrap:wrap;align-items:center;gap:.35em .8em}
.{c} .verdict{padding:.08em .6em;border-radius:.3em;border:1px solid;font-weight:650;\
font-size:.9em;letter-spacing:.02em;background:rgb(128 128 128/.18);border-color:rgb(128 128 128/.9)}
.{c} .verdict.pro{background:rgb(var(--pro)/.22);border-color:rgb(var(--pro))}
.{c} .verdict.contra{background:rgb(var(--contra)/.22);border-color:rgb(var(--contra))}
.{c} .score{display:inline-block;min-width:3.2em;font-variant-numeric:tabular-nums;font-weight:600}
.{c} .bar{position:relative;display:inline-flex;vertical-align:middle;width:11em;height:.75em;\
border-radius:.2em}
.{c} .bar i{display:block;height:100%;background:rgb(128 128 128/.32)}
.{c} .bar i:first-child{background:rgb(var(--contra)/.5);border-radius:.2em 0 0 .2em}
.{c} .bar i:nth-child(3){background:rgb(var(--pro)/.5);border-radius:0 .2em .2em 0}
.{c} .bar b{position:absolute;top:-.25em;bottom:-.25em;width:3px;margin-left:-1.5px;\
border-radius:2px;background:currentColor}
.{c} .text{white-space:pre-wrap;font-size:1.1em;line-height:1.75;margin:.55em 0;\
unicode-bidi:plaintext;text-align:start;overflow:hidden}
.{c} .pro,.{c} .contra{border-radius:.2em}
.{c} .text .pro,.{c} .swatch.pro{background:rgb(var(--pro)/var(--a))}
.{c} .text .contra,.{c} .swatch.contra{background:rgb(var(--contra)/var(--a))}
.{c} .text span,.{c} .text u{padding:.14em 0;color:inherit;-webkit-box-decoration-break:clone;\
box-decoration-break:clone}
.{c} u{text-decoration:underline 2px;text-underline-offset:.22em;text-decoration-skip-ink:none}
.{c} u.blocked{text-decoration:underline dotted 2px}
.{c} .sentence{overflow:hidden}
.{c} [title]{cursor:help}
.{c} .legend,.{c} .cut,.{c} .method,.{c} .category{font-size:.85em;opacity:.8}
.{c} .legend{display:flex;flex-wrap:wrap;gap:.2em 1.2em;margin-top:.5em}
.{c} .swatch{display:inline-block;width:1em;height:.8em;vertical-align:-.05em}
.{c} table{table-layout:auto;border-collapse:collapse;width:100%;margin:0;font-size:1em}
.{c} th,.{c} td{text-align:left;vertical-align:top;padding:.45em .9em .45em 0;white-space:normal;\
background:none;border:0;border-bottom:1px solid rgb(128 128 128/.35);color:inherit}
.{c} th{font-size:.85em;font-weight:600}
.{c} td.text{font-size:1em;line-height:1.6;white-space:pre-wrap;width:100%}
.{c} td.narrow{white-space:nowrap}
.{c} td .bar{width:6em}
.{c} td .category{display:block;margin-top:.3em}
.{c}.wide{max-width:72em}
"""
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root{{color-scheme:light dark}}
body{{margin:0 auto;padding:1.2em;max-width:46em}}
</style>
</head>
<body>
{body}
</body>
</html>
"""
_WORDS = {
    "id": {
        "pro": "condong memihak",
        "contra": "condong netral",
        "weight": "sumbangan {weight:+.2f}",
        "counted": "sebutan yang dikenali",
        "blocked": "dikenali, tidak dihitung",
        "several": "salah satu dari {n}",
        "method": "leksikon saja",
        "zones": "batas: perlu dibaca manusia sejak {review}, partisan sejak {partisan}",
        "score": "skor",
        "cut": "Ditampilkan {shown} dari {total} huruf; skornya dari seluruh teks.",
        "more": "Hanya {n} hasil pertama yang ditampilkan.",
        "none": "Tidak ada hasil.",
    },
    "en": {
        "pro": "leans towards a side",
        "contra": "leans towards neutral",
        "weight": "adds {weight:+.2f}",
        "counted": "a mention",
        "blocked": "a mention that does not count",
        "several": "one of {n}",
        "method": "lexicon only",
        "zones": "limits: a human reader from {review} on, partisan from {partisan} on",
        "score": "score",
        "cut": "{shown} of {total} letters are shown; the score is of the whole text.",
        "more": "Only the first {n} results are shown.",
        "none": "There are no results.",
    },
}
_HEADS = {"id": ("hasil", "skor", "teks"), "en": ("verdict", "score", "text")}
_SIDES = {"partisan": " pro", "review": "", "neutral": " contra"}


class Markup(str):
    """HTML that notebooks show as such; everywhere else a str."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text with the same evidence all over.

    Attributes
    ----------
    start, end : int
        Span on the raw text. Segments follow each other without a gap and never overlap.
    evidence : tuple of Evidence
        All evidence that covers the piece, outer before inner; empty between words.
    """

    start: int
    end: int
    evidence: tuple[Evidence, ...]

    @property
    def weight(self) -> float:
        """What all evidence on the piece adds together, in log-odds."""
        return sum(e.weight for e in self.evidence)

    @property
    def opacity(self) -> float:
        """How strongly to colour the piece, 0..1; 0 for a weight too small to show."""
        if abs(self.weight) < _FAINT:
            return 0.0
        # The root keeps small weights visible beside big ones. A fainter tint than .1 cannot be
        # seen on black, under a stronger one than .62 letters are hard to read.
        return float(0.1 + 0.52 * min(1.0, abs(self.weight) / _FULL) ** 0.6)

    @property
    def mention(self) -> str:
        """``"counted"``, ``"blocked"`` or, for a piece that mentions nobody, ``""``."""
        kinds = {e.kind for e in self.evidence} - {"word"}
        return "counted" if kinds - {"blocked"} else "blocked" if kinds else ""


def segments(result: Classification, letters: int = LETTERS) -> Iterator[Segment]:
    """Yield the first `letters` letters of a result's text, cut wherever evidence begins or ends.

    >>> from netralitas_nlp import classify
    >>> result = classify("Bayar PBB")
    >>> [(s.start, s.end, s.mention) for s in segments(result)]
    [(0, 5, ''), (5, 6, ''), (6, 9, 'blocked')]
    """
    stop = min(len(result.text), letters)
    spans = [(max(0, e.start), min(e.end, stop), e) for e in result.evidence]
    spans = sorted((s for s in spans if s[0] < s[1]), key=lambda s: (s[0], -s[1]))
    borders = sorted({0, stop, *(s[0] for s in spans), *(s[1] for s in spans)})
    upcoming = iter(spans)
    ahead = next(upcoming, None)
    active: list[tuple[int, int, Evidence]] = []
    for left, right in pairwise(borders):
        active = [s for s in active if s[1] > left]
        while ahead is not None and ahead[0] <= left:
            active.append(ahead)
            ahead = next(upcoming, None)
        yield Segment(left, right, tuple(e for _, _, e in active))


def visible(text: str) -> str:
    r"""Return a text of the same length that terminals and HTML files can hold.

    Control characters but tab and line ends become their pictures (U+2400 …); lone surrogates, C1
    controls and noncharacters become U+FFFD; a carriage return alone becomes a line feed.

    >>> visible("a\x00b\x1b[2J")
    'a␀b␛[2J'
    """
    return _ALONE.sub("\n", text.translate(_PICTURES))


def shown_score(score: float) -> str:
    """Return two digits that never claim certainty, escaped for HTML.

    >>> shown_score(0.9997)
    '&gt; 0.99'
    """
    return "&gt; 0.99" if score > 0.99 else "&lt; 0.01" if score < 0.01 else f"{score:.2f}"


def to_html(result: Classification, language: Language = "id") -> Markup:
    """Return one result as an HTML fragment with its own style.

    Parameters
    ----------
    result : Classification
        What to draw; texts longer than 20,000 letters are cut, and the fragment says so.
    language : str
        ``"id"`` or ``"en"``.

    Raises
    ------
    TypeError
        If `result` is not a `Classification`.
    ValueError
        If `language` is neither.

    Examples
    --------
    >>> from netralitas_nlp import classify
    >>> "<script>" in to_html(classify("<script>alert(1)</script>"))
    False
    """
    _check(language, result)
    words = _WORDS[language]
    head = (
        f'<div class="head">{_verdict(result, language)}'
        f'<span class="score">{shown_score(result.score)}</span>{_bar(result, language)}'
        f"{_category(result, language)}</div>"
    )
    parts = [head]
    if result.text:
        parts.append(f'<div class="text" lang="id" dir="auto">{_coloured(result, language)}</div>')
    if len(result.text) > LETTERS:
        shown, total = (_thousands(n, language) for n in (LETTERS, len(result.text)))
        cut = words["cut"].format(shown=shown, total=total)
        parts.append(f'<div class="cut">{cut}</div>')
    parts.append(f'<div class="sentence">{_safe(sentence(result, language))}</div>')
    parts.append(
        f'<div class="legend">{_legend(language)}<span>{_limits(result, language)}</span></div>'
    )
    return _framed("\n".join(parts), language)


def to_html_table(results: Iterable[Classification], language: Language = "id") -> Markup:
    """Return results as an HTML table with its own style: verdict, score, coloured text.

    As the last line of a notebook's cell it is shown as a table. Long texts are cut to 280 letters,
    and the first 200 results are shown (more are not read from an iterator).

    Raises
    ------
    TypeError
        If `results` is one result or a str, or holds anything but results.
    ValueError
        If `language` is neither ``"id"`` nor ``"en"``.

    Examples
    --------
    >>> from netralitas_nlp import classify_many
    >>> to_html_table(classify_many(["hujan lagi", "coblos nomor 2"])).count("<tr>")
    3
    """
    if isinstance(results, Classification | str | bytes) or not isinstance(results, Iterable):
        raise TypeError(
            f"to_html_table takes an iterable of results, not {type(results).__name__}; "
            "for example classify_many(texts)"
        )
    rows = list(islice(results, ROWS + 1))
    _check(language, *rows)
    words = _WORDS[language]
    if not rows:
        return _framed(f"<div>{words['none']}</div>", language)
    heads = "".join(f"<th>{name}</th>" for name in _HEADS[language])
    lines = [f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>"]
    for result in rows[:ROWS]:
        cut = "…" if len(result.text) > _CELL else ""
        lines.append(
            f'<tr><td class="narrow">{_verdict(result, language)}{_category(result, language)}</td>'
            f'<td class="narrow"><span class="score">{shown_score(result.score)}</span> '
            f"{_bar(result, language)}</td>"
            f'<td class="text" lang="id" dir="auto">{_coloured(result, language, _CELL)}{cut}</td>'
            "</tr>"
        )
    lines.append("</tbody>\n</table>")
    if len(rows) > ROWS:
        lines.append(f'<div class="cut">{words["more"].format(n=ROWS)}</div>')
    lines.append(f'<div class="legend">{_legend(language)}</div>')
    return _framed("\n".join(lines), language, " wide")


def to_page(result: Classification, language: Language = "id") -> str:
    """Return one result as a whole HTML page that needs no other file; see `to_html`."""
    body = to_html(result, language)
    title = f"{verdict_name(result, language)} {shown_score(result.score)} · netralitas"
    return _PAGE.format(language=language, title=title, body=body)


def write_page(
    result: Classification, path: str | os.PathLike[str], language: Language = "id"
) -> Path:
    """Write the page of `to_page`, whole or not at all, and return its path.

    Raises
    ------
    DataError
        If `path` cannot be written to.
    """
    page = to_page(result, language)
    target = Path(path)
    with whole(target) as file:
        file.write(page)
    return target


# --- parts


def _check(language: str, *results: object) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
    for i, result in enumerate(results):
        if not isinstance(result, Classification):
            where = f"item {i}: " if len(results) > 1 else ""
            raise TypeError(
                f"{where}a result must be a Classification, not {type(result).__name__}; "
                "make one with classify(text)"
            )


def _framed(body: str, language: Language, more: str = "") -> Markup:
    # The last two classes keep notebooks from reading $…$ in a text as a formula.
    classes = f"{CLASS}{more} tex2jax_ignore mathjax_ignore"
    style = _STYLE.strip().replace("{c}", CLASS)
    for side, colour in COLOURS.items():
        style = style.replace(f"{{{side}}}", " ".join(map(str, colour)))
    return Markup(
        f'<div class="{classes}" lang="{language}">\n<style>\n{style}\n</style>\n{body}\n</div>'
    )


def _verdict(result: Classification, language: Language) -> str:
    name = verdict_name(result, language)
    return f'<strong class="verdict{_SIDES[result.verdict]}">{name}</strong>'


def _category(result: Classification, language: Language) -> str:
    method = f" ({_WORDS[language]['method']})" if result.method == "lexicon" else ""
    return f'<span class="category">{category_name(result, language)}{method}</span>'


def _bar(result: Classification, language: Language) -> str:
    """The three zones between 0 and 1, and a mark at the score."""
    review, partisan = (min(1.0, max(0.0, t)) for t in result.thresholds)
    widths = (review, max(0.0, partisan - review), 1 - max(review, partisan))
    zones = "".join(f'<i style="width:{100 * w:.1f}%"></i>' for w in widths)
    at = 100 * min(1.0, max(0.0, result.score))
    told = _limits(result, language)
    label = f"{_WORDS[language]['score']} {shown_score(result.score)}; {told}"
    return (
        f'<span class="bar" role="img" aria-label="{label}" title="{told}">'
        f'{zones}<b style="left:{at:.1f}%"></b></span>'
    )


def _limits(result: Classification, language: Language) -> str:
    review, partisan = map(shown_score, result.thresholds)
    return _WORDS[language]["zones"].format(review=review, partisan=partisan)


def _legend(language: Language) -> str:
    words = _WORDS[language]
    items = []
    for side in ("pro", "contra"):
        swatches = "".join(
            f'<span class="swatch {side}" style="--a:{a}"></span>' for a in (0.2, 0.4, 0.6)
        )
        items.append(f"<span>{swatches} {words[side]}</span>")
    items.append(f"<span><u>{words['counted']}</u></span>")
    items.append(f'<span><u class="blocked">{words["blocked"]}</u></span>')
    return "".join(items)


def _coloured(result: Classification, language: Language, letters: int = LETTERS) -> str:
    out = []
    shown = visible(result.text[:letters])
    for segment in segments(result, letters):
        text = _escaped(shown[segment.start : segment.end])
        opacity, mention = segment.opacity, segment.mention
        if not opacity and not mention:
            out.append(text)
            continue
        tag = "u" if mention else "span"
        classes = []
        style = ""
        if mention == "blocked":
            classes.append(mention)
        if opacity:
            classes.append("pro" if segment.weight > 0 else "contra")
            style = f' style="--a:{opacity:.2f}"'
        names = f' class="{" ".join(classes)}"' if classes else ""
        title = _safe("\n".join(_told(segment, result.method, language)))
        out.append(f'<{tag}{names}{style} title="{title}">{text}</{tag}>')
    return "".join(out)


def _told(segment: Segment, method: Method, language: Language) -> Iterator[str]:
    """One line for each piece of evidence on a segment: what it is, what it adds."""
    words = _WORDS[language]
    spans = {(e.start, e.end) for e in segment.evidence}
    for e in segment.evidence:
        if e.kind == "blocked":
            yield not_counted(e, language)
            continue
        adds = words["weight"].format(weight=e.weight)
        if e.kind == "word":
            # A tag around a name: say whose weight this is.
            yield f"{_quoted(e.text)} {adds}" if len(spans) > 1 else adds
            continue
        # The fallback's notes are names of signals, for developers.
        note = e.note if method == "model" else ""
        if note.isdecimal():
            note = words["several"].format(n=note)
        who = f": {e.entry}" if e.entry else ""
        yield f"{kind_name(e, language)}{who}{f' ({note})' if note else ''} · {adds}"


def _quoted(text: str) -> str:
    flat = " ".join(text.split())
    return f"“{flat}”" if len(flat) <= _QUOTE else f"“{flat[: _QUOTE - 1]}…”"


def _escaped(text: str) -> str:
    # A parser would make a line feed of a carriage return.
    return escape(text).replace("\r", "&#13;")


def _safe(text: str) -> str:
    """Our words with quoted ones among them, for a text node or an attribute."""
    return _escaped(visible(text.translate(_TURNS)))


def _thousands(n: int, language: Language) -> str:
    return f"{n:,}".replace(",", "." if language == "id" else ",")
