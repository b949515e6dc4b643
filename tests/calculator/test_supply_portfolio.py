"""Several chemistries at once, owners within countries, importers, and emissions."""

from __future__ import annotations

import dataclasses

import pytest

from calculator.errors import InputError
from calculator.evaluation import Request, evaluate
from calculator.regions import region_factors
from calculator.sourcing import Ban, Plan, ShareCap, solve
from calculator.sourcing.rules import DeliveryAtLeast
from calculator.supply import (
    DELIVERED,
    Producer,
    RecyclingTerms,
    SupplyNetwork,
    needs_of,
    supply_network,
)
from calculator.supply.emissions import EMISSIONS, gas_kg_per_mj
from calculator.supply.process_cost import process_cost
from materials_db.database import MaterialsDB

DECK, YEAR = "quotes_2026-06", 2025
GWH = 30.0
PAIR = ("LFP", "NMC811")


def request_of(db: MaterialsDB, chemistry: str) -> Request:
    return Request(db.chemistry(chemistry), db.cell_format("prismatic_EV"), DECK, "CHN", YEAR)


@pytest.fixture(scope="module")
def pair(db: MaterialsDB) -> SupplyNetwork:
    return supply_network(db, [request_of(db, name) for name in PAIR], "EUU", GWH)


def mix(built: SupplyNetwork, plan: Plan) -> dict[str, float]:
    """Share of each chemistry in what is delivered."""
    assert plan.status == "optimal", plan.notes
    found = dict.fromkeys(built.cell_goods, 0.0)
    for row in plan.sources:
        for name, good in built.cell_goods.items():
            if row.commodity == good:
                found[name] += row.quantity / built.demand_kwh_per_year
    return found


def capped(built: SupplyNetwork, chemistry: str, share: float) -> SupplyNetwork:
    """The network with a limit on what is delivered of one chemistry."""
    name = f"{built.cell_goods[chemistry]} delivered to {built.importer}"
    most = share * built.demand_kwh_per_year
    processes = tuple(
        dataclasses.replace(p, capacity=most) if p.id == name else p
        for p in built.network.processes
    )
    network = dataclasses.replace(built.network, processes=processes)
    return dataclasses.replace(built, network=network)


# --- portfolio ---------------------------------------------------------------------------


def test_a_portfolio_of_one_is_the_single(db: MaterialsDB) -> None:
    one = supply_network(db, request_of(db, "LFP"), "EUU", GWH)
    same = supply_network(db, [request_of(db, "LFP")], "EUU", GWH)
    assert same.network == one.network
    assert one.cell_goods == {"LFP": "battery_cell, LFP"}


def test_the_cheaper_chemistry_is_delivered_until_it_may_not(
    db: MaterialsDB, pair: SupplyNetwork
) -> None:
    free = solve(pair.network, [])
    assert mix(pair, free) == pytest.approx({"LFP": 1.0, "NMC811": 0.0}, abs=1e-9)
    some = capped(pair, "LFP", 0.6)
    plan = solve(some.network, [])
    assert mix(some, plan) == pytest.approx({"LFP": 0.6, "NMC811": 0.4}, abs=1e-9)
    single = solve(supply_network(db, request_of(db, "LFP"), "EUU", GWH).network, [])
    # Streams of others are half of each chemistry here: a few of theirs are not LFP.
    assert free.cost == pytest.approx(single.cost, rel=1e-2)
    assert free.cost < plan.cost


def test_a_bound_on_a_chemistry(pair: SupplyNetwork) -> None:
    """A rule on deliveries names the cell good and holds whatever the chemistry costs."""
    good = pair.cell_goods["NMC811"]
    plan = solve(pair.network, [DeliveryAtLeast("some", 0.35, good)])
    assert mix(pair, plan) == pytest.approx({"LFP": 0.65, "NMC811": 0.35}, abs=1e-6)


