"""Faults of events: ids that point nowhere, dates in disorder, numbers without an effect."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from materials_db.countries import PLACES
from materials_db.database import MaterialsDB
from materials_db.faults import Fault, did_you_mean
from materials_db.schema import Filed
from materials_db.schema_events import EventEffect, EventRow

_LISTS = ("destinations", "exempt")


def event_faults(db: MaterialsDB) -> Iterator[Fault]:
    """Every fault of the tables of events against one another."""
    rows = (db.event_effects, db.event_numbers, db.event_firms, db.price_effects)
    for row in chain.from_iterable(rows):
        yield from _unknown_event(db, getattr(row, "event", ""), row)
    for firm in db.event_firms:
        if firm.listed_by:
            yield from _unknown_event(db, firm.listed_by, firm)
    for event in db.events.values():
        yield from _date_faults(event)
    for effect in db.event_effects:
        yield from _place_faults(effect)
    yield from _loose_numbers(db)


def _unknown_event(db: MaterialsDB, name: str, row: Filed) -> Iterator[Fault]:
    if name not in db.events:
        remedy = f"{did_you_mean(name, db.events)} or add it to events"
        yield Fault(row.file, row.row, f"event '{name}' is not known", remedy)


def _date_faults(event: EventRow) -> Iterator[Fault]:
    if event.end is not None and event.end < event.start[: len(event.end)]:
        what = f"event '{event.id}' ends on {event.end} before it starts on {event.start}"
        yield Fault(event.file, event.row, what, "swap or mend the dates")
    begun, ended = event.suspended_from, event.suspended_to
    if (begun is None) != (ended is None):
        what = f"event '{event.id}' has one end of a suspension"
        yield Fault(event.file, event.row, what, "give suspended_from and suspended_to, or none")
    if begun is not None and ended is not None and ended < begun:
        what = f"the suspension of '{event.id}' ends on {ended} before it starts on {begun}"
        yield Fault(event.file, event.row, what, "swap or mend the dates")
    if (ended is None) == bool(event.resumes):
        what = f"event '{event.id}' has resumes '{event.resumes}'"
        yield Fault(event.file, event.row, what, "say yes, no or unknown of a suspension alone")


def _place_faults(effect: EventEffect) -> Iterator[Fault]:
    for name in _LISTS:
        for place in getattr(effect, name):
            if place not in PLACES:
                what = f"{name} '{place}' is not a country"
                yield Fault(effect.file, effect.row, what, did_you_mean(place, PLACES))


def _loose_numbers(db: MaterialsDB) -> Iterator[Fault]:
    """Numbers of a material that no effect of their event touches."""
    known = {(row.event, row.material, row.stage) for row in db.event_effects}
    for row in db.event_numbers:
        if row.event in db.events and (row.event, row.material, row.stage) not in known:
            what = f"event '{row.event}' has no effect on '{row.material}' ({row.stage or 'any'})"
            yield Fault(row.file, row.row, what, "add it to event_effects, or mend the number")
