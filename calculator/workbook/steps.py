"""Which numbers get a row of the calculation, in which order and under which name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from calculator.why import Derivation
from calculator.why import Step as Named
from calculator.workbook.expressions import Graph, Node, in_order

MOST_PARTS = 60
"""References that one formula may hold before it is split; far below a spreadsheet's limit."""
DEEPEST_INLINE = 20
"""Operations inside operations before a formula is split."""
SHARED_PARTS = 3
"""A number that several formulas use gets a row of its own from so many references on."""

FOR_CHECKS = "used by the checks alone"


@dataclass(frozen=True)
class Row:
    """One row of the calculation."""

    node: Node
    symbol: str
    label: str
    unit: str = ""
    where: str = ""
    text: str = ""
    users: tuple[str, ...] = ()


@dataclass(frozen=True)
class Caption:
    """What a figure of the results is called, for a number that the code does not name."""

    label: str
    unit: str


def names_in(derivation: Derivation, graph: Graph) -> dict[int, Named]:
    """The step that names each node; of several the one computed first."""
    found: dict[int, Named] = {}
    for step in sorted(derivation.steps.values(), key=lambda one: one.id):
        node = graph.of_serial(step.id)
        if isinstance(node, Node) and node.op != "leaf":
            found.setdefault(node.id, step)
    return found


def rows_of(
    figures: Iterable[Node | float],
    sides: Iterable[Node | float],
    names: Mapping[int, Named],
    captions: Mapping[int, Caption],
    users: Callable[[Node], tuple[str, ...]],
) -> tuple[Row, ...]:
    """Rows of the calculation in an order in which each stands after those it uses.

    What several chemistries share comes first, then each chemistry by itself, last what the
    checks alone use.

    Args:
        figures: numbers of the results.
        sides: numbers that are compared.
        names: steps of the derivation by the id of their node.
        captions: what figures are called, by the id of their node.
        users: chemistries whose figures a number moves.
    """
    figures = list(figures)
    nodes = in_order([*figures, *sides])
    shown = {node.id for node in in_order(figures)}
    kept = _with_row(nodes, {*names, *captions})
    symbols = _Symbols()
    rows = [
        _row(node, names.get(node.id), captions.get(node.id), users(node), symbols)
        for node in nodes
        if node.id in kept
    ]
    rows = [row if row.node.id in shown else replace(row, text=FOR_CHECKS) for row in rows]
    return tuple(sorted(rows, key=lambda row: _place(row, row.node.id in shown)))


def _place(row: Row, is_shown: bool) -> tuple[bool, int, tuple[str, ...], int]:
    """Parts are shared by all that share the whole; of the checks alone only ids tell the order."""
    if not is_shown:
        return True, 0, (), row.node.id
    return False, -len(row.users), row.users, row.node.id


def _with_row(nodes: list[Node], named: set[int]) -> set[int]:
    """Ids of the numbers with a row: named ones, shared ones, and splits of long formulas."""
    uses: dict[int, int] = {}
    for node in nodes:
        for one in node.below:
            uses[one.id] = uses.get(one.id, 0) + 1
    kept: set[int] = set()
    size: dict[int, tuple[int, int]] = {}
    for node in nodes:
        parts = [size[one.id] for one in node.below]
        count = sum(part[0] for part in parts) + sum(isinstance(x, float) for x in node.args)
        deep = 1 + max((part[1] for part in parts), default=0)
        shared = uses.get(node.id, 0) > 1 and count >= SHARED_PARTS
        long = count > MOST_PARTS or deep > DEEPEST_INLINE
        is_row = node.op != "leaf" and (node.id in named or shared or long)
        if is_row:
            kept.add(node.id)
        size[node.id] = (1, 0) if is_row or node.op == "leaf" else (count, deep)
    return kept


class _Symbols:
    """One symbol for each row."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def one(self, base: str) -> str:
        self._taken[base] = self._taken.get(base, 0) + 1
        again = self._taken[base]
        return base if again == 1 else f"{base}#{again}"


def _row(
    node: Node,
    named: Named | None,
    caption: Caption | None,
    users: tuple[str, ...],
    symbols: _Symbols,
) -> Row:
    if named is not None:
        symbol = symbols.one(named.symbol.partition("#")[0])
        unit = named.unit or (caption.unit if caption else "")
        return Row(node, symbol, named.label, unit, named.where, named.text, users)
    if caption is not None:
        return Row(node, symbols.one(caption.label), caption.label, caption.unit, users=users)
    text = "a part of the formulas below that use it"
    return Row(node, symbols.one("part"), "part of other steps", text=text, users=users)
