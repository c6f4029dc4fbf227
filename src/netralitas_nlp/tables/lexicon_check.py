"""Lexicon files, checked row by row for the person who writes them.

Reads files that may be wrong and names every problem with its line; `Lexicon.load` stops at the
first. What it does not do: mend a file, print, or judge whether a fact is true.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ..base.assets import asset_path, read_bytes
from ..read.entries import (
    CASES,
    COLUMNS,
    DIRECTIONS,
    ENTRY_CATEGORIES,
    KINDS,
    NEEDS,
    TARGETS,
    Entry,
    form_key,
    is_day,
    lexicon_files,
)
from ..read.find import Lexicon
from ..read.flags import CUE_CLASSES
from ..read.lists import load_words
from ..read.stems import is_root_word
from ..read.words import HASHTAG, MARK
from ..say.sentences import Language

Level = Literal["error", "warning"]

COMMON = 5
"""Texts of our captions from which on a word is taken for one of everyday use."""

_LISTS = ("forms", "refers", "election", "needs", "blocks")
_ID = re.compile(r"[a-z0-9-]+")
_PARTY_NUMBER = re.compile(r"[a-z]+[0-9]{4}=[0-9]{1,2}(?:\s*\|\s*[a-z]+[0-9]{4}=[0-9]{1,2})*")
_TICKET_NUMBER = re.compile(r"[0-9]{1,2}")

# Each problem: its level, and its wording in Indonesian and in English.
_PROBLEMS: dict[str, tuple[Level, str, str]] = {
    # the file
    "not_utf8": (
        "error",
        "berkas ini bukan UTF-8 (bita ke-{byte}); simpan sebagai CSV UTF-8",
        "the file is not UTF-8 (byte {byte}); save it as CSV UTF-8",
    ),
    "not_csv": (
        "error",
        "berkas ini bukan CSV yang sah ({why})",
        "the file is not valid CSV ({why})",
    ),
    "open_quote": (
        "error",
        "berkas ini bukan CSV yang sah: tanda kutip ganda yang dibuka di baris ini tidak ditutup",
        "the file is not valid CSV: a double quote opened on this line is never closed",
    ),
    "workbook": (
        "error",
        "berkas ini buku kerja (.xlsx/.ods), bukan CSV; simpan sebagai CSV UTF-8",
        "the file is a workbook (.xlsx/.ods), not CSV; save it as CSV UTF-8",
    ),
    "separator": (
        "error",
        "sel dipisahkan {separator}, seharusnya koma; simpan sebagai CSV dengan koma",
        "cells are separated by {separator} instead of a comma; save it as CSV with commas",
    ),
    "empty_file": (
        "error",
        "berkas kosong; baris pertama harus memuat nama kolom",
        "the file is empty; its first line must hold the names of the columns",
    ),
    "missing_column": (
        "error",
        "kolom {columns} tidak ada",
        "the column {columns} is missing",
    ),
    "repeated_column": (
        "error",
        "kolom {column!r} ada dua kali",
        "the column {column!r} is there twice",
    ),
    "unknown_column": (
        "warning",
        "kolom {column!r} tidak dikenal dan diabaikan{hint}",
        "the column {column!r} is not known and is ignored{hint}",
    ),
    # the row as a whole
    "width": (
        "error",
        "{have} sel, padahal judul punya {want}; sel yang memuat koma harus di antara tanda kutip ganda",
        "{have} cells where the header has {want}; a cell with a comma must stand in double quotes",
    ),
    "empty_row": ("error", "baris kosong; hapus saja", "the row is empty; delete it"),
    "no_id": ("error", "id kosong", "the id is missing"),
    "bad_id": (
        "error",
        "id {id!r} hanya boleh berisi a-z, 0-9 dan tanda hubung",
        "the id {id!r} may hold only a-z, 0-9 and hyphens",
    ),
    "repeated_id": (
        "error",
        "id {id!r} sudah dipakai di {where}",
        "the id {id!r} is used already in {where}",
    ),
    "replaces": (
        "warning",
        "id {id!r} ada di leksikon bawaan; baris ini menggantikannya",
        "the id {id!r} is in the packaged lexicon; this row replaces that one",
    ),
    "unknown": (
        "error",
        "{column} {value!r} tidak dikenal{hint}",
        "{column} {value!r} is not known{hint}",
    ),
    "unknown_class": (
        "error",
        "kelas isyarat {value!r} (kolom name) tidak dikenal{hint}",
        "the cue class {value!r} (column name) is not known{hint}",
    ),
    "no_name": (
        "warning",
        "name kosong; pembaca tidak akan melihat apa yang dimaksud",
        "the name is missing; readers will not see what is meant",
    ),
    "no_source": ("error", "source kosong", "the source is missing"),
    "no_source_of_a_word": ("warning", "source kosong", "the source is missing"),
    "bad_date": (
        "error",
        "{column} {value!r} bukan tanggal YYYY-MM-DD, misalnya 2024-02-14",
        "{column} {value!r} is no day of the form YYYY-MM-DD, for example 2024-02-14",
    ),
    "dates_reversed": (
        "error",
        "valid_to {last} mendahului valid_from {first}",
        "valid_to {last} is before valid_from {first}",
    ),
    "unknown_reference": (
        "error",
        "refers {value!r} bukan id di berkas ini maupun di leksikon bawaan{hint}",
        "refers {value!r} is an id neither of these files nor of the packaged lexicon{hint}",
    ),
    "party_number": (
        "error",
        "number {value!r} pada partai ditulis pemilu=nomor, misalnya pemilu2019=1|pemilu2024=1",
        "the number {value!r} of a party is written election=number, as pemilu2019=1|pemilu2024=1",
    ),
    "ticket_number": (
        "error",
        "number {value!r} pada pasangan calon harus satu atau dua angka, misalnya 2",
        "the number {value!r} of a ticket must be one or two digits, as 2",
    ),
    "idle_number": (
        "warning",
        "number {value!r} tidak berpengaruh pada kind {kind!r}",
        "the number {value!r} has no effect on the kind {kind!r}",
    ),
    # its forms
    "no_form": ("error", "forms kosong", "there is no form"),
    "repeated_form": (
        "warning",
        "bentuk {form!r} ada dua kali",
        "the form {form!r} is there twice",
    ),
    "never_matches": (
        "error",
        "bentuk {form} tidak akan pernah cocok: dalam teks ia terbaca {becomes}",
        "the form {form} can never match: in a text it is read as {becomes}",
    ),
    "too_general": (
        "error",
        "bentuk {form!r} terbaca {becomes!r}, sama seperti semua tautan atau angka lain",
        "the form {form!r} is read as {becomes!r}, as is any other link or number",
    ),
    "only_marks": (
        "warning",
        "bentuk {form!r} hanya tanda baca, yang tidak dicari",
        "the form {form!r} is only punctuation, which is not looked up",
    ),
    "ordinary_word": (
        "error",
        "bentuk {form!r} kata sehari-hari atau nama yang umum; beri konteks di needs, misalnya campaign",
        "the form {form!r} is an everyday word or a common name; give it a context in needs, for example campaign",
    ),
    "ordinary_word_blocked": (
        "warning",
        "bentuk {form!r} juga kata sehari-hari atau nama yang umum, dan hanya diredam oleh blocks",
        "the form {form!r} is an everyday word or a common name too, and only blocks silences it",
    ),
    "frequent_word": (
        "warning",
        "bentuk {form!r} sering muncul dalam teks; tanpa needs hanya boleh bila selalu berarti ini",
        "the form {form!r} is frequent in texts; without needs only if it always means this one",
    ),
}
_WORDS = {
    "id": {"meant": "; maksudnya {}?", "allowed": "; yang boleh: {}", "line": "{}, baris {}"},
    "en": {"meant": "; did you mean {}?", "allowed": "; allowed: {}", "line": "{}, line {}"},
}
_DAMAGE = ("not_utf8", "not_csv", "open_quote", "workbook", "separator", "missing_column")
_SEPARATORS = {
    ";": {"id": "titik koma", "en": "semicolons"},
    "\t": {"id": "tab", "en": "tabs"},
}


class Problem(NamedTuple):
    """Something wrong, or doubtful, in a lexicon file.

    Attributes
    ----------
    file : str
        The file as it was given.
    line : int
        The line on which the row begins; the header is line 1.
    id : str
        Id of the row, ``""`` where there is none.
    level : str
        ``"error"``: the row cannot be used, or would do harm. ``"warning"``: to be looked at.
    message : str
        What is wrong, in the language asked for.
    """

    file: str
    line: int
    id: str
    level: Level
    message: str


class _Row(NamedTuple):
    file: Path
    line: int
    cells: dict[str, str]  # only the columns that are there


# What is found in a row: the name of the problem, and what its wording needs.
_Found = tuple[str, dict[str, Any]]


def check(paths: str | Path | Iterable[str | Path], language: Language = "id") -> list[Problem]:
    """Return all problems of lexicon files, in the order of files and lines.

    Parameters
    ----------
    paths : path or iterable of paths
        CSV files, or folders of them. Together with the packaged lexicon they must make sense;
        a row with an id of that lexicon replaces its row, as in `Lexicon.extended`.
    language : str
        Of the messages: ``"id"`` or ``"en"``.

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
    return _Check(lexicon_files(paths), language).problems()


