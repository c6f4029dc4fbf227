"""Tables in and out: formats, rows that cannot be read, and runs that were stopped."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import TOP
from netralitas_nlp import Classifier
from netralitas_nlp.base.errors import DataError, MissingExtraError
from netralitas_nlp.tables.classify_table import (
    ADDED,
    COLUMNS,
    ROWS,
    advice_cells,
    classify_table,
    rejected_path,
)
from netralitas_nlp.tables.parts import part_of
from netralitas_nlp.tables.writers import safe_cell

SCRIPT = Path(sys.executable).with_name("netralitas")
TEXTS = [
    "coblos nomor 2, menangkan Prabowo-Gibran",
    "hujan lagi “pagi”",
    "",
    "baris\nbaru ✌️",
    "=1+1",
]
LEXICON_ONLY = Classifier(model=None)


def table(path, **more):
    """Classify a table beside itself with the lexicon alone; return the output's path."""
    target = path.with_name(more.pop("to", "out.csv"))
    return target, classify_table(path, target, more.pop("by", LEXICON_ONLY), **more)


def read_csv(path, delimiter=","):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def read_any(path):
    """Rows of any format, as dicts of text, without what only types tell apart."""
    kind = path.name.removesuffix(".gz").rpartition(".")[2]
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
    if kind == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        rows = parquet.read_table(io.BytesIO(raw)).to_pylist()
    elif kind == "jsonl":
        rows = [json.loads(line) for line in raw.decode().splitlines()]
    else:
        mark = "\t" if kind == "tsv" else ","
        rows = list(csv.DictReader(io.StringIO(raw.decode(), newline=""), delimiter=mark))
    return [
        {k: "" if v is None else f"{v:.4f}" if isinstance(v, float) else v for k, v in row.items()}
        for row in rows
    ]


def write_any(path, rows):
    kind = path.name.removesuffix(".gz").rpartition(".")[2]
    if kind == "parquet":
        pa = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        out = io.BytesIO()
        parquet.write_table(pa.Table.from_pylist(rows), out, row_group_size=2)
        data = out.getvalue()
    elif kind == "jsonl":
        data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    else:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), delimiter="\t" if kind == "tsv" else ",")
        writer.writeheader()
        writer.writerows(rows)
        data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


FORMATS = ["csv", "tsv.gz", "jsonl", "parquet", "csv.gz", "parquet.gz"]


@pytest.mark.parametrize("given", FORMATS)
@pytest.mark.parametrize("wanted", FORMATS)
def test_every_format_into_every_other(tmp_path, given, wanted):
    rows = [{"no": str(i), "text": t} for i, t in enumerate(TEXTS)]
    source = tmp_path / f"in.{given}"
    write_any(source, rows)
    target, summary = table(source, to=f"out.{wanted}", columns=COLUMNS)
    assert (summary.rows, summary.blank, summary.rejected) == (len(rows), 1, 0)
    out = read_any(target)
    inert = "sv" in wanted and "sv" not in given  # no formula becomes alive on the way
    for row, before in zip(out, rows, strict=True):
        text = safe_cell(before["text"]) if inert else before["text"]
        assert (row["no"], row["text"]) == (before["no"], text)
        expected = advice_cells(LEXICON_ONLY.classify(before["text"]), COLUMNS)
        score = expected.pop("score")
        assert row["score"] == ("" if score is None else f"{score:.4f}")
        for name, value in expected.items():
            said = "" if value is None else value
            assert row[name] == (safe_cell(said) if "sv" in wanted else said)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([source.name, target.name])


def test_the_packaged_model_decides(tmp_path, classifier):
    source = tmp_path / "in.csv"
    source.write_text(f'text\n"{TEXTS[0]}"\n', encoding="utf-8")
    target, summary = table(source, by=classifier)
    assert summary.counts == {"partisan": 1, "review": 0, "neutral": 0}
    assert list(read_csv(target)[0]) == ["text", *ADDED]


