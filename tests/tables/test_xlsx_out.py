"""The workbook of an officer: what came stays, advice beside it, one decision for all copies."""

from __future__ import annotations

import csv
import datetime as dt
import re
import warnings
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from typer.testing import CliRunner

from conftest import TOP
from netralitas_nlp import Classifier
from netralitas_nlp.base.errors import ArgumentError, DataError
from netralitas_nlp.cli import app
from netralitas_nlp.score.classifier import default_classifier
from netralitas_nlp.tables.classify_table import classify_table
from netralitas_nlp.tables.copies import Copies
from netralitas_nlp.tables.reading import open_rows
from netralitas_nlp.tables.summary_sheet import expected_wrong
from netralitas_nlp.tables.writers import Style, open_writer

CALL = "Ayo coblos nomor 2! Menangkan paslon kita, jangan sampai kalah"
TEXTS = [
    CALL,
    "Cek namamu di DPT sebelum hari pencoblosan ya kawan-kawan",
    None,
    '=HYPERLINK("http://x.example";"klik") pasar induk buka jam berapa',
    f"{CALL.lower()}!! 🔥",
    "Bayar PBB di kantor pos, jangan sampai lewat jatuh tempo",
    "<r><t>aneh</t></r>",
    "-1 buat antrean, +62 812",
    "huruf \u202e balik\x0b di sini",
    "Harga cabai naik lagi di pasar induk",
]
FIRST = 5  # row of the first text
SHEET, READ, SUMMARY = "Tanggapan", "Urutan baca", "Ringkasan"


