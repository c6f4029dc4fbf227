"""The one reader of packaged files: find them, read them, fingerprint them.

Data and models live at the top of the repository (``data/``, ``models/``) and travel into the
wheel under ``netralitas_nlp/_assets/``. This module knows both places and nothing about what
the files mean; it never writes and never touches the network.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

from .catalogue import Message
from .errors import AssetError

MAX_FILE = 64 * 2**20
"""Bytes of a file that is read as a whole; no list or table of ours comes near it."""
_MAX_COLUMNS = 1000

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "_assets"
_CHECKOUT = _PACKAGE.parents[1]


def asset_path(*parts: str) -> Path:
    """Return the path of a packaged file or folder.

    Parameters
    ----------
    parts : str
        Path below the repository top, for example ``"data", "lexicon"``.

    Raises
    ------
    AssetError
        If the file is in neither the installed package nor the checkout.

    Examples
    --------
    >>> asset_path("data", "text", "slang.csv").name
    'slang.csv'
    """
    for root in (_INSTALLED, _CHECKOUT):
        candidate = root.joinpath(*parts)
        if candidate.exists():
            return candidate
    raise AssetError(
        "missing_asset", name="/".join(parts), installed=_INSTALLED, checkout=_CHECKOUT
    )


def read_bytes(path: Path) -> bytes:
    """Read a file of at most `MAX_FILE` bytes, or raise `AssetError` naming it and the reason."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size or MAX_FILE  # a pipe says 0
            data = file.read(min(size, MAX_FILE) + 1)
            if len(data) > size:  # it grew meanwhile
                data += file.read(MAX_FILE)
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise AssetError("cannot_read", path=path, reason=error) from error
    if size > MAX_FILE or len(data) > MAX_FILE:
        raise AssetError("file_too_large", path=path, limit=f"{MAX_FILE >> 20} MiB")
    return data


def read_table(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    """Read a UTF-8 CSV whose header must hold `columns`; return its rows as dicts.

    Raises
    ------
    AssetError
        If the file cannot be read, is not UTF-8, has a column twice, or lacks one of the columns
        (the message lists the ones that are there).
    """
    header, rows = _cells(path, columns)
    return [dict(zip(header, cells, strict=True)) for cells in rows]


def read_columns(path: Path, *columns: str) -> list[list[str]]:
    """Return some columns of a UTF-8 CSV; errors as in `read_table`, in less time."""
    header, rows = _cells(path, columns)
    return [list(map(itemgetter(header.index(column)), rows)) for column in columns]


def _cells(path: Path, columns: Iterable[str]) -> tuple[list[str], list[list[str]]]:
    """Return the header of a CSV, and its rows, each as long as the header."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AssetError("not_utf8", path=path, byte=error.start) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(_lines(reader, path), [])
    twice = next((c for i, c in enumerate(header[:_MAX_COLUMNS]) if c and c in header[:i]), None)
    if twice is not None:
        raise AssetError("column_twice", path=path, column=twice)
    if len(header) > _MAX_COLUMNS:  # every row would take as many cells
        raise AssetError("too_many_columns", path=path, n=len(header), limit=_MAX_COLUMNS)
    missing = [column for column in columns if column not in header]
    if missing:
        raise AssetError("missing_columns", path=path, columns=missing, have=header)
    rows = []
    for cells in _lines(reader, path):
        if cells:
            if len(cells) > len(header):
                where = Message("place.line", path=path, number=reader.line_num)
                raise AssetError(
                    "too_many_cells", where=where, cells=len(cells), header=len(header)
                )
            short = len(header) - len(cells)
            rows.append(cells + [""] * short if short else cells)
    return header, rows


def _lines(reader: Any, path: Path) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        where = Message("place.line", path=path, number=reader.line_num)
        raise AssetError("not_csv", where=where, reason=error) from error


def fingerprint(paths: Iterable[Path]) -> str:
    r"""SHA-256 over names and contents of files, in the order of their names (64 hex digits).

    Line ends are read as ``\n`` so that a checkout on another system gives the same value.
    """
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.name):
        digest.update(path.name.encode() + b"\0")
        data = read_bytes(path)
        digest.update(data.replace(b"\r\n", b"\n") if b"\r" in data else data)
        digest.update(b"\0")
    return digest.hexdigest()
