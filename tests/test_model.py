"""The model file: what it keeps, and what it refuses."""

from __future__ import annotations

import json
import shutil

import joblib
import numpy as np
import pytest

from conftest import TOP
from netralitas_nlp import Classifier, LinearModel, ModelError
from netralitas_nlp.score.parts import parts_of
from netralitas_nlp.teach.pipeline import to_sklearn

DEFAULT = TOP / "models" / "default"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DEFAULT, tmp_path / "model")


def test_exported_model_and_sklearn_pipeline_agree(classifier, corpus):
    # The pipeline knows no parts of long texts: it gives the decision of the whole.
    texts = [text for text in corpus["text"] if not parts_of(text)]
    pipeline = to_sklearn(classifier.model, classifier.lexicon)
    theirs = pipeline.decision_function(texts)
    ours = np.array([classifier.decision(text) for text in texts])
    model = classifier.model
    assert np.abs(theirs - (model.slope * ours + model.offset)).max() <= 1e-9
    scores = [r.score for r in classifier.classify_many(texts[:300])]
    assert np.abs(pipeline.predict_proba(texts[:300])[:, 1] - scores).max() <= 1e-9


def test_pipeline_passes_through_joblib(classifier, tmp_path):
    pipeline = to_sklearn(classifier.model, classifier.lexicon)
    joblib.dump(pipeline, tmp_path / "p.joblib")
    again = joblib.load(tmp_path / "p.joblib")
    texts = ["coblos nomor 2", "ayo ke TPS"]
    assert again.decision_function(texts).tolist() == pipeline.decision_function(texts).tolist()
    assert set(again.predict(texts)) <= {0, 1}


def test_save_and_load_are_inverse(classifier, tmp_path):
    classifier.model.save(tmp_path / "m")
    assert (tmp_path / "m" / "weights.npz").read_bytes() == (DEFAULT / "weights.npz").read_bytes()
    assert (tmp_path / "m" / "model.json").read_bytes() == (DEFAULT / "model.json").read_bytes()
    again = Classifier.load(tmp_path / "m")
    assert again.classify("coblos nomor 2").score == classifier.classify("coblos nomor 2").score


def test_no_file_is_left_beside(classifier, tmp_path):
    classifier.model.save(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.json", "weights.npz"]


def test_missing_model_says_how_to_rebuild(tmp_path):
    with pytest.raises(ModelError, match=r"no model\.json.*netralitas train"):
        LinearModel.load(tmp_path)


@pytest.mark.parametrize("name", ["model.json", "weights.npz"])
@pytest.mark.parametrize("harm", ["empty", "half", "flip", "pickle", "text"])
def test_damaged_files_are_refused(folder, name, harm):
    path = folder / name
    data = bytearray(path.read_bytes())
    if harm == "empty":
        data = bytearray()
    elif harm == "half":
        data = data[: len(data) // 2]
    elif harm == "flip":
        data[len(data) // 2] ^= 0xFF
    elif harm == "pickle":
        data = bytearray(b"\x80\x04cos\nsystem\n(S'echo owned'\ntR.")
    else:
        data = bytearray(b"hello")
    path.write_bytes(bytes(data))
    with pytest.raises(ModelError) as error:
        Classifier.load(folder)
    assert "netralitas train" in str(error.value)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("format", 99, "format 99"),
        ("features_version", 0, "features 0"),
        ("settings", {"stems": True, "telepathy": True}, "damaged"),
        ("thresholds", [0.5], "damaged"),
        ("calibration", "none", "damaged"),
    ],
)
def test_other_headers_are_refused(folder, key, value, words):
    path = folder / "model.json"
    header = json.loads(path.read_text(encoding="utf-8"))
    header[key] = value
    path.write_text(json.dumps(header), encoding="utf-8")
    with pytest.raises(ModelError, match=words):
        LinearModel.load(folder)


def test_deeply_nested_header_is_refused(folder):
    (folder / "model.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        LinearModel.load(folder)


@pytest.mark.parametrize("change", ["order", "twice"])
def test_names_out_of_order_are_refused(classifier, change):
    model = classifier.model
    names = {block: list(found) for block, found in model.names.items()}
    names["near"][10] = names["near"][5 if change == "twice" else -1]
    with pytest.raises(ValueError, match="'near' has names that are not in order, or one twice"):
        LinearModel(model.header, names, model.idf, model.weights, model.intercepts)


def test_files_are_numbers_and_strings_only():
    with np.load(DEFAULT / "weights.npz", allow_pickle=False) as file:
        assert {a.dtype.kind for a in file.values()} <= {"f", "u"}
