"""The model card, its strongest terms, and the tables of the READMEs."""

from __future__ import annotations

import csv
import importlib.util
import re
import subprocess
import sys
from bisect import bisect_left

import pytest

from conftest import TOP
from netralitas_nlp import Recipe, train
from netralitas_nlp.base.assets import fingerprint
from netralitas_nlp.base.errors import DataError
from netralitas_nlp.tables.captions import read_captions

spec = importlib.util.spec_from_file_location("card", TOP / "tools" / "card.py")
CARD = importlib.util.module_from_spec(spec)
sys.modules["card"] = CARD
spec.loader.exec_module(CARD)
BEGIN, END, MOST = CARD.BEGIN, CARD.END, CARD.TOP
parse_scores, top_terms = CARD.parse_scores, CARD.top_terms


def run(*args, cwd):
    command = [sys.executable, TOP / "tools" / "card.py", *args]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")


def test_a_score_is_a_name_and_a_path():
    assert [(n, p.name) for n, p in parse_scores(["dev=x.csv", "b-2=y=z.csv"])] == [
        ("dev", "x.csv"), ("b-2", "y=z.csv"),
    ]  # fmt: skip
    for wrong in (["x.csv"], ["=x.csv"], ["dev="], ["dev=a", "dev=b"]):
        with pytest.raises(DataError, match="--score"):
            parse_scores(wrong)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small model with its captions, a table to measure on, and READMEs; and the command run."""
    place = tmp_path_factory.mktemp("card")
    captions = place / "captions"
    captions.mkdir()
    rows = read_captions(TOP / "data" / "captions").groupby("slice").head(30)
    rows = rows[rows["slice"].isin(rows["slice"].unique()[::3])]
    rows.groupby("slice").head(20).drop(columns="where").to_csv(captions / "a.csv", index=False)
    rest = rows.groupby("slice").tail(10)[["id", "text", "label", "category", "slice"]]
    rest = rest.rename(columns={"slice": "source"}).assign(kind="election")
    rest.iloc[:3, rest.columns.get_loc("label")] = "unsure"
    rest.to_csv(place / "table.csv", index=False)
    model = train(
        read_captions(captions), Recipe(folds=3), corpus_digest=fingerprint([captions / "a.csv"])
    ).model
    model.save(place / "model")
    for name in ("README.md", "README.id.md"):
        (place / name).write_text(f"# Atas\n\n{BEGIN}\nlama\n{END}\n\nbawah\n", encoding="utf-8")
    done = run("model", "--captions", "captions", "--score", "dev=table.csv",
               "--score", "fresh=table.csv", "--readme", "README.md", "--readme", "README.id.md",
               cwd=place)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return place, model, len(rest)


def test_card_holds_no_unfilled_field(made):
    place, _, n = made
    text = (place / "model" / "card.md").read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    assert not re.search(r"[{}]|\bnan\b|\bNone\b|\bTODO\b|<[a-z]", prose)
    assert "## Development set A" in text
    assert "## Set fresh" in text
    assert f"{n - 3:,} public captions" in text
    assert "A further 3 texts have no sure label" in text
    assert "table.csv" not in text
    for line in text.splitlines():
        assert not (line.startswith("|") and line.endswith("||")), line
    widths = [
        {row.count("|") for row in block.splitlines()}
        for block in text.split("\n\n")
        if block.startswith("|")
    ]
    assert len(widths) > 10
    assert all(len(w) == 1 for w in widths), "every row of a table has the cells of its head"


def test_readmes_are_filled_between_the_markers(made):
    place, _, _ = made
    for name, words in (("README.md", "average precision"), ("README.id.md", "presisi rata-rata")):
        text = (place / name).read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        block, _, after = rest.partition(END)
        assert (before, after) == ("# Atas\n\n", "\n\nbawah\n")
        assert words in block
        assert "lama" not in block
        assert "$ python tools/card.py model --captions captions --score dev=FILE" in block
    assert "set pengembangan A" in block


def test_top_terms_are_the_strongest_of_the_model(made):
    place, model, _ = made
    with (place / "model" / "top_terms.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["block", "feature", "weight", "rank", "side"]
    for block in ("word", "letters"):
        for side in ("partisan", "neutral"):
            mine = [float(r["weight"]) for r in rows if (r["block"], r["side"]) == (block, side)]
            assert len(mine) == MOST
            assert mine == sorted(mine, reverse=side == "partisan")
    word = next(r for r in rows if r["block"] == "word")
    at = list(model.names["word"]).index(word["feature"])
    assert float(word["weight"]) == pytest.approx(
        model.weights["word"][at, 0] * model.idf["word"][at], abs=1e-3
    )


def test_shipped_terms_name_no_contestant(classifier, lexicon):
    people = {
        form
        for e in lexicon.entries
        if e.kind == "person" and not e.needs
        for form in e.forms
        if len(form) > 4
    }
    terms = top_terms(classifier.model)
    assert len(terms) > 1000
    for term in terms:
        plain = re.sub(r"<@?[a-z]+>", " ", term.feature)
        words = re.split(r"[\s<>#^$]+", plain)
        if term.block != "letters":
            assert not people & {*words, " ".join(words).strip()}, term
        assert "@" not in plain
        assert not re.search(r"\d{5}", plain)


def test_shipped_letter_groups_spell_no_contestant(classifier, lexicon):
    assert CARD._spelt_names(classifier.model, lexicon) == []


def test_card_names_sources_and_letter_groups_that_spell_a_name(classifier, lexicon):
    card = " ".join((TOP / "models" / "default" / "card.md").read_text("utf-8").split())
    with (TOP / "data" / "public_labels.csv").open(encoding="utf-8", newline="") as file:
        sources = {row["source"] for row in csv.DictReader(file)}
    plain = card.replace("\\_", "_")  # Markdown escapes it
    named = [source for source in sources if f"{source} " in plain]
    assert f"come from {len(named)} public sources" in card
    for shown in CARD._spelt_names(classifier.model, lexicon):
        assert shown in card


def test_card_shows_whom_the_lexicon_hears():
    card = (TOP / "models" / "default" / "card.md").read_text("utf-8")
    with CARD.COVERAGE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert f"| {row['name']} |" in card
            assert f"| {row['texts']} | {row['heard']} | {row['share']} (" in card


def test_a_name_among_the_terms_is_refused(made):
    model = made[1]
    names = {b: list(n) for b, n in model.names.items()}
    weights = {b: w.copy() for b, w in model.weights.items()}
    at = bisect_left(names["word"], "pilih prabowo")  # names stand in order
    names["word"][at] = "pilih prabowo"
    weights["word"][at] = 100
    changed = type(model)(model.header, names, model.idf, weights, model.intercepts)
    with pytest.raises(DataError, match="'pilih prabowo' is a person's name"):
        top_terms(changed)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nowhere", "--captions", "captions"], "no model.json"),
        (["model", "--captions", "nowhere"], "no file or folder nowhere"),
        (["model", "--captions", "table.csv"], "table.csv"),
        (["model", "--captions", "captions", "--score", "table.csv"], "name=path.csv"),
        (["model", "--captions", "captions", "--score", "a=no.csv"], "no file no.csv"),
        (["model", "--captions", "captions", "--readme", "no.md"], "no file no.md"),
        (["model", "--captions", "captions", "--readme", "table.csv"], "no block between"),
        (["model", "--captions", "captions", "--public-texts", "no.csv"], "no file no.csv"),
    ],
)
def test_errors_are_one_line_and_exit_2(made, args, words):
    place = made[0]
    before = (place / "model" / "card.md").read_bytes()
    done = run(*args, cwd=place)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert words in done.stderr
    assert (place / "model" / "card.md").read_bytes() == before


def test_changed_captions_are_noticed(made, tmp_path):
    place = made[0]
    text = (place / "captions" / "a.csv").read_text(encoding="utf-8")
    (tmp_path / "a.csv").write_text(text + text.splitlines()[-1] + "x\n", encoding="utf-8")
    done = run(place / "model", "--captions", tmp_path, cwd=tmp_path)
    assert done.returncode == 1
    assert "is not what the model was trained on" in done.stderr
