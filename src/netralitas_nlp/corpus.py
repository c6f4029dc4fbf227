"""Labelled tables of texts, read and checked before anything is fitted.

One row is one text with a label; other columns say where it came from. Nothing is dropped or
mended silently: what cannot be used is an error that names file and line, what is doubtful comes
back as a list of warnings.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from .files import whole
from .result import CATEGORIES, NEUTRAL_CATEGORIES, PARTISAN_CATEGORIES, DataError

LABELS = ("partisan", "neutral")
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
NEAR = 0.7
"""Jaccard likeness of letter 5-grams from which two texts count as near-duplicates."""


def read_captions(paths: str | Path | Iterable[str | Path]) -> pd.DataFrame:
    """Read labelled captions from CSV files, or all ``*.csv`` of a folder.

    Parameters
    ----------
    paths : str, Path or iterable of them
        Files with at least the columns ``text`` and ``label``; ``category``, ``group`` and the
        other columns of `COLUMNS` are filled with ``""`` where missing. A file named
        ``invented.csv`` in a folder is not a table of captions and is left out.

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
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files: list[Path] = []
    for item in map(Path, given):
        if item.is_dir():
            files.extend(p for p in sorted(item.glob("*.csv")) if p.name != "invented.csv")
        elif item.is_file():
            files.append(item)
        else:
            raise DataError(f"no file or folder {item}")
    if not files:
        raise DataError(f"no .csv file in {', '.join(map(str, given))}")
    frame = pd.concat([_read(path) for path in files], ignore_index=True)
    _check(frame)
    return frame


def _read(path: Path) -> pd.DataFrame:
    try:
        _check_widths(path)
        frame = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", index_col=False
        )
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error, OSError) as error:
        raise DataError(f"{path} cannot be read as CSV: {error}") from error
    for column in ("text", "label"):
        if column not in frame.columns:
            raise DataError(f"{path} has no column {column!r}; it has: {', '.join(frame.columns)}")
    for column in COLUMNS:
        if column not in frame.columns:
            frame[column] = ""
    frame["where"] = [f"{path.name}:row {i}" for i in range(1, len(frame) + 1)]
    frame.loc[frame["slice"] == "", "slice"] = path.stem
    frame.loc[frame["group"] == "", "group"] = frame["slice"]
    return frame[[*COLUMNS, "where"]]


def _check_widths(path: Path) -> None:
    """Refuse a row with more cells than the header: pandas would drop the last ones."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        width = len(next(reader, []))
        for cells in reader:
            if len(cells) > width:
                raise DataError(
                    f"{path}, line {reader.line_num}: {len(cells)} cells where the header has "
                    f"{width}; a text with a comma must stand in double quotes"
                )


def _check(frame: pd.DataFrame) -> None:
    blank = frame[frame["text"].str.strip() == ""]
    if len(blank):
        raise DataError(f"{blank['where'].iloc[0]}: the text is blank")
    _check_values(frame, "label", LABELS)
    _check_values(frame[frame["category"] != ""], "category", CATEGORIES)
    for label, allowed in (("partisan", PARTISAN_CATEGORIES), ("neutral", NEUTRAL_CATEGORIES)):
        wrong = frame[
            (frame["label"] == label) & (frame["category"] != "") & ~frame["category"].isin(allowed)
        ]
        if len(wrong):
            row = wrong.iloc[0]
            raise DataError(
                f"{row['where']}: category {row['category']!r} does not go with label {label!r}, "
                f"whose categories are {', '.join(allowed)}"
            )


def _check_values(frame: pd.DataFrame, column: str, allowed: Sequence[str]) -> None:
    wrong = frame[~frame[column].isin(allowed)]
    if len(wrong):
        row = wrong.iloc[0]
        near = difflib.get_close_matches(row[column].lower(), allowed, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise DataError(
            f"{row['where']}: {column} {row[column]!r} is none of {', '.join(allowed)}{hint}"
        )


def conflicts(frame: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Return the texts that stand in the table with two labels, each with its rows.

    Texts are compared without regard to case and white space.
    """
    key = frame["text"].str.lower().str.split().str.join(" ")
    out = []
    for text, part in frame.groupby(key, sort=False):
        if part["label"].nunique() > 1:
            out.append((str(text), part["where"].tolist()))
    return out


