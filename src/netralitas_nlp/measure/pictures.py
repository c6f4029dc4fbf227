"""Pictures of figures, as matplotlib draws them: data in, one SVG out.

A page shows a picture as an image of its own, so that nothing in it can touch the page; a notebook
shows it as it is. Texts stay texts, the same data gives the same bytes. Nothing is counted here,
and nothing is read or written. Needs matplotlib (``pip install 'netralitas-nlp[report]'``).
"""

from __future__ import annotations

import base64
import html
import io
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..base.catalogue import Language, text
from ..base.errors import ArgumentError
from ..base.extras import extras

if TYPE_CHECKING:
    from .assessment import Bin, Point, Table
    from .figures import Figure, Part

INK, FAINT, GRID, PAPER = "#1f2430", "#5b6472", "#d9dce2", "#ffffff"
PARTISAN, NEUTRAL, REVIEW = "#c2410c", "#0f766e", "#d9a514"

_WIDTH = 4.7  # inches: at this width the letters can still be read on a phone
_LABEL = 26  # letters of a label that are shown
_ROOM = 40  # letters of column names that stand side by side
_TILTED = 20  # letters of one that are shown where they do not
_STYLE: Any = {
    "svg.hashsalt": "netralitas",
    "svg.fonttype": "none",
    "text.parse_math": False,  # labels come from users' tables: "$" is a dollar
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same sizes on every machine
    "font.size": 9.0,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
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
}
_NO_NOTE: dict[str, None] = {"Date": None, "Creator": None, "Format": None, "Type": None}


@dataclass(frozen=True)
class Picture:
    """A picture and what it shows.

    Attributes
    ----------
    title : str
        What a screen reader says; it is not drawn.
    svg : str
        A whole SVG file.
    """

    title: str
    svg: str = field(repr=False)

    def to_html(self, kind: str = "") -> str:
        """Return an ``<img>`` that holds the picture; `kind` is its class in a style sheet."""
        data = base64.b64encode(self.svg.encode("utf-8")).decode("ascii")
        alt, kind = html.escape(self.title), f' class="{html.escape(kind)}"' if kind else ""
        return f'<img{kind} alt="{alt}" src="data:image/svg+xml;base64,{data}">'

    def _repr_svg_(self) -> str:
        return self.svg[self.svg.index("<svg ") :]


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
) -> Picture:
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

    Raises
    ------
    ArgumentError
        If `values` or `shades` has not one row a name and one number a column.
    MissingExtraError
        If matplotlib is missing.

    Examples
    --------
    >>> heatmap(["a"], ["x", "y"], [[1, 0]], "Demo")
    Picture(title='Demo')
    """
    for cells in (values, values if shades is None else shades):
        shape = [len(row) for row in cells]
        if shape != [len(columns)] * len(rows) or not shape:
            raise ArgumentError("wrong_shape", shape=shape, rows=len(rows), columns=len(columns))
    if shades is None:
        most = max((abs(v) for row in values for v in row if not math.isnan(v)), default=0) or 1
        shades = [[v / most for v in row] for row in values]
    tilted = max(map(len, columns)) * len(columns) > _ROOM
    heads = [_short(c, _TILTED if tilted else _LABEL) for c in columns]

    def draw(figure: Any) -> None:
        from matplotlib.colors import LinearSegmentedColormap

        # never so strong that the number on it cannot be read
        colours = LinearSegmentedColormap.from_list("sides", ["#6fada8", "#f6f6f8", "#dd9070"])
        axes = figure.subplots()
        axes.pcolormesh(shades, cmap=colours, vmin=-1, vmax=1, edgecolors=PAPER, linewidth=2)
        axes.invert_yaxis()
        axes.grid(False)
        for i, row in enumerate(values):
            for j, value in enumerate(row):
                if not math.isnan(value):
                    axes.text(j + 0.5, i + 0.5, shown(value), ha="center", va="center")
        axes.set_xticks([j + 0.5 for j in range(len(columns))], heads)
        axes.set_yticks([i + 0.5 for i in range(len(rows))], [_short(r) for r in rows])
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        if tilted:
            for label in axes.get_xticklabels():
                label.set(rotation=40, ha="left", rotation_mode="anchor")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xlabel(column_title, color=FAINT)
        axes.set_ylabel(row_title, color=FAINT)

    room = 0.05 * max(map(len, heads)) if tilted else 0.0
    width = max(_WIDTH, 1.6 + 0.45 * len(columns))  # so that a number has room in its cell
    return _picture(draw, width, 0.9 + room + 0.32 * len(rows), title)


def confusion(
    table: Table,
    title: str,
    language: Language = "id",
    names: Mapping[str, str] | None = None,
) -> Picture:
    """Draw a table of label by result; a cell is as dark as its share of the row.

    Parameters
    ----------
    table : Table
        Counts, from an `assessment.Assessment`.
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
        row_title=text("picture.label", language),
        column_title=text("picture.found", language),
    )


