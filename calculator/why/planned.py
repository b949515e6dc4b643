"""Figures of a sourcing plan, traced: what the optimiser decided, and what follows from it.

Flows, shadow prices and what a rule costs are answers of the solver: each is the end of a
derivation and names its proof. Costs, shares, unit costs and recycled content are worked out
from the flows by the same functions as in the plan, on a network built from traced records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from calculator.trace import Tape, Traced, value_of
from calculator.why.figures import Figures, traced_figures
from calculator.why.leaves import Given

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.sourcing.layout import Layout
    from calculator.sourcing.marginals import Marginal
    from calculator.sourcing.plan import Plan
    from materials_db.database import MaterialsDB

PLANNED = ("plan", "shares", "flows", "cost", "binding_rules", "cost_of_rules", "recycled")
"""Tables of a plan whose figures can be asked for."""
_ALIKE = 1e-9


def planned_figures(db: MaterialsDB, scenario: Scenario, sourced: Sourced | None = None) -> Figures:
    """Every figure of the tables of a plan.

    Args:
        db: the materials database.
        scenario: what is asked.
        sourced: its answer, where it is known already.

    Raises:
        InputError: as ``source_scenario``.
    """
    from calculator.scenario.sourcing import source_scenario

    found = source_scenario(db, scenario) if sourced is None else sourced
    return traced_figures(db, lambda traced, tape: _tables(traced, scenario, found, tape))


def _tables(
    traced: MaterialsDB, scenario: Scenario, sourced: Sourced, tape: Tape
) -> dict[str, pd.DataFrame]:
    from calculator.plan_tables import plan_tables
    from calculator.scenario.sourcing import supply_of
    from calculator.tables import shown_in

    supply = supply_of(traced, scenario)
    shown = shown_in(traced, scenario.currency, scenario.year)
    costs = {
        name: None if cost is None else _given(tape, f"cost of {name}", cost, "solved")
        for name, cost in sourced.cost_by_rule.items()
    }
    again = replace(
        sourced,
        supply=supply,
        plan=traced_plan(sourced.plan, supply.network, tape),
        free_cost=_maybe(tape, "cost without rules", sourced.free_cost),
    )
    return plan_tables(again, shown, costs)


def traced_plan(plan: Plan, network: Any, tape: Tape) -> Plan:
    """A solved plan on a network of traced records: its flows are ends, the rest follows."""
    from calculator.sourcing.layout import COST_KINDS, assemble

    if plan.layout is None:
        return plan
    layout = assemble(network, object)
    x = _flows(plan, layout, tape)
    traced = {
        kind: _counted(layout.cost_by_kind[COST_KINDS.index(kind)], x)
        for kind in plan.cost_by_kind
        if kind in COST_KINDS
    }
    costs = {
        kind: traced[kind] if _alike(traced.get(kind), cost) else _given(tape, kind, cost, "rule")
        for kind, cost in plan.cost_by_kind.items()
    }
    marginals = tuple(_priced(one, tape) for one in plan.marginals)
    return replace(plan, layout=layout, x=x, cost_by_kind=costs, marginals=marginals)


def _flows(plan: Plan, layout: Layout, tape: Tape) -> Any:
    """What the optimiser decided, each flow that is used the end of a derivation."""
    proof = plan.certificate.sentence() if plan.certificate else ""
    said = f"decided by the optimiser, least {plan.objective} under the rules. {proof}"
    x = np.zeros(len(plan.x), object)
    for j in np.flatnonzero(plan.x):
        label = layout.labels[j]
        given = Given(label, label, f"{layout.unit_of(int(j))}/year", said)
        x[j] = tape.leaf(float(plan.x[j]), given)
    return x


def _counted(cost: Any, x: Any) -> Any:
    """Cost of the flows that are used; the rest is not written down."""
    used = np.flatnonzero([isinstance(one, Traced) for one in x])
    return sum((cost[used] * x[used]).tolist(), 0.0)


def _alike(found: Any, cost: float) -> bool:
    return found is not None and abs(value_of(found) - cost) <= _ALIKE * max(1.0, abs(cost))


def _priced(marginal: Marginal, tape: Tape) -> Marginal:
    told = {
        "shadow_price": "price",
        "limit": "limit",
        "level": "level",
    }
    named: dict[str, Any] = {
        field: _given(tape, f"{word} of {marginal.name}", getattr(marginal, field), "solved")
        for field, word in told.items()
        if isinstance(getattr(marginal, field), float)
    }
    return replace(marginal, **named)


_SAID: Mapping[str, str] = {
    "solved": "an answer of the solver, proved by the plan's certificate",
    "rule": "charged by a rule of the plan on the flows it is on",
}


def _given(tape: Tape, name: str, value: float, kind: str) -> Any:
    return tape.leaf(value, Given(name, name, "", _SAID[kind]))


def _maybe(tape: Tape, name: str, value: float | None) -> Any:
    return None if value is None else _given(tape, name, value, "solved")
