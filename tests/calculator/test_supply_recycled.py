"""Recycled supply: streams, recovery, cost by hand, and where it enters a network."""

from __future__ import annotations

from math import nan

import pytest

from calculator.evaluation import Request
from calculator.money import conversion
from calculator.prices import price_book
from calculator.regions import region_factors
from calculator.sourcing import Ban, Plan, RecycledFloor, solve
from calculator.supply import Need, SupplyNetwork, supply_network
from calculator.supply.capacity import capacities
from calculator.supply.chains import Chain, Chains
from calculator.supply.grounds import ground
from calculator.supply.process_cost import process_cost
from calculator.supply.recycled import (
    MARKET_SCRAP,
    OWN_SCRAP,
    Feed,
    Recycling,
    Streams,
    cell_feed,
    scrap_feed,
)
from calculator.supply.recyclers import recyclers
from calculator.supply.trade import trade_tables
from materials_db.database import MaterialsDB

DECK, YEAR, MONEY = "quotes_2026-06", 2025, "USD_2025"
GWH = 30.0
AMOUNT = ground("capacity", "given")


@pytest.fixture(scope="module")
def chains(db: MaterialsDB) -> dict[str, Chain]:
    able = capacities(db)
    places = {row.country for key in able.shares for row in able.shares[key]}
    regions = {c: region_factors(db, c, MONEY) for c in places}
    maker = Chains(db, price_book(db, DECK, YEAR), regions, able, trade_tables(db, MONEY))
    found = {e: maker.chain(e) for e in ("Li", "Ni", "Co", "Mn", "graphite", "Cu", "P", "La")}
    return {e: chain for e, chain in found.items() if chain is not None}


# --- what the streams hold ---------------------------------------------------------------

CATHODE = Need("cam", 2.0, 1.75, 20.0, {"Ni": 0.5, "Li": 0.07}, active=True, positive=True)
FOIL = Need("cu", 0.5, 0.4, 5.0, {"Cu": 1.0}, active=False, foil=True)
LIQUID = Need("liquid", 1.0, 0.9, 5.0, {"P": 0.02, "Li": 0.01}, active=False)


def test_scrap_is_what_is_bought_and_not_in_the_cell() -> None:
    feed = scrap_feed([CATHODE, FOIL, LIQUID])
    assert feed.kg_per_kwh == pytest.approx(0.25 + 0.1)
    assert feed.kg_by_element == pytest.approx({"Ni": 0.125, "Li": 0.0175, "Cu": 0.1})


def test_old_cells_are_treated_whole_and_give_back_electrodes() -> None:
    feed = cell_feed([CATHODE, FOIL, LIQUID], 4.5)
    assert feed.kg_per_kwh == 4.5
    assert feed.kg_by_element == pytest.approx({"Ni": 0.875, "Li": 0.1225, "Cu": 0.4})


# --- cost --------------------------------------------------------------------------------


def test_cost_by_hand(chains: dict[str, Chain], db: MaterialsDB) -> None:
    """One element in the feed bears the whole treatment: payable per kg recovered, and that."""
    work = Recycling(db, "hydromet", {"Ni": chains["Ni"]})
    region = region_factors(db, "KOR", MONEY)
    (found,) = work.recovered(Feed(4.0, {"Ni": 0.5}), region, OWN_SCRAP, nan, AMOUNT)
    cost = process_cost(db, "hydromet_recycling", region)
    assert cost is not None
    collection = 500.0 / 1000.0 * conversion(db, "CNY_2023", MONEY).factor
    price = chains["Ni"].end.usd_per_kg
    treated = (cost.total_usd_per_kg + collection) * 4.0 / (0.5 * 0.98)
    assert found.usd_per_kg == pytest.approx(0.78 / 0.98 * price + treated)
    assert (found.recovery, found.kg_per_kwh) == (0.98, 0.5)


