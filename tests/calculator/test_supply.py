"""Supply networks built from the database, solved and checked."""

from __future__ import annotations

import dataclasses
from collections import defaultdict

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.evaluation import Request, evaluate
from calculator.sourcing import (
    Ban,
    MarketAccess,
    Plan,
    RecycledFloor,
    ShareCap,
    explain,
    solve,
)
from calculator.supply import (
    RecyclingTerms,
    SupplyNetwork,
    cell_stage,
    needs_of,
    supply_network,
)
from calculator.supply.emissions import EMISSIONS
from materials_db.database import MaterialsDB
from materials_db.load import load_database

DECK = "quotes_2026-06"
GWH = 30.0


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def request_of(db: MaterialsDB, chemistry: str) -> Request:
    return Request(db.chemistry(chemistry), db.cell_format("prismatic_EV"), DECK, "CHN", 2025)


@pytest.fixture(scope="module")
def nmc(db: MaterialsDB) -> SupplyNetwork:
    return supply_network(db, request_of(db, "NMC811"), "DEU", GWH)


@pytest.fixture(scope="module")
def free(nmc: SupplyNetwork) -> Plan:
    return solve(nmc.network, [])


def usd_per_kwh(built: SupplyNetwork, plan: Plan) -> float:
    assert plan.status == "optimal", plan.notes
    return plan.cost / built.demand_kwh_per_year


# --- the network -------------------------------------------------------------------------


def test_four_stages(nmc: SupplyNetwork) -> None:
    stages = {good.stage for good in nmc.network.commodities if good.counted}
    assert stages == {"mining", "refining", "active_material", "cell"}
    assert set(nmc.chains) >= {"Li", "Ni", "Co", "Mn", "graphite", "Cu", "Al", "F", "P"}
    assert set(nmc.unfollowed) == {"O", "C", "H"}


def test_what_is_bought_is_what_is_supplied(
    db: MaterialsDB, nmc: SupplyNetwork, free: Plan
) -> None:
    """Refined nickel and lithium add to the bill's contents x demand (cathode yield is one)."""
    needs = needs_of(db, evaluate(db, request_of(db, "NMC811")))
    for element, material in (("Ni", "nickel"), ("Li", "lithium"), ("Cu", "copper")):
        need = sum(n.bought_kg_per_kwh * n.contents.get(element, 0.0) for n in needs)
        made = sum(
            row.quantity
            for row in free.shares
            if (row.material, row.stage) == (material, "refining")
        )
        assert made == pytest.approx(need * GWH * 1e6, rel=1e-6)


@pytest.mark.parametrize(
    ("form", "share"), [("lithium, mined", 0.85), ("lithium, mined as lithium_brine", 0.71)]
)
def test_mined_is_refined_over_yield(nmc: SupplyNetwork, form: str, share: float) -> None:
    """Of ore and of brine, each by its own yield."""
    rules = [ShareCap("cap", 0.40, country="each", material="lithium")]
    plan = solve(nmc.network, rules)
    brines = {"CHL", "ARG"}
    refined = sum(
        row.quantity
        for row in plan.sources
        if (row.commodity, row.route) == ("lithium, refined", "primary")
        and (row.country in brines) == ("brine" in form)
    )
    mined = sum(row.quantity for row in plan.sources if row.commodity == form)
    assert refined > 0
    assert mined == pytest.approx(refined / share, rel=1e-6)


def test_brine_stays_where_it_is_pumped(nmc: SupplyNetwork) -> None:
    lanes = {(a.source, a.target) for a in nmc.network.arcs if "brine" in a.commodity}
    assert lanes == {("mining:CHL", "refining:CHL"), ("mining:ARG", "refining:ARG")}


def test_no_country_exceeds_its_capacity(nmc: SupplyNetwork, free: Plan) -> None:
    limits = {f"process {p.id}": p.capacity for p in nmc.network.processes}
    limits |= {f"supply {s.id}": s.capacity for s in nmc.network.supplies}
    for row in free.sources:
        assert row.quantity <= limits[row.id] * (1 + 1e-6)


