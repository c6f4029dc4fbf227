"""The checker of lexicon files: what it names, where, and what it lets pass."""

from __future__ import annotations

import csv
import unicodedata

import pytest

from conftest import TOP
from netralitas_nlp import Lexicon, LexiconError
from netralitas_nlp.read.checks import check
from netralitas_nlp.read.entries import COLUMNS
from test_cli import run

FOLDER = TOP / "data" / "lexicon"
GOOD = dict.fromkeys(COLUMNS, "") | {
    "id": "person-good",
    "kind": "person",
    "name": "Xena Warta",
    "forms": "xena warta",
    "source": "https://example.org/",
}


def write(path, *rows, columns=COLUMNS):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(GOOD | row for row in rows)
    return path


def errors(problems):
    return [p for p in problems if p.level == "error"]


BAD_ROWS = [
    ("error", {"kind": "persn"}, ["kind 'persn'", "did you mean 'person'?"]),
    ("error", {"kind": "zzz"}, ["kind 'zzz'", "allowed: slogan, ticket, person"]),
    ("error", {"kind": ""}, ["kind ''", "allowed: "]),
    ("error", {"needs": "titel"}, ["needs 'titel'", "'title'"]),
    ("error", {"needs": "name|stanse"}, ["needs 'stanse'", "'stance'"]),
    ("error", {"case": "lower"}, ["case 'lower'", "any, capital, upper"]),
    ("error", {"direction": "up"}, ["direction 'up'", "for, against, none"]),
    ("error", {"category": "dukung"}, ["category 'dukung'", "'dukungan'"]),
    ("error", {"category": "berita"}, ["category 'berita'", "ajakan, dukungan"]),
    ("error", {"kind": "cue", "name": "titel"}, ["cue class 'titel'", "'title'"]),
    ("error", {"kind": "cue", "name": ""}, ["cue class ''", "party_word"]),
    ("warning", {"name": ""}, ["the name is missing"]),
    ("error", {"forms": ""}, ["no form"]),
    ("error", {"forms": " | "}, ["no form"]),
    ("warning", {"forms": "xena warta|warta xena|xena warta"}, ["'xena warta'", "twice"]),
    ("warning", {"forms": "xena warta|Xena Warta"}, ["'Xena Warta'", "twice"]),
    ("error", {"id": ""}, ["the id is missing"]),
    ("error", {"id": "Person_Bad"}, ["'Person_Bad'", "a-z, 0-9"]),
    ("error", {"id": "person-good"}, ["'person-good' is used already", "bad.csv, line 2"]),
    ("warning", {"id": "person-joko-widodo"}, ["person-joko-widodo", "replaces"]),
    ("error", {"forms": "m3nang xena"}, ["'m3nang xena'", "read as 'menang xena'"]),
    ("error", {"forms": "nomor2xena|pilih02"}, ["'pilih02'", "read as 'pilih 02'"]),
    ("error", {"forms": "x e n a"}, ["'x e n a'", "read as 'xena'"]),
    ("error", {"forms": "#xena warta"}, ["'#xena warta'", "read as '#xena'"]),
    ("error", {"forms": "#" + "xena" * 11}, ["read as '#xenaxena"]),
    ("error", {"forms": "https://x.id/a"}, ["read as '<url>'", "any other link"]),
    ("error", {"forms": "!!"}, ["'!!'", "read as ''"]),
    ("error", {"forms": "harimau"}, ["'harimau'", "everyday word", "needs"]),
    ("error", {"forms": "harimau", "case": "upper"}, ["'harimau'", "everyday word"]),
    ("error", {"forms": "dengan", "kind": "group"}, ["'dengan'", "everyday word"]),
    ("error", {"forms": "kampanye", "kind": "slogan"}, ["'kampanye'", "everyday word"]),
    ("warning", {"forms": "harimau", "blocks": "hutan"}, ["'harimau'", "only blocks"]),
    ("error", {"forms": "xena " * 21 + "x"}, ["106 letters, more than 100"]),
    ("error", {"blocks": "_"}, ["'_' in blocks", "bayar _"]),
    ("error", {"blocks": "hutan|!!"}, ["'!!' in blocks"]),
    ("error", {"blocks": "di _ dan _"}, ["'di _ dan _' in blocks"]),
    ("error", {"source": ""}, ["the source is missing"]),
    ("warning", {"source": "", "kind": "tone"}, ["the source is missing"]),
    ("error", {"valid_from": "14/2/2024"}, ["valid_from '14/2/2024'", "2024-02-14"]),
    ("error", {"valid_to": "2023-02-29"}, ["valid_to '2023-02-29'"]),
    ("error", {"valid_from": "20240214"}, ["valid_from '20240214'"]),
    (
        "error",
        {"valid_from": "2024-02-14", "valid_to": "2024-02-13"},
        ["2024-02-13 is before valid_from 2024-02-14"],
    ),
    ("error", {"refers": "person-joko-widodoo"}, ["'person-joko-widodoo'", "person-joko-widodo'?"]),
    ("error", {"refers": "person-good|zzz"}, ["refers 'zzz'", "packaged lexicon"]),
    ("error", {"kind": "party", "number": "7"}, ["'7' of a party", "pemilu2024=1"]),
    ("error", {"kind": "party", "number": "pemilu2019=1,pemilu2024=1"}, ["of a party"]),
    ("error", {"kind": "ticket", "number": "nomor 2"}, ["'nomor 2' of a ticket", "digits"]),
    ("warning", {"number": "2"}, ["'2' has no effect on the kind 'person'"]),
]


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    """All bad rows in one file, checked once; problems by line."""
    rows = [{"id": f"person-bad-{n}"} | cells for n, (_, cells, _) in enumerate(BAD_ROWS)]
    path = write(tmp_path_factory.mktemp("bad") / "bad.csv", {}, *rows, {"id": "person-last"})
    by_line = {}
    for problem in check(path):
        by_line.setdefault(problem.line, []).append(problem)
    assert {p.file for problems in by_line.values() for p in problems} == {str(path)}
    return by_line


