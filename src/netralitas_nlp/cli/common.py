"""What several commands need: languages, plain errors, safe output, the look of a result.

The one place that writes to the terminal: whatever a text, a file or a column is called, no control
character of it gets there. Knows no command.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text
from typer.core import TyperCommand

from ..base.assets import read_bytes
from ..base.catalogue import Language, Message, place_of, text
from ..base.errors import ArgumentError, DataError, NetralitasError, reason
from ..base.extras import extras
from ..base.result import Classification
from ..draft.names import deciding_names
from ..say.segments import segments
from ..say.sentences import category_name, is_empty, method_name, reasons, sentence, verdict_name
from ..say.terminal import json_line, safe, visible
from ..score.classifier import Classifier, default_classifier
from ..tables.rows import ENDINGS

# Orange and blue: they stay apart for the colour-blind, and can be read on black and on white.
PRO, CONTRA = "dark_orange3", "dodger_blue1"
COLOURS = {"partisan": f"bold {PRO}", "review": "bold", "neutral": f"bold {CONTRA}"}

TABLES = tuple(f".{name}{end}" for name in ENDINGS if name != "txt" for end in ("", ".gz"))
"""How the name of a table of texts ends."""
_STRONG = 0.4  # log-odds from which a word is bold
_ONE_LINE = str.maketrans("\n\r\t", "   ")
_WIDE = 1000  # columns of an output that is no terminal: nothing is cut or folded there
# "-1 buat kebijakan ini": no option has a space before its "=".
_TEXT_WITH_DASH = re.compile(r"-(?!-?[\w-]++=)\S*+\s")
_MARK = "\0"  # stands in no argument of a command line


class Lang(StrEnum):
    """Languages of the output."""

    id = "id"
    en = "en"


class TextCommand(TyperCommand):
    """A command whose text may begin with "-": an argument with a space in it is no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments with such texts marked, and take the marks off again."""
        marked = [_MARK + a if _TEXT_WITH_DASH.match(a) else a for a in args]
        rest = super().parse_args(ctx, marked)
        for name, value in ctx.params.items():
            if isinstance(value, list | tuple):
                ctx.params[name] = [_unmarked(v) for v in value]
            else:
                ctx.params[name] = _unmarked(value)
        return rest


def _unmarked(value: Any) -> Any:
    return value[1:] if isinstance(value, str) and value.startswith(_MARK) else value


LangOption = Annotated[Lang, typer.Option("--lang", help="Bahasa keluaran: id atau en.")]
ModelOption = Annotated[
    str, typer.Option("--model", help="Folder model, atau 'none' untuk leksikon saja.")
]


LexiconOption = Annotated[
    list[Path],
    typer.Option("--lexicon", help="Leksikon tambahan (.csv), misalnya calon kabupaten Anda."),
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
            raise ArgumentError("labels_option", given=part.strip())
        out |= {word.strip(): label.strip() for word in words.split(",") if word.strip()}
    return out


def is_file(given: str) -> bool:
    """Whether a text given on the command line is the path of a file."""
    try:
        return len(given) < 4096 and Path(given).is_file()
    except (OSError, ValueError):  # a text that cannot be a path
        return False


def text_of(given: list[str]) -> str:
    """Return the one text that is given: in words, in a file, or ``-`` for standard input."""
    if given == ["-"]:
        return standard_input().read().removeprefix("\ufeff")
    if len(given) == 1 and is_file(given[0]):
        if given[0].lower().endswith(TABLES):
            raise ArgumentError("table_as_text", path=given[0])
        try:
            return read_bytes(Path(given[0])).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DataError("not_utf8", path=given[0], byte=error.start) from error
    return " ".join(given)


def standard_input() -> TextIO:
    """Return the stream of ``-``, or say that there is none."""
    if sys.stdin is None:
        raise ArgumentError("no_standard_input")
    return sys.stdin


class SafeConsole(Console):
    """A console that lets no control character of what it prints through, and knows no markup.

    "[/red]" may be the name of a file. An output that is no terminal is as wide as it needs to be.
    """

    def __init__(self, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, soft_wrap=True)
        if not self.is_terminal and "COLUMNS" not in os.environ:
            self.width = _WIDE

    def on_broken_pipe(self) -> None:
        """Leave it to `plain_errors` that a reader went away: rich would end with exit code 1."""
        raise BrokenPipeError

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render as a console does, and draw what would command the terminal."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else Segment(safe(piece.text), piece.style)


def line(words: object = "", error: bool = False) -> None:
    """Print one line as it is, without what would command the terminal."""
    print(safe(str(words)), file=sys.stderr if error else sys.stdout)


def print_json(value: Any) -> None:
    """Print plain JSON types as one line, in letters that the output can hold."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    print(json_line(value, ascii_only=not encoding.startswith("utf")))


