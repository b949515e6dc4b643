"""The recycled part of a plan: by thing recycled, and by stream and route with cost by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.supply.recyclers import recovered_good, surplus_of
from calculator.trace import plain

if TYPE_CHECKING:
    from calculator.sourcing.plan import Plan
    from calculator.supply.api import SupplyNetwork
    from calculator.supply.recycled import Treated


@dataclass(frozen=True, slots=True)
class RecycledRow:
    """One element (or cathode) of one stream in one country, as a plan uses it."""

    material: str
    stream: str
    """Own scrap, market scrap or end-of-life cells."""
    chemistry: str
    """Of the cells behind the stream."""
    country: str
    route: str
    """``hydromet``, ``pyromet`` or ``direct``."""
    share: float
    """Of all that is refined (or made) of the material."""
    quantity_kg_per_year: float
    usd_per_kg: float
    """Cost of a kilogram recovered, before freight and duty; the cost of a feed is spread over
    its outputs by worth."""
    market_usd_per_kg: float
    """Market price of a kilogram; of a recycled cathode at its discount."""


def recycled_rows(supply: SupplyNetwork, plan: Plan) -> tuple[RecycledRow, ...]:
    """Recycled sources of a plan, by material, the largest first."""
    rows = []
    for row in plan.sources:
        one = supply.recycled.get(row.id.partition(" ")[2])
        if one is not None:
            rows.append(
                RecycledRow(
                    material=row.material,
                    stream=one.stream,
                    chemistry=one.chemistry,
                    country=one.country,
                    route=one.route,
                    share=row.share,
                    quantity_kg_per_year=row.quantity,
                    usd_per_kg=one.usd_per_kg,
                    market_usd_per_kg=one.market_usd_per_kg,
                )
            )
    return tuple(sorted(rows, key=lambda r: (r.material, -r.share)))


@dataclass(frozen=True, slots=True)
class RecyclingLine:
    """One stream by one route in one country, as a plan runs it; USD and kg a year.

    Cost without sales = feed + margin + collection + process; own scrap bears neither feed nor
    margin. What the outputs replace is not credited here: the plan buys less primary for it.
    """

    stream: str
    chemistry: str
    country: str
    route: str
    """``hydromet``, ``pyromet``, ``direct`` or ``black_mass``."""
    feed_kg_per_year: float
    feed_usd_per_year: float
    """Payable, or less than 0 where a gate fee is paid."""
    margin_usd_per_year: float
    collection_usd_per_year: float
    process_usd_per_year: float
    sales_usd_per_year: float
    """Earned with black mass, and with what nobody needs."""
    emission_kg_per_year: float
    energy_kwh_per_year: float

    @property
    def cost_usd_per_year(self) -> float:
        """Cost less sales."""
        paid = self.feed_usd_per_year + self.margin_usd_per_year + self.collection_usd_per_year
        return paid + self.process_usd_per_year - self.sales_usd_per_year


def recycling_lines(supply: SupplyNetwork, plan: Plan) -> tuple[RecyclingLine, ...]:
    """What a plan recycles by stream and route, and what each line of it costs.

    Returns:
        One row for each stream, route and country that is used, the largest feed first; nothing
        for a plan that is not optimal.
    """
    if plan.layout is None:
        return ()
    net, first, uses = plan.layout.network, plan.layout.first_process, plan.layout.first_use
    runs = {p.id: plain(plan.x[first + k]) for k, p in enumerate(net.processes)}
    sold = {
        d.id: plain(plan.x[uses + k]) * d.value_per_unit for k, d in enumerate(net.demands) if d.id
    }
    found = [_line(way, runs[name], sold) for name, way in supply.treated.items() if runs[name] > 0]
    return tuple(sorted(found, key=lambda line: -line.feed_kg_per_year))


def _line(way: Treated, kg: float, sold: dict[str, float]) -> RecyclingLine:
    goods = [recovered_good(way, out) for out in way.outputs]
    surplus = sum(sold[surplus_of(good, way.country)] for good in goods)
    bought = 0.0 if way.stream.own else kg
    return RecyclingLine(
        stream=way.stream.kind,
        chemistry=way.stream.chemistry,
        country=way.country,
        route=way.route,
        feed_kg_per_year=kg,
        feed_usd_per_year=bought * way.feed_usd_per_kg,
        margin_usd_per_year=bought * way.margin_usd_per_kg,
        collection_usd_per_year=kg * way.collection_usd_per_kg,
        process_usd_per_year=kg * way.process_usd_per_kg,
        sales_usd_per_year=kg * way.sale_usd_per_kg + surplus,
        emission_kg_per_year=kg * way.emission_kg_per_kg,
        energy_kwh_per_year=kg * way.energy_kwh_per_kg,
    )
