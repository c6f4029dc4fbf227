"""Texts to label next: those a model is unsure of, and unlike each other.

A label teaches most where the model hesitates (uncertainty sampling, Lewis & Gale 1994), but the
texts it hesitates on are often one text many times over. So near-duplicates count once, and a text
too like one that was taken is passed over. What this is worth is measured in ``docs/quality.md``.
What this module does not do: label anything, give more texts than there are, or write a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from ..base.catalogue import Language, did_you_mean, text
from ..base.errors import ArgumentError, ArgumentTypeError, DataError
from ..base.result import Classification
from ..say.sentences import reasons
from ..score.classifier import Classifier
from ..tables.likeness import likeness_groups, near_duplicates

OURS = ("id", "text", "label", "category", "score", "verdict", "stands_for", "why")
"""Columns of the result; a column of the pool with one of these names becomes ``pool_<name>``."""
CANDIDATES = 5
"""Texts looked at for each one suggested: the most uncertain ones."""
CHUNK = 2_000
"""Texts compared at a time, at most."""
ALIKE = 0.4
"""Cosine of two texts' letter groups from which the second is passed over. Measured: wider apart,
the choice teaches less, as it leaves the texts the model hesitates on."""
SURE = 0.35
"""Distance of a score from one half from which the model is no longer called unsure."""

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Counts:
    """What became of the rows of a pool.

    Attributes
    ----------
    pool : int
        Rows of the pool.
    blank : int
        Rows without a text, left out.
    labelled : int
        Rows left out because they, or near-duplicates of them, have a label already; rows that
        were too certain to be looked at are not compared and not counted.
    repeated : int
        Rows for which a suggested text stands besides its own.
    asked, given : int
        Texts asked for, and suggested.
    """

    pool: int
    blank: int
    labelled: int
    repeated: int
    asked: int
    given: int


def suggest(
    frame: pd.DataFrame,
    classifier: Classifier,
    n: int = 200,
    text_column: str = "text",
    labelled: Sequence[str] = (),
    language: Language = "id",
) -> pd.DataFrame:
    """Choose texts of a pool to label: uncertain ones, unlike each other.

    Parameters
    ----------
    frame : DataFrame
        The pool: one text a row, labels not needed.
    classifier : Classifier
        The model to be improved; it tells which texts are uncertain.
    n : int
        Texts wanted; a smaller pool is given whole.
    text_column : str
        Column of the texts.
    labelled : sequence of str
        Texts that have a label already; they and their near-duplicates are left out.
    language : ``"id"`` or ``"en"``
        Of the column ``why``.

    Returns
    -------
    DataFrame
        At most `n` rows, the most uncertain first; the same pool gives the same rows.
        Columns: ``id`` (the pool's, else the number of the row, from 1), ``text``,
        ``label`` and ``category`` (empty, to be filled in), ``score``, ``verdict``,
        ``stands_for`` (rows of the pool that this one stands for, itself included), ``why``, then
        the pool's other columns. ``attrs["counts"]`` holds the fields of `Counts`.

    Raises
    ------
    DataError
        If the pool lacks the column or a cell of it is no text.
    ValueError
        If `n` is not a positive whole number.

    Notes
    -----
    Uncertainty is the distance of the score's log-odds from even odds. Of `CANDIDATES` · n most
    uncertain texts, near-duplicates collapsed (`corpus.near_duplicates`), each is taken unless its
    TF-IDF weighted letter groups have a cosine above `ALIKE` with one that was taken; if that
    leaves too few, the most uncertain of the others fill up.

    Examples
    --------
    >>> pool = pd.DataFrame({"text": ["coblos nomor 2", "Coblos nomor 2", "hujan lagi", ""]})
    >>> chosen = suggest(pool, Classifier(model=None), n=2)
    >>> chosen[["text", "stands_for"]].values.tolist()
    [['coblos nomor 2', 2], ['hujan lagi', 1]]
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ArgumentError("no_number_of_texts", n=repr(n))
    texts = _texts(frame, text_column)
    rows_of: dict[str, list[int]] = {}
    for row, one in enumerate(texts):
        if key := _key(one):
            rows_of.setdefault(key, []).append(row)
    known = {_key(text) for text in labelled}
    done = sum(len(rows) for key, rows in rows_of.items() if key in known)
    groups = [rows for key, rows in rows_of.items() if key not in known]
    firsts = [rows[0] for rows in groups]
    doubt = _certainty([r.score for r in classifier.classify_many(texts[i] for i in firsts)])
    order = np.argsort(doubt, kind="stable")
    kept, repeats, near = _apart([texts[i] for i in firsts], order, CANDIDATES * n, labelled)
    done += sum(len(groups[k]) for k in near)
    chosen = [kept[k] for k in _spread(_letters([texts[firsts[k]] for k in kept]), n)]
    stands_for = [sum(len(groups[k]) for k in (c, *repeats[c])) for c in chosen]
    places = [firsts[c] for c in chosen]
    results = list(classifier.classify_many(texts[i] for i in places))
    out = _table(frame, text_column, places, results, stands_for, language)
    blank = len(texts) - sum(map(len, rows_of.values()))
    counts = Counts(len(texts), blank, done, sum(stands_for) - len(chosen), int(n), len(chosen))
    out.attrs["counts"] = asdict(counts)  # plain, so that pandas can save it
    return out


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    if not isinstance(frame, pd.DataFrame):
        raise ArgumentTypeError("suggest.not_a_frame", type=type(frame).__name__)
    if column not in frame.columns:
        raise no_column("DataFrame", frame, column)
    texts = frame[column].astype(object).where(frame[column].notna(), "").tolist()
    for row, given in enumerate(texts, start=1):
        if not isinstance(given, str):
            raise DataError("no_text", row=row, column=column, value=repr(given))
    return texts


def no_column(
    path: object, frame: pd.DataFrame, column: str, option: str = "--text-column"
) -> DataError:
    """Return the error for a column that a table lacks."""
    have = list(map(str, frame.columns))
    hint = did_you_mean(column, have)
    return DataError("no_column", path=path, column=column, have=have, option=option, hint=hint)


def _key(text: str) -> str:
    """Texts that differ in case and white space only are one text."""
    return " ".join(text.lower().split())


def _certainty(scores: Sequence[float]) -> Array:
    """How far the log-odds of each score are from even odds."""
    score = np.clip(np.asarray(scores, dtype=float), 1e-12, 1 - 1e-12)
    distance: Array = np.abs(np.log(score / (1 - score)))
    return distance


def _apart(
    texts: Sequence[str], order: Places, wanted: int, labelled: Sequence[str]
) -> tuple[list[int], dict[int, list[int]], set[int]]:
    """Take texts in an order until `wanted` are there that are no near-duplicates.

    Returns the texts taken, the near-duplicates of each, and those near a labelled one. A chunk is
    compared with what was taken before it is compared with itself: of a text that stands in the
    pool thousands of times only the first chunk has more than one pair.
    """
    repeats: dict[int, list[int]] = {}
    near: set[int] = set()
    chunk = min(wanted, CHUNK)
    for start in range(0, len(order), chunk):
        if len(repeats) >= wanted:
            break
        here = order[start : start + chunk].tolist()
        near |= _like(texts, here, labelled).keys()
        here = [k for k in here if k not in near]
        taken = list(repeats)
        owners = _like(texts, here, [texts[k] for k in taken])
        for k, place in owners.items():
            repeats[taken[place]].append(k)
        here = [k for k in here if k not in owners]
        for k, head in zip(here, likeness_groups([texts[k] for k in here]).tolist(), strict=True):
            if here[head] == k:
                repeats[k] = []
            else:
                repeats[here[head]].append(k)
    return list(repeats), repeats, near


def _like(texts: Sequence[str], here: Sequence[int], others: Sequence[str]) -> dict[int, int]:
    """Return those of some texts that are near another one, with the first such one."""
    found: dict[int, int] = {}
    if here and others:
        for i, j, _ in near_duplicates([texts[k] for k in here], others):
            found.setdefault(here[i], j)
    return found


def _letters(texts: Sequence[str]) -> sp.csr_matrix:
    """TF-IDF weighted letter groups of the texts, rows of length 1."""
    counts = HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), n_features=2**15, alternate_sign=False, norm=None
    )
    if not texts:
        return sp.csr_matrix((0, 1))
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts.transform(texts))


