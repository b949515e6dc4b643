"""The events of the database as events of a stress test, and the lists of firms that go with them.

A size that a source states is taken; where none does, the effect stands with a cut of 0 and its
label in ``Event.missing``, and the user must give the size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from calculator.regions import EU, EU_MEMBERS
from calculator.shocks.event import Effect, Event

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_events import EventEffect, EventFirm, EventNumber, EventRow

_SIZES = {"cut": "1", "delay_days": "day", "refusal": "1", "price_rise": "1"}
_RESUMES = {"yes": True, "no": False}
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm on a list of an event."""

    name: str
    country: str
    tier: str
    """``OEM``, ``tier_1`` or ``tier_2``."""
    item: str
    """What it supplies."""
    list: str
    """``control``, ``watch``, or empty where it is not known which list names it."""
    listed_on: str
    source: str
    locator: str
    note: str


def shipped_events(db: MaterialsDB) -> tuple[Event, ...]:
    """Every event of the database, in the order of its start.

    Rows of an overlay among them. An event without effects touches no good and is kept for
    reference.
    """
    sizes = _sizes(db)
    effects: dict[str, list[EventEffect]] = {}
    for row in db.event_effects:
        effects.setdefault(row.event, []).append(row)
    found = (_event(row, effects.get(row.id, []), sizes) for row in db.events.values())
    return tuple(sorted(found, key=lambda event: (event.start, event.id)))


def event_named(db: MaterialsDB, name: str) -> Event:
    """One event by id.

    Raises:
        UnknownNameError: no event bears the name; the nearest ones are told.
    """
    from materials_db.faults import UnknownNameError

    if name not in db.events:
        raise UnknownNameError("event", name, db.events)
    rows = [row for row in db.event_effects if row.event == name]
    return _event(db.events[name], rows, _sizes(db))


def firms_of(db: MaterialsDB, event: Event | str) -> tuple[Firm, ...]:
    """Firms a list of the event names; of an announcement, those known to stand on its own list."""
    name = event if isinstance(event, str) else event.id
    rows = (row for row in db.event_firms if name in (row.event, row.listed_by))
    return tuple(_firm(row) for row in rows)


def notes_of(db: MaterialsDB, event: Event | str) -> tuple[str, ...]:
    """Sentences to show with an event: its note, those of its effects, and where sources differ."""
    name = event if isinstance(event, str) else event.id
    row = db.events[name]
    effects = (f"{e.item}: {e.note}" for e in db.event_effects if e.event == name and e.note)
    return tuple(filter(None, (row.note, *effects, *_conflicts(db, name))))


def numbers_of(db: MaterialsDB, event: Event | str) -> tuple[EventNumber, ...]:
    """Every number a source states of an event, thresholds and quotas among them."""
    name = event if isinstance(event, str) else event.id
    return tuple(row for row in db.event_numbers if row.event == name)


def first_day(text: str) -> date:
    """First day of a year, month or day: ``2023`` is 1 January 2023."""
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _sizes(db: MaterialsDB) -> dict[_Key, dict[str, EventNumber]]:
    """First number of each size by event, material and stage."""
    found: dict[_Key, dict[str, EventNumber]] = {}
    for row in db.event_numbers:
        if row.quantity in _SIZES:
            found.setdefault((row.event, row.material, row.stage), {}).setdefault(row.quantity, row)
    return found


def _event(
    row: EventRow, effects: Iterable[EventEffect], sizes: dict[_Key, dict[str, EventNumber]]
) -> Event:
    start, rows = first_day(row.start), list(effects)
    known = [sizes.get((row.id, each.material, each.stage), {}) for each in rows]
    built = [_effect(each, numbers) for each, numbers in zip(rows, known, strict=True)]
    bare = (effect.label for effect, numbers in zip(built, known, strict=True) if not numbers)
    return Event(
        id=row.id,
        name=row.name,
        start=start,
        days=(first_day(row.end) - start).days + 1 if row.end else None,
        effects=tuple(built),
        status=row.status,
        suspended_from=first_day(row.suspended_from) if row.suspended_from else None,
        suspended_to=first_day(row.suspended_to) if row.suspended_to else None,
        resumes=_RESUMES.get(row.resumes),
        issuer=row.issuer,
        source=row.source,
        locator=row.locator,
        note=row.note,
        assumed=any(n.basis.value == "assumed" for numbers in known for n in numbers.values()),
        missing=tuple(dict.fromkeys(bare)),
    )


def _effect(row: EventEffect, numbers: dict[str, EventNumber]) -> Effect:
    from materials_db.units import to

    values = {name: to(n.value, n.unit, _SIZES[name]) for name, n in numbers.items()}
    return Effect(
        material=row.material,
        stage=row.stage or None,
        origins=_single(row.origins),
        destinations=_single(row.destinations),
        exempt=_single(row.exempt),
        reach=row.reach,
        cut=values.get("cut", 0.0),
        delay_days=values.get("delay_days", 0.0),
        refusal=values.get("refusal", 0.0),
        price_rise=values.get("price_rise", 0.0),
    )


def _single(places: tuple[str, ...]) -> tuple[str, ...]:
    """Countries, with the European Union as its members beside its own code."""
    more = sorted(EU_MEMBERS) if EU in places else []
    return tuple(dict.fromkeys((*places, *more)))


def _firm(row: EventFirm) -> Firm:
    kinds = [kind for kind in ("control", "watch") if f"_{kind}_" in row.listed_by]
    return Firm(
        name=row.firm,
        country=row.country,
        tier=row.tier,
        item=row.item,
        list=kinds[0] if kinds else "",
        listed_on=row.date,
        source=row.source,
        locator=row.locator,
        note=row.note,
    )


def _conflicts(db: MaterialsDB, name: str) -> Iterable[str]:
    """One sentence for each quantity that two places of the sources state differently."""
    groups: dict[tuple[str, ...], list[EventNumber]] = {}
    for row in numbers_of(db, name):
        key = (row.material, row.stage, row.quantity, row.date or "")
        groups.setdefault(key, []).append(row)
    for (material, _, quantity, _), rows in groups.items():
        if len({row.value for row in rows}) > 1:
            said = "; ".join(f"{r.value:g} {r.unit} ({r.source}, {r.locator})" for r in rows)
            words = f"{quantity} of {material}".replace("_", " ")
            yield f"sources differ on {words}: {said}; the first is used"
