"""Materials bought for each accepted cell and their cost (reference README, 6)."""

from __future__ import annotations

from dataclasses import dataclass, fields

from calculator.maths import total
from calculator.numbers import Num
from calculator.reference.cell import Cell
from calculator.reference.data import plant_data
from calculator.reference.inputs import ReferenceInputs


@dataclass(frozen=True, slots=True)
class BoughtMaterials:
    """Bought for each accepted cell."""

    pos_active_g: Num
    pos_carbon_g: Num
    pos_binder_g: Num
    neg_active_g: Num
    neg_carbon_g: Num
    neg_binder_g: Num
    pos_foil_m2: Num
    neg_foil_m2: Num
    separator_m2: Num
    electrolyte_l: Num
    pos_solvent_g: Num
    """NMP evaporated from the positive."""
    neg_solvent_g: Num
    """Water, or NMP where the negative is cast from it, evaporated."""


@dataclass(frozen=True, slots=True)
class MaterialCosts:
    """USD for each accepted cell, terminals and bag apart."""

    pos_active: Num
    pos_carbon: Num
    pos_binder: Num
    neg_active: Num
    neg_carbon: Num
    neg_binder: Num
    pos_foil: Num
    neg_foil: Num
    separator: Num
    electrolyte: Num
    pos_solvent: Num
    neg_solvent: Num

    @property
    def total_usd(self) -> Num:
        """All materials."""
        return total(getattr(self, f.name) for f in fields(self))


def bought_materials(inputs: ReferenceInputs, cell: Cell) -> BoughtMaterials:
    """Materials in the cell over the yields of the cell and of the steps."""
    built, y = inputs.cell_yield_pct / 100.0, inputs.yields
    electrode, foil = 1.0 / (built * y.electrode), 1.0 / (built * y.foil)
    pos_binder = cell.positive.binder_g * electrode
    neg_binder = cell.negative.binder_g * electrode
    return BoughtMaterials(
        cell.positive.active_g * electrode,
        cell.positive.carbon_g * electrode,
        pos_binder,
        cell.negative.active_g * electrode,
        cell.negative.carbon_g * electrode,
        neg_binder,
        cell.pos_foil_m2 * foil,
        cell.neg_foil_m2 * foil,
        cell.separator_m2 / (built * y.separator),
        cell.electrolyte_l / (built * y.electrolyte),
        pos_binder * _solvent_per_binder(inputs.couple_data.positive.uses_nmp),
        neg_binder * _solvent_per_binder(inputs.couple_data.negative.uses_nmp),
    )


def _solvent_per_binder(uses_nmp: bool) -> float:
    yields = plant_data()["yields"]
    return float(yields["nmp_per_binder"] if uses_nmp else yields["water_per_binder"])


def material_costs(inputs: ReferenceInputs, bought: BoughtMaterials) -> MaterialCosts:
    """Cost of the materials bought for an accepted cell (USD)."""
    price = inputs.prices.resolved(inputs.couple_data)

    def grams(name: str) -> Num:
        mass_g: Num = getattr(bought, f"{name}_g")
        return mass_g / 1000.0 * price[f"{name}_usd_per_kg"]

    # The workbook charges the positive's solvent to cells built, the negative's to accepted ones.
    accepted = inputs.cell_yield_pct / 100.0
    return MaterialCosts(
        pos_active=grams("pos_active"),
        pos_carbon=grams("pos_carbon"),
        pos_binder=grams("pos_binder"),
        neg_active=grams("neg_active"),
        neg_carbon=grams("neg_carbon"),
        neg_binder=grams("neg_binder"),
        pos_foil=bought.pos_foil_m2 * price["pos_foil_usd_per_m2"],
        neg_foil=bought.neg_foil_m2 * price["neg_foil_usd_per_m2"],
        separator=bought.separator_m2 * price["separator_usd_per_m2"],
        electrolyte=bought.electrolyte_l * price["electrolyte_usd_per_l"],
        pos_solvent=grams("pos_solvent") * accepted,
        neg_solvent=grams("neg_solvent"),
    )
