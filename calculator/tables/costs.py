"""Comparison, cost and bill of materials as tidy tables: item, value, unit, basis, sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calculator.tables.provenance import (
    Support,
    bill_support,
    cost_support,
    design_support,
    frame,
    label,
    support,
)
from calculator.trace import plain

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.numbers import Num
    from materials_db.database import MaterialsDB

VIEWS = ("full", "marginal", "levelised")
SCOPES = ("cell", "pack")
SUPPORT_COLUMNS = ("basis", "own_data", "sources")


@dataclass(frozen=True)
class Shown:
    """Money in which costs are shown: results in US dollars of a year, times a factor."""

    money: str
    """Currency and year, such as ``EUR_2024``."""
    factor: float = 1.0
    notes: tuple[str, ...] = ()


def shown_in(db: MaterialsDB, currency: str, year: int) -> Shown:
    """Results in US dollars of a year, shown in a currency of that year.

    Raises:
        InputError: no exchange rate of the currency for the year; the years known are named.
    """
    from calculator.money import conversion

    money = f"{currency}_{year}"
    found = conversion(db, f"USD_{year}", money)
    return Shown(money, found.factor, found.notes)


def shown_in_usd(evaluations: Sequence[Evaluation]) -> Shown:
    """US dollars of the evaluations' own year."""
    return Shown(f"USD_{evaluations[0].request.year}")


COMPARISON_COLUMNS = ("chemistry", "name", "family", "item", "value", "unit", *SUPPORT_COLUMNS)


def comparison_table(evaluations: Sequence[Evaluation], shown: Shown) -> pd.DataFrame:
    """Headline figures of each chemistry, one figure a row."""
    rows = [row for e in evaluations for row in _headlines(e, shown)]
    return frame(rows, COMPARISON_COLUMNS)


def _headlines(e: Evaluation, shown: Shown) -> Iterator[dict[str, Any]]:
    who = {
        "chemistry": label(e),
        "name": e.chemistry.name,
        "family": e.chemistry.family.value,
    }
    design, cost = design_support(e).columns(), cost_support(e).columns()
    for item, value, unit in _figures(e):
        yield {**who, "item": item, "value": plain(value), "unit": unit, **design}
    for scope in SCOPES:
        for view in VIEWS:
            item = f"{scope} cost" if view == "full" else f"{scope} cost, {view}"
            value = plain(e.cost.view(view, scope)) * shown.factor
            yield {**who, "item": item, "value": value, "unit": f"{shown.money}/kWh", **cost}


def _figures(e: Evaluation) -> tuple[tuple[str, Num, str], ...]:
    cell, pack = e.cell, e.pack
    return (
        ("specific energy", cell.specific_energy_wh_per_kg, "Wh/kg"),
        ("energy density", cell.energy_density_wh_per_l, "Wh/L"),
        ("cell capacity", cell.capacity_ah, "Ah"),
        ("cell energy", cell.energy_wh, "Wh"),
        ("cell voltage", cell.average_voltage_v, "V"),
        ("cell mass", cell.mass_g, "g"),
        ("cell volume", cell.volume_l, "L"),
        ("areal capacity", cell.areal_capacity_mah_per_cm2, "mAh/cm2"),
        ("positive coating thickness", cell.positive_thickness_um, "um"),
        ("negative electrode thickness", cell.negative_thickness_um, "um"),
        ("cells a pack", pack.cells, "count"),
        ("pack energy", pack.energy_kwh, "kWh"),
        ("pack mass", pack.mass_kg, "kg"),
        ("pack volume", pack.volume_l, "L"),
        ("pack specific energy", pack.specific_energy_wh_per_kg, "Wh/kg"),
        ("pack energy density", pack.energy_density_wh_per_l, "Wh/L"),
    )


COMPONENT_COLUMNS = ("chemistry", "scope", "component", "value", "unit", *SUPPORT_COLUMNS)


