"""What end users read of a result: verdict, category, sentences, in Indonesian and in English.

Knows results, no files and no terminal; the words are in ``data/text/messages.csv``. Every sentence
is advice about a text.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..base.catalogue import Language, joined, text
from ..base.result import CATEGORIES, PARTISAN_CATEGORIES, Classification, Evidence
from .reasons import NAMES, kind_of, leading, quotes, reasons, spoken

_WEAK = 0.15  # a reason this much lighter than the heaviest is not worth a place in a sentence
_LOUD = 0.5  # log-odds from which a word against the verdict deserves to be named
_SHORT = 2  # words up to which a text is called very short
_NOTES = {"needs context": "context", "case": "case", "law citation": "law", "unit": "unit"}
_NOTES |= {"negated": "negated", "another contest": "contest"}
"""What the lexicon notes of a mention that does not count, and the key that words it."""


def is_empty(result: Classification) -> bool:
    """Whether there was no text to judge: no verdict and no score are shown."""
    return result.method == "empty" or not result.text.strip()


def verdict_name(result: Classification, language: Language = "id") -> str:
    """Return the verdict as users read it; where there was no text to judge, that."""
    return text(f"verdict.{'empty' if is_empty(result) else result.verdict}", language)


def category_name(result: Classification, language: Language = "id") -> str:
    """Return the category as users read it, or ``""``."""
    return text(f"category.{result.category}", language) if result.category in CATEGORIES else ""


def category_names(language: Language = "id") -> dict[str, str]:
    """Return every category and what users read for it."""
    return {name: text(f"category.{name}", language) for name in CATEGORIES}


def method_name(result: Classification, language: Language = "id") -> str:
    """Return what answered where it was not the model ("leksikon saja"), or ``""``."""
    return text("method.lexicon", language) if result.method == "lexicon" else ""


def kind_name(e: Evidence, language: Language = "id") -> str:
    """Return what a piece of evidence is, as users read it ("nama partai", "party name")."""
    return text(f"kind.{kind_of(e)}", language, n=1).removeprefix("the ")


def not_counted(e: Evidence, language: Language = "id") -> str:
    """Return why a blocked mention was not counted, as a clause without a full stop."""
    sense, why = _sense(e, language), why_not(e.note, language)
    return text("not_counted", language, quote=_shown(e.text), sense=sense, why=why)


def why_not(note: str, language: Language = "id") -> str:
    """Return the lexicon's reason against a mention in words.

    >>> why_not("blocked by bayar _", "id")
    'didahului “bayar”'
    """
    block = note.removeprefix("blocked by ")
    if block == note:
        return text(f"why.{_NOTES.get(note, 'other')}", language)
    left, slot, right = (part.strip() for part in f" {block} ".partition(" _ "))
    if not slot:
        return text("why.beside", language, word=block)
    name = "between" if left and right else "before" if left else "after"
    return text(f"why.{name}", language, left=left, right=right)


def sentence(
    result: Classification, language: Language = "id", deciding: Sequence[Evidence] = ()
) -> str:
    """Return up to four short sentences: what the text reads like, on which words, how sure.

    Written from the evidence of the result: what each word is (a slogan, a ticket, a ballot
    number), which words pull the other way, and why a name was not counted. The score is given as
    a chance that never reaches certainty, and the last words say that it is advice. The names in
    `deciding`, on which the verdict hangs (`draft.names.deciding_names`), are named in any case.

    >>> from netralitas_nlp import classify
    >>> print(sentence(classify(""), "en"))
    There is no text to judge. This is advice about the text, not a finding about a person.
    """
    if is_empty(result):
        return text("sentence.empty", language)
    end = text("sentence.end", language, percent=_percent(result.score, language))
    if not spoken(result.text):
        return f"{text('sentence.silent', language)} {end}"
    said = " ".join(filter(None, (_opening(result, language), _aside(result, language))))
    if result.part is not None:
        begin, end_of_part = result.part
        said += " " + text("sentence.part", language, quote=_shown(result.text[begin:end_of_part]))
    unsaid = [f"“{_shown(e.text)}”" for e in deciding if not _names(said, e.text)]
    if unsaid:
        said += " " + text("sentence.deciding", language, names=unsaid)
    return f"{said} {end}"


def _names(said: str, name: str) -> bool:
    """Whether a sentence quotes a name, alone or with its neighbours."""
    return any(name in quote.partition("”")[0] for quote in said.split("“")[1:])


def _opening(result: Classification, language: Language) -> str:
    """What the text reads like and on which words."""
    category = category_name(result, language)
    name = result.category if result.category in PARTISAN_CATEGORIES else "other"
    opening = text(
        f"sentence.{result.verdict}",
        language,
        nature=text(f"nature.{name}", language),
        category=f" ({category})" if category else "",
        closest=text("sentence.closest", language, category=category) if category else "",
    )
    if result.method == "lexicon":
        opening = text("sentence.alone", language) + " " + opening[0].lower() + opening[1:]
    if result.verdict == "review":
        return opening + "."
    pieces = reasons(result, 3)
    if result.verdict == "partisan" and not any(e.kind in NAMES for e in pieces):
        # The words say what is done, the name to whom.
        pieces += [e for e in reasons(result, len(result.evidence)) if e.kind in NAMES][:1]
    words = _in_words(result, pieces, language)
    because = text("sentence.because", language, reasons=words) if words else ""
    return f"{opening}{because}."


def _aside(result: Classification, language: Language) -> str:
    """The one more thing worth a sentence, or ``""``."""
    if result.verdict == "review":
        pro = _in_words(result, leading(result, 1.0, 2), language)
        contra = _in_words(result, leading(result, -1.0, 2), language)
        name = "sides" if pro and contra else "side_pro" if pro else "side_contra"
        return text(f"sentence.{name}", language, pro=pro, contra=contra) if pro or contra else ""
    if result.verdict == "neutral":
        blocked = _blocked(result, language)
        if blocked:
            return blocked
    n = len(spoken(result.text).split())
    if n <= _SHORT:
        return text("sentence.short", language, n=n)
    if result.verdict == "neutral":
        against = [e for e in leading(result, 1.0, 2) if e.weight >= _LOUD]
        if against:
            return text("sentence.although", language, pro=_in_words(result, against, language))
        if all(e.weight < _LOUD for e in result.evidence):
            return text("sentence.quiet", language)
    return ""


def _in_words(result: Classification, pieces: list[Evidence], language: Language) -> str:
    """The pieces in words: what they are, neighbours quoted together."""
    if not pieces:
        return ""
    limit = _WEAK * abs(pieces[0].weight)
    groups: dict[str, list[str]] = {}
    for kind, quote in quotes(result, [e for e in pieces if abs(e.weight) >= limit]):
        groups.setdefault(kind, []).append(f"“{_shown(quote)}”")
    # Names come last: naming somebody is the least of the reasons.
    parts = []
    for kind in sorted(groups, key=lambda kind: kind in NAMES):
        quoted = groups[kind]
        several = len(quoted) > 1 or (kind == "word" and " " in quoted[0])
        head = text(f"kind.{kind}", language, n=2 if several else 1)
        parts.append(f"{head} {joined(quoted, 'and', language)}")
    # "kata “coblos” dan “menang” serta tagar …": groups are joined by another word than their items.
    nested = any(len(quoted) > 1 for quoted in groups.values())
    return joined(parts, "groups" if nested else "and", language)


def _blocked(result: Classification, language: Language) -> str:
    """Why mentions were not counted, the first two, or ``""``."""
    blocked = {e.text.lower(): e for e in reversed(result.evidence) if e.kind == "blocked"}
    clauses = [not_counted(e, language) for e in [*reversed(blocked.values())][:2]]
    return "; ".join(clauses) + "." if clauses else ""


def _sense(e: Evidence, language: Language) -> str:
    """As what a mention was not counted."""
    if e.entry.startswith("nomor "):
        return text("sense.number", language)
    if not any(c.isalnum() for c in e.text):
        return text("sense.gesture", language)
    if " / " in e.entry:
        return text("sense.several", language)
    same = e.entry.split(" (")[0].lower() == e.text.lower()
    return text("sense.slogan", language) if same else e.entry


def _percent(score: float, language: Language) -> str:
    """A chance in words that never claim certainty."""
    if score > 0.99:
        return text("percent.over", language)
    if score < 0.01:
        return text("percent.under", language)
    return f"{round(score * 100)}%"


def _shown(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


__all__ = [
    "category_name",
    "category_names",
    "is_empty",
    "kind_name",
    "method_name",
    "not_counted",
    "reasons",
    "sentence",
    "verdict_name",
    "why_not",
]
