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
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.files import whole
from ..base.result import DataError, NetralitasError
from ..say.sentences import CATEGORY_NAMES, LANGUAGES, Language
from . import pictures
from .evaluation import RESAMPLES, Assessment, ClassFigures, Figure, Part, Point, worst

PAGE, FIGURES_FILE = "report.html", "evaluation.json"
FEW = 10
"""A value with fewer texts gets no row in the report; it is in the JSON."""
MANY = 40
"""Rows of one table of slices at most: those with most texts."""
ERRORS = 20
"""Errors of each kind that are shown."""
_FOLD = 21  # a longer table is folded away
_LONG = 600  # letters of a text that are shown


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
    picture : str
        An SVG element made by `pictures`; it is put in as it is.
    marked : sequence of int
        Rows that stand out.
    parts : sequence of Section
        Sections inside this one, one level deep.

    Raises
    ------
    ValueError
        If a row has not one cell a column, or the picture is not an SVG element.
    """

    title: str
    text: str = ""
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    picture: str = ""
    marked: Sequence[int] = ()
    parts: Sequence[Section] = ()

    def __post_init__(self) -> None:
        wrong = [i for i, row in enumerate(self.rows) if len(row) != len(self.header)]
        if wrong:
            raise ValueError(
                f"section {self.title!r}: row {wrong[0]} has {len(self.rows[wrong[0]])} cells, "
                f"the header {len(self.header)}"
            )
        if self.picture and not self.picture.startswith("<svg "):
            raise ValueError(
                f"section {self.title!r}: the picture begins {self.picture[:20]!r}; it must be an "
                "SVG element made by netralitas_nlp.measure.pictures"
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
        From `evaluation.assess`.
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
    NetralitasError
        If jinja2 or matplotlib is missing.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file; name a folder for the report")
    page = render(assessment, rows, language, extra_sections)
    figures = json.dumps(
        {**assessment.to_dict(), "errors": _error_records(rows)},
        ensure_ascii=False,
        allow_nan=False,
        indent=1,
        sort_keys=True,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"cannot make the folder {folder}: {error.strerror or error}") from error
    with whole(folder / FIGURES_FILE) as file:
        file.write(figures + "\n")
    with whole(folder / PAGE) as file:
        file.write(page)
    return folder / PAGE


def filled(template: str, **values: Any) -> str:
    """Return a packaged page template with its values, every text in them escaped.

    Raises
    ------
    NetralitasError
        If Jinja is missing.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise NetralitasError(
            "a page needs jinja2: pip install 'netralitas-nlp[report]'"
        ) from error
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    source = resources.files(__package__).joinpath(template).read_text(encoding="utf-8")
    return environment.from_string(source).render(**values)


