"""Do chosen texts teach more than random ones? Labels 50, 100, 200 of a pool in both ways.

The public texts are cut in two by source; each half is once the pool, whose labels count only for
the texts that are chosen, and the other half is scored. The model to be improved is trained on the
first slices of our own corpus; the chosen rows are added and it is fitted again. Every seed draws
half of the pool's texts, the same for both ways of choosing, and starts the draws of both. The
tables of ``--score`` are scored, never drawn from. Prints a table and writes it into
``docs/quality.md``.

    make bench-suggest PUBLIC_TEXTS=public.csv SCORE="A=first.csv B=second.csv"
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from ablations import (
    SEED,
    Data,
    Labels,
    Rows,
    arguments,
    fit_and_score,
    is_partisan,
    letter,
    read_scores,
    say,
    table,
    training_data,
    write_between,
)
from threadpoolctl import threadpool_limits

from netralitas_nlp import Classifier, Lexicon
from netralitas_nlp.corpus import read_captions, read_public
from netralitas_nlp.suggesting import suggest
from netralitas_nlp.training import Recipe, train, training_lexicon

BASE = [f"s{k:02}.csv" for k in range(1, 12)]
"""The slices of our corpus that the model to be improved knows."""
LABELLED = (50, 100, 200)
SEEDS = 10
SCORED = 2_000
"""Texts of the other half that are scored, drawn once."""
WAYS = ("random", "suggest")
RECIPE = Recipe()

Figures = npt.NDArray[np.float64]
"""Average precision and share caught of each scored table, one after the other."""


def halves(groups: pd.Series) -> tuple[Labels, Labels]:
    """Cut rows in two by group: the largest group first, each to the smaller half."""
    sizes = groups.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    names: tuple[list[str], list[str]] = ([], [])
    counts = [0, 0]
    for name, size in sizes.items():
        smaller = int(counts[1] < counts[0])
        names[smaller].append(str(name))
        counts[smaller] += int(size)
    first, second = (np.flatnonzero(groups.isin(half)) for half in names)
    return first, second


def choose(
    way: str, pool: pd.DataFrame, n: int, seed: int, classifier: Classifier
) -> Sequence[int]:
    """Return the places of the chosen rows among the public texts."""
    if way == "random":
        drawn = np.random.default_rng(seed).choice(len(pool), n, replace=False)
        return pool["place"].to_numpy()[drawn].tolist()
    return suggest(pool, classifier, n, seed=seed)["place"].tolist()


def measure(
    base: Data, there: Data, chosen: Sequence[int], scores: list[tuple[Rows, Labels]]
) -> Figures:
    """Fit on the base and the chosen rows; return the figures."""
    more = there.part(chosen, RECIPE.own_weight)
    data = Data(
        base.rows + more.rows,
        np.r_[base.label, more.label],
        base.groups + more.groups,
        np.r_[base.weight, more.weight],
    )
    found = fit_and_score(RECIPE, data, scores)
    return np.array([value for f in found for value in (f.precision, f.caught)])


def main() -> None:
    """Print the table, and write it into the page."""
    given = arguments(__doc__.split("\n", maxsplit=1)[0]).parse_args()
    tables = read_scores(given.score)
    own = read_captions([given.captions / name for name in BASE]).assign(weight=1.0)
    labels = Path(__file__).resolve().parents[1] / "data" / "public_labels.csv"
    public = read_public(given.public_texts, labels).assign(weight=1.0)
    public["place"] = np.arange(len(public))
    say(f"{len(own):,} texts of our own, {len(public):,} public ones")
    classifier = Classifier(train(own, RECIPE).model)
    base = training_data(own, training_lexicon())
    there = training_data(public, training_lexicon())
    reader = RECIPE.make_vectorizer(Lexicon.default())
    seen = reader.extract(public["text"])
    scored = [(reader.extract(t["text"]), is_partisan(t)) for t in tables]
    both = halves(public["group"])
    results: dict[tuple[str, int], list[list[Figures]]] = {}
    for at, (pool, others) in enumerate((both, both[::-1])):
        rest = np.random.default_rng(SEED).choice(others, SCORED, replace=False)
        scores = [([seen[i] for i in rest], there.label[rest]), *scored]
        results.setdefault(("none", 0), []).append([measure(base, there, [], scores)] * SEEDS)
        for n in LABELLED:
            for way in WAYS:
                here = []
                for seed in range(SEEDS):
                    drawn = np.random.default_rng(seed).choice(pool, len(pool) // 2, replace=False)
                    part = public.iloc[np.sort(drawn)]
                    chosen = choose(way, part, n, seed, classifier)
                    here.append(measure(base, there, chosen, scores))
                results.setdefault((way, n), []).append(here)
                shown = np.mean(here, axis=0).round(4).tolist()
                say(f"half {at + 1}, {n} by {way}: {shown}")
    body = page(results, tables, own, public)
    print(body)
    write_between(given.page, "suggest", body)


def page(
    results: dict[tuple[str, int], list[list[Figures]]],
    tables: Sequence[pd.DataFrame],
    own: pd.DataFrame,
    public: pd.DataFrame,
) -> str:
    """The table, with what it shows in words."""
    names = ["other half", *(letter(k) for k in range(len(tables)))]
    head = ["labels", "chosen by"]
    head += [f"{name}: {what}" for name in names for what in ("average precision", "caught")]
    # One figure a seed: the mean of both halves.
    by_seed = {key: np.mean(found, axis=0) for key, found in results.items()}
    lines = []
    for (way, n), values in by_seed.items():
        spread = values.std(axis=0, ddof=1)
        cells = [
            f"{mean:.3f} ± {sd:.3f}" if n else f"{mean:.3f}"
            for mean, sd in zip(values.mean(axis=0), spread, strict=True)
        ]
        lines.append(
            [str(n), "–" if way == "none" else f"`{way}`" if way == "suggest" else way, *cells]
        )
        if way == "suggest":
            gap = values - by_seed["random", n]
            error = gap.std(axis=0, ddof=1)
            wins = (gap > 0).sum(axis=0)
            cells = [
                f"{mean:+.3f} ± {sd:.3f} ({won} of {SEEDS})"
                for mean, sd, won in zip(gap.mean(axis=0), error, wins, strict=True)
            ]
            lines.append(["", "difference", *cells])
    return (
        f"{len(own):,} texts of our own (weight {1:g}), to which labelled ones (weight "
        f"{RECIPE.own_weight:g}) of {len(public):,} public texts are added. *Other half*: "
        f"{SCORED:,} public texts of the sources that were not in the pool. Means of both halves over "
        f"{SEEDS} seeds; *±*: standard deviation over the seeds. *Difference*: suggested against "
        "random with the same seed, and the number of seeds in which suggested is better.\n\n"
        + table(head, lines)
    )


if __name__ == "__main__":
    # A fit is many small products: threads that wait for each other make it slower, not faster.
    with threadpool_limits(1):
        main()
