"""Element intensity and what it is exposed to, as tidy tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from calculator.tables.costs import SUPPORT_COLUMNS
from calculator.tables.provenance import bill_support, frame, label
from calculator.trace import plain

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from materials_db.database import MaterialsDB

ELEMENT_COLUMNS = (
    "chemistry", "element", "component", "item", "value", "unit", "critical", *SUPPORT_COLUMNS,
)  # fmt: skip
WHOLE_CELL = "whole cell"
"""Component of the rows that sum over components."""


def element_table(db: MaterialsDB, evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """Grams of each element per kWh by component and for the whole cell, in cell and bought.

    The whole cell also comes in t/GWh and in kg per vehicle (one pack of the request).
    """
    critical = critical_lists(db)
    rows = [row for e in evaluations for row in _element_rows(e, critical)]
    return frame(rows, ELEMENT_COLUMNS)


def _element_rows(e: Evaluation, critical: dict[str, str]) -> Iterator[dict[str, Any]]:
    rests = bill_support(e).columns()
    for element, component, item, grams in _grams(e):
        units = [(grams, "g/kWh")]
        if component == WHOLE_CELL:
            vehicle = grams * plain(e.pack.energy_kwh) / 1000.0
            units += [(grams, "t/GWh"), (vehicle, "kg/vehicle")]
        for value, unit in units:
            yield {
                "chemistry": label(e),
                "element": element,
                "component": component,
                "item": item,
                "value": value,
                "unit": unit,
                "critical": critical.get(element, ""),
                **rests,
            }


def _grams(e: Evaluation) -> Iterator[tuple[str, str, str, float]]:
    for name in e.elements.names:
        for item in ("in cell", "bought"):
            field = f"{item.replace(' ', '_')}_g_per_kwh"
            total = plain(getattr(e.elements, field)(name))
            yield name, WHOLE_CELL, item, total
            for line in e.elements.lines:
                if line.element == name:
                    yield name, line.component, item, plain(getattr(line, field))


def critical_lists(db: MaterialsDB) -> dict[str, str]:
    """Lists of critical raw materials that hold each element: ``EU_2023 strategic, US_2025``."""
    found: dict[str, list[str]] = {}
    for entry in db.critical_lists:
        text = f"{entry.list} strategic" if entry.strategic else entry.list
        for element in entry.elements:
            if text not in found.setdefault(element, []):
                found[element].append(text)
    return {element: ", ".join(sorted(lists)) for element, lists in found.items()}
