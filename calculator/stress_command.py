"""The command ``stress``: a plan, or today's mix, put to the events of a scenario."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from calculator.command_inputs import (
    ANSWERED,
    CODE_OF_STATUS,
    FAULT,
    Asked,
    answer,
    scenario_of,
)
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from calculator.scenario.shocks import ShockEvent, Shocks


def stress(asked: Asked) -> int:
    """Days to the first shortage, what is lost, what it costs and what would have avoided it."""
    from calculator.scenario.run import scenario_database
    from calculator.scenario.sourcing import source_scenario
    from calculator.shocks.stress_answer import stress_answer
    from calculator.stress_reports import stress_report, stress_text

    plain = scenario_of(asked)
    scenario = plain.model_copy(update={"shocks": _shocks(asked, plain)})
    cover = _days("--cover", asked.cover, least=0)
    db = scenario_database(scenario)
    sourced = None
    if not asked.market:
        sourced = source_scenario(db, scenario)
        if sourced.plan.status != "optimal":
            said = f"there is no plan to put to the test: it is {sourced.plan.status}"
            see = f"battcalc explain {printable(asked.scenario)}"
            print(f"battcalc: {said}; see: {see}", file=sys.stderr)
            return CODE_OF_STATUS.get(sourced.plan.status, FAULT)
    found = stress_answer(db, scenario, sourced, cover)
    answer(asked, stress_report(found), lambda: stress_text(found))
    return ANSWERED


def _shocks(asked: Asked, scenario: Scenario) -> Shocks:
    """The scenario's part on shocks with the options over it."""
    from calculator.scenario.shocks import Shocks

    part = scenario.shocks
    start = _date(asked.on)
    if part is None:
        if start is None or not asked.event:
            raise InputError(
                f"{printable(asked.scenario)} names no event; add 'shocks:' with a 'date' and "
                "'events', or give --on DATE and --event ID"
            )
        part = Shocks(date=start)
    events = _events(asked, part.events)
    if not events:
        raise InputError(
            f"{printable(asked.scenario)} names no event; add some under 'shocks', or give "
            "--event ID"
        )
    return part.model_copy(update={"date": start or part.date, "events": events})


def _events(asked: Asked, stated: Sequence[ShockEvent]) -> tuple[ShockEvent, ...]:
    """Events of the scenario, or those of the options alone; sizes of the options go before."""
    chosen: list[ShockEvent] = [] if asked.event else list(stated)
    for name in asked.event or ():
        known = [event for event in stated if name in (event.event, event.name)]
        chosen += known or [_read({"event": name})]
    changes: dict[str, str] = {}
    if asked.days is not None:
        changes["days"] = f"{_days('--days', asked.days, least=1):g} day"
    if asked.cut is not None:
        changes["cut"] = asked.cut
    return tuple(_changed(event, changes) for event in chosen)


def _changed(event: ShockEvent, changes: Mapping[str, str]) -> ShockEvent:
    if not changes:
        return event
    given: dict[str, Any] = event.model_dump(
        mode="json", by_alias=True, exclude_unset=True, context={"as_text": True}
    )
    if "days" in changes:
        given.pop("end", None)
    return _read({**given, **changes})


def _read(values: Mapping[str, Any]) -> ShockEvent:
    from calculator.shocks.event_form import read_event

    return read_event(values, "command line")


def _days(option: str, text: str | None, least: int) -> float | None:
    """A number of days, with or without its unit."""
    if text is None:
        return None
    number = text.strip().removesuffix("days").removesuffix("day").strip()
    try:
        value = float(number)
    except ValueError:
        value = -1.0
    if not least <= value <= 36_500:
        shown = printable(text[:40])
        raise InputError(f"{option} is '{shown}'; give a number of days, {least} or more")
    return value


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        shown = printable(text[:40])
        raise InputError(f"--on is '{shown}'; give a date such as 2026-11-22") from None
