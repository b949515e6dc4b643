"""Amounts as one row over the flows, and rules that hold one amount against another.

What is delivered or used of a good, in which turn (period and outcome) that is, and the two
forms of a limit: X <= limit, and X <= limit x T with T a variable total.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Bools, Floats, Ints, Layout
from calculator.sourcing.network import PASSING
from calculator.sourcing.rows import Rows
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.scope import Names, uses_of


def names_of(stated: Names) -> tuple[str, ...]:
    """Return one name or several as a tuple; none as an empty one."""
    if stated is None:
        return ()
    return (stated,) if isinstance(stated, str) else tuple(stated)


def row(values: Floats) -> Any:
    """Return a weight on every flow as one sparse row."""
    at = np.flatnonzero(values)
    entries = (values[at], (np.zeros(len(at), np.int64), at))
    return sp.csr_array(entries, shape=(1, len(values)))


def value(matrix: Any, x: Floats) -> float:
    """Return one sparse row times the flows."""
    return float((matrix @ x[: matrix.shape[1]])[0])


def known_goods(rule: Rule, layout: Layout, goods: Iterable[str]) -> tuple[str, ...]:
    """Return the goods, each of which the network must have.

    Raises:
        SourcingError: an unknown name, with the nearest known one.
    """
    for good in (found := tuple(goods)):
        if good not in layout.commodity_index:
            near = did_you_mean(good, layout.commodity_index)
            raise SourcingError(f"rule {rule.name!r}: unknown commodity {good!r}; {near}", ())
    return found


def one_unit(rule: Rule, layout: Layout, goods: tuple[str, ...], cure: str) -> str:
    """Return the unit that the goods share.

    Raises:
        SourcingError: they are counted in several.
    """
    index, every = layout.commodity_index, layout.network.commodities
    units = sorted({every[index[good]].unit for good in goods})
    if len(units) > 1:
        shown = ", ".join(map(repr, goods[:8])) + (", ..." if len(goods) > 8 else "")
        raise SourcingError(
            f"rule {rule.name!r}: {shown} are counted in {' and '.join(units)} and cannot be "
            f"added; {cure}.",
            (),
        )
    return units[0] if units else "unit"


def delivered(rule: Rule, layout: Layout, goods: tuple[str, ...]) -> Floats:
    """Return, for each flow, the units of the goods it delivers: 1 for their demands.

    Parts of a good (that made in one country, that in use) count as the good.

    Raises:
        SourcingError: nothing takes them.
    """
    known_goods(rule, layout, goods)
    demands = layout.network.demands
    parts, found = all_parts(layout, goods), np.zeros(layout.n)
    found[layout.first_use :] = [float(d.commodity in parts) for d in demands]
    if not found.any():
        named = " or ".join(map(repr, goods))
        raise SourcingError(
            f"rule {rule.name!r}: nothing takes {named}; add a demand of amount 0 or "
            f"{did_you_mean(goods[0], {d.commodity for d in demands})}",
            (),
        )
    return found


def all_parts(layout: Layout, goods: tuple[str, ...]) -> frozenset[str]:
    """Return the goods with all their parts."""
    return frozenset[str]().union(*(uses_of(layout, good) for good in goods))


def used(layout: Layout, goods: tuple[str, ...]) -> Floats:
    """Return, for each flow, the units of the goods it uses: demands, and draws of processes.

    What only passes a good on (a store, a relay) does not use it.
    """
    net, parts = layout.network, all_parts(layout, goods)
    found = np.zeros(layout.n)
    found[layout.first_process : layout.first_arc] = [
        0.0
        if p.route == PASSING
        else sum(p.inputs.get(part, 0.0) for part in parts & set(p.inputs))
        for p in net.processes
    ]
    found[layout.first_use :] = [float(d.commodity in parts) for d in net.demands]
    return found


def turns(layout: Layout, columns: Ints) -> list[tuple[str, Bools]]:
    """Return each turn (period and outcome) of the flows: its label and a mask over all flows.

    One turn without a label where the network has neither periods nor outcomes.
    """
    nodes = layout.network.nodes
    of_node = [(node.period, node.outcome) for node in nodes]
    number = {key: k for k, key in enumerate(dict.fromkeys(of_node))}
    code = np.array([number[key] for key in of_node])[layout.column_node]
    found = dict.fromkeys(code[columns].tolist())
    label = [", ".join(filter(None, key)) for key in number]
    return [(label[k], code == k) for k in found]


def amount_rows(rule: Rule, matrix: Any, detail: str) -> Rows:
    """X <= limit (or >= for a floor), one row."""
    cap = rule.sense > 0
    return Rows(
        rule=rule.name,
        matrix=matrix,
        lower=np.array([-inf if cap else rule.limit]),
        upper=np.array([rule.limit if cap else inf]),
        gain=np.full(1, 1.0 / rule.natural),
        details=(detail,),
    )


def ratio_rows(rule: Rule, matrix: Any, total: Any, detail: str, per: float = 1.0) -> Rows:
    """X - limit x per x T <= 0 (or >= 0 for a floor), one row."""
    cap = rule.sense > 0
    return Rows(
        rule=rule.name,
        matrix=matrix,
        lower=np.array([-inf if cap else 0.0]),
        upper=np.array([0.0 if cap else inf]),
        gain=np.zeros(1),
        details=(detail,),
        total=total,
        on_total=np.full(1, -rule.limit * per),
        gain_on_total=np.full(1, per / rule.natural),
    )
