"""The API says what the library says, and refuses with a reason."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from netralitas_nlp import classify
from netralitas_nlp.extra.serve import Limits, Settings
from netralitas_nlp.extra.serve.work import Work

TEXTS = ["Bayar PBB di kantor pos", "Ayo coblos nomor 3, menangkan paslon kita!", "", "\ud800 ✌️"]


def call(client, body, **headers):
    return client.post("/v1/classify", json=body, headers=headers)


def test_results_are_those_of_the_library_in_order(client):
    answer = client.post("/v1/classify", content=json.dumps({"texts": TEXTS, "reasons": True}),
                         headers={"content-type": "application/json"})  # fmt: skip
    assert answer.status_code == 200
    for text, found in zip(TEXTS, answer.json()["results"], strict=True):
        result = classify(text)
        assert (found["verdict"], found["category"], found["method"]) == (
            result.verdict, result.category, result.method,
        )  # fmt: skip
        assert found["score"] == pytest.approx(result.score, abs=1e-12)
        assert found["evidence"] == [e.to_dict() for e in result.evidence]


def test_a_long_text_gets_the_same_answer_from_another_process(client):
    text = "Kerja bakti Sabtu pagi di halaman balai desa. " * 60 + TEXTS[1]
    [found] = call(client, {"text": text}).json()["results"]
    assert len(text) > Limits().short
    assert found["score"] == pytest.approx(classify(text).score, abs=1e-12)
    assert "evidence" not in found


def test_names_out_of_date_are_left_out(client):
    text = "Salam dua jari!"
    days = {}
    for day in ("2024-02-01", "2030-01-01"):
        [found] = call(client, {"text": text, "date": day, "reasons": True}).json()["results"]
        days[day] = {e["kind"] for e in found["evidence"]}
    assert "slogan" in days["2024-02-01"]
    assert "slogan" not in days["2030-01-01"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("[", 400, "page.no_json"),
        ("[" * 100_000, 400, "page.no_json"),
        ("[]", 422, "page.no_object"),
        ("{}", 422, "page.one_of_text"),
        ('{"text": "a", "texts": []}', 422, "page.one_of_text"),
        ('{"text": 5}', 422, "page.no_texts"),
        ('{"texts": "abc"}', 422, "page.no_texts"),
        ('{"text": "a", "teks": 1}', 422, "page.unknown_field"),
        ('{"text": "a", "date": "kemarin"}', 422, "not_a_day"),
        ('{"text": "a", "date": 5}', 422, "not_a_day"),
        ('{"text": "a", "reasons": "yes"}', 422, "page.no_flag"),
        (json.dumps({"text": "a" * 50_001}), 422, "page.too_long"),
        (json.dumps({"texts": ["a"] * 201}), 422, "page.too_many_texts"),
        (json.dumps({"text": "a" * 5_000_000}), 413, "page.body"),
    ],
)
def test_a_call_that_cannot_be_answered_says_why(client, body, status, code):
    answer = client.post("/v1/classify", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["id"] != answer.json()["error"]["en"]


def test_other_addresses_methods_and_types_are_refused_in_the_same_form(client):
    for answer, status in (
        (client.get("/v1/classify"), 405),
        (client.get("/v1/tidak-ada"), 404),
        (client.post("/v1/classify", content="text=a"), 415),
    ):
        assert answer.status_code == status
        assert {"code", "id", "en"} <= answer.json()["error"].keys()


def test_the_model_says_what_it_is(client):
    model = client.get("/v1/model").json()
    assert model["fingerprint"].startswith(
        call(client, {"text": "a"}).json()["model"].partition("@")[2]
    )
    assert 0 < model["thresholds"]["review"] < model["thresholds"]["partisan"] < 1
    assert client.get("/healthz").json()["version"] == model["version"]


def test_the_description_has_the_limits_and_every_status_that_is_answered(client):
    described = client.get("/v1/openapi.json").json()
    schemas, limits = described["components"]["schemas"], Limits()
    assert schemas["Text"]["maxLength"] == limits.letters
    assert schemas["Call"]["properties"]["texts"]["maxItems"] == limits.texts
    statuses = set(described["paths"]["/v1/classify"]["post"]["responses"])
    assert {"200", "400", "403", "408", "413", "415", "422", "429", "500", "503"} == statuses


def test_answers_are_as_described(client):
    jsonschema = pytest.importorskip("jsonschema", reason="pip install jsonschema")
    described = client.get("/v1/openapi.json").json()

    def check(value, name):
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        jsonschema.Draft202012Validator(schema).validate(value)

    check(call(client, {"texts": TEXTS[:3], "reasons": True}).json(), "Answer")
    check(client.get("/v1/model").json(), "Model")
    check(call(client, {}).json(), "Error")
    with pytest.raises(jsonschema.ValidationError):
        check({"texts": ["a"], "text": "a"}, "Call")


def test_the_description_holds_for_calls_made_from_it(address, tmp_path):
    schemathesis = shutil.which("schemathesis", path=Path(sys.executable).parent)
    if schemathesis is None:
        pytest.skip("no schemathesis: pip install schemathesis")
    config = tmp_path / "schemathesis.toml"
    # A text of control characters is six times as long on the wire, and too large a body.
    config.write_text(
        "[checks]\nnegative_data_rejection.expected-statuses = [400, 413, 415, 422]\n"
    )
    command = [schemathesis, "--config-file", config, "run", f"{address}/v1/openapi.json"]
    command += ["--max-examples", "20", "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]


def test_what_takes_long_holds_up_nobody():
    work = Work(Settings(jobs=1))

    async def where():
        return [await work.by_length(n, os.getpid) for n in (Limits().short, Limits().short + 1)]

    try:
        here, elsewhere = asyncio.run(where())
    finally:
        work.close()
    assert here == os.getpid() != elsewhere
