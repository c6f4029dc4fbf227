"""An output that is not finished: what is done so far, kept so that a later run goes on from it.

A folder ``.<name>.part`` beside the target holds ``head.json`` (what the run is made of), ``body``
and ``rejected.csv`` (only ever appended to), and ``journal``: after each time both are safely on
the disk, one line says how long they are. Whatever stands behind those lengths was cut off
half-way and is thrown away by the next run. What it does not do: know what the bytes mean.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from ..base.files import write_bytes
from ..base.result import DataError

try:
    import fcntl
except ImportError:  # Windows: nobody is kept from running a command twice there
    fcntl = None  # type: ignore[assignment]

_SECONDS = 0.5  # between two lines of the journal
_NAMES = {"input": "the input", "model": "the model or the lexicon", "options": "the options"}


@dataclass
class State:
    """How far a run has come.

    Attributes
    ----------
    chunks, rows, rejected : int
        Chunks written; rows in them; rows put aside.
    counts : dict
        Rows by verdict.
    body, aside : int
        Bytes of ``body`` and of ``rejected.csv``.
    done : bool
        Whether the whole input is in.
    """

    chunks: int = 0
    rows: int = 0
    rejected: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    body: int = 0
    aside: int = 0
    done: bool = False


def part_of(target: Path) -> Path:
    """Return the folder with the unfinished part of an output.

    >>> part_of(Path("hasil.csv")).name
    '.hasil.csv.part'
    """
    target = target.resolve()
    return target.with_name(f".{target.name}.part")


class Part:
    """The unfinished part of one output.

    Parameters
    ----------
    target : Path
    head : mapping
        What the bytes depend on, by ``"input"``, ``"model"`` and ``"options"``; JSON types.
    begin, begin_aside : bytes
        What stands at the beginning of the output and of the table of rejected rows.
    resume, restart : bool
        Go on with a part that is there, or throw it away.

    Raises
    ------
    DataError
        If there is a part already and neither is wanted, if it was made from something else, if
        another process is at work on it, or if the folder cannot be written to.
    """

    def __init__(
        self,
        target: Path,
        head: Mapping[str, Any],
        begin: bytes,
        begin_aside: bytes,
        resume: bool = False,
        restart: bool = False,
    ) -> None:
        self.target = target.resolve()  # a link stays a link: what it points to is replaced
        self.folder = part_of(target)
        self._begin = (begin, begin_aside)
        self._files: list[IO[bytes]] = []
        self._written = time.monotonic()
        self.state = State()
        if self.folder.exists() and not (resume or restart):
            raise DataError(
                f"{self.folder} holds the unfinished part of an earlier run; go on with it by "
                "--resume, or begin again by --restart"
            )
        try:
            self.folder.mkdir(exist_ok=True)
            self._journal = self._open("journal")
            self._lock()
            begun = resume and (self.folder / "head.json").is_file()
            if begun:
                self._compare(head)
            else:
                self._journal.truncate(0)
                write_bytes(self.folder / "head.json", _json(head) + b"\n")
            self._go_on(_last(self.folder / "journal"))
        except OSError as error:
            raise DataError(f"cannot write {target}: {error.strerror or error}") from error

    def append(self, body: bytes, aside: bytes, counts: Mapping[str, int], rejected: int) -> None:
        """Add a chunk; from time to time, make sure that all is on the disk and say so."""
        self._body.write(body)
        self._aside.write(aside)
        old = self.state
        self.state = State(
            old.chunks + 1,
            old.rows + sum(counts.values()),
            old.rejected + rejected,
            {k: old.counts.get(k, 0) + counts.get(k, 0) for k in {**old.counts, **counts}},
            old.body + len(body),
            old.aside + len(aside),
        )
        if time.monotonic() - self._written >= _SECONDS:
            self.commit()

    def commit(self) -> None:
        """Make sure that all is on the disk and say so in the journal."""
        for file in (self._body, self._aside):
            _flush(file)
        self._journal.write(_json(asdict(self.state)) + b"\n")
        _flush(self._journal)
        self._written = time.monotonic()

    def finish(self, aside_target: Path, join: Callable[[Path, IO[bytes]], None] | None) -> None:
        """Put the output in its place, and the rejected rows beside it if there are any.

        `join` makes the output from ``body``, where it is not the output already.
        """
        if not self.state.done:
            self.state.done = True
            self.commit()
        body, aside = self.folder / "body", self.folder / "rejected.csv"
        for file in self._files[1:]:  # the journal's lock is held to the end
            file.close()
        if body.exists():
            if join is not None:
                with (self.folder / "joined").open("wb") as out:
                    join(body, out)
                    _flush(out)
            if self.state.rejected == 0:
                aside_target.unlink(missing_ok=True)  # an earlier run's
            elif aside.exists():
                aside.replace(aside_target)
            ready = body if join is None else self.folder / "joined"
            if self.target.exists():
                ready.chmod(self.target.stat().st_mode & 0o777)
            ready.replace(self.target)
            body.unlink(missing_ok=True)
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of the files; the part stays for another run."""
        for file in self._files:
            file.close()

    def give_up(self) -> None:
        """Leave what is done for another run; where nothing is, leave nothing."""
        try:
            if self.state.chunks and not self.state.done:
                self.commit()
        finally:
            self.close()
            if not self.state.chunks:
                shutil.rmtree(self.folder, ignore_errors=True)

    # --- inside

    def _open(self, name: str) -> IO[bytes]:
        file = (self.folder / name).open("ab")
        self._files.append(file)
        return file

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            raise DataError(
                f"another process is writing {self.target}; wait until it has finished"
            ) from error

    def _compare(self, head: Mapping[str, Any]) -> None:
        try:
            before = json.loads((self.folder / "head.json").read_bytes())
        except ValueError:
            raise self._damaged() from None
        now = json.loads(_json(head))
        other = [name for key, name in _NAMES.items() if before.get(key) != now.get(key)]
        if other:
            self.close()
            raise DataError(
                f"cannot go on with {self.folder}: {' and '.join(other)} changed since; "
                "put it back as it was, or begin again by --restart"
            )

    def _go_on(self, state: State | None) -> None:
        """Bring both files to the lengths of the journal, or to their beginnings."""
        if state is not None and state.done:
            self.state = state
            return
        files = self._body, self._aside = self._open("body"), self._open("rejected.csv")
        if state is None:
            for file, begin in zip(files, self._begin, strict=True):
                file.truncate(0)
                file.write(begin)
            self.state = State(body=len(self._begin[0]), aside=len(self._begin[1]))
            return
        self.state = state
        for file, length in zip(files, (state.body, state.aside), strict=True):
            if file.tell() < length:
                raise self._damaged()
            file.truncate(length)

    def _damaged(self) -> DataError:
        self.close()
        return DataError(f"{self.folder} is damaged; begin again by --restart")


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _last(journal: Path) -> State | None:
    """The last line that is whole."""
    state = None
    for line in journal.read_bytes().split(b"\n")[:-1]:
        try:
            state = State(**json.loads(line))
        except (ValueError, TypeError):
            continue
    return state
