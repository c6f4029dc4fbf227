"""The command, run as a process; and the wheel, installed outside the checkout."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import TOP

SCRIPT = Path(sys.executable).with_name("netralitas")


def run(*args, stdin=None, cwd=None):
    return subprocess.run(
        [str(SCRIPT), *map(str, args)],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "120"},
        check=False,
    )


def test_one_text():
    done = run("classify", "Ayo coblos nomor 2, menangkan Prabowo-Gibran!")
    assert done.returncode == 0
    assert done.stdout.startswith("MEMIHAK")
    assert "saran tentang teksnya" in " ".join(done.stdout.split())
    assert done.stderr == ""


def test_english():
    done = run("classify", "hujan lagi", "--lang", "en")
    assert done.stdout.startswith("NEUTRAL")
    assert "advice about the text" in " ".join(done.stdout.split())


def test_lexicon_only():
    assert "leksikon saja" in run("classify", "dukung Prabowo", "--model", "none").stdout


def test_json_lines_from_stdin_keep_their_order():
    texts = ["coblos nomor 2", "", "hujan lagi"]
    done = run("classify", "-", "--json", stdin="\n".join(texts) + "\n")
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == texts


def test_a_table_keeps_every_row_and_column(tmp_path):
    rows = [
        {"no": "1", "caption": 'kata "dia", gitu\nbaris dua', "lain": "=1+1"},
        {"no": "2", "caption": "coblos nomor 2 menangkan Prabowo-Gibran", "lain": ""},
        {"no": "3", "caption": "", "lain": "é"},
    ]
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done = run("classify", source, "--text-column", "caption", "-o", target)
    assert done.returncode == 0, done.stderr
    with target.open(encoding="utf-8", newline="") as file:
        out = list(csv.DictReader(file))
    assert [{k: r[k] for k in rows[0]} for r in out] == rows
    assert [r["verdict"] for r in out][1] == "partisan"
    assert list(out[0])[-4:] == ["verdict", "score", "category", "reasons"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.parametrize(
    ("args", "content", "words"),
    [
        (["classify", "{f}", "-o", "o.csv"], "a,b\n1,2\n", ["no column 'text'", "a, b", "--text-column"]),
        (["classify", "{f}"], "text\nhalo\n", ["add -o hasil.csv"]),
        (["classify", "{f}", "-o", "o.csv"], "", ["no rows"]),
        (["classify", "{f}", "-o", "o.csv", "--columns", "verdikt"], "text\nx\n", ["'verdikt'", "reasons"]),
        (["classify", "{f}", "-o", "o.csv", "--jobs", "0"], "text\nx\n", ["--jobs 0"]),
        (["classify", "{f}", "-o", "o.csv", "--resume", "--restart"], "text\nx\n", ["choose one"]),
        (["classify", "{f}", "-o", "o.doc"], "text\nx\n", [".doc", ".parquet"]),
        (["classify", "none.csv", "-o", "o.csv"], None, ["no file none.csv"]),
        (["classify", "{f}", "-o", "no/where/o.csv"], "text\nhalo\n", ["cannot write"]),
        (["classify", "x.xlsx", "-o", "o.csv"], None, ["no file x.xlsx"]),
        (["classify", "halo", "-o", "o.csv"], None, ["-o goes with"]),
        (["classify", "halo", "--model", "nowhere"], None, ["no model.json", "netralitas train"]),
        (["explain", "halo", "--model", "nowhere"], None, ["no model.json"]),
        (["classify", "{f}", "{f}", "-o", "o.csv"], "text\nhalo\n", ["one file at a time"]),
        (["classify", "notes.txt"], None, ["notes.txt is a file", "add -o"]),
        (["classify", "{f}", "--json", "-o", "o.csv"], "text\nhalo\n", ["--json goes with"]),
        (["classify", "{f}", "-o", "."], "text\nhalo\n", ["is none of .csv"]),
        (["train", "{f}", "--out", "notes.txt"], "text,label\nhalo,neutral\n", ["is a file"]),
        (["train", "{f}", "--out", "m"], "text,label\nhalo,dunia,neutral\n", ["line 2: 3 cells"]),
        (["train", "nowhere", "--out", "m"], None, ["no file or folder nowhere"]),
    ],
)  # fmt: skip
def test_errors_are_one_line_and_exit_2(tmp_path, args, content, words):
    path = tmp_path / "f.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("halo", encoding="utf-8")
    before = sorted(p.name for p in tmp_path.iterdir())
    done = run(*[a.format(f=path) for a in args], "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("netralitas: ")
    assert all(word in done.stderr for word in words), done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == before, "nothing half-written is left"


def test_cells_that_are_hard_to_keep(tmp_path):
    source, target, again = (tmp_path / n for n in ("in.csv", "out.csv", "again.csv"))
    source.write_bytes(b'text\n"a\rb"\n\n"x, ""y"""\n')
    assert run("classify", source, "-o", target).returncode == 0
    assert run("classify", target, "-o", again).returncode == 0
    with again.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [r[0] for r in rows] == ["text", "a\rb", "", 'x, "y"']
    assert rows[0][1:] == ["verdict", "score", "category", "reasons",
                           "verdict_2", "score_2", "category_2", "reasons_2"]  # fmt: skip


