"""Names in a draft that no list knows: in a small region the candidate is the one nobody listed.

A guess, to be asked back to the writer: whether a name is a candidate's, only the writer can say.
"""

from __future__ import annotations

from functools import lru_cache

from ...read.find import Lexicon
from ...read.flags import TITLE
from ...read.words import WORD
from ...score.occurrences import Reader

_MOST = 5
_LETTERS = 20_000  # of a draft that is looked through


def unlisted_names(draft: str, lexicon: Lexicon) -> list[str]:
    """Return up to five names of a draft that the lexicon does not know, each once.

    A capitalised word that is in no list of words, or that follows a title ("Bu Ratna").

    Examples
    --------
    >>> from netralitas_nlp import Lexicon
    >>> unlisted_names("Terima kasih Pak Tarmizi Haloho dan Bu Ratna, juga Pak Prabowo", Lexicon.default())
    ['Tarmizi Haloho', 'Ratna']
    >>> unlisted_names("Bupati Sleman meresmikan pasar", Lexicon.default())
    []
    """
    text = draft[:_LETTERS]
    read = _reader(lexicon).read(text)
    flags = lexicon.view(read.tokens)[1]
    spans: list[list[int]] = []
    last = -1
    for unit in read.units:
        at, token = unit.first, read.tokens[unit.first]
        if unit.mention is not None or token.kind != WORD or token.caps != 1 or flags[at] & TITLE:
            continue
        follows = at == last or (at > 0 and bool(flags[at - 1] & TITLE))
        if unit.key and not follows:
            continue
        if at == last:
            spans[-1][1] = token.end
        else:
            spans.append([token.start, token.end])
        last = unit.last
    names = dict.fromkeys(text[start:end] for start, end in spans)
    return [name for name in names if name not in _regions(lexicon)][:_MOST]


@lru_cache(maxsize=8)
def _regions(lexicon: Lexicon) -> frozenset[str]:
    """Regions that an office is of, without their kind: "Bupati Sleman" names no person."""
    parts = {part.strip() for entry in lexicon.entries for part in entry.region.split(",")}
    return frozenset(part.removeprefix("Kabupaten ").removeprefix("Kota ") for part in parts)


@lru_cache(maxsize=8)
def _reader(lexicon: Lexicon) -> Reader:
    return Reader(lexicon)
