"""Errors in Indonesian: the table holds every message of the source, and no other."""

from __future__ import annotations

import ast

import pytest

from conftest import TOP, growing
from netralitas_nlp.base.assets import read_table
from netralitas_nlp.say.wording import SLOT, in_language, place_in

PACKAGE = TOP / "src" / "netralitas_nlp"
ROWS = read_table(TOP / "data" / "text" / "errors.csv", ("where", "en", "id"))
# Called by programs and notebooks only; their users read English.
NOT_OF_THE_COMMAND = {"spark.py", "explore.py", "markup.py", "pictures.py", "classifier.py"}
OURS = {"AssetError", "DataError", "LexiconError", "ModelError", "NetralitasError", "StemmerError"}
# Raised for another error, whose message names it in brackets.
INSIDE = {"weights.py": "ValueError", "vectorizer.py": "ValueError", "report.py": "ValueError"}
INSIDE |= {"gate.py": "ValueError", "evaluation.py": "ValueError", "rules.py": "ValueError"}
MADE_OF_OTHERS = {"{1}: {2}", "{1}{2}{3}"}


def template(node):
    """A message as the table has it, or None where it is not written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    out, slots = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            out += part.value
        else:
            slots += 1
            out += f"{{{slots}}}"
    return out


def messages():
    """Every message of the source, with the file and the kind of error."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                kind = getattr(node.func, "id", "")
                said = template(node.args[0])
                if kind in OURS | {"ValueError"} and said is not None and " " in said:
                    yield path.name, kind, said


def unmarked(message):
    """A message of the table as the source has it."""
    return SLOT.sub(r"{\1}", message)


def test_every_message_of_the_command_is_in_the_table():
    known = {unmarked(row["en"]) for row in ROWS} | MADE_OF_OTHERS
    missing = [
        (file, said)
        for file, kind, said in messages()
        if file not in NOT_OF_THE_COMMAND and INSIDE.get(file) != kind and said not in known
    ]
    assert not missing


def test_the_table_holds_no_message_of_the_past():
    known = {said for _, _, said in messages()}
    ours = [unmarked(r["en"]) for r in ROWS if r["where"] == "raise"]
    assert not [message for message in ours if message not in known]
    source = "\n".join(p.read_text(encoding="utf-8") for p in sorted(PACKAGE.rglob("*.py")))
    parts = [SLOT.split(r["en"])[::3] for r in ROWS if r["where"] == "part"]
    assert not [words for words in parts if not all(word in source for word in words)]


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["en"][:40])
def test_a_message_keeps_what_is_filled_in(row):
    assert sorted(SLOT.findall(row["en"])) == sorted(SLOT.findall(row["id"]))

    def filled(message):
        return SLOT.sub(lambda m: m[1] * 3 if m[2] == "#" else f"<{m[1]}>", message)

    assert in_language(filled(row["en"]), "id") == filled(row["id"])
    assert in_language(filled(row["en"]), "en") == filled(row["en"])


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("cannot write a.csv: No such file or directory",
         "tidak dapat menulis a.csv: berkas atau folder tidak ada"),
        ("b.csv:line 4: label 'mungkin' is none of partisan, neutral, unsure",
         "b.csv:baris 4: label 'mungkin' tidak dikenal; yang ada: partisan, neutral, unsure"),
        ("laporan, line 3.csv has no rows", "laporan, line 3.csv tidak punya baris"),
        ("no row has the label 'x:row 2': both labels are needed to train",
         "tidak ada baris berlabel 'x:row 2': kedua label diperlukan untuk melatih"),
        ("c.csv: this is a workbook or zip file, not a table of text; save it as CSV (UTF-8)",
         "c.csv: ini buku kerja atau berkas zip, bukan tabel teks; simpan sebagai CSV (UTF-8)"),
        ("no model.json in the input: not a model folder; rebuild it with 'netralitas train "
         "data/captions --out models/default'",
         "tidak ada model.json di the input: bukan folder model; buat ulang dengan 'netralitas "
         "train data/captions --out models/default'"),
        ("cannot read e.csv: No such file or directory; 70 rows are kept in .e: go on by --resume, "
         "or begin again by --restart",
         "tidak dapat membaca e.csv: berkas atau folder tidak ada; 70 baris tersimpan di .e: "
         "lanjutkan dengan --resume, atau mulai dari awal dengan --restart"),
        ("a process that classified was ended from outside (is the memory full?); try a smaller "
         "--jobs; 5120 rows are kept in .e: go on by --resume, or begin again by --restart",
         "proses yang mengklasifikasi dihentikan dari luar (memori penuh?); coba --jobs yang lebih "
         "kecil; 5120 baris tersimpan di .e: lanjutkan dengan --resume, atau mulai dari awal dengan "
         "--restart"),
        ("cannot go on with .o: the input and the options changed since; put it back as it was, or "
         "begin again by --restart",
         "tidak dapat melanjutkan .o: berkas masukan dan opsi perintah sudah berubah; kembalikan "
         "seperti semula, atau mulai dari awal dengan --restart"),
        ("d.csv:line 2: category 'beritaa' is none of berita, harian; did you mean 'berita'?",
         "d.csv:baris 2: kategori 'beritaa' tidak dikenal; yang ada: berita, harian; maksud Anda "
         "'berita'?"),
        ("something no table knows", "something no table knows"),
        ("", ""),
        (": : : :", ": : : :"),
    ],
)  # fmt: skip
def test_messages_inside_messages(english, indonesian):
    assert in_language(english, "id") == indonesian


def test_places_end_in_a_number():
    assert place_in("a.xlsx:row 12", "id") == "a.xlsx:baris 12"
    assert place_in("a.json:item 1", "id") == "a.json:butir 1"
    assert place_in("a, line 3.csv", "id") == "a, line 3.csv"


@pytest.mark.parametrize(
    "unit", ["x has no column ", ": ", "; ", "{1}", ", line 3", "'a' is none of ", " and "]
)
def test_time_grows_as_the_message_does(unit):
    def run(text):
        in_language(text, "id")

    assert growing(run, unit * 10_000, unit * 40_000, 0.02) < 8
