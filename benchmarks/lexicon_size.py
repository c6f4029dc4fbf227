"""How long does the lexicon take, by the number of its entries? Prints tables, asserts nothing.

Lexicons of 100, 2,000 and 100,000 entries (and the packaged one) read the texts of
``data/captions``. The smallest holds the packaged entries met most often; the larger ones the
same, filled up with names of two words made up here (they are a load, not corpus), so that all
three find the same and differ in size alone. The packaged one finds more, and weighs more. Timed is ``lexicon.read(*view)`` on views made beforehand and forms already opened: the
matcher alone. All sizes are timed in turn in every pass, so that noise is shared; each text counts
with its best pass.

The comparison needs ``.venv/bin/pip install pyahocorasick`` and is left out where it is absent.

    make bench-lexicon
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from netralitas_nlp import Lexicon
from netralitas_nlp.read.entries import Entry, form_key
from netralitas_nlp.tables.captions import read_captions

TOP = Path(__file__).resolve().parents[1]
SIZES = (100, 2_000, 100_000)
SEED = 20240214
PROCESSES = 7

Run = Callable[[int], Any]


def invented(count: int, rng: random.Random) -> list[Entry]:
    """Entries of persons with names of two made-up words; first words repeat, as names do."""

    def word() -> str:
        return "".join(
            rng.choice("bcdfghjklmnprstwy") + rng.choice("aeiou") for _ in range(rng.choice((2, 3)))
        ) + rng.choice(("", "n", "r", "s", "h"))

    firsts, lasts = (sorted({word() for _ in range(2_000)}) for _ in range(2))
    names = list(
        dict.fromkeys(f"{rng.choice(firsts)} {rng.choice(lasts)}" for _ in range(2 * count))
    )
    blank = Entry("", "person", "", (), (), (), "", "", "", "", (), (), "any", "", "", "", "")
    return [
        blank._replace(id=f"invented-{n}", name=name.title(), forms=(name,))
        for n, name in enumerate(names[:count])
    ]


def lexicons(captions: Sequence[str]) -> dict[str, Lexicon]:
    """The lexicons to compare, smallest first.

    The smallest holds the packaged entries met most often in the captions; the larger ones hold
    the same and names made up here, so that all find the same and differ in size alone.
    """
    rng = random.Random(SEED)
    packaged = Lexicon.default()
    met: Counter[str] = Counter()
    for text in captions:
        reading = packaged.read(*packaged.view(packaged.tokenizer.tokens(text)))
        for mention in (*reading.mentions, *reading.phrases):
            met.update(e.id for e in mention.entries[:1])
    often = {entry_id for entry_id, _ in met.most_common(SIZES[0])}
    core = [e for e in packaged.entries if e.id in often]
    made: dict[str, Lexicon] = {}
    for size in SIZES:
        made[f"{size:,}"] = Lexicon([*core, *invented(size - len(core), rng)])
    made[f"{len(packaged.entries):,} (packaged)"] = packaged
    return made


def best_of(runs: Sequence[Run], count: int, passes: int) -> list[list[int]]:
    """The best time in nanoseconds of each run on each text; the runs take turns."""
    best = [[sys.maxsize] * count for _ in runs]
    clock = time.perf_counter_ns
    gc.collect()
    gc.disable()
    for turn in range(passes):
        order = [(turn + k) % len(runs) for k in range(len(runs))]
        for which in order:
            run, times = runs[which], best[which]
            for i in range(count):
                start = clock()
                run(i)
                took = clock() - start
                times[i] = min(times[i], took)
    gc.enable()
    return best


def reader(lexicon: Lexicon, views: list[tuple[list[str], list[int]]]) -> Run:
    """Read one text by its number."""
    read = lexicon.read

    def run(i: int) -> Any:
        keys, bits = views[i]
        return read(keys, bits)

    return run


def automaton(lexicon: Lexicon, views: list[tuple[list[str], list[int]]]) -> Run:
    """Find the same forms with pyahocorasick in the same normalised words."""
    import ahocorasick

    machine = ahocorasick.Automaton()
    for number, entry in enumerate(lexicon.entries):
        for form in entry.forms:
            key = form.lower() if form[0] == "#" else form_key(form)
            if key:
                machine.add_word(f" {key} ", number)
    machine.make_automaton()
    joined = [f" {' '.join(keys)} " for keys, _ in views]
    find = machine.iter

    def run(i: int) -> Any:
        return list(find(joined[i]))

    return run


def load_times() -> dict[str, list[float]]:
    """Milliseconds of loading, each in a fresh process: alone, and with the import."""
    code = (
        "import time; a = time.perf_counter(); from netralitas_nlp import Lexicon;"
        "b = time.perf_counter(); Lexicon.default(); c = time.perf_counter();"
        "print((c - b) * 1000, (c - a) * 1000)"
    )
    times: dict[str, list[float]] = {"loading": [], "loading, with import": []}
    for _ in range(PROCESSES):
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        for what, took in zip(times, map(float, done.stdout.split()), strict=True):
            times[what].append(took)
    return times


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Time of the lexicon by its size.")
    parser.add_argument("--passes", type=int, default=9, help="passes over all texts (default 9)")
    parser.add_argument("--folder", type=Path, default=TOP / "data" / "captions")
    given = parser.parse_args()

    captions = read_captions(given.folder)["text"].tolist()
    made = lexicons(captions)
    compare = importlib.util.find_spec("ahocorasick") is not None
    runs: list[Run] = []
    rivals: list[Run] = []
    found: list[float] = []
    for lexicon in made.values():
        views = [lexicon.view(lexicon.tokenizer.tokens(text)) for text in captions]
        run = reader(lexicon, views)
        # Opens every form once, and counts what is found.
        readings = [run(i) for i in range(len(captions))]
        found.append(sum(len(r.mentions) + len(r.phrases) for r in readings) / len(captions))
        runs.append(run)
        if compare:
            rivals.append(automaton(lexicon, views))
    best = best_of(runs + rivals, len(captions), given.passes)
    medians = [statistics.median(times) / 1000 for times in best]
    means = [statistics.fmean(times) / 1000 for times in best]

    print(
        f"{len(captions):,} texts, best of {given.passes} passes; Python "
        f"{platform.python_version()}, {os.cpu_count()} CPUs"
    )
    head = (
        f"{'entries':24}{'median µs':>10}{'ratio':>7}{'mean µs':>9}{'ratio':>7}{'found/text':>12}"
    )
    print(head + (f"{'pyahocorasick':>15}{'ours/theirs':>13}" if compare else ""))
    for k, name in enumerate(made):
        line = (
            f"{name:24}{medians[k]:10.2f}{medians[k] / medians[0]:7.2f}"
            f"{means[k]:9.2f}{means[k] / means[0]:7.2f}{found[k]:12.2f}"
        )
        if compare:
            rival = medians[len(made) + k]
            line += f"{rival:15.2f}{medians[k] / rival:13.2f}"
        print(line)
    print(
        "found/text: mentions and phrases; the packaged lexicon finds more, and so has more to weigh"
    )
    if compare:
        print("pyahocorasick: median µs; only finds the forms, weighs no context, keeps overlaps")
    else:
        print("pyahocorasick is not installed: left out (.venv/bin/pip install pyahocorasick)")

    print(f"\nloading the default lexicon, {PROCESSES} fresh processes each")
    for what, times in load_times().items():
        low, high = min(times), max(times)
        print(f"{what:24}{statistics.median(times):8.1f} ms   ({low:.1f} to {high:.1f})")


if __name__ == "__main__":
    main()
