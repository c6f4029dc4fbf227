"""What every page has in common: its template filled, numbers as a language writes them, about what.

Needs jinja2 (``pip install 'netralitas-nlp[report]'``). Nothing is counted here.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..base.assets import fingerprint
from ..base.catalogue import LANGUAGES, Language, text
from ..base.errors import ArgumentError, DataError
from ..base.extras import extras
from ..base.files import whole
from ..score.classifier import Classifier
from .figures import FEW, Figure


class Words:
    """Sentences and numbers of one page, in one language.

    Parameters
    ----------
    language : str
        ``"id"`` or ``"en"``.

    Examples
    --------
    >>> words = Words("id")
    >>> words.number(0.5), words.count(1234), words.share(Figure(0.5, 0.25, 0.75), 40)
    ('0,50', '1.234', '50,0% (25,0–75,0)')
    """

    def __init__(self, language: Language) -> None:
        if language not in LANGUAGES:
            raise ArgumentError("language", language=language, allowed=list(LANGUAGES))
        self.language = language

    def __call__(self, key: str, **values: Any) -> str:
        """Return a sentence of ``data/text/messages.csv``."""
        return text(key, self.language, **values)

    def number(self, value: float, digits: int = 2) -> str:
        """Return a plain number; a dash for none."""
        return "–" if math.isnan(value) else self._point(f"{value:.{digits}f}")

    def count(self, value: int) -> str:
        """Return a whole number, thousands parted."""
        return f"{value:,}".replace(",", ".") if self.language == "id" else f"{value:,}"

    def share(self, figure: Figure, rows: int = FEW) -> str:
        """Return a share with its interval, in per cent; "too few" where few rows stand behind it."""
        if math.isnan(figure.value):
            return "–"
        if rows < FEW:
            return self("too_few")
        low, high = (f"{x * 100:.1f}" for x in (figure.low, figure.high))
        return self._point(f"{figure.value:.1%} ({low}–{high})")

    def interval(self, figure: Figure, digits: int = 3) -> str:
        """Return the ends of an interval; nothing where there is none."""
        if math.isnan(figure.value):
            return ""
        return f"{self.number(figure.low, digits)}–{self.number(figure.high, digits)}"

    def _point(self, number: str) -> str:
        return number.replace(".", ",") if self.language == "id" else number


def about(
    classifier: Classifier, file: Path | None = None, day: dt.date | None = None
) -> dict[str, str]:
    """Return what was measured on what and when, so that one page can be told from another.

    Parameters
    ----------
    classifier : Classifier
    file : path, optional
        The table it was measured on.
    day : date, optional
        Default: today.
    """
    out = {"version": version("netralitas-nlp"), "day": (day or dt.date.today()).isoformat()}
    if file is not None:
        out |= {"data": file.name, "data_sha256": fingerprint([file])}
    if classifier.model is not None:
        header = classifier.model.header
        out |= {"model": header["name"], "corpus_sha256": header["corpus"]["sha256"]}
    return out | {"lexicon_sha256": classifier.lexicon.digest}


def about_lines(facts: Mapping[str, str], words: Words) -> list[tuple[str, str]]:
    """Return `about` with its names in words; a fact of the caller's keeps its own name."""
    known = ("version", "day", "data", "data_sha256", "model", "corpus_sha256", "lexicon_sha256")
    return [(words(f"about.{k}") if k in known else k, v) for k, v in facts.items()]


def filled(template: str, words: Words, **values: Any) -> str:
    """Return a packaged page template with its values, every text in them escaped.

    Raises
    ------
    MissingExtraError
        If Jinja is missing.
    """
    with extras():
        from jinja2 import Environment, StrictUndefined
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    folder = resources.files(__package__)
    style = folder.joinpath("page.css").read_text(encoding="utf-8")
    source = folder.joinpath(template).read_text(encoding="utf-8")
    page = environment.from_string(source)
    return page.render(words=words, language=words.language, style=style, **values)


def write_into(folder: str | Path, files: Mapping[str, str]) -> Path:
    """Write texts into a folder, made where it is missing, each whole or not at all.

    Raises
    ------
    DataError
        If the folder cannot be written to.
    """
    folder = Path(folder)
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError("cannot_write", path=folder, reason=error) from error
    for name, content in files.items():
        with whole(folder / name) as file:
            file.write(content)
    return folder


def check_folder(folder: Path) -> None:
    """Raise DataError where a file stands in the place of the folder."""
    if folder.exists() and not folder.is_dir():
        raise DataError("file_for_folder", path=folder)


__all__ = ["Words", "about", "about_lines", "check_folder", "filled", "write_into"]