@pytest.mark.parametrize("number", range(len(BAD_ROWS)), ids=lambda n: "-".join(BAD_ROWS[n][1]))
def test_bad_rows_are_named_with_their_line(bad, number):
    level, cells, words = BAD_ROWS[number]
    (problem,) = bad[number + 3]
    assert problem.level == level
    assert problem.id == cells.get("id", f"person-bad-{number}")
    said = str(problem.message)
    assert all(word in said for word in words), said
    assert problem.message.in_language("id") != said


def test_nothing_else_is_named(bad):
    assert sorted(bad) == list(range(3, len(BAD_ROWS) + 3))


GOOD_ROWS = [
    {"forms": "harimau", "needs": "campaign"},
    {"forms": "harimau", "kind": "tone"},
    {"forms": "harimau sumatra"},
    {"forms": "#harimau", "kind": "slogan"},
    {"forms": "jokowi"},
    {"forms": "ma'ruf xena|maruf xena"},
    {"kind": "ticket", "number": "02"},
    {"kind": "party", "number": "pemilu2019=1|pemilu2024=11"},
    {"refers": "person-good|person-last|party-gerindra"},
    {"valid_from": "2024-02-14", "valid_to": "2024-02-14"},
    {"forms": "warta, dan xena"},
    {"forms": "✌️ xena", "kind": "gesture"},
    {"forms": "xena 2024|xena 123456"},
]


def test_good_rows_pass(tmp_path):
    rows = [{"id": f"person-{n}"} | cells for n, cells in enumerate(GOOD_ROWS)]
    path = write(tmp_path / "good.csv", {}, *rows, {"id": "person-last"})
    assert check(path) == []
    assert Lexicon.load(path)


def test_all_problems_of_all_files_in_order(tmp_path):
    one = write(tmp_path / "one.csv", {"kind": "hero"}, {"id": "X", "forms": "", "source": ""})
    two = write(tmp_path / "two.csv", {"id": "person-two", "case": "lower"}, {})
    found = check([two, one])
    assert [(p.file, p.line) for p in found] == [
        (str(two), 2), (str(one), 2), (str(one), 2), (str(one), 3), (str(one), 3), (str(one), 3),
    ]  # fmt: skip
    assert "two.csv, line 3" in str(found[2].message) or "two.csv, line 3" in str(found[1].message)
    assert check(tmp_path)[0].file == str(one)


def test_lines_are_those_of_the_file(tmp_path):
    path = write(tmp_path / "lines.csv", {"note": "one\ntwo"}, {"id": "b", "kind": "hero"})
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    path.write_text(text.replace("\nb,", "\n\nb,"), encoding="utf-8")
    assert [p.line for p in check(path)] == [5]


def test_columns_are_named(tmp_path):
    columns = [c for c in COLUMNS if c not in ("forms", "note")] + ["form"]
    path = write(tmp_path / "columns.csv", {}, columns=columns)
    missing, unknown = check(path)
    assert (missing.line, missing.level) == (1, "error")
    assert "forms, note" in str(missing.message)
    assert unknown.level == "warning"
    assert "'form'" in str(unknown.message)
    assert "'forms'" in str(unknown.message)
    path = write(tmp_path / "twice.csv", {}, columns=[*COLUMNS, "note"])
    (twice,) = check(path)
    assert "'note' is there twice" in str(twice.message)


def test_cells_and_empty_rows_are_counted(tmp_path):
    path = write(tmp_path / "cells.csv", {}, {"id": "c", "refers": "b"})
    with path.open("a", encoding="utf-8") as file:
        file.write("b,person,B,warta, xena,,,,,,,,,,,,,\n" + "," * (len(COLUMNS) - 1) + "\n")
    cells, empty = check(path)
    assert (cells.line, cells.id) == (4, "b")
    assert "18 cells where the header has 17" in str(cells.message)
    assert (empty.line, str(empty.message)) == (5, "the row is empty; delete it")


