"""The two files of a model: ``model.json``, meant to be read by people, and ``weights.npz``.

``model.json`` holds format, labels, settings, calibration, thresholds, provenance and figures;
``weights.npz`` feature names and numbers. Only plain arrays of numbers are read, so no code can
run from a file, and nothing can become larger than the file is.

What this module does not do: decide anything with what it reads (`weights`).
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.catalogue import Message
from ..base.errors import ModelError
from ..base.files import write_bytes
from ..base.result import CATEGORIES
from ..read.find import Lexicon
from .occurrences import BLOCKS, VERSION
from .weights import HEADS, LinearModel

if TYPE_CHECKING:
    from .weights import Array

FORMAT = 1
_MAX_FILE = 512 * 2**20
_MAX_HEADER = 16 * 2**20
_PARTS = ("names", "idf", "weights", "categories")
_STORED = {"intercepts.npy"} | {f"{b}_{part}.npy" for b in BLOCKS for part in _PARTS}
_REBUILD = Message("model.rebuild")


def save_model(model: LinearModel, folder: Path) -> Path:
    """Write a model into `folder` (made if missing); each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {"intercepts": model.intercepts}
    for block in BLOCKS:
        lines = "\n".join(model.names[block]).encode("utf-8")
        arrays[f"{block}_names"] = np.frombuffer(lines, dtype=np.uint8)
        arrays[f"{block}_idf"] = model.idf[block].astype(np.float32)
        arrays[f"{block}_weights"] = model.weights[block][:, 0].astype(np.float32)
        arrays[f"{block}_categories"] = model.weights[block][:, 1:].astype(np.float16)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # not compressed: it loads in half the time
    weights = buffer.getvalue()
    header = model.header | {
        "format": FORMAT,
        "features_version": VERSION,
        "features": {b: len(model.names[b]) for b in BLOCKS},
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
    }
    write_bytes(folder / "weights.npz", weights)
    text = json.dumps(header, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    write_bytes(folder / "model.json", text.encode("utf-8"))
    return folder


def load_model(folder: Path) -> LinearModel:
    """Read a model folder; see `LinearModel.load`."""
    raw_header = _read(folder, "model.json", _MAX_HEADER)
    raw = _read(folder, "weights.npz", _MAX_FILE)
    try:
        header = json.loads(raw_header)
        if not isinstance(header, dict):
            raise ModelError("not_an_object")
    except (ModelError, ValueError, RecursionError) as error:
        path = folder / "model.json"
        raise ModelError("model.damaged", path=path, reason=error, rebuild=_REBUILD) from error
    for key, ours, name in (
        ("format", FORMAT, "format"),
        ("features_version", VERSION, "features"),
    ):
        if header.get(key) != ours:
            raise ModelError(
                "model.version",
                path=folder,
                what=name,
                has=header.get(key),
                ours=ours,
                rebuild=_REBUILD,
            )
    known = Lexicon.default().fingerprint
    if header.get("fingerprint", known) != known:  # the same text would be read as another
        raise ModelError("model.other_lists", path=folder, rebuild=_REBUILD)
    if hashlib.sha256(raw).hexdigest() != header.get("weights_sha256"):
        raise ModelError("model.other_weights", path=folder / "weights.npz", rebuild=_REBUILD)
    try:
        return LinearModel(header, *_arrays(raw))
    except _DAMAGE as error:
        raise ModelError("model.damaged", path=folder, reason=error, rebuild=_REBUILD) from error


# What wrong types, numbers and zip files give rise to.
_DAMAGE = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, OSError, EOFError,
    RuntimeError, SyntaxError, MemoryError, zipfile.BadZipFile, struct.error, ModelError,
)  # fmt: skip


