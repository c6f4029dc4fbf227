"""The commands ``train`` and ``card``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import progress as rich_progress
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..messages import Language
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
    import pandas as pd

    from ..gate import Gate
    from ..intake import Inspection
    from ..training import Training

app = typer.Typer()
SHOWN = 10
"""Problems of the data that are printed; all of them stand in the report."""

_WORDS: dict[Language, dict[str, str]] = {
    "id": {
        "texts": "membaca teks",
        "folds": "menilai grup yang disisihkan",
        "model": "melatih model akhir",
        "average_precision": "presisi rata-rata",
        "caught": "partisan tertangkap",
        "missed": "partisan terlewat",
        "accused": "netral tertuduh",
        "review": "dibaca manusia",
        "calibration_error": "galat kalibrasi",
        "figure": "nilai di luar grup",
        "interval": "selang 95 %",
        "old": "lama",
        "new": "baru",
        "difference": "selisih",
        "problems": "{errors} kesalahan, {warnings} peringatan → {path}",
        "more": "… dan {n} lagi",
        "rows": "{used} baris dipakai ({partisan} partisan), {left} tidak",
        "stopped": "Tidak ada model yang ditulis: perbaiki kesalahan di atas lalu coba lagi.",
        "kept": "Model lama di {out} dipertahankan: {reasons}. Untuk tetap mengganti: --force",
        "copy": "model lama: {copy}",
        "held": "pemilu {election}: {rows} baris disisihkan ({partisan} partisan)",
    },
    "en": {
        "texts": "reading texts",
        "folds": "scoring left-out groups",
        "model": "fitting the final model",
        "average_precision": "average precision",
        "caught": "partisan caught",
        "missed": "partisan missed",
        "accused": "neutral accused",
        "review": "left to a reader",
        "calibration_error": "calibration error",
        "figure": "out-of-group figure",
        "interval": "95 % interval",
        "old": "old",
        "new": "new",
        "difference": "difference",
        "problems": "{errors} errors, {warnings} warnings → {path}",
        "more": "… and {n} more",
        "rows": "{used} rows used ({partisan} partisan), {left} not",
        "stopped": "No model was written: mend the errors above and try again.",
        "kept": "The old model in {out} stays: {reasons}. To replace it all the same: --force",
        "copy": "old model: {copy}",
        "held": "election {election}: {rows} rows held out ({partisan} partisan)",
    },
}


@app.command()
def train(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Berkas berlabel (.csv, .tsv, .xlsx, .json, .jsonl, .parquet; juga ekspor Label "
            "Studio dan doccano) atau folder CSV."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder model yang ditulis.")],
    text_column: TextColumn = "text",
    label_column: LabelColumn = "label",
    category_column: Annotated[str | None, typer.Option(help="Kolom kategori, bila ada.")] = None,
    group_column: Annotated[
        str | None, typer.Option(help="Kolom sumber/grup, bila ada: satu grup tidak dipecah.")
    ] = None,
    labels: LabelsOption = None,
    sheet: SheetOption = None,
    with_default: Annotated[
        bool, typer.Option("--with-default", help="Latih bersama korpus bawaan paket.")
    ] = False,
    adapt: Annotated[
        str | None,
        typer.Option(
            "--adapt",
            help="Mulai dari model ini ('default' atau folder) dan geser bobotnya dengan baris "
            "Anda: hitungan detik, tanpa kata baru.",
        ),
    ] = None,
    weight: Annotated[
        float, typer.Option(help="Bobot baris Anda di samping 1 untuk korpus bawaan.")
    ] = 3.0,
    test_election: Annotated[
        str | None,
        typer.Option(
            help="Sisihkan pemilu ini (kolom election), misalnya 2024 atau pilkada2024, latih "
            "dengan yang lain, dan uji padanya."
        ),
    ] = None,
    data_report: Annotated[
        Path, typer.Option(help="Laporan data (CSV) yang ditulis bila ada masalah.")
    ] = Path("data_report.csv"),
    force: Annotated[
        bool, typer.Option("--force", help="Ganti model lama walaupun yang baru tidak lebih baik.")
    ] = False,
    public_texts: Annotated[
        Path | None, typer.Option(help="CSV id,text dari teks publik yang kami labeli.")
    ] = None,
    lang: LangOption = Lang.id,
) -> None:
    """Latih model dari teks berlabel; model lama hanya diganti oleh yang tidak lebih buruk."""
    language: Language = lang.value
    words = _WORDS[language]
    with plain_errors():
        from ..assets import asset_path, fingerprint
        from ..corpus import LABELS, caption_files, read_rows
        from ..intake import inspect
        from ..training import Recipe, beside_default, beside_public, hold_out
        from ..training import adapt as move
        from ..training import train as fit

        console = Console(stderr=True, highlight=False)
        if out.exists() and not out.is_dir():
            raise ValueError(f"--out {out} is a file; name a folder for the model")
        if weight <= 0:
            raise ValueError(f"--weight {weight:g} is not above 0 (for example 3)")
        if public_texts and with_default:
            raise ValueError("--public-texts goes with our own corpus as FILE, not --with-default")
        if adapt and (with_default or public_texts):
            raise ValueError("--adapt goes without --with-default and --public-texts")
        base = load_classifier(adapt).model if adapt else None
        if adapt and base is None:
            raise ValueError(f"--adapt {adapt} is no model; name 'default' or a model folder")
        renamed = {"text": text_column, "label": label_column}
        renamed |= {"category": category_column} if category_column else {}
        renamed |= {"group": group_column} if group_column else {}
        rows = read_rows(files, renamed, label_words(labels), sheet)
        looked = inspect(rows, language)
        _show_problems(console, looked, data_report, words)
        if looked.errors:
            print(f"netralitas: {words['stopped']}", file=sys.stderr)
            raise typer.Exit(2)
        own = looked.require()
        partisan = int((own["label"] == LABELS[0]).sum())
        left = len(rows) - len(own)
        console.print(words["rows"].format(used=len(own), partisan=partisan, left=left))
        held = None
        if test_election:
            own, held = hold_out(own, test_election)
        used = caption_files(files)
        if with_default:
            frame = beside_default(own, weight)
            used += caption_files([asset_path("data", "captions")])
        else:
            frame = beside_public(own, public_texts)
        recipe = Recipe(min_sources=3 if public_texts else 1)
        with _bars(console, words) as progress:
            digest = fingerprint(used)
            if base is not None:
                done = move(base, frame, recipe, corpus_digest=digest, progress=progress)
            else:
                done = fit(frame, recipe, corpus_digest=digest, progress=progress)
        _show_figures(console, done, words)
        if held is not None:
            _show_held(console, done, held, test_election or "", words)
        _exchange(console, done, own, out, force, language)


def _show_problems(console: Console, looked: Inspection, path: Path, words: dict[str, str]) -> None:
    if not looked.problems:
        return
    looked.save(path)
    for problem in looked.problems[:SHOWN]:
        line = Text(f"{problem.where}  " if problem.where else "")
        line.append(problem.level, style="red" if problem.level == "error" else "yellow")
        line.append(f"  {problem.message}")
        console.print(line, soft_wrap=True)
    if len(looked.problems) > SHOWN:
        console.print(words["more"].format(n=len(looked.problems) - SHOWN))
    errors, warnings = len(looked.errors), len(looked.warnings)
    console.print(words["problems"].format(errors=errors, warnings=warnings, path=path))


@contextmanager
def _bars(console: Console, words: dict[str, str]) -> Iterator[Any]:
    """A progress bar for each long step, on a terminal; a line for each elsewhere."""
    if not console.is_terminal:

        def told(items: Iterable[Any], step: str, number: int) -> Iterable[Any]:
            console.print(f"{words[step]} ({number:,})")
            return items

        yield told
        return
    columns = (
        rich_progress.TextColumn("{task.description:32}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    with rich_progress.Progress(*columns, console=console) as bars:

        def drawn(items: Iterable[Any], step: str, number: int) -> Iterable[Any]:
            return bars.track(items, total=number, description=words[step])

        yield drawn


def _show_figures(console: Console, done: Training, words: dict[str, str]) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(words["figure"])
    table.add_column("", justify="right")
    table.add_column(words["interval"], justify="right")
    for name, figure in done.figures["out_of_group"].items():
        interval = f"{figure['low']:.3f} – {figure['high']:.3f}"
        table.add_row(words[name], f"{figure['value']:.3f}", interval)
    console.print(table)


def _show_held(
    console: Console, done: Training, held: pd.DataFrame, election: str, words: dict[str, str]
) -> None:
    from ..classifier import Classifier
    from ..evaluation import evaluate

    found = evaluate(Classifier(done.model), held)
    whole = found.whole
    console.print(words["held"].format(election=election, rows=whole.rows, partisan=whole.partisan))
    table = Table(box=None, pad_edge=False, show_header=False)
    for name in ("average_precision", "caught", "missed", "accused", "review"):
        f = whole.figures[name]
        table.add_row(words[name], f"{f.value:.3f}", f"{f.low:.3f} – {f.high:.3f}")
    console.print(table)


def _exchange(
    console: Console,
    done: Training,
    own: pd.DataFrame,
    out: Path,
    force: bool,
    language: Language,
) -> None:
    """Put the new model in its place, if there is no old one or the gate lets it pass."""
    import datetime as dt

    from ..auditing import audit
    from ..classifier import Classifier
    from ..gate import compare, exchange, read_scores

    words = _WORDS[language]
    unseen = done.probability[: len(own)]  # our own rows stand first
    if (out / "model.json").exists() and not force:
        old, new = Classifier.load(out), Classifier(done.model)
        gate = compare(old, new, own, unseen, read_scores(out), audit(new), language)
        _show_gate(console, gate, words)
        if not gate.passed:
            reasons = "; ".join(gate.reasons)
            console.print(words["kept"].format(out=out, reasons=reasons), soft_wrap=True)
            raise typer.Exit(1)
    copy = exchange(done.model, out, own["text"].tolist(), unseen, dt.datetime.now())
    if copy is not None:
        console.print(words["copy"].format(copy=copy), soft_wrap=True)
    print(out)


def _show_gate(console: Console, gate: Gate, words: dict[str, str]) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for name in ("old", "new", "difference", "interval"):
        table.add_column(words[name], justify="right")
    for name, d in gate.difference.items():
        table.add_row(
            words[name], f"{gate.old[name]:.3f}", f"{gate.new[name]:.3f}", f"{d.value:+.3f}",
            f"{d.low:+.3f} – {d.high:+.3f}",
        )  # fmt: skip
    console.print(table)


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
    from ..card import make_card, parse_scores

    with plain_errors():
        console = Console(stderr=True, highlight=False)
        scores = parse_scores(score or [])
        print(make_card(model, captions, public_texts, scores, readme or [], console.print))
