"""The command ``evaluate``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from .. import __version__
from ..base.assets import fingerprint
from ..say.sentences import Language
from ..score.classifier import Classifier
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
    from ..measure.evaluation import Part

app = typer.Typer()
_NAMES: dict[Language, dict[str, str]] = {
    "id": {
        "rows": "teks berlabel",
        "partisan": "di antaranya memihak",
        "unsure": "tanpa label pasti, tidak dihitung",
        "average_precision": "presisi rata-rata",
        "roc_auc": "luas di bawah kurva ROC",
        "calibration_error": "galat kalibrasi",
        "precision": "disebut memihak, dan memang",
        "caught": "memihak, disebut memihak",
        "missed": "memihak, disebut netral",
        "accused": "netral, disebut memihak",
        "review": "diserahkan kepada pembaca",
    },
    "en": {
        "rows": "labelled texts",
        "partisan": "of them partisan",
        "unsure": "without a sure label, not counted",
        "average_precision": "average precision",
        "roc_auc": "area under the ROC curve",
        "calibration_error": "calibration error",
        "precision": "called partisan, and is",
        "caught": "partisan, called partisan",
        "missed": "partisan, called neutral",
        "accused": "neutral, called partisan",
        "review": "left to a reader",
    },
}


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
    labels: LabelsOption = None,
    sheet: SheetOption = None,
    lang: LangOption = Lang.id,
) -> None:
    """Ukur sebuah model pada teks berlabel; dengan --report, tulis laporan bergambar."""
    from ..measure.evaluation import assess, classified, read_scored
    from ..measure.report import write_report

    language: Language = lang.value
    with plain_errors(language):
        if report is not None and report.exists() and not report.is_dir():
            raise ValueError(f"--report {report} is a file; name a folder for the report")
        columns = {"text": text_column, "label": label_column}
        frame = read_scored(file, columns, label_words(labels), sheet)
        classifier = load_classifier(model)
        rows = classified(classifier, frame)
        found = assess(rows, classifier.lexicon, _about(classifier, file))
        page = None if report is None else write_report(found, rows, report, language)
        _print_figures(found.evaluation.whole, found.evaluation.unsure, language)
        if page is not None:
            print(page)


def _about(classifier: Classifier, file: Path) -> dict[str, str]:
    """What was measured on what, so that a report can be told from another."""
    about = {"data": file.name, "data_sha256": fingerprint([file])}
    if classifier.model is not None:
        header = classifier.model.header
        about |= {"model": header["name"], "corpus_sha256": header["corpus"]["sha256"]}
    return about | {"lexicon_sha256": classifier.lexicon.digest, "version": __version__}


def _print_figures(whole_set: Part, unsure: int, language: Language) -> None:
    """Print the main figures with their 95 % intervals."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_row(_NAMES[language]["rows"], f"{whole_set.rows}", "")
    table.add_row(_NAMES[language]["partisan"], f"{whole_set.partisan}", "")
    if unsure:
        table.add_row(_NAMES[language]["unsure"], f"{unsure}", "")
    for name, figure in whole_set.figures.items():
        if math.isnan(figure.value):
            table.add_row(_NAMES[language][name], "–", "")
        else:
            interval = f"{figure.low:.3f}–{figure.high:.3f}"
            table.add_row(_NAMES[language][name], f"{figure.value:.3f}", interval)
    Console(highlight=False).print(table)
