"""Text to `Classification`: joins model and lexicon, remembers what repeats.

`classify` and `classify_many` use the packaged model, loaded on first use; `Classifier` takes any
other. With ``model=None`` the lexicon answers alone (see `fallback`). Nothing is written, sent or
kept but bounded memories of words.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, compress, islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.assets import asset_path
from ..base.result import (
    NEUTRAL_CATEGORIES,
    PARTISAN_CATEGORIES,
    Classification,
    Evidence,
    Verdict,
)
from ..read.find import IN_TAG, Lexicon, Mention
from ..read.signals import capitals, look, signals, told
from ..read.stems import Stems
from ..read.words import HASHTAG, Token, pieces, shifted, spans
from .fallback import Fallback
from .features import (
    BLOCKS,
    OF_UNITS,
    Unit,
    mention_unit,
    near_name,
    tag_unit,
    together,
    units,
)
from .weights import UNIT_ROW, WIDTH, LinearModel, Table

_ROWS = 50_000  # places for rows of numbers: about 14 MB when full
_CHUNKS = 35_000  # chunks remembered; longer ones than _LONG are not
_LONG = 40
_BATCH = 256
_AT_ONCE = 100_000  # rows added up at a time: about 29 MB

if TYPE_CHECKING:
    from .weights import Array

# Where the heads of the categories stand among the decisions.
_PARTISAN = slice(1, 1 + len(PARTISAN_CATEGORIES))
_NEUTRAL = slice(1 + len(PARTISAN_CATEGORIES), None)

_UNIT_BLOCKS = [BLOCKS.index(block) for block in OF_UNITS]

_Name = tuple[str, str, str]  # key, letters, shape of a unit
_Follow = dict[str, int]
_Place = tuple[str, int, int, str, _Follow]
"""What a token gives to a text: its key and flags for the lexicon, the row of its unit, what it is
called beside its neighbours (``""`` if it makes no pairs), and the rows it makes with the next."""
_NOTHING: _Follow = {}


class _Memory(dict[str, tuple[_Place, ...]]):
    """Chunks by their letters, bounded: what is asked for the first time is read then.

    When a memory is full a new one takes its place and moves over what it meets again, so that
    common words are never worked out twice. What it holds never changes, so that reasons can be
    looked up in it without a lock.
    """

    def __init__(self, model: LinearModel, lexicon: Lexicon, stems: Stems) -> None:
        super().__init__()
        self.model, self.lexicon, self.stems = model, lexicon, stems
        self.rows = np.zeros((_ROWS, UNIT_ROW))  # row 0 is the row of nothing
        self.names: list[_Name] = [("", "", "")]  # of the units, by row
        self.units: dict[_Name, int] = {}
        self.follow: dict[str, _Follow] = {}
        self.near: dict[str, tuple[_Follow, _Follow]] = {}
        self.placeholders: dict[tuple[str, bool], tuple[str, int, _Follow]] = {}
        self.tags: dict[str, tuple[Token, ...]] = {}  # chunks with a hashtag
        self.tokens: dict[str, tuple[Token, ...]] = {}  # chunks somebody wanted the reasons of
        # Words are written in many ways that come to the same: places are kept once.
        self.places: dict[tuple[str, int, int], _Place] = {}
        self.previous: _Memory | None = None
        names = (name.partition(":")[::2] for name in model.names["signal"])
        self.signals = {name: model.offset_of["signal"] + i for i, name in enumerate(names)}

    @property
    def full(self) -> bool:
        return len(self.names) > _ROWS * 3 // 4 or max(len(self), len(self.places)) >= _CHUNKS

    def renewed(self) -> _Memory:
        """Return an empty memory that takes over from this one."""
        new = _Memory(self.model, self.lexicon, self.stems)
        new.previous, self.previous = self, None
        return new

    def __missing__(self, piece: str) -> tuple[_Place, ...]:
        old = self.previous
        known = old.get(piece) if old is not None else None
        if old is not None and known is not None:
            if piece in old.tags:
                self.tags[piece] = old.tags[piece]
            return self._keep(piece, [self._moved(place) for place in known])
        tokens = self.lexicon.tokenizer.chunk(piece)
        keys, bits = self.lexicon.view(tokens)
        if any(token.kind == HASHTAG for token in tokens) and len(piece) <= _LONG:
            self.tags[piece] = tuple(tokens)
        alone = units(tokens, bits, (), self.stems, self.model.settings)
        places = [
            self._place(key, flags, self.row(unit), unit.chained)
            for key, flags, unit in zip(keys, bits, alone, strict=True)
        ]
        return self._keep(piece, places)

    def _keep(self, piece: str, places: list[_Place]) -> tuple[_Place, ...]:
        record = tuple(places)
        if len(piece) <= _LONG:
            self[piece] = record
        return record

    def _place(self, key: str, flags: int, row: int, chained: bool) -> _Place:
        known = self.places.get((key, flags, row))
        if known is None:
            link = self.names[row][0] if chained else ""
            known = (key, flags, row, link, self.follow.get(link, _NOTHING))
            if len(key) <= _LONG:
                self.places[key, flags, row] = known
        return known

    def _moved(self, place: _Place) -> _Place:
        """Take a place over from the memory before."""
        assert self.previous is not None
        key, flags, row, link, _ = place
        return self._place(key, flags, self._row(self.previous.names[row], bool(link)), bool(link))

    def row(self, unit: Unit) -> int:
        """Return the row of a unit."""
        return self._row((unit.key, unit.letters, unit.shape), unit.chained)

    def _row(self, name: _Name, chained: bool) -> int:
        number = self.units.get(name)
        if number is None:
            old = self.previous
            if old is not None and name in old.units:
                row = old.rows[old.units[name]]
            else:
                row = self.model.unit_row(*name)
            number = len(self.names)
            if number >= len(self.rows):  # one enormous text: give it what it needs
                self.rows = np.vstack([self.rows, np.zeros_like(self.rows)])
            self.rows[number] = row
            self.names.append(name)
            self.units[name] = number
            if chained and self.model.settings.pairs and name[0] not in self.follow:
                found = self.model.beginning("word", f"{name[0]} ")
                self.follow[name[0]] = dict(found) or _NOTHING
        return number

    def placeholder(self, kind: str, handle: bool) -> tuple[str, int, _Follow]:
        """Return what a mention of a kind is called, its row, and what follows it."""
        known = self.placeholders.get((kind, handle))
        if known is None:
            unit = mention_unit(Mention(0, 1, kind, (), "", handle))
            row = self.row(unit)
            known = unit.key, row, self.follow.get(unit.key, _NOTHING)
            self.placeholders[kind, handle] = known
        return known

    def sides(self, kind: str) -> tuple[_Follow, _Follow]:
        """Return the rows of the words before and after mentions of a kind."""
        known = self.near.get(kind)
        if known is None:
            wanted = "<>" if self.model.settings.near else ""
            found = [self.model.beginning("near", near_name("", kind, side)) for side in wanted]
            before, after = map(dict, found or ((), ()))
            known = self.near[kind] = before, after
        return known


class Classifier:
    """Classifies texts with one model and one lexicon.

    Parameters
    ----------
    model : LinearModel or None
        None: the lexicon answers alone, and results say ``method == "lexicon"``.
    lexicon : Lexicon, optional
        Default: the packaged one.

    Examples
    --------
    >>> fallback = Classifier(model=None)
    >>> fallback.classify("Ayo menangkan Prabowo-Gibran!").method
    'lexicon'
    """

    def __init__(self, model: LinearModel | None, lexicon: Lexicon | None = None) -> None:
        if model is not None and not isinstance(model, LinearModel):
            raise TypeError(
                f"model must be a LinearModel or None, not {type(model).__name__}; "
                "to read one from a folder use Classifier.load(path)"
            )
        self.model = model
        self.lexicon = Lexicon.default() if lexicon is None else lexicon
        self._fallback = Fallback(self.lexicon)
        self._stems = Stems(self.lexicon.tokenizer.everyday, self.lexicon.name_words)
        self._lock = threading.Lock()
        _alive.add(self)
        self._memory: _Memory | None = None
        if model is not None:
            self._categories = bool(model.header.get("categories", True))

    @classmethod
    def load(cls, path: str | Path, lexicon: Lexicon | None = None) -> Classifier:
        """Return a classifier with the model of a folder; see `LinearModel.load` for errors."""
        return cls(LinearModel.load(path), lexicon)

    def __reduce__(self) -> tuple[Any, ...]:
        # Model and lexicon travel; the lock, and what is remembered of texts, stay here.
        return type(self), (self.model, self.lexicon)

    # --- the two calls

    def classify(self, text: str, date: dt.date | str | None = None) -> Classification:
        """Return advice about one text.

        Parameters
        ----------
        text : str
            Any text; an empty one is neutral, with the score of the prior.
        date : datetime.date or str, optional
            Day of the text; lexicon entries not valid then are left out.

        Raises
        ------
        TypeError
            If `text` is not a str.
        """
        if not isinstance(text, str):
            raise TypeError(_wrong_type(text))
        if date is not None:
            return self._at(str(date)).classify(text)
        if self.model is None:
            return self._fallback.classify(text)
        return self._batch([text])[0]

    def classify_many(self, texts: Iterable[str]) -> Iterator[Classification]:
        """Yield advice about each text, in order; the same as `classify` of each, but faster.

        Reads ahead up to 256 texts.

        Raises
        ------
        TypeError
            If `texts` is a str, or one of its items is not (the message has its position).
        """
        if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
            raise TypeError(
                f"classify_many takes an iterable of str, not {type(texts).__name__}; "
                "for one text use classify(text)"
            )
        return self._many(texts)

    def decision(self, text: str) -> float:
        """Return the partisan head's decision (log-odds before calibration)."""
        if self.model is None:
            raise ValueError("a classifier without a model has no decision; see its score")
        return self._decisions([text])[0][0][0]

    # --- inside

    @lru_cache(maxsize=4)  # noqa: B019  (a handful of dates; classifiers live as long as the process)
    def _at(self, day: str) -> Classifier:
        return Classifier(self.model, self.lexicon.at(day))

    def _many(self, texts: Iterable[str]) -> Iterator[Classification]:
        iterator = iter(texts)
        position = 0
        failure: Exception | None = None
        while failure is None:
            batch: list[str] = []
            try:
                for text in islice(iterator, _BATCH):
                    if not isinstance(text, str):
                        raise TypeError(f"item {position + len(batch)}: {_wrong_type(text)}")
                    batch.append(text)
            except Exception as error:
                failure = error
            if not batch:
                break
            position += len(batch)
            if self.model is None:
                yield from map(self._fallback.classify, batch)
            else:
                yield from self._batch(batch)
        if failure is not None:
            raise failure

    def _batch(self, texts: Sequence[str]) -> list[Classification]:
        model = self.model
        assert model is not None
        decisions, heard = self._decisions(texts)
        review, accused = model.thresholds
        out = []
        for text, decision, said in zip(texts, decisions, heard, strict=True):
            # A text without a word says nothing: the prior speaks.
            score = model.probability(decision[0]) if said else model.prior
            verdict: Verdict = "neutral"
            if score >= review and said:
                verdict = "partisan" if score >= accused else "review"
            category = ""
            if self._categories:
                heads = decision[_PARTISAN] if score >= 0.5 else decision[_NEUTRAL]
                group = PARTISAN_CATEGORIES if score >= 0.5 else NEUTRAL_CATEGORIES
                category = group[heads.index(max(heads))]
            out.append(
                Classification(
                    text, verdict, score, category, "model", model.thresholds, self.explain
                )
            )
        return out

    def _decisions(self, texts: Sequence[str]) -> tuple[list[list[float]], list[bool]]:
        """Return the decisions of all heads for each text, and which texts say anything."""
        model = self.model
        assert model is not None
        with self._lock:
            memory = self._memory
            if memory is None:
                memory = self._memory = _Memory(model, self.lexicon, self._stems)
            elif memory.full:
                memory = self._memory = memory.renewed()
            out: list[list[float]] = []
            heard: list[bool] = []
            own = _Rows()
            others = _Rows()
            for text in texts:
                if len(own.ids) > _AT_ONCE or len(others.ids) > _AT_ONCE:
                    out += _decided(model, own.added(memory.rows), others.added(model.others))
                    own, others = _Rows(), _Rows()
                heard.append(self._collect(text, memory, own, others))
            out += _decided(model, own.added(memory.rows), others.added(model.others))
        return out, heard

    def _collect(self, text: str, memory: _Memory, own: _Rows, others: _Rows) -> bool:
        """Add the rows of a text: its units', and those of pairs, neighbours and signals.

        Returns whether the text has any unit.
        """
        settings = memory.model.settings
        own.begin()
        others.begin()  # pairs
        found = [*chain.from_iterable(map(memory.__getitem__, pieces(text)))]
        if not found:
            others.begin()
            others.begin()
            return False
        rows: Sequence[int]
        line: Sequence[str]
        nexts: Sequence[_Follow]
        keys, bits, rows, line, nexts = zip(*found, strict=True)
        reading = self.lexicon.read(keys, bits)
        named: list[tuple[int, str]] = []  # place in the line, kind
        if reading.mentions and settings.masks:
            if any(bits[m.first] & IN_TAG for m in reading.mentions):
                rows = self._masked_tags(text, rows, reading.mentions, memory)
            rows, line, nexts, named = _masked(rows, line, nexts, reading.mentions, memory)
        own.ids += rows
        if "" in line:  # what makes no pairs is stepped over
            nexts = [*compress(nexts, line)]
            line = [*filter(None, line)]
        others.ids += filter(None, map(dict.get, nexts, islice(line, 1, None)))
        others.begin()  # words near a mention
        reach = settings.reach
        for place, kind in named:
            before, after = memory.sides(kind)
            others.ids += filter(None, map(before.get, line[max(0, place - reach) : place]))
            others.ids += filter(None, map(after.get, line[place + 1 : place + 1 + reach]))
        others.begin()  # signals
        if settings.signals:
            others.ids += filter(None, map(memory.signals.get, told(reading)))
        return True

    @staticmethod
    def _masked_tags(
        text: str, rows: Sequence[int], mentions: Sequence[Mention], memory: _Memory
    ) -> Sequence[int]:
        """Return the rows of a text with the names inside of its hashtags masked."""
        out = list(rows)
        inside = {m.first: m for m in mentions}
        at = 0
        for piece in pieces(text):
            n = len(memory[piece])
            tokens: Sequence[Token] = memory.tags.get(piece, ())
            if len(piece) > _LONG:
                tokens = memory.lexicon.tokenizer.chunk(piece)
            for i, token in enumerate(tokens):
                if token.kind == HASHTAG:
                    out[at + i] = memory.row(tag_unit(i, tokens, inside, at))
            at += n
        return out

    # --- reasons

    def explain(self, text: str) -> tuple[Evidence, ...]:
        """Return the reasons of a text's result, in the order of the text.

        With a model: one piece of evidence for each word or mention, whose weights and the
        intercept add up to `decision`. Mentions that do not count are listed with weight 0.
        """
        if not isinstance(text, str):
            raise TypeError(_wrong_type(text))
        if self.model is None:
            return self._fallback.explain(text)
        model = self.model
        tokens, keys, bits = self._tokens(text)
        reading = self.lexicon.read(keys, bits, blocked=True)
        everything = reading.mentions
        counted = [m for m in everything if not m.blocked]
        row = units(tokens, bits, counted, self._stems, model.settings)
        if not row:
            return ()
        owners: dict[str, list[tuple[int, tuple[int, ...]]]] = {}  # by block: column, places
        chain = [at for at, u in enumerate(row) if u.chained]
        for block, name, places in together([row[at] for at in chain], model.settings):
            column = model.column(block, name)
            if column is not None:
                owners.setdefault(block, []).append((column, tuple(chain[p] for p in places)))
        if model.settings.signals:
            unit_of = {i: at for at, u in enumerate(row) for i in range(u.first, u.last)}
            heard: list[tuple[str, range]] = [
                (s.feature, reading.tokens(s.first, s.last)) for s in signals(reading)
            ]
            heard.append((look(*capitals(reading.bits)), range(len(tokens))))
            for name, span in heard:
                column = model.column("signal", name)
                if column is not None:
                    places = tuple(dict.fromkeys(unit_of[i] for i in span))
                    owners.setdefault("signal", []).append((column, places))
        alone = self._parts(row)
        made = {b: model.parts(b, [column for column, _ in found]) for b, found in owners.items()}
        sizes = alone[:, :, 1].sum(axis=0)
        for block, parts in made.items():
            sizes[BLOCKS.index(block)] += parts[:, 1].sum()
        scale = model.scale(sizes)
        weights = (alone[:, :, 0] @ scale).tolist()
        for block, parts in made.items():
            shares = (parts[:, 0] * scale[BLOCKS.index(block)]).tolist()
            for share, (_, places) in zip(shares, owners[block], strict=True):
                for place in places:
                    weights[place] += share / len(places)
        out: list[Evidence] = []
        inside = {m.first: m for m in counted}
        # An abbreviation that stands for two words is one piece of text.
        spans_of: dict[tuple[int, int], int] = {}
        for unit, weight in zip(row, weights, strict=True):
            start, end = tokens[unit.first].start, tokens[unit.last - 1].end
            mention = inside.get(unit.first) if unit.kind else None
            seen = spans_of.get((start, end))
            if mention is None and seen is not None and out[seen].kind == "word":
                before = out[seen]
                out[seen] = Evidence(start, end, before.text, "word", before.weight + weight)
                continue
            spans_of[(start, end)] = len(out)
            kind = mention.kind if mention else "word"
            name, note = describe(mention) if mention else ("", "")
            out.append(Evidence(start, end, text[start:end], kind, weight, name, note))
        for mention in everything:
            if mention.blocked:
                start, end = tokens[mention.first].start, tokens[mention.last - 1].end
                name, _ = describe(mention)
                out.append(
                    Evidence(start, end, text[start:end], "blocked", 0.0, name, mention.blocked)
                )
        out.sort(key=lambda e: (e.start, -e.end))
        return tuple(out)

    def _tokens(self, text: str) -> tuple[list[Token], list[str], list[int]]:
        """Return the tokens of a text, and the lexicon's view of them; from memory where there."""
        memory = self._memory
        tokens: list[Token] = []
        keys: list[str] = []
        bits: list[int] = []
        for start, piece in spans(text):
            record = None if memory is None else memory.get(piece)
            found: Sequence[Token] | None
            if memory is None or record is None:
                found = self.lexicon.tokenizer.chunk(piece)
                more_keys, more_bits = self.lexicon.view(found)
                keys += more_keys
                bits += more_bits
            else:
                keys += [place[0] for place in record]
                bits += [place[1] for place in record]
                found = memory.tokens.get(piece)
                if found is None:
                    found = tuple(self.lexicon.tokenizer.chunk(piece))
                    if len(memory.tokens) < _CHUNKS:
                        memory.tokens[piece] = found
            tokens += [shifted(token, start) for token in found]
        return tokens, keys, bits

    def _parts(self, row: Sequence[Unit]) -> Array:
        """Return what each unit adds to the partisan head and the size of each block."""
        assert self.model is not None
        memory = self._memory  # rows once remembered never change, so no lock is needed
        known = {} if memory is None else memory.units
        names = [(unit.key, unit.letters, unit.shape) for unit in row]
        numbers = [known.get(name, 0) for name in names]
        rows = np.zeros((len(row), UNIT_ROW)) if memory is None else memory.rows.take(numbers, 0)
        for at, name in enumerate(names):
            if not numbers[at]:
                rows[at] = self.model.unit_row(*name)
        out = np.zeros((len(row), len(BLOCKS), 2))
        out[:, _UNIT_BLOCKS] = rows.reshape(len(row), -1, WIDTH)[:, :, :: WIDTH - 1]
        return out


