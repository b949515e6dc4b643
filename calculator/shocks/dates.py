"""Whether an event is in force on a day, as far as its dates tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from calculator.shocks.event import Event


@dataclass(frozen=True, slots=True)
class State:
    """An event on a day."""

    active: bool | None
    """``None`` where it is not known and the user must choose."""
    why: str
    """One sentence with the date that decides."""
    asks: str = ""
    """What the user is asked; empty where ``active`` is known."""


def state_on(event: Event, on: date, choice: bool | None = None) -> State:
    """The state of an event on a day.

    Off before its start, after its end and inside its suspension (its last day included). After a
    suspension whose renewal is not known, and where a measure was announced or reported only, the
    state is ``None`` and ``asks`` says so. ``choice`` settles that; ``False`` switches any event
    off, ``True`` does not overrule a date.
    """
    if choice is False:
        return State(False, f"'{event.name}' is switched off by your choice")
    by_dates = _by_dates(event, on)
    if by_dates is not None:
        return by_dates
    asks = _question(event, on)
    if not asks:
        return State(True, f"'{event.name}' has been in force since {_since(event, on)}")
    if choice:
        return State(True, f"'{event.name}' is taken to be in force by your choice")
    return State(None, f"whether '{event.name}' is in force on {on} is not known", asks)


def last_day(event: Event) -> date | None:
    """Its last day; ``None`` where it has no known end."""
    return None if event.days is None else event.start + timedelta(days=event.days - 1)


def _by_dates(event: Event, on: date) -> State | None:
    """What the dates alone settle: that it is off."""
    end, begun, ended = last_day(event), event.suspended_from, event.suspended_to
    if begun is not None and begun <= on and (ended is None or on <= ended):
        until = f"to {ended}" if ended else "without a known end"
        return State(False, f"'{event.name}' is suspended from {begun} {until}")
    if on < event.start:
        return State(False, f"'{event.name}' starts on {event.start} only")
    if end is not None and on > end:
        return State(False, f"'{event.name}' ended on {end}")
    if ended is not None and on > ended and event.resumes is False:
        return State(False, f"'{event.name}' did not come back after its suspension to {ended}")
    return None


def _question(event: Event, on: date) -> str:
    """What is not known on a day that its dates leave open."""
    ended = event.suspended_to
    if ended is not None:
        if on <= ended or event.resumes:
            return ""
        known = f"was suspended to {ended}, and whether it came back is not known"
    elif event.status == "announced":
        known = f"was announced for {event.start}, and whether it took effect is not known"
    elif event.status == "proposed":
        known = "is a proposal, and whether it became law is not known"
    elif event.status == "reported":
        known = "is reported by few, and whether it is in force is not known"
    elif event.status in ("suspended", "unknown"):
        known = "has no dates that say whether it is in force"
    else:
        return ""
    return f"'{event.name}' {known}; choose whether it is in force"


def _since(event: Event, on: date) -> date:
    back = event.suspended_to
    return event.start if back is None or on <= back else back + timedelta(days=1)
