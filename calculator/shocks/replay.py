"""A past event on today's mix, or on a plan, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.shocks.chain import Chain
from calculator.shocks.event import Event
from calculator.shocks.from_plan import chain_of
from calculator.shocks.from_shares import chain_of_shares
from calculator.shocks.mitigation import Mitigation
from calculator.shocks.outcome import Stress
from calculator.shocks.shipped import event_named
from calculator.shocks.stress import stress_test

if TYPE_CHECKING:
    from calculator.scenario.sourcing import Sourced
    from materials_db.database import MaterialsDB

_AFTER = 90
"""Days that are watched after an event has ended."""


def replay(
    db: MaterialsDB,
    event: str | Event,
    on: str | Sequence[str] | Sourced,
    *,
    importer: str = "",
    gwh_per_year: float = 0.0,
    start: date | None = None,
    days: float | None = None,
    mitigation: Mitigation | None = None,
) -> Stress:
    """Let a past event happen again, from its first day and as long as it lasted.

    Args:
        db: the materials database.
        event: id of a shipped event, or an event with sizes of one's own (``with_size``).
        on: a chemistry or several, bought by ``importer`` at today's world shares; or a plan.
        importer: who buys, where ``on`` is no plan.
        gwh_per_year: cells bought, where ``on`` is no plan.
        start: day on which it begins, if not its own.
        days: horizon; the event and 90 days more if left out, a year where it has no end.
        mitigation: what stands ready.

    Raises:
        InputError: a size no source states, or no importer or amount for today's mix.
        UnknownNameError: no event or chemistry bears the name.
    """
    found = event_named(db, event) if isinstance(event, str) else event
    again = _whole(found if start is None else replace(found, start=start))
    chain = _supply(db, on, importer, gwh_per_year)
    horizon = days or (365.0 if again.days is None else again.days + _AFTER)
    return stress_test(
        chain,
        again,
        start=again.start,
        days=horizon,
        mitigation=mitigation,
    )


def _whole(event: Event) -> Event:
    """The event as it would have been without its suspension."""
    return replace(event, suspended_from=None, suspended_to=None, resumes=None)


def _supply(db: MaterialsDB, on: str | Sequence[str] | Sourced, importer: str, gwh: float) -> Chain:
    from calculator.scenario.sourcing import Sourced

    if isinstance(on, Sourced):
        return chain_of(on)
    if not importer or gwh <= 0:
        raise InputError(
            "a replay on today's mix needs a buyer and an amount; give 'importer' and "
            "'gwh_per_year'"
        )
    return chain_of_shares(db, on, importer, gwh)