def test_all_cells_are_counted_together(pair: SupplyNetwork) -> None:
    """A cap on cells counts both chemistries as one material."""
    some = capped(pair, "LFP", 0.5)
    plan = solve(some.network, [ShareCap("cap", 0.3, country="each", stage="cell")])
    totals: dict[str | None, float] = {}
    for row in plan.shares:
        if row.stage == "cell":
            assert row.material == "battery_cell"
            totals[row.country] = totals.get(row.country, 0.0) + row.share
    assert sum(totals.values()) == pytest.approx(1.0)
    assert max(v for c, v in totals.items() if c) <= 0.3 + 1e-6
    assert not any(row.material == DELIVERED for row in plan.shares)


@pytest.mark.parametrize(
    ("stage", "country", "pool"),
    [
        ("cell", "DEU", "capacity of battery_cell in DEU"),
        ("active_material", "KOR", "capacity of anode_active_material in KOR"),
    ],
)
def test_one_capacity_a_country(db: MaterialsDB, stage: str, country: str, pool: str) -> None:
    """What all processes of a country make together stays within its one capacity."""
    names = ["LFP", "SSL-Ni95-Si"] if stage == "active_material" else list(PAIR)
    built = supply_network(db, [request_of(db, n) for n in names], "EUU", 60.0)
    shared = {s.id: s for s in built.network.supplies}[pool]
    drawing = [
        p
        for p in built.network.processes
        if shared.commodity in p.inputs and p.node == f"{stage}:{country}"
    ]
    assert len(drawing) > 1
    assert {p.capacity for p in drawing} == {shared.capacity}


def without_pools(built: SupplyNetwork) -> SupplyNetwork:
    """Each chemistry with a cell capacity of its own."""
    pool = "capacity of battery_cell"
    processes = tuple(
        dataclasses.replace(p, inputs={g: v for g, v in p.inputs.items() if g != pool})
        for p in built.network.processes
    )
    return dataclasses.replace(
        built, network=dataclasses.replace(built.network, processes=processes)
    )


def test_a_capacity_binds_on_the_sum(db: MaterialsDB, pair: SupplyNetwork) -> None:
    """A little more than the plants outside China and America make in all is out of reach."""
    limits = {s.id: s.capacity for s in pair.network.supplies}
    places = ("POL", "HUN", "DEU", "FRA", "JPN", "ROW")
    able = sum(limits[f"capacity of battery_cell in {c}"] for c in places) / 1e6
    bans = [Ban("elsewhere", country=("CHN", "USA"), stage="cell")]
    requests = [request_of(db, name) for name in PAIR]
    above = capped(supply_network(db, requests, "EUU", able * 1.01), "LFP", 0.5)
    below = capped(supply_network(db, requests, "EUU", able * 0.99), "LFP", 0.5)
    assert solve(above.network, bans).status == "infeasible"
    assert solve(without_pools(above).network, bans).status == "optimal"
    assert solve(below.network, bans).status == "optimal"


def test_shared_materials_are_one_good(pair: SupplyNetwork) -> None:
    """Graphite of both chemistries is one good with one maker a country."""
    goods = [g.id for g in pair.network.commodities if g.material == "anode_active_material"]
    assert len(goods) == 1
    assert len([p for p in pair.network.processes if p.id == f"{goods[0]} in CHN"]) == 1


