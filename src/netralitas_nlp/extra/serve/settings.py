"""What a page is started with, and how much it takes of anybody."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Limits:
    """How much one request may hold, and how many are answered at once.

    Attributes
    ----------
    letters : int
        Of one text.
    texts : int
        In one call of the API.
    body, upload : int
        Bytes of a request, and of one that carries a table.
    rows : int
        Of a table.
    at_once : int
        Requests that are being answered; more are asked to come again.
    seconds : float
        That a body may take to arrive.
    short : int
        Letters up to which a request is answered in this process; longer ones go to another, so
        that they hold up nobody.
    """

    letters: int = 50_000
    texts: int = 200
    body: int = 4 * 2**20
    upload: int = 40 * 2**20
    rows: int = 100_000
    at_once: int = 128
    seconds: float = 60.0
    short: int = 2_000


@dataclass(frozen=True)
class Settings:
    """What a page is started with.

    Attributes
    ----------
    host : str
        Address it listens on.
    names : tuple of str
        Further names it is called by, such as that of a proxy; without a port.
    model : str
        Folder of a model, ``"default"``, or ``"none"`` for the lexicon alone.
    jobs : int
        Processes for what takes long: tables, long texts, proposals.
    limits : Limits
    """

    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    model: str = "default"
    jobs: int = field(default_factory=lambda: max(1, min(4, (os.cpu_count() or 2) - 1)))
    limits: Limits = field(default_factory=Limits)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the page."""
        return self.host in _LOOPBACK or _is_loopback(self.host)

    def answers_to(self, name: str) -> bool:
        """Whether a request for this host is meant for us.

        A page from elsewhere may have its own name point to this machine (DNS rebinding): then the
        name it sends is one that nobody gave us. A bare address cannot be made to point elsewhere.

        >>> settings = Settings()
        >>> settings.answers_to("localhost"), settings.answers_to("contoh.example")
        (True, False)
        """
        if name in _LOOPBACK or name in self.names or name == self.host:
            return True
        return not self.is_local and _is_address(name)


def host_name(header: str) -> str:
    """Return the host of a ``Host`` header without its port, in small letters.

    >>> host_name("LocalHost:8765"), host_name("[::1]:8765")
    ('localhost', '::1')
    """
    name = header.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0].removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ipaddress.ip_address(name).is_loopback
