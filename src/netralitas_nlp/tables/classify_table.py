"""Tables of texts in and out: every row written back with the advice beside it, in order.

Works on streams, over several processes if asked, in memory that does not grow with the table; a
run that was stopped at any moment can be gone on with and ends in the same bytes. What it does
not do: read or write formats (`streams`, `columnar`, `sinks`), or keep what is unfinished (`parts`).
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from ..base.result import VERDICTS, Classification, DataError, NetralitasError
from ..read.find import Lexicon
from ..say.sentences import Language, reasons, sentence
from ..score.classifier import Classifier
from ..score.weights import LinearModel
from .columnar import READERS, join_parquet
from .parts import Part
from .sinks import REJECTED, Cell, Sink, rejected_lines, sink_for
from .streams import ROWS, Chunk, Reader, format_of

ADDED = ("verdict", "score", "category", "reasons")
"""Columns that are added."""
COLUMNS = (*ADDED, "method", "sentence")
"""Columns that can be."""

_NUMBERS = ("score",)
_AHEAD = 2  # chunks that wait for each process, so that none waits for the reader
_EDGE = 1 << 20  # bytes at either end of a file that its fingerprint is made of


@dataclass(frozen=True)
class Progress:
    """How far a run is: rows done, and the share of the input that has been read (0..1)."""

    rows: int
    share: float


@dataclass(frozen=True)
class Summary:
    """What became of a table.

    Attributes
    ----------
    counts : dict
        Rows by verdict.
    rejected : int
        Rows that could not be read.
    rejected_path : Path
        The table of these rows: line, reason, beginning; written if there are any.
    """

    counts: dict[str, int]
    rejected: int
    rejected_path: Path

    @property
    def rows(self) -> int:
        """Rows written."""
        return sum(self.counts.values())


def advice_cells(
    result: Classification, columns: Sequence[str] = ADDED, language: Language = "id"
) -> dict[str, Cell]:
    """Return the cells a result adds to its row, in the order of `columns`.

    >>> from netralitas_nlp import classify
    >>> advice_cells(classify(""), ("verdict", "category", "reasons"))
    {'verdict': 'neutral', 'category': 'harian', 'reasons': ''}
    """
    return {name: _CELLS[name](result, language) for name in columns}


_CELLS: dict[str, Callable[[Classification, Language], Cell]] = {
    "verdict": lambda r, _: r.verdict,
    "score": lambda r, _: round(r.score, 4),
    "category": lambda r, _: r.category,
    "reasons": lambda r, _: "; ".join(" ".join(e.text.split()) for e in reasons(r)),
    "method": lambda r, _: r.method,
    "sentence": sentence,
}


def classify_table(
    source: Path,
    target: Path,
    classifier: Classifier,
    *,
    column: str = "text",
    columns: Sequence[str] = ADDED,
    language: Language = "id",
    jobs: int = 1,
    resume: bool = False,
    restart: bool = False,
    tell: Callable[[Progress], Any] = lambda progress: None,
) -> Summary:
    r"""Classify the texts of a table into another one.

    Parameters
    ----------
    source, target : Path
        ``.csv``, ``.tsv``, ``.jsonl`` or ``.parquet``, also with ``.gz``; they may differ. `target`
        is written whole or not at all. CSV is read in the encoding and with the delimiter it has
        (see `sniffing`) and written in UTF-8; between two tables
        of one format, the columns there are stay byte for byte. From JSON lines to Parquet
        all columns become text.
    classifier : Classifier
    column : str
        Name of the column with the texts.
    columns : sequence of str
        What to add, out of `COLUMNS`. Reasons and sentence take most of the time.
    language : str
        Of sentences and of the reasons for which rows are put aside.
    jobs : int
        Processes that classify. They are started anew (``spawn``), so a script that calls this
        with more than one needs the usual ``if __name__ == "__main__":``.
    resume, restart : bool
        Go on with the unfinished part of an earlier run (see `parts.part_of`), or throw it away.
        The finished table has the same bytes, whatever happened on the way and for any `jobs`.
    tell : callable
        Told the progress after each chunk.

    Returns
    -------
    Summary

    Raises
    ------
    DataError
        If the input cannot be read or lacks the column (the message lists the columns there are),
        the output cannot be written, there is an unfinished part and neither `resume` nor
        `restart` is given, or what it was made from has changed. Single rows that cannot be read
        do not raise: they go to ``<name>.rejected.csv`` beside `target`.
    ValueError
        If `columns`, `jobs` or the choice of `resume` and `restart` makes no sense.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "in.csv").write_text("id,text\n7,halo\n")
    >>> summary = classify_table(
    ...     folder / "in.csv", folder / "out.jsonl", Classifier(model=None), columns=["verdict"]
    ... )
    >>> (folder / "out.jsonl").read_text()
    '{"id": "7", "text": "halo", "verdict": "neutral"}\n'
    """
    _check(columns, jobs, resume, restart)
    if target.exists() and not target.is_file():
        raise DataError(f"cannot write {target}: it is not a regular file; name another output")
    kind, packed = format_of(target)
    given, _ = format_of(source)
    if target.exists() and source.exists() and target.samefile(source):
        raise DataError(f"{target} is the input itself; name another output")
    reader = READERS[given](source, column, given == kind, language)
    sink = sink_for(reader, kind, packed, columns, _NUMBERS)
    head = {
        "input": _input_print(source),
        "model": _model_print(classifier),
        "options": [column, *columns, language, target.name, ROWS, version("netralitas-nlp")],
    }
    begin_aside = (",".join(REJECTED) + "\n").encode()
    part = Part(target, head, sink.begin(), begin_aside, resume, restart)
    aside = rejected_path(target)
    try:
        if not part.state.done:
            scorer = (classifier.model, classifier.lexicon, tuple(columns), language, sink)
            chunks = islice(reader.chunks(), part.state.chunks, None)
            for done in _scored(chunks, scorer, jobs):
                part.append(*done)
                tell(Progress(part.state.rows + part.state.rejected, _share(reader)))
        part.finish(aside, _join(packed) if kind == "parquet" else None)
    except (NetralitasError, OSError) as error:
        part.give_up()
        if not part.state.chunks:
            raise
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"{reason}; {part.state.rows} rows are kept in {part.folder}: go on by --resume, or "
            "begin again by --restart"
        ) from error
    except BaseException:
        part.give_up()
        raise
    counts = {v: part.state.counts.get(v, 0) for v in ("partisan", "review", "neutral")}
    return Summary(counts, part.state.rejected, aside)


def rejected_path(target: Path) -> Path:
    """Return the place of the table of rows that cannot be read.

    >>> rejected_path(Path("hasil.jsonl.gz")).name
    'hasil.rejected.csv'
    """
    stem = target.name.removesuffix(".gz")
    return target.with_name(f"{Path(stem).stem}.rejected.csv")


def read_lines(file: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a stream without their ends; one text a line."""
    for line in file:
        yield line.rstrip("\r\n").removeprefix("\ufeff")


