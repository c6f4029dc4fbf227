"""The model card: what a model is, what it learnt from, how good it is, what it rests on.

Writes ``card.md`` and ``top_terms.csv`` beside a model, and the short table of a README. Every
number comes from the model file, the tables, or `evaluation`; none is written down here.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from netralitas_nlp.base.assets import fingerprint
from netralitas_nlp.base.catalogue import Language
from netralitas_nlp.base.errors import DataError, NetralitasError
from netralitas_nlp.base.files import whole
from netralitas_nlp.base.result import CATEGORIES
from netralitas_nlp.measure.evaluation import Contestant, Evaluation, evaluate, measure, read_scored
from netralitas_nlp.measure.figures import BINS, RESAMPLES, Figure, Part
from netralitas_nlp.read.entries import form_key
from netralitas_nlp.read.find import Lexicon
from netralitas_nlp.say.sentences import category_names
from netralitas_nlp.score.classifier import Classifier
from netralitas_nlp.score.occurrences import BLOCKS
from netralitas_nlp.score.weights import LinearModel
from netralitas_nlp.tables.captions import caption_files
from netralitas_nlp.teach.fit import Training, train
from netralitas_nlp.teach.notes import plain_markdown
from netralitas_nlp.teach.recipe import Recipe, called
from netralitas_nlp.teach.rows import default_frame, training_lexicon

BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
TOP = 200
"""Features of each block and side in ``top_terms.csv``."""
COVERAGE = Path(__file__).resolve().parents[1] / "benchmarks" / "coverage.csv"
FEW = 10
"""A contestant mentioned by fewer texts gets no row of its own in the card."""

_PLACEHOLDER = re.compile(r"<@?[a-z]+\??>")
_DIGITS = re.compile(r"\d{5}")


@dataclass(frozen=True)
class Scored:
    """A set of labelled texts, and what two models make of it.

    Attributes
    ----------
    name : str
        As readers see it: "development set A".
    short : str
        In heads of tables: "A".
    sources : frozenset of str
        Where the texts come from, if the table says so.
    model, own : Evaluation
        By the model of the card, and by one trained on our captions alone.
    """

    name: str
    short: str
    sources: frozenset[str]
    model: Evaluation
    own: Evaluation

    @property
    def tuned(self) -> bool:
        """Whether settings were chosen while looking at it."""
        return self.name.startswith("development")


class Term(NamedTuple):
    """A row of ``top_terms.csv``."""

    block: str
    feature: str
    weight: float
    rank: int
    side: str


def make_card(
    folder: Path,
    captions: Path,
    public_texts: Path | None = None,
    scores: Sequence[tuple[str, Path]] = (),
    readmes: Sequence[Path] = (),
    say: Callable[[str], None] = lambda line: None,
) -> Path:
    """Measure a model, and write its card, its strongest terms, and the READMEs' tables.

    Parameters
    ----------
    folder : path
        The model.
    captions, public_texts : path
        What it was trained on.
    scores : sequence of (name, path)
        Labelled texts to measure on. A name that begins with ``dev`` says that settings were
        chosen while looking at them.
    readmes : sequence of path
        Files with a marked block to fill, in Indonesian where the name ends in ``.id.md``.
    say : callable
        Told one line per step.

    Raises
    ------
    DataError
        If a file is missing or has no marked block, or the model was trained on other rows.
        Everything is checked before anything is written.
    """
    model = LinearModel.load(folder)
    for path in (public_texts, *readmes):
        if path is not None and not path.is_file():
            raise DataError(f"no file {path}")
    for path in readmes:
        _marked(path)
    tables = [(name, read_scored(path)) for name, path in scores]
    frame = default_frame(captions, public_texts)
    _check_corpus(model, frame, captions, public_texts)
    own_rows = default_frame(captions)
    say("training on our captions alone")
    own = train(own_rows, Recipe())
    classifier, alone = Classifier(model), Classifier(own.model)
    sets = []
    for (name, table), (long, short) in zip(tables, _titles([n for n, _ in scores]), strict=True):
        say(f"measuring {name}")
        sources: list[str] = table["source"].tolist() if "source" in table.columns else []
        sets.append(
            Scored(
                long,
                short,
                frozenset(s for s in sources if s),
                evaluate(classifier, table),
                evaluate(alone, table),
            )
        )
    say("measuring our captions, each by a model that did not see its group")
    held_out = _held_out(own, own_rows)
    command = _command(folder, captions, public_texts, [n for n, _ in scores], readmes)
    terms = top_terms(model)
    public = frame.iloc[len(own_rows) :]
    path = write_card(folder, model, own_rows, public, sets, held_out, terms, command)
    write_terms(folder / "top_terms.csv", terms)
    for readme in readmes:
        language: Language = "id" if readme.name.endswith(".id.md") else "en"
        fill(readme, readme_block(sets, frame, language, command))
    return path


def _check_corpus(
    model: LinearModel, frame: pd.DataFrame, captions: Path, public_texts: Path | None
) -> None:
    corpus = model.header["corpus"]
    if corpus["sha256"] and corpus["sha256"] != fingerprint(caption_files([captions])):
        raise DataError(
            f"{captions} is not what the model was trained on (its files changed since); train it "
            "again, then make the card"
        )
    if corpus["rows"] != len(frame):
        hint = "" if public_texts else "; was it trained with --public-texts?"
        raise DataError(
            f"the model was trained on {corpus['rows']:,} rows, these files have "
            f"{len(frame):,}{hint}"
        )


def _titles(names: Sequence[str]) -> list[tuple[str, str]]:
    out = []
    letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for name in names:
        if name.startswith("dev"):
            letter = next(letters)
            out.append((f"development set {letter}", letter))
        else:
            out.append((f"set {name}", name))
    return out


def _held_out(own: Training, rows: pd.DataFrame) -> Evaluation:
    """Figures of our captions by the scores of models that did not see the row's group."""
    score = own.probability
    verdict = called(score, own.model.thresholds)
    return measure(rows, score, verdict, training_lexicon())


