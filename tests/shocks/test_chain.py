"""From a plan, and from world shares, to a chain; and which lanes an event touches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.scenario.read import load_scenario
from calculator.scenario.run import scenario_database
from calculator.scenario.sourcing import Sourced, source_scenario
from calculator.shocks import (
    Chain,
    Effect,
    Event,
    Lane,
    Mitigation,
    Point,
    Stock,
    chain_of,
    chain_of_shares,
    replay,
    stress_test,
)
from calculator.shocks.availability import availability, dearer, touches
from calculator.shocks.flows import Pools
from calculator.shocks.levels import levels_of
from materials_db.database import MaterialsDB
from tests.shocks.chains import START, cut, line, one_point

EUROPE = Path(__file__).parents[2] / "examples" / "europe.yaml"


@pytest.fixture(scope="module")
def sourced() -> Sourced:
    scenario = load_scenario(str(EUROPE))
    return source_scenario(scenario_database(scenario), scenario)


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return scenario_database(load_scenario(str(EUROPE)))


@pytest.fixture(scope="module")
def planned(sourced: Sourced) -> Chain:
    return chain_of(sourced)


@pytest.fixture(scope="module")
def market(db: MaterialsDB) -> Chain:
    return chain_of_shares(db, ["LFP", "NMC811"], "EUU", 30.0)


def lane_sums(chain: Chain) -> dict[str, float]:
    """Sum of the shares of each point."""
    return {p.id: sum(x.share for x in chain.lanes if x.point == p.id) for p in chain.points}


# --- a plan ----------------------------------------------------------------------------


def test_recipe_and_flows_of_a_plan_balance(planned: Chain) -> None:
    made = {point.id: point.per_day for point in planned.points}
    for source, per_day in made.items():
        if source not in planned.energy:
            used = sum(
                row.get(source, 0.0) * made[target] for target, row in planned.recipe.items()
            )
            assert used == pytest.approx(per_day, rel=1e-9)
    assert all(total == pytest.approx(1.0, abs=1e-9) for total in lane_sums(planned).values())
    assert planned.gwh_per_day * 365 == pytest.approx(30.0, rel=1e-9)


def test_flows_of_a_chain_are_those_of_its_plan(sourced: Sourced, planned: Chain) -> None:
    """What is made of each good in a year, pooled over places and forms."""
    pools = Pools.among(sourced.supply.network)
    made: dict[str, float] = {}
    for row in sourced.plan.sources:
        name = pools.of.get(row.commodity)
        if name is not None:
            made[name] = made.get(name, 0.0) + row.quantity
    for point in planned.points:
        assert point.per_day * 365 == pytest.approx(made[point.id], rel=1e-6)


def test_prices_of_a_plan_add_up_to_its_cost(sourced: Sourced, planned: Chain) -> None:
    """The cells' landed price: all purchases and processes, and what is recycled at its cost."""
    points = {p.id: p for p in planned.points}
    cells = sum(points[name].price * points[name].per_day * 365 for name in planned.energy)
    goods = {good.id for good in sourced.supply.network.commodities if good.counted}
    scrap = sum(
        row.freight_cost + row.duty_cost
        for row in sourced.plan.shipments
        if row.commodity not in goods
    )
    recycled = sum(row.quantity_kg_per_year * row.usd_per_kg for row in sourced.recycled)
    kinds = sourced.plan.cost_by_kind
    bought = sum(kinds[kind] for kind in ("price", "conversion", "freight", "duty"))
    assert cells == pytest.approx(bought - scrap + recycled, rel=1e-6)


def test_a_chain_goes_from_mine_to_cell(planned: Chain) -> None:
    seen: set[str] = set()
    for point in planned.points:
        assert set(planned.recipe.get(point.id, {})) <= seen
        seen.add(point.id)
    stages = [
        [planned.points[k].stage for k in levels_of(planned).order[x.at]]
        for x in levels_of(planned).levels
    ]
    assert set(stages[0]) == {"mining"} and set(stages[-1]) == {"cell"}
    assert not any("capacity of" in p.id or "scrap" in p.id for p in planned.points)


