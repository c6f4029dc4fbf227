"""The page, in this process and as a command of its own."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings

import pytest

pytest.importorskip("starlette", reason="needs the extra: pip install 'netralitas-nlp[serve]'")
pytest.importorskip("python_multipart", reason="pip install 'netralitas-nlp[serve]'")
pytest.importorskip("uvicorn", reason="pip install 'netralitas-nlp[serve]'")
pytest.importorskip("httpx", reason="pip install httpx")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that httpx will be replaced by httpx2 one day
    from starlette.testclient import TestClient

from netralitas_nlp.extra.serve import Settings, make_app


@pytest.fixture(scope="session")
def client():
    """The application, with the processes that do what takes long."""
    with TestClient(make_app(Settings(jobs=1)), base_url="http://localhost") as made:
        yield made


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The address of ``netralitas serve``, running; its standard error must stay empty."""
    errors = tmp_path_factory.mktemp("serve") / "errors"
    run = "from netralitas_nlp.cli import main; main()"
    command = [sys.executable, "-c", run, "serve", "--port", "0", "--jobs", "1"]
    with (
        errors.open("w") as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as page,
    ):
        found = re.search(r"http://\S+", page.stdout.readline())
        assert found, errors.read_text()
        yield found[0].rstrip("/")
        page.terminate()
        page.wait(20)
    assert errors.read_text() == ""