def reliability(bins: Sequence[Bin], language: Language = "id") -> Picture:
    """Draw the share of partisan texts against the score, with 95 % intervals, one mark a bin.

    Parameters
    ----------
    bins : sequence of Bin
        From an `assessment.Assessment`; empty ones are left out.
    language : str
        ``"id"`` or ``"en"``.
    """
    full = [b for b in bins if b.rows]

    def draw(figure: Any) -> None:
        upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [4, 1]})
        perfect, seen = text("picture.perfect", language), text("picture.seen", language)
        upper.plot([0, 1], [0, 1], color=FAINT, linewidth=1, linestyle="--", label=perfect)
        scores, shares = [b.score for b in full], [b.share for b in full]
        _bars(upper, scores, shares, PARTISAN, seen, upright=True)
        upper.set(xlim=(0, 1), ylim=(0, 1.02), ylabel=text("picture.share", language))
        middles, counts = [(b.low + b.high) / 2 for b in bins], [b.rows for b in bins]
        lower.bar(middles, counts, width=0.9 / max(len(bins), 1), color=FAINT, alpha=0.5)
        lower.set(xlabel=text("picture.score", language), ylabel=text("picture.texts", language))
        lower.grid(False)
        _decimals(language, upper.xaxis, lower.xaxis, upper.yaxis)
        _legend(figure, upper)

    return _picture(draw, _WIDTH, 4.4, text("picture.reliability", language))


def thresholds(
    points: Sequence[Point], band: tuple[float, float], language: Language = "id"
) -> Picture:
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
    lines = (("precision", NEUTRAL, "-"), ("caught", PARTISAN, "-"), ("accused", INK, ":"))

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        _band(axes, band, language)
        at = [p.threshold for p in points]
        for name, colour, dash in lines:
            drawn = [getattr(p, name) for p in points]
            label = text(f"figure.short.{name}", language)
            axes.plot(at, [f.value for f in drawn], color=colour, linestyle=dash, label=label)
            low, high = [f.low for f in drawn], [f.high for f in drawn]
            axes.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=text("picture.threshold", language))
        _decimals(language, axes.xaxis, axes.yaxis)
        _legend(figure, axes)

    return _picture(draw, _WIDTH, 3.5, text("picture.thresholds", language))


def histogram(
    counts: Mapping[str, Sequence[int]], band: tuple[float, float], language: Language = "id"
) -> Picture:
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

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        _band(axes, band, language)
        for label, colour, sign in (("partisan", PARTISAN, 1), ("neutral", NEUTRAL, -1)):
            heights, step = counts[label], 1 / len(counts[label])
            middles = [(i + 0.5) * step for i in range(len(heights))]
            name = text(f"picture.{label}", language)
            tall = [sign * n for n in heights]
            axes.bar(middles, tall, width=0.9 * step, color=colour, alpha=0.85, label=name)
        axes.axhline(0, color=FAINT, linewidth=0.8)
        axes.set(xlim=(0, 1), xlabel=text("picture.score", language))
        axes.set_ylabel(text("picture.texts", language))
        axes.yaxis.set_major_formatter(lambda n, _: f"{abs(n):g}")
        _decimals(language, axes.xaxis)
        _legend(figure, axes)

    return _picture(draw, _WIDTH, 3.2, text("picture.histogram", language))


def slices(parts: Mapping[str, Part], title: str, language: Language = "id") -> Picture:
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
    names = list(parts)

    def draw(figure: Any) -> None:
        figure.get_layout_engine().set(
            wspace=0.14
        )  # the last number of one is not the next's first
        both = figure.subplots(1, 2, sharey=True)
        for axes, name, colour in zip(both, ("caught", "accused"), (PARTISAN, INK), strict=True):
            _bars(axes, range(len(names)), [parts[n].figures[name] for n in names], colour)
            axes.set(xlim=(-0.03, 1.03), ylim=(len(names) - 0.4, -0.6))
            axes.set_title(text(f"picture.slice_{name}", language), fontsize=9, color=colour)
            axes.set_xticks([0, 0.5, 1])
            axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
            axes.set_yticks(range(len(names)), [_short(n) for n in names])
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="y", visible=False)

    return _picture(draw, _WIDTH, 1.0 + 0.27 * len(names), title)


def _picture(draw: Callable[[Any], None], width: float, height: float, title: str) -> Picture:
    """Let `draw` fill a figure."""
    with extras():
        from matplotlib import rc_context
        from matplotlib.figure import Figure as Canvas
    out = io.StringIO()
    with rc_context(_STYLE), warnings.catch_warnings():
        # a label in a script the font lacks: only its measure is lost, the reader's font has it
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Canvas(figsize=(width, height), layout="constrained")
        draw(figure)
        figure.savefig(out, format="svg", metadata=_NO_NOTE)
    return Picture(_printable(title), out.getvalue())


def _printable(label: str) -> str:
    """A label without the characters that XML does not allow."""
    return " ".join("".join(c if c.isprintable() else " " for c in label).split())


def _short(label: str, most: int = _LABEL) -> str:
    flat = _printable(label)
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
    at, best = [p for p, _ in known], [f.value for _, f in known]
    reach = [[f.value - f.low for _, f in known], [f.high - f.value for _, f in known]]
    x, y, along = (at, best, "yerr") if upright else (best, at, "xerr")
    more: Any = {along: reach, "markersize": 4.5, "capsize": 2.5, "linewidth": 1.4}
    axes.errorbar(x, y, fmt="o", color=colour, label=name, clip_on=False, **more)


def _band(axes: Any, band: tuple[float, float], language: Language) -> None:
    name = text("picture.review", language)
    axes.axvspan(*band, color=REVIEW, alpha=0.18, linewidth=0, label=name)


def _legend(figure: Any, axes: Any) -> None:
    handles, names = axes.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper left", ncols=2 if len(names) == 4 else 3)


def _decimals(language: Language, *axes: Any) -> None:
    """Write the numbers of axes as the language does."""
    point = "," if language == "id" else "."
    for axis in axes:
        axis.set_major_formatter(lambda x, _: f"{x:.1f}".replace(".", point))


__all__ = [
    "Picture", "confusion", "heatmap", "histogram", "reliability", "slices", "thresholds",
]  # fmt: skip