class _Check:
    """One run over some files, and what its rows are measured by."""

    def __init__(self, files: Sequence[Path], language: Language) -> None:
        self.language = language
        self.found: list[Problem] = []
        self.readable = True  # else an id that seems to be nowhere may be in what was not read
        home = asset_path("data", "lexicon")
        self.packaged: dict[str, _Row] = {}
        for path in sorted(home.glob("*.csv")):
            for row in _rows(path, lambda *_: None):
                self.packaged.setdefault(row.cells.get("id", ""), row)
        self.rows: list[_Row] = []
        self.ids = set(self.packaged)
        for path in files:
            self.rows += _rows(path, partial(self._file_problem, path))
        self.home = home.resolve()
        self.order = {str(path): number for number, path in enumerate(files)}
        given = {row.cells.get("id", "") for row in self.rows}
        self.ids |= given
        merged = [row for id_, row in self.packaged.items() if id_ not in given] + self.rows
        self.lexicon = Lexicon(e for row in merged if (e := _entry(row.cells)))
        self.counts = load_words()
        # Words that stand for a contestant without further ado, and the packaged rows they are in.
        self.names: dict[str, set[str]] = {}
        for id_, row in self.packaged.items():
            entry = _entry(row.cells)
            if entry and entry.kind in TARGETS and not entry.needs:
                for form in entry.forms:
                    self.names.setdefault(form_key(form), set()).add(id_)

    def problems(self) -> list[Problem]:
        seen: dict[str, _Row] = {}
        for row in self.rows:
            for name, details in self._row(row, seen):
                self._add(row.file, row.line, row.cells.get("id", ""), name, details)
        return sorted(self.found, key=lambda p: (self.order[p.file], p.line))

    def _file_problem(self, path: Path, line: int, found: _Found) -> None:
        name, details = found
        self.readable &= name not in _DAMAGE
        if name == "unknown_column":
            details = details | {"hint": self._hint(details["column"], COLUMNS, list_all=False)}
        elif name == "separator":
            details = {"separator": _SEPARATORS[details["separator"]][self.language]}
        id_ = details.get("row_id", "")
        self.ids.add(id_)
        self._add(path, line, id_, name, details)

    def _add(self, path: Path, line: int, id_: str, name: str, details: dict[str, Any]) -> None:
        level, indonesian, english = _PROBLEMS[name]
        wording = {"id": indonesian, "en": english}[self.language]
        self.found.append(Problem(str(path), line, id_, level, wording.format(**details)))

    def _hint(self, value: str, allowed: Iterable[str], list_all: bool = True) -> str:
        """The nearest allowed value, or all of them where none is near."""
        choices = [a for a in allowed if a]
        words = _WORDS[self.language]
        near = get_close_matches(value.strip().lower(), choices, 1, 0.6)
        if near:
            return words["meant"].format(repr(near[0]))
        return words["allowed"].format(", ".join(choices)) if list_all else ""

    # --- a row

    def _row(self, row: _Row, seen: dict[str, _Row]) -> Iterator[_Found]:
        cells = row.cells
        if not any(map(str.strip, cells.values())):
            yield "empty_row", {}
            return
        if "id" in cells:
            yield from self._id(row, seen)
        kind = cells.get("kind", "")
        for column, value, allowed in (
            ("kind", kind, KINDS),
            *(("needs", need, NEEDS) for need in _parts(cells.get("needs", ""))),
            ("case", cells.get("case") or "any", CASES),
            ("direction", cells.get("direction", ""), DIRECTIONS),
            ("category", cells.get("category", ""), ENTRY_CATEGORIES),
        ):
            if column in cells and value not in allowed:
                hint = self._hint(value, allowed)
                yield "unknown", {"column": column, "value": value, "hint": hint}
        if "name" in cells:
            name = cells["name"]
            if kind == "cue" and name not in CUE_CLASSES:
                yield "unknown_class", {"value": name, "hint": self._hint(name, CUE_CLASSES)}
            elif not name:
                yield "no_name", {}
        if "forms" in cells:
            yield from self._forms(row)
        for reference in _parts(cells.get("refers", "")):
            if reference not in self.ids and self.readable:
                hint = self._hint(reference, sorted(self.ids), list_all=False)
                yield "unknown_reference", {"value": reference, "hint": hint}
        yield from _number(kind, cells.get("number", ""))
        yield from _dates(cells)
        if "source" in cells and not cells["source"]:
            yield ("no_source" if kind in TARGETS else "no_source_of_a_word"), {}

    def _id(self, row: _Row, seen: dict[str, _Row]) -> Iterator[_Found]:
        id_ = row.cells["id"]
        if not id_:
            yield "no_id", {}
            return
        if not _ID.fullmatch(id_):
            yield "bad_id", {"id": id_}
        first = seen.setdefault(id_, row)
        if first is not row:
            where = _WORDS[self.language]["line"].format(first.file, first.line)
            yield "repeated_id", {"id": id_, "where": where}
            return
        shipped = self.packaged.get(id_)
        if shipped and shipped.cells != row.cells and row.file.resolve().parent != self.home:
            yield "replaces", {"id": id_}

    # --- its forms

    def _forms(self, row: _Row) -> Iterator[_Found]:
        forms = _parts(row.cells["forms"])
        if not forms:
            yield "no_form", {}
            return
        entry = _entry(row.cells)
        seen: set[str] = set()
        for form in forms:
            if form.lower() in seen:
                yield "repeated_form", {"form": form}
                continue
            seen.add(form.lower())
            if entry is None:  # of no known kind: nothing to measure the form by
                continue
            becomes = self._becomes(form)
            if becomes is not None:
                if not becomes and entry.kind == "cue":
                    yield "only_marks", {"form": form}
                else:
                    # Two spellings that look alike are told apart by their code points.
                    alike = _same_look(form, becomes)
                    pair = [ascii(x) if alike else repr(x) for x in (form, becomes)]
                    yield "never_matches", {"form": pair[0], "becomes": pair[1]}
            elif {"<url>", "<num>"} & set((key := form_key(form)).split(" ")):
                yield "too_general", {"form": form, "becomes": key}
            elif entry.kind in TARGETS and not entry.needs and form[0] != "#":
                yield from self._ordinary(entry, form)

    def _becomes(self, form: str) -> str | None:
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

    def _ordinary(self, entry: Entry, form: str) -> Iterator[_Found]:
        word = form_key(form)
        if " " in word or not word.isalpha():
            return
        if is_root_word(word):
            yield ("ordinary_word_blocked" if entry.blocks else "ordinary_word"), {"form": form}
        elif self.counts.get(word, 0) >= COMMON:
            # A name is frequent in captions too; that one of these rows knows it tells it apart.
            holders = self.names.get(word, set())
            if not holders:
                yield ("ordinary_word_blocked" if entry.blocks else "ordinary_word"), {"form": form}
            elif holders == {entry.id} and word not in entry.name.lower().split():
                yield "frequent_word", {"form": form}


