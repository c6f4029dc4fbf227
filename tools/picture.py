"""Draw the picture of the READMEs: three texts, what each word adds, and the verdicts.

    python tools/picture.py          # writes docs/pictures/explain.svg

The numbers are those of the packaged model, so run this after it was trained again. The texts name
nobody. Letters stand in cells of one width, so that the colours sit behind their words whatever
font a reader has; a page in dark dress shows the picture in dark dress.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from textwrap import wrap

from rich.cells import cell_len

from netralitas_nlp import Classification, classify_many
from netralitas_nlp.base.catalogue import Language
from netralitas_nlp.base.files import whole
from netralitas_nlp.say.markup import COLOURS, shown_score
from netralitas_nlp.say.segments import segments
from netralitas_nlp.say.sentences import category_name, sentence, verdict_name

TARGET = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "explain.svg"
TEXTS = (
    "Jangan lupa besok pagi, coblos nomor 2! Menangkan paslon kita ✌️",
    "gas terus pak, rakyat kecil di belakang bapak",
    "Bayar PBB di kantor pos, jangan sampai lewat jatuh tempo",
)
WIDTH, EDGE = 820, 28  # pixels, as everything here
CELL, SIZE = (
    10.2,
    17,
)  # of the texts: a letter of a fixed-width font is three fifths as wide as high
SMALL = 6.6  # of the numbers below the words
WRAP = 102  # letters in a line of the sentence
SIDES = {"partisan": "pro", "review": "plain", "neutral": "contra"}
LEGEND = {
    "id": (
        "condong memihak",
        "condong netral",
        "sebutan yang dikenali",
        "dikenali, tidak dihitung",
    ),
    "en": ("leans towards a side", "leans towards neutral", "a mention", "one that does not count"),
}
STYLE = """
svg{color-scheme:light dark}
.paper{fill:#fff;stroke:#d0d7de}.ink{fill:#1f2328}.dim{fill:#59636e}.line{stroke:#d0d7de}
.rule{stroke:#1f2328}.plain{fill:#808080}.pro{fill:%s}.contra{fill:%s}
text{white-space:pre}
.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}
.sans{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}
@media (prefers-color-scheme:dark){
.paper{fill:#0d1117;stroke:#3d444d}.ink{fill:#f0f6fc}.dim{fill:#9198a1}.line{stroke:#3d444d}
.rule{stroke:#f0f6fc}
}
"""


def picture(language: Language = "en") -> str:
    """Return the picture as SVG."""
    parts: list[str] = []
    y = 24.0
    for i, result in enumerate(classify_many(TEXTS)):
        if i:
            parts.append(
                f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:g}" y2="{y:g}" class="line"/>'
            )
            y += 22
        y = _result(parts, y, result, language)
    y = _legend(parts, y, language)
    colours = tuple("#{:02x}{:02x}{:02x}".format(*COLOURS[side]) for side in ("pro", "contra"))
    title = " · ".join(f"{r.text}: {verdict_name(r, language)}" for r in classify_many(TEXTS))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:g}" width="{WIDTH}" '
        f'height="{y:g}" role="img">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE % colours}</style>\n"
        f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{y - 1:g}" rx="8" class="paper"/>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def _result(parts: list[str], y: float, result: Classification, language: Language) -> float:
    """Draw one result from `y` on and return where it ends."""
    name, side = verdict_name(result, language), SIDES[result.verdict]
    wide = 7.9 * len(name) + 18
    parts += [
        f'<rect x="{EDGE}" y="{y:g}" width="{wide:g}" height="22" rx="4" class="{side}" '
        'fill-opacity=".28"/>',
        _text(EDGE + 9, y + 15.5, name, "mono ink", 13, 7.9, ' font-weight="700"'),
        _text(EDGE + wide + 12, y + 15.5, shown_score(result.score), "mono ink", 13, None),
    ]
    x, long = 300, 260
    review, partisan = result.thresholds
    for zone, left, right in (
        ("contra", 0.0, review),
        ("plain", review, partisan),
        ("pro", partisan, 1.0),
    ):
        parts.append(
            f'<rect x="{x + long * left:.1f}" y="{y + 7:g}" width="{long * (right - left):.1f}" '
            f'height="8" class="{zone}" fill-opacity=".45"/>'
        )
    parts.append(
        f'<rect x="{x + long * result.score - 1.5:.1f}" y="{y + 3:g}" width="3" height="16" rx="1" '
        'class="ink"/>'
    )
    parts.append(
        _text(x + long + 14, y + 15.5, category_name(result, language), "sans dim", 13, None)
    )
    y += 52
    _words(parts, y, result)
    y += 26
    for line in wrap(sentence(result, language), WRAP):
        y += 19
        parts.append(_text(EDGE, y, line, "sans dim", 13.5, None))
    return y + 22


def _words(parts: list[str], y: float, result: Classification) -> None:
    """Draw the text on the base line `y`: tints, underlines, letters, numbers."""
    for segment in segments(result):
        piece = result.text[segment.start : segment.end]
        x = EDGE + CELL * cell_len(result.text[: segment.start])
        wide = CELL * cell_len(piece)
        if segment.opacity:
            side = "pro" if segment.weight > 0 else "contra"
            parts.append(
                f'<rect x="{x:.1f}" y="{y - 18:g}" width="{wide:.1f}" height="25" rx="3" '
                f'class="{side}" fill-opacity="{segment.opacity:.2f}"/>'
            )
            number = f"{segment.weight:+.1f}"
            if SMALL * len(number) < wide + CELL:
                middle = x + (wide - SMALL * len(number)) / 2
                parts.append(_text(middle, y + 21, number, "mono dim", 11, SMALL))
        if segment.mention:
            dots = ' stroke-dasharray="2 3"' if segment.mention == "blocked" else ""
            parts.append(
                f'<line x1="{x:.1f}" x2="{x + wide:.1f}" y1="{y + 5:g}" y2="{y + 5:g}" '
                f'class="rule" stroke-width="2"{dots}/>'
            )
        if piece.strip():
            parts.append(_text(x, y, piece, "mono ink", SIZE, CELL))


def _legend(parts: list[str], y: float, language: Language) -> float:
    parts.append(f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:g}" y2="{y:g}" class="line"/>')
    y += 26
    pro, contra, counted, blocked = LEGEND[language]
    x = float(EDGE)
    for side, name in (("pro", pro), ("contra", contra)):
        for i, opacity in enumerate((0.2, 0.4, 0.6)):
            parts.append(
                f'<rect x="{x + 13 * i:g}" y="{y - 10:g}" width="13" height="11" class="{side}" '
                f'fill-opacity="{opacity}"/>'
            )
        parts.append(_text(x + 47, y, name, "sans dim", 12.5, None))
        x += 60 + 7.2 * len(name)
    for name, dots in ((counted, ""), (blocked, ' stroke-dasharray="2 3"')):
        parts.append(
            f'<line x1="{x:g}" x2="{x + 24:g}" y1="{y - 3:g}" y2="{y - 3:g}" class="rule" '
            f'stroke-width="2"{dots}/>'
        )
        parts.append(_text(x + 32, y, name, "sans dim", 12.5, None))
        x += 46 + 7.2 * len(name)
    return y + 20


def _text(
    x: float, y: float, text: str, classes: str, size: float, cell: float | None, more: str = ""
) -> str:
    """A line of text; with `cell` stretched to that width a letter. `text` may hold escapes."""
    if cell is not None:
        more += f' textLength="{cell * cell_len(text):.1f}" lengthAdjust="spacingAndGlyphs"'
    safe = text if text.startswith("&") else escape(text)
    return f'<text x="{x:.1f}" y="{y:g}" class="{classes}" font-size="{size:g}"{more}>{safe}</text>'


def main() -> int:
    """Write the picture."""
    with whole(TARGET) as file:
        file.write(picture())
    print(f"→ {TARGET}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
