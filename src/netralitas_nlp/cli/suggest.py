"""The command ``suggest``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..say.sentences import Language
from .common import Lang, LangOption, ModelOption, line, load_classifier, plain_errors

app = typer.Typer()


@app.command()
def suggest(
    pool: Annotated[Path, typer.Argument(help="Tabel teks yang belum dilabeli.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Berkas CSV untuk dilabeli.")],
    number: Annotated[int, typer.Option("-n", help="Banyaknya teks yang diminta.")] = 200,
    text_column: Annotated[str, typer.Option(help="Kolom teks dalam tabel.")] = "text",
    labelled: Annotated[
        list[Path] | None,
        typer.Option(help="Tabel (kolom text) yang sudah dilabeli; teksnya dilewati."),
    ] = None,
    model: ModelOption = "default",
    lang: LangOption = Lang.id,
) -> None:
    """Pilih teks untuk dilabeli: yang membuat model ragu, dan isinya berlainan."""
    from ..base.files import whole
    from ..tables.sheets import WHERE, read_table
    from ..teach.suggest import Counts, labelled_texts, told
    from ..teach.suggest import suggest as choose

    language: Language = lang.value
    with plain_errors(language):
        if output.suffix.lower() != ".csv":
            raise ValueError(f"-o {output} must end in .csv, the format that can be labelled")
        if output.resolve() in {p.resolve() for p in (pool, *(labelled or []))}:
            raise ValueError(f"-o {output} is one of the inputs; name another file")
        frame = read_table(pool).drop(columns=WHERE)
        known = [text for path in labelled or [] for text in labelled_texts(read_table(path))]
        classifier = load_classifier(model)
        chosen = choose(frame, classifier, number, text_column, known, language)
        with whole(output) as file:
            chosen.to_csv(file, index=False, lineterminator="\n")
        for sentence in told(Counts(**chosen.attrs["counts"]), language):
            line(sentence, error=True)
        line(output)
