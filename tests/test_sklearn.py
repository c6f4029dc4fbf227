"""The vectorizer and the exported pipeline are at home in scikit-learn; classifiers travel."""

from __future__ import annotations

import pickle
import warnings

import joblib
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from netralitas_nlp import Classifier, Lexicon, Recipe, train
from netralitas_nlp.teach.pipeline import to_sklearn
from netralitas_nlp.teach.vectorizer import CaptionVectorizer

TEXTS = ["coblos nomor 2 ya", "ayo ke TPS, coblos!", "harga cabai naik", "cabai di pasar", ""]
ADVICE = ["coblos nomor 2, menangkan Prabowo-Gibran!", "cek nama di DPT", "halo semua", ""]


class OfNumbers(CaptionVectorizer):
    """The vectorizer on rows of numbers, each number written as a word.

    scikit-learn leaves nearly all its checks out where texts come in, for they make tables of
    numbers. What they check (refitting, pickling, order and subsets of rows, parameters left as
    they are, …) holds for us too, and this lets them run: none is left out.
    """

    def fit(self, X, y=None):
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X, y=None):
        return super().fit_transform(self._spelled(X, reset=True))

    def transform(self, X):
        if not hasattr(self, "names_"):
            raise NotFittedError(f"this {type(self).__name__} instance is not fitted yet")
        return super().transform(self._spelled(X, reset=False))

    def _spelled(self, X, reset):
        from sklearn.utils.validation import validate_data

        X = validate_data(self, X, reset=reset)
        return [" ".join(self._word(k, v) for k, v in enumerate(row)) for row in X]

    @staticmethod
    def _word(column, value):
        kind = "besar" if value > 0 else "kecil"
        return f"{kind}{'abcdefghij'[column % 10]}{'aiueo'[int(abs(value)) % 5]}"

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.one_d_array = False
        tags.input_tags.two_d_array = True
        return tags


@pytest.fixture(scope="module")
def sample(corpus):
    return corpus.groupby("slice").head(6).reset_index(drop=True)


@pytest.fixture(scope="module")
def labels(sample):
    return (sample["label"] == "partisan").to_numpy().astype(int)


@pytest.fixture(scope="module")
def trained(corpus):
    return train(corpus.groupby("slice").head(6).reset_index(drop=True), Recipe(folds=2))


# --- scikit-learn's own checks


def test_check_estimator_takes_it_for_what_it_is():
    with pytest.warns(SkipTestWarning, match="string=True"):
        done = check_estimator(CaptionVectorizer(min_texts=1))
    assert done is None or all(r["status"] == "passed" for r in done)


def test_checks_of_behaviour_pass_on_spelled_numbers():
    pytest.importorskip("sklearn", minversion="1.6")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)
        done = check_estimator(OfNumbers(min_texts=1), on_fail=None)
    assert {r["check_name"]: r["exception"] for r in done if r["status"] == "failed"} == {}
    assert sum(r["status"] == "passed" for r in done) > 40


def test_tags_say_that_texts_come_in():
    sklearn_utils = pytest.importorskip("sklearn.utils", minversion=None)
    if not hasattr(sklearn_utils, "get_tags"):
        pytest.skip("scikit-learn before 1.6 has no tags of this shape")
    tags = sklearn_utils.get_tags(CaptionVectorizer())
    assert tags.input_tags.string and tags.input_tags.one_d_array
    assert not tags.input_tags.two_d_array and not tags.input_tags.sparse
    assert CaptionVectorizer()._more_tags()["X_types"] == ["string"]


