"""A chain in levels: every point after all it is made from, in days of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.shocks.availability import lane_weights
from calculator.shocks.chain import Chain

Ints = npt.NDArray[np.int64]
PRIMARY = "primary"
_LOOSE = 1e-6


@dataclass(frozen=True)
class Level:
    """Points that need nothing of each other; arrays are over the points in order of levels."""

    number: int
    at: slice
    """Its points."""
    target: Ints
    """Its points that are made from others."""
    lead: Ints
    """First input of each of these."""
    more: tuple[tuple[int, int], ...]
    """Further inputs: which of the targets, and the input."""
    need: FloatArray
    """(points of the level, points after it): days of each that a day of a later one takes."""


@dataclass(frozen=True)
class Levels:
    """The chain as the recursion sees it; ``order`` maps its rows to the points of the chain."""

    order: Ints
    levels: tuple[Level, ...]
    need: FloatArray
    """(P, P): days of source p that a day of target t takes."""
    kwh_per_day: FloatArray
    """(P,): energy of a planned day of each product; 0 for what is none."""
    products: Ints
    free: FloatArray
    """(P,): share of the flow that needs no input, which is what is recycled."""
    shared: bool
    """Whether there are several products, so that what one leaves another can use."""

    @cached_property
    def place(self) -> Ints:
        """Row of each point of the chain."""
        found = np.empty_like(self.order)
        found[self.order] = np.arange(len(self.order))
        return found

    @cached_property
    def carries(self) -> FloatArray:
        """(P, 1): share of the flow that its inputs carry."""
        return np.asarray(1.0 - self.free[:, None])

    @cached_property
    def per_carried(self) -> FloatArray:
        """(P, 1): days of inputs for a day of flow that they carry; 0 where they carry none."""
        carried = self.carries > 0
        return np.where(carried, 1.0 / np.where(carried, self.carries, 1.0), 0.0)

    @cached_property
    def unfed(self) -> Ints:
        """Rows that are made from nothing."""
        fed = np.concatenate([level.target for level in self.levels])
        return np.setdiff1d(np.arange(len(self.order)), fed)

    @cached_property
    def product_rows(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Row and number of each product, by level."""
        numbered = [(int(row), k) for k, row in enumerate(self.products)]
        return tuple(
            tuple(pair for pair in numbered if level.at.start <= pair[0] < level.at.stop)
            for level in self.levels
        )


def least_of_inputs(level: Level, rows: FloatArray) -> FloatArray:
    """(targets, E): the least over the inputs of each target."""
    least = rows.take(level.lead, axis=0)
    for k, source in level.more:
        np.minimum(least[k], rows[source], out=least[k])
    return least


def levels_of(chain: Chain) -> Levels:
    """Put the points of a chain into levels.

    Raises:
        InputError: a chain that makes no product, goes in a circle or does not balance.
    """
    need = need_matrix(chain)
    depth = _depths(chain, need)
    order = np.argsort(depth, kind="stable")
    sorted_need = need[np.ix_(order, order)]
    kwh = np.array([chain.energy.get(p.id, 0.0) * p.per_day for p in chain.points])[order]
    if not kwh.sum() > 0:
        raise InputError("the chain delivers no energy; give it a product with 'energy' above 0")
    _check_balance(chain, need)
    fed = (sorted_need > 0).any(axis=0)
    free = lane_weights(chain, lambda lane: lane.route != PRIMARY).sum(axis=0)[order]
    return Levels(
        order=order,
        levels=tuple(_levels(depth[order], sorted_need)),
        need=sorted_need,
        kwh_per_day=kwh,
        products=np.flatnonzero(kwh > 0),
        free=np.where(fed, free, 0.0),
        shared=bool((kwh > 0).sum() > 1),
    )


def need_matrix(chain: Chain) -> FloatArray:
    """(P, P) in the order of the chain: days of the row's point in a day of the column's."""
    at = {point.id: k for k, point in enumerate(chain.points)}
    need = np.zeros((len(at), len(at)))
    for target, sources in chain.recipe.items():
        for source, units in sources.items():
            made, used = chain.points[at[target]].per_day, chain.points[at[source]].per_day
            if used > 0:
                need[at[source], at[target]] += units * made / used
    return need


def _depths(chain: Chain, need: FloatArray) -> Ints:
    """Longest way from a point that is made from nothing."""
    depth = np.zeros(len(need), np.int64)
    for _ in range(len(need) + 1):
        deeper = np.where(need.T > 0, depth + 1, 0).max(axis=1, initial=0)
        if (deeper <= depth).all():
            return depth
        depth = np.maximum(depth, deeper)
    names = ", ".join(chain.points[k].id for k in np.flatnonzero(depth == depth.max()))
    raise InputError(f"the recipe goes in a circle by way of {names}; mend the recipe")


def _levels(depth: Ints, need: FloatArray) -> list[Level]:
    found = []
    for number in range(int(depth.max()) + 1):
        inside = np.flatnonzero(depth == number)
        at = slice(int(inside[0]), int(inside[-1]) + 1)
        fed = [int(k) for k in inside if (need[:, k] > 0).any()]
        inputs = [np.flatnonzero(need[:, k] > 0).tolist() for k in fed]
        found.append(
            Level(
                number=number,
                at=at,
                target=np.array(fed, np.int64),
                lead=np.array([several[0] for several in inputs], np.int64),
                more=tuple((k, s) for k, several in enumerate(inputs) for s in several[1:]),
                need=np.ascontiguousarray(need[at, at.stop :]),
            )
        )
    return found


def _check_balance(chain: Chain, need: FloatArray) -> None:
    """Refuse a chain whose points feed more, or less, than the plan takes of them."""
    used = need.sum(axis=1)
    for point, share in zip(chain.points, used, strict=True):
        feeds = 0.0 if point.id in chain.energy else 1.0
        if point.per_day > 0 and abs(share - feeds) > _LOOSE:
            raise InputError(
                f"of '{point.id}' the recipe takes {100 * share:.6g} % of what the plan takes in "
                f"a day; {'a product feeds nothing' if not feeds else 'mend recipe or flows'}"
            )
