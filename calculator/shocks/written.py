"""The events of a scenario: shipped ones with the user's numbers over their own, and written ones.

A shipped event that is in force on the day of the test begins with the test, since the question
is what it does to today's plan; one still to come keeps its day; a ``start`` of the user's moves
any event there, which is how a past one is replayed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.scenario.shocks import ShockEvent, Shocks
from calculator.shocks.dates import last_day, state_on
from calculator.shocks.event import Effect, Event, with_size
from calculator.shocks.shipped import event_named
from materials_db.faults import UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """The events of a scenario, ready for a test."""

    events: tuple[Event, ...]
    notes: tuple[str, ...]
    """Why an event is left out, or what is taken of it."""


def events_of(db: MaterialsDB, shocks: Shocks, used: Collection[str] | None = None) -> Asked:
    """The events a scenario asks for.

    Args:
        db: the database.
        shocks: that part of the scenario.
        used: materials the plan holds; a size is asked for effects on these alone, and names of
            the user's may be among them. Without it every effect counts.

    Raises:
        InputError: every fault and every open question: an unknown id or material, a state that
            is not known on the day, a size that no source states.
    """
    faults = list(name_faults(db, shocks, used or ()))
    events: list[Event] = []
    notes: list[str] = []
    for record in shocks.events:
        try:
            found, said = _event(db, record, shocks, used)
        except (InputError, UnknownNameError) as error:
            faults.append(str(error))
            continue
        notes += [said] if said else []
        events += [found] if found is not None else []
    if faults:
        raise InputError("\n".join(dict.fromkeys(faults)))
    return Asked(_numbered(events), tuple(notes))


def written_event(values: Mapping[str, Any], on: date) -> Event:
    """An event of the user's own from plain values, as they stand in a scenario file.

    Args:
        values: keys and texts of ``shocks.events``, with ``name``.
        on: its first day where ``start`` is left out.

    Raises:
        InputError: every fault of the values, one sentence each.
    """
    from calculator.shocks.event_form import read_event

    record = read_event(values)
    if record.name is None:
        raise InputError("the event is a shipped one; give 'name' for an event of your own")
    return own_event(record, on)


def own_event(record: ShockEvent, on: date) -> Event:
    """An event of the user's own; it starts on ``on`` where it names no day."""
    start = record.start or on
    effect = Effect(
        material=record.material,
        stage=record.stage,
        origins=record.origins,
        owners=record.owners,
        destinations=record.destinations,
        exempt=record.exempt,
        reach=record.reach,
        cut=(record.cut_percent or 0.0) / 100,
        delay_days=record.delay_days or 0.0,
        refusal=(record.refusal_percent or 0.0) / 100,
        price_rise=(record.price_rise_percent or 0.0) / 100,
    )
    return Event(
        id=record.name or "",
        name=record.name or "",
        start=start,
        days=_days(record, start),
        effects=(effect,),
        probability=_fraction(record.probability_percent),
        assumed=True,
    )


def name_faults(db: MaterialsDB, shocks: Shocks, used: Collection[str] = ()) -> Iterator[str]:
    """Materials and chemistries of the part on shocks that nothing bears the name of."""
    known = {*used, *db.materials, *(row.material for row in db.shares)}
    known |= {row.material for row in db.element_materials}
    known |= {row.material for row in db.event_effects}
    parts = (shocks.stock, shocks.second_source, shocks.recycling, shocks.substitution)
    named = [(event.material, "an event") for event in shocks.events if event.material]
    named += [(entry.material, "a mitigation") for part in parts for entry in part]
    for material, where in dict.fromkeys(named):
        if material not in known:
            near = did_you_mean(material, used or known)
            yield f"material '{material}' of {where} is not known; {near}"
    if shocks.switch is not None and shocks.switch.to not in db.chemistries:
        near = did_you_mean(shocks.switch.to, db.chemistries)
        yield f"chemistry '{shocks.switch.to}' to switch to is not in the database; {near}"


def _event(
    db: MaterialsDB, record: ShockEvent, shocks: Shocks, used: Collection[str] | None
) -> tuple[Event | None, str]:
    """One event, or nothing and why it is left out."""
    if record.event is None:
        return own_event(record, shocks.date), ""
    event = sized(event_named(db, record.event), record)
    moved, said = _placed(event, record, shocks)
    if moved is not None:
        _ask_sizes(moved, used)
    return moved, said


