"""Recycled supply: streams, joint recovery, cost by hand, and where it enters a network."""

from __future__ import annotations

from math import isnan

import pytest

from calculator.errors import InputError
from calculator.evaluation import Request
from calculator.money import conversion
from calculator.prices import price_book
from calculator.regions import region_factors
from calculator.sourcing import Ban, Plan, RecycledFloor, solve
from calculator.supply import (
    Need,
    RecyclingTerms,
    SupplyNetwork,
    recycled_rows,
    recycling_lines,
    recycling_routes,
    supply_network,
)
from calculator.supply.capacity import capacities
from calculator.supply.chains import Chain, Chains
from calculator.supply.grounds import ground
from calculator.supply.process_cost import process_cost
from calculator.supply.recycled import Recycling
from calculator.supply.recyclers import recyclers
from calculator.supply.streams import (
    MARKET_SCRAP,
    OLD_CELLS,
    OWN_SCRAP,
    Feed,
    Stream,
    Streams,
    cell_feed,
    scrap_feed,
    stream_mix,
)
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
    assert feed.contents["Cu"] == pytest.approx(0.1 / 0.35)
    assert feed.actives == pytest.approx({"Ni": 0.125 / 0.35, "Li": 0.0175 / 0.35})
    assert feed.cathodes == pytest.approx({"cam": 0.25 / 0.35})


def test_old_cells_are_treated_whole_and_give_back_electrodes() -> None:
    feed = cell_feed([CATHODE, FOIL, LIQUID], 4.5)
    assert feed.kg_per_kwh == 4.5
    assert feed.kg_by_element == pytest.approx({"Ni": 0.875, "Li": 0.1225, "Cu": 0.4})


# --- routes by hand ----------------------------------------------------------------------


def stream_of(feed: Feed, kind: str, country: str, kwh: float = 1e8) -> Stream:
    return Stream(kind, "X", feed, country, kwh, kwh * feed.kg_per_kwh, AMOUNT)


def work_of(
    db: MaterialsDB, chains: dict[str, Chain], *elements: str, discount: float | None = None
) -> Recycling:
    return Recycling(db, {e: chains[e] for e in elements}, {"cam": 20.0}, MONEY, discount)


def test_cost_by_hand(chains: dict[str, Chain], db: MaterialsDB) -> None:
    """Payable, collection and treatment; capital at the plant's size by the six-tenths way."""
    work, region = work_of(db, chains, "Ni", "Cu", "Li"), region_factors(db, "KOR", MONEY)
    feed = scrap_feed([CATHODE, FOIL])
    stream = Stream(OWN_SCRAP, "X", feed, "KOR", 1e8, 20e6, AMOUNT)
    (found,) = work.treated(stream, ("hydromet",), region)
    cost = process_cost(db, "hydromet_recycling", region)
    assert cost is not None
    capital = cost.capital_usd_per_kg * (20.0 / 10.0) ** (0.448 - 1.0)
    without = cost.total_usd_per_kg - cost.capital_usd_per_kg
    assert found.process_usd_per_kg == pytest.approx(without + capital)
    assert found.collection_usd_per_kg == pytest.approx(
        0.5 * conversion(db, "CNY_2023", MONEY).factor
    )
    nickel, lithium = (chains[e].end.usd_per_kg for e in ("Ni", "Li"))
    paid = 0.78 * nickel * feed.contents["Ni"] + 0.77 * lithium * feed.contents["Li"]
    assert found.feed_usd_per_kg == pytest.approx(paid)
    assert {out.item: out.recovery for out in found.outputs} == {"Li": 0.9, "Ni": 0.98, "Cu": 0.9}
    assert any("no payable for Cu" in t for one in found.grounds for t in one.assumptions)


@pytest.mark.parametrize("route", ["hydromet", "pyromet"])
def test_the_cost_of_a_feed_is_spread_once(
    chains: dict[str, Chain], db: MaterialsDB, route: str
) -> None:
    work, region = (
        work_of(db, chains, "Ni", "Co", "Li", "Mn", "Cu"),
        region_factors(db, "POL", MONEY),
    )
    (one,) = work.treated(
        stream_of(scrap_feed([CATHODE, FOIL]), OWN_SCRAP, "POL"), (route,), region
    )
    spread = sum(out.kg_per_kg * one.usd_per_kg_of(out) for out in one.outputs)
    assert spread == pytest.approx(one.cost_usd_per_kg)


