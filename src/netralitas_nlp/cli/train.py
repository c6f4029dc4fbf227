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

from ..say.sentences import Language
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
    problem_line,
)

if TYPE_CHECKING:
    import pandas as pd

    from ..score.classifier import Classifier
    from ..tables.intake import Inspection
    from ..teach.fit import Training
    from ..teach.gate import Gate

app = typer.Typer()
WEIGHT = 3.0
"""Of one's own rows beside 1 for a packaged caption."""
USELESS = 0.6
"""Share of rows left to a reader from which a model is no help."""
SHOWN_FIGURES = ("average_precision", "caught", "missed", "accused", "review")
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
        "figure": "nilai di luar grup, {rows} baris Anda",
        "known": "{n} baris sudah dikenal model asal dan tidak dipakai lagi",
        "useless": "Peringatan: model ini hampir tidak pernah memutuskan; tambah baris dan sumber, "
        "atau mulai dari model bawaan dengan --adapt default.",
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
        "figure": "out-of-group figure, your {rows} rows",
        "known": "{n} rows are known to the model it starts from and are not used again",
        "useless": "Warning: this model hardly ever decides; add rows and sources, or start from the "
        "packaged model with --adapt default.",
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
        float | None,
        typer.Option(
            help="Bobot baris Anda di samping 1 untuk korpus bawaan, dengan --with-default [3]."
        ),
    ] = None,
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
    with plain_errors(language):
        from ..base.assets import asset_path, fingerprint
        from ..read.find import Lexicon
        from ..score.classifier import Classifier
        from ..tables.corpus import LABELS, caption_files, read_rows
        from ..tables.intake import inspect
        from ..teach.adapt import adapt as move
        from ..teach.fit import train as fit
        from ..teach.gate import check_place
        from ..teach.recipe import Recipe
        from ..teach.rows import beside_default, beside_public, hold_out, keep_out, training_lexicon

        console = Console(stderr=True, highlight=False)
        if out.exists() and not out.is_dir():
            raise ValueError(f"--out {out} is a file; name a folder for the model")
        check_place(out)
        if weight is not None and weight <= 0:
            raise ValueError(f"--weight {weight:g} is not above 0 (for example 3)")
        if weight is not None and not with_default:
            raise ValueError("--weight goes with --with-default: it weighs your rows beside ours")
        if public_texts and with_default:
            raise ValueError("--public-texts goes with our own corpus as FILE, not --with-default")
        if adapt and (with_default or public_texts or test_election):
            raise ValueError(
                "--adapt goes without --with-default, --public-texts and --test-election"
            )
        base = load_classifier(adapt).model if adapt else None
        if adapt and base is None:
            raise ValueError(f"--adapt {adapt} is no model; name 'default' or a model folder")
        old = _old(out) if not force else None
        used = caption_files(files)
        if data_report.resolve() in {f.resolve() for f in used}:
            raise ValueError(f"--data-report {data_report} is one of the inputs; name another file")
        renamed = {"text": text_column, "label": label_column}
        renamed |= {"category": category_column} if category_column else {}
        renamed |= {"group": group_column} if group_column else {}
        rows = read_rows(files, renamed, label_words(labels), sheet)
        looked = inspect(rows, language)
        _show_problems(console, looked, data_report, language)
        if looked.errors:
            print(f"netralitas: {words['stopped']}", file=sys.stderr)
            raise typer.Exit(2)
        own = looked.require()
        if adapt:
            own = _unknown(console, own, adapt, words)
        partisan = int((own["label"] == LABELS[0]).sum())
        left = len(rows) - len(own)
        console.print(words["rows"].format(used=len(own), partisan=partisan, left=left))
        held = None
        if test_election:
            own, held = hold_out(own, test_election)
        # The people of our corpus are invented; other rows are read as texts will be in use.
        invented = [f / "invented.csv" for f in files if (f / "invented.csv").is_file()]
        lexicon = Lexicon.default().extended(invented) if invented else Lexicon.default()
        if with_default:
            frame, lexicon = beside_default(own, weight or WEIGHT), training_lexicon()
            used += caption_files([asset_path("data", "captions")])
        else:
            frame = beside_public(own, public_texts)
        if held is not None:
            frame = keep_out(frame, held, test_election or "")
        recipe = Recipe(min_sources=3 if public_texts else 1)
        digest, name = fingerprint(used), out.resolve().name
        with _bars(console, words) as progress:
            if base is not None:
                done = move(base, frame, recipe, None, digest, progress, name)
            else:
                done = fit(frame, recipe, lexicon, digest, progress, name)
        mine = slice(len(own))  # our own rows stand first
        _show_figures(console, done, own, words)
        if held is not None:
            _show_held(console, Classifier(done.model, lexicon), held, test_election or "", words)
        if old is not None:
            _judge(console, old, done, own, out, language)
        _place(console, done, frame["text"].tolist(), out, _inherited(adapt), words)
        _warn(console, done, mine, words)


