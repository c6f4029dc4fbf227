"""Where a model lies: its scores beside it, and the exchange of an old model for a new one.

Nothing is half-written, and no old model is lost. Whether a model may take a place is not decided
here; see `gate`.
"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from ..base.assets import read_table
from ..base.errors import ArgumentError, DataError
from ..base.files import whole
from ..score.weights import LinearModel
from ..tables.likeness import fingerprint_of
from .recipe import Array

SCORES = "out_of_group.csv"
"""File beside a model: fingerprints of its rows, and the score each got unseen."""
CARD = "card.md"
EMPTY: Mapping[str, float] = MappingProxyType({})


def write_scores(
    folder: Path, texts: Sequence[str], probability: Array, inherited: Mapping[str, float] = EMPTY
) -> None:
    """Write the out-of-group scores of a model's rows beside it.

    `inherited` are those of the model it was adapted from: its rows are known to this one too.
    """
    scores = dict(inherited)
    scores |= zip(map(fingerprint_of, texts), probability.tolist(), strict=True)
    with whole(folder / SCORES) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["fingerprint", "score"])
        writer.writerows([key, f"{score:.4f}"] for key, score in scores.items())


def read_scores(folder: Path) -> dict[str, float]:
    """Return the out-of-group scores beside a model; none where there is no such file."""
    path = folder / SCORES
    if not path.is_file():
        return {}
    try:
        rows = read_table(path, ("fingerprint", "score"))
        scores = {r["fingerprint"]: float(r["score"]) for r in rows}
        if not all(0 <= score <= 1 for score in scores.values()):  # nor NaN
            raise ArgumentError("score_range")
    except ValueError as error:
        raise DataError("damaged_scores", path=path, reason=error) from error
    return scores


def exchange(
    model: LinearModel,
    out: Path,
    texts: Sequence[str],
    probability: Array,
    now: dt.datetime,
    inherited: Mapping[str, float] = EMPTY,
    card: str = "",
) -> Path | None:
    """Put a model in the place of the one in `out`, which stays as a dated copy beside it.

    Parameters
    ----------
    model : LinearModel
    out : path
        The folder.
    texts, probability
        The rows it was trained on and their out-of-group scores.
    now : datetime
        Names the copy.
    inherited : mapping
        Scores of the model that `model` was adapted from; see `write_scores`.
    card : str
        Written beside it as ``card.md``.

    Returns
    -------
    Path or None
        The copy of the old model; None where there was none.

    Notes
    -----
    The new folder is complete before anything is renamed. Files of the old folder that are not
    the model's own stay with the copy.
    """
    out = out.resolve()
    check_place(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    copy = None
    try:
        model.save(fresh)
        write_scores(fresh, texts, probability, inherited)
        if card:
            with whole(fresh / CARD) as file:
                file.write(card)
        fresh.chmod(0o755)
        if out.exists() and not any(out.iterdir()):
            out.rmdir()
        if out.exists():
            copy = free_path(out.with_name(f"{out.name}.{now:%Y%m%d-%H%M%S}"))
            out.rename(copy)
        fresh.rename(out)
    except BaseException:
        if copy is not None and not out.exists():
            copy.rename(out)
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return copy


def check_place(out: Path) -> None:
    """Raise DataError if `out` is neither a model folder, nor empty, nor free."""
    if out.is_dir() and any(out.iterdir()) and not (out / "model.json").is_file():
        raise DataError("no_model_folder", path=out)


def free_path(path: Path) -> Path:
    """Return the path, or the first of path-2, path-3 … that does not exist."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


__all__ = ["SCORES", "check_place", "exchange", "free_path", "read_scores", "write_scores"]
