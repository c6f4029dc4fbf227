"""The whole loop: labelled tables in, a model in its place, and what was found on the way.

Reads, looks through, splits, fits, measures, audits, compares and exchanges. A model that fails is
written beside the place it was meant for, and marked. What this module does not do: print, ask, or
decide on a label.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.assets import asset_path, fingerprint
from ..base.catalogue import Language, Message
from ..base.errors import ArgumentError, DataError, ModelError
from ..measure.audit import Audit, audit
from ..measure.comparing import Comparison
from ..measure.evaluation import Evaluation, evaluate
from ..measure.figures import Part, figures
from ..measure.pages import check_folder
from ..measure.swaps import listed_names, unlisted_names
from ..read.find import Lexicon
from ..score.classifier import Classifier, default_classifier
from ..score.weights import LinearModel
from ..tables.captions import caption_files, read_captions
from ..tables.likeness import fingerprint_of
from .adapt import adapt
from .fit import Progress, Training, quiet, train
from .gate import compare_unseen, judge, judge_audit, three_lines
from .notes import card_of
from .place import check_place, exchange, free_path, read_scores
from .reading import Reading, RowsError, read_labelled
from .recipe import Recipe
from .rows import beside_default, beside_public, hold_out, keep_out, training_lexicon

WEIGHT = 3.0
"""Of one's own rows beside 1 for a packaged caption."""
USELESS = 0.6
"""Share of rows left to a reader from which a model is no help."""
NAMES = 100
"""Listed names that the audit of the loop puts into frames; `audit` takes all."""


class Listener:
    """What a caller hears while `retrain` works; a caller that wants to show it overrides this."""

    def reading(self, reading: Reading) -> None:
        """The tables are read and looked through."""

    def known(self, rows: int) -> None:
        """So many rows are known to the model that is adapted, and are left out."""

    def used(self, rows: pd.DataFrame, left: int) -> None:
        """These rows are used, and so many are not."""

    progress: Progress = staticmethod(quiet)
    """Wraps the items of each long step; see `fit.Progress`."""


@dataclass(frozen=True, eq=False)
class Retraining:
    """What `retrain` returns.

    Attributes
    ----------
    folder : Path
        Where the model lies: the place asked for, or, rejected, one beside it.
    training : Training
        The model, and the out-of-group scores of its rows.
    reading : Reading
        What stood in the tables.
    rows : DataFrame
        One's own rows that were used; they stand first among the rows of `training`.
    figures : Part
        Of one's own rows, each by a model that saw nothing of its group.
    held : Evaluation or None
        Figures of the election that was held out.
    audit : Audit
        Of the new model.
    comparison : Comparison
        The old model (for a first one: the packaged model), then the new one, on one's own rows.
    lines : tuple of Message
        Three lines: what got better, what got worse, for whom.
    reasons : tuple of Message
        Why the model may not take the place; none if it may.
    forced : bool
        Whether it took the place in spite of `reasons`.
    copy : Path or None
        Where the old model lies now.
    """

    folder: Path
    training: Training
    reading: Reading
    rows: pd.DataFrame
    figures: Part
    held: Evaluation | None
    audit: Audit
    comparison: Comparison
    lines: tuple[Message, ...]
    reasons: tuple[Message, ...]
    forced: bool
    copy: Path | None

    @property
    def passed(self) -> bool:
        """Whether the model may take the place."""
        return not self.reasons

    @property
    def useless(self) -> bool:
        """Whether the model hardly ever decides."""
        verdict = self.training.verdict[: len(self.rows)]
        return not (verdict == "partisan").any() or bool((verdict == "review").mean() > USELESS)


