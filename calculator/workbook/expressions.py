"""The operations below traced numbers as one graph in which equal sums stand once.

A trace holds what ran, each chemistry for itself. Here what was computed twice from the same
numbers becomes one node, factors of one and terms of zero go, and numbers that no input moves
become constants; no value changes by it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from calculator.trace import Traced, value_of
from calculator.trace.number import apply

Operand = "Node | float"
Key = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Node:
    """One number of the graph: an input, or an operation on others."""

    id: int
    """Place in the order of computing: above the ids of ``args``."""
    op: str
    """``leaf``, or an operation of ``calculator.trace``."""
    args: tuple[Node | float, ...]
    value: float
    leaf: Traced | None = field(default=None, repr=False)
    """The number that stands for an input."""

    @property
    def below(self) -> tuple[Node, ...]:
        """Nodes it is made of."""
        return tuple(one for one in self.args if isinstance(one, Node))


class Graph:
    """Nodes by what they are; made once for each workbook.

    All numbers are given at once, so that the first that computed something stands for it and
    ids rise from parts to wholes.

    Args:
        numbers: every traced number of the workbook, with all below them.
        key_of: what makes two inputs one; None for a number that is fixed.
    """

    def __init__(self, numbers: Iterable[Traced], key_of: Callable[[Traced], Key | None]) -> None:
        self._key_of = key_of
        self._known: dict[Key, Node] = {}
        self._by_serial: dict[int, Node | float] = {}
        for one in traced_below(numbers):
            self._by_serial[one.serial] = self._made(one)

    def node(self, number: Traced | float) -> Node | float:
        """The node of a traced number; a float where no input moves it."""
        return self._operand(number)

    def of_serial(self, serial: int) -> Node | float | None:
        """The node of a number of the trace; None where no figure rests on it."""
        return self._by_serial.get(serial)

    def _made(self, number: Traced) -> Node | float:
        if number.op == "leaf":
            key = self._key_of(number)
            return number.value if key is None else self._kept(("leaf", *key), number)
        args = tuple(self._operand(one) for one in number.args)
        if not math.isfinite(number.value) or all(isinstance(one, float) for one in args):
            return number.value
        simple = _simpler(number.op, args)
        if simple is not None:
            return simple
        return self._kept((number.op, *map(_name, args)), number, args)

    def _operand(self, one: Traced | float) -> Node | float:
        return self._by_serial[one.serial] if isinstance(one, Traced) else value_of(one)

    def _kept(self, key: Key, number: Traced, args: tuple[Node | float, ...] = ()) -> Node:
        found = self._known.get(key)
        if found is None:
            leaf = number if number.op == "leaf" else None
            found = Node(number.serial, number.op, args, number.value, leaf)
            self._known[key] = found
        return found


def traced_below(roots: Iterable[Traced]) -> list[Traced]:
    """Every number of the trace below and with ``roots``, each after its parts."""
    met: dict[int, Traced] = {}
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if one.serial not in met:
            met[one.serial] = one
            waiting += [part for part in one.args if isinstance(part, Traced)]
    return [met[serial] for serial in sorted(met)]


def _name(one: Node | float) -> object:
    """What a part is called in a key; a node and a constant are never called the same."""
    return one.id if isinstance(one, Node) else ("number", one)


def _simpler(op: str, args: tuple[Node | float, ...]) -> Node | float | None:
    """The number an operation gives whatever its inputs, or the one it leaves as it is."""
    if op == "same":
        return args[0]
    left, right = (*args, None)[:2]
    if op in ("*", "/") and _is(right, 1.0):
        return left
    if op in ("+", "-") and _is(right, 0.0):
        return left
    if (op == "*" and _is(left, 1.0)) or (op == "+" and _is(left, 0.0)):
        return right
    if op in ("*", "/") and (_is(left, 0.0) or (op == "*" and _is(right, 0.0))):
        return 0.0
    return None


def _is(one: Node | float | None, value: float) -> bool:
    return isinstance(one, float) and one == value


def in_order(roots: Iterable[Node | float]) -> list[Node]:
    """Every node below and with ``roots``, each after its parts."""
    met: dict[int, Node] = {}
    waiting = [one for one in roots if isinstance(one, Node)]
    while waiting:
        node = waiting.pop()
        if node.id not in met:
            met[node.id] = node
            waiting += node.below
    return [met[name] for name in sorted(met)]


def evaluate(
    roots: Iterable[Node | float], values: Mapping[int, float] | None = None
) -> dict[int, float]:
    """Value of every node by its id, some inputs changed."""
    changed = values or {}
    found: dict[int, float] = {}
    for node in in_order(roots):
        if node.op == "leaf":
            found[node.id] = changed.get(node.id, node.value)
        else:
            parts = [found[one.id] if isinstance(one, Node) else one for one in node.args]
            found[node.id] = float(apply(node.op, parts))
    return found
