"""The best a buyer can do once a country is gone: the plan solved again with a ban."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan
from typing import TYPE_CHECKING

from calculator.errors import InputError

if TYPE_CHECKING:
    from calculator.scenario.sourcing import Sourced
    from calculator.sourcing.network import Network

_DEAR = 1e3
"""Value of a delivery over its mean cost, so that all that can be delivered is."""


@dataclass(frozen=True)
class ExactOutage:
    """A plan without one country, all rules kept; money is that of the plan, a year."""

    country: str
    material: str | None
    stage: str | None
    status: str
    """``optimal``: the whole need can be met; ``short``: a part; else what the solver said."""
    delivered: float
    """Share of the need that can be delivered."""
    cost: float
    """Of what is delivered; not a number where nothing is known."""
    extra_cost: float
    """Over the plan; not a number unless the whole need is met."""
    money: str


def n1_exact(
    sourced: Sourced, country: str, material: str | None = None, stage: str | None = None
) -> ExactOutage:
    """Solve again without a country; where the need cannot be met, deliver the most that can be.

    Countries not known singly stay open.

    Args:
        sourced: the plan, its rules and its network.
        country: ISO 3166 alpha-3 code.
        material: only this material; every one if none.
        stage: only this stage; every one if none.

    Raises:
        InputError: there is no plan, or it is made of several deliveries in different units.
        SourcingError: the network does not know the material or stage.
    """
    from calculator.dependence.plan import solved
    from calculator.sourcing import Ban, solve

    solved(sourced.plan)
    ban = Ban(f"without {country}", country=country, material=material, stage=stage)
    rules = (*sourced.rules, ban)
    network, before = sourced.supply.network, sourced.plan
    again = solve(network, rules, objective=sourced.objective, tie_break=False)
    asked = (country, material, stage)
    if again.status == "optimal":
        extra = again.cost - before.cost
        return ExactOutage(*asked, "optimal", 1.0, again.cost, extra, before.currency)
    if again.status != "infeasible":
        return ExactOutage(*asked, again.status, nan, nan, nan, before.currency)
    short = solve(_as_much_as_possible(network, before.cost), rules, tie_break=False)
    if short.status != "optimal" or short.layout is None:
        return ExactOutage(*asked, short.status, nan, nan, nan, before.currency)
    need = sum(d.amount for d in network.demands)
    uses = short.x[short.layout.first_use :]
    given = sum(float(u) for u, d in zip(uses, network.demands, strict=True) if d.amount > 0)
    cost = short.cost - short.cost_by_kind.get("sales", 0.0)
    return ExactOutage(*asked, "short", min(1.0, given / need), cost, nan, before.currency)


def _as_much_as_possible(network: Network, cost: float) -> Network:
    """The same network with demands that may be met in part, each unit of great value."""
    units = {c.id: c.unit for c in network.commodities}
    wanted = [d for d in network.demands if d.amount > 0]
    if len({units[d.commodity] for d in wanted}) != 1:
        raise InputError("the plan delivers goods in several units; ask for each alone")
    value = _DEAR * abs(cost) / sum(d.amount for d in wanted)
    demands = (
        replace(d, amount=0.0, exact=False, limit=d.amount, value_per_unit=value)
        if d.amount > 0
        else d
        for d in network.demands
    )
    return replace(network, demands=tuple(demands))
