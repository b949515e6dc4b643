"""Rare-earth oxide from mud of the sea floor: tonnes and unit cost.

REO = mud x grade x recovery; cost = (lifting + processing) / REO, with capital as an annuity.
No source states the grade, the recovery or a cost: they are the user's.
"""

from __future__ import annotations

from dataclasses import dataclass

from calculator.errors import InputError
from calculator.recycling_value.gate_fee import Capital


@dataclass(frozen=True)
class SeabedCost:
    """A year of lifting, money as given."""

    mud_t_per_year: float
    oxide_t_per_year: float
    cost_per_year: float

    @property
    def cost_per_kg(self) -> float:
        """Of oxide."""
        return self.cost_per_year / (1000.0 * self.oxide_t_per_year)


def seabed_cost(
    mud_t_per_day: float,
    grade: float,
    recovery: float,
    *,
    days_per_year: float,
    lifting_cost_per_t: float,
    processing_cost_per_t: float,
    capital: Capital | None = None,
) -> SeabedCost:
    """Unit cost of oxide from lifted mud.

    Args:
        mud_t_per_day: mud as lifted; the test planned at Minamitori is of 350 t a day.
        grade: rare-earth oxide in it, kg/kg, on the same basis (wet or dry) as the mud.
        recovery: of the oxide, a fraction.
        days_per_year: days on which it is lifted.
        lifting_cost_per_t: of mud.
        processing_cost_per_t: of mud.
        capital: of ship, riser and plant, paid back as an annuity.

    Raises:
        InputError: a number that cannot be.
    """
    shares = {"grade": grade, "recovery": recovery}
    for name, value in shares.items():
        if not 0.0 < value <= 1.0:
            raise InputError(f"{name} {value:g} cannot be; give a fraction above 0 and up to 1")
    if not (mud_t_per_day > 0 and 0 < days_per_year <= 366):
        raise InputError("mud or days are not above 0 (days up to 366); mend them")
    if min(lifting_cost_per_t, processing_cost_per_t) < 0:
        raise InputError("a cost is below 0; give 0 or more")
    mud = mud_t_per_day * days_per_year
    yearly = mud * (lifting_cost_per_t + processing_cost_per_t)
    yearly += capital.per_year if capital else 0.0
    return SeabedCost(mud, mud * grade * recovery, yearly)
