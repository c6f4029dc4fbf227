"""The reasons of a decision: what each word and mention adds to it, on the raw text.

The occurrences that decided are shared out to the words that own them, so the weights of all
reasons and the intercept add up to the decision.

What this module does not do: say anything in sentences (`say`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..base.result import Evidence
from ..read.find import Mention
from .occurrences import Reader, TextRead
from .weights import LinearModel


def explain(
    model: LinearModel, reader: Reader, text: str, begin: int, end: int
) -> tuple[Evidence, ...]:
    """Return one piece of evidence for each word or mention between two places of a text.

    In the order of the text. A mention that does not count has the kind ``"blocked"``, the reason
    in its note, and the weight of its placeholder, which no name can change.
    """
    read = reader.read(text[begin:end])
    weights = _weights_of_units(model, reader, read)
    out: list[Evidence] = []
    at_span: dict[tuple[int, int], int] = {}
    for unit, weight in zip(read.units, weights, strict=True):
        first = begin + read.tokens[unit.first].start
        last = begin + read.tokens[unit.last - 1].end
        seen = at_span.get((first, last))
        # "sby" stands for two words but is one piece of text: one reason.
        if unit.mention is None and seen is not None and out[seen].kind == "word":
            out[seen] = replace(out[seen], weight=out[seen].weight + weight)
            continue
        at_span[first, last] = len(out)
        kind, name, note = "word", "", ""
        if unit.mention is not None:
            kind = "blocked" if unit.mention.blocked else unit.mention.kind
            name, note = describe(unit.mention)
        out.append(Evidence(first, last, text[first:last], kind, weight, name, note))
    out.sort(key=lambda e: (e.start, -e.end))
    return tuple(out)


def _weights_of_units(model: LinearModel, reader: Reader, read: TextRead) -> Sequence[float]:
    """Return what each unit adds to the decision: its shares of the occurrences it owns."""
    weights = [0.0] * len(read.units)
    shares = model.shares(reader.occurrences(read))
    for occurrence, share in zip(reader.occurrences(read), shares, strict=True):
        for owner in occurrence.owners:
            weights[owner] += share / len(occurrence.owners)
    return weights


def describe(mention: Mention) -> tuple[str, str]:
    """Return the name of what was mentioned and a note on which one it can be.

    A side is named only where one entry alone can be meant; of a mention that does not count the
    note is the reason.
    """
    if mention.blocked:
        return describe(mention._replace(blocked=""))[0], mention.blocked
    if mention.kind == "number" and not mention.entries:
        return f"nomor {mention.number}", ""
    if not mention.entries:
        return "", "unlisted"
    names = list(dict.fromkeys(e.name for e in mention.entries))
    if len(names) == 1:
        elections = list(dict.fromkeys(x for e in mention.entries for x in e.election))
        return names[0], ", ".join(elections)
    return " / ".join(names[:4]), f"{len(names)}"