def test_streams_of_others_follow_the_mix(db: MaterialsDB) -> None:
    requests = [request_of(db, name) for name in PAIR]
    terms = RecyclingTerms(stream_mix={"LFP": 0.2, "NMC811": 0.8})
    built = supply_network(db, requests, "EUU", GWH, recycling=terms)
    size = {s.id: s.capacity for s in built.network.supplies}
    needs = {p.chemistry: p for p in built.products}
    ratio = (
        size["end-of-life cells, LFP of CHN"]
        / needs["LFP"].cells.kg_per_kwh
        / (size["end-of-life cells, NMC811 of CHN"] / needs["NMC811"].cells.kg_per_kwh)
    )
    assert ratio == pytest.approx(0.25)
    assert "the chemistries in scrap and old cells of others are as asked" in built.assumptions


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"chemistry": "LFP"}, "chemistry 'LFP' is asked for twice; give it once"),
        ({"deck": "average_2025"}, "NMC811 and LFP are asked for with different deck"),
        ({"year": 2024}, "NMC811 and LFP are asked for with different year"),
        ({"prices": {"nickel": 9.0}}, "NMC811 and LFP are asked for with different prices"),
    ],
)
def test_requests_that_do_not_fit(db: MaterialsDB, change: dict[str, object], message: str) -> None:
    other = request_of(db, "NMC811")
    if "chemistry" in change:
        change = {"chemistry": db.chemistry("LFP")}
    with pytest.raises(InputError, match=message):
        supply_network(
            db, [request_of(db, "LFP"), dataclasses.replace(other, **change)], "EUU", GWH
        )


def test_no_request(db: MaterialsDB) -> None:
    with pytest.raises(InputError, match="no chemistry is asked for"):
        supply_network(db, [], "EUU", GWH)


# --- importers ---------------------------------------------------------------------------


@pytest.mark.parametrize("importer", ["EUU", "USA", "JPN", "KOR", "IND", "CHN"])
@pytest.mark.parametrize("chemistries", [("NMC811",), PAIR])
def test_every_importer_is_answered(
    db: MaterialsDB, importer: str, chemistries: tuple[str, ...]
) -> None:
    """Free, and with at most 65 % of anything from one third country."""
    built = supply_network(db, [request_of(db, n) for n in chemistries], importer, GWH)
    outside = "EU" if importer == "EUU" else None
    cap = ShareCap("65 %", 0.65, country="each", outside=outside)
    free, kept = solve(built.network, []), solve(built.network, [cap])
    assert free.status == kept.status == "optimal"
    assert kept.cost >= free.cost * (1 - 1e-9)


def test_lone_cell_makers_are_told(db: MaterialsDB) -> None:
    said = supply_network(db, request_of(db, "LFP"), "IND", GWH).assumptions
    assert any(text.startswith("no cell plant of IND, KOR in the share table") for text in said)


# --- owners ------------------------------------------------------------------------------

OWNED = (
    Producer("POL", "cell", "battery_cell", "First", 0.6),
    Producer("POL", "cell", "battery_cell", "Second", 0.1),
    Producer("AUS", "mining", "lithium", "Digger", 0.5),
    Producer("CHN", "refining", "lithium", "Refiner", 1.0),
)


@pytest.fixture(scope="module")
def owned(db: MaterialsDB) -> SupplyNetwork:
    return supply_network(db, request_of(db, "NMC811"), "EUU", GWH, producers=OWNED)


def test_owners_share_their_countrys_capacity(db: MaterialsDB, owned: SupplyNetwork) -> None:
    whole = supply_network(db, request_of(db, "NMC811"), "EUU", GWH)
    before = {p.id: p.capacity for p in whole.network.processes}
    parts = {
        p.id: p.capacity for p in owned.network.processes if p.id.startswith("battery_cell, NMC811")
    }
    names = [f"battery_cell, NMC811 in POL{o}" for o in (" (First)", " (Second)", "")]
    assert [parts[n] / before[names[2]] for n in names] == pytest.approx([0.6, 0.1, 0.3])
    nodes = {n.id: n for n in owned.network.nodes}
    assert nodes["cell:POL (First)"].owner == "First"
    assert nodes["cell:POL (First)"].country == "POL"
    assert nodes["cell:POL (First)"].groups == ("EU",)
    assert nodes["cell:POL"].owner is None
    assert "refining:CHN" not in nodes or not any(
        p.node == "refining:CHN" and "lithium, refined" in p.outputs
        for p in owned.network.processes
    )


