"""The pages *Periksa draf* and *Jelaskan*, whole or, for a script, the part that changes.

A draft travels in the body of a request, never in an address. Without JavaScript every button is a
form that gives the whole page again.
"""

from __future__ import annotations

import re
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ...base.catalogue import text
from ...base.result import Classification
from ...draft.edits import Edits, Removal, suggest_edits, without
from ...say.sentences import sentence
from ...say.terminal import safe, visible
from . import api
from .answers import QUESTIONS, Answers, cannot_say, who_decides
from .drawing import drawn, words
from .guard import RequestError, language_of
from .work import Work, classifier

EXAMPLES = ("ajakan", "kegiatan", "berita", "kantor", "harian")
"""Kinds of texts to try: keys ``page.example.…`` name them, ``page.sample.…`` are the texts."""
SCRIPT_WORDS = (
    "page.decision.neutral", "page.decision.partisan", "page.decision.unsure", "page.failed",
    "page.js.cleared", "page.js.counts", "page.js.decided", "page.js.done", "page.js.found",
    "page.js.judging", "page.js.leave", "page.js.look", "page.js.minutes", "page.js.no_rows",
    "page.js.page", "page.js.progress", "page.js.reading", "page.js.resume", "page.js.seconds",
    "page.js.sorted", "page.js.twins", "page.js.undone", "page.js.unreadable", "page.js.writing",
    "page.explain", "page.js.written", "page.line", "page.pause",
)  # fmt: skip
"""What the script of *Pilah berkas* says."""
SCRIPT_NAMES = (
    "all", "decided", "decision", "done", "first", "last", "line", "n", "name", "neutral",
    "partisan", "review", "twins",
)  # fmt: skip
"""What it fills in."""
_SPAN = re.compile(r"(\d{1,7})-(\d{1,7})")
_NAMES = 5  # that are asked about
_FORM = {"max_files": 0, "max_fields": 20}