def fail(words: object, language: Language) -> typer.Exit:
    """Print why a command ends, and return its exit."""
    line(f"netralitas: {' '.join(_said(words, language).split())}", error=True)
    return typer.Exit(2)


def _said(words: object, language: Language) -> str:
    return words.in_language(language) if isinstance(words, Message) else str(words)


@contextmanager
def plain_errors(language: Language) -> Iterator[None]:
    """Turn errors made for users into one line on stderr and exit code 2.

    Anything else is a bug of ours and is shown as one, with its traceback.
    """
    try:
        with extras():
            yield
    except KeyboardInterrupt:
        # What is written is written whole, so nothing of this run is left behind.
        line(f"\nnetralitas: {text('stopped', language)}", error=True)
        raise typer.Exit(130) from None
    except BrokenPipeError:
        # The reader of our output went away (| head): nothing is wrong with the input.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        raise typer.Exit(0) from None
    except NetralitasError as error:
        raise fail(error.in_language(language), language) from None
    except OSError as error:
        why = Message("place.reason", path=error.filename, reason=reason(error))
        raise fail(why if error.filename else reason(error), language) from None
    except RuntimeError as error:
        if "Symlink loop" not in str(error):  # what Path.resolve says of a link to itself
            raise
        raise fail(Message("system.ELOOP"), language) from None


def tell_table(attrs: Mapping[Any, Any], language: Language) -> None:
    """Print what was guessed about a table that was read, and how many rows could not be."""
    guesses = attrs.get("understood", ())
    if guesses:
        words = ", ".join(guess.in_language(language) for guess in guesses)
        line(text("table_understood", language, what=words), error=True)
    rejected = attrs.get("rejected", ())
    if rejected:
        first = Message("place.reason", path=rejected[0].where, reason=rejected[0].reason)
        line(text("rows_unread", language, n=len(rejected), first=first), error=True)


def level_name(level: str, language: Language) -> str:
    """Return what a problem of a table is called."""
    return text(f"level.{level}", language)


def problem_line(where: str, level: str, said: str, language: Language) -> Text:
    """Return a problem of a table as one line: where it is, how grave, what it is."""
    out = Text(f"{_said(place_of(where), language)}  " if where else "")
    out.append(level_name(level, language), style="red" if level == "error" else "yellow")
    return out.append(f"  {said}")


def load_classifier(model: str, lexicons: Sequence[Path] = ()) -> Classifier:
    """Return the classifier that ``--model`` names, with the rows of ``--lexicon`` beside its own."""
    if model == "default":
        found = default_classifier()
    else:
        found = Classifier(model=None) if model == "none" else Classifier.load(model)
    return Classifier(found.model, found.lexicon.extended(lexicons)) if lexicons else found


def show(result: Classification, classifier: Classifier, language: Language) -> None:
    """Print one result for a person: verdict, score, category, the words, a few sentences."""
    console = SafeConsole()
    head = Text()
    head.append(verdict_name(result, language), style=_colour(result))
    if not is_empty(result):
        head.append(f"  {result.score:.2f}  {category_name(result, language)}", style="default")
    method = method_name(result, language)
    if method:
        head.append(f"  ({method})", style="dim")
    console.print(head)
    console.print(coloured(result))
    console.print(Text(sentence(result, language, deciding_names(result, classifier)), style="dim"))


def _colour(result: Classification) -> str:
    return "dim" if is_empty(result) else COLOURS[result.verdict]


def coloured(result: Classification) -> Text:
    """The text on one line, its words coloured by what they add, its mentions underlined.

    Strong words are bold; a mention that does not count is underlined in italics.
    """
    out = Text()
    words = visible(result.text).translate(_ONE_LINE)  # letter for letter: spans stay right
    for segment in segments(result, len(words)):
        styles = [PRO if segment.weight > 0 else CONTRA] if segment.opacity else []
        if abs(segment.weight) >= _STRONG:
            styles.append("bold")
        if segment.mention:
            styles.append("underline")
        if segment.mention == "blocked":
            styles.append("italic")
        out.append(words[segment.start : segment.end], style=" ".join(styles) or None)
    return out


def print_many(results: Iterable[Classification], as_json: bool, language: Language) -> None:
    """Print one or two lines for each result; a text is cut to the width of a terminal only."""
    console = SafeConsole()
    room = max(20, console.width - 46) if console.is_terminal else None
    for result in results:
        if as_json:
            print_json(result.to_dict())
            continue
        row = Text()
        row.append(f"{verdict_name(result, language):20}", style=_colour(result))
        score = "" if is_empty(result) else f"{result.score:.2f}"
        row.append(f" {score:4} {category_name(result, language):18} ")
        words = " ".join(result.text.split())
        row.append(words if room is None or len(words) <= room else f"{words[: room - 1]}…")
        console.print(row)
        words = ", ".join(" ".join(e.text.split()) for e in reasons(result, 4))
        if words:
            console.print(Text(f"{'':26}└ {words}", style="dim"))
