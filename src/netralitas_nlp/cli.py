"""The command ``netralitas``: a thin shell over the functions of the same names.

The only module that prints or exits. Bad input ends in one line on stderr and exit code 2.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from . import __version__
from .checking import check
from .classifier import Classifier, default_classifier
from .lexicon import Entry, Lexicon, form_key
from .messages import Language, category_name, reasons, sentence, verdict_name
from .result import Classification, NetralitasError
from .tables import ADDED, classify_csv, read_lines
from .text import load_slang

app = typer.Typer(
    name="netralitas",
    help="Apakah teks ini memihak? Saran atas teks, dengan alasannya. (Advice on a text.)",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
lexicon_app = typer.Typer(help="Leksikon: periksa, tampilkan, cari.", no_args_is_help=True)
app.add_typer(lexicon_app, name="lexicon")

COLOURS = {"partisan": "bold red", "review": "bold yellow", "neutral": "bold green"}
SHOWN = 20
"""Entries that ``lexicon show`` prints at most."""


class Lang(StrEnum):
    """Languages of the output."""

    id = "id"
    en = "en"


LangOption = Annotated[Lang, typer.Option("--lang", help="Bahasa keluaran: id atau en.")]
ModelOption = Annotated[
    str, typer.Option("--model", help="Folder model, atau 'none' untuk leksikon saja.")
]


_TABLES = (".csv", ".tsv", ".xlsx", ".parquet")


def _is_file(text: str) -> bool:
    try:
        return len(text) < 4096 and Path(text).is_file()
    except (OSError, ValueError):  # a text that cannot be a path
        return False


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tampilkan versi.")
    ] = False,
) -> None:
    pass


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn errors made for users into one line on stderr and exit code 2."""
    try:
        yield
    except BrokenPipeError:
        # The reader of our output went away (| head): nothing is wrong with the input.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        raise typer.Exit(0) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"netralitas: {where}{error.strerror or error}", file=sys.stderr)
        raise typer.Exit(2) from None
    except (NetralitasError, TypeError, ValueError) as error:
        print(f"netralitas: {' '.join(str(error).split())}", file=sys.stderr)
        raise typer.Exit(2) from None


def _classifier(model: str) -> Classifier:
    if model == "default":
        return default_classifier()
    return Classifier(model=None) if model == "none" else Classifier.load(model)


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
    with _plain_errors():
        classifier = _classifier(model)
        if output is not None and as_json:
            raise ValueError("--json goes with texts and -, not with -o")
        if source == ["-"]:
            if output is not None:
                raise ValueError("-o goes with a .csv file of texts, not with -; redirect with >")
            stream = (line for line in read_lines(sys.stdin))
            _print_many(classifier.classify_many(stream), as_json, language)
            return
        path = Path(source[0])
        files = [s for s in source if Path(s).suffix.lower() in _TABLES or _is_file(s)]
        if len(source) > 1 and files:
            raise ValueError(f"one file at a time; there are {len(source)}: {' '.join(source)}")
        if len(source) == 1 and _is_file(source[0]) and path.suffix.lower() not in _TABLES:
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
    with _plain_errors():
        classifier = _classifier(model)
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


@app.command()
def train(
    files: Annotated[list[Path], typer.Argument(help="Berkas atau folder CSV berlabel.")],
    out: Annotated[Path, typer.Option("--out", help="Folder model yang ditulis.")],
    public_texts: Annotated[
        Path | None, typer.Option(help="CSV id,text dari teks publik yang kami labeli.")
    ] = None,
) -> None:
    """Latih model dari teks berlabel (kolom: text, label, category, …)."""
    from .assets import fingerprint
    from .training import Recipe, default_frame
    from .training import train as fit

    with _plain_errors():
        if out.exists() and not out.is_dir():
            raise ValueError(f"--out {out} is a file; name a folder for the model")
        frame = default_frame([str(f) for f in files], public_texts)
        parts = [p for f in files for p in (sorted(f.glob("*.csv")) if f.is_dir() else [f])]
        recipe = Recipe(min_sources=3 if public_texts else 1)
        console = Console(stderr=True, highlight=False)
        done = fit(frame, recipe, corpus_digest=fingerprint(parts), say=console.print)
        done.model.save(out)
        for name, value in done.figures["out_of_group"].items():
            console.print(f"{name:20}{value:8.3f}")
        print(out)


@app.command()
def card(
    model: Annotated[Path, typer.Argument(help="Folder model.")],
    captions: Annotated[Path, typer.Option(help="Berkas atau folder CSV yang dipakai melatih.")],
    public_texts: Annotated[
        Path | None, typer.Option(help="CSV id,text dari teks publik yang kami labeli.")
    ] = None,
    score: Annotated[
        list[str] | None, typer.Option(help="nama=berkas.csv: teks berlabel untuk mengukur.")
    ] = None,
    readme: Annotated[
        list[Path] | None, typer.Option(help="Berkas yang tabel angkanya diisi.")
    ] = None,
) -> None:
    """Ukur sebuah model, lalu tulis card.md dan top_terms.csv di sampingnya."""
    from .card import make_card, parse_scores

    with _plain_errors():
        console = Console(stderr=True, highlight=False)
        scores = parse_scores(score or [])
        print(make_card(model, captions, public_texts, scores, readme or [], console.print))