# --- input and output


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ("coblos", TypeError, "one str; give a list"),
        (b"coblos", TypeError, "one bytes"),
        (None, TypeError, "NoneType; give an iterable of texts"),
        (7, TypeError, "int; give an iterable"),
        ({"a": "b"}, TypeError, "dict, which is no list"),
        ({"a", "b"}, TypeError, "set, which is no list"),
        ([], ValueError, "no text"),
        (iter(()), ValueError, "no text"),
        (["a", None], TypeError, "item 1 is NoneType"),
        ([1, 2], TypeError, "item 0 is int"),
        (["a", b"b"], TypeError, "item 1 is bytes"),
        (["a", float("nan")], TypeError, "item 1 is float.*fillna"),
        ([["a"], ["b"]], TypeError, "item 0 is list"),
        (np.array([["a"], ["b"]]), ValueError, "2 dimensions"),
        (np.array("a"), ValueError, "0 dimensions"),
        (pd.DataFrame({"text": ["a"]}), ValueError, "frame..text.."),
        (sp.csr_matrix((2, 2)), ValueError, "2 dimensions"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(given, error, words):
    fitted = CaptionVectorizer(min_texts=1).fit(TEXTS)
    for call in (CaptionVectorizer(min_texts=1).fit, fitted.transform):
        given = iter(()) if words == "no text" and not isinstance(given, list) else given
        with pytest.raises(error, match=words):
            call(given)


def test_any_sequence_of_texts_gives_the_same_matrix():
    kinds = (tuple, iter, np.array, pd.Series, lambda t: np.array(t, dtype=object))
    first = CaptionVectorizer(min_texts=1).fit(TEXTS)
    for kind in kinds:
        again = CaptionVectorizer(min_texts=1).fit(kind(TEXTS))
        assert again.get_feature_names_out().tolist() == first.get_feature_names_out().tolist()
        assert (again.transform(kind(TEXTS)) != first.transform(TEXTS)).nnz == 0


def test_fit_refuses_what_leaves_no_feature_and_sources_of_another_length():
    with pytest.raises(ValueError, match="no feature is in 9 of the 5 texts"):
        CaptionVectorizer(min_texts=9).fit(TEXTS)
    with pytest.raises(ValueError, match="1 sources for 5 texts"):
        CaptionVectorizer().fit(TEXTS, sources=["a"])


def test_refitting_forgets_what_was_fitted_and_changes_no_parameter():
    vectorizer = CaptionVectorizer(min_texts=1).fit(["sesuatu yang lain sekali"])
    before = vectorizer.get_params()
    names = vectorizer.fit(TEXTS).fit(TEXTS).get_feature_names_out()
    assert (
        names.tolist() == CaptionVectorizer(min_texts=1).fit(TEXTS).get_feature_names_out().tolist()
    )
    assert vectorizer.get_params() == before


def test_output_is_sparse_with_a_name_for_each_column():
    vectorizer = CaptionVectorizer(min_texts=1)
    with pytest.raises(NotFittedError):
        vectorizer.transform(TEXTS)
    with pytest.raises(NotFittedError):
        vectorizer.get_feature_names_out()
    matrix = vectorizer.fit_transform(TEXTS)
    names = vectorizer.get_feature_names_out()
    assert sp.issparse(matrix) and matrix.dtype == np.float64
    assert matrix.shape == (len(TEXTS), len(names)) == (5, vectorizer.n_features_out_)
    assert len(set(names)) == len(names) and "word:coblos" in names
    assert not hasattr(vectorizer, "n_features_in_")  # texts have no number of columns
    assert matrix[4].nnz == 0  # the empty text


def test_set_output_keeps_to_sparse_matrices():
    vectorizer = CaptionVectorizer(min_texts=1)
    assert vectorizer.set_output() is vectorizer.set_output(transform="default") is vectorizer
    with pytest.raises(ValueError, match="sparse matrix, not 'pandas'; allowed: 'default'"):
        vectorizer.set_output(transform="pandas")
    with pytest.raises(ValueError, match="sparse matrix, not 'pandas'"):
        make_pipeline(vectorizer, LogisticRegression()).set_output(transform="pandas")
    from sklearn import config_context

    with config_context(transform_output="pandas"):  # meant for others, no error here
        assert sp.issparse(vectorizer.fit_transform(TEXTS))


def test_clone_and_pickle(tmp_path):
    lexicon = Lexicon.default()
    vectorizer = CaptionVectorizer(lexicon=lexicon, min_texts=1, reach=3).fit(TEXTS)
    copy = clone(vectorizer)
    assert copy.get_params() == vectorizer.get_params() and copy.lexicon is lexicon
    assert not hasattr(copy, "names_")
    travelled = pickle.loads(pickle.dumps(vectorizer))
    assert (travelled.transform(ADVICE) != vectorizer.transform(ADVICE)).nnz == 0


# --- as a part of larger things


def test_cross_val_score(sample, labels):
    model = make_pipeline(CaptionVectorizer(), LogisticRegression(max_iter=500))
    folds = StratifiedKFold(3, shuffle=True, random_state=0)  # the rows stand by slice
    scores = cross_val_score(model, sample["text"], labels, cv=folds, scoring="average_precision")
    assert scores.shape == (3,) and scores.min() > labels.mean() + 0.1


def test_grid_search_over_both_steps(sample, labels):
    steps = [("features", CaptionVectorizer()), ("head", LogisticRegression(max_iter=500))]
    grid = {"head__C": [0.1, 1.0], "features__letters": [True, False]}
    search = GridSearchCV(Pipeline(steps), grid, cv=2, scoring="average_precision")
    search.fit(sample["text"], labels)
    assert len(search.cv_results_["params"]) == 4
    assert search.best_score_ > labels.mean() + 0.1
    assert set(search.best_params_) == set(grid)
    assert len(search.predict(ADVICE)) == len(ADVICE)


def test_feature_union_and_column_transformer():
    union = FeatureUnion([("ours", CaptionVectorizer(min_texts=1)), ("plain", TfidfVectorizer())])
    matrix = union.fit_transform(TEXTS)
    names = union.get_feature_names_out()
    assert matrix.shape == (5, len(names))
    assert "ours__word:coblos" in names and "plain__coblos" in names

    frame = pd.DataFrame({"text": TEXTS, "likes": range(5)})
    columns = ColumnTransformer(
        [("text", CaptionVectorizer(min_texts=1), "text"), ("rest", "passthrough", ["likes"])]
    )
    matrix = columns.fit_transform(frame)
    names = columns.get_feature_names_out()
    assert matrix.shape == (5, len(names)) and names[-1] == "rest__likes"
    assert "text__word:coblos" in names
    wrong = ColumnTransformer([("text", CaptionVectorizer(min_texts=1), ["text"])])
    with pytest.raises(ValueError, match="2 dimensions"):
        wrong.fit_transform(frame)


def test_set_params_is_as_if_given_at_first():
    changed = CaptionVectorizer().set_params(min_texts=1, letters=False, reach=2)
    fresh = CaptionVectorizer(min_texts=1, letters=False, reach=2)
    assert changed.get_params() == fresh.get_params()
    assert (changed.fit_transform(TEXTS) != fresh.fit_transform(TEXTS)).nnz == 0
    assert not changed.names_["letters"]
    with pytest.raises(ValueError, match="Invalid parameter"):
        changed.set_params(lettres=False)


def test_exported_pipeline_survives_joblib(trained, tmp_path):
    pipeline = to_sklearn(trained.model)
    joblib.dump(pipeline, tmp_path / "model.joblib")
    again = joblib.load(tmp_path / "model.joblib")
    before, after = pipeline.decision_function(ADVICE), again.decision_function(ADVICE)
    assert np.abs(before - after).max() <= 1e-12
    mine = Classifier(trained.model)
    texts = [t for t in ADVICE if t]  # a text without a word is answered without the model
    scores = [r.score for r in mine.classify_many(texts)]
    assert np.abs(again.predict_proba(texts)[:, 1] - scores).max() <= 1e-9
    assert again.predict(ADVICE).tolist() == (after > 0).astype(int).tolist()


def test_exported_pipeline_survives_skops_with_two_types_to_trust(trained):
    skops = pytest.importorskip("skops.io")
    pipeline = to_sklearn(trained.model)
    kept = skops.dumps(pipeline)
    trusted = skops.get_untrusted_types(data=kept)
    assert trusted == [
        "netralitas_nlp.teach.recipe.LogRatioRegression",
        "netralitas_nlp.teach.vectorizer.CaptionVectorizer",
    ]
    again = skops.loads(kept, trusted=trusted)
    assert again.predict_proba(ADVICE).tolist() == pipeline.predict_proba(ADVICE).tolist()


# --- classifiers travel


def test_a_pickled_classifier_gives_the_same_answers_and_takes_no_text_along(trained):
    mine = Classifier(trained.model)
    before = pickle.dumps(mine)
    answers = [r.to_dict() for r in mine.classify_many([*ADVICE, "katarahasia zzqqxx"])]
    after = pickle.dumps(mine)
    assert len(after) == len(before) and b"zzqqxx" not in after
    copy = pickle.loads(after)
    assert type(copy) is Classifier
    assert [r.to_dict() for r in copy.classify_many([*ADVICE, "katarahasia zzqqxx"])] == answers
    assert [copy.decision(t) for t in ADVICE] == [mine.decision(t) for t in ADVICE]


def test_a_classifier_without_a_model_travels_too():
    fallback = Classifier(model=None)
    copy = pickle.loads(pickle.dumps(fallback))
    assert [copy.classify(t) for t in ADVICE] == [fallback.classify(t) for t in ADVICE]
