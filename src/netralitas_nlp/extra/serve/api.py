"""The API for programs: ``POST /v1/classify``, ``GET /v1/model``, ``/healthz``, and what describes them.

Every answer is JSON in ASCII, so that any letter a text can hold gets through. What a call may hold
is in `Limits`, and told by the description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...base.catalogue import LANGUAGES
from ...read.entries import is_day
from ...say.sentences import sentence
from .guard import RequestError
from .settings import Settings
from .work import Work, classifier

_FIELDS = ("text", "texts", "date", "reasons")


def routes(work: Work) -> list[Route]:
    """Return the routes of the API."""
    settings = work.settings

    async def classify(request: Request) -> Response:
        texts, date, reasons = _call(await _json(request), settings)
        letters = sum(map(len, texts))
        results = await work.by_length(letters, judge, texts, date, reasons)
        return _answer({"model": model_name(), "results": results})

    async def model(request: Request) -> Response:
        return _answer(await work.short(describe_model))

    async def health(request: Request) -> Response:
        return _answer({"status": "ok", "version": version("netralitas-nlp")})

    async def description(request: Request) -> Response:
        return _answer(openapi(settings))

    return [
        Route("/v1/classify", classify, methods=["POST"]),
        Route("/v1/model", model),
        Route("/v1/openapi.json", description),
        Route("/healthz", health),
    ]


def judge(texts: Sequence[str], date: str, reasons: bool) -> list[dict[str, Any]]:
    """Return the advice about texts as plain JSON types."""
    out: list[dict[str, Any]] = []
    for result in classifier(date).classify_many(texts):
        found: dict[str, Any] = {
            "verdict": result.verdict,
            "score": result.score,
            "category": result.category,
            "method": result.method,
        }
        if reasons:
            found["evidence"] = [e.to_dict() for e in result.evidence]
            found["sentence"] = {language: sentence(result, language) for language in LANGUAGES}
        out.append(found)
    return out


def describe_model() -> dict[str, Any]:
    """Return what answers: version, fingerprint, thresholds, day of the lexicon, figures."""
    model = classifier().model
    if model is None:
        return {"name": "lexicon", "version": version("netralitas-nlp"), "method": "lexicon"}
    header = model.header
    return {
        "name": header["name"],
        "version": version("netralitas-nlp"),
        "method": "model",
        "fingerprint": header["weights_sha256"],
        "lexicon_fingerprint": header["lexicon_sha256"],
        "lexicon_day": lexicon_day(),
        "thresholds": dict(zip(("review", "partisan"), model.thresholds, strict=True)),
        "prior": model.prior,
        "categories": header["categories"],
        "figures": header["figures"]["out_of_group"],
    }


def model_name() -> str:
    """Return the name of what answers, with the beginning of its fingerprint."""
    model = classifier().model
    if model is None:
        return "lexicon"
    return f"{model.header['name']}@{model.header['weights_sha256'][:12]}"


@cache
def lexicon_day() -> str:
    """Return the day from which the newest entry of the lexicon counts, ``YYYY-MM-DD``."""
    return max((e.valid_from for e in classifier().lexicon.entries), default="")


@cache
def openapi(settings: Settings) -> dict[str, Any]:
    """Return the description of the API, with the limits of this page in it."""
    raw = Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")
    limits = vars(settings.limits)
    # "{letters}" in quotes is a number where it is the whole value
    filled = re.sub(r'"\{(\w+)\}"', lambda m: str(limits[m[1]]), raw)
    described: dict[str, Any] = json.loads(filled)
    described["info"]["version"] = version("netralitas-nlp")
    return described


# --- inside


async def _json(request: Request) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RequestError("page.no_json_type", status=415, given=kind[:60])
    body = await request.body()
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError("page.no_json", status=400) from error


def _call(given: Any, settings: Settings) -> tuple[list[str], str, bool]:
    """The texts, the day and whether reasons are wanted, or why a call is refused."""
    limits = settings.limits
    if not isinstance(given, Mapping):
        raise RequestError("page.no_object", type=type(given).__name__)
    unknown = [str(name)[:40] for name in given if name not in _FIELDS]
    if unknown:
        raise RequestError("page.unknown_field", fields=unknown[:5], allowed=_FIELDS)
    if ("text" in given) == ("texts" in given):
        raise RequestError("page.one_of_text")
    texts = [given["text"]] if "text" in given else given["texts"]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RequestError("page.no_texts")
    if len(texts) > limits.texts:
        raise RequestError("page.too_many_texts", n=len(texts), limit=limits.texts)
    for at, text in enumerate(texts):
        check_length(text, settings, at)
    date = given.get("date")
    if date is not None and not (isinstance(date, str) and is_day(date)):
        raise RequestError("not_a_day", value=date if isinstance(date, str) else json.dumps(date))
    reasons = given.get("reasons", False)
    if not isinstance(reasons, bool):
        raise RequestError("page.no_flag", field="reasons")
    return texts, date or "", reasons


def check_length(text: str, settings: Settings, at: int = 0) -> None:
    """Raise if a text is longer than is read."""
    limit = settings.limits.letters
    if len(text) > limit:
        raise RequestError("page.too_long", number=at + 1, n=len(text), limit=limit)


def _answer(value: Any) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), media_type="application/json")
