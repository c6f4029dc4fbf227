"""What stands in a label column, how often, and what each value is taken for.

For a reader to look at before anything is trained or measured. A code such as 0 or 1 is asked
about, not assumed: in one office 1 is campaigning, in another it is a positive mood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ..base.catalogue import Language, Message, did_you_mean
from ..base.errors import DataError
from ..tables.captions import known_labels
from ..tables.labelled import LABELS, UNSURE

KNOWN = (*LABELS, UNSURE)


@dataclass(frozen=True)
class LabelValue:
    """One value of a label column.

    Attributes
    ----------
    value : str
        As it stands in the table, without white space around it.
    rows : int
        How often.
    meaning : str
        ``"partisan"``, ``"neutral"``, ``"unsure"`` or, where it is not known, ``""``.
    """

    value: str
    rows: int
    meaning: str

    @property
    def unknown(self) -> bool:
        """Whether a cell is filled and its meaning is not known."""
        return bool(self.value) and not self.meaning

    def in_words(self) -> Message:
        """Return one line: the value, how often, and what it is taken for."""
        meaning = self.meaning or ("unlabelled" if not self.value else "unknown")
        taken = Message(f"labels.{meaning}")
        return Message("labels.line", value=self.value, n=self.rows, meaning=taken)


def label_values(
    cells: Sequence[str], labels: Mapping[str, str] | None = None
) -> tuple[LabelValue, ...]:
    """Count the values of a label column, the most frequent first.

    Parameters
    ----------
    cells : sequence of str
    labels : mapping of str to str, optional
        Words and what they mean, beside the known ones.

    Examples
    --------
    >>> [(v.value, v.rows, v.meaning) for v in label_values(["memihak", "1", "1"])]
    [('1', 2, ''), ('memihak', 1, 'partisan')]
    """
    plain = pd.Series(list(cells), dtype=object).str.strip()
    counts = plain.value_counts()
    values = pd.Series(counts.index, dtype=object)
    meanings = known_labels(values, labels)
    given = {word.strip().casefold() for word in labels or ()}
    out = []
    for value, rows, meaning in zip(values, counts, meanings, strict=True):
        code = value.lstrip("+-").isdecimal() and value.casefold() not in given
        sure = meaning if meaning in KNOWN and not code else ""
        out.append(LabelValue(value, int(rows), sure))
    return tuple(sorted(out, key=lambda v: (-v.rows, v.value)))


def require_known(values: Sequence[LabelValue]) -> None:
    """Raise DataError where a value's meaning is not known, with one line for each such value."""
    unknown = [v for v in values if v.unknown]
    if unknown:
        lines = [
            Message("labels.ask", value=v.value, n=v.rows, hint=did_you_mean(v.value, KNOWN))
            for v in unknown
        ]
        first, *others = sorted(v.value for v in unknown)
        example = f"partisan={others[-1]};neutral={first}" if others else f"partisan={first}"
        raise DataError("unknown_label_values", lines=lines, example=example)


def listing(values: Sequence[LabelValue], language: Language = "id") -> list[str]:
    """Return `values` in words, a line for each."""
    return [value.in_words().in_language(language) for value in values]


__all__ = ["LabelValue", "label_values", "listing", "require_known"]