def test_output_keeps_links_and_leaves_devices_alone(tmp_path):
    source, real, link = (tmp_path / n for n in ("in.csv", "real.csv", "link.csv"))
    source.write_text("text\nhalo\n", encoding="utf-8")
    real.write_text("text,verdict\nhalo,old\n", encoding="utf-8")
    link.symlink_to(real)
    assert run("classify", source, "-o", link).returncode == 0
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8").startswith("text,verdict")
    done = run("classify", source, "-o", "/dev/null")
    assert done.returncode == 2
    assert "/dev/null" in done.stderr
    assert not Path("/dev/null").is_file()


def test_a_reader_that_goes_away_is_no_error():
    command = f"yes halo | head -n 3000 | {SCRIPT} classify - | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("NETRAL")
    assert "Traceback" not in done.stderr


def test_explain_lists_words_that_add_up():
    done = run("explain", "Bayar PBB sebelum tanggal 30")
    assert "tidak dihitung: didahului “bayar”" in done.stdout
    assert "titik awal" in done.stdout


def test_lexicon_find():
    done = run("lexicon", "find", "kader PKS dan SKB Nomor 2 Tahun 2022")
    assert "Partai Keadilan Sejahtera" in done.stdout
    assert "[tidak dihitung: menjadi bagian dari nomor peraturan]" in done.stdout


def test_version():
    import netralitas_nlp

    assert run("--version").stdout.strip() == netralitas_nlp.__version__


def test_demo_sample_has_all_three_verdicts():
    text = (TOP / "data" / "sample.txt").read_text(encoding="utf-8")
    done = run("classify", "-", "--json", stdin=text)
    assert {json.loads(line)["verdict"] for line in done.stdout.splitlines()} == {
        "partisan", "review", "neutral",
    }  # fmt: skip


def test_installed_wheel_classifies_outside_the_checkout(tmp_path):
    wheels = tmp_path / "wheels"
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
             "--disable-pip-version-check", "-w", str(wheels), str(TOP)]  # fmt: skip
    subprocess.run(build, check=True, capture_output=True, text=True)
    (wheel,) = wheels.glob("*.whl")
    place = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(place),
               "--disable-pip-version-check", str(wheel)]  # fmt: skip
    subprocess.run(install, check=True, capture_output=True, text=True)
    code = (
        "import netralitas_nlp as n; print(n.__file__);"
        "print(n.classify('Ayo menangkan Prabowo-Gibran, coblos nomor 2').verdict)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(place)},
    )
    where, verdict = done.stdout.split()
    assert Path(where).is_relative_to(place)
    assert verdict == "partisan"
    script = place / "bin" / "netralitas"
    done = subprocess.run(
        [sys.executable, str(script), "classify", "hujan lagi"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(place)},
    )
    assert done.stdout.startswith("NETRAL")


def test_a_link_to_itself_is_one_line(tmp_path):
    link = tmp_path / "l.csv"
    link.symlink_to(link)
    (tmp_path / "in.csv").write_text("text\nhalo\n", encoding="utf-8")
    done = run("classify", tmp_path / "in.csv", "-o", link)
    assert done.returncode == 2
    assert done.stderr.startswith("netralitas: ") and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["classify", "check"])
def test_no_standard_input_is_said(command):
    done = subprocess.run(
        ["/bin/sh", "-c", f"'{SCRIPT}' {command} - <&-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("netralitas: tidak ada masukan standar")
