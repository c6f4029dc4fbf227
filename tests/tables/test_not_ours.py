"""Files that a run did not make: never deleted, never overwritten unasked, no link followed."""

from __future__ import annotations

import csv
import os
import shutil

import pytest

from netralitas_nlp import Classifier
from netralitas_nlp.base.errors import DataError
from netralitas_nlp.tables.classify_table import classify_table, rejected_path
from netralitas_nlp.tables.parts import part_of
from netralitas_nlp.tables.reading import open_rows

LEXICON_ONLY = Classifier(model=None)
BROKEN = "id,text\n1,halo\n2,a,b,c\n3,siang\n"
SOUND = "id,text\n1,halo\n3,siang\n"


def run(folder, source, target, **more):
    return classify_table(folder / source, folder / target, LEXICON_ONLY, **more)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_input_may_be_an_earlier_table_of_rejects(tmp_path):
    source = tmp_path / "hasil.rejected.csv"
    source.write_text("line,reason,raw\n2,x,halo semua\n")
    before = source.read_bytes()
    run(tmp_path, "hasil.rejected.csv", "hasil.csv", column="raw")
    assert source.read_bytes() == before
    assert rows_of(tmp_path / "hasil.csv")[0]["raw"] == "halo semua"


@pytest.mark.parametrize("target", ["x.csv", "x.jsonl", "x.csv.gz", "x.parquet"])
@pytest.mark.parametrize("content", [SOUND, BROKEN])
@pytest.mark.parametrize("foreign", ["ini punya saya\n", "line,reason,raw\n7,catatan saya,x\n"])
def test_a_foreign_table_of_rejects_stays(tmp_path, target, content, foreign):
    if "parquet" in target:
        pytest.importorskip("pyarrow")
    (tmp_path / "in.csv").write_text(content)
    places = [tmp_path / "x.rejected.csv", rejected_path(tmp_path / target)]
    for place in places:
        place.write_text(foreign)
    summary = run(tmp_path, "in.csv", target)
    assert all(place.read_text() == foreign for place in places)
    assert summary.rejected == (content == BROKEN)
    if summary.rejected:
        assert summary.rejected_path not in places
        assert rows_of(summary.rejected_path)[0]["line"] == "3"


def test_the_rejects_of_another_output_stay(tmp_path):
    (tmp_path / "in.csv").write_text(BROKEN)
    first = run(tmp_path, "in.csv", "x.csv").rejected_path
    before = first.read_bytes()
    (tmp_path / "in.csv").write_text(SOUND)
    run(tmp_path, "in.csv", "x.jsonl")
    assert first.read_bytes() == before


def test_the_rejects_of_the_last_run_are_replaced_unless_somebody_worked_on_them(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(BROKEN)
    place = run(tmp_path, "in.csv", "x.csv").rejected_path
    run(tmp_path, "in.csv", "x.csv")
    assert len(rows_of(place)) == 1
    edited = place.read_text() + "9,catatan saya,x\n"
    place.write_text(edited)
    os.utime(place, (2e9, 2e9))
    other = run(tmp_path, "in.csv", "x.csv").rejected_path
    assert other != place
    assert place.read_text() == edited


def test_rejects_have_the_permissions_of_the_output(tmp_path):
    (tmp_path / "in.csv").write_text(BROKEN)
    run(tmp_path, "in.csv", "x.csv")
    (tmp_path / "x.csv").chmod(0o600)
    summary = run(tmp_path, "in.csv", "x.csv")
    modes = {p.stat().st_mode & 0o777 for p in (tmp_path / "x.csv", summary.rejected_path)}
    assert modes == {0o600}


def test_a_planted_link_is_not_followed(tmp_path):
    (tmp_path / "in.csv").write_text(SOUND)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "body").write_text("mine")
    part_of(tmp_path / "x.csv").symlink_to(elsewhere)
    for more in ({}, {"resume": True}, {"restart": True}):
        with pytest.raises(DataError, match=r"link|unfinished part"):
            run(tmp_path, "in.csv", "x.csv", **more)
    assert [p.name for p in elsewhere.iterdir()] == ["body"]
    part_of(tmp_path / "x.csv").unlink()
    for name in ("body", "rejected.csv", "journal", "head.new"):
        part_of(tmp_path / "x.csv").mkdir()
        (part_of(tmp_path / "x.csv") / name).symlink_to(elsewhere / "body")
        with pytest.raises(DataError, match="cannot write"):
            run(tmp_path, "in.csv", "x.csv", restart=True)
        shutil.rmtree(part_of(tmp_path / "x.csv"))
    assert (elsewhere / "body").read_text() == "mine"


def test_an_output_that_links_to_itself(tmp_path):
    (tmp_path / "in.csv").write_text(SOUND)
    (tmp_path / "x.csv").symlink_to("x.csv")
    with pytest.raises(DataError, match=r"cannot write .*x\.csv: "):
        run(tmp_path, "in.csv", "x.csv")
    assert (tmp_path / "x.csv").is_symlink()


