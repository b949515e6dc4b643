"""Results in pounds, per vehicle, per GWh and a year: exact factors, stated units, done once."""

from __future__ import annotations

import pandas as pd
import pytest

from calculator.evaluation import evaluate
from calculator.requests import request_for
from calculator.tables import (
    AMOUNTS,
    AS_MADE,
    KG_PER_LB,
    MASSES,
    Display,
    bill_table,
    comparison_table,
    cost_by_component_table,
    element_table,
    price_table,
    shown_in,
    shown_in_usd,
)
from materials_db.load import load_database

PACK, VOLUME = 75.0, 30.0
UNITS = (
    "g/kWh", "kg/kWh", "USD_2025/kWh", "USD 2025/kWh", "kg CO2e/kWh", "kWh/kWh", "t/GWh",
    "kg/vehicle", "kg", "kg/year", "USD_2025/kg", "USD_2025/t", "USD_2025/year", "Wh/kg", "Wh/L",
    "USD_2025 per kg", "USD_2025 per percentage point", "USD 2025/kWh per percentage point", "1",
    "count", "%", "",
)  # fmt: skip


def shown(mass: str = "kg", per: str = "kWh") -> Display:
    return Display(mass, per, PACK, VOLUME)


@pytest.fixture(scope="module")
def db():
    return load_database()


@pytest.fixture(scope="module")
def evaluations(db):
    return [evaluate(db, request_for(db, name)) for name in ("LFP", "NMC811")]


@pytest.mark.parametrize(
    ("mass", "per", "unit", "factor", "name"),
    [
        ("lb", "kWh", "g/kWh", 1e-3 / 0.45359237, "lb/kWh"),
        ("lb", "kWh", "kg/kWh", 1 / 0.45359237, "lb/kWh"),
        ("lb", "kWh", "USD_2025/kg", 0.45359237, "USD_2025/lb"),
        ("lb", "kWh", "USD_2025/t", 0.45359237 / 1000, "USD_2025/lb"),
        ("lb", "kWh", "USD_2025 per kg", 0.45359237, "USD_2025 per lb"),
        ("lb", "kWh", "kg", 1 / 0.45359237, "lb"),
        ("lb", "kWh", "kg/year", 1e-3 / 0.45359237, "thousand lb/year"),
        ("lb", "GWh", "g/kWh", 1 / 0.45359237, "thousand lb/GWh"),
        ("lb", "vehicle", "g/kWh", 0.075 / 0.45359237, "lb/vehicle"),
        ("kg", "vehicle", "g/kWh", 0.075, "kg/vehicle"),
        ("kg", "GWh", "g/kWh", 1.0, "t/GWh"),
        ("kg", "GWh", "kg/kWh", 1000.0, "t/GWh"),
        ("kg", "year", "g/kWh", 30.0, "t/year"),
        ("kg", "vehicle", "USD_2025/kWh", 75.0, "USD_2025/vehicle"),
        ("kg", "GWh", "USD_2025/kWh", 1.0, "million USD_2025/GWh"),
        ("kg", "year", "USD_2025/kWh", 30.0, "million USD_2025/year"),
        ("lb", "vehicle", "kg CO2e/kWh", 75.0, "kg CO2e/vehicle"),
        ("lb", "vehicle", "Wh/kg", 1.0, "Wh/kg"),
        ("kg", "vehicle", "USD 2025/kWh per percentage point", 75.0,
         "USD 2025/vehicle per percentage point"),
    ],
)  # fmt: skip
def test_factors_are_exact_and_units_named(mass, per, unit, factor, name):
    scale = shown(mass, per).scale(unit)
    assert scale.factor == pytest.approx(factor, rel=1e-15)
    assert scale.unit == name


@pytest.mark.parametrize("mass", MASSES)
@pytest.mark.parametrize("per", AMOUNTS)
@pytest.mark.parametrize("unit", UNITS)
def test_a_second_conversion_changes_nothing(mass, per, unit):
    display = shown(mass, per)
    once = display.scale(unit)
    again = display.scale(once.unit)
    assert (again.factor, again.unit) == (1.0, once.unit)


def test_the_default_leaves_every_unit_and_table_alone(db, evaluations):
    tidy = element_table(db, evaluations)
    assert AS_MADE.table(tidy) is tidy
    for unit in UNITS:
        assert (AS_MADE.scale(unit).factor, AS_MADE.named(unit)) == (1.0, unit)


def test_every_row_of_a_table_is_converted_by_its_own_unit(db, evaluations):
    before = bill_table(evaluations, shown_in_usd(evaluations))
    after = shown("lb", "vehicle").table(before)
    assert set(after["unit"]) == {"lb/vehicle", "USD_2025/vehicle"}
    mass = before["unit"] == "kg/kWh"
    assert mass.any() and not mass.all()
    ratio = after["value"] / before["value"]
    assert ratio[mass & (before["value"] > 0)].to_numpy() == pytest.approx(PACK / KG_PER_LB)
    assert ratio[~mass & (before["value"] > 0)].to_numpy() == pytest.approx(PACK)
    assert set(before["unit"]) == {"kg/kWh", "USD_2025/kWh"}  # what was given is not changed


