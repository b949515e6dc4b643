"""Recycled content that the law asks for, as rules.

Regulation (EU) 2023/1542 of 12 July 2023 concerning batteries and waste batteries, OJ L 191,
28.7.2023, Article 8(2) and 8(3): minimum shares of cobalt, lithium and nickel recovered from
battery manufacturing waste or post-consumer waste in the active materials of electric vehicle,
starting and industrial batteries above 2 kWh. Lead (85 %) is no material of these networks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from calculator.sourcing.rules.share import RecycledFloor


@dataclass(frozen=True, slots=True)
class LegalFloor:
    """One minimum share, from a date on; `paragraph` is where in Article 8 it stands."""

    element: str
    symbol: str
    share: float
    since_year: int
    paragraph: str


EU_FLOORS: tuple[LegalFloor, ...] = (
    LegalFloor("cobalt", "Co", 0.16, 2031, "8(2)(a)"),
    LegalFloor("lithium", "Li", 0.06, 2031, "8(2)(c)"),
    LegalFloor("nickel", "Ni", 0.06, 2031, "8(2)(d)"),
    LegalFloor("cobalt", "Co", 0.26, 2036, "8(3)(a)"),
    LegalFloor("lithium", "Li", 0.12, 2036, "8(3)(c)"),
    LegalFloor("nickel", "Ni", 0.15, 2036, "8(3)(d)"),
)
"""Each holds from 18 August of its year."""


def eu_recycled_floors(
    year: int,
    elements: Iterable[str] = ("cobalt", "lithium", "nickel"),
    stage: str | None = None,
    groups: tuple[str, ...] | None = None,
) -> tuple[RecycledFloor, ...]:
    """Return the floors in force at the end of a year: none before 2031.

    Args:
        year: calendar year; floors of 18 August of a year count for the whole of it.
        elements: what the network calls them, by name or symbol; others have no floor.
        stage: where they are counted; without it, where recycled and primary sources meet.
        groups: count only sources at nodes of these groups (see `RecycledFloor`).
    """
    rules = []
    for name in dict.fromkeys(elements):
        words = {name.lower()}
        due = [
            f for f in EU_FLOORS if f.since_year <= year and words & {f.element, f.symbol.lower()}
        ]
        if due:
            law = max(due, key=lambda f: f.since_year)
            told = f"EU recycled {law.element} {law.since_year} (Art. {law.paragraph})"
            rules.append(RecycledFloor(told, law.share, name, stage, groups=groups))
    return tuple(rules)
