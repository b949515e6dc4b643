"""Exposure: bounds, order and what a share means."""

from __future__ import annotations

import pytest

from calculator.errors import InputError
from calculator.evaluate import evaluate
from calculator.exposure import cell_exposure, exposure, political_risk
from calculator.requests import request_for


@pytest.mark.parametrize("name", ["LFP", "NMC811", "ASSB-oxide-Li", "ASSB-halide-Li", "Na-NFM"])
def test_every_index_lies_in_its_range(db, name):
    found = cell_exposure(db, evaluate(db, request_for(db, name)))
    assert 0 <= found.mean_pass_through <= found.any_part <= 1
    for chain in found.elements:
        for stage in chain.stages:
            assert 0 <= stage.country_share <= 1
            assert 0 < stage.hhi_low <= stage.hhi_high <= 1
            assert 0 <= stage.geopolrisk <= stage.hhi_low
            assert chain.pass_through >= stage.country_share - 1e-12
            assert stage.records


def test_lfp_takes_the_shares_of_lfp_cathode(db):
    stages = [
        stage
        for chain in cell_exposure(db, evaluate(db, request_for(db, "LFP"))).elements
        for stage in chain.stages
        if stage.stage == "active_material"
    ]
    by_element = {stage.element: stage.material for stage in stages}
    assert by_element["Li"] == "LFP_cathode"
    assert by_element["graphite"] == "anode_active_material"


def test_domestic_supply_carries_no_risk(db):
    mass = {"graphite": 900.0}
    stages = {
        importer: {s.stage: s for s in exposure(db, mass, "CHN", importer).elements[0].stages}
        for importer in ("EUU", "CHN")
    }
    for stage in ("mining", "refining"):
        assert stages["CHN"][stage].geopolrisk < stages["EUU"][stage].geopolrisk


def test_risk_of_the_rest_is_between_the_extremes(db):
    risk = political_risk(db)
    assert min(risk.values()) < risk["ROW"] < max(risk.values())


def test_a_cell_without_shares_is_told_so(db):
    with pytest.raises(InputError, match=r"shares\.csv"):
        exposure(db, {"Xx": 1.0})
