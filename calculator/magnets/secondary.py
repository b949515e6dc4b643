"""Rare earths from old motors, from swarf of magnet makers, and from batteries of hybrids.

old motors: motors x mass x fraction x collection x recovery;
swarf: what is fed and does not end in a magnet, feed (1 - finished);
hybrids: vehicles x battery mass x fraction x recovery.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.magnets.facts import check_amount, check_fraction, fact

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

_KG_PER_T = 1e3


@dataclass(frozen=True)
class SecondarySupply:
    """Tonnes a year of a rare earth, or of all together."""

    old_motors_t: float
    swarf_t: float

    @property
    def total_t(self) -> float:
        """Both together."""
        return self.old_motors_t + self.swarf_t

    def share_of(self, demand_t: float) -> float:
        """Part of a demand it covers.

        Raises:
            InputError: a demand of 0 or less.
        """
        if demand_t <= 0:
            raise InputError("the demand is not above 0; give tonnes a year")
        return self.total_t / demand_t


def secondary_supply(
    motors: float,
    magnet_kg: float,
    fraction: float,
    collection: float,
    recovery: float,
    swarf_t: float = 0.0,
) -> SecondarySupply:
    """Supply from old motors and swarf.

    Args:
        motors: that come to their end in a year.
        magnet_kg: of magnets in each.
        fraction: kg of the rare earth in a kg of magnet.
        collection: fraction of the motors whose magnets are taken out.
        recovery: fraction of the rare earth recovered.
        swarf_t: of the rare earth recovered from swarf.

    Raises:
        InputError: a negative amount, or a share that is no fraction.
    """
    for what, value in (("motors", motors), ("a magnet mass", magnet_kg), ("swarf", swarf_t)):
        check_amount(what, value)
    for what, value in (("content", fraction), ("collection", collection), ("recovery", recovery)):
        check_fraction(what, value)
    old = motors * magnet_kg / _KG_PER_T * fraction * collection * recovery
    return SecondarySupply(old, swarf_t)


def swarf(db: MaterialsDB, finished_t: float) -> tuple[float, float]:
    """Swarf of making magnets that hold so much rare earth: least and most, t, before recovery.

    feed = finished / finished share, swarf = feed - finished; the share is of the table.

    Raises:
        InputError: a negative amount.
    """
    check_amount("finished rare earth", finished_t)
    most, least = (fact(db, "NdFeB", f"finished_share_{end}").value for end in ("most", "least"))
    return finished_t / most - finished_t, finished_t / least - finished_t


def nimh_recovered(
    db: MaterialsDB,
    vehicles: float,
    battery_kg: float,
    fractions: Mapping[str, float],
    recovery: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Tonnes recovered from nickel-metal hydride batteries: n m w eta, by what is recovered.

    Args:
        db: the materials database.
        vehicles: hybrids that come to their end.
        battery_kg: of a battery; the user's, no source states it.
        fractions: kg a kg of battery, by ``rare_earths``, ``Ni`` and so on; the user's.
        recovery: fractions; that of rare earths is of the table if left out, others are needed.

    Raises:
        InputError: a recovery that no source states, or a number that cannot be.
    """
    check_amount("a number of vehicles", vehicles)
    check_amount("a battery mass", battery_kg)
    known = {"rare_earths": fact(db, "NiMH_pack", "recovery", "JPN").value, **(recovery or {})}
    lacking = [name for name in fractions if name not in known]
    if lacking:
        raise InputError(
            f"no source states how much {', '.join(lacking)} is recovered from hybrids; "
            "give a fraction in 'recovery'"
        )
    for name, fraction in fractions.items():
        check_fraction(f"content of {name}", fraction)
        check_fraction(f"recovery of {name}", known[name])
    tonnes = vehicles * battery_kg / _KG_PER_T
    return {name: tonnes * fraction * known[name] for name, fraction in fractions.items()}