def near_duplicates(
    texts: Sequence[str], others: Sequence[str] | None = None, likeness: float = NEAR
) -> list[tuple[int, int, float]]:
    """Return the pairs of texts whose letter 5-grams are alike.

    Parameters
    ----------
    texts : sequence of str
    others : sequence of str, optional
        Compare `texts` with these instead of among themselves.
    likeness : float
        Smallest Jaccard likeness of the sets of letter 5-grams, 0..1.

    Returns
    -------
    list of (i, j, likeness)
        Exact: no pair is missed. For one list, ``i < j``.

    Notes
    -----
    Prefix filtering (Chaudhuri, Ganti & Kaushik 2006): two sets that alike must share one of
    their rarest elements, so only those are indexed.

    Examples
    --------
    >>> near_duplicates(["ayo ke TPS besok pagi", "Ayo ke TPS besok pagi!", "harga cabai naik"])
    [(0, 1, 0.94)]
    """
    left = [_grams(t) for t in texts]
    right = left if others is None else [_grams(t) for t in others]
    counts: dict[str, int] = {}
    for grams in left if others is None else [*left, *right]:
        for g in grams:
            counts[g] = counts.get(g, 0) + 1

    def prefix(grams: frozenset[str]) -> list[str]:
        keep = len(grams) - int(np.ceil(likeness * len(grams) - 1e-9)) + 1
        return sorted(grams, key=lambda g: (counts[g], g))[:keep]

    index: dict[str, list[int]] = {}
    out: list[tuple[int, int, float]] = []
    if others is not None:
        for j, grams in enumerate(right):
            for g in prefix(grams):
                index.setdefault(g, []).append(j)
    for i, grams in enumerate(left):
        mine = prefix(grams)
        seen = {j for g in mine for j in index.get(g, ())}
        for j in sorted(seen):
            theirs = right[j]
            shared = len(grams & theirs)
            alike = shared / (len(grams) + len(theirs) - shared)
            if alike >= likeness:
                out.append((j, i, round(alike, 2)) if others is None else (i, j, round(alike, 2)))
        if others is None:
            for g in mine:
                index.setdefault(g, []).append(i)
    return out


def _grams(text: str) -> frozenset[str]:
    plain = " ".join(text.lower().split())
    if len(plain) < 5:
        return frozenset([plain])
    return frozenset(plain[i : i + 5] for i in range(len(plain) - 4))


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
    try:
        frame = pd.read_csv(texts, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"cannot read {texts}: {error}") from error
    for column in ("id", "text"):
        if column not in frame.columns:
            raise DataError(f"{texts} has no column {column!r}; it has: {', '.join(frame.columns)}")
    ours = pd.read_csv(labels, dtype=str, keep_default_na=False)
    joined = ours.merge(frame[["id", "text"]], on="id", how="left", validate="one_to_one")
    missing = joined["text"].isna()
    if missing.any():
        raise DataError(
            f"{texts} lacks {int(missing.sum())} of the {len(ours)} texts of {labels}, "
            f"first id {joined.loc[missing, 'id'].iloc[0]}"
        )
    for column in COLUMNS:
        if column not in joined.columns:
            joined[column] = ""
    joined["group"] = joined["slice"] = joined["source"]
    joined["where"] = [f"{Path(labels).name}:row {i}" for i in range(1, len(joined) + 1)]
    out = joined[[*COLUMNS, "where"]]
    _check(out)
    return out


def write_words(captions: str | Path, out: str | Path) -> int:
    """Count the words of our captions (texts per word, from 2 on) into ``words.csv``.

    Words are counted as written, lower-cased, outside hashtags and handles, so that glued tags do
    not become words themselves. Returns the number of words.
    """
    from .text import WORD, Tokenizer

    plain = Tokenizer(slang={}, words={})
    counts: dict[str, int] = {}
    for text in read_captions(captions)["text"]:
        seen = {t.raw.lower() for t in plain.tokens(text) if t.kind == WORD and not t.in_tag}
        for word in seen:
            if word.isascii() and word.isalpha() and 2 <= len(word) <= 20:
                counts[word] = counts.get(word, 0) + 1
    kept = sorted((w, n) for w, n in counts.items() if n >= 2 and not _drawn_out(w))
    body = "".join(f"{word},{n}\n" for word, n in kept)
    with whole(Path(out)) as file:
        file.write(f"word,texts\n{body}")
    return len(kept)


def _drawn_out(word: str) -> bool:
    """Whether a word has a letter three times in a row, as in "menaaang"."""
    return any(a == b == c for a, b, c in zip(word, word[1:], word[2:], strict=False))


if __name__ == "__main__":
    import sys

    write_words(sys.argv[1], sys.argv[2])