def _command(
    folder: Path,
    captions: Path,
    public_texts: Path | None,
    names: Sequence[str],
    readmes: Sequence[Path],
) -> str:
    """Return the command as one can type it; files that are not here are called FILE."""

    def shown(path: Path) -> str:
        return path.name if path.is_absolute() else path.as_posix()

    parts = ["python tools/card.py", shown(folder), "--captions", shown(captions)]
    if public_texts is not None:
        parts.append("--public-texts FILE")
    parts += [f"--score {name}=FILE" for name in names]
    parts += [f"--readme {shown(path)}" for path in readmes]
    return " ".join(parts)


# --- the strongest terms


def top_terms(model: LinearModel, lexicon: Lexicon | None = None, n: int = TOP) -> list[Term]:
    """Return the features that pull hardest to either side, by ``weight * idf``.

    Features with a handle or more than four digits in a row are left out. A letter group may spell
    a name by chance ("laras" in "deklarasi") or out of glued words ("aniespresiden"); the card lists them.

    Raises
    ------
    DataError
        If one of the others is the distinctive name of a person in the lexicon: names are masked
        in training, so such a model was not made as this card says.
    """
    names = _distinctive(lexicon or training_lexicon())
    out: list[Term] = []
    for block in BLOCKS:
        features = model.names[block]
        pull = model.weights[block][:, 0] * model.idf[block]
        for side, sign in (("partisan", 1.0), ("neutral", -1.0)):
            rank = 0
            for i in np.argsort(-sign * pull, kind="stable").tolist():
                if rank == n or sign * pull[i] <= 0:
                    break
                feature = features[i]
                if "@" in _PLACEHOLDER.sub("", feature) or _DIGITS.search(feature):
                    continue
                if block != "letters" and names & _wordings(feature):
                    raise DataError(
                        f"the {block} feature {feature!r} is a person's name of the lexicon, which "
                        "no model may rest on; train again with the present lexicon"
                    )
                rank += 1
                out.append(Term(block, feature, float(pull[i]), rank, side))
    return out


def _wordings(feature: str) -> set[str]:
    """The words of a feature, alone and in pairs, without placeholders and edges."""
    words = re.split(r"[\s<>#^$]+", _PLACEHOLDER.sub(" ", feature))
    words = [w for w in words if w]
    return {*words, *(f"{a} {b}" for a, b in pairwise(words))}


