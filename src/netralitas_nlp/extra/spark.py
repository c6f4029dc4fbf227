"""Advice for the texts of a Spark DataFrame, the same as on one machine.

The driver broadcasts model and lexicon; each Python worker puts them together once and remembers
them from task to task. Only the column of texts travels through Python: the other columns stay in
Spark, of whatever type they are. What this module does not do: start a session, install the
package on the workers (it must be there), or read and write files.
"""

from __future__ import annotations

import hashlib
import pickle
import weakref
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..base.errors import ArgumentError, DataError, MissingExtraError, NetralitasError
from ..base.result import Classification
from ..read.find import Lexicon
from ..say.sentences import reasons
from ..score.classifier import Classifier, default_classifier
from ..score.weights import LinearModel

if TYPE_CHECKING:
    from pyspark import Broadcast, SparkContext
    from pyspark.sql import Column, DataFrame

TYPES = {
    "verdict": "string",
    "score": "double",
    "category": "string",
    "reasons": "array<string>",
}
"""Columns `classify` can add, with their Spark types."""
_DEFAULT = ("verdict", "score", "category")

# One broadcast a classifier and session, however often `classify` is called.
_sent: weakref.WeakKeyDictionary[Classifier, tuple[SparkContext, Broadcast[bytes], str]] = (
    weakref.WeakKeyDictionary()
)


def classify(
    df: DataFrame,
    column: str = "text",
    classifier: Classifier | None = None,
    columns: Sequence[str] = _DEFAULT,
) -> DataFrame:
    """Return `df` with columns of advice about the texts of one column.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
        Any, also a streaming one; all its columns are kept, and its partitions as they are.
    column : str
        Name of the column with the texts, of type string. Where it is null, so is the advice.
    classifier : Classifier, optional
        Default: the packaged model and lexicon.
    columns : sequence of str
        Which to add, in this order: ``"verdict"`` (string), ``"score"`` (double, 0..1),
        ``"category"`` (string), ``"reasons"`` (array of strings: the pieces of the text that
        weigh most; takes several times as long as the others together).

    Returns
    -------
    pyspark.sql.DataFrame
        Lazy, as all of Spark's: texts are read when the rows are asked for. Filter on other
        columns before this call, not after it: Spark reads the texts of all rows it is given.

    Raises
    ------
    NetralitasError
        If pyspark or pyarrow is not installed, or the session is one of Spark Connect.
    DataError
        If there is no column of that name, it holds no strings, or a column of advice is there
        already (names are compared as Spark does, without regard to capitals).
    ValueError
        If `columns` is empty, repeats a name or holds one not listed above.

    Notes
    -----
    Spark's vectorised user-defined function over an iterator of batches (``pandas_udf``), which
    hands Python the texts alone. ``mapInPandas`` would send every column through pandas and back,
    where integers with gaps become floating-point numbers. Python, pandas, pyarrow and this package
    must be installed on the workers, in the versions of the driver; Spark finds the right Python
    by the environment variable ``PYSPARK_PYTHON``.

    Examples
    --------
    >>> from pyspark.sql import SparkSession  # doctest: +SKIP
    >>> spark = SparkSession.builder.getOrCreate()  # doctest: +SKIP
    >>> captions = spark.createDataFrame([("Coblos nomor 3!",), (None,)], ["text"])  # doctest: +SKIP
    >>> [r.verdict for r in classify(captions).collect()]  # doctest: +SKIP
    ['partisan', None]
    """
    wanted = _checked(columns)
    functions, udf = _pyspark()
    if classifier is None:
        classifier = default_classifier()
    texts = _texts(df, column, wanted)
    data, key = _broadcast(df, classifier)
    schema = ", ".join(f"{name} {TYPES[name]}" for name in wanted)

    def advise(batches: Iterator[pd.Series[Any]]) -> Iterator[pd.DataFrame]:
        # A generator for all batches of a task: the classifier is asked for once.
        mine = _rebuilt(key, data)
        for batch in batches:
            yield _advice(mine, batch, wanted)

    # Spark reads the kind of function from the annotations, which must be types, not their names.
    advise.__annotations__ = {
        "batches": Iterator[pd.Series],
        "return": Iterator[pd.DataFrame],
    }
    # Not deterministic as far as Spark knows: otherwise it reads a text again for a filter on the
    # verdict (it pushes the filter down, and the function with it).
    advice = udf(advise, schema).asNondeterministic()
    held = _free("_advice", df.columns)
    out = df.withColumn(held, advice(texts))
    added = [functions.col(f"{held}.{name}").alias(name) for name in wanted]
    return out.select("*", *added).drop(held)


