"""The command ``lexicon``: check, show, find, compile and fit."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from ..read.find import Entry, Lexicon, form_key
from ..read.words import load_slang
from ..say.sentences import Language
from ..tables.lexicon_check import check
from .common import Lang, LangOption, level_name, plain_errors, problem_line

app = typer.Typer(help="Leksikon: periksa, tampilkan, cari.", no_args_is_help=True)
SHOWN = 20
"""Entries that ``lexicon show`` prints at most."""


@app.command("find")
def lexicon_find(
    text: Annotated[list[str], typer.Argument(help="Teks.")], lang: LangOption = Lang.id
) -> None:
    """Tampilkan sebutan peserta pemilu dalam sebuah teks, juga yang tidak dihitung."""
    with plain_errors(lang.value):
        console = Console(highlight=False)
        for mention, piece in Lexicon.default().find(" ".join(text), blocked=True):
            names = " / ".join(dict.fromkeys(e.name for e in mention.entries)) or str(
                mention.number
            )
            state = mention.blocked or {"id": "dihitung", "en": "counts"}[lang.value]
            console.print(
                f"{escape(piece):24} {mention.kind:8} {escape(names)}  [{state}]", markup=False
            )


@app.command("check")
def lexicon_check(
    files: Annotated[list[Path], typer.Argument(help="Berkas atau folder CSV leksikon.")],
    lang: LangOption = Lang.id,
) -> None:
    """Periksa berkas leksikon dan sebutkan semua masalah dengan nomor barisnya."""
    with plain_errors(lang.value):
        console = Console(highlight=False, soft_wrap=True)
        problems = check(files, lang.value)
        for problem in problems:
            said = f"{problem.id}: {problem.message}" if problem.id else problem.message
            where = f"{problem.file}:{problem.line}"
            line = problem_line(where, problem.level, said, lang.value)
            console.print(line)
        errors = sum(p.level == "error" for p in problems)
        error, warning = (level_name(level, lang.value) for level in ("error", "warning"))
        console.print(f"{errors} {error}, {len(problems) - errors} {warning}")
        if errors:
            raise typer.Exit(1)


@app.command("show")
def lexicon_show(
    words: Annotated[list[str], typer.Argument(help="Nama, bentuk, atau id.")],
    lang: LangOption = Lang.id,
) -> None:
    """Tampilkan apa yang diketahui leksikon tentang suatu nama atau ungkapan, dan dari mana."""
    with plain_errors(lang.value):
        wanted = " ".join(words)
        lexicon = Lexicon.default()
        known = _matching(lexicon, wanted)
        if not known:
            nothing = {"id": "tidak ada di leksikon", "en": "not in the lexicon"}[lang.value]
            print(f"{wanted}: {nothing}", file=sys.stderr)
            raise typer.Exit(1)
        names = {e.id: e.name for e in lexicon.entries}
        console = Console(highlight=False, soft_wrap=True)
        for entry in known[:SHOWN]:
            head = Text(entry.name, style="bold")
            head.append(f"  {entry.kind}  {entry.id}", style="not bold dim")
            console.print(head)
            for label, value in _facts(entry, names, lang.value):
                console.print(Text(f"  {label:10}", style="dim").append(value, style="not dim"))
        if len(known) > SHOWN:
            more = {"id": "entri lagi", "en": "more entries"}[lang.value]
            console.print(f"… {len(known) - SHOWN} {more}")


def _matching(lexicon: Lexicon, wanted: str) -> list[Entry]:
    """Entries that hold the words, those first of which they are a form or a whole word."""
    plain = " ".join(wanted.lower().split())
    key = form_key(plain, load_slang())
    found = dict.fromkeys(lexicon.search(plain) + (lexicon.search(key) if key else []))

    def distance(entry: Entry) -> int:
        if plain == entry.id or {plain, key} & {entry.name.lower(), *entry.forms}:
            return 0
        return 1 if any(f" {plain} " in f" {x.lower()} " for x in (entry.name, *entry.forms)) else 2

    return sorted(found, key=distance) if plain else []


def _facts(entry: Entry, names: dict[str, str], language: Language) -> Iterator[tuple[str, str]]:
    """What is known of an entry, as pairs of label and value; empty cells are left out."""
    window = f"{entry.valid_from or '…'} – {entry.valid_to or '…'}"
    facts = (
        ("bentuk", "forms", ", ".join(entry.forms)),
        ("merujuk", "refers to", ", ".join(f"{names.get(r, '?')} ({r})" for r in entry.refers)),
        ("pemilu", "election", ", ".join(entry.election)),
        ("nomor", "number", entry.number.replace("|", ", ")),
        ("wilayah", "region", entry.region),
        ("berlaku", "in force", window if entry.valid_from or entry.valid_to else ""),
        ("perlu", "needs", ", ".join(entry.needs)),
        ("diredam", "blocks", ", ".join(entry.blocks)),
        ("huruf", "case", "" if entry.case == "any" else entry.case),
        ("sumber", "source", entry.source),
        ("catatan", "note", entry.note),
    )
    for indonesian, english, value in facts:
        if value:
            yield {"id": indonesian, "en": english}[language], value


@app.command("compile")
def lexicon_compile(
    folder: Annotated[Path, typer.Argument(help="Folder berkas CSV leksikon.")],
    lang: LangOption = Lang.id,
) -> None:
    """Tulis ulang index.json, yang mempercepat pemuatan leksikon."""
    with plain_errors(lang.value):
        Lexicon.load(folder).save_index(folder)
        print(folder / "index.json")


@app.command("fit")
def lexicon_fit(
    files: Annotated[list[Path], typer.Argument(help="Berkas atau folder CSV berlabel.")],
    out: Annotated[Path, typer.Option("--out", help="Tabel bobot yang ditulis.")],
    public_texts: Annotated[Path | None, typer.Option(help="CSV id,text teks publik.")] = None,
    lang: LangOption = Lang.id,
) -> None:
    """Hitung ulang bobot isyarat untuk penilaian tanpa model (data/fallback.csv)."""
    from ..base.files import whole
    from ..teach.fallback import fit_fallback
    from ..teach.rows import default_frame

    with plain_errors(lang.value):
        rows = fit_fallback(default_frame([str(f) for f in files], public_texts))
        with whole(out) as file:
            file.write("signal,weight\n")
            file.writelines(f"{row['signal']},{row['weight']}\n" for row in rows)
        print(out)
