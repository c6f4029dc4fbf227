"""Where the commands begin: quiet under Ctrl-C from the first moment, before anything is imported.

What a command does stands in `cli`; nothing does here.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, NoReturn


def _end(number: int, frame: object) -> NoReturn:
    os._exit(128 + number)


def _quietly(load: Callable[[], Callable[[], Any]]) -> Any:
    """Run what `load` imports; Ctrl-C before and after ends the process without a word.

    An exception would not do: it can rise inside the import of a library, which may turn it into
    another. There is nothing yet, or no longer, that a sudden end could harm.
    """
    handler = signal.getsignal(signal.SIGINT)
    if handler is not signal.default_int_handler:  # a background job of a shell is deaf to it
        return load()()
    signal.signal(signal.SIGINT, _end)
    try:
        run = load()
        signal.signal(signal.SIGINT, handler)
        return run()
    finally:
        signal.signal(signal.SIGINT, _end)


def main() -> Any:
    """Run ``netralitas``."""

    def load() -> Callable[[], Any]:
        from .cli import main

        return main

    return _quietly(load)


def starter() -> Any:
    """Run ``netralitas-periksa``."""

    def load() -> Callable[[], Any]:
        from .cli.serve import starter

        return starter

    return _quietly(load)


if __name__ == "__main__":
    main()
