"""Records of how prices move: volatility and autocorrelation of a series, correlation of two.

All are of monthly log returns, r_t = ln(P_t / P_(t-1)), of a series of monthly means.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from materials_db.schema import Datum, Identifier, PartialDate
from materials_db.schema_trade import Names

Months = Annotated[int, Field(ge=3)]


class PriceVolatility(Datum):
    """How the price of a series moves; the first series that names an item stands for it."""

    series: Identifier
    items: Names
    """Items of the price decks the series stands for, separated by spaces."""
    quantity: Literal["annual_volatility", "lag_1_autocorrelation"]
    """``annual_volatility``: standard deviation of the returns x sqrt(12)."""
    first: PartialDate
    last: PartialDate
    """First and last month of the window."""
    months: Months
    """Prices in the window."""


class PriceCorrelation(Datum):
    """How far the returns of two series move together over a common window."""

    series: Identifier
    other: Identifier
    first: PartialDate
    last: PartialDate
    months: Months
    """Returns in the window."""
