"""What is written can be read back: generated tables, from every format into every other."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import TIMES, TRIED
from netralitas_nlp import Classifier
from netralitas_nlp.tables.classify_table import classify_table
from netralitas_nlp.tables.reading import open_rows
from netralitas_nlp.tables.rows import Row, cell_text
from netralitas_nlp.tables.writers import WRITERS, Style, open_writer, safe_cell, unsafe_cell

FORMATS = [kind for kind in WRITERS if kind != "txt"]  # a .txt is written as a .csv
PAIRS = list(itertools.product(FORMATS, FORMATS))
LETTERS = st.one_of(
    st.sampled_from(list("ab,;\t|\"'\n\r=+-@ é✌\0\u2028\x85\\{}[]:<>&")),
    st.characters(codec="utf-8"),
)
CELL = st.text(LETTERS, max_size=12)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=6)
)
LEAVE = Style(leave_formulas=True)


def written(path, names, rows, style=LEAVE):
    TRIED["tables written and read back"] += 1
    with open_writer(path, names, style) as write:
        for row in rows:
            write(row)


def plain(value):
    return cell_text(value)


def in_workbook(text):
    """A workbook holds no control characters, and one kind of line end."""
    kept = "".join(c for c in text if c in "\n\t\r" or c >= " ")
    return kept.replace("\r\n", "\n").replace("\r", "\n")


def same(rows, formats):
    fold = in_workbook if "xlsx" in formats else str
    return [[fold(plain(c)) for c in row] for row in rows]


def quick(**more):
    return settings(
        max_examples=25 * TIMES, deadline=None, suppress_health_check=[HealthCheck.too_slow], **more
    )


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("kind", FORMATS)
@quick()
@given(TABLES)
@example([["sep=;"], ["x"]])
@example([["a\rb", "c\nd"], ["\r\n", '"']])
@example([["", ""], ["", "x"]])
@example([[""]])
def test_rows_come_back(kind, packed, rows):
    pytest.importorskip("pyarrow")
    names = ["text", *(f"kolom {i}" for i in range(2, len(rows[0]) + 1))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a.{kind}{packed}")
        written(path, names, rows)
        table = open_rows(path, wanted=["text"])
        found = list(table.items())
    assert all(isinstance(item, Row) for item in found)
    assert table.names == names
    got = [item.cells for item in found]
    if kind == "xlsx":  # rows without any cell are no rows there
        rows = [row for row in rows if any(in_workbook(c) for c in row)]
    assert same(got, [kind]) == same(rows, [kind])


@pytest.mark.parametrize(("given_", "wanted"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
@settings(quick(), max_examples=5 * TIMES)
@given(TABLES)
def test_from_every_format_into_every_other(given_, wanted, rows):
    pytest.importorskip("pyarrow")
    names = ["text", *(f"kolom {i}" for i in range(2, len(rows[0]) + 1))]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, f"in.{given_}"), Path(folder, f"out.{wanted}")
        rows = [["kopi", *("x" for _ in names[1:])], *rows]
        written(source, names, rows)
        classify_table(source, target, Classifier(model=None), columns=["verdict"], style=LEAVE)
        table = open_rows(target, wanted=["text"])
        got = [row.cells[: len(names)] for row in table]
    assert table.rejected == []
    added = "keputusan mesin" if wanted == "xlsx" else "verdict"
    assert table.names[: len(names) + 1] == [*names, added]
    if "xlsx" in (given_, wanted):
        rows = [row for row in rows if any(in_workbook(c) for c in row)]
        got = [row for row in got if any(in_workbook(plain(c)) for c in row)]
    assert same(got, [given_, wanted]) == same(rows, [given_, wanted])


@pytest.mark.parametrize("wanted", ["csv", "tsv"])
@given(cell=CELL)
@quick()
def test_no_copied_cell_or_header_becomes_a_formula(wanted, cell):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a.{wanted}")
        written(path, [f"={cell}", "text"], [[f"@{cell}", f"-1{cell}"]], Style())
        table = open_rows(path, wanted=["text"])
        (row,) = table
    assert table.header[0] == f"'={cell}"
    assert row.cells[0] == safe_cell(f"@{cell}")
    assert [unsafe_cell(c) for c in row.cells] == [f"@{cell}", f"-1{cell}"]
