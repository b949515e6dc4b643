"""Projects as capacity of the supply network: they are used, and change nothing when off."""

from __future__ import annotations

from typing import Any

import pytest

from calculator.errors import InputError
from calculator.scenario import make_scenario
from calculator.scenario.project_effect import without_projects
from calculator.scenario.projects import projects_of
from calculator.scenario.read import ScenarioError
from calculator.scenario.schema import Scenario
from calculator.scenario.sourcing import Sourced, source_scenario, supply_of
from materials_db.database import MaterialsDB
from materials_db.faults import UnknownNameError
from materials_db.load import load_database

GRAPHITE = {
    "name": "Graphite Norway",
    "country": "NOR",
    "material": "graphite",
    "stage": "refining",
    "capacity": "20 kt/year",
    "start": 2028,
    "ramp": "2 year",
    "cost": "1.5 USD_2025/kg",
}
CELLS = {
    "name": "Cells Finland",
    "country": "FIN",
    "material": "battery_cell",
    "stage": "cell",
    "capacity": "5 GWh/year",
    "start": 2027,
    "ramp": "0 year",
    "cost": "10 USD_2025/kWh",
    "offtake": "100 %",
}


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def scenario_of(*projects: dict[str, Any], year: int | None = 2029, **more: Any) -> Scenario:
    asked = {"importer": "JPN", "demand": "20 GWh/year", "projects": list(projects), **more}
    if year is not None:
        asked["year"] = year
    return make_scenario({"chemistries": ["LFP"], "sourcing": asked})


@pytest.fixture(scope="module")
def plain(db: MaterialsDB) -> Sourced:
    return source_scenario(db, scenario_of())


@pytest.fixture(scope="module")
def both(db: MaterialsDB) -> Sourced:
    return source_scenario(db, scenario_of(GRAPHITE, CELLS))


def test_switched_off_is_as_before(db: MaterialsDB, plain: Sourced) -> None:
    scenario = scenario_of(GRAPHITE, CELLS)
    assert supply_of(db, without_projects(scenario)).network == plain.supply.network
    assert plain.projects is None
    assert plain.supply.projects == ()


def test_not_yet_started_changes_no_plan(db: MaterialsDB, plain: Sourced) -> None:
    early = source_scenario(db, scenario_of(GRAPHITE, year=2027))
    assert early.plan.cost == pytest.approx(plain.plan.cost)
    assert early.supply.network == plain.supply.network
    assert any("delivers nothing in the year asked" in note for note in early.notes)


def test_plan_uses_the_projects(both: Sourced, plain: Sourced) -> None:
    """20 kt at three quarters of the ramp, of which 25 % is open; 5 GWh, all of it promised."""
    effect = both.projects
    assert effect is not None
    graphite, cells = effect.uses
    assert graphite.project.per_year == pytest.approx(15e6)
    assert graphite.open_to_buyer == pytest.approx(3.75e6)
    assert graphite.used == pytest.approx(3.75e6)
    assert cells.used == pytest.approx(5e6)
    assert cells.share == pytest.approx(1.0)
    assert both.plan.cost < plain.plan.cost
    kwh = both.supply.demand_kwh_per_year
    assert effect.cost_without_per_kwh == pytest.approx(plain.plan.cost / kwh)
    assert effect.saved_per_kwh == pytest.approx((plain.plan.cost - both.plan.cost) / kwh)


def test_dependence_with_and_without(both: Sourced, plain: Sourced) -> None:
    assert both.projects is not None
    china = {(row.material, row.stage): row for row in both.projects.shares if row.country == "CHN"}
    for row in china.values():
        assert row.share_without is not None
        assert row.share_with <= row.share_without + 1e-9
    cells = china["battery_cell", "cell"]
    assert cells.share_with == pytest.approx(0.75)
    without = {
        row.country: row.share
        for row in plain.plan.shares
        if (row.material, row.stage) == ("battery_cell", "cell")
    }
    assert cells.share_without == pytest.approx(without["CHN"])


def test_promised_output_passes_over_market_access(db: MaterialsDB) -> None:
    half = source_scenario(db, scenario_of({**GRAPHITE, "offtake": "50 %"}))
    assert half.projects is not None
    assert half.projects.uses[0].open_to_buyer == pytest.approx(7.5e6)
    assert half.projects.uses[0].used == pytest.approx(7.5e6)


def test_too_dear_a_project_is_not_used(db: MaterialsDB, plain: Sourced) -> None:
    dear = source_scenario(db, scenario_of({**GRAPHITE, "cost": "900 USD_2025/kg"}))
    assert dear.projects is not None
    assert dear.projects.uses[0].used == pytest.approx(0.0, abs=1e-6)
    assert dear.plan.cost == pytest.approx(plain.plan.cost)


