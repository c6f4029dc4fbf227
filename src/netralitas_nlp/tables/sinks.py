"""Chunks of rows with added cells, as the bytes of an output table.

Each chunk becomes bytes of its own; joined in order they are the table (for Parquet: what
`columnar.join_parquet` makes the table from). The same chunk gives the same bytes, whoever makes them. What
it does not do: classify, or write files.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from .columnar import ParquetReader, arrow, packed_batch
from .streams import Chunk, Format, Reader, Rejected, free_names

REJECTED = ("line", "reason", "raw")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | float


def safe_cell(value: str) -> str:
    """Return a cell that no spreadsheet runs as a formula (an apostrophe before ``= + - @``).

    Source: OWASP, "CSV injection".

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("biasa")
    ("'=HYPERLINK(1)", 'biasa')
    """
    return f"'{value}" if value.startswith(_FORMULA) else value


@dataclass(frozen=True)
class Sink:
    r"""How the chunks of one table are written. Can be sent to another process.

    Attributes
    ----------
    format : str
        One of `streams.FORMATS`.
    packed : bool
        Whether each piece is a gzip member. Not for Parquet, packed when it is joined.
    columns : tuple of str
        Names of the columns of the input.
    added : tuple of str
        Names of the added ones.
    numbers : tuple of str
        Those of the added ones that are numbers.
    as_is : bool
        Whether chunks keep rows as they stand in the file.
    delimiter, end : str
        Between cells and after rows; CSV and TSV.
    header : str
        The input's header as it stands in the file; used if `as_is`.
    bom : bool
        Whether a CSV begins with a byte order mark.
    schema : bytes
        Arrow stream with the schema of the input; used if `as_is`.

    Examples
    --------
    >>> sink = Sink("csv", False, ("id", "text"), ("verdict",), (), False)
    >>> sink.begin() + sink.body(Chunk(["hai"], [["1", "hai"]]), [{"verdict": "neutral"}])
    b'id,text,verdict\n1,hai,neutral\n'
    """

    format: Format
    packed: bool
    columns: tuple[str, ...]
    added: tuple[str, ...]
    numbers: tuple[str, ...]
    as_is: bool
    delimiter: str = ","
    end: str = "\n"
    header: str = ""
    bom: bool = False
    schema: bytes = b""

    def begin(self) -> bytes:
        """Return what stands before the first chunk."""
        if self.format == "parquet":
            return packed_batch(None, self._schema())
        if self.format == "jsonl":
            return b""
        if self.as_is:
            line = f"{self.header}{self.delimiter}{self._line(self.added)}"
        else:
            line = self._line([*self.columns, *self.added])
        return self._bytes(("\ufeff" if self.bom else "") + line)

    def body(self, chunk: Chunk, cells: Sequence[Mapping[str, Cell]]) -> bytes:
        """Return the rows of a chunk with their added cells (by name, in the order of `added`)."""
        if self.format == "parquet":
            return self._arrow(chunk, cells)
        if not chunk.texts:
            return b""
        write = self._json if self.format == "jsonl" else self._csv
        return self._bytes("".join(map(write, chunk.kept, cells)))

    def _bytes(self, text: str) -> bytes:
        data = text.encode()
        return gzip.compress(data, 6, mtime=0) if self.packed else data

    # --- CSV and TSV

    def _csv(self, kept: Any, cells: Mapping[str, Cell]) -> str:
        added = [safe_cell(c) if isinstance(c, str) else f"{c:.4f}" for c in cells.values()]
        if self.as_is:
            return f"{kept}{self.delimiter}{self._line(added)}"
        return self._line([*map(_text, kept), *added])

    def _line(self, cells: Sequence[str]) -> str:
        # The csv module leaves a bare carriage return unquoted and then cannot read it back.
        bare = any("\r" in c for c in cells)
        out = io.StringIO(newline="")
        csv.writer(
            out,
            delimiter=self.delimiter,
            lineterminator=self.end,
            quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL,
        ).writerow(cells)
        return out.getvalue()

    # --- JSON lines

    def _json(self, kept: Any, cells: Mapping[str, Cell]) -> str:
        added = json.dumps(dict(zip(self.added, cells.values(), strict=True)), ensure_ascii=False)
        if self.as_is:
            return f"{kept.rstrip()[:-1].rstrip()}, {added[1:]}\n"
        row = dict(zip(free_names(self.columns, ()), map(_plain, kept), strict=True))
        return f"{json.dumps(row, ensure_ascii=False, default=_text)[:-1]}, {added[1:]}\n"

    # --- Parquet

    def _schema(self) -> Any:
        pa = arrow()
        more = [
            pa.field(name, pa.float64() if name in self.numbers else pa.string())
            for name in self.added
        ]
        if self.as_is:
            with pa.ipc.open_stream(self.schema) as stream:
                given = stream.schema
        else:
            given = pa.schema([pa.field(n, pa.string()) for n in free_names(self.columns, ())])
        return pa.schema([*given, *more], metadata=given.metadata)

    def _arrow(self, chunk: Chunk, cells: Sequence[Mapping[str, Cell]]) -> bytes:
        pa = arrow()
        schema = self._schema()
        if self.as_is:
            with pa.ipc.open_stream(chunk.kept) as stream:
                columns = list(stream.read_next_batch().columns)
        else:
            rows = cast(list[list[Any]], chunk.kept)
            columns = [
                pa.array([None if row[i] is None else _text(row[i]) for row in rows], pa.string())
                for i in range(len(self.columns))
            ]
        added = [list(c.values()) for c in cells]
        for place in range(len(self.added)):
            kind = schema.field(len(self.columns) + place).type
            columns.append(pa.array([row[place] for row in added], kind))
        return packed_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def sink_for(
    reader: Reader, target: Format, packed: bool, added: Sequence[str], numbers: Sequence[str]
) -> Sink:
    """Return the sink that writes the rows of a reader in a format.

    A CSV keeps the delimiter and the line ends of its input. It is written in UTF-8, with a byte
    order mark where the input had one or was in an encoding that only spreadsheets write.
    """
    text = target in ("csv", "tsv")
    delimiter = "\t" if target == "tsv" else ","
    if reader.as_is:
        delimiter = reader.dialect.delimiter
    names = free_names(added, reader.columns)
    by_name = dict(zip(added, names, strict=True))
    spreadsheet = bool(reader.dialect.bom) or reader.dialect.encoding != "utf-8"
    return Sink(
        target,
        packed and target != "parquet",
        tuple(reader.columns),
        tuple(names),
        tuple(by_name[n] for n in numbers if n in by_name),
        reader.as_is,
        delimiter,
        reader.end if text else "\n",
        reader.header,
        text and spreadsheet,
        packed_batch(None, reader.schema) if isinstance(reader, ParquetReader) else b"",
    )


def rejected_lines(rows: Iterable[Rejected]) -> bytes:
    """Return rows that were put aside as lines of a CSV file with the columns `REJECTED`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([r.line, safe_cell(r.reason), safe_cell(r.raw)] for r in rows)
    return out.getvalue().encode()


def _text(value: Any) -> str:
    """A value as the text of a cell."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool | int | float | list | dict):
        return json.dumps(value, ensure_ascii=False, default=_text)
    return str(value)


def _plain(value: Any) -> Any:
    """A value that JSON knows: no NaN and no infinity."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


__all__ = [
    "REJECTED",
    "Cell",
    "Sink",
    "rejected_lines",
    "safe_cell",
    "sink_for",
]
