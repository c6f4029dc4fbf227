"""The command ``agreement``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ..base.catalogue import Language, text
from .common import (
    LabelColumn,
    LabelsOption,
    Lang,
    LangOption,
    SafeConsole,
    SheetOption,
    TextColumn,
    label_words,
    line,
    plain_errors,
)
from .figures import check_output, figure_cells

if TYPE_CHECKING:
    from ..measure.agreement import Agreement

app = typer.Typer()


@app.command()
def agreement(
    first: Annotated[Path, typer.Argument(help="Tabel yang dilabeli pembaca pertama.")],
    second: Annotated[
        Path | None,
        typer.Argument(help="Tabel pembaca kedua; tanpa ini, --second-column dalam tabel pertama."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="CSV baris yang berbeda, untuk diputuskan berdua."),
    ] = None,
    text_column: TextColumn = "text",
    label_column: LabelColumn = "label",
    second_column: Annotated[
        str | None, typer.Option(help="Kolom label pembaca kedua, bila namanya lain.")
    ] = None,
    labels: LabelsOption = None,
    sheet: SheetOption = None,
    lang: LangOption = Lang.id,
) -> None:
    """Seberapa sepakat dua pembaca: kappa, per label, dan baris yang mereka labeli berbeda."""
    from ..base.errors import DataError
    from ..base.files import whole
    from ..measure.agreement import agreement as compare
    from ..tables.captions import read_named

    language: Language = lang.value
    with plain_errors(language):
        if second is None and second_column is None:
            raise DataError("agreement.one_reader")
        files = [first] if second is None else [first, second]
        check_output(output, files, "-o")
        other = second_column or label_column
        one = read_named(first, {"text": text_column, "label": label_column}, sheet)
        two = read_named(second or first, {"text": text_column, "label": other}, sheet)
        found = compare(one, two, label_words(labels))
        _show(found, language)
        if output is not None:
            with whole(output) as written:
                found.differ.to_csv(written, index=False, lineterminator="\n")
            line(output)


def _show(found: Agreement, language: Language) -> None:
    from ..measure.agreement import kappa_words

    console = SafeConsole()
    console.print(text("agreement.rows", language, n=found.rows, alone=found.alone))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("label", "first", "second", "both", "agreed", "interval"):
        table.add_column(
            text(f"head.{name}", language), justify="left" if name == "label" else "right"
        )
    for name, c in found.classes.items():
        if c.first or c.second:
            cells = figure_cells(c.agreed, c.first + c.second - c.both, language)
            table.add_row(name, f"{c.first}", f"{c.second}", f"{c.both}", *cells)
    console.print(table)
    agreed = figure_cells(found.agreed, found.rows, language)
    kappa = figure_cells(found.kappa, found.rows, language)
    console.print(text("agreement.agreed", language, value=agreed[0], interval=agreed[1]))
    strength = text(f"agreement.{kappa_words(found.kappa.value)}", language)
    console.print(
        text("agreement.kappa", language, value=kappa[0], interval=kappa[1], strength=strength)
    )
