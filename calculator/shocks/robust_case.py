"""A sourcing question with its events, stated as a two-stage problem and solved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.shocks.event import Event
from calculator.shocks.quiet_rules import in_events
from calculator.shocks.robust_draws import contracted, made_again, own_label
from calculator.shocks.robust_network import Spot, Stages, StoreTerms, TwoStage, widened
from calculator.shocks.robust_rows import needs, stock_prices
from calculator.shocks.robust_rules import Near, YearTail, held
from calculator.shocks.stock_terms import DAYS_PER_YEAR, StockTerms
from calculator.shocks.touched import Phase, phases, stocked_goods
from calculator.sourcing import Network, Plan, Rule, solve

if TYPE_CHECKING:
    from calculator.scenario.sourcing import Sourced

_TIE = 1e-6
_MOVE = 1e-7


@dataclass(frozen=True)
class Question:
    """A sourcing question with its cheapest plan."""

    network: Network
    rules: tuple[Rule, ...]
    plan: Plan


def question_of(asked: Sourced | tuple[Network, Sequence[Rule]]) -> Question:
    """Return the network, the rules and the cheapest plan under them.

    Raises:
        InputError: there is no plan.
    """
    if isinstance(asked, tuple):
        network, rules = asked
        plan = solve(network, rules)
    else:
        network, rules, plan = asked.supply.network, asked.rules, asked.plan
        if asked.objective is not None:
            plan = solve(network, rules)
    if plan.status != "optimal":
        raise InputError(
            f"there is no plan to make robust: without any event it is {plan.status}; "
            "see: battcalc explain"
        )
    return Question(network, tuple(rules), plan)


@dataclass(frozen=True)
class Case:
    """The problem, of those events that can come."""

    question: Question
    events: tuple[Event, ...]
    chance: tuple[float, ...]
    terms: StockTerms
    stages: Stages
    phases: tuple[Phase, ...]
    problem: TwoStage
    prices: dict[str, float]


def case_of(
    question: Question,
    events: Sequence[Event],
    chance: Sequence[float],
    terms: StockTerms,
    spot: Spot | None,
) -> Case:
    """The problem, of those events that can come."""
    likely = [k for k, p in enumerate(chance) if p > 0]
    network = question.network
    found = phases(network, [events[k] for k in likely], DAYS_PER_YEAR)
    if not any((one.source < 1.0).any() or (one.lane < 1.0).any() for one in found):
        raise InputError(
            "no event with a probability above 0 touches a flow that this plan could use; "
            "check its material, stage and origins"
        )
    goods = stocked_goods(network, found)
    prices = {**stock_prices(question.plan, goods), **_given(terms, goods)}
    short = _shortage_price(question.plan, network, terms)
    stores = _stores(question, terms, goods, prices)
    stores = made_again(widened(network, stores, short), question.rules, question.plan)
    stages = widened(network, stores, short, spot)
    names = [events[k].id for k in likely]
    odds = [chance[k] for k in likely]
    problem = TwoStage.of(stages, _wide(stages, found), names, odds)
    kept = tuple(events[k] for k in likely)
    return Case(
        question, kept, tuple(odds), terms, stages, problem.phases, problem, prices
    )  # fmt: skip


def _given(terms: StockTerms, goods: dict[str, tuple[str, ...]]) -> dict[str, float]:
    return {good: price for good, price in terms.prices.items() if good in goods}


def _wide(stages: Stages, found: Sequence[Phase]) -> tuple[Phase, ...]:
    """Phases as they are: factors stand for the plan's own sources, which come first."""
    assert all(len(p.source) == stages.plain_sources + stages.plain_processes for p in found)
    return tuple(found)


def _shortage_price(plan: Plan, network: Network, terms: StockTerms) -> float:
    """What is lost with a unit: margin and penalty, and the mean cost that it would have had.

    The cost of what is not made falls away by itself in the optimiser, and the user's figure is
    what is lost beside it.
    """
    made = sum(demand.amount for demand in network.demands)
    return terms.shortage_cost_per_kwh + plan.cost / made


