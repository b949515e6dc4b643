"""Why no plan exists: in the user's own rules, with the least that would have to give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calculator.sourcing.answers.checks import data_checks
from calculator.sourcing.answers.conflict import find_conflict
from calculator.sourcing.answers.relax import Relaxation, relax, share_of_demand_met
from calculator.sourcing.network import Network
from calculator.sourcing.problem import state
from calculator.sourcing.rule_base import Rule


@dataclass(frozen=True)
class Explanation:
    """The three answers of MODEL 2.9, in this order.

    `reasons`: what plain arithmetic shows. `conflict`: the names of the rules that cannot hold
    together (`smallest` if no smaller set clashes), with the demands and capacities involved in
    `data`; it is empty when the network cannot meet its demand under no rule at all.
    `further`: conflicts among the remaining rules, which stay when the first is solved.
    `relaxations`: for each rule of the conflict, how far it alone must give way.
    """

    feasible: bool
    reasons: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    smallest: bool = False
    further: tuple[tuple[str, ...], ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    demand_met: float | None = None

    def sentences(self) -> tuple[str, ...]:
        """Return the explanation as plain sentences."""
        if self.feasible:
            return ("the ask is feasible.",)
        told = [*self.reasons]
        if self.conflict:
            told.append(f"these rules clash: {', '.join(map(repr, self.conflict))}.")
        elif self.data:
            told.append(f"without any rule these clash: {'; '.join(self.data)}.")
        if self.demand_met is not None:
            told.append(f"all demands, cut alike, can be met to {100 * self.demand_met:.4g} %.")
        told += [f"these clash as well: {', '.join(map(repr, more))}." for more in self.further]
        return (*told, *(r.sentence for r in self.relaxations))


def explain(network: Network, rules: Sequence[Rule] = ()) -> Explanation:
    """Explain why the network has no plan under the rules.

    Raises:
        SourcingError: the rules themselves are faulty.
    """
    stated = state(network, rules)
    conflict = find_conflict(stated)
    if conflict is None:
        return Explanation(feasible=True)
    return Explanation(
        feasible=False,
        reasons=data_checks(stated.layout, rules),
        conflict=conflict.rules,
        data=conflict.data,
        smallest=conflict.smallest,
        further=conflict.further,
        demand_met=None if conflict.rules else share_of_demand_met(stated),
        relaxations=tuple(relax(stated, name) for name in conflict.rules),
    )
