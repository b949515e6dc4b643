"""Days of cover: what is in store when a period begins (MODEL 2.4.14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.network import Node, Process
from calculator.sourcing.rows import Built
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.amounts import known_goods, ratio_rows, row, used, value

DAYS_PER_YEAR = 365.0


@dataclass(frozen=True)
class _Cover:
    """One row of the rule: stock, use, and how many days the period has."""

    label: str
    stock: Any
    use: Any
    days: float


@dataclass(frozen=True)
class StockCover(Rule):
    """What is carried into a period covers so many days of its use: S >= days / length x U.

    S is what a store of `commodity` brings from the period before: an arc between two periods,
    less what is lost in store; goods under way are no stock. U is what is used of it in the
    period: demands, and draws of processes that do not only pass it on. It holds in every period
    (and outcome) that a store leads to: over all nodes together, or with `node` at that place
    alone, or with `node="each"` at every place a store leads to. A period is `days_per_period`
    long (default: 365 days for each year of its length, or for the period if it states none).
    """

    days: float
    commodity: str
    node: str | None = None
    days_per_period: float | None = None

    unit: ClassVar[str] = "day"
    sense: ClassVar[int] = -1
    limit_field: ClassVar[str] = "days"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.days_per_period is not None and not 0 < self.days_per_period < float("inf"):
            raise SourcingError(
                f"rule {self.name!r}: days_per_period is {self.days_per_period:g}; give a number "
                "above 0.",
                (),
            )

    def build(self, layout: Layout) -> Built:
        """Return one row for each period that a store leads to."""
        parts = self._parts(layout)
        rows = [ratio_rows(self, p.stock, p.use, p.label, 1.0 / p.days) for p in parts]
        return Built(rows=tuple(rows))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the fewest days covered in any period with a use (the limit if there is none)."""
        parts = self._parts(layout)
        held = [(p.days * value(p.stock, x), value(p.use, x)) for p in parts]
        return min((stock / use for stock, use in held if use > 0), default=self.days)

    def _parts(self, layout: Layout) -> list[_Cover]:
        known_goods(self, layout, (self.commodity,))
        nodes = layout.network.nodes
        label_of = [self._label(node) for node in nodes]
        days_of = dict(zip(label_of, (self._days(layout, node) for node in nodes), strict=True))
        stored = _by_label(layout, label_of, _carried(layout, self.commodity))
        use = _by_label(layout, label_of, _used(layout, self.commodity))
        if not stored:
            raise SourcingError(self._no_store(), ())
        nothing = np.zeros(layout.n)
        return [
            _Cover(label, row(stock), row(use.get(label, nothing)), days_of[label])
            for label, stock in stored.items()
        ]

    def _days(self, layout: Layout, node: Node) -> float:
        """How long the period of a node is."""
        if self.days_per_period is not None:
            return self.days_per_period
        years = (p.length for p in layout.network.periods if p.id == node.period)
        return DAYS_PER_YEAR * (next(years, None) or 1.0)

    def _label(self, node: Node) -> str | None:
        """What a node counts together with; None where the rule does not look."""
        place = node.base or node.id
        if self.node not in (None, "each", node.id, place):
            return None
        where = "" if self.node is None else f" at {place}"
        return ", ".join(filter(None, (f"{self.commodity}{where}", node.period, node.outcome)))

    def _no_store(self) -> str:
        where = "" if self.node in (None, "each") else f" at {self.node!r}"
        return (
            f"rule {self.name!r}: nothing carries {self.commodity!r} into a later period{where}; "
            "add a store (an arc between two periods)."
        )


def _by_label(
    layout: Layout, label_of: list[str | None], entries: Iterator[tuple[int, int, float]]
) -> dict[str, Floats]:
    """Units of each flow, summed over the nodes that count together."""
    found: dict[str, Floats] = {}
    for column, node, units in entries:
        label = label_of[node]
        if label is not None:
            found.setdefault(label, np.zeros(layout.n))[column] += units
    return found


def _carried(layout: Layout, good: str) -> Iterator[tuple[int, int, float]]:
    """Flow, the node it arrives at and units of it, of all that a store brings.

    Where a store has a process of its own (for what it loses), what comes out of that.
    """
    net, index = layout.network, layout.node_index
    node = {n.id: n for n in net.nodes}
    inner = {p.node for p in net.processes if _is_store(p, good)}
    for k, arc in enumerate(net.arcs):
        start, end = node[arc.source], node[arc.target]
        later = start.period != end.period and _is_place(start)
        if arc.commodity == good and later and arc.target not in inner:
            yield layout.first_arc + k, index[arc.target], 1.0
    for k, process in enumerate(net.processes):
        if _is_store(process, good):
            for at, goods in process.elsewhere.items():
                yield layout.first_process + k, index[at], goods.get(good, 0.0)


def _used(layout: Layout, good: str) -> Iterator[tuple[int, int, float]]:
    """Flow, its node and units used, of all that uses the good."""
    units = used(layout, (good,))
    for column in np.flatnonzero(units).tolist():
        k = column - layout.first_process
        is_process = 0 <= k < layout.n_process
        if not (is_process and _is_store(layout.network.processes[k], good)):
            yield column, int(layout.column_node[column]), float(units[column])


def _is_store(process: Process, good: str) -> bool:
    """Whether a process takes the good and gives it back at another node."""
    return good in process.inputs and any(good in goods for goods in process.elsewhere.values())


def _is_place(node: Node) -> bool:
    """Whether a node is where it is in every period, and not a node for goods under way."""
    return not node.base or node.id == node.base or node.id.startswith(f"{node.base} @ ")
