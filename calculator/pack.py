"""A product-mode pack: the reference's module and pack hardware round cells of any format.

Hardware is sized by geometry and current (MODEL 1.5), not by a cell-to-pack ratio. Small cells
are bundled into bricks first: hexagonal packing of k cylinders, or k flat cells face to face, so
that a brick holds about as much charge as one large cell and takes its place in the module.
The workbook's slips in hardware prices are not applied.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from calculator.design import CellDesign
from calculator.errors import InputError
from calculator.maths import total
from calculator.numbers import Num
from calculator.reference.bms import management_unit
from calculator.reference.currents import BUS_BAR_HEATING_K_PER_S, Currents
from calculator.reference.envelope import CellEnvelope
from calculator.reference.heat import external_cooling
from calculator.reference.layout import PackLayout
from calculator.reference.metals import copper_section_cm2
from calculator.reference.module import Module, design_module
from calculator.reference.pack import PackHardware, design_pack
from calculator.reference.purchases import baseline_over_count, module_parts, pack_parts
from calculator.spec import FormatSpec

BRICK_AH = 60.0
"""Charge a brick of small cells aims at; a cell above half of it stands alone."""
MODULE_BRICKS = 12
"""Bricks a module aims at; the reference has 20 cells of 68 Ah."""
ROWS, MODULES_PER_ROW = 4, 8
"""Most rows of modules side by side, and most modules in a row."""
LOW_VOLTAGE_SHARE = 0.93
"""Open-circuit voltage at 20 % over the mean discharge voltage (BatPaC: 0.92 to 0.99)."""
FEEDTHROUGH_MM = 40.0


@dataclass(frozen=True)
class PackTarget:
    """What the pack is to be; cell counts are whole, so its energy is near, not at, the target."""

    energy_kwh: float = 75.0
    power_kw: float = 225.0
    """Three times the energy an hour, as in the reference."""
    voltage_v: float = 360.0
    fast_charge: bool = True
    heat_w: float = 4000.0
    """Heat the outside cooling must take; the reference's least with fast charge."""


@dataclass(frozen=True)
class PackDesign:
    """A pack of whole cells."""

    energy_kwh: Num
    mass_kg: Num
    volume_l: Num
    cells: int
    modules: int
    series_groups: int
    hardware_kg: dict[str, Num]
    hardware_usd: dict[str, Num]
    """Purchased module and pack parts, USD of the book's year a pack."""

    @property
    def specific_energy_wh_per_kg(self) -> Num:
        """Energy over pack mass."""
        return self.energy_kwh * 1000.0 / self.mass_kg

    @property
    def energy_density_wh_per_l(self) -> Num:
        """Energy over pack volume."""
        return self.energy_kwh * 1000.0 / self.volume_l


@dataclass(frozen=True)
class Brick:
    """Cells that stand as one in a module."""

    cells: int
    envelope: CellEnvelope


