"""Recycling routes: what comes out of a kilogram of feed together, and what each step costs.

A kilogram of feed goes one way: hydromet or pyromet return elements as refined chemicals, direct
returns the cathode active material of the same chemistry and the foils' metals, black mass is
sold. All that a route recovers comes out of one process, so no element is had without the others,
and nothing leaves in two ways: no credit stands twice. What recyclers recover competes with
primary metal; what nobody takes is sold at the payable share of its market price.

Cost of a kg of feed = feed (payable x contents at market prices, less a gate fee) + margin
+ collection and transport + process (labour, energy, reagents, capital at the plant's size).
- Own scrap is charged nothing as feed: its worth is the black mass it could be sold as, which the
  plan weighs itself. Only where a cost is told for an element is that worth counted in.
- Others sell: where their best route earns more than it costs, the rest is their margin, paid for
  the feed whichever route treats it. So recycled metal of others costs the market price, or more.
Told for one element, the cost of a kg of feed is spread over what comes out by its worth:
cost_i = p_i x cost / sum_j out_j p_j. No plan is decided by that: there the outputs are joint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.money import convert
from calculator.regions import RegionFactors
from calculator.supply.chains import Chain
from calculator.supply.grounds import Ground, ground
from calculator.supply.process_cost import ProcessCost, process_cost
from calculator.supply.streams import END_OF_LIFE, OLD_CELLS, Feed, Stream
from calculator.trace import plain

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum, RecyclingRow

ALL = "all"
HYDROMET, PYROMET, DIRECT, BLACK_MASS = "hydromet", "pyromet", "direct", "black_mass"
ROUTES = (HYDROMET, PYROMET, DIRECT, BLACK_MASS)
"""Ways of a feed. Direct needs the discount at which its cathode sells."""
CATHODE = "cathode_active_material"
"""Name under which the recovery of a cathode as a compound is tabled."""
_KG_PER_T = 1000.0


@dataclass(frozen=True)
class Output:
    """One thing that a route recovers from a kilogram of feed."""

    item: str
    """Element, or id of a cathode active material."""
    kg_per_kg: float
    recovery: float
    """Fraction of what the feed holds."""
    market_usd_per_kg: float
    """At which it sells; a recycled cathode at its discount."""
    cathode: bool = False

    @property
    def usd_per_kg_feed(self) -> float:
        """What it is worth in a kg of feed."""
        return self.kg_per_kg * self.market_usd_per_kg


@dataclass(frozen=True)
class Treated:
    """One stream by one route in one country, per kg of feed; money of the network."""

    stream: Stream
    route: str
    country: str
    outputs: tuple[Output, ...]
    process: ProcessCost | None
    collection_usd_per_kg: float
    feed_usd_per_kg: float
    """Payable less gate fee: paid by recyclers of others, forgone by who recycles own scrap."""
    margin_usd_per_kg: float
    """What others add to it; 0 for own scrap."""
    grounds: tuple[Ground, ...]
    sale_usd_per_kg: float = 0.0
    """What black mass of a kg of feed sells for."""

    @property
    def process_usd_per_kg(self) -> float:
        """Treatment alone."""
        return self.process.total_usd_per_kg if self.process else 0.0

    @property
    def emission_kg_per_kg(self) -> float:
        """CO2 of the treatment's electricity and heat."""
        return self.process.emission_kg_per_kg if self.process else 0.0

    @property
    def energy_kwh_per_kg(self) -> float:
        """Electricity and heat of the treatment."""
        return self.process.energy_kwh_per_kg if self.process else 0.0

    @property
    def cost_usd_per_kg(self) -> float:
        """Feed, collection and process, without margin."""
        return self.feed_usd_per_kg + self.collection_usd_per_kg + self.process_usd_per_kg

    @property
    def value_usd_per_kg(self) -> float:
        """What comes out, at market prices."""
        return sum(out.usd_per_kg_feed for out in self.outputs)

    def usd_per_kg_of(self, out: Output) -> float:
        """Cost of a kg of one output, the cost of the feed spread by worth."""
        spread = (self.cost_usd_per_kg + self.margin_usd_per_kg) / self.value_usd_per_kg
        return out.market_usd_per_kg * (spread if self.stream.own else max(1.0, spread))