def test_recycled_supply_is_a_lane_of_its_own(sourced: Sourced, planned: Chain) -> None:
    recycled = [x for x in planned.lanes if x.point == "cobalt, refined" and x.route != "primary"]
    rows = [r for r in sourced.recycled if r.material == "cobalt"]
    assert {x.route for x in recycled} == {r.route for r in rows}
    assert sum(x.share for x in recycled) == pytest.approx(sum(r.share for r in rows), rel=1e-6)


def test_spares_are_what_the_buyer_could_still_get(sourced: Sourced, planned: Chain) -> None:
    """Share of the market open to a buyer x capacity - what the plan takes."""
    access = sourced.supply.access
    assert access is not None and sourced.plan.layout is not None
    share = access.rule.share  # type: ignore[attr-defined]
    net = sourced.supply.network
    process = next(p for p in net.processes if p.id == "graphite, refined in JPN")
    point = next(p for p in planned.points if p.id == "graphite, refined")
    spare = next(s for s in planned.spares if (s.point, s.origin) == (point.id, "JPN"))
    taken = sum(
        r.quantity for r in sourced.plan.sources if r.id == "process graphite, refined in JPN"
    )
    assert spare.share * point.per_day * 365 == pytest.approx(share * process.capacity - taken)
    assert all(s.share > 0 and s.premium > -1.0 for s in planned.spares)


def test_no_plan_no_chain(sourced: Sourced) -> None:
    with pytest.raises(InputError, match="no plan to put to a test"):
        chain_of(replace(sourced, plan=replace(sourced.plan, status="infeasible")))


# --- today's mix -----------------------------------------------------------------------


def test_todays_mix_balances(market: Chain) -> None:
    levels_of(market)
    assert all(total == pytest.approx(1.0, abs=1e-9) for total in lane_sums(market).values())
    made = {p.id: p.per_day for p in market.points}
    for source, per_day in made.items():
        if source not in market.energy:
            used = sum(row.get(source, 0.0) * made[target] for target, row in market.recipe.items())
            assert used == pytest.approx(per_day, rel=1e-9)
    assert market.gwh_per_day * 365 == pytest.approx(30.0)
    assert made["battery_cell, LFP"] == pytest.approx(made["battery_cell, NMC811"])


def test_todays_mix_is_that_of_the_table_of_shares(db: MaterialsDB, market: Chain) -> None:
    """Anode material: the shares of the table, named countries and rest together."""
    rows = {
        r.country: r.value / 100
        for r in db.shares
        if (r.material, r.stage) == ("anode_active_material", "active_material")
    }
    china = sum(x.share for x in market.lanes if (x.point, x.origin) == ("graphite", "CHN"))
    assert china == pytest.approx(rows["CHN"] / sum(rows.values()), abs=0.02)


def test_a_replay_is_one_call(db: MaterialsDB) -> None:
    found = replay(db, "COD_cobalt_suspension_2025", "NMC811", importer="EUU", gwh_per_year=10.0)
    assert found.start == found.events[0].start  # type: ignore[union-attr]
    point = found.binding()
    assert found.lost_gwh[0] > 0 and point is not None
    assert (point.material, point.stage) == ("cobalt", "mining")
    stocked = replay(
        db, "COD_cobalt_suspension_2025", "NMC811", importer="EUU", gwh_per_year=10.0,
        mitigation=Mitigation(stocks=(Stock(400.0),)),
    )  # fmt: skip
    assert stocked.lost_gwh[0] == 0.0


def test_a_replay_asks(db: MaterialsDB) -> None:
    with pytest.raises(InputError, match="no source states how much it withholds"):
        replay(db, "CHN_graphite_licence_2023", "NMC811", importer="EUU", gwh_per_year=1.0)
    with pytest.raises(InputError, match="needs a buyer"):
        replay(db, "COD_cobalt_suspension_2025", "NMC811")


def test_an_event_on_a_plan(sourced: Sourced, db: MaterialsDB) -> None:
    found = replay(db, cut("graphite", stage="refining", reach="output"), sourced)
    assert found.output[0, 0] == pytest.approx(0.35, abs=1e-6)  # 65 % of it comes from China


