"""Gate fee, plant cost, black mass and second life: S07 and S08."""

from __future__ import annotations

import pytest

from calculator.errors import InputError
from calculator.recycling_value import (
    Capital,
    Factors,
    black_mass_export,
    black_mass_value,
    capital_recovery,
    gate_fee,
    lfp_black_mass_value,
    payables_of,
    plant_cost,
    second_life_value,
    sell_or_refine,
)
from materials_db.database import MaterialsDB
from materials_db.load import load_database
from materials_db.units import to

CELLS = {"cathode": 0.28, "graphite": 0.16, "Cu": 0.15, "Al": 0.20, "steel": 0.08,
         "electrolyte": 0.05, "plastics": 0.02, "binder": 0.03, "carbon": 0.03}  # fmt: skip
"""Kg in a kg of LFP cells, of the script behind the case (EVERBATT_LFP_SCRIPT)."""
PRICES = {"cathode": 14.0, "Li2CO3": 7.9, "graphite": 0.28, "Cu": 6.6, "Al": 1.3, "steel": 0.3,
          "plastics": 0.1, "electrolyte": 0.0}  # fmt: skip
"""Its prices of 2019; the script finds no price for solvents under the name it looks up."""
RECOVERY = {
    "pyromet": {"Cu": 0.9, "steel": 0.9},
    "hydromet": {"graphite": 0.9, "Cu": 0.9, "Al": 0.9, "steel": 0.9, "electrolyte": 0.5,
                 "plastics": 0.5},
    "direct": {"cathode": 0.9, "graphite": 0.9, "binder": 0.9, "carbon": 0.9, "Cu": 0.9,
               "Al": 0.9, "steel": 0.9, "electrolyte": 0.5, "plastics": 0.5},
}  # fmt: skip
CHEMICALS = {
    "pyromet": 0.21 * 0.566 + 0.06 * 1.459 + 0.30 * 0.132 + 0.15 * 0.046,
    "hydromet": 0.031 * 0.53 + 0.012 * 0.566 + 0.366 * 1.459 + 0.561 * 0.45 + 1.08 * 0.083
    + 0.02 * 0.143,
    "direct": 0.003 * 17.14 + 0.11 * 0.27,
}  # fmt: skip
ENERGY = {"pyromet": (10.0, 1.0), "hydromet": (4.0, 1.5), "direct": (2.0, 0.8)}
"""MJ of gas at 4.50 USD for 1,055 MJ and kWh of power at 0.07 USD, a kg."""
CAPITAL = {"pyromet": 28e6, "hydromet": 20e6, "direct": 12e6}
WAGES = 35 * 25 * 2000 * 3
FACTORS = Factors(
    maintenance=0.06,
    overhead=0.50,
    administration=0.15,
    distribution=0.02,
    research=0.05,
    taxes=0.04,
    insurance=0.01,
    rent=0.05,
    building_and_land=0.33,
    interest=0.05,
    total_capital=1.21,
    life_years=10.0,
)
"""Of the script; it departs from table 15 in maintenance (0.05) and distribution (0.06)."""
FEED = 10e6


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def inputs_of(route: str) -> float:
    gas, power = ENERGY[route]
    return CHEMICALS[route] + gas / 1055.0 * 4.5 + power * 0.07


def waste_of(route: str) -> float:
    return 0.05 * sum(kg * (1.0 - RECOVERY[route].get(item, 0.0)) for item, kg in CELLS.items())


