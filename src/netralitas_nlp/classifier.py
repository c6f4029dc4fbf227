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
from itertools import chain as flatten_all
from itertools import islice, pairwise
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .assets import asset_path
from .fallback import Fallback
from .features import BLOCKS, NEAR_GROUP, Unit, mention_unit, tag_unit, together, units, word_unit
from .lexicon import Lexicon, Mention
from .model import ROW, WIDTH, LinearModel
from .result import (
    NEUTRAL_CATEGORIES,
    PARTISAN_CATEGORIES,
    Classification,
    Evidence,
    Verdict,
)
from .signals import capitals, look, signals
from .stem import Stems
from .text import HASHTAG, Token, pieces, spans

_ROWS = 50_000  # places for rows of numbers: about 24 MB when full
_CHUNKS = 35_000  # chunks remembered; longer ones than _LONG are not
_LONG = 40
_BATCH = 256
_AT_ONCE = 100_000  # rows added up at a time: about 48 MB

if TYPE_CHECKING:
    from .model import Array

_N_PARTISAN = len(PARTISAN_CATEGORIES)
_NO_PAIRS: dict[str, int] = {}
_NEVER = 1 << 62  # no token has this index


class _Chunk:
    """What is remembered of one chunk of text.

    Plain tuples: the garbage collector has nothing to walk through in them.
    """

    __slots__ = ("bits", "chain", "ids", "keys", "stats", "tokens", "units")

    def __init__(
        self,
        tokens: Sequence[Token],
        keys: Sequence[str],
        bits: Sequence[int],
        units: Sequence[Unit],
        ids: Sequence[int],
    ) -> None:
        self.tokens = tuple(tokens)
        self.keys = tuple(keys)  # for the lexicon
        self.bits = tuple(bits)
        self.units = tuple(units)
        self.ids = tuple(ids)  # rows of the units, then of the pairs inside the chunk
        self.chain = tuple(u.key for u in units if u.chained)
        words, capital, shouted = capitals(bits)
        self.stats = words | capital << _PACK | shouted << 2 * _PACK


_KEYS, _BITS, _STATS = attrgetter("keys"), attrgetter("bits"), attrgetter("stats")
_PACK = 40  # bits for each of three counts in one number, so that a text's are one sum
_COUNT = (1 << _PACK) - 1


