"""Days of the tables: a year or month stands for its first or its last day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from calculator.errors import InputError


def first_day(text: str) -> date:
    """First day of ``2026``, ``2026-07`` or ``2026-07-24``."""
    year, month, day = ([int(part) for part in text.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def last_day(text: str) -> date:
    """Last day of ``2026``, ``2026-07`` or ``2026-07-24``."""
    parts = [int(part) for part in text.split("-")]
    month = parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else monthrange(parts[0], month)[1]
    return date(parts[0], month, day)


def day_of(text: str) -> date:
    """A day the user wrote as ``2026-07-24``.

    Raises:
        InputError: it is no such day.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            f"date '{text}' is no day of the calendar; write it as 2026-07-24"
        ) from None