def _distinctive(lexicon: Lexicon) -> set[str]:
    """Names that mean their person wherever they stand: five letters or more, no context needed."""
    keys = {
        form_key(form)
        for entry in lexicon.entries
        if entry.kind == "person" and not entry.needs and entry.case != "upper"
        for form in entry.forms
        if not form.startswith("#")
    }
    return {key for key in keys if len(key) >= 5}


def _contextual(lexicon: Lexicon, terms: Sequence[Term]) -> list[str]:
    """Terms of the words block that are also a contestant's name in a fitting context."""
    forms = {
        form_key(form)
        for entry in lexicon.entries
        if entry.kind in ("person", "party", "ticket")
        for form in entry.forms
        if not form.startswith("#")
    }
    return [
        t.feature
        for t in terms
        if t.block == "word" and t.feature.isalpha() and len(t.feature) > 2 and t.feature in forms
    ]


def _spelt_names(model: LinearModel, lexicon: Lexicon) -> list[str]:
    """Letter groups that spell a distinctive name, each with what it adds before division."""
    names = _distinctive(lexicon)
    pull = model.weights["letters"][:, 0] * model.idf["letters"]
    found = [(g, float(w)) for g, w in zip(model.names["letters"], pull, strict=True) if g in names]
    return [f"`{g}` ({w:+.1f})" for g, w in sorted(found, key=lambda item: -abs(item[1]))]


def write_terms(path: Path, terms: Sequence[Term]) -> None:
    """Write ``top_terms.csv``."""
    with whole(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Term._fields)
        writer.writerows(t._replace(weight=f"{t.weight:.4f}") for t in terms)  # type: ignore[arg-type]


# --- the README's block


