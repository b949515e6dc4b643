"""The supply network of a cell, built from the database for any importer.

    built = supply_network(db, request, "DEU", demand_gwh_per_year=30.0)
    plan = solve(built.network, rules)

Mining, refining, active materials and cells are nodes by country with capacity = share x world
output; conversion is costed from physical inputs and the country's factors, the cell by the
plant model; recycled elements compete with primary ones up to what there is. What no record
states is named in ``built.grounds`` and ``built.assumptions``.
"""

from calculator.supply.api import SupplyNetwork, Terms, build_network, supply_network
from calculator.supply.grounds import Ground
from calculator.supply.needs import CellStage, Need, cell_stage, needs_of

__all__ = [
    "CellStage",
    "Ground",
    "Need",
    "SupplyNetwork",
    "Terms",
    "build_network",
    "cell_stage",
    "needs_of",
    "supply_network",
]
