"""Pictures of figures, each as one SVG element: data in, text out.

The colours are CSS variables with a fallback, so that a page can give the same picture a light and
a dark dress; drawn alone (in a notebook, as a file) it is light. Texts stay texts, the same data
gives the same bytes. Nothing is counted here, and nothing is read or written. Needs matplotlib
(``pip install 'netralitas-nlp[report]'``).
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..base.result import NetralitasError
from ..say.sentences import Language

if TYPE_CHECKING:
    from .evaluation import Bin, Figure, Part, Point, Table

INK, FAINT, GRID, PAPER = "#1f2430", "#5b6472", "#d9dce2", "#ffffff"
PARTISAN, NEUTRAL, REVIEW = "#c2410c", "#0f766e", "#d9a514"
COLOURS = {
    "ink": INK,
    "faint": FAINT,
    "grid": GRID,
    "paper": PAPER,
    "partisan": PARTISAN,
    "neutral": NEUTRAL,
    "review": REVIEW,
}
"""CSS variable of each colour (``--ink`` …), and its value where the page sets none."""

_WIDTH = 4.7  # inches: at this width the letters can still be read on a phone
_LABEL = 26  # letters of a label that are shown
_STYLE: Any = {
    "svg.hashsalt": "netralitas",
    "svg.fonttype": "none",
    "text.parse_math": False,  # labels come from users' tables: "$" is a dollar
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same sizes on every machine
    "font.size": 9.0,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
}
_NO_NOTE: dict[str, None] = {"Date": None, "Creator": None, "Format": None, "Type": None}

_WORDS: dict[Language, dict[str, str]] = {
    "id": {
        "score": "skor",
        "share": "bagian yang memihak",
        "reliability": "Kalibrasi: skor dan kenyataan",
        "perfect": "sempurna",
        "seen": "terukur, dengan selang 95 %",
        "texts": "teks",
        "threshold": "ambang “memihak”",
        "thresholds": "Ketepatan dan cakupan menurut ambang",
        "precision": "ketepatan",
        "caught": "tertangkap",
        "accused": "netral yang tertuduh",
        "review": "perlu dibaca",
        "histogram": "Sebaran skor menurut label",
        "partisan": "label memihak",
        "neutral": "label netral",
        "slice_caught": "memihak tertangkap",
        "slice_accused": "netral tertuduh",
        "label": "label",
        "found": "hasil",
    },
    "en": {
        "score": "score",
        "share": "share that is partisan",
        "reliability": "Calibration: score and fact",
        "perfect": "perfect",
        "seen": "measured, with 95 % interval",
        "texts": "texts",
        "threshold": "threshold of “partisan”",
        "thresholds": "Precision and recall by threshold",
        "precision": "precision",
        "caught": "caught (recall)",
        "accused": "neutral texts accused",
        "review": "to a reader",
        "histogram": "Scores by label",
        "partisan": "labelled partisan",
        "neutral": "labelled neutral",
        "slice_caught": "partisan caught",
        "slice_accused": "neutral accused",
        "label": "label",
        "found": "result",
    },
}


def heatmap(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
    title: str,
    *,
    shades: Sequence[Sequence[float]] | None = None,
    shown: Callable[[float], str] = "{:g}".format,
    row_title: str = "",
    column_title: str = "",
) -> str:
    """Draw a table whose cells are the darker the larger their numbers.

    Parameters
    ----------
    rows, columns : sequence of str
        Names, shortened where they are long.
    values : sequence of sequence of float
        One inner sequence a row; NaN leaves a cell empty.
    title : str
        What a screen reader says; it is not drawn.
    shades : sequence of sequence of float, optional
        How dark each cell is, -1..1; default: the value divided by the largest absolute value.
        Below 0 the colour is that of neutral.
    shown : callable
        Writes a number into its cell.
    row_title, column_title : str
        What the rows and the columns are.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If `values` or `shades` has not one row a name and one number a column.
    NetralitasError
        If matplotlib is missing.

    Examples
    --------
    >>> heatmap(["a"], ["x", "y"], [[1, 0]], "Demo")[:5]
    '<svg '
    """
    for name, cells in (("values", values), ("shades", values if shades is None else shades)):
        shape = [len(row) for row in cells]
        if shape != [len(columns)] * len(rows) or not shape:
            raise ValueError(
                f"{name} has rows of {shape or 'no'} numbers; {len(rows)} row(s) of {len(columns)} "
                "are needed, and at least one"
            )
    if shades is None:
        known = [abs(v) for row in values for v in row if not math.isnan(v)]
        most = max(known, default=0.0) or 1.0
        shades = [[v / most for v in row] for row in values]

    tilted = max(map(len, columns)) * len(columns) > _ROOM
    most = _TILTED if tilted else _LABEL
    heads = [_short(c, most) for c in columns]

    def draw(figure: Any) -> None:
        from matplotlib.patches import Rectangle

        axes = figure.subplots()
        axes.grid(False)
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(rows), 0)
        for i, (cells, depths) in enumerate(zip(values, shades, strict=True)):
            for j, (value, depth) in enumerate(zip(cells, depths, strict=True)):
                empty = math.isnan(value) or math.isnan(depth)
                strength = 0.0 if empty else min(abs(depth), 1.0)
                colour, alpha = FAINT, 0.07
                if strength:  # never so strong that the number on it cannot be read
                    colour, alpha = PARTISAN if depth > 0 else NEUTRAL, 0.05 + 0.6 * strength
                axes.add_patch(
                    Rectangle((j + 0.03, i + 0.03), 0.94, 0.94, fc=colour, alpha=alpha, lw=0)
                )
                if not empty:
                    axes.text(j + 0.5, i + 0.5, shown(value), ha="center", va="center")
        axes.set_xticks([j + 0.5 for j in range(len(columns))], heads)
        axes.set_yticks([i + 0.5 for i in range(len(rows))], [_short(r) for r in rows])
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        if tilted:
            for label in axes.get_xticklabels():
                label.set(rotation=40, ha="left", rotation_mode="anchor")
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set_xlabel(column_title, color=FAINT)
        axes.set_ylabel(row_title, color=FAINT)

    room = 0.05 * max(map(len, heads)) if tilted else 0.0
    width = max(_WIDTH, 1.6 + 0.45 * len(columns))  # so that a number has room in its cell
    return _svg(draw, width, 0.9 + room + 0.32 * len(rows), title)


_ROOM = 40  # letters of column names that stand side by side
_TILTED = 20  # letters of one that are shown where they do not


def reliability(bins: Sequence[Bin], language: Language = "id") -> str:
    """Draw the share of partisan texts against the score, with 95 % intervals, one mark a bin.

    Parameters
    ----------
    bins : sequence of Bin
        From an `evaluation.Assessment`; empty ones are left out.
    language : str
        ``"id"`` or ``"en"``.
    """
    words = _WORDS[language]
    full = [b for b in bins if b.rows]

    def draw(figure: Any) -> None:
        upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [4, 1]})
        upper.plot(
            [0, 1], [0, 1], color=FAINT, linewidth=1, linestyle=(0, (4, 3)), label=words["perfect"]
        )
        _bars(
            upper, [b.score for b in full], [b.share for b in full], PARTISAN, words["seen"], True
        )
        upper.set(xlim=(0, 1), ylim=(0, 1.02), ylabel=words["share"])
        lower.bar(
            [(b.low + b.high) / 2 for b in bins], [b.rows for b in bins],
            width=0.9 / max(len(bins), 1), color=FAINT, alpha=0.5,
        )  # fmt: skip
        lower.set(xlabel=words["score"], ylabel=words["texts"])
        lower.grid(False)
        for axes in (upper, lower):
            _decimals(axes.xaxis, language)
        _decimals(upper.yaxis, language)
        _legend(figure, upper)

    return _svg(draw, _WIDTH, 4.4, words["reliability"])


def thresholds(
    points: Sequence[Point], band: tuple[float, float], language: Language = "id"
) -> str:
    """Draw precision, share caught and share accused against the threshold, the band shaded.

    Parameters
    ----------
    points : sequence of Point
        In the order of their thresholds.
    band : tuple of float
        The model's two thresholds, between which a text goes to a reader.
    language : str
        ``"id"`` or ``"en"``.
    """
    words = _WORDS[language]

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        _band(axes, band, words["review"])
        at = [p.threshold for p in points]
        for name, colour, dash in (
            ("precision", NEUTRAL, "-"),
            ("caught", PARTISAN, "-"),
            ("accused", INK, (0, (2, 2))),
        ):
            drawn = [getattr(p, name) for p in points]
            axes.plot(at, [f.value for f in drawn], color=colour, linestyle=dash, label=words[name])
            axes.fill_between(
                at, [f.low for f in drawn], [f.high for f in drawn],
                color=colour, alpha=0.15, linewidth=0,
            )  # fmt: skip
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=words["threshold"])
        _decimals(axes.xaxis, language)
        _decimals(axes.yaxis, language)
        _legend(figure, axes)

    return _svg(draw, _WIDTH, 3.5, words["thresholds"])


def histogram(
    counts: Mapping[str, Sequence[int]], band: tuple[float, float], language: Language = "id"
) -> str:
    """Draw how many texts of each label have which score; partisan upwards, neutral downwards.

    Parameters
    ----------
    counts : mapping
        For ``"partisan"`` and ``"neutral"``, the number of texts in equal steps of the score.
    band : tuple of float
        The model's two thresholds.
    language : str
        ``"id"`` or ``"en"``.
    """
    words = _WORDS[language]

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        _band(axes, band, words["review"])
        for label, colour, sign in (("partisan", PARTISAN, 1), ("neutral", NEUTRAL, -1)):
            heights = counts[label]
            step = 1 / len(heights)
            axes.bar(
                [(i + 0.5) * step for i in range(len(heights))], [sign * n for n in heights],
                width=0.9 * step, color=colour, alpha=0.85, label=words[label],
            )  # fmt: skip
        axes.axhline(0, color=FAINT, linewidth=0.8)
        axes.set(xlim=(0, 1), xlabel=words["score"], ylabel=words["texts"])
        axes.yaxis.set_major_formatter(lambda n, _: f"{abs(n):g}")
        _decimals(axes.xaxis, language)
        _legend(figure, axes)

    return _svg(draw, _WIDTH, 3.2, words["histogram"])


def slices(parts: Mapping[str, Part], title: str, language: Language = "id") -> str:
    """Draw, for each part, the shares caught and accused with their 95 % intervals.

    Parameters
    ----------
    parts : mapping of str to Part
        By name, from the top down; at least one.
    title : str
        What a screen reader says; it is not drawn.
    language : str
        ``"id"`` or ``"en"``.
    """
    words = _WORDS[language]
    names = list(parts)

    def draw(figure: Any) -> None:
        for place, (name, colour) in enumerate((("caught", PARTISAN), ("accused", INK))):
            axes = figure.add_subplot(1, 2, place + 1)
            _bars(axes, range(len(names)), [parts[n].figures[name] for n in names], colour)
            axes.set(xlim=(-0.03, 1.03), ylim=(len(names) - 0.4, -0.6))
            axes.set_title(words[f"slice_{name}"], fontsize=9, color=colour)
            axes.set_xticks([0, 0.5, 1])
            axes.set_xticks([0.25, 0.75], minor=True)
            axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
            axes.set_yticks(range(len(names)), [_short(n) for n in names] if not place else [])
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="y", visible=False)
            axes.grid(axis="x", which="minor")

    return _svg(draw, _WIDTH, 1.0 + 0.27 * len(names), title)


def confusion(
    table: Table,
    title: str,
    language: Language = "id",
    names: Mapping[str, str] | None = None,
) -> str:
    """Draw a table of label by result; a cell is as dark as its share of the row.

    Parameters
    ----------
    table : Table
        Counts, from an `evaluation.Assessment`.
    title : str
        What a screen reader says; it is not drawn.
    language : str
        ``"id"`` or ``"en"``.
    names : mapping of str to str, optional
        What readers see for a row's or a column's name.
    """
    known = names or {}
    return heatmap(
        [known.get(r, r) for r in table.rows],
        [known.get(c, c) for c in table.columns],
        table.counts,
        title,
        shades=[[n / max(sum(row), 1) for n in row] for row in table.counts],
        shown=lambda n: f"{n:g}" if n else "",
        row_title=_WORDS[language]["label"],
        column_title=_WORDS[language]["found"],
    )


# --- inside


def _svg(draw: Callable[[Any], None], width: float, height: float, title: str) -> str:
    """Let `draw` fill a figure, and return it as an SVG element without a size of its own."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure as Canvas
    except ImportError as error:
        raise NetralitasError(
            "pictures need matplotlib: pip install 'netralitas-nlp[report]'"
        ) from error
    out = io.StringIO()
    with rc_context(_STYLE), warnings.catch_warnings():
        # a label in a script the font lacks: only its measure is lost, the reader's font has it
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Canvas(figsize=(width, height), layout="constrained")
        draw(figure)
        figure.savefig(out, format="svg", metadata=_NO_NOTE)
    return _dressed(out.getvalue(), title)


