"""Parquet in and out, by way of the optional extra ``parquet`` (pyarrow).

Rows are read a part of a row group at a time. A Parquet file cannot be appended to, so an output
grows as Arrow streams one after the other, which are made one file at the end. What it does not do:
classify, or decide where files are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from ..base.catalogue import Message
from ..base.errors import DataError
from ..base.extras import extras
from .rows import MAX_COLUMNS, MAX_LETTERS, Rejected, Row, Rows, cell_text, readable
from .sniffing import opened
from .writer import Columns, Style, Writer

MAX_GROUP = 1 << 31
"""Bytes of a row group, unpacked, and rows of a file."""
_ROWS = 256  # of a batch: with the longest rows allowed, no more than 256 MB
_GROUP_ROWS = 1 << 16  # rows of a row group of a Parquet output,
_GROUP_BYTES = 1 << 26  # or fewer, where texts are long


def arrow() -> Any:
    """Return the module ``pyarrow`` with ``parquet`` and ``compute``, or say how to get it."""
    with extras():
        import pyarrow
        import pyarrow.compute
        import pyarrow.parquet
    return pyarrow


class ParquetRows(Rows):
    """Parquet.

    Attributes
    ----------
    schema : pyarrow.Schema
    only : int or None
        If set, the values of the other columns are not looked at; a writer of Parquet copies
        them from ``row.raw``.
    """

    format = "parquet"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with self._file() as file:
            self.schema = file.schema_arrow
            self.size = file.metadata.num_rows
            self._check_size(file.metadata)
        self.header = list(self.schema.names)
        if len(self.header) > MAX_COLUMNS:
            raise DataError("too_many_columns", path=path, n=len(self.header), limit=MAX_COLUMNS)
        if not self.header:
            raise DataError("empty_table", path=path)

    def _check_size(self, metadata: Any) -> None:
        groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
        largest = max((g.total_byte_size for g in groups), default=0)
        if largest > MAX_GROUP or metadata.num_rows > MAX_GROUP:
            raise DataError("parquet_too_large", path=self.path, limit=MAX_GROUP >> 30)

    @contextmanager
    def _file(self) -> Iterator[Any]:
        pa = arrow()
        with readable(self.path), opened(self.path) as (file, _):
            try:
                # Strings stay in their dictionary: a small file can say one long text very often.
                names = _strings(pa.parquet.read_schema(file), pa)
                file.seek(0)
                yield pa.parquet.ParquetFile(
                    file, buffer_size=1 << 20, pre_buffer=False, read_dictionary=names
                )
            except (
                pa.ArrowException,
                ValueError,
                LookupError,
                OverflowError,
                MemoryError,
            ) as error:
                raise DataError("damaged_parquet", path=self.path, reason=error) from error

    def kind_of_column(self, place: int) -> str:
        """Return ``"text"`` for a column of strings (or of nothing), else its type."""
        pa = arrow()
        kind = self.schema.field(place).type
        return "text" if _is_string(kind, pa) or pa.types.is_null(kind) else str(kind)

    def items(self) -> Iterator[Row | Rejected]:
        """Yield the rows."""
        name = self.path.name
        with self._file() as file:
            number = 0
            for batch in file.iter_batches(_ROWS, use_threads=False):
                lengths = _lengths(batch, arrow())
                columns = [
                    _values(column, arrow()) if self.only in (None, place) else _nothing
                    for place, column in enumerate(batch.columns)
                ]
                for at in range(len(batch)):
                    number += 1
                    where = f"{name}:row {number}"
                    if lengths[at] > MAX_LETTERS:
                        reason = Message("row.long", limit=MAX_LETTERS)
                        yield Rejected(where, number, reason, "")
                        continue
                    try:
                        cells = [value(at) for value in columns]
                    except (ValueError, OverflowError) as error:  # UnicodeDecodeError among them
                        bad = isinstance(error, UnicodeDecodeError)
                        reason = (
                            Message("row.bytes", encoding="UTF-8")
                            if bad
                            else Message("row.value", reason=str(error))
                        )
                        yield Rejected(where, number, reason, "")
                        continue
                    yield Row(where, cells, (batch, at))
                self.position = number


def _strings(schema: Any, pa: Any) -> list[str]:
    """The columns of strings at the top of a schema."""
    return [
        f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)
    ]


def _is_string(kind: Any, pa: Any) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _lengths(batch: Any, pa: Any) -> list[int]:
    """Bytes of the strings in each row."""
    total = [0] * len(batch)
    for column in batch.columns:
        values, places = column, None
        if pa.types.is_dictionary(column.type):
            values, places = column.dictionary, column.indices.to_pylist()
        if not (_is_string(values.type, pa) or pa.types.is_binary(values.type)):
            continue
        bytes_ = pa.compute.binary_length(values).to_pylist()
        for at in range(len(batch)):
            place = at if places is None else places[at]
            total[at] += (bytes_[place] or 0) if place is not None else 0
    return total


def _values(column: Any, pa: Any) -> Callable[[int], Any]:
    """Return a function from the place of a row to the value of a column there."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        inner = _values(column.dictionary, pa)
        places = column.indices
        known: dict[int, Any] = {}  # one string for all rows that say it

        def looked_up(at: int) -> Any:
            place = places[at].as_py()
            if place is None:
                return None
            if place not in known:
                known[place] = inner(place)
            return known[place]

        return looked_up
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return lambda at: _plain(column[at].as_py())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_boolean(kind):
        return lambda at: column[at].as_py()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind):
        return lambda at: column[at].as_py()
    try:  # dates, times, decimals: Arrow's own words know no limits
        texts = column.cast(pa.string())
    except pa.ArrowException:
        return lambda at: None if column[at].as_py() is None else str(column[at].as_py())
    return lambda at: texts[at].as_py()


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, tuple):  # an entry of a map
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return (
        value if value is None or isinstance(value, str | bool | int | float) else cell_text(value)
    )


