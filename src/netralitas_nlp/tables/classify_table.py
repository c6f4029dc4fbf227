"""Tables of texts in and out: every row written back with the advice beside it, in order.

Works on streams, over several processes if asked, in memory that does not grow with the table; a
run that was stopped at any moment can be gone on with and ends in the same bytes. What it does
not do: read (`reading`), write (`writers`) or score (`workers`), or keep what is unfinished
(`parts`).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from ..base.catalogue import Language, Message, place_of
from ..base.errors import ArgumentError, DataError, NetralitasError
from ..base.result import VERDICTS
from ..score.classifier import Classifier
from .copies import Copies
from .kept import Kept
from .parts import Part, part_of, real_path
from .reading import open_rows
from .review_sheets import headings
from .roles import ACCOUNTS, DATES, role_column
from .rows import MAX_LETTERS, Rejected, Row, Rows, format_of, text_cell, visible
from .summary_sheet import model_figures
from .workers import (
    ADDED,
    COLUMNS,
    GROUPED,
    MARKS,
    WORKBOOK,
    Cells,
    Piece,
    Setting,
    advice_cells,
    is_blank,
    scored,
)
from .writers import REJECTED, Columns, Style, Writer, gzipped, rejected_lines, writer_for

ROWS = 1024
"""Rows of a piece. Part of what is written: a resumed run must cut where the first one did."""
EVERY = (*COLUMNS, *GROUPED)
"""Columns that can be added to a table."""
_NUMBERS = frozenset(["score", "group", "copies"])


@dataclass(frozen=True)
class Progress:
    """How far a run is: rows done, and the share of the input that has been read (0..1)."""

    rows: int
    share: float


@dataclass(frozen=True)
class Summary:
    """What became of a table.

    Attributes
    ----------
    counts : dict
        Rows by verdict.
    blank : int
        Rows without a text: written, but not judged.
    rejected : int
        Rows that could not be read.
    rejected_path : Path
        The table of these rows: line, reason, beginning; written if there are any.
    understood : str
        What was guessed about the input, in one line; ``""`` if nothing was.
    """

    counts: dict[str, int]
    blank: int
    rejected: int
    rejected_path: Path
    understood: str = ""

    @property
    def rows(self) -> int:
        """Rows written."""
        return sum(self.counts.values()) + self.blank


def classify_table(
    source: Path,
    target: Path,
    classifier: Classifier,
    *,
    column: str = "text",
    columns: Sequence[str] | None = None,
    date_column: str | None = None,
    account_column: str | None = None,
    sample_neutral: int = 0,
    seed: int = 0,
    language: Language = "id",
    jobs: int = 1,
    resume: bool = False,
    restart: bool = False,
    force: bool = False,
    style: Style | None = None,
    reading: Mapping[str, Any] | None = None,
    tell: Callable[[Progress], Any] = lambda progress: None,
) -> Summary:
    r"""Classify the texts of a table into another one.

    Parameters
    ----------
    source, target : Path
        Tables of any format of `rows.FORMATS`, also with ``.gz``; they may differ. `target`
        is written whole or not at all. Between two tables of one format, the columns there are
        stay as they stand in the file. From JSON to Parquet all columns become text.
    classifier : Classifier
    column : str
        Name or number of the column with the texts.
    columns : sequence of str, optional
        What to add, out of `EVERY`; default `ADDED`, and for a workbook also ``copies`` and
        ``group``, by which rows whose texts are copies, or nearly, get one decision. Reasons and
        sentence take most of the time. A row without a text has no verdict and no score, and
        ``tidak ada teks`` for a reason.
    date_column, account_column : str, optional
        Columns that a workbook's summary counts by; default: those of a usual name.
    sample_neutral, seed : int
        Different neutral texts that a workbook offers for a check on a sheet of its own, and the
        seed they are drawn by.
    language : str
        Of sentences and of the reasons for which rows are put aside.
    jobs : int
        Processes that classify. They are started anew (``spawn``), so a script that calls this
        with more than one needs the usual ``if __name__ == "__main__":``.
    resume, restart : bool
        Go on with the unfinished part of an earlier run (see `parts.part_of`), or throw it away.
        The finished table has the same bytes, whatever happened on the way and for any `jobs`.
    force : bool
        Overwrite a table whose other columns cannot be kept.
    style : Style, optional
        How the output is written.
    reading : mapping, optional
        More for `reading.open_rows`: ``sheet``, ``header_row``, ``no_header``, ``encoding``,
        ``delimiter``.
    tell : callable
        Told the progress after each piece.

    Returns
    -------
    Summary

    Raises
    ------
    DataError
        If the input cannot be read or lacks the column (the message lists the columns there are),
        none of its rows can be read, the output cannot be written or holds a table that the run
        would spoil, there is an unfinished part and neither `resume` nor `restart` is given, or
        what it was made from has changed. Single rows that cannot be read do not raise: they go to
        ``<name>.rejected.csv`` beside `target`.
    ArgumentError
        If `columns`, `jobs` or the choice of `resume` and `restart` makes no sense.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "in.csv").write_text("id,text\n7,halo\n")
    >>> summary = classify_table(
    ...     folder / "in.csv", folder / "out.jsonl", Classifier(model=None), columns=["verdict"]
    ... )
    >>> (folder / "out.jsonl").read_text()
    '{"id": "7", "text": "halo", "verdict": "neutral"}\n'
    """
    kind, _ = format_of(target)
    columns = columns or (WORKBOOK if kind == "xlsx" else ADDED)
    _check(columns, jobs, resume, restart)
    if sample_neutral and kind != "xlsx":
        raise ArgumentError("sample_needs_workbook", path=target)
    target_file = real_path(target)
    if target_file.exists() and not target_file.is_file():
        raise DataError("not_regular_file", path=target)
    if target_file.exists() and source.exists() and target_file.samefile(source):
        raise DataError("output_is_input", path=target)
    table = open_rows(source, wanted=[column], **(reading or {}))
    place = _text_column(table, column)
    ours = (*EVERY, *headings((*EVERY, "row")))
    kept = Kept() if force else Kept.of(target_file, table, ours)
    shape = Columns(
        (*table.header, *kept.header), tuple(columns), _NUMBERS, place,
        role_column(table, date_column, DATES, "--date-column"),
        role_column(table, account_column, ACCOUNTS, "--account-column"),
    )  # fmt: skip
    style = replace(
        style or Style(language=language),
        sample=sample_neutral, seed=seed, figures=model_figures(None if classifier.model is None else classifier.model.header),
    )  # fmt: skip
    writer, packed = writer_for(target, shape, style, table)
    if not kept.header and writer.copies_from(table):
        table.only = place
    pieces = _Pieces(table, place, kept)
    head = {
        "input": [source.name, table.fingerprint()],
        "model": _model_print(classifier),
        "options": [
            *columns, language, target.name, ROWS, *kept.header, repr(style), place, shape.date,
            shape.account, sorted((reading or {}).items()), version("netralitas-nlp"),
        ],
    }  # fmt: skip
    pack = gzipped if packed and writer.join is None else bytes
    aside = (",".join(REJECTED) + "\n").encode()
    part = Part(target, head, pack(writer.begin()), aside, resume, restart)
    more = ("score", "category", MARKS) if writer.wants_all else ()
    if writer.wants_all or set(GROUPED) & set(columns):
        pieces.copies = Copies(t for p in _Pieces(table, place, Kept()) for t in p.texts)
    setting = Setting(classifier.model, classifier.lexicon, (*columns, *more), language)
    try:
        if not part.state.done:
            _run(part, pieces, writer, pack, setting, jobs, tell)
        placed = part.finish(rejected_path(target_file), _join(writer, packed))
    except (NetralitasError, OSError) as error:
        part.give_up()
        if not part.state.chunks:
            raise
        raise DataError(
            "stopped_half_way", reason=error, n=part.state.rows, path=part_of(target)
        ) from error
    except BaseException:
        part.give_up()
        raise
    counts = {v: part.state.counts.get(v, 0) for v in ("partisan", "review", "neutral")}
    blank = part.state.counts.get("", 0)
    return Summary(counts, blank, part.state.rejected, placed, table.understood(language))


def _run(
    part: Part,
    pieces: _Pieces,
    writer: Writer,
    pack: Callable[[bytes], bytes],
    setting: Setting,
    jobs: int,
    tell: Callable[[Progress], Any],
) -> None:
    """Score and write all that is not yet in the part."""
    todo = islice(iter(pieces), part.state.chunks, None)
    first: Rejected | None = None
    with closing(scored(todo, setting, jobs)) as done:
        for piece, judged in done:
            cells = pieces.with_copies(judged, part.state.rows)
            if part.state.rows + len(cells) > writer.most_rows:
                raise DataError("too_many_for_sheet", path=part.target, limit=writer.most_rows)
            body = pack(writer.rows(piece.rows, cells)) if piece.rows else b""
            counts = dict.fromkeys(("", *map(str, VERDICTS)), 0)
            for written, found in zip(piece.texts, cells, strict=True):
                counts["" if is_blank(written) else found["verdict"]] += 1
            first = first or next(iter(piece.rejected), None)
            part.append(
                body, rejected_lines(piece.rejected, setting.language), counts, len(piece.rejected)
            )
            tell(Progress(part.state.rows + part.state.rejected, pieces.table.share()))
    if not part.state.rows:
        if first is None:
            raise DataError("empty_table", path=pieces.table.path)
        part.state.chunks = 0  # nothing worth going on with
        raise DataError(
            "no_row_readable", path=pieces.table.path, n=part.state.rejected,
            where=place_of(first.where), reason=first.reason,
        )  # fmt: skip


class _Pieces:
    """The rows of a table, in pieces that are always cut at the same places."""

    def __init__(self, table: Rows, place: int, kept: Kept) -> None:
        self.table, self.place, self.kept = table, place, kept
        self.copies: Copies | None = None

    def with_copies(self, judged: list[Cells], first: int) -> list[Cells]:
        """Return the cells of rows with those that say which rows are copies of each."""
        if self.copies is None:
            return judged
        found = (self.copies.of(row) for row in range(first, first + len(judged)))
        return [{**c, "group": g, "copies": n} for c, (g, n) in zip(judged, found, strict=True)]

    def __iter__(self) -> Iterator[Piece]:
        piece, letters = Piece([], [], []), 0
        for item in self.table.items():
            row = self._with_text(item)
            if isinstance(row, Rejected):
                piece.rejected.append(row)
            else:
                piece.rows.append(row[0])
                piece.texts.append(row[1])
                letters += _letters(row[0])
            if len(piece.rows) + len(piece.rejected) >= ROWS or letters >= MAX_LETTERS:
                yield piece
                piece, letters = Piece([], [], []), 0
        if piece.rows or piece.rejected:
            yield piece

    def _with_text(self, item: Row | Rejected) -> tuple[Row, str] | Rejected:
        if isinstance(item, Rejected):
            return item
        written = text_cell(item.cells[self.place])
        if isinstance(written, Message):
            line = int(item.where.rpartition(" ")[2])
            return Rejected(
                item.where,
                line,
                written,
                visible(str(item.raw if isinstance(item.raw, str) else item.cells)),
            )
        if self.kept.header:
            item = Row(item.where, [*item.cells, *self.kept.cells(item.cells)], item.raw)
        return item, written


def _letters(row: Row) -> int:
    if isinstance(row.raw, str):
        return len(row.raw)
    return sum(len(cell) for cell in row.cells if isinstance(cell, str))


def rejected_path(target: Path) -> Path:
    """Return the place of the table of rows that cannot be read, another for each output.

    >>> [rejected_path(Path(name)).name for name in ("hasil.csv", "hasil.jsonl.gz")]
    ['hasil.rejected.csv', 'hasil.jsonl.gz.rejected.csv']
    """
    return target.with_name(f"{target.name.removesuffix('.csv')}.rejected.csv")


# --- before the first row


def _check(columns: Sequence[str], jobs: int, resume: bool, restart: bool) -> None:
    for name in columns:
        if name not in EVERY:
            raise ArgumentError("no_such_addition", column=name, allowed=EVERY)
    if not columns or len(set(columns)) < len(columns):
        raise ArgumentError("additions_once", allowed=EVERY)
    if jobs < 1:
        raise ArgumentError("jobs", jobs=jobs)
    if resume and restart:
        raise ArgumentError("resume_or_restart")


def _text_column(table: Rows, column: str) -> int:
    place = table.column(column)
    kind = getattr(table, "kind_of_column", lambda place: "text")(place)
    if kind != "text":
        raise DataError("no_text_column", path=table.path, column=column, kind=kind)
    return place


def _model_print(classifier: Classifier) -> str:
    """Digest of all that scores depend on: weights, header, lexicon."""
    digest = hashlib.sha256(classifier.lexicon.digest.encode())
    model = classifier.model
    if model is not None:
        digest.update(json.dumps(model.header, sort_keys=True).encode())
        for block, names in model.names.items():
            digest.update("\n".join([block, *names]).encode())
            digest.update(model.idf[block].tobytes() + model.weights[block].tobytes())
        digest.update(model.intercepts.tobytes())
    return digest.hexdigest()


def _join(writer: Writer, packed: bool) -> Callable[[Path, IO[bytes]], None] | None:
    join = writer.join
    if join is None or not packed:
        return join

    def both(body: Path, target: IO[bytes]) -> None:
        with gzip.GzipFile("", "wb", 6, target, mtime=0) as member:
            join(body, cast(IO[bytes], member))

    return both


__all__ = [
    "ADDED",
    "COLUMNS",
    "EVERY",
    "Progress",
    "Summary",
    "advice_cells",
    "classify_table",
    "rejected_path",
]
