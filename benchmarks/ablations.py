"""What does each part of the recipe earn? Fits the model without it, one part at a time.

Every model is fitted on our captions and the public texts and scored on labelled tables it never
sees (CSV with ``text`` and ``label``; rows labelled other than partisan or neutral are left out).
Training texts are read with the training lexicon, scored ones with the packaged one, as a user's
are. Prints one Markdown table and writes it into ``docs/quality.md``.

    make bench-ablations PUBLIC_TEXTS=public.csv SCORE="A=first.csv B=second.csv"
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from netralitas_nlp import Lexicon
from netralitas_nlp.teach.recipe import Recipe
from netralitas_nlp.teach.rows import default_frame, training_lexicon
from netralitas_nlp.teach.vectorizer import Extracted

TOP = Path(__file__).resolve().parents[1]
PAGE = TOP / "docs" / "quality.md"
SEED = 20240214
ACCUSED = 0.02
"""Share of neutral texts that may be accused where it is counted how many partisan are caught."""
RESAMPLES = 200
WITH_PUBLIC = Recipe(min_sources=3)
"""The recipe of the shipped model; without the public texts a feature needs one source only."""

Rows = list[Extracted]
Labels = npt.NDArray[np.int_]


class Figures(NamedTuple):
    """What a model reaches on one table."""

    precision: float
    caught: float
    decisions: list[npt.NDArray[np.float64]]
    """Of each model (one, or several whose figures are averaged)."""


@dataclass(frozen=True)
class Data:
    """Training rows with their labels, groups and weights."""

    rows: Rows
    label: Labels
    groups: list[str]
    weight: npt.NDArray[np.float64]

    def part(self, keep: Iterable[int], weight: float | None = None) -> Data:
        """Some of the rows; with one weight for all, if given."""
        at = list(keep)
        return Data(
            [self.rows[i] for i in at],
            self.label[at],
            [self.groups[i] for i in at],
            self.weight[at] if weight is None else np.full(len(at), weight),
        )


def say(line: str) -> None:
    """Report progress."""
    print(line, file=sys.stderr, flush=True)


# --- used by the other benchmarks too


def read_scores(given: Sequence[str]) -> list[pd.DataFrame]:
    """Read the tables of ``NAME=PATH`` arguments; the rows whose label is sure."""
    out = []
    for item in given:
        name, _, path = item.partition("=")
        if not path:
            raise SystemExit(f"--score takes NAME=PATH, not {item!r}")
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame = frame[frame["label"].isin(("partisan", "neutral"))].reset_index(drop=True)
        say(f"development set {letter(len(out))} is {name}: {len(frame):,} texts with a sure label")
        out.append(frame)
    return out


def letter(place: int) -> str:
    """What a table is called on the page: A, B, …"""
    return "ABCDEFGH"[place]


def is_partisan(frame: pd.DataFrame) -> Labels:
    """1 for partisan, 0 for neutral."""
    return (frame["label"] == "partisan").to_numpy().astype(int)


def arguments(about: str, public: str = "required") -> argparse.ArgumentParser:
    """A parser with the arguments all three benchmarks of quality have."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--captions", type=Path, default=TOP / "data" / "captions")
    parser.add_argument(
        "--public-texts",
        type=Path,
        required=public == "required",
        help="CSV id,text of the public texts that data/public_labels.csv labels",
    )
    parser.add_argument(
        "--score",
        action="append",
        required=True,
        metavar="NAME=PATH",
        help="CSV text,label to score on; may be given more than once",
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="page to write the tables into")
    return parser