def _spread(points: sp.csr_matrix, n: int) -> list[int]:
    """Choose `n` rows in order, passing over those too like one chosen before; all if no more.

    Rows have length 1, so the product of two is their cosine.
    """
    alike = np.zeros(points.shape[0])
    chosen: list[int] = []
    for row in range(points.shape[0]):
        if len(chosen) == n:
            break
        if alike[row] <= ALIKE:
            chosen.append(row)
            here = (points @ points[[row]].T).toarray().ravel()
            np.maximum(alike, here, out=alike)
    taken = set(chosen)
    chosen += [row for row in range(points.shape[0]) if row not in taken][: n - len(chosen)]
    return sorted(chosen)


def _table(
    frame: pd.DataFrame,
    text_column: str,
    places: Sequence[int],
    results: Sequence[Classification],
    stands_for: Sequence[int],
    language: Language,
) -> pd.DataFrame:
    rows = frame.iloc[list(places)].reset_index(drop=True)
    numbers = [str(place + 1) for place in places]
    ours: dict[str, Any] = {
        "id": rows["id"].tolist() if "id" in rows.columns else numbers,
        "text": [r.text for r in results],
        "label": "",
        "category": "",
        "score": [round(r.score, 4) for r in results],
        "verdict": [r.verdict for r in results],
        "stands_for": list(stands_for),
        "why": [_why(r, k, language) for r, k in zip(results, stands_for, strict=True)],
    }
    out = pd.DataFrame(ours, columns=list(OURS))
    for column in rows.columns:
        if column not in (text_column, "id"):
            name = column if column not in out.columns else _free(f"pool_{column}", rows, out)
            out[name] = rows[column]
    return out