def test_a_finished_output_that_was_moved_away_is_not_reported_as_there(tmp_path, monkeypatch):
    (tmp_path / "in.csv").write_text(SOUND)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # killed behind the last rename
        run(tmp_path, "in.csv", "x.csv")
    assert part_of(tmp_path / "x.csv").exists()
    (tmp_path / "x.csv").rename(tmp_path / "moved.csv")
    with pytest.raises(DataError, match=r"no longer there.*--restart"):
        run(tmp_path, "in.csv", "x.csv", resume=True)
    assert run(tmp_path, "in.csv", "x.csv", restart=True).rows == 2


def test_an_edit_in_the_middle_of_a_large_input_is_noticed(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("id,text\n" + "1,halo semua\n" * 300_000)
    stop = RuntimeError("stopped")

    def tell(progress):
        raise stop

    with pytest.raises(RuntimeError, match="stopped"):
        run(tmp_path, "in.csv", "x.csv", columns=["verdict"], tell=tell)
    raw = bytearray(source.read_bytes())
    raw[len(raw) // 2] ^= 1
    source.write_bytes(raw)
    with pytest.raises(DataError, match=r"input.*changed"):
        run(tmp_path, "in.csv", "x.csv", columns=["verdict"], resume=True)


# --- an earlier output


def decide(path, decisions):
    """Add a column of decisions, as an officer does."""
    rows = rows_of(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "keputusan"])
        writer.writeheader()
        for row, decision in zip(rows, decisions, strict=True):
            writer.writerow({**row, "keputusan": decision})


def test_decisions_are_kept_and_go_with_their_rows(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("id,text\n1,halo\n2,=1+1\n3,siang\n")
    run(tmp_path, "in.csv", "x.csv")
    decide(tmp_path / "x.csv", ["lanjut", "", "periksa"])
    source.write_text("id,text\n9,baru\n3,siang\n2,=1+1\n1,halo\n")
    run(tmp_path, "in.csv", "x.csv", columns=["score"])
    rows = rows_of(tmp_path / "x.csv")
    assert list(rows[0]) == ["id", "text", "keputusan", "score"]
    assert [r["keputusan"] for r in rows] == ["", "periksa", "", "lanjut"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "tsv.gz", "parquet"])
def test_decisions_are_kept_in_every_format(tmp_path, kind):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    from netralitas_nlp.tables.writers import open_writer

    (tmp_path / "in.csv").write_text(SOUND)
    with open_writer(tmp_path / f"x.{kind}", ["id", "text", "verdict", "keputusan"]) as write:
        write(["1", "halo", "neutral", "lanjut"])
        write(["3", "siang", "neutral", None])
    run(tmp_path, "in.csv", f"x.{kind}")
    found = [[*row.cells[:3], row.cells[3]] for row in open_rows(tmp_path / f"x.{kind}")]
    assert [row[2] or "" for row in found] == ["lanjut", ""]
    assert found[0][3] == "neutral"


def test_a_decision_whose_row_is_gone_asks(tmp_path):
    (tmp_path / "in.csv").write_text(SOUND)
    run(tmp_path, "in.csv", "x.csv")
    decide(tmp_path / "x.csv", ["lanjut", "periksa"])
    before = (tmp_path / "x.csv").read_bytes()
    (tmp_path / "in.csv").write_text("id,text\n1,halo\n")
    with pytest.raises(DataError, match=r"1 rows filled in at keputusan .*--force"):
        run(tmp_path, "in.csv", "x.csv")
    assert (tmp_path / "x.csv").read_bytes() == before
    run(tmp_path, "in.csv", "x.csv", force=True)
    assert "keputusan" not in rows_of(tmp_path / "x.csv")[0]


@pytest.mark.parametrize(
    "foreign", ["id,text\n7,data lain\n", "nama,umur\nAda,7\n", "bukan tabel sama sekali\n"]
)
def test_a_foreign_table_is_not_overwritten_unasked(tmp_path, foreign):
    (tmp_path / "in.csv").write_text(SOUND)
    (tmp_path / "x.csv").write_text(foreign)
    with pytest.raises(DataError, match=r"was not made from this input.*--force"):
        run(tmp_path, "in.csv", "x.csv")
    assert (tmp_path / "x.csv").read_text() == foreign
    assert not part_of(tmp_path / "x.csv").exists()
    run(tmp_path, "in.csv", "x.csv", force=True)
    assert rows_of(tmp_path / "x.csv")[0]["verdict"] == "neutral"


def test_the_limit_of_the_csv_module_stays(tmp_path):
    before = csv.field_size_limit(12_345)
    try:
        (tmp_path / "in.csv").write_text("text\n" + "a" * 200_000 + "\n")
        run(tmp_path, "in.csv", "x.csv", columns=["verdict"])
        assert csv.field_size_limit() == 12_345
    finally:
        csv.field_size_limit(before)