def _decided(model: LinearModel, units: Array, others: Array) -> list[list[float]]:
    if len(units) == 1:
        return [model.decide_one(units, others)]
    decisions: list[list[float]] = model.decide(units, others).tolist()
    return decisions


class _Rows:
    """Rows to add up, text after text."""

    __slots__ = ("ids", "starts")

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.starts: list[int] = []

    def begin(self) -> None:
        """Begin another sum, with the row of nothing: a sum of no rows is 0."""
        self.starts.append(len(self.ids))
        self.ids.append(0)

    def added(self, rows: Array | Table) -> Array:
        """Return the sums. An enormous one is added up a part at a time."""
        ids, starts = self.ids, self.starts
        if len(ids) <= _AT_ONCE:
            sums: Array = np.add.reduceat(rows.take(ids, axis=0), starts, axis=0)
            return sums
        parts = (
            [ids[at : min(last, at + _AT_ONCE)] for at in range(first, last, _AT_ONCE)]
            for first, last in pairwise([*starts, len(ids)])
        )
        return np.array(
            [sum(np.add.reduceat(rows.take(p, axis=0), [0], axis=0)[0] for p in of) for of in parts]
        )


def _masked(
    rows: Sequence[int],
    line: Sequence[str],
    nexts: Sequence[_Follow],
    mentions: Sequence[Mention],
    memory: _Memory,
) -> tuple[list[int], list[str], list[_Follow], list[tuple[int, str]]]:
    """Put one placeholder for each mention, whatever its length.

    Returns the rows, names and followers by unit, and where in the line the mentions stand (with
    what makes no pairs not counted) and of which kind they are.
    """
    new_rows: list[int] = []
    new_line: list[str] = []
    new_nexts: list[_Follow] = []
    named: list[tuple[int, str]] = []
    at = silent = 0
    for first, last, kind, _, _, handle, _ in mentions:
        if first > at:
            new_rows += rows[at:first]
            new_nexts += nexts[at:first]
            words = line[at:first]
            new_line += words
            silent += words.count("")
        name, row, after = memory.placeholder(kind, handle)
        named.append((len(new_line) - silent, kind))
        new_rows.append(row)
        new_line.append(name)
        new_nexts.append(after)
        at = last
    new_rows += rows[at:]
    new_line += line[at:]
    new_nexts += nexts[at:]
    return new_rows, new_line, new_nexts, named


