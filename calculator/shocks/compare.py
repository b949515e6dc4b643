"""Ways to withstand the same events side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from calculator.shocks.availability import Blow
from calculator.shocks.chain import Chain
from calculator.shocks.mitigation import KINDS, Mitigation
from calculator.shocks.outcome import Stress, scenarios_of
from calculator.shocks.stress import stress_test

if TYPE_CHECKING:
    from calculator.shocks.event import Event

NOTHING, ALL = "nothing", "all together"


@dataclass(frozen=True)
class WayRow:
    """One way and what is left of the loss; cost in the money of the chain."""

    option: str
    lost_gwh: float
    vehicles: float | None
    extra_cost: float
    days_to_shortage: float | None
    least_output: float
    binding: str
    """Id of the point that binds; empty where nothing is short."""


def options_of(mitigation: Mitigation) -> dict[str, Mitigation]:
    """Nothing, each kind of a mitigation alone, and all of it."""
    bare = mitigation.bare
    found = {NOTHING: bare}
    if mitigation.stocks:
        found["stock"] = replace(bare, stocks=mitigation.stocks)
    for kind in KINDS:
        of = tuple(each for each in mitigation.alternatives if each.kind == kind)
        if of:
            found[kind.replace("_", " ")] = replace(bare, alternatives=of)
    if mitigation.switch is not None:
        found["chemistry switch"] = replace(bare, switch=mitigation.switch)
    if len(found) > 2:
        found[ALL] = mitigation
    return found


def compare_mitigations(
    chain: Chain,
    events: Event | Sequence[Event],
    options: Mapping[str, Mitigation] | Mitigation,
    *,
    start: date,
    days: float = 365.0,
    step_days: float = 1.0,
) -> tuple[WayRow, ...]:
    """Put the plan to the same events, all at once, with each way that stands ready.

    Args:
        chain: the supply of the plan.
        events: one, or several that come together.
        options: what stands ready, by name; of one mitigation each of its kinds alone, nothing
            and all of it.
        start: day 0.
        days: horizon.
        step_days: length of a step.

    Returns:
        One row an option, in the order given.
    """
    ways = options_of(options) if isinstance(options, Mitigation) else options
    blow: Blow = tuple(event for each in scenarios_of(events) for event in _flat(each))
    rows = []
    for name, way in ways.items():
        found = stress_test(
            chain, (blow,), start=start, days=days, mitigation=way, step_days=step_days
        )
        rows.append(_row(name, found))
    return tuple(rows)


def _flat(blow: Blow) -> tuple[Event, ...]:
    return blow if isinstance(blow, tuple) else (blow,)


def _row(name: str, found: Stress) -> WayRow:
    point = found.binding()
    return WayRow(
        option=name,
        lost_gwh=float(found.lost_gwh[0]),
        vehicles=found.vehicles(),
        extra_cost=float(found.extra_cost[0]),
        days_to_shortage=found.days_to_shortage(),
        least_output=float(found.least_output[0]),
        binding=point.id if point else "",
    )
