"""Damaged and hostile tables: one clear error, or the other rows; never another exception.

With NETRALITAS_TORTURE set to a number, that many times as many files are tried.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import tracemalloc
import zipfile

import openpyxl
import pytest

from conftest import TIMES, TRIED
from netralitas_nlp.base.errors import DataError, NetralitasError
from netralitas_nlp.tables import rows as rows_module
from netralitas_nlp.tables.reading import open_rows
from netralitas_nlp.tables.rows import MAX_COLUMNS, Rejected, Row

TABLE = [{"no": i, "text": f"pesan ke-{i}: kopi “susu” ✌️\nlagi", "tag": "a,b;c"} for i in range(40)]


def delimited(mark, encoding):
    lines = [mark.join(TABLE[0])]
    lines += [mark.join(f'"{v}"' for v in row.values()) for row in TABLE]
    return "\r\n".join(lines).encode(encoding, "replace")


def workbook():
    book = openpyxl.Workbook()
    book.active.append(list(TABLE[0]))
    for row in TABLE:
        book.active.append(list(row.values()))
    book.active["D2"] = "=A2+1"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet():
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    more = {"when": pa.array(range(40), pa.timestamp("s")), "list": [[i] for i in range(40)]}
    columns = {name: [row[name] for row in TABLE] for name in TABLE[0]} | more
    pq.write_table(pa.table(columns), out, row_group_size=15)
    return out.getvalue()


KINDS = {
    "a.csv": lambda: delimited(",", "utf-8"),
    "b.csv": lambda: delimited(";", "cp1252"),
    "c.txt": lambda: delimited("\t", "utf-16"),
    "d.tsv": lambda: delimited("\t", "utf-8-sig"),
    "e.jsonl": lambda: "".join(json.dumps(row) + "\n" for row in TABLE).encode(),
    "f.json": lambda: json.dumps(TABLE, indent=1).encode(),
    "g.json": lambda: json.dumps({"data": TABLE}).encode(),
    "h.xlsx": workbook,
    "i.parquet": parquet,
}
KINDS |= {f"{name}.gz": (lambda make=make: gzip.compress(make())) for name, make in KINDS.items()}


def damaged(raw, rng):
    """A file with some bytes changed, lost, doubled, moved, or without its end."""
    raw = bytearray(raw)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at, way = rng.randrange(len(raw) + 1), rng.randrange(5)
        size = rng.choice((1, 1, 2, 8, 100))
        if way == 0:
            raw[at : at + size] = rng.randbytes(size)
        elif way == 1:
            del raw[at : at + size]
        elif way == 2:
            raw[at:at] = raw[at : at + size]
        elif way == 3:
            raw[at:at] = rng.choice((b"\0", b'"', b"\r", b"\xff\xff\xff\xff", b"]}", b"\\ud83d"))
        elif len(raw) > 20:
            del raw[rng.randrange(20, len(raw)) :]
    return bytes(raw)


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl on damaged dates and styles
@pytest.mark.parametrize("name", KINDS)
def test_damaged_files(tmp_path, name):
    raw = KINDS[name]()
    path = tmp_path / name
    path.write_bytes(raw)
    assert sum(isinstance(item, Row) for item in open_rows(path, wanted=["text"]).items()) == 40
    rng = random.Random(name)
    for _ in range(40 * TIMES):
        path.write_bytes(damaged(raw, rng))
        try:
            aside = 0
            for item in open_rows(path, wanted=["text"]).items():
                assert isinstance(item, Row | Rejected)
                aside += isinstance(item, Rejected)
            TRIED[f"damaged tables: read{', with rows put aside' if aside else ''}"] += 1
        except NetralitasError as error:
            assert name in str(error), error
            TRIED["damaged tables: one error"] += 1


@pytest.mark.parametrize("name", KINDS)
def test_what_is_no_file(tmp_path, name):
    path = tmp_path / name

    def refused():
        with pytest.raises((NetralitasError, OSError)) as caught:
            list(open_rows(path, wanted=["text"]).items())
        assert name in str(caught.value)

    refused()
    path.symlink_to(path)  # leads to itself
    refused()
    path.unlink()
    path.mkdir()
    refused()
    path.rmdir()
    path.write_bytes(b"")
    refused()


@pytest.mark.parametrize("at", [0.3, 0.9])
def test_a_damaged_stream_keeps_no_other_error(tmp_path, at):
    raw = bytearray(gzip.compress("".join(f"{i},pesan {i * 7919}\n" for i in range(9000)).encode()))
    raw[int(len(raw) * at)] ^= 0xFF
    path = tmp_path / "a.csv.gz"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"cannot read .*a\.csv\.gz"):
        list(open_rows(path, no_header=True).items())


def peak(path):
    """Largest memory while a table is read, and its rows and rows put aside."""
    tracemalloc.start()
    try:
        items = [isinstance(item, Row) for item in open_rows(path, wanted=["text"]).items()]
        return tracemalloc.get_traced_memory()[1], items.count(True), items.count(False)
    finally:
        tracemalloc.stop()


LONG = b"a" * 1_000_000


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.csv.gz", b'id,text\n1,hai\n2,"', b'"\n3,halo\n'),
        ("b.jsonl.gz", b'{"text":"hai"}\n{"text":"', b'"}\n{"text":"halo"}\n'),
    ],
)
def test_one_long_cell_in_a_small_file(tmp_path, name, before, after):
    path = tmp_path / name
    with gzip.open(path, "wb") as file:
        file.write(before + LONG * 40 + after)
    memory, read, aside = peak(path)
    assert (read, aside) == (2, 1)
    assert memory < 60_000_000


def test_one_long_string_said_often_in_parquet(tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    places = pa.array([0] * 2000, pa.int32())
    text = pa.DictionaryArray.from_arrays(places, pa.array(["a" * 2_000_000]))
    pq.write_table(pa.table({"text": text}), tmp_path / "a.parquet", compression="zstd")
    pa.default_memory_pool().release_unused()
    memory, read, aside = peak(tmp_path / "a.parquet")
    assert (read, aside) == (0, 2000)
    assert memory < 60_000_000


def test_one_long_string_said_often_in_a_workbook(tmp_path):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("a")
    sheet.append(["text"])
    for _ in range(3000):
        sheet.append(["panjang " * 4000])
    book.save(tmp_path / "a.xlsx")
    memory, read, aside = peak(tmp_path / "a.xlsx")
    assert (read, aside) == (3000, 0)
    assert memory < 60_000_000


def test_values_that_python_cannot_hold(tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    bad = pa.Array.from_buffers(pa.string(), 3, pa.array([b"hai", b"\xff", b"ok"]).buffers())
    when = pa.array([2**40, 0, 1], pa.int64()).cast(pa.timestamp("s"))
    pq.write_table(pa.table({"text": bad, "when": when}), tmp_path / "a.parquet")
    first, second, third = open_rows(tmp_path / "a.parquet").items()
    assert "out of range" in first.cells[1]
    assert str(second.reason) == "bytes that are not UTF-8"
    assert third.cells[0] == "ok"


def test_lines_nested_deeply(tmp_path):
    path = tmp_path / "a.jsonl"
    deep = ['{"text":"hai","a":' + "[" * n + "]" * n + "}" for n in (50, 980, 5000, 100_000)]
    path.write_text("\n".join([*deep, '{"text":"halo"}']))
    kinds = [type(item) for item in open_rows(path).items()]
    assert kinds == [Row, Rejected, Rejected, Rejected, Row]


def test_too_many_columns(tmp_path):
    path = tmp_path / "a.csv"
    names = ",".join(f"c{i}" for i in range(MAX_COLUMNS + 1))
    path.write_text(f"{names}\n1\n")
    with pytest.raises(DataError, match="16,385 columns; at most 16,384"):
        open_rows(path)
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(dict.fromkeys(names.split(","), 1)))
    with pytest.raises(DataError, match="16,385 columns"):
        open_rows(path)
    assert rows_module.unique_names(["c"] * 5000)[-1] == "c_5000"  # in time that is linear


def test_a_workbook_larger_than_allowed_is_not_unpacked(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook())
    with zipfile.ZipFile(path) as file:
        sizes = {m.filename: m.file_size for m in file.infolist()}
    monkeypatch.setattr("netralitas_nlp.tables.workbook.MAX_PART", min(sizes.values()) - 1)
    with pytest.raises(DataError, match=r"a\.xlsx unpacks to .* too large; save it as \.csv"):
        open_rows(path)
