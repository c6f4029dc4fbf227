"""Labelled tables of texts, read and checked before anything is fitted.

One row is one text with a label; other columns say where it came from. Nothing is dropped or
mended silently: what cannot be used is an error that names file and line, what is doubtful comes
back as a list of warnings.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.files import whole
from ..base.result import CATEGORIES, NEUTRAL_CATEGORIES, PARTISAN_CATEGORIES, DataError
from .sheets import WHERE, read_table

LABELS = ("partisan", "neutral")
UNSURE = "unsure"
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
NEAR = 0.7
"""Jaccard likeness of letter 5-grams from which two texts count as near-duplicates."""


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
    for row in frame.attrs["rejected"]:
        raise DataError("place.reason", path=row.where, reason=row.reason)
    _check(frame)
    return frame


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
        raise DataError(
            f"labels can be mapped to {', '.join(LABELS)} or {UNSURE}, not {wrong[0]!r}"
        )
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
            raise DataError(f"no file or folder {item}")
    if not files:
        raise DataError(f"no .csv file in {', '.join(map(str, given))}")
    return files


def read_named(
    path: Path, columns: Mapping[str, str] | None = None, sheet: str | None = None
) -> pd.DataFrame:
    """Read a table and give its columns our names; ``text`` and ``label`` must be there."""
    names = columns or {}
    frame = read_table(path, sheet, [names.get(ours, ours) for ours in ("text", "label")])
    suggested = {"stands_for", "why"} <= set(frame.columns)  # written by `suggesting`
    for ours, theirs in (columns or {}).items():
        if suggested and ours in frame.columns:
            continue  # such a file has our own names
        if theirs not in frame.columns:
            raise DataError(
                f"{path} has no column {theirs!r}; it has: {_listed(frame)}. Name the right one "
                f"with --{ours}-column"
            )
        if ours != theirs:
            frame = frame.drop(columns=ours, errors="ignore").rename(columns={theirs: ours})
    for column in ("text", "label"):
        if column not in frame.columns:
            raise DataError(f"{path} has no column {column!r}; it has: {_listed(frame)}")
    return frame


def _filled(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The table with all columns of `COLUMNS` and no other."""
    for column in COLUMNS:
        if column not in frame.columns:
            frame[column] = ""
    frame.loc[frame["slice"] == "", "slice"] = path.stem
    return frame[[*COLUMNS, WHERE]]


def _listed(frame: pd.DataFrame) -> str:
    return ", ".join(c for c in frame.columns if c != WHERE)


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
    repeated = key.duplicated(keep=False)
    out = []
    for text, part in frame[repeated].groupby(key[repeated], sort=False):
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
        Smallest Jaccard likeness of the sets of letter 5-grams, above 0 and up to 1.

    Returns
    -------
    list of (i, j, likeness)
        Exact: no pair is missed. For one list, ``i < j``; with `others`, `i` counts in `texts`
        and `j` in `others`. In order.

    Notes
    -----
    Prefix filtering (Chaudhuri, Ganti & Kaushik 2006): two sets that are alike must share one of
    their rarest elements, so only those are looked up; then a bitmap filter (Sandes, Teodoro &
    Melo 2020) leaves the few pairs that are counted out. 5-grams stand as 64-bit hashes.

    Examples
    --------
    >>> near_duplicates(["ayo ke TPS besok pagi", "Ayo ke TPS besok pagi!", "harga cabai naik"])
    [(0, 1, 0.94)]
    """
    if not 0 < likeness <= 1:
        raise ValueError(f"likeness {likeness!r} is not above 0 and up to 1 (for example {NEAR})")
    every = [*texts, *(others or ())]
    if not every:
        return []
    sets = _Sets(every)
    found: set[tuple[int, int]] = set()
    for pairs in sets.candidates(likeness):
        if others is not None:
            pairs = pairs[(pairs[:, 0] < len(texts)) != (pairs[:, 1] < len(texts))]  # noqa: PLW2901
        found.update(map(tuple, np.sort(pairs, axis=1).tolist()))
    out = []
    for i, j in found:
        alike = sets.likeness(i, j)
        if alike >= likeness:
            out.append((i, j if others is None else j - len(texts), round(alike, 2)))
    return sorted(out)


class _Sets:
    """The letter 5-grams of texts, rarest first, and which sets can be alike at all."""

    def __init__(self, texts: Sequence[str]) -> None:
        sets = [_grams(t) for t in texts]
        self.sizes = np.array([len(s) for s in sets])
        starts = np.r_[0, np.cumsum(self.sizes)]
        _, gram, count = np.unique(np.concatenate(sets), return_inverse=True, return_counts=True)
        # The rarest first: a gram's number is its place by how often it occurs.
        place = np.empty(len(count), dtype=np.int32)
        place[np.argsort(count, kind="stable")] = np.arange(len(count), dtype=np.int32)
        rank = place[gram]
        self.ordered = [np.sort(rank[starts[i] : starts[i + 1]]) for i in range(len(texts))]
        self.maps = _bitmaps(rank, starts)

    def candidates(
        self, likeness: float, family: npt.NDArray[np.intp] | None = None
    ) -> Iterator[npt.NDArray[np.intp]]:
        """Yield pairs that may be alike, in arrays of shape (k, 2); no other pair is.

        Pairs of one `family`, which the caller may change on the way, are left out.
        """
        sizes = self.sizes
        keep = (sizes - np.ceil(likeness * sizes - 1e-9) + 1).astype(int)
        for a, b in _meetings([o[:k] for o, k in zip(self.ordered, keep, strict=True)]):
            if family is not None:
                apart_yet = family[a] != family[b]
                a, b = a[apart_yet], b[apart_yet]  # noqa: PLW2901
            total = sizes[a] + sizes[b]
            # What two sets must share to be alike, and so how much they may differ at most.
            apart = total - 2 * np.ceil(likeness / (1 + likeness) * total - 1e-9)
            near = np.abs(sizes[a] - sizes[b]) <= apart
            pairs, apart = np.column_stack([a, b])[near], apart[near]
            differ = np.bitwise_count(self.maps[pairs[:, 0]] ^ self.maps[pairs[:, 1]]).sum(axis=1)
            yield pairs[differ <= apart]

    def likeness(self, i: int, j: int) -> float:
        """Jaccard likeness of two sets."""
        shared = len(np.intersect1d(self.ordered[i], self.ordered[j], assume_unique=True))
        return shared / (int(self.sizes[i]) + int(self.sizes[j]) - shared)


_BITS = 512


def _bitmaps(rank: npt.NDArray[np.int32], starts: npt.NDArray[np.intp]) -> npt.NDArray[np.uint64]:
    """A few words of bits for each set: two sets differ by at least as many elements as bits."""
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    bits = rank % _BITS
    words = np.zeros((len(starts) - 1, _BITS // 64), dtype=np.uint64)
    np.bitwise_or.at(words, (rows, bits // 64), np.uint64(1) << (bits % 64).astype(np.uint64))
    return words


def _meetings(
    sets: Sequence[npt.NDArray[np.int32]],
) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Yield, in large arrays, the pairs of sets that share an element (some pairs repeatedly)."""
    element = np.concatenate(sets)
    owner = np.repeat(np.arange(len(sets)), [len(s) for s in sets])
    order = np.argsort(element, kind="stable")
    element, owner = element[order], owner[order]
    at = np.arange(len(element))
    step = 1
    while True:
        at = at[at + step < len(element)]
        at = at[element[at] == element[at + step]]
        if not len(at):
            return
        yield owner[at], owner[at + step]
        step += 1


_POWERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
                    0xD6E8FEB86659FD93, 0xA0761D6478BD642F], dtype=np.uint64)  # fmt: skip


def _grams(text: str) -> npt.NDArray[np.uint64]:
    """The set of a text's letter 5-grams, each as a 64-bit hash."""
    plain = " ".join(text.lower().split())
    letters = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if len(letters) < 5:
        letters = np.r_[letters, np.zeros(5 - len(letters), dtype=np.uint32)]
    windows = np.lib.stride_tricks.sliding_window_view(letters.astype(np.uint64), 5)
    mixed = (windows * _POWERS).sum(axis=1, dtype=np.uint64)
    mixed ^= mixed >> np.uint64(29)
    return np.unique(mixed * _POWERS[1])


def fingerprint_of(text: str) -> str:
    """Return 16 hex digits that tell a text from others, but not what it says.

    >>> fingerprint_of("Ayo  ke TPS") == fingerprint_of("ayo ke tps")
    True
    """
    plain = " ".join(text.lower().split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def likeness_groups(texts: Sequence[str]) -> npt.NDArray[np.intp]:
    """Return, for each text, the index of the first text of its family of near-duplicates.

    Families are joined through chains of near-duplicates; a text like no other is its own family.

    >>> likeness_groups(["ayo ke TPS besok pagi", "harga cabai", "Ayo ke TPS besok pagi!"]).tolist()
    [0, 1, 0]
    """
    plain = [" ".join(t.lower().split()) for t in texts]
    seen: dict[str, int] = {}
    root = np.array([seen.setdefault(t, i) for i, t in enumerate(plain)], dtype=np.intp)
    single = np.flatnonzero(root == np.arange(len(plain)))
    family = list(range(len(single)))
    joined: list[int] = []

    def top(i: int) -> int:
        while family[i] != i:
            family[i] = family[family[i]]
            i = family[i]
        return i

    if len(single):
        sets = _Sets([plain[k] for k in single])
        heads = np.arange(len(single))
        for pairs in sets.candidates(NEAR, heads):
            # Copies of one text make very many pairs; those of one family are not counted out.
            before = len(joined)
            for i, j in pairs.tolist():
                a, b = top(i), top(j)
                if a != b and sets.likeness(i, j) >= NEAR:
                    family[max(a, b)] = min(a, b)
                    joined.append(i)
            if len(joined) > before:
                heads[:] = [top(i) for i in range(len(single))]
    root[single] = [single[top(i)] for i in range(len(single))]
    out: npt.NDArray[np.intp] = root[root]
    return out


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
    frame = read_table(texts)
    for column in ("id", "text"):
        if column not in frame.columns:
            raise DataError(f"{texts} has no column {column!r}; it has: {_listed(frame)}")
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
    joined[WHERE] = [f"{Path(labels).name}:line {i}" for i in range(2, len(joined) + 2)]
    out = joined[[*COLUMNS, WHERE]]
    _check(out)
    return out


def write_words(captions: str | Path, out: str | Path) -> int:
    """Count the words of our captions (texts per word, from 2 on) into ``words.csv``.

    Words are counted as written, lower-cased, outside hashtags and handles, so that glued tags do
    not become words themselves. Returns the number of words.
    """
    from ..read.words import WORD, Tokenizer

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