def test_others_sell_at_the_market_price_or_their_cost(
    chains: dict[str, Chain], db: MaterialsDB
) -> None:
    """The margin is what their best route earns, whichever of them treats the feed."""
    work, feed = work_of(db, chains, "Ni", "Li", "Cu"), scrap_feed([CATHODE, FOIL])
    for country in ("CHN", "USA"):
        region = region_factors(db, country, MONEY)
        ways = work.treated(stream_of(feed, MARKET_SCRAP, country), ("hydromet", "pyromet"), region)
        best = max(one.value_usd_per_kg - one.cost_usd_per_kg for one in ways)
        assert {one.margin_usd_per_kg for one in ways} == {max(0.0, best)}
        for one in ways:
            for out in one.outputs:
                assert one.usd_per_kg_of(out) >= chains[out.item].end.usd_per_kg
    hydromet = ways[0]
    told = hydromet.usd_per_kg_of(hydromet.outputs[0]) / hydromet.outputs[0].market_usd_per_kg
    least = hydromet.cost_usd_per_kg / hydromet.value_usd_per_kg
    assert told == pytest.approx(max(1.0, least))


def test_pyrometallurgy_returns_no_lithium(chains: dict[str, Chain], db: MaterialsDB) -> None:
    work = work_of(db, chains, "Li", "Ni")
    assert [o.item for o in work.outputs("pyromet", scrap_feed([CATHODE]))] == ["Ni"]


def test_no_route_returns_anode_graphite(chains: dict[str, Chain], db: MaterialsDB) -> None:
    """A residue of graphite is no anode material until it is purified again."""
    anode = Need("g", 2.0, 1.0, 10.0, {"graphite": 1.0}, active=True)
    feed = scrap_feed([CATHODE, anode])
    work = work_of(db, chains, "graphite", "Ni", "Li", discount=0.2)
    for route in ("hydromet", "pyromet", "direct"):
        assert "graphite" not in {out.item for out in work.outputs(route, feed)}


def test_direct_returns_the_cathode_and_not_its_elements(
    chains: dict[str, Chain], db: MaterialsDB
) -> None:
    work, feed = work_of(db, chains, "Ni", "Li", "Cu", discount=0.25), scrap_feed([CATHODE, FOIL])
    found = {out.item: out for out in work.outputs("direct", feed)}
    assert set(found) == {"cam", "Cu"}
    assert found["cam"].market_usd_per_kg == pytest.approx(0.75 * 20.0)
    assert found["cam"].kg_per_kg == pytest.approx(0.9 * 0.25 / 0.35)


def test_black_mass_is_paid_by_its_payables(chains: dict[str, Chain], db: MaterialsDB) -> None:
    work, feed = work_of(db, chains, "Ni", "Li", "Cu"), scrap_feed([CATHODE, FOIL])
    kg, held, usd, _ = work.black_mass(feed)
    assert kg == pytest.approx(0.95 * 0.25 / 0.35)
    assert held == pytest.approx({e: 0.95 * v for e, v in feed.actives.items()})
    nickel, lithium = (chains[e].end.usd_per_kg for e in ("Ni", "Li"))
    assert usd == pytest.approx(0.78 * nickel * held["Ni"] + 0.77 * lithium * held["Li"])


def test_gate_fee_of_old_lfp_cells(chains: dict[str, Chain], db: MaterialsDB) -> None:
    """The recycler is paid 2 USD of 2019 a kg; cells with nickel are bought by their metals."""
    lfp = Need("LFP", 2.0, 1.75, 10.0, {"P": 0.19, "Li": 0.044}, active=True, positive=True)
    work = Recycling(db, {e: chains[e] for e in ("Li", "P", "Ni")}, {"LFP": 6.0}, MONEY)
    fee, why = work.feed_price(stream_of(cell_feed([lfp], 5.0), OLD_CELLS, "DEU"))
    assert fee == pytest.approx(-2.0 * conversion(db, "USD_2019", MONEY).factor)
    assert why.text == "gate fee paid to the recycler"
    paid, _ = work.feed_price(stream_of(cell_feed([CATHODE], 4.0), OLD_CELLS, "DEU"))
    assert paid == pytest.approx(0.3 * chains["Ni"].end.usd_per_kg * 1.75 * 0.5 / 4.0)