class _Memory:
    """Rows of numbers and chunks, bounded.

    The rows of what neighbours make together (pairs, words near a mention) are known beforehand
    and stand first. When a memory is full a new one takes its place and moves over what it meets
    again, so that common words are never worked out twice.
    """

    def __init__(self, model: LinearModel, previous: _Memory | None = None) -> None:
        self.previous = previous
        if previous is None:
            self.pairs: dict[str, dict[str, int]] = {}
            self.near: dict[str, dict[str, int]] = {}
            pairs = [(c, n) for c, n in enumerate(model.names["word"]) if " " in n]
            for row, (_, name) in enumerate(pairs, start=1):
                left, right = name.split(" ", 1)
                self.pairs.setdefault(left, {})[right] = row
            for row, name in enumerate(model.names["near"], start=1 + len(pairs)):
                at = min(k for k in (name.find("<"), name.find(">")) if k > 0)
                self.near.setdefault(name[: at + 1], {})[name[at + 1 :]] = row
            first = 1 + len(pairs) + len(model.names["near"])
            self.signals = {name: first + i for i, name in enumerate(model.names["signal"])}
            self.fixed = first + len(model.names["signal"])
        else:
            self.pairs, self.near, self.fixed = previous.pairs, previous.near, previous.fixed
            self.signals = previous.signals
            previous.previous = None
        self.used = self.fixed
        self.rows = np.zeros((self.fixed + _ROWS, ROW))  # row 0 is the row of nothing
        if previous is None:
            model.fill(self.rows[1:], "word", [c for c, _ in pairs])
            model.fill(self.rows[1 + len(pairs) :], "near", range(len(model.names["near"])))
            model.fill(self.rows[first:], "signal", range(len(model.names["signal"])))
        else:
            self.rows[: self.fixed] = previous.rows[: self.fixed]
        self.units: dict[tuple[str, str, str], int] = {}
        self.chunks: dict[str, _Chunk] = {}
        self.placeholders: dict[tuple[str, bool], tuple[str, int]] = {}

    @property
    def full(self) -> bool:
        return self.used > self.fixed + _ROWS * 3 // 4 or len(self.chunks) >= _CHUNKS

    def store(self, row: Array) -> int:
        number = self.used
        if number >= len(self.rows):  # one enormous text: give it what it needs
            self.rows = np.vstack([self.rows, np.zeros_like(self.rows)])
        self.rows[number] = row
        self.used = number + 1
        return number


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
            self._masks = model.settings.masks
            self._signals = model.settings.signals
            self._reach = model.settings.reach
            self._sides = {kind: (f"{g}<", f"{g}>") for kind, g in NEAR_GROUP.items()}

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
        return float(self.model.decide(self._sums([text])[0])[0, 0])

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
        sums, heard = self._sums(texts)
        decisions = model.decide(sums)
        partisan = decisions[:, 1 : 1 + _N_PARTISAN].argmax(axis=1).tolist()
        neutral = decisions[:, 1 + _N_PARTISAN :].argmax(axis=1).tolist()
        review, accused = model.thresholds
        out = []
        for i, decision in enumerate(decisions[:, 0].tolist()):
            text = texts[i]
            # A text without a word says nothing: the prior speaks.
            score = model.probability(decision) if heard[i] else model.prior
            verdict: Verdict = "neutral"
            if score >= review and heard[i]:
                verdict = "partisan" if score >= accused else "review"
            group, best = (
                (PARTISAN_CATEGORIES, partisan) if score >= 0.5 else (NEUTRAL_CATEGORIES, neutral)
            )
            category = group[best[i]] if self._categories else ""
            out.append(
                Classification(
                    text, verdict, score, category, "model", model.thresholds, self.explain
                )
            )
        return out

    def _sums(self, texts: Sequence[str]) -> tuple[Array, list[bool]]:
        """Return the sum of the rows of each text, shape (n, 60), and whether it has any."""
        assert self.model is not None
        with self._lock:
            if self._memory is None:
                self._memory = _Memory(self.model)
            elif self._memory.full:
                self._memory = _Memory(self.model, self._memory)
            memory = self._memory
            ids: list[int] = []
            starts: list[int] = []
            heard: list[bool] = []
            sums: list[Array] = []
            for text in texts:
                if len(ids) > _AT_ONCE:
                    sums.append(_added(memory.rows, ids, starts))
                    ids, starts = [], []
                start = len(ids)
                starts.append(start)
                ids.append(0)
                self._collect(text, memory, ids)
                heard.append(len(ids) > start + 1)
            sums.append(_added(memory.rows, ids, starts))
        return sums[0] if len(sums) == 1 else np.concatenate(sums), heard

    def _collect(self, text: str, memory: _Memory, ids: list[int]) -> None:
        """Append the ids of the rows of a text."""
        known = memory.chunks
        records: list[_Chunk] = []
        for piece in pieces(text):
            record = known.get(piece)
            records.append(self._read(piece, memory) if record is None else record)
        keys = list(flatten_all.from_iterable(map(_KEYS, records)))
        bits = list(flatten_all.from_iterable(map(_BITS, records)))
        reading = self.lexicon.read(keys, bits)
        mentions = reading.mentions
        if self._signals:
            rows = memory.signals
            for signal in signals(reading):
                row = rows.get(signal.feature)
                if row is not None:
                    ids.append(row)
            if reading.origin:
                written = look(*capitals(reading.bits))
            else:
                stats = sum(map(_STATS, records))
                written = look(stats & _COUNT, stats >> _PACK & _COUNT, stats >> 2 * _PACK)
            if written and written in rows:
                ids.append(rows[written])
        if mentions and self._masks:
            self._collect_masked(records, mentions, memory, ids)
            return
        pairs = memory.pairs
        last: dict[str, int] | None = None
        for record in records:
            ids += record.ids
            chain = record.chain
            if chain:
                if last is not None and chain[0] in last:
                    ids.append(last[chain[0]])
                last = pairs.get(chain[-1])

    def _collect_masked(
        self,
        records: Sequence[_Chunk],
        mentions: Sequence[Mention],
        memory: _Memory,
        ids: list[int],
    ) -> None:
        """Append the ids of the rows of a text that mentions somebody.

        Chunks without a mention give what is remembered of them; only the others are opened.
        """
        pairs = memory.pairs
        chain: list[str] = []
        named: list[tuple[int, str]] = []  # place in the chain, kind
        last: dict[str, int] | None = None  # pairs of the word before
        inside = {m.first: m for m in mentions}
        upcoming = iter(mentions)
        mention = next(upcoming, None)
        begins = mention.first if mention is not None else _NEVER
        at = 0  # index of the chunk's first token in the text
        done = 0  # tokens before this one are inside a mention that began earlier
        for record in records:
            stop = at + len(record.keys)
            if done <= at and begins >= stop:
                ids += record.ids
                mine = record.chain
                if mine:
                    if last is not None and (row := last.get(mine[0])) is not None:
                        ids.append(row)
                    last = pairs.get(mine[-1])
                    chain += mine
                at = stop
                continue
            i = max(at, done)
            while i < stop:
                if i == begins and mention is not None:
                    key, row = self._placeholder(mention, memory)
                    named.append((len(chain), mention.kind))
                    i = done = mention.last
                    mention = next(upcoming, None)
                    begins = mention.first if mention is not None else _NEVER
                    chained = True
                else:
                    unit, row = record.units[i - at], record.ids[i - at]
                    key, chained = unit.key, unit.chained
                    if unit.shape == "hashtag" and begins < stop:  # mask the names inside it
                        unit = tag_unit(i - at, record.tokens, inside, at)
                        row = self._unit(unit, memory)
                    i += 1
                ids.append(row)
                if chained:
                    if last is not None and (row := last.get(key, 0)):
                        ids.append(row)
                    last = pairs.get(key)
                    chain.append(key)
            at = stop
        near, reach = memory.near, self._reach
        for place, kind in named:
            left, right = self._sides[kind]
            table = near.get(left)
            if table is not None:
                for key in chain[max(0, place - reach) : place]:
                    if key in table:
                        ids.append(table[key])
            table = near.get(right)
            if table is not None:
                for key in chain[place + 1 : place + reach + 1]:
                    if key in table:
                        ids.append(table[key])

    def _placeholder(self, mention: Mention, memory: _Memory) -> tuple[str, int]:
        """Return key and row of the placeholder of a mention."""
        sort = (mention.kind, mention.handle)
        known = memory.placeholders.get(sort)
        if known is None:
            unit = mention_unit(mention)
            known = memory.placeholders[sort] = (unit.key, self._unit(unit, memory))
        return known

    def _read(self, piece: str, memory: _Memory) -> _Chunk:
        """Read a chunk for the first time, or take it over from the memory before."""
        assert self.model is not None
        before = memory.previous.chunks.get(piece) if memory.previous else None
        tokens: Sequence[Token]
        units: Sequence[Unit]
        if before is not None:
            tokens, units = before.tokens, before.units
            keys, bits = list(before.keys), list(before.bits)
        else:
            tokens = self.lexicon.tokenizer.chunk(piece)
            keys, bits = self.lexicon.view(tokens)
            settings = self.model.settings
            units = [
                tag_unit(i, tokens, {})
                if token.kind == HASHTAG
                else word_unit(i, token, bits[i], self._stems, settings)
                for i, token in enumerate(tokens)
            ]
        ids = [self._unit(unit, memory) for unit in units]
        if len(units) > 1:
            chain = [u.key for u in units if u.chained]
            for left, right in pairwise(chain):
                row = memory.pairs.get(left, _NO_PAIRS).get(right)
                if row is not None:
                    ids.append(row)
        record = _Chunk(tokens, keys, bits, units, ids)
        if len(piece) <= _LONG:
            memory.chunks[piece] = record
        return record

    def _unit(self, unit: Unit, memory: _Memory) -> int:
        """Return the row of a unit."""
        key = (unit.key, unit.letters, unit.shape)
        number = memory.units.get(key)
        if number is None:
            assert self.model is not None
            old = memory.previous.units.get(key) if memory.previous else None
            if old is not None and memory.previous is not None:
                number = memory.store(memory.previous.rows[old])
            else:
                number = memory.store(self.model.unit_row(*key))
            memory.units[key] = number
        return number

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
            told: list[tuple[str, range]] = [
                (s.feature, reading.tokens(s.first, s.last)) for s in signals(reading)
            ]
            told.append((look(*capitals(reading.bits)), range(len(tokens))))
            for name, span in told:
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
        known = {} if self._memory is None else self._memory.chunks
        tokens: list[Token] = []
        keys: list[str] = []
        bits: list[int] = []
        for start, piece in spans(text):
            record = known.get(piece)
            found: Sequence[Token]
            if record is None:
                found = self.lexicon.tokenizer.chunk(piece)
                more_keys, more_bits = self.lexicon.view(found)
                keys += more_keys
                bits += more_bits
            else:
                found = record.tokens
                keys += record.keys
                bits += record.bits
            tokens += [t._replace(start=t.start + start, end=t.end + start) for t in found]
        return tokens, keys, bits

    def _parts(self, row: Sequence[Unit]) -> Array:
        """Return what each unit adds to the partisan head and the size of each block."""
        assert self.model is not None
        memory = self._memory  # rows once remembered never change, so no lock is needed
        known = {} if memory is None else memory.units
        found: dict[tuple[str, str, str], Array] = {}
        out = np.empty((len(row), len(BLOCKS), 2))
        for at, unit in enumerate(row):
            key = (unit.key, unit.letters, unit.shape)
            parts = found.get(key)
            if parts is None:
                number = known.get(key)
                numbers = (
                    self.model.unit_row(*key)
                    if number is None or memory is None
                    else memory.rows[number]
                )
                parts = found[key] = numbers.reshape(-1, WIDTH)[:, :: WIDTH - 1]
            out[at] = parts
        return out


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


def _added(rows: Array, ids: list[int], starts: list[int]) -> Array:
    """Return the sum of the rows of each text; `ids` from each start on are one text's.

    An enormous text is added up a part at a time, in parts that depend on nothing but itself.
    """
    last = starts[-1]
    whole = ids if len(ids) - last <= _AT_ONCE else ids[: last + 1]
    sums: Array = np.add.reduceat(rows.take(whole, axis=0), starts, axis=0)
    for at in range(len(whole), len(ids), _AT_ONCE):
        sums[-1] += rows.take(ids[at : at + _AT_ONCE], axis=0).sum(axis=0)
    return sums


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
