"""The sums of single schemes, with the check numbers of their questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculator.cost import annuity
from calculator.errors import InputError
from calculator.policy import (
    alliance,
    benchmarks,
    cost_ratio,
    eu_content,
    grant_per_kwh,
    grants,
    law_on,
    members,
    production_credit,
    reach_on,
    subsidy_reach,
)
from calculator.policy.vehicle_subsidy import added_vehicles, net_price
from materials_db.load import load_database

DB = load_database()
FRACTION = st.floats(0.0, 1.0)


# --- S17: content of a vehicle -------------------------------------------------------------


def test_content_with_and_without_trusted_partners() -> None:
    threshold = law_on(DB, "EU_IAA", 2027).of("eu_content_share")[0].share
    adder = law_on(DB, "EU_IAA", 2027).of("eu_cells_cost_adder")
    assert threshold == 0.70
    assert [r.value for r in adder] == [650, 1600]
    value = {"DEU": 50.0, "POL": 10.0, "JPN": 10.0, "CHN": 30.0}
    alone = eu_content(value, threshold, subsidy=4000.0, cells_adder=(650.0, 1600.0))
    assert not alone.passes
    assert alone.share == pytest.approx(0.60)
    assert alone.slack == pytest.approx(-0.10)
    assert alone.at_stake == 4000.0
    assert alone.gain == (2400.0, 3350.0)
    trusted = eu_content(value, threshold, ["JPN"], subsidy=4000.0)
    assert trusted.passes
    assert trusted.share == pytest.approx(0.70)
    assert trusted.at_stake == 0.0


@pytest.mark.parametrize(
    ("value", "threshold", "said"),
    [
        ({}, 0.7, "no value from any origin"),
        ({"DEU": -1.0, "CHN": 2.0}, 0.7, "the value from DEU is -1"),
        ({"DEU": 1.0}, 70.0, "give a fraction, 0.70 for 70 %"),
    ],
)
def test_content_refuses(value: dict[str, float], threshold: float, said: str) -> None:
    with pytest.raises(InputError, match=said):
        eu_content(value, threshold)


# --- S18: benchmarks -----------------------------------------------------------------------


def test_slack_against_the_benchmarks() -> None:
    volumes = {
        "mining": {"PRT": 5.0, "AUS": 60.0, "CHL": 35.0},
        "refining": {"DEU": 45.0, "CHN": 55.0},
        "recycling": {"FRA": 25.0},
    }
    found = {(b.stage, b.country): b for b in benchmarks(DB, volumes, 100.0)}
    assert found["mining", "EUU"].slack == pytest.approx(-0.05)
    assert found["refining", "EUU"].slack == pytest.approx(0.05)
    assert found["recycling", "EUU"].slack == pytest.approx(0.0)
    assert found["mining", "AUS"].slack == pytest.approx(0.05)
    assert found["refining", "CHN"].slack == pytest.approx(0.10)
    assert [b.limit for b in found.values()] == [0.10, 0.65, 0.40, 0.65, 0.25]
    assert benchmarks(DB, volumes, 100.0, 2029) == ()
    with pytest.raises(InputError, match="no benchmark for 'smelting'"):
        benchmarks(DB, {"smelting": {}}, 1.0)


# --- S24: cost ratio and alliance ----------------------------------------------------------


def test_cost_ratio_of_makers() -> None:
    barred = members(DB, "US_MACR", "prohibited_maker", 2027)
    threshold = law_on(DB, "US_MACR", 2027).of("least_clean_cost_share", "energy_storage")[0].share
    found = cost_ratio({"CATL": 20.0, "BYD": 10.0, "Panasonic": 70.0}, barred, threshold)
    assert found.ratio == pytest.approx(0.70)
    assert found.passes
    assert found.slack == pytest.approx(0.10)
    assert not cost_ratio({"CATL": 41.0, "LGES": 59.0}, barred, threshold).passes
    assert cost_ratio({"CATL": 40.0, "LGES": 60.0}, barred, threshold).passes
    with pytest.raises(InputError, match="no direct cost"):
        cost_ratio({}, barred, threshold)


def test_an_alliance_saves_until_the_credit_goes() -> None:
    small = alliance(0.2, 80.0, 0.2, 0.60, 35.0)
    assert small.credit_lost_per_kwh == 0.0
    assert small.net_per_kwh == pytest.approx(0.2 * 80 * 0.2)
    large = alliance(0.6, 80.0, 0.2, 0.60, 35.0)
    assert large.credit_lost_per_kwh == 35.0
    assert large.net_per_kwh == pytest.approx(0.6 * 80 * 0.2 - 35)


@given(
    cost=st.floats(1, 200), discount=st.floats(0, 0.9), threshold=FRACTION, more=st.floats(0, 99)
)
def test_the_largest_share_just_keeps_the_credit(
    cost: float, discount: float, threshold: float, more: float
) -> None:
    most = alliance(0.0, cost, discount, threshold, 1.0, more).largest_share
    at = alliance(most, cost, discount, threshold, 1.0, more).ratio
    assert at.slack >= -1e-9
    if most < 1.0:
        assert at.slack == pytest.approx(0.0, abs=1e-9)


# --- credits by year -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "cell", "module"),
    [(2023, 35, 10), (2029, 35, 10), (2030, 26.25, 7.5), (2031, 17.5, 5), (2032, 8.75, 2.5)],
)
def test_production_credit_by_year(year: int, cell: float, module: float) -> None:
    assert production_credit(DB, year, "cell").amount == pytest.approx(cell)
    assert production_credit(DB, year, "module").amount == pytest.approx(module)


def test_a_recalled_credit_says_so_and_an_ended_one_is_none() -> None:
    mineral = production_credit(DB, 2031, "critical_mineral")
    assert mineral.amount == pytest.approx(7.5)
    assert mineral.unit == "%"
    assert any("not verified" in note for note in mineral.notes)
    with pytest.raises(InputError, match=r"pays nothing for 'cell' in 2033.*ended on 31 Dec 2032"):
        production_credit(DB, 2033)
    with pytest.raises(InputError, match="name one of cell, module"):
        production_credit(DB, 2027, "wafer")


# --- S28: subsidy of vehicles --------------------------------------------------------------


def test_vehicles_that_the_budget_pays() -> None:
    found = reach_on(DB, 2024)
    assert found.vehicles == subsidy_reach(129.1e9, 0.85e6) == 151_882
    assert {r.record.source for r in found.records} == {"JAPAN_EV_ECO"}
    with pytest.raises(InputError, match="no budget of JPN_CEV is sourced for 2026"):
        reach_on(DB, 2026)


@pytest.mark.parametrize(
    ("vehicle", "on", "cap"),
    [
        ("BEV", "2025-12-31", 0.9e6),
        ("BEV", "2026-01-01", 1.3e6),
        ("PHEV", 2025, 0.6e6),
        ("PHEV", 2026, 0.85e6),
        ("kei_EV", 2026, 0.58e6),
        ("FCEV", "2026-03-31", 2.55e6),
        ("FCEV", "2026-04-01", 1.5e6),
    ],
)
def test_caps_by_class_and_day(vehicle: str, on: int | str, cap: float) -> None:
    assert [r.value for r in law_on(DB, "JPN_CEV", on).of("largest_subsidy", vehicle)] == [cap]


def test_price_after_subsidy_and_added_vehicles() -> None:
    assert net_price(4e6, 1.3e6) == 2.7e6
    assert net_price(1e6, 1.3e6) == 0.0
    assert added_vehicles(1000, 4e6, 1e6, 1.5) == pytest.approx(375)
    with pytest.raises(InputError, match="give more than 0"):
        subsidy_reach(1.0, 0.0)


# --- S29: grants for cell plants -----------------------------------------------------------


def test_money_per_gwh_by_project() -> None:
    found = {g.project: g for g in grants(DB)}
    assert found["12_projects_2024"].gwh_per_year == 40
    billions = {name: g.investment_per_gwh for name, g in found.items() if g.investment}
    assert {name: round((v or 0) / 1e9, 1) for name, v in billions.items()} == {
        "Toyota": 27.2, "Panasonic_Subaru": 28.9, "Nissan_LFP": 30.7, "Mazda": 12.8,
    }  # fmt: skip
    assert found["12_projects_2024"].grant_per_gwh == pytest.approx(8.7e9, rel=1e-3)
    assert found["Nissan_LFP"].granted_share == pytest.approx(0.36, abs=0.005)
    assert found["Mazda"].granted_share == pytest.approx(0.34, abs=0.005)
    assert found["Toyota"].granted_share is None


def test_a_grant_takes_its_annuity_off_a_kwh() -> None:
    assert grant_per_kwh(8.7e9, 0.0, 10.0) == pytest.approx(870.0)
    assert grant_per_kwh(8.7e9, 0.08, 10.0) == pytest.approx(8700 * annuity(0.08, 10.0))
    assert grant_per_kwh(8.7e9, 0.08, 10.0, 0.5) == pytest.approx(2 * 8700 * annuity(0.08, 10.0))
    with pytest.raises(InputError, match="cannot be spread"):
        grant_per_kwh(1.0, 0.08, 0.0)
