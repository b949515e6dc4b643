"""What changed between two plans: shares, flows, limits, and a cost bridge that adds up.

Records are matched by their labels ("supply nickel at A"), so the plans may be of different
networks. A record of both costs q u before and q' u' after; with the total Q of its kind of flow
(supplies, activities, lanes or uses of one commodity)

    volume  u q (Q'/Q - 1)      as much more of it as of everything of its kind,
    mix     u (q' - q Q'/Q)     more of it than of its kind,
    price   (u' - u) q'         the new unit cost on the new quantity,

which sum to q' u' - q u. What is in one plan only is "new" or "gone"; what rules charge beside
the flows is taken as a whole, by kind.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import fsum
from typing import TypeVar

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import COST_KINDS, Floats, Layout
from calculator.sourcing.marginals import Marginal
from calculator.sourcing.network import Process
from calculator.sourcing.plan import Plan, ShareRow
from calculator.sourcing.solving.solved import OPTIMAL

_K = TypeVar("_K", bound=Hashable)
_DUST = 1e-9
EFFECTS = ("volume", "mix", "price", "new", "gone", "charge")


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure in both plans; 0 where a plan does not have it."""

    id: str
    before: float
    after: float
    unit: str

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class ChangedShare:
    """Share of one country and route in a material at a stage, in both plans."""

    material: str
    stage: str | None
    country: str | None
    route: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ChangedLimit:
    """One limit in both plans: where it is, where the plan stands, what it costs.

    None where a plan does not have it (a rule that is gone, a capacity that does not bind).
    """

    name: str
    kind: str
    before: Marginal | None
    after: Marginal | None


@dataclass(frozen=True, slots=True)
class BridgeItem:
    """One part of the change of cost: its kind, material and stage, and why, in money."""

    kind: str
    material: str
    stage: str | None
    effect: str
    amount: float


