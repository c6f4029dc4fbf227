"""The commands ``classify`` and ``explain``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ..messages import Language
from ..tables import classify_csv, read_lines
from .common import (
    Lang,
    LangOption,
    ModelOption,
    is_file,
    load_classifier,
    plain_errors,
    print_many,
    show,
)

app = typer.Typer()
_TABLES = (".csv", ".tsv", ".xlsx", ".parquet")


@app.command()
def classify(
    source: Annotated[
        list[str], typer.Argument(help="Teks, berkas .csv, atau - (satu teks per baris).")
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Berkas CSV hasil.")] = None,
    text_column: Annotated[str, typer.Option(help="Kolom teks dalam berkas CSV.")] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="Satu objek JSON per baris.")] = False,
    model: ModelOption = "default",
    lang: LangOption = Lang.id,
) -> None:
    """Nilai satu teks, satu berkas CSV, atau baris-baris dari masukan standar."""
    language: Language = lang.value
    with plain_errors():
        classifier = load_classifier(model)
        if output is not None and as_json:
            raise ValueError("--json goes with texts and -, not with -o")
        if source == ["-"]:
            if output is not None:
                raise ValueError("-o goes with a .csv file of texts, not with -; redirect with >")
            stream = (line for line in read_lines(sys.stdin))
            print_many(classifier.classify_many(stream), as_json, language)
            return
        path = Path(source[0])
        files = [s for s in source if Path(s).suffix.lower() in _TABLES or is_file(s)]
        if len(source) > 1 and files:
            raise ValueError(f"one file at a time; there are {len(source)}: {' '.join(source)}")
        if len(source) == 1 and is_file(source[0]) and path.suffix.lower() not in _TABLES:
            raise ValueError(
                f"{source[0]} is a file; give a .csv, or its lines by: netralitas classify - < {source[0]}"
            )
        if len(source) == 1 and path.suffix.lower() in _TABLES:
            if path.suffix.lower() != ".csv":
                raise ValueError(f"cannot read {path.suffix} files; save {path.name} as .csv")
            if output is None:
                raise ValueError("a file of texts needs a place for the result: add -o hasil.csv")
            counts = classify_csv(path, output, text_column, classifier)
            total = sum(counts.values())
            parts = ", ".join(f"{n} {v}" for v, n in counts.items())
            word = {"id": "baris", "en": "rows"}[language]
            print(f"{total} {word}: {parts} → {output}", file=sys.stderr)
            return
        if output is not None:
            raise ValueError(f"-o goes with a .csv file of texts, not with the text {source[0]!r}")
        result = classifier.classify(" ".join(source))
        if as_json:
            print(json.dumps(result.to_dict(), ensure_ascii=False))
        else:
            show(result, language)


@app.command()
def explain(
    text: Annotated[list[str], typer.Argument(help="Teks yang dijelaskan.")],
    model: ModelOption = "default",
    lang: LangOption = Lang.id,
) -> None:
    """Tampilkan sumbangan setiap kata pada nilai sebuah teks."""
    language: Language = lang.value
    with plain_errors():
        classifier = load_classifier(model)
        result = classifier.classify(" ".join(text))
        show(result, language)
        console = Console(highlight=False)
        heads = {
            "id": ("kata", "jenis", "sumbangan", "keterangan"),
            "en": ("word", "kind", "adds", "note"),
        }[language]
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name, justify in zip(heads, ("left", "left", "right", "left"), strict=True):
            table.add_column(name, justify=justify)  # type: ignore[arg-type]
        for e in result.evidence:
            note = " · ".join(part for part in (e.entry, e.note) if part)
            colour = "red" if e.weight > 0 else "green"
            table.add_row(
                escape(" ".join(e.text.split())),
                e.kind,
                Text(f"{e.weight:+.2f}", style=colour if abs(e.weight) > 0.05 else "dim"),
                escape(note),
            )
        console.print(table)
        if classifier.model is not None:
            base = float(classifier.model.intercepts[0])
            label = {"id": "titik awal", "en": "intercept"}[language]
            total = {"id": "jumlah", "en": "sum"}[language]
            console.print(f"{label} {base:+.2f}; {total} {classifier.decision(result.text):+.2f}")
