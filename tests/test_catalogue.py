"""The table of messages: everything in it is said somewhere, everything said is in it."""

from __future__ import annotations

import ast
import pickle
import re
from string import Formatter

import pytest

from conftest import TOP
from netralitas_nlp.base.assets import read_table
from netralitas_nlp.base.catalogue import LANGUAGES, Message, joined, text
from netralitas_nlp.base.errors import (
    ArgumentError,
    AssetError,
    DataError,
    NetralitasError,
    reason,
)

ROWS = read_table(TOP / "data" / "text" / "messages.csv", ("key", "id", "en"))
KEYS = {row["key"] for row in ROWS}
SAYS = re.compile(r"(text|words|Message|\w*Error)$")
"""Names of what takes a key as its first argument."""


def sources():
    """Every module of the package and of the tools, as a tree."""
    for folder in ("src", "tools"):
        for path in sorted((TOP / folder).rglob("*.py")):
            yield path.name, ast.parse(path.read_text(encoding="utf-8"))


def keys_of(node):
    """The keys an expression may be: as written, or as a pattern where a part is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.IfExp):
        yield from keys_of(node.body)
        yield from keys_of(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in node.values
        )


def said():
    """Every key that the source says, with its file, and the names of the values that go with it.

    Names are None where they are given as a mapping.
    """
    for file, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            # say("key", …), where "text" is taken; a method of this name is something else
            if SAYS.fullmatch(name) or getattr(node.func, "id", "") == "say":
                given = {k.arg for k in node.keywords} - {"otherwise"}
                for key in keys_of(node.args[0]):
                    yield file, key, None if None in given else given


def in_templates():
    """The keys that pages say, as patterns: words("report.title"), words("audit.result." + name)."""
    for path in sorted((TOP / "src").rglob("*.j2")):
        page = path.read_text(encoding="utf-8")
        for key, more in re.findall(r"\b(?:words|t)\([\"']([\w.]+)[\"']( [+~])?", page):
            yield re.escape(key) + (r"[\w.]+" if more else "")


def fields(words):
    """What a message fills in."""
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def test_the_table_is_in_the_order_of_its_keys():
    keys = [row["key"] for row in ROWS]
    assert keys == sorted(set(keys))
    assert all(re.fullmatch(r"[a-z][\w.]*", key) for key in keys)


def test_every_key_that_is_said_is_in_the_table():
    # TypeError, KeyError and the like are for programmers and have no key.
    missing = {
        (file, key)
        for file, key in [*((f, k) for f, k, _ in said()), *(("page", k) for k in in_templates())]
        if not any(re.fullmatch(key, known) for known in KEYS)
        and re.fullmatch(r"[a-z][\w.\\+]*", key)
    }
    assert not missing


def test_every_key_of_the_table_is_said():
    patterns = [*(key for _, key, _ in said()), *in_templates()]
    words = {
        node.value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unsaid = {k for k in KEYS - words if not any(re.fullmatch(p, k) for p in patterns)}
    assert not {key for key in unsaid if not key.startswith("system.")}


def test_what_is_given_is_what_the_message_fills():
    table = {row["key"]: fields(row["en"]) for row in ROWS}
    for file, key, given in said():
        for known, wanted in table.items():
            if given is not None and key == re.escape(known):
                assert wanted <= given, f"{file}: {known} is given {sorted(given)}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["key"])
def test_both_languages_fill_the_same_values(row):
    assert row["id"].strip() and row["en"].strip()
    assert fields(row["id"]) == fields(row["en"])
    assert all(re.fullmatch(r"[a-z_]+", name) for name in fields(row["en"]))


def test_a_message_inside_a_message_is_said_in_the_same_language():
    where = Message("place.line", path="a.csv", number=4)
    error = AssetError("not_csv", where=where, reason="a quote is open")
    assert str(error) == "a.csv, line 4: not valid CSV (a quote is open)"
    assert error.in_language("id") == "a.csv, baris 4: bukan CSV yang sah (a quote is open)"


def test_an_error_gives_its_reason():
    inner = FileNotFoundError(2, "No such file or directory", "a.csv")
    error = DataError("cannot_write", path=TOP / "a.csv", reason=inner)
    assert error.in_language("id").endswith("a.csv: berkas atau folder tidak ada")
    assert error.values["path"] == str(TOP / "a.csv")
    assert str(reason(error)) == str(error)
    assert str(reason(OSError(40_000, "something of this system"))) == "something of this system"
    assert reason(ValueError("two\n lines")) == "two lines"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_travels_to_another_process(language):
    inner = PermissionError(13, "Permission denied")
    error = ArgumentError("language", language="fr", allowed=[*LANGUAGES])
    for made in (error, DataError("cannot_read", path="x", reason=inner)):
        back = pickle.loads(pickle.dumps(made))
        assert type(back) is type(made)
        assert (back.code, back.values) == (made.code, made.values)
        assert back.in_language(language) == made.in_language(language)


def test_an_argument_that_is_refused_is_a_value_error():
    with pytest.raises(ValueError, match="'fr' is none of id, en"):
        raise ArgumentError("language", language="fr", allowed=LANGUAGES)


def test_without_a_table_an_error_still_says_what_is_known():
    assert (
        str(NetralitasError("no_such_code", path="a"))
        == "NetralitasError('no_such_code', path='a')"
    )
    with pytest.raises(KeyError, match="no_such_code"):
        text("no_such_code", "id")


def test_lists_and_numbers_are_written_as_the_language_does():
    assert [joined(list("abc")[:n], "or", "en") for n in range(4)] == [
        "",
        "a",
        "a or b",
        "a, b, or c",
    ]
    error = AssetError("too_many_columns", path="a.csv", n=12_345, limit=1000)
    assert "12,345 columns" in str(error)
    assert "12.345 kolom" in error.in_language("id")
    empty = AssetError("missing_columns", path="a.csv", columns=["text"], have=[])
    assert str(empty).endswith("it has: (none)")
    wide = AssetError("missing_columns", path="a.csv", columns=["text"], have=["kolom"] * 9999)
    assert len(str(wide)) < 600


def test_what_is_filled_in_is_never_read_as_a_message():
    error = DataError("no_file", path="{reason} {0.__class__} %s")
    assert str(error) == "no file {reason} {0.__class__} %s"
