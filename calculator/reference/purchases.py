"""Purchased hardware of a cell, a module and a pack (reference README, 6).

Price = mass x USD/kg + plus-cost x volume factor; the factor falls with yearly volume to the
power 0.15, save where the workbook lets it rise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType

from calculator.maths import power, total
from calculator.numbers import Num
from calculator.reference.cell import Cell
from calculator.reference.data import plant_data
from calculator.reference.envelope import CellEnvelope
from calculator.reference.layout import PackLayout
from calculator.reference.module import Module
from calculator.reference.pack import TERMINAL_COPPER_SHARE, PackHardware


@cache
def _prices() -> Mapping[str, tuple[float, float]]:
    rows = plant_data()["hardware_prices"]["rows"]
    return MappingProxyType({row["part"]: (row["usd_per_kg"], row["plus_usd"]) for row in rows})


def _part(name: str, mass_kg: Num, pieces: float = 1.0, factor: Num = 1.0) -> Num:
    per_kg, plus = _prices()[name]
    return mass_kg * per_kg + pieces * plus * factor


@dataclass(frozen=True, slots=True)
class YearlyCounts:
    """Baseline over yearly count of what is bought, per kind."""

    cells_built: Num
    accepted_cells: Num
    cell_interconnects: Num
    modules: Num
    row_racks: Num
    packs: Num


def baseline_over_count(layout: PackLayout, packs: Num, cells_built: Num) -> YearlyCounts:
    """Baseline over yearly count for a number of packs and of cells built a year."""
    rates = plant_data()["baseline_rates"]
    pieces = max(layout.interconnects_between_groups, 1) * layout.modules
    return YearlyCounts(
        rates["cells_built"] / cells_built,
        rates["accepted_cells"] / (packs * layout.cells),
        rates["cell_interconnects"] / (packs * pieces),
        rates["modules"] / (packs * layout.modules),
        rates["row_racks"] / (packs * layout.rows),
        rates["packs"] / packs,
    )


def _volume_factor(baseline_over_count: Num) -> Num:
    exponent = 1.0 - plant_data()["hardware_prices"]["plus_cost_exponent"]
    return power(baseline_over_count, float(exponent))


@dataclass(frozen=True, slots=True)
class CellParts:
    """Purchased parts of one accepted cell (USD)."""

    pos_terminal: Num
    neg_terminal: Num
    container: Num

    @property
    def total_usd(self) -> Num:
        """All parts."""
        return self.pos_terminal + self.neg_terminal + self.container


def cell_parts(cell: Cell, counts: YearlyCounts, cell_yield: Num) -> CellParts:
    """Terminals and bag; a negative terminal of aluminium is priced as copper, as there."""
    factor = _volume_factor(counts.cells_built)
    return CellParts(
        _part("positive_terminal", cell.pos_terminal_g / 1000.0, 1.0, factor) / cell_yield,
        _part("negative_terminal", cell.neg_terminal_g / 1000.0, 1.0, factor) / cell_yield,
        _part("container", cell.container_g / 1000.0, 1.0, factor) / cell_yield,
    )


@dataclass(frozen=True, slots=True)
class ModuleParts:
    """Purchased parts of one module (USD)."""

    heat_conductors: Num
    cell_interconnects: Num
    panels: Num
    terminals: Num
    enclosure: Num
    gas_release: Num
    monitoring: Num

    @property
    def total_usd(self) -> Num:
        """All parts."""
        return total(getattr(self, f.name) for f in fields(self))


def module_parts(
    layout: PackLayout, cell: CellEnvelope, module: Module, counts: YearlyCounts
) -> ModuleParts:
    """Hardware of a module; its tabs are free."""
    masses, each = module.masses, _volume_factor(counts.modules)
    links = layout.cell_interconnects
    monitoring = plant_data()["hardware_prices"]["monitoring"]
    group_ah = cell.capacity_ah * layout.cells_in_parallel
    return ModuleParts(
        _part(
            "heat_conductor",
            masses.conductors_kg,
            layout.cells_per_module,
            _volume_factor(counts.accepted_cells),
        ),
        _part(
            "cell_interconnect",
            masses.interconnects_kg,
            links,
            _volume_factor(counts.cell_interconnects),
        ),
        _part("interconnect_panel", masses.panels_kg, 2.0, each),
        _part("module_terminal", masses.terminals_kg, 2.0, each),
        _part("module_enclosure", masses.can_kg, 1.0, each),
        _part("gas_release", 0.0, 1.0, each),
        monitoring["usd_per_group"] * layout.groups_per_module
        + monitoring["usd_per_ah"] * group_ah,
    )


@dataclass(frozen=True, slots=True)
class PackParts:
    """Purchased parts of one pack, management unit apart (USD)."""

    racks: Num
    pads: Num
    module_links: Num
    bus_bars: Num
    cooling_panels: Num
    coolant_manifold: Num
    terminals: Num
    jacket_steel: Num
    jacket_aluminium: Num
    insulation: Num
    heater: Num
    external_cooling: Num

    @property
    def total_usd(self) -> Num:
        """All parts."""
        return total(getattr(self, f.name) for f in fields(self))


def pack_parts(
    layout: PackLayout,
    pack: PackHardware,
    external_cooling_usd: Num,
    counts: YearlyCounts,
    *,
    applies_quirks: bool,
) -> PackParts:
    """Hardware of a pack.

    With `applies_quirks`, as in the workbook, the plus-costs rise with volume, the jacket's steel
    base and the mass of the pads are free, and a link more is paid for in every row but one.
    """
    m, r, jacket = layout.rows, layout.modules_per_row, pack.jacket

    def factor(ratio: Num) -> Num:
        return _volume_factor(1.0 / ratio if applies_quirks else ratio)

    by_row, by_pack = factor(counts.row_racks), factor(counts.packs)
    links = m * r + (m if applies_quirks else 1)
    links_kg = pack.links_kg * links / (m * r + 1)
    pads_kg = 0.0 if applies_quirks else m * pack.rack.pads_kg
    steel = jacket.angle_iron_kg + (0.0 if applies_quirks else jacket.base_steel_kg)
    prices = plant_data()["hardware_prices"]
    return PackParts(
        _part("row_rack", m * pack.rack.steel_kg, m, by_row),
        _part("pads", pads_kg, m * (r - 1)),
        _part("module_link", links_kg, links, by_row),
        _part("bus_bar", pack.bus_bars_kg),
        _part("cooling_panel", pack.cooling.panels_kg, 2.0 * m, by_row),
        _part("coolant_manifold", pack.cooling.manifold_kg, 1.0, by_pack),
        _part("pack_terminal", pack.terminals_kg * TERMINAL_COPPER_SHARE, 2.0, by_pack),
        _part("jacket_steel", steel, 1.0, by_pack),
        _part("jacket_aluminium", jacket.aluminium_kg, 1.0, by_pack),
        prices["insulation_usd_per_m2"] * jacket.insulation_m2,
        prices["heater_usd"],
        external_cooling_usd,
    )
