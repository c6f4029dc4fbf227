"""Texts to a sparse matrix: the word-additive TF-IDF as a scikit-learn transformer.

Each block of `score.occurrences` is counted, weighted by inverse document frequency and divided, row by
row, by ``sqrt(sum(tf * idf**2))``. That differs from scikit-learn's L2 norm,
``sqrt(sum(tf**2 * idf**2))``, only where a feature repeats, and makes every occurrence of a word
contribute by itself (which is what lets `score.weights.LinearModel` explain a score exactly).

Sources: TF-IDF as in Salton & Buckley (1988); smoothed idf as in scikit-learn's
``TfidfTransformer``: ``ln((1 + n) / (1 + df)) + 1``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import chain
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ..base.errors import ArgumentError, ArgumentTypeError
from ..read.find import Lexicon
from ..score.occurrences import BLOCKS, PLAIN, Reader, Settings, letter_groups

Extracted = Mapping[str, list[str]]
"""The features of one text by block, a name once per occurrence; in ``letters`` stand words."""


class CaptionVectorizer(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[call-arg, misc]
    """Word-additive TF-IDF over stems, letter groups, words near a mention, and signals.

    A scikit-learn transformer whose input is texts, not a table of numbers: it has no
    ``n_features_in_``, and its output is always a sparse matrix.

    Parameters
    ----------
    lexicon : Lexicon, optional
        What is masked; default: the packaged lexicon.
    stems, pairs, letters, near, signals, masks, names, letters_from, letters_to, reach
        As in `score.occurrences.Settings`.
    min_texts : int
        A feature must be in at least this many texts of the training data.
    min_sources : int
        And in texts of at least this many sources, where `fit` is given sources.

    Attributes
    ----------
    names_ : dict of str to list of str
        Feature names by block.
    idf_ : dict of str to ndarray of shape (n_features_of_block,)
        Inverse document frequencies by block, each exactly a 32-bit float.
    n_features_out_ : int
        Number of columns of the matrix.

    Examples
    --------
    >>> X = CaptionVectorizer(min_texts=1).fit_transform(["coblos nomor 2", "ayo ke TPS"])
    >>> X.shape[0]
    2
    """

    def __init__(
        self,
        lexicon: Lexicon | None = None,
        stems: bool = True,
        pairs: bool = True,
        letters: bool = True,
        near: bool = True,
        signals: bool = True,
        masks: bool = True,
        names: bool = True,
        letters_from: int = 2,
        letters_to: int = 5,
        reach: int = 4,
        min_texts: int = 2,
        min_sources: int = 1,
    ) -> None:
        self.lexicon = lexicon
        self.stems = stems
        self.pairs = pairs
        self.letters = letters
        self.near = near
        self.signals = signals
        self.masks = masks
        self.names = names
        self.letters_from = letters_from
        self.letters_to = letters_to
        self.reach = reach
        self.min_texts = min_texts
        self.min_sources = min_sources

    @property
    def settings(self) -> Settings:
        """The features switched on, as the model file keeps them."""
        return Settings(
            stems=self.stems,
            pairs=self.pairs,
            letters=self.letters,
            near=self.near,
            signals=self.signals,
            masks=self.masks,
            names=self.names,
            letters_from=self.letters_from,
            letters_to=self.letters_to,
            reach=self.reach,
        )

    def fit(
        self, X: Iterable[str], y: Any = None, sources: Sequence[str] | None = None
    ) -> CaptionVectorizer:
        """Learn the features and their idf from texts.

        Parameters
        ----------
        X : iterable of str
            Texts: a list, a pandas Series, an array of one dimension, a generator.
        y : ignored
        sources : sequence of str, optional
            Where each text came from; see `min_sources`.

        Raises
        ------
        TypeError
            If `X` is no iterable of texts, or one of its items is not a str (the message has its
            position).
        ValueError
            If there is no text, `X` has two dimensions, `sources` has another length, or no
            feature is in `min_texts` texts.
        """
        self.fit_transform(X, y, sources)
        return self

    def fit_transform(
        self, X: Iterable[str], y: Any = None, sources: Sequence[str] | None = None
    ) -> sp.csr_matrix:
        """Fit, and return the matrix of the same texts, shape (n_texts, n_features); see `fit`."""
        texts = _texts(X)
        if sources is not None and len(sources) != len(texts):
            raise ArgumentError("sources", n=len(sources), texts=len(texts))
        matrix = self.fit_extracted(self.extract(texts), sources)
        if not matrix.shape[1]:
            raise ArgumentError("no_feature", n=self.min_texts, texts=len(texts))
        return matrix

    def transform(self, X: Iterable[str]) -> sp.csr_matrix:
        """Return the matrix of texts, shape (n_texts, n_features); errors as in `fit`."""
        check_is_fitted(self, "names_")
        return self.transform_extracted(self.extract(_texts(X)))

    def set_output(self, *, transform: str | None = None) -> CaptionVectorizer:
        """Accept ``"default"`` (a sparse matrix) or None (no change); scikit-learn's API.

        Raises
        ------
        ValueError
            For ``"pandas"`` and ``"polars"``: a table would hold every zero.
        """
        if transform not in (None, "default"):
            raise ArgumentError("sparse_only", given=transform)
        return self

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn 1.6 or newer that texts come in, not a table of numbers."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _more_tags(self) -> dict[str, Any]:
        """Say the same to scikit-learn before 1.6."""
        return {"X_types": ["string"], "preserves_dtype": []}

    def __sklearn_clone__(self) -> CaptionVectorizer:
        """Return an unfitted copy that shares the lexicon, which never changes.

        scikit-learn would copy it for every candidate of a search.
        """
        return type(self)(**self.get_params(deep=False))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return ``"block:feature"`` for each column."""
        check_is_fitted(self, "names_")
        return np.array([f"{b}:{name}" for b in BLOCKS for name in self.names_[b]], dtype=object)

    # --- the same in two steps, for those who keep the first

    def extract(self, X: Iterable[str]) -> list[Extracted]:
        """Return the features of each text, as names."""
        if isinstance(X, str):
            raise ArgumentTypeError("x_is_one", type="str")
        reader = Reader(self._lexicon(), self.settings)
        out: list[Extracted] = []
        for text in X:
            names: dict[str, list[str]] = {block: [] for block in BLOCKS}
            for occurrence in reader.occurrences(reader.read(text)):
                names[occurrence.block].append(occurrence.feature)
            out.append(names)
        return out

    def _lexicon(self) -> Lexicon:
        return Lexicon.default() if self.lexicon is None else self.lexicon

    def fit_extracted(
        self, rows: Sequence[Extracted], sources: Sequence[str] | None = None
    ) -> sp.csr_matrix:
        """Fit on what `extract` returned; return the matrix of the same texts."""
        membership = None
        if sources is not None and self.min_sources > 1:
            _, code = np.unique(np.asarray(sources, dtype=str), return_inverse=True)
            membership = sp.csr_matrix(
                (np.ones(len(code)), (code, np.arange(len(code)))),
                shape=(code.max() + 1, len(code)),
            )
        self.names_: dict[str, list[str]] = {}
        self.idf_: dict[str, np.ndarray] = {}
        n = len(rows)
        parts = []
        for block in BLOCKS:
            counts, names = self._count(rows, block, None)
            there = counts.copy()
            there.data[:] = 1.0
            frequency = np.asarray(there.sum(axis=0)).ravel()
            keep = frequency >= self.min_texts
            if membership is not None:
                spread = membership @ there
                keep &= np.asarray((spread > 0).sum(axis=0)).ravel() >= self.min_sources
            if block == "letters":
                # "aniesku": a word no list knows, whose letters spell a name that must weigh nothing
                known = self._lexicon().index.distinctive
                keep &= np.array([name.strip("^$") not in known for name in names], dtype=bool)
            kept = np.flatnonzero(keep)
            order = kept[np.argsort(np.array([names[k] for k in kept], dtype=object))]
            self.names_[block] = [names[k] for k in order]
            idf = np.log((1.0 + n) / (1.0 + frequency[order])) + 1.0
            if block == PLAIN:
                idf = np.ones(len(order))
            self.idf_[block] = idf.astype(np.float32).astype(np.float64)
            parts.append(self._scale(counts[:, order], block))
        self.restore(self.names_, self.idf_)
        return sp.hstack(parts, format="csr")

    def restore(self, names: dict[str, list[str]], idf: dict[str, np.ndarray]) -> CaptionVectorizer:
        """Put fitted names and idf, by block, in place (used to rebuild one from a model file)."""
        self.names_ = names
        self.idf_ = idf
        self._index = {b: {f: i for i, f in enumerate(names[b])} for b in BLOCKS}
        self.n_features_out_ = sum(len(n) for n in names.values())
        return self

    def transform_extracted(self, rows: Sequence[Extracted]) -> sp.csr_matrix:
        """Return the matrix of what `extract` returned."""
        parts = []
        for block in BLOCKS:
            counts, _ = self._count(rows, block, self._index[block])
            parts.append(self._scale(counts, block))
        return sp.hstack(parts, format="csr")

    def _scale(self, counts: sp.csr_matrix, block: str) -> sp.csr_matrix:
        if block == PLAIN:
            return counts
        idf = self.idf_[block]
        size = np.asarray(counts @ (idf * idf)).ravel()
        factor = np.divide(1.0, np.sqrt(size), out=np.zeros_like(size), where=size > 0)
        return (sp.diags(factor) @ counts @ sp.diags(idf)).tocsr()

    def _count(
        self, rows: Sequence[Extracted], block: str, index: dict[str, int] | None
    ) -> tuple[sp.csr_matrix, list[str]]:
        """Count the features of a block; grow an index where none is given."""
        if block == "letters":
            return self._count_letters(rows, index)
        return _count_names((row[block] for row in rows), index)

    def _count_letters(
        self, rows: Sequence[Extracted], index: dict[str, int] | None
    ) -> tuple[sp.csr_matrix, list[str]]:
        by_word, words = _count_names((row["letters"] for row in rows), None)
        groups = (letter_groups(w, self.letters_from, self.letters_to) for w in words)
        of_word, names = _count_names(groups, index)
        return (by_word @ of_word).tocsr(), names


