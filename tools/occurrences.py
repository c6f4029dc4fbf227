"""Write the features of 150 texts of ours into ``tests/cases/occurrences.csv``.

Whoever changes a feature sees in that file what became other; the version of the features stands in
each row. Letter groups are left out: they follow from the words.

    python tools/occurrences.py            # after raising score.occurrences.VERSION
"""

from __future__ import annotations

import csv
from pathlib import Path

from netralitas_nlp import Lexicon
from netralitas_nlp.base.files import whole
from netralitas_nlp.score.occurrences import VERSION, Reader

CASES = Path(__file__).resolve().parents[1] / "tests" / "cases" / "occurrences.csv"


def features(reader: Reader, text: str) -> str:
    """Return the features of a text: ``block:feature@owners``, with spaces between for `` | ``."""
    found = reader.occurrences(reader.read(text))
    return " | ".join(
        f"{o.block}:{o.feature}@{','.join(map(str, o.owners))}"
        for o in found
        if o.block != "letters"
    )


def main() -> None:
    """Write the file again, with the texts it has."""
    with CASES.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    reader = Reader(Lexicon.default())
    with whole(CASES) as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["version", "text", "features"])
        out.writerows([VERSION, text, features(reader, text)] for text in texts)
    print(f"{CASES}: {len(texts)} texts, version {VERSION}")


if __name__ == "__main__":
    main()
