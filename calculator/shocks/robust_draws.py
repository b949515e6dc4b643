"""What a unit drawn from stock costs: its price, or what it spares where that is more.

A stock cheaper than what the plan could leave unmade for it would be drawn without any need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.quiet_rules import in_events
from calculator.shocks.robust_network import Stages, StoreTerms, TwoStage
from calculator.shocks.robust_rules import FirmContracts, Limits, YearTail
from calculator.shocks.stock_terms import DAYS_PER_YEAR
from calculator.shocks.touched import Phase
from calculator.sourcing import Plan, Rule, solve
from calculator.sourcing.rules import Decided

TOLERANCE = 1e-7
"""Of a flow that is decided already, relative."""
_LITTLE = 1e-6
"""Share of a year's delivery that is too little to change a plan."""
_ABOVE = 1.0 + 1e-6
_PROBE = "probe"


def made_again(stages: Stages, rules: Sequence[Rule], plan: Plan) -> tuple[StoreTerms, ...]:
    """Return the stocks, each draw priced at what it spares where that is above its price.

    Contracts are those of the cheapest plan and nothing is cut. What a little of each good saves
    is the price of a limit so low that it always binds.

    Args:
        stages: network with its stocks, at their prices.
        rules: of the plan.
        plan: the cheapest.
    """
    if not stages.stores or plan.layout is None:
        return stages.stores
    problem = _quiet_year(stages)
    places = {
        k: store.good
        for store in stages.stores
        for k in stages.added
        if stages.network.supplies[k].id in {f"stock of {store.good} at {n}" for n in store.nodes}
    }
    column = problem.supply(places, 1)
    little = _LITTLE * min(d.amount for d in stages.network.demands if d.amount > 0)
    limits = FirmContracts(_PROBE, Limits(column, column, np.zeros(len(column))), above=little)
    fixed = contracted(problem, plan.layout.labels, plan.x)
    found = solve(
        problem.network, (*map(in_events, rules), problem.contracts, limits, fixed),
        objective=YearTail(problem.years), tie_break=False,
    )  # fmt: skip
    labels = problem.network.layout.labels
    good_of = {labels[int(c)]: good for c, good in zip(column, places.values(), strict=True)}
    return tuple(
        replace(
            store, price_per_unit=store.price_per_unit + _ABOVE * _saving(found, good_of, store)
        )
        for store in stages.stores
    )


def _quiet_year(stages: Stages) -> TwoStage:
    """A year in which nothing is cut and stocks could be drawn."""
    sources = np.ones(stages.plain_sources + stages.plain_processes)
    calm = Phase(0, DAYS_PER_YEAR, sources, np.ones(len(stages.network.arcs)))
    return TwoStage.of(stages, [calm], ["nothing"], [1.0])


def _saving(found: Plan, good_of: dict[str, str], store: StoreTerms) -> float:
    """The most that a unit of a good saves, wherever it is drawn."""
    prices = [
        -price
        for limit in found.marginals
        if limit.name == _PROBE
        for label, price in limit.parts
        if good_of[label] == store.good
    ]
    return max([0.0, *prices])


def contracted(problem: TwoStage, labels: Sequence[str], quiet: FloatArray) -> Decided:
    """Return the rule that holds the contracts to the flows of a plan of the plain network.

    Args:
        problem: over the quiet state and phases.
        labels: of the flows of the plain network.
        quiet: (n,) those flows.
    """
    own = dict(zip(labels, quiet.tolist(), strict=True))
    names = problem.decisions(np.zeros(problem.network.layout.n))
    amounts = {name: own.get(own_label(name), 0.0) for name in names}
    return Decided("decided before", amounts, tolerance=TOLERANCE)


def own_label(label: str) -> str:
    """Return the label of a source without the stamp of the quiet state."""
    for stamp in (" @ quiet", ", quiet"):
        if label.endswith(stamp):
            return label.removesuffix(stamp)
    return label
