"""Pass-through: how much of what is delivered touched a country at any stage (MODEL 2.4.13).

The equations stand in `touched`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.plan import Plan
from calculator.sourcing.rows import Built, Columns, Rows, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.amounts import delivered, names_of, one_unit, row, turns
from calculator.sourcing.rules.touched import Touched, touched, touched_share
from calculator.sourcing.scope import Names

PER_POINT = 0.01


@dataclass(frozen=True)
class PassThrough(Rule):
    """At most a share of what is delivered touched a country at any stage: Y <= share x D.

    Y is the touched part of what is delivered of `commodity` (or of several in one unit; by
    default of all that is asked for). Goods touch the country of every node at which they are
    supplied, worked, passed on or used; several countries count as one. Y is attributed as well
    as the flows allow: touched goods are thought to be kept apart from the others (segregated)
    wherever that can be done. So the rule is exact where chains have goods or nodes of their own
    and a lower bound where goods mix; `touched_bounds` gives both ends for a plan. In a network
    over time or outcomes it holds in each period and outcome.
    """

    share: float
    country: Names = None
    commodity: Names = None

    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"
    limit_field: ClassVar[str] = "share"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not names_of(self.country):
            raise SourcingError(f"rule {self.name!r}: it names no country; give one.", ())

    def build(self, layout: Layout) -> Built:
        """Return the touched parts as own variables, their balances, and one row a turn."""
        parts = touched(layout, _known(self, layout))
        deliveries = _deliveries(self, layout)
        if not parts.inside.any():
            return Built(notes=idle(self.name, ()))
        caps = tuple(_cap(self, parts, uses, label) for label, uses in deliveries)
        return Built(rows=(*_sound(self.name, parts), *caps), columns=_columns(self.name, parts))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest of the least touched shares of any period and outcome."""
        parts = touched(layout, _known(self, layout))
        found = (touched_share(parts, x, w, least=True) for _, w in _deliveries(self, layout))
        return max(found, default=0.0)


def touched_bounds(plan: Plan, country: Names, commodity: Names = None) -> tuple[float, float]:
    """Return the least and the most of what a plan delivers that can have touched a country.

    The least keeps touched goods apart from others wherever that can be done, the most mixes
    them wherever that can be done; where they agree the figure is exact. Both are shares of what
    is delivered of `commodity` (default: of all that is asked for), expected over outcomes.

    Raises:
        SourcingError: the plan has no flows, or a name is unknown.
    """
    if plan.layout is None or plan.status != "optimal":
        raise SourcingError(f"the plan is {plan.status}; only an optimal one has flows.", ())
    rule = PassThrough("touched_bounds", 1.0, country, commodity)
    parts = touched(plan.layout, _known(rule, plan.layout))
    uses = delivered(rule, plan.layout, _goods(rule, plan.layout)) * plan.layout.probability
    least = touched_share(parts, plan.x, uses, least=True)
    return least, max(least, touched_share(parts, plan.x, uses, least=False))


def _known(rule: PassThrough, layout: Layout) -> tuple[str, ...]:
    """The countries, refused where none is a slip of one that the network has."""
    names = names_of(rule.country)
    known = {n.country for n in layout.network.nodes if n.country}
    if not known & set(names):
        near = did_you_mean(names[0], known)
        raise SourcingError(f"rule {rule.name!r}: unknown country {names[0]!r}; {near}", ())
    return names


def _goods(rule: PassThrough, layout: Layout) -> tuple[str, ...]:
    """The goods whose delivery counts."""
    asked = dict.fromkeys(d.commodity for d in layout.network.demands if d.amount > 0)
    goods = names_of(rule.commodity) or tuple(asked)
    if not goods:
        raise SourcingError(f"rule {rule.name!r}: nothing is asked for; name the commodity.", ())
    delivered(rule, layout, goods)
    one_unit(rule, layout, goods, "name the commodity to count")
    return goods


def _deliveries(rule: PassThrough, layout: Layout) -> list[tuple[str, Floats]]:
    """Each turn: its label, and 1 for each flow that delivers the goods in it."""
    goods = _goods(rule, layout)
    uses = delivered(rule, layout, goods)
    label = " + ".join(goods)
    return [
        (", ".join(filter(None, (label, turn))), uses * now)
        for turn, now in turns(layout, np.flatnonzero(uses))
    ]


def _columns(name: str, parts: Touched) -> Columns:
    labels = parts.layout.labels
    draws = (f"touched draw of {labels[parts.flow[k]]}" for k in parts.draw_of)
    return Columns(
        rule=name,
        labels=(*(f"touched {labels[j]}" for j in parts.flow), *draws),
        lower=np.zeros(parts.n),
        upper=np.full(parts.n, inf),
        cost=np.zeros(parts.n),
        integer=np.zeros(parts.n, np.bool_),
    )


def _sound(name: str, parts: Touched) -> tuple[Rows, ...]:
    """What makes touched parts touched parts, whatever the limit."""
    nothing = sp.csr_array((len(parts.draw_of), parts.layout.n))
    k = parts.balance.shape[0]
    return (
        _plain(name, *parts.within(), np.full(len(parts.flow), -inf), "touched part"),
        _plain(name, parts.balance, parts.own, np.zeros(k), "touched balance"),
        _plain(name, nothing, parts.apart(), np.full(len(parts.draw_of), -inf), "touched draw"),
    )


def _plain(name: str, matrix: Any, own: Any, lower: Floats, detail: str) -> Rows:
    """Lower <= matrix x + own z <= 0, on which the limit has no effect."""
    n = len(lower)
    details = tuple(f"{detail} {k + 1}" for k in range(n))
    return Rows(name, matrix, lower, np.zeros(n), np.zeros(n), details, own=own)


def _cap(rule: PassThrough, parts: Touched, uses: Floats, label: str) -> Rows:
    """Y - share x D <= 0."""
    inside, own = parts.of(uses)
    return Rows(
        rule=rule.name,
        matrix=row(inside),
        lower=np.array([-inf]),
        upper=np.zeros(1),
        gain=np.zeros(1),
        details=(label,),
        total=row(uses),
        on_total=np.array([-rule.share]),
        gain_on_total=np.array([PER_POINT]),
        own=row(own),
    )