def _number(kind: str, value: str) -> Iterator[_Found]:
    if not value:
        return
    if kind == "party":
        if not _PARTY_NUMBER.fullmatch(value):
            yield "party_number", {"value": value}
    elif kind == "ticket":
        if not _TICKET_NUMBER.fullmatch(value):
            yield "ticket_number", {"value": value}
    elif kind in KINDS:
        yield "idle_number", {"value": value, "kind": kind}


def _dates(cells: Mapping[str, str]) -> Iterator[_Found]:
    days = []
    for column in ("valid_from", "valid_to"):
        value = cells.get(column, "")
        if value and not is_day(value):
            yield "bad_date", {"column": column, "value": value}
        elif value:
            days.append(value)
    if len(days) == 2 and days[1] < days[0]:
        yield "dates_reversed", {"first": days[0], "last": days[1]}


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(p for part in cell.split("|") if (p := part.strip()))


def _same_look(a: str, b: str) -> bool:
    return unicodedata.normalize("NFC", a) == unicodedata.normalize("NFC", b)


def _entry(cells: Mapping[str, str]) -> Entry | None:
    """The entry of a row as far as it can be used, or None if it has no known kind or no form."""
    values = {c: _parts(cells.get(c, "")) if c in _LISTS else cells.get(c, "") for c in COLUMNS}
    if values["kind"] not in KINDS or not values["forms"]:
        return None
    return Entry(**values)  # type: ignore[arg-type]