def cost_by_component_table(
    evaluations: Sequence[Evaluation], shown: Shown, scope: str = "cell"
) -> pd.DataFrame:
    """Full cost by component, then conversion by kind; sums to the full cost of the scope."""
    rows = [
        {
            "chemistry": label(e),
            "scope": scope,
            "component": component,
            "value": plain(usd) * shown.factor,
            "unit": f"{shown.money}/kWh",
            **rests,
        }
        for e in evaluations
        for rests in [cost_support(e).columns()]
        for component, usd in e.cost.by_component(scope).items()
    ]
    return frame(rows, COMPONENT_COLUMNS)


STEP_COLUMNS = ("chemistry", "step", "value", "unit", *SUPPORT_COLUMNS)


def cost_by_step_table(evaluations: Sequence[Evaluation], shown: Shown) -> pd.DataFrame:
    """Full cell cost by process step, materials apart; sums to the full cell cost."""
    rows = [
        {
            "chemistry": label(e),
            "step": step,
            "value": plain(usd) * shown.factor,
            "unit": f"{shown.money}/kWh",
            **rests,
        }
        for e in evaluations
        for rests in [cost_support(e).columns()]
        for step, usd in e.cost.by_step().items()
    ]
    return frame(rows, STEP_COLUMNS)


BILL_COLUMNS = ("chemistry", "component", "material", "item", "value", "unit", *SUPPORT_COLUMNS)


def bill_table(evaluations: Sequence[Evaluation], shown: Shown) -> pd.DataFrame:
    """Bill of materials: mass in the cell, mass bought, and what the bought mass costs."""
    return frame([row for e in evaluations for row in _bill_rows(e, shown)], BILL_COLUMNS)


def _bill_rows(e: Evaluation, shown: Shown) -> Iterator[dict[str, Any]]:
    mass = bill_support(e).columns()
    for line in e.bill.lines:
        where = {
            "chemistry": label(e),
            "component": line.component,
            "material": line.material,
        }
        yield _row(where, "in cell", line.in_cell_kg_per_kwh, "kg/kWh", mass)
        yield _row(where, "bought", line.bought_kg_per_kwh, "kg/kWh", mass)
        usd = e.cost.materials_usd_per_kwh[line.component, line.material]
        paid = plain(usd) * shown.factor
        yield _row(where, "cost", paid, f"{shown.money}/kWh", _price_support(e, line.material))


def _price_support(e: Evaluation, material: str) -> Mapping[str, Any]:
    return support((*e.case.prices[material].records, *_design_records(e))).columns()


def _design_records(e: Evaluation) -> Iterator[Any]:
    from materials_db.schema import Price

    return (row for row in e.records if not isinstance(row, Price))


def _row(
    where: Mapping[str, Any], item: str, value: Num, unit: str, rests: Mapping[str, Any]
) -> dict[str, Any]:
    return {**where, "item": item, "value": plain(value), "unit": unit, **rests}


PRICE_COLUMNS = (
    "chemistry", "material", "value", "unit", "deck", "borrowed", "indexed", "own_data", "basis",
    "sources",
)  # fmt: skip


def price_table(evaluations: Sequence[Evaluation], shown: Shown) -> pd.DataFrame:
    """Price of each material as used: per kg, m2 or litre."""
    return frame([row for e in evaluations for row in _price_rows(e, shown)], PRICE_COLUMNS)


_PER = {"usd_per_kg": "kg", "usd_per_m2": "m2", "usd_per_l": "L"}


def _price_rows(e: Evaluation, shown: Shown) -> Iterator[dict[str, Any]]:
    for material, price in e.case.prices.items():
        rests: Support = support(price.records)
        for field, per in _PER.items():
            usd = plain(getattr(price, field))
            if usd:
                yield {
                    "chemistry": label(e),
                    "material": material,
                    "value": usd * shown.factor,
                    "unit": f"{shown.money}/{per}",
                    "deck": price.borrowed_from or e.request.deck,
                    "borrowed": bool(price.borrowed_from),
                    "indexed": price.indexed,
                    **rests.columns(),
                    "own_data": price.own,
                }
