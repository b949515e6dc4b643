"""Whose prices move together, and what a move of one unit costs each flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Layout
from calculator.sourcing.network import Network, Supply

Tell = Callable[[Network, Supply], str | None]


def exposure(layout: Layout, rule: str, names: Iterable[str], of_price: bool) -> Any:
    """Return (names, flows): by how much the cost of a unit of each flow moves.

    A name is the id of a supply, of a process (its conversion cost), of a node, a country, an
    owner, a commodity or a material, looked for in this order; all supplies it means move
    together. Moves are money a unit, or with `of_price` fractions of the price.

    Raises:
        SourcingError: a name that means nothing here.
    """
    wanted = list(names)
    price = np.abs(layout.cost_by_kind[0] + layout.cost_by_kind[1] + layout.cost_by_kind[4])
    size = price if of_price else layout.weight
    rows, columns = [], []
    for k, name in enumerate(wanted):
        at = _meant(layout, rule, name)
        rows += [k] * len(at)
        columns += at
    value = size[np.array(columns, np.int64)]
    return sp.csr_array((value, (rows, columns)), shape=(len(wanted), layout.n))


def _meant(layout: Layout, rule: str, name: str) -> list[int]:
    """Columns of the flows that a name stands for."""
    net = layout.network
    ways = _ways(net)
    for tell in (ways[0],):
        found = [k for k, s in enumerate(net.supplies) if tell(net, s) == name]
        if found:
            return found
    found = [layout.first_process + k for k, p in enumerate(net.processes) if p.id == name]
    if found:
        return found
    for tell in ways[1:]:
        found = [k for k, s in enumerate(net.supplies) if tell(net, s) == name]
        if found:
            return found
    known = {p.id for p in net.processes}
    known |= {told for tell in ways for s in net.supplies if (told := tell(net, s))}
    raise SourcingError(
        f"rule {rule!r}: no supply, process, country, owner or material is called {name!r}; "
        f"{did_you_mean(name, known)}",
        (),
    )


def _ways(net: Network) -> tuple[Tell, ...]:
    node = {n.id: n for n in net.nodes}
    good = {c.id: c for c in net.commodities}
    return (
        lambda _, s: s.id or None,
        lambda _, s: s.node,
        lambda _, s: node[s.node].country,
        lambda _, s: node[s.node].owner,
        lambda _, s: s.commodity,
        lambda _, s: good[s.commodity].material_label,
    )


def check_moves(rule: str, moves: Mapping[str, float], what: str = "deviation") -> None:
    """Refuse a move below 0 or without end, or none at all."""
    if not moves:
        raise SourcingError(f"rule {rule!r}: no {what} is given; give one a supply.", ())
    for name, move in moves.items():
        if not 0.0 <= move < inf:
            raise SourcingError(
                f"rule {rule!r}: the {what} of {name!r} is {move:g}; give 0 or more.", ()
            )
