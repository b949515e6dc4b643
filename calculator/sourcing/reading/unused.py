"""Goods that are offered and that nothing takes: often a name with a slip in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calculator.sourcing.reading.slips import nearest_or_all


def idle_supplies(made: Mapping[str, tuple[Any, ...]]) -> tuple[str, ...]:
    """Return a note for each supply of a good that no process and no demand takes.

    Args:
        made: the records of a network by section.
    """
    taken = {good for process in made["processes"] for good in process.inputs}
    taken |= {demand.commodity for demand in made["demands"]}
    idle = [supply for supply in made["supplies"] if supply.commodity not in taken]
    return tuple(
        f"supply {s.id or s.node!r}: no process and no demand takes its good {s.commodity!r}; "
        f"{nearest_or_all(s.commodity, taken)}"
        for s in idle
    )
