"""Labels that may be wrong, texts that stand in two groups; and rows written out for relabelling.

What is said of a label is a question for a reader, not a finding; no label is changed here.
`suspected_labels` needs cleanlab (``pip install 'netralitas-nlp[notebook]'``).
"""

from __future__ import annotations

import csv
import io
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.catalogue import Language, text
from ..base.errors import DataError
from ..base.extras import extras
from ..base.files import write_bytes
from ..base.result import verdict_of
from ..tables.captions import COLUMNS, read_captions
from ..tables.labelled import LABELS
from ..tables.likeness import NEAR, near_duplicates
from ..teach.fit import Training

RELABELLING = (*COLUMNS, "suggested_label", "why")
"""Columns of the file that `export_for_relabelling` writes."""


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
        n, rows = len(training.probability), len(frame)
        raise DataError("other_training_table", n=n, rows=rows)
    score = training.probability
    verdict = [verdict_of(s, training.model.thresholds) for s in score.tolist()]
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
    MissingExtraError
        If cleanlab is missing.
    DataError
        If a column is missing, or one of the labels has no row.

    Notes
    -----
    Northcutt, Jiang & Chuang (2021), "Confident learning: estimating uncertainty in dataset
    labels", as in ``cleanlab.filter.find_label_issues``; ``label_quality`` is its
    self-confidence, which for two classes is the score itself or its complement.
    """
    with extras(), warnings.catch_warnings():
        # a progress bar that cleanlab brings along, and that is never shown here, complains where
        # ipywidgets is missing
        warnings.simplefilter("ignore")
        from cleanlab.filter import find_label_issues
        from cleanlab.rank import get_label_quality_scores
    require_columns(rows, ("text", "label", "score"))
    sure = rows[rows["label"].isin(LABELS)].reset_index(drop=True)
    label = (sure["label"] == "partisan").to_numpy().astype(int)
    for value, name in enumerate(("neutral", "partisan")):
        if not (label == value).any():
            raise DataError("label_needed", label=name)
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
        text(
            "explore.suspected", language, label=label, score=f"{score:.2f}".replace(".", point),
            words=f" ({said})" if said else "",
        )
        for label, score, said in zip(rows["label"], rows["score"], words, strict=True)
    ]  # fmt: skip


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
    require_columns(frame, ("text", by))
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
    require_columns(frame, ("text", "label"))
    path = Path(path)
    if path.suffix.lower() != ".csv":
        raise DataError("output_not_csv", option="", path=path)
    if not len(frame):
        raise DataError("nothing_to_relabel")
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
        raise DataError("text_lost")
    write_bytes(path, data)
    return len(cells)


def require_columns(rows: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise DataError where a table lacks a column."""
    missing = [c for c in columns if c not in rows.columns]
    if missing:
        have = list(map(str, rows.columns))
        raise DataError("missing_columns", path="DataFrame", columns=missing, have=have)
