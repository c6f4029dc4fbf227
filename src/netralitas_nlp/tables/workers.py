"""Advice for pieces of a table, here or in other processes, in order.

Ctrl-C and SIGTERM at any moment end all processes at once. What this module does not do: read or
write tables.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..base.catalogue import Language, text
from ..base.errors import DataError
from ..base.result import Classification
from ..read.find import Lexicon
from ..say.sentences import reasons, sentence
from ..score.classifier import Classifier
from ..score.weights import LinearModel
from .rows import Rejected, Row

ADDED = ("verdict", "score", "category", "reasons")
"""Columns that are added."""
COLUMNS = (*ADDED, "method", "sentence")
"""Columns that can be, for one text."""
GROUPED = ("copies", "group")
"""Columns that can be for a whole table: how many rows are copies of a row, and their number."""
WORKBOOK = (*ADDED, *GROUPED)
"""Columns that are added to a workbook."""
MARKS = "marks"
"""Which words decided, for a writer that colours them."""

_AHEAD = 2  # pieces that wait for each process, so that none waits for the reader
_SECONDS = 0.1  # between two looks for Ctrl-C
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

Cells = dict[str, Any]


@dataclass(slots=True)
class Piece:
    """Some rows of a table, the text of each, and the rows put aside among them."""

    rows: list[Row]
    texts: list[str]
    rejected: list[Rejected]


@dataclass(frozen=True)
class Setting:
    """What a process needs to classify; can be sent to another."""

    model: LinearModel | None
    lexicon: Lexicon
    columns: tuple[str, ...]
    language: Language


def advice_cells(
    result: Classification, columns: Sequence[str] = ADDED, language: Language = "id"
) -> Cells:
    """Return the cells a result adds to its row, in the order of `columns`.

    A text without a letter has no verdict, score and category; its reasons say so.

    >>> from netralitas_nlp import classify
    >>> advice_cells(classify(""), ("verdict", "score", "reasons", "method"))
    {'verdict': None, 'score': None, 'reasons': 'tidak ada teks', 'method': 'empty'}
    """
    if is_blank(result.text):
        return {name: _blank_cell(name, language) for name in columns}
    return {name: _CELLS[name](result, language) for name in columns}


def is_blank(written: str) -> bool:
    """Whether there is no text to judge: nothing but white space and zero bytes."""
    return not written.strip("\0\ufeff\u200b \t\r\n\v\f\xa0")


def _blank_cell(name: str, language: Language) -> Any:
    if name in ("reasons", "sentence"):
        return text("method.empty", language)
    return {"method": "empty", MARKS: []}.get(name)


_CELLS: dict[str, Callable[[Classification, Language], Any]] = {
    "verdict": lambda r, _: r.verdict,
    "score": lambda r, _: round(r.score, 4),
    "category": lambda r, _: r.category,
    "reasons": lambda r, _: "; ".join(" ".join(e.text.split()) for e in reasons(r)),
    "method": lambda r, _: r.method,
    "sentence": sentence,
    MARKS: lambda r, _: [(e.start, e.end, e.weight) for e in reasons(r)],
}


class _Scorer:
    """Turns texts into cells."""

    def __init__(self, setting: Setting) -> None:
        self.classifier = Classifier(setting.model, setting.lexicon)
        # Which rows are copies of each other is known where all rows are, not here.
        wanted = [name for name in (*setting.columns, "verdict") if name in _CELLS]
        self.columns = tuple(dict.fromkeys(wanted))
        self.language = setting.language
        self.last: dict[str, Cells] = {}  # one long text in every row is judged once

    def __call__(self, texts: Sequence[str]) -> list[Cells]:
        fresh = [written for written in dict.fromkeys(texts) if written not in self.last]
        results = self.classifier.classify_many(fresh)
        cells = self.last | {
            written: advice_cells(result, self.columns, self.language)
            for written, result in zip(fresh, results, strict=True)
        }
        self.last = {written: cells[written] for written in texts[-1:]}
        return [cells[written] for written in texts]


def scored(
    pieces: Iterator[Piece], setting: Setting, jobs: int
) -> Generator[tuple[Piece, list[Cells]], None, None]:
    """Yield each piece with the cells of its rows, in order."""
    if jobs == 1:
        scorer = _Scorer(setting)
        for piece in pieces:
            yield piece, scorer(piece.texts)
        return
    with _signals_held() as look:
        yield from _in_processes(pieces, setting, jobs, look)


def _in_processes(
    pieces: Iterator[Piece], setting: Setting, jobs: int, look: Callable[[], None]
) -> Iterator[tuple[Piece, list[Cells]]]:
    others = set(multiprocessing.active_children())
    # Spawned, not forked: a fork copies locks that threads of this process may hold.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, _start_worker, (setting,))
    waiting: deque[tuple[Piece, Future[list[Cells]]]] = deque()
    try:
        for piece in pieces:
            look()
            with _masked():
                waiting.append((piece, pool.submit(_score, piece.texts)))
            if len(waiting) > jobs * _AHEAD:
                yield _result(waiting, look)
        while waiting:
            yield _result(waiting, look)
    except BrokenProcessPool as error:
        raise DataError("worker_ended") from error
    finally:
        if waiting:  # stopped half-way: nobody waits for what they are at
            for process in set(multiprocessing.active_children()) - others:
                process.kill()
        pool.shutdown(cancel_futures=True)


def _result(
    waiting: deque[tuple[Piece, Future[list[Cells]]]], look: Callable[[], None]
) -> tuple[Piece, list[Cells]]:
    piece, future = waiting[0]
    while True:
        look()
        try:
            cells = future.result(timeout=_SECONDS)
        except TimeoutError:
            continue
        waiting.popleft()
        return piece, cells


# --- in a worker process

_scorer: _Scorer | None = None


def _start_worker(setting: Setting) -> None:
    global _scorer  # noqa: PLW0603  (a worker process has one)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to answer
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _scorer = _Scorer(setting)


def _end_with_parent() -> None:
    """A killed parent says no goodbye, and its workers would wait for it for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _score(texts: Sequence[str]) -> list[Cells]:
    assert _scorer is not None
    return _scorer(texts)


# --- signals


@contextmanager
def _signals_held() -> Iterator[Callable[[], None]]:
    """Keep Ctrl-C and SIGTERM until they are looked for.

    Masking them is not enough: another thread (of numpy's, say) may get them, and the exception
    rises in the main thread all the same, in the middle of starting a process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    got: list[int] = []
    before = {n: signal.signal(n, lambda number, _: got.append(number)) for n in _SIGNALS}

    def look() -> None:
        if got:
            _answer(got.pop(0), before)

    try:
        yield look
    finally:
        for held, handler in before.items():
            signal.signal(held, signal.SIG_DFL if handler is None else handler)
        late, got[:] = got[:1], []
        for number in late:
            _answer(number, before)


def _answer(number: int, handlers: Any) -> None:
    handler = handlers[number]
    if callable(handler):
        handler(number, None)
    elif handler != signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


@contextmanager
def _masked() -> Iterator[None]:
    """Processes started here are born deaf to Ctrl-C, before they can say so themselves."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
