"""Where a classifier goes wrong, for notebooks to call and show.

Every function takes a table of labelled rows (from `evaluation.classified`) or a model, and returns
a table: the surest errors with their reasons, errors by slice, labels that may be wrong, texts that
stand in two groups, lexicon against model, the strongest words of each category, the training texts
nearest to an error; and it writes rows out for relabelling, in the shape that training reads.

What it says of a label or a text is a question for a reader, not a finding. Nothing is trained here,
nothing is drawn (see `pictures`), and no label is changed. `suspected_labels` needs cleanlab
(``pip install 'netralitas-nlp[notebook]'``).
"""

from __future__ import annotations

import csv
import html
import io
import math
import re
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.preprocessing import normalize

from ..base.files import write_bytes
from ..base.result import CATEGORIES, DataError, NetralitasError
from ..measure.assessment import Assessment
from ..measure.evaluation import worst
from ..read.find import Lexicon
from ..say.markup import Markup
from ..say.sentences import Language
from ..say.terminal import visible
from ..score.classifier import Classifier
from ..score.occurrences import BLOCKS
from ..score.weights import LinearModel
from ..tables.captions import COLUMNS, read_captions
from ..tables.labelled import LABELS
from ..tables.likeness import NEAR, near_duplicates
from ..teach.fit import Training
from ..teach.pipeline import vectorizer_of

RELABELLING = (*COLUMNS, "suggested_label", "why")
"""Columns of the file that `export_for_relabelling` writes."""
AT_LEAST = 20
"""A value of a slice with fewer rows is left out: its figures say too little."""

_WHY: dict[Language, str] = {
    "id": "berlabel {label}, padahal skornya {score}{words}",
    "en": "labelled {label}, yet its score is {score}{words}",
}
_DIGITS = re.compile(r"\d{5}")
_WORDY = ("word", "letters", "near")
_WIDTH = 620  # pixels; without a width a notebook draws it as wide as its window


@dataclass(frozen=True)
class Picture:
    """An SVG of `pictures` for a notebook to show, also where notebooks are shown without HTML.

    Attributes
    ----------
    svg : str
        One ``<svg>`` element.
    """

    svg: str = field(repr=False)

    def _repr_svg_(self) -> str:
        return self.svg.replace("<svg ", f'<svg width="{_WIDTH}" ', 1)


def table(frame: pd.DataFrame, digits: int = 2) -> Markup:
    """Return a table for a notebook to show: whole texts, left-aligned, their line breaks kept.

    Parameters
    ----------
    frame : DataFrame
        A handful of rows; its index is not shown.
    digits : int
        Decimal places.

    Examples
    --------
    >>> "<b>" in table(pd.DataFrame({"text": ["<b>"], "score": [0.5]}))
    False
    """
    wordy = {_cell(c): _cell for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])}
    with pd.option_context("display.max_colwidth", None):
        body = frame.rename(columns=_cell).to_html(
            index=False, escape=False, border=0, justify="left", float_format=f"{{:.{digits}f}}".format, na_rep="–",
            formatters=wordy, classes=_TABLE,
        )  # fmt: skip
    return Markup(f"<style>{_STYLE}</style>\n{body}")


def _cell(value: object) -> str:
    return html.escape(visible(str(value)))


# The last two classes keep notebooks from reading $…$ in a text as a formula.
_TABLE = "netralitas-table tex2jax_ignore mathjax_ignore"
_STYLE = (
    "table.netralitas-table td, table.netralitas-table th "
    "{text-align: left; vertical-align: top; white-space: pre-line; overflow-wrap: break-word}"
)


# --- errors