@pytest.fixture
def form(tmp_path):
    """An export of a form: a title, merged cells, links, days, a second sheet, a row with a photo only."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet["A1"] = "Laporan Februari"
    sheet.merge_cells("A1:E1")
    for at, name in enumerate(["Cap waktu", "Akun", "Isi", "Tautan", "NIP"], 1):
        cell = sheet.cell(FIRST - 1, at, name)
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", fgColor="FF1F4E79")
    for row, written in enumerate(TEXTS, FIRST):
        sheet.cell(row, 1, dt.datetime(2024, 2, 10 + row % 3, 9, row)).number_format = "dd/mm/yyyy"
        sheet.cell(row, 2, f"akun{row % 2}")
        if written is not None:
            sheet.cell(row, 3, written.replace("\x0b", "")).data_type = "s"
        sheet.cell(row, 4, "lihat").hyperlink = f"https://contoh.example/p/{row}?a=1&b=2"
        sheet.cell(row, 5, f"1985010120100110{row:02}")
    sheet.merge_cells("B6:B7")
    sheet.column_dimensions["C"].width = 55
    other = book.create_sheet("Petugas")
    other.append(["nama", "mulai"])
    other.append(["Sari", dt.date(2024, 1, 2)])
    other.column_dimensions["A"].width = 33
    path = tmp_path / "laporan.xlsx"
    book.save(path)
    return path


def sorted_form(form, **more):
    target = form.with_name("saran.xlsx")
    summary = classify_table(form, target, default_classifier(), column="isi", **more)
    return summary, target, openpyxl.load_workbook(target, rich_text=True)


def column(sheet, name, head):
    """The cells of a column, by the row."""
    names = [cell.value for cell in sheet[head]]
    at = names.index(name) + 1
    return {row: sheet.cell(row, at) for row in range(head + 1, sheet.max_row + 1)}


def test_what_came_stays(form):
    _, target, book = sorted_form(form)
    before = openpyxl.load_workbook(form)
    assert book.sheetnames == [SHEET, "Petugas", READ, SUMMARY]
    old, new = before[SHEET], book[SHEET]
    for row in old.iter_rows():
        for cell in row:
            mine = new[cell.coordinate]
            assert str(mine.value or "") == str(cell.value or ""), cell.coordinate
            assert mine.data_type != "f"
            if cell.value is not None and cell.is_date:
                assert mine.number_format == cell.number_format
            if cell.hyperlink:
                assert mine.hyperlink.target == cell.hyperlink.target
    assert {str(m) for m in new.merged_cells.ranges} == {"A1:E1", "B6:B7"}
    assert round(new.column_dimensions["C"].width) == 55
    assert new.cell(FIRST - 1, 1).font.b
    assert new.cell(FIRST - 1, 1).fill.fgColor.rgb == "FF1F4E79"
    assert book["Petugas"]["B2"].value == dt.datetime(2024, 1, 2)
    assert round(book["Petugas"].column_dimensions["A"].width) == 33
    assert zipfile.ZipFile(target).testzip() is None


def test_advice_stands_beside_each_row(form):
    summary, _, book = sorted_form(form)
    sheet = book[SHEET]
    assert summary.rows == len(TEXTS)
    assert summary.blank == 1
    heads = [c.value for c in sheet[FIRST - 1]]
    added = ["keputusan mesin", "skor", "kategori", "alasan", "salinan", "kelompok", "keputusan"]
    assert heads == ["Cap waktu", "Akun", "Isi", "Tautan", "NIP", *added]
    verdicts = column(sheet, "keputusan mesin", FIRST - 1)
    assert verdicts[FIRST].value == "memihak"
    assert verdicts[FIRST + 1].value == "netral"
    assert verdicts[FIRST].fill.fgColor.rgb != verdicts[FIRST + 1].fill.fgColor.rgb
    assert verdicts[FIRST + 2].value is None
    assert column(sheet, "alasan", FIRST - 1)[FIRST + 2].value == "tidak ada teks"
    assert sheet.freeze_panes == f"A{FIRST}"
    assert sheet.auto_filter.ref == f"A{FIRST - 1}:L{FIRST - 1 + len(TEXTS)}"


def test_words_that_decided_are_coloured_in_the_cell(form):
    _, _, book = sorted_form(form)
    cell = column(book[SHEET], "Isi", FIRST - 1)[FIRST].value
    coloured = [str(p) for p in cell if getattr(p, "font", None) and p.font.color]
    assert "".join(map(str, cell)) == CALL
    assert any("coblos" in piece.lower() for piece in coloured)


def test_the_order_of_reading_has_one_row_for_all_copies(form):
    _, _, book = sorted_form(form)
    sheet = book[READ]
    scores = [c.value for c in column(sheet, "skor", 1).values()]
    assert scores[:-1] == sorted(scores[:-1], reverse=True)
    assert scores[-1] is None  # the row with a photo only is not lost
    assert len(scores) == len(TEXTS) - 1
    copies = column(sheet, "salinan", 1)
    assert copies[2].value == 2
    assert sheet.freeze_panes == "B2"
    (validation,) = sheet.data_validations.dataValidation
    assert validation.formula1 == '"memihak,netral,ragu"'
    decided = column(sheet, "keputusan", 1)
    assert all(c.value is None for c in decided.values())
    assert {str(validation.sqref)} == {
        f"{decided[2].coordinate}:{decided[len(scores) + 1].coordinate}"
    }
    assert book.active.title == READ
    groups = column(book[SHEET], "kelompok", FIRST - 1)
    assert groups[FIRST].value == groups[FIRST + 4].value


def test_a_decision_made_is_kept_for_all_copies_when_the_command_is_repeated(form):
    _, target, book = sorted_form(form)
    column(book[READ], "keputusan", 1)[2].value = "netral"
    column(book[SHEET], "keputusan", FIRST - 1)[FIRST + 5].value = "ragu"
    book.save(target)
    _, _, again = sorted_form(form)
    assert column(again[READ], "keputusan", 1)[2].value == "netral"
    values = openpyxl.load_workbook(target, data_only=True)[SHEET]
    decided = {row: c.value for row, c in column(values, "keputusan", FIRST - 1).items() if c.value}
    assert decided == {FIRST: "netral", FIRST + 4: "netral", FIRST + 5: "ragu"}
    _, _, third = sorted_form(form)
    assert column(third[READ], "keputusan", 1)[2].value == "netral"


def test_a_sheet_that_somebody_added_is_not_deleted(form):
    _, target, book = sorted_form(form)
    book.create_sheet("Catatan saya")
    book.save(target)
    with pytest.raises(DataError, match="Catatan saya"):
        sorted_form(form)
    assert "Catatan saya" in openpyxl.load_workbook(target).sheetnames


def test_a_sample_of_neutral_texts_is_drawn_by_its_seed(form):
    def drawn(seed):
        _, _, book = sorted_form(form, sample_neutral=3, seed=seed, force=True)
        rows = column(book["Sampel netral"], "baris", 1)
        marked = column(book["Sampel netral"], "keputusan mesin", 1)
        assert {c.value for c in marked.values()} == {"netral"}
        return [c.value for c in rows.values()]

    assert drawn(1) == drawn(1)
    assert len(drawn(1)) == 3
    assert len({tuple(drawn(seed)) for seed in range(5)}) > 1
    with pytest.raises(ArgumentError, match="xlsx"):
        classify_table(
            form, form.with_suffix(".csv"), default_classifier(), column="isi", sample_neutral=3
        )


def test_the_summary_counts_verdicts_days_and_accounts(form):
    _, _, book = sorted_form(form)
    rows = [[c.value for c in row] for row in book[SUMMARY].iter_rows()]
    named = {row[0]: row for row in rows if row[0]}
    assert named["memihak"][1] == 2
    assert named["semua"][1] == len(TEXTS)
    assert named["teks berbeda (salinan dihitung satu)"][1] == len(TEXTS) - 1
    assert named["2024-02-11"][4] + named["2024-02-10"][4] + named["2024-02-12"][4] == len(TEXTS)
    # The second cell of the merged block is empty.
    assert named["akun0"][4] + named["akun1"][4] + named["(kosong)"][4] == len(TEXTS)
    figures = default_classifier().model.header["figures"]["out_of_group"]
    basis = next(row[0] for row in rows if row[0] and "angka model" in row[0])
    assert f"{figures['accused']['value']:.1%}" in basis


def test_a_model_without_figures_promises_nothing(form):
    target = form.with_name("leksikon.xlsx")
    classify_table(form, target, Classifier(model=None), column="isi")
    words = [c.value for row in openpyxl.load_workbook(target)[SUMMARY].iter_rows() for c in row]
    assert "Model ini tidak membawa angka tentang kesalahannya." in words


@pytest.mark.parametrize(("counts", "accused", "missed"), [
    ((0, 0, 0), 0, 0), ((0, 0, 100), 0, 0), ((2, 0, 98), 2, 0), ((100, 0, 0), 0, 0),
    ((116, 200, 684), 16, 20),
])  # fmt: skip
def test_expected_errors_stay_between_none_and_all(counts, accused, missed):
    shares = {"accused": {"value": 0.02}, "caught": {"value": 0.5}, "missed": {"value": 0.1}}
    wrong = expected_wrong(*counts, shares)
    assert (round(wrong.accused), round(wrong.missed)) == (accused, missed)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_same_rows_give_the_same_bytes(form, language):
    targets = [form.parent / name / "saran.xlsx" for name in "ab"]
    for target in targets:
        target.parent.mkdir()
        classify_table(form, target, default_classifier(), column="isi", language=language)
    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_every_text_of_a_csv_comes_back_from_the_workbook(tmp_path):
    texts = ["=1+1", "<r>x</r>", "<r><t>y</t></r>", "_x0041_", " depan dan belakang ", "a\nb", "007",
             "123456789012345678", "\ufffe🔥\u200b", "@akun", "'kutip"]  # fmt: skip
    source, target = tmp_path / "in.csv", tmp_path / "out.xlsx"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["no", "text"], *enumerate(texts)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classify_table(source, target, Classifier(model=None))
    found = {int(row.cells[0]): row.cells[1] for row in open_rows(target, wanted=["text"])}
    assert [found[at] for at in range(len(texts))] == [t.replace("\ufffe", "\ufffd") for t in texts]


def test_a_text_longer_than_a_cell_is_cut_with_a_mark(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.xlsx"
    source.write_text("text\n" + "panjang 🔥 " * 9000 + "\n", encoding="utf-8")
    classify_table(source, target, Classifier(model=None))
    (row,) = open_rows(target, wanted=["text"])
    assert row.cells[0].endswith("…")
    assert len(row.cells[0].encode("utf-16-le")) // 2 <= 32_767


def test_any_table_can_be_written_as_a_workbook(tmp_path):
    path = tmp_path / "out.xlsx"
    with open_writer(path, ["id", "text"]) as write:
        write([1, "=1+1"])
        write(["002", None])
    assert [row.cells for row in open_rows(path)] == [[1, "=1+1"], ["002", None]]
    assert openpyxl.load_workbook(path).sheetnames == ["Sheet1"]


def test_copies_differ_in_marks_links_and_a_word_or_two():
    copies = Copies(
        [CALL, f"{CALL} https://x.example/a @kawan 🔥🔥", f"{CALL} ya", "lain sama sekali", "🔥"]
    )
    assert [copies.of(row) for row in range(5)] == [(1, 3), (1, 3), (1, 3), (2, 1), (3, 1)]


def test_a_csv_for_excel_has_semicolons_a_mark_and_decimal_commas(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text('id,text\n7,"halo; semua"\n', encoding="utf-8")
    classify_table(
        source,
        target,
        Classifier(model=None),
        columns=["verdict", "score"],
        style=Style(excel=True),
    )
    lines = target.read_bytes().decode("utf-8").splitlines()
    assert lines[0] == "\ufeffid;text;verdict;score"
    assert re.fullmatch(r'7;"halo; semua";neutral;0,\d{4}', lines[1])


def test_the_command_takes_a_lexicon_of_ones_own_and_refuses_excel_elsewhere(tmp_path):
    source, lexicon = tmp_path / "in.csv", tmp_path / "kabupaten.csv"
    source.write_text("text\nhalo\n", encoding="utf-8")
    lexicon.write_text("bukan,leksikon\n1,2\n", encoding="utf-8")
    run = CliRunner()
    out = str(tmp_path / "out.csv")
    refused = run.invoke(app, ["classify", str(source), "-o", out, "--lexicon", str(lexicon)])
    assert refused.exit_code == 2
    assert "kabupaten.csv" in refused.stderr
    good = sorted((TOP / "data" / "lexicon").glob("*.csv"))[0]
    header = good.read_text(encoding="utf-8").splitlines()[0]
    lexicon.write_text(header + "\n", encoding="utf-8")
    assert (
        run.invoke(app, ["classify", str(source), "-o", out, "--lexicon", str(lexicon)]).exit_code
        == 0
    )
    wrong = run.invoke(app, ["classify", str(source), "-o", f"{out[:-4]}.xlsx", "--excel"])
    assert wrong.exit_code == 2
    assert "--excel" in wrong.stderr
