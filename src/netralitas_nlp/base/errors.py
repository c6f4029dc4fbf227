"""The errors this package raises on purpose: a code, and the values that were wrong.

The code is a key of ``data/text/messages.csv``; ``str(error)`` is the English sentence, looked up
when it is asked for, ``error.in_language("id")`` the Indonesian one. Programs look at the code and
the values and need to read no sentence.

What this module does not do: print, exit, or catch anything.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from .catalogue import Language, Message


class NetralitasError(Exception):
    """Base of every error this package raises on purpose.

    Parameters
    ----------
    code : str
        Key of the sentence in ``data/text/messages.csv``.
    **values : object
        What the sentence fills in. An exception among them gives its own words: an error of this
        package its sentence in the same language, one of the system its reason.

    Attributes
    ----------
    code : str
        As given.
    values : mapping
        As given; exceptions as the `Message` or the words they give, paths as str.

    Examples
    --------
    >>> error = DataError("no_file", path="gone.csv")
    >>> error.code, str(error)
    ('no_file', 'no file gone.csv')
    >>> error.in_language("id")
    'berkas gone.csv tidak ditemukan'
    """

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(code)  # pickle calls the class with it, and puts the rest back
        self.code = code
        self.values: Mapping[str, Any] = {name: _plain(value) for name, value in values.items()}

    def in_language(self, language: Language) -> str:
        """Return the sentence in a language."""
        return _message(self).in_language(language)

    def __str__(self) -> str:
        try:
            return self.in_language("en")
        except (KeyError, OSError, NetralitasError):  # there is no table: say what is known
            return repr(self)

    def __repr__(self) -> str:
        values = "".join(f", {name}={value!r}" for name, value in self.values.items())
        return f"{type(self).__name__}({self.code!r}{values})"


class AssetError(NetralitasError):
    """A packaged or given file is missing or cannot be read."""


class ModelError(NetralitasError):
    """A model file is missing, damaged, or made for another version."""


class LexiconError(NetralitasError):
    """A lexicon file is missing or damaged."""


class DataError(NetralitasError):
    """A table of texts or labels cannot be used as it is."""


class StemmerError(NetralitasError):
    """The wrong ``Sastrawi`` distribution is installed, or none."""


class MissingExtraError(NetralitasError, ImportError):
    """A part of the package was asked for whose libraries are not installed."""


class ArgumentError(NetralitasError, ValueError):
    """A function or an option was given a value that it does not take."""


class ArgumentTypeError(NetralitasError, TypeError):
    """A function was given an object of a type that it does not take."""


def reason(error: BaseException) -> Message | str:
    """Return why something failed, without the error around it.

    >>> str(reason(FileNotFoundError(2, "No such file or directory", "gone.csv")))
    'No such file or directory'
    """
    if isinstance(error, NetralitasError):
        return _message(error)
    if isinstance(error, OSError) and error.strerror:
        name = errno.errorcode.get(error.errno or 0, "unknown")
        return Message(f"system.{name}", otherwise=error.strerror)
    words = " ".join(str(error).split())
    # KeyError('x') says "'x'", MemoryError() says nothing.
    return repr(error) if not words or isinstance(error, LookupError) else words


def _message(error: NetralitasError) -> Message:
    return Message(error.code, **error.values)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseException):
        return reason(value)
    return str(value) if isinstance(value, PurePath) else value
