"""Files written whole or not at all: to a temporary file beside the target, then renamed.

The only module that writes; it knows nothing about what is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import DataError


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def whole(path: Path) -> Iterator[IO[str]]:
    """Open a UTF-8 text file that takes the place of `path` only when all went well.

    Raises
    ------
    DataError
        If the folder cannot be written to.
    """
    from tempfile import mkstemp  # brings a dozen modules that reading never needs

    path = path.resolve()  # a link stays a link: what it points to is replaced
    if path.exists() and not path.is_file():
        raise DataError("not_regular_file", path=path)
    try:
        handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise DataError("cannot_write", path=path, reason=error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write a binary file whole or not at all."""
    with whole(path) as file:
        file.buffer.write(data)  # type: ignore[attr-defined]  # a TextIOWrapper, from fdopen