def test_splitting_by_owner_changes_no_cost(db: MaterialsDB, owned: SupplyNetwork) -> None:
    whole = supply_network(db, request_of(db, "NMC811"), "EUU", GWH)
    assert whole.access is not None
    for rules in ([], [whole.access.rule]):
        before, after = solve(whole.network, rules), solve(owned.network, rules)
        assert after.cost == pytest.approx(before.cost, rel=1e-9)


def test_an_owner_can_be_banned(owned: SupplyNetwork) -> None:
    plan = solve(owned.network, [Ban("not them", owner=("First", "Refiner", "Digger"))])
    assert plan.status == "optimal"
    assert not {row.owner for row in plan.sources} & {"First", "Refiner", "Digger"}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [("DEU", "mining", "nickel", "X", 0.5)],
            "table has no DEU for nickel at mining",
        ),
        ([("POL", "cell", "battery_cell", "X", 0.0)], "share 0; give a fraction above 0"),
        (
            [("POL", "cell", "battery_cell", "X", 0.7), ("POL", "cell", "battery_cell", "Y", 0.5)],
            "producers there add to more than 1; lower their shares",
        ),
        (
            [("POL", "cell", "battery_cell", "X", 0.2), ("POL", "cell", "battery_cell", "X", 0.2)],
            "one owner stands twice for a place",
        ),
    ],
)
def test_producers_that_cannot_be(
    db: MaterialsDB, rows: list[tuple[str, str, str, str, float]], message: str
) -> None:
    producers = [Producer(*row) for row in rows]
    with pytest.raises(InputError, match=message):
        supply_network(db, request_of(db, "LFP"), "EUU", GWH, producers=producers)


# --- emissions ---------------------------------------------------------------------------


def test_heat_is_burnt_gas(db: MaterialsDB) -> None:
    """56.1 g of carbon dioxide a MJ, beside the grid's."""
    factor, row = gas_kg_per_mj(db)
    assert factor == pytest.approx(0.0561)
    assert row is not None
    assert row.source == "IPCC_2006"
    region = region_factors(db, "KOR", f"USD_{YEAR}")
    cost = process_cost(db, "cobalt_refining", region)
    assert cost is not None
    expected = 1.151 * region.grid_carbon_kg_per_kwh + 10.76 * 0.0561
    assert cost.emission_kg_per_kg == pytest.approx(expected)
    assert cost.energy_kwh_per_kg == pytest.approx(1.151 + 10.76 / 3.6)
    assert row in cost.records


def test_every_plant_has_an_emission_and_an_energy(pair: SupplyNetwork) -> None:
    for process in pair.network.processes:
        made = next(iter(process.outputs))
        stage = next(g.stage for g in pair.network.commodities if g.id == made)
        if stage in ("cell",) or (" by " in process.id and " from " not in process.id):
            assert process.emission_kg_per_unit > 0, process.id
            assert process.energy_kwh_per_unit > 0, process.id


def test_cover_of_the_bill(db: MaterialsDB) -> None:
    """What share of the bill by mass has an emission figure, and what is left out."""
    built = supply_network(db, request_of(db, "NMC811"), "EUU", GWH)
    covers = {cover.stage: cover for cover in built.covers}
    needs = needs_of(db, evaluate(db, request_of(db, "NMC811")))
    bought = sum(n.bought_kg_per_kwh for n in needs)
    nickel = sum(n.bought_kg_per_kwh * n.contents.get("Ni", 0.0) for n in needs)
    assert covers["mining"].share == pytest.approx(nickel / bought)
    active = sum(n.bought_kg_per_kwh for n in needs if n.active)
    assert 0 < covers["active_material"].share <= active / bought + 1e-12
    assert "Li" in covers["mining"].without
    (why,) = built.grounds_of(EMISSIONS)
    assert why.quantity == "emission"
    assert any("freight" in text for text in why.assumptions)
    mine = next(s for s in built.network.supplies if s.id == "nickel, mined from IDN")
    assert mine.emission_kg_per_unit == 13.0
    assert any(g.quantity == "emission" for g in built.grounds_of(mine.id))
