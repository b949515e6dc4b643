"""The parts of a supply network: process cost, freight, duty, capacity, chains, recycling."""

from __future__ import annotations

import dataclasses
from typing import Literal

import pytest

from calculator.money import conversion
from calculator.prices import price_book
from calculator.regions import region_factors
from calculator.supply.capacity import capacities
from calculator.supply.chains import Chain, Chains, Feed
from calculator.supply.process_cost import process_cost
from calculator.supply.trade import Trade, customs_area, trade_tables
from materials_db.database import MaterialsDB
from materials_db.load import load_database
from materials_db.schema import Basis, Confidence, ProcessEconomics

Quantity = Literal["labour", "electricity", "heat", "capital", "yield", "other"]
DECK, YEAR, MONEY = "quotes_2026-06", 2025, "USD_2025"


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def row(
    process: str, quantity: Quantity, value: float, unit: str, place: str = ""
) -> ProcessEconomics:
    return ProcessEconomics(
        process=process,
        quantity=quantity,
        value=value,
        unit=unit,
        source="hand",
        locator=place,
        basis=Basis.REPORTED,
        confidence=Confidence.HIGH,
    )


RULES = (
    row("chemical_plant", "labour", 0.5, "1"),
    row("chemical_plant", "capital", 0.2, "1"),
)


# --- process cost ------------------------------------------------------------------------


def test_every_part_by_hand(db: MaterialsDB) -> None:
    rows = (
        row("p", "labour", 2.0, "h/t"),
        row("p", "electricity", 3.0, "kWh/kg"),
        row("p", "heat", 10.0, "MJ/kg"),
        row("p", "capital", 4000.0, "USD_2025/t/year"),
        row("p", "other", 100.0, "USD_2025/t", "acid"),
        row("p", "other", 50.0, "USD_2025/t", "water"),
        row("p", "yield", 0.8, "1"),
    )
    usa = region_factors(db, "USA", MONEY)
    cost = process_cost(dataclasses.replace(db, process_economics=(*RULES, *rows)), "p", usa)
    assert cost is not None
    assert cost.labour_usd_per_kg == pytest.approx(0.002 * usa.labour_usd_per_h * 1.5)
    assert cost.electricity_usd_per_kg == pytest.approx(3.0 * usa.electricity_usd_per_kwh)
    assert cost.heat_usd_per_kg == pytest.approx(10.0 * usa.natural_gas_usd_per_mj)
    assert cost.capital_usd_per_kg == pytest.approx(4.0 * 1.0 * 0.2)
    assert cost.other_usd_per_kg == pytest.approx(0.15)
    assert cost.total_usd_per_kg == pytest.approx(
        cost.labour_usd_per_kg
        + cost.electricity_usd_per_kg
        + cost.heat_usd_per_kg
        + cost.capital_usd_per_kg
        + cost.other_usd_per_kg
    )
    assert cost.yield_fraction == 0.8
    assert cost.assumptions == ()


def test_capital_follows_the_country(db: MaterialsDB) -> None:
    usa = process_cost(db, "nickel_refining", region_factors(db, "USA", MONEY))
    china = process_cost(db, "nickel_refining", region_factors(db, "CHN", MONEY))
    assert usa is not None
    assert china is not None
    assert china.capital_usd_per_kg == pytest.approx(0.61 * usa.capital_usd_per_kg)
    assert china.electricity_kwh_per_kg == usa.electricity_kwh_per_kg


def test_what_is_left_out_is_told(db: MaterialsDB) -> None:
    found = process_cost(db, "anode_graphite", region_factors(db, "CHN", MONEY))
    assert found is not None
    assert found.assumptions == (
        "anode_graphite: no labour, heat, capital in the table; left out of its cost",
    )


def test_unknown_process(db: MaterialsDB) -> None:
    assert process_cost(db, "unobtainium_refining", region_factors(db, "CHN")) is None


@pytest.mark.parametrize("route", ["hydromet", "pyromet", "direct"])
def test_recycling_near_the_reference_model(db: MaterialsDB, route: str) -> None:
    """Costed for the United States from Chinese inputs, within a quarter of EverBatt's total."""
    stated = next(r.value for r in db.recycling if (r.route, r.quantity) == (route, "process_cost"))
    reference = stated * conversion(db, "USD_2019", MONEY).factor
    cost = process_cost(db, f"{route}_recycling", region_factors(db, "USA", MONEY))
    assert cost is not None
    assert cost.total_usd_per_kg == pytest.approx(reference, rel=0.25)