def test_every_row_of_a_plan_has_its_grounds(nmc: SupplyNetwork, free: Plan) -> None:
    for name in (*(r.id for r in free.sources), *(r.id for r in free.shipments)):
        assert nmc.grounds_of(name), name
        assert nmc.basis(name) in {"reported", "derived", "assumed"}
    assert nmc.basis("process lithium, refined in CHN") == "assumed"  # recalled energy use
    assert nmc.basis("lithium, refined in CHN") == "assumed"
    assert nmc.basis("natural_graphite, mined from MOZ") == "assumed"  # price of another deck
    free_trade = next(
        a for a in nmc.network.arcs if a.id == "battery_cell, NMC811 cell:FRA to importer:DEU"
    )
    assert free_trade.duty_rate == 0.0
    assert [g.quantity for g in nmc.grounds_of(free_trade.id)] == ["freight"]


def test_every_ground_is_used(nmc: SupplyNetwork) -> None:
    net = nmc.network
    ids = {s.id for s in net.supplies} | {p.id for p in net.processes} | {a.id for a in net.arcs}
    assert nmc.access is not None
    demands = {d.id for d in net.demands if d.exact}
    assert set(nmc.grounds) == ids | demands | {nmc.access.rule.name, EMISSIONS}


def test_assumptions_are_sentences_and_each_once(nmc: SupplyNetwork) -> None:
    assert len(set(nmc.assumptions)) == len(nmc.assumptions)
    assert "no price for F as fluorspar; taken as zero" in nmc.assumptions


def test_the_rest_of_the_world_is_no_country(nmc: SupplyNetwork) -> None:
    nodes = {node.id: node for node in nmc.network.nodes}
    assert nodes["mining:ROW"].country is None
    assert nodes["cell:POL"].groups == ("EU",)
    assert all(node.owner is None for node in nmc.network.nodes)


def test_recyclers_stand_where_cells_are_made(nmc: SupplyNetwork) -> None:
    countries = {p.node.partition(":")[2] for p in nmc.network.processes if p.route == "hydromet"}
    assert countries == {"CHN", "POL", "USA", "HUN", "DEU", "FRA", "JPN", "ROW"}


# --- cost --------------------------------------------------------------------------------


@pytest.mark.parametrize(("chemistry", "material"), [("LFP", "LFP"), ("NMC811", "NMC811")])
def test_cathode_near_its_market_price(db: MaterialsDB, chemistry: str, material: str) -> None:
    """Elements at market prices and conversion in China, against the quote of the deck."""
    built = supply_network(db, request_of(db, chemistry), "CHN", GWH)
    process = next(p for p in built.network.processes if p.id == f"{material} in CHN")
    elements = {chain.end.id: chain.end.usd_per_kg for chain in built.chains.values()}
    modelled = process.conversion_cost_per_unit + sum(
        amount * elements[good] for good, amount in process.inputs.items()
    )
    needs = needs_of(db, evaluate(db, request_of(db, chemistry)))
    quote = next(n.market_usd_per_kg for n in needs if n.material == material)
    assert modelled == pytest.approx(quote, rel=0.2)


def test_cell_stage_is_the_plant_model(db: MaterialsDB) -> None:
    """Conversion in each country is that country's evaluated cost less its materials."""
    request = request_of(db, "LFP")
    stage = cell_stage(db, request, ["CHN", "USA", "POL"])
    usa = evaluate(db, dataclasses.replace(request, region="USA"))
    materials = sum(float(v) for v in usa.cost.materials_usd_per_kwh.values())
    expected = float(usa.cost.cell_usd_per_kwh) - materials
    assert stage.conversion_usd_per_kwh["USA"] == pytest.approx(expected)
    assert stage.conversion_usd_per_kwh["CHN"] < stage.conversion_usd_per_kwh["POL"]
    assert stage.conversion_usd_per_kwh["POL"] < stage.conversion_usd_per_kwh["USA"]


def test_near_the_evaluated_cell(db: MaterialsDB, nmc: SupplyNetwork, free: Plan) -> None:
    """Sourced as cheaply as can be, delivered with duty, within 15 % of the cell at quotes."""
    quoted = float(evaluate(db, request_of(db, "NMC811")).cost.cell_usd_per_kwh)
    assert usd_per_kwh(nmc, free) == pytest.approx(quoted, rel=0.15)