@pytest.mark.parametrize(
    ("raw", "start"),
    [
        # quotes nobody needs, spaces, line ends, line breaks in cells: all as they were
        (b'"a","text"\r\n "x" ,"hai"\r\n"1\r\n2",""\r\n', b'a,text,verdict\r\n "x" ,"hai",'),
        (b"a;text\n1,5;hai\n", b"a;text;verdict\n1,5;hai;"),
        (b"a|text\n1|hai", b"a|text|verdict\n1|hai|"),
        (b"verdict,text\n=1+1,hai\n", b"verdict,text,verdict_2\n=1+1,hai,"),
        (b"\xef\xbb\xbfa;text\n\xc3\xa9;hai\n", b"\xef\xbb\xbfa;text;verdict\n\xc3\xa9;hai;"),
        (b"a;text\n\xe9;hai\n", b"\xef\xbb\xbfa;text;verdict\n\xc3\xa9;hai;"),  # cp1252
        ("a\ttext\né\thai\n".encode("utf-16"), "\ufeffa\ttext\tverdict\né\thai\t".encode()),
    ],
)
def test_columns_of_a_csv_stay_as_they_stand(tmp_path, raw, start):
    source = tmp_path / "in.csv"
    source.write_bytes(raw)
    target, _ = table(source, columns=["verdict"])
    assert target.read_bytes().startswith(start)


