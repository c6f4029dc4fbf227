"""Which rows of a table are copies of each other, or nearly: one decision serves fifty of them.

What this module does not do: score, or drop a copy.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Iterable

from .likeness import likeness_groups

MOST_NEAR = 20_000
"""Different texts up to which near-copies are looked for; of more, only copies that differ in capitals,
spaces, marks, links and mentions are grouped, so that memory stays bounded."""
_PASSING = re.compile(r"https?://\S+|www\.\S+|@\w+|[\W_]+")
"""What may differ between copies: links, mentions, marks, spaces, emoji."""


class Copies:
    """The groups of a table's texts.

    Attributes
    ----------
    near : bool
        Whether near-copies were looked for.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._group = array("l")
        first: dict[bytes, int] = {}
        different: list[str] = []
        for written in texts:
            plain = _PASSING.sub(" ", written.casefold()).strip()
            if not plain:  # no letter, such as a row with a photo only: like no other
                self._group.append(-1)
                continue
            key = hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=12).digest()
            number = first.setdefault(key, len(first))
            self._group.append(number)
            if number == len(different) <= MOST_NEAR:
                different.append(plain)
        self.near = len(first) <= MOST_NEAR
        if self.near and different:
            heads = likeness_groups(different).tolist()
            self._group = array("l", (heads[g] if g >= 0 else g for g in self._group))
        self._number()

    def _number(self) -> None:
        """Number the groups from 1 in the order of the table."""
        names: dict[int, int] = {}
        for at, group in enumerate(self._group):
            # A row that is like no other has a name of its own, which no group has.
            self._group[at] = names.setdefault(group if group >= 0 else -1 - at, len(names) + 1)
        self._sizes = Counter(self._group)

    def __len__(self) -> int:
        return len(self._group)

    def of(self, row: int) -> tuple[int, int]:
        """Return the number of a row's group and how many rows it has; rows count from 0.

        >>> copies = Copies(["Ayo ke TPS besok pagi", "", "ayo ke TPS besok pagi!! 🔥", ""])
        >>> [copies.of(row) for row in range(4)]
        [(1, 2), (2, 1), (1, 2), (3, 1)]
        """
        group = self._group[row]
        return group, self._sizes[group]