def test_duty_is_paid(db: MaterialsDB, nmc: SupplyNetwork, free: Plan) -> None:
    """Without its duties the same network costs less, by at most what was paid."""
    bare = dataclasses.replace(
        nmc.network, arcs=tuple(dataclasses.replace(a, duty_rate=0.0) for a in nmc.network.arcs)
    )
    without = solve(bare, [])
    saved = free.cost - without.cost
    assert 0 < saved <= free.cost_by_kind["duty"] * (1 + 1e-6)


def test_importers_pay_their_own_duties(db: MaterialsDB) -> None:
    """The United States pay more than Germany, whose rates are lower."""
    costs = {}
    for importer in ("DEU", "EUU", "USA", "KOR"):
        built = supply_network(db, request_of(db, "LFP"), importer, GWH)
        costs[importer] = usd_per_kwh(built, solve(built.network, []))
    assert costs["USA"] > costs["DEU"] > costs["KOR"]
    assert costs["EUU"] == pytest.approx(costs["DEU"], rel=0.01)


def test_own_prices_reach_the_mines(db: MaterialsDB, nmc: SupplyNetwork) -> None:
    """A dearer lithium carbonate is worth its 0.188 kg of lithium, before refining and after."""
    request = request_of(db, "NMC811")
    dear = supply_network(
        db, dataclasses.replace(request, prices={"lithium_carbonate": 50.0}), "DEU", GWH
    )
    assert dear.chains["Li"].end.usd_per_kg == pytest.approx(50.0 / 0.18787, rel=1e-3)
    gain = dear.chains["Li"].end.usd_per_kg - nmc.chains["Li"].end.usd_per_kg
    mined = dear.chains["Li"].links[0].usd_per_kg - nmc.chains["Li"].links[0].usd_per_kg
    assert mined == pytest.approx(0.85 * gain)  # freight and conversion stay


def test_the_main_ask(nmc: SupplyNetwork, free: Plan) -> None:
    """At most 40 % from one country and 25 % recycled nickel: met, dearer, and binding."""
    rules = [
        ShareCap("none above 40 %", 0.40, country="each"),
        RecycledFloor("recycled nickel", 0.25, "nickel"),
    ]
    plan = solve(nmc.network, rules)
    assert usd_per_kwh(nmc, plan) > usd_per_kwh(nmc, free)
    by_country: dict[tuple[str, str | None, str], float] = defaultdict(float)
    for row in plan.shares:
        if row.country is not None:
            by_country[row.material, row.stage, row.country] += row.share
    assert max(by_country.values()) <= 0.40 + 1e-6
    recycled = sum(
        r.share
        for r in plan.shares
        if (r.material, r.stage, r.route) == ("nickel", "refining", "hydromet")
    )
    assert recycled >= 0.25 - 1e-6
    assert {m.name for m in plan.binding} >= {"none above 40 %", "recycled nickel"}


def test_a_ban_is_kept_and_costs(nmc: SupplyNetwork, free: Plan) -> None:
    plan = solve(nmc.network, [Ban("no China", country="CHN")])
    assert usd_per_kwh(nmc, plan) > usd_per_kwh(nmc, free)
    assert "CHN" not in {row.country for row in plan.shares}


def test_order_of_the_tables_changes_nothing(db: MaterialsDB, nmc: SupplyNetwork) -> None:
    turned = dataclasses.replace(
        db, shares=tuple(reversed(db.shares)), regions=tuple(reversed(db.regions))
    )
    other = supply_network(turned, request_of(turned, "NMC811"), "DEU", GWH)
    first, second = solve(nmc.network, []), solve(other.network, [])
    assert second.cost == pytest.approx(first.cost, rel=1e-9)


def test_twice_the_demand_costs_twice_or_more(db: MaterialsDB, nmc: SupplyNetwork) -> None:
    """But for the capital of recycling own scrap, which is cheaper a kg in a larger plant."""
    twice = supply_network(db, request_of(db, "NMC811"), "DEU", 2 * GWH)
    plan = solve(twice.network, [])
    assert plan.cost >= 2 * solve(nmc.network, []).cost * (1 - 1e-3)


def test_a_scarce_element_is_found_out(db: MaterialsDB) -> None:
    """The world mines too little tantalum for 30 GWh of garnet cells."""
    garnet = supply_network(db, request_of(db, "ASSB-oxide-Li"), "DEU", GWH)
    assert solve(garnet.network, []).status == "infeasible"
    small = supply_network(db, request_of(db, "ASSB-oxide-Li"), "DEU", 1.0)
    assert solve(small.network, []).status == "optimal"


