"""Where a classifier goes wrong, for notebooks to call and show.

The surest errors with their reasons, errors by slice, the lexicon against the model, as tables. What
is said of a text is a question for a reader, not a finding. Nothing is trained here, nothing is drawn
(see `pictures`).
"""

from __future__ import annotations

import html
import math
from dataclasses import dataclass

import pandas as pd

from ..base.errors import ArgumentError
from ..measure.assessment import Assessment
from ..measure.evaluation import worst
from ..read.find import Lexicon
from ..say.markup import Markup
from ..say.terminal import visible
from ..score.classifier import Classifier
from ..tables.labelled import LABELS

AT_LEAST = 20
"""A value of a slice with fewer rows is left out: its figures say too little."""
# The last two classes keep notebooks from reading $…$ in a text as a formula.
_TABLE = "netralitas-table tex2jax_ignore mathjax_ignore"
_STYLE = (
    "table.netralitas-table td, table.netralitas-table th "
    "{text-align: left; vertical-align: top; white-space: pre-line; overflow-wrap: break-word}"
)
_SIDES = ("partisan", "other")


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
    >>> rows = pd.DataFrame({"text": ["Coblos nomor 2, menangkan Prabowo-Gibran!"], "label": ["neutral"]})
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
        From `assessment.assess`.
    at_least : int
        Rows a value must have to be listed.

    Returns
    -------
    DataFrame
        ``slice`` and ``value``; ``rows`` and ``partisan`` (counts); ``errors``, the share of rows
        with the wrong verdict; ``missed``, ``accused`` and ``review`` as in `figures.Part`,
        the first two with the ends of their 95 % intervals (``missed_low`` …). All shares 0..1;
        NaN where there is nothing to divide by.
    """
    table = []
    for column, parts in found.slices.items():
        for value, part in parts.items():
            if part.rows < at_least:
                continue
            row = {"slice": column, "value": value, "rows": part.rows, "partisan": part.partisan}
            missed, accused = part.figures["missed"], part.figures["accused"]
            wrong = [(missed.value, part.partisan), (accused.value, part.neutral)]
            row["errors"] = sum(share * count for share, count in wrong if count) / part.rows
            for name, figure in (("missed", missed), ("accused", accused)):
                row |= {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}
            table.append(row | {"review": part.figures["review"].value})
    names = ("slice", "value", "rows", "partisan", "errors", "missed", "missed_low", "missed_high")
    out = pd.DataFrame(table, columns=[*names, "accused", "accused_low", "accused_high", "review"])
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


def _side(verdict: pd.Series[str], side: str) -> pd.Series[bool]:
    if side not in _SIDES:
        raise ArgumentError("not_one_of", name="side", value=side, allowed=list(_SIDES))
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
    >>> rows = pd.DataFrame({"text": ["Coblos nomor 2, menangkan Prabowo-Gibran!", "Harga cabai naik"],
    ...                      "label": ["partisan", "neutral"], "verdict": ["neutral", "neutral"]})
    >>> found = lexicon_against_model(rows)
    >>> found.counts.values.tolist()
    [[0, 1], [0, 1]]
    >>> found.cell("partisan", "other")["text"].tolist()
    ['Coblos nomor 2, menangkan Prabowo-Gibran!']
    """
    alone = Classifier(None, lexicon)
    sure = rows[rows["label"].isin(LABELS)]
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
