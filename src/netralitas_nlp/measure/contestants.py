"""Whom texts mention, by the lexicon's names of parties and tickets, and the errors about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..read.find import Entry, Lexicon
from ..score.classifier import Classifier
from ..tables.labelled import LABELS
from .figures import Array, Figure, Verdicts, wilson

KINDS = ("party", "ticket")


def answers(classifier: Classifier, texts: Sequence[str]) -> tuple[Array, Verdicts]:
    """Return the score and the verdict of each text."""
    results = list(classifier.classify_many(texts))
    score = np.array([r.score for r in results], dtype=float)
    return score, np.array([r.verdict for r in results], dtype=object)


def mentioned(texts: Sequence[str], lexicon: Lexicon) -> dict[tuple[str, str], list[int]]:
    """Return, by kind and name, the rows that mention a party or a ticket.

    Tickets are those for president and for governor. A mention counts where one name alone can be
    meant.
    """
    out: dict[tuple[str, str], list[int]] = {}
    for row, text in enumerate(texts):
        names = {
            (m.kind, m.entries[0].name)
            for m, _ in lexicon.find(text)
            if m.entries and len({e.name for e in m.entries}) == 1 and _counts(m.entries[0])
        }
        for name in names:
            out.setdefault(name, []).append(row)
    return out


def _counts(entry: Entry) -> bool:
    if entry.kind == "ticket":
        return entry.id.startswith(("ticket-pilpres", "ticket-pilgub"))
    return entry.kind == "party"


@dataclass(frozen=True)
class Errors:
    """False alarms and misses on the labelled rows that name one party or ticket.

    Attributes
    ----------
    kind, name : str
        ``"party"`` or ``"ticket"``, and the lexicon's name; ``""`` stands for all rows that name
        one of that kind.
    neutral, accused : int
        Rows labelled neutral, and those of them called partisan (false alarms).
    partisan, missed : int
        Rows labelled partisan, and those of them called neutral (misses).
    """

    kind: str
    name: str
    neutral: int
    accused: int
    partisan: int
    missed: int

    @property
    def false_alarms(self) -> Figure:
        """Share of the neutral rows that are accused."""
        return wilson(self.accused, self.neutral)

    @property
    def misses(self) -> Figure:
        """Share of the partisan rows that are missed."""
        return wilson(self.missed, self.partisan)


def errors_by_contestant(classifier: Classifier, rows: pd.DataFrame) -> list[Errors]:
    """Count false alarms and misses on the rows that name each party and each ticket.

    Parameters
    ----------
    classifier : Classifier
    rows : DataFrame
        With ``text`` and ``label``; rows labelled ``unsure`` are left out.

    Returns
    -------
    list of Errors
        For parties, then for tickets (for president or governor): the sum over all rows that name
        one, under the name ``""``; then one by one, most rows first.
    """
    rows = rows[rows["label"].isin(LABELS)]
    texts, label = rows["text"].tolist(), rows["label"].to_numpy()
    _, verdict = answers(classifier, texts)
    found = mentioned(texts, classifier.lexicon)
    out = []
    for kind in KINDS:
        of_kind = {name: at for (k, name), at in found.items() if k == kind}
        everyone = sorted({row for at in of_kind.values() for row in at})
        ranked = sorted(of_kind, key=lambda name: (-len(of_kind[name]), name))
        for name, at in [("", everyone), *((n, of_kind[n]) for n in ranked)]:
            neutral, partisan = label[at] == "neutral", label[at] == "partisan"
            out.append(
                Errors(
                    kind,
                    name,
                    int(neutral.sum()),
                    int((neutral & (verdict[at] == "partisan")).sum()),
                    int(partisan.sum()),
                    int((partisan & (verdict[at] == "neutral")).sum()),
                )
            )
    return out


__all__ = ["KINDS", "Errors", "answers", "errors_by_contestant", "mentioned"]