# --- on the driver


def _checked(columns: Sequence[str]) -> list[str]:
    wanted = [columns] if isinstance(columns, str) else list(columns)
    if not wanted:
        raise ArgumentError("spark.no_columns", allowed=[*TYPES])
    for name in wanted:
        if name not in TYPES:
            raise ArgumentError("spark.column", column=name, allowed=[*TYPES])
        if wanted.count(name) > 1:
            raise ArgumentError("spark.column_twice", column=name)
    return wanted


def _pyspark() -> tuple[Any, Any]:
    """Return ``pyspark.sql.functions`` and its ``pandas_udf``."""
    try:
        import pyarrow  # noqa: F401  (Spark asks for it only when the texts are on their way)
        from pyspark.sql import functions
    except ImportError as error:
        raise MissingExtraError(
            "missing_extra", module="pyspark, pyarrow", extra="spark"
        ) from error
    return functions, functions.pandas_udf


def _texts(df: DataFrame, column: str, wanted: Sequence[str]) -> Column:
    """Return the column of texts, or raise `DataError`."""
    names = {name.lower(): name for name in df.columns}
    if column.lower() not in names:
        raise DataError("spark.no_column", column=column, have=[*df.columns])
    taken = [names[name] for name in wanted if name in names]
    if taken:
        raise DataError("spark.taken", column=taken[0], other=f"{taken[0]}_old")
    kinds = {name.lower(): kind for name, kind in df.dtypes}
    kind = kinds[column.lower()]
    if kind != "string" and not kind.startswith(("varchar", "char")):
        raise DataError("spark.type", column=column, type=kind)
    quoted = names[column.lower()].replace("`", "``")
    found: Column = df[f"`{quoted}`"]
    return found


def _free(name: str, taken: Iterable[str]) -> str:
    """Return `name` with as many underscores before it as make it new."""
    lower = {t.lower() for t in taken}
    while name in lower:
        name = f"_{name}"
    return name


def _broadcast(df: DataFrame, classifier: Classifier) -> tuple[Broadcast[bytes], str]:
    """Return model and lexicon on their way to the workers, and their fingerprint."""
    try:
        context = df.sparkSession.sparkContext
    except Exception as error:  # each version of Spark Connect has an error of its own here
        raise NetralitasError("spark.connect") from error
    known = _sent.get(classifier)
    if known is not None and known[0] is context:
        return known[1], known[2]
    data = _packed(classifier)
    key = hashlib.sha256(data).hexdigest()
    sent = context.broadcast(data)
    _sent[classifier] = (context, sent, key)
    return sent, key


def _packed(classifier: Classifier) -> bytes:
    """Return the numbers and names a classifier is made of, to the last digit.

    Pickled as everything Spark sends from its driver to its own workers; it is never a file.
    """
    model, lexicon = classifier.model, classifier.lexicon
    numbers = None
    if model is not None:
        numbers = (model.header, model.names, model.idf, dict(model.weights), model.intercepts)
    return pickle.dumps((numbers, lexicon.entries, lexicon.digest), protocol=5)


# --- on the workers


def _rebuilt(key: str, data: Broadcast[bytes]) -> Classifier:
    """Return the classifier of a fingerprint, put together once in this process."""
    known = _memory().get(key)
    if known is None:
        _memory().clear()  # one at a time: a worker serves one query after another
        known = _memory()[key] = _unpacked(data.value)
    return known


@lru_cache(maxsize=1)
def _memory() -> dict[str, Classifier]:
    return {}


def _unpacked(data: bytes) -> Classifier:
    numbers, entries, digest = pickle.loads(data)
    model = None if numbers is None else LinearModel(*numbers)
    # The packaged lexicon is read once for all classifiers of the worker.
    same = digest and digest == Lexicon.default().digest
    return Classifier(model, Lexicon.default() if same else Lexicon(entries, digest))


def _advice(classifier: Classifier, texts: pd.Series[Any], wanted: Sequence[str]) -> pd.DataFrame:
    """Return the columns of advice about a batch of texts; None where a text is null."""
    present = texts.notna().tolist()
    results = classifier.classify_many(texts[present].tolist())
    rows = [next(results) if there else None for there in present]
    return pd.DataFrame(
        {name: pd.Series([_cell(r, name) for r in rows], dtype=object) for name in wanted}
    )


def _cell(result: Classification | None, name: str) -> Any:
    if result is None:
        return None
    if name == "reasons":
        return [e.text for e in reasons(result)]
    return getattr(result, name)


__all__ = ["TYPES", "classify"]
