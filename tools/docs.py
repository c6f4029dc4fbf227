"""Run the console examples of a page again and write down what they print.

    python tools/docs.py                                 # all pages of `PAGES`
    python tools/docs.py README.md docs/guides/retrain.md
    python tools/docs.py --check                         # exit 1 where a page is out of date
    python tools/docs.py --check --quick                 # the same, without what is trained there

A ```` ```console ```` block holds lines ``$ command`` with what they print below. The commands of a
page run in order in one scratch folder that sees ``data/``; ``cat file`` of a file that is not there
makes it from the lines below. Left as they stand are commands that install or test, those with a
file or model of the reader's own (``my_...``), and training that takes minutes: it is run on
``data/samples`` and on files made by ``cat`` only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
PAGES = (
    "README.md",
    "README.id.md",
    *sorted(p.relative_to(TOP).as_posix() for p in (TOP / "docs" / "guides").glob("*.md")),
)
BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
RUN = re.compile(r"\$ (netralitas (?!card|lexicon fit)|cat |head )")

TRAINED = " model_"
"""A folder of this name is a model that the page trains."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for the commands of one page; it sees ``data/``."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "data").symlink_to(TOP / "data")
        yield Path(folder)


def examples(page: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a page's console blocks, without ``$``, and what they print."""
    for block in BLOCK.findall(page):
        for part in parts(block):
            command, _, printed = part.partition("\n")
            if command.startswith("$ "):
                yield command[2:], printed


def parts(block: str) -> list[str]:
    """Cut a console block before each command."""
    return re.split(r"(?m)^(?=\$ )", block)


def make_file(command: str, printed: str, scratch: Path) -> None:
    """Make the file that a ``cat`` shows, if it is not there."""
    words = command.split()
    if words[0] == "cat" and not (scratch / words[1]).exists():
        (scratch / words[1]).write_text(printed, encoding="utf-8")


def _long(command: str, scratch: Path) -> bool:
    """Whether a command trains on a table that is not small."""
    words = command.split()
    small = "data/samples/", *(p.name for p in scratch.iterdir() if p.is_file())
    return words[2:3] == ["train"] and not words[3].startswith(small)


def refreshed(page: str, scratch: Path, quick: bool = False) -> str:
    """Return the page with its examples run again; if `quick`, without models trained there."""

    def again(match: re.Match[str]) -> str:
        out = []
        for part in parts(match.group()):
            command, _, printed = part.partition("\n")
            if (
                not RUN.match(command)
                or " my_" in command
                or _long(command, scratch)
                or (quick and TRAINED in command)
            ):
                out.append(part)
                continue
            make_file(command[2:], printed, scratch)
            done = subprocess.run(
                ["bash", "-c", command[2:]],
                cwd=scratch,
                capture_output=True,
                text=True,
                check=False,
                env=os.environ
                | {
                    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                    "NO_COLOR": "1",
                    "COLUMNS": "100",
                },
            )
            body = done.stderr + done.stdout
            clean = "\n".join(line.rstrip() for line in body.splitlines())
            tail = "\n" if printed.endswith("\n\n") else ""
            out.append(f"{command}\n{clean}\n{tail}" if clean else f"{command}\n{tail}")
        return "".join(out)

    return BLOCK.sub(again, page)


def main(args: list[str]) -> int:
    """Refresh, or check, the pages named; all where none is named."""
    check = "--check" in args
    paths = [Path(a) for a in args if not a.startswith("--")] or [TOP / name for name in PAGES]
    stale = []
    for path in paths:
        before = path.read_text(encoding="utf-8")
        with scratch_folder() as scratch:
            after = refreshed(before, scratch, "--quick" in args)
        if after != before:
            stale.append(path.name)
            if not check:
                path.write_text(after, encoding="utf-8")
    if stale:
        print(f"{'out of date' if check else 'refreshed'}: {', '.join(stale)}")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
