"""The rows a model is trained on: whose they are, what they weigh, which must stay together.

Puts corpora beside each other, holds out an election, and says which rows belong to one group.
Reads captions; fits nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.assets import asset_path
from ..base.errors import DataError
from ..read.find import Lexicon
from ..tables.captions import read_captions, read_public
from ..tables.likeness import likeness_groups, near_duplicates
from .recipe import Array, Recipe


def training_lexicon() -> Lexicon:
    """Return the packaged lexicon with the invented people of the corpus beside it."""
    return Lexicon.default().extended(asset_path("data", "captions", "invented.csv"))


def checked(
    frame: pd.DataFrame,
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.object_], Array]:
    """Label, group and weight of each row, checked."""
    label = labels_of(frame)
    groups = fold_groups(frame)
    _check_groups(groups, label)
    return label, groups, weights_of(frame)


def labels_of(frame: pd.DataFrame) -> npt.NDArray[np.int_]:
    """1 for partisan, 0 for neutral; both must be there."""
    label: npt.NDArray[np.int_] = (frame["label"] == "partisan").to_numpy().astype(int)
    for value, name in ((1, "partisan"), (0, "neutral")):
        if not (label == value).any():
            raise DataError("label_needed", label=name)
    return label


def weights_of(frame: pd.DataFrame) -> Array:
    """Return the column ``weight``; 1 for each row where there is none."""
    if "weight" in frame.columns:
        weight: Array = frame["weight"].to_numpy(dtype=float)
        return weight
    return np.ones(len(frame))


def fold_groups(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the group of each row for honest splits: rows of one group stay together.

    A row's group is its cell in the column ``group``; where that is empty, the file it came from,
    or, where all came from one file, the row itself. Near-duplicates follow the first of their
    family, so that no text is scored by a model that saw nearly the same one (such a row then
    stands in another group than its own).
    """
    group = frame["group"].to_numpy(dtype=object).copy()
    blank = np.flatnonzero(group == "")
    if len(blank):
        files = frame["slice"].to_numpy(dtype=object)[blank]
        own = [f"row {i}" for i in blank.tolist()]
        group[blank] = own if len(set(files.tolist())) == 1 else files
    first = likeness_groups(frame["text"].tolist())
    out: npt.NDArray[np.object_] = group[first]
    return out


def _check_groups(groups: npt.NDArray[np.object_], label: npt.NDArray[np.int_]) -> None:
    counts = pd.crosstab(pd.Series(groups, dtype=object), pd.Series(label))
    if len(counts) < 2:
        raise DataError("one_group")
    rest = counts.sum() - counts
    alone = rest[(rest == 0).any(axis=1)]
    if len(alone):
        raise DataError("one_label_without_group", group=str(alone.index[0]))


def default_frame(
    captions: str | Path | Sequence[str | Path],
    public_texts: str | Path | None = None,
    own_weight: float = Recipe.own_weight,
) -> pd.DataFrame:
    """Return our captions, weighted, and, where their texts are given, the public ones."""
    return beside_public(read_captions(captions), public_texts, own_weight)


def beside_public(
    own: pd.DataFrame,
    public_texts: str | Path | None = None,
    own_weight: float = Recipe.own_weight,
) -> pd.DataFrame:
    """Return rows with weights, and, where their texts are given, the public ones beside them."""
    if public_texts is None:
        return own.assign(weight=1.0)
    public = read_public(public_texts, asset_path("data", "public_labels.csv"))
    return pd.concat([own.assign(weight=own_weight), public.assign(weight=1.0)], ignore_index=True)


def beside_default(own: pd.DataFrame, weight: float) -> pd.DataFrame:
    """Return somebody's rows, weighted, and the packaged captions after them.

    A packaged caption that is nearly one of the rows is left out: the row says what it is.
    """
    ours = read_captions(asset_path("data", "captions"))
    texts = own["text"].tolist()
    known = {j for _, j, _ in near_duplicates(texts, ours["text"].tolist())}
    ours = ours.drop(index=sorted(known))
    return pd.concat([own.assign(weight=weight), ours.assign(weight=1.0)], ignore_index=True)


def hold_out(frame: pd.DataFrame, election: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split rows into those of other elections and those of one (the drift test).

    Parameters
    ----------
    frame : DataFrame
    election : str
        ``"pilkada2024"``, or a year for all elections of it.

    Returns
    -------
    tuple of DataFrame
        Rows to train on, without near-duplicates of the rows held out; rows held out.

    Raises
    ------
    DataError
        If no row is of that election (the message lists those there are), or all are, or the rows
        held out have one label only.
    """
    kinds = frame["election"]
    inside = _of(kinds, election)
    if not inside.any() or inside.all():
        there = sorted(set(kinds) - {""})
        which = "election_everywhere" if inside.any() else "election_nowhere"
        raise DataError(which, election=election, there=there)
    held = frame[inside].reset_index(drop=True)
    if held["label"].nunique() < 2:
        raise DataError("election_one_label", election=election)
    return keep_out(frame, held, election), held


def keep_out(frame: pd.DataFrame, held: pd.DataFrame, election: str) -> pd.DataFrame:
    """Return rows without those of an election that is held out, and without what is like them."""
    inside = _of(frame["election"], election)
    pairs = near_duplicates(frame["text"].tolist(), held["text"].tolist())
    near = np.zeros(len(frame), dtype=bool)
    near[sorted({i for i, _, _ in pairs})] = True
    return frame[~inside.to_numpy() & ~near].reset_index(drop=True)


def _of(kinds: pd.Series[str], election: str) -> pd.Series[bool]:
    """Whether each cell is that election, or one of that year."""
    return (kinds == election) | (election.isdigit() & kinds.str.endswith(election))
