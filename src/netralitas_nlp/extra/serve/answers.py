"""The three questions of *Periksa draf*, and what follows from the answers.

Whose post it is, whether a picture goes with it, how near an election is: asked in plain words instead
of options. Judges no text; the rules stand in ``draft/rules.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ...base.catalogue import Language, text
from ...base.result import Classification
from ...draft.elections import Moment, phase_of
from ...draft.rules import Rule, limits_note, process, rules

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "milik": ("sendiri", "kantor", "komentar"),
    "gambar": ("tidak", "ada", "tangan"),
    "pemilu": ("kalender", "jauh", "sebelum", "sesudah", "usai"),
}
"""Fields of the form and their answers; the first is taken where none is given."""
_PHASES = {"jauh": "none", "sebelum": "before", "sesudah": "after", "usai": "voted"}
_MOST = 3  # rules shown


@dataclass(frozen=True)
class Answers:
    """What somebody answered.

    Attributes
    ----------
    milik, gambar, pemilu : str
        Of `QUESTIONS`.
    day : datetime.date
        Of the post: today.
    """

    milik: str
    gambar: str
    pemilu: str
    day: dt.date

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Answers:
        """Return the answers in a form; what is none of them counts as not answered."""
        given = {
            name: form[name] if form.get(name) in allowed else allowed[0]
            for name, allowed in QUESTIONS.items()
        }
        return cls(**given, day=dt.date.today())

    @property
    def moment(self) -> Moment:
        """The phase the post falls in: as answered, else by the calendar of elections."""
        moment = phase_of(self.day)
        phase = _PHASES.get(self.pemilu)
        return moment if phase is None else Moment(phase, None)

    def rules(self, result: Classification) -> tuple[Rule, ...]:
        """Return the rules, at most three, that could apply; the one on photos first if asked.

        >>> from netralitas_nlp import classify
        >>> result = classify("Coblos nomor 3, menangkan paslon kita!")
        >>> answers = Answers("komentar", "tangan", "sesudah", dt.date(2026, 11, 30))
        >>> found = answers.rules(result)
        >>> len(found), "foto" in found[0].act
        (3, True)
        """
        moment = self.moment
        contest = moment.election.contest if moment.election else None
        act = "komentar" if self.milik == "komentar" else "unggah"
        found = rules(result, act, moment.phase, contest=contest)
        if self.gambar != "tidak":
            photo = rules(result, "foto", moment.phase, contest=contest)
            found = (*photo[:1], *found)
        return tuple(dict.fromkeys(found))[:_MOST]

    def notes(self, result: Classification, language: Language) -> list[str]:
        """Return what the answers add to the verdict, a sentence each."""
        keys = []
        if self.milik == "komentar":
            keys.append("page.note.comment")
        if self.milik == "kantor" and result.verdict != "neutral":
            keys.append("page.note.office")
        if self.gambar == "tangan":
            keys.append("page.note.hand")
        if self.gambar == "ada":
            keys.append("page.note.picture")
        return [text(key, language) for key in keys]

    def said(self, language: Language) -> str:
        """Return in a sentence which day and phase the rules were chosen for."""
        moment = self.moment
        phase = text(f"phase.{moment.phase}", language)
        day = self.day.isoformat()
        if moment.election is None:
            return text("rules.at", language, day=day, phase=phase)
        name = moment.election.name
        return text("rules.at_election", language, day=day, phase=phase, election=name)


def who_decides(language: Language) -> str:
    """Return who decides on a report, in a sentence."""
    steps = "; ".join(step.words(language) for step in process(None) if step.decides)
    return text("rules.process", language, steps=steps)


def cannot_say(language: Language) -> str:
    """Return what no text can show."""
    return limits_note(language)
