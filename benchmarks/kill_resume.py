"""Kill ``netralitas classify`` at random moments, resume it, and compare the bytes.

An unbroken run comes first. Then runs are killed (SIGKILL) at random moments and gone on with by
``--resume``; whenever one comes to its end, its output and its table of rejected rows must have the
bytes of the unbroken one, no part and no process may be left, and the next round begins. Ends with
exit code 1 where that fails.

    python benchmarks/kill_resume.py                   # 20 kills for each format
    python benchmarks/kill_resume.py --kills 3 --rows 6000 --kind csv.gz
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from big_tables import SCRIPT, family, write_rows

from netralitas_nlp.tables.classify_table import rejected_path
from netralitas_nlp.tables.parts import part_of

KINDS = ("csv", "csv.gz", "jsonl", "parquet")
BROKEN = '7,"an open quote\n8\n9,bytes \udcff,x\n'  # put between the rows, now and then
PATIENCE = 20  # seconds that workers have to notice that their parent is gone


def write_source(path: Path, rows: int) -> int:
    """Write the input: our texts with small changes, and rows that cannot be read."""
    write_rows(path, rows)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        for number, line in enumerate(lines):
            file.write(line if number % 1500 != 700 or line.count('"') % 2 else line + BROKEN)
    return path.stat().st_size


def wait_for(pids: list[int]) -> None:
    """Wait until processes have ended; exit where they do not."""
    until = time.monotonic() + PATIENCE
    while alive := [p for p in pids if running(p)]:
        if time.monotonic() > until:
            sys.exit(f"processes {alive} outlived the run that started them")
        time.sleep(0.05)


def running(pid: int) -> bool:
    """Whether a process runs (one that has ended and waits to be collected does not)."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            != "Z"
        )
    except OSError:
        return False


def torment(source: Path, kind: str, kills: int, options: list[str], random_: random.Random) -> str:
    """Kill and resume runs; return a line on it."""
    folder = source.parent
    command = [SCRIPT, "classify", source, *options, "-o"]
    whole, target = folder / f"whole.{kind}", folder / f"out.{kind}"
    started = time.monotonic()
    subprocess.run([*command, whole], check=True, stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - started
    part, aside = part_of(target), rejected_path(target)
    done = rounds = kept = 0
    while True:
        more = ["--resume"] if part.exists() else []
        journal = part / "journal"
        kept += journal.exists() and journal.stat().st_size > 0
        run = subprocess.Popen([*command, target, *more], stderr=subprocess.PIPE, text=True)
        if done < kills:
            try:
                run.wait(random_.uniform(0, seconds))
            except subprocess.TimeoutExpired:
                pids = family(run.pid)
                run.kill()
                run.communicate()
                wait_for(pids)
                done += 1
                continue
        _, said = run.communicate()
        if run.returncode:
            sys.exit(f"{kind}: exit code {run.returncode} after {done} kills: {said}")
        same = target.read_bytes() == whole.read_bytes()
        if not same or aside.read_bytes() != rejected_path(whole).read_bytes():
            sys.exit(f"{kind}: other bytes after {done} kills; see {folder}")
        left = sorted(p.name for p in folder.iterdir() if p.name.startswith("."))
        if left:
            sys.exit(f"{kind}: {left} left behind")
        rounds += 1
        target.unlink()
        aside.unlink()
        if done >= kills:
            return f"{kind}: {done} kills, {kept} runs went on from a part, {rounds} ends, same bytes each time"


def main() -> None:
    """Print a line for each format."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--model", default="default")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", nargs="+", default=list(KINDS))
    given = parser.parse_args()
    random_ = random.Random(given.seed)
    options = ["--jobs", str(given.jobs), "--model", given.model]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in.csv")
        write_source(source, given.rows)
        for kind in given.kind:
            print(torment(source, kind, given.kills, options, random_), flush=True)


if __name__ == "__main__":
    main()
