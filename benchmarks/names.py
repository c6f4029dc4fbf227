"""Does it matter whose name stands in a text? The shipped model, with the names exchanged.

Frames are captions that mention exactly one listed person or party. The mention is replaced by
other listed names, which must not change the score at all, and by invented names no lexicon has,
which may. Then false alarms and misses are counted for the texts that name each party, on labelled
tables the model never saw. Prints tables and writes them into ``docs/quality.md``.

    make bench-names SCORE="A=first.csv B=second.csv"

``--public-texts`` is used only to make sure that no invented name stands in a text of training.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import pandas as pd
from ablations import (
    SEED,
    arguments,
    is_partisan,
    letter,
    read_scores,
    say,
    table,
    write_between,
)

from netralitas_nlp import Classification, Lexicon, classify_many
from netralitas_nlp.base.result import VERDICTS
from netralitas_nlp.measure.audit import listed_names, unlisted_names
from netralitas_nlp.read.words import WORD
from netralitas_nlp.score.classifier import default_classifier
from netralitas_nlp.tables.captions import read_captions
from netralitas_nlp.teach.rows import training_lexicon

FRAMES = 100
PEOPLE = 300
WIDE = 0.10
LEAST = 10
"""A party has a line if that many texts of the tables name it."""

# Invented; anyone of that name is meant by accident.
UNLISTED = tuple(n.name for n in unlisted_names())


class Frame(NamedTuple):
    """A caption cut at its one mention."""

    before: str
    after: str
    kind: str

    def holding(self, name: str) -> str:
        """The caption with another name in it."""
        return f"{self.before}{name}{self.after}"


class Spread(NamedTuple):
    """How far the results of one frame lie apart."""

    gap: float
    verdicts: frozenset[str]


def frames(lexicon: Lexicon, texts: Sequence[str]) -> list[Frame]:
    """All captions that mention exactly one listed person or party, in plain words."""
    out = []
    for text in texts:
        tokens = lexicon.tokenizer.tokens(text)
        found = lexicon.mentions(*lexicon.view(tokens))
        if len(found) != 1 or found[0].kind not in ("person", "party"):
            continue
        held = tokens[found[0].first : found[0].last]
        glued = text[: held[0].start][-1:].isalnum() or text[held[-1].end :][:1].isalnum()
        if not glued and all(t.kind == WORD and not t.in_tag for t in held):
            out.append(Frame(text[: held[0].start], text[held[-1].end :], found[0].kind))
    return out


def spread(frame: Frame, names: Sequence[str]) -> Spread:
    """Classify a frame with each name in it."""
    results = list(classify_many([frame.holding(n) for n in names]))
    scores = [r.score for r in results]
    return Spread(max(scores) - min(scores), frozenset(r.verdict for r in results))


def beside_listed(chosen: Sequence[Frame], listed: dict[str, list[str]]) -> str:
    """What an unlisted name does to the score and verdict a frame has with a listed one."""
    before = list(classify_many([f.holding(listed[f.kind][0]) for f in chosen]))
    after = [list(classify_many([f.holding(n) for n in UNLISTED])) for f in chosen]
    lines = []
    for verdict in (*VERDICTS, "any"):
        at = [i for i, b in enumerate(before) if verdict in (b.verdict, "any")]
        if not at:
            continue
        got = [r for i in at for r in after[i]]
        shares = [sum(r.verdict == v for r in got) / len(got) for v in VERDICTS]
        scores = (np.mean([before[i].score for i in at]), np.mean([r.score for r in got]))
        lines.append(
            [verdict, str(len(at)), *(f"{x:.2f}" for x in scores), *(f"{x:.0%}" for x in shares)]
        )
    head = ["verdict with a listed name", "frames", "mean score listed", "mean score unlisted"]
    return table([*head, *(f"unlisted: {v}" for v in VERDICTS)], lines)


def make_sure(lexicon: Lexicon, texts: Sequence[str]) -> None:
    """Refuse invented names that the lexicon knows or that a text of training has."""
    everything = "\n".join(texts).lower()
    for name in UNLISTED:
        if lexicon.search(name) or lexicon.find(name) or name.lower() in everything:
            raise SystemExit(f"{name!r} is not unlisted: choose another")


def fits(lexicon: Lexicon, frame: Frame) -> bool:
    """Whether no part of an invented name is a listed one in this frame ("pak Cecep")."""
    for name in UNLISTED:
        start, stop = len(frame.before), len(frame.before) + len(name)
        tokens = lexicon.tokenizer.tokens(frame.holding(name))
        for mention in lexicon.mentions(*lexicon.view(tokens)):
            if tokens[mention.first].start < stop and tokens[mention.last - 1].end > start:
                return False
    return True


def summary(name: str, count: int, spreads: Sequence[Spread]) -> list[str]:
    """A line of the table of gaps."""
    gaps = [s.gap for s in spreads]
    flips = sum({"partisan", "neutral"} <= s.verdicts for s in spreads)
    changes = sum(len(s.verdicts) > 1 for s in spreads)
    largest = f"{max(gaps):.3f}" if max(gaps) else "0"
    middle = f"{float(np.mean(gaps)):.3f}" if max(gaps) else "0"
    wide = sum(g > WIDE for g in gaps)
    return [name, *map(str, (len(spreads), count, largest, middle, wide, changes, flips))]


def parties(lexicon: Lexicon, text: str) -> set[str]:
    """The parties a text names; a sign that two share counts for neither."""
    out = set()
    for mention, _ in lexicon.find(text):
        names = {e.name for e in mention.entries}
        if mention.kind == "party" and len(names) == 1 and not names & {"PKS or PBB (crescent)"}:
            out |= names
    return out


def per_party(
    lexicon: Lexicon, tables: Sequence[pd.DataFrame], results: Sequence[list[Classification]]
) -> str:
    """False alarms and misses for the texts that name each party."""
    named = [[parties(lexicon, text) for text in t["text"]] for t in tables]
    support = pd.Series([p for t in named for one in t for p in one]).value_counts()
    lines: list[tuple[str, str | None]] = [("all texts", None), ("texts that name no party", "")]
    lines += [(str(p), str(p)) for p in sorted(support.index, key=lambda p: (-support[p], p))]
    out, rare = [], 0
    for name, party in lines:
        if party and support[party] < LEAST:
            rare += 1
            continue
        line = [name]
        for t, mine, got in zip(tables, named, results, strict=True):
            here = np.array([party is None or (party in m if party else not m) for m in mine])
            verdict = np.array([r.verdict for r in got])
            for label, wrong in ((0, "partisan"), (1, "neutral")):
                group = here & (is_partisan(t) == label)
                bad, of = int((verdict[group] == wrong).sum()), int(group.sum())
                line.append(f"{bad} of {of} ({bad / of:.0%})" if of else "–")
        out.append(line)
    head = ["texts that name"]
    for k in range(len(tables)):
        head += [f"{letter(k)}: false alarms", f"{letter(k)}: misses"]
    tail = f"\n\n{rare} parties named in fewer than {LEAST} texts have no line." if rare else ""
    return table(head, out) + tail


def main() -> None:
    """Print the tables, and write them into the page."""
    given = arguments("Does it matter whose name it is?", public="optional").parse_args()
    tables = read_scores(given.score)
    lexicon = Lexicon.default()
    texts = read_captions(given.captions)["text"].tolist()
    rng = random.Random(SEED)
    knowing = training_lexicon()
    every = frames(lexicon, texts)
    mixed = (f for f in rng.sample(every, len(every)) if fits(knowing, f))
    chosen = list(islice(mixed, FRAMES))
    listed = listed_names(lexicon)
    people = [n.name for n in listed if n.sort == "person"]
    names = {
        "person": sorted(rng.sample(people, min(PEOPLE, len(people)))),
        "party": [n.name for n in listed if n.sort == "party"],
    }
    trained = list(texts)
    if given.public_texts:
        public = pd.read_csv(given.public_texts, dtype=str, keep_default_na=False)
        trained += public["text"].tolist()
    make_sure(knowing, trained)

    of_kind = {k: [f for f in chosen if f.kind == k] for k in names}
    lines = []
    for kind, what in (("person", "listed people"), ("party", "parties, long names")):
        say(f"{len(of_kind[kind])} frames, {len(names[kind])} names: {what}")
        found = [spread(f, names[kind]) for f in of_kind[kind]]
        lines.append(summary(what, len(names[kind]), found))
    say(f"{len(chosen)} frames, {len(UNLISTED)} unlisted names")
    unlisted = {f: spread(f, UNLISTED) for f in dict.fromkeys(chosen)}
    lines.append(
        summary("unlisted people, all frames", len(UNLISTED), [unlisted[f] for f in chosen])
    )
    lines.append(
        summary(
            "– those made for a person",
            len(UNLISTED),
            [unlisted[f] for f in of_kind["person"]],
        )
    )
    head = [
        "names in the frame",
        "frames",
        "names",
        "largest gap",
        "mean gap",
        f"gap over {WIDE:.2f}",
        "verdict changes",
        "flips",
    ]
    results = [list(classify_many(t["text"].tolist())) for t in tables]
    model = default_classifier().model
    assert model is not None
    rows = model.header["corpus"]["rows"]
    body = (
        f"The shipped model ({rows:,} texts). *Gap*: highest minus lowest score of one frame. "
        "*Verdict changes*: frames whose verdict is not the same for all names; *flips*: frames "
        "that are partisan with one name and neutral with another.\n\n"
        f"{table(head, lines)}\n\n"
        "The same frames, a listed name beside the unlisted ones:\n\n"
        f"{beside_listed(chosen, names)}\n\n"
        "*False alarm*: a neutral text called partisan. *Miss*: a partisan text called neutral "
        "(one sent to review is neither).\n\n"
        f"{per_party(lexicon, tables, results)}"
    )
    print(body)
    write_between(given.page, "names", body)


if __name__ == "__main__":
    main()
