"""The command ``audit``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    load_classifier,
    plain_errors,
)
from .figures import checks_table, show_lines

if TYPE_CHECKING:
    from ..measure.audit import Audit

app = typer.Typer()


@app.command()
def audit(
    model: Annotated[
        str, typer.Argument(help="Folder model, 'default', atau 'none' untuk leksikon saja.")
    ] = "default",
    cases: Annotated[
        list[Path] | None,
        typer.Option(help="CSV kasus tambahan: id, suite, text, expectation, comment."),
    ] = None,
    rows: Annotated[
        list[Path] | None,
        typer.Option(help="Tabel berlabel untuk menghitung kesalahan per partai."),
    ] = None,
    text_column: TextColumn = "text",
    label_column: LabelColumn = "label",
    labels: LabelsOption = None,
    sheet: SheetOption = None,
    limits: Annotated[
        Path | None, typer.Option(help="CSV batas (check, limit) pengganti batas bawaan.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder laporan: audit.json dan audit.html.")
    ] = None,
    lexicon: LexiconOption = [],  # noqa: B006  (typer copies it)
    lang: LangOption = Lang.id,
) -> None:
    """Uji sebuah model: tukar nama, kesalahan per partai, kasus perilaku. Kode 1: batas dilanggar."""
    import pandas as pd

    from ..measure.audit import audit as run
    from ..measure.audit_page import write
    from ..measure.cases import read_cases, read_limits
    from ..measure.evaluation import read_scored
    from ..measure.pages import about, check_folder

    language: Language = lang.value
    with plain_errors(language):
        if report is not None:
            check_folder(report)
        columns = {"text": text_column, "label": label_column}
        labelled = [read_scored(p, columns, label_words(labels), sheet) for p in rows or ()]
        classifier = load_classifier(model, lexicon)
        done = run(
            classifier,
            cases=read_cases(cases or ()),
            rows=pd.concat(labelled, ignore_index=True) if labelled else None,
            limits=read_limits(limits) if limits else None,
        )
        if report is not None:
            write(done, report, language, about(classifier))
        _show(done, language)
    if not done.passed:
        raise typer.Exit(1)


def _show(done: Audit, language: Language) -> None:
    """Print the checks, then the rows behind those that are broken."""
    from ..measure.audit_page import skipped_notes

    console = SafeConsole()
    console.print(checks_table(done, language))
    for check in done.broken:
        show_lines(console, ["", check.title.in_language(language)], "bold")
        for f in check.findings:
            show_lines(console, [f"  {f.id}  {' '.join(f.text.split())}".rstrip()])
            said = text("audit.finding", language, expected=f.expected, got=f.got)
            show_lines(console, [f"    {said}"], "dim")
    show_lines(console, skipped_notes(done, language), "dim")
    if done.passed:
        console.print(text("audit.passed", language))
