"""Exposure: ranges, order, and which shares an element takes."""

from __future__ import annotations

import math

import pytest

from calculator.evaluation import evaluate
from calculator.exposure import exposure_table, pass_through_table, pass_throughs, stage_exposures
from calculator.requests import request_for

NAMES = ["LFP", "NMC811", "ASSB-oxide-Li", "ASSB-halide-Li", "Na-NFM"]


@pytest.mark.parametrize("name", NAMES)
def test_every_index_lies_in_its_range(db, name):
    found = evaluate(db, request_for(db, name))
    for stage in stage_exposures(db, found.elements.names, "CHN"):
        assert 0 <= stage.share <= 1
        assert 0 < stage.hhi_low <= stage.hhi_high <= 1
        assert math.isnan(stage.geopolrisk) or 0 <= stage.geopolrisk <= stage.hhi_low
        assert stage.records
        assert stage.date


@pytest.mark.parametrize("name", NAMES)
def test_pass_through_lies_within_its_bounds(db, name):
    *elements, whole = pass_throughs(db, evaluate(db, request_for(db, name)), "CHN")
    for part in (*elements, whole):
        assert part.low - 1e-12 <= part.share <= part.high + 1e-12
    assert whole.element == "all followed"
    mass = sum(part.bought_g_per_kwh for part in elements)
    assert whole.bought_g_per_kwh == pytest.approx(mass)
    mean = sum(part.bought_g_per_kwh * part.share for part in elements) / mass
    assert whole.share == pytest.approx(mean)


def test_pass_through_counts_the_material_an_element_is_bought_in(db):
    lithium = {
        name: next(
            p
            for p in pass_throughs(db, evaluate(db, request_for(db, name)), "CHN")
            if p.element == "Li"
        )
        for name in ("LFP", "NMC811")
    }
    materials = {row.material for row in lithium["LFP"].records}
    assert "LFP_cathode" in materials
    assert "LFP_cathode" not in {row.material for row in lithium["NMC811"].records}
    assert lithium["LFP"].share > lithium["NMC811"].share


def test_a_country_without_any_share_is_not_touched(db):
    found = evaluate(db, request_for(db, "LFP"))
    assert all(p.share == 0 for p in pass_throughs(db, found, "LUX"))


def test_tables_have_a_row_for_each_figure_with_its_sources(db):
    found = evaluate(db, request_for(db, "NMC811"))
    stages = exposure_table(stage_exposures(db, ["Ni", "Co"], "CHN"), "CHN")
    assert {"Ni", "Co", ""} == set(stages["element"])
    assert (stages["sources"] != "").all()
    passed = pass_through_table(db, [found], "CHN")
    assert (passed["chemistry"] == "NMC811").all()