def test_treatment_is_spread_once(chains: dict[str, Chain], db: MaterialsDB) -> None:
    """What all elements cost above their payable is the treatment of the feed, no more."""
    some = {e: chains[e] for e in ("Ni", "Co", "Li", "Mn", "Cu")}
    feed = Feed(0.4, {"Ni": 0.1, "Co": 0.01, "Li": 0.02, "Mn": 0.01, "Cu": 0.05})
    work, region = Recycling(db, "hydromet", some), region_factors(db, "POL", MONEY)
    found = work.recovered(feed, region, OWN_SCRAP, nan, AMOUNT)
    assert {one.element for one in found} == set(some)
    payable = {"Ni": 0.78, "Co": 0.78, "Li": 0.77, "Mn": 0.0, "Cu": (0.78 + 0.78 + 0.77) / 3}
    above = sum(
        one.kg_per_kwh
        * (
            one.recovery * one.usd_per_kg
            - payable[one.element] * chains[one.element].end.usd_per_kg
        )
        for one in found
    )
    cost = process_cost(db, "hydromet_recycling", region)
    assert cost is not None
    collection = 0.5 * conversion(db, "CNY_2023", MONEY).factor
    assert above == pytest.approx(0.4 * (cost.total_usd_per_kg + collection))


def test_others_sell_at_the_market_price_or_their_cost(
    chains: dict[str, Chain], db: MaterialsDB
) -> None:
    work, feed = Recycling(db, "hydromet", {"Ni": chains["Ni"]}), Feed(0.4, {"Ni": 0.1})
    price = chains["Ni"].end.usd_per_kg
    for country in ("CHN", "USA"):
        region = region_factors(db, country, MONEY)
        (own,) = work.recovered(feed, region, OWN_SCRAP, nan, AMOUNT)
        (other,) = work.recovered(feed, region, MARKET_SCRAP, 1e6, AMOUNT)
        assert other.usd_per_kg == max(own.usd_per_kg, price)
        assert other.per_year == pytest.approx(1e6 * 0.1 * 0.98)


def test_pyrometallurgy_returns_no_lithium(chains: dict[str, Chain], db: MaterialsDB) -> None:
    work = Recycling(db, "pyromet", {e: chains[e] for e in ("Li", "Ni")})
    assert work.elements(Feed(4.0, {"Ni": 0.5, "Li": 0.1})) == ("Ni",)


def test_hydrometallurgy_returns_no_anode_graphite(
    chains: dict[str, Chain], db: MaterialsDB
) -> None:
    """A residue of graphite is no anode material until it is purified again."""
    work = Recycling(db, "hydromet", {e: chains[e] for e in ("graphite", "Co")})
    assert work.elements(Feed(4.0, {"graphite": 1.0, "Co": 0.1})) == ("Co",)


def test_a_missing_payable_is_told(chains: dict[str, Chain], db: MaterialsDB) -> None:
    work = Recycling(db, "hydromet", {e: chains[e] for e in ("Cu", "Ni", "Mn")})
    feed, region = Feed(4.0, {"Ni": 0.5, "Mn": 0.1, "Cu": 0.2}), region_factors(db, "CHN", MONEY)
    found = {r.element: r for r in work.recovered(feed, region, OWN_SCRAP, nan, AMOUNT)}
    said = {e: [t for g in r.grounds for t in g.assumptions] for e, r in found.items()}
    assert any("no payable for Cu by hydromet; the mean of Ni, Co, Li" in t for t in said["Cu"])
    assert not any("payable" in t for t in said["Ni"] + said["Mn"])


# --- how much there is -------------------------------------------------------------------


def test_scrap_of_others_is_their_output_less_the_buyers(db: MaterialsDB) -> None:
    """Poland makes 5.99 % of 1,000 GWh; 30 of it may be the buyer's own cells."""
    streams = Streams(db, capacities(db), GWH * 1e6)
    kwh, found = streams.market_scrap("POL")
    assert kwh == pytest.approx((59.9 - 30.0) * 1e6)
    assert any("like the buyer's own" in text for text in found.assumptions)
    assert streams.market_scrap("FRA")[0] == 0.0  # 10 GWh, all of it perhaps the buyer's
    assert streams.market_scrap("KOR")[0] == 0.0  # no cell plant in the table


