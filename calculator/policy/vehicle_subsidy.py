"""How far the budget of a purchase subsidy goes (question S28)."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.policy.requirements import law_on

if TYPE_CHECKING:
    from calculator.policy.requirements import Requirement
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class Reach:
    """Vehicles that a budget pays for."""

    vehicles: int
    """Whole vehicles, each paid the largest sum; fewer get it where others draw on the budget."""
    budget: float
    cap: float
    records: tuple[Requirement, ...] = ()


def subsidy_reach(budget: float, cap: float) -> int:
    """Whole vehicles that a budget pays at ``cap`` each, both in one money: n = budget / cap.

    Raises:
        InputError: a cap that is not above 0, or a negative budget.
    """
    if not cap > 0.0:
        raise InputError(f"the subsidy is {cap:g} a vehicle; give more than 0")
    if not budget >= 0.0:
        raise InputError(f"the budget is {budget:g}; give 0 or more")
    return floor(budget / cap * (1.0 + 1e-12))


def net_price(price: float, cap: float) -> float:
    """What the buyer pays after a subsidy of at most ``cap``, in the same money; never below 0."""
    return max(price - cap, 0.0)


def added_vehicles(vehicles: float, price: float, cap: float, elasticity: float) -> float:
    """Vehicles sold more: dQ = Q x elasticity x s / P, with an elasticity given as positive.

    No elasticity is sourced; it is the user's.
    """
    return vehicles * elasticity * cap / price


def reach_on(db: MaterialsDB, on: int | str, vehicle: str = "BEV") -> Reach:
    """Reach of Japan's budget for a class of vehicle, with caps and budget of that year.

    Raises:
        InputError: no budget or no cap is sourced for that day.
    """
    law = law_on(db, "JPN_CEV", on)
    budget, cap = law.of("budget"), law.of("largest_subsidy", vehicle)
    if not budget or not cap:
        lacking = "budget" if not budget else f"largest subsidy of {vehicle}"
        raise InputError(
            f"no {lacking} of JPN_CEV is sourced for {on}; give the sums to subsidy_reach yourself"
        )
    money, most = budget[0].value, cap[0].value
    return Reach(subsidy_reach(money, most), money, most, (budget[0], cap[0]))
