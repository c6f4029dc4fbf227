"""The command ``check``: a draft before it is posted."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from ..base.catalogue import Language, text
from ..draft.edits import Edits, suggest_edits
from ..draft.elections import Moment, phase_named, phase_of
from ..draft.names import deciding_names
from ..draft.rules import OUTSIDE, Rule, limits_note, process, rules
from ..say.sentences import category_name, sentence, verdict_name
from ..say.terminal import visible
from ..score.classifier import Classifier
from .common import (
    Lang,
    LangOption,
    LexiconOption,
    ModelOption,
    SafeConsole,
    TextCommand,
    load_classifier,
    plain_errors,
    print_json,
    show,
    text_of,
)

app = typer.Typer()
_SHOWN = 8  # removed words that are listed
_ONE_LINE = str.maketrans("\n\r\t", "   ")


@app.command(cls=TextCommand)
def check(
    draft: Annotated[
        list[str], typer.Argument(help="Draf teks, berkas teks, atau - untuk masukan standar.")
    ],
    act: Annotated[
        str | None, typer.Option("--act", help="unggah, komentar, bagikan, suka, atau foto.")
    ] = None,
    phase: Annotated[
        str | None,
        typer.Option(
            "--phase",
            help="tidak-ada, sebelum (calon ditetapkan), sesudah, atau usai; bawaannya dari tanggal.",
        ),
    ] = None,
    who: Annotated[
        str | None,
        typer.Option(
            "--siapa",
            help="pns, pppk, suami-istri (pasangan calon), honorer, pejabat, kades, perangkat, bpd, bumn.",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            "--daerah", help="Daerah atau pemilihan, misalnya 'Kota Palopo' atau pilkada2024."
        ),
    ] = None,
    day: Annotated[
        str | None, typer.Option("--date", help="Tanggal unggahan, YYYY-MM-DD; bawaannya hari ini.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Satu objek JSON.")] = False,
    model: ModelOption = "default",
    lexicon: LexiconOption = [],  # noqa: B006  (typer copies it)
    lang: LangOption = Lang.id,
) -> None:
    """Periksa draf sebelum diunggah: kata mana yang membuatnya memihak."""
    language: Language = lang.value
    with plain_errors(language):
        date = day or dt.date.today().isoformat()
        moment = phase_of(date, region)
        if phase is not None:
            moment = moment._replace(phase=phase_named(phase))
        contest = moment.election.contest if moment.election else None
        classifier = load_classifier(model, lexicon)
        classifier = Classifier(classifier.model, classifier.lexicon.at(date))
        edits = suggest_edits(text_of(draft).rstrip("\r\n"), classifier)
        found = rules(edits.before, act, moment.phase, who, contest)
        if as_json:
            said = sentence(edits.before, language, deciding_names(edits.before, classifier))
            record = _plain(edits, found, said, language) | _when(date, moment)
            print_json(record | {"limits": limits_note(language, who)})
            return
        show(edits.before, classifier, language)
        console = SafeConsole()
        _print_edits(console, edits, language)
        if found:
            _print_rules(console, found, who, language)
        if found or (edits.before.verdict != "neutral" and who not in OUTSIDE):
            console.print(Text(_moment(date, moment, phase is not None, language), style="dim"))
        console.print(Text(limits_note(language, who), style="dim"))


def _print_rules(
    console: Console, found: tuple[Rule, ...], who: str | None, language: Language
) -> None:
    console.print()
    console.print(Text(text("check.rules", language)))
    for rule in found:
        console.print(Text(f"- {rule.words(language)} ({rule.clause})"))
    steps = "; ".join(step.words(language) for step in process(who) if step.decides)
    console.print(Text(text("rules.process", language, steps=steps), style="dim"))


def _when(date: str, moment: Moment) -> dict[str, object]:
    election = moment.election.election if moment.election else ""
    return {"date": date, "phase": moment.phase, "election": election}


def _moment(date: str, moment: Moment, told: bool, language: Language) -> str:
    """Which phase the rules were chosen for."""
    phase = text(f"phase.{moment.phase}", language)
    if told or moment.election is None:
        return text("rules.at", language, day=date, phase=phase)
    return text("rules.at_election", language, day=date, phase=phase, election=moment.election.name)


def _print_edits(console: Console, edits: Edits, language: Language) -> None:
    if edits.removed:
        # In words as well: what is struck through shows on a terminal only.
        words = [f"“{word}”" for word in edits.words]
        if len(words) > _SHOWN:
            more = len(words) - _SHOWN
            words = [text("list.more", language, items=words[:_SHOWN], n=more)]
        scores = {"before": edits.before.score, "after": edits.after.score}
        console.print()
        console.print(Text(text("check.edit", language, words=words, **scores)))
        console.print(_struck(edits))
        if edits.capped:
            console.print(Text(text("check.capped", language), style="dim"))
    elif edits.before.verdict != "neutral":
        unclear = edits.before.verdict == "review"
        name = "cut" if not edits.whole else "unclear" if unclear else "whole"
        console.print(Text(text(f"check.{name}", language)))


def _struck(edits: Edits) -> Text:
    """The draft with the removed words struck through."""
    out = Text(visible(edits.text).translate(_ONE_LINE))
    for piece in edits.removed:
        out.stylize("strike red", piece.start, piece.end)
    return out


def _plain(
    edits: Edits, found: tuple[Rule, ...], said: str, language: Language
) -> dict[str, object]:
    result = edits.before
    return edits.to_dict() | {
        "verdict_name": verdict_name(result, language),
        "category": result.category,
        "category_name": category_name(result, language),
        "method": result.method,
        "sentence": said,
        "rules": [rule.to_dict() for rule in found],
    }
