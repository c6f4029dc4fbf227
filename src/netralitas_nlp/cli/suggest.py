"""The command ``suggest``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..base.catalogue import Language
from .common import (
    Lang,
    LangOption,
    LexiconOption,
    ModelOption,
    SheetOption,
    line,
    load_classifier,
    plain_errors,
    tell_table,
)

app = typer.Typer()


@app.command()
def suggest(
    pool: Annotated[Path, typer.Argument(help="Tabel teks yang belum dilabeli.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Berkas untuk dilabeli: .csv atau .xlsx.")
    ],
    number: Annotated[int, typer.Option("-n", help="Banyaknya teks yang diminta.")] = 200,
    text_column: Annotated[str, typer.Option(help="Kolom teks dalam tabel.")] = "text",
    labelled: Annotated[
        list[Path] | None,
        typer.Option(help="Tabel yang sudah dilabeli; teksnya dilewati."),
    ] = None,
    labelled_text_column: Annotated[
        str | None, typer.Option(help="Kolom teks dalam tabel yang sudah dilabeli.")
    ] = None,
    labelled_label_column: Annotated[
        str, typer.Option(help="Kolom label dalam tabel yang sudah dilabeli.")
    ] = "label",
    sheet: SheetOption = None,
    model: ModelOption = "default",
    lexicon: LexiconOption = [],  # noqa: B006  (typer copies it)
    lang: LangOption = Lang.id,
) -> None:
    """Pilih teks untuk dilabeli: yang membuat model ragu, dan isinya berlainan."""
    from ..base.errors import ArgumentError
    from ..tables.sheets import WHERE, read_table
    from ..teach.suggest import Counts, counts_in_words, labelled_texts, no_column
    from ..teach.suggest import suggest as choose
    from ..teach.suggested import check_format, write_suggestions

    language: Language = lang.value
    with plain_errors(language):
        check_format(output)
        if output.resolve() in {p.resolve() for p in (pool, *(labelled or []))}:
            raise ArgumentError("output_among_inputs", option="-o", path=output)
        frame = read_table(pool, sheet, (text_column,)).drop(columns=WHERE)
        tell_table(frame.attrs, language)
        if text_column not in frame.columns:
            raise no_column(pool, frame, text_column)
        known: list[str] = []
        for path in labelled or []:
            done = read_table(path, wanted=(labelled_text_column or text_column, "text"))
            column = labelled_text_column or (text_column if text_column in done else "text")
            if column not in done.columns:
                raise no_column(path, done.drop(columns=WHERE), column, "--labelled-text-column")
            known += labelled_texts(done, column, labelled_label_column)
        classifier = load_classifier(model, lexicon)
        chosen = choose(frame, classifier, number, text_column, known, language)
        write_suggestions(chosen, output, pool, language)
        for sentence in counts_in_words(Counts(**chosen.attrs["counts"]), language):
            line(sentence, error=True)
        line(output)