def _read(folder: Path, name: str, most: int) -> bytes:
    """Return a file of a model folder, no larger than `most` bytes."""
    path = folder / name
    try:
        if not path.is_file():
            raise ModelError("model.no_file", name=name, folder=folder, rebuild=_REBUILD)
        if path.stat().st_size > most:
            raise ModelError("model.too_large", path=path, limit=most)
        return path.read_bytes()
    except OSError as error:
        raise ModelError("cannot_read", path=path, reason=error) from error


def _arrays(
    raw: bytes,
) -> tuple[dict[str, list[str]], dict[str, Array], Mapping[str, Array], Array]:
    """Return names, idf, weights (by block) and intercepts."""
    names: dict[str, list[str]] = {}
    idf: dict[str, Array] = {}
    weights: dict[str, Array] = {}
    stored = _members(raw)
    for block in BLOCKS:
        text = stored[f"{block}_names.npy"].tobytes().decode("utf-8")
        names[block] = text.split("\n") if text else []
        idf[block] = stored[f"{block}_idf.npy"].astype(np.float64)
        partisan = stored[f"{block}_weights.npy"].astype(np.float64)
        categories = stored[f"{block}_categories.npy"].astype(np.float64)
        n = len(names[block])
        if idf[block].shape != (n,) or partisan.shape != (n,):
            raise ModelError("model.lengths", block=block, n=n)
        if categories.shape != (n, len(CATEGORIES)):
            raise ModelError("model.categories", block=block)
        weights[block] = np.column_stack([partisan, categories])
    intercepts = stored["intercepts.npy"].astype(np.float64)
    if intercepts.shape != (HEADS,):
        raise ModelError("model.intercepts")
    return names, idf, weights, intercepts


def _members(raw: bytes) -> dict[str, Any]:
    """Return the arrays of an ``.npz`` by file name.

    As written by `save_model`: those files and no other, not compressed, numbers only. So
    nothing can become larger than the file is, be put elsewhere, or be unpickled.
    """
    out: dict[str, Any] = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        members = file.infolist()
        if len(members) != len(_STORED) or {m.filename for m in members} != _STORED:
            raise ModelError("model.other_files")
        if any(m.compress_type != zipfile.ZIP_STORED for m in members):
            raise ModelError("model.compressed")
        if sum(m.file_size for m in members) > len(raw):
            raise ModelError("model.larger_inside")
        for member in members:
            # Where it lies; unpacking would copy it and sum it up once more, for nothing.
            begin = member.header_offset + 30
            if member.flag_bits or raw[begin - 30 : begin - 26] != b"PK\x03\x04":
                raise ModelError("model.not_stored", name=member.filename)
            begin += sum(struct.unpack("<HH", raw[begin - 4 : begin]))
            out[member.filename] = _array(memoryview(raw)[begin : begin + member.file_size])
    return out


def _array(data: memoryview) -> Any:
    """Return the array of an ``.npy`` file in memory; memory is taken for what is there, not said."""
    head = _HEADER.match(data)
    if head is None:  # anything else; objects too, which would be pickles
        raise ModelError("model.array_head", head=bytes(data[:80]))
    if head.end() != 10 + int.from_bytes(head["size"], "little"):
        raise ModelError("model.array_length")
    flat = np.frombuffer(data, dtype=head["kind"].decode(), offset=head.end())
    shape = tuple(int(n) for n in head["shape"].replace(b",", b" ").split())
    if math.prod(shape) != len(flat):
        raise ModelError("model.array_shape", shape=str(shape), n=len(flat))
    return flat.reshape(shape, order="F" if head["by_column"] == b"True" else "C")


# The head of an array file as NumPy writes it, for the kinds of numbers a model has. (Its own
# reader takes any Python literal, and longer than the numbers.)
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<size>..)"
    rb"\{'descr': '(?P<kind>\|u1|<f[248])', 'fortran_order': (?P<by_column>True|False), "
    rb"'shape': \((?P<shape>\d{1,12},|\d{1,12}, \d{1,12})\), \} {0,999}\n",
    re.DOTALL,
)