def render(
    assessment: Assessment,
    rows: pd.DataFrame,
    language: Language = "id",
    extra_sections: Sequence[Section] = (),
) -> str:
    """Return the page; see `write_report`."""
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
    words = _WORDS[language]
    writer = _Writer(assessment, language)
    return filled(
        "report.html.j2",
        language=language,
        words=words,
        fold=_FOLD,
        colours=pictures.COLOURS,
        summary=writer.summary(),
        about=[(words.get(f"about_{k}", k), v) for k, v in assessment.about.items()],
        tiles=writer.tiles(),
        sections=[*writer.sections(), *extra_sections],
        errors=[
            (words[kind], writer.errors(worst(rows, kind, ERRORS)), (rows["error"] == kind).sum())
            for kind in ("accused", "missed")
        ],
        notes=writer.notes(),
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
    """Turns the figures into what is read, in one language."""

    def __init__(self, assessment: Assessment, language: Language) -> None:
        self.found = assessment
        self.language = language
        self.words = _WORDS[language]
        self.names = {
            **CATEGORY_NAMES[language],
            **{k: self.words[k] for k in ("partisan", "neutral", "unsure", "review", "yes", "no")},
            "": self.words["empty"],
        }
        band = assessment.band
        self.band = (band.low, band.high)

    # --- numbers

    def number(self, value: float, digits: int = 2) -> str:
        """A plain number; a dash for none."""
        return "–" if math.isnan(value) else self._comma(f"{value:.{digits}f}")

    def count(self, value: int) -> str:
        """A whole number, thousands parted."""
        return f"{value:,}".replace(",", ".") if self.language == "id" else f"{value:,}"

    def share(self, figure: Figure) -> str:
        """A share with its interval, in per cent."""
        if math.isnan(figure.value):
            return "–"
        if figure.low == figure.high:  # all or none: an interval without width would promise much
            return self._comma(f"{figure.value:.1%}")
        low, high = (f"{x * 100:.1f}" for x in (figure.low, figure.high))
        return self._comma(f"{figure.value:.1%} ({low}–{high})")

    def _comma(self, text: str) -> str:
        return text.replace(".", ",") if self.language == "id" else text

    # --- parts of the page

    def summary(self) -> str:
        whole_set = self.found.evaluation.whole
        text = self.words["summary"].format(
            rows=self.count(whole_set.rows),
            partisan=self.count(whole_set.partisan),
            neutral=self.count(whole_set.neutral),
        )
        unsure = self.found.evaluation.unsure
        if unsure:
            review = self.share(self.found.evaluation.unsure_review)
            text += " " + self.words["left_out"].format(n=self.count(unsure), review=review)
        if self.found.method == "lexicon":
            text += " " + self.words["lexicon_only"]
        return text

    def tiles(self) -> list[dict[str, str]]:
        figures = self.found.evaluation.whole.figures
        out = []
        for name in ("precision", "caught", "missed", "accused", "review"):
            value, _, interval = self.share(figures[name]).partition(" ")
            out.append(self._tile(name, value, interval.strip("()")))
        for name in ("average_precision", "roc_auc", "calibration_error"):
            figure = figures[name]
            value = self.number(figure.value, 3)
            interval = f"{self.number(figure.low, 3)}–{self.number(figure.high, 3)}"
            out.append(self._tile(name, value, "" if value == "–" else interval))
        return out

    def _tile(self, name: str, value: str, interval: str) -> dict[str, str]:
        return {"name": self.words[f"tile_{name}"], "value": value, "interval": interval}

    def sections(self) -> Iterator[Section]:
        words, found, language = self.words, self.found, self.language
        yield Section(
            words["classes"],
            words["classes_text"],
            *self._class_table(found.classes),
            pictures.confusion(found.verdicts, words["verdicts"], language, self.names),
        )
        yield Section(
            words["thresholds"],
            words["thresholds_text"].format(
                low=self.number(self.band[0]),
                high=self.number(self.band[1]),
                rows=self.count(found.band.rows),
                share=self.share(found.band.share),
                partisan=self.share(found.band.partisan),
            ),
            [words[w] for w in ("threshold", "precision", "caught", "accused_share", "called")],
            *self._threshold_table(),
        )
        yield Section(
            words["histogram"],
            words["histogram_text"],
            picture=pictures.histogram(found.counts, self.band, language),
        )
        yield Section(
            words["reliability"],
            words["reliability_text"],
            [words[w] for w in ("score", "texts", "mean_score", "partisan_share")],
            [
                (
                    f"{self.number(b.low, 1)}–{self.number(b.high, 1)}",
                    self.count(b.rows),
                    self.number(b.score),
                    self.share(b.share),
                )
                for b in found.bins
            ],
            pictures.reliability(found.bins, language),
        )
        if found.categories:
            yield Section(
                words["categories"],
                words["categories_text"],
                *self._class_table(found.categories),
                self._category_picture(),
            )
        yield Section(
            words["slices"], words["slices_text"].format(few=FEW), parts=list(self._slices())
        )

    def _class_table(
        self, classes: Sequence[ClassFigures]
    ) -> tuple[list[str], list[tuple[str, ...]]]:
        header = [self.words[w] for w in ("class", "support", "said", "precision", "recall", "f1")]
        return header, [
            (
                self.names[c.name],
                self.count(c.support),
                self.count(c.called),
                self.share(c.precision),
                self.share(c.recall),
                self.share(c.f1),
            )
            for c in classes
        ]

    def _category_picture(self) -> str:
        title = self.words["confusion"]
        return pictures.confusion(self.found.confusion, title, self.language, self.names)

    def _threshold_table(self) -> tuple[list[tuple[str, ...]], str, list[int]]:
        """Every fifth threshold, and the model's two."""
        points = self.found.points
        shown = [p for p in points if p.threshold in self.band or _round_step(p)]
        rows: list[tuple[str, ...]] = [
            (
                self.number(p.threshold),
                self.share(p.precision),
                self.share(p.caught),
                self.share(p.accused),
                self.share(p.called),
            )
            for p in shown
        ]
        marked = [i for i, p in enumerate(shown) if p.threshold in self.band]
        return rows, pictures.thresholds(points, self.band, self.language), marked

    def _slices(self) -> Iterator[Section]:
        for column, parts in self.found.slices.items():
            section = self._slice(
                self.words.get(f"column_{column}", column),
                {self._value(column, value): part for value, part in parts.items()},
                ordered=column == "length",
            )
            if section:
                yield section
        for kind in ("party", "ticket"):
            named = {c.name: c.part for c in self.found.evaluation.contestants if c.kind == kind}
            section = self._slice(self.words[f"contestants_{kind}"], named)
            if section:
                yield section

    def _value(self, column: str, value: str) -> str:
        if column == "length":
            return self.words["letters"].format(band=value.replace("-", "–"))
        if value == "" or column in ("category", "names_contestant", "hashtag"):
            return self.names.get(value, value)
        return value

    def _slice(
        self, title: str, parts: Mapping[str, Part], ordered: bool = False
    ) -> Section | None:
        """The parts with enough texts, the largest first; None where there is none."""
        words = self.words
        large = [(name, part) for name, part in parts.items() if part.rows >= FEW]
        if not large:
            return None
        if not ordered:
            large.sort(key=lambda item: (-item[1].rows, item[0]))
        shown = dict(large[:MANY])
        left = len(parts) - len(shown)
        return Section(
            title,
            words["more"].format(n=left, file=FIGURES_FILE) if left else "",
            [words[w] for w in _SLICE_HEAD],
            [
                (
                    name,
                    self.count(part.rows),
                    self.count(part.partisan),
                    # among texts of one label it would say which label, nothing else
                    self.share(part.figures["precision"]) if 0 < part.partisan < part.rows else "–",
                    self.share(part.figures["caught"]),
                    self.share(part.figures["accused"]),
                    self.share(part.figures["review"]),
                )
                for name, part in shown.items()
            ],
            pictures.slices(shown, title, self.language),
        )

    def errors(self, rows: pd.DataFrame) -> list[dict[str, str]]:
        words = self.words
        out = []
        for index, row in rows.iterrows():
            text = row["text"]
            label, category = self.names[row["label"]], self.names.get(row["category"], "")
            out.append(
                {
                    "head": words["error_head"].format(
                        score=self.number(row["score"]),
                        label=f"{label}, {category}" if row["category"] else label,
                        verdict=self.names[row["verdict"]],
                        category=self.names[row["predicted_category"]],
                        row=self.count(int(str(index)) + 1),
                    ),
                    "text": text if len(text) <= _LONG else text[: _LONG - 1] + "…",
                    "reasons": row["reasons"],
                }
            )
        return out

    def notes(self) -> list[str]:
        return [
            self.words["note_interval"].format(n=self.count(RESAMPLES)),
            self.words["note_scope"],
            self.words["note_files"].format(file=FIGURES_FILE),
        ]


_SLICE_HEAD = ("value", "texts", "partisan", "precision", "caught", "accused_share", "to_review")


def _round_step(point: Point) -> bool:
    """Whether a threshold is a multiple of one twentieth."""
    return math.isclose(point.threshold * 20, round(point.threshold * 20), abs_tol=1e-9)


_WORDS: dict[Language, dict[str, str]] = {
    "id": {
        "title": "Seberapa baik saran ini?",
        "advice": "Angka-angka ini menilai saran atas teks, bukan orang yang menulisnya.",
        "summary": "Diukur pada {rows} teks berlabel: {partisan} memihak dan {neutral} netral.",
        "left_out": "Selain itu ada {n} teks yang labelnya tidak pasti (unsure); teks itu tidak "
        "ikut dihitung, dan {review} di antaranya diserahkan kepada pembaca.",
        "lexicon_only": "Yang diukur adalah penilaian dari leksikon saja, tanpa model.",
        "about_data": "data",
        "about_model": "model",
        "about_data_sha256": "sidik data",
        "about_corpus_sha256": "sidik korpus latih",
        "about_lexicon_sha256": "sidik leksikon",
        "about_version": "versi paket",
        "overview": "Ringkasan",
        "tile_precision": "Dari yang disebut memihak, memang memihak",
        "tile_caught": "Dari yang memihak, disebut memihak",
        "tile_missed": "Dari yang memihak, disebut netral",
        "tile_accused": "Dari yang netral, tertuduh memihak",
        "tile_review": "Diserahkan kepada pembaca",
        "tile_average_precision": "Presisi rata-rata (urutan skor; 1 sempurna)",
        "tile_roc_auc": "Luas di bawah kurva ROC (1 sempurna)",
        "tile_calibration_error": "Galat kalibrasi (0 sempurna)",
        "partisan": "memihak",
        "neutral": "netral",
        "review": "perlu dibaca",
        "unsure": "tidak pasti",
        "yes": "ya",
        "no": "tidak",
        "empty": "(kosong)",
        "table": "Tabel",
        "texts": "teks",
        "classes": "Memihak dan netral",
        "classes_text": "Teks yang diserahkan kepada pembaca tidak disebut memihak maupun netral. "
        "Gambar menghitung teks menurut label (baris) dan hasil (kolom); makin pekat, makin besar "
        "bagiannya di baris itu.",
        "verdicts": "Label dan hasil",
        "class": "kelas",
        "support": "berlabel ini",
        "said": "disebut ini",
        "precision": "ketepatan",
        "recall": "cakupan",
        "f1": "F1",
        "thresholds": "Ambang",
        "thresholds_text": "Teks dengan skor dari {low} sampai di bawah {high} diserahkan kepada "
        "pembaca: {rows} teks, yaitu {share} dari semuanya; {partisan} di antaranya memihak. "
        "Tabel menunjukkan apa yang terjadi bila teks disebut memihak mulai dari ambang lain; "
        "dua ambang model ditandai.",
        "threshold": "ambang",
        "caught": "tertangkap",
        "accused_share": "netral tertuduh",
        "called": "disebut memihak",
        "histogram": "Sebaran skor",
        "histogram_text": "Ke atas teks berlabel memihak, ke bawah teks berlabel netral. Makin "
        "terpisah keduanya, makin baik.",
        "reliability": "Kalibrasi",
        "reliability_text": "Bila skornya jujur, dari teks berskor 0,7 sekitar tujuh dari sepuluh "
        "memang memihak: titik-titik berada di garis putus-putus.",
        "score": "skor",
        "mean_score": "rata-rata skor",
        "partisan_share": "memang memihak",
        "categories": "Kategori",
        "categories_text": "Kategori menurut label (baris) dan kategori yang diperkirakan (kolom), "
        "untuk teks yang diberi kategori.",
        "confusion": "Kategori dan kategori yang diperkirakan",
        "slices": "Bagian demi bagian",
        "slices_text": "Hasil untuk sebagian teks saja. Makin lebar selangnya, makin sedikit yang "
        "dapat dikatakan; nilai dengan kurang dari {few} teks tidak ditampilkan.",
        "more": "{n} nilai lain ada di {file}.",
        "value": "nilai",
        "to_review": "diserahkan",
        "letters": "{band} huruf",
        "column_category": "Kategori",
        "column_kind": "Jenis",
        "column_source": "Sumber",
        "column_slice": "Bagian korpus",
        "column_platform": "Platform",
        "column_register": "Ragam bahasa",
        "column_region": "Wilayah",
        "column_election": "Pemilu",
        "column_length": "Panjang teks",
        "column_names_contestant": "Menyebut tokoh, partai, atau pasangan calon",
        "column_hashtag": "Memakai tagar",
        "contestants_party": "Partai yang disebut",
        "contestants_ticket": "Pasangan calon yang disebut",
        "errors": "Kesalahan yang paling meyakinkan",
        "errors_text": "Dengan kata-kata yang paling berpengaruh. Sebagian mungkin label yang "
        "keliru, bukan saran yang keliru.",
        "accused": "Netral, tetapi disebut memihak",
        "missed": "Memihak, tetapi disebut netral",
        "error_head": "skor {score} · label: {label} · hasil: {verdict}, {category} · baris {row}",
        "because": "karena",
        "none": "Tidak ada.",
        "notes": "Cara membaca",
        "note_interval": "Di dalam kurung: selang 95 % dari {n} sampel ulang atas teks-teks ini "
        "(bootstrap). Sumber teks yang baru dapat memberi hasil di luar selang itu. Bagian 0 % dan "
        "100 % tidak mempunyai selang: yang berbicara di situ adalah jumlah teksnya.",
        "note_scope": "Angka ini berlaku untuk teks seperti yang diukur. Saran bukan bukti atas "
        "siapa pun; putusan tetap pada manusia yang membaca.",
        "note_files": "{file} di samping halaman ini berisi semua angka, tanpa teks.",
    },
    "en": {
        "title": "How good is this advice?",
        "advice": "These figures judge advice about texts, not the people who wrote them.",
        "summary": "Measured on {rows} labelled texts: {partisan} partisan and {neutral} neutral.",
        "left_out": "A further {n} texts have no sure label (unsure); they are not counted, and "
        "{review} of them went to a reader.",
        "lexicon_only": "What was measured is the lexicon alone, without a model.",
        "about_data": "data",
        "about_model": "model",
        "about_data_sha256": "fingerprint of the data",
        "about_corpus_sha256": "fingerprint of the training corpus",
        "about_lexicon_sha256": "fingerprint of the lexicon",
        "about_version": "version of the package",
        "overview": "At a glance",
        "tile_precision": "Of those called partisan, partisan",
        "tile_caught": "Of the partisan, called partisan",
        "tile_missed": "Of the partisan, called neutral",
        "tile_accused": "Of the neutral, accused",
        "tile_review": "Left to a reader",
        "tile_average_precision": "Average precision (order of scores; 1 is perfect)",
        "tile_roc_auc": "Area under the ROC curve (1 is perfect)",
        "tile_calibration_error": "Calibration error (0 is perfect)",
        "partisan": "partisan",
        "neutral": "neutral",
        "review": "to a reader",
        "unsure": "unsure",
        "yes": "yes",
        "no": "no",
        "empty": "(empty)",
        "table": "Table",
        "texts": "texts",
        "classes": "Partisan and neutral",
        "classes_text": "A text left to a reader is called neither partisan nor neutral. The "
        "picture counts texts by label (rows) and result (columns); the darker a cell, the larger "
        "its share of the row.",
        "verdicts": "Label and result",
        "class": "class",
        "support": "labelled so",
        "said": "called so",
        "precision": "precision",
        "recall": "recall",
        "f1": "F1",
        "thresholds": "Thresholds",
        "thresholds_text": "Texts with a score from {low} to below {high} are left to a reader: "
        "{rows} texts, {share} of all; {partisan} of them are partisan. The table shows what would "
        "happen if texts were called partisan from another threshold on; the model's two "
        "thresholds are marked.",
        "threshold": "threshold",
        "caught": "caught (recall)",
        "accused_share": "neutral accused",
        "called": "called partisan",
        "histogram": "Scores",
        "histogram_text": "Upwards texts labelled partisan, downwards texts labelled neutral. The "
        "further apart the two, the better.",
        "reliability": "Calibration",
        "reliability_text": "If scores are honest, about seven in ten texts with the score 0.7 are "
        "partisan: the marks lie on the dashed line.",
        "score": "score",
        "mean_score": "mean score",
        "partisan_share": "are partisan",
        "categories": "Categories",
        "categories_text": "The category by label (rows) and the predicted one (columns), for the "
        "texts that were given a category.",
        "confusion": "Category and predicted category",
        "slices": "Part by part",
        "slices_text": "Results for some of the texts only. The wider an interval, the less can be "
        "said; values with fewer than {few} texts are not shown.",
        "more": "{n} more values are in {file}.",
        "value": "value",
        "to_review": "to a reader",
        "letters": "{band} letters",
        "column_category": "Category",
        "column_kind": "Kind",
        "column_source": "Source",
        "column_slice": "Slice of the corpus",
        "column_platform": "Platform",
        "column_register": "Register",
        "column_region": "Region",
        "column_election": "Election",
        "column_length": "Length of the text",
        "column_names_contestant": "Names a person, party or ticket",
        "column_hashtag": "Has a hashtag",
        "contestants_party": "Parties mentioned",
        "contestants_ticket": "Tickets mentioned",
        "errors": "Most confident errors",
        "errors_text": "With the words that weighed most. Some may be wrong labels rather than "
        "wrong advice.",
        "accused": "Neutral, but called partisan",
        "missed": "Partisan, but called neutral",
        "error_head": "score {score} · label: {label} · result: {verdict}, {category} · row {row}",
        "because": "because of",
        "none": "None.",
        "notes": "How to read this",
        "note_interval": "In brackets: 95 % intervals from {n} resamples of these texts "
        "(bootstrap). A new source of texts can give a result outside them. Shares of 0 % and "
        "100 % have no interval: what counts there is the number of texts.",
        "note_scope": "The figures hold for texts like those measured. Advice is no evidence "
        "against anybody; the decision stays with the person who reads.",
        "note_files": "{file} beside this page holds all figures, and no text.",
    },
}

__all__ = ["ERRORS", "FEW", "FIGURES_FILE", "PAGE", "Section", "render", "write_report"]
