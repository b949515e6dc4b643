"""The robust plan: contracts and stocks decided before, recourse in each event (two stages).

Before it is known what comes: what is contracted with each source, which is what is bought while
all is quiet, and the stocks at the start. In an event: what the event leaves of the contracts,
spot purchases where there are any, the stocks, and a shortage at its cost. The cost of a year
with an event is that of its phases and of the quiet rest; at most one event comes in a year
(MODEL 2.4, 15; Birge and Louveaux, ch. 4: WS <= RP <= EEV).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.shocks.event import Event
from calculator.shocks.robust_bounds import of_average, wait_and_see
from calculator.shocks.robust_case import (
    Case,
    Solved,
    case_of,
    decided,
    near_cheapest,
    question_of,
    solved,
)
from calculator.shocks.robust_network import Spot
from calculator.shocks.robust_rows import (
    ContractRow,
    RobustEvent,
    RobustStock,
    contract_rows,
    needs,
)
from calculator.shocks.robust_rules import YearTail
from calculator.shocks.stock_terms import DAYS_PER_YEAR, StockTerms, chances
from calculator.sourcing import Network, Plan, Rule

if TYPE_CHECKING:
    from calculator.scenario.sourcing import Sourced

_TIE = 1e-6
"""Share of a year's need from which a stock is told."""
_DUST = 1e-8
"""Share of the cheapest plan's cost, or of what is delivered, that counts as nothing."""


@dataclass(frozen=True)
class RobustPlan:
    """The plan and what it is worth; money is a year's, in ``money``."""

    money: str
    unit: str
    """Of what is delivered and lost; GWh where that is energy."""
    cheapest_cost: float
    """Of the cheapest plan in a quiet year."""
    quiet_cost: float
    """Of the robust plan in a quiet year, its stocks included."""
    stocks: tuple[RobustStock, ...]
    events: tuple[RobustEvent, ...]
    contracts: tuple[ContractRow, ...]
    recourse: float
    """RP: expected cost of the best plan decided before."""
    of_cheapest: float
    """Expected cost of the cheapest plan once events come."""
    of_average: float
    """EEV: expected cost of what is best for the mean event, sure to come."""
    wait_and_see: float
    """WS: expected cost where it is known at the start of a year what comes in it."""
    plan: Plan
    """In the quiet state and in each phase of each event; flows are yearly rates."""
    notes: tuple[str, ...] = ()

    @property
    def premium(self) -> float:
        """What the robust plan costs more than the cheapest in a quiet year."""
        return self._difference(self.quiet_cost, self.cheapest_cost)

    @property
    def stochastic_solution(self) -> float:
        """VSS = EEV - RP."""
        return self._difference(self.of_average, self.recourse)

    @property
    def perfect_information(self) -> float:
        """EVPI = RP - WS."""
        return self._difference(self.recourse, self.wait_and_see)

    @property
    def saved_per_year(self) -> float:
        """Expected cost of the cheapest plan less that of the robust one."""
        return self._difference(self.of_cheapest, self.recourse)

    def _difference(self, a: float, b: float) -> float:
        """What is between two costs, without what rounding leaves."""
        return a - b if abs(a - b) > _DUST * abs(self.cheapest_cost) else 0.0


def robust_plan(
    asked: Sourced | tuple[Network, Sequence[Rule]],
    events: Sequence[Event],
    terms: StockTerms,
    spot: Spot | None = None,
) -> RobustPlan:
    """Return the plan that is best over the quiet state and all events.

    Args:
        asked: a solved sourcing question, or a network and its rules.
        events: each with a probability a year.
        terms: what holding and shortage cost, weight and level of the tail; its mappings are by
            commodity.
        spot: what can be bought beside contracts in an event; nothing if left out.

    Raises:
        InputError: there is no plan without events, no event touches it, or a number that only
            the user knows is missing.
    """
    question = question_of(asked)
    chance = chances(events, terms)
    if not events:
        raise InputError("there is no event to plan for; name one under 'events'")
    case = case_of(question, events, chance, terms, spot)
    robust = solved(case, case.problem, terms.weight, near=near_cheapest(case))
    best = solved(case, case.problem, 0.0)
    cheapest = decided(case, question.plan.x, {})
    return _result(case, robust, best, cheapest)


# --- result ----------------------------------------------------------------------------


