"""The command ``lexicon``: check, show, find and fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from ..base.catalogue import Language, text
from ..read.checks import check
from ..read.entries import form_key
from ..read.find import Entry, Lexicon
from ..say.sentences import why_not
from .common import (
    Lang,
    LangOption,
    SafeConsole,
    TextCommand,
    level_name,
    line,
    plain_errors,
    problem_line,
    text_of,
)

app = typer.Typer(help="Leksikon: periksa, tampilkan, cari.", no_args_is_help=True)
SHOWN = 20
"""Entries that ``lexicon show`` prints at most."""


@app.command("find", cls=TextCommand)
def lexicon_find(
    words: Annotated[list[str], typer.Argument(metavar="TEXT", help="Teks, atau - untuk masukan.")],
    lang: LangOption = Lang.id,
) -> None:
    """Tampilkan sebutan peserta pemilu dalam sebuah teks, juga yang tidak dihitung."""
    language: Language = lang.value
    with plain_errors(language):
        found = list(Lexicon.default().find(text_of(words), blocked=True))
        if not found:
            line(f"netralitas: {text('lexicon.unknown', language)}", error=True)
        for mention, piece in found:
            names = " / ".join(dict.fromkeys(e.name for e in mention.entries))
            state = text("mention.counts", language)
            if mention.blocked:
                state = text("mention.blocked", language, why=why_not(mention.blocked, language))
            line(f"{piece:24} {mention.kind:8} {names or mention.number}  [{state}]")


@app.command("check")
def lexicon_check(
    files: Annotated[list[Path], typer.Argument(help="Berkas atau folder CSV leksikon.")],
    lang: LangOption = Lang.id,
) -> None:
    """Periksa berkas leksikon dan sebutkan semua masalah dengan nomor barisnya."""
    with plain_errors(lang.value):
        console = SafeConsole()
        problems = check(files)
        for problem in problems:
            said = problem.message.in_language(lang.value)
            said = f"{problem.id}: {said}" if problem.id else said
            where = f"{problem.file}:{problem.line}"
            console.print(problem_line(where, problem.level, said, lang.value))
        errors = sum(p.level == "error" for p in problems)
        error, warning = (level_name(level, lang.value) for level in ("error", "warning"))
        line(f"{errors} {error}, {len(problems) - errors} {warning}")
        if errors:
            raise typer.Exit(1)


@app.command("show", cls=TextCommand)
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
            line(f"{wanted}: {text('lexicon.unknown', lang.value)}", error=True)
            raise typer.Exit(1)
        names = {e.id: e.name for e in lexicon.entries}
        console = SafeConsole()
        for entry in known[:SHOWN]:
            head = Text(entry.name, style="bold")
            head.append(f"  {entry.kind}  {entry.id}", style="not bold dim")
            console.print(head)
            for label, value in _facts(entry, names, lang.value):
                console.print(Text(f"  {label:10}", style="dim").append(value, style="not dim"))
        if len(known) > SHOWN:
            line(text("lexicon.more", lang.value, n=len(known) - SHOWN))


def _matching(lexicon: Lexicon, wanted: str) -> list[Entry]:
    """Entries that hold the words, those first of which they are a form or a whole word."""
    plain = " ".join(wanted.lower().split())
    key = form_key(plain)
    found = dict.fromkeys(lexicon.search(plain) + (lexicon.search(key) if key else []))

    def distance(entry: Entry) -> int:
        if plain == entry.id or {plain, key} & {entry.name.lower(), *entry.forms}:
            return 0
        return 1 if any(f" {plain} " in f" {x.lower()} " for x in (entry.name, *entry.forms)) else 2

    return sorted(found, key=distance) if plain else []


def _facts(entry: Entry, names: dict[str, str], language: Language) -> Iterator[tuple[str, str]]:
    """What is known of an entry, as pairs of label and value; empty cells are left out."""
    window = f"{entry.valid_from or '…'} – {entry.valid_to or '…'}"
    facts = {
        "forms": ", ".join(entry.forms),
        "refers": ", ".join(f"{names.get(r, '?')} ({r})" for r in entry.refers),
        "election": ", ".join(entry.election),
        "number": entry.number.replace("|", ", "),
        "region": entry.region,
        "window": window if entry.valid_from or entry.valid_to else "",
        "needs": ", ".join(entry.needs),
        "blocks": ", ".join(entry.blocks),
        "case": "" if entry.case == "any" else entry.case,
        "source": entry.source,
        "note": entry.note,
    }
    for name, value in facts.items():
        if value:
            yield text(f"lexicon.{name}", language), value


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
        line(out)
