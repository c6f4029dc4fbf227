"""In which share of the texts about a side does the lexicon hear that side? One row a ticket.

``coverage_sides.csv`` holds the ids of public texts of 2013-2024 and the tickets each is about, as
one reader judged them from the text alone, before the lexicon was asked; the texts themselves are
not ours and stay where they are. Most texts were drawn at random from their source; for three small
sides they were drawn from texts that hold a piece of a name or of a number. A side is heard when
something that counts stands for its ticket: a name, a ballot number, a slogan, a gesture, a group.

    python benchmarks/coverage.py FOLDER          # the folder with train.csv, dev.csv, …
    python benchmarks/coverage.py FOLDER --missed # and the ids in which a side is not heard

Writes ``benchmarks/coverage.csv``: ticket, name, texts, heard, share, low, high (Wilson, 95 %).
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import defaultdict
from pathlib import Path

from netralitas_nlp import Lexicon

HERE = Path(__file__).resolve().parent


def interval(heard: int, texts: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the Wilson interval of a share (Wilson 1927)."""
    share, spread = heard / texts, z * z / texts
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / texts + spread / (4 * texts)) / (1 + spread)
    return centre - half, centre + half


def stand_for(lexicon: Lexicon, ticket: str) -> frozenset[str]:
    """Return the ids of the ticket and of its two people; other rows refer to one of them."""
    row = next(entry for entry in lexicon.entries if entry.id == ticket)
    return frozenset({ticket, *row.refers})


def hears(lexicon: Lexicon, text: str, ids: frozenset[str], number: int) -> bool:
    """Say whether anything that counts in `text` stands for the side."""
    for mention, _ in lexicon.find(text):
        if mention.kind == "number":
            if mention.number == number:
                return True
        elif any(e.id in ids or not ids.isdisjoint(e.refers) for e in mention.entries):
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--missed", action="store_true")
    asked = parser.parse_args()
    with (HERE / "coverage_sides.csv").open(encoding="utf-8", newline="") as handle:
        judged = list(csv.DictReader(handle))
    texts = {}
    for name in {row["file"] for row in judged}:
        with (asked.folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            texts.update({(name, row["id"]): row["text"] for row in csv.DictReader(handle)})
    lexicon = Lexicon.default()
    tickets = {e.id: e for e in lexicon.entries if e.kind == "ticket"}
    heard: dict[str, list[bool]] = defaultdict(list)
    for row in judged:
        ticket = row["ticket"]
        ids = stand_for(lexicon, ticket)
        number = int(tickets[ticket].number)
        heard[ticket].append(hears(lexicon, texts[row["file"], row["id"]], ids, number))
        if asked.missed and not heard[ticket][-1]:
            print(ticket, row["file"], row["id"])
    with (HERE / "coverage.csv").open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerow(["ticket", "name", "texts", "heard", "share", "low", "high"])
        for ticket, said in sorted(heard.items()):
            count, known = len(said), sum(said)
            low, high = interval(known, count)
            figures = [f"{x:.3f}" for x in (known / count, low, high)]
            out.writerow([ticket, tickets[ticket].name, count, known, *figures])
            print(f"{tickets[ticket].name:55} {known:3}/{count:3} {' '.join(figures)}")


if __name__ == "__main__":
    main()