def make_brick(design: CellDesign, fmt: FormatSpec, count: int) -> Brick:
    """Bundle ``count`` cells in parallel: cylinders hexagonally, flat cells face to face."""
    if fmt.shape == "cylindrical":
        layers = max(1, math.isqrt(count // 2)) if count > 1 else 1
        along = math.ceil(count / layers)
        thickness = fmt.thickness_mm * (1.0 + (layers - 1) * math.sqrt(3.0) / 2.0)
        width = fmt.width_mm * (along + (0.5 if layers > 1 else 0.0))
    else:
        thickness, width = fmt.thickness_mm * count, fmt.width_mm
    envelope = CellEnvelope(
        thickness_mm=thickness,
        width_mm=width,
        length_mm=fmt.height_mm,
        body_length_mm=fmt.height_mm - fmt.margin_height_mm,
        feedthrough_width_mm=FEEDTHROUGH_MM,
        capacity_ah=design.capacity_ah * count,
        mass_g=design.mass_g * count,
    )
    return Brick(count, envelope)


def choose_layout(target: PackTarget, brick_kwh: float, voltage_v: float) -> PackLayout:
    """Whole counts nearest to the target energy; voltage follows where cells are large.

    Bricks stand in parallel where the energy at the target voltage needs more than one string.
    Among ways to split the series groups into rows of like modules, the one nearest to the
    energy and then to ``MODULE_BRICKS`` bricks a module is taken.
    """
    bricks = max(1.0, target.energy_kwh / brick_kwh)
    parallel = max(1, round(bricks * voltage_v / target.voltage_v))
    series = max(1, round(bricks / parallel))
    splits = (
        (
            abs(groups * rows * per_row - series),
            abs(groups * parallel - MODULE_BRICKS),
            -rows,
            groups,
            rows,
            per_row,
        )
        for rows in range(1, ROWS + 1)
        for per_row in range(1, MODULES_PER_ROW + 1)
        for groups in range(1, series + 1)
        if abs(groups * rows * per_row - series) <= series
    )
    *_, groups, rows, per_row = min(splits)
    return PackLayout(groups * parallel, parallel, rows, per_row, 1)


@dataclass(frozen=True)
class PackPlan:
    """Whole counts of a pack, the same for every draw."""

    target: PackTarget
    cells_per_brick: int
    layout: PackLayout


def plan_pack(target: PackTarget, design: CellDesign) -> PackPlan:
    """Counts nearest to the target for one cell design (plain numbers).

    Raises:
        InputError: energy, power or voltage is not above 0.
    """
    if min(target.energy_kwh, target.power_kw, target.voltage_v) <= 0:
        raise InputError("pack energy, power and voltage must be above 0; mend them")
    bundled = max(1, round(BRICK_AH / float(design.capacity_ah)))
    brick_kwh = float(design.energy_wh) * bundled / 1000.0
    layout = choose_layout(target, brick_kwh, float(design.average_voltage_v))
    return PackPlan(target, bundled, layout)


def design_product_pack(
    plan: PackPlan, design: CellDesign, fmt: FormatSpec, money: float, kwh_per_year: Num
) -> PackDesign:
    """Pack of whole cells round a design.

    Args:
        plan: counts of cells, bricks and modules.
        design: the cell.
        fmt: its format.
        money: USD of the book's year per USD of 2022, in which hardware is priced.
        kwh_per_year: yearly output, over which hardware prices are spread.
    """
    target, layout = plan.target, plan.layout
    brick = make_brick(design, fmt, plan.cells_per_brick)
    currents = _currents(target, layout, design.average_voltage_v)
    energy = design.energy_wh * brick.cells * layout.cells / 1000.0
    module = design_module(layout, brick.envelope, currents.module_a)
    pack = design_pack(layout, brick.envelope, module, currents, target.energy_kwh)
    packs = kwh_per_year / energy
    bms = management_unit(layout, currents.pack_a, packs)
    masses = _masses(layout, module, pack, bms.mass_kg)
    cells_kg = design.mass_g * brick.cells * layout.cells / 1000.0
    cooling = external_cooling(target.heat_w)
    return PackDesign(
        energy_kwh=energy,
        mass_kg=cells_kg + total(masses.values()),
        volume_l=pack.jacket.volume_l + bms.volume_l + cooling.volume_l,
        cells=layout.cells * brick.cells,
        modules=layout.modules,
        series_groups=layout.series_groups,
        hardware_kg=masses,
        hardware_usd=_prices(target, layout, brick, module, pack, packs, money, bms.price_usd),
    )


def _currents(target: PackTarget, layout: PackLayout, voltage_v: Num) -> Currents:
    pack_a = 1000.0 * target.power_kw / (layout.series_groups * voltage_v * LOW_VOLTAGE_SHARE)
    section = copper_section_cm2(pack_a, BUS_BAR_HEATING_K_PER_S[target.fast_charge])
    return Currents(pack_a, pack_a / layout.modules_in_parallel, pack_a / layout.strings, section)


def _masses(
    layout: PackLayout, module: Module, pack: PackHardware, bms_kg: float
) -> dict[str, Num]:
    return {
        "module hardware": (module.masses.total_kg - module.masses.cells_kg) * layout.modules,
        "racks": pack.rack.total_kg * layout.rows,
        "cooling": pack.cooling.total_kg,
        "jacket": pack.jacket.total_kg,
        "busbars and terminals": pack.links_kg + pack.bus_bars_kg + pack.terminals_kg,
        "battery management": bms_kg,
        "heater": pack.heater_kg,
    }


def _prices(
    target: PackTarget,
    layout: PackLayout,
    brick: Brick,
    module: Module,
    pack: PackHardware,
    packs: Num,
    money: float,
    bms_usd: Num,
) -> dict[str, Num]:
    counts = baseline_over_count(layout, packs, packs * layout.cells)
    modules = module_parts(layout, brick.envelope, module, counts).total_usd * layout.modules
    cooling = external_cooling(target.heat_w).price_usd
    parts = pack_parts(layout, pack, cooling, counts, applies_quirks=False)
    return {
        "module hardware": modules * money,
        "pack hardware": parts.total_usd * money,
        "battery management": bms_usd * money,
    }
