"""Heat map, lists and exposure."""

from __future__ import annotations

import pytest

from calculator.evaluation import evaluate
from calculator.requests import request_for
from materials_db.load import load_database


def frame_with(app, column):
    return next(frame.value for frame in app.dataframe if column in frame.value)


def amounts(app):
    return frame_with(app, "LFP").set_index("element")


def test_amounts_are_those_of_the_library(opened):
    db = load_database()
    table = amounts(opened("minerals"))
    found = evaluate(db, request_for(db, "NMC811"))
    for element in ("Li", "Ni", "Co", "graphite"):
        assert table.loc[element, "NMC811"] == pytest.approx(
            found.elements.in_cell_g_per_kwh(element)
        )


def test_units_are_one_amount(opened):
    grams = amounts(opened("minerals")).loc["Li", "LFP"]
    vehicle = amounts(opened("minerals", unit="kg/vehicle")).loc["Li", "LFP"]
    tonnes = amounts(opened("minerals", unit="t/GWh")).loc["Li", "LFP"]
    percent = amounts(opened("minerals", unit="% of cell mass")).loc["Li", "LFP"]
    assert tonnes == pytest.approx(grams)
    db = load_database()
    found = evaluate(db, request_for(db, "LFP"))
    assert vehicle == pytest.approx(grams * found.pack.energy_kwh / 1000)
    cell_g_per_kwh = 1e6 / found.cell.specific_energy_wh_per_kg
    assert percent == pytest.approx(100 * grams / cell_g_per_kwh)


def test_bought_is_more_than_in_the_cell(opened):
    held = amounts(opened("minerals"))
    bought = amounts(opened("minerals", item="bought"))
    assert (bought["LFP"].dropna() > held["LFP"].dropna()).all()


def test_all_elements_are_more_than_the_critical(opened):
    critical = amounts(opened("minerals"))
    every = amounts(opened("minerals", elements="all"))
    assert "O" not in critical.index
    assert "O" in every.index
    assert set(critical.index) < set(every.index)


def test_lists_are_dated_and_name_the_kind(opened):
    table = frame_with(opened("minerals"), "Element").set_index("Element")
    assert any("EU 2023 (20" in head for head in table.columns)
    assert any("US 20" in head for head in table.columns)
    assert "strategic" in table.loc["Li"].iloc[0]


def test_exposure_follows_the_country(opened):
    congo = frame_with(opened("minerals", country="COD"), "hhi_low")
    china = frame_with(opened("minerals"), "hhi_low")
    at = (congo["element"] == "Co") & (congo["stage"] == "mining")
    assert float(congo[at]["share"].iloc[0]) > 0.5 > float(china[at]["share"].iloc[0])
    assert list(congo["hhi_low"]) == list(china["hhi_low"])


def test_pass_through_is_told_for_every_chemistry(opened):
    app = opened("minerals")
    passed = frame_with(app, "low")
    assert set(passed["chemistry"]) == {"LFP", "NMC811", "SSL-Ni95-Si", "ASSB-sulfide-Li"}
    assert passed["share"].between(passed["low"] - 1e-9, passed["high"] + 1e-9).all()
    assert "touched CHN" in app.get("plotly_chart")[2].proto.alt
