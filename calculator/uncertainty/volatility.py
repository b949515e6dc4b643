"""Prices some months ahead, from how far their series moved in the past.

Monthly log returns are taken as a stationary first-order autoregression with standard deviation
s = annual volatility / sqrt(12) and lag-1 correlation f. Over h months the log price then has
the variance

    V(h) = s^2 [h + 2 sum_{k=1}^{h-1} (h - k) f^k]

which is h s^2 for a random walk (f = 0). The price is lognormal with the deck's price as its
median: no drift of the logarithm is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import exp, sqrt
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.uncertainty.distributions import Z90
from calculator.uncertainty.inputs import UncertainInput, uncertain_input
from materials_db.schema import Datum, Price

if TYPE_CHECKING:
    from calculator.uncertainty.labels import Named
    from materials_db.database import MaterialsDB
    from materials_db.schema_uncertainty import PriceCorrelation, PriceVolatility

LONGEST_MONTHS = 120
SERIES = "series/"
"""Before the name of a series where it is a source of chance."""


@dataclass(frozen=True)
class Series:
    """How the price of an item moves."""

    name: str
    annual_volatility: float
    lag_1: float
    records: tuple[PriceVolatility, ...]

    def log_sd(self, months: int) -> float:
        """Standard deviation of the logarithm of the price after some months."""
        return sqrt(log_variance(self.annual_volatility, self.lag_1, months))


def log_variance(annual_volatility: float, lag_1: float, months: int) -> float:
    """Variance of the sum of ``months`` monthly log returns that follow AR(1).

    Args:
        annual_volatility: standard deviation of a month's return x sqrt(12), 1.
        lag_1: correlation of one month's return with the next, 1.
        months: horizon; 0 gives 0.
    """
    pairs = sum((months - k) * lag_1**k for k in range(1, months))
    return annual_volatility**2 / 12.0 * (months + 2.0 * pairs)


def series_of(db: MaterialsDB) -> dict[str, Series]:
    """The series that stands for each item: the first row of the table that names it."""
    firsts: dict[tuple[str, str], PriceVolatility] = {}
    for row in db.price_volatility:
        for item in row.items:
            firsts.setdefault((item, row.quantity), row)
    found: dict[str, Series] = {}
    for (item, quantity), row in firsts.items():
        lag = firsts.get((item, "lag_1_autocorrelation"))
        if quantity == "annual_volatility" and lag is not None and lag.series == row.series:
            found[item] = Series(row.series, row.value, lag.value, (row, lag))
    return found


def spread_by_series(
    db: MaterialsDB, named: Mapping[str, Named], months: int
) -> dict[str, UncertainInput]:
    """The prices that have a series, by key, spread over a horizon; none at 0 months.

    Raises:
        InputError: the horizon is beyond what monthly series can tell.
    """
    check_months(months)
    series = series_of(db)
    found: dict[str, UncertainInput] = {}
    for key, one in named.items() if months else ():
        item = priced_item(one.record)
        if item in series:
            low, high = _ends(one.record.value, series[item].log_sd(months))
            found[key] = replace(
                uncertain_input(key, one),
                low=low, high=high, distribution="lognormal", spread="volatility",
            )  # fmt: skip
    return found


def check_months(months: int) -> None:
    """Refuse a horizon beyond what monthly series can tell."""
    if not 0 <= months <= LONGEST_MONTHS:
        raise InputError(
            f"the horizon is {months} months; give 0 (prices by the ranges of their records) to "
            f"{LONGEST_MONTHS}"
        )


def _ends(price: float, log_sd: float) -> tuple[float, float]:
    """P10 and P90 of a lognormal about its median."""
    return price * exp(-Z90 * log_sd), price * exp(Z90 * log_sd)


def priced_item(record: Datum | None) -> str:
    """Item of a price row; empty for fees and for what is no price."""
    return record.item if isinstance(record, Price) and record.kind != "fee" else ""


# --- prices that move together ---------------------------------------------------------------


@dataclass(frozen=True)
class Together:
    """Correlation of two sources of chance: series of prices, or inputs of their own."""

    one: str
    other: str
    value: float
    record: PriceCorrelation | None = None
    """None where the user set it."""


def chance_of(db: MaterialsDB, inputs: Iterable[UncertainInput]) -> dict[str, str]:
    """Source of chance of each input spread by volatility; inputs of one series share it."""
    series = series_of(db)
    return {
        one.key: SERIES + series[priced_item(one.record)].name
        for one in inputs
        if one.spread == "volatility"
    }


def series_records(db: MaterialsDB, inputs: Iterable[UncertainInput]) -> tuple[Datum, ...]:
    """Rows behind the series of the inputs spread by volatility, each once."""
    series = series_of(db)
    items = [priced_item(one.record) for one in inputs if one.spread == "volatility"]
    return tuple({row.row: row for item in items for row in series[item].records}.values())


def measured_correlations(db: MaterialsDB) -> tuple[Together, ...]:
    """Measured correlations of every two series that stand for an item.

    Of several windows, and of several series of an item, the first row of the table counts.
    """
    kin = _kin(db)
    chosen = sorted({series.name for series in series_of(db).values()})
    found = []
    for k, one in enumerate(chosen):
        for other in chosen[k + 1 :]:
            row = _measured(db.price_correlations, kin[one], kin[other])
            if row is not None:
                found.append(Together(SERIES + one, SERIES + other, row.value, row))
    return tuple(found)


def unmeasured(chance: Iterable[str], pairs: Iterable[Together]) -> tuple[tuple[str, str], ...]:
    """Pairs of series of whose correlation nothing is known, so that they are independent."""
    known = {frozenset((pair.one, pair.other)) for pair in pairs}
    names = sorted(set(chance))
    return tuple(
        (one.removeprefix(SERIES), other.removeprefix(SERIES))
        for k, one in enumerate(names)
        for other in names[k + 1 :]
        if frozenset((one, other)) not in known
    )


def _kin(db: MaterialsDB) -> dict[str, set[str]]:
    """Every series of the items that a series stands for, by series."""
    of_item: dict[str, set[str]] = {}
    for row in db.price_volatility:
        for item in row.items:
            of_item.setdefault(item, set()).add(row.series)
    kin: dict[str, set[str]] = {}
    for item, series in series_of(db).items():
        kin.setdefault(series.name, set()).update(of_item[item])
    return kin


def _measured(
    rows: Iterable[PriceCorrelation], ones: set[str], others: set[str]
) -> PriceCorrelation | None:
    for row in rows:
        if (row.series in ones and row.other in others) or (
            row.series in others and row.other in ones
        ):
            return row
    return None
