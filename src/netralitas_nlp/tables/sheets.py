"""Tables as offices and labelling tools save them, read into rows of strings.

CSV and TSV in any usual encoding, with comma, semicolon or tab; workbooks (.xlsx); JSON and JSON
Lines; Parquet; and the exports of Label Studio and doccano. Every row keeps the place it came
from ("file:line"), so that a complaint can name it. What this module does not do: judge labels
or texts (see `corpus` and `intake`), or stream tables too large for memory (see `tables`).
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ..base.result import DataError
from .sniffing import sniff

WHERE = "where"
"""The column of a row's place, "file:line 12"."""
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".ndjson", ".parquet")
_MAX_FILE = 2**31
_MAX_INFLATED = 2**30  # bytes of the contents of a workbook
_MAX_ROWS = 20_000_000
# What a damaged workbook or Parquet file gives rise to inside the libraries that read it.
_DAMAGE = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, EOFError, RuntimeError,
    SyntaxError, struct.error, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
Rows = Iterator[tuple[str, dict[str, str]]]


def read_table(path: str | Path, sheet: str | None = None) -> pd.DataFrame:
    r"""Read a table of any format of `SUFFIXES`.

    Parameters
    ----------
    path : str or Path
        The format is told by the ending.
    sheet : str, optional
        Sheet of a workbook; default: the first that is not empty.

    Returns
    -------
    DataFrame
        All cells as str, missing ones as ``""``; the columns of the file, in their order, and
        ``where``. Rows without any cell are left out.

    Raises
    ------
    DataError
        If the file is missing, of another format, damaged, or empty; the message names the line
        and what to do.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "kantor.csv"
    ...     _ = path.write_text("teks;label\nhalo, semua;netral\n", encoding="cp1252")
    ...     read_table(path).iloc[0].to_dict()
    {'teks': 'halo, semua', 'label': 'netral', 'where': 'kantor.csv:line 2'}
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if path.is_dir():
        raise DataError(f"{path} is a folder; name a file ({', '.join(SUFFIXES)})")
    if not path.exists():
        raise DataError(f"no file {path}")
    if suffix not in SUFFIXES:
        raise DataError(
            f"cannot read {path.name}: the ending {suffix or '(none)'!r} is none of "
            f"{', '.join(SUFFIXES)}; save the table as .csv (UTF-8) or .xlsx"
        )
    if sheet is not None and suffix != ".xlsx":
        raise DataError(f"{path.name} has no sheets; --sheet goes with a .xlsx file")
    try:
        if path.stat().st_size > _MAX_FILE:
            raise DataError(f"{path} is larger than 2 GiB; split it")
        if suffix == ".parquet":
            return _parquet(path)
        if suffix == ".xlsx":
            rows = list(_workbook(path, sheet))
        elif suffix == ".json":
            rows = list(_json(path))
        elif suffix in (".jsonl", ".ndjson"):
            rows = list(_lines(path))
        else:
            rows = list(_delimited(path))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    if not rows:
        raise DataError(f"{path} has no rows: a header and at least one row are needed")
    columns = list(dict.fromkeys(name for _, row in rows for name in row))
    data = {name: [row.get(name, "") for _, row in rows] for name in columns}
    return _placed(data, [where for where, _ in rows])


def _delimited(path: Path) -> Rows:
    raw = path.read_bytes()
    try:
        dialect = sniff(raw)
        text = dialect.decode(raw)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path}, line {line}: byte {raw[error.start]:#04x} is not {error.encoding}; "
            "save the file again as CSV UTF-8"
        ) from error
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    delimiter = "\t" if path.suffix.lower() == ".tsv" else dialect.delimiter
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            at, line = line, reader.line_num + 1
            if not any(c.strip() for c in cells):
                continue
            if not header:
                header = _header(cells, path)
                continue
            if len(cells) > len(header) and any(c.strip() for c in cells[len(header) :]):
                raise DataError(
                    f"{path}, line {at}: {len(cells)} cells where the header has {len(header)}; "
                    f"a text with {delimiter!r} in it must stand in double quotes"
                )
            row = dict.fromkeys(header, "")
            row.update(zip(header, cells, strict=False))
            yield f"{path.name}:line {at}", row
    except csv.Error as error:
        raise DataError(f"{path}, line {line}: cannot be read as CSV ({error})") from error


def _header(cells: list[str], path: Path) -> list[str]:
    names = [c.strip().lstrip("\ufeff") for c in cells]
    while names and not names[-1]:
        names.pop()
    twice = [n for i, n in enumerate(names) if n and n in names[:i]]
    if twice:
        raise DataError(f"{path} has two columns called {twice[0]!r}; rename one")
    return [name or f"column {i}" for i, name in enumerate(names, start=1)]


def _workbook(path: Path, sheet: str | None) -> Rows:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as packed:
            inflated = sum(member.file_size for member in packed.infolist())
        if inflated > _MAX_INFLATED:
            raise DataError(f"{path} unpacks to {inflated:,} bytes: too large; save it as .csv")
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, *_DAMAGE) as error:
        raise DataError(
            f"{path} is damaged or no .xlsx workbook ({error}); save it again from the spreadsheet"
        ) from error
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise DataError(f"{path} has no sheet {sheet!r}; it has: {', '.join(book.sheetnames)}")
        for name in [sheet] if sheet else book.sheetnames:
            header: list[str] = []
            found = False
            for at, values in enumerate(book[name].iter_rows(values_only=True), start=1):
                cells = [_cell(v) for v in values]
                if not any(c.strip() for c in cells):
                    continue
                if not header:
                    header = _header(cells, path)
                    continue
                found = True
                where = f"{path.name}:{name}:row {at}"
                if any(c.strip() for c in cells[len(header) :]):
                    raise DataError(f"{where}: a cell stands beyond the last column of the header")
                row = dict.fromkeys(header, "")
                row.update(zip(header, cells, strict=False))
                yield where, row
            if found:
                return
    except _DAMAGE as error:
        raise DataError(f"{path} is damaged ({error}); save it again") from error
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _parquet(path: Path) -> pd.DataFrame:
    try:
        from pyarrow.parquet import read_metadata

        rows = read_metadata(path).num_rows
        if rows > _MAX_ROWS:
            raise DataError(f"{path} has {rows:,} rows; split it")
        frame = pd.read_parquet(path)
        text = {str(c): [_value(v) for v in frame[c]] for c in frame.columns}
    except ImportError as error:
        raise DataError(
            f"reading {path.name} needs pyarrow: pip install 'netralitas-nlp[parquet]'"
        ) from error
    except (*_DAMAGE, OSError) as error:
        raise DataError(f"{path} is damaged or no Parquet file ({error})") from error
    if not len(frame):
        raise DataError(f"{path} has no rows")
    return _placed(text, [f"{path.name}:row {i}" for i in range(1, len(frame) + 1)])


def _value(value: Any) -> str:
    if not pd.api.types.is_scalar(value):
        plain = value.tolist() if hasattr(value, "tolist") else value
        return json.dumps(plain, ensure_ascii=False, default=str)
    return "" if pd.isna(value) else _cell(value)


def _placed(columns: dict[str, list[str]], places: list[str]) -> pd.DataFrame:
    """The table with the place of each row; a column of that name in the file gets another."""
    renamed = {f"{name}_2" if name == WHERE else name: cells for name, cells in columns.items()}
    return pd.DataFrame({**renamed, WHERE: places}, dtype=str)


def _lines(path: Path) -> Rows:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path.name}:line {number}"
        yield from _flatten(_loads(line, where), where)


def _json(path: Path) -> Rows:
    data = _loads(_text(path), path.name)
    if isinstance(data, dict):
        inner = [v for v in data.values() if isinstance(v, list)]
        data = inner[0] if len(inner) == 1 else data
    if not isinstance(data, list):
        raise DataError(f"{path} is no list of objects; export it as JSON with one object a text")
    for number, item in enumerate(data, start=1):
        where = f"{path.name}:item {number}"
        yield from _flatten(item, where)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8") from error


def _loads(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: not valid JSON ({error})") from error


def _flatten(item: Any, where: str) -> Rows:
    """Yield the rows of one object: one, but for a task that people labelled differently."""
    if not isinstance(item, dict):
        raise DataError(f"{where}: {type(item).__name__} where an object with a text was expected")
    if isinstance(item.get("data"), dict) and ("annotations" in item or "completions" in item):
        yield from _label_studio(item, where)
        return
    row: dict[str, str] = {}
    for name, value in item.items():
        if name in ("label", "labels", "cats", "category") and isinstance(value, list):
            row["label" if name in ("labels", "cats") else name] = _one(value, where)
        elif isinstance(value, dict) and set(value) == {"choices"}:
            row[name] = _one(value["choices"], where)
        elif isinstance(value, str | int | float | bool) or value is None:
            row[name] = _cell(value)
        else:
            row[name] = json.dumps(value, ensure_ascii=False, sort_keys=True)
    yield where, row


def _one(labels: list[Any], where: str) -> str:
    if len(labels) > 1:
        raise DataError(f"{where}: {len(labels)} labels ({labels}); one label a text")
    return _cell(labels[0]) if labels else ""


def _label_studio(item: dict[str, Any], where: str) -> Rows:
    """A task of Label Studio's JSON export: its data, and the choices of each annotation."""
    base = {k: _cell(v) for k, v in item["data"].items() if not isinstance(v, dict | list)}
    if "id" in item:
        base.setdefault("id", str(item["id"]))
    told: list[dict[str, str]] = []
    try:
        for annotation in item.get("annotations") or item.get("completions") or []:
            if annotation.get("was_cancelled"):
                continue
            choices = {
                str(r.get("from_name", "label")): _one(r["value"]["choices"], where)
                for r in annotation.get("result", [])
                if r.get("type") == "choices" and r["value"].get("choices")
            }
            if len(choices) == 1 and "label" not in choices:
                choices = {"label": next(iter(choices.values()))}
            if choices not in told:
                told.append(choices)
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        raise DataError(f"{where}: no export of Label Studio ({error!r})") from error
    for choices in told or [{}]:
        yield where, base | choices


__all__ = ["SUFFIXES", "WHERE", "read_table"]
