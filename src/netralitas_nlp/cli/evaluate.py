"""The command ``evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..base.catalogue import Language, text
from .common import (
    LabelColumn,
    LabelsOption,
    Lang,
    LangOption,
    LexiconOption,
    SafeConsole,
    SheetOption,
    TextColumn,
    label_words,
    line,
    load_classifier,
    plain_errors,
    tell_table,
)
from .figures import GroupColumn, SliceOption, columns_of, figure_table, named_columns

app = typer.Typer()


@app.command()
def evaluate(
    model: Annotated[
        str, typer.Argument(help="Folder model, 'default', atau 'none' untuk leksikon saja.")
    ],
    file: Annotated[
        Path, typer.Argument(help="Berkas berlabel (.csv, .tsv, .xlsx, .json, .jsonl, .parquet).")
    ],
    report: Annotated[
        Path | None, typer.Option(help="Folder laporan: report.html dan evaluation.json.")
    ] = None,
    text_column: TextColumn = "text",
    label_column: LabelColumn = "label",
    group_column: GroupColumn = None,
    slices: SliceOption = None,
    labels: LabelsOption = None,
    sheet: SheetOption = None,
    lexicon: LexiconOption = [],  # noqa: B006  (typer copies it)
    lang: LangOption = Lang.id,
) -> None:
    """Ukur sebuah model pada teks berlabel; dengan --report, tulis laporan bergambar."""
    from ..measure.assessment import assess
    from ..measure.evaluation import classified, read_scored
    from ..measure.figures import FIGURES
    from ..measure.pages import about, check_folder
    from ..measure.report import write_report

    language: Language = lang.value
    with plain_errors(language):
        if report is not None:
            check_folder(report)
        columns = named_columns(text_column, label_column, group_column)
        frame = read_scored(file, columns, label_words(labels), sheet)
        tell_table(frame.attrs, language)
        more = [*(["group"] if group_column else []), *columns_of(slices)]
        classifier = load_classifier(model, lexicon)
        rows = classified(classifier, frame, more)
        found = assess(rows, classifier.lexicon, about(classifier, file), more)
        page = None if report is None else write_report(found, rows, report, language)
        whole = found.evaluation.whole
        console = SafeConsole()
        title = text("evaluate.rows", language, n=whole.rows, partisan=whole.partisan)
        console.print(figure_table(title, whole, FIGURES, language))
        if found.evaluation.unsure:
            console.print(text("evaluate.unsure", language, n=found.evaluation.unsure))
        for column in more:
            for value, part in found.slices.get(column, {}).items():
                title = f"{column}: {value or '–'} ({part.rows}, {part.partisan})"
                console.print(figure_table(title, part, ("caught", "missed", "accused"), language))
        if page is not None:
            line(page)
