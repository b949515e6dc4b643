"""A product-mode pack: the reference's module and pack hardware round cells of any format.

Hardware is sized by geometry and current (MODEL 1.5), not by a cell-to-pack ratio. Small cells
are bundled into bricks first: hexagonal packing of k cylinders, or k flat cells face to face, so
that a brick holds about as much charge as one large cell and takes its place in the module.
The workbook's slips in hardware prices are not applied.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from calculator.asked import one_number
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
MODULE_BAND = 1.7
"""Most a module may hold times the bricks aimed at, or fewer in the same proportion."""
SERIES_SLACK = 0.03
"""Share of the series groups by which a pack may differ from its target for better modules."""
MISS_WEIGHT = 3.0
"""What a share of energy missed counts for against the same share of mass."""
ROWS, MODULES_PER_ROW = 4, 8
"""Most rows of modules side by side, and most modules in a row."""
LOW_VOLTAGE_SHARE = 0.93
"""Open-circuit voltage at 20 % over the mean discharge voltage (BatPaC: 0.92 to 0.99)."""
FEEDTHROUGH_MM = 40.0
REFERENCE_KWH_PER_YEAR = 50e6
"""Output of the reference plant; only prices of hardware depend on it, no mass does."""
TARGET_BOUNDS = {
    "energy_kwh": (0.1, 1e5),
    "power_kw": (0.01, 1e6),
    "voltage_v": (1.0, 1e5),
    "heat_w": (0.0, 1e8),
}
"""Least and most of what a pack may be asked to be."""
_UNITS = {"kwh": "kWh", "kw": "kW", "v": "V", "w": "W"}


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


def possible_layouts(series: int, parallel: int) -> list[PackLayout]:
    """Ways to make rows of like modules of about ``series`` groups of ``parallel`` bricks.

    A count of groups that is prime or nearly so splits into no good modules, so that beyond one
    module a few groups more or fewer are allowed (``SERIES_SLACK``). Of all ways those whose
    modules lie in the band round ``MODULE_BRICKS`` are kept, or those that come nearest to it.
    """
    fits_one = series * parallel <= MODULE_BRICKS * MODULE_BAND
    slack = 0 if fits_one else math.ceil(SERIES_SLACK * series)
    layouts = [
        PackLayout(groups * parallel, parallel, rows, per_row, 1)
        for rows in range(1, ROWS + 1)
        for per_row in range(1, MODULES_PER_ROW + 1)
        for groups in _whole_between(series - slack, series + slack, rows * per_row)
    ]
    least = min(_out_of_band(layout) for layout in layouts)
    return [layout for layout in layouts if _out_of_band(layout) == least]


def _whole_between(low: int, high: int, parts: int) -> range:
    """Whole shares of ``parts`` whose sum lies within the bounds; at least one each."""
    return range(max(1, math.ceil(low / parts)), high // parts + 1)


def _out_of_band(layout: PackLayout) -> float:
    """How far a module is from the size aimed at, beyond what the band allows."""
    off = abs(math.log(layout.cells_per_module / MODULE_BRICKS))
    return max(0.0, off - math.log(MODULE_BAND))


@dataclass(frozen=True)
class PackPlan:
    """Whole counts of a pack, the same for every draw."""

    target: PackTarget
    cells_per_brick: int
    layout: PackLayout


def plan_pack(target: PackTarget, design: CellDesign, fmt: FormatSpec) -> PackPlan:
    """Counts for one cell design (plain numbers): the lightest pack of those near the target.

    Bricks stand in parallel where the energy at the target voltage needs more than one string;
    voltage follows where cells are large. Among ``possible_layouts`` the one of least mass per
    kWh is taken; missed energy weighs ``MISS_WEIGHT`` times as much as the same share of mass.

    Raises:
        InputError: energy, power or voltage is out of bounds.
    """
    check_target(target)
    bundled = max(1, round(BRICK_AH / float(design.capacity_ah)))
    bricks = max(1.0, target.energy_kwh * 1000.0 / (float(design.energy_wh) * bundled))
    parallel = max(1, round(bricks * float(design.average_voltage_v) / target.voltage_v))
    series = max(1, round(bricks / parallel))
    plans = [PackPlan(target, bundled, layout) for layout in possible_layouts(series, parallel)]
    return min(plans, key=lambda plan: _burden(plan, design, fmt))


def check_target(target: PackTarget) -> None:
    """Refuse a pack that is out of bounds.

    Raises:
        InputError: naming the number and its bounds.
    """
    for name, (low, high) in TARGET_BOUNDS.items():
        words, _, unit = name.rpartition("_")
        one_number(f"pack {words} ({_UNITS[unit]})", getattr(target, name), low, high)
    if not isinstance(target.fast_charge, bool):
        raise InputError("pack fast_charge must be true or false; mend it")


def _burden(plan: PackPlan, design: CellDesign, fmt: FormatSpec) -> float:
    """Mass per kWh of a plan, the more the farther its energy lies from the target."""
    pack = design_product_pack(plan, design, fmt, 1.0, REFERENCE_KWH_PER_YEAR)
    miss = abs(float(pack.energy_kwh) / plan.target.energy_kwh - 1.0)
    return float(pack.mass_kg / pack.energy_kwh) * (1.0 + MISS_WEIGHT * miss)


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
