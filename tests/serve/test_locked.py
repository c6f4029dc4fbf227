"""Nobody else's page gets in, nothing of a text gets out, nothing stays."""

from __future__ import annotations

import logging
import sys

import pytest
from starlette.testclient import TestClient

from netralitas_nlp.extra.serve import Limits, Settings
from netralitas_nlp.extra.serve.guard import Guard
from netralitas_nlp.extra.serve.settings import host_name

SECRET = "rahasia-4711 coblos nomor 3"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"' & \u202eabc\x1b[2J\x00 {{7*7}}"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "192.168.0.7"])
def test_another_name_for_this_machine_is_refused(client, host):
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "netralitas" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:80", "LOCALHOST."])
def test_this_machine_may_be_called_by_its_names(client, host):
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_on_a_network_addresses_and_given_names_are_ours_and_no_other():
    settings = Settings(host="0.0.0.0", names=("periksa.dinas.example",))
    known = ["192.168.0.7:8765", "periksa.dinas.example", "127.0.0.1", "[fe80::1]:80"]
    assert all(settings.answers_to(host_name(host)) for host in known)
    assert not settings.answers_to("evil.example")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/v1/classify", "/potongan/nilai"])
def test_another_page_may_send_nothing(client, path, headers):
    assert client.post(path, data={"teks": "a"}, headers=headers).status_code == 403


def test_our_own_page_may(client):
    headers = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    assert client.post("/", data={"teks": "halo"}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/jelaskan", "/api", "/v1/model", "/statis/draft.js", "/tak"]
)
def test_every_answer_is_locked(client, path):
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    for word in ("style=", "<style", "onclick", "//cdn", "javascript:"):
        assert word not in answer.text or path.endswith(".js")


@pytest.mark.parametrize("path", ["/", "/jelaskan", "/potongan/nilai", "/potongan/ubah"])
def test_a_text_is_only_ever_escaped(client, path):
    draft = f"Ayo coblos nomor 3! {HOSTILE}"
    answer = client.post(path, data={"teks": draft, "semula": HOSTILE})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    assert (
        "\x1b" not in answer.text.partition("</form>" if path == "/jelaskan" else 'id="nilai"')[2]
    )


def test_paths_do_not_leave_their_folder(client):
    for path in ("/statis/../settings.py", "/statis/%2e%2e/settings.py", "/statis//etc/passwd"):
        assert client.get(path).status_code == 404


def test_a_file_in_the_form_of_a_draft_is_refused(client):
    answer = client.post("/", files={"teks": ("a.txt", b"halo")})
    assert answer.status_code == 400


def test_no_more_at_once_than_the_limit():
    guard = Guard(None, Settings(limits=Limits(at_once=0)))
    answer = TestClient(guard, base_url="http://localhost").get("/v1/model")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


def test_an_error_of_ours_is_told_by_its_place_only(caplog):
    async def broken(scope, receive, send):
        raise RuntimeError(SECRET)

    client = TestClient(Guard(broken, Settings()), base_url="http://localhost")
    answer = client.post("/", data={"teks": SECRET})
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text + answer.text


def test_nothing_is_written_or_logged(client, caplog, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    written = []
    watching = True

    def watch(event, args):
        if watching and event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
            written.append(args[0])

    sys.addaudithook(watch)
    try:
        for path in ("/", "/potongan/nilai", "/potongan/ubah", "/jelaskan"):
            assert client.post(path, data={"teks": SECRET}).status_code == 200
        assert client.post("/v1/classify", json={"text": SECRET}).status_code == 200
        assert client.post("/v1/classify", json={"text": SECRET, "x": SECRET}).status_code == 422
    finally:
        watching = False
    assert written == []
    assert list(tmp_path.iterdir()) == []
    assert "rahasia" not in caplog.text
