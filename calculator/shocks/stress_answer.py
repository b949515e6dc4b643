"""All that is asked of a stress test of a scenario, in one record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.shocks.avoid import (
    Cover,
    SecondSource,
    cover_that_avoids,
    second_source_that_avoids,
)
from calculator.shocks.compare import WayRow, compare_mitigations
from calculator.shocks.event import Event
from calculator.shocks.from_plan import chain_of
from calculator.shocks.from_shares import chain_of_shares
from calculator.shocks.mitigation import Stock, mitigation_of
from calculator.shocks.outcome import Stress
from calculator.shocks.stress import stress_test
from calculator.shocks.written import events_of

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.shocks.chain import Chain
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class StressAnswer:
    """The answer of ``stress``; money is that of the chain."""

    scenario: Scenario
    supply: str
    """``plan``, or ``today's mix``."""
    events: tuple[Event, ...]
    stress: Stress
    """All events at once, then each alone where there are several."""
    ways: tuple[WayRow, ...]
    """What stands ready, side by side; one row where nothing does."""
    covers: tuple[Cover, ...] | None
    """Stocks with which nothing would have been lost; ``None`` where none are enough."""
    second_source: SecondSource | None
    """Second source from the first day with which nothing would have been lost."""
    notes: tuple[str, ...]


def market_chain(db: MaterialsDB, scenario: Scenario) -> Chain:
    """Today's mix for the buyer and the chemistries of a scenario.

    Raises:
        InputError: the scenario names no buyer.
    """
    from calculator.scenario.run import scenario_request

    asked = scenario.sourcing
    if asked is None:
        raise InputError("the scenario names no buyer; add 'sourcing:' with an 'importer'")
    names = asked.chemistries or (asked.chemistry or scenario.chemistries[0],)
    gwh = asked.demand_gwh_per_year or scenario.volume_gwh_per_year
    requests = [scenario_request(db, scenario, name) for name in names]
    return chain_of_shares(db, names, asked.importer, gwh, requests)


def stress_answer(
    db: MaterialsDB,
    scenario: Scenario,
    sourced: Sourced | None,
    cover_days: float | None = None,
) -> StressAnswer:
    """Put a plan, or today's mix, to the events of a scenario.

    Args:
        db: the materials database.
        scenario: with its part on shocks.
        sourced: its solved sourcing question; today's mix without it.
        cover_days: own stock of every good, in place of the scenario's own stocks.

    Raises:
        InputError: whatever only the user can say and has not, all together.
    """
    shocks = scenario.shocks
    assert shocks is not None
    chain = market_chain(db, scenario) if sourced is None else chain_of(sourced)
    asked = events_of(db, shocks, {point.material for point in chain.points})
    if not asked.events:
        said = "; ".join(asked.notes)
        raise InputError(f"no event is in force within the test{f': {said}' if said else ''}")
    ready = mitigation_of(db, shocks, chain.money, scenario.pack.energy_kwh)
    if cover_days is not None:
        public = tuple(stock for stock in ready.stocks if stock.public)
        ready = replace(ready, stocks=(Stock(cover_days), *public))
    start, days = shocks.date, shocks.horizon_days
    several = asked.events if len(asked.events) > 1 else ()
    stress = stress_test(chain, (asked.events, *several), start=start, days=days, mitigation=ready)
    return StressAnswer(
        scenario=scenario,
        supply="today's mix" if sourced is None else "plan",
        events=asked.events,
        stress=stress,
        ways=compare_mitigations(chain, asked.events, ready, start=start, days=days),
        covers=cover_that_avoids(stress),
        second_source=second_source_that_avoids(stress),
        notes=tuple(dict.fromkeys((*asked.notes, *stress.notes))),
    )
