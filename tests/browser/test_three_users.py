"""An engineer asks why, a strategist saves and shares, an analyst takes the workbook along."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_an_engineer_picks_a_figure_and_sees_how_it_was_made(visit):
    tab = visit.tab
    visit.open("/?liquid=LFP")
    table = tab.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    cost = {"x": 200, "y": 52}  # first row, second column
    visit.until(lambda: table.click(position=cost), tab.get_by_text("Pick a row to see how"))
    tab.get_by_text("variable_usd + fixed_usd").first.wait_for()
    tab.get_by_text(re.compile("^Rests on .* estimates")).first.wait_for()
    visit.settled()
    assert "why_compare_on=true" in tab.url
    visit.keep("why")
    drawn = tab.locator("canvas")
    parts = tab.get_by_test_id("stDataFrame").filter(has=drawn).last
    parts.scroll_into_view_if_needed()
    below = tab.get_by_text("Materials, electricity, labour and variable overhead")
    visit.until(lambda: parts.click(position={"x": 15, "y": 52}), below)
    assert visit.foreign == []


def test_a_strategist_saves_sends_the_link_and_compares(visit, browser):
    tab = visit.tab
    visit.open("/?liquid=LFP&region=DEU")
    short = visit.save("Plant in Germany")

    colleague = browser.new_context()
    try:
        other = type(visit)(colleague, visit.address)
        other.open(f"/{short}")
        box = other.tab.get_by_label("Cell plant in", exact=True)
        other.tab.wait_for_function("() => location.search.includes('region=DEU')")
        assert box.input_value() == "DEU Germany"
    finally:
        colleague.close()

    visit.open("/?liquid=LFP&region=CHN")
    visit.save("Plant in China")
    visit.go_to("Saved", "Saved scenarios")
    tab.get_by_role("heading", name="Inputs that differ").wait_for()
    visit.settled()
    visit.keep("saved_compared")
    assert tab.get_by_test_id("stPlotlyChart").count() > 0


def test_an_analyst_downloads_a_workbook_with_formulas(visit, tmp_path):
    from zipfile import ZipFile

    from python_calamine import CalamineWorkbook

    visit.open("/?liquid=LFP")
    with visit.tab.expect_download() as waiting:
        visit.tab.get_by_role("button", name="Live workbook").click()
    path = tmp_path / "live.xlsx"
    waiting.value.save_as(path)
    book = CalamineWorkbook.from_path(path)
    assert {"Results", "Inputs", "Calculation", "Checks", "Sources"} <= set(book.sheet_names)
    with ZipFile(path) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
    assert sum(sheet.count(b"<f>") for sheet in sheets) > 500