@pytest.mark.parametrize("route", ["pyromet", "hydromet", "direct"])
def test_lfp_10_kt_of_2019(db: MaterialsDB, route: str) -> None:
    """S07: 2.31, 2.72 and 1.50 USD a kg, margins 0.61, 0.93 and 5.22 with a fee of 2."""
    found = plant_cost(FEED, inputs_of(route), waste_of(route), WAGES, CAPITAL[route], FACTORS)
    stated = next(r for r in db.recycling if (r.route, r.quantity) == (route, "process_cost"))
    assert round(found.per_kg, 2) == stated.value

    sold = {**RECOVERY[route]}
    contents = dict(CELLS)
    if route == "hydromet":
        contents["Li2CO3"], sold["Li2CO3"] = 0.28 * 0.044 / 0.188, 0.9
    prices = {**PRICES, "binder": 0.0, "carbon": 0.0}
    listed = {item: min(1.0, kg) for item, kg in contents.items()}
    broken_even = gate_fee(listed, sold, prices, operation_per_kg=found.per_kg)
    row = next(
        r for r in db.recycling_values if (r.route, r.quantity) == (route, "revenue_with_gate_fee")
    )
    assert broken_even.revenue_per_kg + 2.0 == pytest.approx(row.value, abs=0.0051)
    margin = {"pyromet": 0.61, "hydromet": 0.93, "direct": 5.22}[route]
    assert broken_even.margin_per_kg(2.0) == pytest.approx(margin, abs=0.011)


def test_chinese_conversion_cost(db: MaterialsDB) -> None:
    """S07: 0.52 to 0.62 USD a kg at 7.04 CNY a USD."""
    rows = {r.route: r for r in db.recycling_values if r.quantity == "conversion_cost"}
    usd = {route: row.value / 1000.0 / 7.04 for route, row in rows.items()}
    assert {route: round(value, 3) for route, value in usd.items()} == {
        "hydromet": 0.619,
        "direct": 0.520,
        "pyromet": 0.581,
    }


def test_margins_of_bought_lfp_black_mass(db: MaterialsDB) -> None:
    """S07: -6 to +4 % in late 2025."""
    rows = [
        r
        for r in db.recycling_values
        if r.subject == "LFP_black_mass" and r.quantity.startswith("margin")
    ]
    assert (min(r.value for r in rows), max(r.value for r in rows)) == (-6.0, 4.0)


def test_gate_fee_by_hand() -> None:
    found = gate_fee(
        {"Ni": 0.1, "Li": 0.02}, {"Ni": 0.95}, {"Ni": 16.0}, {"Ni": 0.8},
        transport_per_kg=0.1, operation_per_kg=1.0,
        capital=Capital(10e6, 0.1, 10.0), feed_kg_per_year=10e6,
    )  # fmt: skip
    crf = 0.1 * 1.1**10 / (1.1**10 - 1.0)
    assert found.fee_per_kg == pytest.approx(0.1 + 1.0 + crf - 0.1 * 0.95 * 16.0 * 0.8)
    assert found.per_kwh(6.0) == pytest.approx(6.0 * found.fee_per_kg)


def test_capital_recovery() -> None:
    assert capital_recovery(0.0, 10.0) == 0.1
    assert capital_recovery(0.1, 10.0) == pytest.approx(0.16275, abs=1e-5)
    assert capital_recovery(1e-9, 10.0) == pytest.approx(0.1, rel=1e-5)
    with pytest.raises(InputError, match=r"interest -0\.1"):
        capital_recovery(-0.1, 10.0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recovery": {"Ni": 1.2}}, "recovery of Ni is 1.2"),
        ({"price_per_kg": {}}, "no price for Ni, which is recovered"),
        ({"feed_kg_per_year": 0.0}, "not above 0"),
    ],
)
def test_bad_gate_fee(changes: dict[str, object], said: str) -> None:
    terms = {
        "contents": {"Ni": 0.1},
        "recovery": {"Ni": 0.9},
        "price_per_kg": {"Ni": 16.0},
        "operation_per_kg": 1.0,
    }
    with pytest.raises(InputError, match=said):
        gate_fee(**{**terms, **changes})  # type: ignore[arg-type]


# --- black mass --------------------------------------------------------------------------


