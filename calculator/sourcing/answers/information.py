"""What it is worth to know, and to plan for what may happen (Birge and Louveaux, ch. 4).

Costs to be made small: WS <= RP <= EEV. RP is the cost of the best plan decided before the
outcome is known, WS that of deciding after, on average, EEV that of deciding as if the average
were certain and then living with it. EVPI = RP - WS, VSS = EEV - RP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import inf, isfinite, nan
from typing import Any

from calculator.sourcing.errors import raise_faults
from calculator.sourcing.expansion.changes import KINDS, Changes, changed, name_of
from calculator.sourcing.expansion.over_outcomes import over_outcomes
from calculator.sourcing.network import Network, Outcome
from calculator.sourcing.plan import Plan
from calculator.sourcing.problem import solve
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.decided import Decided, SameInAll


@dataclass(frozen=True)
class Information:
    """The three costs, in the currency of the network; infinite where there is no plan.

    `plan` is the recourse plan.
    """

    plan: Plan
    recourse: float
    wait_and_see: float
    of_average: float

    @property
    def perfect_information(self) -> float:
        """EVPI = RP - WS: the most that knowing the outcome beforehand is worth."""
        return self.recourse - self.wait_and_see

    @property
    def stochastic_solution(self) -> float:
        """VSS = EEV - RP: what planning for all outcomes saves over planning for the average."""
        return self.of_average - self.recourse


def value_of_information(
    network: Network,
    outcomes: Sequence[Outcome],
    changes: Mapping[str, Changes],
    first_stage: Sequence[str],
    rules: Sequence[Rule] = (),
) -> Information:
    """Solve a two-stage problem, and the same when all is known or all is taken as average.

    Args:
        network: what is the same in every outcome.
        outcomes: with probabilities that sum to 1.
        changes: by outcome, what is different in it.
        first_stage: what is decided before; see `over_outcomes`.
        rules: that hold in each outcome.

    Raises:
        SourcingError: as `over_outcomes` and `solve`.
    """
    flat, ties = over_outcomes(network, outcomes, changes, first_stage)
    plan = solve(flat, (*rules, *ties))
    average = solve(average_network(network, outcomes, changes), rules)
    return Information(
        plan=plan,
        recourse=_cost(plan),
        wait_and_see=_cost(solve(flat, rules, tie_break=False)),
        of_average=_with_average(flat, rules, ties, average),
    )


def _with_average(
    flat: Network, rules: Sequence[Rule], ties: tuple[SameInAll, ...], average: Plan
) -> float:
    """Cost when the first stage is what is best for the average."""
    if average.status != "optimal" or average.layout is None:
        return _cost(average)
    flow = dict(zip(average.layout.labels, average.x.tolist(), strict=True))
    stamp = f"@ {flat.outcomes[0].id}"
    amounts = {
        name: flow[_unstamped(copies[0], stamp)]
        for tie in ties
        for copies in tie.copies
        for name in copies
    }
    held = Decided("decided for the average", amounts)
    return _cost(solve(flat, (*rules, held), tie_break=False))


def _unstamped(label: str, stamp: str) -> str:
    """The label of a record before it was copied into an outcome."""
    outcome = stamp.removeprefix("@ ")
    return label.removesuffix(f", {outcome}").removesuffix(f" {stamp}")


def _cost(plan: Plan) -> float:
    if plan.status == "infeasible":
        return inf
    return plan.cost if plan.status == "optimal" else -inf if plan.status == "unbounded" else nan


def average_network(
    network: Network, outcomes: Sequence[Outcome], changes: Mapping[str, Changes]
) -> Network:
    """Return the network with every number at its mean over the outcomes.

    Raises:
        SourcingError: a change that cannot be made.
    """
    faults: list[str] = []
    found = [
        (outcome.probability, changed(network, changes.get(outcome.id, {}), outcome.id, faults))
        for outcome in outcomes
        if outcome.probability > 0
    ]
    raise_faults("The average cannot be taken:", faults)
    lists: dict[str, Any] = {
        kind: tuple(
            _mean([(p, record) for (p, _), record in zip(found, own, strict=True)])
            for own in zip(*(records[kind] for _, records in found), strict=True)
        )
        for kind in KINDS
    }
    return replace(network, **lists)


def _mean(weighted: list[tuple[float, Any]]) -> Any:
    """One record whose numbers are the means of those of several."""
    first = replace(weighted[0][1], id=_id(weighted[0][1]))
    means = {}
    for f in fields(first):
        values = [(p, getattr(record, f.name)) for p, record in weighted]
        if any(value != values[0][1] for _, value in values):
            means[f.name] = _mean_of(values)
    return replace(first, **means)


def _id(record: Any) -> str:
    return name_of(record)


def _mean_of(values: list[tuple[float, Any]]) -> Any:
    if isinstance(values[0][1], Mapping):
        keys = dict.fromkeys(key for _, own in values for key in own)
        return {key: _mean_of([(p, own.get(key, 0.0)) for p, own in values]) for key in keys}
    if all(isinstance(value, (int, float)) for _, value in values):
        return sum(p * value for p, value in values if isfinite(value) or p > 0)
    return values[0][1]


__all__ = ["Information", "average_network", "value_of_information"]
