"""What is wrong or doubtful in labelled rows, told before anything is fitted.

`inspect` looks at rows as they were read and returns every problem with the place of its row, and
the rows that can be used. Errors must be mended; warnings are to be looked at. Nothing is dropped
in silence: a row that is left out has a warning of its own. What this module does not do: mend
anything, or decide which of two labels is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ..base.catalogue import Language, Message, did_you_mean, place_of, text
from ..base.errors import DataError
from ..base.result import CATEGORIES, NEUTRAL_CATEGORIES, PARTISAN_CATEGORIES
from .likeness import conflicts, likeness_groups
from .sheets import WHERE
from .writers import open_writer

LABELS = ("partisan", "neutral")
UNSURE = "unsure"
FEW_ROWS = 20
"""A label with fewer rows gets a warning; a category with half as many."""
MOST_OF_ALL = 0.8
"""A group with a larger share of all rows gets a warning."""
LONG = 5_000
"""Letters from which a text is more likely a document than a caption."""

Level = Literal["error", "warning"]
KINDS: dict[str, Level] = {
    "blank_text": "error",
    "unknown_label": "error",
    "unknown_category": "error",
    "wrong_category": "error",
    "two_labels": "error",
    "label_missing": "error",
    "one_group": "error",
    "unreadable": "warning",
    "unlabelled": "warning",
    "unsure": "warning",
    "duplicate": "warning",
    "near_duplicate": "warning",
    "near_two_labels": "warning",
    "repeated_id": "warning",
    "encoding": "warning",
    "long_text": "warning",
    "few_rows": "warning",
    "large_group": "warning",
}
"""Every kind of problem and its level; the words are in data/text/messages.csv."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong or doubtful.

    Attributes
    ----------
    level : str
        ``"error"``: no model is trained until it is mended; ``"warning"``: look at it.
    kind : str
        One of `KINDS`.
    where : str
        The row, "file:line 12", or ``""`` for the table as a whole.
    message : str
        What is wrong, with the value, the allowed ones, and what to do.
    text : str
        The beginning of the text, for finding it.
    """

    level: Level
    kind: str
    where: str
    message: str
    text: str = ""


@dataclass(frozen=True)
class Inspection:
    """What `inspect` returns.

    Attributes
    ----------
    frame : DataFrame
        The rows that can be used, in order, with the columns they came with.
    problems : tuple of Problem
        Errors first, then warnings, each in the order of the rows.
    """

    frame: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop training."""
        return tuple(p for p in self.problems if p.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that do not."""
        return tuple(p for p in self.problems if p.level == "warning")

    def require(self) -> pd.DataFrame:
        """Return the rows, or raise `DataError` with the first error and the number of all."""
        if self.errors:
            first, more = self.errors[0], len(self.errors) - 1
            raise DataError(
                "first_problem",
                where=Message("place.before", where=place_of(first.where)) if first.where else "",
                message=first.message,
                more=Message("problems_more", n=more) if more else "",
            )
        return self.frame

    def save(self, path: str | Path) -> Path:
        """Write the problems as CSV (level, kind, where, message, text), whole or not at all."""
        with open_writer(Path(path), [f.name for f in fields(Problem)]) as write:
            for problem in self.problems:
                write(astuple(problem))
        return Path(path)


def inspect(frame: pd.DataFrame, language: Language = "id") -> Inspection:
    """Look through labelled rows.

    Parameters
    ----------
    frame : DataFrame
        From `captions.read_rows`.
    language : str
        Language of the messages.

    Notes
    -----
    Text saved in one encoding and read in another is told by ftfy's heuristic
    (``ftfy.badness``).

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"text": ["Ayo pilih nomor 2", " "], "label": ["partisan", "neutral"]})
    >>> [(p.level, p.kind) for p in inspect(rows).errors]
    [('error', 'blank_text'), ('error', 'label_missing')]
    """
    frame = frame.copy()
    for column in ("category", "group", "id"):
        if column not in frame.columns:
            frame[column] = ""
    if WHERE not in frame.columns:
        frame[WHERE] = [f"row {i}" for i in range(1, len(frame) + 1)]
    look = _Look(frame, language)
    for row in frame.attrs.get("rejected", ()):
        look.say("unreadable", row.where, row.raw, reason=row.reason.in_language(language))
    usable = look.rows()
    look.pairs(usable)
    look.shape(usable)
    problems = sorted(look.problems, key=lambda p: p.level)  # stable: errors, then warnings
    return Inspection(usable, tuple(problems))


def require_sound(frame: pd.DataFrame) -> None:
    """Raise `DataError` for the first row that has no text, no known label or a wrong category.

    Raises
    ------
    DataError
        With the place of the row, the value and the allowed ones.
    """
    for row in frame.attrs.get("rejected", ()):
        raise DataError("place.reason", path=place_of(row.where), reason=row.reason)
    for where, written, label, category in zip(
        *(frame[c] for c in (WHERE, "text", "label", "category")), strict=True
    ):
        for kind, values in row_problems(written, label, category):
            reason = Message(f"problem.{kind}", **values)
            raise DataError("place.reason", path=place_of(where), reason=reason)


def row_problems(written: str, label: str, category: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield why a row cannot be learnt from: the kind, and the values its message fills in."""
    if not written.strip():
        yield "blank_text", {}
    if not label:
        yield "unlabelled", {}
    elif label == UNSURE:
        yield "unsure", {}
    elif label not in LABELS:
        yield "unknown_label", {"value": label, "n": 1, "near": did_you_mean(label, LABELS)}
    allowed = PARTISAN_CATEGORIES if label == "partisan" else NEUTRAL_CATEGORIES
    if category and category not in CATEGORIES:
        near = did_you_mean(category, CATEGORIES)
        yield "unknown_category", {"value": category, "near": near, "allowed": CATEGORIES}
    elif category and label in LABELS and category not in allowed:
        yield "wrong_category", {"value": category, "label": label, "allowed": allowed}