# --- how much there is -------------------------------------------------------------------


def streams_of(db: MaterialsDB) -> Streams:
    return Streams(db, capacities(db), GWH * 1e6, {"X": 1.0})


def test_scrap_of_others_is_their_output_less_the_buyers(db: MaterialsDB) -> None:
    """Poland makes 5.99 % of 1,000 GWh; 30 of it may be the buyer's own cells."""
    kwh, found = streams_of(db).market_scrap("POL")
    assert kwh == pytest.approx((59.9 - 30.0) * 1e6)
    assert any("like the buyer's own" in text for text in found.assumptions)
    assert streams_of(db).market_scrap("FRA")[0] == 0.0  # 10 GWh, all of it perhaps the buyer's
    assert streams_of(db).market_scrap("KOR")[0] == 0.0  # no cell plant in the table


def test_old_cells_of_the_union_are_shared_by_its_recyclers(db: MaterialsDB) -> None:
    streams = streams_of(db)
    stated = next(r for r in db.recycling if (r.route, r.country) == ("end_of_life", "EUU"))
    kwh, found = streams.old_cells("POL", ("POL", "DEU", "USA"))
    assert kwh == pytest.approx(stated.value * 1e6 / 2)
    assert "old cells of EUU are split evenly over its recyclers" in found.assumptions
    assert streams.old_cells("USA", ("POL", "DEU", "USA"))[0] == pytest.approx(1.15e6)
    assert streams.old_cells("KOR", ("KOR",))[0] == 0.0


def test_streams_of_others_in_equal_parts_or_as_asked() -> None:
    mix, said = stream_mix(("A", "B"), None)
    assert mix == {"A": 0.5, "B": 0.5}
    assert "in equal parts" in said[0]
    assert stream_mix(("A",), None)[1] == ()
    assert stream_mix(("A", "B"), {"A": 1.0})[0] == {"A": 1.0, "B": 0.0}


