"""Whether a new model may take the place of an old one; and the exchange itself.

Both models are compared on the same rows. The new one is judged by its out-of-group scores, and so
is the old one on rows it was trained on: their out-of-group scores lie beside the model, by a
fingerprint of the text (no text is kept). Then the new one must pass the audit. What this module
does not do: fit or measure anything else.
"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..base.assets import read_table
from ..base.files import whole
from ..base.result import DataError
from ..measure.audit import Audit, check_name
from ..measure.evaluation import Figure, figures, paired
from ..say.sentences import Language
from ..score.classifier import Classifier
from ..score.weights import LinearModel
from ..tables.corpus import fingerprint_of

Array = npt.NDArray[np.float64]

SCORES = "out_of_group.csv"
"""File beside a model: fingerprints of its rows, and the score each got unseen."""
WORSE = 0.05
"""A fall of average precision, or a rise of accused neutral texts, that no interval excuses."""
SHOWN = ("average_precision", "caught", "accused")
EMPTY: Mapping[str, float] = MappingProxyType({})
FEW = 30
"""With fewer rows of a label than this nothing can be told."""


@dataclass(frozen=True)
class Gate:
    """What `compare` returns.

    Attributes
    ----------
    rows : int
        Rows both models were compared on.
    remembered : int
        Rows the old model was trained on, judged by its out-of-group scores.
    old, new : mapping of str to float
        ``average_precision``, ``caught``, ``accused`` of the two models.
    difference : mapping of str to Figure
        New minus old, with the 95 % interval of paired bootstrap resamples.
    reasons : tuple of str
        Why the new model may not take the old one's place; none if it may.
    """

    rows: int
    remembered: int
    old: dict[str, float]
    new: dict[str, float]
    difference: dict[str, Figure]
    reasons: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the new model may take the old one's place."""
        return not self.reasons

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "passed": self.passed,
            "rows": self.rows,
            "remembered": self.remembered,
            "old": {k: round(v, 4) for k, v in self.old.items()},
            "new": {k: round(v, 4) for k, v in self.new.items()},
            "difference": {k: v.to_dict() for k, v in self.difference.items()},
            "reasons": list(self.reasons),
        }


def compare(
    old: Classifier,
    frame: pd.DataFrame,
    probability: Array,
    verdict: npt.NDArray[np.object_],
    known: dict[str, float],
    audit: Audit | None = None,
    language: Language = "id",
) -> Gate:
    """Compare two models on the same rows.

    Parameters
    ----------
    old : Classifier
    frame : DataFrame
        Rows with ``text`` and ``label``.
    probability : ndarray of shape (n_rows,)
        The new model's scores of them, out of group.
    verdict : ndarray of shape (n_rows,)
        Its verdicts by thresholds that were not chosen on the row; see `training.Training`.
    known : dict of str to float
        The old model's out-of-group scores, from `read_scores`. Without any, a comparison would
        favour the old model on rows it has seen, and is itself the reason.
    audit : Audit, optional
        The new model's; a broken limit is a reason against it.
    language : str
        Of the reasons.

    Notes
    -----
    The new model passes if neither average precision nor the share of accused neutral texts is
    worse beyond its interval, nor worse by more than `WORSE` at all, and it does not catch fewer
    partisan texts by more than that.
    """
    truth = (frame["label"] == "partisan").to_numpy()
    keys = [fingerprint_of(t) for t in frame["text"]]
    results = old.classify_many(frame["text"].tolist())
    before = np.array([known.get(k, r.score) for k, r in zip(keys, results, strict=True)])
    first = before, np.array([_verdict(s, old) for s in before.tolist()], dtype=object)
    second = probability, verdict
    difference = paired(truth, first, second)
    reasons = _reasons(truth, difference, language)
    if not known:
        reasons.insert(0, _SAY["unknown"][language].format(file=SCORES))
    if audit is not None and not audit.passed:
        broken = ", ".join(check_name(c, language) for c in audit.checks if c.broken)
        reasons.append(_SAY["audit"][language].format(broken=broken))
    return Gate(
        rows=len(frame),
        remembered=sum(k in known for k in keys),
        old=_values(truth, *first),
        new=_values(truth, *second),
        difference={n: difference[n] for n in SHOWN},
        reasons=tuple(reasons),
    )


def _values(
    truth: npt.NDArray[np.bool_], score: Array, verdict: npt.NDArray[np.object_]
) -> dict[str, float]:
    part = figures(truth, score, verdict, resamples=1)  # the values only
    return {n: part.figures[n].value for n in SHOWN}