# --- before the first row


def _check(columns: Sequence[str], jobs: int, resume: bool, restart: bool) -> None:
    for name in columns:
        if name not in COLUMNS:
            raise ValueError(f"no column {name!r} can be added; choose from: {', '.join(COLUMNS)}")
    if not columns or len(set(columns)) < len(columns):
        raise ValueError(f"name each column to add once; choose from: {', '.join(COLUMNS)}")
    if jobs < 1:
        raise ValueError(f"--jobs {jobs}: at least one process is needed")
    if resume and restart:
        raise ValueError("--resume goes on with a part, --restart throws it away: choose one")


def _input_print(path: Path) -> list[Any]:
    """Size, and the digests of the first and the last MiB."""
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(_EDGE)
        file.seek(max(0, size - _EDGE))
        last = file.read()
    return [path.name, size, hashlib.sha256(first).hexdigest(), hashlib.sha256(last).hexdigest()]


def _model_print(classifier: Classifier) -> str:
    """Digest of all that scores depend on: weights, header, lexicon."""
    digest = hashlib.sha256(classifier.lexicon.digest.encode())
    model = classifier.model
    if model is not None:
        digest.update(json.dumps(model.header, sort_keys=True).encode())
        for block, names in model.names.items():
            digest.update("\n".join([block, *names]).encode())
            digest.update(model.idf[block].tobytes() + model.weights[block].tobytes())
        digest.update(model.intercepts.tobytes())
    return digest.hexdigest()


