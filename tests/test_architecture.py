"""Imports go up the list of rooms only; heavy libraries stay in their rooms."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from conftest import TOP

ROOMS = [
    "result", "files", "sniffing", "assets", "text", "stem", "lexicon", "signals", "features",
    "model", "fallback", "classifier", "messages", "wording", "edits", "rules", "markup", "streams", "columnar",
    "sinks", "parts", "tables", "sheets", "corpus", "intake", "vectorizer", "evaluation", "training",
    "pictures", "report", "explore", "auditing", "card", "gate", "suggesting", "spark", "checking",
]  # fmt: skip
PACKAGE = TOP / "src" / "netralitas_nlp"
SOURCES = sorted(PACKAGE.glob("*.py"))
COMMANDS = sorted((PACKAGE / "cli").glob("*.py"))
HEAVY = {"sklearn": ROOMS[ROOMS.index("sheets") :], "pandas": ROOMS[ROOMS.index("sheets") :]}
HEAVY |= {"Sastrawi": ["stem"], "typer": [], "rich": []}


# A result draws itself: the drawing is imported when it is asked for.
LATE = {("result", "markup")}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield ("." * node.level + (node.module or "")), node
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, node


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_imports_go_up_only(path):
    if path.stem == "__init__":
        return
    assert path.stem in ROOMS, f"{path.name} has no place in the list of rooms"
    for name, _ in imports(path):
        if name.startswith(".") and name != "." and (path.stem, name[1:]) not in LATE:
            assert ROOMS.index(name[1:]) < ROOMS.index(path.stem), f"{path.name} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_heavy_libraries_stay_in_their_rooms(path):
    for name, _ in imports(path):
        top = name.split(".")[0]
        if top in HEAVY and not name.startswith("."):
            assert path.stem in HEAVY[top], f"{path.name} imports {top}"


def test_nothing_imports_the_command():
    for path in SOURCES:
        assert not any(name.startswith(".cli") for name, _ in imports(path)), path.name


def test_import_loads_neither_sklearn_nor_pandas():
    code = (
        "import sys, netralitas_nlp; netralitas_nlp.classify('halo');"
        "print([m for m in ('sklearn', 'pandas', 'scipy', 'ftfy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_the_command_prints():
    for path in SOURCES:  # not COMMANDS
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
        printed = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]
        assert not printed, path.name


def test_no_network_modules():
    for path in SOURCES + COMMANDS:
        for name, _ in imports(path):
            assert name.split(".")[0] not in {"socket", "urllib", "http", "requests", "ssl"}, path


def test_version_stands_in_one_place():
    import netralitas_nlp

    version = netralitas_nlp.__version__
    assert f'version = "{version}"' in (TOP / "pyproject.toml").read_text(encoding="utf-8")
    for path in SOURCES + COMMANDS:
        assert version not in path.read_text(encoding="utf-8"), path.name
