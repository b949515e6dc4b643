"""What differs between two scenarios: inputs, results, and a bridge from one cost to the other.

The bridge changes the inputs of the first scenario to those of the second one after another, in
the order of ``ORDER``: what the cell is, then what it goes into, then how much is made, where,
and at which prices. With C(k) the cost after k inputs have been changed, the part of input k is

    C(k) - C(k - 1)

so the parts add up to the change of cost exactly, whatever the order; how the change is shared
among the inputs does hang on the order. Each part stands beside what the input changes alone,
from the first scenario, C(only k) - C(0); the difference of the two is the interaction with the
inputs changed before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import TYPE_CHECKING, Any

from calculator.scenario.run import scenario_database, scenario_request
from calculator.scenario.write import by_content

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB

SCOPES = ("cell", "pack")
ORDER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("chemistry file", ()),
    ("own data", ("overlay",)),
    ("format", ("format",)),
    ("pack energy", ("pack", "energy_kwh")),
    ("pack power", ("pack", "power_kw")),
    ("pack voltage", ("pack", "voltage_v")),
    ("fast charge", ("pack", "fast_charge")),
    ("volume", ("volume_gwh_per_year",)),
    ("region", ("region",)),
    ("deck", ("deck",)),
    ("year", ("year",)),
)
"""Inputs that decide a cost, in the order of the bridge, and where the scenario holds them."""
_FILES = frozenset({"chemistry file", "own data", "format"})
"""Inputs that may be files of one's own, and count by their content."""
_QUANTITY = re.compile(r"([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?) (\S+)")
Database = Callable[["Scenario"], "MaterialsDB"]


@dataclass(frozen=True)
class InputChange:
    """One input in both scenarios, as a file would hold it; empty where one does not state it."""

    key: str
    before: str
    after: str
    unit: str = ""


@dataclass(frozen=True)
class Figure:
    """One figure in both scenarios; None where one of them does not have it."""

    item: str
    before: float | None
    after: float | None
    unit: str
    part: str = ""
    """Component of a cost, or element."""

    @property
    def change(self) -> float | None:
        """After less before; what one of them does not have counts as zero."""
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True)
class Step:
    """One part of the bridge: inputs changed together, and what that does to the cost."""

    inputs: tuple[str, ...]
    """One input; several where the cost is not known between them."""
    amount: float
    """Per kWh, in the money of the difference."""
    by_component: Mapping[str, float]
    """Sums to ``amount``."""
    alone: float | None
    """What these inputs change by themselves; None where the cost is not known then."""

    @property
    def name(self) -> str:
        """The inputs in words."""
        return " and ".join(self.inputs)

    @property
    def interaction(self) -> float | None:
        """Part of the amount that the inputs changed before bring about."""
        return None if self.alone is None else self.amount - self.alone


@dataclass(frozen=True)
class Bridge:
    """From the cost per kWh of a cell or pack to that of another, in one money."""

    scope: str
    before: float
    after: float
    steps: tuple[Step, ...]

    @property
    def change(self) -> float:
        """Sum of the steps."""
        return fsum(step.amount for step in self.steps)


@dataclass(frozen=True)
class ChemistryDifference:
    """One chemistry in both scenarios."""

    chemistry: str
    figures: tuple[Figure, ...]
    bridges: tuple[Bridge, ...]
    """Of the cell, then of the pack."""


@dataclass(frozen=True)
class ScenarioDifference:
    """How one scenario differs from another, like for like."""

    money: str
    """Of every cost: that of the second scenario, such as ``EUR_2025``."""
    inputs: tuple[InputChange, ...]
    """Every input that differs, those of no consequence for a cost too."""
    chemistries: tuple[ChemistryDifference, ...]
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def of(self, chemistry: str) -> ChemistryDifference:
        """One chemistry that both scenarios have."""
        return next(one for one in self.chemistries if one.chemistry == chemistry)


def scenario_difference(
    before: Scenario, after: Scenario, database: Database = scenario_database
) -> ScenarioDifference:
    """What differs between two scenarios of chemistries.

    Args:
        before: the first scenario.
        after: the second; costs are shown in its money.
        database: gives the database of a scenario; the shipped one with its overlay by default.

    Raises:
        InputError: a scenario cannot be evaluated, or its money not converted.
        UnknownNameError: a name is not in the database.
        DatabaseError: a file of the user's has faults.
    """
    known: dict[str | None, MaterialsDB] = {}

    def of(scenario: Scenario) -> MaterialsDB:
        if scenario.overlay not in known:
            known[scenario.overlay] = database(scenario)
        return known[scenario.overlay]

    work = _Work(before, after, of)
    first, second = (_by_id(of(one), one) for one in (before, after))
    both = [name for name in first if name in second]
    found = tuple(work.chemistry(name, first[name], second[name]) for name in both)
    return ScenarioDifference(
        work.money,
        tuple(_changed_inputs(before, after)),
        found,
        tuple(name for name in first if name not in second),
        tuple(name for name in second if name not in first),
        work.notes,
    )


