"""Ctrl-C at any moment ends quickly: no hang, no traceback, no process left.

With NETRALITAS_TORTURE set to a number, that many times as many interruptions are tried.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import TIMES, TRIED
from netralitas_nlp.tables import workers

SCRIPT = Path(sys.executable).with_name("netralitas")
ENDED = ("netralitas: berhenti; ", "netralitas: dihentikan")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of a process group")


def group_is_gone(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_at_any_moment(tmp_path, number):
    source = tmp_path / "in.csv"
    source.write_text("no,text\n" + "".join(f"{i},coblos nomor {i}\n" for i in range(90_000)))
    command = [sys.executable, "-m", "netralitas_nlp", "classify", source]
    command += ["-o", tmp_path / "out.csv", "--jobs", "2", "--restart"]
    rng = random.Random(5)
    for _ in range(4 * TIMES):
        run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(rng.uniform(0.2, 3))  # Python itself has started by then
        os.killpg(run.pid, number) if number == signal.SIGINT else run.send_signal(number)
        _, said = run.communicate(timeout=30)
        TRIED[f"signals to classify --jobs 2 ({number.name})"] += 1
        # Before the command has begun, SIGTERM is the system's to answer.
        assert run.returncode in (128 + number, -signal.SIGTERM), said
        assert "Traceback" not in said
        assert not said or said.splitlines()[-1].startswith(ENDED), said
        until = time.monotonic() + 10
        while not group_is_gone(run.pid):
            assert time.monotonic() < until, "a worker outlived the run"
            time.sleep(0.05)


def test_signals_are_held_until_they_are_looked_for():
    got = []
    before = signal.signal(signal.SIGINT, lambda *_: got.append("before"))
    try:
        with workers._signals_held() as look:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
            assert got == []
            look()
            assert got == ["before"]
            os.kill(os.getpid(), signal.SIGINT)
        assert got == ["before", "before"]  # what came late is not lost
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_reader_of_lines_may_go_away():
    command = f"yes halo | head -n 2000 | {SCRIPT} classify - --model none | head -n 1; echo ${{PIPESTATUS[2]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 2 and done.stdout.endswith("\n0\n")