def _count_names(
    rows: Iterable[Sequence[str]], index: dict[str, int] | None
) -> tuple[sp.csr_matrix, list[str]]:
    grow = index is None
    known: dict[str, int] = {} if index is None else index
    ends = [0]
    columns: list[list[int]] = []
    for row in rows:
        if grow:
            here = [known.setdefault(name, len(known)) for name in row]
        else:
            here = [k for name in row if (k := known.get(name)) is not None]
        columns.append(here)
        ends.append(ends[-1] + len(here))
    flat = np.fromiter(chain.from_iterable(columns), dtype=np.int64, count=ends[-1])
    counts = sp.csr_matrix(
        (np.ones(len(flat)), flat, np.asarray(ends)), shape=(len(ends) - 1, len(known))
    )
    counts.sum_duplicates()
    return counts, list(known) if grow else []


def _texts(X: Any) -> list[str]:
    """Return the texts as a list, or say what is wrong with what was given for them."""
    kind = type(X).__name__
    if isinstance(X, str | bytes):
        raise ArgumentTypeError("x_is_one", type=kind)
    if isinstance(X, Mapping | Set):
        raise ArgumentTypeError("x_is_no_list", type=kind)
    if getattr(X, "ndim", 1) != 1:
        raise ArgumentError("x_dimensions", type=kind, n=X.ndim)
    if not isinstance(X, Iterable):
        raise ArgumentTypeError("x_is_no_iterable", type=kind)
    texts = list(X)
    if not texts:
        raise ArgumentError("x_is_empty")
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            kind = type(text).__name__
            raise ArgumentTypeError("x_item", number=position, type=kind)
    return texts
