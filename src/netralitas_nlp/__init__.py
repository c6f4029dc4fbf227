"""Is this Indonesian caption partisan? Advice on a text, with its reasons.

``classify(text)`` returns a `Classification`: verdict (partisan / review / neutral), calibrated
score, category, and the words it rests on. Nothing is downloaded, sent or stored; importing this
package loads neither scikit-learn nor pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
from .base.extras import extras
from .base.result import CATEGORIES, Classification, Evidence
from .read.find import Entry, Lexicon, Mention
from .read.words import normalise, tokenize
from .score.classifier import Classifier, classify, classify_many
from .score.weights import LinearModel

if TYPE_CHECKING:
    from .draft.edits import Edits, suggest_edits
    from .draft.rules import Rule
    from .measure.agreement import Agreement, agreement
    from .measure.audit import Audit, audit
    from .measure.comparing import Comparison, compare
    from .measure.evaluation import Evaluation, evaluate
    from .teach.adapt import adapt
    from .teach.fit import Training, train
    from .teach.pipeline import to_sklearn
    from .teach.recipe import Recipe
    from .teach.retrain import Retraining, retrain
    from .teach.suggest import suggest

# Loaded on first use: a verdict needs none of these, and most need scikit-learn and pandas.
_LATER = {
    "Agreement": "measure.agreement",
    "Audit": "measure.audit",
    "Comparison": "measure.comparing",
    "Edits": "draft.edits",
    "Evaluation": "measure.evaluation",
    "Recipe": "teach.recipe",
    "Retraining": "teach.retrain",
    "Rule": "draft.rules",
    "Training": "teach.fit",
    "adapt": "teach.adapt",
    "agreement": "measure.agreement",
    "audit": "measure.audit",
    "compare": "measure.comparing",
    "evaluate": "measure.evaluation",
    "retrain": "teach.retrain",
    "suggest": "teach.suggest",
    "suggest_edits": "draft.edits",
    "to_sklearn": "teach.pipeline",
    "train": "teach.fit",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        # Asked of the installed package, so that pyproject.toml is the only place that says it.
        from importlib.metadata import version

        return version("netralitas-nlp")
    if name in _LATER:
        with extras():
            return getattr(import_module(f".{_LATER[name]}", __name__), name)
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