def test_old_cells_of_the_union_are_shared_by_its_recyclers(db: MaterialsDB) -> None:
    streams = Streams(db, capacities(db), GWH * 1e6)
    stated = next(r for r in db.recycling if (r.route, r.country) == ("end_of_life", "EUU"))
    kwh, found = streams.old_cells("POL", ("POL", "DEU", "USA"))
    assert kwh == pytest.approx(stated.value * 1e6 / 2)
    assert "old cells of EUU are split evenly over its recyclers" in found.assumptions
    assert streams.old_cells("USA", ("POL", "DEU", "USA"))[0] == pytest.approx(1.15e6)
    assert streams.old_cells("KOR", ("KOR",))[0] == 0.0


def test_who_recycles(db: MaterialsDB) -> None:
    able = capacities(db)
    assert set(recyclers(able, "EUU")) == {"CHN", "POL", "USA", "HUN", "DEU", "FRA", "ROW"}
    assert recyclers(able, "KOR")[-1] == "KOR"


# --- in a network ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def request_nmc(db: MaterialsDB) -> Request:
    return Request(db.chemistry("NMC811"), db.cell_format("prismatic_EV"), DECK, "CHN", YEAR)


@pytest.fixture(scope="module")
def nmc(db: MaterialsDB, request_nmc: Request) -> SupplyNetwork:
    return supply_network(db, request_nmc, "EUU", GWH)


def made_of(plan: Plan, stream: str, material: str) -> dict[str, float]:
    """Quantity of a material by country from one stream."""
    rows = [r for r in plan.sources if stream in r.id and r.material == material]
    return {str(r.country): r.quantity for r in rows}


def test_own_scrap_stands_where_the_cells_are_made(nmc: SupplyNetwork) -> None:
    """All nickel scrap of the plan's own plants and no more, each in its country."""
    plan = solve(nmc.network, [Ban("no China", country="CHN"), nmc.access.rule])
    process = next(p for p in nmc.network.processes if p.id == "battery_cell in POL")
    cells = {str(r.country): r.quantity for r in plan.sources if r.stage == "cell"}
    found = made_of(plan, "own scrap", "nickel")
    assert set(found) <= set(cells)
    for country, quantity in found.items():
        left = process.outputs["Ni in own scrap"] * cells[country] * 0.98
        assert quantity == pytest.approx(left, rel=1e-6)


def test_scrap_is_no_material_of_the_mix(nmc: SupplyNetwork) -> None:
    plan = solve(nmc.network, [nmc.access.rule])
    assert not any("scrap" in row.material for row in plan.shares)
    assert any("scrap" in row.commodity for row in plan.shipments)


def test_recycled_nickel_costs_and_comes_from_somewhere(nmc: SupplyNetwork) -> None:
    free = solve(nmc.network, [nmc.access.rule])
    floor = RecycledFloor("floor", 0.15, "nickel")
    plan = solve(nmc.network, [floor, nmc.access.rule])
    assert plan.cost > free.cost
    recycled = [r for r in plan.sources if r.material == "nickel" and r.route == "hydromet"]
    assert sum(r.share for r in recycled) == pytest.approx(0.15, abs=1e-6)
    assert {r.id.partition(" from ")[2].partition(" in ")[0] for r in recycled} <= {
        "own scrap",
        "market scrap",
        "end-of-life cells",
    }
    assert all(nmc.grounds_of(r.id) for r in recycled)


def test_no_more_is_recycled_than_there_is(nmc: SupplyNetwork) -> None:
    """Everything recovered, at full access, stays within scrap and old cells x recovery."""
    plan = solve(nmc.network, [RecycledFloor("all", 0.5, "nickel")])
    limits = {f"supply {s.id}": s.capacity for s in nmc.network.supplies}
    for row in plan.sources:
        if "market scrap" in row.id or "end-of-life" in row.id:
            assert row.quantity <= limits[row.id] * (1 + 1e-9)


def test_named_recyclers_alone(db: MaterialsDB, request_nmc: Request) -> None:
    built = supply_network(db, request_nmc, "EUU", GWH, recyclers=("DEU",))
    recycled = [s.node for s in built.network.supplies if s.route == "hydromet"]
    recycled += [p.node for p in built.network.processes if p.route == "hydromet"]
    assert set(recycled) == {"recycling:DEU"}
    scrap = {a.source for a in built.network.arcs if a.commodity == "Ni in own scrap"}
    assert scrap == {"cell:POL", "cell:HUN", "cell:DEU", "cell:FRA"}  # one customs area
