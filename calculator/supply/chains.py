"""The way of one element from the mine to the plant that uses it, with prices by stage.

The last stage before the user is priced at the market. The stage before it is worth what is
left after the conversion between them (netback): p_mined = (p_refined - mean conversion) x
yield - mean freight. The mean conversion is that of the countries that refine that form, weighted
by their shares; the mean freight that between all mines and refineries, weighted by both shares.
So the world's mix returns the market price, and a country departs from it by its own cost and
way alone. An element mined in several forms (lithium of ore and of brine) has a netback for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from calculator.regions import RegionFactors
from calculator.supply.capacity import Capacities
from calculator.supply.emissions import mining_kg_per_kg
from calculator.supply.grounds import Ground, ground
from calculator.supply.process_cost import ProcessCost, process_cost, rows_of
from calculator.trace import plain

if TYPE_CHECKING:
    from calculator.prices import PriceBook, UnitPrice
    from calculator.supply.trade import Trade
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, ElementMaterial

MINING, REFINING = "mining", "refining"
STAGES = (MINING, REFINING)


@dataclass(frozen=True)
class Link:
    """An element at one stage: what it is called, what carries it, what a kilogram is worth."""

    element: str
    stage: str
    material: str
    commodity: str
    content_kg_per_kg: float
    """Kg of the element in a kg of what is shipped."""
    usd_per_kg: float
    """Worth of a kg of the element in this form."""
    ground: Ground
    emission_kg_per_kg: float = 0.0
    """Of winning a kg of the element, where a row states it; 0 where none does."""
    emission_ground: Ground | None = None
    countries: tuple[str, ...] = ()
    """Countries that mine this form; where empty, all that no other form names."""

    @property
    def id(self) -> str:
        """Commodity of the network, in kg of the element contained."""
        if self.stage == REFINING:
            return f"{self.material}, refined"
        form = f" as {self.commodity}" if self.countries else ""
        return f"{self.material}, mined{form}"


@dataclass(frozen=True)
class Refining:
    """Turning the mined form into the refined one: inputs and cost by country."""

    draw_kg_per_kg: float
    """Kg of the element mined per kg refined."""
    usd_per_kg: Mapping[str, float]
    emission_kg_per_kg: Mapping[str, float]
    energy_kwh_per_kg: float
    grounds: Mapping[str, Ground]


@dataclass(frozen=True)
class Feed:
    """One mined form and its refining."""

    link: Link
    refining: Refining

    @property
    def stays(self) -> bool:
        """Whether it is refined in the country that mines it: a form of named countries."""
        return bool(self.link.countries)


@dataclass(frozen=True)
class Chain:
    """One element: the form in which plants buy it, and the mined forms it is refined from."""

    element: str
    end: Link
    feeds: tuple[Feed, ...] = ()
    """Empty where one stage is known; else the form of most countries first."""

    @property
    def links(self) -> tuple[Link, ...]:
        """The forms in order: mined, then refined."""
        return (*(feed.link for feed in self.feeds), self.end)

    @property
    def refining(self) -> Refining | None:
        """Refining of the form of most countries."""
        return self.feeds[0].refining if self.feeds else None

    def feed_of(self, country: str) -> Feed:
        """The form a country mines, and the only one its refineries take."""
        named = (feed for feed in self.feeds if country in feed.link.countries)
        return next(named, self.feeds[0])


@dataclass(frozen=True)
class Chains:
    """Makes chains from the tables of one database, in one money."""

    db: MaterialsDB
    book: PriceBook
    regions: Mapping[str, RegionFactors]
    """Factors of every country that refines."""
    capacities: Capacities
    trade: Trade

    def chain(self, element: str) -> Chain | None:
        """The chain of an element, or nothing where no share table follows it."""
        mined, refined = self._rows(element, MINING), self._rows(element, REFINING)
        if not refined:
            return Chain(element, self._only_mined(mined[0])) if mined else None
        end = self._market_link(refined[0])
        feeds = tuple(self._feed(row, refined[0], end, mined) for row in mined)
        return Chain(element, end, feeds)

    def _rows(self, element: str, stage: str) -> list[ElementMaterial]:
        """Forms of an element at a stage that a share table follows, the general one first."""
        rows = [
            row
            for row in self.db.element_materials
            if (row.element, row.stage) == (element, stage)
            and self.capacities.knows(row.material, stage)
        ]
        return sorted(rows, key=lambda row: (len(row.countries), row.commodity))

    def _feed(
        self,
        mined: ElementMaterial,
        refined: ElementMaterial,
        end: Link,
        forms: list[ElementMaterial],
    ) -> Feed:
        name = f"{mined.commodity if mined.countries else refined.material}_refining"
        costs = self._costs(name, refined, _takers(mined, forms))
        draw = _draw(costs, mined)
        mean = self._mean(refined, costs)
        freight, lanes = self._mean_freight(mined, refined, forms)
        own = self._market(mined)
        if own is None:
            worth = max(0.0, (end.usd_per_kg - mean) / draw - freight)
            found = self._netback_ground(mined, end, name, (mean, freight), lanes)
            precursor = 0.0
        else:
            worth, found = own
            precursor = end.usd_per_kg - mean - draw * (worth + freight)
        refining = _refining(name, costs, refined, draw, precursor)
        return Feed(self._won(mined, worth, found), refining)

    def _won(self, row: ElementMaterial, worth: float, found: Ground) -> Link:
        """The mined form, with the emission of winning it where a row states one."""
        emission, factor = mining_kg_per_kg(self.db, row.material)
        link = _link(row, worth, found)
        if factor is None:
            return link
        why = ground("emission", f"of winning {row.material}", (factor,))
        return replace(link, emission_kg_per_kg=emission, emission_ground=why)

    def _only_mined(self, row: ElementMaterial) -> Link:
        """The form of an element that plants buy as it is mined."""
        link = self._market_link(row)
        return self._won(row, link.usd_per_kg, link.ground)

    def _market_link(self, row: ElementMaterial) -> Link:
        found = self._market(row)
        if found is None:
            said = f"no price for {row.element} as {row.commodity}; taken as zero"
            return _link(row, 0.0, ground("price", "none", (row,), (said,)))
        return _link(row, found[0], found[1])

    def _market(self, row: ElementMaterial) -> tuple[float, Ground] | None:
        """Market price of a kg of the element, from the item that values it."""
        if not row.price_item:
            return None
        found = quoted(self.book, row.price_item)
        if found is None:
            return None
        price, said = found
        fraction = self.db.element_mass_fractions(row.price_item).get(row.element, 1.0)
        text = f"market price of {row.price_item} / {fraction:.4g} kg {row.element} a kg"
        return plain(price.usd_per_kg) / fraction, ground("price", text, price.records, said)

    def _costs(
        self, process: str, row: ElementMaterial, takes: Callable[[str], bool]
    ) -> dict[str, ProcessCost | None]:
        """Cost of refining in each country that takes the form."""
        countries = self.capacities.countries(row.material, REFINING)
        return {c: process_cost(self.db, process, self.regions[c]) for c in countries if takes(c)}

    def _mean(self, row: ElementMaterial, costs: Mapping[str, ProcessCost | None]) -> float:
        """Conversion per kg of the element, weighted by what each country refines."""
        shares = {s.country: s.value for s in self.capacities.shares[row.material, REFINING]}
        weight = sum(shares.get(c, 0.0) for c in costs)
        total = sum(shares.get(c, 0.0) * _per_element(cost, row) for c, cost in costs.items())
        return total / weight if weight > 0 else 0.0

    def _mean_freight(
        self, mined: ElementMaterial, refined: ElementMaterial, forms: list[ElementMaterial]
    ) -> tuple[float, tuple[Datum, ...]]:
        """Freight of a kg of the element mined on its way to a refinery, and its rows."""
        takes = _takers(mined, forms)
        mines = self._shares(mined.material, MINING, takes)
        plants = self._shares(refined.material, REFINING, takes)
        total = weight = 0.0
        records: dict[Datum, None] = {}
        for (mine, a), (plant, b) in product(mines.items(), plants.items()):
            if mined.countries and mine != plant:
                continue
            lane = self.trade.carriage(mined.commodity, mine, plant, bulk=True)
            total += a * b * lane.usd_per_t / 1000.0 / mined.value
            weight += a * b
            records |= dict.fromkeys(lane.ground.records)
        return (total / weight if weight > 0 else 0.0), tuple(records)

    def _shares(self, material: str, stage: str, takes: Callable[[str], bool]) -> dict[str, float]:
        rows = self.capacities.shares[material, stage]
        return {row.country: row.value for row in rows if takes(row.country) and row.value > 0}

    def _netback_ground(
        self,
        row: ElementMaterial,
        end: Link,
        process: str,
        means: tuple[float, float],
        lanes: tuple[Datum, ...],
    ) -> Ground:
        text = (
            f"worth of {end.commodity} less {means[0]:.3g} USD a kg of mean conversion, x yield, "
            f"less {means[1]:.3g} USD of mean freight"
        )
        said = [] if rows_of(self.db, process) else [_free(process)]
        records = (row, *end.ground.records, *lanes)
        return ground("price", text, records, said, at_least="derived")


def _takers(form: ElementMaterial, forms: list[ElementMaterial]) -> Callable[[str], bool]:
    """Tells which countries refine a form: its own, or those no other form names."""
    if form.countries:
        return lambda country: country in form.countries
    others = {country for row in forms for country in row.countries}
    return lambda country: country not in others


def _free(process: str) -> str:
    return f"no inputs of {process} in the table; converted at no cost"


def quoted(book: PriceBook, item: str) -> tuple[UnitPrice, tuple[str, ...]] | None:
    """Price of an item in the book's deck, else in the newest deck that has one (and say so)."""
    if book.db.find_price(item, book.deck) is not None or item in book.overrides:
        return book[item], ()
    newest = sorted(book.db.decks.values(), key=lambda deck: deck.date, reverse=True)
    for deck in newest:
        if book.db.find_price(item, deck.id, borrow=False) is not None:
            other = replace(book, deck=deck.id)
            return other[item], (f"{item} is not in deck {book.deck}; price of {deck.id} taken",)
    return None