# --- freight and duty --------------------------------------------------------------------


@pytest.fixture(scope="module")
def trade(db: MaterialsDB) -> Trade:
    return trade_tables(db, MONEY)


def test_lane_of_the_continents(trade: Trade, db: MaterialsDB) -> None:
    found = trade.carriage("lithium_hydroxide", "CHN", "DEU", bulk=False)
    handling = 19.0 * conversion(db, "USD_2024", MONEY).factor
    assert found.usd_per_t == pytest.approx(92.0 + handling)
    assert found.ground.basis == "assumed"  # port handling is recalled
    assert found.ground.assumptions == ()


def test_own_lane_precedes_the_mean(trade: Trade) -> None:
    own = trade.carriage("spodumene_concentrate", "AUS", "CHN", bulk=True)
    mean = trade.carriage("spodumene_concentrate", "BRA", "CHN", bulk=True)
    assert own.usd_per_t < mean.usd_per_t
    assert "the mean of all lanes stands in" in mean.ground.assumptions[0]


def test_inland(trade: Trade) -> None:
    home = trade.carriage("battery_cell", "DEU", "DEU", bulk=False).usd_per_t
    near = trade.carriage("battery_cell", "POL", "DEU", bulk=False).usd_per_t
    far = trade.carriage("battery_cell", "CHN", "DEU", bulk=False).usd_per_t
    assert home < near < far


def test_cells_pack_lighter(trade: Trade) -> None:
    cells = trade.carriage("battery_cell", "CHN", "DEU", bulk=False)
    powder = trade.carriage("cathode_active_material", "CHN", "DEU", bulk=False)
    assert cells.usd_per_t == pytest.approx(1.5 * powder.usd_per_t)


@pytest.mark.parametrize(
    ("importer", "origin", "commodity", "rate", "base"),
    [
        ("USA", "CHN", "battery_cell", 0.534, "fob"),
        ("USA", "POL", "battery_cell", 0.15, "fob"),  # a member state pays the EU's rate
        ("USA", "BRA", "lithium_hydroxide", 0.037, "fob"),  # unlisted: the base rate
        ("DEU", "CHN", "battery_cell", 0.027, "cif"),
        ("DEU", "KOR", "battery_cell", 0.0, "cif"),
        ("DEU", "FRA", "battery_cell", 0.0, "cif"),  # one customs area
        ("USA", "CHN", "anode_active_material", 0.375, "fob"),
        ("JPN", "CHN", "graphite", 0.025, "cif"),
    ],
)
def test_duty(
    trade: Trade, importer: str, origin: str, commodity: str, rate: float, base: str
) -> None:
    found = trade.duty(importer, origin, commodity)
    assert found.rate == pytest.approx(rate)
    assert found.base == base


def test_a_missing_duty_is_told(trade: Trade) -> None:
    whole = trade.duty("KOR", "CHN", "battery_cell")
    part = trade.duty("USA", "CHN", "phosphate_rock")
    assert whole.rate == part.rate == 0.0
    assert whole.ground is not None
    assert part.ground is not None
    assert whole.ground.assumptions == ("no duty of KOR on anything in the table; taken as zero",)
    assert "no duty of USA on phosphate_rock" in part.ground.assumptions[0]
    assert part.ground.basis == "assumed"


def test_customs_area() -> None:
    assert [customs_area(c) for c in ("POL", "NOR", "USA", "EUU")] == ["EUU", "NOR", "USA", "EUU"]


# --- capacity ----------------------------------------------------------------------------


def test_share_times_output(db: MaterialsDB) -> None:
    places = {p.country: p for p in capacities(db).of("cobalt", "mining")}
    assert places["COD"].per_year == pytest.approx(0.7311 * 310e6)
    assert places["COD"].ground.basis == "derived"
    cells = {p.country: p.per_year for p in capacities(db).of("battery_cell", "cell")}
    assert sum(cells.values()) == pytest.approx(3000e6, rel=1e-3)  # capacity, not production


def test_no_output_no_limit(db: MaterialsDB) -> None:
    place = capacities(db).of("alumina", "refining")[0]
    assert place.per_year == float("inf")
    assert place.share == pytest.approx(0.60)
    assert "is unknown; not limited" in place.ground.assumptions[0]