def _marked(path: Path) -> tuple[str, str]:
    """Return what stands before and after the block of a file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise DataError(f"{path} has no block between {BEGIN} and {END} to put the figures into")
    return before, after


def fill(path: Path, block: str) -> None:
    """Put `block` between the markers of a file; the rest of it stays as it is."""
    before, after = _marked(path)
    with whole(path) as file:
        file.write(f"{before}{BEGIN}\n{block.strip()}\n{END}{after}")


_ROWS = {
    "average_precision": ("average precision", "presisi rata-rata (average precision)"),
    "roc_auc": ("area under the ROC curve", "luas di bawah kurva ROC"),
    "calibration_error": ("calibration error", "galat kalibrasi"),
    "precision": ("called partisan, and is", "dinilai memihak dan memang memihak"),
    "caught": ("partisan texts called partisan", "teks memihak yang dinilai memihak"),
    "missed": ("partisan texts called neutral", "teks memihak yang dinilai netral"),
    "accused": ("neutral texts called partisan", "teks netral yang dinilai memihak"),
    "review": ("texts left to a reader", "teks yang diserahkan ke pembaca"),
}


def readme_block(
    sets: Sequence[Scored], frame: pd.DataFrame, language: Language, command: str
) -> str:
    """Return the short table of a README."""
    here = 1 if language == "id" else 0
    lines = []
    for i, s in enumerate(sets):
        lines.append(f"- {_named(s, language)}: {_described(s, sets[:i], frame, language)}")
    heads = []
    for s in sets:
        heads += [
            (f"{s.short}: packaged model", f"{s.short}: model bawaan")[here],
            (f"{s.short}: our captions alone", f"{s.short}: hanya takarir kami")[here],
        ]
    rows = [
        [
            title[here],
            *(_cell(e.whole.figures[name], language) for s in sets for e in (s.model, s.own)),
        ]
        for name, title in _ROWS.items()
    ]
    table = _table(["", *heads], rows)
    if here:
        note = (
            "“Hanya takarir kami” adalah model yang dilatih tanpa teks publik. Dalam kurung: rentang "
            "kepercayaan 95 %, dari pengambilan ulang teks (bootstrap); sumber baru bisa memberi "
            "hasil di luar rentang itu."
        )
        if any(s.tuned for s in sets):
            note += (
                " Pengaturan model dipilih sambil melihat set pengembangan, jadi angkanya cenderung "
                "sedikit terlalu baik."
            )
        more = (
            "Angka per kategori, sumber, partai, dan pasangan calon ada di "
            "[models/default/card.md](models/default/card.md). Tabel ini dibuat dengan:"
        )
    else:
        note = (
            "“Our captions alone” is a model trained without the public texts. In brackets: 95 % "
            "intervals, from resampling the texts (bootstrap); a new source can give a result "
            "outside them."
        )
        if any(s.tuned for s in sets):
            note += (
                " Settings were chosen while looking at the development sets, so their figures "
                "lean to the good side."
            )
        more = (
            "Figures by category, source, party and ticket are in "
            "[models/default/card.md](models/default/card.md). This table was made by:"
        )
    parts = ["\n".join(lines), table, note, more, f"```console\n$ {command}\n```"]
    return "\n\n".join(p for p in parts if p)


def _named(s: Scored, language: Language) -> str:
    if language == "en":
        return s.name
    return s.name.replace("development set", "set pengembangan")


def _described(s: Scored, before: Sequence[Scored], frame: pd.DataFrame, language: Language) -> str:
    """One clause on the texts of a set, and on where else their sources stand."""
    rows, partisan, n = s.model.whole.rows, s.model.whole.partisan, len(s.sources)
    known = len(s.sources & _sources(frame))
    again = [(b.short, m) for b in before if (m := len(s.sources & b.sources))]
    if language == "id":
        out = f"{_dots(rows)} takarir publik" + (f" dari {n} sumber" if n else "")
        out += f", {_dots(partisan)} di antaranya memihak"
        if n:
            out += (
                f"; {known} sumbernya juga dipakai melatih model"
                if known
                else "; tidak satu pun sumbernya dipakai melatih model"
            )
        out += "".join(f"; {m} sumbernya juga ada di {short}" for short, m in again)
        return out
    out = f"{rows:,} public captions" + (f" of {n} sources" if n else "")
    out += f", {partisan:,} of them partisan"
    if n:
        out += f"; {known or 'none'} of the sources in the training data"
    return out + "".join(f"; {m} of the sources also in {short}" for short, m in again)


def _dots(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _sources(frame: pd.DataFrame) -> set[str]:
    return set(frame["slice"])


# --- tables


def _cell(figure: Figure, language: Language = "en") -> str:
    if math.isnan(figure.value):
        return "–"
    cell = f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"
    return cell.replace(".", ",") if language == "id" else cell


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def _whole_table(columns: Mapping[str, Evaluation]) -> str:
    rows = [
        [title, *(_cell(e.whole.figures[name]) for e in columns.values())]
        for name, (title, _) in _ROWS.items()
    ]
    return _table(["", *columns], rows)


def _part_table(column: str, parts: Mapping[str, Part]) -> str:
    names = ["caught", "missed", "accused", "review"]
    heads = ["caught", "missed", "neutral accused", "to review"]
    if column != "category":
        names.insert(0, "average_precision")
        heads.insert(0, "average precision")
    order = list(CATEGORIES) if column == "category" else []
    values = sorted(
        parts, key=lambda v: (order.index(v) if v in order else len(order), -parts[v].rows, v)
    )
    rows = []
    for value in values:
        part = parts[value]
        shown = plain_markdown(value) or "(not given)"
        if value in order:
            shown += f" ({category_names('en')[value]})"
        cells = [_cell(part.figures[name]) for name in names]
        rows.append([shown, f"{part.rows:,}", f"{part.partisan:,}", *cells])
    return _table([plain_markdown(column), "texts", "partisan", *heads], rows)


def _contestant_table(contestants: Sequence[Contestant]) -> str:
    enough = [c for c in contestants if c.part.rows >= FEW]
    rows = [
        [
            c.name,
            c.kind,
            f"{c.part.rows:,}",
            f"{c.part.neutral:,}",
            _cell(c.part.figures["accused"]),
            f"{c.part.partisan:,}",
            _cell(c.part.figures["missed"]),
        ]
        for c in enough
    ]
    heads = ["mentioned", "kind", "texts", "neutral", "of these accused", "partisan",
             "of these missed"]  # fmt: skip
    few = [c.part.rows for c in contestants if c.part.rows < FEW]
    left = (
        f"\n\n{len(few)} more are mentioned by fewer than {FEW} texts each and have no row."
        if few
        else ""
    )
    if not rows:
        return f"No party or ticket is mentioned by {FEW} texts or more."
    return _table(heads, rows) + left


# --- the card


def write_card(
    folder: Path,
    model: LinearModel,
    own: pd.DataFrame,
    public: pd.DataFrame,
    sets: Sequence[Scored],
    held_out: Evaluation,
    terms: Sequence[Term],
    command: str,
) -> Path:
    """Write ``card.md`` into the folder of a model.

    Parameters
    ----------
    folder : path
    model : LinearModel
    own, public : DataFrame
        The rows it was trained on: our captions, and public texts (maybe none).
    sets : sequence of Scored
    held_out : Evaluation
        Of our captions by models that did not see their group.
    terms : sequence of Term
        From `top_terms`.
    command : str
        What made the card.
    """
    frame = pd.concat([own, public], ignore_index=True)
    parts = [
        _what(model, frame),
        _use(),
        _data(model, own, public),
        _scores(model, sets),
        *(_set(s, sets[:i], frame) for i, s in enumerate(sets)),
        _own(held_out),
        _coverage(COVERAGE),
        _limits(model, terms),
        _end(command),
    ]
    path = folder / "card.md"
    with whole(path) as file:
        file.write(_wrapped("\n\n".join(p.strip() for p in parts)) + "\n")
    return path


def _wrapped(text: str) -> str:
    """Break the prose of a Markdown text anew, now that its numbers are in; the rest stays."""
    out = []
    code = False
    for block in text.split("\n\n"):
        inside = code
        code ^= block.count("```") % 2 == 1
        plain = not inside and "```" not in block and block[:1] not in ("|", "#", "-")
        out.append(
            textwrap.fill(block, 100, break_long_words=False, break_on_hyphens=False)
            if plain
            else block
        )
    return "\n\n".join(out)


def _what(model: LinearModel, frame: pd.DataFrame) -> str:
    header = model.header
    sizes = ", ".join(f"{b} {len(model.names[b]):,}" for b in BLOCKS)
    made = header["made_with"]
    return f"""
