"""The report of an evaluation: one HTML page that needs nothing else, and the figures as JSON.

The page has no script and loads nothing; texts of users are escaped. The JSON holds no text, so
that it may go where the texts may not. Nothing is counted here. Needs jinja2 and matplotlib
(``pip install 'netralitas-nlp[report]'``).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.catalogue import Language
from ..base.errors import ArgumentError
from ..base.result import CATEGORIES
from ..say.sentences import category_names
from . import pictures
from .assessment import Assessment, Bin, ClassFigures, Point
from .evaluation import LABELS, worst
from .figures import FEW, RANKS, RESAMPLES, SHARES, Figure, Part
from .pages import Words, about_lines, check_folder, filled, write_into

PAGE, FIGURES_FILE = "report.html", "evaluation.json"
MANY = 40
"""Rows of one table of slices at most: those with most texts."""
ERRORS = 20
"""Errors of each kind that are shown."""
_FOLD = 21  # a longer table is folded away
_LONG = 600  # letters of a text that are shown
_COLUMNS = (
    "category", "kind", "source", "slice", "platform", "register", "region", "election", "length",
    "names_contestant", "hashtag", "party", "ticket",
)  # fmt: skip
"""Slices that have a name in words; one of the user's own keeps its name."""


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes
    ----------
    title : str
        Its heading.
    text : str
        What it shows, in a sentence or two.
    header : sequence of str
        Heads of the columns.
    rows : sequence of sequence of str
        Cells, as plain text: they are escaped. The first of each row is its name.
    picture : Picture, optional
        Shown above the table.
    marked : sequence of int
        Rows that stand out.
    faint : sequence of int
        Rows of too few texts to say anything.
    parts : sequence of Section
        Sections inside this one, one level deep.

    Raises
    ------
    ArgumentError
        If a row has not one cell a column.
    """

    title: str
    text: str = ""
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    picture: pictures.Picture | None = None
    marked: Sequence[int] = ()
    faint: Sequence[int] = ()
    parts: Sequence[Section] = ()

    def __post_init__(self) -> None:
        shape = [len(row) for row in self.rows]
        if shape != [len(self.header)] * len(shape):
            raise ArgumentError(
                "wrong_shape", shape=shape, rows=len(shape), columns=len(self.header)
            )


def write_report(
    assessment: Assessment,
    rows: pd.DataFrame,
    folder: str | Path,
    language: Language = "id",
    extra_sections: Sequence[Section] = (),
) -> Path:
    """Write ``report.html`` and ``evaluation.json``.

    Parameters
    ----------
    assessment : Assessment
        From `assessment.assess`.
    rows : DataFrame
        From `evaluation.classified`: the errors are shown from it.
    folder : path
        Made where it is missing.
    language : str
        ``"id"`` or ``"en"``.
    extra_sections : sequence of Section
        Shown after the slices.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    DataError
        If the folder cannot be written to.
    MissingExtraError
        If jinja2 or matplotlib is missing.
    """
    check_folder(Path(folder))
    page = render(assessment, rows, language, extra_sections)
    body = {**assessment.to_dict(), "errors": _error_records(rows)}
    figures = json.dumps(body, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    return write_into(folder, {FIGURES_FILE: figures + "\n", PAGE: page}) / PAGE


def render(
    assessment: Assessment,
    rows: pd.DataFrame,
    language: Language = "id",
    extra_sections: Sequence[Section] = (),
) -> str:
    """Return the page; see `write_report`."""
    words = Words(language)
    writer = _Writer(assessment, words)
    sections = [*writer.sections(), *extra_sections]
    return filled(
        "report.html.j2",
        words,
        fold=_FOLD,
        resamples=RESAMPLES,
        few=FEW,
        figures_file=FIGURES_FILE,
        found=assessment,
        about=about_lines(assessment.about, words),
        tiles=writer.tiles(),
        sections=[s for s in sections if s.parts or s.rows or s.picture or s.text],
        errors=[
            (kind, writer.errors(worst(rows, kind, ERRORS)), int((rows["error"] == kind).sum()))
            for kind in ("accused", "missed")
        ],
    )


def _error_records(rows: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The errors shown, without their texts; rows count from 1."""
    return {
        kind: [
            {
                "row": int(str(index)) + 1,
                "score": round(float(row["score"]), 4),
                "category": row["category"],
                "predicted_category": row["predicted_category"],
            }
            for index, row in worst(rows, kind, ERRORS).iterrows()
        ]
        for kind in ("accused", "missed")
    }


