"""The page as a person uses it, in real headless Chromium."""

from __future__ import annotations

import io
import json
import time

import numpy as np
import pytest
from PIL import Image

from inkwright.reports.comparison import write_comparison
from inkwright.reports.matrix_sheet import write_sheet
from inkwright.reports.run_folder import find_runs
from tests.inkwright.reports.hostile_runs import ATTACK, write_hostile
from tests.inkwright.reports.made_runs import write_run, write_sweep

pytestmark = pytest.mark.chromium
OWN = ("file:", "data:", "blob:")


@pytest.fixture
def open_page(browser, tmp_path):
    """Writes the page over a folder and opens it; what it complains about fails the test."""
    complaints: list[str] = []
    pages = []

    def open_it(folder, scheme="light", policed=False):
        """Without its policy a page may be asked by the test, and what it escapes must hold by itself."""
        page = browser.new_page(
            viewport={"width": 1300, "height": 900}, color_scheme=scheme, bypass_csp=not policed
        )
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None,
        )
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda asked: None if asked.url.startswith(OWN) else complaints.append(asked.url))
        page.goto(f"file://{write_comparison([folder], tmp_path / 'page')}")
        page.wait_for_selector("html[data-ready=yes]")
        pages.append(page)
        page.complaints = complaints
        return page

    yield open_it
    for page in pages:
        page.close()
    assert complaints == []


@pytest.fixture
def sweep(tmp_path):
    folder = write_sweep(tmp_path / "sweep", ("cat", "dog"), (8, 16, 32))
    (folder / "lost").mkdir()
    note = {
        "error": "no <b>strokes</b>",
        "overrides": ["image=cat", "num_strokes=0"],
        "traceback": "Traceback ...",
    }
    (folder / "lost" / "failure.json").write_text(json.dumps(note))
    return folder


def names(page):
    return [card.get_attribute("data-run") for card in page.locator(".card").all()]


def test_gallery_shows_drawings_and_inputs(open_page, sweep):
    page = open_page(sweep)
    page.wait_for_function(
        "[...document.querySelectorAll('.card .half:last-child img')].every(i => i.naturalWidth)"
    )
    assert len(names(page)) == 7
    assert names(page)[-1] == "lost"
    assert page.locator(".target-half img").count() == 6
    assert "6 done" in page.locator(".counts").inner_text()


def test_sorting_the_gallery_by_quality(open_page, sweep):
    page = open_page(sweep)
    page.select_option("#gallery-sort", "number:edge_f1")
    assert names(page)[0] == "cat,num_strokes=32"
    assert names(page)[5] == "dog,num_strokes=8"


def test_facets_filter_every_view(open_page, sweep):
    page = open_page(sweep)
    page.click("[data-facet=image] >> text=dog")
    assert names(page) == ["dog,num_strokes=8", "dog,num_strokes=16", "dog,num_strokes=32"]
    page.click("[data-facet=num_strokes] >> text=/^8$/")
    assert names(page) == ["dog,num_strokes=8"]
    page.click("[data-tab=curves]")
    assert page.get_attribute("#curves-chart", "data-curves") == "1"
    page.click("[data-facet=image] >> text=dog")
    assert page.get_attribute("#curves-chart", "data-curves") == "2"
    assert page.locator("#shown").inner_text() == "2 of 7 shown"


def test_words_filter(open_page, sweep):
    page = open_page(sweep)
    page.fill("#facets input", "cat num_strokes=16")
    page.wait_for_function("document.querySelectorAll('.card').length === 1")
    assert names(page) == ["cat,num_strokes=16"]


def test_table_sorts_and_filters_by_numbers(open_page, sweep):
    page = open_page(sweep)
    page.click("[data-tab=table]")
    column = "#grid .tabulator-row .tabulator-cell[tabulator-field='number:loss']"
    title = "#grid .tabulator-col[tabulator-field='number:loss'] .tabulator-col-title"
    page.click(title)
    losses = [float(text) for text in page.locator(column).all_inner_texts() if text]
    assert len(losses) == 6
    assert losses == sorted(losses)
    page.click(title)
    assert [float(text) for text in page.locator(column).all_inner_texts() if text] == losses[::-1]
    filter_box = page.locator("#grid .tabulator-col[tabulator-field='setting:num_strokes'] input")
    filter_box.press_sequentially(">=16")
    page.wait_for_function("document.getElementById('shown').textContent === '4 of 7 shown'")
    page.click("[data-tab=gallery]")
    assert sorted(names(page)) == sorted(
        f"{who},num_strokes={count}" for who in ("cat", "dog") for count in (16, 32)
    )
    page.click("[data-tab=table]")
    filter_box.press("Control+a")
    filter_box.press("Backspace")
    page.wait_for_function("document.getElementById('shown').textContent === ''")


