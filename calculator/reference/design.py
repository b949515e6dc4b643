"""One design of the reference from its inputs: cell, module, pack, materials, plant, cost."""

from __future__ import annotations

from dataclasses import dataclass

from calculator.numbers import Num
from calculator.reference.bms import ManagementUnit, management_unit
from calculator.reference.cell import Cell, design_cell
from calculator.reference.costs import Costs, Purchased, design_costs
from calculator.reference.heat import ExternalCooling, external_cooling, heat_w
from calculator.reference.inputs import ReferenceInputs
from calculator.reference.materials import (
    BoughtMaterials,
    MaterialCosts,
    bought_materials,
    material_costs,
)
from calculator.reference.metals_in_pack import MetalsInPack, metals_in_pack
from calculator.reference.module import Module, design_module
from calculator.reference.pack import PackHardware, design_pack
from calculator.reference.production import Production, plan_production
from calculator.reference.purchases import (
    CellParts,
    ModuleParts,
    PackParts,
    baseline_over_count,
    cell_parts,
    module_parts,
    pack_parts,
)
from calculator.reference.solve import Solution, solve


@dataclass(frozen=True, slots=True)
class ReferenceDesign:
    """A solved design; every number may be an array of draws."""

    inputs: ReferenceInputs
    solution: Solution
    cell: Cell
    module: Module
    pack: PackHardware
    management: ManagementUnit
    cooling: ExternalCooling
    bought: BoughtMaterials
    material_costs: MaterialCosts
    cell_parts: CellParts
    module_parts: ModuleParts
    pack_parts: PackParts
    production: Production
    costs: Costs
    metals: MetalsInPack

    @property
    def pack_mass_kg(self) -> Num:
        """Mass of the pack, cooling outside it apart."""
        layout, pack = self.inputs.layout, self.pack
        return (
            layout.modules * self.module.masses.total_kg
            + layout.rows * pack.rack.total_kg
            + pack.cooling.total_kg
            + pack.jacket.total_kg
            + pack.links_kg
            + pack.bus_bars_kg
            + pack.terminals_kg
            + pack.heater_kg
            + self.management.mass_kg
        )

    @property
    def pack_volume_l(self) -> Num:
        """Volume of the pack with its management unit."""
        return self.pack.jacket.volume_l + self.management.volume_l

    @property
    def system_volume_l(self) -> Num:
        """Volume of the pack and of the cooling outside it."""
        return self.pack_volume_l + self.cooling.volume_l

    @property
    def pack_v_open(self) -> Num:
        """Open-circuit voltage of the pack at 50 % charge."""
        return self.inputs.layout.series_groups * self.inputs.couple_data.ocv_at(50)

    @property
    def pack_v(self) -> Num:
        """Voltage of the pack under C/3."""
        return 1000.0 * self.inputs.energy_kwh / self.pack_ah

    @property
    def pack_ah(self) -> Num:
        """Capacity of the pack."""
        return self.cell.capacity_ah * self.inputs.layout.strings

    @property
    def pack_kw_at_80pct_ocv(self) -> Num:
        """Power of the pack at 20 % charge and 80 % of its open-circuit voltage."""
        ocv = self.inputs.couple_data.ocv_at(20)
        per_cell = 0.8 * 0.2 * ocv**2 * self.cell.stack.pos_area_cm2
        watts = self.inputs.layout.cells * per_cell / self.solution.asi_power_ohm_cm2
        return watts / 1000.0

    @property
    def cell_materials_usd(self) -> Num:
        """Materials and parts bought for one accepted cell."""
        return self.material_costs.total_usd + self.cell_parts.total_usd


def reference_design(inputs: ReferenceInputs) -> ReferenceDesign:
    """Design and cost a pack as BatPaC 5.0 does.

    One call takes numbers or arrays of draws. Raises ValueError, in one sentence, for inputs that
    cannot be met. Source: BatPaC 5.0 (22 July 2022), as set out in the README of the data.
    """
    solution = solve(inputs)
    layout, currents = inputs.layout, solution.currents
    cell = design_cell(inputs.couple_data, solution.coatings, solution.stack, solution.cell_ah)
    module = design_module(layout, cell.envelope, currents.module_a)
    pack = design_pack(layout, cell.envelope, module, currents, inputs.energy_kwh)
    management = management_unit(layout, currents.pack_a, inputs.packs_per_year)
    cooling = _cooling(inputs, solution, pack)
    bought = bought_materials(inputs, cell)
    materials = material_costs(inputs, bought)
    counts = baseline_over_count(layout, inputs.packs_per_year, inputs.cells_built_per_year)
    of_cell = cell_parts(cell, counts, inputs.cell_yield_pct / 100.0)
    of_module = module_parts(layout, cell.envelope, module, counts)
    of_pack = pack_parts(
        layout, pack, cooling.price_usd, counts, applies_quirks=inputs.applies_quirks
    )
    production = plan_production(inputs, cell, bought)
    purchased = Purchased(
        materials.total_usd + of_cell.total_usd,
        of_module.total_usd,
        of_pack.total_usd,
        management.price_usd,
    )
    costs = design_costs(inputs, production, purchased, cooling.air_conditioning_usd)
    metals = metals_in_pack(inputs, cell, module, pack)
    return ReferenceDesign(
        inputs, solution, cell, module, pack, management, cooling, bought, materials,
        of_cell, of_module, of_pack, production, costs, metals,
    )  # fmt: skip


def _cooling(inputs: ReferenceInputs, solution: Solution, pack: PackHardware) -> ExternalCooling:
    heat = heat_w(
        inputs,
        solution.asi_energy_ohm_cm2,
        solution.stack.pos_area_cm2,
        pack.jacket.face_cm2,
    )
    return external_cooling(heat)
