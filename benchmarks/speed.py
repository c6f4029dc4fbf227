"""Speed, memory and size beside other classifiers, in one run on the same texts.

Prints one Markdown table and writes it into ``docs/speed.md``, where the method is explained.
Asserts nothing. The peers live in an environment of their own, ``.venv-bench``, made on first use;
every figure comes from a process that holds one peer only, and processes run one at a time
(``peers_run.py`` is what they run).

    make bench-speed                    # texts of data/captions
    make bench-speed TEXTS=other.csv    # texts of another CSV (column text)
    make bench-speed ARGS=--million     # also memory over a million texts, time by length
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from ablations import TOP, say, table, write_between
from peers_run import SIZES

from netralitas_nlp.tables.captions import read_captions

PAGE = TOP / "docs" / "speed.md"
HOME = TOP / ".venv-bench"
OLD = HOME / "sastrawi-1.0.1"
PEERS = ("alt-profanity-check==1.9.1", "fasttext-numpy2-wheel==0.9.2")
OLD_STEMMER = "Sastrawi==1.0.1"
FEW = 100
"""Texts for the stemmer of old, which needs milliseconds a word."""
COUNT = 1_000_000


class Peer(NamedTuple):
    """One line of the table."""

    title: str
    name: str  # in peers_run.LOAD
    few: bool = False
    old: bool = False


OURS = Peer("netralitas_nlp", "ours")
LINES = (
    OURS,
    Peer("netralitas_nlp, read in Python", "reference"),
    Peer("PySastrawi, TF-IDF, logistic regression", "plain"),
    Peer("alt-profanity-check", "profanity"),
    Peer("fastText, as it comes", "fasttext"),
    Peer("fastText, small", "fasttext_small"),
    Peer(f"netralitas_nlp, {FEW} texts", "ours", few=True),
    Peer(f"Sastrawi 1.0.1, TF-IDF, logistic regression, {FEW} texts", "plain", few=True, old=True),
)
COLUMNS = {
    "start": "cold process to first verdict, ms",
    "call": "one call, µs",
    "warm": "warm pass, µs a text",
    "cold": "cold pass, µs a text",
    "memory": "peak memory, MB",
    "size": "model, MB",
}


# --- processes


def environment() -> None:
    """Make the benchmark's own environment, where it is not there yet or has other peers."""
    wanted = "\n".join((platform.python_version(), *PEERS, OLD_STEMMER))
    python, ready = HOME / "bin" / "python", HOME / "ready"
    if ready.is_file() and ready.read_text(encoding="utf-8") == wanted:
        return
    say(f"installing the peers into {HOME.name}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-e", str(TOP), *PEERS], check=True)
    # It has the import name of PySastrawi, so it lies where no other peer sees it.
    subprocess.run([*pip, "--no-deps", "--target", str(OLD), OLD_STEMMER], check=True)
    ready.write_text(wanted, encoding="utf-8")


def run(call: str, *given: object, old: bool = False) -> Any:
    """Call a function of ``peers_run`` in a fresh process; return what it printed, from JSON."""
    # An installed package brings its compiled modules; a checkout gets them from a first run.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    paths = [str(Path(__file__).parent), *([str(OLD)] if old else [])]
    env["PYTHONPATH"] = os.pathsep.join(paths)
    values = tuple(str(v) if isinstance(v, Path) else v for v in given)
    code = f"import peers_run; peers_run.{call}(*{values!r})"
    python = str(HOME / "bin" / "python")
    done = subprocess.run([python, "-c", code], env=env, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout or "null")


def measured(peer: Peer, folder: Path) -> dict[str, float]:
    """Measure one peer once: a cold start, then both passes in another process."""
    start = time.perf_counter()
    run("first", peer.name, folder, old=peer.old)
    spent = (time.perf_counter() - start) * 1e3
    texts = folder / ("few.json" if peer.few else "texts.json")
    return {"start": spent, **run("passes", peer.name, folder, texts, old=peer.old)}


# --- tables


def number(value: float) -> str:
    """Three digits that count, thousands apart."""
    if value >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"


def lines_of(best: dict[Peer, dict[str, float]]) -> list[list[str]]:
    """Rows of the table: figures, and how many times ours each is."""
    out, base = [], best[OURS]
    for peer, found in best.items():
        if peer.name == "ours":
            base = found
        cells = [number(found[c]) for c in COLUMNS]
        if peer.name != "ours":
            cells = [
                f"{c} ({number(found[k] / base[k])}×)" for k, c in zip(COLUMNS, cells, strict=True)
            ]
        out.append([peer.title, *cells])
    return out