@dataclass(frozen=True)
class Difference:
    """How one plan differs from another.

    `cost_before` plus the amounts of `bridge` is `cost_after`, to rounding. `only_before` and
    `only_after` are the flows that one of the networks alone knows.
    """

    currency: str
    cost_before: float
    cost_after: float
    bridge: tuple[BridgeItem, ...]
    shares: tuple[ChangedShare, ...]
    flows: tuple[Changed, ...]
    limits: tuple[ChangedLimit, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    @property
    def change(self) -> float:
        """Change of cost: the sum of the bridge."""
        return fsum(item.amount for item in self.bridge)

    def by(self, *fields: str) -> dict[tuple[str | None, ...], float]:
        """Return the bridge summed by some of its fields, such as kind, stage or effect."""
        parts: dict[tuple[str | None, ...], list[float]] = {}
        for item in self.bridge:
            parts.setdefault(tuple(getattr(item, f) for f in fields), []).append(item.amount)
        return {key: fsum(amounts) for key, amounts in parts.items()}


def diff(before: Plan, after: Plan) -> Difference:
    """Return what differs between two optimal plans.

    Raises:
        SourcingError: a plan without flows, or two currencies.
    """
    first, last = _laid(before, "before"), _laid(after, "after")
    if before.currency != after.currency:
        raise SourcingError(
            f"one plan is in {before.currency}, the other in {after.currency}; "
            "state both in one currency and year.",
            (),
        )
    flows = (_Flows.of(first, before.x), _Flows.of(last, after.x))
    charges = _charges(before, after, flows)
    bridge = [item for item in (*_bridge(*flows), *charges) if item.amount != 0.0]
    return Difference(
        currency=before.currency,
        cost_before=before.cost,
        cost_after=after.cost,
        bridge=tuple(bridge),
        shares=tuple(_shares(before, after)),
        flows=tuple(_changed_flows(*flows)),
        limits=tuple(_limits(before, after)),
        only_before=tuple(k for k in flows[0].at if k not in flows[1].at),
        only_after=tuple(k for k in flows[1].at if k not in flows[0].at),
    )


def _laid(plan: Plan, when: str) -> Layout:
    if plan.status != OPTIMAL or plan.layout is None:
        raise SourcingError(
            f"the plan {when} is {plan.status}; only optimal plans can be compared.", ()
        )
    return plan.layout


@dataclass(frozen=True)
class _Flows:
    """The flows of one plan by label, with their unit costs by kind and their groups."""

    layout: Layout
    x: Floats
    at: Mapping[str, int]
    group: tuple[tuple[str, str], ...]
    total: Mapping[tuple[str, str], float]

    @classmethod
    def of(cls, layout: Layout, x: Floats) -> _Flows:
        group = tuple(_groups(layout))
        parts: dict[tuple[str, str], list[float]] = {}
        for key, amount in zip(group, x.tolist(), strict=True):
            parts.setdefault(key, []).append(amount)
        total = {key: fsum(amounts) for key, amounts in parts.items()}
        return cls(layout, x, {label: j for j, label in enumerate(layout.labels)}, group, total)

    def unit_cost(self, kind: int, j: int) -> float:
        return float(self.layout.cost_by_kind[kind, j])

    def place(self, j: int) -> tuple[str, str | None]:
        """Material and stage of the commodity of a flow."""
        good = self.layout.network.commodities[self.layout.commodity_index[self.group[j][1]]]
        return good.material_label, good.stage


def _groups(layout: Layout) -> Iterator[tuple[str, str]]:
    """(kind of record, commodity) of each flow."""
    net = layout.network
    yield from (("supply", s.commodity) for s in net.supplies)
    yield from (("process", first_output(p)) for p in net.processes)
    yield from (("arc", a.commodity) for a in net.arcs)
    yield from (("demand", d.commodity) for d in net.demands)


def first_output(process: Process) -> str:
    """Return the commodity a process is grouped under: the first by name of what it makes."""
    later = (good for goods in process.elsewhere.values() for good in goods)
    return min(process.outputs or later)


def _bridge(first: _Flows, last: _Flows) -> list[BridgeItem]:
    """All effects, those of one kind of cost, material and stage as one."""
    parts: dict[tuple[str, str, str | None, str], list[float]] = {}
    for k, kind in enumerate(COST_KINDS):
        for place, effect, amount in _effects(first, last, k):
            parts.setdefault((kind, *place, effect), []).append(amount)
    return [BridgeItem(*key, fsum(amounts)) for key, amounts in parts.items()]


def _effects(
    first: _Flows, last: _Flows, kind: int
) -> Iterator[tuple[tuple[str, str | None], str, float]]:
    for label in _costly(first, last, kind):
        i, j = first.at.get(label), last.at.get(label)
        if i is None and j is not None:
            yield last.place(j), "new", last.unit_cost(kind, j) * float(last.x[j])
        elif i is not None and j is None:
            yield first.place(i), "gone", -first.unit_cost(kind, i) * float(first.x[i])
        elif i is not None and j is not None:
            yield from ((last.place(j), *effect) for effect in _of_both(first, last, kind, i, j))


def _costly(first: _Flows, last: _Flows, kind: int) -> Iterable[str]:
    """Labels of the flows that cost something of this kind, in either plan."""
    found: dict[str, None] = {}
    for flows in (first, last):
        labels, cost = flows.layout.labels, flows.layout.cost_by_kind[kind]
        found |= {labels[j]: None for j in np.flatnonzero(cost * flows.x != 0.0)}
    return found


def _of_both(first: _Flows, last: _Flows, kind: int, i: int, j: int) -> Iterator[tuple[str, float]]:
    """Volume, mix and price effect of a record of both plans."""
    was, now = float(first.x[i]), float(last.x[j])
    u, v = first.unit_cost(kind, i), last.unit_cost(kind, j)
    total, key = first.total[first.group[i]], first.group[i]
    grown = was * (last.total.get(key, 0.0) / total) if total > 0 else now
    yield "volume", u * grown - u * was
    yield "mix", u * now - u * grown
    yield "price", v * now - u * now


def _charges(before: Plan, after: Plan, flows: tuple[_Flows, _Flows]) -> Iterator[BridgeItem]:
    """What the cost of a kind holds beside the flows: charges and fees of the rules."""
    extra = [_beside(plan, f) for plan, f in zip((before, after), flows, strict=True)]
    for kind in dict.fromkeys([*before.cost_by_kind, *after.cost_by_kind]):
        change = extra[1].get(kind, 0.0) - extra[0].get(kind, 0.0)
        yield BridgeItem(kind, "", None, "charge", change)


def _beside(plan: Plan, flows: _Flows) -> dict[str, float]:
    """Cost by kind less that of the flows; the rounding of a sum is none."""
    found = {}
    for kind, cost in plan.cost_by_kind.items():
        parts: list[float] = []
        if kind in COST_KINDS:
            parts = (flows.layout.cost_by_kind[COST_KINDS.index(kind)] * flows.x).tolist()
        rest = fsum([cost, *(-part for part in parts)])
        size = fsum(abs(part) for part in parts)
        found[kind] = rest if abs(rest) > _DUST * size else 0.0
    return found


def _shares(before: Plan, after: Plan) -> Iterator[ChangedShare]:
    def key(row: ShareRow) -> tuple[str, str | None, str | None, str]:
        return row.material, row.stage, row.country, row.route

    old, new = ({key(r): r.share for r in plan.shares} for plan in (before, after))
    for place in _either(old, new):
        a, b = old.get(place, 0.0), new.get(place, 0.0)
        if abs(b - a) > _DUST:
            yield ChangedShare(*place, a, b)


def _changed_flows(first: _Flows, last: _Flows) -> Iterator[Changed]:
    for label in _either(first.at, last.at):
        i, j = first.at.get(label), last.at.get(label)
        a = float(first.x[i]) if i is not None else 0.0
        b = float(last.x[j]) if j is not None else 0.0
        if abs(b - a) > _DUST * (1.0 + max(a, b)):
            unit = last.layout.unit_of(j) if j is not None else first.layout.unit_of(i or 0)
            yield Changed(label, a, b, unit)


def _limits(before: Plan, after: Plan) -> Iterator[ChangedLimit]:
    old, new = ({(m.kind, m.name): m for m in plan.marginals} for plan in (before, after))
    for kind, name in _either(old, new):
        a, b = old.get((kind, name)), new.get((kind, name))
        if a is None or b is None or _differ(a, b):
            yield ChangedLimit(name, kind, a, b)


def _differ(a: Marginal, b: Marginal) -> bool:
    pairs = ((a.limit, b.limit), (a.level, b.level), (a.shadow_price, b.shadow_price))
    return any(abs(x - y) > 1e-6 * max(abs(x), abs(y)) for x, y in pairs if x != y)


def _either(old: Mapping[_K, object], new: Mapping[_K, object]) -> Iterable[_K]:
    """Keys of the one, then those of the other alone."""
    return dict.fromkeys([*old, *new])
