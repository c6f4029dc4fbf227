"""Which columns hold the day and the account of a text, where nobody has said so.

What this module does not do: guess the column of texts, which must be named.
"""

from __future__ import annotations

from collections.abc import Sequence

from .rows import Rows, plain_name

DATES = ("tanggal", "tgl", "date", "created_at", "waktu", "timestamp", "time", "stempel waktu",
         "cap waktu", "tanggal unggah", "tanggal unggahan", "tanggal kejadian")  # fmt: skip
"""Usual names of a column of days, likeliest first."""
ACCOUNTS = ("akun", "account", "username", "user", "nama akun", "pengguna", "screen_name", "author",
            "penulis")  # fmt: skip
"""Usual names of a column of accounts, likeliest first."""


def role_column(table: Rows, wanted: str | None, usual: Sequence[str], option: str) -> int | None:
    """Return the place of a column that is named, or has one of the usual names; None if none has.

    Raises
    ------
    DataError
        If the column that is named is not there.
    """
    if wanted is not None:
        return table.column(wanted, option)
    names = [plain_name(name).casefold() for name in table.header]
    return next((names.index(name) for name in usual if name in names), None)
