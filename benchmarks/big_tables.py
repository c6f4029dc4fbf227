"""Rows a second and peak memory of ``netralitas classify`` on a big table. Prints a table.

The rows are our captions with small changes (an ending, a letter drawn out, capitals, a number), so
that few texts are the same. Memory is the peak of the parent and its workers together, sampled
while they run, in two measures: resident (pages that processes share are counted for each) and
proportional (counted once).

    python benchmarks/big_tables.py                    # 200,000 rows
    python benchmarks/big_tables.py --rows 5000000
"""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from netralitas_nlp.tables.captions import read_captions

TOP = Path(__file__).resolve().parents[1]
SCRIPT = Path(sys.executable).with_name("netralitas")
COLUMNS = ("verdict,score,category", "verdict,score,category,reasons")
ENDINGS = ("", "", " ya", " nih", " 🙏", "!", " ...", " wkwk")


def changed(text: str, number: int, random_: random.Random) -> str:
    """A text with a small change of its own; one in ten stays as it is."""
    kind = random_.randrange(10)
    if kind == 0:
        return text
    words = text.split(" ")
    place = random_.randrange(len(words))
    if kind < 4 and words[place]:
        words[place] += words[place][-1] * random_.randrange(1, 4)
    elif kind < 7:
        words[place] = words[place].upper()
    else:
        words.insert(place, str(number))
    return " ".join(words) + random_.choice(ENDINGS)


def rows(count: int, seed: int = 0) -> Iterator[tuple[str, str, str]]:
    """Yield number, text and a note."""
    texts = read_captions(TOP / "data" / "captions")["text"].tolist()
    random_ = random.Random(seed)
    for number in range(count):
        yield str(number), changed(random_.choice(texts), number, random_), f"catatan, {number}"


def write_rows(path: Path, count: int, seed: int = 0) -> None:
    """Write the rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "text", "note"])
        writer.writerows(rows(count, seed))


def family(pid: int) -> list[int]:
    """A process and all it started."""
    out = [pid]
    for known in out:
        try:
            children = Path(f"/proc/{known}/task/{known}/children").read_text(encoding="ascii")
        except OSError:
            continue
        out += map(int, children.split())
    return out


def memory(pids: list[int]) -> tuple[int, int]:
    """Resident and proportional memory of processes together, in KiB."""
    totals = {"Rss:": 0, "Pss:": 0}
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:  # ended meanwhile
            continue
        for line in lines:
            name, *rest = line.split()
            if name in totals:
                totals[name] += int(rest[0])
    return totals["Rss:"], totals["Pss:"]


def measure(source: Path, target: Path, jobs: int, columns: str) -> tuple[float, int, int]:
    """Return seconds, peak resident and peak proportional memory (KiB) of one run."""
    command = [SCRIPT, "classify", source, "-o", target, "--jobs", str(jobs), "--columns", columns]
    started = time.perf_counter()
    resident = proportional = 0
    run = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while run.poll() is None:
        r, p = memory(family(run.pid))
        resident, proportional = max(resident, r), max(proportional, p)
        time.sleep(0.2)
    seconds = time.perf_counter() - started
    if run.returncode:
        sys.exit(f"{command} ended with {run.returncode}")
    return seconds, resident, proportional


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--columns", nargs="+", default=list(COLUMNS))
    parser.add_argument("--kind", default="csv", help="format of the output")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.csv"), Path(folder, f"out.{given.kind}")
        write_rows(source, given.rows)
        print(f"{given.rows:,} rows, {source.stat().st_size / 2**20:,.0f} MiB, to {given.kind}\n")
        print("| columns added | jobs | seconds | rows/s | peak MiB, resident | proportional |")
        print("|---|---|---|---|---|---|")
        for columns in given.columns:
            for jobs in given.jobs:
                seconds, resident, proportional = measure(source, target, jobs, columns)
                print(
                    f"| {columns} | {jobs} | {seconds:.1f} | {given.rows / seconds:,.0f} "
                    f"| {resident / 1024:.0f} | {proportional / 1024:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
