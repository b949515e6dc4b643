"""Recycled content that the law asks for, as rules.

Regulation (EU) 2023/1542 of 12 July 2023 concerning batteries and waste batteries, OJ L 191,
28.7.2023, Article 8(2) and 8(3): minimum shares of cobalt, lithium and nickel recovered from
battery manufacturing waste or post-consumer waste in the active materials of electric vehicle,
starting and industrial batteries above 2 kWh. The shares and their days are those of the table of
laws. Lead is no material of these networks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from calculator.sourcing.rules.share import RecycledFloor
from materials_db.policy_steps import first_day, last_day, steps_in_force

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_policy import PolicyNumber

POLICY, REQUIREMENT = "EU_RECYCLED_CONTENT", "recycled_share"
"""Under which the table of laws holds the shares."""
_SYMBOL: Mapping[str, str] = {"cobalt": "co", "lithium": "li", "nickel": "ni", "lead": "pb"}


def eu_recycled_floors(
    year: int,
    elements: Iterable[str] = ("cobalt", "lithium", "nickel"),
    stage: str | None = None,
    groups: tuple[str, ...] | None = None,
    db: MaterialsDB | None = None,
) -> tuple[RecycledFloor, ...]:
    """Return the floors in force at the end of a year: none before 2031.

    Args:
        year: calendar year; floors of 18 August of a year count for the whole of it.
        elements: what the network calls them, by name or symbol; others have no floor.
        stage: where they are counted; without it, where recycled and primary sources meet.
        groups: count only sources at nodes of these groups (see `RecycledFloor`).
        db: database whose table of laws counts; the shipped one if none.
    """
    steps = _steps(year, db)
    rules = []
    for name in dict.fromkeys(elements):
        due = next((s for s in steps if name.lower() in (s.subject, _SYMBOL.get(s.subject))), None)
        if due is not None:
            article = due.locator.removeprefix("Article ")
            since = first_day(due.valid_from).year
            told = f"EU recycled {due.subject} {since} (Art. {article})"
            rules.append(RecycledFloor(told, due.value / 100.0, name, stage, groups=groups))
    return tuple(rules)


def _steps(year: int, db: MaterialsDB | None) -> tuple[PolicyNumber, ...]:
    if db is None:
        from materials_db.load import load_database

        db = load_database()
    rows = (n for n in db.policy_numbers if (n.policy, n.requirement) == (POLICY, REQUIREMENT))
    return steps_in_force(rows, last_day(str(year)))