class Pages:
    """What answers requests for pages.

    Parameters
    ----------
    work : Work
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self.settings = work.settings

    def routes(self) -> list[Route]:
        """Return the routes of the pages."""
        return [
            Route("/", self.draft, methods=["GET", "POST"]),
            Route("/potongan/nilai", self.verdict_part, methods=["POST"]),
            Route("/potongan/ubah", self.edits_part, methods=["POST"]),
            Route("/jelaskan", self.explain, methods=["GET", "POST"]),
            Route("/pilah", self.sort, methods=["GET"]),
            Route("/api", self.description, methods=["GET"]),
        ]

    async def draft(self, request: Request) -> Response:
        """*Periksa draf*: the whole page, and what a button without a script does."""
        if request.method == "GET":
            chosen = request.query_params.get("contoh", "")
            sample = text(f"page.sample.{chosen}", "id") if chosen in EXAMPLES else ""
            return self._page(request, "draft.html.j2", draft=sample, answers=Answers.of({}))
        form = await self._form(request)
        draft, earlier = form["teks"], form.get("semula", "")
        if "kembalikan" in form:
            draft, earlier = earlier, ""
        elif "ambil" in form:
            draft, earlier = _taken(draft, form["ambil"]), draft
        view: dict[str, Any] = {"draft": draft, "earlier": earlier, "answers": Answers.of(form)}
        if draft.strip():
            edits = await self.work.long(propose, draft, view["answers"].day.isoformat())
            view |= self._verdict(request, edits.before, view["answers"])
            view |= self._edits(edits)
        return self._page(request, "draft.html.j2", **view)

    async def verdict_part(self, request: Request) -> Response:
        """Verdict, coloured words and rules of a draft, while it is typed."""
        form = await self._form(request)
        answers = Answers.of(form)
        day = answers.day.isoformat()
        result = await self.work.by_length(len(form["teks"]), judge, form["teks"], day)
        view = self._verdict(request, result, answers)
        return self._page(request, "verdict.html.j2", draft=form["teks"], answers=answers, **view)

    async def edits_part(self, request: Request) -> Response:
        """What to change in a draft, once the typing pauses."""
        form = await self._form(request)
        day = Answers.of(form).day.isoformat()
        edits = await self.work.long(propose, form["teks"], day)
        return self._page(request, "edits.html.j2", draft=form["teks"], **self._edits(edits))

    async def explain(self, request: Request) -> Response:
        """*Jelaskan*: why, word by word; what the model cannot see; how good it is."""
        view: dict[str, Any] = {"draft": "", "model": await self.work.short(api.describe_model)}
        if request.method == "POST":
            form = await self._form(request)
            view["draft"] = form["teks"]
        if view["draft"].strip():
            day = Answers.of({}).day.isoformat()
            result = await self.work.by_length(len(view["draft"]), judge, view["draft"], day)
            language = language_of(request)
            view |= {"drawn": drawn(result, language), "words": words(result, language)}
            view |= {"sentence": safe(sentence(result, language)), "sum": _sum(result)}
        return self._page(request, "explain.html.j2", **view)

    async def sort(self, request: Request) -> Response:
        """*Pilah berkas*: the page; what it asks is answered by `uploads`."""
        language = language_of(request)
        # The script fills in what it knows, so the names stay names.
        names = {name: f"{{{name}}}" for name in SCRIPT_NAMES}
        words = {key: text(key, language, **names) for key in SCRIPT_WORDS}
        return self._page(request, "sort.html.j2", words=words)

    async def description(self, request: Request) -> Response:
        """The description of the API, to read."""
        return self._page(request, "api.html.j2", described=api.openapi(self.settings))

    # --- inside

    async def _form(self, request: Request) -> dict[str, str]:
        async with request.form(**_FORM, max_part_size=self.settings.limits.body) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
        # A browser sends line ends as CR LF; in the box, where spans are counted, they are LF.
        fields["teks"] = fields.get("teks", "").replace("\r\n", "\n")
        fields["semula"] = fields.get("semula", "").replace("\r\n", "\n")
        for name in ("teks", "semula"):
            api.check_length(fields[name], self.settings)
        return fields

    def _verdict(
        self, request: Request, result: Classification, answers: Answers
    ) -> dict[str, Any]:
        language = language_of(request)
        return {
            "drawn": drawn(result, language),
            "sentence": safe(sentence(result, language)),
            "rules": answers.rules(result) if result.text.strip() else (),
            "notes": answers.notes(result, language),
            "names": _unlisted(result),
            "moment": answers.said(language),
            "process": who_decides(language),
            "cannot_say": cannot_say(language),
        }

    def _edits(self, edits: Edits) -> dict[str, Any]:
        result = edits.before
        name = ""
        if not edits.removed and result.verdict != "neutral":
            unclear = "unclear" if result.verdict == "review" else "whole"
            name = unclear if edits.whole else "cut"
        return {"edits": edits, "no_edit": name}

    def _page(self, request: Request, template: str, **view: Any) -> Response:
        language = language_of(request)
        query = "" if language == "id" else f"?lang={language}"
        view = {"draft": "", "earlier": "", "drawn": None, "edits": None} | view
        html = (
            _templates()
            .get_template(template)
            .render(
                language=language,
                t=partial(_said, language),
                link=lambda path: f"{path}{query}",
                path=request.url.path,
                questions=QUESTIONS,
                examples=EXAMPLES,
                limits=self.settings.limits,
                local=self.settings.is_local,
                visible=visible,
                safe_words=lambda words: safe(" ".join(words.split())),
                **view,
            )
        )
        return HTMLResponse(html)


def judge(draft: str, day: str) -> Classification:
    """Return the advice about a draft with its reasons, as something that can travel."""
    result = classifier(day).classify(draft)
    assert result.evidence is not None  # worked out here, not in the process that draws
    return result


def propose(draft: str, day: str) -> Edits:
    """Return what to change in a draft."""
    edits = suggest_edits(draft, classifier(day))
    assert edits.before.evidence is not None
    return edits


def routes(work: Work) -> list[Route]:
    """Return the routes of the pages."""
    return Pages(work).routes()


def _unlisted(result: Classification) -> list[str]:
    """Names that no list knows, each once: whether one is a candidate's only the writer can say."""
    names = (e.text for e in result.evidence if "unlisted" in (e.kind, e.note))
    return list(dict.fromkeys(safe(" ".join(name.split())) for name in names))[:_NAMES]


def _taken(draft: str, spans: str) -> str:
    """The draft without the pieces of a button, ``"12-20"`` or several with commas between."""
    pieces = []
    for span in spans.split(",")[:200]:
        found = _SPAN.fullmatch(span)
        start, end = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 0 <= start < end <= len(draft):
            raise RequestError("page.no_span", span=span[:40])
        pieces.append(Removal(start, end, draft[start:end], "word", 0.0))
    return without(draft, pieces)


def _sum(result: Classification) -> dict[str, float] | None:
    """Intercept, what all words add, and the decision: the terms of the score, in log-odds."""
    model = classifier().model
    if model is None or result.method != "model":
        return None
    added = sum(e.weight for e in result.evidence if e.kind != "blocked")
    intercept = float(model.intercepts[0])
    return {"intercept": intercept, "words": added, "decision": intercept + added}


def _said(language: Any, key: str, /, **values: Any) -> str:
    return text(key, language, **values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


__all__ = ["EXAMPLES", "Pages", "judge", "propose", "routes"]
