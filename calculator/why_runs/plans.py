"""Figures about a plan that other solves give: ranges of its flows, fronts, loss of a country."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.why import Figures, method_figures
from calculator.why_runs.behind import behind_supply, planned

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.schema import Scenario
    from calculator.sourcing.answers.pareto import Front
    from calculator.supply import SupplyNetwork
    from materials_db.database import MaterialsDB

_RANGED = "calculator.sourcing.answers.ranges.ranges"
_WALKED = "calculator.sourcing.answers.pareto.pareto"
_LOST = "calculator.dependence.plan.plan_outages"
SECONDS = ("carbon", "energy")
"""What a front sets the cost against."""


def range_figures(db: MaterialsDB, scenario: Scenario) -> Figures:
    """How far each flow of the best plan may go without it getting worse."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        from calculator.range_reports import range_report
        from calculator.scenario.sourcing import stated_scenario
        from calculator.sourcing import solve
        from calculator.sourcing.answers.ranges import ranges

        stated = stated_scenario(used, scenario)
        network, rules, objective = stated.supply.network, stated.rules, stated.objective
        plan = solve(network, rules, objective=objective)
        layout = plan.layout
        flows = [layout.labels[k] for k in (plan.x > 0).nonzero()[0]] if layout else []
        found = ranges(network, rules, plan, flows, objective=objective)
        return dict(range_report(scenario.name, found).tables)

    said = "the least and the most of a flow among plans as good, each a linear program"
    return _figures(db, scenario, answer, _RANGED, said)


def front_figures(
    db: MaterialsDB, scenario: Scenario, against: str = SECONDS[0], points: int | None = None
) -> Figures:
    """Points of the front between the cost of a plan and its carbon or energy; all if none."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        return {"fronts": _points(_front(used, scenario, against, points), against)}

    said = f"the least cost at each level of {against}, each point solved for with a certificate"
    return _figures(db, scenario, answer, _WALKED, said)


def outage_figures(db: MaterialsDB, scenario: Scenario) -> Figures:
    """What the loss of one country takes from the plan, and how it stands to the EU's marks."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        from calculator.dependence import plan_outages
        from calculator.dependence.slack import plan_benchmarks, slack_table
        from calculator.dependence.tables import outage_table

        sourced = planned(used, scenario)
        return {
            "plan_outages": outage_table(plan_outages(sourced)),
            "benchmarks": slack_table(plan_benchmarks(used, sourced)),
        }

    said = (
        "losses passed down the recipes of the plan, which make no more than their scarcest input"
    )
    return _figures(db, scenario, answer, _LOST, said)


def _front(db: MaterialsDB, scenario: Scenario, against: str, points: int | None) -> Front:
    from calculator.scenario.sourcing import stated_scenario
    from calculator.sourcing.answers.pareto import pareto
    from calculator.sourcing.objectives import OBJECTIVES, Cost, Objective

    second: Objective = OBJECTIVES[against]()
    stated = stated_scenario(db, scenario)
    found = pareto(stated.supply.network, stated.rules, Cost(), second, points)
    if found.status != "optimal":
        raise InputError(f"there is no front between cost and {against}: it is {found.status}")
    return found


def _points(front: Front, against: str) -> pd.DataFrame:
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for k, point in enumerate(front.points, start=1):
        for name, value, unit in zip(("cost", against), point.values, front.units, strict=True):
            rows.append({"point": f"point {k}", "item": name, "value": value, "unit": unit})
    return pd.DataFrame(rows, columns=["point", "item", "value", "unit"])


def _figures(
    db: MaterialsDB,
    scenario: Scenario,
    answer: Callable[[MaterialsDB], Mapping[str, pd.DataFrame]],
    name: str,
    text: str,
) -> Figures:
    return method_figures(db, behind_supply(db, _supply(db, scenario)), answer, name, text)


def _supply(db: MaterialsDB, scenario: Scenario) -> SupplyNetwork:
    from calculator.scenario.sourcing import supply_of

    return supply_of(db, scenario)
