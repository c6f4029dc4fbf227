"""Parquet in and out, by way of the optional extra ``parquet`` (pyarrow).

Rows are read a part of a row group at a time. A Parquet file cannot be appended to, so an output
grows as Arrow streams one after the other, which are made one file at the end. What it does not do:
classify, or decide where files are.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, cast

from ..base.result import DataError
from ..say.sentences import Language
from .streams import ROWS, Chunk, CsvReader, Format, JsonReader, Reader, unpacked

_GROUP_ROWS = 1 << 16  # rows of a row group of a Parquet output,
_GROUP_BYTES = 1 << 26  # or fewer, where texts are long


def arrow() -> Any:
    """Return the module ``pyarrow`` with ``parquet`` loaded, or say how to get it."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise DataError(
            "Parquet files need pyarrow: pip install 'netralitas-nlp[parquet]'"
        ) from error
    return pyarrow


class ParquetReader(Reader):
    """Parquet, some rows of a row group at a time."""

    def __init__(self, path: Path, column: str, as_is: bool, language: Language) -> None:
        super().__init__(path, column, as_is, language)
        pa = arrow()
        with self._readable(), self._file() as file:
            self.schema = file.schema_arrow
            self.size = file.metadata.num_rows
        self.columns = list(self.schema.names)
        self._check_column()
        self._place = self.columns.index(column)
        kind = self.schema.field(self._place).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise DataError(f"{path}: column {column!r} holds {kind}, not text")

    @contextmanager
    def _file(self) -> Iterator[Any]:
        pa = arrow()
        with self.path.open("rb") as raw, unpacked(raw) as file:
            try:
                yield pa.parquet.ParquetFile(file, buffer_size=1 << 20, pre_buffer=False)
            except pa.ArrowException as error:
                raise DataError(f"cannot read {self.path}: {error}") from error

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, always cut at the same places."""
        pa = arrow()
        with self._readable(), self._file() as file:
            self.position = 0
            for batch in file.iter_batches(ROWS, use_threads=False):
                chunk = Chunk()
                values: list[Any] = []
                good: list[int] = []
                for at, row in enumerate(_values(batch, self._place if self.as_is else None)):
                    text = None if row is None else row[self._place]
                    if isinstance(text, str):
                        good.append(at)
                        chunk.texts.append(text)
                        values.append(row)
                        continue
                    number = self.position + at + 1
                    why, raw = "bytes", ""
                    if row is not None:
                        why, raw = "missing", str(_value_row(batch, at, None))
                    chunk.rejected.append(self._no(number, raw, why, found="utf-8"))
                self.position += len(batch)
                if self.as_is:
                    whole = len(good) == len(batch)
                    chosen = batch if whole else batch.take(pa.array(good, pa.int64()))
                    chunk.kept = packed_batch(chosen)
                else:
                    chunk.kept = values
                yield chunk


READERS: dict[Format, type[Reader]] = {
    "csv": CsvReader,
    "tsv": CsvReader,
    "jsonl": JsonReader,
    "parquet": ParquetReader,
}


def packed_batch(batch: Any, schema: Any = None) -> bytes:
    """Return an Arrow stream of one batch, or of none with a schema; streams can be joined."""
    pa = arrow()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema if schema is None else schema) as writer:
        if schema is None:
            writer.write_batch(batch)
    return cast(bytes, sink.getvalue().to_pybytes())


def join_parquet(body: Path, target: IO[bytes], packed: bool) -> None:
    """Write the Parquet file of joined Arrow streams, row group by row group."""
    pa = arrow()
    size = body.stat().st_size
    with ExitStack() as stack:
        out = target
        if packed:
            member = gzip.GzipFile("", "wb", 6, target, mtime=0)
            out = cast(IO[bytes], stack.enter_context(member))
        file = stack.enter_context(body.open("rb"))
        with pa.ipc.open_stream(file) as first:
            schema = first.schema
        file.seek(0)  # a stream is over only where its end has been read
        writer = stack.enter_context(pa.parquet.ParquetWriter(out, schema))
        group: list[Any] = []
        while file.tell() < size:
            with pa.ipc.open_stream(file) as stream:
                group += stream
            rows = sum(len(b) for b in group)
            if rows >= _GROUP_ROWS or sum(b.nbytes for b in group) >= _GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(group, schema), row_group_size=rows)
                group = []
        if any(len(b) for b in group):
            writer.write_table(pa.Table.from_batches(group, schema))


def _values(batch: Any, only: int | None) -> Iterable[list[Any] | None]:
    """The rows of an Arrow batch; None for one with text that is not UTF-8.

    With `only`, the values of the other columns are not looked at.
    """
    try:
        lists = [
            c.to_pylist() if only in (None, at) else [None] * len(batch)
            for at, c in enumerate(batch.columns)
        ]
        return map(list, zip(*lists, strict=True))
    except UnicodeDecodeError:
        return [_value_row(batch, at, only) for at in range(len(batch))]


def _value_row(batch: Any, at: int, only: int | None) -> list[Any] | None:
    try:
        return [
            c[at].as_py() if only in (None, place) else None
            for place, c in enumerate(batch.columns)
        ]
    except UnicodeDecodeError:
        return None
