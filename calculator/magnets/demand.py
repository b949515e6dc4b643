"""Magnets and their rare earths in a number of vehicles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.magnets.facts import check_amount, check_fraction, fact

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

_CAR = "BEV_traction_motor"
_G_PER_T = 1e6
_KG_PER_T = 1e3


@dataclass(frozen=True)
class MagnetDemand:
    """Tonnes in the vehicles, as (low, value, high) over the range of their sources."""

    vehicles: float
    magnet_t: tuple[float, float, float]
    rare_earth_t: tuple[float, float, float]
    """All rare earths together."""
    dysprosium_t: tuple[float, float]
    """Least and most; no source states a mean."""
    neodymium_praseodymium_t: float | None
    """None where the user gives no fraction: no source states the split of the rare earths."""
    records: tuple[Datum, ...]


def magnet_demand(
    db: MaterialsDB,
    vehicles: float,
    *,
    with_magnets: float = 1.0,
    magnet_kg: float | None = None,
    neodymium_praseodymium: float | None = None,
) -> MagnetDemand:
    """Magnets, rare earths and dysprosium of vehicles with one traction motor each.

    Args:
        db: the materials database.
        vehicles: number of vehicles.
        with_magnets: fraction of them whose motor has magnets.
        magnet_kg: a motor's magnets; of the table, with its range, if left out.
        neodymium_praseodymium: kg of both in a kg of magnet, the user's.

    Raises:
        InputError: a negative number, or a share that is no fraction.
    """
    check_amount("a number of vehicles", vehicles)
    check_fraction("a share with magnets", with_magnets)
    mass = fact(db, _CAR, "magnet_mass")
    earths = fact(db, "NdFeB", "rare_earth_fraction")
    least, most = (fact(db, _CAR, f"dysprosium_mass_{end}") for end in ("least", "most"))
    motors = vehicles * with_magnets
    kg = _span(mass) if magnet_kg is None else (magnet_kg,) * 3
    low, mid, high = (motors * each / _KG_PER_T for each in kg)
    part = _span(earths)
    ndpr = neodymium_praseodymium
    if ndpr is not None:
        check_fraction("neodymium and praseodymium in the magnet", ndpr)
    return MagnetDemand(
        vehicles=vehicles,
        magnet_t=(low, mid, high),
        rare_earth_t=(low * part[0], mid * part[1], high * part[2]),
        dysprosium_t=(motors * least.value / _G_PER_T, motors * most.value / _G_PER_T),
        neodymium_praseodymium_t=None if ndpr is None else mid * ndpr,
        records=(mass, earths, least, most),
    )


def _span(row: Datum) -> tuple[float, float, float]:
    low = row.value if row.low is None else row.low
    return low, row.value, row.value if row.high is None else row.high
