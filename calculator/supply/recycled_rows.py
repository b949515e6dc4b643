"""The recycled part of a plan: stream, country, share and cost against the market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calculator.sourcing.plan import Plan
    from calculator.supply.api import SupplyNetwork


@dataclass(frozen=True, slots=True)
class RecycledRow:
    """One element of one stream in one country, as a plan uses it."""

    material: str
    stream: str
    """Own scrap, market scrap or end-of-life cells."""
    country: str
    share: float
    """Of all that is refined of the material."""
    quantity_kg_per_year: float
    usd_per_kg: float
    """Cost of a kilogram recovered, before freight and duty."""
    market_usd_per_kg: float
    """Market price of a kilogram refined."""


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
                    country=one.country,
                    share=row.share,
                    quantity_kg_per_year=row.quantity,
                    usd_per_kg=one.usd_per_kg,
                    market_usd_per_kg=supply.chains[one.element].end.usd_per_kg,
                )
            )
    return tuple(sorted(rows, key=lambda r: (r.material, -r.share)))
