"""Run the console examples of a page again and write down what they print.

    python tools/docs.py README.md README.id.md          # write
    python tools/docs.py --check README.md README.id.md  # exit 1 where a page is out of date

A ```` ```console ```` block holds lines ``$ command`` with what they print below. Commands run in
order in one scratch folder that sees ``data/``; ``cat file`` of a file that is not there makes it
from the lines below. Commands that install, train or test are left as they stand.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
RUN = re.compile(r"\$ (netralitas (?!train|card|lexicon (?:fit|compile))|cat |head )")


def refreshed(page: str, scratch: Path) -> str:
    """Return the page with its examples run again."""

    def again(match: re.Match[str]) -> str:
        out = []
        for part in re.split(r"(?m)^(?=\$ )", match.group()):
            command, _, printed = part.partition("\n")
            if not RUN.match(command) or " my_" in command:  # an example of the reader's own
                out.append(part)
                continue
            words = command[2:].split()
            if words[0] == "cat" and not (scratch / words[1]).exists():
                (scratch / words[1]).write_text(printed, encoding="utf-8")
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
    """Refresh, or check, the pages named."""
    check = "--check" in args
    stale = []
    for name in (a for a in args if not a.startswith("--")):
        path = Path(name)
        before = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "data").symlink_to(TOP / "data")
            after = refreshed(before, Path(folder))
        if after != before:
            stale.append(name)
            if not check:
                path.write_text(after, encoding="utf-8")
    if stale:
        print(f"{'out of date' if check else 'refreshed'}: {', '.join(stale)}")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
