"""The pages say what the commands print, their Python runs, and all they point to is there."""

from __future__ import annotations

import doctest
import importlib.util
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import TOP
from netralitas_nlp.tables.likeness import near_duplicates
from netralitas_nlp.tables.sheets import read_table


def load_tool():
    spec = importlib.util.spec_from_file_location("docs", TOP / "tools" / "docs.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


DOCS = load_tool()
GUIDES = sorted((TOP / "docs" / "guides").glob("*.md"))
ALL = sorted(
    p.relative_to(TOP).as_posix()
    for folder in (".", "data", "data/audit", "data/lexicon", "models", "models/default", "docs", "docs/guides")
    for p in (TOP / folder).glob("*.md")
)  # fmt: skip


@pytest.fixture(scope="module")
def runs():
    """Every page checked by a process of its own, a few at a time: the longest first.

    Models are trained for one language only; the next test compares the figures.
    """

    def check(page):
        command = [sys.executable, str(TOP / "tools" / "docs.py"), "--check", str(TOP / page)]
        command += [] if page.endswith(".id.md") else ["--quick"]
        return page, subprocess.run(command, capture_output=True, text=True, check=False)

    pages = sorted(DOCS.PAGES, key=lambda page: "retrain" not in page)
    with ThreadPoolExecutor(3) as pool:
        return dict(pool.map(check, pages))


@pytest.mark.parametrize("page", DOCS.PAGES)
def test_console_examples_are_what_is_printed(page, runs):
    done = runs[page]
    assert done.returncode == 0, f"{done.stdout}{done.stderr}; run: make docs"


@pytest.mark.parametrize("page", DOCS.PAGES)
def test_no_example_ends_in_an_error_but_the_one_that_shows_one(page):
    for command, printed in DOCS.examples((TOP / page).read_text(encoding="utf-8")):
        assert "Traceback" not in printed, command
        failed = any(line.startswith("netralitas: ") for line in printed.splitlines())
        assert failed == ("salah.csv" in command and command.startswith("netralitas")), command


@pytest.mark.parametrize("page", DOCS.PAGES)
def test_python_examples_run(page, monkeypatch):
    text = (TOP / page).read_text(encoding="utf-8")
    with DOCS.scratch_folder() as scratch:
        monkeypatch.chdir(scratch)
        for command, printed in DOCS.examples(text):
            DOCS.make_file(command, printed, scratch)
        flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
        done = doctest.testfile(str(TOP / page), module_relative=False, optionflags=flags)
    assert done.failed == 0
    if ">>> " in text:
        assert done.attempted


def test_guides_stand_in_both_languages():
    names = {p.name.split(".")[0] for p in GUIDES}
    assert {p.name for p in GUIDES} == {f"{n}{e}" for n in names for e in (".md", ".id.md")}
    for name in names:
        pair = [
            (TOP / "docs" / "guides" / f"{name}{e}").read_text("utf-8") for e in (".md", ".id.md")
        ]
        english, indonesian = (
            [command.split()[:2] for command, _ in DOCS.examples(p)] for p in pair
        )
        assert english == indonesian, name
        assert len({p.count("\n## ") for p in pair}) == 1, name


def test_figures_are_the_same_in_both_languages():
    figures = []
    for end in (".md", ".id.md"):
        page = (TOP / "docs" / "guides" / f"retrain{end}").read_text(encoding="utf-8")
        printed = [out for command, out in DOCS.examples(page) if DOCS.TRAINED in command]
        figures.append([re.findall(r"\d+\.\d+", out.split("\n\n")[0]) for out in printed])
    assert figures[0] == figures[1]
    assert sum(map(len, figures[0])) > 80


def test_samples_are_texts_the_packaged_model_has_not_seen(corpus):
    paths = sorted((TOP / "data" / "samples").glob("*.csv"))
    assert len(paths) == 3
    for path in paths:
        texts = read_table(path)["teks"].tolist()
        assert len(texts) >= 20
        assert near_duplicates(texts, corpus["text"].tolist()) == []


def test_a_command_of_the_readers_own_is_left_as_it_stands():
    page = "```console\n$ netralitas classify my_table.csv -o advice.csv\n3 rows\n```\n"
    page += "```console\n$ netralitas train captions.csv --out model\nfigures\n```\n"
    page += "```console\n$ cat made.csv\nid,text\n$ head -n 1 made.csv\nold\n```\n"
    with DOCS.scratch_folder() as scratch:
        assert DOCS.refreshed(page, scratch) == page.replace("old\n", "id,text\n")


@pytest.mark.parametrize("page", ALL)
def test_links_lead_somewhere(page):
    path = TOP / page
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{page} points to {target}"


def test_nothing_of_the_workshop_is_named():
    for page in ALL:
        text = (TOP / page).read_text(encoding="utf-8")
        assert "../shared" not in text, page
        assert "/work/" not in text, page
