"""Whether a new model may take a place: no worse than the old one, and within the audit's limits.

Both models are compared on the same rows. The new one is judged by its out-of-group scores, and so
is the old one on rows it was trained on: their out-of-group scores lie beside the model, by a
fingerprint of the text (no text is kept). What this module does not do: fit, measure or move
anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..base.catalogue import Message
from ..base.result import verdict_of
from ..measure.audit import Audit
from ..measure.comparing import Comparison, Difference, compare_answers
from ..measure.contestants import answers
from ..measure.figures import Array, Verdicts
from ..score.classifier import Classifier
from ..tables.likeness import fingerprint_of
from .place import EMPTY, SCORES

WORSE = 0.05
"""A fall of average precision, or a rise of accused neutral texts, that no interval excuses."""
FEW = 30
"""With fewer rows of a label than this nothing can be told."""


def compare_unseen(
    old: Classifier,
    frame: pd.DataFrame,
    new: tuple[Array, Verdicts],
    known: Mapping[str, float] = EMPTY,
) -> Comparison:
    """Compare two models on the same rows, each by scores of rows it had not seen.

    Parameters
    ----------
    old : Classifier
    frame : DataFrame
        Rows with ``text`` and ``label`` (partisan, neutral).
    new : pair of ndarray of shape (n_rows,)
        The new model's scores of them, out of group, and its verdicts by thresholds that were not
        chosen on the row; see `fit.Training`.
    known : mapping of str to float
        The old model's out-of-group scores, from `place.read_scores`: they stand for the rows it
        was trained on.
    """
    texts = frame["text"].tolist()
    score, verdict = answers(old, texts)
    if old.model is not None and known:
        for row, text in enumerate(texts):
            seen = known.get(fingerprint_of(text))
            if seen is not None:
                score[row], verdict[row] = seen, verdict_of(seen, old.model.thresholds)
    return compare_answers(frame, (score, verdict), new, old.lexicon, ["group"])


def judge(comparison: Comparison, known: Mapping[str, float]) -> tuple[Message, ...]:
    """Return why a new model may not take an old one's place; nothing if it may.

    Parameters
    ----------
    comparison : Comparison
        From `compare_unseen`: old, then new.
    known : mapping of str to float
        The old model's out-of-group scores. Without any, the comparison favours the old model on
        rows it has seen, and is itself the reason.

    Notes
    -----
    A new model passes if neither average precision nor the share of accused neutral texts is worse
    beyond its interval, nor worse by more than `WORSE` at all, and it does not catch fewer partisan
    texts by more than that.
    """
    whole = comparison.whole
    out = [] if known else [Message("gate.unknown", file=SCORES)]
    for label, n in (("partisan", whole.partisan), ("neutral", whole.neutral)):
        if n < FEW:
            out.append(Message("gate.few", n=n, label=Message(f"labels.{label}"), few=FEW))
    precision, accused, caught = (
        whole.change[name] for name in ("average_precision", "accused", "caught")
    )
    if precision.high < 0 or precision.value < -WORSE:
        out.append(_worse("average_precision", whole))
    if accused.low > 0 or accused.value > WORSE:
        out.append(_worse("accused", whole))
    if caught.high < 0 and caught.value < -WORSE:
        out.append(_worse("caught", whole))
    return tuple(out)


def judge_audit(audit: Audit) -> tuple[Message, ...]:
    """Return the reason an audit gives against a model; nothing if no limit is broken."""
    broken = [check.title for check in audit.broken]
    return (Message("gate.audit", broken=broken),) if broken else ()


def _worse(name: str, whole: Difference) -> Message:
    change = whole.change[name]
    return Message(
        "gate.worse", name=Message(f"figure.short.{name}"), old=whole.first[name],
        new=whole.second[name], low=change.low, high=change.high,
    )  # fmt: skip


def three_lines(
    comparison: Comparison, before: Audit, after: Audit, than: Message
) -> tuple[Message, ...]:
    """Return in three lines what got better, what got worse, and for whom.

    Parameters
    ----------
    comparison : Comparison
        The reference, then the new model, on the same rows.
    before, after : Audit
        Of the two.
    than : Message
        What the reference is called.
    """
    better: list[tuple[float, Message]] = []
    worse: list[tuple[float, Message]] = []
    for name, good in (("average_precision", 1), ("caught", 1), ("accused", -1), ("missed", -1)):
        change = comparison.whole.change[name]
        if change.low > 0 or change.high < 0:
            line = _moved(Message(f"figure.short.{name}"), comparison.whole, name)
            (better if change.value * good > 0 else worse).append((-abs(change.value), line))
    old = {check.name: check for check in before.checks if check.support}
    for check in after.checks:
        known = old.get(check.name)
        if known is not None and check.support and abs(check.value - known.value) >= STEP:
            line = _change(check.title, known.value, check.value)
            moved = check.value - known.value
            (better if moved < 0 else worse).append((-abs(moved), line))
    return (
        Message("outcome.better", than=than, items=_most(better)),
        Message("outcome.worse", than=than, items=_most(worse)),
        Message("outcome.whom", items=_for_whom(comparison)),
    )


STEP = 0.005
"""A check that moves by less is not named."""
MOST = 6
"""What is named in a line at most."""


def _for_whom(comparison: Comparison) -> list[Message]:
    """The parts whose neutral texts are accused, or partisan ones missed, clearly otherwise."""
    found: list[tuple[float, Message]] = []
    for column, parts in comparison.slices.items():
        for value, part in parts.items():
            if not value or part.rows == comparison.whole.rows:
                continue
            for name in ("accused", "missed"):
                change = part.change[name]
                if change.low > 0 or change.high < 0:
                    figure = Message(f"figure.short.{name}")
                    which = Message("outcome.part", column=column, value=value, name=figure)
                    found.append((-abs(change.value), _moved(which, part, name)))
    return _most(found) or [Message("outcome.nobody")]


def _most(found: list[tuple[float, Message]]) -> list[Message]:
    """The lines of what moved furthest; how many there are besides."""
    lines = [line for _, line in sorted(found, key=lambda item: item[0])]
    more = [Message("outcome.more", n=len(lines) - MOST)] if len(lines) > MOST else []
    return [*lines[:MOST], *more]


def _moved(title: Any, part: Difference, name: str) -> Message:
    return _change(title, part.first[name], part.second[name])


def _change(title: Any, old: float, new: float) -> Message:
    return Message("outcome.change", name=title, old=old, new=new)


__all__ = ["compare_unseen", "judge", "judge_audit", "three_lines"]
