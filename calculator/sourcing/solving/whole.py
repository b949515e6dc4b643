"""Whole numbers: suppliers used or not, lots, fees paid once.

HiGHS searches for the best whole numbers. Where cones stand beside them, a tree of our own does
(see `search`), in which every cone is the intersection of its tangents; where that grows too
large, an outer approximation around HiGHS's search (Duran and Grossmann 1986): each choice of
whole numbers that the search proposes is solved exactly with its cones, and the tangents that
the exact prices point out make the search know its true cost. It ends when the search cannot
promise less than the best choice met. No solver of cones and integers together, such as SCIP,
is needed for either. With the whole numbers held where the search left them, the rest is a
linear or cone problem, which gives exact flows and prices.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Bools, Floats
from calculator.sourcing.solving.cuts import Cutting
from calculator.sourcing.solving.even import evened
from calculator.sourcing.solving.search import at_the_root, exactly, search_tree
from calculator.sourcing.solving.solved import FAILED, INFEASIBLE, OPTIMAL, Solved
from calculator.sourcing.solving.solvers import by_highs, solve_canonical
from calculator.sourcing.watch import step

_ROUNDS = 200
_CLOSE, _CLOSE_CONIC = 1e-9, 1e-7
_MISS, _MISS_CONIC = 1e-9, 1e-7
_PUT_BACK = 10  # rounds in which broken rows are put back


def solve_whole(problem: Canonical, most: float = np.inf) -> Solved:
    """Solve a problem some of whose columns are whole numbers.

    The duals are those with the whole numbers held (see `held_problem`); `bound` is the search's
    own lower bound. Beside cones, plans that cost `most` or more need not be looked for.
    """
    if problem.cones:
        found = search_tree(problem, most) or around_the_search(problem)
    else:
        found = by_highs(problem)
    if found.status != OPTIMAL:
        return found
    solved = solve_canonical(evened(held_problem(problem, found.x)).problem)
    if solved.status != OPTIMAL:  # the search works to a tolerance that the rest need not meet
        return replace(solved, status=FAILED, said=f"with whole numbers held: {solved.said}")
    x = solved.x.copy()
    x[problem.integer] = np.round(found.x[problem.integer])
    return replace(solved, x=x, bound=found.bound)


def cheapest_wholes(problem: Canonical, solved: Solved, money: Floats) -> Solved:
    """Return a solution as good as `solved` whose whole numbers allow the least money.

    For objectives other than the cost, which leave open what they do not count, such as a fee
    for a supplier that nothing is bought from. `money` is what each (scaled) column costs.
    """
    best = float(problem.cost @ solved.x)
    most = best + (_CLOSE_CONIC if problem.cones else _CLOSE) * (1.0 + abs(best))
    as_good = replace(
        problem,
        cost=money / (float(np.abs(money).max(initial=0.0)) or 1.0),
        matrix=sp.csr_array(sp.vstack([problem.matrix, problem.cost[None, :]], format="csr")),
        row_lower=np.append(problem.row_lower, -np.inf),
        row_upper=np.append(problem.row_upper, most),
    )
    found = solve_canonical(as_good)
    if found.status != OPTIMAL:
        return solved
    again = solve_canonical(evened(held_problem(problem, found.x)).problem)
    if again.status != OPTIMAL or float(problem.cost @ again.x) > most:
        return solved
    x = again.x.copy()
    x[problem.integer] = np.round(found.x[problem.integer])
    return replace(again, x=x, bound=solved.bound)


def around_the_search(problem: Canonical) -> Solved:
    """Search by HiGHS with cuts for cones until that promises no more than the best choice met."""
    search = Cutting.of(problem)
    search.add(at_the_root(problem))
    best, cost, seen = None, np.inf, set[bytes]()
    for _ in range(_ROUNDS):
        step("searching whole numbers")
        found = search.solve()
        if found.status != OPTIMAL:
            shut_out = found.status == INFEASIBLE and best is not None
            return replace(best, bound=cost) if shut_out and best is not None else found
        promised = found.bound if found.bound is not None else -np.inf
        key = np.round(found.x[problem.integer]).tobytes()
        if best is not None and (promised >= cost - _CLOSE * (1.0 + abs(cost)) or key in seen):
            return replace(best, bound=min(promised, cost))
        exact, cuts = exactly(problem.held(found.x))
        if exact.status == OPTIMAL and float(problem.cost @ exact.x) < cost:
            best, cost = exact, float(problem.cost @ exact.x)
        search.cut(found.x)
        search.add(cuts)
        if not _shut_out(search, found.x):
            if key in seen:
                break
            seen.add(key)
    return replace(found, status=FAILED, said=f"no end after {_ROUNDS} rounds over whole numbers")


def _shut_out(search: Cutting, x: Floats) -> bool:
    """Shut out a choice whose cost is known, where it is one of yes or no throughout."""
    at = search.problem.integer
    if np.any(search.problem.lower[at] < 0) or np.any(search.problem.upper[at] > 1):
        return False
    yes = np.round(x[at]) > 0.5
    value = np.where(yes, -1.0, 1.0)
    least = 1.0 - np.count_nonzero(yes)
    search.model.addRow(least, np.inf, len(at), at.astype(np.int32), value)
    return True


def held_problem(problem: Canonical, x: Floats) -> Canonical:
    """Return the problem with its whole numbers held and no row that they alone make idle.

    A row such as x <= K b says no more than the capacity once b is 1; left in, it could take the
    price that belongs to the capacity. So rows with whole numbers in them are opened, and
    those that the flows then break are put back.
    """
    held = problem.held(x)
    idle = _of_whole(problem, x)
    for _ in range(_PUT_BACK if idle.any() else 0):
        opened = _opened(held, idle)
        solved = solve_canonical(evened(opened).problem)
        if solved.status != OPTIMAL:
            return held
        broken = idle & _broken(held, solved.x)
        if not broken.any():
            return opened
        idle = idle & ~broken
    return held


def _of_whole(problem: Canonical, x: Floats) -> Bools:
    """Rows of whole numbers alone, and rows in which those that are not 0 take part."""
    whole = np.zeros(problem.n)
    whole[problem.integer] = 1.0
    here = whole * (np.round(np.abs(x)) > 0)
    size = abs(problem.matrix)
    alone = (size @ whole > 0) & (size @ (1.0 - whole) == 0)
    return np.asarray(alone | (size @ here > 0))


def _opened(problem: Canonical, rows: Bools) -> Canonical:
    return replace(
        problem,
        row_lower=np.where(rows, -np.inf, problem.row_lower),
        row_upper=np.where(rows, np.inf, problem.row_upper),
    )


def _broken(problem: Canonical, x: Floats) -> Bools:
    body = problem.matrix @ x
    room = (_MISS_CONIC if problem.cones else _MISS) * (1.0 + abs(problem.matrix) @ np.abs(x))
    return np.asarray((body < problem.row_lower - room) | (body > problem.row_upper + room))
