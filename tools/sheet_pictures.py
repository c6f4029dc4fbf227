"""Make the sample workbook of the spreadsheet guide, and its pictures as a spreadsheet program draws them.

    python tools/sheet_pictures.py      # data/samples/laporan.xlsx and docs/pictures/sheet_*.png

Needs LibreOffice and pdftoppm (Debian: apt-get install libreoffice-calc poppler-utils) and Pillow.
The workbook is an export of a form as offices get it: a title above the head, two sheets, a row
with a photo only, a copy of a text.
"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.styles import Font
from PIL import Image, ImageChops

from netralitas_nlp.score.classifier import default_classifier
from netralitas_nlp.tables.classify_table import classify_table

TOP = Path(__file__).resolve().parents[1]
SAMPLE = TOP / "data" / "samples" / "laporan.xlsx"
PICTURES = TOP / "docs" / "pictures"
PAGES = {3: "sheet_reading", 4: "sheet_summary"}
"""Pages of the printed workbook and the names of their pictures."""
MADE = dt.datetime(2024, 2, 20)


def make_sample(path: Path) -> None:
    """Write the workbook with the texts of ``kiriman.csv``."""
    with (SAMPLE.parent / "kiriman.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Laporan"
    sheet["A1"] = "Laporan unggahan, Februari 2024"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.merge_cells("A1:D1")
    for place, name in enumerate(["Stempel waktu", "Kanal", "Isi unggahan", "Foto"], 1):
        sheet.cell(3, place, name).font = Font(bold=True)
    texts = [(row["kanal"], row["teks"]) for row in rows]
    texts += [("instagram", None), ("facebook", f"{texts[3][1].upper()} 🔥🔥")]
    for number, (channel, written) in enumerate(texts):
        day = sheet.cell(number + 4, 1, MADE + dt.timedelta(days=number % 3, minutes=number))
        day.number_format = "dd/mm/yyyy hh:mm"
        sheet.cell(number + 4, 2, channel)
        sheet.cell(number + 4, 3, written)
        sheet.cell(number + 4, 4, None if written else "foto.jpg")
    for letter, width in zip("ABCD", (17, 12, 60, 10), strict=True):
        sheet.column_dimensions[letter].width = width
    book.create_sheet("Petunjuk").append(["Satu baris satu unggahan."])
    book.properties.created = MADE
    book.save(path)


def main() -> int:
    """Write sample and pictures."""
    make_sample(SAMPLE)
    if not (shutil.which("soffice") and shutil.which("pdftoppm")):
        print("no pictures: soffice or pdftoppm is not installed", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        sorted_ = Path(folder, "saran.xlsx")
        classify_table(SAMPLE, sorted_, default_classifier(), column="Isi unggahan")
        office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(sorted_)]
        subprocess.run(office, check=True, capture_output=True)
        for page, name in PAGES.items():
            stem = Path(folder, name)
            cut = ["-f", str(page), "-l", str(page), "-r", "170", "-png", "-singlefile"]
            subprocess.run(
                ["pdftoppm", *cut, str(sorted_.with_suffix(".pdf")), str(stem)], check=True
            )
            drawn = Image.open(stem.with_suffix(".png")).convert("RGB")
            box = ImageChops.invert(drawn).getbbox()
            drawn.crop(box).save(PICTURES / f"{name}.png", optimize=True)
            print(f"→ docs/pictures/{name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
