"""The notebooks run from start to end, and stand in the repository as they were run."""

from __future__ import annotations

import getpass
import importlib.util
import os
import re
from pathlib import Path

import nbformat
import pytest

from conftest import TOP

PATHS = sorted((TOP / "notebooks").glob("*.ipynb"))
PICTURES = {"01_langkah_pertama": 0, "02_latih_ulang": 2, "03_menjelajahi_kesalahan": 9}
COLOURED = {"01_langkah_pertama": 3, "02_latih_ulang": 1, "03_menjelajahi_kesalahan": 2}
"""Pictures, and results with coloured words, that a notebook shows at least."""


def load_tool():
    spec = importlib.util.spec_from_file_location("notebooks", TOP / "tools" / "notebooks.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def outputs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from cell.outputs


def check_outputs(name, notebook):
    kinds = [o.output_type for o in outputs(notebook)]
    assert "error" not in kinds
    assert not [o for o in outputs(notebook) if o.get("name") == "stderr"]
    data = [o.data for o in outputs(notebook) if "data" in o]
    pictures = [d["image/svg+xml"] for d in data if "image/svg+xml" in d]
    assert len(pictures) >= PICTURES[name]
    assert all(p.startswith("<svg ") and p.rstrip().endswith("</svg>") for p in pictures)
    assert sum('class="netralitas-result' in d.get("text/html", "") for d in data) >= COLOURED[name]


def test_every_notebook_is_known():
    assert [p.stem for p in PATHS] == sorted(PICTURES)


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_runs_from_start_to_end(path):
    check_outputs(path.stem, load_tool().executed(path))


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_is_committed_with_its_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    check_outputs(path.stem, notebook)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert [c.execution_count for c in code] == list(range(1, len(code) + 1))
    assert all(not c.metadata for c in notebook.cells)


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_says_nothing_of_the_machine_it_ran_on(path):
    raw = path.read_text(encoding="utf-8")
    texts = [str(TOP), str(Path.home()), "/tmp/", "/home/", "site-packages", "C:\\\\"]
    assert not [t for t in texts if t in raw]
    assert not re.search(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", raw)
    assert " object at 0x" not in raw
    user = getpass.getuser() if os.environ.get("USER") else ""
    assert not user or not re.search(rf"\b{re.escape(user)}\b", raw)


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_headings_stand_in_both_languages(path):
    notebook = nbformat.read(path, as_version=4)
    lines = [li for c in notebook.cells if c.cell_type == "markdown" for li in c.source.split("\n")]
    headings = [li for li in lines if re.match(r"#+ ", li)]
    assert headings
    assert not [h for h in headings if " · " not in h]


def test_links_between_notebooks_hold():
    for path in PATHS:
        for link in re.findall(r"\]\(([\w/.]+\.ipynb)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).is_file(), link
