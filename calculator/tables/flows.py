"""What flows from stage to stage in a plan: money spent so far, or kg of one material."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from calculator.sourcing.network import RECYCLED_ROUTES
from calculator.tables.plans import REST
from calculator.tables.provenance import frame

if TYPE_CHECKING:
    import pandas as pd

    from calculator.sourcing.layout import Floats, Layout
    from calculator.sourcing.network import Commodity
    from calculator.sourcing.plan import Plan
    from calculator.tables.costs import Shown

FLOW_COLUMNS = ("stage_from", "source", "stage_to", "target", "material", "value", "unit")
BUYER, RECYCLING = "buyer", "recycling"
"""Stage of what a demand takes, and of what a recycled route makes."""
_LEAST = 1e-9
"""Part of the largest flow below which a flow is taken for rounding of the solver."""


def value_flow_table(plan: Plan, shown: Shown) -> pd.DataFrame:
    """Money spent on the goods of each flow by the time they arrive, a year.

    What arrives carries price, conversion, freight and duty of all stages before it, so flows of
    all materials stand on one scale and those to the buyer sum to the landed cost. Where a good
    comes from several sources, each unit carries their mean. A process lays its costs on its
    products by amount, on none that is not counted: scrap is worth nothing here, and metal out
    of own scrap what its recovery costs. Sales and charges of rules are left out.

    Args:
        plan: an optimal plan; another has no flows.
        shown: money of the answer.

    Returns:
        Columns stage_from, source, stage_to, target, material, value, unit; one row for each
        pair of stage and country, and material. Goods on their way to a further shipment are
        shown from where they are shipped last.
    """
    if plan.layout is None or plan.status != "optimal":
        return frame([], FLOW_COLUMNS)
    layout, x = plan.layout, plan.x[: plan.layout.n]
    arcs = slice(layout.first_arc, layout.first_use)
    way = (layout.cost * x)[arcs] * shown.factor
    worth = unit_costs(layout, x) * shown.factor
    return _Flows(layout, x, worth, way).table(f"{shown.money}/year")


def material_flow_table(plan: Plan, material: str) -> pd.DataFrame:
    """Kg of one material contained in each flow, a year; columns as of ``value_flow_table``.

    Goods count by what they hold of the material; one that tells nothing counts whole where it
    is the material itself. The way ends where the network no longer tells what is held.
    """
    if plan.layout is None or plan.status != "optimal":
        return frame([], FLOW_COLUMNS)
    layout, x = plan.layout, plan.x[: plan.layout.n]
    goods = layout.network.commodities
    inside = {e for good in goods if good.material_label == material for e in good.contents}
    names = {material} | (inside if len(inside) == 1 else set())
    held = np.array([_held(good, material, names) for good in goods])[layout.pair_commodity]
    return _Flows(layout, x, held, np.zeros(layout.n_arc)).table("kg/year")


def _held(good: Commodity, material: str, names: set[str]) -> float:
    if good.material_label == material and not good.contents:
        return 1.0
    return sum(amount for name, amount in good.contents.items() if name in names)


def unit_costs(layout: Layout, x: Floats) -> Floats:
    """Mean of all that was spent on a unit of each (commodity, node) pair.

    c_p in_p = sum_j a_pj (cost_j x_j + sum_q out_qj c_q): what comes into a pair carries the
    cost of what went into it, a_pj being the part of activity j that pair p bears.

    Args:
        layout: of the plan.
        x: its variables, shape (layout.n,).

    Returns:
        Array of the pairs of ``layout.balance``, money per unit; 0 where nothing flows.
    """
    import scipy.sparse as sp
    from scipy.sparse.linalg import spsolve

    flow = sp.csr_array(sp.csr_array(layout.balance) @ sp.diags_array(x))
    into, out = flow.maximum(0), (-flow).maximum(0)
    amount = np.asarray(into.sum(axis=1)).ravel()
    part = _parts(layout, into)
    system = sp.diags_array(np.where(amount > 0, amount, 1.0)) - part @ out.T
    return np.asarray(spsolve(sp.csc_array(system), part @ (layout.cost * x)))


def _parts(layout: Layout, into: Any) -> Any:
    """Part of the cost of each activity that each pair bears: by amount, counted goods first."""
    import scipy.sparse as sp

    counted = np.array([good.counted for good in layout.network.commodities])
    bearing = sp.csr_array(sp.diags_array(counted[layout.pair_commodity].astype(float)) @ into)
    alone = np.asarray(bearing.sum(axis=0)).ravel() == 0
    bearing = bearing + into @ sp.diags_array(alone.astype(float))
    total = np.asarray(bearing.sum(axis=0)).ravel()
    return sp.csr_array(bearing @ sp.diags_array(1.0 / np.where(total > 0, total, 1.0)))


@dataclass(frozen=True)
class _Flows:
    """Flows of a plan, each (commodity, node) pair with a value a unit."""

    layout: Layout
    x: Floats
    per_unit: Floats
    way: Floats
    """Value that each arc adds on its way."""

    def table(self, unit: str) -> pd.DataFrame:
        sums: dict[tuple[str, ...], float] = {}
        for key, value in (*self._shipped(), *self._at_home()):
            sums[key] = sums.get(key, 0.0) + value
        least = _LEAST * max(sums.values(), default=0.0)
        rows = [
            dict(zip(FLOW_COLUMNS, (*key, value, unit), strict=True))
            for key, value in sums.items()
            if value > least
        ]
        return frame(rows, FLOW_COLUMNS)

    def _shipped(self) -> Iterator[tuple[tuple[str, ...], float]]:
        """What arcs bring to those who use it."""
        layout = self.layout
        for k in np.flatnonzero(self.x[layout.first_arc : layout.first_use] > 0):
            arc = layout.network.arcs[k]
            start, end = ((arc.commodity, node) for node in (arc.source, arc.target))
            amount = self.x[layout.first_arc + k]
            value = float(self.per_unit[self._at[start]] * amount + self.way[k])
            yield from self._split(start, end, value)

    def _at_home(self) -> Iterator[tuple[tuple[str, ...], float]]:
        """What is used where it is made."""
        for pair, made in self._made.items():
            if pair in self._taken:
                value = float(self.per_unit[self._at[pair]] * sum(made.values()))
                yield from self._split(pair, pair, value)

    def _split(
        self, start: tuple[str, str], end: tuple[str, str], value: float
    ) -> Iterator[tuple[tuple[str, ...], float]]:
        """Spread a value over the stages it comes from and goes to; what is sent on is left out."""
        good = self._goods[start[0]]
        if not good.counted:
            return
        made = self._made.get(start) or {_stage(good): 1.0}
        taken = self._taken.get(end, {})
        out = sum(taken.values()) + self._sent.get(end, 0.0)
        for (before, a), (after, b) in ((m, t) for m in made.items() for t in taken.items()):
            part = a / sum(made.values()) * b / out
            names = (before, self._place(start[1]), after, self._place(end[1]))
            yield (*names, good.material_label), value * part

    @cached_property
    def _at(self) -> dict[tuple[str, str], int]:
        """Position of each pair, by the ids of commodity and node."""
        net = self.layout.network
        pairs = zip(self.layout.pair_commodity, self.layout.pair_node, strict=True)
        return {(net.commodities[g].id, net.nodes[n].id): at for at, (g, n) in enumerate(pairs)}

    @cached_property
    def _goods(self) -> dict[str, Commodity]:
        return {good.id: good for good in self.layout.network.commodities}

    @cached_property
    def _made(self) -> dict[tuple[str, str], dict[str, float]]:
        """What supplies and processes make in each pair, by stage."""
        found: dict[tuple[str, str], dict[str, float]] = {}
        sources, net = self.layout.sources, self.layout.network
        for k in np.flatnonzero(self.x[sources.column] > 0):
            good = net.commodities[sources.commodity[k]]
            stage = RECYCLING if sources.route[k] in RECYCLED_ROUTES else _stage(good)
            amount = float(sources.per_unit[k] * self.x[sources.column[k]])
            _add(found.setdefault((good.id, net.nodes[sources.node[k]].id), {}), stage, amount)
        return found

    @cached_property
    def _taken(self) -> dict[tuple[str, str], dict[str, float]]:
        """What processes and demands take from each pair, by the stage that takes it."""
        layout, found = self.layout, dict[tuple[str, str], dict[str, float]]()
        run = self.x[layout.first_process : layout.first_arc]
        for k in np.flatnonzero(run > 0):
            process = layout.network.processes[k]
            for good, amount in process.inputs.items():
                into = found.setdefault((good, process.node), {})
                _add(into, self._stage_made(process), float(amount * run[k]))
        for use, amount in zip(layout.network.demands, self.x[layout.first_use :], strict=True):
            if amount > 0:
                _add(found.setdefault((use.commodity, use.node), {}), BUYER, float(amount))
        return found

    def _stage_made(self, process: Any) -> str:
        if process.route in RECYCLED_ROUTES:
            return RECYCLING
        made = [self._goods[name] for name in process.outputs]
        return next((_stage(good) for good in made if good.counted), BUYER)

    @cached_property
    def _sent(self) -> dict[tuple[str, str], float]:
        """What is shipped out of each pair."""
        found: dict[tuple[str, str], float] = {}
        for arc, amount in zip(
            self.layout.network.arcs,
            self.x[self.layout.first_arc : self.layout.first_use],
            strict=True,
        ):
            if amount > 0:
                key = (arc.commodity, arc.source)
                found[key] = found.get(key, 0.0) + float(amount)
        return found

    @cached_property
    def _places(self) -> dict[str, str]:
        """Country of each node; in a network without countries its owner, or its own id."""
        nodes = self.layout.network.nodes
        if any(node.country for node in nodes):
            return {node.id: node.country or REST for node in nodes}
        return {node.id: node.owner or node.id for node in nodes}

    def _place(self, node: str) -> str:
        return self._places[node]


def _stage(good: Commodity) -> str:
    return good.stage or good.material_label


def _add(sums: dict[str, float], key: str, amount: float) -> None:
    sums[key] = sums.get(key, 0.0) + amount
