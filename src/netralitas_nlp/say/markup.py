"""Results as HTML: the text with its words coloured by what they add, the verdict, the score.

A fragment for notebooks, a page of its own, a table of results. Plain HTML with one style sheet
whose every rule begins with one class: no script, nothing from elsewhere, no ids. Colours are tints
over whatever stands behind and text keeps the colour around it, so that one style serves light and
dark pages, also where a notebook forces its theme. Judges nothing; the style sheet and the page stand
in ``data/pages``, what users read in ``data/text/messages.csv``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from itertools import islice
from pathlib import Path
from string import Template

from ..base.assets import asset_path, read_bytes
from ..base.catalogue import LANGUAGES, Language, text
from ..base.errors import ArgumentError, ArgumentTypeError
from ..base.files import whole
from ..base.result import Classification, Method
from .segments import LETTERS, Segment, segments
from .sentences import (
    category_name,
    is_empty,
    kind_name,
    method_name,
    not_counted,
    sentence,
    verdict_name,
)
from .terminal import safe, visible

ROWS = 200
"""Results a table shows."""
CLASS = "netralitas-result"
"""The class on the outer element; every rule of the style sheet begins with it."""
# Orange and blue (Okabe and Ito, "Color Universal Design", 2008) stay apart in every common kind of
# colour blindness; middle tones, so that tints of them work over white and over black.
COLOURS = {"pro": (232, 104, 10), "contra": (40, 138, 235)}
"""Red, green and blue of the two sides, 0..255; drawn as tints."""

_CELL = 280  # letters of a text in a table
_QUOTE = 40
_SIDES = {"partisan": " pro", "review": "", "neutral": " contra"}


class Markup(str):
    """HTML that notebooks show as such; everywhere else a str."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


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
    head = (
        f'<div class="head">{_verdict(result, language)}'
        f"{_score(result, language)}"
        f"{_category(result, language)}</div>"
    )
    parts = [head]
    if result.text:
        parts.append(f'<div class="text" lang="id" dir="auto">{_coloured(result, language)}</div>')
    if len(result.text) > LETTERS:
        cut = text("markup.cut", language, shown=LETTERS, total=len(result.text))
        parts.append(f'<div class="cut">{cut}</div>')
    parts.append(f'<div class="sentence">{_escaped(safe(sentence(result, language)))}</div>')
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
        raise ArgumentTypeError("not_results", type=type(results).__name__)
    rows = list(islice(results, ROWS + 1))
    _check(language, *rows)
    if not rows:
        return _framed(f"<div>{text('markup.none', language)}</div>", language)
    heads = "".join(
        f"<th>{text(f'head.{name}', language)}</th>" for name in ("verdict", "score", "text")
    )
    lines = [f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>"]
    for result in rows[:ROWS]:
        cut = "…" if len(result.text) > _CELL else ""
        lines.append(
            f'<tr><td class="narrow">{_verdict(result, language)}{_category(result, language)}</td>'
            f'<td class="narrow">{_score(result, language)}</td>'
            f'<td class="text" lang="id" dir="auto">{_coloured(result, language, _CELL)}{cut}</td>'
            "</tr>"
        )
    lines.append("</tbody>\n</table>")
    if len(rows) > ROWS:
        lines.append(f'<div class="cut">{text("markup.more", language, n=ROWS)}</div>')
    lines.append(f'<div class="legend">{_legend(language)}</div>')
    return _framed("\n".join(lines), language, " wide")


def to_page(result: Classification, language: Language = "id") -> str:
    """Return one result as a whole HTML page that needs no other file; see `to_html`."""
    body = to_html(result, language)
    score = "" if is_empty(result) else f" {shown_score(result.score)}"
    title = f"{verdict_name(result, language)}{score} · netralitas"
    return _page().substitute(language=language, title=title, body=body)


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
        raise ArgumentError("language", language=language, allowed=LANGUAGES)
    for number, result in enumerate(results):
        if not isinstance(result, Classification):
            raise ArgumentTypeError("not_a_result", number=number, type=type(result).__name__)


@cache
def _style() -> str:
    style = read_bytes(asset_path("data", "pages", "result.css")).decode("utf-8").strip()
    for side, colour in COLOURS.items():
        style = style.replace(f"{{{side}}}", " ".join(map(str, colour)))
    return style


@cache
def _page() -> Template:
    return Template(read_bytes(asset_path("data", "pages", "result.html")).decode("utf-8"))


def _framed(body: str, language: Language, more: str = "") -> Markup:
    # The last two classes keep notebooks from reading $…$ in a text as a formula.
    classes = f"{CLASS}{more} tex2jax_ignore mathjax_ignore"
    return Markup(
        f'<div class="{classes}" lang="{language}">\n<style>\n{_style()}\n</style>\n{body}\n</div>'
    )


def _verdict(result: Classification, language: Language) -> str:
    side = "" if is_empty(result) else _SIDES[result.verdict]
    return f'<strong class="verdict{side}">{verdict_name(result, language)}</strong>'


def _category(result: Classification, language: Language) -> str:
    method = method_name(result, language)
    words = (
        f"{category_name(result, language)} ({method})"
        if method
        else category_name(result, language)
    )
    return f'<span class="category">{words.lstrip()}</span>'


def _score(result: Classification, language: Language) -> str:
    if is_empty(result):
        return ""
    score = shown_score(result.score)
    return f'<span class="score">{score}</span> {_bar(result, language)}'


def _bar(result: Classification, language: Language) -> str:
    """The three zones between 0 and 1, and a mark at the score."""
    review, partisan = (min(1.0, max(0.0, t)) for t in result.thresholds)
    widths = (review, max(0.0, partisan - review), 1 - max(review, partisan))
    zones = "".join(f'<i style="width:{100 * w:.1f}%"></i>' for w in widths)
    at = 100 * min(1.0, max(0.0, result.score))
    limits = _limits(result, language)
    label = f"{text('head.score', language)} {shown_score(result.score)}; {limits}"
    return (
        f'<span class="bar" role="img" aria-label="{label}" title="{limits}">'
        f'{zones}<b style="left:{at:.1f}%"></b></span>'
    )


def _limits(result: Classification, language: Language) -> str:
    review, partisan = map(shown_score, result.thresholds)
    return text("markup.zones", language, review=review, partisan=partisan)


def _legend(language: Language) -> str:
    items = []
    for side in ("pro", "contra"):
        swatches = "".join(
            f'<span class="swatch {side}" style="--a:{a}"></span>' for a in (0.2, 0.4, 0.6)
        )
        items.append(f"<span>{swatches} {text(f'markup.{side}', language)}</span>")
    items.append(f"<span><u>{text('markup.counted', language)}</u></span>")
    items.append(f'<span><u class="blocked">{text("markup.blocked", language)}</u></span>')
    return "".join(items)


def _coloured(result: Classification, language: Language, letters: int = LETTERS) -> str:
    out = []
    shown = visible(result.text[:letters])
    for segment in segments(result, letters):
        piece = _escaped(shown[segment.start : segment.end])
        opacity, mention = segment.opacity, segment.mention
        if not opacity and not mention:
            out.append(piece)
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
        title = _escaped(safe("\n".join(notes(segment, result.method, language))))
        out.append(f'<{tag}{names}{style} title="{title}">{piece}</{tag}>')
    return "".join(out)


def notes(segment: Segment, method: Method, language: Language) -> Iterator[str]:
    """Yield one line for each piece of evidence on a segment: what it is, what it adds."""
    spans = {(e.start, e.end) for e in segment.evidence}
    for e in segment.evidence:
        if e.kind == "blocked":
            yield not_counted(e, language)
            continue
        adds = text("markup.weight", language, weight=e.weight)
        if e.kind == "word":
            # A tag around a name: say whose weight this is.
            yield f"{_quoted(e.text)} {adds}" if len(spans) > 1 else adds
            continue
        # The fallback's notes are names of signals, for developers.
        note = e.note if method == "model" else ""
        if note == "unlisted":
            note = text("kind.unlisted", language, n=1) if e.kind != "unlisted" else ""
        elif note.isdecimal():
            note = text("markup.several", language, n=note)
        who = f": {e.entry}" if e.entry else ""
        yield f"{kind_name(e, language)}{who}{f' ({note})' if note else ''} · {adds}"


def _quoted(words: str) -> str:
    flat = " ".join(words.split())
    return f"“{flat}”" if len(flat) <= _QUOTE else f"“{flat[: _QUOTE - 1]}…”"


def _escaped(words: str) -> str:
    # A parser would make a line feed of a carriage return.
    return escape(words).replace("\r", "&#13;")
