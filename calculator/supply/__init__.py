"""The supply network of cells, built from the database for any importer and any chemistries.

    built = supply_network(db, [lfp, nmc811], "EUU", demand_gwh_per_year=30.0)
    plan = solve(built.network, rules)

Mining, refining, active materials and cells are nodes by country (and owner, where the caller
names producers) with capacity = share x world output; conversion is costed from physical inputs
and the country's factors, the cell by the plant model; what is recycled comes out of joint
processes and competes with primary up to what there is. What no record states is named in
``built.grounds`` and ``built.assumptions``.
"""

from calculator.supply.api import SupplyNetwork, build_network, supply_network
from calculator.supply.capacity import Producer
from calculator.supply.grounds import Ground
from calculator.supply.needs import CellStage, Need, cell_stage, needs_of
from calculator.supply.parts import Terms
from calculator.supply.portfolio import DELIVERED, Product, cell_good
from calculator.supply.recycled import RecyclingTerms
from calculator.supply.recycled_rows import (
    RecycledRow,
    RecyclingLine,
    recycled_rows,
    recycling_lines,
)
from calculator.supply.routes import RouteRow, recycling_routes

__all__ = [
    "DELIVERED",
    "CellStage",
    "Ground",
    "Need",
    "Producer",
    "Product",
    "RecycledRow",
    "RecyclingLine",
    "RecyclingTerms",
    "RouteRow",
    "SupplyNetwork",
    "Terms",
    "build_network",
    "cell_good",
    "cell_stage",
    "needs_of",
    "recycled_rows",
    "recycling_lines",
    "recycling_routes",
    "supply_network",
]
