"""What do more texts of our own bring? Average precision by their number.

Fits the model on 1,000, 2,000, 4,000, 8,000 and all of our captions, rows drawn at random from all
groups together, each with and without the public texts, and scores it on labelled tables it never
sees. Every size but the last is drawn `--draws` times, and the mean is shown. Writes a picture and
its numbers to ``docs/pictures`` and the result into ``docs/quality.md``.

    make bench-curve PUBLIC_TEXTS=public.csv SCORE="A=first.csv B=second.csv"
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from ablations import (
    SEED,
    TOP,
    WITH_PUBLIC,
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

from netralitas_nlp import Lexicon
from netralitas_nlp.teach.recipe import Recipe
from netralitas_nlp.teach.rows import default_frame, training_lexicon

SIZES = (1_000, 2_000, 4_000, 8_000)
PICTURE = TOP / "docs" / "pictures" / "learning_curve.png"
COLOURS = {True: "#0b5394", False: "#b45f06"}
NAMES = {True: "with the public texts", False: "our own texts only"}

Points = dict[tuple[bool, int], list[list[float]]]
"""By public texts and size: for each table the average precision of each draw."""


def draw(points: Points, sizes: Sequence[int], count: int, public: int, path: Path) -> None:
    """Draw the curves, one panel for each table."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(
        1, count, figsize=(5.2 * count, 4.2), sharey=True, squeeze=False, facecolor="white"
    )
    for k, panel in enumerate(panels[0]):
        panel.set_facecolor("white")
        for with_public in (True, False):
            values = [points[with_public, n][k] for n in sizes]
            middle = [float(np.mean(v)) for v in values]
            colour = COLOURS[with_public]
            label = f"{NAMES[with_public]} ({public:,})" if with_public else NAMES[with_public]
            panel.fill_between(
                sizes, [min(v) for v in values], [max(v) for v in values], color=colour, alpha=0.15
            )
            panel.plot(sizes, middle, marker="o", color=colour, label=label)
            for n, value in ((sizes[0], middle[0]), (sizes[-1], middle[-1])):
                panel.annotate(
                    f"{value:.3f}",
                    (n, value),
                    textcoords="offset points",
                    xytext=(0, 8 if with_public else -15),
                    ha="center",
                    fontsize=9,
                    color=colour,
                )
        panel.set_xscale("log", base=2)
        panel.set_xticks(sizes, [f"{n:,}" for n in sizes])
        panel.minorticks_off()
        panel.margins(x=0.08, y=0.12)
        panel.set_title(f"Development set {letter(k)}", fontsize=11)
        panel.set_xlabel("texts of our own in training (log scale)")
        panel.grid(color="#dddddd", linewidth=0.7)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0][0].set_ylabel("average precision")
    panels[0][0].legend(loc="lower right", frameon=False, fontsize=9)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130, metadata={"Software": None})


def sentence(points: Points, sizes: Sequence[int], count: int) -> str:
    """What the last step of the curve brought, and what that is for a doubling."""
    before, last = sizes[-2], sizes[-1]
    doublings = math.log2(last / before)
    parts = []
    for with_public in (True, False):
        gains = []
        for k in range(count):
            there = np.array(points[with_public, before][k])
            gain = float(np.mean(points[with_public, last][k]) - there.mean())
            gains.append(
                f"{gain:+.3f} on set {letter(k)} ({gain / doublings:+.3f} for a full doubling; "
                f"draws of {before:,} lie {there.max() - there.min():.3f} apart)"
            )
        parts.append(f"{NAMES[with_public]}: {', '.join(gains)}")
    return (
        f"From {before:,} to {last:,} texts of our own ({doublings:.2f} of a doubling) average "
        f"precision changes by: {'; '.join(parts)}."
    )


def main() -> None:
    """Fit, draw, print and write."""
    parser = arguments("Average precision by the number of our own texts.")
    parser.add_argument("--draws", type=int, default=3, help="random draws of a size (default 3)")
    parser.add_argument("--picture", type=Path, default=PICTURE)
    given = parser.parse_args()
    tables = read_scores(given.score)
    frame = default_frame(given.captions, given.public_texts)
    data = training_data(frame, training_lexicon())
    reader = WITH_PUBLIC.make_vectorizer(Lexicon.default())
    scores = [(reader.extract(t["text"]), is_partisan(t)) for t in tables]
    own = np.flatnonzero(~frame["where"].str.startswith("public_labels"))
    public = np.flatnonzero(frame["where"].str.startswith("public_labels"))
    sizes = [n for n in SIZES if n < len(own)] + [len(own)]
    say(f"{len(own):,} texts of our own and {len(public):,} public ones")

    orders = [np.random.default_rng(SEED + d).permutation(own) for d in range(given.draws)]
    points: Points = {}
    for with_public in (False, True):
        for n in sizes:
            found = []
            for order in orders if n < len(own) else orders[:1]:
                rows = np.sort(order[:n])
                if with_public:
                    part = data.part([*rows, *public])
                    found.append(fit_and_score(WITH_PUBLIC, part, scores))
                else:
                    found.append(fit_and_score(Recipe(), data.part(rows, 1.0), scores))
            points[with_public, n] = [[f[k].precision for f in found] for k in range(len(tables))]
            means = "  ".join(f"{np.mean(v):.4f}" for v in points[with_public, n])
            say(f"{NAMES[with_public]:24}{n:8,}   {means}")

    numbers = given.picture.with_suffix(".csv")
    numbers.parent.mkdir(parents=True, exist_ok=True)
    with numbers.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["own_texts", "public_texts", "set", "draw", "average_precision"])
        for (with_public, n), values in points.items():
            for k, drawn in enumerate(values):
                for d, value in enumerate(drawn, start=1):
                    many = len(public) if with_public else 0
                    writer.writerow([n, many, letter(k), d, f"{value:.4f}"])
    draw(points, sizes, len(tables), len(public), given.picture)

    head = ["texts of our own"]
    for with_public in (False, True):
        head += [f"{letter(k)}, {NAMES[with_public]}" for k in range(len(tables))]
    lines = [
        [f"{n:,}", *(f"{np.mean(v):.3f}" for p in (False, True) for v in points[p, n])]
        for n in sizes
    ]
    body = (
        f"Mean average precision of {given.draws} random draws (of one for all texts).\n\n"
        f"{table(head, lines)}\n\n{sentence(points, sizes, len(tables))}"
    )
    print(body)
    write_between(given.page, "learning curve", body)


if __name__ == "__main__":
    main()
