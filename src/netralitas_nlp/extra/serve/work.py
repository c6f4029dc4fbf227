"""Who does the work: threads for what is short, other processes for what takes long.

A table, a long text or a search for proposals in this process would hold up the short texts of
everybody else, for Python runs one thread at a time. What is called here must be a function of a
module, with arguments and answers that travel between processes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing import get_context, parent_process
from typing import Any, ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

from ...score.classifier import Classifier, default_classifier
from .guard import RequestError
from .settings import Settings

P = ParamSpec("P")
T = TypeVar("T")
_WAITING = 16  # calls for each process that may wait
# Spawned, not forked: a fork copies locks that threads of this process may hold.
_CONTEXT = get_context("spawn")
_model = "default"  # of this process


class Work:
    """Runs functions for the page.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._pool: ProcessPoolExecutor | None = None
        self._waiting = 0
        self._stop = _CONTEXT.Event()

    async def short(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in a thread of this process."""
        return await run_in_threadpool(call, *args, **kwargs)

    async def long(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in another process.

        Raises
        ------
        RequestError
            If too many calls wait already, or the process was ended from outside.
        """
        if self._waiting >= _WAITING * self.settings.jobs:
            raise RequestError("page.busy", status=429)
        self._waiting += 1
        pool = self._started()
        try:
            return await asyncio.wrap_future(pool.submit(call, *args, **kwargs))
        except BrokenProcessPool as error:
            if self._pool is pool:
                self._pool = None
            raise RequestError("page.ended", status=503) from error
        finally:
            self._waiting -= 1

    async def by_length(
        self, letters: int, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function where so many letters hold up nobody."""
        run = self.short if letters <= self.settings.limits.short else self.long
        return await run(call, *args, **kwargs)

    async def warm(self) -> None:
        """Load the model here, and in a process that is started for it."""
        set_model(self.settings.model)
        await self.short(classifier)
        await self.long(classifier_is_there)

    def close(self) -> None:
        """End the processes at once; what they are at work on is dropped."""
        if self._pool is not None:
            self._stop.set()
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.settings.jobs, _CONTEXT, _start, (self.settings.model, self._stop)
            )
        return self._pool


def set_model(model: str) -> None:
    """Say which model this process answers with."""
    global _model  # noqa: PLW0603  (a process has one)
    _model = model
    classifier.cache_clear()


@lru_cache(maxsize=8)
def classifier(date: str = "") -> Classifier:
    """Return the classifier of this process, as of a day if one is given."""
    if date:
        whole = classifier()
        return Classifier(whole.model, whole.lexicon.at(date))
    if _model == "default":
        return default_classifier()
    return Classifier(model=None) if _model == "none" else Classifier.load(_model)


def classifier_is_there() -> bool:
    """Load the classifier of this process."""
    return classifier().classify("").verdict == "neutral"


def _start(model: str, stop: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to answer
    threading.Thread(target=_end_when, args=(stop,), daemon=True).start()
    set_model(model)


def _end_when(stop: Any) -> None:
    """End this process when it is told to, or when its parent was killed and can tell nothing."""
    parent: Any = parent_process()
    while not stop.wait(1.0) and parent is not None and parent.is_alive():
        pass
    os._exit(1)
