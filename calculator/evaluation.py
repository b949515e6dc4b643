"""From a chemistry to design, bill, elements and cost: the facade of the product mode.

``prepare`` is the border: it reads records and converts units once. ``compute`` is pure numbers
and broadcasts, so that one call serves a slider or a million draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.bill import Bill, make_bill
from calculator.border import compositions, draw_lengths, prepare
from calculator.case import RATES, YIELDS, Case, Note, Request, Result
from calculator.cost import Cost, material_costs
from calculator.design import CellDesign, design_cell
from calculator.draws import run_blocks
from calculator.economics import unit_cost
from calculator.errors import InputError
from calculator.intensity import Elements
from calculator.maths import total
from calculator.numbers import FloatArray, Num
from calculator.pack import PackDesign, design_product_pack
from calculator.plant import combine
from calculator.process import ScopedLoads, Throughput, split_scopes, step_loads

if TYPE_CHECKING:
    from calculator.regions import RegionFactors
    from materials_db.database import MaterialsDB
    from materials_db.schema import Chemistry, Datum

__all__ = [
    "RATES",
    "YIELDS",
    "Case",
    "Evaluation",
    "Note",
    "Request",
    "Result",
    "compositions",
    "compute",
    "evaluate",
    "evaluate_draws",
    "outputs",
    "prepare",
]


@dataclass(frozen=True)
class Evaluation:
    """A request, its numbers and what they rest on."""

    request: Request
    case: Case
    result: Result
    region: RegionFactors
    records: tuple[Datum, ...]
    """Every record the figures rest on."""
    notes: tuple[Note, ...]

    @property
    def chemistry(self) -> Chemistry:
        """The chemistry asked for."""
        return self.request.chemistry

    @property
    def cell(self) -> CellDesign:
        """The designed cell."""
        return self.result.cell

    @property
    def pack(self) -> PackDesign:
        """The designed pack."""
        return self.result.pack

    @property
    def bill(self) -> Bill:
        """Bill of materials per kWh."""
        return self.result.bill

    @property
    def elements(self) -> Elements:
        """Element bill per kWh."""
        return self.result.elements

    @property
    def cost(self) -> Cost:
        """Cost per kWh in USD of the request's year."""
        return self.result.cost


def evaluate(db: MaterialsDB, request: Request) -> Evaluation:
    """Design, bill and cost of one chemistry.

    Raises:
        InputError: a number is missing or out of bounds, or an item has no price.
        UnknownNameError: a name is not in the database.
    """
    case, region, records, notes = prepare(db, request)
    return Evaluation(request, case, compute(case), region, records, notes)


def compute(case: Case) -> Result:
    """Numbers of a resolved case; pure and broadcasting.

    Energy in kWh, masses in g (cell) and kg (pack), cost in USD per kWh of accepted cell.
    """
    design = design_cell(case.spec, case.fmt)
    bill = make_bill(
        case.spec, design, case.yields, case.roles.solid_electrolytes, case.roles.binders
    )
    kwh = case.volume_gwh_per_year * 1e6
    pack = design_product_pack(case.pack, design, case.fmt, case.hardware_money, kwh)
    cost = _cost(case, bill, pack, _loads(case, design, bill, pack))
    return Result(design, pack, bill, cost, case.composition)


def _loads(case: Case, design: CellDesign, bill: Bill, pack: PackDesign) -> ScopedLoads:
    """What the plant takes in a year, by scope and step."""
    negative = case.spec.negative
    solvents = (case.spec.positive.solvent, negative.solvent if negative else None)
    kwh = case.volume_gwh_per_year * 1e6
    year = Throughput(kwh, pack.cells, pack.modules)
    loads = step_loads(case.plant, design, bill, case.yields, case.roles, solvents, year)
    return split_scopes(case.plant, loads, kwh)


def _cost(case: Case, bill: Bill, pack: PackDesign, scoped: ScopedLoads) -> Cost:
    kwh = case.volume_gwh_per_year * 1e6
    materials = material_costs(bill, case.prices, case.densities_g_per_cm3)
    energy = _energy_usd_per_kwh(case)
    hardware = {name: usd / pack.energy_kwh for name, usd in pack.hardware_usd.items()}
    in_cell, power = total(materials.values()), total(energy.values())
    in_pack, whole = in_cell + total(hardware.values()), combine(scoped.by_scope.values())
    return Cost(
        cell=unit_cost(in_cell, scoped.by_scope["cell"], kwh, case.rates, electricity_usd=power),
        pack=unit_cost(in_pack, whole, kwh, case.rates, electricity_usd=power),
        materials_usd_per_kwh=materials,
        hardware_usd_per_kwh=hardware,
        cell_steps=scoped.cell_steps,
        kwh_per_year=kwh,
        rates=case.rates,
        energy_usd_per_kwh=energy,
        finance=case.finance,
    )


def _energy_usd_per_kwh(case: Case) -> dict[str, Num]:
    """Electricity and heat of every step."""
    energy: dict[str, Num] = {}
    for use, price in (
        (case.plant.electricity_kwh_per_kwh, case.electricity_usd_per_kwh),
        (case.plant.heat_kwh_per_kwh, case.heat_usd_per_kwh),
    ):
        for step, kwh in use.items():
            energy[step] = energy.get(step, 0.0) + kwh * price
    return energy


# --- draws -------------------------------------------------------------------------------


def outputs(result: Result) -> dict[str, Num]:
    """The headline numbers of a result: USD/kWh of cell and pack, Wh/kg and Wh/L of the cell."""
    return {
        "cell_usd_per_kwh": result.cost.cell_usd_per_kwh,
        "pack_usd_per_kwh": result.cost.pack_usd_per_kwh,
        "specific_energy_wh_per_kg": result.cell.specific_energy_wh_per_kg,
        "energy_density_wh_per_l": result.cell.energy_density_wh_per_l,
    }


def evaluate_draws(
    db: MaterialsDB, request: Request, threads: int | None = None
) -> dict[str, FloatArray]:
    """Headline numbers for every draw in the request's arrays.

    Held fixed over the draws: the cell format, the process class and the pack's whole counts
    (cells, bricks, modules and rows, planned once for the cell at the mean of every array), so
    that the pack's energy moves with the cell's. The cost of the cell depends on none of these
    counts. What is not drawn stays at the request's number.

    Args:
        db: the materials database.
        request: a request whose mappings hold arrays of one length.
        threads: workers; all cores by default.

    Returns:
        The numbers of ``outputs`` by name, each of shape ``(draws,)``.

    Raises:
        InputError: no array, or arrays of several lengths.
    """
    case, *_ = prepare(db, request)
    n = _draws(request)
    return run_blocks(lambda c: outputs(compute(c)), case, n, threads)


def _draws(request: Request) -> int:
    lengths = draw_lengths(request)
    if len(lengths) != 1:
        raise InputError("draws need arrays of one length in one dimension; give at least one")
    return lengths.pop()