# Model card: {header["name"]}

## What it is

A linear model that reads one Indonesian caption, comment or headline and advises whether the text
takes a side in an election: `partisan`, `neutral`, or `review` (a person should read it). Two
logistic regressions on the same features: one for the side, one for the ten categories of
`data/README.md`. Features by block: {sizes}. Names of contestants in the lexicon are replaced by
placeholders (`<person>`, `<party>`, …) before anything is counted.

Trained on {len(frame):,} labelled texts with Python {made["python"]}, NumPy {made["numpy"]} and
scikit-learn {made["scikit-learn"]}. The same rows, settings and versions give the same bytes.

The strongest features of each block are in `top_terms.csv`: `weight` is the learnt weight times
the feature's idf, `rank` counts from the strongest on each `side`. Features with a handle or with
more than four digits are left out of that list.
"""


def _use() -> str:
    return """
## Intended use

Putting many texts into an order worth reading, and showing which words speak for which side: for
an employee of the state before posting, an editor of an agency's account, an ethics officer with a
pile to sort, a researcher. A person decides. The verdict is advice about a text, no finding about
a person, and no evidence for a penalty.

## Out of scope

- pictures, videos, voices, and text inside pictures;
- likes, follows, shares, memberships, photographs with candidates;
- whose account it is, whether its owner is an employee of the state, whether it is genuine;
- sarcasm and replies whose meaning hangs on a context outside the text;
- texts in another language than Indonesian, or wholly in a regional language;
- whether a claim is true; hate speech, hoaxes;
- any automatic consequence.
"""


def _data(model: LinearModel, own: pd.DataFrame, others: pd.DataFrame) -> str:
    columns = {"our captions": own} | ({"public texts": others} if len(others) else {})
    rows = [
        [
            f"{name} ({category_names('en')[name]})",
            *(f"{int((part['category'] == name).sum()):,}" for part in columns.values()),
        ]
        for name in CATEGORIES
    ]
    for label in ("partisan", "neutral"):
        rows.append(
            [f"all {label}", *(f"{int((p['label'] == label).sum()):,}" for p in columns.values())]
        )
    listed = "\n\n".join(
        f"Our captions by {column}: {_counted(own[column])}."
        for column in ("platform", "region", "election")
    )
    recipe = model.header["recipe"]
    least = recipe["min_sources"]
    from_public = ""
    if len(others):
        sources = ["one source", f"at least {least} sources"][least > 1]
        from_public = f"""

