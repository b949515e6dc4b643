"""The tables of the comparison as blocks of cells: items down, chemistries across."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calculator.why import Figures
from calculator.workbook.expressions import Node

HEADLINES = "comparison"
TITLES = {
    HEADLINES: "Headline figures",
    "cost_by_component/cell": "Cost of the cell by component",
    "cost_by_component/pack": "Cost of the pack by component",
    "cost_by_step": "Cost of the cell by process step",
    "bill_of_materials": "Bill of materials",
    "elements": "Elements",
    "prices": "Prices as used",
}
"""Blocks of the sheet of results, by table and scope, in their order."""
SUMS = {
    "cost_by_component/cell": "cell cost",
    "cost_by_component/pack": "pack cost",
    "cost_by_step": "cell cost",
}
"""Blocks with a sum, and the headline that the sum must be."""
BANDED = ("cell cost", "pack cost")
"""Headlines that the model's band is shown of."""


@dataclass(frozen=True)
class Cell:
    """One figure of the results."""

    address: str
    section: str
    item: str
    unit: str
    chemistry: str
    number: Node | float


@dataclass(frozen=True)
class Section:
    """One block of the results."""

    name: str
    title: str
    cells: tuple[Cell, ...]

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """Item and unit of each line, in the order of the tables."""
        return tuple(dict.fromkeys((one.item, one.unit) for one in self.cells))


def sections_of(figures: Figures, numbers: Mapping[str, Node | float]) -> tuple[Section, ...]:
    """The blocks of the results, each figure in one of them.

    Args:
        figures: figures of the comparison.
        numbers: their nodes, by address.
    """
    found: dict[str, list[Cell]] = {name: [] for name in TITLES}
    for address, number in numbers.items():
        cell = _cell(address, number, figures.by_address[address].unit)
        found.setdefault(cell.section, []).append(cell)
    return tuple(
        Section(name, TITLES.get(name, name.replace("_", " ").capitalize()), tuple(cells))
        for name, cells in found.items()
        if cells
    )


def _cell(address: str, number: Node | float, unit: str) -> Cell:
    """A figure in its block; an address may end in the unit, which has a column of its own."""
    table, chemistry, *rest = address.removesuffix(f"/{unit}").split("/")
    section = table
    if f"{table}/{rest[0]}" in TITLES:
        section, rest = f"{table}/{rest[0]}", rest[1:]
    return Cell(address, section, ", ".join(rest), unit, chemistry, number)