def retrain(
    tables: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    sheet: str | None = None,
    leave_out_errors: bool = False,
    adapt_from: str | Path | None = None,
    with_default: bool = False,
    weight: float = WEIGHT,
    public_texts: str | Path | None = None,
    test_election: str | None = None,
    recipe: Recipe | None = None,
    force: bool = False,
    now: dt.datetime | None = None,
    language: Language = "id",
    listener: Listener | None = None,
) -> Retraining:
    r"""Train a model from labelled tables, and put it in its place if it may take it.

    Parameters
    ----------
    tables, columns, labels, sheet
        As in `corpus.read_captions`.
    out : path
        The folder of the model. A model that is there already stays as a dated copy beside it.
    leave_out_errors : bool
        Whether rows in error are left out, and named, instead of stopping everything.
    adapt_from : str or path, optional
        Start from this model (a folder, or ``"default"``) and move its weights: seconds, no new
        words.
    with_default : bool
        Train beside the packaged captions, own rows weighing `weight` times as much.
    public_texts : path, optional
        CSV of the public texts whose labels are packaged.
    test_election : str, optional
        Hold out this election, or year, and measure on it.
    recipe : Recipe, optional
        Settings.
    force : bool
        Put the model in place whatever is against it; its card says so.
    now : datetime, optional
        Names the copy of an old model; default: the present.
    language : str
        Of the problems and the card.
    listener : Listener, optional
        Hears of each step.

    Raises
    ------
    DataError
        If the tables cannot be used (`reading.RowsError` for errors in rows) or `out` is no
        model folder.
    ModelError
        If the model in `out`, or the one to start from, cannot be read.
    ArgumentError
        If options do not go together.

    Examples
    --------
    >>> done = retrain("kantor.xlsx", "model_kantor", adapt_from="default")  # doctest: +SKIP
    >>> print(*done.lines, sep="\n")  # doctest: +SKIP
    """
    loop = _Loop(Path(out), adapt_from, listener or Listener(), force)
    _check_options(adapt_from, with_default, weight, public_texts, test_election)
    given = [tables] if isinstance(tables, str | Path) else list(tables)
    reading = read_labelled(given, columns, labels, sheet, leave_out_errors, language)
    loop.listener.reading(reading)
    rows = loop.fresh(reading.require())
    loop.listener.used(rows, reading.rows - len(rows))
    held = None
    if test_election:
        rows, held = hold_out(rows, test_election)
    frame, lexicon, files = _beside(rows, given, reading.files, with_default, weight, public_texts)
    if held is not None:
        frame = keep_out(frame, held, test_election or "")
    recipe = recipe or Recipe(min_sources=3 if public_texts else 1)
    training = loop.fit(frame, recipe, lexicon, fingerprint(files))
    classifier = Classifier(training.model, lexicon)
    measured = None if held is None else evaluate(classifier, held)
    done = loop.judge(reading, rows, training, measured)
    return loop.put(done, frame["text"].tolist(), now or dt.datetime.now(), language)