def _dressed(drawn: str, title: str) -> str:
    """Leave the bare element: colours as variables, ids of its own, the title for all readers."""
    body = drawn[drawn.index("<svg ") :].strip()
    body = re.sub(r' (?:width|height)="[\d.]+pt"', "", body, count=2)
    # its style sheet would speak to the whole page: the same on the element alone
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", body, count=1, flags=re.DOTALL)
    own = "p" + hashlib.sha256((title + body).encode()).hexdigest()[:8] + "-"

    def dress(tag: re.Match[str]) -> str:
        out = re.sub(r'(\bid="|url\(#|xlink:href="#)', rf"\g<1>{own}", tag[0])
        out = out.replace("'DejaVu Sans'", "system-ui, 'DejaVu Sans', sans-serif")
        for name, colour in COLOURS.items():
            out = out.replace(f": {colour}", f": var(--{name}, {colour})")
        return out

    body = re.sub(r"<[^<>]+>", dress, body)  # in tags only: labels are users' words
    head = f'<svg role="img" aria-label="{_escaped(title)}" style="{_LINES}" '
    return head + body.removeprefix("<svg ")


_LINES = "stroke-linejoin: round; stroke-linecap: butt"


def _escaped(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(_printable(text), {'"': "&quot;"})


def _printable(text: str) -> str:
    """A text without the characters that XML does not allow."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _short(text: str, most: int = _LABEL) -> str:
    flat = _printable(text)
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def _bars(
    axes: Any,
    places: Sequence[float],
    figures: Sequence[Figure],
    colour: str,
    name: str = "",
    upright: bool = False,
) -> None:
    """Draw estimates with their intervals; those that are NaN are left out."""
    known = [(p, f) for p, f in zip(places, figures, strict=True) if not math.isnan(f.value)]
    at = [p for p, _ in known]
    best = [f.value for _, f in known]
    reach = [[f.value - f.low for _, f in known], [f.high - f.value for _, f in known]]
    x, y, along = (at, best, "yerr") if upright else (best, at, "xerr")
    axes.errorbar(
        x, y, **{along: reach}, fmt="o", color=colour, label=name, markersize=4.5, capsize=2.5, linewidth=1.4,
        clip_on=False,
    )  # fmt: skip


def _band(axes: Any, band: tuple[float, float], name: str) -> None:
    axes.axvspan(*band, color=REVIEW, alpha=0.18, linewidth=0, label=name)


def _legend(figure: Any, axes: Any) -> None:
    handles, names = axes.get_legend_handles_labels()
    columns = 2 if len(names) == 4 else 3
    figure.legend(handles, names, loc="outside upper left", ncols=columns)


def _decimals(axis: Any, language: Language) -> None:
    """Write the numbers of an axis as the language does."""
    if language == "id":
        axis.set_major_formatter(lambda x, _: f"{x:.1f}".replace(".", ","))
    else:
        axis.set_major_formatter(lambda x, _: f"{x:.1f}")


__all__ = [
    "COLOURS",
    "confusion",
    "heatmap",
    "histogram",
    "reliability",
    "slices",
    "thresholds",
]