@pytest.mark.parametrize(
    ("mix", "message"),
    [
        ({"C": 1.0}, "stream mix: 'C' is not among the chemistries"),
        ({"A": 0.4}, "stream mix: the parts must be 0 or more and add to 1"),
        ({"A": 1.5, "B": -0.5}, "stream mix: the parts must be 0 or more"),
    ],
)
def test_a_mix_that_cannot_be(mix: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        stream_mix(("A", "B"), mix)


def test_who_recycles(db: MaterialsDB) -> None:
    able = capacities(db)
    makers = {"CHN", "POL", "USA", "HUN", "DEU", "FRA", "JPN", "ROW"}
    assert set(recyclers(able, "EUU")) == makers
    assert recyclers(able, "KOR")[-1] == "KOR"


# --- in a network ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def request_nmc(db: MaterialsDB) -> Request:
    return Request(db.chemistry("NMC811"), db.cell_format("prismatic_EV"), DECK, "CHN", YEAR)


@pytest.fixture(scope="module")
def nmc(db: MaterialsDB, request_nmc: Request) -> SupplyNetwork:
    terms = RecyclingTerms(direct_discount=0.3)
    return supply_network(db, request_nmc, "EUU", GWH, recycling=terms)


@pytest.fixture(scope="module")
def plain(db: MaterialsDB, request_nmc: Request) -> SupplyNetwork:
    """Without direct recycling, as by default."""
    return supply_network(db, request_nmc, "EUU", GWH)


def made_of(plan: Plan, stream: str, material: str) -> dict[str, float]:
    """Quantity of a material by country from one stream."""
    rows = [r for r in plan.sources if f"from {stream}" in r.id and r.material == material]
    found: dict[str, float] = {}
    for row in rows:
        found[str(row.country)] = found.get(str(row.country), 0.0) + row.quantity
    return found


def test_mass_in_is_mass_out_and_loss(nmc: SupplyNetwork) -> None:
    """Every recycler gives back, of each element, no more than its feed holds."""
    held = {good.id: good.contents for good in nmc.network.commodities}
    treated = [p for p in nmc.network.processes if " by " in p.id and " from " not in p.id]
    assert {p.route for p in treated} == {"hydromet", "pyromet", "direct"}
    for process in treated:
        (feed,) = process.inputs
        for element, kg in held[feed].items():
            out = sum(v * held[good].get(element, 0.0) for good, v in process.outputs.items())
            assert -1e-12 <= out <= kg + 1e-12
            if element in process.yields:
                assert out == pytest.approx(process.yields[element] * kg)
        joint = len(process.outputs)
        assert joint > 1, "no element alone"


def test_no_element_without_the_others(nmc: SupplyNetwork) -> None:
    """In a plan that recycles nickel, cobalt of the same feed is released or sold beside it."""
    plan = solve(nmc.network, [RecycledFloor("floor", 0.3, "nickel"), nmc.access.rule])
    run = {r.id: r.quantity for r in plan.sources if r.commodity.startswith("Ni recovered")}
    other = {r.id: r.quantity for r in plan.sources if r.commodity.startswith("Co recovered")}
    assert set(run) == set(other) != set()
    assert max(other[k] / run[k] for k in run) == pytest.approx(min(other[k] / run[k] for k in run))


def test_what_is_recycled_is_used_or_sold(nmc: SupplyNetwork) -> None:
    """A floor on nickel is not met by nickel that is sold on: what counts goes to makers."""
    plan = solve(nmc.network, [RecycledFloor("floor", 0.3, "nickel"), nmc.access.rule])
    rows = [r for r in recycled_rows(nmc, plan) if r.material == "nickel"]
    sent = sum(
        s.quantity
        for s in plan.shipments
        if s.commodity == "nickel, refined" and s.source.startswith("recycling")
    )
    assert sum(r.quantity_kg_per_year for r in rows) == pytest.approx(sent, rel=1e-6)


def test_own_scrap_stands_where_the_cells_are_made(plain: SupplyNetwork) -> None:
    """All nickel scrap of the plan's own plants and no more, each in its country."""
    plan = solve(plain.network, [Ban("no China", country="CHN"), plain.access.rule])
    process = next(p for p in plain.network.processes if p.id == "battery_cell, NMC811 in POL")
    held = next(g.contents for g in plain.network.commodities if g.id == "own scrap, NMC811")
    cells = {str(r.country): r.quantity for r in plan.sources if r.stage == "cell"}
    found = made_of(plan, "own scrap", "nickel")
    assert set(found) <= set(cells)
    assert sum(found.values()) > 0
    for country, quantity in found.items():
        left = process.outputs["own scrap, NMC811"] * held["Ni"] * cells[country] * 0.98
        assert quantity <= left * (1 + 1e-6)


def test_scrap_is_no_material_of_the_mix(nmc: SupplyNetwork) -> None:
    plan = solve(nmc.network, [nmc.access.rule])
    assert not any("scrap" in row.material or "recovered" in row.material for row in plan.shares)
    assert any("scrap" in row.commodity for row in plan.shipments)


def test_streams_are_told_apart(nmc: SupplyNetwork) -> None:
    """Manufacturing scrap and old cells are released at nodes of their own groups."""
    groups = {n.id: set(n.groups) for n in nmc.network.nodes}
    for process in nmc.network.processes:
        one = nmc.recycled.get(process.id)
        if one is not None:
            wanted = "post-consumer" if one.stream == OLD_CELLS else "manufacturing scrap"
            assert wanted in groups[process.node]
            assert len(groups[process.node] & {"post-consumer", "manufacturing scrap"}) == 1


def test_a_floor_on_either_kind_of_waste(plain: SupplyNetwork) -> None:
    """Manufacturing scrap alone, post-consumer alone, and both together."""
    assert plain.access is not None

    def shares(*groups: str) -> dict[str, float]:
        floor = RecycledFloor("floor", 0.01, "nickel", groups=groups or None)
        plan = solve(plain.network, [floor, plain.access.rule] if plain.access else [floor])
        found = {"manufacturing scrap": 0.0, "post-consumer": 0.0}
        for row in recycled_rows(plain, plan):
            if row.material == "nickel":
                kind = "post-consumer" if row.stream == OLD_CELLS else "manufacturing scrap"
                found[kind] += row.share
        return found

    assert shares("post-consumer")["post-consumer"] >= 0.01 - 1e-9
    assert shares()["post-consumer"] < 0.01 < shares()["manufacturing scrap"]
    little = RecycledFloor("floor", 0.3, "nickel", groups=("post-consumer",))
    assert solve(plain.network, [little, plain.access.rule]).status == "infeasible"


def test_recycled_nickel_costs_and_comes_from_somewhere(nmc: SupplyNetwork) -> None:
    free = solve(nmc.network, [nmc.access.rule])
    floor = RecycledFloor("floor", 0.3, "nickel")
    plan = solve(nmc.network, [floor, nmc.access.rule])
    assert plan.cost > free.cost
    recycled = [r for r in recycled_rows(nmc, plan) if r.material == "nickel"]
    assert sum(r.share for r in recycled) >= 0.3 - 1e-6
    assert {r.stream for r in recycled} <= {OWN_SCRAP, MARKET_SCRAP, OLD_CELLS}
    assert {r.route for r in recycled} <= {"hydromet", "pyromet"}
    assert all(nmc.grounds_of(f"process {name}") for name in nmc.recycled)


def test_no_more_is_recycled_than_there_is(nmc: SupplyNetwork) -> None:
    """Everything recovered, at full access, stays within scrap and old cells x recovery."""
    plan = solve(nmc.network, [RecycledFloor("all", 0.4, "nickel")])
    made = [r for r in plan.sources if r.id.partition(" ")[2] in nmc.recycled]
    assert made
    for row in made:
        most = nmc.recycled[row.id.partition(" ")[2]].per_year
        assert isnan(most) or row.quantity <= most * (1 + 1e-6)


@pytest.mark.parametrize("floor", [0.0, 0.3])
def test_lines_add_up_to_the_plan(plain: SupplyNetwork, floor: float) -> None:
    """Feed, margin and process are the recycling of the plan; collection is in its freight."""
    assert plain.access is not None
    plan = solve(plain.network, [RecycledFloor("floor", floor, "nickel"), plain.access.rule])
    lines = recycling_lines(plain, plan)
    assert lines
    parts = sum(r.feed_usd_per_year + r.margin_usd_per_year + r.process_usd_per_year for r in lines)
    assert parts == pytest.approx(plan.cost_by_kind["recycling"], rel=1e-6)
    sales = sum(r.sales_usd_per_year for r in lines)
    assert sales == pytest.approx(-plan.cost_by_kind["sales"], rel=1e-6, abs=1.0)
    streams = {f"{r.stream}, {r.chemistry}" for r in lines}
    hauled = sum(s.freight_cost for s in plan.shipments if s.commodity in streams)
    assert sum(r.collection_usd_per_year for r in lines) == pytest.approx(hauled, rel=1e-6)
    for line in lines:
        assert line.stream != OWN_SCRAP or line.feed_usd_per_year == line.margin_usd_per_year == 0


def test_black_mass_is_a_line(db: MaterialsDB, request_nmc: Request) -> None:
    terms = RecyclingTerms(routes=("black_mass",))
    built = supply_network(db, request_nmc, "EUU", GWH, recycling=terms)
    plan = solve(built.network, [])
    lines = recycling_lines(built, plan)
    assert {line.route for line in lines} == {"black_mass"}
    sales = sum(line.sales_usd_per_year for line in lines)
    assert sales == pytest.approx(-plan.cost_by_kind["sales"], rel=1e-9)
    assert all(line.cost_usd_per_year < 0 for line in lines)


def test_direct_cathode_competes(db: MaterialsDB, request_nmc: Request) -> None:
    """Alone among the routes and cheap enough, it is used; its elements are not credited."""
    terms = RecyclingTerms(routes=("direct",), direct_discount=0.3)
    built = supply_network(db, request_nmc, "EUU", GWH, recycling=terms)
    plan = solve(built.network, [built.access.rule])
    rows = recycled_rows(built, plan)
    cathode = [r for r in rows if r.material == "cathode_active_material"]
    assert cathode
    assert {r.route for r in rows} == {"direct"}
    assert not any(r.material in ("nickel", "cobalt", "lithium") for r in rows)


def test_scrap_can_be_sold_as_black_mass_alone(db: MaterialsDB, request_nmc: Request) -> None:
    terms = RecyclingTerms(routes=("black_mass",))
    built = supply_network(db, request_nmc, "EUU", GWH, recycling=terms)
    plan = solve(built.network, [])
    assert plan.cost_by_kind["sales"] < 0
    assert recycled_rows(built, plan) == ()


def test_a_kilogram_of_scrap_earns_once(plain: SupplyNetwork) -> None:
    """Own scrap that is collected is treated or sold, and no more than leaves the plants."""
    built = plain
    plan = solve(built.network, [])
    left = sum(r.quantity for r in plan.sources if r.commodity == "own scrap, NMC811")
    moved = sum(s.quantity for s in plan.shipments if s.commodity == "own scrap, NMC811")
    runs = {p.id: k for k, p in enumerate(built.network.processes)}
    first = built.network.layout.first_process
    used = sum(
        plan.x[first + k]
        for name, k in runs.items()
        if "own scrap, NMC811" in built.network.processes[k].inputs
    )
    assert moved == pytest.approx(used, rel=1e-6)
    assert used <= left * (1 + 1e-9)


def test_named_recyclers_alone(db: MaterialsDB, request_nmc: Request) -> None:
    built = supply_network(db, request_nmc, "EUU", GWH, recyclers=("DEU",))
    recycled = {p.node for p in built.network.processes if p.route in ("hydromet", "pyromet")}
    assert recycled == {"recycling:DEU", "recycling old cells:DEU"}
    scrap = {
        a.source
        for a in built.network.arcs
        if a.commodity == "own scrap, NMC811" and a.target == "recycling:DEU"
    }
    assert scrap == {"cell:POL", "cell:HUN", "cell:DEU", "cell:FRA"}  # one customs area


def test_no_recyclers_at_all(db: MaterialsDB, request_nmc: Request) -> None:
    built = supply_network(db, request_nmc, "EUU", GWH, recyclers=())
    plan = solve(built.network, [])
    assert plan.status == "optimal"
    assert not built.recycled
    assert plan.cost_by_kind["recycling"] == 0.0


@pytest.mark.parametrize(
    ("routes", "discount", "message"),
    [
        (("hydro",), None, "recycling route 'hydro' is not known; did you mean 'hydromet'"),
        (("direct",), None, "direct recycling needs the discount at which its cathode sells"),
        (("direct",), 1.2, "direct discount 1.2 is out of bounds; give a fraction"),
        ((), None, "no recycling route is asked for; name some of hydromet"),
    ],
)
def test_routes_that_cannot_be(
    routes: tuple[str, ...], discount: float | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        assert RecyclingTerms(routes, discount).asked_routes


# --- side by side ------------------------------------------------------------------------


def test_routes_side_by_side(db: MaterialsDB, request_nmc: Request) -> None:
    rows = recycling_routes(db, request_nmc, "EUU", YEAR, RecyclingTerms(direct_discount=0.2))
    assert [(r.stream, r.route) for r in rows] == [
        (stream, route)
        for stream in (MARKET_SCRAP, OLD_CELLS)
        for route in ("hydromet", "pyromet", "direct", "black_mass")
    ]
    for row in rows:
        assert row.cost_usd_per_kg == pytest.approx(
            row.feed_usd_per_kg + row.collection_usd_per_kg + row.process_usd_per_kg
        )
        assert row.margin_usd_per_kg == pytest.approx(row.value_usd_per_kg - row.cost_usd_per_kg)
        assert row.emission_kg_per_kg > 0
        assert set(row.recovery) == set(row.recovery_sources)
        assert all(0 < v <= 1 for v in row.recovery.values())
    hydromet = rows[0]
    assert hydromet.recovery_sources["Ni"].startswith("EVERBATT_2023")
    assert "NMC811" in rows[2].recovery
    assert "direct" not in {r.route for r in recycling_routes(db, request_nmc, "EUU", YEAR)}


def test_routes_in_other_money(db: MaterialsDB, request_nmc: Request) -> None:
    now, before = (recycling_routes(db, request_nmc, "USA", year)[0] for year in (2025, 2023))
    factor = conversion(db, "USD_2023", "USD_2025").factor
    assert now.value_usd_per_kg == pytest.approx(before.value_usd_per_kg * factor, rel=1e-3)


def test_larger_plants_treat_cheaper(db: MaterialsDB, request_nmc: Request) -> None:
    from dataclasses import replace

    small, large = (
        recycling_routes(db, replace(request_nmc, volume_gwh_per_year=v), "USA")[0]
        for v in (3.0, 30.0)
    )
    part = "capital"
    ratio = small.process_by_part_usd_per_kg[part] / large.process_by_part_usd_per_kg[part]
    assert ratio == pytest.approx(0.1 ** (0.448 - 1.0))
    for same in ("labour", "electricity", "heat", "other"):
        assert small.process_by_part_usd_per_kg[same] == pytest.approx(
            large.process_by_part_usd_per_kg[same]
        )