def test_pareto_front_keeps_what_nothing_beats(open_page, tmp_path):
    for name, strokes, quality in (
        ("a", 8, 0.5),
        ("b", 16, 0.4),
        ("c", 32, 0.8),
        ("d", 64, 0.8),
        ("e", 8, 0.3),
    ):
        write_run(tmp_path / "runs" / name, "cat", strokes, 0, quality=quality)
    page = open_page(tmp_path / "runs")
    page.click("[data-tab=scatter]")
    page.wait_for_function("document.getElementById('scatter-chart').dataset.points === '5'")
    page.select_option("#scatter-colour", "")
    page.wait_for_function("document.getElementById('scatter-chart').dataset.front === 'a|c'")
    page.click("#scatter-y-better")
    page.wait_for_function("document.getElementById('scatter-chart').dataset.front === 'e'")


def test_each_picture_has_its_own_front(open_page, sweep):
    page = open_page(sweep)
    page.click("[data-tab=scatter]")
    page.wait_for_function("document.getElementById('scatter-chart').dataset.points === '6'")
    assert page.input_value("#scatter-colour") == "setting:image"
    fronts = page.get_attribute("#scatter-chart", "data-front").split("|")
    assert fronts == [f"{who},num_strokes={count}" for who in ("cat", "dog") for count in (8, 16, 32)]


def test_a_card_says_what_its_run_lacks(open_page, sweep):
    (sweep / "cat,num_strokes=8" / "metrics.json").write_text("{")
    (sweep / "cat,num_strokes=16" / "drawing.svg").unlink()
    (sweep / "cat,num_strokes=16" / "drawing.png").unlink()
    page = open_page(sweep)
    assert page.inner_text("[data-run='cat,num_strokes=8'] .lacks") == "metrics.json is damaged"
    assert page.inner_text("[data-run='cat,num_strokes=16'] .none") == "drawing.svg is missing"
    assert page.locator(".lacks").count() == 1
    heights = {card.bounding_box()["height"] for card in page.locator(".card .pictures").all()}
    assert max(heights) - min(heights) < 1


def test_compare_side_by_side_slider_and_difference(open_page, tmp_path):
    box = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><rect {} width="10" height="20"/></svg>'
    )
    write_run(tmp_path / "runs" / "left", "cat", 8, 0, svg=box.format('x="0"'))
    write_run(tmp_path / "runs" / "all", "cat", 16, 0, svg=box.format('x="0"').replace('"10"', '"20"'))
    page = open_page(tmp_path / "runs")
    page.click("[data-run=left] .pick")
    assert page.is_disabled("#tray-compare")
    page.click("[data-run=all] .pick")
    page.click("#tray-compare")
    assert page.locator("#compare tr.differs th").first.inner_text() == "num_strokes"
    page.check("[name=mode][value=difference]")
    assert dark_share(page) == pytest.approx(0.5, abs=0.05)
    page.check("[name=mode][value=slider]")
    page.locator(".wipe").fill("0")
    assert dark_share(page) == pytest.approx(1, abs=0.05)
    page.locator(".wipe").fill("100")
    assert dark_share(page) == pytest.approx(0.5, abs=0.05)


def dark_share(page):
    """Share of black in the place of the drawings, a square in the middle as high as the pair."""
    page.wait_for_timeout(300)
    shot = Image.open(io.BytesIO(page.locator("#compare .pair").screenshot())).convert("L")
    left = (shot.width - shot.height) // 2
    return float((np.asarray(shot)[:, left : left + shot.height] < 60).mean())


def test_zoom_steps_through_the_runs(open_page, sweep):
    page = open_page(sweep)
    page.click("[data-run='cat,num_strokes=8'] .what")
    assert "cat · num_strokes 8" in page.locator("#zoom h2").inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('#zoom h2').textContent.includes('num_strokes 16')")
    page.mouse.move(400, 400)
    before = page.locator("#zoom .drawing").evaluate("image => image.getBoundingClientRect().width")
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(400)
    assert page.locator("#zoom .drawing").evaluate("image => image.getBoundingClientRect().width") > before
    page.keyboard.press("Escape")
    assert not page.locator("#zoom").is_visible()


def test_failures_are_told_as_text(open_page, sweep):
    page = open_page(sweep)
    page.click(".counts a")
    assert page.locator(".failure h3").inner_text() == "no <b>strokes</b>"
    assert page.locator(".failure li").inner_text() == "lost"


