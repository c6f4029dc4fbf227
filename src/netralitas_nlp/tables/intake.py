"""What is wrong or doubtful in labelled rows, told before anything is fitted.

`inspect` looks at rows as they were read and returns every problem with the place of its row, and
the rows that can be used. Errors must be mended; warnings are to be looked at. Nothing is dropped
in silence: a row that is left out has a warning of its own. What this module does not do: mend
anything, or decide which of two labels is right.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Literal

import pandas as pd

from ..base.files import whole
from ..base.result import CATEGORIES, NEUTRAL_CATEGORIES, PARTISAN_CATEGORIES, DataError
from ..say.sentences import Language
from ..say.wording import place_in
from .corpus import LABELS, UNSURE, conflicts, likeness_groups
from .sheets import WHERE
from .writers import safe_cell

FEW_ROWS = 20
"""A label with fewer rows gets a warning; a category with half as many."""
MOST_OF_ALL = 0.8
"""A group with a larger share of all rows gets a warning."""
LONG = 5_000
"""Letters from which a text is more likely a document than a caption."""

Level = Literal["error", "warning"]


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
            where = f"{first.where}: " if first.where else ""
            rest = f" (and {more} more)" if more else ""
            raise DataError(f"{where}{first.message}{rest}")
        return self.frame

    def save(self, path: str | Path) -> Path:
        """Write the problems as CSV (level, kind, where, message, text), whole or not at all."""
        with whole(Path(path)) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([f.name for f in fields(Problem)])
            writer.writerows([[safe_cell(c) for c in astuple(p)] for p in self.problems])
        return Path(path)


def inspect(frame: pd.DataFrame, language: Language = "id") -> Inspection:
    """Look through labelled rows.

    Parameters
    ----------
    frame : DataFrame
        From `corpus.read_rows`.
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


class _Look:
    """One look through a table."""

    def __init__(self, frame: pd.DataFrame, language: Language) -> None:
        self.frame = frame
        self.language = language
        self.problems: list[Problem] = []

    def say(self, kind: str, where: str = "", text: str = "", **values: object) -> None:
        level, indonesian, english = KINDS[kind]
        words = {"id": indonesian, "en": english}[self.language].format(**values)
        self.problems.append(Problem(level, kind, where, words, " ".join(text.split())[:80]))

    def places(self, wheres: Sequence[str]) -> str:
        """Other rows, as a message names them."""
        return ", ".join(place_in(where, self.language) for where in wheres)

    def rows(self) -> pd.DataFrame:
        """Look at each row by itself; return those that can be used."""
        from ftfy.badness import is_bad

        keep = []
        seen_ids: dict[str, str] = {}
        frame = self.frame
        columns = (frame[c] for c in (WHERE, "id", "text", "label", "category"))
        for where, id_, text, label, category in zip(*columns, strict=True):
            usable = True
            if not text.strip():
                self.say("blank_text", where)
                usable = False
            elif "\ufffd" in text or is_bad(text):
                self.say("encoding", where, text)
            if len(text) > LONG:
                self.say("long_text", where, text, letters=len(text))
            if id_ and id_ in seen_ids:
                self.say("repeated_id", where, text, id=id_, first=self.places([seen_ids[id_]]))
            seen_ids.setdefault(id_, where)
            if not label:
                self.say("unlabelled", where, text)
                usable = False
            elif label == UNSURE:
                self.say("unsure", where, text)
                usable = False
            elif label not in LABELS:
                near = _near(label, LABELS, self.language)
                self.say("unknown_label", where, text, value=label, near=near)
                usable = False
            allowed = PARTISAN_CATEGORIES if label == "partisan" else NEUTRAL_CATEGORIES
            if category and category not in CATEGORIES:
                near = _near(category, CATEGORIES, self.language)
                self.say(
                    "unknown_category", where, text, value=category, near=near,
                    allowed=", ".join(CATEGORIES),
                )  # fmt: skip
            elif category and label in LABELS and category not in allowed:
                self.say(
                    "wrong_category", where, text, value=category, label=label,
                    allowed=", ".join(allowed),
                )  # fmt: skip
            keep.append(usable)
        return frame[keep].reset_index(drop=True)

    def pairs(self, frame: pd.DataFrame) -> None:
        """Look for repeats, likenesses, and texts with two labels."""
        for text, wheres in conflicts(frame):
            self.say("two_labels", wheres[0], text, others=self.places(wheres[1:]))
        key = frame["text"].str.lower().str.split().str.join(" ")
        first = ~key.duplicated()
        origin = dict(zip(key[first], frame[WHERE][first], strict=True))
        for k, where, text in zip(
            key[~first], frame[WHERE][~first], frame["text"][~first], strict=True
        ):
            self.say("duplicate", where, text, first=self.places([origin[k]]))
        unique = frame[first]
        texts, labels, wheres = (unique[c].tolist() for c in ("text", "label", WHERE))
        # One problem a row, however many texts are like it: copies make very many pairs.
        for j, i in enumerate(likeness_groups(texts).tolist()):
            if i != j:
                kind = "near_duplicate" if labels[i] == labels[j] else "near_two_labels"
                self.say(kind, wheres[j], texts[j], first=self.places([wheres[i]]))

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


