"""The command ``train``: a shell over `teach.retrain`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import progress as rich_progress
from rich.console import Console

from ..base.catalogue import Language, place_of, text
from ..base.errors import ArgumentError
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
    problem_line,
)
from .compare import change_table
from .figures import SHORT, GroupColumn, checks_table, figure_table, named_columns, show_lines

if TYPE_CHECKING:
    import pandas as pd

    from ..tables.labelled import Inspection
    from ..teach.reading import Reading
    from ..teach.retrain import Retraining

app = typer.Typer()
SHOWN = 10
"""Problems of the data, and label values, that are printed; the report has all problems."""


Files = Annotated[
    list[Path],
    typer.Argument(
        help="Berkas berlabel (.csv, .tsv, .xlsx, .json, .jsonl, .parquet; juga ekspor Label "
        "Studio dan doccano) atau folder CSV."
    ),
]
Out = Annotated[Path, typer.Option("--out", help="Folder model yang ditulis.")]
CategoryColumn = Annotated[str | None, typer.Option(help="Kolom kategori, bila ada.")]
LeaveOutErrors = Annotated[
    bool, typer.Option("--leave-out-errors", help="Latih tanpa baris yang salah; sebutkan.")
]
WithDefault = Annotated[
    bool, typer.Option("--with-default", help="Latih bersama korpus bawaan paket.")
]
Adapt = Annotated[
    str | None,
    typer.Option(
        "--adapt",
        help="Mulai dari model ini ('default' atau folder) dan geser bobotnya dengan baris "
        "Anda: hitungan detik, tanpa kata baru.",
    ),
]
Weight = Annotated[
    float | None,
    typer.Option(
        help="Bobot baris Anda di samping 1 untuk korpus bawaan, dengan --with-default [3]."
    ),
]
TestElection = Annotated[
    str | None,
    typer.Option(
        help="Sisihkan pemilu ini (kolom election), misalnya 2024 atau pilkada2024, latih "
        "dengan yang lain, dan uji padanya."
    ),
]
DataReport = Annotated[Path, typer.Option(help="Laporan data (CSV) yang ditulis bila ada masalah.")]
Force = Annotated[
    bool, typer.Option("--force", help="Pasang model walaupun ada yang menentangnya.")
]
PublicTexts = Annotated[
    Path | None, typer.Option(help="CSV id,text dari teks publik yang kami labeli.")
]


@app.command()
def train(
    files: Files,
    out: Out,
    text_column: TextColumn = "text",
    label_column: LabelColumn = "label",
    category_column: CategoryColumn = None,
    group_column: GroupColumn = None,
    labels: LabelsOption = None,
    sheet: SheetOption = None,
    leave_out_errors: LeaveOutErrors = False,
    with_default: WithDefault = False,
    adapt: Adapt = None,
    weight: Weight = None,
    test_election: TestElection = None,
    data_report: DataReport = Path("data_report.csv"),
    force: Force = False,
    public_texts: PublicTexts = None,
    lang: LangOption = Lang.id,
) -> None:
    """Latih model dari teks berlabel, ukur, dan audit; hanya yang lulus yang dipasang."""
    from ..tables.captions import caption_files
    from ..teach.retrain import WEIGHT, retrain

    language: Language = lang.value
    console = SafeConsole(stderr=True)
    with plain_errors(language):
        if weight is not None and not with_default:
            raise ArgumentError("weight_alone")
        if data_report.resolve() in {f.resolve() for f in caption_files(files)}:
            raise ArgumentError("output_among_inputs", option="--data-report", path=data_report)
        columns = named_columns(text_column, label_column, group_column)
        columns |= {"category": category_column} if category_column else {}
        with _bars(console, language) as progress:
            done = retrain(
                files,
                out,
                columns=columns,
                labels=label_words(labels),
                sheet=sheet,
                leave_out_errors=leave_out_errors,
                adapt_from=adapt,
                with_default=with_default,
                weight=WEIGHT if weight is None else weight,
                public_texts=public_texts,
                test_election=test_election,
                force=force,
                language=language,
                listener=_listener(console, data_report, progress, language),
            )
        _show(console, done, test_election, language)
        line(done.folder)
    if done.reasons and not done.forced:
        raise typer.Exit(1)


def _listener(console: Console, report: Path, progress: Any, language: Language) -> Any:
    """What shows each step on a console."""
    from ..measure.labels import listing
    from ..teach.retrain import Listener

    class Shown(Listener):
        def reading(self, reading: Reading) -> None:
            first = sorted(reading.values, key=lambda v: not v.unknown)  # what is asked about
            show_lines(console, listing(first[:SHOWN], language))
            if len(reading.values) > SHOWN:
                console.print(text("train.more", language, n=len(reading.values) - SHOWN))
            if reading.left_out:
                places = [place_of(where) for where in reading.left_out]
                n = len(places)
                show_lines(console, [text("train.left_out", language, n=n, places=places)])
            _show_problems(console, reading.inspection, report, language)

        def known(self, rows: int) -> None:
            console.print(text("train.known", language, n=rows))

        def used(self, rows: pd.DataFrame, left: int) -> None:
            partisan = int((rows["label"] == "partisan").sum())
            n = len(rows)
            console.print(text("train.used", language, n=n, partisan=partisan, left=left))

    shown = Shown()
    shown.progress = progress
    return shown


def _show_problems(console: Console, looked: Inspection, path: Path, language: Language) -> None:
    if not looked.problems:
        return
    looked.save(path)
    # Unknown labels are listed by value, not by row.
    rows = [p for p in looked.problems if p.kind != "unknown_label"]
    for problem in rows[:SHOWN]:
        console.print(problem_line(problem.where, problem.level, problem.message, language))
    if len(rows) > SHOWN:
        console.print(text("train.more", language, n=len(rows) - SHOWN))
    errors, warnings = len(looked.errors), len(looked.warnings)
    console.print(
        text("train.problems", language, errors=errors, warnings=warnings, path=str(path))
    )


@contextmanager
def _bars(console: Console, language: Language) -> Iterator[Any]:
    """A progress bar for each long step, on a terminal; a line for each elsewhere."""
    if not console.is_terminal:

        def one_line(items: Iterable[Any], step: str, number: int) -> Iterable[Any]:
            console.print(f"{text(f'train.step.{step}', language)} ({number:,})")
            return items

        yield one_line
        return
    columns = (
        rich_progress.TextColumn("{task.description:32}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    with rich_progress.Progress(*columns, console=console) as bars:

        def drawn(items: Iterable[Any], step: str, number: int) -> Iterable[Any]:
            step = text(f"train.step.{step}", language)
            return bars.track(items, total=number, description=step)

        yield drawn


def _show(
    console: Console, done: Retraining, test_election: str | None, language: Language
) -> None:
    """The figures, the audit, and the three lines."""
    title = text("train.figures", language, n=done.figures.rows)
    console.print(figure_table(title, done.figures, SHORT, language))
    if done.held is not None:
        whole = done.held.whole
        title = text(
            "train.held", language, election=test_election, n=whole.rows, partisan=whole.partisan
        )
        console.print(figure_table(title, whole, SHORT, language))
    if done.copy is not None:
        models = (text("train.old", language), text("train.new", language))
        console.print(change_table("", done.comparison.whole, models, language))
    if done.audit.broken:
        console.print(checks_table(done.audit, language))
    show_lines(console, [line.in_language(language) for line in done.lines])
    if done.useless:
        show_lines(console, [text("train.useless", language)], "yellow")
    reasons = list(done.reasons)
    if done.forced:
        show_lines(console, [text("card.forced", language, reasons=reasons)], "yellow")
    elif reasons:
        said = text("train.rejected", language, reasons=reasons, folder=str(done.folder))
        show_lines(console, [said], "yellow")
    if done.copy is not None:
        show_lines(console, [text("train.copy", language, copy=str(done.copy))])