def test_columns_of_json_lines_stay_as_they_stand(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{ "n":1.0,  "text":"a\\u00e9", "x":[1e5] }\n\n{"text":"b","verdict":3}\n')
    target, _ = table(source, to="out.jsonl", columns=["method", "verdict"])
    first, second = target.read_text(encoding="utf-8").splitlines()
    assert first.startswith('{ "n":1.0,  "text":"a\\u00e9", "x":[1e5], "method": "lexicon", "verd')
    assert json.loads(second) == {
        "text": "b", "verdict": 3, "method": "lexicon", "verdict_2": "neutral",
    }  # fmt: skip


def test_values_of_json_lines_become_cells(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"text":"a"}\n{"text":"b","x":{"k":[1,"é"]},"n":1.5,"y":null,"z":true}\n')
    target, _ = table(source, columns=["verdict"])
    first, second = read_csv(target)
    assert first == {"text": "a", "x": "", "n": "", "y": "", "z": "", "verdict": "neutral"}
    assert second["x"] == '{"k": [1, "é"]}'
    assert (second["n"], second["y"], second["z"]) == ("1.5", "", "true")


def test_parquet_keeps_types_and_rows_without_text(tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    given = pa.table(
        {
            "when": pa.array([0, 1, None], pa.timestamp("us", "UTC")),
            "text": pa.array(["hai", None, "hai"]).dictionary_encode(),
            "list": pa.array([[1], [], None]),
        }
    ).replace_schema_metadata({"by": "us"})
    parquet.write_table(given, tmp_path / "in.parquet")
    target, summary = table(tmp_path / "in.parquet", to="out.parquet")
    out = parquet.read_table(target)
    assert out.select(given.column_names).to_pylist() == given.to_pylist()
    assert [out.schema.field(n).type for n in ("when", "list", "score")] == [
        pa.timestamp("us", "UTC"), given.schema.field("list").type, pa.float64(),
    ]  # fmt: skip
    assert out.schema.metadata[b"by"] == b"us"
    assert (summary.rejected, summary.blank) == (0, 1)
    assert out["verdict"].to_pylist()[1] is None
    assert out["reasons"].to_pylist()[1] == "tidak ada teks"


def test_parquet_row_groups_are_joined(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    source = tmp_path / "in.csv"
    source.write_text("text\n" + "hai\n" * (3 * ROWS + 1))
    target, _ = table(source, to="out.parquet")
    file = parquet.ParquetFile(target)
    assert (file.metadata.num_rows, file.metadata.num_row_groups) == (3 * ROWS + 1, 1)


@pytest.mark.parametrize(
    ("content", "column", "words"),
    [({"text": [1]}, "text", "int64, not text"), ({"teks": ["a"]}, "text", "it has: teks")],
)
def test_parquet_without_texts(tmp_path, content, column, words):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table(content), tmp_path / "in.parquet")
    with pytest.raises(DataError, match=words):
        table(tmp_path / "in.parquet", column=column)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 is not enough")
    with pytest.raises(DataError, match=r"bad\.parquet is damaged"):
        table(tmp_path / "bad.parquet")


def test_parquet_without_pyarrow_names_the_extra(tmp_path, monkeypatch):
    (tmp_path / "in.csv").write_text("text\nhai\n")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'netralitas-nlp\[parquet\]'"):
        table(tmp_path / "in.csv", to="out.parquet")
    assert not part_of(tmp_path / "out.parquet").exists()


@pytest.mark.parametrize(
    ("name", "raw", "good", "lines"),
    [
        # short rows are rows
        ("in.csv", b"a,text\n1,x\n2\n3,y,z\n4,w,\n", ["x", "", "w"], [("4", "3 cells", "3,y,z")]),
        ("in.csv", "a,text\n1,é\n2,".encode() + b"\xff\x01=\n3,b\n", ["é", "b"],
         [("3", "bytes that are not UTF-8", "2,\\xff\\x01=")]),
        # an open quote costs its own row only
        ("in.csv", b'a,text\n1,"x\n2,y\n3,"z"\n', ["y", "z"], [("2", "not valid CSV", '1,"x')]),
        ("in.csv", b'a,text\n1,y\n2,"z\n', ["y"], [("3", "not valid CSV", '2,"z')]),
        ("in.csv", b'a,text\n"=1\n2",y,z\n4,v\n', ["v"], [("2", "3 cells", '"=1\\x0a2",y,z')]),
        ("in.csv", b"a,text\n=cmd(),x,y\n4,v\n", ["v"], [("2", "3 cells", "'=cmd()")]),
        ("in.csv", b"\xff\xfe" + "a;text\n1;x\n".encode("utf-16-le") + b"2\x00;\x00\x00\xd8\n\x00", ["x"],
         [("3", "bytes that are not UTF-16", "2;\\x00\\xd8")]),
        ("in.jsonl", b'{"text":"x"}\nno\n[1]\n{"a":1}\n{"text":null}\n{"text":5}\n{"text":"\\ud83d"}\n'
         b'{"text":"\xff"}\n' + b"[" * 5000 + b"\n" + b'{"text":"w"}', ["x", "", "", "5", "w"],
         [("2", "not valid JSON", "no"), ("3", "not a JSON object", "[1]"),
          ("7", "not Unicode", ""), ("8", "not UTF-8", ""),
          ("9", "not valid JSON", "[[[")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("to", ["out.csv", "out.jsonl"])
def test_rows_that_cannot_be_read_go_aside(tmp_path, name, raw, good, lines, to):
    source = tmp_path / name
    source.write_bytes(raw)
    target, summary = table(source, to=to, language="en")
    found = read_csv(target, ";" if b";" in raw else ",") if to == "out.csv" else read_any(target)
    assert [str(row.get("text") or "") for row in found] == good
    assert summary.rejected == len(lines)
    aside = read_csv(summary.rejected_path)
    assert list(aside[0]) == ["line", "reason", "raw"]
    for row, (line, reason, start) in zip(aside, lines, strict=True):
        assert row["line"] == line
        assert reason in row["reason"]
        assert row["raw"].startswith(start)
        assert len(row["raw"]) < 1100
    table(source, to=to, restart=True, column="text")  # an old table of rejects is replaced
    good_source = tmp_path / "good.csv"
    good_source.write_text("text\nhai\n")
    with pytest.raises(DataError, match="--force"):
        table(good_source, to=to)
    table(good_source, to=to, force=True)
    assert not summary.rejected_path.exists()


def test_repeats_are_scored_once(tmp_path, monkeypatch):
    seen = []
    plain = Classifier.classify_many
    monkeypatch.setattr(
        Classifier, "classify_many", lambda self, texts: plain(self, seen.append(texts) or texts)
    )
    (tmp_path / "in.csv").write_text("text\n" + "hai\nhalo\n" * 40)
    _, summary = table(tmp_path / "in.csv")
    assert seen == [["hai", "halo"]]
    assert summary.rows == 80


def big(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("no,text\n")
        file.writelines(
            f'{i},"{TEXTS[i % 5]} {i % 97}"\n' if i % 50 else f"{i},x,y\n" for i in range(rows)
        )
    return path


def test_jobs_do_not_change_a_byte(tmp_path):
    source = big(tmp_path / "in.csv", 3 * ROWS)
    one, first = table(source, to="one.csv.gz")
    two, second = table(source, to="two.csv.gz", jobs=2)
    assert one.read_bytes() == two.read_bytes()
    assert first.counts == second.counts
    assert [r["no"] for r in read_csv(two)] == [str(i) for i in range(3 * ROWS) if i % 50]


class StopError(Exception):
    pass


def stopped_run(source, to, rows, **more):
    def tell(progress):
        assert 0 <= progress.share <= 1
        if progress.rows >= rows:
            raise StopError

    with pytest.raises(StopError):
        table(source, to=to, tell=tell, **more)


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "jsonl", "parquet"])
def test_a_stopped_run_goes_on_to_the_same_bytes(tmp_path, kind):
    source = big(tmp_path / "in.csv", 6 * ROWS)
    whole, _ = table(source, to=f"whole.{kind}")
    stopped_run(source, f"out.{kind}", 2 * ROWS)
    part = part_of(tmp_path / f"out.{kind}")
    with pytest.raises(DataError, match="--resume, or begin again by --restart"):
        table(source, to=f"out.{kind}")
    with (part / "body").open("ab") as file:  # what a killed run had written after its last line
        file.write(b"half a row")
    with (part / "journal").open("ab") as file:
        file.write(b'{"chunks": 99')
    stopped_run(source, f"out.{kind}", 4 * ROWS, resume=True)
    target, summary = table(source, to=f"out.{kind}", resume=True)
    assert target.read_bytes() == whole.read_bytes()
    aside = rejected_path(tmp_path / f"whole.{kind}")
    assert summary.rejected_path.read_bytes() == aside.read_bytes()
    assert summary.rows + summary.rejected == 6 * ROWS
    assert not part.exists()


def test_a_run_killed_while_it_put_files_in_place(tmp_path, monkeypatch):
    source = big(tmp_path / "in.csv", ROWS)
    whole, _ = table(source, to="whole.csv")
    for failing in ("replace", "unlink"):  # before, and after the output has its name
        with monkeypatch.context() as patch:
            patch.setattr(Path, failing, lambda *a, **k: (_ for _ in ()).throw(StopError))
            with pytest.raises(StopError):
                table(source, restart=True)
        target, summary = table(source, resume=True)
        assert target.read_bytes() == whole.read_bytes()
        assert summary.rows + summary.rejected == ROWS
        assert (tmp_path / "out.rejected.csv").exists()
        assert not part_of(target).exists()


@pytest.mark.parametrize("change", ["input", "options", "model"])
def test_resume_refuses_what_has_changed(tmp_path, change):
    source = big(tmp_path / "in.csv", 3 * ROWS)
    stopped_run(source, "out.csv", ROWS)
    more = {}
    if change == "input":
        raw = source.read_bytes()
        source.write_bytes(raw[:-2] + b"x\n")
    elif change == "options":
        more = {"columns": ["score"]}
    else:
        more = {"by": Classifier(None, LEXICON_ONLY.lexicon.at("2024-02-01"))}
    with pytest.raises(DataError, match=f"{change}.*changed.*--restart"):
        table(source, resume=True, **more)
    target, _ = table(source, restart=True, **more)
    assert target.exists()


def test_two_runs_do_not_share_a_part(tmp_path):
    pytest.importorskip("fcntl")
    source = big(tmp_path / "in.csv", 2 * ROWS)
    refused = []

    def tell(progress):
        if not refused:
            with pytest.raises(DataError, match="another process is writing"):
                table(source, resume=True)
            refused.append(True)

    table(source, tell=tell)
    assert refused


def test_resume_without_a_part_begins(tmp_path):
    source = big(tmp_path / "in.csv", 10)
    target, _ = table(source, resume=True)
    assert len(read_csv(target)) == 9


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_damaged_gzip_file_is_named(tmp_path, kind):
    source = tmp_path / f"in.{kind}.gz"
    write_any(source, [{"no": str(i), "text": f"{os.urandom(20).hex()}"} for i in range(3 * ROWS)])
    source.write_bytes(source.read_bytes()[:-2000])
    with pytest.raises(DataError, match=r"cannot read .*in\."):
        table(source)


def test_the_input_is_not_overwritten(tmp_path):
    source = big(tmp_path / "in.csv", 10)
    with pytest.raises(DataError, match="is the input itself"):
        table(source, to="in.csv")


def test_rows_too_long_are_put_aside(tmp_path, monkeypatch):
    for module in ("delimited", "jsonrows"):
        monkeypatch.setattr(f"netralitas_nlp.tables.{module}.MAX_LETTERS", 1000)
    long = "hai, " * 500
    for name, raw in {
        "a.csv": f'id,text\n1,pagi\n2,"{long}"\n3,siang\n4,"{long}\n{long}"\n5,sore\n',
        "b.jsonl": '{"text": "pagi"}\n{"text": "'
        + long
        + '"}\n{"text": "siang"}\n{"text": "sore"}',
        "c.json": json.dumps([{"text": t} for t in ("pagi", long, "siang", "sore")]),
    }.items():
        (tmp_path / name).write_text(raw)
        target, summary = table(tmp_path / name, to="out.csv", force=True, columns=["verdict"])
        assert [row["text"] for row in read_csv(target)] == ["pagi", "siang", "sore"], name
        reasons = [row["reason"] for row in read_csv(summary.rejected_path)]
        assert reasons and all("1.000 huruf" in reason for reason in reasons), reasons


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signals_leave_the_part_and_say_so(tmp_path, number, code):
    source = big(tmp_path / "in.csv", 120 * ROWS)
    command = [SCRIPT, "classify", source, "-o", "out.csv", "--model", "none", "--lang", "en"]
    run = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    journal = part_of(tmp_path / "out.csv") / "journal"
    until = time.monotonic() + 60
    while not (journal.exists() and journal.stat().st_size):
        assert run.poll() is None and time.monotonic() < until
        time.sleep(0.02)
    run.send_signal(number)
    _, said = run.communicate(timeout=60)
    assert run.returncode == code, said
    assert said.startswith("netralitas: stopped; ")
    assert said.rstrip().endswith("--resume")
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "out.csv").exists()


def test_killed_and_resumed():
    script = TOP / "benchmarks" / "kill_resume.py"
    small = ["--kills", "3", "--rows", "3000", "--jobs", "1", "--kind", "csv.gz", "--model", "none"]
    command = [sys.executable, script, *small]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "3 kills" in done.stdout


def test_one_text_in_every_row_is_judged_once(tmp_path, monkeypatch):
    judged = []
    many = Classifier.classify_many
    monkeypatch.setattr(
        Classifier, "classify_many", lambda self, texts: many(self, judged.extend(texts) or texts)
    )
    source = tmp_path / "in.csv"
    source.write_text("text\n" + "hujan lagi\n" * (3 * ROWS) + "panas\n", encoding="utf-8")
    _, summary = table(source)
    assert (summary.rows, judged) == (3 * ROWS + 1, ["hujan lagi", "panas"])