class _Look:
    """One look through a table."""

    def __init__(self, frame: pd.DataFrame, language: Language) -> None:
        self.frame = frame
        self.language = language
        self.problems: list[Problem] = []

    def say(self, kind: str, where: str = "", written: str = "", **values: Any) -> None:
        """Note a problem."""
        words = text(f"problem.{kind}", self.language, **values)
        short = " ".join(written.split())[:80]
        self.problems.append(Problem(KINDS[kind], kind, where, words, short))

    def rows(self) -> pd.DataFrame:
        """Look at each row by itself; return those that can be used."""
        keep = []
        seen_ids: dict[str, str] = {}
        frame = self.frame
        columns = (frame[c] for c in (WHERE, "id", "text", "label", "category"))
        unknown = frame["label"].value_counts()  # one problem a word, however many rows have it
        for where, id_, written, label, category in zip(*columns, strict=True):
            self.letters(where, written)
            if id_ and id_ in seen_ids:
                self.say("repeated_id", where, written, id=id_, first=place_of(seen_ids[id_]))
            seen_ids.setdefault(id_, where)
            usable = True
            for kind, values in row_problems(written, label, category):
                if kind != "unknown_label":
                    self.say(kind, where, written, **values)
                elif unknown.get(label):
                    self.say(kind, where, written, **{**values, "n": int(unknown.pop(label))})
                usable = usable and kind.endswith("_category")
            keep.append(usable)
        return frame[keep].reset_index(drop=True)

    def letters(self, where: str, written: str) -> None:
        """Look at the letters of a text."""
        from ftfy.badness import is_bad

        if "\ufffd" in written or is_bad(written):
            self.say("encoding", where, written)
        if len(written) > LONG:
            self.say("long_text", where, written, letters=len(written))

    def pairs(self, frame: pd.DataFrame) -> None:
        """Look for repeats, likenesses, and texts with two labels."""
        for written, wheres in conflicts(frame):
            self.say("two_labels", wheres[0], written, others=[*map(place_of, wheres[1:])])
        key = frame["text"].str.lower().str.split().str.join(" ")
        first = ~key.duplicated()
        origin = dict(zip(key[first], frame[WHERE][first], strict=True))
        for k, where, written in zip(
            key[~first], frame[WHERE][~first], frame["text"][~first], strict=True
        ):
            self.say("duplicate", where, written, first=place_of(origin[k]))
        unique = frame[first]
        texts, labels, wheres = (unique[c].tolist() for c in ("text", "label", WHERE))
        # One problem a row, however many texts are like it: copies make very many pairs.
        for j, i in enumerate(likeness_groups(texts).tolist()):
            if i != j:
                kind = "near_duplicate" if labels[i] == labels[j] else "near_two_labels"
                self.say(kind, wheres[j], texts[j], first=place_of(wheres[i]))

    def shape(self, frame: pd.DataFrame) -> None:
        """Look at the table as a whole."""
        for label in LABELS:
            n = int((frame["label"] == label).sum())
            if n == 0:
                self.say("label_missing", label=label)
            elif n < FEW_ROWS:
                self.say("few_rows", what=label, rows=n, few=FEW_ROWS)
        counts = frame["category"][frame["category"].isin(CATEGORIES)].value_counts()
        for category, n in sorted(counts.items()):
            if n < FEW_ROWS // 2:
                self.say("few_rows", what=category, rows=n, few=FEW_ROWS // 2)
        groups = frame["group"][frame["group"] != ""].value_counts()
        if len(groups) == 1 and groups.iloc[0] == len(frame):
            self.say("one_group", group=groups.index[0])
        elif len(groups) and groups.iloc[0] > MOST_OF_ALL * len(frame):
            self.say(
                "large_group", group=groups.index[0], share=f"{groups.iloc[0] / len(frame):.0%}"
            )


__all__ = [
    "KINDS",
    "LABELS",
    "UNSURE",
    "Inspection",
    "Problem",
    "inspect",
    "require_sound",
    "row_problems",
]
