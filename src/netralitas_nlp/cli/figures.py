"""Figures and checks as a terminal shows them; for the commands that measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..base.catalogue import Language, text

if TYPE_CHECKING:
    from ..measure.audit import Audit
    from ..measure.figures import Figure, Part

GroupColumn = Annotated[
    str | None,
    typer.Option("--group-column", help="Kolom sumber/grup, bila ada: satu grup tidak dipecah."),
]
SliceOption = Annotated[
    str | None,
    typer.Option("--slice", help="Kolom tabel untuk dirinci, misalnya 'Sumber,Kecamatan'."),
]
SHORT = ("average_precision", "caught", "missed", "accused", "review")
"""Figures that say whether a model is of use."""


def columns_of(given: str | None) -> list[str]:
    """What ``--slice`` says."""
    return [name.strip() for name in (given or "").split(",") if name.strip()]


def named_columns(text_column: str, label_column: str, group_column: str | None) -> dict[str, str]:
    """Our names of columns to those in the table."""
    columns = {"text": text_column, "label": label_column}
    return columns | ({"group": group_column} if group_column else {})


def figure_cells(figure: Figure, rows: int, language: Language) -> tuple[str, str]:
    """An estimate and its interval; "too few" where few rows stand behind it."""
    from ..measure.figures import FEW

    if figure.value != figure.value:
        return "–", ""
    if rows < FEW:
        return text("too_few", language), ""
    return f"{figure.value:.3f}", f"{figure.low:.3f}–{figure.high:.3f}"


def figure_table(title: str, part: Part, names: Sequence[str], language: Language) -> Table:
    """The figures of some rows, one a line."""
    of = {"caught": part.partisan, "missed": part.partisan, "accused": part.neutral}
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(title)
    table.add_column("", justify="right")
    table.add_column(text("head.interval", language), justify="right")
    for name in names:
        cells = figure_cells(part.figures[name], of.get(name, part.rows), language)
        table.add_row(text(f"figure.short.{name}", language), *cells)
    return table


def checks_table(done: Audit, language: Language) -> Table:
    """The checks of an audit, one a line."""
    colours = {"broken": "bold red", "good": "green", "untested": "dim"}
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(text("audit.column.check", language))
    for name in ("value", "limit", "support"):
        table.add_column(text(f"audit.column.{name}", language), justify="right")
    table.add_column("")
    for check in done.checks:
        value = f"{check.value:.3f}" if check.support else "–"
        result = text(f"audit.result.{check.result}", language)
        table.add_row(
            check.title.in_language(language), value, f"{check.limit:.3g}", f"{check.support}",
            Text(result, style=colours[check.result]),
        )  # fmt: skip
    return table


def show_lines(console: Console, lines: Iterable[str], style: str = "") -> None:
    """Print sentences, one a line, whatever stands in them."""
    for line in lines:
        console.print(line, style=style, soft_wrap=True)


def check_output(path: Path | None, inputs: Iterable[Path], option: str) -> None:
    """Refuse an output that is one of the inputs, or no CSV."""
    from ..base.errors import DataError

    if path is None:
        return
    if path.suffix.lower() != ".csv":
        raise DataError("output_not_csv", option=option, path=path)
    if path.resolve() in {p.resolve() for p in inputs}:
        raise DataError("output_among_inputs", option=option, path=path)
