"""An output that is not finished: what is done so far, kept so that a later run goes on from it.

A folder ``.<name>.part`` beside the target holds ``head.json`` (what the run is made of), ``body``
and ``rejected.csv`` (only ever appended to), and ``journal``: after each time both are safely on
the disk, one line says how long they are. Whatever stands behind those lengths was cut off
half-way and is thrown away by the next run. What it does not do: know what the bytes mean.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from ..base.catalogue import Message
from ..base.errors import DataError

try:
    import fcntl
except ImportError:  # Windows: nobody is kept from running a command twice there
    fcntl = None  # type: ignore[assignment]

_ASIDE = b"line,reason,raw\n"
_SECONDS = 0.5  # between two lines of the journal
_HEAD = ("input", "model", "options")
_LINK = getattr(os, "O_NOFOLLOW", 0)


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
    aside_name : str
        File that the rejected rows go to, once all is in.
    """

    chunks: int = 0
    rows: int = 0
    rejected: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    body: int = 0
    aside: int = 0
    done: bool = False
    aside_name: str = ""


def part_of(target: Path) -> Path:
    """Return the folder with the unfinished part of an output.

    >>> part_of(Path("hasil.csv")).name
    '.hasil.csv.part'
    """
    target = real_path(target)
    return target.with_name(f".{target.name}.part")


def real_path(target: Path) -> Path:
    """Return what a path leads to: a link stays a link, what it points to is replaced.

    Raises
    ------
    DataError
        If it is a link that leads to itself.
    """
    path = Path(os.path.realpath(target))
    if path.is_symlink():
        raise DataError("cannot_write", path=target, reason=OSError(errno.ELOOP, "links to itself"))
    return path


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
        self.target = real_path(target)
        self.folder = part_of(target)
        self._begin = (begin, begin_aside)
        self._files: list[IO[bytes]] = []
        self._written = time.monotonic()
        self.state = State()
        if self.folder.exists() and not (resume or restart):
            raise DataError("unfinished_part", path=self.folder)
        if self.folder.is_symlink():  # put there by somebody else: what it leads to is not ours
            raise DataError("part_is_link", path=self.folder)
        try:
            self.folder.mkdir(exist_ok=True)
            self._journal = self._open("journal")
            self._lock()
            begun = resume and (self.folder / "head.json").is_file()
            if begun:
                self._compare(head)
            else:
                self._journal.truncate(0)
                with self._create("head.new") as file:
                    file.write(_json(head) + b"\n")
                    _flush(file)
                (self.folder / "head.new").replace(self.folder / "head.json")
            self._go_on(_last(self.folder / "journal"))
        except OSError as error:
            self.close()
            raise DataError("cannot_write", path=target, reason=error) from error

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

    def finish(self, aside_target: Path, join: Callable[[Path, IO[bytes]], None] | None) -> Path:
        """Put the output in its place, and the rejected rows beside it if there are any.

        `join` makes the output from ``body``, where it is not the output already. Returns the place
        of the rejected rows: another than `aside_target` where a file stands there that is not the
        last run's.
        """
        if not self.state.done:
            self.state.aside_name = _free_aside(aside_target, self.target).name
            self.state.done = True
            self.commit()
        body, aside = self.folder / "body", self.folder / "rejected.csv"
        placed = self.target.with_name(self.state.aside_name)
        for file in self._files[1:]:  # the journal's lock is held to the end
            file.close()
        if body.exists():
            if join is not None:
                with self._create("joined") as out:
                    join(body, out)
                    _flush(out)
            ready = body if join is None else self.folder / "joined"
            if self.target.exists():
                for file_ in (ready, aside):
                    if file_.exists():
                        file_.chmod(self.target.stat().st_mode & 0o777)
            if self.state.rejected == 0:
                placed.unlink(missing_ok=True)  # the last run's
            elif aside.exists():
                os.utime(aside, ns=(ready.stat().st_mtime_ns,) * 2)  # known again by this
                aside.replace(placed)
            ready.replace(self.target)
            body.unlink(missing_ok=True)
        elif not self.target.exists():
            self.close()
            raise DataError("output_gone", path=self.target)
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return placed

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
        """A file that is only appended to; never one that a link leads to."""
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | _LINK
        file = os.fdopen(os.open(self.folder / name, flags, 0o666), "ab")
        file.seek(0, os.SEEK_END)
        self._files.append(file)
        return file

    def _create(self, name: str) -> IO[bytes]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _LINK
        return os.fdopen(os.open(self.folder / name, flags, 0o666), "wb")

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            raise DataError("being_written", path=self.target) from error

    def _compare(self, head: Mapping[str, Any]) -> None:
        try:
            before = json.loads((self.folder / "head.json").read_bytes())
        except ValueError:
            raise self._damaged() from None
        now = json.loads(_json(head))
        other = [Message(f"part.{key}") for key in _HEAD if before.get(key) != now.get(key)]
        if other:
            self.close()
            raise DataError("part_changed", path=self.folder, what=other)

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
        return DataError("part_damaged", path=self.folder)


def _free_aside(wanted: Path, target: Path) -> Path:
    """A place for the rejected rows where no file stands that is not the last run's of `target`.

    That one begins with our header and has not been changed after the output.
    """
    number = 1
    path = wanted
    while path.exists() or path.is_symlink():
        with suppress(OSError):
            begins = not path.is_symlink() and path.read_bytes()[: len(_ASIDE)] == _ASIDE
            if begins and target.exists() and path.stat().st_mtime_ns <= target.stat().st_mtime_ns:
                break
        number += 1
        path = wanted.with_name(f"{wanted.name.removesuffix('.csv')}-{number}.csv")
    return path


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