# --- inputs ------------------------------------------------------------------------------


def _by_id(db: MaterialsDB, scenario: Scenario) -> dict[str, str]:
    """Reference of each chemistry by its id."""
    from materials_db.load import load_chemistry

    return {load_chemistry(db, name).id: name for name in scenario.chemistries}


def _changed_inputs(before: Scenario, after: Scenario) -> Iterator[InputChange]:
    old, new = (dict(_flat(_stated(one), "")) for one in (before, after))
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield _input_change(key, old.get(key, ""), new.get(key, ""))


def _input_change(key: str, before: str, after: str) -> InputChange:
    """The unit apart where both are numbers of one unit, or one of them is not stated."""
    (was, first), (is_now, second) = _parted(before), _parted(after)
    unit = first or second
    if {first, second} <= {unit, ""} and (first == second or "" in (before, after)):
        return InputChange(key, was, is_now, unit)
    return InputChange(key, before, after)


def _parted(text: str) -> tuple[str, str]:
    found = _QUANTITY.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def _stated(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json", by_alias=True, exclude={"name"})


def _flat(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Each plain value under its key; an entry of a list goes by its name."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(item, f"{where}.{key}".lstrip("."))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(item, str | float | int) for item in value):
            yield where, ", ".join(map(str, value))
            return
        for index, item in enumerate(value, start=1):
            yield from _flat(item, f"{where}[{_name_of(item, index)}]")
    elif value is not None:
        yield where, str(value)


def _name_of(item: Any, index: int) -> str:
    given = item if isinstance(item, Mapping) else {}
    names = (given.get(key) for key in ("name", "policy", "project", "event", "material"))
    return str(next((name for name in names if name), index))


# --- the bridge --------------------------------------------------------------------------


class _Work:
    """Evaluates the scenarios between two others."""

    def __init__(self, before: Scenario, after: Scenario, database: Database) -> None:
        from calculator.money import conversion

        self.before, self.after, self._database = before, after, database
        self.money = f"{after.currency}_{after.year}"
        db = database(after)
        moneys = {year: conversion(db, f"USD_{year}", self.money)
                  for year in dict.fromkeys((before.year, after.year))}  # fmt: skip
        self._factor = {year: found.factor for year, found in moneys.items()}
        self.notes = tuple(dict.fromkeys(n for found in moneys.values() for n in found.notes))

    def chemistry(self, name: str, first: str, second: str) -> ChemistryDifference:
        """Figures and bridges of a chemistry that goes by two references."""
        ends = [self._evaluated(self.before, first), self._evaluated(self.after, second)]
        groups = list(self._groups(first, second))
        bridges = tuple(self._bridge(scope, ends[0], groups) for scope in SCOPES)
        return ChemistryDifference(name, tuple(self._figures(*ends)), bridges)

    def _groups(
        self, first: str, second: str
    ) -> Iterator[tuple[tuple[str, ...], Evaluation, Evaluation | None]]:
        """Inputs changed together, the state they lead to, and the state they alone lead to."""
        state, reference = self.before, first
        waiting: list[tuple[str, tuple[str, ...]]] = []
        changed = list(self._changed(first, second))
        for place, one in enumerate(changed):
            waiting.append(one)
            state, reference = self._moved(state, reference, second, [one])
            last = place == len(changed) - 1
            reached = self._evaluated(state, reference) if last else self._tried(state, reference)
            if reached is not None:
                alone = self._tried(*self._moved(self.before, first, second, waiting))
                yield tuple(name for name, _ in waiting), reached, alone
                waiting = []

    def _changed(self, first: str, second: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Inputs of the bridge that differ; files of one's own by their content."""
        for name, path in ORDER:
            old = _at(self.before, path) if path else first
            new = _at(self.after, path) if path else second
            if name in _FILES:
                old, new = (by_content(one, always=name == "own data") for one in (old, new))
            if old != new:
                yield name, path

    def _moved(
        self, state: Scenario, reference: str, second: str,
        inputs: Sequence[tuple[str, tuple[str, ...]]],
    ) -> tuple[Scenario, str]:  # fmt: skip
        """A state with some inputs as the second scenario has them."""
        for _, path in inputs:
            if not path:
                reference = second
            else:
                state = _with(state, path, _at(self.after, path))
        return state, reference

    def _tried(self, state: Scenario, reference: str) -> Evaluation | None:
        """The evaluation, or None where a number is missing between the two scenarios."""
        from calculator.errors import InputError
        from materials_db.faults import UnknownNameError

        try:
            return self._evaluated(state, reference)
        except (InputError, UnknownNameError):
            return None

    def _evaluated(self, state: Scenario, reference: str) -> Evaluation:
        from calculator.evaluation import evaluate

        db = self._database(state)
        return evaluate(db, scenario_request(db, state, reference))

    def _bridge(
        self,
        scope: str,
        start: Evaluation,
        groups: Sequence[tuple[tuple[str, ...], Evaluation, Evaluation | None]],
    ) -> Bridge:
        steps, last, first = [], self._components(start, scope), self._components(start, scope)
        for inputs, reached, alone in groups:
            now = self._components(reached, scope)
            by_component = _less(now, last)
            only = None if alone is None else _less(self._components(alone, scope), first)
            steps.append(
                Step(inputs, fsum(by_component.values()), by_component,
                     None if only is None else fsum(only.values()))
            )  # fmt: skip
            last = now
        return Bridge(scope, fsum(first.values()), fsum(last.values()), tuple(steps))

    def _components(self, e: Evaluation, scope: str) -> dict[str, float]:
        """Full cost by component in the money shown, per kWh."""
        factor = self._factor[e.request.year]
        return {name: float(usd) * factor for name, usd in e.cost.by_component(scope).items()}

    # --- figures

    def _figures(self, old: Evaluation, new: Evaluation) -> Iterator[Figure]:
        pairs = zip(_plain_figures(old), _plain_figures(new), strict=True)
        for (item, before, unit), (_, after, _) in pairs:
            yield Figure(item, before, after, unit)
        for scope in SCOPES:
            yield from self._costs(old, new, scope)
        grams = [{n: float(e.elements.in_cell_g_per_kwh(n)) for n in e.elements.names}
                 for e in (old, new)]  # fmt: skip
        for name in dict.fromkeys((*grams[0], *grams[1])):
            yield Figure("element in cell", grams[0].get(name), grams[1].get(name), "g/kWh", name)

    def _costs(self, old: Evaluation, new: Evaluation, scope: str) -> Iterator[Figure]:
        unit = f"{self.money}/kWh"
        parts = [self._components(e, scope) for e in (old, new)]
        totals = [fsum(each.values()) for each in parts]
        yield Figure(f"{scope} cost", totals[0], totals[1], unit)
        for name in dict.fromkeys((*parts[0], *parts[1])):
            yield Figure(f"{scope} cost", parts[0].get(name), parts[1].get(name), unit, name)


def _plain_figures(e: Evaluation) -> tuple[tuple[str, float, str], ...]:
    cell, pack = e.cell, e.pack
    return (
        ("specific energy", float(cell.specific_energy_wh_per_kg), "Wh/kg"),
        ("energy density", float(cell.energy_density_wh_per_l), "Wh/L"),
        ("cell capacity", float(cell.capacity_ah), "Ah"),
        ("cell energy", float(cell.energy_wh), "Wh"),
        ("cell mass", float(cell.mass_g), "g"),
        ("pack energy", float(pack.energy_kwh), "kWh"),
        ("pack mass", float(pack.mass_kg), "kg"),
        ("pack specific energy", float(pack.specific_energy_wh_per_kg), "Wh/kg"),
    )


def _less(now: Mapping[str, float], last: Mapping[str, float]) -> dict[str, float]:
    """Change of each component; one that is not there counts as zero."""
    names = dict.fromkeys((*last, *now))
    return {name: now.get(name, 0.0) - last.get(name, 0.0) for name in names}


def _at(scenario: Scenario, path: Sequence[str]) -> Any:
    value: Any = scenario
    for name in path:
        value = getattr(value, name)
    return value


def _with(scenario: Scenario, path: Sequence[str], value: Any) -> Scenario:
    if len(path) == 1:
        return scenario.model_copy(update={path[0]: value})
    pack = scenario.pack.model_copy(update={path[1]: value})
    return scenario.model_copy(update={"pack": pack})
