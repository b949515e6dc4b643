"""What must be said beside a stack: gaps of the table, starts not recorded, quotas, switches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from calculator.regions import WORLD
from calculator.trade.days import first_day, last_day

if TYPE_CHECKING:
    from calculator.trade.lines import DutyLine
    from calculator.trade.request import Goods
    from materials_db.database import MaterialsDB
    from materials_db.schema_trade import Tariff


def kind_notes(goods: Goods) -> tuple[str, ...]:
    """On what the duty is: a pack inside a car is a car."""
    kind, use = goods.product.kind, goods.product.use
    if kind == "vehicle":
        return ("duty of a vehicle (HS 8703): the battery inside it travels as part of it",)
    if kind in ("cell", "pack") and use == "automotive":
        return ("shipped by itself: a pack inside a car is part of the car; ask for bev or phev",)
    return ()


def gap_notes(db: MaterialsDB, goods: Goods, origin: str, rows: Sequence[Tariff]) -> list[str]:
    """Why the table has no base rate for the goods."""
    area = goods.importer
    if not db.tariffs_of.get(area):
        return [f"no duty of {area} on anything in the table; taken as zero"]
    said = f"no duty of {area} on {goods.product.id} in the table; taken as zero"
    rates = [r for r in rows if r.quantity == "rate" and {origin, WORLD} & set(r.origins)]
    starts = [first_day(row.valid_from) for row in rates if row.valid_from]
    if any(start > goods.on for start in starts):
        return [f"{said} for {goods.on}; its first row there begins on {min(starts)}"]
    ends = [last_day(row.valid_to) for row in rates if row.valid_to]
    if any(end < goods.on for end in ends):
        return [f"{said} for {goods.on}; its last row there ended on {max(ends)}"]
    return [f"{said} for origin {origin}" if rows else said]


def agreement_notes(lines: Sequence[DutyLine], importer: str, origin: str) -> list[str]:
    """That a base rate for any origin stands where an agreement might give a lower one."""
    base = [line for line in lines if line.treatment == "mfn" and line.rate > 0]
    return [
        f"no trade agreement of {importer} with {origin} for these goods is in the table; "
        f"the {line.label} is taken"
        for line in base
        if origin not in line.record.origins
    ]


def age_notes(lines: Sequence[DutyLine], on: date) -> list[str]:
    """Rows whose start is not recorded, on a day before the one they are known for."""
    return [
        f"the start of {line.label} is not recorded: known for {line.record.date}, taken on {on}"
        for line in lines
        if not line.valid_from and line.record.date and on < first_day(line.record.date)
    ]


def idle_switches(goods: Goods, touched: set[str]) -> list[str]:
    """Measures switched on that have no rate for the goods on the day."""
    idle = [name for name, on in goods.terms.switched.items() if on and name not in touched]
    return [f"{name} is switched on and has no rate for these goods on {goods.on}" for name in idle]


def quota_notes(quota: float | None, goods: Goods) -> list[str]:
    """On which side of its quota the rate is."""
    if quota is None:
        return (
            ["no quota in the table: over quota changes nothing"] if goods.terms.over_quota else []
        )
    where = "beyond" if goods.terms.over_quota else "inside"
    return [f"rate {where} the quota of {quota:,.0f} a year"]
