"""Suggested texts are uncertain and unlike each other; the pool comes back with them."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from netralitas_nlp import Classifier
from netralitas_nlp.base.errors import DataError
from netralitas_nlp.cli import suggest as command
from netralitas_nlp.tables.likeness import near_duplicates
from netralitas_nlp.teach.suggest import OURS, Counts, counts_in_words, labelled_texts, suggest


@pytest.fixture(scope="module")
def unsure():
    """The lexicon alone: quick, and it needs no model."""
    return Classifier(model=None)


@pytest.fixture(scope="module")
def pool(corpus):
    frame = corpus.groupby("slice").head(8)[["text", "platform", "label"]].reset_index(drop=True)
    return frame.assign(number=range(len(frame)))


def test_result_has_what_training_takes_and_what_the_pool_had(pool, unsure):
    chosen = suggest(pool, unsure, n=12)
    assert len(chosen) == 12 and chosen["id"].is_unique
    assert chosen.columns.tolist() == [*OURS, "platform", "pool_label", "number"]
    assert (chosen[["label", "category"]] == "").all(axis=None)
    for row in chosen.itertuples():
        assert row.text == pool["text"][row.number] and row.id == str(row.number + 1)
        assert row.pool_label == pool["label"][row.number]
        assert row.score == pytest.approx(unsure.classify(row.text).score, abs=1e-4)
        assert row.verdict == unsure.classify(row.text).verdict
        assert row.why


def test_the_same_rows_whatever_ran_before(pool, unsure):
    first = suggest(pool, unsure, n=20)
    list(unsure.classify_many(pool["text"].tolist()[::-1]))
    pd.testing.assert_frame_equal(first, suggest(pool, unsure, n=20))
    doubt = np.abs(np.log(first["score"] / (1 - first["score"])))
    assert doubt.is_monotonic_increasing


def test_a_longer_list_begins_with_a_text_as_uncertain_as_any(pool, unsure):
    chosen = suggest(pool, unsure, n=10)
    score = np.array([r.score for r in unsure.classify_many(pool["text"])])
    near = np.sort(np.abs(np.log(score / (1 - score))))[: 5 * 10]
    mine = np.abs(np.log(chosen["score"] / (1 - chosen["score"])))
    assert mine.max() <= near[-1] + 0.01


def test_suggested_texts_are_unlike_each_other(unsure):
    same = [f"ayo dukung calon kita di TPS {k} besok pagi ya kawan" for k in range(30)]
    other = ["coblos nomor dua", "besok rapat RT", "jalan rusak lagi", "harga cabai naik terus"]
    frame = pd.DataFrame({"text": [*same, *other]})
    chosen = suggest(frame, unsure, n=5)
    assert not near_duplicates(chosen["text"].tolist())
    assert set(other) <= set(chosen["text"])
    assert chosen["stands_for"].sum() == 34 and chosen["stands_for"].max() == 30
    row = chosen.loc[chosen["stands_for"].idxmax()]
    assert "mewakili 30 teks" in row["why"]
    assert "stands for 30 texts" in suggest(frame, unsure, n=5, language="en")["why"].str.cat()
    assert Counts(**chosen.attrs["counts"]) == Counts(34, 0, 0, 29, 5, 5)


def test_near_duplicates_do_not_use_up_the_candidates(unsure):
    many = [f"ayo dukung calon kita di TPS {k} besok pagi ya kawan" for k in range(200)]
    far = ["coblos nomor dua", "besok rapat RT jam delapan", "jalan rusak lagi di kampung"]
    chosen = suggest(pd.DataFrame({"text": [*many, *far]}), unsure, n=4)
    assert len(chosen) == 4 and set(far) <= set(chosen["text"])


def test_blank_and_repeated_rows_are_counted(unsure):
    texts = ["coblos nomor 2", " ", "Coblos  nomor 2", None, float("nan"), "hujan", ""]
    chosen = suggest(pd.DataFrame({"text": texts}), unsure, n=9)
    assert sorted(chosen["text"]) == ["coblos nomor 2", "hujan"]
    assert Counts(**chosen.attrs["counts"]) == Counts(7, 4, 0, 1, 9, 2)
    words = counts_in_words(Counts(**chosen.attrs["counts"]))
    assert words[1] == "4 baris tanpa teks dilewati"
    assert "diminta 9" in words[-1] and "semuanya" in words[-1]
    assert "all are given" in counts_in_words(Counts(**chosen.attrs["counts"]), "en")[-1]


def test_labelled_texts_and_what_is_like_them_stay_out(unsure):
    labelled = ["ayo ke TPS besok pagi, ajak keluarga"]
    texts = [labelled[0].upper(), labelled[0] + "!", "hujan lagi di sini", "coblos nomor 2"]
    chosen = suggest(pd.DataFrame({"text": texts}), unsure, n=4, labelled=labelled)
    assert sorted(chosen["text"]) == ["coblos nomor 2", "hujan lagi di sini"]
    assert chosen.attrs["counts"]["labelled"] == 2
    half_done = pd.DataFrame({"text": ["a", "b", "c"], "label": ["neutral", "", " "]})
    assert labelled_texts(half_done) == ["a"]
    assert labelled_texts(half_done[["text"]]) == ["a", "b", "c"]


def test_nothing_left_gives_an_empty_table(unsure):
    for texts in ([], ["", " "]):
        chosen = suggest(pd.DataFrame({"text": pd.Series(texts, dtype=object)}), unsure)
        assert chosen.columns.tolist() == list(OURS) and len(chosen) == 0


def test_columns_of_the_pool_keep_their_contents_under_another_name(unsure):
    frame = pd.DataFrame({"isi": ["coblos nomor 2"], "text": ["judul"], "score": [7], "id": ["x1"]})
    chosen = suggest(frame, unsure, text_column="isi").iloc[0]
    assert (chosen["id"], chosen["text"]) == ("x1", "coblos nomor 2")
    assert (chosen["pool_text"], chosen["pool_score"]) == ("judul", 7)
    assert "isi" not in chosen


@pytest.mark.parametrize(
    ("frame", "n", "error", "words"),
    [
        ({"isi": ["a"]}, 5, DataError, "no column 'text'; it has: isi.*--text-column"),
        ({"text": ["a", 7]}, 5, DataError, "row 2: 'text' holds '?7"),
        ({"text": ["a"]}, 0, ValueError, "n is 0"),
        ({"text": ["a"]}, 2.5, ValueError, "n is 2.5"),
        ({"text": ["a"]}, True, ValueError, "n is True"),
        (["a"], 5, TypeError, "DataFrame, not list"),
    ],
)
def test_what_cannot_be_is_refused(frame, n, error, words, unsure):
    frame = pd.DataFrame(frame) if isinstance(frame, dict) else frame
    with pytest.raises(error, match=words):
        suggest(frame, unsure, n=n)


def test_the_pool_is_left_as_it_is(pool, unsure):
    before = pool.copy(deep=True)
    suggest(pool, unsure, n=5)
    pd.testing.assert_frame_equal(pool, before)


# --- the command


@pytest.fixture
def run(monkeypatch, unsure):
    from typer import Typer

    one = Typer()
    one.registered_commands += command.app.registered_commands
    monkeypatch.setattr(command, "load_classifier", lambda *_: unsure)
    return lambda *words: CliRunner().invoke(one, [str(w) for w in words])


def test_command_writes_a_table_to_be_labelled(run, tmp_path):
    pool, out, done = (tmp_path / f"{name}.csv" for name in ("pool", "out", "done"))
    pool.write_text(
        'text,likes\ncoblos nomor 2,7\n"=1+1, katanya",1\n,3\nhujan lagi,0\nhalo semua,4\n',
        encoding="utf-8",
    )
    done.write_text("text,label\nHujan lagi,neutral\nhalo semua,\n", encoding="utf-8")
    result = run(pool, "-n", 10, "-o", out, "--labelled", done)
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(r["text"] for r in rows) == ["=1+1, katanya", "coblos nomor 2", "halo semua"]
    assert list(rows[0]) == [*OURS, "likes"]
    assert "1 baris tanpa teks" in result.output and "1 baris yang sudah" in result.output
    first = out.read_bytes()
    assert run(pool, "-n", 10, "-o", out, "--labelled", done).exit_code == 0
    assert out.read_bytes() == first


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("missing.csv", "-o", "out.csv"), "missing.csv"),
        (("pool.csv", "-o", "out.txt"), "must end in .csv, .xlsx"),
        (("pool.csv", "-o", "pool.csv"), "one of the inputs"),
        (("pool.csv", "-o", "out.csv", "--text-column", "isi"), "pool.csv has no column 'isi'"),
        (("pool.csv", "-o", "out.csv", "-n", "0"), "n is 0"),
    ],
)
def test_command_refuses_in_one_line_and_writes_nothing(run, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pool.csv").write_text("text\nhalo\n", encoding="utf-8")
    result = run(*words, "--lang", "en")
    assert result.exit_code == 2 and message in result.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pool.csv"]
    assert (tmp_path / "pool.csv").read_text(encoding="utf-8") == "text\nhalo\n"


def test_command_keeps_delimiter_and_mark_and_takes_other_column_names(run, tmp_path):
    pool, out, done = (tmp_path / f"{name}.csv" for name in ("pool", "out", "done"))
    pool.write_text("keluhan;kanal\nhujan lagi;wa\nhalo, semua;ig\n", encoding="utf-8-sig")
    done.write_text("isi|penilaian\nHujan lagi|netral\nhalo semua ya|\n", encoding="utf-8")
    words = [
        "--labelled",
        done,
        "--labelled-text-column",
        "isi",
        "--labelled-label-column",
        "penilaian",
    ]
    result = run(pool, "-o", out, "--text-column", "keluhan", *words)
    assert result.exit_code == 0, result.output
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid;text;label;category;")
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(r["text"], r["kanal"]) for r in rows] == [("halo, semua", "ig")]
    wrong = run(pool, "-o", out, "--text-column", "keluhan", "--labelled", done, "--lang", "en")
    assert wrong.exit_code == 2
    assert "done.csv has no column 'text'" in wrong.output
    assert "--labelled-text-column" in wrong.output


def test_a_workbook_comes_back_with_lists_to_choose_from(run, tmp_path):
    from openpyxl import Workbook, load_workbook

    from netralitas_nlp.tables.captions import read_rows

    book = Workbook()
    for row in (["teks"], ["coblos nomor 2"], ["=1+1 katanya"], ["hujan lagi"]):
        book.active.append(row)
        book.active.cell(book.active.max_row, 1).data_type = "s"
    book.save(tmp_path / "pool.xlsx")
    result = run(tmp_path / "pool.xlsx", "-o", tmp_path / "out.xlsx", "--text-column", "teks")
    assert result.exit_code == 0, result.output
    sheet = load_workbook(tmp_path / "out.xlsx").active
    lists = {str(v.sqref)[0]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists["C"] == '"memihak,netral,ragu"' and "ajakan" in lists["D"]
    texts = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert sorted(texts) == ["'=1+1 katanya", "coblos nomor 2", "hujan lagi"]
    for row in sheet.iter_rows(min_row=2):
        row[2].value = "netral"
    book = sheet.parent
    book.save(tmp_path / "done.xlsx")
    assert set(read_rows(tmp_path / "done.xlsx")["label"]) == {"neutral"}
