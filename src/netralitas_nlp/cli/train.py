"""The commands ``train`` and ``card``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from .common import plain_errors

app = typer.Typer()


@app.command()
def train(
    files: Annotated[list[Path], typer.Argument(help="Berkas atau folder CSV berlabel.")],
    out: Annotated[Path, typer.Option("--out", help="Folder model yang ditulis.")],
    public_texts: Annotated[
        Path | None, typer.Option(help="CSV id,text dari teks publik yang kami labeli.")
    ] = None,
) -> None:
    """Latih model dari teks berlabel (kolom: text, label, category, …)."""
    from ..assets import fingerprint
    from ..training import Recipe, default_frame
    from ..training import train as fit

    with plain_errors():
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
    from ..card import make_card, parse_scores

    with plain_errors():
        console = Console(stderr=True, highlight=False)
        scores = parse_scores(score or [])
        print(make_card(model, captions, public_texts, scores, readme or [], console.print))
