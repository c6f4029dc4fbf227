"""Libraries that only some parts need, and the one line that installs them.

``pip install netralitas-nlp`` brings verdicts, reasons, drafts and the command over tables; training,
measuring, notebooks, Spark and the page have extras of their own (see ``pyproject.toml``). This module
imports none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import MissingExtraError

EXTRAS = {
    "cleanlab": "notebook",
    "jinja2": "report",
    "joblib": "train",
    "matplotlib": "report",
    "pandas": "train",
    "pyarrow": "parquet",
    "pyspark": "spark",
    "python_multipart": "serve",
    "scipy": "train",
    "sklearn": "train",
    "starlette": "serve",
    "threadpoolctl": "train",
    "uvicorn": "serve",
}
"""Module, and the extra that brings it."""


@contextmanager
def extras() -> Iterator[None]:
    """Let a missing library of an extra be said as what it is.

    Raises
    ------
    MissingExtraError
        If an import inside fails for a library of an extra; it names the line that installs it.

    Examples
    --------
    >>> with extras():
    ...     import json
    """
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in EXTRAS:
            raise
        raise MissingExtraError("missing_extra", module=module, extra=EXTRAS[module]) from error
