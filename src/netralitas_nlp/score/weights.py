"""The linear model: load, save, score, contributions; no scikit-learn, no code from files.

A model is a folder with two files: ``model.json`` (format, labels, settings, calibration,
thresholds, provenance, figures; meant to be read by people) and ``weights.npz`` (feature names
and numbers; only plain arrays of numbers are read). The decision is

    logit = intercept + sum over blocks of  sum_words a(word) / sqrt(sum_words n(word))

with ``a = weight * idf`` and ``n = idf ** 2`` summed over the features of a word; the block of
signals simply adds its weights. This module turns one unit of a text, or two neighbours, into a
row of numbers; `classifier` adds rows up. Nothing is worked out on loading that a first verdict
does not need.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import struct
import zipfile
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from operator import lt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.files import write_bytes
from ..base.result import CATEGORIES, ModelError
from .features import BLOCKS, NEAR_GROUP, OF_UNITS, PLAIN, VERSION, Settings, letter_groups

FORMAT = 1
HEADS = 1 + len(CATEGORIES)
"""Columns of decisions: the partisan head, then one for each category."""
WIDTH = HEADS + 1  # the heads' sums, then the size n
UNIT_ROW = len(OF_UNITS) * WIDTH
"""Numbers in the row of a unit: `WIDTH` for each block that has features of units."""
TOGETHER = ("word", "near", "signal")
"""The blocks with features that units do not have alone, in the order of their sums."""

_PLAIN = BLOCKS.index(PLAIN)

if TYPE_CHECKING:
    # Annotations only: numpy.typing takes a tenth of the start.
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
_MAX_FILE = 512 * 2**20
_MAX_HEADER = 16 * 2**20
_MAX_NUMBER = 1e6
"""Size of any number of a model; sums of larger ones would lose the digits reasons rest on."""
_FEW_NAMES, _FEW_ROWS = 1500, 400
"""Features looked up by bisection, and rows made one by one, before all are: a text or two."""
_TINY = 1e-300
_MAX_GROUP = 16  # letters of a group
_MAX_REACH = 64
_PARTS = ("names", "idf", "weights", "categories")
_STORED = {"intercepts.npy"} | {f"{b}_{part}.npy" for b in BLOCKS for part in _PARTS}

_REBUILD = "rebuild it with 'netralitas train data/captions --out models/default'"


class LinearModel:
    """Weights, calibration and thresholds.

    Parameters
    ----------
    header : mapping
        What ``model.json`` holds.
    names : mapping of str to list of str
        Feature names by block, in order, each once.
    idf : mapping of str to array of shape (n_features_of_block,)
    weights : mapping of str to array of shape (n_features_of_block, 11)
        First column: partisan; the others: the ten categories in the order of
        `result.CATEGORIES`.
    intercepts : array of shape (11,)
    """

    def __init__(
        self,
        header: Mapping[str, Any],
        names: Mapping[str, list[str]],
        idf: Mapping[str, Array],
        weights: Mapping[str, Array],
        intercepts: Array,
    ) -> None:
        self.header = dict(header)
        self.names = names
        self.idf = idf
        self.weights = weights
        self.intercepts = intercepts
        self.settings = _settings(self.header["settings"])
        calibration = self.header["calibration"]
        self.slope = _number(calibration, "slope")
        self.offset = _number(calibration, "offset")
        self.prior = _number(calibration, "prior")
        if not 0 < self.prior < 1:
            raise ValueError(f"prior {self.prior} is not between 0 and 1")
        review, partisan = (_number({"threshold": t}, "threshold") for t in header["thresholds"])
        if not 0 <= review <= partisan <= 1:
            raise ValueError(f"thresholds {review}, {partisan} are not in order within 0..1")
        self.thresholds = (review, partisan)
        _check(names, idf, weights, intercepts)
        self._index: dict[str, dict[str, int]] = {}
        self._shapes: dict[str, Array] = {}  # some hundreds of combinations
        self._asked = 0
        self._place = {b: i * WIDTH for i, b in enumerate(OF_UNITS)}
        first = 1
        self.offset_of: dict[str, int] = {}
        for block in TOGETHER:
            self.offset_of[block] = first
            first += len(names[block])
        self._last: list[float] = intercepts.tolist()
        parts = {b: (*_parts_of(weights, b), idf[b]) for b in BLOCKS}
        self.others = Table([parts[b] for b in TOGETHER])
        self._tables = {
            b: (self.others, self.offset_of[b]) if b in TOGETHER else (Table([parts[b]]), 1)
            for b in BLOCKS
        }

    def __reduce__(self) -> tuple[Any, ...]:
        # What it was made of travels; what was worked out since stays here.
        return type(self), (self.header, self.names, self.idf, self.weights, self.intercepts)

    # --- rows

    def unit_row(self, key: str, letters: str, shape: str) -> Array:
        """Return the row of a unit: what it adds to the blocks `OF_UNITS`, shape (36,).

        For each block 11 heads, then the size.
        """
        row = np.zeros(UNIT_ROW)
        self._add(row, "word", (key,))
        if letters and self.settings.letters:
            groups = letter_groups(letters, self.settings.letters_from, self.settings.letters_to)
            self._add(row, "letters", groups)
        if self.settings.shape:
            known = self._shapes.get(shape)
            if known is None:
                self._add(row, "shape", shape.split(" "))
                at = self._place["shape"]
                self._shapes[shape] = row[at : at + WIDTH].copy()
            else:
                row[self._place["shape"] :][:WIDTH] = known
        return row

    def beginning(self, block: str, name: str) -> list[tuple[str, int]]:
        """Return the features of a block that begin with a name: the rest of each, and its row.

        Rows are those of `others`.
        """
        names, first, size = self.names[block], self.offset_of[block], len(name)
        begin = bisect_left(names, name)  # names are in order
        end = bisect_left(names, name[:-1] + chr(ord(name[-1]) + 1), lo=begin)
        return [(names[at][size:], first + at) for at in range(begin, end)]

    def parts(self, block: str, columns: Sequence[int]) -> Array:
        """Return what features of a block add to the partisan head and the size, shape (k, 2)."""
        return self._rows(block, columns)[:, :: WIDTH - 1]

    def column(self, block: str, name: str) -> int | None:
        """Return the column of a feature in its block, or None where the model has none."""
        index = self._index.get(block)
        if index is not None:
            return index.get(name)
        found = self._columns(block, (name,))
        return found[0] if found else None

    def _columns(self, block: str, wanted: Sequence[str]) -> list[int]:
        """Return the columns of those features of a block that the model has."""
        index = self._index.get(block)
        if index is None:
            names = self.names[block]
            self._asked += len(wanted)
            if self._asked <= _FEW_NAMES:
                places = [(bisect_left(names, name), name) for name in wanted]
                return [at for at, name in places if at < len(names) and names[at] == name]
            index = self._index[block] = dict(zip(names, range(len(names)), strict=True))
        return [column for name in wanted if (column := index.get(name)) is not None]

    def _add(self, row: Array, block: str, names: Sequence[str]) -> None:
        columns = self._columns(block, names)
        if columns:
            at = self._place[block]
            rows = self._rows(block, columns)
            row[at : at + WIDTH] = rows[0] if len(columns) == 1 else rows.sum(axis=0)

    def _rows(self, block: str, columns: Sequence[int]) -> Array:
        table, first = self._tables[block]
        return table.take([first + column for column in columns])

    # --- decisions

    def decide(self, units: Array, others: Array) -> Array:
        """Turn sums of rows into decisions, shape (n, 11).

        Parameters
        ----------
        units : array of shape (n, 36)
            Sums of rows from `unit_row`.
        others : array of shape (3 * n, 12)
            Sums of rows of `others`: for each text its pairs, its words near a mention, and its
            signals.
        """
        n = len(units)
        mine = units.reshape(n, len(OF_UNITS), WIDTH)
        theirs = others.reshape(n, len(TOGETHER), WIDTH)
        # In this order one after the other, as `decide_one` does: the same to the last digit.
        blocks = (mine[:, 0] + theirs[:, 0], mine[:, 1], mine[:, 2], theirs[:, 1])
        decisions: Array = np.zeros((n, HEADS))
        for block in blocks:
            decisions += block[:, :HEADS] * (1.0 / np.sqrt(block[:, HEADS:] + _TINY))
        decisions += theirs[:, 2, :HEADS]
        decisions += self.intercepts
        return decisions

    def decide_one(self, units: Array, others: Array) -> list[float]:
        """Return the decisions of one text: what `decide` gives, without arrays of one row."""
        flat = units.ravel().tolist()
        pairs, near, told = others.tolist()
        words = [a + b for a, b in zip(flat[:WIDTH], pairs, strict=True)]
        letters, shape = flat[WIDTH : 2 * WIDTH], flat[2 * WIDTH :]
        a, b, c, d = (1.0 / math.sqrt(x[HEADS] + _TINY) for x in (words, letters, shape, near))
        return [
            v * a + w * b + x * c + y * d + z + last
            for v, w, x, y, z, last in zip(  # not the sizes, the last of each
                words, letters, shape, near, told, self._last, strict=False
            )
        ]

    @staticmethod
    def scale(sizes: Array) -> Array:
        """Return what sums of blocks are multiplied by, from their sizes, shape (…, 5).

        ``1 / sqrt(size)``, and 1 for the signals. The tiny number changes no size and keeps an
        empty block, whose sums are 0, at 0.
        """
        factor: Array = 1.0 / np.sqrt(sizes + _TINY)
        factor[..., _PLAIN] = 1.0
        return factor

    def probability(self, decision: float) -> float:
        """Return the calibrated probability of a decision (Platt's two numbers)."""
        z = self.slope * decision + self.offset
        if z >= 0:
            return 1.0 / (1.0 + math.exp(-z))
        e = math.exp(z)
        return e / (1.0 + e)

    def with_prior(self, prior: float) -> LinearModel:
        """Return the model calibrated for another share of partisan texts.

        Parameters
        ----------
        prior : float
            Expected share of partisan texts among those that will come, between 0 and 1.

        Notes
        -----
        Moves the calibration's offset by the difference of the log odds (Saerens, Latinne &
        Decaestecker 2002, for known priors). Thresholds stay where they are.
        """
        if not 0 < prior < 1:
            raise ValueError(f"prior {prior!r} is not between 0 and 1 (for example 0.2)")
        shift = math.log(prior / (1 - prior)) - math.log(self.prior / (1 - self.prior))
        header = json.loads(json.dumps(self.header))
        header["calibration"]["offset"] = self.offset + shift
        header["calibration"]["prior"] = prior
        return LinearModel(header, self.names, self.idf, self.weights, self.intercepts)

    # --- files

    def save(self, folder: str | Path) -> Path:
        """Write the model into `folder` (made if missing); each file whole or not at all."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {"intercepts": self.intercepts}
        for block in BLOCKS:
            arrays[f"{block}_names"] = np.frombuffer(
                "\n".join(self.names[block]).encode("utf-8"), dtype=np.uint8
            )
            arrays[f"{block}_idf"] = self.idf[block].astype(np.float32)
            arrays[f"{block}_weights"] = self.weights[block][:, 0].astype(np.float32)
            arrays[f"{block}_categories"] = self.weights[block][:, 1:].astype(np.float16)
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # not compressed: it loads in half the time
        weights = buffer.getvalue()
        header = self.header | {
            "format": FORMAT,
            "features_version": VERSION,
            "features": {b: len(self.names[b]) for b in BLOCKS},
            "weights_sha256": hashlib.sha256(weights).hexdigest(),
        }
        write_bytes(folder / "weights.npz", weights)
        text = json.dumps(header, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        write_bytes(folder / "model.json", text.encode("utf-8"))
        return folder

    @classmethod
    def load(cls, folder: str | Path) -> LinearModel:
        """Read a model folder.

        Raises
        ------
        ModelError
            If a file is missing, damaged, or made for another version; the message says which
            and how to get a good one.
        """
        folder = Path(folder)
        raw_header = _read(folder, "model.json", _MAX_HEADER)
        raw = _read(folder, "weights.npz", _MAX_FILE)
        try:
            header = json.loads(raw_header)
            if not isinstance(header, dict):
                raise ValueError("not a JSON object")
        except (ValueError, RecursionError) as error:
            raise ModelError(f"{folder}/model.json is damaged ({error}); {_REBUILD}") from error
        for key, ours, name in (
            ("format", FORMAT, "format"),
            ("features_version", VERSION, "features"),
        ):
            if header.get(key) != ours:
                raise ModelError(
                    f"{folder} has {name} {header.get(key)!r}, this version of netralitas_nlp reads "
                    f"{ours}; install the version that made it, or {_REBUILD}"
                )
        if hashlib.sha256(raw).hexdigest() != header.get("weights_sha256"):
            raise ModelError(
                f"{folder}/weights.npz is not the file model.json speaks of; {_REBUILD}"
            )
        try:
            return cls(header, *_arrays(raw))
        except _DAMAGE as error:
            raise ModelError(f"{folder} is damaged ({error!r}); {_REBUILD}") from error


# What wrong types, numbers and zip files give rise to.
_DAMAGE = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, OSError, EOFError,
    RuntimeError, SyntaxError, MemoryError, zipfile.BadZipFile, struct.error,
)  # fmt: skip


def _read(folder: Path, name: str, most: int) -> bytes:
    """Return a file of a model folder, no larger than `most` bytes."""
    path = folder / name
    try:
        if not path.is_file():
            raise ModelError(f"no {name} in {folder}: not a model folder; {_REBUILD}")
        if path.stat().st_size > most:
            raise ModelError(f"{path} is larger than {most} bytes: not one of our models")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error


def _settings(given: Mapping[str, Any]) -> Settings:
    """Return the settings of a header, each of the type and the size it can have."""
    settings = Settings(**given)
    for name, usual in Settings().to_dict().items():
        value = getattr(settings, name)
        if type(value) is not type(usual):
            raise TypeError(f"setting {name} is {value!r}, not {type(usual).__name__}")
    if not 1 <= settings.letters_from <= settings.letters_to <= _MAX_GROUP:
        raise ValueError(f"letter groups cannot go beyond 1 to {_MAX_GROUP} letters")
    if not 0 <= settings.reach <= _MAX_REACH:
        raise ValueError(f"reach {settings.reach} is not within 0..{_MAX_REACH}")
    return settings


def _number(values: Mapping[str, Any], name: str) -> float:
    value = values[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} {value!r} is no number")
    if not abs(value) <= _MAX_NUMBER:  # nor NaN
        raise ValueError(f"{name} is not within ±{_MAX_NUMBER:g}")
    return float(value)


def _check(
    names: Mapping[str, list[str]],
    idf: Mapping[str, Array],
    weights: Mapping[str, Array],
    intercepts: Array,
) -> None:
    """Raise ValueError for what no training makes, before a text meets it."""
    for block in BLOCKS:
        if not all(map(lt, names[block], islice(names[block], 1, None))):
            raise ValueError(f"block {block!r} has names that are not in order, or one twice")
        if not all(_within(part, -_MAX_NUMBER) for part in _parts_of(weights, block)):
            raise ValueError(f"block {block!r} has a weight that is not within ±{_MAX_NUMBER:g}")
        if not _within(idf[block], 0):
            raise ValueError(f"block {block!r} has an idf that is not within 0..{_MAX_NUMBER:g}")
    if not (np.abs(intercepts) <= _MAX_NUMBER).all():
        raise ValueError(f"an intercept is not within ±{_MAX_NUMBER:g}")
    sides = tuple(f"{group}{side}" for group in NEAR_GROUP.values() for side in "<>")
    for name in names["near"]:
        if not name.startswith(sides):
            raise ValueError(f"near feature {name!r} does not begin with a kind and a side")


class Table:
    """What each feature of some blocks adds to the heads and to the size; row 0 adds nothing.

    The first few rows are made one by one, as they are asked for: a process that reads one text
    needs some hundred of a hundred thousand.

    Parameters
    ----------
    parts : sequence of tuple
        For each block, one after the other: weights of the partisan head, shape (n,), and of the
        categories, shape (n, 10), and idf, shape (n,).
    """

    def __init__(self, parts: Sequence[tuple[Any, Any, Any]]) -> None:
        self._parts = parts
        self._asked = 0
        self._whole: Array | None = None

    def take(self, rows: Sequence[int], axis: int = 0) -> Array:
        """Return some rows, shape (k, 12); ``axis`` is 0, as of the array it stands for."""
        whole = self._whole
        if whole is None:
            self._asked += len(rows)
            if self._asked <= _FEW_ROWS:
                return self._made(rows)
            whole = self._whole = self._made(range(1 + sum(len(p[2]) for p in self._parts)))
        taken: Array = whole.take(rows, axis=axis)
        return taken

    def _made(self, rows: Sequence[int]) -> Array:
        out = np.zeros((len(rows), WIDTH))
        wanted = np.asarray(rows, dtype=np.intp)
        first = 1
        for partisan, categories, idf in self._parts:
            mine = np.flatnonzero((wanted >= first) & (wanted < first + len(idf)))
            if mine.size:
                at = wanted[mine] - first
                scale = idf[at]
                out[mine, 0] = partisan[at] * scale
                out[mine, 1:HEADS] = categories[at] * scale[:, None]
                out[mine, HEADS] = scale * scale
            first += len(idf)
        return out


def _within(numbers: Any, least: float) -> bool:
    """Whether all numbers are at least that and at most `_MAX_NUMBER`; NaN is not."""
    if numbers.dtype == np.float16 and least <= -65504:  # none is beyond, and comparing is slow
        return not np.any((numbers.view(np.uint16) & 0x7C00) == 0x7C00)
    return not numbers.size or bool(least <= numbers.min() and numbers.max() <= _MAX_NUMBER)


class _Stored(Mapping[str, "Array"]):
    """Weights as they lie in the file, widened to one array a block when somebody asks for it.

    A verdict needs none of those arrays, and they take longer to make than to read.
    """

    def __init__(self, parts: Mapping[str, tuple[Any, Any]]) -> None:
        self.parts = parts
        self._made: dict[str, Array] = {}

    def __getitem__(self, block: str) -> Array:
        if block not in self._made:
            partisan, categories = self.parts[block]
            made = np.empty((len(partisan), HEADS))
            made[:, 0] = partisan
            made[:, 1:] = categories
            self._made[block] = made
        return self._made[block]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.parts,)

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)


def _parts_of(weights: Mapping[str, Array], block: str) -> tuple[Any, Any]:
    """Return the weights of a block: of the partisan head, and of the ten categories."""
    if isinstance(weights, _Stored):
        return weights.parts[block]
    return weights[block][:, 0], weights[block][:, 1:]


def _arrays(
    raw: bytes,
) -> tuple[dict[str, list[str]], dict[str, Array], Mapping[str, Array], Array]:
    names: dict[str, list[str]] = {}
    idf: dict[str, Array] = {}
    parts: dict[str, tuple[Any, Any]] = {}
    stored = _members(raw)
    intercepts = stored["intercepts.npy"].astype(np.float64)
    for block in BLOCKS:
        text = stored[f"{block}_names.npy"].tobytes().decode("utf-8")
        names[block] = text.split("\n") if text else []
        idf[block] = stored[f"{block}_idf.npy"].astype(np.float64)
        partisan = stored[f"{block}_weights.npy"]
        categories = stored[f"{block}_categories.npy"]
        n = len(names[block])
        if idf[block].shape != (n,) or partisan.shape != (n,):
            raise ValueError(f"block {block!r} has {n} names and other numbers of weights")
        if categories.shape != (n, len(CATEGORIES)):
            raise ValueError(f"block {block!r} lacks weights of categories")
        parts[block] = partisan, categories
    if intercepts.shape != (HEADS,):
        raise ValueError("wrong number of intercepts")
    return names, idf, _Stored(parts), intercepts


def _members(raw: bytes) -> dict[str, Any]:
    """Return the arrays of an ``.npz`` by file name.

    As written by `LinearModel.save`: those files and no other, not compressed, numbers only. So
    nothing can become larger than the file is, be put elsewhere, or be unpickled.
    """
    out: dict[str, Any] = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        members = file.infolist()
        if len(members) != len(_STORED) or {m.filename for m in members} != _STORED:
            raise ValueError("it holds other files than a model has")
        if any(m.compress_type != zipfile.ZIP_STORED for m in members):
            raise ValueError("it is compressed")
        if sum(m.file_size for m in members) > len(raw):
            raise ValueError("its files are said to be larger than it is")
        for member in members:
            # Where it lies; unpacking would copy it and sum it up once more, for nothing.
            begin = member.header_offset + 30
            if member.flag_bits or raw[begin - 30 : begin - 26] != b"PK\x03\x04":
                raise ValueError(f"{member.filename} is not stored as it is")
            begin += sum(struct.unpack("<HH", raw[begin - 4 : begin]))
            out[member.filename] = _array(memoryview(raw)[begin : begin + member.file_size])
    return out


def _array(data: memoryview) -> Any:
    """Return the array of an ``.npy`` file in memory; memory is taken for what is there, not said."""
    head = _HEADER.match(data)
    if head is None:  # anything else; objects too, which would be pickles
        raise ValueError(f"an array that begins {bytes(data[:80])!r}")
    if head.end() != 10 + int.from_bytes(head["size"], "little"):
        raise ValueError("an array with a header of another length")
    flat = np.frombuffer(data, dtype=head["kind"].decode(), offset=head.end())
    shape = tuple(int(n) for n in head["shape"].replace(b",", b" ").split())
    if math.prod(shape) != len(flat):
        raise ValueError(f"an array of shape {shape} with {len(flat)} numbers")
    return flat.reshape(shape, order="F" if head["by_column"] == b"True" else "C")


# The head of an array file as NumPy writes it, for the kinds of numbers a model has. (Its own
# reader takes any Python literal, and longer than the numbers.)
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<size>..)"
    rb"\{'descr': '(?P<kind>\|u1|<f[248])', 'fortran_order': (?P<by_column>True|False), "
    rb"'shape': \((?P<shape>\d{1,12},|\d{1,12}, \d{1,12})\), \} {0,999}\n",
    re.DOTALL,
)