# --- chains ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chains(db: MaterialsDB, trade: Trade) -> Chains:
    able = capacities(db)
    countries = {place for key in able.shares for place in (r.country for r in able.shares[key])}
    regions = {c: region_factors(db, c, MONEY) for c in countries}
    return Chains(db, price_book(db, DECK, YEAR), regions, able, trade)


def chain(chains: Chains, element: str) -> Chain:
    found = chains.chain(element)
    assert found is not None
    return found


def world_mix(chains: Chains, found: Chain, feed: Feed) -> tuple[float, float]:
    """Mean conversion, and mean freight a kg mined, over the shares of those who take a form."""
    able, end = chains.capacities, found.end
    plants = {
        r.country: r.value
        for r in able.shares[end.material, "refining"]
        if found.feed_of(r.country) is feed
    }
    mines = {
        r.country: r.value
        for r in able.shares[feed.link.material, "mining"]
        if found.feed_of(r.country) is feed
    }
    made = sum(plants[c] * usd for c, usd in feed.refining.usd_per_kg.items())
    lanes = [
        (a * b, chains.trade.carriage(feed.link.commodity, mine, plant, bulk=True).usd_per_t)
        for mine, a in mines.items()
        for plant, b in plants.items()
        if mine == plant or not feed.stays
    ]
    usd_per_t = sum(w * usd for w, usd in lanes) / sum(w for w, _ in lanes)
    freight = usd_per_t / 1000.0 / feed.link.content_kg_per_kg
    return made / sum(plants.values()), freight


@pytest.mark.parametrize("element", ["Li", "Ni", "Co", "Mn", "graphite", "La", "Cu", "Al", "P"])
def test_netback(chains: Chains, element: str) -> None:
    """Mined, carried and refined in the world's mix, an element costs what the market pays."""
    found = chain(chains, element)
    assert found.feeds
    for feed in found.feeds:
        assert feed.link.usd_per_kg > 0
        conversion, freight = world_mix(chains, found, feed)
        fed = (feed.link.usd_per_kg + freight) * feed.refining.draw_kg_per_kg
        assert fed + conversion == pytest.approx(found.end.usd_per_kg, rel=1e-9)


def test_brine_is_no_ore(chains: Chains) -> None:
    """Chile and Argentina refine their own brine, at its own cost; the others ore."""
    found = chain(chains, "Li")
    ore, brine = found.feeds
    assert (ore.link.id, brine.link.id) == ("lithium, mined", "lithium, mined as lithium_brine")
    assert set(brine.refining.usd_per_kg) == {"CHL", "ARG"}
    assert set(ore.refining.usd_per_kg) == {"CHN", "AUS", "DEU", "ROW"}
    assert found.feed_of("CHL") is brine
    assert found.feed_of("AUS") is ore
    assert brine.stays
    assert not ore.stays
    assert max(brine.refining.usd_per_kg.values()) < min(ore.refining.usd_per_kg.values())
    assert brine.refining.draw_kg_per_kg == pytest.approx(1 / 0.71)


@pytest.mark.parametrize("material", ["copper", "aluminium", "phosphoric_acid", "lithium_brine"])
def test_no_refining_is_free(db: MaterialsDB, material: str) -> None:
    cost = process_cost(db, f"{material}_refining", region_factors(db, "CHN", MONEY))
    assert cost is not None
    assert not any("left out" in text for text in cost.assumptions)
    parts = (cost.labour_usd_per_kg, cost.electricity_usd_per_kg, cost.capital_usd_per_kg)
    assert min(parts) > 0


def test_market_price_per_kg_contained(chains: Chains, db: MaterialsDB) -> None:
    lithium = chain(chains, "Li").end.usd_per_kg
    carbonate = chains.book["lithium_carbonate"].usd_per_kg
    assert lithium == pytest.approx(float(carbonate) / 0.18787, rel=1e-3)


def test_an_element_of_one_stage(chains: Chains) -> None:
    iron, silicon = chain(chains, "Fe"), chain(chains, "Si")
    assert [link.stage for link in iron.links] == ["mining"]
    assert [link.stage for link in silicon.links] == ["refining"]
    assert iron.refining is None
    assert "no price for Fe" in iron.end.ground.assumptions[0]


def test_no_way_is_made_up(chains: Chains) -> None:
    assert chains.chain("O") is None


def test_a_price_of_another_deck_is_told(chains: Chains) -> None:
    flake = chain(chains, "graphite").links[0]
    assert flake.ground.assumptions == (
        "natural_graphite is not in deck quotes_2026-06; price of average_2025 taken",
    )
