"""The command ``netralitas``: a thin shell over the functions of the same names.

The only package that prints or exits; one module a command. Bad input ends in one line on stderr
and exit code 2.
"""

from __future__ import annotations

import io
import signal
import sys
from itertools import pairwise
from typing import Annotated, Any

import typer
from typer.main import get_command

from .. import __version__
from ..base.catalogue import Language, text
from ..base.errors import MissingExtraError
from ..base.extras import extras
from . import (
    agreement,
    audit,
    check,
    classify,
    compare,
    evaluate,
    explain,
    lexicon,
    serve,
    suggest,
    train,
)
from .common import line

app = typer.Typer(
    name="netralitas",
    help="Apakah teks ini memihak? Saran atas teks, dengan alasannya. (Advice on a text.)",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (
    classify,
    explain,
    check,
    suggest,
    agreement,
    train,
    evaluate,
    compare,
    audit,
    serve,
):
    app.registered_commands += part.app.registered_commands
app.add_typer(lexicon.app, name="lexicon")


def _version(wanted: bool) -> None:
    if wanted:
        line(__version__)
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A code page of Windows has no "→": a "?" is better than an end in the middle.
            stream.reconfigure(errors="replace")
    try:
        with extras():  # a command may import what it needs before it knows its language
            sys.exit(get_command(app).main(standalone_mode=False))
    except MissingExtraError as error:
        line(f"netralitas: {error.in_language(_language())}", error=True)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):  # what typer makes of a Ctrl-C; nothing here asks
        sys.exit(128 + signal.SIGINT)
    except Exception as error:
        # Usage errors of the library that reads the command line, which comes under several names.
        if not hasattr(error, "exit_code") or not hasattr(error, "show"):
            raise
        _print_usage(error)
        sys.exit(error.exit_code)


def _print_usage(error: Any) -> None:
    """Print how a command is called; the argument that was wrong is quoted in it."""
    said = io.StringIO()
    error.show(file=said)
    line(said.getvalue().rstrip(), error=True)
    if type(error).__name__ == "NoSuchOption":
        line(text("usage.dash", _language()), error=True)


def _language() -> Language:
    """The language asked for, where the command line could not be read as a whole."""
    return "en" if {"--lang=en"} & {*sys.argv, *map("=".join, pairwise(sys.argv))} else "id"


__all__ = ["app", "main"]