def test_ternary_payables_of_december_2025(db: MaterialsDB) -> None:
    """S08: 75.5 to 77 % for nickel and cobalt, 73 to 75 % for lithium."""
    found = payables_of(db, "ternary_black_mass", "CHN", "2025-12")
    assert found.least == pytest.approx({"Ni": 0.755, "Co": 0.755, "Li": 0.73})
    assert found.most == pytest.approx({"Ni": 0.77, "Co": 0.77, "Li": 0.75})
    assert found.date == "2025-12"
    assay, prices = (
        {"Ni": 0.2, "Co": 0.08, "Li": 0.04, "Mn": 0.1},
        {"Ni": 16.0, "Co": 40.0, "Li": 80.0},
    )
    value = black_mass_value(assay, prices, found)
    paid = 1000.0 * (0.2 * 16.0 + 0.08 * 40.0)
    assert value.most_per_t == pytest.approx(paid * 0.77 + 3200.0 * 0.75)
    assert value.least_per_t == pytest.approx(paid * 0.755 + 3200.0 * 0.73)


def test_newest_quote_up_to_the_day(db: MaterialsDB) -> None:
    assert payables_of(db, "ternary_black_mass", "CHN", "2025-11-20").date == "2025-11"
    assert payables_of(db, "ternary_black_mass", "CHN", "2025-10").date == "2025-09-28"
    with pytest.raises(InputError, match=r"no quote .* up to 2020-01; the first is of 2025-09-28"):
        payables_of(db, "ternary_black_mass", "CHN", "2020-01")
    with pytest.raises(InputError, match="none is known"):
        payables_of(db, "ternary_black_mass", "BRA", "2025-12")


def test_lfp_black_mass(db: MaterialsDB) -> None:
    """S08: 3,600 to 3,750 CNY a tonne for each percent of lithium."""
    found = payables_of(db, "LFP_black_mass", "CHN", "2025-12")
    value = lfp_black_mass_value(0.035, found)
    assert (value.least_per_t, value.most_per_t) == pytest.approx((3600 * 3.5, 3750 * 3.5))
    with pytest.raises(InputError, match="use lfp_black_mass_value"):
        black_mass_value({"Li": 0.035}, {"Li": 80.0}, found)


def test_sell_or_refine() -> None:
    kept = sell_or_refine(4000.0, {"Ni": 0.2}, {"Ni": 0.98}, {"Ni": 16.0}, 500.0)
    assert kept == pytest.approx(1000 * 0.2 * 0.98 * 16.0 - 500.0 - 4000.0)


def test_black_mass_may_not_leave_the_oecd(db: MaterialsDB) -> None:
    """S08: from the Union to China barred from 9 November 2026, not before; Japan is free."""
    barred = black_mass_export(db, "DEU", "CHN", "2026-11-22")
    assert not barred.allowed
    assert "barred" in barred.sentence
    before = black_mass_export(db, "DEU", "CHN", "2026-11-08")
    assert before.allowed
    assert "from 2026-11-09" in before.sentence
    assert black_mass_export(db, "DEU", "JPN", "2026-11-22").allowed
    assert black_mass_export(db, "DEU", "ROU", "2026-11-22").allowed
    assert black_mass_export(db, "EUU", "IDN", "2026-11-22").allowed is False


def test_american_black_mass_may_yet_be_restricted(db: MaterialsDB) -> None:
    found = black_mass_export(db, "USA", "KOR", "2026-11-22")
    assert found.allowed
    assert "may be restricted" in found.sentence


def test_second_life(db: MaterialsDB) -> None:
    rows = {r.quantity: r for r in db.recycling_values if r.subject == "second_life_pack"}
    least, most = rows["repurposing_cost_least"], rows["repurposing_cost_most"]
    assert (least.value, most.value, least.unit) == (27.2, 38.3, "EUR_2024/kWh")
    discount = to(rows["discount_least"].value, rows["discount_least"].unit, "1")
    found = second_life_value(0.75, 100.0, discount, least.value, 5.0)
    assert found == pytest.approx(0.75 * 100.0 * 0.7 - 27.2 - 5.0)