def _share(reader: Reader) -> float:
    return min(1.0, reader.position / reader.size) if reader.size else 1.0


def _join(packed: bool) -> Callable[[Path, Any], None]:
    return lambda body, target: join_parquet(body, target, packed)


# --- scoring, here or in other processes

_Done = tuple[bytes, bytes, dict[str, int], int]
_Setting = tuple[LinearModel | None, Lexicon, tuple[str, ...], Language, Sink]


class _Scorer:
    """Turns chunks into bytes: those of the rows, those of the rejected ones, and counts."""

    def __init__(
        self,
        model: LinearModel | None,
        lexicon: Lexicon,
        columns: tuple[str, ...],
        language: Language,
        sink: Sink,
    ) -> None:
        self.classifier = Classifier(model, lexicon)
        self.columns, self.language, self.sink = columns, language, sink

    def __call__(self, chunk: Chunk) -> _Done:
        cells: dict[str, dict[str, Cell]] = {}
        verdicts: dict[str, str] = {}
        unique = list(dict.fromkeys(chunk.texts))
        for text, result in zip(unique, self.classifier.classify_many(unique), strict=True):
            cells[text] = advice_cells(result, self.columns, self.language)
            verdicts[text] = result.verdict
        counts = dict.fromkeys(map(str, VERDICTS), 0)
        for text in chunk.texts:
            counts[verdicts[text]] += 1
        body = self.sink.body(chunk, [cells[text] for text in chunk.texts])
        return body, rejected_lines(chunk.rejected), counts, len(chunk.rejected)


_scorer: _Scorer | None = None  # of a worker process
_stopped: Any = None  # an Event of all of them


def _start_worker(setting: _Setting, stopped: Any) -> None:
    global _scorer, _stopped  # noqa: PLW0603  (a worker process has one)
    _stopped = stopped
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to answer
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _scorer = _Scorer(*setting)


def _end_with_parent() -> None:
    """A killed parent says no goodbye, and its workers would wait for it for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _score(chunk: Chunk) -> _Done:
    assert _scorer is not None
    if _stopped.is_set():  # nobody waits for this one
        raise CancelledError
    return _scorer(chunk)


def _scored(chunks: Iterator[Chunk], setting: _Setting, jobs: int) -> Iterator[_Done]:
    """Yield what becomes of each chunk, in order."""
    if jobs == 1:
        yield from map(_Scorer(*setting), chunks)
        return
    # Spawned, not forked: a fork copies locks that threads of this process may hold.
    context = get_context("spawn")
    stopped = context.Event()
    pool = ProcessPoolExecutor(jobs, context, _start_worker, (setting, stopped))
    waiting: deque[Future[_Done]] = deque()
    try:
        for chunk in chunks:
            with _signals_later():
                waiting.append(pool.submit(_score, chunk))
            if len(waiting) > jobs * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise DataError(
            "a process that classified was ended from outside (is the memory full?); "
            "try a smaller --jobs"
        ) from error
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)


@contextmanager
def _signals_later() -> Iterator[None]:
    """Hold back Ctrl-C: a process started here must not be ended while it is setting up."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
