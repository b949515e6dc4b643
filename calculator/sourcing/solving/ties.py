"""Is the least-cost plan the only one, and if not, which one is reported.

By complementary slackness every optimal plan lies on the face that one optimal dual points
out: a column with a reduced cost sits at its bound, a row with a price is tight, a cone with a
price is tight along one ray. The tie-break picks from that face, in turn, the
least sum of squared country shares over all commodities, then the least sum of
squared shares of the single flows. Both are strictly convex in what they decide, so the plan
depends neither on the order of rows nor on the solver (MODEL 2.10).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical, ConeBlock
from calculator.sourcing.layout import Bools, Floats, Ints, Layout
from calculator.sourcing.network import Process
from calculator.sourcing.solving.certificate import Duals
from calculator.sourcing.solving.polish import polished
from calculator.sourcing.solving.scaling import Scaled
from calculator.sourcing.solving.solved import OPTIMAL, UNBOUNDED, ConeDual
from calculator.sourcing.solving.solvers import solve_canonical, solve_roughly
from calculator.sourcing.solving.squares import solve_squares

LARGEST_TIE = 20_000  # free columns above which the tie-break is left out, and said so
_LINEAR, _CONIC = 1e-9, 1e-6  # a reduced cost below this is a tie
_ROOM = 1e-7
_TOLERANCES = (1e-10, 1e-8, 1e-7)  # problems without an interior reach only the last
_DUST = 1e-8  # scaled flow that an interior point leaves where none is meant
_IDLE = 1e-6  # scaled flow below which a kind is idle: a share of next to nothing means nothing
_MOVED = 1e-6  # scaled flow by which two plans count as different


@dataclass(frozen=True)
class Face:
    """All optimal plans (scaled); `loose` marks bounds and rows that may leave their limit."""

    problem: Canonical
    loose_column: Floats
    loose_row: Floats

    @property
    def free(self) -> Bools:
        """Columns that may still move."""
        return np.asarray(self.problem.upper > self.problem.lower)


def optimal_face(problem: Canonical, x: Floats, priced: Duals) -> Face:
    """Return the face of optimal plans that the duals point out."""
    tie = _CONIC if problem.cones else _LINEAR
    near = 1e-5 if problem.cones else 1e-9
    column = _leaning(priced.reduced, 1.0 + np.abs(problem.cost), tie)
    column = np.where(_at(x, problem.lower, problem.upper, near) == column, column, 0)
    row = _leaning(priced.row, np.ones(problem.m), tie)
    body = problem.matrix @ x
    lower, upper = _pinned(problem.lower, problem.upper, column, x)
    row_lower, row_upper = _pinned(problem.row_lower, problem.row_upper, row, body)
    cones, tight = _tight_cones(problem, priced.cones, x)
    face = replace(
        problem,
        cost=np.zeros(problem.n),
        lower=lower,
        upper=upper,
        matrix=sp.csr_array(sp.vstack([problem.matrix, *(t[0] for t in tight)], format="csr")),
        row_lower=np.concatenate([row_lower, *(t[1] for t in tight)]),
        row_upper=np.concatenate([row_upper, *(t[2] for t in tight)]),
        cones=cones,
    )
    moves = np.where(column == 0, _at(x, problem.lower, problem.upper, near), 0)
    slack = np.where(row == 0, _at(body, problem.row_lower, problem.row_upper, near), 0)
    equal = problem.row_lower == problem.row_upper
    return Face(face, np.where(upper > lower, moves, 0), np.where(equal, 0, slack))


def _leaning(price: Floats, size: Floats, tie: float) -> Floats:
    """+1 where the price holds the lower side, -1 the upper, 0 where it is a tie."""
    return np.where(price > tie * size, 1, np.where(price < -tie * size, -1, 0))


def _at(value: Floats, lower: Floats, upper: Floats, near: float) -> Floats:
    """+1 at the lower side, -1 at the upper, 0 between."""
    room = near * (1.0 + np.abs(value))
    return np.where(value - lower <= room, 1, np.where(upper - value <= room, -1, 0))


def _pinned(lower: Floats, upper: Floats, side: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Hold what leans on a side where it stands, which is that side to the solver's accuracy."""
    held = side != 0
    return np.where(held, value, lower), np.where(held, value, upper)


