"""The workbook before it is written: inputs, calculation, results and checks, from the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from calculator.trace import Tape, Traced, watching
from calculator.why import Figures, compared_figures, derive
from calculator.workbook.checks import Check, checks_of
from calculator.workbook.counts import Condition, count_conditions
from calculator.workbook.expressions import Graph, Node, in_order, traced_below
from calculator.workbook.inputs import (
    Input,
    input_of,
    leaf_keys,
    places_in,
    sorted_inputs,
    with_names,
)
from calculator.workbook.results import Cell, Section, sections_of
from calculator.workbook.steps import Caption, Row, names_in, rows_of

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class LiveModel:
    """What stands on the sheets, before it has places on them."""

    chemistries: tuple[str, ...]
    inputs: tuple[Input, ...]
    rows: tuple[Row, ...]
    sections: tuple[Section, ...]
    checks: tuple[Check, ...]

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every figure of the results."""
        return tuple(cell for one in self.sections for cell in one.cells)


def live_model(db: MaterialsDB, scenario: Scenario, evaluations: Iterable[Evaluation]) -> LiveModel:
    """Trace a comparison and lay its graph out as a workbook.

    Args:
        db: the scenario's database.
        scenario: what is compared.
        evaluations: its evaluations on plain numbers, for the places of records in their files.

    Raises:
        InputError: as ``evaluate_scenario``.
    """
    from calculator.tables import label

    evaluations = tuple(evaluations)
    figures = compared_figures(db, scenario)
    labels = [label(one) for one in evaluations]
    conditions = _conditions(db, scenario, labels, figures.tape)
    return _Builder(figures, conditions, places_in(evaluations)).model()


def _conditions(
    db: MaterialsDB, scenario: Scenario, labels: Sequence[str], tape: Tape
) -> dict[str, tuple[Condition, ...]]:
    from calculator.scenario.run import scenario_request
    from calculator.why.leaves import traced_database

    traced = traced_database(db, tape)
    requests = [scenario_request(traced, scenario, name) for name in scenario.chemistries]
    with watching(tape):
        found = [count_conditions(traced, one, tape) for one in requests]
    return dict(zip(labels, found, strict=True))


class _Builder:
    """Holds the graph while the sheets are laid out."""

    def __init__(
        self,
        figures: Figures,
        conditions: Mapping[str, tuple[Condition, ...]],
        places: Mapping[str, str],
    ) -> None:
        self.figures, self.conditions, self.places = figures, conditions, places
        self.chemistries = tuple(dict.fromkeys(map(_chemistry, figures.by_address)))
        self.bits = {name: 1 << k for k, name in enumerate(self.chemistries)}
        keys = leaf_keys(self._ends(), self._users_of_numbers())
        self.graph = Graph(self._numbers(), lambda leaf: keys[leaf.serial])

    def model(self) -> LiveModel:
        by_address = {a: self.graph.node(f.number) for a, f in self.figures.by_address.items()}
        checks = checks_of(self.figures.tape.guards, self.conditions, self.graph)
        sections = sections_of(self.figures, by_address)
        sides = [side for check in checks for side in (check.left, check.right)]
        roots = [*by_address.values(), *sides]
        users = self._users_of_nodes(by_address, roots)
        names = names_in(derive("workbook", self._whole()), self.graph)
        rows = rows_of(by_address.values(), sides, names, self._captions(by_address), users)
        leaves = [node for node in in_order(roots) if node.op == "leaf"]
        inputs = [input_of(node, self.places, users(node)) for node in leaves]
        told = tuple(one.for_users(users) for one in checks)
        return LiveModel(self.chemistries, with_names(sorted_inputs(inputs)), rows, sections, told)

    def _captions(self, by_address: Mapping[str, Node | float]) -> dict[int, Caption]:
        """Every figure has a row, under its address where the code has no name for it."""
        found: dict[int, Caption] = {}
        for address, node in by_address.items():
            if isinstance(node, Node) and node.op != "leaf":
                figure = self.figures.by_address[address]
                label = figure.address.replace("/", " / ").replace("_", " ")
                found.setdefault(node.id, Caption(label, figure.unit))
        return found

    def _numbers(self) -> list[Traced]:
        found: list[Traced | float] = [one.number for one in self.figures.by_address.values()]
        guards = [*self.figures.tape.guards]
        guards += [one.guard for several in self.conditions.values() for one in several]
        for guard in guards:
            found += [guard.left, guard.right]
        return [one for one in found if isinstance(one, Traced)]

    def _whole(self) -> Traced:
        """One number above all others, so that one walk names every step."""
        return Traced(self.figures.tape, 0.0, "all", tuple(self._numbers()))

    def _ends(self) -> list[Traced]:
        """Where the trace ends."""
        return [one for one in traced_below(self._numbers()) if one.op == "leaf"]

    def _users_of_numbers(self) -> dict[int, int]:
        """Chemistries whose figures a number moves, as bits, by serial."""
        figures = self.figures.by_address
        roots = {a: one.number for a, one in figures.items()}
        bits: dict[int, int] = {}
        for address, number in roots.items():
            bits[number.serial] = bits.get(number.serial, 0) | self.bits[_chemistry(address)]
        for one in reversed(traced_below(roots.values())):
            for part in one.args:
                if isinstance(part, Traced):
                    bits[part.serial] = bits.get(part.serial, 0) | bits[one.serial]
        return bits

    def _users_of_nodes(
        self, by_address: Mapping[str, Node | float], roots: Iterable[Node | float]
    ) -> Callable[[Node], tuple[str, ...]]:
        """Chemistries by node; what only checks use belongs to those of its parts."""
        bits: dict[int, int] = {}
        for address, node in by_address.items():
            if isinstance(node, Node):
                bits[node.id] = bits.get(node.id, 0) | self.bits[_chemistry(address)]
        for node in reversed(in_order(by_address.values())):
            for part in node.below:
                bits[part.id] = bits.get(part.id, 0) | bits[node.id]
        every = (1 << len(self.chemistries)) - 1
        for node in in_order(roots):
            if node.id not in bits:
                both = every
                for part in node.below:
                    both &= bits[part.id]
                bits[node.id] = both or every
        return lambda node: tuple(n for n, bit in self.bits.items() if bits[node.id] & bit)


def _chemistry(address: str) -> str:
    return address.split("/")[1]
