"""Conditions on which the whole counts of a pack stay what they are.

Cells, modules and rows are whole numbers that the application plans anew for every design. A
workbook holds them fixed; these comparisons tell whether the application would choose the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from calculator.maths import larger
from calculator.pack import (
    BRICK_AH,
    MISS_WEIGHT,
    REFERENCE_KWH_PER_YEAR,
    PackPlan,
    design_product_pack,
    possible_layouts,
)
from calculator.trace import Tape, Traced, value_of
from calculator.trace.number import Guard

if TYPE_CHECKING:
    from calculator.design import CellDesign
    from calculator.evaluation import Request
    from calculator.spec import FormatSpec
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class Condition:
    """A comparison that holds while a count stays."""

    text: str
    guard: Guard


def count_conditions(db: MaterialsDB, request: Request, tape: Tape) -> tuple[Condition, ...]:
    """Conditions on the counts of one chemistry's pack.

    Args:
        db: the database with its numbers traced on ``tape``.
        request: what is asked of the kernel for the chemistry, on the same database.
        tape: the tape of the figures.
    """
    from calculator.border import prepare
    from calculator.design import design_cell
    from calculator.why.leaves import traced_record, traced_settings

    request = replace(
        request,
        chemistry=traced_record(request.chemistry, tape),
        format=traced_record(request.format, tape),
    )
    case, *_ = prepare(db, request)
    plan = traced_settings(case.pack, tape)
    cell = design_cell(case.spec, case.fmt)
    return (*_of_bricks(plan, cell), *_of_layout(plan, cell, case.fmt))


def _of_bricks(plan: PackPlan, cell: CellDesign) -> Iterator[Condition]:
    """Cells a brick, bricks in parallel and in series, each a ratio that is rounded."""
    yield from _rounds("cells a brick", BRICK_AH / cell.capacity_ah, plan.cells_per_brick)
    parallel, series = _strings(plan, cell)
    yield from _rounds("bricks in parallel", parallel, _whole(parallel))
    yield from _rounds("bricks in series", series, _whole(series))


def _strings(plan: PackPlan, cell: CellDesign) -> tuple[Any, Any]:
    """Bricks in parallel and in series before rounding."""
    target = plan.target
    wh = cell.energy_wh * plan.cells_per_brick
    bricks = larger(1.0, target.energy_kwh * 1000.0 / wh)
    parallel = bricks * cell.average_voltage_v / target.voltage_v
    return parallel, bricks / _whole(parallel)


def _whole(ratio: Any) -> int:
    return max(1, round(value_of(ratio)))


def _rounds(name: str, ratio: Any, count: int) -> Iterator[Condition]:
    """The ratio lies nearer to the count than to its neighbours; counts are one or more."""
    if not isinstance(ratio, Traced):
        return
    if count > 1:
        yield _condition(f"{name}: no fewer than {count}", ">", ratio, count - 0.5)
    yield _condition(f"{name}: no more than {count}", "<", ratio, count + 0.5)


def _of_layout(plan: PackPlan, cell: CellDesign, fmt: FormatSpec) -> Iterator[Condition]:
    """No other grouping into modules and rows weighs less, energy missed counted in."""
    parallel, series = map(_whole, _strings(plan, cell))
    layouts = possible_layouts(series, parallel)
    chosen = layouts.index(plan.layout)
    burden = [_burden(replace(plan, layout=one), cell, fmt) for one in layouts]
    for k, layout in enumerate(layouts):
        if k != chosen:
            text = (
                f"{plan.layout.rows} x {plan.layout.modules_per_row} modules of "
                f"{plan.layout.cells_per_module} weigh no more than {layout.rows} x "
                f"{layout.modules_per_row} of {layout.cells_per_module}"
            )
            yield _condition(text, "<" if k < chosen else "<=", burden[chosen], burden[k])


def _burden(plan: PackPlan, cell: CellDesign, fmt: FormatSpec) -> Any:
    """What ``calculator.pack.plan_pack`` makes least: mass per kWh, the more the energy misses."""
    pack: Any = design_product_pack(plan, cell, fmt, 1.0, REFERENCE_KWH_PER_YEAR)
    miss = abs(pack.energy_kwh / plan.target.energy_kwh - 1.0)
    return pack.mass_kg / pack.energy_kwh * (1.0 + MISS_WEIGHT * miss)


def _condition(text: str, op: str, left: Any, right: Any) -> Condition:
    held = {
        "<": value_of(left) < value_of(right),
        "<=": value_of(left) <= value_of(right),
        ">": value_of(left) > value_of(right),
    }[op]
    return Condition(text, Guard(op, left, right, held))
