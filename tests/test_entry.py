"""The commands begin and end without a word under Ctrl-C."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from conftest import TIMES, TRIED

COMMAND = [sys.executable, "-m", "netralitas_nlp"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of a process group")


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import sys, netralitas_nlp; print([m for m in sys.modules if m.startswith('netralitas')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['netralitas_nlp']"


def test_ctrl_c_while_the_command_is_imported():
    code = """
import os, signal, sys
import netralitas_nlp.__main__ as entry
class Finder:
    def find_spec(self, name, path, target=None):
        if name == sys.argv[1]:
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except BaseException:
                print("swallowed", flush=True)
sys.meta_path.insert(0, Finder())
sys.argv[1:] = [sys.argv[1], "--version"]
entry.main()
"""
    for module in ("typer", "numpy", "netralitas_nlp.cli.common", "rich.console", "starlette.none"):
        done = subprocess.run(
            [sys.executable, "-c", code, module], capture_output=True, text=True, check=False
        )
        TRIED["signals while a command is imported"] += 1
        told = (done.returncode, done.stdout, done.stderr)
        # The last is imported by nothing here: without an interruption the command goes on.
        assert told == (130, "", "") if module != "starlette.none" else done.returncode != 130


def test_ctrl_c_at_any_moment_of_a_short_command():
    rng = random.Random(7)
    for _ in range(10 * TIMES):
        run = subprocess.Popen(
            [*COMMAND, "classify", "pilih nomor 2"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        time.sleep(rng.uniform(0.15, 1.5))  # Python itself has started by then
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=30)
        TRIED["signals to a short command"] += 1
        # At its very end Python gives the signal back to the system.
        assert run.returncode in (0, 130, -signal.SIGINT), said
        assert "Traceback" not in said and "Exception" not in said, said
        assert said.count("\n") <= 2


def test_a_command_that_is_deaf_to_ctrl_c_stays_so():
    code = "import signal, sys; signal.signal(2, signal.SIG_IGN); sys.argv[1:] = ['--version']; \
import netralitas_nlp.__main__ as m\ntry:\n m.main()\nexcept SystemExit: print(signal.getsignal(2))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] in ("1", "Handlers.SIG_IGN")


def test_markup_in_a_name_is_a_name(capsys):
    from netralitas_nlp.cli.common import SafeConsole

    SafeConsole().print("laporan: x[/red].csv [bold]a[/bold]")
    assert capsys.readouterr().out == "laporan: x[/red].csv [bold]a[/bold]\n"
