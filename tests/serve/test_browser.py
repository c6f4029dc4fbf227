"""Every page in a real browser: typed into, clicked, dropped on, read by axe, and never leaving home.

Needs Chromium (Debian: ``apt-get install chromium``; elsewhere ``playwright install chromium``) and,
for the last test, axe-core (``npm install axe-core``); without them these tests are skipped.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import openpyxl
import pytest

from conftest import TOP
from netralitas_nlp.extra.serve.sorting import DECISION

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
DRAFT = "Pajak kendaraan bisa dibayar di kantor Samsat, coblos nomor 3 ya"
HOSTILE = (
    '<img src=x onerror="document.title=1"><script>document.title=1</script>\u202eabc\u2066 {{1}}'
)
AXE = Path(os.environ.get("AXE_CORE", TOP / "node_modules" / "axe-core" / "axe.min.js"))
PHONE = {"width": 390, "height": 800}


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as play:
        found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
        try:
            made = play.chromium.launch(
                executable_path=found, args=["--no-sandbox", "--disable-gpu"]
            )
        except sync_api.Error:
            pytest.skip("no Chromium: apt-get install chromium, or playwright install chromium")
        yield made
        made.close()


@pytest.fixture
def visit(browser, address):
    """Open pages; whatever they complain of, or ask of another machine, fails the test."""
    wrong = []
    contexts = []

    def open_page(path, **options):
        context = browser.new_context(**({"viewport": {"width": 1200, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: elsewhere(asked.url))
        page.goto(address + path)
        return page

    def elsewhere(url):
        if not url.startswith((address, "blob:")):
            wrong.append(url)

    yield open_page
    for context in contexts:
        assert context.cookies() == []
        context.close()
    assert wrong == []


def says(page, words):
    page.locator("#kabar", has_text=words).wait_for(state="attached")


def verdict(page, name):
    page.locator(f"#nilai:not(.stale) [data-verdict={name}]").wait_for()


def test_a_draft_is_coloured_changed_and_put_back(visit):
    page = visit("/")
    box = page.locator("#teks")
    box.press_sequentially(DRAFT, delay=5)
    page.locator(".behind span", has_text="coblos").wait_for()
    assert page.locator(".behind").text_content() == f"{DRAFT}\n"
    page.locator("#ubah button").last.click()
    verdict(page, "neutral")
    assert len(box.input_value()) < len(DRAFT)
    page.locator("#kembalikan").click()
    assert box.input_value() == DRAFT
    page.locator(".behind span", has_text="coblos").wait_for()
    assert page.locator("#kembalikan").is_hidden()


def test_colours_lie_under_their_letters_while_typing_goes_on(visit):
    page = visit("/", viewport=PHONE)
    box = page.locator("#teks")
    box.fill(f"{DRAFT}\n" * 12)
    page.locator(".behind span", has_text="coblos").first.wait_for()
    heights = page.evaluate(
        "[document.querySelector('.behind').scrollHeight, document.getElementById('teks').scrollHeight]"
    )
    assert abs(heights[0] - heights[1]) <= 30  # one line more, at the end
    box.press("Control+Home")
    box.press_sequentially("Halo ")
    words = page.locator(".behind span", has_text="coblos").all_text_contents()
    assert len(words) == 12  # moved along, not lost, before any answer


def test_questions_and_examples(visit):
    page = visit("/?lang=en")
    page.get_by_text("A call to vote").click()
    verdict(page, "partisan")
    before = page.locator(".rules").inner_text()
    page.get_by_label("One is; its candidates are set").check()
    page.get_by_label("A comment under").check()
    page.get_by_text("A comment is read together").wait_for()
    assert page.locator(".rules").inner_text() != before
    assert page.locator(".rules li").count() <= 3
    page.get_by_role("button", name="Explain word by word").click()
    page.locator("table.words").get_by_text("coblos").wait_for()
    assert "lang=en" in page.url


def test_without_javascript(visit):
    page = visit("/", java_script_enabled=False)
    page.locator("#teks").fill(DRAFT)
    page.get_by_role("button", name="Periksa").click()
    page.locator("#ubah button").last.click()
    assert page.locator("[data-verdict]").get_attribute("data-verdict") == "neutral"
    page.get_by_role("button", name="Kembalikan").click()
    assert page.locator("#teks").input_value() == DRAFT


def test_hostile_and_overlong_text_does_nothing(visit):
    page = visit("/")
    page.locator("#teks").fill(f"{DRAFT} {HOSTILE}")
    page.locator("#ubah .card").wait_for()
    page.get_by_role("button", name="Jelaskan").click()
    page.locator("table.words").wait_for()
    assert page.title().startswith("Jelaskan")
    assert page.locator("main img").count() == 0
    page.go_back()
    page.locator("#teks").evaluate("box => { box.value = 'coblos nomor 3 '.repeat(70000) }")
    page.locator("#teks").dispatch_event("input")
    says(page, "50.000")


def book(path, rows):
    made = openpyxl.Workbook()
    made.active.append(["no", "teks"])
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def dropped(page, path):
    """Drop a file on the page as from a folder window."""
    page.evaluate(
        """([name, bytes]) => {
          const given = new DataTransfer();
          given.items.add(new File([Uint8Array.from(bytes)], name));
          document.body.dispatchEvent(new DragEvent("drop", {bubbles: true, dataTransfer: given}));
        }""",
        [path.name, list(path.read_bytes())],
    )


def test_a_file_is_judged_decided_with_the_keyboard_and_downloaded(visit, tmp_path):
    texts = ["Loket PBB buka hari Sabtu", DRAFT, "Loket PBB buka hari Sabtu!", HOSTILE, ""]
    page = visit("/pilah")
    dropped(page, book(tmp_path / "kiriman.xlsx", enumerate(texts, start=1)))
    page.get_by_text("kiriman.xlsx: 5 baris, 1").wait_for()
    page.get_by_role("button", name="Mulai menilai").click()
    says(page, "Selesai")
    assert page.locator("#tabel tbody tr").count() == 4  # folded
    first = page.locator("#tabel tbody tr").first
    assert DRAFT in first.inner_text()
    for key in ("1", "3", "u", "2"):
        page.keyboard.press(key)
    assert first.locator("[aria-pressed=true]").inner_text().endswith("Memihak")
    page.get_by_label("Cari kata").fill("loket")
    page.keyboard.press("Tab")
    page.locator("#tabel tbody tr").first.press("3")
    with page.expect_download() as waited:
        page.locator("#unduh").click()
    path = tmp_path / waited.value.suggested_filename
    waited.value.save_as(path)
    header, *rows = cells(path)
    assert [row[1] for row in rows] == texts
    decisions = [row[header.index(DECISION)] for row in rows]
    assert decisions[0] == decisions[2] == "neutral"  # its copy goes along
    assert decisions[1] == "partisan"


def cells(path):
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [["" if c is None else str(c) for c in row] for row in sheet.values]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "dark"), ({"width": 1200, "height": 900}, "light")],
    ids=["phone-dark", "desktop-light"],
)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(
    visit, tmp_path, scheme, size
):
    if not AXE.is_file():
        pytest.skip("no axe-core: npm install axe-core, or AXE_CORE=path/to/axe.min.js")
    options = {"viewport": size, "color_scheme": scheme, "bypass_csp": True}
    page = visit("/", **options)
    page.locator("#teks").fill(DRAFT)
    page.locator("#ubah .card").wait_for()
    checked(page)
    page.get_by_role("button", name="Jelaskan").click()
    page.locator("table.words").wait_for()
    checked(page)
    page = visit("/pilah", **options)
    rows = [[1, DRAFT], [2, "halo"], [3, "kata" * 200]]
    page.set_input_files("#berkas", book(tmp_path / "a.xlsx", rows))
    page.locator("#mulai:enabled").wait_for()
    checked(page)
    page.locator("#mulai").click()
    says(page, "Selesai")
    page.keyboard.press("1")
    checked(page)
    checked(visit("/api?lang=en", **options))


def checked(page):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