def _stores(
    question: Question,
    terms: StockTerms,
    goods: dict[str, tuple[str, ...]],
    prices: dict[str, float],
) -> tuple[StoreTerms, ...]:
    day = {good: amount / DAYS_PER_YEAR for good, amount in needs(question.plan, goods).items()}
    found = []
    for good, nodes in goods.items():
        open_ = terms.points is None or good in terms.points
        if not (prices[good] > 0 and day[good] > 0 and (open_ or good in terms.public_days)):
            continue
        least = terms.private_days.get(good, 0.0) * day[good]
        most = terms.shelf_life_days.get(good, np.inf) * day[good] if open_ else least
        carry = prices[good] * max(terms.carry_per_year(good), _TIE)
        public = terms.public_days.get(good, 0.0) * day[good]
        found.append(StoreTerms(good, nodes, prices[good], carry, least, max(most, least), public))
    return tuple(found)


@dataclass(frozen=True)
class Solved:
    """A solved problem, and its stocks by good."""

    problem: TwoStage
    plan: Plan
    stocks: dict[str, float]


def solved(
    case: Case,
    problem: TwoStage,
    weight: float,
    more: Sequence[Rule] = (),
    stocks: dict[str, float] | None = None,
    near: Near | None = None,
) -> Solved:
    """Solve one problem of the case, with stocks as given where they are.

    Args:
        case: rules, and the level of the tail.
        problem: what is solved, of the same stages.
        weight: of the tail against the mean.
        more: further rules.
        stocks: by good, where they are decided already.
        near: contracts to stay near.

    Raises:
        InputError: there is no proof of an optimum.
    """
    store = problem.stocks if stocks is None else held(problem.stocks, stocks)
    objective = YearTail(problem.years, weight, case.terms.level, near)
    rules = (
        *map(in_events, case.question.rules),
        problem.contracts,
        *([store] if store.stores else []),
        *more,
    )
    plan = solve(problem.network, rules, objective=objective, tie_break=False)
    if plan.status != "optimal":
        raise InputError(f"the robust plan was not found: the problem is {plan.status}")
    return Solved(problem, plan, store.drawn(plan.x) if stocks is None else stocks)


def near_cheapest(case: Case) -> Near:
    """Contracts stay those of the cheapest plan wherever moving them saves nothing.

    A share of what the cheapest plan makes of a good, moved, weighs 1e-7 of its cost.
    """
    plan, problem = case.question.plan, case.problem
    labels = problem.network.layout.labels
    number = {label: k for k, label in enumerate(labels)}
    made: dict[str, float] = {}
    for row in plan.sources:
        made[row.commodity] = made.get(row.commodity, 0.0) + row.quantity
    size = {row.id: (row.quantity, made[row.commodity]) for row in plan.sources}
    own = dict(zip(case.question.network.layout.labels, plan.x.tolist(), strict=True))
    names = [name for name in problem.decisions(np.zeros(len(labels))) if own_label(name) in own]
    amount = np.array([own[own_label(name)] for name in names])
    whole = np.array([_whole(size, own_label(name), own[own_label(name)]) for name in names])
    weight = _MOVE * abs(plan.cost) / np.where(whole > 0, whole, _largest(case))
    return Near(np.array([number[name] for name in names], int), amount, weight)


def _whole(size: dict[str, tuple[float, float]], name: str, activity: float) -> float:
    """Activity of a source that would make all there is made of its good."""
    if name not in size or size[name][0] <= 0:
        return 0.0
    return activity * size[name][1] / size[name][0]


def _largest(case: Case) -> float:
    """What stands for the whole of a good of which the cheapest plan makes none by that source."""
    return max((demand.amount for demand in case.question.network.demands), default=1.0)


def decided(case: Case, quiet: FloatArray, stocks: dict[str, float]) -> Solved:
    """What happens under contracts and stocks that are decided already.

    Args:
        case: the problem.
        quiet: (n,) flows of the plan's own network that are contracted.
        stocks: by good; those left out are the least that must be held.
    """
    fixed = contracted(case.problem, case.question.network.layout.labels, quiet)
    least = {store.good: store.least for store in case.stages.stores}
    return solved(case, case.problem, 0.0, (fixed,), {**least, **stocks})
