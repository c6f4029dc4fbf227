"""How good a classifier is on labelled texts: by part of the table, by contestant, error by error.

`evaluate` gives the figures, `classified` a table of the rows with what the classifier says of
each, for `assess` and the notebooks. Nothing is fitted here, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.catalogue import place_of
from ..base.errors import ArgumentError, DataError
from ..base.result import Classification
from ..read.find import Lexicon
from ..read.words import HASHTAG
from ..say.sentences import reasons
from ..score.classifier import Classifier
from ..tables.captions import known_labels, read_named
from ..tables.sheets import WHERE
from .contestants import answers, mentioned
from .figures import RESAMPLES, SEED, Array, Figure, Part, Verdicts, by_value, figures, plain
from .labels import label_values, require_known

PARTS = ("category", "kind", "source", "slice", "platform")
"""Columns by whose values the figures are also given, where a table has them."""
SLICES = (*PARTS, "register", "region", "election")
"""Columns by whose values `assess` gives the figures, where a table has them."""
TRAITS = ("length", "names_contestant", "hashtag")
"""What `traits` reads off the texts themselves; `assess` gives the figures by it too."""
LENGTHS = ((1, 40), (41, 80), (81, 160), (161, 320))
"""Bands of length, in letters; longer texts stand in one more."""
LABELS = ("partisan", "neutral", "unsure")


@dataclass(frozen=True)
class Contestant:
    """Figures of the texts that mention one party or ticket, by the lexicon's name of it."""

    kind: str
    name: str
    part: Part


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` returns.

    Attributes
    ----------
    whole : Part
        All rows with a sure label.
    parts : mapping of str to mapping of str to Part
        By column of `PARTS`, then by value; rows without a value stand under ``""``.
    contestants : tuple of Contestant
        Parties, and tickets for president or governor, by the number of rows that mention them.
    unsure : int
        Rows labelled ``unsure``; they are in none of the other numbers.
    unsure_review : Figure
        Share of those left to a reader.
    """

    whole: Part
    parts: Mapping[str, Mapping[str, Part]]
    contestants: tuple[Contestant, ...]
    unsure: int
    unsure_review: Figure

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        out: dict[str, Any] = plain(self)
        return out


def evaluate(
    classifier: Classifier,
    frame: pd.DataFrame,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Evaluation:
    """Classify labelled texts and compare.

    Parameters
    ----------
    classifier : Classifier
        What is measured; its lexicon says whom a text mentions.
    frame : DataFrame
        With the columns ``text`` and ``label`` (partisan, neutral, unsure), and any of `PARTS`.
    resamples : int
        Bootstrap resamples behind each interval that is not Wilson's.
    seed : int
        Their seed: the same rows give the same intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"text": ["Coblos nomor 2, menangkan Prabowo-Gibran!", "Harga cabai naik"],
    ...                      "label": ["partisan", "neutral"]})
    >>> evaluate(Classifier(model=None), rows).whole.figures["average_precision"].value
    1.0
    """
    score, verdict = answers(classifier, frame["text"].tolist())
    return measure(frame, score, verdict, classifier.lexicon, resamples, seed)


def measure(
    frame: pd.DataFrame,
    score: Array,
    verdict: Verdicts,
    lexicon: Lexicon | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Evaluation:
    """Compare scores and verdicts worked out elsewhere with the labels; see `evaluate`."""
    label = frame["label"].to_numpy()
    unsure = label == "unsure"
    sure = np.flatnonzero(~unsure)
    truth = label == "partisan"

    def part(rows: npt.NDArray[np.intp]) -> Part:
        at = sure[rows]
        return figures(truth[at], score[at], verdict[at], resamples, seed)

    cells = {c: frame[c].to_numpy()[sure].tolist() for c in PARTS if c in frame.columns}
    texts = frame["text"].to_numpy()[sure].tolist()
    contestants = [
        Contestant(kind, name, part(np.array(rows)))
        for (kind, name), rows in mentioned(texts, lexicon or Lexicon.default()).items()
    ]
    contestants.sort(key=lambda c: (c.kind, -c.part.rows, c.name))
    left = figures(truth[unsure], score[unsure], verdict[unsure], resamples=0).figures["review"]
    return Evaluation(
        part(np.arange(len(sure))), by_value(cells, part), tuple(contestants), int(unsure.sum()), left
    )  # fmt: skip


def classified(
    classifier: Classifier, frame: pd.DataFrame, slices: Sequence[str] = ()
) -> pd.DataFrame:
    """Return a labelled table with what the classifier says of each row.

    Parameters
    ----------
    classifier : Classifier
        What is measured.
    frame : DataFrame
        With the columns ``text`` and ``label`` (partisan, neutral, unsure).
    slices : sequence of str
        More columns whose cells are read as str, for `assess`.

    Returns
    -------
    DataFrame
        The rows and columns of `frame` (``category`` is added, empty, where it is missing; cells
        of `SLICES` are str), numbered from 0, and:
        ``score``, ``verdict``, ``predicted_category``; ``method`` and the thresholds ``review_from``
        and ``partisan_from``; ``error``: ``"accused"`` for a neutral text called partisan,
        ``"missed"`` for a partisan text called neutral, else ``""``; ``reasons``: for those
        errors, the words that weigh most, else ``""``. Columns of these names are replaced.

    Raises
    ------
    DataError
        If a column is missing, or a label is none of `LABELS`.
    TypeError
        If a text is not a str.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"text": ["Coblos nomor 2, menangkan Prabowo-Gibran!", "Harga cabai naik"],
    ...                      "label": ["neutral", "neutral"]})
    >>> classified(Classifier(model=None), rows)[["verdict", "error"]].values.tolist()
    [['partisan', 'accused'], ['neutral', '']]
    """
    check_labelled(frame)
    results = list(classifier.classify_many(frame["text"].tolist()))
    out = frame.reset_index(drop=True)
    for column in (*SLICES, *slices):
        if column in out.columns:
            out[column] = out[column].fillna("").astype(str)
    if "category" not in out.columns:
        out["category"] = ""
    label = out["label"].tolist()
    errors = [_error(t, r.verdict) for t, r in zip(label, results, strict=True)]
    return out.assign(
        score=np.array([r.score for r in results], dtype=float),
        verdict=[r.verdict for r in results],
        predicted_category=[r.category for r in results],
        method=[r.method for r in results],
        review_from=np.array([r.thresholds[0] for r in results], dtype=float),
        partisan_from=np.array([r.thresholds[1] for r in results], dtype=float),
        error=errors,
        reasons=[_words(r) if e else "" for r, e in zip(results, errors, strict=True)],
    )


def _error(label: str, verdict: str) -> str:
    wrong = {("neutral", "partisan"): "accused", ("partisan", "neutral"): "missed"}
    return wrong.get((label, verdict), "")


def _words(result: Classification) -> str:
    return "; ".join(" ".join(e.text.split()) for e in reasons(result))


def worst(rows: pd.DataFrame, error: str, n: int = 20) -> pd.DataFrame:
    """Return the `n` rows of one kind of error that the classifier was surest of.

    Parameters
    ----------
    rows : DataFrame
        From `classified`.
    error : str
        ``"accused"`` or ``"missed"``.
    n : int
        How many at most.
    """
    if error not in ("accused", "missed"):
        raise ArgumentError("not_one_of", name="error", value=error, allowed=["accused", "missed"])
    mine = rows[rows["error"] == error]
    return mine.sort_values("score", ascending=error == "missed", kind="stable").head(n)


def traits(texts: Sequence[str], lexicon: Lexicon | None = None) -> pd.DataFrame:
    """Return what can be read off the texts themselves, to slice by; columns `TRAITS`.

    ``length`` is a band of `LENGTHS`, in letters without repeated white space (``"0"`` for an
    empty text); ``names_contestant`` says whether the lexicon finds a person, a party or a ticket
    that counts; ``hashtag`` whether there is a hashtag.

    Examples
    --------
    >>> traits(["Ayo ke TPS", "Menangkan Prabowo-Gibran! #menang"]).values.tolist()
    [['1-40', 'no', 'no'], ['1-40', 'yes', 'yes']]
    """
    lexicon = lexicon or Lexicon.default()
    said = {True: "yes", False: "no"}
    rows = []
    for text in texts:
        named = any(m.kind in ("person", "party", "ticket") for m, _ in lexicon.find(text))
        tagged = "#" in text and any(t.kind == HASHTAG for t in lexicon.tokenizer.tokens(text))
        rows.append((_length(len(" ".join(text.split()))), said[named], said[tagged]))
    return pd.DataFrame(rows, columns=list(TRAITS))


def _length(letters: int) -> str:
    if not letters:
        return "0"
    return next((f"{a}-{b}" for a, b in LENGTHS if letters <= b), f"{LENGTHS[-1][1] + 1}+")


def read_scored(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> pd.DataFrame:
    """Read labelled texts to measure on: ``text``, ``label``, and any of `PARTS`.

    Parameters
    ----------
    path : str or Path
        Of any format of `sheets.read_table`.
    columns, labels, sheet
        As in `corpus.read_captions`.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, or the meaning of a label is not known.
    """
    path = Path(path)
    frame = read_named(path, columns, sheet)
    require_known(label_values(frame["label"].tolist(), labels))
    # A row without a label is one without a sure label: left out of the figures, and counted.
    frame["label"] = known_labels(frame["label"], labels).replace("", "unsure")
    frame.loc[frame["text"].str.strip() == "", "label"] = "unsure"  # nothing to be right about
    check_labelled(frame, path.name)
    if (frame["label"] == "unsure").all():
        raise DataError("nothing_to_measure", path=path)
    return frame.drop(columns=WHERE)


def check_labelled(frame: pd.DataFrame, path: str = "") -> None:
    """Raise DataError where a column is missing, or a label is none of `LABELS`."""
    missing = [c for c in ("text", "label") if c not in frame.columns]
    if missing:
        have = list(map(str, frame.columns))
        raise DataError("missing_columns", path=path or "DataFrame", columns=missing, have=have)
    wrong = np.flatnonzero(~frame["label"].isin(LABELS))
    if len(wrong):
        row = wrong[0]
        where = frame[WHERE].iloc[row] if WHERE in frame.columns else f"row {row + 1}"
        value, allowed = frame["label"].iloc[row], list(LABELS)
        raise DataError("wrong_label", where=place_of(where), value=value, allowed=allowed)


__all__ = [
    "LABELS", "PARTS", "SLICES", "TRAITS", "Contestant", "Evaluation", "check_labelled", "classified",
    "evaluate", "measure", "read_scored", "traits", "worst",
]  # fmt: skip
