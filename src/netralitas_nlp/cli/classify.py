"""The command ``classify``: one text, a table of texts, or lines of standard input."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Annotated, Any, NoReturn

import typer
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from ..base.catalogue import Language
from ..base.catalogue import text as say
from ..base.errors import ArgumentError
from ..tables.classify_table import ADDED, EVERY, Progress, Summary, classify_table
from ..tables.parts import part_of
from ..tables.reading import read_lines, standard_input_as_file
from ..tables.rows import ENDINGS
from ..tables.writers import Style
from .common import (
    Lang,
    LangOption,
    LexiconOption,
    ModelOption,
    SafeConsole,
    SheetOption,
    TextCommand,
    is_file,
    line,
    load_classifier,
    plain_errors,
    print_json,
    print_many,
    show,
    standard_input,
)

app = typer.Typer()


class _Ended(KeyboardInterrupt):
    """SIGTERM, which ends a run as Ctrl-C does."""


@app.command(cls=TextCommand)
def classify(
    source: Annotated[
        list[str],
        typer.Argument(
            help="Teks, tabel (.csv, .tsv, .txt, .xlsx, .json, .jsonl, .parquet, boleh .gz), "
            "atau - (satu teks per baris; dengan -o: sebuah tabel)."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Tabel hasil; formatnya boleh lain.")
    ] = None,
    text_column: Annotated[str, typer.Option(help="Kolom teks: nama atau nomornya.")] = "text",
    columns: Annotated[
        str | None,
        typer.Option(
            help=f"Kolom yang ditambahkan, dari: {','.join(EVERY)}. Bawaannya "
            f"{','.join(ADDED)}; untuk .xlsx juga copies dan group."
        ),
    ] = None,
    date_column: Annotated[
        str | None, typer.Option(help="Kolom tanggal, untuk ringkasan dalam .xlsx.")
    ] = None,
    account_column: Annotated[
        str | None, typer.Option(help="Kolom akun, untuk ringkasan dalam .xlsx.")
    ] = None,
    sample_neutral: Annotated[
        int, typer.Option(min=0, help="Banyaknya teks netral yang diundi untuk diperiksa (.xlsx).")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Benih undian itu.")] = 0,
    sheet: SheetOption = None,
    header_row: Annotated[
        int | None, typer.Option(help="Nomor baris judul kolom, bila tebakannya salah.")
    ] = None,
    no_header: Annotated[
        bool, typer.Option("--no-header", help="Tabel tanpa judul kolom.")
    ] = False,
    encoding: Annotated[
        str | None, typer.Option(help="Pengodean tabel teks, bila tebakannya salah.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Pemisah sel tabel teks, bila tebakannya salah.")
    ] = None,
    leave_formulas: Annotated[
        bool,
        typer.Option(
            "--leave-formulas", help="Biarkan sel yang dijalankan lembar kerja (= + - @)."
        ),
    ] = False,
    excel: Annotated[
        bool,
        typer.Option("--excel", help="CSV yang langsung terbuka di Excel: ';', BOM, koma desimal."),
    ] = False,
    jobs: Annotated[int, typer.Option(help="Banyaknya proses untuk tabel.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Lanjutkan tabel yang belum selesai.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Buang tabel yang belum selesai dan mulai lagi.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Timpa tabel lain yang sudah ada di tempat hasil.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Satu objek JSON per baris.")] = False,
    model: ModelOption = "default",
    lexicon: LexiconOption = [],  # noqa: B006  (typer copies it)
    lang: LangOption = Lang.id,
) -> None:
    """Nilai satu teks, satu tabel, atau baris-baris dari masukan standar."""
    language: Language = lang.value
    with plain_errors(language):
        _check_place(source, output, as_json)
        if excel and (output is None or not output.name.lower().endswith((".csv", ".csv.gz"))):
            raise ArgumentError("excel_needs_csv")
        classifier = load_classifier(model, lexicon)
        if output is not None:
            reading = {
                "sheet": sheet, "header_row": header_row, "no_header": no_header,
                "encoding": encoding, "delimiter": _DELIMITERS.get(delimiter or "", delimiter),
            }  # fmt: skip
            with (
                _as_file(source[0]) as path,
                _stoppable(output, language),
                _progress(language) as tell,
            ):
                summary = classify_table(
                    path,
                    output,
                    classifier,
                    column=text_column,
                    columns=columns and [name.strip() for name in columns.split(",")],
                    date_column=date_column,
                    account_column=account_column,
                    sample_neutral=sample_neutral,
                    seed=seed,
                    language=language,
                    jobs=jobs,
                    resume=resume,
                    restart=restart,
                    force=force,
                    style=Style(leave_formulas, language, excel),
                    reading={name: value for name, value in reading.items() if value},
                    tell=tell,
                )
            for said in _said(summary, output, language):
                line(said, error=True)
        elif source == ["-"]:
            lines = read_lines(_standard_bytes(), partial(line, error=True), language)
            print_many(classifier.classify_many(lines), as_json, language)
        else:
            result = classifier.classify(" ".join(source))
            if as_json:
                print_json(result.to_dict())
            else:
                show(result, classifier, language)


_DELIMITERS = {"tab": "\t", "\\t": "\t"}


def _check_place(source: list[str], output: Path | None, as_json: bool) -> None:
    """Refuse what does not go together."""
    if output is not None and as_json:
        raise ArgumentError("json_with_output")
    files = [s for s in source if _is_table(s) or is_file(s)]
    if len(source) > 1 and files:
        raise ArgumentError("one_file", n=len(source), files=source)
    if files and output is None:
        raise ArgumentError("output_missing", file=files[0])
    if output is not None and not files and source != ["-"]:
        raise ArgumentError("output_with_text", text=" ".join(source)[:60])


def _is_table(text: str) -> bool:
    return text.lower().removesuffix(".gz").endswith(tuple(f".{name}" for name in ENDINGS))


@contextmanager
def _as_file(source: str) -> Iterator[Path]:
    """The table that is meant; standard input is copied to a file first."""
    if source != "-":
        yield Path(source)
        return
    with standard_input_as_file(_standard_bytes()) as path:
        yield path


def _standard_bytes() -> IO[bytes]:
    return standard_input().buffer


def _said(summary: Summary, output: Path, language: Language) -> Iterator[str]:
    """What was guessed; how many rows of which verdict, and how many could not be read."""
    if summary.understood:
        yield say("table_understood", language, what=summary.understood)
    names = {v: say(f"verdict.{v}", language).lower() for v in summary.counts}
    counts = [f"{n} {names[v]}" for v, n in summary.counts.items()]
    if summary.blank:
        counts.append(f"{summary.blank} {say('method.empty', language)}")
    done = say("table_done", language, n=summary.rows, counts=counts, path=str(output))
    if summary.rejected:
        # As it was named: in the present folder without that folder's name.
        path = str(summary.rejected_path).removeprefix(f"{Path.cwd().resolve()}{os.sep}")
        done += say("table_rejected", language, n=summary.rejected, path=path)
    yield done


@contextmanager
def _progress(language: Language) -> Iterator[Callable[[Progress], Any]]:
    """Show rows, rate and time left on stderr, if somebody looks at it."""
    console = SafeConsole(stderr=True)
    if not console.is_terminal:
        yield lambda progress: None
        return
    word = say("table_rows", language)
    bar = Bar(
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn(f"{{task.fields[rows]}} {word}"),
        TextColumn("{task.fields[rate]}/s"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=1.0, rows=0, rate=0)
        before: list[int] = []

        def tell(progress: Progress) -> None:
            if not before:
                before.append(progress.rows)
            seconds = bar.tasks[0].elapsed or 1e9
            rate = round((progress.rows - before[0]) / seconds)  # without what was there before
            bar.update(task, completed=progress.share, rows=progress.rows, rate=rate)

        yield tell


@contextmanager
def _stoppable(output: Path, language: Language) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into one line that says how to go on, and their exit codes."""

    def end(number: int, frame: object) -> NoReturn:
        raise _Ended

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt as error:
        left = part_of(output)
        key = "stopped_kept" if left.exists() else "stopped_nothing"
        line(f"netralitas: {say(key, language, path=str(left))}", error=True)
        raise typer.Exit(143 if isinstance(error, _Ended) else 130) from None
    finally:
        signal.signal(signal.SIGTERM, before)