# --- lanes -----------------------------------------------------------------------------

POINT = Point("g", "graphite", "refining", "kg", 1.0)


@pytest.mark.parametrize(
    ("effect", "lane", "hit"),
    [
        ({"origins": ("CHN",)}, ("CHN", "DEU"), True),
        ({"origins": ("CHN",)}, ("CHN", "CHN"), False),
        ({"origins": ("CHN",), "reach": "output"}, ("CHN", "CHN"), True),
        ({"origins": ("CHN",)}, (None, "DEU"), False),
        ({"origins": ("CHN",), "reach": "output"}, (None, "DEU"), False),
        ({"reach": "output"}, (None, "DEU"), True),
        ({}, ("POL", "DEU"), False),
        ({}, ("POL", "EUU"), False),
        ({}, ("POL", "USA"), True),
        ({"origins": ("EUU",)}, ("POL", "USA"), True),
        ({"origins": ("CHN",)}, ("CHN", None), True),
        ({"origins": ("CHN",), "destinations": ("USA",)}, ("CHN", "DEU"), False),
        ({"origins": ("CHN",), "destinations": ("EUU",)}, ("CHN", "DEU"), True),
        ({"origins": ("CHN",), "exempt": ("EUU",)}, ("CHN", "DEU"), False),
        ({"origins": ("CHN",), "exempt": ("Maker",)}, ("CHN", "DEU"), False),
        ({"owners": ("Maker",)}, ("CHN", "DEU"), True),
        ({"owners": ("Other",)}, ("CHN", "DEU"), False),
        ({"material": "graphite", "stage": "refining"}, ("CHN", "DEU"), True),
        ({"material": "graphite", "stage": "mining"}, ("CHN", "DEU"), False),
        ({"material": "lithium"}, ("CHN", "DEU"), False),
    ],
)
def test_which_lanes_an_event_touches(
    effect: dict[str, object], lane: tuple[str | None, str | None], hit: bool
) -> None:
    made = Lane("g", *lane, "Maker", "primary", 1.0)
    assert touches(Effect(**effect), POINT, made) is hit  # type: ignore[arg-type]


def test_a_price_is_that_of_the_market() -> None:
    rise = Effect(material="graphite", origins=("CHN",), price_rise=1.0)
    assert dearer(rise, POINT, Lane("g", "AUS", "DEU", None, "primary", 1.0))
    assert not dearer(rise, POINT, Lane("g", "CHN", "CHN", None, "primary", 1.0))
    assert not dearer(
        replace(rise, exempt=("DEU",)), POINT, Lane("g", "AUS", "DEU", None, "primary", 1.0)
    )


def test_availability_is_by_event_point_and_day() -> None:
    event = cut("refining", 0.5, days=10, after=5)
    found = availability(line(), [event, (event, event)], START, 30)
    assert found.shape == (2, 4, 30)
    assert found[0, 1, 4:16].tolist() == pytest.approx([1.0, *[0.65] * 10, 1.0])
    assert found[1, 1, 5] == pytest.approx(0.3 + 0.7 * 0.25)
    assert (found[:, [0, 2, 3]] == 1.0).all()


def test_both_ways_to_combine_effects_agree() -> None:
    """Effects on lanes apart add up; the general product must give the same."""
    blow = (
        cut("mining", 0.3, days=20),
        cut("refining", 0.4, after=3),
        cut("cell", 0.0, delay_days=7.5),
    )
    nothing = cut(None, 1e-300, days=40)
    plain = availability(line(), [blow], START, 50, 0.5)
    general = availability(line(), [(*blow, nothing)], START, 50, 0.5)
    assert np.abs(plain - general).max() < 1e-12


def test_an_event_that_began_before_is_half_over() -> None:
    event = Event("e", "e", date(2025, 12, 22), 20, (Effect("cell", None, ("CHN",), cut=1.0),))
    found = stress_test(one_point(), event, start=START, days=30)
    assert (found.output[0] < 1).sum() == 10
