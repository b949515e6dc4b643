"""What is said of a law beside its numbers: its standing, its day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from materials_db.policy_steps import first_day

if TYPE_CHECKING:
    from materials_db.schema_policy import PolicyRow

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STANDING = {
    "in_force": "",
    "benchmark": "benchmark",
    "announced": "announced",
    "postponed": "postponed",
    "ended": "ended",
    "check": "to be checked",
}


def plain_day(day: date) -> str:
    """A day as in ``4 Mar 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def status_words(row: PolicyRow) -> str:
    """The standing of a law in words, ``proposal of 4 Mar 2026``; nothing of one in force."""
    if row.status == "proposal":
        return f"proposal of {plain_day(first_day(row.as_of))}"
    return _STANDING[row.status]


def status_note(row: PolicyRow) -> str:
    """A sentence on a law that does not bind as it stands; nothing of one in force."""
    words = status_words(row)
    if row.status == "proposal":
        return f"{row.id} is a {words}, not law"
    if row.status == "benchmark":
        return f"{row.id} is a benchmark: it binds the Union, not a buyer"
    return f"{row.id} is {words}" if words else ""
