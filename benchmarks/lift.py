"""What labelled texts of one's own bring: the packaged model before and after.

A table is cut in two, once by source and once at random; each half is once the rows that are
labelled, and the other is scored. Three models: the packaged one; the packaged one adapted to the
rows (`training.adapt`, ``--adapt default``); one trained on the rows and our captions
(``--with-default``). Near-duplicates of the rows are taken out of the scored half. Prints a table
and writes it into ``docs/quality.md``.

    make bench-lift SCORE="A=table.csv"
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from ablations import SEED, arguments, read_scores, say, table, write_between

from netralitas_nlp import Classifier, adapt, evaluate, train
from netralitas_nlp.score.classifier import default_classifier
from netralitas_nlp.tables.likeness import near_duplicates
from netralitas_nlp.teach.rows import beside_default

WEIGHT = 3.0
"""Of the rows beside 1 for a caption of ours: the command's own default."""
FIGURES = ("average_precision", "caught", "accused")
RESAMPLES = 200


def splits(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Name, rows to label, rows to score."""
    sources = sorted(set(frame["source"]))
    by_source = frame["source"].isin(sources[::2]).to_numpy()
    at_random = np.random.default_rng(SEED).random(len(frame)) < 0.5
    for name, inside in (("by source", by_source), ("at random", at_random)):
        for half in (inside, ~inside):
            rows, rest = frame[half], frame[~half].reset_index(drop=True)
            near = near_duplicates(rest["text"].tolist(), rows["text"].tolist())
            yield (
                name,
                rows.reset_index(drop=True),
                rest.drop(index=sorted({i for i, _, _ in near})),
            )


def main() -> None:
    """Measure, print, and write the page."""
    given = arguments("What do labelled texts of one's own bring?", public="optional").parse_args()
    (frame,) = read_scores(given.score[:1])
    base = default_classifier()
    assert base.model is not None
    lines = []
    for name, rows, rest in splits(frame):
        own = rows.assign(category="", group="", slice="own", weight=1.0, election="")
        say(f"{name}: {len(rows)} rows, {len(rest)} scored")
        models = {
            "packaged": base,
            "adapted": Classifier(adapt(base.model, own).model),
            "with our captions": Classifier(train(beside_default(own, WEIGHT)).model),
        }
        for which, classifier in models.items():
            found = evaluate(classifier, rest, RESAMPLES).whole.figures
            cells = [
                f"{found[f].value:.3f} ({found[f].low:.3f}–{found[f].high:.3f})" for f in FIGURES
            ]
            lines.append([name, f"{len(rows)} → {len(rest)}", which, *cells])
    head = ["cut", "labelled → scored", "model", "average precision", "caught", "accused"]
    body = table(head, lines)
    print(body)
    write_between(given.page, "lift", body)


if __name__ == "__main__":
    main()