# --- a file


def _rows(path: Path, tell: Callable[[int, _Found], None]) -> list[_Row]:
    """Read the rows of a file; tell of what is wrong with the file, with no row if it is damaged."""
    data = read_bytes(path)
    if data.startswith(b"PK\x03\x04"):
        tell(1, ("workbook", {}))
        return []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        tell(line, ("not_utf8", {"byte": error.start + 1}))
        return []
    if "\0" in text:
        tell(text.count("\n", 0, text.index("\0")) + 1, ("not_csv", {"why": "NUL"}))
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if cells:
                lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        endless = "unexpected end" in str(error) or "field limit" in str(error)
        tell(start, ("open_quote", {}) if endless else ("not_csv", {"why": error}))
        return []
    if not lines:
        tell(1, ("empty_file", {}))
        return []
    (head, header), *rest = lines
    for separator in _SEPARATORS:
        if len(header) == 1 and separator in header[0]:
            tell(head, ("separator", {"separator": separator}))
            return []
    missing = [c for c in COLUMNS if c not in header]
    if missing:
        tell(head, ("missing_column", {"columns": ", ".join(missing)}))
    for column in dict.fromkeys(header):
        if column not in COLUMNS:
            tell(head, ("unknown_column", {"column": column}))
        elif header.count(column) > 1:
            tell(head, ("repeated_column", {"column": column}))
    rows = []
    for line, cells in rest:
        if len(cells) == len(header):
            named = dict(zip(header, cells, strict=True))
            rows.append(_Row(path, line, {c: v for c, v in named.items() if c in COLUMNS}))
        else:
            place = header.index("id") if "id" in header else len(cells)
            id_ = cells[place] if place < len(cells) else ""
            tell(line, ("width", {"have": len(cells), "want": len(header), "row_id": id_}))
    return rows