@lexicon_app.command("find")
def lexicon_find(
    text: Annotated[list[str], typer.Argument(help="Teks.")], lang: LangOption = Lang.id
) -> None:
    """Tampilkan sebutan peserta pemilu dalam sebuah teks, juga yang tidak dihitung."""
    with _plain_errors():
        console = Console(highlight=False)
        for mention, piece in Lexicon.default().find(" ".join(text), blocked=True):
            names = " / ".join(dict.fromkeys(e.name for e in mention.entries)) or str(
                mention.number
            )
            state = mention.blocked or {"id": "dihitung", "en": "counts"}[lang.value]
            console.print(
                f"{escape(piece):24} {mention.kind:8} {escape(names)}  [{state}]", markup=False
            )


@lexicon_app.command("check")
def lexicon_check(
    files: Annotated[list[Path], typer.Argument(help="Berkas atau folder CSV leksikon.")],
    lang: LangOption = Lang.id,
) -> None:
    """Periksa berkas leksikon dan sebutkan semua masalah dengan nomor barisnya."""
    with _plain_errors():
        console = Console(highlight=False, soft_wrap=True)
        problems = check(files, lang.value)
        for problem in problems:
            line = Text(f"{problem.file}:{problem.line}  ")
            line.append(problem.level, style="red" if problem.level == "error" else "yellow")
            line.append(f"  {problem.id}: " if problem.id else "  ")
            line.append(problem.message)
            console.print(line)
        errors = sum(p.level == "error" for p in problems)
        console.print(f"{errors} error, {len(problems) - errors} warning")
        if errors:
            raise typer.Exit(1)


@lexicon_app.command("show")
def lexicon_show(
    words: Annotated[list[str], typer.Argument(help="Nama, bentuk, atau id.")],
    lang: LangOption = Lang.id,
) -> None:
    """Tampilkan apa yang diketahui leksikon tentang suatu nama atau ungkapan, dan dari mana."""
    with _plain_errors():
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


@lexicon_app.command("compile")
def lexicon_compile(
    folder: Annotated[Path, typer.Argument(help="Folder berkas CSV leksikon.")],
) -> None:
    """Tulis ulang index.json, yang mempercepat pemuatan leksikon."""
    with _plain_errors():
        Lexicon.load(folder).save_index(folder)
        print(folder / "index.json")


@lexicon_app.command("fit")
def lexicon_fit(
    files: Annotated[list[Path], typer.Argument(help="Berkas atau folder CSV berlabel.")],
    out: Annotated[Path, typer.Option("--out", help="Tabel bobot yang ditulis.")],
    public_texts: Annotated[Path | None, typer.Option(help="CSV id,text teks publik.")] = None,
) -> None:
    """Hitung ulang bobot isyarat untuk penilaian tanpa model (data/fallback.csv)."""
    from .files import whole
    from .training import default_frame, fit_fallback

    with _plain_errors():
        rows = fit_fallback(default_frame([str(f) for f in files], public_texts))
        with whole(out) as file:
            file.write("signal,weight\n")
            file.writelines(f"{row['signal']},{row['weight']}\n" for row in rows)
        print(out)


def show(result: Classification, language: Language) -> None:
    """Print one result for a person: verdict, score, category, the words, one sentence."""
    console = Console(highlight=False, soft_wrap=True)
    head = Text()
    head.append(verdict_name(result, language), style=COLOURS[result.verdict])
    head.append(f"  {result.score:.2f}  {category_name(result, language)}", style="default")
    if result.method == "lexicon":
        head.append({"id": "  (leksikon saja)", "en": "  (lexicon only)"}[language], style="dim")
    console.print(head)
    console.print(_coloured(result))
    console.print(Text(sentence(result, language), style="dim"))


def _coloured(result: Classification) -> Text:
    """The text with its heaviest words coloured."""
    out = Text(result.text.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    for e in result.evidence:
        if abs(e.weight) >= 0.1:
            strong = "bold " if abs(e.weight) >= 0.4 else ""
            out.stylize(f"{strong}{'red' if e.weight > 0 else 'green'}", e.start, e.end)
    return out


def _print_many(results: Iterable[Classification], as_json: bool, language: Language) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for result in results:
        if as_json:
            print(json.dumps(result.to_dict(), ensure_ascii=False))
            continue
        row = Text()
        row.append(f"{verdict_name(result, language):20}", style=COLOURS[result.verdict])
        row.append(f" {result.score:.2f} {category_name(result, language):18} ")
        row.append(" ".join(result.text.split())[:90])
        console.print(row)
        words = ", ".join(" ".join(e.text.split()) for e in reasons(result, 4))
        if words:
            console.print(Text(f"{'':26}└ {words}", style="dim"))


def main() -> Any:
    """Entry point of the console script."""
    app()


__all__ = ["ADDED", "app", "main", "show"]