def _free(name: str, *tables: pd.DataFrame) -> str:
    while any(name in table.columns for table in tables):
        name = f"{name}_"
    return name


def _why(result: Classification, stands_for: int, language: Language) -> str:
    """Return the reason in words: how unsure the model is, of which words, for how many texts."""
    words = [f"“{' '.join(e.text.split())}”" for e in reasons(result, 3)]
    sure = abs(result.score - 0.5) >= SURE
    parts = [text("suggest.unlike" if sure else "suggest.unsure", language)]
    parts += [text("suggest.because", language, words=words)] if words else []
    parts += [text("suggest.stands_for", language, n=stands_for)] if stands_for > 1 else []
    return "; ".join(parts)


def labelled_texts(
    frame: pd.DataFrame, text_column: str = "text", label_column: str = "label"
) -> list[str]:
    """Return the texts of a table that have a label; all where it has no column of labels.

    So a file of suggestions that is labelled in part can be given as it is.
    """
    texts = pd.Series(_texts(frame, text_column), dtype=object)
    if label_column not in frame.columns:
        return texts.tolist()
    has = frame[label_column].fillna("").astype(str).str.strip() != ""
    return texts[has.to_numpy()].tolist()


def counts_in_words(counts: Counts, language: Language = "id") -> list[str]:
    """Return what became of the pool, in sentences for the reader.

    >>> counts_in_words(Counts(10, 1, 0, 2, 20, 7), "en")[0]
    '7 texts to label, of 10 rows; they stand for 2 more rows that are nearly the same'
    """
    c = counts
    out = [text("suggest.given", language, n=c.given, pool=c.pool)]
    if c.repeated:
        out[0] += text("suggest.repeated", language, n=c.repeated)
    out += [text("suggest.blank", language, n=c.blank)] if c.blank else []
    out += [text("suggest.labelled", language, n=c.labelled)] if c.labelled else []
    out += [text("suggest.all", language, n=c.asked)] if c.given < c.asked else []
    return out