def test_project_rests_on_what_was_asked(both: Sourced) -> None:
    grounds = both.supply.grounds["graphite, refined in NOR (Graphite Norway)"]
    assert {one.quantity for one in grounds} == {"capacity", "conversion"}
    assert all(one.basis == "assumed" for one in grounds)
    assert "75 % in 2029" in grounds[0].assumptions[0] + grounds[1].assumptions[0]


def test_silicon_anode_makes_no_graphite(db: MaterialsDB) -> None:
    sila = {
        "project": "Sila", "capacity": "10 kt/year", "start": 2028, "ramp": "1 year",
        "cost": "3 USD_2025/kg",
    }  # fmt: skip
    (one,) = projects_of(db, scenario_of(sila))
    assert (one.country, one.material, one.good) == (
        "USA",
        "anode_active_material",
        "SiC_composite",
    )
    with pytest.raises(InputError, match=r"makes SiC_composite .* which these cells do not take"):
        supply_of(db, scenario_of(sila))


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ({"project": "Sila"}, "no source states its capacity, start, ramp, cost; give them"),
        ({"project": "Caremag"}, "makes dysprosium and terbium, which no cell plan holds"),
        ({**GRAPHITE, "material": "nickel"}, "which these cells do not take"),
        ({**GRAPHITE, "material": "grafite"}, "no cell plan follows grafite at refining"),
        ({**GRAPHITE, "capacity": "20 GWh/year"}, "is counted by mass"),
        ({**CELLS, "cost": "10 USD_2025/kg"}, "is counted by energy"),
    ],
)
def test_projects_that_cannot_be(db: MaterialsDB, project: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        supply_of(db, scenario_of(project))


def test_unknown_project(db: MaterialsDB) -> None:
    with pytest.raises(UnknownNameError, match="Caremag"):
        supply_of(db, scenario_of({"project": "Caremack"}))


@pytest.mark.parametrize(
    ("project", "year", "said"),
    [
        (GRAPHITE, None, "'projects' stand without 'year'"),
        ({k: v for k, v in GRAPHITE.items() if k != "cost"}, 2029, "lacks cost"),
        ({**GRAPHITE, "project": "Sila"}, 2029, "either shipped or your own"),
        ({"project": "Sila", "country": "USA"}, 2029, "'country' of the shipped project"),
        ({**GRAPHITE, "capacity": "20 kt"}, 2029, "no output a year"),
        ({**GRAPHITE, "ramp": "-1 year"}, 2029, "too small"),
        ({**GRAPHITE, "cost": "1.5 USD/kg"}, 2029, "money without a year"),
        ({**GRAPHITE, "offtake": "120 %"}, 2029, "too large"),
    ],
)
def test_faults_of_a_scenario(project: dict[str, Any], year: int | None, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as found:
        scenario_of(project, year=year)
    assert len(found.value.faults) == 1


def test_one_name_twice() -> None:
    with pytest.raises(ScenarioError, match="'Graphite Norway' stands twice"):
        scenario_of(GRAPHITE, {**GRAPHITE, "country": "SWE"})


def test_one_owner_twice_in_a_place(db: MaterialsDB) -> None:
    first, second = ({**GRAPHITE, "name": n, "owner": "One"} for n in ("first", "second"))
    with pytest.raises(InputError, match="One stands twice for graphite"):
        supply_of(db, scenario_of(first, second))


def test_more_capacity_never_costs_more(db: MaterialsDB, plain: Sourced) -> None:
    sizes = ("0 kt/year", "5 kt/year", "40 kt/year")
    costs = [
        source_scenario(db, scenario_of({**GRAPHITE, "capacity": size})).plan.cost for size in sizes
    ]
    assert costs[0] == pytest.approx(plain.plan.cost)
    assert costs[1] <= costs[0] + 1e-6 * costs[0]
    assert costs[2] <= costs[1] + 1e-6 * costs[1]


def test_projects_with_several_chemistries_share_their_cells(db: MaterialsDB) -> None:
    """5 GWh of cells stay 5 GWh when two chemistries may be made there."""
    asked = {
        "importer": "JPN", "demand": "20 GWh/year", "year": 2029,
        "chemistries": ["LFP", "NMC811"], "projects": [CELLS],
        "rules": [
            {"rule": "chemistry_share", "name": "Half", "chemistry": "NMC811", "at_least": "50 %"}
        ],
    }  # fmt: skip
    found = source_scenario(
        db, make_scenario({"chemistries": ["LFP", "NMC811"], "sourcing": asked})
    )
    assert found.projects is not None
    (use,) = found.projects.uses
    assert use.used == pytest.approx(5e6)