def _old(out: Path) -> Classifier | None:
    """The model in whose place the new one is to go; None where there is none."""
    from ..base.result import ModelError
    from ..score.classifier import Classifier

    if not (out / "model.json").is_file():
        return None
    try:
        return Classifier.load(out)
    except ModelError as error:
        raise ModelError(
            f"{error}; to put a new model in its place all the same: --force"
        ) from error


def _inherited(adapt: str | None) -> dict[str, float]:
    """The scores beside the model that is adapted."""
    from ..teach.gate import read_scores

    return read_scores(Path(adapt)) if adapt and adapt != "default" else {}


def _unknown(
    console: Console, own: pd.DataFrame, adapt: str, words: dict[str, str]
) -> pd.DataFrame:
    """The rows a model was not trained on; only they can be scored unseen, and teach it more."""
    from ..base.assets import asset_path
    from ..base.result import DataError
    from ..tables.corpus import fingerprint_of, read_captions

    # A model in a folder may have been adapted from the packaged one, and know its captions.
    known = {fingerprint_of(t) for t in read_captions(asset_path("data", "captions"))["text"]}
    known |= _inherited(adapt).keys()
    fresh = ~own["text"].map(fingerprint_of).isin(known)
    if not fresh.any():
        raise DataError(f"the model {adapt} was trained on every one of these rows already")
    if not fresh.all():
        console.print(words["known"].format(n=int((~fresh).sum())))
    return own[fresh].reset_index(drop=True)


def _show_problems(console: Console, looked: Inspection, path: Path, language: Language) -> None:
    words = _WORDS[language]
    if not looked.problems:
        return
    looked.save(path)
    for problem in looked.problems[:SHOWN]:
        line = problem_line(problem.where, problem.level, problem.message, language)
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


def _show_figures(
    console: Console, done: Training, own: pd.DataFrame, words: dict[str, str]
) -> None:
    """Print the out-of-group figures of one's own rows."""
    from ..measure.evaluation import figures

    n = len(own)
    truth = (own["label"] == "partisan").to_numpy()
    found = figures(truth, done.probability[:n], done.verdict[:n]).figures
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(words["figure"].format(rows=n))
    table.add_column("", justify="right")
    table.add_column(words["interval"], justify="right")
    for name in SHOWN_FIGURES:
        f = found[name]
        table.add_row(words[name], f"{f.value:.3f}", f"{f.low:.3f} – {f.high:.3f}")
    console.print(table)


def _show_held(
    console: Console,
    classifier: Classifier,
    held: pd.DataFrame,
    election: str,
    words: dict[str, str],
) -> None:
    from ..measure.evaluation import evaluate

    whole = evaluate(classifier, held).whole
    console.print(words["held"].format(election=election, rows=whole.rows, partisan=whole.partisan))
    table = Table(box=None, pad_edge=False, show_header=False)
    for name in SHOWN_FIGURES:
        f = whole.figures[name]
        table.add_row(words[name], f"{f.value:.3f}", f"{f.low:.3f} – {f.high:.3f}")
    console.print(table)


def _judge(
    console: Console,
    old: Classifier,
    done: Training,
    own: pd.DataFrame,
    out: Path,
    language: Language,
) -> None:
    """Exit with 1 where the gate does not let the new model pass."""
    from ..measure.audit import audit
    from ..score.classifier import Classifier
    from ..teach.gate import compare, read_scores

    words = _WORDS[language]
    n = len(own)
    gate = compare(
        old, own, done.probability[:n], done.verdict[:n], read_scores(out),
        audit(Classifier(done.model)), language,
    )  # fmt: skip
    _show_gate(console, gate, words)
    if not gate.passed:
        reasons = "; ".join(gate.reasons)
        console.print(words["kept"].format(out=out, reasons=reasons), soft_wrap=True)
        raise typer.Exit(1)


def _place(
    console: Console,
    done: Training,
    texts: list[str],
    out: Path,
    inherited: dict[str, float],
    words: dict[str, str],
) -> None:
    import datetime as dt

    from ..teach.gate import exchange

    copy = exchange(done.model, out, texts, done.probability, dt.datetime.now(), inherited)
    if copy is not None:
        console.print(words["copy"].format(copy=copy), soft_wrap=True)
    print(out)


def _warn(console: Console, done: Training, mine: slice, words: dict[str, str]) -> None:
    """Say so where a model is of no use."""
    verdict = done.verdict[mine]
    if not (verdict == "partisan").any() or (verdict == "review").mean() > USELESS:
        console.print(words["useless"], style="yellow", soft_wrap=True)


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
    lang: LangOption = Lang.id,
) -> None:
    """Ukur sebuah model, lalu tulis card.md dan top_terms.csv di sampingnya."""
    from ..teach.card import make_card, parse_scores

    with plain_errors(lang.value):
        console = Console(stderr=True, highlight=False)
        scores = parse_scores(score or [])
        print(make_card(model, captions, public_texts, scores, readme or [], console.print))