def sized(event: Event, record: ShockEvent) -> Event:
    """A shipped event with the user's numbers over its own, its dates untouched.

    Raises:
        InputError: it has no effect on the material or at the stage asked.
    """
    cut, refusal = _fraction(record.cut_percent), _fraction(record.refusal_percent)
    rise = _fraction(record.price_rise_percent)
    changed = with_size(
        event,
        cut=... if cut is None else cut,
        delay_days=... if record.delay_days is None else record.delay_days,
        refusal=... if refusal is None else refusal,
        price_rise=... if rise is None else rise,
        material=record.material,
        stage=record.stage,
    )
    if not changed.effects:
        asked = " ".join(filter(None, (record.material, record.stage)))
        raise InputError(
            f"event '{event.id}' has no effect on {asked or 'any good'}; {_touches(event)}"
        )
    free = tuple(dict.fromkeys(record.exempt))
    effects = tuple(replace(e, exempt=(*e.exempt, *free)) for e in changed.effects)
    chance = _fraction(record.probability_percent)
    return replace(changed, effects=effects, probability=chance)


def _touches(event: Event) -> str:
    labels = ", ".join(effect.label for effect in event.effects)
    return f"it touches {labels}" if labels else "it is kept for reference, leave it out"


def _placed(event: Event, record: ShockEvent, shocks: Shocks) -> tuple[Event | None, str]:
    """The event on its days within the test, or nothing and why."""
    last = shocks.date + timedelta(days=int(shocks.horizon_days) - 1)
    if record.active is False:
        return None, f"{state_on(event, shocks.date, choice=False).why}"
    if record.start is not None:
        return _moved(event, record.start, _days(record, record.start) or event.days), ""
    first = _first_day(event, record, shocks.date, last)
    if isinstance(first, str):
        return None, first
    end = last_day(event)
    own = None if end is None else (end - first).days + 1
    said = f"'{event.name}' is taken from {first} on" if first != event.start else ""
    return _moved(event, first, _days(record, first) or own), said


def _first_day(event: Event, record: ShockEvent, on: date, last: date) -> date | str:
    """First day within the test; a sentence where it has none.

    Raises:
        InputError: whether it is in force is not known, and the user has not said.
    """
    state = state_on(event, on, record.active)
    if state.active:
        return on
    if state.active is None:
        raise InputError(_choose(event, state.asks))
    to_come = event.start if on < event.start else _return_day(event, on)
    if to_come is None:
        return f"{state.why}; give it a 'start' to replay it"
    if to_come > last:
        return f"{state.why}, after the test ends on {last}"
    later = state_on(event, to_come, record.active)
    if later.active is None:
        raise InputError(_choose(event, later.asks))
    return to_come if later.active else later.why


def _return_day(event: Event, on: date) -> date | None:
    """The day after its suspension, where it lies ahead."""
    ended = event.suspended_to
    return ended + _DAY if ended is not None and on <= ended else None


def _choose(event: Event, asks: str) -> str:
    return f"event '{event.id}': {asks}, with 'active: true' or 'active: false'"


def _moved(event: Event, start: date, days: int | None) -> Event:
    """The event from a day on; its own suspension lies behind it."""
    clear = replace(event, suspended_from=None, suspended_to=None, resumes=None)
    return replace(clear, start=start, days=days)


def _ask_sizes(event: Event, used: Collection[str] | None) -> None:
    """Refuse an event that has no size for a good the plan holds."""
    bare = set(event.missing)
    asked = [
        effect.label
        for effect in event.effects
        if effect.label in bare and (used is None or effect.material in used)
    ]
    if asked:
        raise InputError(
            f"event '{event.id}': no source states how much it withholds of {', '.join(asked)}; "
            "give 'cut', 'refusal', 'delay' or 'price_rise'"
        )


def _days(record: ShockEvent, start: date) -> int | None:
    if record.end is None:
        return None if record.days is None else int(record.days)
    if record.end < start:
        raise InputError(
            f"event '{record.event or record.name}' ends on {record.end} before it starts on "
            f"{start}; swap or mend them"
        )
    return (record.end - start).days + 1


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _numbered(events: list[Event]) -> tuple[Event, ...]:
    """Events whose ids differ: a second one of a name is ``name-2``."""
    seen: dict[str, int] = {}
    found = []
    for event in events:
        seen[event.id] = seen.get(event.id, 0) + 1
        again = seen[event.id]
        found.append(event if again == 1 else replace(event, id=f"{event.id}-{again}"))
    return tuple(found)
