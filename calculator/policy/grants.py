"""Grants for cell plants by project: money per GWh, and what it takes off a kWh (question S29).

grant / capacity = money per GWh a year. Spread over the life of the plant by the annuity
r / (1 - (1 + r)^-n), it lowers the cost of a kWh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.cost import annuity
from calculator.errors import InputError

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_policy import PolicyNumber

_KWH_PER_GWH = 1e6


@dataclass(frozen=True)
class Grant:
    """A project: what it costs, what the state pays, what it adds; JPY and GWh a year."""

    project: str
    gwh_per_year: float
    """Capacity it adds."""
    grant: float | None
    investment: float | None
    unit: str
    """Money of both sums."""
    note: str
    records: tuple[PolicyNumber, ...]

    @property
    def grant_per_gwh(self) -> float | None:
        """Grant per GWh a year of capacity."""
        return None if self.grant is None else self.grant / self.gwh_per_year

    @property
    def investment_per_gwh(self) -> float | None:
        """Investment per GWh a year of capacity."""
        return None if self.investment is None else self.investment / self.gwh_per_year

    @property
    def granted_share(self) -> float | None:
        """Share of the investment that the state pays."""
        if self.grant is None or self.investment is None:
            return None
        return self.grant / self.investment


def grants(db: MaterialsDB, policy: str = "JPN_METI") -> tuple[Grant, ...]:
    """Every project of a scheme whose capacity is sourced, in the order of the table."""
    rows = [n for n in db.policy_numbers if n.policy == policy]
    projects = dict.fromkeys(n.subject for n in rows)
    found = (
        _grant(name, {n.requirement: n for n in rows if n.subject == name}) for name in projects
    )
    return tuple(one for one in found if one is not None)


def _grant(project: str, held: dict[str, PolicyNumber]) -> Grant | None:
    if "capacity" in held:
        added = held["capacity"].value
    elif "capacity_after" in held and "capacity_before" in held:
        added = held["capacity_after"].value - held["capacity_before"].value
    else:
        return None
    paid, invested = held.get("grant"), held.get("investment")
    money = next((n.unit for n in (paid, invested) if n is not None), "")
    return Grant(
        project,
        added,
        None if paid is None else paid.value,
        None if invested is None else invested.value,
        money,
        next((n.note for n in held.values() if n.note), ""),
        tuple(held.values()),
    )


def grant_per_kwh(
    grant_per_gwh: float, rate: float, years: float, utilisation: float = 1.0
) -> float:
    """What a grant takes off a kWh, in its own money: annuity x grant / output.

    Args:
        grant_per_gwh: money per GWh a year of capacity.
        rate: yearly interest, a fraction.
        years: life of the plant.
        utilisation: output over capacity.

    Raises:
        InputError: a rate below 0, a life or a utilisation that is not above 0.
    """
    if not (rate >= 0.0 and years > 0.0 and 0.0 < utilisation <= 1.0):
        raise InputError(
            f"a grant cannot be spread at {rate:g} a year over {years:g} years and "
            f"{utilisation:g} of the capacity; give a rate of 0 or more, a life above 0 and a "
            "utilisation of at most 1"
        )
    return grant_per_gwh / _KWH_PER_GWH * float(annuity(rate, years)) / utilisation