@pytest.mark.parametrize("chemistry", ["SSL-Ni95-Si", "ASSB-sulfide-Li", "Na-NFM", "LMO", "LMFP"])
def test_every_class_of_chemistry(db: MaterialsDB, chemistry: str) -> None:
    built = supply_network(db, request_of(db, chemistry), "USA", GWH)
    assert usd_per_kwh(built, solve(built.network, [])) > 0


# --- what one buyer can get --------------------------------------------------------------


def test_a_quarter_of_a_country_by_default(nmc: SupplyNetwork) -> None:
    assert nmc.access is not None
    assert nmc.access.rule == MarketAccess("Market access 25 %", 0.25)
    said = "one buyer gets at most 25 % of what a country makes of a material"
    assert said in nmc.assumptions
    assert nmc.access.ground.basis == "assumed"


def test_access_holds_at_every_source_with_a_capacity(nmc: SupplyNetwork) -> None:
    assert nmc.access is not None
    plan = solve(nmc.network, [nmc.access.rule, ShareCap("cap", 0.4, country="each")])
    limits = {f"process {p.id}": p.capacity for p in nmc.network.processes}
    limits |= {f"supply {s.id}": s.capacity for s in nmc.network.supplies}
    taken = {row.id: row.quantity / limits[row.id] for row in plan.sources}
    assert max(taken.values()) == pytest.approx(0.25, rel=1e-6)
    priced = next(m for m in plan.marginals if m.name == nmc.access.rule.name)
    assert priced.shadow_price < 0
    assert priced.unit == "USD_2025 per percentage point"


def test_own_access(db: MaterialsDB) -> None:
    request = request_of(db, "LFP")
    half = supply_network(db, request, "USA", GWH, market_access=0.5)
    assert half.access is not None
    assert half.access.rule.limit == 0.5
    assert any(text.endswith("as asked") for text in half.access.ground.assumptions)
    assert supply_network(db, request, "USA", GWH, market_access=1.0).access is None


@pytest.mark.parametrize("importer", ["EUU", "USA"])
def test_the_main_ask_is_answered_under_the_default(db: MaterialsDB, importer: str) -> None:
    built = supply_network(db, request_of(db, "NMC811"), importer, GWH)
    assert built.access is not None
    rules = [ShareCap("cap", 0.40, country="each"), RecycledFloor("floor", 0.15, "nickel")]
    assert solve(built.network, [*rules, built.access.rule]).status == "optimal"


def test_lfp_without_china_is_out_of_reach_and_says_of_what(db: MaterialsDB) -> None:
    built = supply_network(db, request_of(db, "LFP"), "EUU", GWH)
    assert built.access is not None
    found = explain(built.network, [Ban("no China", country="CHN"), built.access.rule])
    assert not found.feasible
    short = next(text for text in found.reasons if "'LFP'" in text)
    assert "under 'no China' and 'Market access 25 %' all sources reach 12,550,000" in short
    told = next(r.sentence for r in found.relaxations if r.rule == "no China")
    assert told.endswith("% (CHN, LFP_cathode, active_material).")


# --- bad input ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("importer", "demand", "route", "message"),
    [
        ("GER", 30.0, "hydromet", "importer 'GER' is not a country; did you mean"),
        ("DEU", 0.0, "hydromet", "demand of 0 GWh a year cannot be supplied; give a number"),
        ("DEU", float("nan"), "hydromet", "demand of nan GWh"),
        ("DEU", 30.0, "hydro", "recycling route 'hydro' is not known; did you mean 'hydromet'"),
    ],
)
def test_bad_input(db: MaterialsDB, importer: str, demand: float, route: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        terms = RecyclingTerms(routes=(route,))
        supply_network(db, request_of(db, "LFP"), importer, demand, recycling=terms)


def test_draws_are_refused(db: MaterialsDB) -> None:
    request = dataclasses.replace(request_of(db, "LFP"), yields={"cell": np.array([0.9, 0.95])})
    with pytest.raises(InputError, match="sourcing needs single numbers"):
        needs_of(db, evaluate(db, request))