HEADER = ",".join(COLUMNS).encode() + b"\n"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"\xff\xfei\x00d\x00", 1, "not UTF-8"),
        (HEADER + b"a,person,Jos\xe9\n", 2, "not UTF-8"),
        (b"PK\x03\x04rest", 1, "workbook"),
        (HEADER.replace(b",", b";") + b"a;person\n", 1, "semicolons"),
        (HEADER.replace(b",", b"\t"), 1, "tabs"),
        (HEADER + b'a,person,"Xena\nb,person,\n', 2, "never closed"),
        (HEADER + b'a,person,"Xena" Warta,x\n', 2, "not valid CSV"),
        (HEADER + b"a,person,\0\n", 2, "not valid CSV"),
    ],
)
def test_a_damaged_file_is_one_error(tmp_path, data, line, words):
    path = tmp_path / "damaged.csv"
    path.write_bytes(data)
    # The other file is checked all the same, but for ids that may be in the damaged one.
    other = write(tmp_path / "other.csv", {"refers": "zzz", "case": "lower"})
    damaged, rest = check([path, other])
    assert (damaged.line, damaged.level) == (line, "error")
    assert words in str(damaged.message)
    assert "'lower'" in str(rest.message)


def test_an_empty_file_is_an_error(tmp_path):
    (tmp_path / "empty.csv").touch()
    (problem,) = check(tmp_path)
    assert (problem.line, problem.level) == (1, "error")
    assert "is empty" in str(problem.message)


def test_a_missing_file_is_an_error_of_the_call(tmp_path):
    with pytest.raises(LexiconError, match=r"no lexicon file .*none\.csv"):
        check(tmp_path / "none.csv")
    with pytest.raises(LexiconError, match=r"no \.csv file"):
        check(tmp_path)


def test_look_alike_forms_are_told_apart(tmp_path):
    form = unicodedata.normalize("NFC", "#휴머")
    (problem,) = check(write(tmp_path / "nfc.csv", {"forms": form}))
    assert r"\ud734" in str(problem.message)
    assert r"\u1112" in str(problem.message)


def test_the_shipped_lexicon_passes():
    found = check(FOLDER)
    assert errors(found) == []
    assert errors(check(sorted(FOLDER.glob("*.csv"))[0])) == []
    assert len(found) < 40, "warnings are to be read, so they must be few"


def test_a_copy_of_a_shipped_file_passes(tmp_path):
    copy = tmp_path / "people.csv"
    copy.write_bytes((FOLDER / "people.csv").read_bytes())
    assert errors(check(copy)) == []
    assert not [p for p in check(copy) if "replaces" in str(p.message)]


def test_what_is_refused_by_loading_is_an_error_here(tmp_path):
    for level, cells, _ in BAD_ROWS:
        path = write(tmp_path / "bad.csv", {}, {"id": "person-bad"} | cells)
        try:
            Lexicon.load(path)
        except LexiconError as error:
            assert level == "error", cells
            assert error.values["problem"] in [p.message for p in check(path)]


# --- the command


def test_command_check(tmp_path):
    good = write(tmp_path / "good.csv", {})
    done = run("lexicon", "check", good)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 kesalahan, 0 peringatan\n", "")

    bad = write(tmp_path / "bad.csv", {"id": "person-bad", "kind": "persn", "name": ""})
    done = run("lexicon", "check", good, bad)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{bad}:2  kesalahan  person-bad: kind 'persn' tidak dikenal; maksud Anda 'person'?",
        f"{bad}:2  peringatan  person-bad: name kosong; pembaca tidak akan melihat apa yang dimaksud",
        "1 kesalahan, 1 peringatan",
    ]
    assert "did you mean 'person'?" in run("lexicon", "check", bad, "--lang", "en").stdout

    done = run("lexicon", "check", tmp_path / "none.csv")
    assert done.returncode == 2
    assert (
        done.stderr.startswith("netralitas: berkas leksikon") and "tidak ditemukan" in done.stderr
    )
    assert len(done.stderr.splitlines()) == 1


def test_command_check_of_warnings_only(tmp_path):
    path = write(tmp_path / "warn.csv", {"name": ""})
    done = run("lexicon", "check", path)
    assert done.returncode == 0
    assert done.stdout.endswith("0 kesalahan, 1 peringatan\n")


def test_command_show():
    done = run("lexicon", "show", "prabowo")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Prabowo Subianto  person  person-prabowo-subianto"
    assert "Partai Gerakan Indonesia Raya (party-gerindra)" in done.stdout
    assert "  sumber    https://" in done.stdout
    assert sum(not line.startswith((" ", "…")) for line in lines) == 20
    assert lines[-1].startswith("… ")
    assert lines[-1].endswith(" entri lagi")


def test_command_show_reads_words_as_texts_are_read():
    done = run("lexicon", "show", "Prabowo-Gibran", "--lang", "en")
    assert done.stdout.startswith("Prabowo Subianto - Gibran Rakabuming Raka  ticket")
    assert "  number    2" in done.stdout
    done = run("lexicon", "show", "gerakan", "perubahan", "--lang", "en")
    assert "  in force  2023-10-19 – 2024-02-28" in done.stdout
    assert "  needs     campaign" in done.stdout


def test_command_show_of_something_unknown():
    done = run("lexicon", "show", "xqzzy")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "xqzzy: tidak ada di leksikon\n"
