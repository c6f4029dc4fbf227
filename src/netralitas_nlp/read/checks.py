"""Lexicon files, checked row by row for the person who writes them.

Names every problem with its line: what `rows` cannot use, and what could be used but would never
be found, would be found everywhere, or points nowhere. What it does not do: mend a file, print, or
judge whether a fact is true.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..base.assets import asset_path
from ..base.catalogue import did_you_mean
from .entries import KINDS, TARGETS, Entry, form_key, parts
from .find import Lexicon
from .lists import load_words
from .rows import Problem, Row, faults, lexicon_files, read_rows, repeated
from .stems import is_root_word
from .words import HASHTAG, MARK

COMMON = 5
"""Texts of our captions from which on a word is taken for one of everyday use."""

_ID = re.compile(r"[a-z0-9-]+")
_PARTY_NUMBER = re.compile(r"[a-z]+[0-9]{4}=[0-9]{1,2}(?:\s*\|\s*[a-z]+[0-9]{4}=[0-9]{1,2})*")
_TICKET_NUMBER = re.compile(r"[0-9]{1,2}")


def check(paths: str | Path | Iterable[str | Path]) -> list[Problem]:
    """Return all problems of lexicon files, in the order of files and lines.

    Files without an error can be loaded, and texts be classified with them.

    Parameters
    ----------
    paths : path or iterable of paths
        CSV files, or folders of them. Together with the packaged lexicon they must make sense;
        a row with an id of that lexicon replaces its row, as in `Lexicon.extended`.

    Raises
    ------
    LexiconError
        If a file does not exist. Whatever is wrong inside a file is a `Problem`.

    Examples
    --------
    >>> from netralitas_nlp.base.assets import asset_path
    >>> [p for p in check(asset_path("data", "lexicon")) if p.level == "error"]
    []
    """
    return _Check(lexicon_files(paths)).problems()


class _Check:
    """One run over some files, and what their rows are measured by."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.home = asset_path("data", "lexicon")
        shipped = [row for path in sorted(self.home.glob("*.csv")) for row in read_rows(path)[0]]
        self.packaged = {row.cells["id"]: row for row in shipped}
        self.rows: list[Row] = []
        self.found: list[Problem] = []
        for path in files:
            rows, problems = read_rows(path)
            self.rows += rows
            self.found += problems
        self.order = {str(path): number for number, path in enumerate(files)}
        given = {row.cells["id"] for row in self.rows}
        self.ids = given | set(self.packaged) | {p.id for p in self.found}
        # An id that seems to be nowhere may be in a file that was not read.
        self.all_read = all(
            p.level == "warning" or p.message.key == "entry.width" for p in self.found
        )
        merged = [row for id_, row in self.packaged.items() if id_ not in given] + self.rows
        self.lexicon = Lexicon(entry for row in merged if (entry := _entry(row)))
        self.counts = load_words()
        # Words that stand for a contestant without further ado, and the packaged rows they are in.
        self.names: dict[str, set[str]] = {}
        for id_, row in self.packaged.items():
            entry = row.entry()
            if entry.kind in TARGETS and not entry.needs:
                for form in entry.forms:
                    self.names.setdefault(form_key(form), set()).add(id_)

    def problems(self) -> list[Problem]:
        seen: dict[str, Row] = {}
        for row in self.rows:
            self.found += faults(row)
            if any(map(str.strip, row.cells.values())):
                self.found += repeated(row, seen)
                self.found += self._row(row, seen)
        return sorted(self.found, key=lambda p: (self.order[p.file], p.line))

    def _row(self, row: Row, seen: dict[str, Row]) -> Iterator[Problem]:
        cells = row.cells
        if cells["id"] and not _ID.fullmatch(cells["id"]):
            yield row.problem("error", "bad_id", id=cells["id"])
        shipped = self.packaged.get(cells["id"])
        elsewhere = row.file.resolve().parent != self.home.resolve()
        if shipped and shipped.cells != cells and elsewhere and seen[cells["id"]] is row:
            yield row.problem("warning", "replaces", id=cells["id"])
        if not cells["name"] and cells["kind"] != "cue":
            yield row.problem("warning", "no_name")
        yield from self._forms(row)
        for reference in parts(cells["refers"]):
            if reference not in self.ids and self.all_read:
                hint = did_you_mean(reference, sorted(self.ids))
                yield row.problem("error", "unknown_reference", value=reference, hint=hint)
        yield from _number(row)
        if not cells["source"]:
            if cells["kind"] in TARGETS:
                yield row.problem("error", "no_source")
            else:
                yield row.problem("warning", "no_source")

    def _forms(self, row: Row) -> Iterator[Problem]:
        entry = _entry(row)
        seen: set[str] = set()
        for form in parts(row.cells["forms"]):
            if form.lower() in seen:
                yield row.problem("warning", "repeated_form", form=form)
            elif entry is not None:  # else of no known kind: nothing to measure the form by
                yield from self._form(row, entry, form)
            seen.add(form.lower())

    def _form(self, row: Row, entry: Entry, form: str) -> Iterator[Problem]:
        key = form_key(form)
        read = self._read(form)
        if read is not None and not read and entry.kind == "cue":
            yield row.problem("warning", "only_marks", form=form)
        elif read is not None:
            # Two spellings that look alike are told apart by their code points.
            alike = unicodedata.normalize("NFC", form) == unicodedata.normalize("NFC", read)
            pair = [ascii(x) if alike else repr(x) for x in (form, read)]
            yield row.problem("error", "never_matches", form=pair[0], becomes=pair[1])
        elif not {"<url>", "<num>"}.isdisjoint(key.split(" ")):
            yield row.problem("error", "too_general", form=form, becomes=key)
        elif entry.kind in TARGETS and not entry.needs and form[0] != "#":
            yield from self._ordinary(row, entry, form)

    def _read(self, form: str) -> str | None:
        """What a text with just this form is read as, if that is not what the form is kept as."""
        tokens = self.lexicon.tokenizer.tokens(form)
        keys, _ = self.lexicon.view(tokens)
        if form[0] == "#":
            is_tag = bool(tokens) and tokens[0].kind == HASHTAG
            read = keys[0] if is_tag else " ".join(keys)
            return None if read == form.lower() else read
        read = " ".join(
            k for k, t in zip(keys, tokens, strict=True) if t.kind not in (MARK, HASHTAG)
        )
        return None if read and read == form_key(form) else read

    def _ordinary(self, row: Row, entry: Entry, form: str) -> Iterator[Problem]:
        """Yield a problem of a form that people also use for something else."""
        word = form_key(form)
        if " " in word or not word.isalpha():
            return
        # A name is frequent in captions too; that one of these rows knows it tells it apart.
        holders = self.names.get(word, set())
        common = self.counts.get(word, 0) >= COMMON
        if is_root_word(word) or (common and not holders):
            if entry.blocks:
                yield row.problem("warning", "ordinary_word_blocked", form=form)
            else:
                yield row.problem("error", "ordinary_word", form=form)
        elif common and holders == {entry.id} and word not in entry.name.lower().split():
            yield row.problem("warning", "frequent_word", form=form)


def _entry(row: Row) -> Entry | None:
    """The entry of a row as far as it can be used, or None if it has no known kind or no form."""
    entry = row.entry()
    return entry if entry.kind in KINDS and entry.forms else None


def _number(row: Row) -> Iterator[Problem]:
    value, kind = row.cells["number"], row.cells["kind"]
    if not value:
        return
    if kind == "party" and not _PARTY_NUMBER.fullmatch(value):
        yield row.problem("error", "party_number", value=value)
    elif kind == "ticket" and not _TICKET_NUMBER.fullmatch(value):
        yield row.problem("error", "ticket_number", value=value)
    elif kind in KINDS and kind not in ("party", "ticket"):
        yield row.problem("warning", "idle_number", value=value, kind=kind)