class _Writer:
    """Turns the figures into what is read."""

    def __init__(self, assessment: Assessment, words: Words) -> None:
        self.found = assessment
        self.words = words
        self.names = {
            **category_names(words.language),
            **{k: words(f"report.value.{k}") for k in (*LABELS, "review", "yes", "no")},
            "": words("report.value.empty"),
        }
        self.band = (assessment.band.low, assessment.band.high)

    def tiles(self) -> list[dict[str, str]]:
        """The figures of all rows."""
        whole, out = self.found.evaluation.whole, []
        for name in (*SHARES, *RANKS):
            figure = whole.figures[name]
            if whole.rows < FEW:
                value, interval = self.words("too_few"), ""
            elif name in SHARES:
                value, _, interval = self.words.share(figure).partition(" ")
            else:
                value, interval = self.words.number(figure.value, 3), self.words.interval(figure)
            title = self.words(f"figure.{name}")
            out.append({"name": title, "value": value, "interval": interval.strip("()")})
        return out

    def sections(self) -> Iterator[Section]:
        """The parts of the page, in their order."""
        yield self.classes()
        yield self.thresholds()
        yield Section(
            self.words("report.histogram"),
            self.words("report.histogram_text"),
            picture=pictures.histogram(self.found.counts, self.band, self.words.language),
        )
        yield self.reliability()
        if self.found.categories:
            yield self.categories()
        title, text = self.words("report.slices"), self.words("report.slices_text", few=FEW)
        yield Section(title, text, parts=list(self.slices()))

    def heads(self, *names: str) -> list[str]:
        """Heads of columns."""
        return [self.words(f"head.{name}") for name in names]

    def classes(self) -> Section:
        """Partisan and neutral."""
        picture = pictures.confusion(
            self.found.verdicts, self.words("report.verdicts"), self.words.language, self.names
        )
        return self.class_table("classes", self.found.classes, picture)

    def categories(self) -> Section:
        """The ten categories."""
        picture = pictures.confusion(
            self.found.confusion, self.words("report.confusion"), self.words.language, self.names
        )
        return self.class_table("categories", self.found.categories, picture)

    def class_table(
        self, name: str, classes: Sequence[ClassFigures], picture: pictures.Picture
    ) -> Section:
        """Precision, recall and F1 of classes."""
        rows = [
            (
                self.names[c.name],
                self.words.count(c.support),
                self.words.count(c.called),
                self.words.share(c.precision, c.called),
                self.words.share(c.recall, c.support),
                self.words.share(c.f1, c.support),
            )
            for c in classes
        ]
        return Section(
            self.words(f"report.{name}"),
            self.words(f"report.{name}_text"),
            self.heads("class", "support", "said", "precision", "recall", "f1"),
            rows,
            picture,
            faint=[i for i, c in enumerate(classes) if c.support < FEW],
        )

    def thresholds(self) -> Section:
        """Every fifth threshold, and the model's two."""
        found, words, band = self.found, self.words, self.found.band
        whole = found.evaluation.whole
        shown = [p for p in found.points if p.threshold in self.band or _round_step(p)]
        rows = [
            (
                words.number(p.threshold),
                words.share(p.precision, round(p.called.value * whole.rows)),
                words.share(p.caught, whole.partisan),
                words.share(p.accused, whole.neutral),
                words.share(p.called, whole.rows),
            )
            for p in shown
        ]
        return Section(
            words("report.thresholds"),
            words(
                "report.thresholds_text",
                low=words.number(band.low), high=words.number(band.high), rows=words.count(band.rows),
                share=words.share(band.share, whole.rows), partisan=words.share(band.partisan, band.rows),
            ),
            self.heads("threshold", "precision", "caught", "accused", "called"),
            rows,
            pictures.thresholds(found.points, self.band, words.language),
            [i for i, p in enumerate(shown) if p.threshold in self.band],
        )  # fmt: skip

    def reliability(self) -> Section:
        """Scores against what came true."""
        bins = self.found.bins
        return Section(
            self.words("report.reliability"),
            self.words("report.reliability_text"),
            self.heads("score", "texts", "mean_score", "are_partisan"),
            [self.bin(b) for b in bins],
            pictures.reliability([b for b in bins if b.rows >= FEW], self.words.language),
            faint=[i for i, b in enumerate(bins) if b.rows < FEW],
        )

    def bin(self, b: Bin) -> tuple[str, ...]:
        """A row of the table of bins."""
        ends = f"{self.words.number(b.low, 1)}–{self.words.number(b.high, 1)}"
        share = self.words.share(b.share, b.rows)
        return ends, self.words.count(b.rows), self.words.number(b.score), share

    def slices(self) -> Iterator[Section]:
        """Figures of some of the texts only."""
        for column, parts in self.found.slices.items():
            named = {self.value(column, value): part for value, part in parts.items()}
            yield self.slice(column, named)
        for kind in ("party", "ticket"):
            whole = self.found.evaluation.contestants
            named = {c.name: c.part for c in whole if c.kind == kind}
            if named:
                yield self.slice(kind, named)

    def value(self, column: str, value: str) -> str:
        """A value of a column in words."""
        if column == "length":
            return self.words("report.letters", band=value.replace("-", "–"))
        fixed = value == "" or column in ("names_contestant", "hashtag") or value in CATEGORIES
        return self.names.get(value, value) if fixed else value

    def slice(self, column: str, parts: Mapping[str, Part]) -> Section:
        """The parts, the largest first; those of too few texts are grey and say so."""
        words = self.words
        title = words(f"report.column.{column}") if column in _COLUMNS else column
        ranked = list(parts.items())
        if column != "length":
            ranked.sort(key=lambda item: (-item[1].rows, item[0]))
        shown, left = dict(ranked[:MANY]), len(ranked) - MANY
        large = {name: part for name, part in shown.items() if part.rows >= FEW}
        return Section(
            title,
            words("report.more", n=left, file=FIGURES_FILE) if left > 0 else "",
            self.heads("value", "texts", "partisan", "precision", "caught", "accused", "review"),
            [
                (name, words.count(part.rows), words.count(part.partisan), *self.shares(part))
                for name, part in shown.items()
            ],
            pictures.slices(large, title, words.language) if large else None,
            faint=[i for i, part in enumerate(shown.values()) if part.rows < FEW],
        )

    def shares(self, part: Part) -> Iterator[str]:
        """Cells of a part."""
        # precision among texts of one label would say which label, nothing else
        both = 0 < part.partisan < part.rows
        figures: dict[str, tuple[Figure, int]] = {
            "precision": (part.figures["precision"], part.rows),
            "caught": (part.figures["caught"], part.partisan),
            "accused": (part.figures["accused"], part.neutral),
            "review": (part.figures["review"], part.rows),
        }
        for name, (figure, rows) in figures.items():
            yield self.words.share(figure, rows) if both or name != "precision" else "–"

    def errors(self, rows: pd.DataFrame) -> list[dict[str, str]]:
        """The rows of one kind of error."""
        out = []
        for index, row in rows.iterrows():
            text, label = row["text"], self.names[row["label"]]
            if row["category"]:
                label += f", {self.names.get(row['category'], '')}"
            head = self.words(
                "report.error_head",
                score=self.words.number(row["score"]),
                label=label,
                verdict=self.names[row["verdict"]],
                category=self.names[row["predicted_category"]],
                row=self.words.count(int(str(index)) + 1),
            )
            shown = text if len(text) <= _LONG else text[: _LONG - 1] + "…"
            out.append({"head": head, "text": shown, "reasons": row["reasons"]})
        return out


def _round_step(point: Point) -> bool:
    """Whether a threshold is a multiple of one twentieth."""
    return math.isclose(point.threshold * 20, round(point.threshold * 20), abs_tol=1e-9)


__all__ = ["ERRORS", "FIGURES_FILE", "PAGE", "Section", "render", "write_report"]
