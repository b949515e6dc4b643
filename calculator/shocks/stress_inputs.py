"""One stress test as the recursion runs on it: arrays by step, point and scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.shocks.availability import (
    Blow,
    first_days,
    lane_weights,
    price_hits,
    quantity_hits,
)
from calculator.shocks.chain import Chain
from calculator.shocks.levels import PRIMARY, Ints, Levels, levels_of
from calculator.shocks.mitigation import (
    Alternative,
    Mitigation,
    checked_share,
    cover_days,
    points_named,
    ramp,
)
from calculator.shocks.outcome import scenarios_of
from calculator.shocks.run_records import Inputs, Other, Shift
from calculator.shocks.step_means import Hit, mean_factors, step_edges

if TYPE_CHECKING:
    from calculator.shocks.event import Event


@dataclass(frozen=True)
class Asked:
    """One test, its times and what it touches."""

    chain: Chain
    sheet: Levels
    events: tuple[Blow, ...]
    start: date
    edges: FloatArray
    mitigation: Mitigation

    @classmethod
    def of(
        cls,
        chain: Chain,
        events: Event | Sequence[Blow],
        start: date,
        days: float,
        mitigation: Mitigation | None = None,
        step_days: float = 1.0,
    ) -> Asked:
        """Check and gather what is asked.

        Raises:
            InputError: no event, or a chain or horizon that cannot be.
        """
        scenarios = scenarios_of(events)
        if not scenarios:
            raise InputError("there is no event to put the plan to; name one")
        edges = step_edges(days, step_days)
        return cls(chain, levels_of(chain), scenarios, start, edges, mitigation or Mitigation())

    @property
    def since(self) -> FloatArray:
        """(E,) day on which each scenario starts."""
        return first_days(self.events, self.start)

    @property
    def days(self) -> float:
        """Horizon."""
        return float(self.edges[-1])

    def rows(self, positions: list[int]) -> Ints:
        """Rows of the recursion of points of the chain."""
        return np.asarray(self.sheet.place[positions])


def inputs_of(asked: Asked) -> tuple[Inputs, tuple[Alternative, ...]]:
    """What the recursion runs on, and the alternatives in the order of their use.

    Raises:
        InputError: as ``stress_test``.
    """
    chain, sheet, edges = asked.chain, asked.sheet, asked.edges
    hits = quantity_hits(chain, asked.events, asked.start, asked.days)
    weights = lane_weights(chain)[:, sheet.order]
    merit = sorted(asked.mitigation.alternatives, key=lambda each: each.premium)
    others = tuple(_other(asked, each) for each in merit)
    given = Inputs(
        steps=np.diff(edges),
        arrives=np.clip(mean_factors(hits, weights, edges), 0.0, 1.0),
        own=_cover(asked, public=False),
        free=_free(asked, hits),
        public=_public(asked),
        release=_release(asked),
        others=others,
        transit=_transit(asked),
        shift=_shift(asked),
        rises=_rises(asked, weights),
        holding=asked.mitigation.holding_per_year is not None,
    )
    return given, tuple(merit)


def _free(asked: Asked, hits: list[list[Hit]]) -> FloatArray | None:
    """What comes without inputs, which is what is recycled."""
    sheet = asked.sheet
    if not sheet.free.any():
        return None
    recycled = lane_weights(asked.chain, lambda lane: lane.route != PRIMARY)[:, sheet.order]
    return np.maximum(mean_factors(hits, recycled * (sheet.free > 0), asked.edges), 0.0)


def _rises(asked: Asked, weights: FloatArray) -> FloatArray | None:
    hits = price_hits(asked.chain, asked.events, asked.start, asked.days)
    if not any(hits):
        return None
    return mean_factors(hits, weights, asked.edges) - 1.0


def _cover(asked: Asked, *, public: bool) -> FloatArray:
    days = cover_days(asked.chain, asked.mitigation, public=public)[asked.sheet.order]
    return np.repeat(days[:, None], len(asked.events), axis=1)


def _public(asked: Asked) -> FloatArray | None:
    found = _cover(asked, public=True)
    return found if found.any() else None


def _release(asked: Asked) -> FloatArray | None:
    after = asked.mitigation.release_after_days
    return ramp(asked.since, asked.edges, after, 0.0) if after > 0 else None


def _other(asked: Asked, each: Alternative) -> Other:
    called = each.kind.replace("_", " ")
    most = checked_share(f"the most a {called} of '{each.material}' gives", each.most)
    if each.premium < -1.0:
        raise InputError(f"the premium of a {called} is below -100 %; give what it costs more")
    rows = asked.rows(points_named(asked.chain, each.material, each.stage))
    come_up = ramp(asked.since, asked.edges, each.lead_days, each.ramp_days)
    return Other(rows, most * come_up, each.kind)


def _transit(asked: Asked) -> Ints | None:
    """Steps under way by row; a part of a step counts as the nearest whole."""
    given = asked.mitigation.transit_days
    if not given:
        return None
    step = float(asked.edges[1] - asked.edges[0])
    found = np.zeros(len(asked.chain.points), np.int64)
    for name, under_way in given.items():
        if not 0.0 <= under_way <= 3_650:
            raise InputError(f"'{name}' is {under_way:g} days under way; give 0 to 3650")
        for k in points_named(asked.chain, name, None):
            found[k] = round(under_way / step)
    return np.asarray(found[asked.sheet.order])


def _shift(asked: Asked) -> Shift | None:
    switch = asked.mitigation.switch
    if switch is None:
        return None
    sheet, named = asked.sheet, {p.id: k for k, p in enumerate(asked.chain.points)}
    found = [k for k in (switch.to, f"battery_cell, {switch.to}") if k in asked.chain.energy]
    if not found:
        made = ", ".join(name.removeprefix("battery_cell, ") for name in asked.chain.energy)
        raise InputError(
            f"the plan makes no {switch.to} to switch to; it makes {made}: add {switch.to} to the "
            "chemistries that are sourced"
        )
    row = int(sheet.place[named[found[0]]])
    most = checked_share("the share of the cells that can be switched", switch.most)
    come_up = ramp(asked.since, asked.edges, switch.lead_days, switch.ramp_days)
    return Shift(row, most * come_up, _alone(sheet, row))


def _alone(sheet: Levels, row: int) -> FloatArray:
    """(P, 1): 1 for points that feed this product and no other."""
    feeds = np.eye(len(sheet.need), dtype=np.bool_)
    for level in reversed(sheet.levels):
        for k in range(level.at.start, level.at.stop):
            feeds[k] |= feeds[sheet.need[k] > 0].any(axis=0)
    ends = feeds[:, sheet.products]
    only = ends[:, list(sheet.products).index(row)] & (ends.sum(axis=1) == 1)
    return np.asarray(only[:, None], np.float64)
