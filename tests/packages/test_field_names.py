"""Names of the battery passport and of BPX: what is filled agrees with the design."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calculator.cli import main
from calculator.evaluation import evaluate
from calculator.packages import FIELD_NAMES, make_bpx, make_passport
from calculator.packages.bpx import REQUIRED
from calculator.packages.passport import MISSING, eu_list
from calculator.requests import request_for
from materials_db.load import load_database

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def db():
    return load_database()


def evaluated(db, name: str, **more: str):
    return evaluate(db, request_for(db, name, **more))


def test_the_passport_of_a_design(db):
    found = evaluated(db, "NMC811")
    known = make_passport(db, found, None)
    assert known.aspects["GeneralProductInformation"] == {"batteryMass": found.pack.mass_kg}
    technical = known.aspects["PerformanceAndDurability"]["batteryTechicalProperties"]
    product = technical["ratedCapacity"] * technical["nominalVoltage"] / 1000.0
    assert product == pytest.approx(technical["ratedEnergy"], rel=1e-9)
    materials = known.aspects["MaterialComposition"]["batteryMaterials"]
    cells_g = found.cell.mass_g * found.pack.cells
    assert sum(row["batteryMaterialMass"] for row in materials) == pytest.approx(cells_g, rel=1e-9)
    flags = {row["batteryMaterialName"]: row["isCriticalRawMaterial"] for row in materials}
    assert flags["NMC811"] and flags["graphite"] and flags["copper_foil"]
    assert not flags["CMC_SBR"] and not flags["PE_ceramic_separator"]
    assert "NMP" not in flags


def test_critical_raw_materials_above_a_tenth_of_a_percent_are_listed(db):
    found = evaluated(db, "NMC811")
    known = make_passport(db, found, None)
    listed = {row["element"]: row for row in known.critical}
    assert {"Li", "Ni", "Co", "Mn", "Cu", "Al", "graphite"} <= set(listed)
    critical = {name for entry in eu_list(db) for name in entry.elements}
    assert set(listed) <= critical
    for row in listed.values():
        assert row["percent_of_battery"] > 0.1
        share = 100.0 * row["mass_g"] / 1000.0 / found.pack.mass_kg
        assert row["percent_of_battery"] == pytest.approx(share)
    grams = found.elements.in_cell_g_per_kwh("Co") * found.pack.energy_kwh
    assert listed["Co"]["mass_g"] == pytest.approx(grams)


def test_without_a_plan_recycled_content_and_carbon_are_missing_and_said_so(db):
    known = make_passport(db, evaluated(db, "LFP"), None)
    assert "Circularity" not in known.aspects
    assert known.in_part == ()
    why = {name: reason for _, name, reason in known.missing}
    assert "asks no sourcing question" in why["recycledContent"]
    assert "asks no sourcing question" in why["absoluteCarbonFootprint"]
    assert set(MISSING) < set(known.missing)


def test_no_attribute_is_both_known_and_missing(db):
    known = make_passport(db, evaluated(db, "NMC811"), None)
    for aspect, name, _ in known.missing:
        held = known.aspects.get(aspect, {})
        for part in name.split("."):
            held = held.get(part) if isinstance(held, dict) else None
        assert held is None, name


def test_the_passport_of_a_plan(capsys):
    assert main(["passport", str(ROOT / "examples" / "sourcing.yaml"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["complete"] is False
    rows = answer["passport"]["Circularity"]["recycledContent"]
    nickel = next(row for row in rows if row["recycledMaterial"] == "Nickel")
    assert nickel["preConsumerShare"] + nickel["postConsumerShare"] >= 15.0 - 1e-6
    (carbon,) = answer["known_in_part"]
    assert carbon["attribute"] == "absoluteCarbonFootprint"
    assert carbon["value"] > 0
    assert carbon["percent_of_mass_with_an_emission_figure"]
    whole = next(r for r in answer["missing"] if r["attribute"] == "absoluteCarbonFootprint")
    assert whole["why"] == "known in part alone"


def test_bpx_of_a_liquid_cell(db):
    found = evaluated(db, "NMC811", cell_format="pouch_EV")
    partial = make_bpx(found)
    cell = partial.sections["Cell"]
    pairs = cell["Number of electrode pairs connected in parallel to make a cell"]
    area = cell["Electrode area [m2]"] * pairs
    assert area == pytest.approx(found.cell.areas.positive_cm2 / 1e4)
    assert cell["Nominal cell capacity [A.h]"] == found.cell.capacity_ah
    assert cell["Density [kg.m-3]"] * cell["Volume [m3]"] * 1000 == pytest.approx(found.cell.mass_g)
    per_m2 = found.cell.areal_capacity_mah_per_cm2 * 1e4 / 1000
    assert area * per_m2 == pytest.approx(cell["Nominal cell capacity [A.h]"], rel=1e-6)
    assert partial.sections["Positive electrode"]["Porosity"] == 0.25
    assert partial.header["Model"] == "Partial"
    asked = {(section, name) for section, names in REQUIRED.items() for name in names}
    held = {(s, n) for s, fields in partial.sections.items() for n in fields}
    assert set(partial.missing) == asked - held
    assert ("Cell", "Lower voltage cut-off [V]") in partial.missing


def test_bpx_of_a_solid_cell_states_no_porosity_and_no_metal_electrode(db):
    partial = make_bpx(evaluated(db, "ASSB-sulfide-Li"))
    assert "Negative electrode" not in partial.sections
    for section in ("Positive electrode", "Separator"):
        assert "Porosity" not in partial.sections[section]
        assert (section, "Porosity") in partial.missing
        assert 1e-6 < partial.sections[section]["Thickness [m]"] < 1e-3


def test_a_winding_is_one_pair(db):
    cell = make_bpx(evaluated(db, "NMC811", cell_format="cylindrical_4680")).sections["Cell"]
    assert cell["Number of electrode pairs connected in parallel to make a cell"] == 1


def test_every_field_filled_has_a_line_in_the_table_of_names(db):
    partial = make_bpx(evaluated(db, "NMC811"))
    named = {(one.part, one.name) for one in FIELD_NAMES if one.scheme == "BPX"}
    assert {(s, n) for s, fields in partial.sections.items() for n in fields} == named
    known = make_passport(db, evaluated(db, "NMC811"), None)
    technical = known.aspects["PerformanceAndDurability"]["batteryTechicalProperties"]
    passport = {one.name for one in FIELD_NAMES if one.scheme == "passport"}
    assert {f"batteryTechicalProperties.{name}" for name in technical} <= passport
    assert all(one.locator and one.ours for one in FIELD_NAMES)


@pytest.mark.parametrize("more", [(), ("--bpx",)])
def test_the_text_says_that_it_is_not_whole(capsys, more):
    file = ROOT / "examples" / "compare.yaml"
    assert main(["passport", str(file), "--chemistry", "LFP", *more]) == 0
    assert "ot a whole" in capsys.readouterr().out


def test_a_chemistry_that_is_not_in_the_scenario_is_one_sentence(capsys):
    file = ROOT / "examples" / "compare.yaml"
    assert main(["passport", str(file), "--chemistry", "NMC81"]) == 2
    told = capsys.readouterr().err
    assert "'NMC81' is no chemistry of the scenario" in told
    assert told.count("\n") == 1