def test_grams_of_a_vehicle_are_those_that_the_minerals_table_gives(db, evaluations):
    tidy = element_table(db, evaluations)
    packs = {e.chemistry.id: e.pack.energy_kwh / PACK for e in evaluations}
    whole = tidy[tidy["component"] == "whole cell"]
    per_kwh = shown("kg", "vehicle").table(whole[whole["unit"] == "g/kWh"])
    listed = whole[whole["unit"] == "kg/vehicle"]
    made = listed["value"] / listed["chemistry"].map(packs)  # of the pack as built, not as asked
    assert per_kwh["value"].tolist() == pytest.approx(made.tolist())


def test_yen_come_through_the_money_tables(db, evaluations):
    from calculator.money import conversion

    yen = shown_in(db, "JPY", 2025)
    found = shown("kg", "vehicle").table(cost_by_component_table(evaluations, yen))
    rate = conversion(db, "USD_2025", "JPY_2025").factor
    whole = found.groupby("chemistry")["value"].sum()
    assert set(found["unit"]) == {"JPY_2025/vehicle"}
    for e in evaluations:
        usd = e.cost.cell_usd_per_kwh
        assert whole[e.chemistry.id] == pytest.approx(usd * rate * PACK, rel=1e-12)
    assert rate == pytest.approx(db.exchange_rate_of["JPY", 2025].value)


def test_prices_are_per_pound(evaluations):
    before = price_table(evaluations, shown_in_usd(evaluations))
    after = shown("lb").table(before)
    per_kg = before["unit"] == "USD_2025/kg"
    assert (after["unit"] == "USD_2025/lb").equals(per_kg)
    factors = (after["value"] / before["value"]).where(per_kg).dropna()
    assert factors.to_numpy() == pytest.approx(KG_PER_LB)
    assert (after["value"] == before["value"])[~per_kg].all()


def test_energy_stays_what_the_field_writes(evaluations):
    before = comparison_table(evaluations, shown_in_usd(evaluations))
    after = shown("lb").table(before)
    energy = before["unit"] == "Wh/kg"
    assert after[energy].equals(before[energy])


def test_a_heading_that_ends_in_a_unit_is_converted_with_its_column():
    read = pd.DataFrame({"Mix": ["a"], "Cost, USD 2025/kWh": [2.0], "Cells, %": [3.0]})
    found = shown("lb", "vehicle").table(read)
    assert list(found.columns) == ["Mix", "Cost, USD 2025/vehicle", "Cells, %"]
    assert found.iloc[0].tolist() == ["a", 150.0, 3.0]
    assert shown("kg", "GWh").worded("Elements, g/kWh") == "Elements, t/GWh"


def test_a_unit_cost_turns_with_the_mass_it_is_of():
    flows = pd.DataFrame({"quantity": [10.0], "unit": ["kg"], "unit_cost": [4.0]})
    found = shown("lb").table(flows).iloc[0]
    assert found["quantity"] * found["unit_cost"] == pytest.approx(40.0)
    assert found["unit"] == "lb"


def test_a_table_that_is_not_understood_stays_whole_as_it_is():
    odd = pd.DataFrame({"value": [2.0], "unit": ["USD_2025/kWh"], "odd": [1.0]})
    assert shown("lb", "vehicle").table(odd) is odd


def test_numbers_follow_their_own_unit_where_a_row_has_two():
    bar = pd.DataFrame(
        {"nominal": [60.0], "at_low": [50.0], "unit": ["USD_2025/kWh"], "low": [3.0],
         "value": [4.0], "high": [5.0], "input_unit": ["USD_2025/kg"]}
    )  # fmt: skip
    row = shown("lb", "vehicle").table(bar).iloc[0]
    assert (row["nominal"], row["at_low"], row["unit"]) == (4500.0, 3750.0, "USD_2025/vehicle")
    assert (row["low"], row["input_unit"]) == (3 * KG_PER_LB, "USD_2025/lb")


@pytest.mark.parametrize("unit", ["g/cm3", "kg/m2", "g", "mg/cm2", "g/mol"])
def test_a_density_is_not_told_in_pounds(unit):
    assert (shown("lb").scale(unit).factor, shown("lb").named(unit)) == (1.0, unit)


def test_a_file_says_in_which_units_it_is():
    assert "lb" in shown("lb", "vehicle").sentence()
    assert "75 kWh" in shown("lb", "vehicle").sentence()
    assert "30 GWh" in shown("kg", "year").sentence()
