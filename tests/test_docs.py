"""The pages say what the commands print, and every file they point to is there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from conftest import TOP

PAGES = ["README.md", "README.id.md"]
ALL = sorted(
    p.relative_to(TOP).as_posix()
    for folder in (".", "data", "data/lexicon", "models", "models/default", "docs")
    for p in (TOP / folder).glob("*.md")
)


@pytest.mark.parametrize("page", PAGES)
def test_console_examples_are_what_is_printed(page):
    done = subprocess.run(
        [sys.executable, str(TOP / "tools" / "docs.py"), "--check", str(TOP / page)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}; run: make docs"


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
