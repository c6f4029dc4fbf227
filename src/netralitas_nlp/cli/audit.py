"""The command ``audit``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..say.sentences import Language
from .common import (
    LabelColumn,
    LabelsOption,
    Lang,
    LangOption,
    SheetOption,
    TextColumn,
    label_words,
    load_classifier,
    plain_errors,
)

if TYPE_CHECKING:
    from ..measure.audit import Audit

app = typer.Typer()
_WORDS: dict[Language, dict[str, str]] = {
    "id": {
        "check": "pemeriksaan",
        "value": "nilai",
        "limit": "batas",
        "support": "jumlah",
        "ok": "baik",
        "broken": "DILANGGAR",
        "expected": "harapan",
        "got": "kenyataan",
        "passed": "Semua batas dipatuhi.",
    },
    "en": {
        "check": "check",
        "value": "value",
        "limit": "limit",
        "support": "count",
        "ok": "good",
        "broken": "BROKEN",
        "expected": "expected",
        "got": "got",
        "passed": "No limit is broken.",
    },
}


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
    lang: LangOption = Lang.id,
) -> None:
    """Uji sebuah model: tukar nama, kesalahan per partai, kasus perilaku. Kode 1: batas dilanggar."""
    import pandas as pd

    from ..measure.audit import audit as run
    from ..measure.audit import read_cases, read_limits, write
    from ..measure.evaluation import read_scored

    language: Language = lang.value
    with plain_errors(language):
        if report is not None and report.exists() and not report.is_dir():
            raise ValueError(f"--report {report} is a file; name a folder for the report")
        columns = {"text": text_column, "label": label_column}
        labelled = [read_scored(p, columns, label_words(labels), sheet) for p in rows or ()]
        done = run(
            load_classifier(model),
            cases=read_cases(cases or ()),
            rows=pd.concat(labelled, ignore_index=True) if labelled else None,
            limits=read_limits(limits) if limits else None,
        )
        if report is not None:
            write(done, report, language)
        _show(done, language)
    if not done.passed:
        raise typer.Exit(1)


def _show(done: Audit, language: Language) -> None:
    """Print the checks, then the rows behind those that are broken."""
    from ..measure.audit import check_name, skipped_notes

    words = _WORDS[language]
    console = Console(highlight=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(words["check"])
    for name in ("value", "limit", "support"):
        table.add_column(words[name], justify="right")
    table.add_column("")
    for check in done.checks:
        colour = "bold red" if check.broken else "green"
        table.add_row(
            escape(check_name(check, language)),
            f"{check.value:.3f}",
            f"{check.limit:.3g}",
            f"{check.support}",
            f"[{colour}]{words['broken' if check.broken else 'ok']}[/]",
        )
    console.print(table)
    for check in done.checks:
        if check.broken:
            console.print(f"\n[bold]{escape(check_name(check, language))}[/]")
            for f in check.findings:
                text = " ".join(f.text.split())
                console.print(escape(f"  {f.id}  {text}".rstrip()))
                console.print(
                    escape(f"    {words['expected']}: {f.expected}; {words['got']}: {f.got}"),
                    style="dim",
                )
    for note in skipped_notes(done, language):
        console.print(escape(note), style="dim")
    if done.passed:
        console.print(words["passed"])