def _link(row: ElementMaterial, usd_per_kg: float, found: Ground) -> Link:
    return Link(
        element=row.element,
        stage=row.stage,
        material=row.material,
        commodity=row.commodity,
        content_kg_per_kg=row.value,
        usd_per_kg=usd_per_kg,
        ground=found,
        countries=row.countries,
    )


def _per_element(cost: ProcessCost | None, row: ElementMaterial) -> float:
    return 0.0 if cost is None else cost.total_usd_per_kg / row.value


def _draw(costs: Mapping[str, ProcessCost | None], mined: ElementMaterial) -> float:
    """Kg of the element mined per kg refined: 1 / yield, or what the process says it draws."""
    known = next((cost for cost in costs.values() if cost is not None), None)
    if known is None:
        return 1.0
    if known.draw_kg_per_kg is None:
        return 1.0 / known.yield_fraction
    return known.draw_kg_per_kg * mined.value


def _refining(
    process: str,
    costs: Mapping[str, ProcessCost | None],
    row: ElementMaterial,
    draw: float,
    precursor: float,
) -> Refining:
    energy = [0.0 if k is None else k.energy_kwh_per_kg / row.value for k in costs.values()]
    return Refining(
        draw_kg_per_kg=draw,
        usd_per_kg={c: _per_element(cost, row) + precursor for c, cost in costs.items()},
        emission_kg_per_kg={
            c: 0.0 if k is None else k.emission_kg_per_kg / row.value for c, k in costs.items()
        },
        energy_kwh_per_kg=energy[0] if energy else 0.0,
        grounds={c: _refining_ground(process, cost, row, precursor) for c, cost in costs.items()},
    )


def _refining_ground(
    process: str, cost: ProcessCost | None, row: ElementMaterial, precursor: float
) -> Ground:
    if cost is None:
        return ground("conversion", "none", (row,), (_free(process),))
    text = f"{cost.process} in {cost.country}, from its inputs and the country's factors"
    if precursor:
        text += f", with {precursor:.3g} USD a kg for other feed (market price less all known)"
    return ground("conversion", text, (row, *cost.records), cost.assumptions, at_least="derived")
