"""JSON and JSON Lines, row by row: lists of objects, and the exports of labelling tools.

Read twice: the first time for the names of all columns. What it does not do: judge labels; a list
of them stays a list (see `labelled`).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..base.catalogue import Message
from ..base.errors import DataError
from .delimited import TextRows
from .rows import MAX_COLUMNS, MAX_LETTERS, Format, Rejected, Row, cell_text, sound
from .sniffing import sniff_encoding

MAX_DEPTH = 100
"""Lists and objects inside each other; deeper ones are no table."""
MAX_WRAPPED = 1 << 28
"""Letters of a JSON file that is an object around its list, which is read at once (256 MB)."""
_SPACE = " \t\r\n"
_ANNOTATIONS = ("annotations", "completions")


class JsonRows(TextRows):
    """JSON or JSON Lines.

    Parameters
    ----------
    path : Path
    kind : str
        ``"json"`` or ``"jsonl"``. Lines in a file called .json, and a list in one called .jsonl,
        are read as what they are.
    """

    def __init__(self, path: Path, kind: Format = "jsonl") -> None:
        super().__init__(path)
        self.format = kind
        found = sniff_encoding(path)
        # JSON is Unicode: what looks like Windows-1252 is a damaged row.
        self.encoding = "utf-8" if found == "cp1252" else found
        self._lines_only = self._has_lines()
        if self._lines_only != (kind == "jsonl"):
            self.guesses.append(Message("guess.json_lines" if self._lines_only else "guess.json"))
        self._labelled_task = False
        names: dict[str, None] = {}
        some = None
        for some in self._objects():
            if isinstance(some[2], dict):
                names |= dict.fromkeys(some[2])
                if len(names) > MAX_COLUMNS:
                    raise DataError("too_many_columns", path=path, n=len(names), limit=MAX_COLUMNS)
        if not names:
            self._no_object(some)
        if self._labelled_task:
            self.guesses.append(Message("guess.label_studio"))
        self.header = list(names)

    def _no_object(self, some: tuple[int, str, Any] | None) -> None:
        if some is None:
            raise DataError("empty_table", path=self.path)
        raise DataError("no_json_object", path=self.path, reason=some[2], number=some[0])

    def where(self, number: int) -> str:
        """Return the place of a line or of an item of a list."""
        return f"{self.path.name}:{'line' if self._lines_only else 'item'} {number}"

    def items(self) -> Iterator[Row | Rejected]:
        """Yield the rows."""
        for number, raw, found in self._objects():
            if isinstance(found, Message):
                yield self.rejected_row(number, raw, found)
            else:
                kept = raw if raw and not self._labelled_task else None
                yield Row(self.where(number), list(map(found.get, self.header)), kept)

    # --- objects

    def _objects(self) -> Iterator[tuple[int, str, dict[str, Any] | Message]]:
        """Yield number, the line as it stands, and the object or the reason why there is none."""
        if not self._lines_only:
            for number, value in enumerate(self._list(), start=1):
                yield number, "", self._checked(value, "")
            return
        for number, line in enumerate(self.lines(), start=1):
            raw = line.strip()
            if not raw:
                continue
            if len(raw) > MAX_LETTERS:
                yield number, raw, Message("row.long", limit=MAX_LETTERS)
            elif not sound(raw):
                yield number, raw, Message("row.bytes", encoding="UTF-8")
            else:
                try:
                    value = json.loads(raw)
                except (ValueError, RecursionError):
                    yield number, raw, Message("row.json")
                    continue
                yield number, raw, self._checked(value, raw)

    def _checked(self, value: Any, raw: str) -> dict[str, Any] | Message:
        if not isinstance(value, dict):
            return Message("row.object")
        if too_deep(value):
            return Message("row.deep", limit=MAX_DEPTH)
        if not raw or "\\u" in raw:
            said = json.dumps(value, ensure_ascii=False)
            if not sound(said):
                return Message("row.letters")
            if len(said) > MAX_LETTERS:
                return Message("row.long", limit=MAX_LETTERS)
        if isinstance(value.get("data"), dict) and not (value.keys() & {"text", "label"}):
            self._labelled_task = True
            return label_studio(value)
        return value

    def _has_lines(self) -> bool:
        """Whether each line is an object by itself."""
        lines = (line.strip() for line in self.lines())
        first = next((line for line in lines if line), "")
        if first.startswith("["):
            try:
                json.loads(first)
            except (ValueError, RecursionError):
                return first[1:].lstrip()[:1] not in ("", "{", "[")
            return self.format == "jsonl" and any(lines)
        if self.format == "jsonl":
            return True
        try:
            return isinstance(json.loads(first), dict) and any(lines)
        except (ValueError, RecursionError):
            return False

    def _list(self) -> Iterator[Any]:
        """Yield the items of the list, one at a time where the file is nothing but a list."""
        pieces = self.blocks()
        text = next(pieces, "").removeprefix("\ufeff").lstrip()
        if text.startswith("["):
            yield from _items(text, pieces, self.path)
            return
        for piece in pieces:
            text += piece
            if len(text) > MAX_WRAPPED:
                raise DataError("json_too_large", path=self.path, limit=MAX_WRAPPED >> 20)
        data = _loads(text, self.path)
        if isinstance(data, dict):
            inner = [v for v in data.values() if isinstance(v, list)]
            data = inner[0] if len(inner) == 1 else [data]
        if not isinstance(data, list):
            raise DataError("no_json_list", path=self.path)
        yield from data


def _items(text: str, pieces: Iterator[str], path: Path) -> Iterator[Any]:
    """Yield the items of a list whose text comes in pieces."""
    decoder = json.JSONDecoder()
    at, number = 1, 0
    while True:
        while at < len(text) and text[at] in _SPACE + ",":
            at += 1
        if at < len(text) and text[at] == "]":
            return
        try:
            if at == len(text):
                raise ValueError
            value, end = decoder.raw_decode(text, at)
        except RecursionError:
            raise DataError(
                "not_json", path=path, reason=Message("row.deep", limit=MAX_DEPTH)
            ) from None
        except ValueError as error:
            more = next(pieces, None)
            if more is None or len(text) - at > 4 * MAX_LETTERS:
                reason = str(error) or "the list is not closed"
                raise DataError(
                    "not_json_item", path=path, number=number + 1, reason=reason
                ) from None
            text, at = text[at:] + more, 0
            continue
        at, number = end, number + 1
        yield value


def _loads(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError("not_json", path=path, reason=error) from error


def too_deep(value: Any) -> bool:
    """Whether lists and objects stand in each other more than `MAX_DEPTH` deep."""
    level = [value]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(v for v in item.values() if isinstance(v, dict | list))
            elif isinstance(item, list):
                inner.extend(v for v in item if isinstance(v, dict | list))
        if not inner:
            return False
        level = inner
    return True


# --- Label Studio


def label_studio(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a task of Label Studio: its data, and what people chose.

    What is marked as ground truth decides, else what most annotators chose; ``"unsure"`` where as
    many chose one as another. One answer whose question has any name is called ``label``. The
    other keys of the task stay as they are.

    >>> task = {"id": 7, "data": {"text": "a"}, "annotations": [{"result": [
    ...     {"from_name": "sentimen", "type": "choices", "value": {"choices": ["ya"]}}]}]}
    >>> {k: v for k, v in label_studio(task).items() if k != "annotations"}
    {'text': 'a', 'id': 7, 'label': 'ya'}
    """
    row = dict(task["data"])
    for key, value in task.items():
        if key != "data":
            row.setdefault(key, value)
    given = [a for key in _ANNOTATIONS for a in _list_of(task.get(key)) if isinstance(a, dict)]
    given = [a for a in given if not a.get("was_cancelled")]
    answers = [_choices(a) for a in given if a.get("ground_truth")] or list(map(_choices, given))
    asked = list(dict.fromkeys(name for answer in answers for name in answer))
    # "label" first: only those who chose it are asked for its category.
    for name in sorted(asked, key=lambda name: name != "label"):
        votes = Counter(answer[name] for answer in answers if name in answer)
        if not votes:
            continue
        (chosen, most), *others = votes.most_common()
        tied = bool(others) and others[0][1] == most
        row["label" if len(asked) == 1 else name] = "unsure" if tied else chosen
        if name == "label" and not tied:
            answers = [a for a in answers if a.get(name) == chosen]
    return row


def _list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _choices(annotation: Mapping[str, Any]) -> dict[str, str]:
    out: dict[str, str] = {}
    for result in _list_of(annotation.get("result")):
        value = result.get("value") if isinstance(result, dict) else None
        chosen = value.get("choices") if isinstance(value, dict) else None
        if isinstance(chosen, list) and chosen:
            said = cell_text(chosen[0] if len(chosen) == 1 else chosen)
            out[str(result.get("from_name", "label"))] = said
    return out


def plain_json(value: Any) -> Any:
    """Return a value that JSON knows: no NaN, no infinity, no date."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int | list | dict):
        return value
    return cell_text(value)


__all__ = ["JsonRows", "label_studio", "plain_json", "too_deep"]
