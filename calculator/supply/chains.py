"""The way of one element from the mine to the plant that uses it, with prices by stage.

The last stage before the user is priced at the market. The stage before it is worth what is
left after the conversion between them (netback): p_mined = (p_refined - mean conversion) x
yield, the mean being that of the countries that refine, weighted by their shares. So refining
at the mean cost returns the market price, and a country departs from it by its own cost alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calculator.regions import RegionFactors
from calculator.supply.capacity import Capacities
from calculator.supply.grounds import Ground, ground
from calculator.supply.process_cost import ProcessCost, process_cost, rows_of

if TYPE_CHECKING:
    from calculator.prices import PriceBook, UnitPrice
    from materials_db.database import MaterialsDB
    from materials_db.schema import ElementMaterial

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

    @property
    def id(self) -> str:
        """Commodity of the network, in kg of the element contained."""
        return f"{self.material}, {'mined' if self.stage == MINING else 'refined'}"


@dataclass(frozen=True)
class Refining:
    """Turning the mined form into the refined one: inputs and cost by country."""

    draw_kg_per_kg: float
    """Kg of the element mined per kg refined."""
    usd_per_kg: Mapping[str, float]
    emission_kg_per_kg: Mapping[str, float]
    electricity_kwh_per_kg: float
    grounds: Mapping[str, Ground]


@dataclass(frozen=True)
class Chain:
    """One element: its links in order, and the refining between the two if there are two."""

    element: str
    links: tuple[Link, ...]
    refining: Refining | None

    @property
    def end(self) -> Link:
        """The form in which plants buy the element."""
        return self.links[-1]


@dataclass(frozen=True)
class Chains:
    """Makes chains from the tables of one database, in one money."""

    db: MaterialsDB
    book: PriceBook
    regions: Mapping[str, RegionFactors]
    """Factors of every country that refines."""
    capacities: Capacities

    def chain(self, element: str) -> Chain | None:
        """The chain of an element, or nothing where no share table follows it."""
        rows = [row for row in self._rows(element) if self._followed(row)]
        if not rows:
            return None
        if len(rows) == 1:
            return Chain(element, (self._market_link(rows[0]),), None)
        return self._two_stages(element, rows[0], rows[1])

    def _rows(self, element: str) -> list[ElementMaterial]:
        rows = [row for row in self.db.element_materials if row.element == element]
        return sorted(rows, key=lambda row: STAGES.index(row.stage))

    def _followed(self, row: ElementMaterial) -> bool:
        return self.capacities.knows(row.material, row.stage)

    def _two_stages(self, element: str, mined: ElementMaterial, refined: ElementMaterial) -> Chain:
        end = self._market_link(refined)
        costs = self._refining_costs(refined)
        draw = _draw(costs, mined)
        mean = self._mean(refined, costs)
        own = self._market(mined)
        worth = max(0.0, (end.usd_per_kg - mean) / draw) if own is None else own[0]
        start = _link(mined, worth, self._mined_ground(mined, end, own is None, mean))
        precursor = 0.0 if own is None else end.usd_per_kg - mean - draw * worth
        return Chain(element, (start, end), _refining(costs, refined, draw, precursor))

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
        return float(price.usd_per_kg) / fraction, ground("price", text, price.records, said)

    def _refining_costs(self, row: ElementMaterial) -> dict[str, ProcessCost | None]:
        name = f"{row.material}_refining"
        countries = [capacity.country for capacity in self.capacities.of(row.material, REFINING)]
        return {c: process_cost(self.db, name, self.regions[c]) for c in countries}

    def _mean(self, row: ElementMaterial, costs: Mapping[str, ProcessCost | None]) -> float:
        """Conversion per kg of the element, weighted by what each country refines."""
        shares = {s.country: s.value for s in self.capacities.shares[row.material, REFINING]}
        weight = sum(shares[c] for c in costs)
        total = sum(shares[c] * _per_element(cost, row) for c, cost in costs.items())
        return total / weight

    def _mined_ground(self, row: ElementMaterial, end: Link, netback: bool, mean: float) -> Ground:
        if not netback:
            found = self._market(row)
            assert found is not None
            return found[1]
        text = f"worth of {end.commodity} less {mean:.3g} USD a kg of mean conversion, x yield"
        said = []
        if not rows_of(self.db, f"{end.material}_refining"):
            said = [f"no process for refining {end.material}; converted at no cost"]
        return ground("price", text, (row, *end.ground.records), said, at_least="derived")


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
    return Link(row.element, row.stage, row.material, row.commodity, row.value, usd_per_kg, found)


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
    costs: Mapping[str, ProcessCost | None], row: ElementMaterial, draw: float, precursor: float
) -> Refining:
    power = {
        c: 0.0 if k is None else k.electricity_kwh_per_kg / row.value for c, k in costs.items()
    }
    return Refining(
        draw_kg_per_kg=draw,
        usd_per_kg={c: _per_element(cost, row) + precursor for c, cost in costs.items()},
        emission_kg_per_kg={
            c: 0.0 if k is None else k.emission_kg_per_kg / row.value for c, k in costs.items()
        },
        electricity_kwh_per_kg=next(iter(power.values())),
        grounds={c: _refining_ground(cost, row, precursor) for c, cost in costs.items()},
    )


def _refining_ground(cost: ProcessCost | None, row: ElementMaterial, precursor: float) -> Ground:
    if cost is None:
        said = f"no process for refining {row.material}; converted at no cost"
        return ground("conversion", "none", (row,), (said,))
    text = f"{cost.process} in {cost.country}, from its inputs and the country's factors"
    if precursor:
        text += f", with {precursor:.3g} USD a kg for other feed (market price less all known)"
    return ground("conversion", text, (row, *cost.records), cost.assumptions, at_least="derived")
