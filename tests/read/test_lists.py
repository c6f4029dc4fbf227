"""Word lists: whole, and all of them in the fingerprint."""

from __future__ import annotations

import shutil

import pytest

from conftest import TOP
from netralitas_nlp import Lexicon
from netralitas_nlp.base.errors import AssetError
from netralitas_nlp.read import lists

FOLDER = TOP / "data" / "text"


@pytest.mark.parametrize("name", lists.FILES)
def test_every_list_changes_the_fingerprint(tmp_path, monkeypatch, name):
    shutil.copytree(FOLDER, tmp_path / "text")
    monkeypatch.setattr(lists, "asset_path", lambda *parts: tmp_path / "text" / parts[-1])
    make = lists.lists_fingerprint.__wrapped__
    assert make() == lists.lists_fingerprint()
    path = tmp_path / "text" / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert make() == lists.lists_fingerprint(), "line ends change nothing that is read"
    path.write_bytes(path.read_bytes() + b"x,1\r\n")
    assert make() != lists.lists_fingerprint()


def test_a_model_belongs_to_lists_and_files_not_to_a_day_or_further_names(tmp_path, lexicon):
    rows = (TOP / "data" / "lexicon" / "parties.csv").read_text(encoding="utf-8").splitlines()
    more = tmp_path / "more.csv"
    more.write_text("\n".join(rows[:3]) + "\n", encoding="utf-8")
    assert len(lexicon.fingerprint) == 64
    assert lexicon.at("2024-02-14").fingerprint == lexicon.fingerprint
    assert lexicon.extended(more).fingerprint == lexicon.fingerprint
    assert Lexicon.load(more).fingerprint != lexicon.fingerprint
    digests = {x.digest for x in (lexicon, lexicon.at("2024-02-14"), lexicon.extended(more))}
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("name", "row", "load"),
    [
        ("letters.csv", "ab,c,mark,two letters", lists.load_letters),
        ("letters.csv", "a,b,rune,no such kind", lists.load_letters),
        ("context_words.csv", "months,januari,,no such list", lists.load_context_words),
        ("context_words.csv", "number,lima,five,no number", lists.load_context_words),
        ("words.csv", "kata,0", lists.load_words),
        ("words.csv", "kata,banyak", lists.load_words),
    ],
)
def test_a_damaged_list_is_named(tmp_path, monkeypatch, name, row, load):
    path = tmp_path / name
    path.write_text((FOLDER / name).read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    monkeypatch.setattr(lists, "asset_path", lambda *parts: path)
    with pytest.raises(AssetError, match=name):
        load.__wrapped__()


def test_no_word_stands_in_a_list_twice():
    rows = (FOLDER / "context_words.csv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [tuple(row.split(",")[:2]) for row in rows]
    assert len(set(pairs)) == len(pairs)
    assert len(rows) > 200
