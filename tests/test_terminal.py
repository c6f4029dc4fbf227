"""What a terminal gets: letters, whole lines, the words of errors; never a control character."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from conftest import TOP
from netralitas_nlp.base.catalogue import LANGUAGES
from netralitas_nlp.base.errors import MissingExtraError
from netralitas_nlp.base.extras import EXTRAS, extras
from netralitas_nlp.cli import app
from netralitas_nlp.cli.common import TextCommand, plain_errors
from netralitas_nlp.say.terminal import json_line, safe, visible

HOSTILE = "coblos \x1b]52;c;aGFsbw==\x07\x1b[2J\x9b31m\x85\u202enomor 2\u2066\u200f\x00 ya"
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def run(*arguments, stdin=None, **environment):
    code = "from netralitas_nlp.cli import main; main()"
    unset = ("COLUMNS", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code, *arguments],
        input=stdin,
        capture_output=True,
        env=kept | {"PYTHONIOENCODING": "utf-8"} | environment,
        check=False,
    )


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_unsafe_is_left_in_any_text(text):
    assert not UNSAFE.search(safe(text).replace("\r\n", ""))
    assert len(visible(text)) == len(text)
    assert json.loads(json_line(text)) == text
    assert not UNSAFE.search(json_line(text))


# \0 stands in no argument of a command line.
@pytest.mark.parametrize(
    "arguments",
    [
        ("classify", HOSTILE.replace("\0", "")),
        ("classify", "--json", HOSTILE.replace("\0", "")),
        ("classify", "-"),
        ("check", HOSTILE.replace("\0", "")),
        ("check", "--json", "-"),
        ("check", "-"),
        ("lexicon", "find", HOSTILE.replace("\0", "")),
        ("lexicon", "show", HOSTILE.replace("\0", "")),
        ("lexicon", "check", f"{HOSTILE[:20]}.csv"),
        ("check", f"--{HOSTILE[8:30]}"),
        ("check", "halo", "--act", HOSTILE.replace("\0", "")),
        ("check", "halo", "--model", HOSTILE[:20]),
        ("audit", "--cases", HOSTILE[:20]),
    ],
    ids=lambda a: a[0],
)
def test_no_command_lets_a_control_character_through(arguments):
    done = run(*arguments, stdin=HOSTILE.encode(), FORCE_COLOR="", TERM="dumb")
    printed = (done.stdout + done.stderr).decode("utf-8")
    assert "Traceback" not in printed
    assert printed.strip()
    assert not UNSAFE.search(printed)


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii", "utf-8"])
@pytest.mark.parametrize("arguments", [("classify", "-"), ("check", "--json", "-")])
def test_every_code_page_is_written_to(arguments, encoding):
    text = "Jangan lupa coblos nomor 2 ✌️ “ya” → menang"
    # Lines of texts are UTF-8 on every system; a draft comes as the terminal writes it.
    given = text.encode("utf-8" if "classify" in arguments else encoding, "replace")
    done = run(*arguments, stdin=given, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.decode(encoding)
    if "--json" in arguments:
        assert json.loads(printed)["verdict_name"] == "MEMIHAK"
    else:
        assert printed.startswith("MEMIHAK")


def test_a_pipe_gets_whole_words():
    text = "Debat kandidat semalam ramai dibahas warga " * 8
    printed = run("classify", "-", stdin=text.encode()).stdout.decode()
    assert text.strip() in printed.splitlines()[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("-1 buat kebijakan ini",),
        ("--json", "-1 buat kebijakan ini"),
        ("-- begitu katanya", "--json"),
    ],
)
def test_a_text_may_begin_with_a_dash(arguments):
    command = typer.Typer()
    seen = []

    @command.command(cls=TextCommand)
    def judge(text: list[str], as_json: bool = typer.Option(False, "--json")):
        seen.append((text, as_json))

    assert CliRunner().invoke(command, arguments).exit_code == 0
    wanted = [a for a in arguments if " " in a]
    assert seen == [(wanted, "--json" in arguments)]


def test_a_word_that_is_no_option_is_told_where_to_stand():
    done = run("check", "-mantap")
    assert done.returncode == 2
    assert "netralitas classify -- '" in done.stderr.decode()
    assert run("check", "--json", "--", "-mantap").returncode == 0


@pytest.mark.parametrize("error", [TypeError("x"), KeyError("x"), ZeroDivisionError("x")])
def test_a_bug_is_shown_as_a_bug(error):
    with pytest.raises(type(error)), plain_errors("id"):
        raise error


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_of_the_system_is_said_with_its_file(language, capsys):
    with pytest.raises(typer.Exit), plain_errors(language):
        raise PermissionError(13, "Permission denied", "laporan\x1b[2J.csv")
    wanted = {"id": "laporan␛[2J.csv: akses ditolak", "en": "laporan␛[2J.csv: Permission denied"}
    assert capsys.readouterr().err == f"netralitas: {wanted[language]}\n"


@pytest.mark.parametrize("module", sorted(EXTRAS))
def test_a_missing_library_is_said_with_the_line_that_installs_it(module, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError) as caught, extras():
        __import__(module)
    assert isinstance(caught.value, MissingExtraError)
    assert f"pip install 'netralitas-nlp[{EXTRAS[module]}]'" in str(caught.value)
    with pytest.raises(typer.Exit), plain_errors("id"):
        __import__(module)
    assert f"netralitas: bagian ini memerlukan {module}; pasang dengan:" in capsys.readouterr().err


def test_a_missing_library_of_no_extra_is_a_bug():
    with pytest.raises(ModuleNotFoundError, match="no_such_module"), plain_errors("id"):
        __import__("no_such_module")


def test_every_command_asks_for_help_without_a_heavy_library():
    code = (
        "import sys\n"
        "for name in ('pandas', 'sklearn', 'scipy', 'joblib', 'pyarrow'): sys.modules[name] = None\n"
        "from netralitas_nlp.cli import main; main()"
    )

    def without(*arguments):
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, check=False, text=True
        )

    for arguments in (["check", "Cek DPT"], ["train", "--help"], ["classify", "Cek DPT"]):
        assert without(*arguments).returncode == 0
    for arguments in (
        ["audit"],
        ["train", "a.csv", "--out", "model"],
        ["suggest", "a.csv", "-n", "2", "-o", "b.csv"],
    ):
        done = without(*arguments, "--lang", "en")
        assert done.returncode == 2
        assert (
            done.stderr
            == "netralitas: this needs pandas; install it by: pip install 'netralitas-nlp[train]'\n"
        )
    assert CliRunner().invoke(app, ["--help"]).exit_code == 0


def test_every_extra_brings_what_it_is_said_to_bring():
    declared = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {"sklearn": "scikit-learn", "python_multipart": "python-multipart"}
    for module, extra in EXTRAS.items():
        brought = " ".join(declared["optional-dependencies"][extra])
        assert named.get(module, module) in brought
    light = " ".join(declared["dependencies"])
    assert not [m for m in EXTRAS if named.get(m, m) in light]


def test_explain_reads_a_text_from_a_file_or_standard_input(tmp_path):
    draft = tmp_path / "draf.txt"
    draft.write_text("Bayar PBB di kantor pos", encoding="utf-8")
    from_file = run("explain", str(draft))
    assert from_file.stdout == run("explain", "-", stdin=draft.read_bytes()).stdout
    printed = from_file.stdout.decode()
    assert printed.startswith("NETRAL")
    assert "Partai Bulan Bintang · tidak dihitung: didahului “bayar”" in printed
    assert run("explain", str(tmp_path / "draf.csv")).returncode == 0  # not there: a text
    (tmp_path / "draf.csv").write_text("text\ncoblos\n", encoding="utf-8")
    assert run("explain", str(tmp_path / "draf.csv")).returncode == 2


def test_where_there_is_no_text_no_verdict_and_no_score_are_shown():
    printed = run("classify", "-", stdin=b" \ncek DPT ya\n").stdout.decode().splitlines()
    assert printed[0].split() == ["TIDAK", "ADA", "TEKS"]
    assert printed[1].startswith("NETRAL")
    assert run("classify", "").stdout.decode().splitlines()[0] == "TIDAK ADA TEKS"


@pytest.mark.parametrize("path", sorted((TOP / "src/netralitas_nlp/cli").glob("*.py")), ids=str)
def test_what_prints_is_safe(path):
    """Commands print by `line`, `print_json` and `SafeConsole` only."""
    if path.name != "common.py":
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![.\w])(print|Console|echo|secho)\(", text)
