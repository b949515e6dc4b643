"""Whether black mass may leave a country, by the measures of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.regions import EU, EU_MEMBERS

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_events import EventEffect, EventRow

_GOOD = "black_mass"
_BARS = frozenset({"waste", "ban"})


@dataclass(frozen=True)
class ExportCheck:
    """Answer on one way of black mass on one day."""

    allowed: bool
    events: tuple[EventRow, ...]
    """Measures that bar it, or could."""
    sentence: str


def black_mass_export(
    db: MaterialsDB, origin: str, destination: str, on: str, material: str = _GOOD
) -> ExportCheck:
    """Whether black mass may go from a country to another on a day.

    Only measures of the database count; an authority that may yet restrict exports is named.

    Args:
        db: the materials database.
        origin: country it leaves; members of the European Union stand under its measures.
        destination: country it goes to.
        on: day, ``2026-11-22``.
        material: as the measures name it.
    """
    if _union(origin) and _union(destination):
        return ExportCheck(True, (), "within the European Union it is no export")
    touched = [e for e in db.event_effects if _touches(e, material, origin, destination)]
    events = [db.events[effect.event] for effect in touched]
    past = [e for e in events if e.start[: len(on)] <= on and (e.end is None or e.end >= on)]
    bars = tuple(e for e in past if e.kind in _BARS and e.status == "in_force")
    way = f"black mass from {origin} to {destination}"
    if bars:
        said = f"{way} is barred: {bars[0].name}, since {bars[0].start}"
        return ExportCheck(False, bars, said)
    later = [f"{e.name}, from {e.start}" for e in events if e not in past]
    others = [e.name for e in past if e not in bars]
    more = "; ".join([*later, *(f"may be restricted: {name}" for name in others)])
    known = "no measure of the database bars it"
    return ExportCheck(True, tuple(events), f"{way}: {known}" + (f" ({more})" if more else ""))


def _union(country: str) -> bool:
    return country == EU or country in EU_MEMBERS


def _touches(effect: EventEffect, material: str, origin: str, destination: str) -> bool:
    """Whether an effect is on this way; an empty list of places means every place."""
    from_there = not effect.origins or origin in effect.origins
    by_union = _union(origin) and EU in effect.origins
    aimed = not effect.destinations or destination in effect.destinations
    return (
        effect.material == material
        and (from_there or by_union)
        and aimed
        and destination not in effect.exempt
    )