def test_nothing_that_a_run_says_is_taken_for_code(open_page, tmp_path):
    page = open_page(write_hostile(tmp_path / "runs"))
    title = page.title()
    for tab in ("gallery", "table", "scatter", "curves", "failures"):
        page.click(f"[data-tab={tab}]")
        page.wait_for_timeout(300)
    page.click("[data-tab=table]")
    titles = page.locator("#grid .tabulator-col-title").all_inner_texts()
    assert any(each.startswith(ATTACK[:20]) for each in titles)
    page.locator("#grid .tabulator-col-title").first.click()
    page.locator("#grid .tabulator-header-filter input").first.fill(ATTACK)
    page.locator("#grid .tabulator-header-filter input").first.fill("")
    for tab in ("scatter", "curves"):
        page.click(f"[data-tab={tab}]")
        said = ""
        for series in range(3):
            tip = f"{{ type: 'showTip', seriesIndex: {series}, dataIndex: 0 }}"
            page.evaluate(f"() => charts.get('{tab}-chart').dispatchAction({tip})")
            page.wait_for_timeout(100)
            said += page.locator(f"#{tab}-chart > div:last-child").inner_text()
        assert ATTACK[:20] in said
    for select in page.locator("select").all():
        for value in select.evaluate("select => [...select.options].map((option) => option.value)"):
            select.evaluate(
                "(select, value) => { select.value = value; select.dispatchEvent(new Event('change')); }",
                value,
            )
    page.click("[data-tab=gallery]")
    for card in page.locator(".card").all():
        card.click(position={"x": 20, "y": 20})
        page.wait_for_selector("#zoom[open]")
        page.keyboard.press("Escape")
    picks = page.locator(".card .pick")
    picks.nth(0).click()
    picks.nth(1).click()
    page.click("#tray-compare")
    page.wait_for_selector("#compare[open]")
    assert page.locator("#compare td", has_text=ATTACK[:20]).count()
    assert page.title() == title
    assert page.locator("body img[src^=http], body script[src], foreignObject, iframe").count() == 0


def test_a_drawing_that_no_canvas_takes_leaves_the_scatter_of_the_others(open_page, sweep):
    page = open_page(sweep)
    page.evaluate("() => { HTMLCanvasElement.prototype.toDataURL = () => { throw new Error('tainted'); }; }")
    page.click("[data-tab=scatter]")
    page.wait_for_function("document.getElementById('scatter-chart').dataset.points === '6'")


def test_hostile_drawing_is_shown_without_what_it_tried(open_page, tmp_path):
    page = open_page(write_hostile(tmp_path / "runs"))
    images = page.locator(".card .half:last-child img")
    page.wait_for_function(
        "[...document.querySelectorAll('.card .half:last-child img')].every(i => i.naturalWidth)"
    )
    assert images.count() == 4


def test_the_page_runs_no_script_but_its_own(open_page, sweep):
    page = open_page(sweep, policed=True)
    for tab in ("table", "scatter", "curves", "failures", "gallery"):
        page.click(f"[data-tab={tab}]")
        page.wait_for_timeout(100)
    assert page.complaints == []  # its libraries need nothing that the policy refuses
    console = page.context.new_cdp_session(page)
    attack = """
        document.body.insertAdjacentHTML("beforeend", "<img src=data:, onerror='window.hacked = 1'>");
        document.body.append(Object.assign(document.createElement("script"), { text: "window.hacked = 2" }));
        setTimeout("window.hacked = 3", 0);
        let evaluated = false;
        try { evaluated = (0, eval)("true"); } catch { }
        new Promise((done) => setTimeout(() => done(!evaluated && window.hacked === undefined), 300));
    """
    asked = {"expression": attack, "awaitPromise": True, "allowUnsafeEvalBlockedByCSP": False}
    assert console.send("Runtime.evaluate", asked)["result"]["value"] is True
    page.complaints.clear()  # the browser says what it refused


def test_sheet_runs_and_loads_nothing(browser, tmp_path):
    runs = find_runs([write_hostile(tmp_path / "runs")])
    (sheet,) = write_sheet(runs, tmp_path / "sheet.svg", rows="num_strokes")
    asked = []
    page = browser.new_page()
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda each: None if each.url.startswith(OWN) else asked.append(each.url))
    page.goto(f"file://{sheet}")
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.tagName") == "svg"
    assert page.evaluate("document.querySelectorAll('svg svg path').length") == 19
    page.close()
    assert asked == []


def test_dark_follows_the_system_and_the_button(open_page, sweep):
    page = open_page(sweep, "dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(21, 23, 26)"
    page.click("#theme")
    assert page.evaluate(ground) == "rgb(246, 246, 244)"


@pytest.mark.slow
def test_five_hundred_runs_open_soon_and_stay_small(open_page, tmp_path):
    for index in range(500):
        write_run(
            tmp_path / "runs" / f"run-{index}", f"picture{index % 20}", 64, index, quality=0.2 + index / 1000
        )
    page = open_page(tmp_path / "runs")
    assert (tmp_path / "page" / "index.html").stat().st_size < 30e6
    start = time.perf_counter()
    page.reload()
    page.wait_for_selector("html[data-ready=yes]")
    page.wait_for_function("document.querySelector('.card .half:last-child img').naturalWidth > 0")
    opened = time.perf_counter() - start
    start = time.perf_counter()
    page.click("[data-tab=table]")
    page.wait_for_selector("#grid .tabulator-row")
    page.click("[data-tab=curves]")
    page.wait_for_function("document.getElementById('curves-chart').dataset.curves === '500'")
    page.click("[data-tab=gallery]")
    assert len(names(page)) == 500
    # Twice the limits of a quiet machine: this one may be busy.
    assert opened < 6, opened
    assert time.perf_counter() - start < 12