@dataclass(frozen=True)
class Recycling:
    """What the tables say of recycling, at the prices of one network."""

    db: MaterialsDB
    chains: Mapping[str, Chain]
    cathodes: Mapping[str, float]
    """Market price of each cathode active material, USD a kg."""
    money: str
    direct_discount: float | None = None
    """By which a directly recycled cathode sells below a new one, a fraction."""

    def recovery(self, route: str) -> dict[str, RecyclingRow]:
        """Recovery rows of a route by element or material."""
        return self._rows(route, "recovery")

    def _rows(self, route: str, quantity: str) -> dict[str, RecyclingRow]:
        found: dict[str, RecyclingRow] = {}
        for row in self.db.recycling:
            if (row.quantity, row.route) == (quantity, route):
                found.setdefault(row.material, row)
        return found

    # --- what comes out ------------------------------------------------------------------

    def outputs(self, route: str, feed: Feed) -> tuple[Output, ...]:
        """All that a route recovers, is worth something and is in the feed.

        What goes out within a recycled cathode does not go out as an element as well.
        """
        rows = self.recovery(route)
        cathodes = tuple(self._cathodes(rows, feed)) if route == DIRECT else ()
        elements = (self._element(e, row, feed) for e, row in rows.items() if e in self.chains)
        return tuple(out for out in (*cathodes, *elements) if out.usd_per_kg_feed > 0)

    def _element(self, element: str, row: RecyclingRow, feed: Feed) -> Output:
        held = feed.contents.get(element, 0.0)
        if row.route == DIRECT:
            # No route of graphite back to anode grade is costed here.
            held = 0.0 if element == "graphite" else held - feed.actives.get(element, 0.0)
        share = _fraction(row)
        return Output(element, held * share, share, self.chains[element].end.usd_per_kg)

    def _cathodes(self, rows: Mapping[str, RecyclingRow], feed: Feed) -> Iterable[Output]:
        row = rows.get(CATHODE)
        if row is None or self.direct_discount is None:
            return
        for material, kg in feed.cathodes.items():
            price = self.cathodes[material] * (1.0 - self.direct_discount)
            share = _fraction(row)
            yield Output(material, kg * share, share, price, cathode=True)

    def black_mass(self, feed: Feed) -> tuple[float, dict[str, float], float, Ground]:
        """Black mass of a kg of feed: kg, kg of each element in it, and what it sells for, USD.

        It is paid by payable x contents; foils are left behind, and so is what they hold.
        """
        row = self.recovery(BLACK_MASS).get(CATHODE)
        share = _fraction(row) if row is not None else 0.0
        kg = sum(amount for need, amount in feed.parts if need.active) / feed.kg_per_kwh
        held = {e: amount * share for e, amount in feed.actives.items()}
        usd, paid = self._payable(BLACK_MASS, held)
        said = ("copper and aluminium beside black mass are sold to nobody",)
        records = (*paid.records, *([row] if row is not None else []))
        return kg * share, held, usd, ground("price", "black mass by its payables", records, said)

    def sale_usd_per_kg(self, out: Output) -> float:
        """At which a surplus of an output can be sold: payable x market; 0 where none is known."""
        row = self._rows(BLACK_MASS, "payable").get(out.item)
        return 0.0 if row is None else _fraction(row) * out.market_usd_per_kg

    # --- what it costs -------------------------------------------------------------------

    def feed_price(self, stream: Stream) -> tuple[float, Ground]:
        """What a kg of feed costs: payable x contents at market prices, less any gate fee."""
        if stream.kind != OLD_CELLS:
            return self._payable(BLACK_MASS, stream.feed.contents)
        fees = self._rows(END_OF_LIFE, "gate_fee")
        row = next((fees[name] for name in stream.feed.cathodes if name in fees), None)
        if row is None:
            return self._payable(END_OF_LIFE, stream.feed.contents)
        fee = plain(convert(self.db, row.value, row.unit, f"{self.money}/kg")[0])
        return -fee, ground("price", "gate fee paid to the recycler", (row,))

    def _payable(self, route: str, contents: Mapping[str, float]) -> tuple[float, Ground]:
        rows = self._rows(route, "payable")
        held = {e: kg for e, kg in contents.items() if kg > 0 and e in self.chains}
        usd = sum(
            _fraction(rows[e]) * kg * self.chains[e].end.usd_per_kg
            for e, kg in held.items()
            if e in rows
        )
        unpaid = [e for e in held if e not in rows and self.chains[e].end.usd_per_kg > 0]
        said = [f"no payable for {', '.join(unpaid)} in {route}; paid nothing"] if unpaid else []
        return usd, ground("price", "payable share of the market price", rows.values(), said)

    def collection(self) -> tuple[float, Ground]:
        """Collection and transport of a kg of feed, USD."""
        row = self._rows(ALL, "collection_cost").get(ALL)
        if row is None:
            said = ("no cost of collection in the table; collected at no cost",)
            return 0.0, ground("freight", "none", (), said)
        usd = plain(convert(self.db, row.value, row.unit, f"{self.money}/kg")[0])
        return usd, ground("freight", "collection and transport", (row,), (), "derived")

    def process(
        self, route: str, region: RegionFactors, size_kg_per_year: float
    ) -> tuple[ProcessCost | None, Ground]:
        """Treatment of a kg of feed in a country, its capital at the size of the plant."""
        cost = process_cost(self.db, f"{route}_recycling", region)
        if cost is None:
            said = f"no inputs of {route} recycling in the table; treated at no cost"
            return None, ground("conversion", "none", (), (said,))
        scaled, rows, text = self._scaled(route, cost, size_kg_per_year)
        records = (*cost.records, *rows)
        return scaled, ground("conversion", text, records, cost.assumptions, at_least="derived")

    def _scaled(
        self, route: str, cost: ProcessCost, size_kg_per_year: float
    ) -> tuple[ProcessCost, tuple[Datum, ...], str]:
        """The cost with capital at the plant's size; above the largest, several plants."""
        exponent = self._rows(route, "capital_exponent").get(ALL)
        reference = self._rows(ALL, "reference_size").get(ALL)
        if exponent is None or reference is None or size_kg_per_year <= 0:
            return cost, (), f"{route} treatment in {cost.country}"
        largest = self._rows(ALL, "largest_size").get(ALL)
        most = _kg_per_year(largest) if largest is not None else size_kg_per_year
        size = min(size_kg_per_year, most)
        scaled = cost.scaled(size, _kg_per_year(reference), exponent.value)
        rows = (exponent, reference, *([largest] if largest is not None else []))
        text = f"{route} treatment in {cost.country}, capital at {size / 1e6:.3g} kt of feed a year"
        return scaled, rows, text

    def reference_kg_per_year(self) -> float:
        """Feed of the plant whose capital the tables state; 0 where they name none."""
        row = self._rows(ALL, "reference_size").get(ALL)
        return _kg_per_year(row) if row is not None else 0.0

    # --- all together --------------------------------------------------------------------

    def treated(
        self, stream: Stream, routes: Iterable[str], region: RegionFactors
    ) -> tuple[Treated, ...]:
        """A stream by each route in one country, with the margin of others laid on."""
        found = [self._by(stream, route, region) for route in routes if route != BLACK_MASS]
        found = [one for one in found if one.outputs]
        if stream.own or not found:
            return tuple(found)
        margin = max(0.0, *(one.value_usd_per_kg - one.cost_usd_per_kg for one in found))
        return tuple(_with_margin(one, margin) for one in found)

    def _by(self, stream: Stream, route: str, region: RegionFactors) -> Treated:
        outputs = self.outputs(route, stream.feed)
        feed, paid = self.feed_price(stream)
        collected, hauled = self.collection()
        process, made = self.process(route, region, stream.size_kg_per_year)
        rows = self.recipe_rows(route, outputs).values()
        recipe = ground("recipe", f"recovery by {route}", rows)
        grounds = (paid, hauled, made, recipe, stream.amount, *self._discount(outputs))
        return Treated(
            stream, route, region.country, outputs, process, collected, feed, 0.0, grounds
        )

    def crushed(self, stream: Stream, region: RegionFactors, sale: tuple[float, Ground]) -> Treated:
        """A stream crushed to black mass and sold."""
        collected, hauled = self.collection()
        process, made = self.process(BLACK_MASS, region, stream.size_kg_per_year)
        grounds = (hauled, made, sale[1], stream.amount)
        return Treated(
            stream, BLACK_MASS, region.country, (), process, collected, 0.0, 0.0, grounds, sale[0]
        )

    def recipe_rows(self, route: str, outputs: Iterable[Output]) -> dict[str, RecyclingRow]:
        """The row behind each recovery, by what is recovered."""
        rows = self.recovery(route)
        return {out.item: rows[CATHODE if out.cathode else out.item] for out in outputs}

    def _discount(self, outputs: Iterable[Output]) -> tuple[Ground, ...]:
        if not any(out.cathode for out in outputs) or self.direct_discount is None:
            return ()
        said = (
            f"a directly recycled cathode sells {100.0 * self.direct_discount:g} % below a new "
            "one, as asked",
            "graphite of direct recycling is no anode grade and is not counted",
        )
        return (ground("price", "discount on the market price of the cathode", (), said),)


