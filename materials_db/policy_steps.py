"""Which step of a law holds on a day.

A date of a year or month alone is taken from its first day where something begins, and to its
last where something ends or where a day is asked for: a floor of 18 August 2031 holds in 2031.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date

from materials_db.schema_policy import PolicyNumber


def first_day(partial: str) -> date:
    """First day of a year, month or day."""
    parts = [int(part) for part in partial.split("-")]
    year, month, day = [*parts, 1, 1][:3]
    return date(year, month, day)


def last_day(partial: str) -> date:
    """Last day of a year, month or day."""
    parts = [int(part) for part in partial.split("-")]
    month = parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(parts[0], month)[1]
    return date(parts[0], month, day)


def steps_in_force(rows: Iterable[PolicyNumber], day: date) -> tuple[PolicyNumber, ...]:
    """Of each requirement and subject the step that holds on a day, in the order of the rows.

    The latest that has begun and not ended; of two sources that state one step, the first row.
    """
    found: dict[tuple[str, str, str], PolicyNumber] = {}
    for row in rows:
        key = (row.policy, row.requirement, row.subject)
        begun = first_day(row.valid_from)
        if begun > day or (row.valid_to is not None and last_day(row.valid_to) < day):
            continue
        known = found.get(key)
        if known is None or first_day(known.valid_from) < begun:
            found[key] = row
    return tuple(found.values())
