"""Search for the best whole numbers beside cones, by a tree of our own.

The tree that proves plans (see `tree`) finds them as well: each branch is a linear problem under
the tangents found so far (Quesada and Grossmann 1992); where its whole numbers come out whole,
and now and then with those in use rounded up, the choice is solved exactly with its cones.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Floats
from calculator.sourcing.solving.cuts import Cut, Cutting
from calculator.sourcing.solving.even import evened
from calculator.sourcing.solving.solved import INFEASIBLE, OPTIMAL, Solved
from calculator.sourcing.solving.solvers import solve_canonical
from calculator.sourcing.solving.tree import Tree
from calculator.sourcing.watch import step

_MOST_BRANCHES = 2_000
_MOST_WORK = 4_000_000  # columns solved in all branches
_ROOT_ROUNDS = 60
_ROUNDS = 200
_EVERY = 10  # branches from one rounding to the next
_CLOSE = 1e-8
_WHOLE = 1e-6
_PRICED = 1e-12


def search_tree(problem: Canonical, most: float = np.inf) -> Solved | None:
    """Return the best plan over all whole numbers, or None if that takes too long.

    Plans that cost `most` or more do not count: where there is no other, there is none.
    """
    tree = Tree(problem, Cutting.of(problem.relaxed()), most)
    tree.cutting.add(at_the_root(problem))
    tried, at = _Tried(tree, cost=most), problem.integer
    open_, order = [(-np.inf, 0, problem.lower[at], problem.upper[at])], count(1)
    for done in range(min(_MOST_BRANCHES, _MOST_WORK // max(problem.n, 1))):
        while open_ and open_[0][0] >= tree.mark:
            heapq.heappop(open_)
        if not open_:
            return tried.best or _infeasible(problem)
        step("searching whole numbers")
        _, _, lower, upper = heapq.heappop(open_)
        found = tree.bound(lower, upper)
        if found is None:
            return None
        bound, x = found
        if x is None or bound >= tree.mark:
            continue
        tried.propose(x, now=done % _EVERY == 0)
        for low, high in tree.split(lower, upper, x, bound):
            heapq.heappush(open_, (bound, -next(order), low, high))
    return None


def _infeasible(problem: Canonical) -> Solved:
    return Solved(INFEASIBLE, np.zeros(problem.n), np.zeros(problem.m), (), "infeasible")


@dataclass
class _Tried:
    """Choices of whole numbers solved exactly, and the best of them."""

    tree: Tree
    best: Solved | None = None
    cost: float = np.inf
    seen: set[bytes] = field(default_factory=set)

    def propose(self, x: Floats, now: bool) -> None:
        """Try the choice of a branch if it is whole, or else, now and then, rounded up."""
        problem = self.tree.problem
        z = x[problem.integer]
        is_whole = np.abs(z - np.round(z)).max(initial=0.0) <= _WHOLE
        if not (is_whole or now):
            return
        choice = x.copy()
        choice[problem.integer] = np.round(z) if is_whole else np.ceil(z - _WHOLE)
        key = choice[problem.integer].tobytes()
        if key in self.seen:
            return
        self.seen.add(key)
        exact, cuts = exactly(problem.held(choice))
        self.tree.cutting.add(cuts)
        if exact.status == OPTIMAL:
            self._keep(exact, float(problem.cost @ exact.x))

    def _keep(self, exact: Solved, cost: float) -> None:
        if cost < self.cost:
            self.best, self.cost = replace(exact, bound=cost), cost
            self.tree.mark = cost - _CLOSE * (1.0 + abs(cost))


def at_the_root(problem: Canonical) -> list[Cut]:
    """Return cuts that settle the problem with its whole numbers let go."""
    root = Cutting.of(problem.relaxed())
    for _ in range(_ROOT_ROUNDS):
        solved = root.solve()
        if solved.status != OPTIMAL or not root.cut(solved.x):
            break
    return root.cuts


def exactly(held: Canonical) -> tuple[Solved, list[Cut]]:
    """Return one choice of whole numbers solved, and the cuts that tell what it costs."""
    even = evened(held)
    solved = solve_canonical(even.problem)
    rest = iter(solved.cones)
    cuts: list[Cut] = []
    for k, alike in enumerate(even.even):
        dual = None if alike else next(rest, None)
        if dual is not None and dual.reach > _PRICED and np.any(dual.vectors):
            cuts.append((k, -dual.vectors / np.linalg.norm(dual.vectors)))
    if solved.status == OPTIMAL and not any(even.even):
        return solved, cuts
    by_cuts = Cutting.of(held)
    for _ in range(_ROUNDS):  # cuts around an even split, or that prove it impossible
        x = by_cuts.solve()
        if x.status != OPTIMAL or not by_cuts.cut(x.x):
            break
    return solved, [*cuts, *by_cuts.cuts]
