"""Which names a verdict hangs on: those without which it would be another.

A name often weighs little by itself and yet lends weight to its neighbours, so what it adds does not
tell; the text without it is really classified. What this module does not do: word anything.
"""

from __future__ import annotations

from ..base.result import Classification, Evidence
from ..score.classifier import Classifier
from .edits import Removal, without

_NAMES = ("party", "person", "ticket")
_MOST = 5  # names tried one by one
_LONGEST = 50_000  # letters of a text that is tried


def deciding_names(result: Classification, classifier: Classifier) -> tuple[Evidence, ...]:
    """Return the names, each once, without which a text that is not neutral has another verdict.

    Where none of them changes it alone, all together may. `classifier` is the one that gave the
    result.

    >>> from netralitas_nlp.score.classifier import default_classifier
    >>> classifier = default_classifier()
    >>> result = classifier.classify("Sarapan bareng Prabowo")
    >>> [name.text for name in deciding_names(result, classifier)]
    ['Prabowo']
    """
    if result.verdict == "neutral" or len(result.text) > _LONGEST:
        return ()
    named: dict[str, list[Evidence]] = {}
    for e in result.evidence:
        if e.kind in _NAMES:
            named.setdefault(e.text.casefold(), []).append(e)
    groups = list(named.values())[:_MOST]
    alone = [g for g in groups if _changes(result, classifier, g)]
    if not alone and len(groups) > 1:
        every = [e for g in named.values() for e in g]
        alone = groups if _changes(result, classifier, every) else []
    return tuple(g[0] for g in alone)


def _changes(result: Classification, classifier: Classifier, gone: list[Evidence]) -> bool:
    pieces = [Removal(e.start, e.end, e.text, e.kind, e.weight) for e in gone]
    return classifier.classify(without(result.text, pieces)).verdict != result.verdict


__all__ = ["deciding_names"]
