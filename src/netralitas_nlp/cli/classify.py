"""The command ``classify``: one text, a table of texts, or lines of standard input."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from ..say.sentences import Language
from ..tables.classify_table import ADDED, COLUMNS, Progress, Summary, classify_table, read_lines
from ..tables.parts import part_of
from ..tables.streams import FORMATS
from .common import (
    Lang,
    LangOption,
    ModelOption,
    is_file,
    load_classifier,
    plain_errors,
    print_json,
    print_many,
    show,
    standard_input,
)

app = typer.Typer()
_TABLES = tuple(f".{name}{end}" for name in (*FORMATS, "xlsx") for end in ("", ".gz"))


class _Ended(KeyboardInterrupt):
    """SIGTERM, which ends a run as Ctrl-C does."""


@app.command()
def classify(
    source: Annotated[
        list[str],
        typer.Argument(
            help="Teks, tabel (.csv, .tsv, .jsonl, .parquet, boleh .gz), atau - (satu teks per baris)."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Tabel hasil; formatnya boleh lain.")
    ] = None,
    text_column: Annotated[str, typer.Option(help="Kolom teks dalam tabel.")] = "text",
    columns: Annotated[
        str, typer.Option(help=f"Kolom yang ditambahkan, dari: {','.join(COLUMNS)}.")
    ] = ",".join(ADDED),
    jobs: Annotated[int, typer.Option(help="Banyaknya proses untuk tabel.")] = 1,
    resume: Annotated[
        bool, typer.Option("--resume", help="Lanjutkan tabel yang belum selesai.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Buang tabel yang belum selesai dan mulai lagi.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Satu objek JSON per baris.")] = False,
    model: ModelOption = "default",
    lang: LangOption = Lang.id,
) -> None:
    """Nilai satu teks, satu tabel, atau baris-baris dari masukan standar."""
    language: Language = lang.value
    with plain_errors(language):
        classifier = load_classifier(model)
        if output is not None and as_json:
            raise ValueError("--json goes with texts and -, not with -o")
        if source == ["-"]:
            if output is not None:
                raise ValueError("-o goes with a table of texts, not with -; redirect with >")
            stream = (line for line in read_lines(standard_input()))
            print_many(classifier.classify_many(stream), as_json, language)
            return
        path = Path(source[0])
        files = [s for s in source if _is_table(s) or is_file(s)]
        if len(source) > 1 and files:
            raise ValueError(f"one file at a time; there are {len(source)}: {' '.join(source)}")
        if files and not _is_table(source[0]):
            raise ValueError(
                f"{source[0]} is a file; give a .csv, or its lines by: netralitas classify - < {source[0]}"
            )
        if files:
            if output is None:
                raise ValueError("a file of texts needs a place for the result: add -o hasil.csv")
            with _stoppable(output, language), _progress(language) as tell:
                summary = classify_table(
                    path,
                    output,
                    classifier,
                    column=text_column,
                    columns=[name.strip() for name in columns.split(",")],
                    language=language,
                    jobs=jobs,
                    resume=resume,
                    restart=restart,
                    tell=tell,
                )
            print(_said(summary, output, language), file=sys.stderr)
            return
        if output is not None:
            raise ValueError(f"-o goes with a table of texts, not with the text {source[0]!r}")
        result = classifier.classify(" ".join(source))
        if as_json:
            print_json(result.to_dict())
        else:
            show(result, language)


def _is_table(text: str) -> bool:
    return text.lower().endswith(_TABLES)


def _said(summary: Summary, output: Path, language: Language) -> str:
    """The last line: how many rows of which verdict, and how many could not be read."""
    parts = ", ".join(f"{n} {v}" for v, n in summary.counts.items())
    word = {"id": "baris", "en": "rows"}[language]
    line = f"{summary.rows} {word}: {parts} → {output}"
    if summary.rejected:
        unread = {"id": "baris tidak terbaca", "en": "rows could not be read"}[language]
        line += f"; {summary.rejected} {unread} → {summary.rejected_path}"
    return line


@contextmanager
def _progress(language: Language) -> Iterator[Callable[[Progress], Any]]:
    """Show rows, rate and time left on stderr, if somebody looks at it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda progress: None
        return
    word = {"id": "baris", "en": "rows"}[language]
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
        message = {
            "id": f"berhenti; yang sudah selesai tersimpan di {left}: lanjutkan dengan --resume",
            "en": f"stopped; what is done is kept in {left}: go on by --resume",
        }[language]
        nothing = {"id": "berhenti; belum ada yang selesai", "en": "stopped; nothing was done yet"}
        print(f"netralitas: {message if left.exists() else nothing[language]}", file=sys.stderr)
        raise typer.Exit(143 if isinstance(error, _Ended) else 130) from None
    finally:
        signal.signal(signal.SIGTERM, before)