def _near(value: str, allowed: Sequence[str], language: Language) -> str:
    """A question after the nearest allowed value, or nothing."""
    near = difflib.get_close_matches(value.casefold(), allowed, n=1, cutoff=0.5)
    question = {"id": " (mungkin {near!r})", "en": " (did you mean {near!r}?)"}[language]
    return question.format(near=near[0]) if near else ""


KINDS: dict[str, tuple[Level, str, str]] = {
    "blank_text": (
        "error",
        "teks kosong; isi teksnya atau hapus barisnya",
        "the text is blank; fill it in or delete the row",
    ),
    "unknown_label": (
        "error",
        "label {value!r} tidak dikenal{near}. Pakai partisan atau neutral, atau petakan kata Anda "
        "dengan --labels",
        "label {value!r} is unknown{near}. Use partisan or neutral, or map your words with --labels",
    ),
    "unknown_category": (
        "error",
        "kategori {value!r} tidak dikenal{near}. Yang ada: {allowed}",
        "category {value!r} is unknown{near}. There are: {allowed}",
    ),
    "wrong_category": (
        "error",
        "kategori {value!r} tidak cocok dengan label {label!r}; yang cocok: {allowed}",
        "category {value!r} does not go with label {label!r}, whose categories are {allowed}",
    ),
    "two_labels": (
        "error",
        "teks yang sama berlabel lain di {others}; putuskan satu label",
        "the same text has another label at {others}; decide on one",
    ),
    "label_missing": (
        "error",
        "tidak ada baris berlabel {label!r}; kedua label diperlukan",
        "no row has the label {label!r}; both labels are needed",
    ),
    "one_group": (
        "error",
        "semua baris ada dalam satu grup ({group!r}); isi kolom group dengan sumber teks, atau "
        "kosongkan",
        "all rows are in one group ({group!r}); put the source of each text into the column group, "
        "or leave it empty",
    ),
    "unreadable": (
        "warning",
        "tidak terbaca: {reason}; baris ini tidak dipakai",
        "cannot be read: {reason}; this row is left out",
    ),
    "unlabelled": (
        "warning",
        "belum berlabel; baris ini tidak dipakai",
        "not labelled yet; this row is left out",
    ),
    "unsure": (
        "warning",
        "berlabel ragu; baris ini tidak dipakai",
        "labelled unsure; this row is left out",
    ),
    "duplicate": (
        "warning",
        "teks yang sama sudah ada di {first}; keduanya dipakai, dalam satu grup",
        "the same text stands at {first}; both are used, in one group",
    ),
    "near_duplicate": (
        "warning",
        "hampir sama dengan {first}; keduanya dipakai, dalam satu grup",
        "nearly the same as {first}; both are used, in one group",
    ),
    "near_two_labels": (
        "warning",
        "hampir sama dengan {first}, tetapi labelnya lain; periksa keduanya",
        "nearly the same as {first}, with another label; look at both",
    ),
    "repeated_id": (
        "warning",
        "id {id!r} sudah ada di {first}",
        "the id {id!r} stands at {first} already",
    ),
    "encoding": (
        "warning",
        "huruf rusak: tampaknya berkas disimpan dengan pengodean lain; simpan ulang sebagai UTF-8",
        "broken letters: the file seems to have been saved in another encoding; save it as UTF-8",
    ),
    "long_text": (
        "warning",
        "{letters} huruf: lebih mirip dokumen daripada takarir",
        "{letters} letters: more like a document than a caption",
    ),
    "few_rows": (
        "warning",
        "hanya {rows} baris {what!r}; dengan kurang dari {few} baris hasilnya tidak dapat diandalkan",
        "only {rows} rows of {what!r}; with fewer than {few} nothing learnt is reliable",
    ),
    "large_group": (
        "warning",
        "grup {group!r} berisi {share} dari semua baris; nilai antargrup kurang berarti",
        "the group {group!r} holds {share} of all rows; scores between groups mean little",
    ),
}
"""Every kind of problem: its level, and what is said in Indonesian and in English."""


__all__ = ["KINDS", "Inspection", "Problem", "inspect"]
