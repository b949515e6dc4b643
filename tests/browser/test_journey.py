"""Visits from the first page to a downloaded table, a capped footprint, a duty and a stop."""

from __future__ import annotations

import csv
import re
from collections import defaultdict

import pytest

from tests.browser.form import ROOT

pytestmark = pytest.mark.browser

FIRST = ("LFP", "NMC811", "SSL-Ni95-Si", "ASSB-sulfide-Li")
ROUTER = ROOT / "pages" / "app.py"


def test_compare_then_source_under_rules_then_download(visit, tmp_path):
    tab = visit.tab
    visit.open("/")
    chart = tab.get_by_test_id("stPlotlyChart").first
    for name in FIRST:
        chart.get_by_text(name).first.wait_for()
    visit.keep("compare")

    visit.go_to("Sourcing", "Sourcing mix")
    visit.fill("Each country at most, %", "40")
    visit.fill("Recycled nickel, %", "15")
    solve = tab.get_by_role("button", name="Solve")
    visit.until(solve.click, tab.get_by_text("recycled nickel at least 15 %"))
    visit.settled()
    assert "cap=40" in tab.url
    assert "ni=15" in tab.url
    visit.keep("sourcing")

    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Download CSV").first.click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "sourcing_mix.csv"
    check(file.read_text(encoding="utf-8"))
    assert visit.foreign == []


def test_a_footprint_is_capped_and_the_mix_is_drawn(visit):
    tab = visit.tab
    visit.open("/sourcing?source=LFP&source=NMC811")
    tab.get_by_role("heading", name="What changed").wait_for()
    visit.settled()
    kind = tab.get_by_role("combobox", name="Kind of rule")
    visit.until(tab.get_by_text("Further rules:").click, kind)
    visit.choose("Kind of rule", "Carbon footprint")
    # The field of the kind before bears the same name; only the new one has this example.
    limit = tab.get_by_role("textbox", name="Limit").and_(tab.get_by_placeholder("kgCO2e/kWh"))
    limit.wait_for()
    visit.settled()
    limit.fill("42 kgCO2e/kWh")
    limit.press("Enter")
    visit.settled()
    add = tab.get_by_role("button", name="Add rule")
    visit.until(add.click, tab.get_by_text("at most 42 kgCO2e/kWh"))
    tab.get_by_role("heading", name="Where it comes from").wait_for()
    visit.settled()
    assert "rules=" in tab.url
    tab.get_by_test_id("stPlotlyChart").nth(4).wait_for()  # bars, bands, map, rules, kinds
    visit.keep("sourcing_carbon")
    assert visit.foreign == []


def check(text: str) -> None:
    """The table keeps both rules and is whole; below it stands the run that made it."""
    every = list(csv.DictReader(text.splitlines()))
    rows = [row for row in every if row["table"] == "shares"]
    assert any(row["key"].startswith("run") for row in every if row["table"] == "about")
    assert {"material", "stage", "country", "route", "share"} <= rows[0].keys()
    whole, one = defaultdict(float), defaultdict(float)
    for row in rows:
        key = (row["material"], row["stage"])
        whole[key] += float(row["share"])
        if row["country"] != "ROW":
            one[*key, row["country"]] += float(row["share"])
    assert all(abs(total - 1) < 1e-6 for total in whole.values())
    assert max(one.values()) <= 0.4 + 1e-6
    nickel = [row for row in rows if (row["material"], row["stage"]) == ("nickel", "refining")]
    recycled = sum(float(row["share"]) for row in nickel if row["route"] != "primary")
    assert recycled >= 0.15 - 1e-6


def test_files_of_a_comparison_open(visit, tmp_path):
    from python_calamine import CalamineWorkbook

    from calculator.scenario import load_scenario

    visit.open("/?region=KOR")
    for name, file in (("Download XLSX", "compare.xlsx"), ("Download scenario", "compare.yaml")):
        with visit.tab.expect_download() as waiting:
            visit.tab.get_by_role("button", name=name).first.click()
        assert waiting.value.suggested_filename == file
        waiting.value.save_as(tmp_path / file)
    book = CalamineWorkbook.from_path(tmp_path / "compare.xlsx")
    assert {"comparison", "sources", "inputs", "about"} <= set(book.sheet_names)
    scenario = load_scenario(tmp_path / "compare.yaml")
    assert scenario.chemistries == FIRST
    assert scenario.region == "KOR"


def test_inputs_stay_over_a_change_of_page(visit):
    tab = visit.tab
    visit.open("/?liquid=NCA&region=KOR")
    visit.go_to("Minerals", "Minerals by chemistry")
    assert "liquid=NCA" in tab.url
    assert "region=KOR" in tab.url
    visit.go_to("Data", "Data")
    visit.go_to("Compare", "Compare chemistries")
    tab.get_by_test_id("stPlotlyChart").first.get_by_text("NCA").first.wait_for()
    assert tab.get_by_label("Cell plant in", exact=True).input_value() == "KOR South Korea"
    assert "region=KOR" in tab.url


def test_rules_stay_over_a_change_of_page(visit):
    tab = visit.tab
    visit.open("/sourcing?cap=40&exclude=RUS&importer=USA")
    visit.fill("Recycled nickel, %", "15")
    solve = tab.get_by_role("button", name="Solve")
    visit.until(solve.click, tab.get_by_text("recycled nickel at least 15 %"))
    visit.go_to("Data", "Data")
    visit.go_to("Sourcing", "Sourcing mix")
    assert tab.get_by_label("Each country at most, %", exact=True).input_value() == "40"
    assert tab.get_by_label("Recycled nickel, %", exact=True).input_value() == "15"
    assert tab.get_by_label("Importer", exact=True).input_value() == "USA United States"
    assert tab.get_by_text("recycled nickel at least 15 %").count() > 0
    for part in ("cap=40", "ni=15", "importer=USA", "exclude=RUS"):
        assert part in tab.url


def test_a_link_cannot_make_the_page_fetch_anything(visit):
    visit.open("/?deck=![x](http://127.0.0.2:9/x.png)&format=[a](http://127.0.0.2:9/)")
    warning = visit.tab.get_by_test_id("stAlert").filter(has_text="Price deck")
    assert "![x](http" in warning.inner_text()
    assert visit.tab.locator("[data-testid=stAlert] img, [data-testid=stAlert] a").count() == 0
    assert visit.foreign == []


def test_helpers_are_no_pages(visit):
    visit.open("/")
    told = re.findall(r'st\.Page\([^)]*title="(\w+)"', ROUTER.read_text(encoding="utf-8"))
    assert "Compare" in told
    names = visit.tab.get_by_test_id("stTopNavLink").all_inner_texts()
    assert [name.split()[-1] for name in names] == told


def test_a_duty_is_read_and_a_stop_is_tried(visit):
    tab = visit.tab
    visit.open("/trade?on=2026-11-22")
    tab.get_by_text("pays 27 %").first.wait_for()
    visit.choose("Into", "USA United States")
    tab.get_by_text("pays 127.5 %").first.wait_for()
    visit.settled()
    visit.keep("trade")

    visit.go_to("Shock", "Shocks and stockpiles")
    attempt = tab.get_by_role("button", name="Try: China")
    visit.until(attempt.click, tab.get_by_role("heading", name="Day by day"))
    visit.settled()
    assert "events=" in tab.url
    visit.keep("shock")
    assert visit.foreign == []
