"""The optimiser's outcome as a function of its inputs: each case is a network and a solve.

The answer is that of ``source_scenario`` without its tie break and without the second plan that
is free of rules, neither of which changes the cost. A quoted active material does not follow its
raw materials here: the plan buys and refines them itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import nan
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.scenario.run import scenario_request
from calculator.scenario.sourcing import stated_scenario
from calculator.sensitivity.model import Columns, Model
from calculator.sourcing.watch import step
from calculator.uncertainty.fractions import with_whole_coatings
from calculator.uncertainty.inputs import (
    UncertainInput,
    has_range,
    named_records,
    uncertain_input,
)
from calculator.uncertainty.labels import Named, group_of, name_of
from materials_db.faults import did_you_mean
from materials_db.substitute import all_numbers, record_key, with_values

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Stated
    from calculator.sourcing.plan import Plan
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

PLAN_COST = "plan_usd_per_kwh"
SHADOW = "shadow_price/"
"""Before the name of a rule or of a demand."""
OF_PLAN = (PLAN_COST, SHADOW)


def is_of_plan(output: str) -> bool:
    """Whether a figure is one of the optimiser's."""
    return output.startswith(OF_PLAN)


def plan_inputs(
    db: MaterialsDB, scenario: Scenario, groups: Sequence[str] = ()
) -> tuple[UncertainInput, ...]:
    """Every number with a range behind the network of a scenario, and below its cells.

    Args:
        db: the materials database.
        scenario: what is asked, with a sourcing question.
        groups: ``price``, ``chemistry``, ``yield``, ``region``, ``other``; all where empty.

    Raises:
        InputError: the scenario asks no sourcing question, or an unknown group.
    """
    supply = stated_scenario(db, scenario).supply
    named: dict[str, Named] = {}
    for product in supply.products:
        below = named_records(db, scenario_request(db, scenario, product.chemistry))
        named |= {key: one for key, one in below.items() if one.group in _OF_CELLS}
    for row in (row for grounds in supply.grounds.values() for g in grounds for row in g.records):
        named.setdefault(record_key(row), Named(_label(row), group_of(row), row))
    known = all_numbers(db)
    found = [
        uncertain_input(key, one)
        for key, one in named.items()
        if has_range(one.record) and key in known
    ]
    _refuse_groups(found, groups)
    return tuple(one for one in found if not groups or one.group in groups)


def _refuse_groups(found: Iterable[UncertainInput], groups: Sequence[str]) -> None:
    held = sorted({one.group for one in found})
    for group in groups:
        if group not in held:
            raise InputError(f"no group '{group}' below this plan; {did_you_mean(group, held)}")


_OF_CELLS = ("chemistry", "format", "yield")
"""Groups of numbers that make the bill of a cell; its prices are the plan's own affair."""
_WORDS = (
    "quantity", "factor", "measure", "mode", "commodity", "process", "stage", "item", "material",
    "element", "product", "route", "step",
)  # fmt: skip
_PLACES = ("country", "region", "origins", "origin", "destination", "importer", "owner")


def _label(row: Datum) -> str:
    """What a reader calls a row of any table behind a network."""
    told = name_of(row)
    if told != f"{row.file}:{row.row}":
        return told
    words = [getattr(row, name, None) for name in _WORDS]
    spoken = [str(word).replace("_", " ") for word in words if isinstance(word, str) and word]
    places = [place for name in _PLACES for place in _listed(getattr(row, name, None))]
    what, where = ", ".join(dict.fromkeys(spoken)) or told, " to ".join(places)
    return f"{what}, {where}" if where else what


def _listed(value: object) -> list[str]:
    """A place or several as one text; nothing for what is no text."""
    if isinstance(value, tuple):
        return ["/".join(map(str, value))] if value else []
    return [value] if isinstance(value, str) and value else []


def plan_model(db: MaterialsDB, scenario: Scenario, output: str) -> Model:
    """A figure of a scenario's plan, solved anew for every case.

    Progress goes to the watch of ``calculator.sourcing.watch``, which may stop it.

    Args:
        db: the materials database.
        scenario: what is asked.
        output: ``plan_usd_per_kwh``, or ``shadow_price/`` and the name of a rule or a demand.

    Raises:
        InputError: no such figure, or the scenario has no plan to begin with.
    """
    nominal, unit = _solved(db, scenario, output)
    if np.isnan(nominal):
        raise InputError(
            f"{scenario.name}: no plan meets the rules with every number as recorded; "
            "see the command explain"
        )

    def evaluate(columns: Columns) -> FloatArray:
        cases = len(next(iter(columns.values())))
        values = np.empty(cases)
        for k in range(cases):
            step(f"plan {k + 1} of {cases}")
            row = {key: float(column[k]) for key, column in columns.items()}
            values[k], _ = _solved(changed_database(db, row), scenario, output)
        return values

    return Model(scenario.name, output, nominal, evaluate, unit)


def changed_database(db: MaterialsDB, values: Mapping[str, float]) -> MaterialsDB:
    """The database with values replaced, and the coatings of every recipe whole again."""
    new = with_values(db, values)
    whole = {name: with_whole_coatings(one, db.chemistries[name]) if name in db.chemistries else one
             for name, one in new.chemistries.items()}  # fmt: skip
    same = all(whole[name] is one for name, one in new.chemistries.items())
    return new if same else replace(new, chemistries=MappingProxyType(whole))


def _solved(db: MaterialsDB, scenario: Scenario, output: str) -> tuple[float, str]:
    """The figure of a plan with its unit; not a number where no plan meets the rules."""
    from calculator.sourcing import solve

    stated = stated_scenario(db, scenario)
    plan = solve(stated.supply.network, stated.rules, objective=stated.objective, tie_break=False)
    if output == PLAN_COST:
        return plan.cost / stated.supply.demand_kwh_per_year, f"{plan.currency}/kWh"
    if plan.status != "optimal":
        return nan, ""
    return _shadow(plan, stated, output[len(SHADOW) :])


def _shadow(plan: Plan, stated: Stated, name: str) -> tuple[float, str]:
    """The price of a limit; 0 where it does not bind."""
    found = {one.name: one for one in plan.marginals}
    if name in found:
        return found[name].shadow_price, found[name].unit
    rules = [rule.name for rule in stated.rules]
    remedy = did_you_mean(name, list(dict.fromkeys((*rules, *found))))
    raise InputError(f"the plan has no limit '{name}'; {remedy}")
