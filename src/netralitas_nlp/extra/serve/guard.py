"""Before any page is asked: that a request is for us, from our own page, and small enough.

And after: headers that let a browser load nothing from elsewhere, run no script of a text, keep no
copy; an error of ours is told by its place, never by what was in the request. Knows no page.
"""

from __future__ import annotations

import asyncio
import logging
import traceback

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...base.catalogue import LANGUAGES, Language
from ...base.errors import ArgumentError, NetralitasError
from .settings import Settings, host_name

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    # Not no-referrer: it would make "Origin: null" of our own forms.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_log = logging.getLogger("netralitas.serve")


class RequestError(ArgumentError):
    """A request that is refused, with the status that says so.

    Parameters
    ----------
    code, **values
        As for `NetralitasError`.
    status : int
        Of HTTP.
    """

    def __init__(self, code: str, /, status: int = 422, **values: object) -> None:
        super().__init__(code, **values)
        self.status = status


class Guard:
    """The one middleware.

    Parameters
    ----------
    app : ASGI application
    settings : Settings
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        guarded = _with_headers(scope, send)
        try:
            self._admit(scope)
        except RequestError as error:
            await refusal(Request(scope), error)(scope, receive, guarded)
            return
        self.busy += 1
        try:
            await self._answer(scope, receive, guarded)
        finally:
            self.busy -= 1

    def _admit(self, scope: Scope) -> None:
        headers, limits = Headers(scope=scope), self.settings.limits
        host = headers.get("host", "")
        if not self.settings.answers_to(host_name(host)):
            raise RequestError("page.host", status=403, host=host[:100])
        origin = headers.get("origin")
        if scope["method"] not in _SAFE:
            foreign = origin is not None and origin.partition("://")[2].lower() != host.lower()
            if foreign or headers.get("sec-fetch-site") in ("cross-site", "same-site"):
                raise RequestError("page.origin", status=403, origin=(origin or "")[:100])
        if self.busy >= limits.at_once and scope["path"] != "/healthz":
            raise RequestError("page.busy", status=429)
        declared = headers.get("content-length", "0")
        most = body_limit(scope["path"], self.settings)
        if not declared.isdecimal() or int(declared) > most:
            raise RequestError("page.body", status=413, limit=f"{most >> 20} MiB")

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def told(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, self._bounded(scope, receive), told)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            # Neither the words of the error nor its values: a text may stand in them.
            _log.error("%s, %s:%s", type(error).__name__, place.filename, place.lineno)
            if not begun:
                fault = RequestError("page.fault", status=500)
                await refusal(Request(scope), fault)(scope, receive, send)

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        """A body that stops at its limit, in bytes and in seconds."""
        most = body_limit(scope["path"], self.settings)
        end = asyncio.get_running_loop().time() + self.settings.limits.seconds
        came, whole = 0, False

        async def bounded() -> Message:
            nonlocal came, whole
            if whole:  # what follows is the end of the connection, whenever that comes
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                raise RequestError("page.slow", status=408) from None
            came += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if came > most:
                raise RequestError("page.body", status=413, limit=f"{most >> 20} MiB")
            return message

        return bounded


def body_limit(path: str, settings: Settings) -> int:
    """Return how many bytes a request for a path may have."""
    limits = settings.limits
    return limits.upload if path in ("/berkas/baca", "/berkas/unduh") else limits.body


def language_of(request: Request) -> Language:
    """Return the language a request asks for: Indonesian, unless it says ``?lang=en``."""
    asked = request.query_params.get("lang", "id")
    return next((language for language in LANGUAGES if language == asked), "id")


def refusal(request: Request, error: NetralitasError) -> Response:
    """Return what an error looks like: JSON for programs, one sentence for a page."""
    status = getattr(error, "status", 422)
    headers = {"retry-after": "1"} if status in (429, 503) else {}
    if request.url.path.startswith(("/v1", "/healthz")):
        words = {language: error.in_language(language) for language in LANGUAGES}
        return JSONResponse({"error": {"code": error.code, **words}}, status, headers)
    return PlainTextResponse(error.in_language(language_of(request)), status, headers)


async def on_error(request: Request, error: Exception) -> Response:
    """Answer an error that was raised on purpose, ours or of the router."""
    if isinstance(error, HTTPException):
        code = {404: "page.no_page", 405: "page.no_method"}.get(error.status_code, "page.request")
        refused = RequestError(code, status=error.status_code, path=request.url.path[:100])
        answer = refusal(request, refused)
        answer.headers.update(error.headers or {})
        return answer
    assert isinstance(error, NetralitasError)
    return refusal(request, error)


def _with_headers(scope: Scope, send: Send) -> Send:
    kept = scope["path"].startswith("/statis/")

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers["cache-control"] = "no-cache" if kept else "no-store"
        await send(message)

    return guarded
