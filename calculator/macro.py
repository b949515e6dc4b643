"""Loss to an economy from an outage of any length, and whether a stock against it pays.

Two published losses fix a power law, loss(t) = a t^b: b = ln(L2 / L1) / ln(t2 / t1),
a = L1 / t1^b. With b near 1 the source assumes no substitution over time.
A stock that covers c months begins the loss later: loss(t - c), zero up to c. The curve then
starts anew when the stock is gone, which is what the two points can say and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from calculator.errors import InputError

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_projects import StockpileFact

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LossCurve:
    """loss(t) = a t^b, t in months."""

    coefficient: float
    """Loss of one month."""
    exponent: float
    money: str
    months: tuple[float, float]
    """The two lengths it is fitted to; beyond them it is carried on."""
    records: tuple[StockpileFact, ...] = ()

    def loss(self, months: npt.ArrayLike) -> Floats:
        """Loss of an outage; 0 for none."""
        return np.asarray(
            self.coefficient * np.maximum(np.asarray(months, float), 0.0) ** self.exponent
        )

    def spared(self, months: npt.ArrayLike, cover_months: npt.ArrayLike) -> Floats:
        """What a stock spares: loss(t) - loss(t - c)."""
        t = np.asarray(months, float)
        return self.loss(t) - self.loss(t - np.asarray(cover_months, float))


def loss_curve(
    months: tuple[float, float],
    losses: tuple[float, float],
    money: str,
    records: tuple[StockpileFact, ...] = (),
) -> LossCurve:
    """The power law through two losses.

    Raises:
        InputError: lengths that do not rise, or losses that are not above 0.
    """
    (t1, t2), (l1, l2) = months, losses
    if not (0 < t1 < t2 and l1 > 0 and l2 > 0):
        raise InputError("a loss curve needs two rising lengths and two losses above 0; mend them")
    exponent = log(l2 / l1) / log(t2 / t1)
    return LossCurve(l1 / t1**exponent, exponent, money, months, records)


def rare_earth_stop(db: MaterialsDB, country: str = "JPN") -> LossCurve:
    """Loss curve of a rare-earth stop against a country, from its two published losses.

    Raises:
        InputError: the database holds no two losses for the country.
    """
    rows = [
        row
        for row in db.stockpile_facts
        if (row.subject, row.quantity, row.country) == ("rare_earth_stop", "loss", country)
        and row.outage_months
    ]
    rows.sort(key=lambda row: row.outage_months or 0.0)
    if len(rows) < 2:
        raise InputError(
            f"the database holds no two losses of a rare-earth stop against {country}; "
            "give two of your own to loss_curve"
        )
    first, last = rows[0], rows[-1]
    months = (float(first.outage_months or 0.0), float(last.outage_months or 0.0))
    return loss_curve(months, (first.value, last.value), first.unit, (first, last))


@dataclass(frozen=True)
class StockCase:
    """Yearly benefit and cost of a stock; money of the curve."""

    benefit_per_year: float
    cost_per_year: float

    @property
    def ratio(self) -> float:
        """Benefit / cost."""
        return self.benefit_per_year / self.cost_per_year

    @property
    def net_per_year(self) -> float:
        """Benefit less cost."""
        return self.benefit_per_year - self.cost_per_year


def stock_case(
    curve: LossCurve,
    *,
    outage_months: float,
    cover_months: float,
    probability_per_year: float,
    stock_value: float,
    holding_per_year: float,
) -> StockCase:
    """Benefit and cost of holding a stock against one outage.

    Benefit = p (loss(t) - loss(t - c)); cost = value x holding rate a year. Chance, value and rate
    are the caller's; no source states them.

    Raises:
        InputError: a chance outside 0 to 1, or a cost that is not above 0.
    """
    if not 0.0 <= probability_per_year <= 1.0:
        raise InputError(
            f"a chance of {probability_per_year:g} a year cannot be; give a fraction from 0 to 1"
        )
    if not (stock_value > 0 and holding_per_year > 0):
        raise InputError("stock value or holding rate is not above 0; give both")
    spared = float(curve.spared(outage_months, cover_months))
    return StockCase(probability_per_year * spared, stock_value * holding_per_year)
