"""What of a draft cannot stay, whatever its score without a name: gestures, slogans, appeals.

"Kami mendukung Bu Salma, salam dua jari": with a name taken out the words that are left may weigh
little, and still they take a side. What this module does not do: judge a text.
"""

from __future__ import annotations

from ..read.context import Mention
from ..read.find import Lexicon
from ..read.reading import Reading
from ..read.signals import REACH

Span = tuple[int, int]
_SIDES = ("for", "against")


def appeals(text: str, lexicon: Lexicon) -> list[Span]:
    """Return where a text shows a gesture, has a slogan or takes a side in words, in order.

    A phrase that is everyday speech elsewhere counts beside a contestant or another appeal only.
    Where anything counts, the ballot numbers of the text are a part of it.

    >>> appeals("Kami mendukung Bu Salma jadi bupati", Lexicon.default())
    [(0, 14), (24, 35)]
    >>> appeals("Ayo coblos nomor 2, ya", Lexicon.default())
    [(0, 18)]
    >>> appeals("Mantap Pak, jalan desa sudah mulus", Lexicon.default())
    []
    """
    tokens = lexicon.tokenizer.tokens(text)
    read = lexicon.read(*lexicon.view(tokens))
    taken = [p for p in read.phrases if p.kind == "stance" and p.entries[0].direction in _SIDES]
    plain = any(not p.entries[0].needs for p in taken)
    places = [range(m.first, m.last) for m in read.mentions if _shows(m)]
    places += [read.tokens(p.first, p.last) for p in taken if _counts(p, read, plain)]
    if places:
        places += [range(m.first, m.last) for m in read.mentions if m.kind == "number"]
    out: list[Span] = []
    for start, end in sorted((tokens[p[0]].start, tokens[p[-1]].end) for p in places):
        if out and start <= out[-1][1] + 1:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def _shows(mention: Mention) -> bool:
    """Whether a mention is a gesture, or a slogan that is one wherever it stands."""
    return mention.kind == "gesture" or (
        mention.kind == "slogan" and not all(e.needs for e in mention.entries)
    )


def _counts(phrase: Mention, read: Reading, plain: bool) -> bool:
    """Whether a phrase takes a side where it stands; `plain`: another one does anyway."""
    needs = phrase.entries[0].needs
    if not needs or (plain and "stance" in needs):
        return True
    return any(m.first - REACH <= phrase.last and phrase.first <= m.last + REACH for m in read.at)


__all__ = ["appeals"]
