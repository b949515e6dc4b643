"""What one buyer can get of a country's output, as a rule with its ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.supply.grounds import Ground, ground

if TYPE_CHECKING:
    from calculator.sourcing.rule_base import Rule
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class Access:
    """The limit of the market and what it rests on."""

    rule: Rule
    ground: Ground


def market_access(
    db: MaterialsDB, share: float | None = None, outside: str | None = None
) -> Access | None:
    """The rule that one buyer gets no more than a share of what each source makes.

    Args:
        db: the materials database, which states the share where none is given.
        share: the caller's own, a fraction; 1 is no limit.
        outside: group of nodes that are his by contract.

    Returns:
        Nothing where there is no limit: a share of 1, or none stated at all.
    """
    from calculator.sourcing.rules import MarketAccess
    from materials_db.units import to

    row = next(iter(db.market_access), None)
    if share is None and row is not None:
        share = to(row.value, row.unit, "1")
    if share is None or share >= 1.0:
        return None
    name = f"Market access {100.0 * share:g} %"
    said = f"one buyer gets at most {100.0 * share:g} % of what a country makes of a material"
    stated = (row,) if row is not None and to(row.value, row.unit, "1") == share else ()
    whose = said if stated else f"{said}, as asked"
    return Access(
        MarketAccess(name, share, outside),
        ground("capacity", "share of a country's output open to one buyer", stated, (whose,)),
    )
