"""The application: its routes, its templates, and who stands before them.

What it does not do: listen, print or open a browser (``cli/serve.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import python_multipart  # noqa: F401  (Starlette asks for it when a form comes, too late to say so)
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from ...base.errors import NetralitasError
from . import api, pages, uploads
from .guard import Guard, on_error
from .settings import Settings
from .work import Work, classifier, set_model

_HERE = Path(__file__).parent


def make_app(settings: Settings | None = None, ready: Callable[[], Any] | None = None) -> Starlette:
    """Return the page and the API as an ASGI application.

    Parameters
    ----------
    settings : Settings, optional
    ready : callable, optional
        Called once the model is loaded and requests are answered.

    Returns
    -------
    Starlette

    Raises
    ------
    ModelError
        If another model than the packaged one is asked for and cannot be loaded.

    Examples
    --------
    >>> from starlette.testclient import TestClient
    >>> client = TestClient(make_app(), base_url="http://localhost")
    >>> answer = client.post("/v1/classify", json={"text": "Bayar PBB di kantor pos"})
    >>> answer.json()["results"][0]["verdict"]
    'neutral'
    """
    settings = Settings() if settings is None else settings
    work = Work(settings)
    if settings.model != "default":  # the packaged one is loaded while the first page is read
        set_model(settings.model)
        classifier()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        warm = asyncio.create_task(work.warm())
        if ready is not None:
            ready()
        try:
            yield
        finally:
            warm.cancel()
            work.close()

    return Starlette(
        routes=[
            *pages.routes(work),
            *api.routes(work),
            *uploads.routes(work),
            Mount("/statis", StaticFiles(directory=_HERE / "static")),
        ],
        middleware=[Middleware(Guard, settings=settings)],
        exception_handlers={NetralitasError: on_error, HTTPException: on_error},
        lifespan=lifespan,
    )