The {len(others):,} public texts come from {others["slice"].nunique()} public sources under
permissive licences (which one: `NOTICE.md`): {_counted(others["slice"])}. No text of them is in the repository; a feature is kept
only if texts of {sources} have it. In training one of
our captions weighs {_times(recipe["own_weight"])} a public text."""
    return f"""
## Training data, and how it was labelled

{_table(["category", *columns], rows)}

{listed}{from_public}

Our captions were composed for this corpus, so their shares say nothing about what people post.
Each was labelled by one reader; the public texts were read and labelled by us, most of them once.
The question that decides, the categories and the close cases are in `data/README.md`. There is no
label for unsure texts in the training data.
"""


def _counted(cells: pd.Series[str]) -> str:
    counts = cells.replace("", "(not given)").value_counts()
    order = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return ", ".join(f"{plain_markdown(value)} {n:,}" for value, n in order)


def _times(weight: float) -> str:
    return "as much as" if weight == 1 else f"{weight:g} times as much as"


def _scores(model: LinearModel, sets: Sequence[Scored]) -> str:
    review, partisan = model.thresholds
    recipe = model.header["recipe"]
    figures = model.header["figures"]["out_of_group"]
    shares = "; ".join(
        f"in {s.name} {s.model.whole.partisan / s.model.whole.rows:.0%} of the texts are partisan"
        for s in sets
    )
    shares = f" For comparison: {shares}." if shares else ""
    return f"""
## Scores, assumed prior, thresholds

The score is a probability by Platt's method, fitted to decisions on texts whose whole group was
left out of the fitting. It assumes that {model.prior:.0%} of the texts are partisan.{shares} Where
the share is another one, say so, and scores move with it (the thresholds stay, so the verdicts
change too):

```python
from netralitas_nlp import Classifier, LinearModel

classifier = Classifier(LinearModel.load("models/default").with_prior(0.10))
```

Scores from {review:g} on go to `review`, from {partisan:g} on they are called `partisan`. The two
were chosen on the same left-out texts: {recipe["accuse"]:.1%} of the neutral ones called
partisan, and {recipe["miss"]:.1%} of the partisan ones called neutral. There, the average precision
is {figures["average_precision"]["value"]:.3f}; {figures["caught"]["value"]:.1%} of the partisan texts
are caught, and {figures["review"]["value"]:.1%} of all go to review.

## How to read the figures

- *average precision*, *area under the ROC curve*: how well the score puts partisan texts before
  neutral ones; 1 is perfect.
- *calibration error*: mean distance between score and share of partisan texts, in {BINS} bins of
  the score.
- *caught*, *missed*: share of the partisan texts that are called partisan, called neutral. The
  rest of them goes to review.