def write_between(page: Path, name: str, body: str) -> None:
    """Put `body` between the markers of that name on a page."""
    begin, end = f"<!-- {name} begin -->", f"<!-- {name} end -->"
    text = page.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1:
        raise SystemExit(f"{page} must have the markers {begin} and {end} once each")
    head, rest = text.split(begin)
    tail = rest.split(end)[1]
    page.write_text(f"{head}{begin}\n\n{body.strip()}\n\n{end}{tail}", encoding="utf-8")


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first to the right."""
    out = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    out += [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join(out)


def training_data(frame: pd.DataFrame, lexicon: Lexicon, recipe: Recipe = WITH_PUBLIC) -> Data:
    """Read the features of labelled rows."""
    rows = recipe.make_vectorizer(lexicon).extract(frame["text"])
    weight = frame["weight"].to_numpy(dtype=float)
    return Data(rows, is_partisan(frame), frame["group"].tolist(), weight)


def fit_and_score(
    recipe: Recipe, data: Data, scores: Sequence[tuple[Rows, Labels]]
) -> list[Figures]:
    """Fit on extracted rows; return the figures on each table of extracted rows."""
    vectorizer = recipe.make_vectorizer(Lexicon.default())
    matrix = vectorizer.fit_extracted(data.rows, data.groups)
    head = LogisticRegression(C=recipe.c, max_iter=500)
    head.fit(matrix, data.label, sample_weight=data.weight)
    return [
        figures(label, head.decision_function(vectorizer.transform_extracted(rows)))
        for rows, label in scores
    ]


def figures(label: Labels, decision: npt.NDArray[np.float64]) -> Figures:
    """Average precision, and the share caught while at most `ACCUSED` of the neutral are above."""
    neutral = np.sort(decision[label == 0])[::-1]
    bound = neutral[int(ACCUSED * len(neutral))]
    caught = float((decision[label == 1] > bound).mean())
    return Figures(float(average_precision_score(label, decision)), caught, [decision])


def error_of_gap(label: Labels, base: Figures, other: Figures) -> float:
    """Standard error of the difference in average precision: the same texts drawn again."""
    rng = np.random.default_rng(SEED)
    gaps = []
    for _ in range(RESAMPLES):
        at = rng.integers(len(label), size=len(label))
        there, here = (
            np.mean([average_precision_score(label[at], d[at]) for d in f.decisions])
            for f in (base, other)
        )
        gaps.append(here - there)
    return float(np.std(gaps))


# --- the ablations

Cut = Callable[[Extracted], Extracted]

# Blocks that can be taken out of what was read already.
CUTS: dict[str, Cut] = {
    "pairs": lambda row: {**row, "word": [w for w in row["word"] if " " not in w]},
    "letters": lambda row: {**row, "letters": []},
    "near": lambda row: {**row, "near": []},
    "signals": lambda row: {**row, "signal": []},
}
WHAT = {
    "stems": "words as written instead of stems",
    "pairs": "pairs of neighbouring stems",
    "letters": "letter groups inside words",
    "near": "words near a mention, by side",
    "signals": "what the text does with a contestant, classes of words",
    "masks": "names stay words instead of placeholders",
    "names": "capitalised words that no list knows stay words",
}


def thirds(lexicon: Lexicon, texts: Iterable[str]) -> list[set[str]]:
    """Cut the people of a lexicon at random into three parts that are mentioned about as often.

    People are sorted by their mentions in `texts`; of every three in a row each part gets one.
    """
    met: Counter[str] = Counter()
    for text in texts:
        for mention, _ in lexicon.find(text):
            if mention.kind == "person":
                met.update({e.name for e in mention.entries})
    names = sorted({e.name for e in lexicon.entries if e.kind == "person"})
    names.sort(key=lambda name: -met[name])
    rng = np.random.default_rng(SEED)
    parts: list[set[str]] = [set(), set(), set()]
    for at in range(0, len(names), 3):
        for part, name in zip(rng.permutation(3), names[at : at + 3], strict=False):
            parts[part].add(name)
    return parts


def without(lexicon: Lexicon, names: set[str]) -> Lexicon:
    """The lexicon without people of these names, and without the tickets they stand on."""
    gone = {e.id for e in lexicon.entries if e.kind == "person" and e.name in names}
    return Lexicon(
        e
        for e in lexicon.entries
        if e.id not in gone and not (e.kind == "ticket" and gone.intersection(e.refers))
    )


def mean(parts: Sequence[list[Figures]]) -> list[Figures]:
    """The mean of the figures of several models, table by table."""
    return [
        Figures(
            float(np.mean([f.precision for f in same])),
            float(np.mean([f.caught for f in same])),
            [d for f in same for d in f.decisions],
        )
        for same in zip(*parts, strict=True)
    ]


def main() -> None:
    """Print the table, and write it into the page."""
    given = arguments("What each part of the recipe earns.").parse_args()
    tables = read_scores(given.score)
    labels = [is_partisan(t) for t in tables]
    frame = default_frame(given.captions, given.public_texts)
    own = np.flatnonzero(~frame["where"].str.startswith("public_labels"))
    public = np.flatnonzero(frame["where"].str.startswith("public_labels"))
    lexicon, packaged = training_lexicon(), Lexicon.default()

    def read_all(recipe: Recipe, lexicon: Lexicon) -> list[tuple[Rows, Labels]]:
        vectorizer = recipe.make_vectorizer(lexicon)
        return [(vectorizer.extract(t["text"]), y) for t, y in zip(tables, labels, strict=True)]

    results: list[tuple[str, list[Figures]]] = []
    clock = time.perf_counter()

    def note(name: str, found: list[Figures]) -> None:
        nonlocal clock
        now = time.perf_counter()
        shown = "  ".join(f"{f.precision:.4f} {f.caught:.3f}" for f in found)
        say(f"{name:44}{shown}   {now - clock:.0f} s")
        clock = now
        results.append((name, found))

    say(f"{len(own):,} texts of our own and {len(public):,} public ones")
    data = training_data(frame, lexicon)
    scores = read_all(WITH_PUBLIC, packaged)
    note("full", fit_and_score(WITH_PUBLIC, data, scores))
    for name, what in WHAT.items():
        recipe = replace(WITH_PUBLIC, vectorizer={name: False})
        if name in CUTS:
            cut = CUTS[name]
            there = replace(data, rows=[cut(r) for r in data.rows])
            here = [([cut(r) for r in rows], y) for rows, y in scores]
        else:
            there, here = training_data(frame, lexicon, recipe), read_all(recipe, packaged)
        note(f"without {name} ({what})", fit_and_score(recipe, there, here))
    for least in (1, 2):
        recipe = replace(WITH_PUBLIC, min_sources=least)
        several = "1 source" if least == 1 else f"{least} sources"
        note(f"features of at least {several}", fit_and_score(recipe, data, scores))
    note("features of at least 3 sources (= full)", results[0][1])
    alone = Recipe()
    note("our own texts only", fit_and_score(alone, data.part(own, 1.0), scores))
    note("public texts only", fit_and_score(WITH_PUBLIC, data.part(public), scores))
    full, reduced = [], []
    hidden_people = thirds(packaged, frame["text"])
    for names in hidden_people:
        less = training_data(frame, without(lexicon, names))
        smaller = read_all(WITH_PUBLIC, without(packaged, names))
        found = fit_and_score(WITH_PUBLIC, less, [*scores, *smaller])
        full.append(found[: len(tables)])
        reduced.append(found[len(tables) :])
        say(f"hidden {len(names)} people: " + "  ".join(f"{f.precision:.4f}" for f in found))
    note("a third of the people hidden in training", mean(full))
    note("hidden in training and from the reader", mean(reduced))

    head = ["model"]
    for k in range(len(tables)):
        head += [f"{letter(k)}: average precision", "against full", f"{letter(k)}: caught"]
    lines = []
    for name, found in results:
        line = [name]
        for f, base, label in zip(found, results[0][1], labels, strict=True):
            gap = ""
            if f is not base:
                error = error_of_gap(label, base, f)
                gap = f"{f.precision - base.precision:+.3f} ± {error:.3f}"
            line += [f"{f.precision:.3f}", gap, f"{f.caught:.1%}"]
        lines.append(line)
    body = (
        f"{len(own):,} texts of our own (weight {WITH_PUBLIC.own_weight:g}) and {len(public):,} "
        f"public ones (weight 1). *Caught*: share of the partisan texts above the bound that "
        f"accuses {ACCUSED:.0%} of the neutral ones of the same set. *±*: standard error of the "
        f"difference, from {RESAMPLES} draws of the scored texts.\n\n" + table(head, lines)
    )
    print(body)
    write_between(given.page, "ablations", body)


if __name__ == "__main__":
    main()