def _tight_cones(
    problem: Canonical, cone_duals: tuple[ConeDual, ...], x: Floats
) -> tuple[tuple[ConeBlock, ...], list[tuple[Any, Floats, Floats]]]:
    """A priced cone holds its vector on one ray, at full length: linear rows.

    The ray is that of `x` (more exact than that of the dual); each row keeps a little room for
    the solver's accuracy.
    """
    loose, tight = [], []
    for block, dual in zip(problem.cones, cone_duals, strict=True):
        vector = block.vectors @ x
        norm = float(np.linalg.norm(vector))
        if dual.reach <= _CONIC or norm <= _CONIC:
            loose.append(block)
            continue
        ray = vector / norm
        length = sp.csr_array(ray[None, :]) @ block.vectors
        off_ray = block.vectors - sp.csr_array(ray[:, None]) @ length
        rows = sp.csr_array(sp.vstack([off_ray, length - block.reach], format="csr"))
        room = _ROOM * max(1.0, norm)
        centre = np.append(np.zeros(len(ray)), block.offset)
        tight.append((rows, centre - room, centre + room))
    return tuple(loose), tight


def is_unique(face: Face, x: Floats, vertex: bool) -> bool | None:
    """Tell whether the face is one point; None where that could not be decided.

    If `x` is a vertex (a linear problem), another optimum must leave a bound or a row that
    holds here for free; their slack is maximised. Else two opposite directions are tried.
    """
    if not face.free.any():
        return True
    if not vertex:
        return _same_both_ways(face)
    found = _vertex_unique(face, x)
    own = face.problem.n > face.problem.n_flow
    return _same_both_ways(face) if own and found is False else found


def _vertex_unique(face: Face, x: Floats) -> bool | None:
    if not (face.loose_column.any() or face.loose_row.any()):
        return True
    cost = -(face.loose_column + face.problem.matrix.T @ face.loose_row)
    solved = solve_canonical(face.problem.with_cost(np.asarray(cost, float)))
    if solved.status == UNBOUNDED:
        return False
    if solved.status != OPTIMAL:
        return None
    return bool(cost @ (x - solved.x) <= _MOVED)


def _same_both_ways(face: Face) -> bool | None:
    """A fixed, irregular direction of flows is the same at both its ends only on one point.

    Variables of the rules' own may move: a plan is its flows.
    """
    direction = np.sin(1.0 + np.arange(face.problem.n) ** 2.0 % 1009.0) * face.free
    direction[face.problem.n_flow :] = 0.0
    ends = []
    for sign in (1.0, -1.0):
        solved = solve_roughly(face.problem.with_cost(sign * direction))
        if solved.status == UNBOUNDED:
            return False
        if solved.status != OPTIMAL:
            return None
        ends.append(solved.x)
    return bool(abs(direction @ (ends[0] - ends[1])) <= 20 * _MOVED * (1.0 + np.abs(ends[0]).max()))


def break_tie(layout: Layout, scaled: Scaled, face: Face) -> Floats | None:
    """Return the documented choice among optimal plans (scaled), or None if it failed."""
    if int(face.free.sum()) > LARGEST_TIE:
        return None
    first = _least_squares(face.problem, sp.eye_array(face.problem.n, format="csr"))
    if first is None:
        return None
    worth = np.where(first > _IDLE, first, 0.0)
    totals = _Totals.of(layout, scaled.plan(worth)[: layout.n])
    by_country = totals.country_shares(layout, scaled)
    second = _least_squares(face.problem, by_country)
    if second is None:
        return None
    held = _holding(face.problem, by_country, np.asarray(by_country @ second))
    third = _least_squares(held, totals.flow_shares(scaled))
    return None if third is None else polished(face.problem, _tidy(face.problem, third))


def squared_shares(layout: Layout, scaled: Scaled, x: Floats) -> float:
    """Return the sum of squared country shares over all commodities at a plan (scaled)."""
    totals = _Totals.of(layout, scaled.plan(x)[: layout.n])
    return float(np.sum((totals.country_shares(layout, scaled) @ x) ** 2))


def _tidy(problem: Canonical, x: Floats) -> Floats:
    """Set flows that the interior point left a hair off their bound onto it."""
    x = np.where(x - problem.lower <= _DUST, problem.lower, x)
    return np.where(problem.upper - x <= _DUST, problem.upper, x)