- *neutral accused*: share of the neutral texts that are called partisan.
- In brackets: 95 % intervals from {RESAMPLES:,} bootstrap resamples of the texts. They hold for
  more texts of the same sources; a new source can lie outside. Where none of *n* texts, or all,
  are hit, the interval has no width, and a true share up to about 3/*n* away fits as well.
- –: no text to measure on.
"""


def _set(s: Scored, before: Sequence[Scored], frame: pd.DataFrame) -> str:
    e = s.model
    tables = "\n\n".join(
        f"### {s.name[:1].upper()}{s.name[1:]} by {column}\n\n{_part_table(column, parts)}"
        for column, parts in e.parts.items()
    )
    tuned = (
        " Settings of the model were chosen while looking at this set, so its figures lean to the "
        "good side."
        if s.tuned
        else ""
    )
    unsure = (
        f"\n\nA further {e.unsure:,} texts have no sure label and are in none of these numbers; "
        f"{_cell(e.unsure_review)} of them are sent to review."
        if e.unsure
        else ""
    )
    title = f"{s.name[:1].upper()}{s.name[1:]}"
    return f"""
## {title}

{_described(s, before, frame, "en")}.{tuned}

{_whole_table({"this model": e, "our captions alone": s.own})}

“Our captions alone” is a model trained without the public texts, with its own calibration and
thresholds.{unsure}

{tables}

### {title} by party and ticket

Texts that mention a party, or a ticket for president or governor, by the lexicon. The mention found
there is masked, so that differences come from what else stands in the text. Most rows are few
texts; read the intervals.

{_contestant_table(e.contestants)}
"""


def _own(held_out: Evaluation) -> str:
    tables = "\n\n".join(
        f"### Our captions by {column}\n\n{_part_table(column, parts)}"
        for column, parts in held_out.parts.items()
    )
    return f"""
## Our captions

{held_out.whole.rows:,} captions, {held_out.whole.partisan:,} of them partisan, each scored by a
model of our captions alone that saw nothing of the caption's group. Calibration and thresholds were
fitted to these very scores. The texts were composed for this purpose, so other texts are harder or
easier.

{_whole_table({"our captions alone": held_out})}

{tables}

### Our captions by party and ticket

Some of these parties are invented ones.

{_contestant_table(held_out.contestants)}
"""


def _coverage(path: Path) -> str:
    """Of the texts about a ticket, in how many the lexicon hears it; counted by ``coverage.py``."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            [
                row["name"],
                row["ticket"].removeprefix("ticket-").rsplit("-", 1)[0],
                row["texts"],
                row["heard"],
                f"{float(row['share']):.3f} ({float(row['low']):.3f}–{float(row['high']):.3f})",
            ]
            for row in csv.DictReader(file)
        ]
    return f"""
## Whom the lexicon hears

Public texts of which a reader said, before the lexicon was asked, which ticket they are about; and
how many of them hold a name, number, slogan or gesture of that ticket that counts. In brackets:
95 % intervals (Wilson). Counted by `benchmarks/coverage.py`, which says how the texts were drawn.

{_table(["ticket", "election", "texts", "heard", "share"], rows)}
"""


def _limits(model: LinearModel, terms: Sequence[Term]) -> str:
    lexicon = Lexicon.default()
    words = _contextual(lexicon, terms)
    listed = ", ".join(f"`{w}`" for w in words) or "none"
    spelt = ", ".join(_spelt_names(model, lexicon)) or "none"
    return f"""
## Limits

- Regional languages: the passages in them were not checked by native speakers.
- Short replies (“gas terus pak”) often carry no side without the post they answer.
- Satire and irony are read by their words.
- Elections after the training data bring names, slogans and jokes the model does not know. Names
  can be added to the lexicon; the tone of a campaign cannot. Measure on recent texts first.
- Names are masked where the lexicon is sure of them. Some short names count only in a fitting
  context and are ordinary words elsewhere, so they can carry weight of their own. Of the strongest
  words in `top_terms.csv`, these are such: {listed}.
- A name glued to other words (“aniespresiden”, no hashtag) is not masked; its other letters count.
  Groups that spell a listed name, with their weight times idf: {spelt}.
- People no list knows are contestants where the text makes them so; which name it is can still move
  a score, because not every name is recognised as one (`netralitas audit` measures by how much).
- One reader's eye: where careful readers differ, the labels follow one of them.
"""


def _end(command: str) -> str:
    return f"""
## Licences

Model files: Apache License 2.0. Our captions, labels and lexicon: CC BY 4.0. Sources of the public
texts with their licences, and all other origins: `NOTICE.md`.

## How this card was made

```console
$ {command}
```
"""


def parse_scores(given: Sequence[str]) -> list[tuple[str, Path]]:
    """Read ``name=path`` arguments.

    >>> [(name, path.name) for name, path in parse_scores(["dev=a.csv"])]
    [('dev', 'a.csv')]
    """
    out: list[tuple[str, Path]] = []
    for item in given:
        name, sign, path = item.partition("=")
        if not sign or not path or not re.fullmatch(r"\w[\w-]*", name):
            raise DataError(f"--score {item!r} is not of the form name=path.csv")
        if name in [n for n, _ in out]:
            raise DataError(f"--score {name!r} is given twice")
        out.append((name, Path(path)))
    return out


def main(given: Sequence[str] | None = None) -> None:
    """Run from the command line; ``make card`` does."""
    parser = argparse.ArgumentParser(description="Measure a model and write its card.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--captions", type=Path, required=True)
    parser.add_argument("--public-texts", type=Path)
    parser.add_argument("--score", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--readme", type=Path, action="append", default=[])
    args = parser.parse_args(given)
    try:
        scores = parse_scores(args.score)
        print(make_card(args.model, args.captions, args.public_texts, scores, args.readme, print))
    except NetralitasError as error:
        sys.exit(f"card: {error}")


if __name__ == "__main__":
    main()
