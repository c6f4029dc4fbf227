"""The reasons of a decision: what each word and mention adds to it, on the raw text.

The occurrences that decided are shared out to the words that own them, so the weights of all
reasons and the intercept add up to the decision.

What this module does not do: say anything in sentences (`say`).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..base.result import Evidence
from ..read.find import Mention
from .occurrences import Reader, TextRead
from .weights import LinearModel


def explain(model: LinearModel, reader: Reader, text: str) -> tuple[Evidence, ...]:
    """Return one piece of evidence for each word or mention, in the order of the text.

    Mentions that do not count are listed too, with kind ``"blocked"`` and weight 0.
    """
    read = reader.read(text)
    weights = _weights_of_units(model, reader, read)
    out: list[Evidence] = []
    at_span: dict[tuple[int, int], int] = {}
    for unit, weight in zip(read.units, weights, strict=True):
        start, end = _span(read, unit.first, unit.last)
        seen = at_span.get((start, end))
        # "sby" stands for two words but is one piece of text: one reason.
        if unit.mention is None and seen is not None and out[seen].kind == "word":
            out[seen] = Evidence(start, end, out[seen].text, "word", out[seen].weight + weight)
            continue
        at_span[start, end] = len(out)
        if unit.mention is None:
            out.append(Evidence(start, end, text[start:end], "word", weight))
        else:
            name, note = describe(unit.mention)
            out.append(Evidence(start, end, text[start:end], unit.mention.kind, weight, name, note))
    for mention in read.reading.mentions:
        if mention.blocked:
            start, end = _span(read, mention.first, mention.last)
            name, _ = describe(mention)
            out.append(Evidence(start, end, text[start:end], "blocked", 0.0, name, mention.blocked))
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


def _span(read: TextRead, first: int, last: int) -> tuple[int, int]:
    return read.tokens[first].start, read.tokens[last - 1].end


def describe(mention: Mention) -> tuple[str, str]:
    """Return the name of what was mentioned and a note on which one it can be.

    A side is named only where one entry alone can be meant.
    """
    if mention.kind == "number" and not mention.entries:
        return f"nomor {mention.number}", ""
    names = list(dict.fromkeys(e.name for e in mention.entries))
    if len(names) == 1:
        elections = list(dict.fromkeys(x for e in mention.entries for x in e.election))
        return names[0], ", ".join(elections)
    return " / ".join(names[:4]), f"{len(names)}"
