"""How every page stands on a desk, in the dark and on a phone, and under the keyboard alone."""

from __future__ import annotations

import pytest

from tests.browser.form import ARTIFACTS
from tests.browser.pictures import PAGES, SCREENS, name_of, take

pytestmark = pytest.mark.browser

PHONE = SCREENS["phone"]
FOCUSED = """() => {
  const seen = document.activeElement;
  return {
    name: seen.tagName === 'MAIN' ? 'main'
      : seen.getAttribute('aria-label') || seen.innerText || seen.id || seen.tagName,
    shown: ['MAIN', 'INPUT'].includes(seen.tagName)  // a field shows its caret and its edge
      || getComputedStyle(seen).outlineStyle !== 'none',
  };
}"""
MOST_TABS = 60


def focus(visit, name: str) -> list[str]:
    """Press Tab until something of that name has the focus; the stops that could not be seen."""
    unseen = []
    for _ in range(MOST_TABS):
        visit.tab.keyboard.press("Tab")
        found = visit.tab.evaluate(FOCUSED)
        unseen += [] if found["shown"] else [found["name"][:40]]
        if found["name"].splitlines()[-1].startswith(name):  # an icon's name stands before
            return unseen
    raise AssertionError(f"no Tab leads to '{name}'")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_its_picture_on_every_screen(browser, address, page, screen):
    look = fits if screen == "phone" else None
    kept = take(browser, address, page, screen, ARTIFACTS, look)
    assert kept.name == f"{name_of(page, screen)}.png"
    assert kept.stat().st_size > 5_000  # a blank page is smaller


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
@pytest.mark.parametrize("path", ["/data?view=Your+data", "/?per=year&mass=lb&why_compare_on=true"])
def test_a_page_does_not_reach_beyond_a_phone(visit, path):
    visit.open(path)
    fits(visit)


def fits(visit):
    """Nothing reaches beyond a phone to the right, and nothing broke."""
    assert visit.overflow_px <= 0
    assert visit.tab.get_by_test_id("stException").count() == 0
    tables = visit.tab.get_by_test_id("stDataFrame")
    widths = [box["width"] for box in map(bounds, tables.all()) if box]
    assert all(width <= PHONE["viewport"]["width"] for width in widths)


def bounds(found):
    return found.bounding_box() if found.is_visible() else None


def test_chemistries_are_chosen_without_a_mouse(visit):
    visit.open("/")
    tab = visit.tab
    assert focus(visit, "Sodium-ion") == []
    tab.keyboard.press("ArrowDown")
    tab.get_by_role("option").first.wait_for()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Escape")
    tab.wait_for_function("() => location.search.includes('sodium_ion=')")
    visit.settled()


def test_a_mix_is_solved_without_a_mouse(visit):
    visit.open("/sourcing")
    tab = visit.tab
    assert focus(visit, "Each country at most") == []
    tab.keyboard.type("40")
    assert focus(visit, "Solve") == []
    tab.keyboard.press("Enter")
    tab.get_by_text("at most 40 %").first.wait_for()
    visit.settled()
    assert "cap=40" in tab.url


def test_units_of_a_link_stand_on_the_axes(visit):
    visit.open("/?mass=lb&per=vehicle&currency=JPY&year=2024")
    chart = visit.tab.get_by_test_id("stPlotlyChart")
    chart.first.get_by_text("JPY 2024/vehicle").wait_for()
    chart.nth(1).get_by_text("lb/vehicle").wait_for()
    visit.go_to("Minerals", "Minerals by chemistry")
    assert "mass=lb" in visit.tab.url
    assert "per=vehicle" in visit.tab.url
    chart.first.get_by_text("lb/vehicle").first.wait_for()