def _nothing(at: int) -> None:
    return None


# --- out


class ParquetWriter(Writer):
    """Parquet; columns of a Parquet table keep their types, all others are text."""

    def __init__(self, columns: Columns, style: Style, source: Rows | None = None) -> None:
        super().__init__(columns, style, source)
        self._arrow = arrow()
        self.join = join_parquet
        self.schema = self._schema()

    def _schema(self) -> Any:
        pa = self._arrow
        names = self.columns.names()
        width = len(self.columns.header)
        source = self.source
        given: list[Any] = [pa.field(n, pa.string()) for n in names[:width]]
        metadata = None
        if isinstance(source, ParquetRows):
            given[: len(source.header)] = list(source.schema)
            metadata = source.schema.metadata
        for name, free in zip(self.columns.added, names[width:], strict=True):
            given.append(
                pa.field(free, pa.float64() if name in self.columns.numbers else pa.string())
            )
        return pa.schema(given, metadata=metadata)

    def copies_from(self, source: Rows) -> bool:
        """Whether the rows come from Parquet too."""
        return source.format == "parquet"

    def begin(self) -> bytes:
        """Return a stream with no rows."""
        return packed_batch(None, self.schema)

    def rows(self, rows: Sequence[Row], added: Sequence[Mapping[str, Any]]) -> bytes:
        """Return a stream of one batch."""
        pa = self._arrow
        if not rows:
            return b""
        copied = self._copied(rows)
        arrays = list(copied)
        for place in range(len(arrays), len(self.columns.header)):
            arrays.append(
                pa.array(
                    [
                        None if row.cells[place] is None else cell_text(row.cells[place])
                        for row in rows
                    ],
                    pa.string(),
                )
            )
        for name, field in zip(self.columns.added, list(self.schema)[len(arrays) :], strict=True):
            arrays.append(pa.array([more[name] for more in added], field.type))
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        return packed_batch(batch)

    def _copied(self, rows: Sequence[Row]) -> list[Any]:
        """The columns of the rows' own batches, cut to the rows."""
        pa = self._arrow
        if not isinstance(rows[0].raw, tuple):
            return []
        parts: list[tuple[Any, list[int]]] = []
        for row in rows:
            batch, at = row.raw
            if not parts or parts[-1][0] is not batch:
                parts.append((batch, []))
            parts[-1][1].append(at)
        cut = [
            [
                c.cast(f.type)
                for c, f in zip(batch.take(pa.array(at)).columns, self.schema, strict=False)
            ]
            for batch, at in parts
        ]
        return [pa.concat_arrays(columns) for columns in zip(*cut, strict=True)]


def packed_batch(batch: Any, schema: Any = None) -> bytes:
    """Return an Arrow stream of one batch, or of none with a schema; streams can be joined."""
    pa = arrow()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema if schema is None else schema) as writer:
        if schema is None:
            writer.write_batch(batch)
    return cast(bytes, sink.getvalue().to_pybytes())


def join_parquet(body: Path, target: IO[bytes]) -> None:
    """Write the Parquet file of joined Arrow streams, row group by row group."""
    pa = arrow()
    size = body.stat().st_size
    with body.open("rb") as file:
        with pa.ipc.open_stream(file) as first:
            schema = first.schema
        file.seek(0)  # a stream is over only where its end has been read
        with pa.parquet.ParquetWriter(target, schema) as writer:
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


__all__ = ["ParquetRows", "ParquetWriter", "arrow", "join_parquet", "packed_batch"]
