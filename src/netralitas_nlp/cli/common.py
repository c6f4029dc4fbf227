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
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.text import Text

from ..base.catalogue import Message
from ..base.errors import NetralitasError, reason
from ..base.result import Classification
from ..say.segments import segments
from ..say.sentences import Language, category_name, reasons, sentence, verdict_name
from ..say.terminal import visible
from ..say.wording import in_language, place_in
from ..score.classifier import Classifier, default_classifier

# Orange and blue: they stay apart for the colour-blind, and can be read on black and on white.
PRO, CONTRA = "dark_orange3", "dodger_blue1"
COLOURS = {"partisan": f"bold {PRO}", "review": "bold", "neutral": f"bold {CONTRA}"}


_STRONG = 0.4  # log-odds from which a word is bold
_ONE_LINE = str.maketrans("\n\r\t", "   ")


class Lang(StrEnum):
    """Languages of the output."""

    id = "id"
    en = "en"


LangOption = Annotated[Lang, typer.Option("--lang", help="Bahasa keluaran: id atau en.")]
ModelOption = Annotated[
    str, typer.Option("--model", help="Folder model, atau 'none' untuk leksikon saja.")
]


TextColumn = Annotated[str, typer.Option("--text-column", help="Kolom teks.")]
LabelColumn = Annotated[str, typer.Option("--label-column", help="Kolom label.")]
LabelsOption = Annotated[
    str | None,
    typer.Option(
        "--labels", help="Arti kata label Anda, misalnya 'partisan=kampanye,politik;neutral=aman'."
    ),
]
SheetOption = Annotated[str | None, typer.Option("--sheet", help="Lembar dalam berkas .xlsx.")]


def label_words(given: str | None) -> dict[str, str]:
    """What ``--labels`` says: ``partisan=kampanye,politik;neutral=aman``."""
    out: dict[str, str] = {}
    for part in (given or "").split(";"):
        if not part.strip():
            continue
        label, equals, words = part.partition("=")
        if not equals or not words.strip():
            raise ValueError(
                f"--labels {part.strip()!r} is not LABEL=WORD,WORD; for example "
                "'partisan=kampanye,politik;neutral=aman'"
            )
        out |= {word.strip(): label.strip() for word in words.split(",") if word.strip()}
    return out


def is_file(text: str) -> bool:
    """Whether a text given on the command line is the path of a file."""
    try:
        return len(text) < 4096 and Path(text).is_file()
    except (OSError, ValueError):  # a text that cannot be a path
        return False


@contextmanager
def plain_errors(language: Language) -> Iterator[None]:
    """Turn errors made for users into one line on stderr and exit code 2."""
    try:
        yield
    except KeyboardInterrupt:
        # What is written is written whole, so nothing of this run is left behind.
        print("\nnetralitas: dihentikan (stopped)", file=sys.stderr)
        raise typer.Exit(130) from None
    except BrokenPipeError:
        # The reader of our output went away (| head): nothing is wrong with the input.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        raise typer.Exit(0) from None
    except RuntimeError as error:
        if "Symlink loop" not in str(error):  # what Path.resolve says of a link to itself
            raise
        print(f"netralitas: {in_language(str(error), language)}", file=sys.stderr)
        raise typer.Exit(2) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        why = reason(error)
        said = why.in_language(language) if isinstance(why, Message) else why
        print(f"netralitas: {where}{said}", file=sys.stderr)
        raise typer.Exit(2) from None
    except (NetralitasError, TypeError, ValueError) as error:
        said = str(error)
        if isinstance(error, NetralitasError) and " " not in error.code:
            said = error.in_language(language)
        else:  # a sentence that is not yet in the table of messages
            said = in_language(said, language)
        print(f"netralitas: {' '.join(said.split())}", file=sys.stderr)
        raise typer.Exit(2) from None


def standard_input() -> TextIO:
    """Return the stream of ``-``, or say that there is none."""
    if sys.stdin is None:
        raise ValueError("there is no standard input to read; give the text itself")
    return sys.stdin


def level_name(level: str, language: Language) -> str:
    """Return what a problem of a table is called."""
    return {"error": "kesalahan", "warning": "peringatan"}[level] if language == "id" else level


def problem_line(where: str, level: str, said: str, language: Language) -> Text:
    """Return a problem of a table as one line: where it is, how grave, what it is."""
    line = Text(f"{place_in(where, language)}  " if where else "")
    line.append(level_name(level, language), style="red" if level == "error" else "yellow")
    return line.append(f"  {said}")


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
    console.print(Text(visible(sentence(result, language)), style="dim"))


def coloured(result: Classification) -> Text:
    """The text on one line, its words coloured by what they add, its mentions underlined.

    Strong words are bold; a mention that does not count is underlined in italics.
    """
    out = Text()
    text = visible(result.text).translate(_ONE_LINE)  # control characters would move the cursor
    for segment in segments(result, len(text)):
        styles = [PRO if segment.weight > 0 else CONTRA] if segment.opacity else []
        if abs(segment.weight) >= _STRONG:
            styles.append("bold")
        if segment.mention:
            styles.append("underline")
        if segment.mention == "blocked":
            styles.append("italic")
        out.append(text[segment.start : segment.end], style=" ".join(styles) or None)
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
