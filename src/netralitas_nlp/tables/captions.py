"""Labelled captions of files and folders, under our names of columns and labels.

Nothing is dropped or mended silently: what cannot be used is an error or a problem that names file
and line (`labelled`). What it does not do: fit anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ..base.errors import ArgumentError, DataError
from ..base.result import CATEGORIES, NEUTRAL_CATEGORIES, PARTISAN_CATEGORIES
from .labelled import LABELS, UNSURE, require_sound
from .reading import open_rows
from .sheets import WHERE, frame_of

LABEL_WORDS = {
    **dict.fromkeys("partisan memihak kampanye ya y yes true 1".split(), "partisan"),
    **dict.fromkeys("neutral netral tidak t no n false 0".split(), "neutral"),
    **dict.fromkeys(("tidak memihak", "bukan kampanye"), "neutral"),
    **dict.fromkeys("unsure ragu ragu-ragu ?".split(), UNSURE),
    **dict.fromkeys(PARTISAN_CATEGORIES, "partisan"),
    **dict.fromkeys(NEUTRAL_CATEGORIES, "neutral"),
}
"""What offices write in a label column, in lower case, and what it means."""
COLUMNS = (
    "id",
    "text",
    "label",
    "category",
    "platform",
    "register",
    "region",
    "election",
    "group",
    "slice",
)
GIVEN = "label_given"
"""Column of `read_rows`: the label as it stands in the file, without white space around it."""


def read_captions(
    paths: str | Path | Iterable[str | Path],
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> pd.DataFrame:
    """Read labelled captions from files, or all ``*.csv`` of a folder.

    Parameters
    ----------
    paths : str, Path or iterable of them
        Files of any format of `sheets.read_table` with at least the columns ``text`` and
        ``label``; ``category``, ``group`` and the other columns of `COLUMNS` are filled with
        ``""`` where missing. A file named ``invented.csv`` in a folder is not a table of captions
        and is left out.
    columns : mapping of str to str, optional
        Our name of a column to the name it has in the files.
    labels : mapping of str to str, optional
        Words of the label column to ``"partisan"`` or ``"neutral"``, beside `LABEL_WORDS`.
    sheet : str, optional
        Sheet of a workbook.

    Returns
    -------
    DataFrame
        With the columns of `COLUMNS` and ``where`` ("file:line"), rows in the order of the
        files' names.

    Raises
    ------
    DataError
        If a file lacks a column, a text is blank, or a label or category is unknown; the message
        names file, line, value, and the nearest allowed value.
    """
    frame = read_rows(paths, columns, labels, sheet)
    require_sound(frame)
    return frame.drop(columns=GIVEN)


def read_rows(
    paths: str | Path | Iterable[str | Path],
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> pd.DataFrame:
    """Read labelled captions without judging the cells; see `read_captions` and `intake`.

    Labels that are known words stand as ``"partisan"``, ``"neutral"`` or ``"unsure"``; others
    stand as they are.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    parts = [_filled(read_named(path, columns, sheet), path) for path in caption_files(given)]
    frame = pd.concat(parts, ignore_index=True)
    frame.attrs["rejected"] = tuple(row for part in parts for row in part.attrs["rejected"])
    frame[GIVEN] = frame["label"].str.strip()
    folded = frame[GIVEN].str.casefold()
    frame["label"] = known_labels(frame["label"], labels)
    by_category = folded.isin(CATEGORIES) & (frame["category"] == "")
    frame.loc[by_category, "category"] = folded[by_category]
    return frame


def known_labels(cells: pd.Series[str], labels: Mapping[str, str] | None = None) -> pd.Series[str]:
    """Return label cells with known words as ``"partisan"``, ``"neutral"`` or ``"unsure"``.

    Parameters
    ----------
    cells : Series of str
    labels : mapping of str to str, optional
        More words and what they mean, beside `LABEL_WORDS`.

    Raises
    ------
    DataError
        If a word is mapped to something else.
    """
    words = LABEL_WORDS | {k.strip().casefold(): v for k, v in (labels or {}).items()}
    wrong = sorted(set(words.values()) - {*LABELS, UNSURE})
    if wrong:
        raise ArgumentError("label_meaning", label=wrong[0], allowed=[*LABELS, UNSURE])
    plain = cells.str.strip()
    return plain.str.casefold().map(words).fillna(plain)


def caption_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files meant by paths of files and folders, in their order."""
    given = [Path(p) for p in paths]
    files: list[Path] = []
    for item in given:
        if item.is_dir():
            files.extend(p for p in sorted(item.glob("*.csv")) if p.name != "invented.csv")
        elif item.is_file():
            files.append(item)
        else:
            raise DataError("no_file_or_folder", path=item)
    if not files:
        raise DataError("no_table_in_folder", paths=[str(path) for path in given])
    return files


def read_named(
    path: Path, columns: Mapping[str, str] | None = None, sheet: str | None = None
) -> pd.DataFrame:
    """Read a table and give its columns our names; ``text`` and ``label`` must be there."""
    asked = {"text": "text", "label": "label"} | dict(columns or {})
    rows = open_rows(path, wanted=list(asked.values()), sheet=sheet)
    suggested = {"stands_for", "why"} <= set(rows.names)  # written by `suggest`: has our names
    frame = frame_of(rows, labels=[asked["label"]])
    for ours, theirs in asked.items():
        if ours in frame.columns and (suggested or ours not in rows.names):
            continue  # its `label` may come from doccano's `labels`
        named = rows.names[rows.column(theirs, f"--{ours}-column")]
        if ours != named:
            frame = frame.drop(columns=ours, errors="ignore").rename(columns={named: ours})
    return frame


def _filled(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The table with all columns of `COLUMNS` and no other."""
    for column in COLUMNS:
        if column not in frame.columns:
            frame[column] = ""
    frame.loc[frame["slice"] == "", "slice"] = path.stem
    return frame[[*COLUMNS, WHERE]]


def read_public(texts: str | Path, labels: str | Path) -> pd.DataFrame:
    """Join public texts, which are not ours to ship, with our labels of them.

    Parameters
    ----------
    texts : path
        CSV with ``id`` and ``text``.
    labels : path
        ``data/public_labels.csv``: ``source, id, label, category``.

    Returns
    -------
    DataFrame
        Like `read_captions`; ``group`` and ``slice`` hold the source.
    """
    rows = open_rows(texts, wanted=["id", "text"])
    given = frame_of(rows).iloc[:, [rows.column("id"), rows.column("text")]]
    given.columns = ["id", "text"]
    ours = pd.read_csv(labels, dtype=str, keep_default_na=False)
    joined = ours.merge(given, on="id", how="left", validate="one_to_one")
    missing = joined["text"].isna()
    if missing.any():
        raise DataError(
            "missing_texts", path=texts, labels=labels, n=int(missing.sum()), total=len(ours),
            id=joined.loc[missing, "id"].iloc[0],
        )  # fmt: skip
    for column in COLUMNS:
        if column not in joined.columns:
            joined[column] = ""
    joined["group"] = joined["slice"] = joined["source"]
    joined[WHERE] = [f"{Path(labels).name}:line {i}" for i in range(2, len(joined) + 2)]
    out = joined[[*COLUMNS, WHERE]]
    require_sound(out)
    return out