def machine() -> str:
    """The processor, as far as the system names it, and the Python."""
    named = "unnamed processor"
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                named = line.split(":", 1)[1].strip()
                break
    return f"{named}, {os.cpu_count()} cores; Python {platform.python_version()}"


def compare(texts: list[str], whose: str, folder: Path, repeats: int) -> str:
    """Measure all peers; return the table."""
    captions = read_captions(TOP / "data" / "captions")
    for name, values in (
        ("captions", captions["text"].tolist()),
        ("labels", captions["label"].tolist()),
        ("texts", texts),
        ("few", texts[:FEW]),
    ):
        (folder / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
    say(f"fitting the peers on {len(captions):,} captions")
    run("train", folder)
    sizes = run("sizes", folder)
    best: dict[Peer, dict[str, float]] = {}
    # Peers take turns, so that a busy minute of the machine does not fall on one of them.
    for turn in range(repeats):
        for peer in LINES:
            if peer.old and turn:
                continue  # minutes each
            found = measured(peer, folder) | {"size": sizes[peer.name]}
            before = best.get(peer, found)
            best[peer] = {k: min(found[k], before[k]) for k in found}
            say(f"{turn + 1}/{repeats} {peer.title}: {found['warm']:.1f} µs a text, warm")
    reasons = min(run("with_reasons", folder / "texts.json") for _ in range(repeats))
    head = ["", *COLUMNS.values()]
    mean = statistics.mean(map(len, texts))
    return (
        f"{len(texts):,} texts {whose}, {mean:.0f} letters on average; best of {repeats} runs "
        f"({OLD_STEMMER.replace('==', ' ')}: one run, on the first {FEW} of the texts). "
        f"In brackets: times ours, on the same texts in the same run. {machine()}; "
        f"{', '.join(p.replace('==', ' ') for p in PEERS)}.\n\n"
        + table(head, lines_of(best))
        + f"\n\nWith the reasons of every text (`evidence`), a warm pass of ours takes "
        f"{number(reasons)} µs a text."
    )


def count_up(folder: Path) -> str:
    """Memory and time over a million different texts."""
    captions = folder / "captions.json"
    made = run("making", captions, COUNT)
    found = run("million", captions, COUNT)
    rows = [
        [f"{row['texts']:,}", f"{row['memory']:.0f}", number(row["us"] - made["us"])]
        for row in found
    ]
    return f"{made['different']:,} of the {COUNT:,} texts are different. {machine()}.\n\n" + table(
        ["texts read", "peak memory, MB", "µs a text"], rows
    )


def by_length(folder: Path) -> str:
    """Time a letter by the length of the text."""
    found = run("length", folder / "captions.json")
    head = ["text", *(f"{n // 1000:,} KB, ns a letter" for n in SIZES)]
    rows = [[kind, *map(number, row), f"{row[-1] / row[0]:.2f}"] for kind, row in found.items()]
    return f"{machine()}.\n\n" + table([*head, "1 MB to 1 KB"], rows)


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, default=None, help="CSV with a column text")
    parser.add_argument("--rows", type=int, default=5000, help="texts to time (default 5000)")
    parser.add_argument("--repeats", type=int, default=5, help="runs, the best counts (default 5)")
    parser.add_argument(
        "--million", action="store_true", help=f"also {COUNT:,} texts, and texts of up to 1 MB"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="page to write the tables into")
    given = parser.parse_args()
    if given.texts is None:
        texts, whose = read_captions(TOP / "data" / "captions")["text"].tolist(), "of our captions"
    else:
        texts = pd.read_csv(given.texts, dtype=str, keep_default_na=False)["text"].tolist()
        whose = "of a table of public captions"
    texts = texts[:: max(1, len(texts) // given.rows)][: given.rows]
    environment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        blocks = {"speed": compare(texts, whose, folder, given.repeats)}
        print(blocks["speed"])
        if given.million:
            blocks |= {"million": count_up(folder), "length": by_length(folder)}
            print(blocks["million"], blocks["length"], sep="\n\n")
    for block, body in blocks.items():
        write_between(given.page, block, body)


if __name__ == "__main__":
    main()
