"""Is this Indonesian caption partisan? Advice on a text, with its reasons.

``classify(text)`` returns a `Classification`: verdict (partisan / review / neutral), calibrated
score, category, and the words it rests on. Nothing is downloaded, sent or stored; importing this
package loads neither scikit-learn nor pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .base.errors import (
        ArgumentError,
        ArgumentTypeError,
        AssetError,
        DataError,
        LexiconError,
        MissingExtraError,
        ModelError,
        NetralitasError,
        StemmerError,
    )
    from .base.result import CATEGORIES, Classification, Evidence
    from .draft.edits import Edits, suggest_edits
    from .draft.rules import Rule
    from .measure.agreement import Agreement, agreement
    from .measure.audit import Audit, audit
    from .measure.comparing import Comparison, compare
    from .measure.evaluation import Evaluation, evaluate
    from .read.find import Entry, Lexicon, Mention
    from .read.words import normalise, tokenize
    from .score.classifier import Classifier, classify, classify_many
    from .score.weights import LinearModel
    from .teach.adapt import adapt
    from .teach.fit import Training, train
    from .teach.pipeline import to_sklearn
    from .teach.recipe import Recipe
    from .teach.retrain import Retraining, retrain
    from .teach.suggest import suggest

# Loaded on first use: the command is to be quiet under Ctrl-C before any of it is there, and most of
# what is not for a verdict needs scikit-learn and pandas.
_LATER = {
    "CATEGORIES": "base.result",
    "Agreement": "measure.agreement",
    "ArgumentError": "base.errors",
    "ArgumentTypeError": "base.errors",
    "AssetError": "base.errors",
    "Audit": "measure.audit",
    "Classification": "base.result",
    "Classifier": "score.classifier",
    "Comparison": "measure.comparing",
    "DataError": "base.errors",
    "Edits": "draft.edits",
    "Entry": "read.find",
    "Evaluation": "measure.evaluation",
    "Evidence": "base.result",
    "Lexicon": "read.find",
    "LexiconError": "base.errors",
    "LinearModel": "score.weights",
    "Mention": "read.find",
    "MissingExtraError": "base.errors",
    "ModelError": "base.errors",
    "NetralitasError": "base.errors",
    "Recipe": "teach.recipe",
    "Retraining": "teach.retrain",
    "Rule": "draft.rules",
    "StemmerError": "base.errors",
    "Training": "teach.fit",
    "adapt": "teach.adapt",
    "agreement": "measure.agreement",
    "audit": "measure.audit",
    "classify": "score.classifier",
    "classify_many": "score.classifier",
    "compare": "measure.comparing",
    "evaluate": "measure.evaluation",
    "normalise": "read.words",
    "retrain": "teach.retrain",
    "suggest": "teach.suggest",
    "suggest_edits": "draft.edits",
    "to_sklearn": "teach.pipeline",
    "tokenize": "read.words",
    "train": "teach.fit",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        # Asked of the installed package, so that pyproject.toml is the only place that says it.
        from importlib.metadata import version

        return version("netralitas-nlp")
    if name in _LATER:
        from .base.extras import extras

        with extras():
            found = getattr(import_module(f".{_LATER[name]}", __name__), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "CATEGORIES",
    "Agreement",
    "ArgumentError",
    "ArgumentTypeError",
    "AssetError",
    "Audit",
    "Classification",
    "Classifier",
    "Comparison",
    "DataError",
    "Edits",
    "Entry",
    "Evaluation",
    "Evidence",
    "Lexicon",
    "LexiconError",
    "LinearModel",
    "Mention",
    "MissingExtraError",
    "ModelError",
    "NetralitasError",
    "Recipe",
    "Retraining",
    "Rule",
    "StemmerError",
    "Training",
    "adapt",
    "agreement",
    "audit",
    "classify",
    "classify_many",
    "compare",
    "evaluate",
    "normalise",
    "retrain",
    "suggest",
    "suggest_edits",
    "to_sklearn",
    "tokenize",
    "train",
]
