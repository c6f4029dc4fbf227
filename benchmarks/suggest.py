"""Do chosen texts teach more than random ones? Labels 50, 100, 200 of a pool in both ways.

The table is cut in two at random: one half is the pool, whose labels count only for the texts that
are chosen, the other is scored. That is the case of an office whose next texts are like those it
labels. The packaged model is adapted to the chosen rows (`training.adapt`), once for each seed,
number and way. Near-duplicates of the pool are taken out of the scored half. Prints a table and
writes it into ``docs/quality.md``.

    make bench-suggest SCORE="A=table.csv"
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from ablations import SEED, arguments, figures, is_partisan, read_scores, say, table, write_between

from netralitas_nlp import Classifier, Recipe, adapt, suggest
from netralitas_nlp.score.classifier import default_classifier
from netralitas_nlp.tables.likeness import near_duplicates

LABELLED = (50, 100, 200)
SEEDS = 10
WAYS = ("random", "suggest")


def precision(classifier: Classifier, rows: pd.DataFrame) -> float:
    """Average precision on rows."""
    decision = np.array([classifier.decision(t) for t in rows["text"]])
    return figures(is_partisan(rows), decision).precision


def taught(classifier: Classifier, chosen: pd.DataFrame) -> Classifier:
    """The classifier adapted to some labelled rows."""
    rows = chosen.assign(category="", group="", slice="pool")
    assert classifier.model is not None
    return Classifier(adapt(classifier.model, rows, Recipe(folds=2)).model)


def main() -> None:
    """Measure, print, and write the page."""
    given = arguments(
        "Do chosen texts teach more than random ones?", public="optional"
    ).parse_args()
    (frame,) = read_scores(given.score[:1])
    base = default_classifier()
    gains: dict[tuple[str, int], list[float]] = {}
    start: list[float] = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(SEED + seed)
        order = rng.permutation(len(frame))
        pool = frame.iloc[order[: len(frame) // 2]].reset_index(drop=True)
        rest = frame.iloc[order[len(frame) // 2 :]].reset_index(drop=True)
        near = near_duplicates(rest["text"].tolist(), pool["text"].tolist())
        rest = rest.drop(index=sorted({i for i, _, _ in near}))
        start.append(precision(base, rest))
        unlabelled = pool[["text"]].assign(id=[str(i) for i in range(len(pool))])
        for n in LABELLED:
            picked: dict[str, npt.NDArray[np.intp]] = {
                "random": rng.permutation(len(pool))[:n],
                "suggest": suggest(unlabelled, base, n=n)["id"].astype(int).to_numpy(),
            }
            for way, rows in picked.items():
                gain = precision(taught(base, pool.iloc[rows]), rest) - start[-1]
                gains.setdefault((way, n), []).append(gain)
            say(
                f"seed {seed}, {n} labels: "
                + ", ".join(f"{w} {gains[w, n][-1]:+.4f}" for w in WAYS)
            )
    lines = []
    for n in LABELLED:
        chosen, drawn = (np.array(gains[way, n]) for way in reversed(WAYS))
        gap = chosen - drawn
        error = gap.std(ddof=1) / np.sqrt(len(gap))
        lines.append(
            [
                str(n),
                f"{drawn.mean():+.4f}",
                f"{chosen.mean():+.4f}",
                f"{gap.mean():+.4f} ± {error:.4f}",
                f"{int((gap > 0).sum())} of {len(gap)}",
            ]
        )
    head = ["labels", "random", "suggest", "difference", "seeds suggest is ahead"]
    body = (
        f"{len(frame):,} texts, cut in two at random {SEEDS} times; the packaged model starts from an "
        f"average precision of {np.mean(start):.3f} on the scored half. What each choice of labels "
        "adds to it after `adapt`; *±*: standard error over the seeds.\n\n" + table(head, lines)
    )
    print(body)
    write_between(given.page, "suggest", body)


if __name__ == "__main__":
    main()
