"""Which pieces of evidence are worth naming: the reasons a reader would give.

Chooses among the evidence of a result and words nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from ..base.assets import asset_path, read_columns
from ..base.result import Classification, Evidence

NAMES = ("party", "person", "ticket")
"""Kinds of mentions that name somebody."""
KINDS = frozenset(
    (*NAMES, "unlisted", "word", "hashtag", "emoji", "figure", "number", "slogan", "gesture", "group", "camp",
     "stance", "stance_for", "stance_against", "stance_event", "neutral", "blocked")
)  # fmt: skip
"""What a piece may be called, as `kind_of` gives it."""
_RUN = ("word", "number")  # what can be quoted together with its neighbours


def reasons(result: Classification, n: int = 5) -> list[Evidence]:
    """Return up to `n` reasons worth showing for the verdict, heaviest first.

    Each wording stands once, ranked by the sum of its weights; a hashtag weighs what the words in
    it weigh together. Marks, links and accounts that the lexicon does not know are left out;
    words no reader would name ("yang", "di") and, for a neutral verdict, bare names and ballot
    numbers stand in only where there is nothing else.
    """
    sign = 1.0 if result.score >= result.thresholds[0] else -1.0
    return leading(result, sign, n)


def leading(result: Classification, sign: float, n: int) -> list[Evidence]:
    """The `n` pieces that pull most to one side, by wording; see `reasons`."""
    sums: dict[str, float] = {}
    heaviest: dict[str, Evidence] = {}
    for e in _folded(result):
        if e.kind == "blocked" or _unsaid(e):
            continue
        key = e.text.lower()
        sums[key] = sums.get(key, 0.0) + sign * e.weight
        if key not in heaviest or sign * e.weight > sign * heaviest[key].weight:
            heaviest[key] = e
    keys = sorted((k for k in sums if sums[k] > 0), key=lambda k: (-sums[k], heaviest[k].start))
    names = (*NAMES, "number") if sign < 0 else ()
    telling = [k for k in keys if not _filler(k) and heaviest[k].kind not in names]
    out: list[Evidence] = []
    for key in telling or keys:
        e = heaviest[key]
        if all(e.end <= o.start or o.end <= e.start for o in out):
            out.append(e)
        if len(out) == n:
            break
    return out


def _folded(result: Classification) -> Iterator[Evidence]:
    """The evidence, with what stands inside a hashtag added to the hashtag."""
    tag: Evidence | None = None
    for e in result.evidence:
        if tag is not None and e.start < tag.end:
            tag = replace(tag, weight=tag.weight + e.weight)
            continue
        if tag is not None:
            yield tag
        tag = e if kind_of(e) == "hashtag" else None
        if tag is None:
            yield e
    if tag is not None:
        yield tag


def _filler(word: str) -> bool:
    year = len(word) == 4 and word.isdigit() and word[:2] in ("19", "20")
    return word in _fillers() or year or (len(word) == 1 and word.isalpha())


@cache
def _fillers() -> dict[str, str]:
    """Words that carry a weight but that no reader would name as the reason; which negate."""
    words, kinds = read_columns(asset_path("data", "text", "fillers.csv"), "word", "kind")
    return dict(zip(words, kinds, strict=True))


def _unsaid(e: Evidence) -> bool:
    """Whether a piece is never shown: a mark, a link, or the account of somebody unknown."""
    text = e.text.lower()
    if e.kind == "word" and text.startswith(("@", "http", "www.", "pic.twitter")):
        return True
    return not any(c.isalnum() or ord(c) > 0x2100 for c in text)


def spoken(text: str) -> str:
    """The text without links and accounts."""
    words = (w for w in text.split() if not w.lower().startswith(("@", "http", "www.")))
    return " ".join(w for w in words if any(c.isalnum() or ord(c) > 0x2100 for c in w))


def quotes(result: Classification, kept: list[Evidence]) -> list[tuple[str, str]]:
    """Kind and wording of each piece; words that stand side by side become one wording.

    A negation before a word and a ballot number after it go along if they pull the same way.
    """
    rank = {(e.start, e.end): i for i, e in enumerate(kept)}
    items = [(i, kind_of(e), e.text) for i, e in enumerate(kept) if kind_of(e) not in _RUN]
    runs: list[list[Evidence]] = []
    for e in result.evidence:
        label = kind_of(e)
        number = label == "number" and e.weight > 0  # a contestant is no reason for neutral
        helps = number or _fillers().get(e.text.lower()) == "negation"
        joins = (e.start, e.end) in rank or (helps and e.weight * kept[0].weight > 0)
        if label not in _RUN or e.kind == "blocked" or not joins:
            continue
        if runs and result.text[runs[-1][-1].end : e.start].isspace():
            runs[-1].append(e)
        else:
            runs.append([e])
    for run in runs:
        while run and (run[-1].start, run[-1].end) not in rank and run[-1].kind == "word":
            run.pop()
        ranks = [rank[span] for e in run if (span := (e.start, e.end)) in rank]
        if not ranks:
            continue
        words = [e for e in run if e.kind == "word"]
        text = result.text[run[0].start : run[-1].end]
        # "nomor urut “nomor 2”" would say it twice.
        items.append((min(ranks), *(("word", text) if words else ("number", text.split()[-1]))))
    return [(label, text) for _, label, text in sorted(items)]


def kind_of(e: Evidence) -> str:
    """What a piece of evidence is: its kind, or of a word whether it is a hashtag, an emoji, a number."""
    if e.kind != "word":
        name = f"stance_{e.note.rsplit('_', 1)[-1]}" if e.kind == "stance" else e.kind
        return name if name in KINDS else "stance"
    if e.text.startswith("#"):
        return "hashtag"
    if not any(c.isalnum() for c in e.text):
        return "emoji"
    return "figure" if e.text.isdigit() else "word"
