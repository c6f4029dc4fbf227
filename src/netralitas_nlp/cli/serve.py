"""The command ``serve``: the page and the API, on this machine unless told otherwise."""

from __future__ import annotations

import socket
import sys
import threading
import webbrowser
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ..base.catalogue import Language, text
from ..base.errors import ArgumentError
from .common import Lang, LangOption, ModelOption, line, plain_errors

if TYPE_CHECKING:
    from ..extra.serve import Settings

app = typer.Typer()
PORT = 8765


@app.command()
def serve(
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help="Alamat yang didengarkan; selain 127.0.0.1, siapa pun di jaringan dapat memakai "
            "halaman ini dan teks lewat tanpa enkripsi.",
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Porta; 0 berarti yang kosong.")
    ] = PORT,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", help="Nama lain halaman ini, misalnya dari proksi; boleh berulang."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Proses untuk berkas dan teks panjang.")
    ] = None,
    browse: Annotated[bool, typer.Option("--open", help="Buka di peramban.")] = False,
    model: ModelOption = "default",
    lang: LangOption = Lang.id,
) -> None:
    """Halaman untuk yang tidak memakai terminal, dan API untuk program."""
    language: Language = lang.value
    with plain_errors(language):
        from ..extra.serve import Settings

        settings = Settings(host, tuple(n.lower() for n in names or ()), model)
        run(replace(settings, jobs=jobs or settings.jobs), port, browse, language)


def starter() -> None:
    """Start the page on a free port and open it: what a double click on its icon does."""
    with plain_errors("id"):
        from ..extra.serve import Settings

        try:
            run(Settings(), PORT, True, "id")
        except ArgumentError:
            run(Settings(), 0, True, "id")


def run(settings: Settings, port: int, browse: bool, language: Language) -> None:
    """Listen until stopped.

    Raises
    ------
    ArgumentError
        If the address cannot be listened on.
    """
    import uvicorn

    from ..extra.serve import make_app

    listener = _listener(settings.host, port)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = "127.0.0.1" if shown == "0.0.0.0" else "[::1]" if shown == "[::]" else shown
    query = "" if language == "id" else f"?lang={language}"
    address = f"http://{shown}:{listener.getsockname()[1]}/{query}"

    def ready() -> None:
        line(text("serve.ready", language, address=address))
        line(text("serve.stop" if settings.is_local else "serve.shared", language))
        sys.stdout.flush()  # to a service's journal, too
        if browse:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    # No access log: an address or a text of anybody is nobody's business.
    config = uvicorn.Config(
        make_app(settings, ready),
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="on",
        timeout_keep_alive=20,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, so that asyncio sends small answers at once (it saves 40 ms each).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)  # from now on who comes waits, and is not turned away
    except (OSError, UnicodeError) as error:
        listener.close()
        raise ArgumentError("serve.no_address", host=host, port=port, reason=error) from error
    return listener
