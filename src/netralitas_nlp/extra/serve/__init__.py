"""The page and the API for those who open no terminal: ``netralitas serve`` (extra ``serve``).

*Periksa draf* (a draft), *Pilah berkas* (a table), *Jelaskan* (why), and ``/v1`` for programs. Nothing
is kept: a request carries all it needs, and its answer is all that remains. No text is logged, no
cookie set, no other machine asked.

What it does not do: know who asks. Whoever reaches the address may use it.
"""

from .app import make_app
from .settings import Limits, Settings

__all__ = ["Limits", "Settings", "make_app"]
