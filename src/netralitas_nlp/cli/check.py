"""The command ``check``: a draft before it is posted."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from ..draft.edits import Edits, suggest_edits
from ..draft.rules import Rule, limits_note, rules
from ..say.sentences import Language, category_name, sentence, verdict_name
from .common import (
    Lang,
    LangOption,
    ModelOption,
    is_file,
    load_classifier,
    plain_errors,
    show,
    standard_input,
)

app = typer.Typer()
_SHOWN = 8  # removed words that are listed
_TEXTS = {
    "id": {
        "edit": "Tanpa {words} teks ini terbaca netral (nilai {before:.2f} → {after:.2f}):",
        "more": "{words}, dan {n} lagi",
        "whole": "Tidak cukup membuang beberapa kata: teks ini secara keseluruhan yang memihak.",
        "unclear": "Tidak cukup membuang beberapa kata: yang belum jelas ialah teks ini secara "
        "keseluruhan.",
        "cut": "Teks ini terlalu panjang untuk dicari kata-katanya; periksa bagian demi bagian.",
        "capped": "Teks panjang: mungkin cukup membuang lebih sedikit kata.",
        "rules": "Aturan yang mungkin terkait:",
    },
    "en": {
        "edit": "Without {words} this text reads as neutral ({before:.2f} → {after:.2f}):",
        "more": "{words}, and {n} more",
        "whole": "Taking out a few words is not enough: the text as a whole takes a side.",
        "unclear": "Taking out a few words is not enough: it is the text as a whole that is not "
        "clear.",
        "cut": "The text is too long to search for the words; check it part by part.",
        "capped": "A long text: fewer words may do.",
        "rules": "Rules that could apply:",
    },
}


@app.command()
def check(
    draft: Annotated[list[str], typer.Argument(help="Draf teks, atau - untuk masukan standar.")],
    act: Annotated[
        str | None, typer.Option("--act", help="unggah, komentar, bagikan, suka, atau foto.")
    ] = None,
    phase: Annotated[
        str | None,
        typer.Option("--phase", help="before atau after: sebelum atau sesudah calon ditetapkan."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Satu objek JSON.")] = False,
    model: ModelOption = "default",
    lang: LangOption = Lang.id,
) -> None:
    """Periksa draf sebelum diunggah: kata mana yang membuatnya memihak."""
    language: Language = lang.value
    with plain_errors(language):
        if len(draft) == 1 and is_file(draft[0]):
            raise ValueError(
                f"{draft[0]} is a file; give its text by: netralitas check - < {draft[0]}"
            )
        text = standard_input().read().removeprefix("\ufeff") if draft == ["-"] else " ".join(draft)
        edits = suggest_edits(text.rstrip("\r\n"), load_classifier(model))
        found = rules(edits.before, act, phase)
        if as_json:
            print(json.dumps(_plain(edits, found, language), ensure_ascii=False))
            return
        show(edits.before, language)
        console = Console(highlight=False, soft_wrap=True)
        _print_edits(console, edits, language)
        if found:
            console.print()
            console.print(_TEXTS[language]["rules"])
            for rule in found:
                console.print(Text(f"- {rule.words(language)} ({rule.clause})"))
            console.print(Text(limits_note(language), style="dim"))


def _print_edits(console: Console, edits: Edits, language: Language) -> None:
    texts = _TEXTS[language]
    if edits.removed:
        # In words as well: what is struck through shows on a terminal only.
        words = ", ".join(f"“{' '.join(p.text.split())}”" for p in edits.removed[:_SHOWN])
        if len(edits.removed) > _SHOWN:
            words = texts["more"].format(words=words, n=len(edits.removed) - _SHOWN)
        head = texts["edit"].format(words=words, before=edits.before.score, after=edits.after.score)
        console.print()
        console.print(Text(head))
        console.print(_struck(edits))
        if edits.capped:
            console.print(Text(texts["capped"], style="dim"))
    elif edits.before.verdict != "neutral":
        unclear = edits.before.verdict == "review"
        console.print(texts["cut" if not edits.whole else "unclear" if unclear else "whole"])


def _struck(edits: Edits) -> Text:
    """The draft with the removed words struck through."""
    out = Text(edits.text.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    for piece in edits.removed:
        out.stylize("strike red", piece.start, piece.end)
    return out


def _plain(edits: Edits, found: tuple[Rule, ...], language: Language) -> dict[str, object]:
    result = edits.before
    return edits.to_dict() | {
        "verdict_name": verdict_name(result, language),
        "category": result.category,
        "category_name": category_name(result, language),
        "method": result.method,
        "sentence": sentence(result, language),
        "rules": [rule.to_dict() for rule in found],
        "limits": limits_note(language) if found else "",
    }
