"""Builders of networks shared by the tests: a market of suppliers, and random chains."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np
import pytest

from calculator.sourcing import (
    Arc,
    Capacity,
    Commodity,
    Demand,
    HHICap,
    Network,
    Node,
    Process,
    RecycledFloor,
    Rule,
    ShareCap,
    Supply,
)

Ask = tuple[Network, tuple[Rule, ...]]


def make_market(
    prices: list[float],
    demand: float = 1.0,
    capacity: float | list[float] = inf,
    countries: str = "ABCDEFGH",
    routes: list[str] | None = None,
    **sink: Any,
) -> Network:
    """Suppliers S0, S1, ... of nickel, one a country, and one market."""
    n = len(prices)
    caps = capacity if isinstance(capacity, list) else [capacity] * n
    routes = routes or ["primary"] * n
    return Network(
        commodities=(Commodity("nickel"),),
        nodes=(
            *(Node(f"S{k}", countries[k].strip() or None, f"O{k}") for k in range(n)),
            Node("M"),
        ),
        supplies=tuple(Supply(f"S{k}", "nickel", prices[k], caps[k], routes[k]) for k in range(n)),
        arcs=tuple(Arc(f"S{k}", "M", "nickel") for k in range(n)),
        demands=(Demand("M", "nickel", demand, **sink),),
    )


def make_chain(seed: int, shuffled: bool = False, slack: float = 1.6) -> Ask:
    """A random mine-refine-use chain with a recycler, by-product sink, and a few rules."""
    r = np.random.default_rng(seed)
    n = int(r.integers(3, 6))
    size = 10.0 ** r.uniform(-2, 6)
    ratio = 1 / r.uniform(0.8, 0.98)
    nodes = [Node(f"mine{k}", f"C{k}") for k in range(n)]
    nodes += [Node(f"ref{k}", f"C{(k * 2 + 1) % n}", f"O{k % 2}") for k in range(n)]
    nodes += [Node("loop"), Node("use", "C0", None, ("home",))]
    goods = [
        Commodity("ore", stage="mining", material="nickel"),
        Commodity("salt", stage="refining", material="nickel"),
        Commodity("slag"),
    ]
    share = r.dirichlet(np.ones(n)) * slack
    supplies = [
        Supply(f"mine{k}", "ore", r.uniform(5, 15), (share[k] + 0.3) * ratio * size)
        for k in range(n)
    ]
    supplies.append(Supply("loop", "salt", r.uniform(25, 40), 0.3 * size, "recycled"))
    processes = [
        Process(
            f"refine{k}",
            f"ref{k}",
            {"ore": ratio},
            {"salt": 1.0, "slag": 0.1},
            conversion_cost_per_unit=r.uniform(2, 8),
            capacity=r.uniform(0.5, 0.9) * size,
        )
        for k in range(n)
    ]
    arcs = [
        Arc(f"mine{i}", f"ref{k}", "ore", r.uniform(0.1, 2)) for i in range(n) for k in range(n)
    ]
    arcs += [Arc(f"ref{k}", "use", "salt", r.uniform(0.1, 2), 0.05, 20.0) for k in range(n)]
    arcs.append(Arc("loop", "use", "salt", 0.3))
    demands = [Demand(f"ref{k}", "slag") for k in range(n)]
    demands.append(Demand("use", "salt", size, id="need"))
    rules: list[Rule] = [
        ShareCap("cap", float(r.uniform(0.5, 0.8)), country="each", material="nickel"),
        RecycledFloor("floor", float(r.uniform(0.02, 0.2)), "nickel", "refining"),
        Capacity("ore cap", 1.4 * ratio * size, material="nickel", stage="mining"),
    ]
    if seed % 2:
        rules.append(
            HHICap("hhi", float(r.uniform(0.36, 0.5)), material="nickel", stage="refining")
        )
    if shuffled:
        for some in (nodes, goods, supplies, processes, arcs, demands, rules):
            r.shuffle(some)  # type: ignore[arg-type]
    network = Network(*map(tuple, (goods, nodes, supplies, processes, arcs, demands)))  # type: ignore[arg-type]
    return network, tuple(rules)


@pytest.fixture(scope="session")
def market() -> Callable[..., Network]:
    return make_market


@pytest.fixture(scope="session")
def chain() -> Callable[..., Ask]:
    return make_chain
