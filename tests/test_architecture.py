"""Imports go down the list of rooms only; heavy libraries stay in their rooms; files stay small."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from conftest import TOP

PACKAGE = TOP / "src" / "netralitas_nlp"
SOURCES = sorted(PACKAGE.rglob("*.py"))
IDS = [p.relative_to(PACKAGE).as_posix() for p in SOURCES]
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 60
LISTS_OF_OPTIONS = {
    ("classify.py", "classify"),
    ("classify_table.py", "classify_table"),
}  # to be cut
NUMERIC = {"measure", "teach", "extra"}  # rooms that may load scikit-learn and pandas
HEAVY = {
    "sklearn": NUMERIC,
    "pandas": NUMERIC | {"tables", "cli"},
    "typer": {"cli"},
    "rich": {"cli"},
}
COMMANDS = PACKAGE / "cli"
LISTENS = PACKAGE / "cli" / "serve.py"
"""The one module that has a socket: it waits to be asked, and asks nobody."""


def imports(path):
    """Return the full names of the modules a file imports from elsewhere than the package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_rooms_import_in_order():
    """The `layers` contract of pyproject.toml."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_heavy_libraries_stay_in_their_rooms(path):
    room = path.relative_to(PACKAGE).parts[0]
    for name in imports(path):
        top = name.split(".")[0]
        assert room in HEAVY.get(top, {room}), f"{path.name} imports {top}"
        assert top != "Sastrawi" or path == PACKAGE / "read" / "stems.py"


def test_import_loads_neither_sklearn_nor_pandas():
    code = (
        "import sys, netralitas_nlp; netralitas_nlp.classify('halo');"
        "print([m for m in ('sklearn', 'pandas', 'scipy', 'ftfy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_only_the_command_prints(path):
    if COMMANDS in path.parents:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    assert not [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_no_network_modules(path):
    for name in set(imports(path)) - ({"socket"} if path == LISTENS else set()):
        assert name.split(".")[0] not in {"socket", "urllib", "http", "requests", "ssl"}


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_files_and_functions_stay_small(path):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) is not None:  # what is said about it does not count
                lines -= node.body[0].end_lineno - node.body[0].lineno + 1
            if (path.name, node.name) not in LISTS_OF_OPTIONS:
                assert lines <= MOST_LINES_OF_A_FUNCTION, f"{node.name} has {lines} lines"


def test_version_stands_in_one_place():
    import netralitas_nlp

    version = netralitas_nlp.__version__
    assert f'version = "{version}"' in (TOP / "pyproject.toml").read_text(encoding="utf-8")
    for path in SOURCES:
        assert version not in path.read_text(encoding="utf-8"), path.name
