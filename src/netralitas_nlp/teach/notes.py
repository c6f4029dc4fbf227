"""The card beside a retrained model: what it is, how good, how even-handed, and why it lies there."""

from __future__ import annotations

import datetime as dt
import re
from importlib.metadata import version
from typing import TYPE_CHECKING

from ..base.catalogue import Language, text
from ..measure.figures import FEW, FIGURES, Part
from ..say.terminal import visible

if TYPE_CHECKING:
    from .retrain import Retraining

_MARKDOWN = re.compile(r"[\\`*_\[\]<>#|~&]")


def plain_markdown(words: object) -> str:
    r"""Return words that a page of Markdown shows as they are: no link, no image, no cell of a table.

    >>> print(plain_markdown("a|b <b> [x](y)"))
    a\|b \<b\> \[x\](y)
    """
    return _MARKDOWN.sub(r"\\\g<0>", visible(" ".join(str(words).split())))


def card_of(done: Retraining, now: dt.datetime, language: Language = "id") -> str:
    """Return the card of a retrained model, as Markdown.

    Parameters
    ----------
    done : Retraining
    now : datetime
        The day it was made.
    language : str
        ``"id"`` or ``"en"``.
    """

    def said(key: str, **values: object) -> str:
        return text(key, language, **values)

    header = done.training.model.header
    lines = [f"# {plain_markdown(header['name'])}", ""]
    if done.reasons:
        key = "card.forced" if done.forced else "card.rejected"
        lines += [f"**{plain_markdown(said(key, reasons=list(done.reasons)))}**", ""]
    lines += [
        said("card.made", day=f"{now:%Y-%m-%d}", version=version("netralitas-nlp"), rows=header["corpus"]["rows"],
             partisan=header["corpus"]["partisan"], groups=header["corpus"]["groups"]),
        "",
        *(f"- {plain_markdown(line.in_language(language))}" for line in done.lines),
        "",
        said("card.figures", n=done.figures.rows),
        "",
        *_table(done.figures, language),
        "",
        said("card.audit"),
        "",
        f"| {said('audit.column.check')} | {said('audit.column.value')} | "
        f"{said('audit.column.limit')} | {said('audit.column.result')} |",
        "|---|---|---|---|",
    ]  # fmt: skip
    for check in done.audit.checks:
        value = f"{check.value:.3f}" if check.support else "–"
        result = said(f"audit.result.{check.result}")
        title = plain_markdown(check.title.in_language(language))
        lines.append(f"| {title} | {value} | {check.limit:.3g} | {result} |")
    return "\n".join([*lines, "", said("report.note_scope"), ""])


def _table(part: Part, language: Language) -> list[str]:
    """Figures with their intervals, a row each."""
    out = [f"| | | {text('head.interval', language)} |", "|---|---|---|"]
    for name in FIGURES:
        figure, title = part.figures[name], text(f"figure.short.{name}", language)
        cells = text("too_few", language), ""
        if figure.value != figure.value:
            cells = "–", ""
        elif part.rows >= FEW:
            cells = f"{figure.value:.3f}", f"{figure.low:.3f}–{figure.high:.3f}"
        out.append(f"| {title} | {cells[0]} | {cells[1]} |")
    return out
