"""What *Pilah berkas* asks: read a table, judge some of its rows, write it with the decisions.

An upload is bounded by `Limits.upload`, stands in a temporary folder of its own while it is read, and
is deleted before the answer is out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ...base.errors import NetralitasError
from .guard import RequestError, language_of
from .sorting import Choice, judge_rows, read_table, write_table
from .work import Work

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes(work: Work) -> list[Route]:
    """Return the routes."""
    limits = work.settings.limits

    async def read(request: Request) -> Response:
        async with _uploaded(request) as (folder, form):
            try:
                found = await work.long(
                    read_table, form["berkas"], _choice(form), limits.rows, language_of(request)
                )
            except NetralitasError as error:
                return _refused(request, error, folder)
            return await run_in_threadpool(JSONResponse, found)

    async def judge(request: Request) -> Response:
        texts = await _texts(request, work)
        return JSONResponse(await work.long(judge_rows, texts, language_of(request)))

    async def write(request: Request) -> Response:
        async with _uploaded(request) as (folder, form):
            given = (form["berkas"], form["hasil"], _choice(form), language_of(request))
            try:
                body = await work.long(write_table, *given)
            except NetralitasError as error:
                return _refused(request, error, folder)
        return Response(body, media_type=_XLSX)

    return [
        Route("/berkas/baca", read, methods=["POST"]),
        Route("/berkas/nilai", judge, methods=["POST"]),
        Route("/berkas/unduh", write, methods=["POST"]),
    ]


@asynccontextmanager
async def _uploaded(request: Request) -> AsyncIterator[tuple[Path, dict[str, Any]]]:
    """The fields of a form, its files copied to a folder that is there as long as they are read."""
    async with request.form(max_files=2, max_fields=10) as form:
        with TemporaryDirectory(prefix="netralitas-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            fields: dict[str, Any] = {}
            for field, value in form.items():
                if isinstance(value, UploadFile):
                    path = folder / field / _plain(value.filename or "")
                    await run_in_threadpool(_copy, value, path)
                    fields[field] = path
                else:
                    fields[field] = value
            wanted = ["berkas", "hasil"] if request.url.path.endswith("unduh") else ["berkas"]
            for field in wanted:
                if not isinstance(fields.get(field), Path):
                    raise RequestError("page.no_file", field=field)
            yield folder, fields


def _copy(upload: UploadFile, path: Path) -> None:
    path.parent.mkdir()
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file)


def _plain(name: str) -> str:
    """A file name that may stand on any disk; it is read for its ending and said in errors."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[^\w .()-]", "_", last)[-80:].lstrip(". ") or "berkas"


def _choice(form: Mapping[str, Any]) -> Choice:
    numbers = {name: str(form.get(name) or "-1") for name in ("header_row", "column")}
    for name, given in numbers.items():
        if not re.fullmatch(r"-1|\d{1,7}", given):
            raise RequestError("page.no_number", field=name, value=given[:40])
    sheet = str(form.get("sheet") or "")[:200]
    return Choice(sheet, int(numbers["header_row"]), int(numbers["column"]))


async def _texts(request: Request, work: Work) -> list[str]:
    limits = work.settings.limits
    try:
        texts = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise RequestError("page.no_json", status=400) from error
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise RequestError("page.no_texts")
    if len(texts) > limits.texts:
        raise RequestError("page.too_many_texts", n=len(texts), limit=limits.texts)
    return texts


def _refused(request: Request, error: NetralitasError, folder: Path) -> Response:
    """Why a table cannot be used, without the folder it stood in for a moment."""
    words = error.in_language(language_of(request))
    for field in ("berkas", "hasil"):
        words = words.replace(f"{folder / field}{os.sep}", "")
    return PlainTextResponse(words, getattr(error, "status", 422))