def _unlock() -> None:
    """After a fork: a lock that another thread held would stay locked for ever in the child."""
    for classifier in list(_alive):
        classifier._lock = threading.Lock()
        classifier._memory = None


_alive: weakref.WeakSet[Classifier] = weakref.WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock)


def describe(mention: Mention) -> tuple[str, str]:
    """Return the name of what was mentioned and a note on which one it can be.

    A side is named only where one entry alone can be meant.
    """
    if mention.kind == "number" and not mention.entries:
        return f"nomor {mention.number}", ""
    names = list(dict.fromkeys(e.name for e in mention.entries))
    if len(names) == 1:
        elections = list(dict.fromkeys(x for e in mention.entries for x in e.election))
        return names[0], ", ".join(elections)
    return " / ".join(names[:4]), f"{len(names)}"


def _wrong_type(value: object) -> str:
    name = type(value).__name__
    if isinstance(value, bytes | bytearray):
        return f"text must be str, not {name}; decode it first, for example value.decode('utf-8')"
    if isinstance(value, list | tuple | set):
        return f"text must be str, not {name}; for several texts use classify_many(texts)"
    if value is None:
        return "text must be str, not NoneType; for a missing text pass an empty string"
    return f"text must be str, not {name}; for a number pass str(value)"


@lru_cache(maxsize=1)
def default_classifier() -> Classifier:
    """Return the classifier with the packaged model and lexicon (loaded on first use)."""
    return Classifier.load(asset_path("models", "default"))


def classify(text: str, date: dt.date | str | None = None) -> Classification:
    """Return advice about one text by the packaged model; see `Classifier.classify`.

    >>> classify("").verdict
    'neutral'
    """
    return default_classifier().classify(text, date)


def classify_many(texts: Iterable[str]) -> Iterator[Classification]:
    """Yield advice about each text, in order; see `Classifier.classify_many`.

    >>> [r.verdict for r in classify_many(["", " "])]
    ['neutral', 'neutral']
    """
    return default_classifier().classify_many(texts)


__all__ = ["Classifier", "classify", "classify_many", "default_classifier", "describe"]
