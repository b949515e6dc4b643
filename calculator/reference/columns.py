"""A design as one row, under the column names of the reference's solved designs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TypeAlias

from calculator.numbers import Num
from calculator.plant import CELL, Load
from calculator.reference.coatings import areal_capacity_mah_per_cm2
from calculator.reference.design import ReferenceDesign
from calculator.reference.thickness import Names

Value: TypeAlias = "Num | Names"

_OF_PATH: Mapping[str, str] = {
    "pos_active_material": "inputs.couple_data.positive.active_material",
    "pos_thickness_um": "cell.stack.pos_um",
    "neg_thickness_um": "cell.stack.neg_um",
    "limited_by": "solution.limits.limited_by",
    "pos_area_cm2_per_cell": "cell.stack.pos_area_cm2",
    "neg_area_cm2_per_cell": "cell.stack.neg_area_cm2",
    "bicell_layers": "cell.stack.layers",
    "pos_width_mm": "cell.stack.width_mm",
    "pos_length_mm": "cell.stack.length_mm",
    "cell_Ah": "cell.capacity_ah",
    "cell_width_mm": "cell.stack.cell_width_mm",
    "cell_length_mm": "cell.stack.cell_length_mm",
    "cell_thickness_mm": "cell.stack.thickness_mm",
    "cell_volume_cm3": "cell.stack.cell_volume_cm3",
    "cell_mass_g": "cell.mass_g",
    "pos_active_g": "cell.positive.active_g",
    "pos_carbon_g": "cell.positive.carbon_g",
    "pos_binder_g": "cell.positive.binder_g",
    "neg_active_g": "cell.negative.active_g",
    "neg_carbon_g": "cell.negative.carbon_g",
    "neg_binder_g": "cell.negative.binder_g",
    "pos_foil_m2": "cell.pos_foil_m2",
    "neg_foil_m2": "cell.neg_foil_m2",
    "separator_m2": "cell.separator_m2",
    "electrolyte_L": "cell.electrolyte_l",
    "pos_terminal_g": "cell.pos_terminal_g",
    "neg_terminal_g": "cell.neg_terminal_g",
    "container_g": "cell.container_g",
    "pack_Ah": "pack_ah",
    "pack_V_nominal": "pack_v",
    "pack_V_ocv50": "pack_v_open",
    "ASI_power_ohm_cm2": "solution.asi_power_ohm_cm2",
    "ASI_energy_ohm_cm2": "solution.asi_energy_ohm_cm2",
    "ASI_hardware_ohm_cm2": "solution.asi_hardware_ohm_cm2",
    "pack_kWh": "inputs.energy_kwh",
    "pack_kW_at80pctOCV": "pack_kw_at_80pct_ocv",
    "cells_per_pack": "inputs.layout.cells",
    "module_mass_kg": "module.masses.total_kg",
    "row_rack_kg": "pack.rack.total_kg",
    "cooling_in_pack_kg": "pack.cooling.total_kg",
    "pack_jacket_kg": "pack.jacket.total_kg",
    "bms_kg": "management.mass_kg",
    "pack_mass_kg": "pack_mass_kg",
    "pack_volume_L": "pack_volume_l",
    "packs_per_year": "inputs.packs_per_year",
    "p_pos_active_g_per_accepted_cell": "bought.pos_active_g",
    "p_pos_carbon_g": "bought.pos_carbon_g",
    "p_pos_binder_g": "bought.pos_binder_g",
    "p_neg_active_g": "bought.neg_active_g",
    "p_neg_carbon_g": "bought.neg_carbon_g",
    "p_neg_binder_g": "bought.neg_binder_g",
    "p_pos_foil_m2": "bought.pos_foil_m2",
    "p_neg_foil_m2": "bought.neg_foil_m2",
    "p_separator_m2": "bought.separator_m2",
    "p_electrolyte_L": "bought.electrolyte_l",
    "c_pos_active_usd_per_cell": "material_costs.pos_active",
    "c_pos_carbon": "material_costs.pos_carbon",
    "c_pos_binder": "material_costs.pos_binder",
    "c_NMP": "material_costs.pos_solvent",
    "c_neg_active": "material_costs.neg_active",
    "c_neg_carbon": "material_costs.neg_carbon",
    "c_neg_binder": "material_costs.neg_binder",
    "c_pos_foil": "material_costs.pos_foil",
    "c_neg_foil": "material_costs.neg_foil",
    "c_separator": "material_costs.separator",
    "c_electrolyte": "material_costs.electrolyte",
    "c_pos_terminal": "cell_parts.pos_terminal",
    "c_neg_terminal": "cell_parts.neg_terminal",
    "c_container": "cell_parts.container",
    "cell_materials_usd_per_cell": "cell_materials_usd",
    "module_purchased_usd_per_module": "module_parts.total_usd",
    "pack_purchased_usd_per_pack": "pack_parts.total_usd",
    "bms_usd_per_pack": "management.price_usd",
    "cell_direct_labor_usd": "costs.cell.labour_usd",
    "cell_var_overhead_usd": "costs.cell.variable_overhead_usd",
    "cell_depreciation_usd": "costs.cell.depreciation_usd",
    "cell_gsa_usd": "costs.cell.gsa_usd",
    "cell_rnd_usd": "costs.cell.rnd_usd",
    "cell_total_usd_per_cell": "costs.cell.total_usd",
    "module_cost_usd_per_pack": "costs.module.total_usd",
    "pack_materials_purch_usd": "costs.pack.materials_usd",
    "pack_labor_usd": "costs.pack.labour_usd",
    "pack_var_overhead_usd": "costs.pack.variable_overhead_usd",
    "pack_depreciation_usd": "costs.pack.depreciation_usd",
    "pack_gsa_usd": "costs.pack.gsa_usd",
    "pack_rnd_usd": "costs.pack.rnd_usd",
    "pack_profit_usd": "costs.pack.profit_usd",
    "pack_warranty_usd": "costs.pack.warranty_usd",
    "pack_cost_usd": "costs.pack.total_usd",
    "system_cost_usd": "costs.system_usd",
    "Li_kg_per_kWh": "metals.lithium_kg_per_kwh",
    "Al_kg_per_kWh": "metals.aluminium_kg_per_kwh",
    "Cu_kg_per_kWh": "metals.copper_kg_per_kwh",
    "steel_kg_per_kWh": "metals.steel_kg_per_kwh",
}


def _areal(side: str) -> Callable[[ReferenceDesign], Num]:
    def value(design: ReferenceDesign) -> Num:
        coating = attrgetter({"pos": "positive", "neg": "negative"}[side])
        um: Num = getattr(design.cell.stack, f"{side}_um")
        return areal_capacity_mah_per_cm2(coating(design.solution.coatings), um)

    return value


def _stage(stage: str, part: str) -> Callable[[ReferenceDesign], Num]:
    return lambda design: _part(design.production.by_stage[stage], part)


def _part(load: Load, part: str) -> Num:
    value: Num = getattr(load, part)
    return value


def _per_kwh(path: str, scale: Callable[[ReferenceDesign], float]) -> Callable[..., Num]:
    def value(design: ReferenceDesign) -> Num:
        of_pack: Num = attrgetter(path)(design)
        return of_pack * scale(design) / design.inputs.energy_kwh

    return value


def _cells(design: ReferenceDesign) -> float:
    return float(design.inputs.layout.cells)


def _one(_: ReferenceDesign) -> float:
    return 1.0


def _per(path: str, *, cell: bool) -> Callable[[ReferenceDesign], Num]:
    """Watt-hours of a cell or a pack over a quantity of it."""

    def value(design: ReferenceDesign) -> Num:
        energy = design.inputs.energy_kwh * 1000.0
        of_it: Num = attrgetter(path)(design)
        return energy / (_cells(design) if cell else 1.0) / of_it

    return value


_OF_FUNCTION: Mapping[str, Callable[[ReferenceDesign], Num]] = {
    "pos_areal_capacity_mAh_cm2": _areal("pos"),
    "neg_areal_capacity_mAh_cm2": _areal("neg"),
    "cell_Wh_per_kg": lambda d: _per("cell.mass_g", cell=True)(d) * 1000.0,
    "cell_Wh_per_L": lambda d: _per("cell.stack.cell_volume_cm3", cell=True)(d) * 1000.0,
    "pack_Wh_per_kg": _per("pack_mass_kg", cell=False),
    "pack_Wh_per_L": lambda d: d.inputs.energy_kwh * 1000.0 / d.system_volume_l,
    # The column's name says GWh; its values are kWh.
    "GWh_per_year": lambda d: d.inputs.packs_per_year * d.inputs.energy_kwh,
    "labor_h_electrode": _stage("electrode", "labour_h"),
    "labor_h_cell_assembly": _stage("cell_assembly", "labour_h"),
    "labor_h_formation": _stage("formation", "labour_h"),
    "labor_h_total": lambda d: d.production.total.labour_h,
    "capex_musd_electrode": _stage("electrode", "capex_musd"),
    "capex_musd_cell_assembly": _stage("cell_assembly", "capex_musd"),
    "capex_musd_formation": _stage("formation", "capex_musd"),
    "capex_musd_module": _stage("module", "capex_musd"),
    "capex_musd_pack": _stage("pack", "capex_musd"),
    "capex_musd_warehouse": _stage("warehouse", "capex_musd"),
    "capex_musd_building_support": _stage("building_support", "capex_musd"),
    "capex_musd_total": lambda d: d.production.total.capex_musd,
    "area_m2_total": lambda d: d.production.total.area_m2,
    "cellonly_labor_h": lambda d: d.production.by_scope[CELL].labour_h,
    "cellonly_capex_musd": lambda d: d.production.by_scope[CELL].capex_musd,
    "cellonly_area_m2": lambda d: d.production.by_scope[CELL].area_m2,
    "cell_cost_usd_per_pack": lambda d: d.costs.cell.total_usd * d.inputs.layout.cells,
    "cell_cost_usd_per_kWh": _per_kwh("costs.cell.total_usd", _cells),
    "module_cost_usd_per_kWh": _per_kwh("costs.module.total_usd", _one),
    "pack_cost_usd_per_kWh": _per_kwh("costs.pack.total_usd", _one),
    "cell_materials_usd_per_kWh": _per_kwh("cell_materials_usd", _cells),
}


def column_names() -> tuple[str, ...]:
    """Names of the output columns."""
    return (*_OF_PATH, *_OF_FUNCTION)


def as_row(design: ReferenceDesign) -> dict[str, Value]:
    """Every output of a design by column name; numbers, arrays of draws, and two texts."""
    row: dict[str, Value] = {name: attrgetter(path)(design) for name, path in _OF_PATH.items()}
    return row | {name: value(design) for name, value in _OF_FUNCTION.items()}
