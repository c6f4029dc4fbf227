"""Compare the engine with the Python it follows: decisions, spans, kinds, names, notes.

Reads every text of some CSV files (column ``text``) and as many made ones as asked for, put
together from their words and from signs that are hard to read. Prints the texts that differ and
what was compared; ends with 1 if any differs.

    python tools/compare.py data/captions/*.csv --made 1000000
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from netralitas_nlp import Classifier
from netralitas_nlp.base.result import Evidence
from netralitas_nlp.score.classifier import default_classifier
from netralitas_nlp.score.engine import VARIABLE, Scorer
from netralitas_nlp.score.occurrences import Reader

CLOSE = 1e-9
_SIGNS = [
    *"!?.,:;'\"/|\\-_*#@&+~()[]{}<>^`=$%0123456789",
    *"\u200b\u200d\ufe0f\u20e3\u00a0\u2028\u202e\u00ad\u0301\x1c\x7f\x00\x85",
    *"аеорсухПрабо",  # Cyrillic look-alikes
    *"ｐｒａｂ０２①②❶🅿🄰𝐩𝓅℮ﬁßøłñéÂ©®™…“”’‘«»•·→–—",
    *"✌👍🏽🏽☝️2️⃣🇮🇩❤😂🤣️‍👨👩",
    "&amp;", "&lt;", "&quot;", "<url>", "<NUM>", "[username]", "\\n", "\\u2026", "<U+1F602>", "b'",
    "http://a.b/c", "bit.ly/x", "www.kpu.go.id", "Rp1.000", "01/02/2024", "12.5", "nomor2",
    "#2024GantiPresiden", "@dpp_psi", "#AMIN", "g.a.n.j.a.r", "p r a b o w o", "عربي", "한국",
]  # fmt: skip
_GAPS = ["", " ", " ", " ", " ", "\n", "  ", ",", ". ", "-"]


def texts_of(paths: Sequence[Path]) -> list[str]:
    """Return the texts of some tables."""
    csv.field_size_limit(10**9)
    out = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            out += [row["text"] for row in csv.DictReader(file) if row.get("text")]
    return out


def made(words: Sequence[str], seed: int) -> Iterator[str]:
    """Yield texts put together from words and signs, without end."""
    chance = random.Random(seed)
    while True:
        pieces = []
        for _ in range(chance.choice((1, 2, 4, 8, 16, 60))):
            piece = chance.choice(words) if chance.random() < 0.75 else chance.choice(_SIGNS)
            turn = chance.random()
            if turn < 0.08:
                at = chance.randrange(len(piece) + 1)
                piece = piece[:at] + chance.choice(_SIGNS) + piece[at:]
            elif turn < 0.12:
                piece = piece.upper()
            elif turn < 0.16:
                piece = piece.title()
            elif turn < 0.19 and piece:
                at = chance.randrange(len(piece))
                piece = piece[:at] + piece[at] * chance.randrange(6) + piece[at:]
            elif turn < 0.22:
                piece = piece + chance.choice(words)
            pieces += [piece, chance.choice(_GAPS)]
        yield "".join(pieces)


def words_of(texts: Sequence[str]) -> list[str]:
    """Return the words of some texts, each once."""
    return sorted({word for text in texts for word in text.split() if len(word) < 40})


class Twins:
    """The same model and lexicon, read by the engine and in Python.

    Parameters
    ----------
    classifier : Classifier
        With a model.
    """

    def __init__(self, classifier: Classifier) -> None:
        assert classifier.model is not None
        before = os.environ.get(VARIABLE)
        self.twins = []
        for choice in ("native", "python"):
            os.environ[VARIABLE] = choice
            reader = Reader(classifier.lexicon, classifier.model.settings)
            self.twins.append(Scorer(classifier.model, reader))
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before

    def difference(self, text: str) -> str:
        """Return where the twins differ on a text, ``""`` if nowhere."""
        native, python = self.twins
        (ours, heard), (theirs, also_heard) = native.decide(text), python.decide(text)
        apart = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
        if not apart <= CLOSE or heard != also_heard:
            return f"decision: {apart}"
        pieces = [twin.explain(text, 0, len(text)) for twin in (native, python)]
        if len(pieces[0]) != len(pieces[1]):
            return f"{len(pieces[0])} and {len(pieces[1])} pieces of evidence"
        for one, other in zip(*pieces, strict=True):
            if _said(one) != _said(other) or not abs(one.weight - other.weight) <= CLOSE:
                return f"{one} is {other}"
        return ""


def _said(piece: Evidence) -> tuple[Any, ...]:
    return piece.start, piece.end, piece.text, piece.kind, piece.entry, piece.note


@lru_cache(maxsize=1)
def _packaged() -> Twins:
    return Twins(default_classifier())


def _differences(texts: list[str]) -> list[tuple[str, str]]:
    return [(text, found) for text in texts if (found := _packaged().difference(text))]


def _made_differences(work: tuple[list[str], int, int]) -> list[tuple[str, str]]:
    words, seed, count = work
    return _differences(list(islice(made(words, seed), count)))


def main() -> int:
    """Compare, print, and return 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="+", type=Path)
    parser.add_argument("--made", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    args = parser.parse_args()
    texts = texts_of(args.tables)
    words = words_of(texts)
    counts: Counter[str] = Counter()
    size = 1_000
    parts = [texts[at : at + size] for at in range(0, len(texts), size)]
    seeds = range(args.seed, args.seed + args.made // size)
    with multiprocessing.Pool(args.processes) as pool:
        rounds = (
            ("known", pool.imap(_differences, parts), len(texts)),
            (
                "made",
                pool.imap(_made_differences, ((words, s, size) for s in seeds)),
                len(seeds) * size,
            ),
        )
        for name, results, count in rounds:
            counts[name] = count
            for found in results:
                counts["different"] += len(found)
                for text, why in found[:3]:
                    print(f"{text!r}: {why}", flush=True)
    print(
        f"{counts['known']:,} known texts, {counts['made']:,} made: {counts['different']:,} differ"
    )
    return int(counts["different"] > 0)


if __name__ == "__main__":
    sys.exit(main())