_SAY: dict[str, dict[Language, str]] = {
    "few": {
        "id": "hanya {n} baris {label}: terlalu sedikit untuk dibandingkan (perlu {few})",
        "en": "only {n} {label} rows: too few to compare (needs {few})",
    },
    "unknown": {
        "id": "di samping model lama tidak ada {file}, jadi tidak dapat dibandingkan dengan adil",
        "en": "there is no {file} beside the old model, so no fair comparison can be made",
    },
    "caught": {
        "id": "teks partisan yang tertangkap turun {gap:.3f} (95 %: {low:+.3f} sampai {high:+.3f})",
        "en": "partisan texts caught fall by {gap:.3f} (95 %: {low:+.3f} to {high:+.3f})",
    },
    "precision": {
        "id": "presisi rata-rata turun {gap:.3f} (95 %: {low:+.3f} sampai {high:+.3f})",
        "en": "average precision falls by {gap:.3f} (95 %: {low:+.3f} to {high:+.3f})",
    },
    "accused": {
        "id": "teks netral yang disebut partisan naik {gap:.3f} (95 %: {low:+.3f} sampai {high:+.3f})",
        "en": "accused neutral texts rise by {gap:.3f} (95 %: {low:+.3f} to {high:+.3f})",
    },
    "audit": {
        "id": "audit tidak lulus: {broken}",
        "en": "the audit is not passed: {broken}",
    },
}


def _reasons(
    truth: npt.NDArray[np.bool_], difference: dict[str, Figure], language: Language
) -> list[str]:
    out = []
    for label, n in (("partisan", int(truth.sum())), ("neutral", int((~truth).sum()))):
        if n < FEW:
            out.append(_SAY["few"][language].format(n=n, label=label, few=FEW))
    ap, accused = difference["average_precision"], difference["accused"]
    if ap.high < 0 or ap.value < -WORSE:
        words = _SAY["precision"][language]
        out.append(words.format(gap=-ap.value, low=ap.low, high=ap.high))
    if accused.low > 0 or accused.value > WORSE:
        words = _SAY["accused"][language]
        out.append(words.format(gap=accused.value, low=accused.low, high=accused.high))
    caught = difference["caught"]
    if caught.high < 0 and caught.value < -WORSE:
        words = _SAY["caught"][language]
        out.append(words.format(gap=-caught.value, low=caught.low, high=caught.high))
    return out


def _verdict(score: float, classifier: Classifier) -> str:
    assert classifier.model is not None
    review, partisan = classifier.model.thresholds
    return "partisan" if score >= partisan else "review" if score >= review else "neutral"


def write_scores(
    folder: Path, texts: Sequence[str], probability: Array, inherited: Mapping[str, float] = EMPTY
) -> None:
    """Write the out-of-group scores of a model's rows beside it.

    `inherited` are those of the model it was adapted from: its rows are known to this one too.
    """
    scores = dict(inherited)
    scores |= zip(map(fingerprint_of, texts), probability.tolist(), strict=True)
    with whole(folder / SCORES) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["fingerprint", "score"])
        writer.writerows([key, f"{score:.4f}"] for key, score in scores.items())


def read_scores(folder: Path) -> dict[str, float]:
    """Return the out-of-group scores beside a model; none where there is no such file."""
    path = folder / SCORES
    if not path.is_file():
        return {}
    try:
        rows = read_table(path, ("fingerprint", "score"))
        scores = {r["fingerprint"]: float(r["score"]) for r in rows}
        if not all(0 <= score <= 1 for score in scores.values()):  # nor NaN
            raise ValueError("a score is not within 0..1")
    except ValueError as error:
        raise DataError(f"{path} is damaged ({error}); delete it and try again") from error
    return scores


def exchange(
    model: LinearModel,
    out: Path,
    texts: Sequence[str],
    probability: Array,
    now: dt.datetime,
    inherited: Mapping[str, float] = EMPTY,
) -> Path | None:
    """Put a model in the place of the one in `out`, which stays as a dated copy beside it.

    `inherited` are the scores of the model that `model` was adapted from; see `write_scores`.
    The new folder is complete before anything is renamed. Files of the old folder that are not
    the model's own (a card, for instance) stay with the copy.

    Returns
    -------
    Path or None
        The copy of the old model; None where there was none.
    """
    out = out.resolve()
    check_place(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    try:
        model.save(fresh)
        write_scores(fresh, texts, probability, inherited)
        fresh.chmod(0o755)
        copy = None
        if out.exists() and not any(out.iterdir()):
            out.rmdir()
        if out.exists():
            copy = _free(out.with_name(f"{out.name}.{now:%Y%m%d-%H%M%S}"))
            out.rename(copy)
        try:
            fresh.rename(out)
        except BaseException:
            if copy is not None:
                copy.rename(out)
            raise
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return copy


def check_place(out: Path) -> None:
    """Raise DataError if `out` is neither a model folder, nor empty, nor free."""
    if out.is_dir() and any(out.iterdir()) and not (out / "model.json").is_file():
        raise DataError(
            f"{out} is no model folder and is not empty; name another folder with --out"
        )


def _free(path: Path) -> Path:
    """The path, or the first of path-2, path-3 … that does not exist."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


__all__ = [
    "SCORES", "Gate", "check_place", "compare", "exchange", "read_scores", "write_scores",
]  # fmt: skip