def confident_errors(rows: pd.DataFrame, n: int = 20) -> pd.DataFrame:
    """Return the errors the classifier was surest of, both kinds together.

    To see them with their words coloured, give the texts to the same classifier and the results to
    `markup.to_html_table`.

    Parameters
    ----------
    rows : DataFrame
        From `evaluation.classified`, whose column ``reasons`` names the words that decided.
    n : int
        How many at most.

    Returns
    -------
    DataFrame
        Rows of `rows`, the surest first, with ``confidence``: the probability, 0..1, that the
        classifier gave its wrong answer.

    Examples
    --------
    >>> from netralitas_nlp import Classifier
    >>> from netralitas_nlp.measure.evaluation import classified
    >>> rows = pd.DataFrame({"text": ["Ayo menangkan Prabowo-Gibran!"], "label": ["neutral"]})
    >>> confident_errors(classified(Classifier(model=None), rows))["error"].tolist()
    ['accused']
    """
    both = pd.concat([worst(rows, kind, n) for kind in ("accused", "missed")])
    sure = both["score"].where(both["error"] == "accused", 1 - both["score"])
    out = both.assign(confidence=sure)
    return out.sort_values("confidence", ascending=False, kind="stable").head(n)


def errors_by_slice(found: Assessment, at_least: int = AT_LEAST) -> pd.DataFrame:
    """Return the figures of every slice in one table, the one with most errors first.

    Parameters
    ----------
    found : Assessment
        From `evaluation.assess`.
    at_least : int
        Rows a value must have to be listed.

    Returns
    -------
    DataFrame
        ``slice`` and ``value``; ``rows`` and ``partisan`` (counts); ``errors``, the share of rows
        with the wrong verdict; ``missed``, ``accused`` and ``review`` as in `evaluation.Part`,
        the first two with the ends of their 95 % intervals (``missed_low`` …). All shares 0..1;
        NaN where there is nothing to divide by.
    """
    table = []
    for column, parts in found.slices.items():
        for value, part in parts.items():
            if part.rows < at_least:
                continue
            missed, accused = part.figures["missed"], part.figures["accused"]
            wrong = sum(
                figure.value * count
                for figure, count in ((missed, part.partisan), (accused, part.neutral))
                if count
            )
            table.append(
                {
                    "slice": column,
                    "value": value,
                    "rows": part.rows,
                    "partisan": part.partisan,
                    "errors": wrong / part.rows,
                    "missed": missed.value,
                    "missed_low": missed.low,
                    "missed_high": missed.high,
                    "accused": accused.value,
                    "accused_low": accused.low,
                    "accused_high": accused.high,
                    "review": part.figures["review"].value,
                }
            )
    names = ("slice", "value", "rows", "partisan", "errors", "missed", "missed_low", "missed_high")
    columns = [*names, "accused", "accused_low", "accused_high", "review"]
    out = pd.DataFrame(table, columns=columns)
    return out.sort_values("errors", ascending=False, kind="stable").reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Crossing:
    """The lexicon's own verdict against the model's; what `lexicon_against_model` returns.

    Attributes
    ----------
    rows : DataFrame
        The rows given, with ``lexicon_verdict`` and ``lexicon_score``.
    counts : DataFrame
        Number of rows: ``partisan`` or ``other`` by the lexicon (down) and by the model (across);
        ``other`` is neutral or review.
    partisan : DataFrame
        The same cells: the share, 0..1, of their rows that is labelled partisan; NaN for none.
    """

    rows: pd.DataFrame
    counts: pd.DataFrame
    partisan: pd.DataFrame

    def cell(self, lexicon: str, model: str) -> pd.DataFrame:
        """Return the rows of one cell.

        Parameters
        ----------
        lexicon, model : str
            ``"partisan"`` or ``"other"``.

        Raises
        ------
        ValueError
            If one of them is neither.
        """
        return self.rows[
            _side(self.rows["lexicon_verdict"], lexicon) & _side(self.rows["verdict"], model)
        ]


_SIDES = ("partisan", "other")


def _side(verdict: pd.Series[str], side: str) -> pd.Series[bool]:
    if side not in _SIDES:
        raise ValueError(f"{side!r} is none of {', '.join(_SIDES)}")
    return (verdict == "partisan") == (side == "partisan")


