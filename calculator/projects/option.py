"""The right to buy more of a project: worth what the share of its net present value exceeds."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from calculator.errors import InputError
from calculator.projects.choices import project_choice

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class StepUp:
    """A step-up in a mine, in the money of its inputs."""

    npv: float
    """Of the whole project, today: sum of CF_t / (1 + r)^t."""
    share: float
    """Bought by the step-up, a fraction."""
    price: float
    exercised_in_years: float
    rate: float
    break_even_cash_flow: float
    """Cash flow a year of production at which the step-up is worth its price."""

    @property
    def value_of_exercise(self) -> float:
        """Share of the project's value less the price, discounted; negative where it loses."""
        paid = self.price / (1.0 + self.rate) ** self.exercised_in_years
        return float(self.share * self.npv - paid)

    @property
    def value(self) -> float:
        """Of the right, at these cash flows: one need not use it."""
        return max(0.0, self.value_of_exercise)

    @property
    def implied_project_value(self) -> float:
        """Value of the whole project at which the price is fair: price / share."""
        return self.price / self.share


def net_present_value(cash_flows: npt.ArrayLike, rate: float) -> float:
    """Sum of CF_t / (1 + r)^t; the first entry falls today.

    Raises:
        InputError: a rate of -1 or less, or a cash flow that is no number.
    """
    flows = np.asarray(cash_flows, float)
    if not (isfinite(rate) and rate > -1.0 and np.all(np.isfinite(flows))):
        raise InputError("discount rate or cash flow is no usable number; give such as 0.08")
    return float(np.sum(flows / (1.0 + rate) ** np.arange(len(flows))))


def step_up(
    cash_flow_per_year: float,
    *,
    rate: float,
    capital: float,
    build_years: int,
    life_years: int,
    share: float,
    price: float,
    exercised_in_years: float = 0.0,
) -> StepUp:
    """Value of a step-up: capital in even parts while building, then equal yearly cash flows.

    Args:
        cash_flow_per_year: of the whole project in production, after cost and tax.
        rate: discount rate, a fraction.
        capital: to be spent in all.
        build_years: over which it is spent, from the first year on.
        life_years: of production.
        share: of the project that the step-up buys, a fraction.
        price: paid for it.
        exercised_in_years: when it is paid.

    Raises:
        InputError: a number that cannot be.
    """
    if build_years < 1 or life_years < 1 or not 0 < share <= 1 or price < 0 or capital < 0:
        raise InputError(
            "step-up: years below 1, a share outside 0 to 1 or negative money; mend them"
        )
    built = [-capital / build_years] * build_years
    flows = [0.0, *built, *([cash_flow_per_year] * life_years)]
    npv = net_present_value(flows, rate)
    annuity = net_present_value([0.0] * (build_years + 1) + [1.0] * life_years, rate)
    due = price / (1.0 + rate) ** exercised_in_years / share
    needed = cash_flow_per_year + (due - npv) / annuity
    return StepUp(npv, share, price, exercised_in_years, rate, needed)


def step_up_of(
    db: MaterialsDB,
    project: str,
    cash_flow_per_year: float,
    *,
    rate: float,
    build_years: int,
    exercised_in_years: float = 0.0,
) -> StepUp:
    """The step-up of a project of the database, in the money of its rows.

    Share, price, capital and life are its own; cash flow, rate and years are the caller's.

    Raises:
        UnknownNameError: no project bears the id.
        InputError: no step-up of it is known.
    """
    chosen = project_choice(db, project)
    names = ("step_up", "step_up_price", "capital_ceiling", "mine_life")
    rows = {name: chosen.number(name) for name in names}
    lacking = [name for name, row in rows.items() if row is None]
    if lacking:
        said = ", ".join(name.replace("_", " ") for name in lacking)
        raise InputError(f"project '{project}' has no {said}; use step_up with numbers of your own")
    value = {name: row.value for name, row in rows.items() if row is not None}
    return step_up(
        cash_flow_per_year,
        rate=rate,
        capital=value["capital_ceiling"],
        build_years=build_years,
        life_years=int(value["mine_life"]),
        share=value["step_up"] / 100.0,
        price=value["step_up_price"],
        exercised_in_years=exercised_in_years,
    )