def _with_margin(one: Treated, margin: float) -> Treated:
    said = "recyclers sell at the market price of what they recover, or at cost if that is higher"
    found = ground("price", f"margin of {margin:.3g} USD a kg of feed", (), (said,))
    return replace(one, margin_usd_per_kg=margin, grounds=(*one.grounds, found))


@dataclass(frozen=True)
class RecyclingTerms:
    """What a caller may ask of recycling."""

    routes: tuple[str, ...] | None = None
    """Of ``hydromet``, ``pyromet``, ``direct`` and ``black_mass`` (own scrap sold). By default
    all but ``direct``, and that too where its discount is given."""
    direct_discount: float | None = None
    """By which a directly recycled cathode sells below a new one, a fraction; nothing stands in
    for it."""
    stream_mix: Mapping[str, float] | None = None
    """Part of each chemistry in the scrap and old cells of others; equal parts by default."""

    @property
    def asked_routes(self) -> tuple[str, ...]:
        """The routes, checked.

        Raises:
            InputError: as ``check_routes``.
        """
        if self.routes is not None:
            return check_routes(self.routes, self.direct_discount)
        direct = () if self.direct_discount is None else (DIRECT,)
        return check_routes((HYDROMET, PYROMET, BLACK_MASS, *direct), self.direct_discount)


def check_routes(routes: Iterable[str], discount: float | None) -> tuple[str, ...]:
    """The routes asked for, each once.

    Raises:
        InputError: an unknown route, none, a discount that is no fraction, or direct recycling
            without one.
    """
    from materials_db.faults import did_you_mean

    asked = tuple(dict.fromkeys(routes))
    for route in asked:
        if route not in ROUTES:
            remedy = did_you_mean(route, ROUTES)
            raise InputError(f"recycling route {route!r} is not known; {remedy}")
    if discount is not None and not 0.0 <= discount < 1.0:
        raise InputError(
            f"direct discount {discount:g} is out of bounds; give a fraction from 0 to below 1"
        )
    if DIRECT in asked and discount is None:
        raise InputError(
            "direct recycling needs the discount at which its cathode sells; give direct_discount, "
            "such as 0.2, or leave the route out"
        )
    if not asked:
        raise InputError(f"no recycling route is asked for; name some of {', '.join(ROUTES)}")
    return asked


def _kg_per_year(row: Datum) -> float:
    from materials_db.units import to

    return to(row.value, row.unit, "t/year") * _KG_PER_T


def _fraction(row: Datum) -> float:
    from materials_db.units import to

    return to(row.value, row.unit, "1")