def lexicon_against_model(rows: pd.DataFrame, lexicon: Lexicon | None = None) -> Crossing:
    """Let the lexicon judge the rows alone, and cross its verdicts with those of the model.

    Parameters
    ----------
    rows : DataFrame
        From `evaluation.classified`, by a classifier with a model; rows labelled ``unsure`` are
        left out.
    lexicon : Lexicon, optional
        Default: the packaged one.

    Examples
    --------
    >>> rows = pd.DataFrame({"text": ["Ayo menangkan Prabowo-Gibran!", "Harga cabai naik"],
    ...                      "label": ["partisan", "neutral"], "verdict": ["neutral", "neutral"]})
    >>> found = lexicon_against_model(rows)
    >>> found.counts.values.tolist()
    [[0, 1], [0, 1]]
    >>> found.cell("partisan", "other")["text"].tolist()
    ['Ayo menangkan Prabowo-Gibran!']
    """
    alone = Classifier(None, lexicon)
    sure = _sure(rows)
    results = list(alone.classify_many(sure["text"].tolist()))
    both = sure.assign(
        lexicon_verdict=[r.verdict for r in results], lexicon_score=[r.score for r in results]
    )
    counts, shares = [], []
    for lexical in _SIDES:
        cells = [
            both[_side(both["lexicon_verdict"], lexical) & _side(both["verdict"], modelled)]
            for modelled in _SIDES
        ]
        counts.append([len(c) for c in cells])
        shares.append([(c["label"] == "partisan").mean() if len(c) else math.nan for c in cells])
    down = pd.Index(_SIDES, name="lexicon")
    across = pd.Index(_SIDES, name="model")
    return Crossing(both, pd.DataFrame(counts, down, across), pd.DataFrame(shares, down, across))


# --- labels and data


