"""Run the notebooks from start to end and write down what they show.

    python tools/notebooks.py                  # run all, write their outputs
    python tools/notebooks.py --check          # write nothing; exit 1 where outputs are out of date
    python tools/notebooks.py notebooks/01_langkah_pertama.ipynb

A notebook is its own source: edit it in Jupyter (or any editor), then run this. What differs from
one run or machine to the next (times, ids of cells, versions) is not kept.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
TIMEOUT = 300  # seconds a cell may take
# Sums of several threads depend on their number; and on a busy machine they wait for each other.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def executed(path: Path) -> nbformat.NotebookNode:
    """Return the notebook, run from its first cell to its last in its own folder.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell raises.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute(env=os.environ | _ONE_THREAD)
    return tidied(notebook)


def tidied(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the notebook without what differs from run to run."""
    for i, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{i:02}"
        cell.metadata = nbformat.NotebookNode()
        for output in cell.get("outputs", ()):
            shown = output.get("data", {})
            if shown.get("text/plain") == repr(shown.get("text/html")):
                del shown["text/plain"]  # the same once more
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return notebook


def main(args: list[str]) -> int:
    """Run, or check, the notebooks named; all where none is named."""
    check = "--check" in args
    paths = [Path(a) for a in args if not a.startswith("--")] or sorted(NOTEBOOKS.glob("*.ipynb"))
    stale = []
    for path in paths:
        before = path.read_text(encoding="utf-8")
        after = nbformat.writes(executed(path)) + "\n"
        if after != before:
            stale.append(path.name)
            if not check:
                path.write_text(after, encoding="utf-8")
    if stale:
        print(f"{'out of date' if check else 'refreshed'}: {', '.join(stale)}")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
