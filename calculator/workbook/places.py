"""Where everything stands on the sheets, and so how formulas refer to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from calculator.workbook.expressions import Node
from calculator.workbook.inputs import Input
from calculator.workbook.model import LiveModel
from calculator.workbook.results import BANDED, HEADLINES, SUMS, Section

INPUTS, CALCULATION, RESULTS, CHECKS = "Inputs", "Calculation", "Results", "Checks"
INPUT_COLUMN, STEP_COLUMN = "B", "C"
FIRST_INPUT, FIRST_STEP, FIRST_CHECK, FIRST_SECTION = 3, 2, 4, 7
"""First rows of content, counted from one as a spreadsheet does."""
BAND_CELL = "$B$4"
"""Cell of the results that holds the model's band."""
FIRST_CHEMISTRY = 2
"""Column of the first chemistry in the results, counted from zero: item and unit come before."""


@dataclass(frozen=True)
class Line:
    """One line of a block of the results."""

    item: str
    unit: str
    row: int


@dataclass(frozen=True)
class Block:
    """A block of the results with its place."""

    section: Section
    title_row: int
    lines: tuple[Line, ...]

    @property
    def first(self) -> int:
        """Row of the first line."""
        return self.title_row + 2

    @property
    def last(self) -> int:
        """Row of the last line."""
        return self.title_row + 1 + len(self.lines)

    def row_of(self, item: str) -> int:
        """Row of an item."""
        return next(line.row for line in self.lines if line.item == item)


@dataclass(frozen=True)
class Places:
    """Cells of a model. Rows are counted from one."""

    model: LiveModel

    @cached_property
    def inputs(self) -> dict[int, int]:
        """Row by the id of an input's node; a line with its name comes before each group."""
        found: dict[int, int] = {}
        row, group = FIRST_INPUT - 1, ""
        for one in self.model.inputs:
            row += 1 + (one.group != group)
            group = one.group
            found[one.node.id] = row
        return found

    @cached_property
    def steps(self) -> dict[int, int]:
        """Row by the id of a step's node."""
        return {one.node.id: k for k, one in enumerate(self.model.rows, start=FIRST_STEP)}

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks of the results, one below the other."""
        return tuple(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        row = FIRST_SECTION
        for section in self.model.sections:
            lines = tuple(
                Line(item, unit, k) for k, (item, unit) in enumerate(section.items, start=row + 2)
            )
            yield Block(section, row, lines)
            below = 2 * len(BANDED) if section.name == HEADLINES else int(section.name in SUMS)
            row += len(lines) + below + 3

    @property
    def last_input(self) -> int:
        """Row of the last input."""
        return max(self.inputs.values(), default=FIRST_INPUT)

    def group_rows(self) -> Iterator[tuple[int, Input]]:
        """The row above each group of inputs, and its first input."""
        group = ""
        for one in self.model.inputs:
            if one.group != group:
                yield self.inputs[one.node.id] - 1, one
            group = one.group

    def cell_of(self, node: Node, sheet: str = "") -> str | None:
        """Reference to the cell of a number from a sheet; None where it has none."""
        if node.op == "leaf":
            return f"{INPUTS}!${INPUT_COLUMN}${self.inputs[node.id]}"
        row = self.steps.get(node.id)
        if row is None:
            return None
        there = f"${STEP_COLUMN}${row}"
        return there if sheet == CALCULATION else f"{CALCULATION}!{there}"

    @cached_property
    def symbols(self) -> dict[int, str]:
        """What formulas in words call a number."""
        named = {one.node.id: one.name.removeprefix("in_") for one in self.model.inputs}
        return {**named, **{one.node.id: one.symbol for one in self.model.rows}}