def out_of_group(training: Training, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the training rows with scores of models that did not see the row's group.

    Parameters
    ----------
    training : Training
        From `training.train`.
    frame : DataFrame
        The rows it was trained on, in the same order.

    Returns
    -------
    DataFrame
        `frame` with ``score``, 0..1, and ``verdict``.

    Raises
    ------
    DataError
        If the number of rows is another.
    """
    if len(training.probability) != len(frame):
        raise DataError(
            f"the training has {len(training.probability):,} rows, this table {len(frame):,}; "
            "give the table it was trained on"
        )
    score = training.probability
    review, partisan = training.model.thresholds
    verdict = np.select([score >= partisan, score >= review], ["partisan", "review"], "neutral")
    return frame.reset_index(drop=True).assign(score=score, verdict=verdict)


def suspected_labels(rows: pd.DataFrame, language: Language = "id") -> pd.DataFrame:
    """Return the rows whose label may be wrong, the likeliest first, by confident learning.

    Parameters
    ----------
    rows : DataFrame
        With ``text``, ``label`` and ``score``, the score from a model that did not see the row:
        from `out_of_group`, or from `evaluation.classified` of rows that were not trained on.
        Rows labelled ``unsure`` are left out.
    language : str
        Of ``why``: ``"id"`` or ``"en"``.

    Returns
    -------
    DataFrame
        Rows of `rows`, with ``label_quality`` (0..1, the probability the model gives the label),
        ``suggested_label`` and ``why``. A suspicion, for a person to judge: a hard text that is
        labelled rightly looks the same.

    Raises
    ------
    NetralitasError
        If cleanlab is missing.
    DataError
        If a column is missing, or one of the labels has no row.

    Notes
    -----
    Northcutt, Jiang & Chuang (2021), "Confident learning: estimating uncertainty in dataset
    labels", as in ``cleanlab.filter.find_label_issues``; ``label_quality`` is its
    self-confidence, which for two classes is the score itself or its complement.
    """
    try:
        with warnings.catch_warnings():
            # a progress bar that cleanlab brings along, and that is never shown here, complains
            # where ipywidgets is missing
            warnings.simplefilter("ignore")
            from cleanlab.filter import find_label_issues
            from cleanlab.rank import get_label_quality_scores
    except ImportError as error:
        raise NetralitasError(
            "looking for wrong labels needs cleanlab: pip install 'netralitas-nlp[notebook]'"
        ) from error
    _require(rows, ("text", "label", "score"))
    sure = _sure(rows).reset_index(drop=True)
    label = (sure["label"] == "partisan").to_numpy().astype(int)
    for value, name in enumerate(("neutral", "partisan")):
        if not (label == value).any():
            raise DataError(f"no row has the label {name!r}: both are needed to compare")
    score = sure["score"].to_numpy(dtype=float)
    probabilities = np.column_stack([1 - score, score])
    # One process: cleanlab's pool would start a Python for each core.
    found: npt.NDArray[np.int_] = find_label_issues(
        label, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    quality = get_label_quality_scores(label, probabilities, method="self_confidence")
    out = sure.iloc[found].assign(
        label_quality=quality[found],
        suggested_label=np.where(label[found] == 1, "neutral", "partisan"),
    )
    return out.assign(why=_whys(out, language)).reset_index(drop=True)


def _whys(rows: pd.DataFrame, language: Language) -> list[str]:
    words = rows["reasons"].tolist() if "reasons" in rows else [""] * len(rows)
    point = "," if language == "id" else "."
    return [
        _WHY[language].format(
            label=label,
            score=f"{score:.2f}".replace(".", point),
            words=f" ({said})" if said else "",
        )
        for label, score, said in zip(rows["label"], rows["score"], words, strict=True)
    ]


def duplicates_across(
    frame: pd.DataFrame, by: str = "group", likeness: float = NEAR
) -> pd.DataFrame:
    """Return the pairs of texts that are alike, yet stand in different groups.

    Such a pair can put nearly the same text on both sides of a split, which makes figures look
    better than they are.

    Parameters
    ----------
    frame : DataFrame
        With ``text`` and the column `by`.
    by : str
        What is kept together in a split: ``"group"``, or a column of folds.
    likeness : float
        As in `corpus.near_duplicates`.

    Returns
    -------
    DataFrame
        One row a pair, the likest first: ``likeness``, then ``id``, `by`, ``label`` and ``text``
        of both, where the table has them, with the endings ``_1`` and ``_2``.

    Raises
    ------
    DataError
        If a column is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"text": ["ayo ke TPS besok pagi", "Ayo ke TPS besok pagi!"],
    ...                      "group": ["a", "b"]})
    >>> duplicates_across(rows)["likeness"].tolist()
    [0.94]
    """
    _require(frame, ("text", by))
    kept = [c for c in ("id", by, "label", "text") if c in frame.columns]
    side = frame[by].tolist()
    pairs = [
        (alike, i, j)
        for i, j, alike in near_duplicates(frame["text"].tolist(), likeness=likeness)
        if side[i] != side[j]
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1:]))

    def half(at: list[int], ending: str) -> pd.DataFrame:
        return frame[kept].iloc[at].reset_index(drop=True).add_suffix(ending)

    alike = pd.DataFrame({"likeness": [a for a, _, _ in pairs]})
    one, two = half([i for _, i, _ in pairs], "_1"), half([j for _, _, j in pairs], "_2")
    return pd.concat([alike, one, two], axis=1)


def export_for_relabelling(frame: pd.DataFrame, path: str | Path) -> int:
    """Write rows to a CSV for a person to correct; training reads the file as it is.

    Correct the cells of ``label`` (and ``category``); ``suggested_label`` and ``why`` are for the
    reader's eyes, training passes over them.

    Parameters
    ----------
    frame : DataFrame
        With ``text`` and ``label``, and any other column of `RELABELLING`; those that are missing
        are written empty, other columns are not written.
    path : path
        The file, ``.csv``, written whole or not at all.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    DataError
        If a column is missing, there is no row, the file is no ``.csv`` or cannot be written, or
        `corpus.read_captions` would not take it as it is: a label other than partisan or neutral,
        a blank text.

    Notes
    -----
    Texts are written exactly as they are, so that a corrected file can stand in for the rows it
    came from. A spreadsheet may take a text that begins with ``=`` for a formula; open the file
    with its columns as text.
    """
    _require(frame, ("text", "label"))
    path = Path(path)
    if path.suffix.lower() != ".csv":
        raise DataError(f"cannot write {path}: only CSV is written; end the name in .csv")
    if not len(frame):
        raise DataError("no row to relabel")
    cells = pd.DataFrame(
        {c: frame[c].fillna("").astype(str) if c in frame else "" for c in RELABELLING},
        index=frame.index,
    )
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(RELABELLING)
    writer.writerows(cells.itertuples(index=False))
    data = out.getvalue().encode("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / path.name
        trial.write_bytes(data)
        again = read_captions(trial)
    if again["text"].tolist() != cells["text"].tolist():
        raise DataError("a text would not come back from the file as it is; look for control marks")
    write_bytes(path, data)
    return len(cells)


# --- the model


def top_words(model: LinearModel, n: int = 15) -> pd.DataFrame:
    """Return the words that pull hardest to each verdict and category.

    Parameters
    ----------
    model : LinearModel
    n : int
        How many of each.

    Returns
    -------
    DataFrame
        Columns ``partisan``, ``neutral`` and each category the model knows; `n` rows, the
        strongest first, by ``weight * idf`` of the block of words: stems, pairs of stems, and
        placeholders (``<person>``). Handles and long numbers are left out; ``""`` where no more
        words pull that way.
    """
    names = model.names["word"]
    strength = model.weights["word"] * model.idf["word"][:, None]
    pulls = {"partisan": strength[:, 0], "neutral": -strength[:, 0]}
    for i, category in enumerate(CATEGORIES, start=1):
        if strength[:, i].any():
            pulls[category] = strength[:, i]
    table = {}
    for head, pull in pulls.items():
        best = [
            names[at]
            for at in np.argsort(-pull, kind="stable").tolist()
            if pull[at] > 0 and not _DIGITS.search(names[at]) and "@" not in names[at]
        ][:n]
        table[head] = best + [""] * (n - len(best))
    return pd.DataFrame(table, index=pd.RangeIndex(1, n + 1, name="rank"))


def nearest_texts(
    rows: pd.DataFrame,
    seen: pd.DataFrame,
    model: LinearModel,
    lexicon: Lexicon | None = None,
    n: int = 3,
) -> pd.DataFrame:
    """Return, for each text, the training texts most like it in the eyes of the model.

    Parameters
    ----------
    rows : DataFrame
        With ``text`` and ``label``: a handful of errors.
    seen : DataFrame
        With the same columns: what the model was trained on.
    model : LinearModel
        Gives the features.
    lexicon : Lexicon, optional
        Default: the packaged one; give the one used in training, as names are masked by it.
    n : int
        Texts for each.

    Returns
    -------
    DataFrame
        `n` rows for each of `rows`, in their order: ``text`` and ``label``, ``likeness`` (cosine,
        0..1, of the two rows of words, letter groups and words near a mention, before any weight;
        how a text is written makes too many alike), ``nearest_text``, ``nearest_label``; and
        ``id``, ``category`` of both where the tables have them.

    Raises
    ------
    DataError
        If a column is missing, or `seen` has no row.
    """
    for given in (rows, seen):
        _require(given, ("text", "label"))
    if not len(seen):
        raise DataError("no training text to compare with")
    vectorizer = vectorizer_of(model, lexicon)
    wordy = np.flatnonzero(
        np.repeat([b in _WORDY for b in BLOCKS], [len(model.names[b]) for b in BLOCKS])
    )
    texts = [*seen["text"].tolist(), *rows["text"].tolist()]
    matrix = normalize(vectorizer.transform(texts)[:, wordy])
    there, here = matrix[: len(seen)], matrix[len(seen) :]
    likeness: npt.NDArray[np.float64] = (here @ there.T).toarray()
    order = np.argsort(-likeness, axis=1, kind="stable")[:, :n]
    at = np.repeat(np.arange(len(rows)), order.shape[1])
    kept = ("id", "text", "label", "category")
    left = rows.iloc[at][[c for c in kept if c in rows]].reset_index(drop=True)
    right = seen.iloc[order.ravel()][[c for c in kept if c in seen]].reset_index(drop=True)
    alike = pd.DataFrame({"likeness": likeness[at, order.ravel()]})
    return pd.concat([left, alike, right.add_prefix("nearest_")], axis=1)


# --- inside


def _sure(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["label"].isin(LABELS)]


def _require(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    for column in columns:
        if column not in frame.columns:
            have = ", ".join(map(str, frame.columns))
            raise DataError(f"the table has no column {column!r}; it has: {have}")
