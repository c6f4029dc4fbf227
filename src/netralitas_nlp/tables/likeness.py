"""Texts that are the same or nearly so: pairs, families, and texts with two labels.

Exact: no pair is missed. What it does not do: read tables, or decide which copy counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..base.errors import ArgumentError

if TYPE_CHECKING:  # the page groups texts where pandas need not be installed
    import pandas as pd

NEAR = 0.7
"""Jaccard likeness of letter 5-grams from which two texts count as near-duplicates."""


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
        raise ArgumentError("likeness", likeness=likeness, example=NEAR)
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
