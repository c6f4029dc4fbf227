"""Which twin answers: the engine, native code, or the Python it follows; both say the same.

``NETRALITAS_ENGINE`` decides: ``python``, ``native``, or, unset, the engine where it is built and
there are texts enough to be worth its tables (they take as long as some hundred texts). With
``NETRALITAS_CACHE=folder`` the tables are kept in a file there, and the engine answers from the
first text on. A text the engine has no letters for is read in Python.

What this module does not do: judge (`classifier`), or make the tables (`compiled`).
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from ..base.errors import ArgumentError, DataError
from ..base.files import write_bytes
from ..base.result import Evidence
from ..read.context import Mention
from ..read.find import Lexicon
from ..read.stems import root_words
from .explain import describe, explain
from .occurrences import Reader
from .weights import LinearModel

VARIABLE = "NETRALITAS_ENGINE"
CACHE = "NETRALITAS_CACHE"
CHOICES = ("python", "native")
_WORTH = 300  # texts from which on the tables are made
_REMEMBERED = 16 * 2**20  # bytes of read chunks a reader keeps
_DAYS = 8  # readers for single days kept
_DESCRIBED = 10_000  # mentions whose names are kept

Decision = tuple[tuple[float, ...], bool]
"""Decisions of all heads, and whether the text has a word."""


def built() -> ModuleType | None:
    """Return the engine, None where the package was installed without it."""
    try:
        return import_module("netralitas_nlp._engine")
    except ImportError:
        return None


def wanted() -> str:
    """Return what ``NETRALITAS_ENGINE`` asks for, ``""`` if nothing.

    Raises
    ------
    ArgumentError
        If it is set to anything else, or to an engine that is not there.
    """
    choice = os.environ.get(VARIABLE, "")
    if choice and choice not in CHOICES:
        raise ArgumentError("engine.choice", value=choice, allowed=", ".join(CHOICES))
    if choice == "native" and built() is None:
        raise ArgumentError("engine.missing")
    return choice


class Scorer:
    """Decisions and reasons of texts, by one model and one lexicon.

    Parameters
    ----------
    model : LinearModel
    reader : Reader
        With the lexicon, and the settings of the model.
    """

    def __init__(self, model: LinearModel, reader: Reader) -> None:
        self.model, self.reader = model, reader
        self._choice = wanted()
        self._native: Any = None
        self._described = lru_cache(maxsize=_DESCRIBED)(self._describe)
        self._waiting = 0 if self._choice == "native" or os.environ.get(CACHE) else _WORTH
        self._given_up = self._choice == "python" or built() is None

    def decide(self, text: str) -> Decision:
        """Return the decisions of a text."""
        native = self._reader_for(1)
        answer: Decision | None = None if native is None else native.decide(text)
        return self._decide(text) if answer is None else answer

    def decide_many(self, texts: Sequence[str]) -> list[Decision]:
        """Return the decisions of some texts; other threads run meanwhile."""
        native = self._reader_for(len(texts))
        answers = [None] * len(texts) if native is None else native.decide_many(tuple(texts))
        return [
            self._decide(text) if answer is None else answer
            for text, answer in zip(texts, answers, strict=True)
        ]

    def explain(self, text: str, begin: int = 0, end: int | None = None) -> tuple[Evidence, ...]:
        """Return the reasons between two places of a text; see `explain.explain`."""
        end = len(text) if end is None else end
        native = self._reader_for(1)
        if native is not None:
            found: tuple[Evidence, ...] | None
            found = native.evidence(text, begin, end, Evidence, self._described)
            if found is not None:
                return found
        return explain(self.model, self.reader, text, begin, end)

    def _decide(self, text: str) -> Decision:
        read = self.reader.read(text)
        return tuple(self.model.decide(self.reader.occurrences(read))), bool(read.units)

    def _describe(
        self, kind: int, reason: int, block: str, number: int, entries: tuple[int, ...]
    ) -> tuple[str, str, str]:
        """Return kind, name and note of a mention as the engine gives it."""
        engine = built()
        assert engine is not None
        known = self.reader.lexicon.numbered
        blocked = engine.REASONS[reason] + block
        said = engine.KINDS[kind]
        mention = Mention(0, 0, said, tuple(known[n] for n in entries), blocked, False, number)
        return "blocked" if blocked else said, *describe(mention)

    def _reader_for(self, texts: int) -> Any:
        """Return the engine's reader, None while there is none."""
        if self._native is None and not self._given_up:
            self._waiting -= texts
            if self._waiting < 0:
                self._native = _reader(self.model, self.reader.lexicon)
                self._given_up = self._native is None
        return self._native


class _Tables:
    """The engine's tables of a model and a lexicon, and a reader for each day."""

    def __init__(self, index: Any) -> None:
        self.index = index
        self.readers: OrderedDict[str, Any] = OrderedDict()


# One table for all classifiers of a model and a lexicon, whatever its day.
_tables: WeakKeyDictionary[Any, WeakKeyDictionary[Any, _Tables | None]] = WeakKeyDictionary()
_lock = threading.Lock()


def _reader(model: LinearModel, lexicon: Lexicon) -> Any:
    """Return a reader of the engine; None where it cannot read as the model asks."""
    engine = built()
    assert engine is not None
    with _lock:
        of_model = _tables.setdefault(model, WeakKeyDictionary())
        if lexicon.index not in of_model:
            of_model[lexicon.index] = _make(engine, model, lexicon)
        tables = of_model[lexicon.index]
        if tables is None:
            return None
        reader = tables.readers.get(lexicon.day)
        if reader is None:
            day = int(lexicon.day.replace("-", "") or 0)
            reader = tables.readers[lexicon.day] = engine.Reader(tables.index, day, _REMEMBERED)
            if len(tables.readers) > _DAYS:
                tables.readers.popitem(last=False)
        return reader


def _make(engine: ModuleType, model: LinearModel, lexicon: Lexicon) -> _Tables | None:
    """Return the tables, from the cache if they are there; None if the engine cannot have them."""
    from .compiled import UncompilableError, compile_index

    roots = "\n".join(root_words()).encode()
    path = _cached(model, lexicon)
    data: Any = None
    if path is not None and path.is_file():
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return _Tables(engine.Index(data, roots, secrets.randbits(64)))
        except (OSError, ValueError):  # damaged, or of another version: made again
            pass
    try:
        data = compile_index(engine, model, lexicon)
    except UncompilableError:
        return None
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, data)
        except (OSError, DataError):  # a cache that cannot be written is no reason to stop
            pass
    return _Tables(engine.Index(data, roots, secrets.randbits(64)))


def _cached(model: LinearModel, lexicon: Lexicon) -> Path | None:
    """Return where the tables are kept, by what they are made of; None if nobody asked."""
    folder = os.environ.get(CACHE)
    weights = model.header.get("weights_sha256")
    if not folder or not weights:
        return None
    from .compiled import MAGIC

    files = lexicon.digest.removesuffix(f"@{lexicon.day}")
    made_of = [MAGIC.decode(), weights, model.header["settings"], files, lexicon.fingerprint]
    name = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    return Path(folder) / f"engine-{name[:32]}.index"


__all__ = ["CACHE", "CHOICES", "VARIABLE", "Scorer", "built", "wanted"]
