"""Grams of each element per kWh, split by where they sit (MODEL 1.10 and 3).

Element mass = material mass x mass fraction of the element. Graphite counts as itself beside
the elements, because lists of critical materials name the form and not carbon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calculator.bill import Bill
from calculator.maths import total
from calculator.numbers import Num


@dataclass(frozen=True)
class ElementLine:
    """One element in one component, g per kWh of accepted cell."""

    element: str
    component: str
    in_cell_g_per_kwh: Num
    bought_g_per_kwh: Num


@dataclass(frozen=True)
class Elements:
    """Element bill of a cell."""

    lines: tuple[ElementLine, ...]

    def in_cell_g_per_kwh(self, element: str) -> Num:
        """Total of one element that stays in the cell."""
        return _total(self.lines, element, "in_cell_g_per_kwh")

    def bought_g_per_kwh(self, element: str) -> Num:
        """Total of one element bought, yield losses included."""
        return _total(self.lines, element, "bought_g_per_kwh")

    @property
    def names(self) -> tuple[str, ...]:
        """Elements present, in order of first appearance."""
        return tuple(dict.fromkeys(line.element for line in self.lines))


def _total(lines: tuple[ElementLine, ...], element: str, field: str) -> Num:
    return total(getattr(line, field) for line in lines if line.element == element)


def count_elements(bill: Bill, composition: Mapping[str, Mapping[str, float]]) -> Elements:
    """Element bill from a bill of materials.

    Args:
        bill: kg per kWh of each material, in the cell and bought.
        composition: mass fraction of each element by material id; a material without an
            entry carries no counted element.
    """
    cells: dict[tuple[str, str], tuple[Num, Num]] = {}
    for line in bill.lines:
        for element, fraction in composition.get(line.material, {}).items():
            in_cell, bought = cells.get((element, line.component), (0.0, 0.0))
            cells[element, line.component] = (
                in_cell + line.in_cell_kg_per_kwh * fraction * 1000.0,
                bought + line.bought_kg_per_kwh * fraction * 1000.0,
            )
    return Elements(
        tuple(ElementLine(e, c, in_cell, bought) for (e, c), (in_cell, bought) in cells.items())
    )
