"""An audit as a page and as JSON, and its checks in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..base.catalogue import Language, text
from .audit import Audit
from .pages import Words, about_lines, filled, write_into
from .pictures import heatmap


class Heat(NamedTuple):
    """How groups of names move the score of each frame.

    ``rows`` are ids of frames, ``columns`` groups of names (with a star: unlisted ones),
    ``values[row][column]`` the mean score of a group minus the frame's median score with all listed
    names.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


def heat(done: Audit, language: Language = "id") -> Heat:
    """Return the shifts of the score as a table for `pictures.heatmap`."""
    columns = tuple(_column(sort, group, language) for sort, group in done.shifts)
    frames = tuple(dict.fromkeys(s.frame for s in done.swaps))
    return Heat(frames, columns, tuple(zip(*done.shifts.values(), strict=True)))


def _column(sort: str, group: str, language: Language) -> str:
    """What a group of names is called; unlisted ones have a star, to be short in a picture."""
    name = text(f"audit.sort.{sort}", language)
    if sort == "unlisted":
        return f"{group or name} *"
    return f"{name}: {group}" if group else name


def skipped_notes(done: Audit, language: Language = "id") -> list[str]:
    """Return a sentence for each part that was left out."""
    return [text(f"audit.skipped.{part}", language) for part in done.skipped]


def page(done: Audit, language: Language = "id", about: Mapping[str, str] | None = None) -> str:
    """Return an audit as one HTML page that loads nothing from elsewhere.

    Raises
    ------
    MissingExtraError
        If jinja2 or matplotlib is missing.
    """
    words = Words(language)
    picture = None
    if done.swaps:
        table = heat(done, language)
        points = [[100 * v for v in row] for row in table.values]
        title = words("audit.heat")
        picture = heatmap(table.rows, table.columns, points, title, shown=_points)
    return filled(
        "audit.html.j2",
        words,
        done=done,
        about=about_lines(about or {}, words),
        notes=skipped_notes(done, language),
        named=lambda check: check.title.in_language(language),
        picture=picture,
        frames={s.frame: s.text for s in done.swaps},
    )


def _points(value: float) -> str:
    return f"{value:+.0f}" if abs(value) >= 0.5 else ""


def write(
    done: Audit,
    folder: str | Path,
    language: Language = "id",
    about: Mapping[str, str] | None = None,
) -> Path:
    """Write ``audit.json`` and ``audit.html`` into a folder, which is made if needed.

    Parameters
    ----------
    done : Audit
    folder : path
    language : str
        Of the page.
    about : mapping, optional
        What was audited and when, from `pages.about`.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    MissingExtraError
        If the extra ``report`` is missing; then nothing is written.
    DataError
        If the folder cannot be written to.
    """
    html = page(done, language, about)
    body = {"about": dict(about or {})} | done.to_dict()
    figures = json.dumps(body, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    return write_into(folder, {"audit.json": figures + "\n", "audit.html": html})


__all__ = ["Heat", "heat", "page", "skipped_notes", "write"]
