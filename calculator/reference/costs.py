"""Cost of a cell, a module and a pack of the reference (reference README, 8)."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.economics import UnitCost, unit_cost
from calculator.numbers import Num
from calculator.plant import CELL, MODULE, PACK, Load
from calculator.reference.inputs import ReferenceInputs
from calculator.reference.production import Production


@dataclass(frozen=True, slots=True)
class Purchased:
    """What is bought for one pack at each level (USD)."""

    cell_usd: Num
    """Materials and parts of one accepted cell."""
    module_usd: Num
    """Parts of one module."""
    pack_usd: Num
    """Parts of the pack, management unit apart."""
    management_usd: Num


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs by level: the cell per cell, the others per pack and cumulative."""

    cell: UnitCost
    """One cell; with profit and warranty where cells are bought."""
    module: UnitCost
    """All modules of a pack, cells included; with profit and warranty where modules are bought."""
    pack: UnitCost
    """One pack, as its maker bears it."""
    system_usd: Num
    """The pack and its share of the vehicle's air conditioning."""


def design_costs(
    inputs: ReferenceInputs,
    production: Production,
    purchased: Purchased,
    air_conditioning_usd: Num,
) -> Costs:
    """Roll materials and plant up to the pack; bought cells or modules enter at their price."""
    layout, packs, scope = inputs.layout, inputs.packs_per_year, production.by_scope

    def roll(materials: Num, load: Load, units: Num, *, profit: bool) -> UnitCost:
        return unit_cost(materials, load, units, inputs.rates, charges_profit=profit)

    cell = roll(
        purchased.cell_usd, scope[CELL], inputs.cells_per_year, profit=inputs.bought == "cells"
    )
    hardware = purchased.module_usd * layout.modules
    if inputs.bought == "cells":
        inflow, load = cell.total_usd * layout.cells + hardware, scope[MODULE]
    else:
        inflow, load = purchased.cell_usd * layout.cells + hardware, scope[CELL] + scope[MODULE]
    module = roll(inflow, load, packs, profit=inputs.bought == "modules")
    if inputs.bought == "modules":
        inflow, load = module.total_usd, Load()
    pack = roll(
        inflow + purchased.pack_usd + purchased.management_usd,
        load + scope[PACK],
        packs,
        profit=not inputs.cost_to_build,
    )
    return Costs(cell, module, pack, pack.total_usd + air_conditioning_usd)