class _Loop:
    """One run: the place, the model that starts it, and the one that may be replaced."""

    def __init__(
        self, out: Path, adapt_from: str | Path | None, listener: Listener, force: bool
    ) -> None:
        check_folder(out)
        check_place(out)
        self.out, self.listener, self.force = out, listener, force
        self.start = adapt_from
        self.base = _base(adapt_from) if adapt_from else None
        packaged = adapt_from in (None, "default")
        self.inherited = {} if packaged else read_scores(Path(str(adapt_from)))
        self.old = _old(out, force)

    def fresh(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows the model to start from was not trained on; only they teach it more."""
        if self.base is None:
            return rows
        # A model in a folder may have been adapted from the packaged one, and know its captions.
        new = ~rows["text"].map(fingerprint_of).isin(packaged_texts() | self.inherited.keys())
        if not new.any():
            raise DataError("nothing_new", model=str(self.start))
        if not new.all():
            self.listener.known(int((~new).sum()))
        return rows[new].reset_index(drop=True)

    def fit(self, frame: pd.DataFrame, recipe: Recipe, lexicon: Lexicon, digest: str) -> Training:
        """Train, or move the weights of the model to start from."""
        name, progress = self.out.resolve().name, self.listener.progress
        if self.base is not None:
            return adapt(self.base, frame, recipe, None, digest, progress, name)
        return train(frame, recipe, lexicon, digest, progress, name)

    def judge(
        self, reading: Reading, rows: pd.DataFrame, training: Training, held: Evaluation | None
    ) -> Retraining:
        """Measure, audit and compare; nothing is written yet."""
        n = len(rows)  # our own rows stand first
        mine = training.probability[:n], training.verdict[:n]
        truth = (rows["label"] == "partisan").to_numpy()
        new = _audit(Classifier(training.model), self.listener)
        reference = self.old or _packaged()
        known = read_scores(self.out) if self.old else {}
        rest = rows
        if self.old is None:  # the packaged model has seen its own captions
            seen = rows["text"].map(fingerprint_of).isin(packaged_texts()).to_numpy()
            if not seen.all():
                rest, mine = rows[~seen].reset_index(drop=True), (mine[0][~seen], mine[1][~seen])
        comparison = compare_unseen(reference, rest, mine, known)
        reasons = (*(judge(comparison, known) if self.old else ()), *judge_audit(new))
        than = Message("outcome.old" if self.old else "outcome.packaged")
        lines = three_lines(comparison, _audit(reference, self.listener), new, than)
        part = figures(truth, training.probability[:n], training.verdict[:n])
        forced = bool(reasons) and self.force
        return Retraining(
            self.out, training, reading, rows, part, held, new, comparison, lines, reasons, forced,
            None,
        )  # fmt: skip

    def put(
        self, done: Retraining, texts: Sequence[str], now: dt.datetime, language: Language
    ) -> Retraining:
        """Write the model into its place, or beside it."""
        place = self.out
        if done.reasons and not done.forced:
            place = free_path(self.out.with_name(f"{self.out.name}.rejected"))
        done.training.model.header["audit"] = {
            "passed": done.audit.passed,
            "broken": [check.name for check in done.audit.broken],
            "reasons": [str(reason) for reason in done.reasons],
            "in_place": place == self.out,
        }
        card = card_of(done, now, language)
        model, scores = done.training.model, done.training.probability
        copy = exchange(model, place, texts, scores, now, self.inherited, card)
        return replace(done, folder=place, copy=copy)


def _check_options(
    adapt_from: str | Path | None,
    with_default: bool,
    weight: float,
    public_texts: str | Path | None,
    test_election: str | None,
) -> None:
    if not weight > 0:
        raise ArgumentError("weight_not_above_0", value=weight)
    if public_texts and with_default:
        raise ArgumentError("options_apart", one="--public-texts", others=["--with-default"])
    given = {"--with-default": with_default, "--public-texts": public_texts,
             "--test-election": test_election}  # fmt: skip
    others = [name for name, value in given.items() if value]
    if adapt_from and others:
        raise ArgumentError("options_apart", one="--adapt", others=others)


def _beside(
    rows: pd.DataFrame,
    given: Iterable[str | Path],
    files: Sequence[Path],
    with_default: bool,
    weight: float,
    public_texts: str | Path | None,
) -> tuple[pd.DataFrame, Lexicon, list[Path]]:
    """The rows with what they are trained beside, the lexicon to mask by, and all files read."""
    if with_default:
        packaged = caption_files([asset_path("data", "captions")])
        return beside_default(rows, weight), training_lexicon(), [*files, *packaged]
    # The people of our corpus are invented; other rows are read as texts will be in use.
    invented = [Path(f) / "invented.csv" for f in given if (Path(f) / "invented.csv").is_file()]
    lexicon = Lexicon.default().extended(invented) if invented else Lexicon.default()
    return beside_public(rows, public_texts), lexicon, list(files)


def _base(adapt_from: str | Path) -> LinearModel:
    """The model to start from."""
    if adapt_from == "default":
        adapt_from = asset_path("models", "default")
    return LinearModel.load(adapt_from)


def _packaged() -> Classifier:
    """The packaged model; the lexicon alone where that model is of other features than are read."""
    try:
        return default_classifier()
    except ModelError:
        return Classifier(model=None)


def _old(out: Path, force: bool) -> Classifier | None:
    """The model in whose place the new one is to go; None where there is none."""
    if not (out / "model.json").is_file():
        return None
    try:
        return Classifier.load(out)
    except ModelError as error:
        if force:
            return None
        raise ModelError("old_model", reason=error) from error


def _audit(classifier: Classifier, listener: Listener) -> Audit:
    """The audit, with every so-manieth listed name, so that it takes seconds."""
    names = listed_names(classifier.lexicon)
    some = names[:: max(1, len(names) // NAMES)]
    for _ in listener.progress(("audit",), "audit", 1):
        done = audit(classifier, names=[*some, *unlisted_names()])
    return done


def packaged_texts() -> set[str]:
    """Return the fingerprints of the packaged captions, which the packaged model knows."""
    captions: Any = read_captions(asset_path("data", "captions"))
    return {fingerprint_of(text) for text in captions["text"]}


__all__ = ["Listener", "Retraining", "RowsError", "retrain"]
