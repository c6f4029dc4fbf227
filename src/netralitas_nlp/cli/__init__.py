"""The command ``netralitas``: a thin shell over the functions of the same names.

The only package that prints or exits; one module a command. Bad input ends in one line on stderr
and exit code 2.
"""

from __future__ import annotations

import signal
import sys
from typing import Annotated, Any

import typer

from .. import __version__
from . import audit, check, classify, evaluate, lexicon, suggest, train

app = typer.Typer(
    name="netralitas",
    help="Apakah teks ini memihak? Saran atas teks, dengan alasannya. (Advice on a text.)",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (classify, check, suggest, train, evaluate, audit):
    app.registered_commands += part.app.registered_commands
app.add_typer(lexicon.app, name="lexicon")


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tampilkan versi.")
    ] = False,
) -> None:
    pass


def main() -> Any:
    """Entry point of the console script."""
    # SIGTERM ends a run as an exception does, so that no temporary file is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    app()


__all__ = ["app", "main"]
