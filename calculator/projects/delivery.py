"""What a project delivers in a year: nothing before its start, then a straight ramp to the most.

Over a calendar year the delivery is the mean of the ramp r(t) = min(1, (t - start) / ramp), so that
tonnes add up whatever day a project begins on:
    share of the most in year Y = R(Y + 1 - start) - R(Y - start),
    R(t) = t^2 / (2 ramp) up to the ramp, t - ramp / 2 beyond, 0 below zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from calculator.errors import InputError
from calculator.projects.choices import project_choice

if TYPE_CHECKING:
    from calculator.projects.choices import Choice
    from materials_db.database import MaterialsDB
    from materials_db.schema_projects import ProjectNumber

Floats = npt.NDArray[np.float64]
_PAIRED = {"DyTb": ("Dy", "Tb")}
_MASS_A_YEAR = "t/year"


@dataclass(frozen=True)
class Delivery:
    """What a project gives a buyer at most, and when."""

    name: str
    most: float
    """In any unit a year; tonnes for those of the database."""
    start_year: float
    """Day of the first delivery as a year with its fraction: 2026.75 is 1 October 2026."""
    ramp_years: float = 0.0
    last_year: float = inf
    """Last year of delivery."""
    records: tuple[ProjectNumber, ...] = ()

    def __post_init__(self) -> None:
        bad = _bad_number(self)
        if bad:
            raise InputError(f"project '{self.name}': {bad}")


def _bad_number(one: Delivery) -> str:
    if not (isfinite(one.most) and one.most >= 0):
        return f"capacity {one.most:g} cannot be; give 0 or more"
    if not (isfinite(one.ramp_years) and one.ramp_years >= 0):
        return f"ramp of {one.ramp_years:g} years cannot be; give 0 or more"
    if not isfinite(one.start_year):
        return "its start is no year; give one such as 2028"
    if one.last_year < one.start_year:
        return f"it ends in {one.last_year:g} before it starts in {one.start_year:g}; swap them"
    return ""


def capacity_in(delivery: Delivery, year: npt.ArrayLike) -> Floats:
    """Mean delivery over a calendar year, in the unit of ``most``; an array for several years."""
    start = np.asarray(year, float)
    after = start - delivery.start_year
    share = _ramped(after + 1.0, delivery.ramp_years) - _ramped(after, delivery.ramp_years)
    return np.where(start <= delivery.last_year, delivery.most * share, 0.0)


def _ramped(elapsed: Floats, ramp: float) -> Floats:
    """Years of full delivery that a ramp has given since the start."""
    t = np.maximum(elapsed, 0.0)
    if ramp == 0:
        return t
    rising = np.minimum(t, ramp)
    return np.asarray(rising * (rising / ramp) / 2.0 + (t - rising))


def items_of(material: str) -> tuple[str, ...]:
    """Items that a material stands for: ``DyTb`` is dysprosium and terbium."""
    return _PAIRED.get(material, (material,) if material else ())


def delivery_of(
    db: MaterialsDB,
    project: str,
    material: str = "",
    *,
    ramp_years: float,
    start_year: float | None = None,
) -> Delivery:
    """A project of the database as a delivery to its partner, in tonnes a year.

    What the partner may take where a source states it (``supply``), else the capacity.

    Args:
        db: the materials database.
        project: id of the project.
        material: which of its goods, such as ``Dy`` or ``DyTb``; all together if empty.
        ramp_years: from the first delivery to the most; no source states one.
        start_year: first delivery; that of the table if left out.

    Raises:
        UnknownNameError: no project bears the id.
        InputError: no tonnes of the material or no start are known.
    """
    from materials_db.units import to

    chosen = project_choice(db, project)
    rows = _tonnes(chosen, material)
    if not rows:
        of = f" of {material}" if material else ""
        raise InputError(f"no source states tonnes{of} for project '{project}'; give your own")
    start = chosen.first_year if start_year is None else start_year
    if start is None:
        raise InputError(f"no source states when '{project}' delivers first; give its start")
    last = chosen.number("last_year") or chosen.number("last_year", material)
    most = sum(to(row.value, row.unit, _MASS_A_YEAR) for row in rows)
    return Delivery(
        chosen.row.name, most, start, ramp_years, last.value if last else inf, tuple(rows)
    )


def _tonnes(chosen: Choice, material: str) -> list[ProjectNumber]:
    """Rows of its supply, or else capacity, of the items asked."""
    wanted = set(items_of(material))
    for quantity in ("supply", "capacity"):
        rows = [n for n in chosen.numbers if n.quantity == quantity]
        found = [n for n in rows if not wanted or n.item in wanted]
        if found:
            return found
    return []


def total_in(deliveries: Iterable[Delivery], year: npt.ArrayLike) -> Floats:
    """All deliveries of a year together."""
    total = np.zeros(np.shape(year))
    for one in deliveries:
        total = total + capacity_in(one, year)
    return np.asarray(total)
