"""Units of results: one switch for every page, kept over a change of page, told in files."""

from __future__ import annotations

import pandas as pd
import pytest

from calculator.export import Report, report_bytes
from calculator.tables import AS_MADE, KG_PER_LB, Display
from pages.exhibit import in_report_units


def headline(app):
    """The first table of the page, by chemistry."""
    found = next(frame.value for frame in app.dataframe if "Class" in frame.value)
    return found.set_index("Chemistry")


def test_cost_of_a_vehicle_is_that_of_a_kwh_times_its_pack(opened):
    app = opened(liquid="LFP", semi_solid="", solid_state="", pack="60")
    per_kwh = headline(app)["Cell, USD 2025/kWh"]["LFP"]
    app.selectbox(key="per").set_value("vehicle").run()
    table = headline(app)
    assert table["Cell, USD 2025/vehicle"]["LFP"] == pytest.approx(60 * per_kwh, abs=3.5)
    low, high = (float(x.replace(",", "")) for x in table["Cell, band"]["LFP"].split(" to "))
    assert low < table["Cell, USD 2025/vehicle"]["LFP"] < high
    charts = app.get("plotly_chart")
    assert "USD 2025/vehicle" in charts[0].proto.alt
    assert "kg/vehicle" in charts[1].proto.alt


def test_units_stay_over_a_change_of_page(opened):
    app = opened(mass="lb", per="GWh")
    assert any("thousand lb/GWh" in chart.proto.alt for chart in app.get("plotly_chart"))
    app.switch_page("data.py").run()
    app.switch_page("minerals.py").run()
    assert not app.exception
    assert "thousand lb/GWh" in app.get("plotly_chart")[0].proto.alt
    assert app.selectbox(key="per").value == "GWh"


def test_a_unit_stands_once_on_the_minerals_page(opened):
    app = opened("minerals", mass="kg", per="vehicle")
    found = next(group for group in app.get("button_group") if group.key == "unit")
    assert len(set(found.options)) == len(found.options)


def test_sourcing_tells_its_figures_for_the_amount_asked(opened):
    per_kwh = opened("sourcing").metric
    per_vehicle = opened("sourcing", per="vehicle").metric
    assert per_kwh[0].label == "Landed cost, USD 2025/kWh"
    assert per_vehicle[0].label == "Landed cost, USD 2025/vehicle"
    one, other = (float(found[0].value.replace(",", "")) for found in (per_kwh, per_vehicle))
    assert other == pytest.approx(75 * one, rel=1e-3)


def test_a_link_that_names_no_unit_is_told(opened):
    app = opened(per="furlong")
    assert "`furlong` for Amounts per" in app.warning[0].value


def test_files_keep_their_units_unless_asked():
    tidy = pd.DataFrame({"item": ["Ni"], "value": [453.59237], "unit": ["g/kWh"]})
    report = Report({"elements": tidy}, about={"title": "x"})
    assert in_report_units(report, AS_MADE) is report
    asked = in_report_units(report, Display("lb"))
    row = asked.tables["elements"].iloc[0]
    assert (row["value"], row["unit"]) == (pytest.approx(1.0, rel=1e-15), "lb/kWh")
    assert "lb" in asked.about["units"]
    assert b"lb/kWh" in report_bytes(asked, ".csv")
    assert tidy["value"].iloc[0] / 1000 == KG_PER_LB
