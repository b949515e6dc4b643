"""Sourcing plans of many points: a network is built once for all points that share it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.scenario.projects import projects_of
from calculator.scenario.run import scenario_request
from calculator.scenario.sourcing import stated_scenario
from calculator.scenario.write import plain_scenario
from calculator.sweeps.kernel import Rows, sentence
from calculator.sweeps.outputs import SHADOW, is_of_plan
from calculator.sweeps.points import numbers_at, scenario_at
from calculator.uncertainty.fractions import with_whole_coatings
from calculator.uncertainty.inputs import ASKED, with_inputs
from materials_db.substitute import with_values

if TYPE_CHECKING:
    from calculator.case import Request
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Stated
    from calculator.sourcing.plan import Plan
    from calculator.supply import SupplyNetwork
    from calculator.sweeps.plan import Column, Sweep
    from materials_db.database import MaterialsDB

_NOT_OF_NETWORK = ("rules", "policies", "objective")


@dataclass(frozen=True)
class _Built:
    key: str
    db: MaterialsDB
    supply: SupplyNetwork


class Planner:
    """Solves the plans of a sweep and keeps the last network."""

    def __init__(self, sweep: Sweep, db: MaterialsDB, base: Mapping[str, Any]) -> None:
        self.sweep, self.db, self.base = sweep, db, base
        self._last: _Built | None = None

    def fill(self, columns: Mapping[str, Column], rows: Rows) -> None:
        """Put the figures of every plan into its row."""
        for place in range(len(rows.faults)):
            try:
                plan, stated = self._solved(columns, place)
                self._put(plan, stated, place, rows)
            except Exception as error:
                told = sentence(error)
                rows.faults[place] += [] if told in rows.faults[place] else [told]

    def _solved(self, columns: Mapping[str, Column], place: int) -> tuple[Plan, Stated]:
        from calculator.sourcing import solve

        settings = [
            (axis, columns[axis.field][place]) for axis in self.sweep.axes
            if not axis.is_array or axis.field == "volume"
        ]  # fmt: skip
        numbers = numbers_at(self.sweep.axes, columns)
        scenario = scenario_at(self.base, settings)
        here = {key: float(column[place]) for key, column in numbers.items()}  # type: ignore[arg-type]
        built = self._built(scenario, here)
        stated = stated_scenario(built.db, scenario, built.supply)
        network, rules = stated.supply.network, stated.rules
        return solve(network, rules, objective=stated.objective, tie_break=False), stated

    def _built(self, scenario: Scenario, numbers: Mapping[str, float]) -> _Built:
        key = _key(scenario, numbers)
        last = self._last
        if last is None or last.key != key:
            db = changed_database(
                self.db, {k: v for k, v in numbers.items() if not k.startswith(ASKED)}
            )
            last = self._last = _Built(key, db, _supply(db, scenario, numbers))
        return last

    def _put(self, plan: Plan, stated: Stated, place: int, rows: Rows) -> None:
        if plan.status == "infeasible":
            rows.infeasible.add(place)
            return
        if plan.status != "optimal":
            raise InputError(f"the plan is {plan.status}; look at the values of this point")
        for name in filter(is_of_plan, self.sweep.outputs):
            rows.values[name][place] = _figure(name, plan, stated)


def _figure(name: str, plan: Plan, stated: Stated) -> float:
    if name.startswith(SHADOW):
        rule = name.removeprefix(SHADOW)
        if rule not in {one.name for one in stated.rules}:
            raise InputError(f"the plan has no rule '{rule}'; leave {name} out")
        return next((one.shadow_price for one in plan.marginals if one.name == rule), 0.0)
    per = stated.supply.demand_kwh_per_year if name == "plan_usd_per_kwh" else 1.0
    return plan.cost / per


def _key(scenario: Scenario, numbers: Mapping[str, float]) -> str:
    """What decides a network."""
    values = plain_scenario(scenario)
    asked = values.get("sourcing", {})
    asked = {key: value for key, value in asked.items() if key not in _NOT_OF_NETWORK}
    return json.dumps([{**values, "sourcing": asked}, dict(numbers)], sort_keys=True)


def _supply(db: MaterialsDB, scenario: Scenario, numbers: Mapping[str, float]) -> SupplyNetwork:
    """As ``supply_of``, with numbers of the requests replaced."""
    from calculator.supply import RecyclingTerms, supply_network

    asked = scenario.sourcing
    if asked is None:
        raise InputError("the scenario asks no sourcing question; add 'sourcing:' to it")
    names = asked.chemistries or (asked.chemistry or scenario.chemistries[0],)
    own = {key: value for key, value in numbers.items() if key.startswith(ASKED)}

    def request(name: str) -> Request:
        return with_inputs(db, scenario_request(db, scenario, name), own)[1]

    return supply_network(
        db,
        [request(name) for name in names],
        asked.importer,
        asked.demand_gwh_per_year or scenario.volume_gwh_per_year,
        recyclers=asked.recyclers,
        market_access=_fraction(asked.market_access_percent),
        recycling=RecyclingTerms(direct_discount=_fraction(asked.direct_discount_percent)),
        projects=projects_of(db, scenario),
    )


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else percent / 100.0


def changed_database(db: MaterialsDB, values: Mapping[str, float]) -> MaterialsDB:
    """The database with records replaced, and the coatings of every recipe whole again."""
    if not values:
        return db
    new = with_values(db, values)
    known = db.chemistries
    whole = {name: with_whole_coatings(one, known[name]) for name, one in new.chemistries.items()}
    return replace(new, chemistries=MappingProxyType(whole))
