"""Flows of a supply network, pooled into the points, lanes and recipe of a chain.

The flows are those of a plan, or those of today's market; either way a good that is made in many
places becomes one point. Ores of one material are one point, whatever their form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from calculator.shocks.chain import Chain, Lane, Point, Spare
from calculator.sourcing.network import Commodity, Network, Node

DAYS_PER_YEAR = 365.0
_RAW = ("mining", "refining")
Recipe = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Made:
    """A year's amount of a good from one source; ``cost`` is its own, without its inputs."""

    good: str
    node: str
    route: str
    quantity: float
    cost: float


@dataclass(frozen=True, slots=True)
class Sent:
    """A year's amount of a good on its way, with freight and duty."""

    good: str
    source: str
    target: str
    quantity: float
    cost: float


@dataclass(frozen=True, slots=True)
class Used:
    """A year's amount of a good that goes into another; into ``None`` where it is delivered."""

    good: str
    into: str | None
    quantity: float


@dataclass(frozen=True)
class Flows:
    """A year of a network."""

    network: Network
    made: tuple[Made, ...]
    sent: tuple[Sent, ...]
    used: tuple[Used, ...]
    kwh_per_unit: Mapping[str, float]
    """Of each product, by good."""
    notes: tuple[str, ...] = ()


@dataclass
class Pools:
    """Which point each good belongs to."""

    of: dict[str, str] = field(default_factory=dict)
    goods: dict[str, Commodity] = field(default_factory=dict)
    """The first good of each point."""

    @classmethod
    def among(cls, network: Network) -> Pools:
        """Counted goods; forms of one mined or refined material together."""
        pools = cls()
        raw: dict[object, Commodity] = {}
        for good in network.commodities:
            if not good.counted or good.stage is None:
                continue
            same = (good.material_label, good.stage) if good.stage in _RAW else good.id
            first = raw.setdefault(same, good)
            pools.of[good.id] = first.id
            pools.goods.setdefault(first.id, first)
        return pools


def chain_from(flows: Flows, spares: Iterable[Spare] = ()) -> Chain:
    """Pool flows into a chain.

    What a point gives in a day is what is taken of it, and its lanes are where that comes from.
    """
    pools = Pools.among(flows.network)
    taken, recipe = _taken(flows, pools)
    prices = _prices(flows, pools, taken, recipe)
    points = tuple(
        Point(
            id=name,
            material=pools.goods[name].material_label,
            stage=pools.goods[name].stage,
            unit=pools.goods[name].unit,
            per_day=taken[name] / DAYS_PER_YEAR,
            price=prices[name],
        )
        for name in _in_order(taken, recipe)
    )
    return Chain(
        points=points,
        lanes=tuple(_lanes(flows, pools, taken)),
        recipe=recipe,
        energy={
            pools.of[good]: kwh
            for good, kwh in flows.kwh_per_unit.items()
            if pools.of[good] in taken
        },
        money=flows.network.currency,
        spares=tuple(spare for spare in spares if spare.point in taken),
        notes=flows.notes,
    )


def _taken(flows: Flows, pools: Pools) -> tuple[dict[str, float], Recipe]:
    """What is taken of each point in a year, and units of it in a unit of each target."""
    taken: dict[str, float] = {}
    into: Recipe = {}
    for use in flows.used:
        if use.quantity > 0 and use.good in pools.of:
            name = pools.of[use.good]
            taken[name] = taken.get(name, 0.0) + use.quantity
            if use.into is not None:
                row = into.setdefault(pools.of[use.into], {})
                row[name] = row.get(name, 0.0) + use.quantity
    recipe = {
        target: {name: quantity / taken[target] for name, quantity in row.items()}
        for target, row in into.items()
        if target in taken
    }
    return taken, recipe


def _in_order(taken: Mapping[str, float], recipe: Recipe) -> list[str]:
    """Points with every input before what is made of it."""
    found: dict[str, None] = {}

    def add(name: str) -> None:
        for source in recipe.get(name, {}):
            if source not in found:
                add(source)
        found[name] = None

    for name in taken:
        if name not in found:
            add(name)
    return list(found)


def _prices(
    flows: Flows, pools: Pools, taken: Mapping[str, float], recipe: Recipe
) -> dict[str, float]:
    """Mean landed cost of a unit: its sources, freight and duty, and its inputs."""
    own = dict.fromkeys(taken, 0.0)
    paid = [(m.good, m.cost) for m in flows.made] + [(s.good, s.cost) for s in flows.sent]
    for good, cost in paid:
        name = pools.of.get(good, "")
        if name in own:
            own[name] += cost
    prices: dict[str, float] = {}
    for name in _in_order(taken, recipe):
        inputs = sum(units * prices[source] for source, units in recipe.get(name, {}).items())
        prices[name] = own[name] / taken[name] + inputs
    return prices


# --- lanes -----------------------------------------------------------------------------


def _lanes(flows: Flows, pools: Pools, taken: Mapping[str, float]) -> Iterable[Lane]:
    """Where each point's flow comes from and goes to, by route; shares of a point add to one."""
    nodes = {node.id: node for node in flows.network.nodes}
    routes = _routes(flows)
    amounts: dict[str, dict[tuple[str | None, str | None, str | None, str], float]] = {}
    for sent in flows.sent:
        name = pools.of.get(sent.good, "")
        if name not in taken or sent.quantity <= 0:
            continue
        into = amounts.setdefault(name, {})
        for route, share in routes.get((sent.good, sent.source), {"primary": 1.0}).items():
            key = (*_ends(nodes[sent.source], nodes[sent.target]), route)
            into[key] = into.get(key, 0.0) + share * sent.quantity
    for name, lanes in amounts.items():
        total = sum(lanes.values())
        for (origin, destination, owner, route), amount in lanes.items():
            yield Lane(name, origin, destination, owner, route, amount / total)


def _ends(source: Node, target: Node) -> tuple[str | None, str | None, str | None]:
    return source.country, target.country, source.owner


def _routes(flows: Flows) -> dict[tuple[str, str], dict[str, float]]:
    """Share of each route in what a place makes of a good."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for made in flows.made:
        into = found.setdefault((made.good, made.node), {})
        into[made.route] = into.get(made.route, 0.0) + made.quantity
    return {
        key: {route: amount / sum(several.values()) for route, amount in several.items()}
        for key, several in found.items()
        if sum(several.values()) > 0
    }
