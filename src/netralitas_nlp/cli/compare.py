"""The command ``compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
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
    load_classifier,
    plain_errors,
)
from .figures import (
    SHORT,
    GroupColumn,
    SliceOption,
    check_output,
    columns_of,
    named_columns,
)

if TYPE_CHECKING:
    from ..measure.comparing import Comparison, Difference

app = typer.Typer()


@app.command()
def compare(
    first: Annotated[str, typer.Argument(help="Model pertama: folder, 'default', atau 'none'.")],
    second: Annotated[str, typer.Argument(help="Model kedua.")],
    file: Annotated[Path, typer.Argument(help="Tabel berlabel yang tidak dipakai melatih.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="CSV baris yang dinilai benar oleh satu model saja."),
    ] = None,
    text_column: TextColumn = "text",
    label_column: LabelColumn = "label",
    group_column: GroupColumn = None,
    slices: SliceOption = None,
    labels: LabelsOption = None,
    sheet: SheetOption = None,
    lang: LangOption = Lang.id,
) -> None:
    """Bandingkan dua model pada baris yang sama: selisihnya, dan baris yang hanya satu yang benar."""
    from ..base.files import whole
    from ..measure.comparing import compare as run
    from ..measure.evaluation import read_scored

    language: Language = lang.value
    with plain_errors(language):
        check_output(output, [file], "-o")
        columns = named_columns(text_column, label_column, group_column)
        frame = read_scored(file, columns, label_words(labels), sheet)
        more = [*(["group"] if group_column else []), *columns_of(slices)]
        found = run(load_classifier(first), load_classifier(second), frame, more)
        console = SafeConsole()
        _show(console, found, first, second, language)
        if output is not None:
            alone = found.rows[found.rows["right"].isin(("first", "second"))]
            with whole(output) as written:
                alone.to_csv(written, index=False, lineterminator="\n")
            line(output)


def _show(console: Console, found: Comparison, first: str, second: str, language: Language) -> None:
    whole = found.whole
    title = text("evaluate.rows", language, n=whole.rows, partisan=whole.partisan)
    console.print(change_table(title, whole, (first, second), language))
    alone = found.alone
    for name, which in ((first, "first"), (second, "second")):
        console.print(text("compare.alone", language, model=name, n=alone[which]))
    for column, parts in found.slices.items():
        for value, part in parts.items():
            clear = [n for n in ("caught", "accused") if _clear(part, n)]
            if clear:
                name = f"{column}: {value or '–'} ({part.rows}, {part.partisan})"
                console.print(change_table(name, part, (first, second), language, clear))


def _clear(part: Difference, name: str) -> bool:
    change = part.change[name]
    return change.low > 0 or change.high < 0


def change_table(
    title: str,
    part: Difference,
    models: tuple[str, str],
    language: Language,
    names: tuple[str, ...] | list[str] = SHORT,
) -> Table:
    """The figures of two models, their difference and its interval, one a line."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(title)
    heads = [text(f"head.{name}", language) for name in ("difference", "interval")]
    for head in (*models, *heads):
        table.add_column(head, justify="right")
    for name in names:
        change = part.change[name]
        if change.value != change.value:
            continue
        table.add_row(
            text(f"figure.short.{name}", language), f"{part.first[name]:.3f}",
            f"{part.second[name]:.3f}", f"{change.value:+.3f}", f"{change.low:+.3f} – {change.high:+.3f}",
        )  # fmt: skip
    return table
