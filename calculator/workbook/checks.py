"""Comparisons on which the figures depend: while each stays as it was, the workbook holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from calculator.trace.number import Guard
from calculator.workbook.counts import Condition
from calculator.workbook.expressions import Graph, Node

BRANCH = "a way the computation took"
COUNT = "whole counts of the pack"


@dataclass(frozen=True)
class Check:
    """One comparison."""

    kind: str
    text: str
    """What it decides; empty where the code does not say."""
    op: str
    left: Node | float
    right: Node | float
    was: bool
    users: tuple[str, ...] = ()

    def for_users(self, users: Callable[[Node], tuple[str, ...]]) -> Check:
        """The same with the chemistries it concerns."""
        found = [users(one) for one in (self.left, self.right) if isinstance(one, Node)]
        if self.users or not found:
            return self
        least = min(found, key=len)
        return replace(self, users=least)


def checks_of(
    guards: Iterable[Guard],
    conditions: Mapping[str, Iterable[Condition]],
    graph: Graph,
) -> tuple[Check, ...]:
    """Every comparison once; what no input moves is left out.

    Args:
        guards: comparisons of the tape.
        conditions: those on the counts of the pack, by chemistry.
        graph: the graph of the workbook.
    """
    found = [_check(BRANCH, "", one, graph, ()) for one in guards]
    for name, several in conditions.items():
        found += [_check(COUNT, one.text, one.guard, graph, (name,)) for one in several]
    unique: dict[object, Check] = {}
    for check in found:
        if isinstance(check.left, Node) or isinstance(check.right, Node):
            unique.setdefault((check.op, _id(check.left), _id(check.right), check.users), check)
    return tuple(unique.values())


def _id(one: Node | float) -> object:
    return one.id if isinstance(one, Node) else ("number", one)


def _check(kind: str, text: str, guard: Guard, graph: Graph, users: tuple[str, ...]) -> Check:
    return Check(
        kind, text, guard.op, graph.node(guard.left), graph.node(guard.right), guard.held, users
    )
