"""Is this Indonesian caption partisan? Advice on a text, with its reasons.

``classify(text)`` returns a `Classification`: verdict (partisan / review / neutral), calibrated
score, category, and the words it rests on. Nothing is downloaded, sent or stored; importing this
package loads neither scikit-learn nor pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .classifier import Classifier, classify, classify_many
from .lexicon import Entry, Lexicon, Mention
from .model import LinearModel
from .result import (
    CATEGORIES,
    AssetError,
    Classification,
    DataError,
    Evidence,
    LexiconError,
    ModelError,
    NetralitasError,
    StemmerError,
)
from .text import normalise, tokenize

if TYPE_CHECKING:
    from .auditing import Audit, audit
    from .edits import Edits, suggest_edits
    from .evaluation import Evaluation, evaluate
    from .rules import Rule
    from .suggesting import suggest
    from .training import Recipe, Training, adapt, to_sklearn, train

# Loaded on first use: a verdict needs none of these, and most need scikit-learn and pandas.
_LATER = {
    "Audit": "auditing",
    "Edits": "edits",
    "Evaluation": "evaluation",
    "Recipe": "training",
    "Rule": "rules",
    "Training": "training",
    "adapt": "training",
    "audit": "auditing",
    "evaluate": "evaluation",
    "suggest": "suggesting",
    "suggest_edits": "edits",
    "to_sklearn": "training",
    "train": "training",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        # Asked of the installed package, so that pyproject.toml is the only place that says it.
        from importlib.metadata import version

        return version("netralitas-nlp")
    if name in _LATER:
        return getattr(import_module(f".{_LATER[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "CATEGORIES",
    "AssetError",
    "Audit",
    "Classification",
    "Classifier",
    "DataError",
    "Edits",
    "Entry",
    "Evaluation",
    "Evidence",
    "Lexicon",
    "LexiconError",
    "LinearModel",
    "Mention",
    "ModelError",
    "NetralitasError",
    "Recipe",
    "Rule",
    "StemmerError",
    "Training",
    "adapt",
    "audit",
    "classify",
    "classify_many",
    "evaluate",
    "normalise",
    "suggest",
    "suggest_edits",
    "to_sklearn",
    "tokenize",
    "train",
]
