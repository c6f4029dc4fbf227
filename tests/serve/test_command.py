"""The command: where it listens, what it says, what it refuses."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time

import pytest

RUN = [sys.executable, "-c", "from netralitas_nlp.cli import main; main()", "serve"]


def test_a_taken_port_is_said_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([*RUN, "--port", port], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert port in done.stderr
    assert "--port" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("model", ["default", "none"])
def test_reachable_by_others_is_said_and_answered_by_given_names_only(model):
    command = [*RUN, "--host", "0.0.0.0", "--port", "0", "--name", "Periksa.Example"]
    command += ["--model", model, "--lang", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as page:
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+", page.stdout.readline())[0]
            assert "Anybody on this network" in page.stdout.readline()
            statuses = {host: status(address, host) for host in ("periksa.example", "evil.example")}
        finally:
            page.terminate()
            began = time.monotonic()
            page.wait(30)
    assert statuses == {"periksa.example": "200", "evil.example": "403"}
    assert time.monotonic() - began < 10


def status(address, host):
    """The status of a draft sent under a name."""
    machine, _, port = address.removeprefix("http://").partition(":")
    body = b"teks=coblos+nomor+3"
    with socket.create_connection((machine, int(port)), timeout=30) as line:
        head = f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
        line.sendall((head + kind).encode() + body)
        return line.recv(64).split()[1].decode()


def test_a_model_that_is_not_there_ends_with_a_sentence(tmp_path):
    command = [*RUN, "--port", "0", "--model", str(tmp_path / "tidak-ada")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "tidak-ada" in done.stderr