def _result(case: Case, robust: Solved, best: Solved, cheapest: Solved) -> RobustPlan:
    unit, scale = _unit(case.question.network)
    carry = _carry(case, robust)
    costs, base = _year_costs(robust), case.question.plan.cost
    return RobustPlan(
        money=case.question.network.currency,
        unit=unit,
        cheapest_cost=base,
        quiet_cost=base + float(_clean(costs[:1] + carry - base, base)[0]),
        stocks=_stock_rows(case, robust),
        events=_event_rows(case, robust, cheapest, scale),
        contracts=contract_rows(case.question.plan, robust.plan),
        recourse=best.plan.cost,
        of_cheapest=cheapest.plan.cost,
        of_average=of_average(case),
        wait_and_see=wait_and_see(case),
        plan=robust.plan,
        notes=_notes(case),
    )


def _unit(network: Network) -> tuple[str, float]:
    goods = {good.id: good.unit for good in network.commodities}
    units = {goods[demand.commodity] for demand in network.demands if demand.amount > 0}
    return ("GWh", 1e-6) if units == {"kWh"} else (" and ".join(sorted(units)), 1.0)


def _year_costs(solved: Solved) -> FloatArray:
    """Cost of each kind of year, the quiet one first; without the carry of stocks."""
    objective = YearTail(solved.problem.years)
    layout = solved.problem.network.layout
    by_outcome = _outcome_costs(solved)
    assert layout.n == len(solved.plan.x)
    return np.asarray(objective.years.share @ by_outcome)


def _outcome_costs(solved: Solved) -> FloatArray:
    """Cost rate of each outcome at its flows, whatever its probability."""
    network = solved.problem.network
    number = {outcome.id: k for k, outcome in enumerate(network.outcomes)}
    of_node = np.array([number[node.outcome or ""] for node in network.nodes])
    weight = np.array([outcome.probability for outcome in network.outcomes])
    found = np.bincount(
        of_node[network.layout.column_node],
        network.layout.cost * solved.plan.x,
        minlength=len(weight),
    )
    return np.asarray(found / np.where(weight > 0, weight, 1.0))


def _carry(case: Case, solved: Solved) -> float:
    by_good = {store.good: store.carry_per_unit for store in case.stages.stores}
    return sum(amount * by_good[good] for good, amount in solved.stocks.items())


def _stock_rows(case: Case, robust: Solved) -> tuple[RobustStock, ...]:
    units = {good.id: good.unit for good in case.question.network.commodities}
    need = needs(case.question.plan, [store.good for store in case.stages.stores])
    rows = []
    for store in case.stages.stores:
        amount = robust.stocks[store.good]
        if amount * DAYS_PER_YEAR > _TIE * need[store.good]:
            rows.append(
                RobustStock(
                    store.good,
                    amount,
                    units[store.good],
                    amount * DAYS_PER_YEAR / need[store.good],
                    amount * case.prices[store.good],
                    amount * store.carry_per_unit,
                )
            )
    return tuple(rows)


def _event_rows(
    case: Case, robust: Solved, cheapest: Solved, scale: float
) -> tuple[RobustEvent, ...]:
    base = case.question.plan.cost
    (before, lost_before), (after, lost_after) = (
        (
            _clean(_year_costs(one)[1:] + _carry(case, one) - base, base),
            _clean(one.problem.lost(one.plan.x) * scale, _made(case) * scale),
        )
        for one in (cheapest, robust)
    )
    return tuple(
        RobustEvent(
            event=event.id,
            name=event.name,
            probability=case.chance[k],
            extra_cheapest=float(before[k]),
            extra_robust=float(after[k]),
            lost_cheapest=float(lost_before[k]),
            lost_robust=float(lost_after[k]),
        )
        for k, event in enumerate(case.events)
    )


def _clean(values: FloatArray, size: float) -> FloatArray:
    """Values with those that rounding leaves set to nothing."""
    return np.asarray(np.where(np.abs(values) > _DUST * abs(size), values, 0.0))


def _made(case: Case) -> float:
    return sum(demand.amount for demand in case.question.network.demands)


def _notes(case: Case) -> tuple[str, ...]:
    long = [e.id for e in case.events if e.days is None or e.days > DAYS_PER_YEAR]
    notes = [
        "a contract is firm: what is contracted is what is bought while all is quiet, and an "
        "event lowers it by what it cuts",
        "a shortage costs what was given and the mean cost of what is not made; what is drawn from "
        "stock is bought or made again after the event, at its price or at what it spared",
        "stock of a good can be drawn wherever that good arrives, without freight",
        "rules on shares and targets hold while all is quiet; capacities, market access and bans "
        "hold in events too",
        "rises of price in an event do not count",
    ]
    unpriced = [good for good, price in case.prices.items() if not price > 0]
    if unpriced:
        notes.append(f"no price is known of {', '.join(unpriced)}, so no stock of it was planned")
    if long:
        notes.append(f"followed for one year only: {', '.join(long)}")
    return tuple(notes)
