"""What a plan delivers when one country fails at one stage, or at all: losses passed down recipes.

Recipes are fixed (Leontief): a process makes no more than its scarcest input allows. Goods of one
name are pooled, so that a shortage is shared by all who draw on them. Nothing is bought elsewhere;
what the others could give besides is told apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from calculator.concentration import hhi_bounds
from calculator.errors import InputError
from calculator.numbers import FloatArray

if TYPE_CHECKING:
    from calculator.scenario.sourcing import Sourced
    from calculator.sourcing.layout import Layout
    from calculator.sourcing.plan import Plan
    from calculator.sourcing.rules.outage import Outage

_ROUNDS = 200
_SETTLED = 1e-12
_Ints: TypeAlias = NDArray[np.int64]
Removal: TypeAlias = tuple[str, str | None, str | None]
"""Country, material and stage; nothing for any."""


@dataclass(frozen=True)
class PlanOutage:
    """The loss of one country at one stage of a plan; fractions of one."""

    material: str
    stage: str | None
    country: str
    share: float
    """Of what the plan sources of the material at the stage."""
    output_lost: float
    """Of what the plan delivers, where nothing else steps in."""
    left: float
    """Of the need at the stage: bought from the others."""
    left_with_spare: float
    """The same with all that the others could give this buyer, 1 at most; an upper bound where
    they share something further up."""
    rest: float
    """Of countries not known singly."""
    hhi_low: float
    hhi_high: float
    largest: bool
    """Whether it is the largest supplier there."""

    @property
    def spare_steps_in(self) -> bool:
        """Whether the others could cover the whole need."""
        return self.left_with_spare >= 1.0 - 1e-9


def plan_outages(sourced: Sourced) -> tuple[PlanOutage, ...]:
    """Every country of every material and stage of a plan, from mine to cell.

    Raises:
        InputError: there is no plan.
    """
    layout, x = solved(sourced.plan)
    found = list(_stages(sourced, layout))
    removals = [(name, *place) for one, place in found for name in one.names]
    lost = iter(output_lost(layout, x, removals))
    return tuple(row for one, place in found for row in _rows(one, place, x, lost) if row.share > 0)


def solved(plan: Plan) -> tuple[Layout, FloatArray]:
    """Layout and flows of an optimal plan.

    Raises:
        InputError: the plan is not optimal.
    """
    if plan.status != "optimal" or plan.layout is None:
        raise InputError(f"there is no plan to take a country from: it is {plan.status}")
    return plan.layout, plan.x


def _stages(sourced: Sourced, layout: Layout) -> Iterator[tuple[Outage, tuple[str, str | None]]]:
    """What each party of each stage buys and could give; passed over where nobody can fail."""
    from calculator.sourcing.rules import MarketAccess, NMinusOne

    access = sourced.supply.access.rule if sourced.supply.access else None
    market = access if isinstance(access, MarketAccess) else MarketAccess("none", 1.0)
    rule = NMinusOne(
        "loss of one country",
        1.0,
        access=market.share,
        outside=market.outside,
    )
    sources, goods = layout.sources, layout.network.commodities
    for one in rule.outages(layout):
        good = goods[sources.commodity[one.scope.source[0]]]
        yield one, (good.material_label, good.stage)


def _rows(
    one: Outage, place: tuple[str, str | None], x: FloatArray, lost: Iterator[float]
) -> Iterator[PlanOutage]:
    bought = np.asarray(one.amounts @ x, float)
    total = float(bought.sum())
    n = len(one.names)
    output = [next(lost) for _ in range(n)]
    if total <= 0:
        return
    shares = bought / total
    low, high = hhi_bounds(shares[:n], float(shares[n:].sum()))
    gives = np.maximum(np.asarray(one.reach, float), bought)
    top = int(shares[:n].argmax())
    for k, country in enumerate(one.names):
        spare = float(np.delete(gives, k).sum()) / total
        yield PlanOutage(
            material=place[0],
            stage=place[1],
            country=country,
            share=float(shares[k]),
            output_lost=output[k],
            left=1.0 - float(shares[k]),
            left_with_spare=min(1.0, spare),
            rest=float(shares[n:].sum()),
            hhi_low=float(low),
            hhi_high=float(high),
            largest=k == top,
        )


def output_lost(layout: Layout, x: FloatArray, removals: Sequence[Removal]) -> FloatArray:
    """Return (removals,): share of what is delivered that is lost with each, all in one pass.

    Where several goods are delivered, the one that loses most counts.

    Args:
        layout: of the plan.
        x: its flows.
        removals: countries, each at a material and stage, or at every one.
    """
    from calculator.sourcing.network import PASSING

    sources, net = layout.sources, layout.network
    made = np.asarray(sources.per_unit * x[sources.column], float)
    used = made > 0
    good, node, column = sources.commodity[used], sources.node[used], sources.column[used]
    passing = np.array([sources.route[k] == PASSING for k in np.flatnonzero(used)], np.bool_)
    place = np.array([net.nodes[k].country or "" for k in node], object)
    material = np.array([net.commodities[k].material_label for k in good], object)
    stage = np.array([net.commodities[k].stage or "" for k in good], object)
    alive = np.ones((len(removals), len(good)))
    for r, (country, of, at) in enumerate(removals):
        gone = (place == country) & ~passing
        gone &= (material == of) if of is not None else True
        gone &= (stage == (at or "")) if of is not None else True
        alive[r, gone] = 0.0
    left = _passed_down(layout, made[used], good, column, alive)
    wanted = [layout.commodity_index[d.commodity] for d in net.demands if d.amount > 0]
    if not wanted:
        return np.zeros(len(removals))
    return np.asarray(1.0 - left[:, wanted].min(axis=1))


def _passed_down(
    layout: Layout, made: FloatArray, good: _Ints, column: _Ints, alive: FloatArray
) -> FloatArray:
    """(removals, goods): share of each good that is still made.

    From one downwards, so that loops of recycling settle at the most that can go on.
    """
    n = len(layout.network.commodities)
    total = np.bincount(good, made, minlength=n)
    weight = np.zeros((len(made), n))
    weight[np.arange(len(made)), good] = made / total[good]
    into, row = _inputs(layout, column)
    left = np.ones((len(alive), n))
    for _ in range(_ROUNDS):
        scarcest = np.ones((len(alive), len(made)))
        np.minimum.at(scarcest.T, row, left.T[into])
        new = np.where(total > 0, (alive * scarcest) @ weight, 1.0)
        settled = float(np.abs(new - left).max(initial=0.0)) < _SETTLED
        left = np.minimum(new, left)
        if settled:
            break
    return left


def _inputs(layout: Layout, column: _Ints) -> tuple[_Ints, _Ints]:
    """Goods that each used source draws on, flat: good, position of the source."""
    into: list[int] = []
    row: list[int] = []
    for position, j in enumerate(column):
        k = int(j) - layout.first_process
        if k >= 0:
            for name in layout.network.processes[k].inputs:
                into.append(layout.commodity_index[name])
                row.append(position)
    return np.array(into, np.int64), np.array(row, np.int64)
