"""The command ``explain``: what each word of a text adds to its verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ..base.catalogue import Language, text
from ..base.errors import ArgumentError
from ..base.result import Classification, Evidence
from ..say.sentences import kind_name, why_not
from .common import (
    CONTRA,
    PRO,
    Lang,
    LangOption,
    LexiconOption,
    ModelOption,
    SafeConsole,
    TextCommand,
    line,
    load_classifier,
    plain_errors,
    show,
    text_of,
)

app = typer.Typer()
_LOUD = 0.05  # log-odds from which a number has a colour


@app.command(cls=TextCommand)
def explain(
    words: Annotated[
        list[str],
        typer.Argument(metavar="TEXT", help="Teks, berkas teks, atau - untuk masukan standar."),
    ],
    html: Annotated[
        Path | None, typer.Option("--html", help="Tulis juga halaman HTML berwarna.")
    ] = None,
    model: ModelOption = "default",
    lexicon: LexiconOption = [],  # noqa: B006  (typer copies it)
    lang: LangOption = Lang.id,
) -> None:
    """Tampilkan sumbangan setiap kata pada nilai sebuah teks."""
    language: Language = lang.value
    with plain_errors(language):
        if html is not None and html.suffix.lower() not in (".html", ".htm"):
            raise ArgumentError("not_html", path=html)
        classifier = load_classifier(model, lexicon)
        result = classifier.classify(text_of(words).rstrip("\r\n"))
        show(result, classifier, language)
        SafeConsole().print(_table(result, language))
        if classifier.model is not None:
            base = float(classifier.model.intercepts[0])
            total = classifier.decision(result.text)
            line(text("explain.sum", language, base=base, total=total))
        if html is not None:
            line(f"→ {result.to_html(html, language)}", error=True)


def _table(result: Classification, language: Language) -> Table:
    """One row for each piece of evidence."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("word", "kind", "adds", "note"):
        justify = "right" if name == "adds" else "left"
        table.add_column(text(f"explain.{name}", language), justify=justify, overflow="fold")  # type: ignore[arg-type]
    for e in result.evidence:
        colour = PRO if e.weight > 0 else CONTRA
        adds = Text(f"{e.weight:+.2f}", style=colour if abs(e.weight) > _LOUD else "dim")
        words = Text(" ".join(e.text.split()))
        table.add_row(words, kind_name(e, language), adds, Text(_note(e, language)))
    return table


def _note(e: Evidence, language: Language) -> str:
    """Who or what a mention stands for, and why it does not count."""
    note = e.note
    if e.kind == "blocked":
        note = text("mention.blocked", language, why=why_not(e.note, language))
    return " · ".join(part for part in (e.entry, note) if part)
