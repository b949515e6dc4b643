"""The Sourcing page puts its plan to one event."""

from __future__ import annotations

import re

import pytest


def answer(app):
    told = [m.value for m in app.markdown if "output falls" in m.value or "is lost" in m.value]
    assert len(told) == 1
    return told[0]


def lost(text):
    found = re.search(r"Lost in a year: ([\d.]+) GWh", text)
    return float(found.group(1)) if found else 0.0


def test_without_the_switch_nothing_is_tested(opened):
    app = opened("sourcing")
    assert not any("output falls" in m.value for m in app.markdown)


def test_cells_that_stay_away_are_lost(opened):
    link = {"to_event": "true", "event_good": "battery cell, cell"}
    whole = lost(answer(opened("sourcing", **link)))
    assert whole == pytest.approx(30 * 120 / 365, rel=0.01)  # the free plan buys all in China
    half = lost(answer(opened("sourcing", **link, event_cut="50")))
    assert half == pytest.approx(whole / 2, rel=0.01)
    stocked = lost(answer(opened("sourcing", **link, event_stock="30")))
    assert stocked == pytest.approx(whole * 90 / 120, rel=0.01)


def test_what_stays_in_its_country_is_no_export(opened):
    link = {"to_event": "true", "event_good": "anode active material, active material"}
    assert "Nothing is lost" in answer(opened("sourcing", **link))


def test_a_known_event_shows_its_source(opened):
    app = opened("sourcing", to_event="true", plan_event="Graphite licence 2023")
    assert any("source:" in m.value for m in app.markdown)
    assert answer(app)


def test_the_event_goes_with_the_user(opened):
    app = opened("sourcing", to_event="true", event_good="battery cell, cell")
    app.button(key="take_event").click().run()
    app.switch_page("shock.py").run()
    assert not app.exception
    told = " ".join(m.value for m in app.markdown)
    assert "China exports no battery cell" in told