def _least_squares(problem: Canonical, squares: Any) -> Floats | None:
    """Minimise ||squares x||^2 with the columns that cannot move taken out."""
    free = np.flatnonzero((problem.upper > problem.lower) | _held_in_cone(problem))
    x = problem.lower.copy()
    x[free] = 0.0
    if not len(free):
        return x
    rest = problem.matrix @ x
    inner = sp.csc_array(problem.matrix)[:, free]
    used = np.diff(sp.csr_array(inner).indptr) > 0
    cones = tuple(
        ConeBlock(c.vectors[:, free], c.reach[:, free], c.offset + float((c.reach @ x)[0]))
        for c in problem.cones
    )
    small = Canonical(
        cost=np.zeros(len(free)),
        matrix=sp.csr_array(inner)[used],
        row_lower=(problem.row_lower - rest)[used],
        row_upper=(problem.row_upper - rest)[used],
        lower=problem.lower[free],
        upper=problem.upper[free],
        cones=cones,
        n_flow=len(free),
    )
    solved = solve_squares(small, sp.csr_array(squares)[:, free], _TOLERANCES)
    if solved.status != OPTIMAL:
        return None
    x[free] = solved.x
    return x


def _held_in_cone(problem: Canonical) -> Bools:
    """Columns fixed away from 0 inside a cone stay, since a cone has no constant vector."""
    inside = np.zeros(problem.n, np.bool_)
    for block in problem.cones:
        inside[block.vectors.indices] = True
    return np.asarray(inside & (problem.lower != 0))


def _holding(problem: Canonical, matrix: Any, value: Floats) -> Canonical:
    return replace(
        problem,
        matrix=sp.csr_array(sp.vstack([problem.matrix, matrix], format="csr")),
        row_lower=np.concatenate([problem.row_lower, value]),
        row_upper=np.concatenate([problem.row_upper, value]),
    )


@dataclass(frozen=True)
class _Totals:
    """What shares are taken of: the total of each commodity made, and of each kind of flow."""

    made: Floats
    flow: Floats
    group: Ints

    @classmethod
    def of(cls, layout: Layout, x: Floats) -> _Totals:
        sources = layout.sources
        goods = len(layout.network.commodities)
        amount = sources.per_unit * x[sources.column]
        made = np.bincount(sources.commodity, amount, minlength=goods).astype(np.float64)
        group = _flow_groups(layout)
        flow = np.bincount(group, x, minlength=int(group.max(initial=0)) + 1)
        return cls(made, flow.astype(np.float64), group)

    def country_shares(self, layout: Layout, scaled: Scaled) -> Any:
        """Rows (commodity, country) x columns: share of the commodity per scaled flow."""
        sources = layout.sources
        good = sources.commodity
        key = good * (len(layout.network.nodes) + 1) + _party_of_node(layout)[sources.node]
        rows, row = np.unique(key, return_inverse=True)
        total = np.where(self.made[good] > 0, self.made[good], np.inf)
        value = sources.per_unit / total * scaled.column[sources.column]
        shape = (len(rows), scaled.canonical.n)
        return sp.csr_array((value, (row, sources.column)), shape=shape)

    def flow_shares(self, scaled: Scaled) -> Any:
        """One row a flow: its share of its kind; flows of an idle kind count absolutely."""
        total = self.flow[self.group]
        n = len(self.group)
        value = np.where(total > 0, scaled.column[:n] / np.where(total > 0, total, 1.0), 1.0)
        at = np.arange(n)
        return sp.csr_array((value, (at, at)), shape=(n, scaled.canonical.n))


def _party_of_node(layout: Layout) -> Ints:
    """Country of each node as a number; a node without one stands for itself."""
    names = [node.country or f"\0{node.id}" for node in layout.network.nodes]
    return np.asarray(np.unique(np.array(names), return_inverse=True)[1])


def _flow_groups(layout: Layout) -> Ints:
    """(kind, commodity) of each flow: supplies, activities by first output, arcs, uses."""
    net, index = layout.network, layout.commodity_index
    goods = [s.commodity for s in net.supplies]
    goods += [_first_output(p) for p in net.processes]
    goods += [a.commodity for a in net.arcs]
    goods += [d.commodity for d in net.demands]
    code = np.fromiter(map(index.__getitem__, goods), np.int64, len(goods))
    sizes = (layout.n_supply, layout.n_process, layout.n_arc, layout.n_use)
    return np.repeat(np.arange(4), sizes) * len(index) + code


def _first_output(process: Process) -> str:
    """The commodity a process is grouped under."""
    later = (good for goods in process.elsewhere.values() for good in goods)
    return min(process.outputs or later)
