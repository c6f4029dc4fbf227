"""What several commands need: languages, plain errors, the look of a result.

Prints results and errors, and turns errors into exit codes; knows no command.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from ..classifier import Classifier, default_classifier
from ..messages import Language, category_name, reasons, sentence, verdict_name
from ..result import Classification, NetralitasError

COLOURS = {"partisan": "bold red", "review": "bold yellow", "neutral": "bold green"}


class Lang(StrEnum):
    """Languages of the output."""

    id = "id"
    en = "en"


LangOption = Annotated[Lang, typer.Option("--lang", help="Bahasa keluaran: id atau en.")]
ModelOption = Annotated[
    str, typer.Option("--model", help="Folder model, atau 'none' untuk leksikon saja.")
]


def is_file(text: str) -> bool:
    """Whether a text given on the command line is the path of a file."""
    try:
        return len(text) < 4096 and Path(text).is_file()
    except (OSError, ValueError):  # a text that cannot be a path
        return False


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn errors made for users into one line on stderr and exit code 2."""
    try:
        yield
    except BrokenPipeError:
        # The reader of our output went away (| head): nothing is wrong with the input.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        raise typer.Exit(0) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"netralitas: {where}{error.strerror or error}", file=sys.stderr)
        raise typer.Exit(2) from None
    except (NetralitasError, TypeError, ValueError) as error:
        print(f"netralitas: {' '.join(str(error).split())}", file=sys.stderr)
        raise typer.Exit(2) from None


def load_classifier(model: str) -> Classifier:
    """Return the classifier that ``--model`` names."""
    if model == "default":
        return default_classifier()
    return Classifier(model=None) if model == "none" else Classifier.load(model)


def show(result: Classification, language: Language) -> None:
    """Print one result for a person: verdict, score, category, the words, one sentence."""
    console = Console(highlight=False, soft_wrap=True)
    head = Text()
    head.append(verdict_name(result, language), style=COLOURS[result.verdict])
    head.append(f"  {result.score:.2f}  {category_name(result, language)}", style="default")
    if result.method == "lexicon":
        head.append({"id": "  (leksikon saja)", "en": "  (lexicon only)"}[language], style="dim")
    console.print(head)
    console.print(coloured(result))
    console.print(Text(sentence(result, language), style="dim"))


def coloured(result: Classification) -> Text:
    """The text with its heaviest words coloured."""
    out = Text(result.text.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    for e in result.evidence:
        if abs(e.weight) >= 0.1:
            strong = "bold " if abs(e.weight) >= 0.4 else ""
            out.stylize(f"{strong}{'red' if e.weight > 0 else 'green'}", e.start, e.end)
    return out


def print_many(results: Iterable[Classification], as_json: bool, language: Language) -> None:
    """Print one or two lines for each result."""
    console = Console(highlight=False, soft_wrap=True)
    for result in results:
        if as_json:
            print(json.dumps(result.to_dict(), ensure_ascii=False))
            continue
        row = Text()
        row.append(f"{verdict_name(result, language):20}", style=COLOURS[result.verdict])
        row.append(f" {result.score:.2f} {category_name(result, language):18} ")
        row.append(" ".join(result.text.split())[:90])
        console.print(row)
        words = ", ".join(" ".join(e.text.split()) for e in reasons(result, 4))
        if words:
            console.print(Text(f"{'':26}└ {words}", style="dim"))
