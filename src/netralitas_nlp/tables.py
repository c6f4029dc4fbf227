"""Tables of texts in and out: streams of rows, whole files or none.

Reads CSV row by row and writes each row back with the advice beside it, in order, every column
kept. What it does not do: hold a table in memory, or leave half a file behind.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from .classifier import Classifier
from .files import whole
from .messages import reasons
from .result import Classification, DataError

ADDED = ("verdict", "score", "category", "reasons")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# A field of a caption can be long; the csv module's own limit is 128 KiB.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def safe_cell(value: str) -> str:
    """Return a cell that no spreadsheet runs as a formula (an apostrophe before ``= + - @``).

    Source: OWASP, "CSV injection".

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("biasa")
    ("'=HYPERLINK(1)", 'biasa')
    """
    return f"'{value}" if value.startswith(_FORMULA) else value


def advice_cells(result: Classification) -> dict[str, str]:
    """Return the cells a result adds to its row."""
    return {
        "verdict": result.verdict,
        "score": f"{result.score:.4f}",
        "category": result.category,
        "reasons": safe_cell("; ".join(" ".join(e.text.split()) for e in reasons(result))),
    }


def classify_csv(
    source: Path,
    target: Path,
    column: str,
    classifier: Classifier,
    tell: Callable[[int], Any] = lambda n: None,
) -> dict[str, int]:
    """Classify the texts of a CSV file into another one.

    Parameters
    ----------
    source, target : Path
        UTF-8 CSV files; `target` is written whole or not at all.
    column : str
        Name of the column with the texts.
    classifier : Classifier
    tell : callable
        Told the number of rows after each batch.

    Returns
    -------
    dict
        Number of rows by verdict.

    Raises
    ------
    DataError
        If the file cannot be read, lacks the column (the message lists the columns there are),
        or a row has another number of cells than the header (the message has its line).
    """
    counts = {"partisan": 0, "review": 0, "neutral": 0}
    with _opened(source) as file:
        reader = csv.reader(file, strict=True)
        header = _next(reader, source)
        if header is None:
            raise DataError(f"{source} is empty: a header and rows are needed")
        if column not in header:
            raise DataError(
                f"{source} has no column {column!r}; it has: {', '.join(header)}. "
                "Name the right one with --text-column"
            )
        names = [_free_name(c, header) for c in ADDED]
        place = header.index(column)
        with whole(target) as out:
            writer = csv.writer(out, lineterminator="\n")
            # The csv module leaves a bare carriage return unquoted and then cannot read it back.
            quoting = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writerow([*header, *names])
            rows = _rows(reader, source, len(header))
            while batch := list(islice(rows, 512)):
                results = classifier.classify_many(row[place] for row in batch)
                for row, result in zip(batch, results, strict=True):
                    cells = [*row, *advice_cells(result).values()]
                    (quoting if any("\r" in c for c in cells) else writer).writerow(cells)
                    counts[result.verdict] += 1
                tell(sum(counts.values()))
    return counts


def _free_name(name: str, taken: Sequence[str]) -> str:
    """Return `name`, or the first of ``name_2``, ``name_3`` … that is no column yet."""
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def read_lines(file: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a stream without their ends; one text a line."""
    for line in file:
        yield line.rstrip("\r\n").removeprefix("\ufeff")


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    with file:
        yield file


def _next(reader: Any, path: Path) -> list[str] | None:
    try:
        row: list[str] | None = next(reader, None)
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: not valid CSV ({error})") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8; save it as UTF-8 and try again") from error
    return row


def _rows(reader: Any, path: Path, width: int) -> Iterator[list[str]]:
    while (row := _next(reader, path)) is not None:
        if not row and width == 1:
            row = [""]
        if not row:
            continue
        if len(row) != width:
            raise DataError(
                f"{path}, line {reader.line_num}: {len(row)} cells where the header has {width}; "
                "a text with a comma or line break must stand in double quotes"
            )
        yield row
