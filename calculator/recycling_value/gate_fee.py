"""Gate fee at which a recycling route breaks even, and what a used pack is worth to reuse.

G = C_transport + C_operation + CRF I / q - sum_i w_i eta_i P_i pay_i, with the capital recovery
factor CRF = i (1 + i)^n / ((1 + i)^n - 1) (EverBatt, ANL-19/16, equation 7). Above 0 the owner of
the cells pays; below 0 the recycler does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from calculator.errors import InputError


@dataclass(frozen=True)
class Capital:
    """What is built, and over which years it is paid back; money as given."""

    amount: float
    rate: float
    """Interest, a fraction."""
    life_years: float

    @property
    def per_year(self) -> float:
        """Annuity: CRF x amount.

        Raises:
            InputError: negative capital, a rate below 0 or no years.
        """
        if self.amount < 0:
            raise InputError(f"capital of {self.amount:g} is below 0; give 0 or more")
        return self.amount * capital_recovery(self.rate, self.life_years)


@dataclass(frozen=True)
class GateFee:
    """The break-even of a kg of feed; money as given."""

    transport_per_kg: float
    operation_per_kg: float
    capital_per_kg: float
    revenue_by_item_per_kg: Mapping[str, float]

    @property
    def revenue_per_kg(self) -> float:
        """What is sold, without any gate fee."""
        return sum(self.revenue_by_item_per_kg.values())

    @property
    def cost_per_kg(self) -> float:
        """Transport, operation and capital."""
        return self.transport_per_kg + self.operation_per_kg + self.capital_per_kg

    @property
    def fee_per_kg(self) -> float:
        """Break-even gate fee G."""
        return self.cost_per_kg - self.revenue_per_kg

    def margin_per_kg(self, fee_paid_per_kg: float) -> float:
        """What is left at a gate fee that is paid; negative where the route loses."""
        return fee_paid_per_kg - self.fee_per_kg

    def per_kwh(self, feed_kg_per_kwh: float) -> float:
        """Gate fee of the cells of a kWh."""
        return self.fee_per_kg * feed_kg_per_kwh


def capital_recovery(rate: float, years: float) -> float:
    """Yearly payment for 1 of capital: i (1 + i)^n / ((1 + i)^n - 1), 1 / n without interest.

    Raises:
        InputError: a rate below 0, or no years.
    """
    if not (isfinite(rate) and rate >= 0 and years > 0):
        raise InputError(
            f"interest {rate:g} over {years:g} years cannot be; give such as 0.1 and 10"
        )
    if rate == 0:
        return 1.0 / years
    grown = float((1.0 + rate) ** years)
    return rate * grown / (grown - 1.0)


def gate_fee(
    contents: Mapping[str, float],
    recovery: Mapping[str, float],
    price_per_kg: Mapping[str, float],
    payable: Mapping[str, float] | None = None,
    *,
    transport_per_kg: float = 0.0,
    operation_per_kg: float,
    capital: Capital | None = None,
    feed_kg_per_year: float = 1.0,
) -> GateFee:
    """Break-even gate fee of a route.

    Args:
        contents: kg of each item in a kg of feed.
        recovery: fraction of each that the route recovers; what stands not here is not recovered.
        price_per_kg: market price of each recovered item.
        payable: fraction of the price that the route is paid; 1 for what stands not here.
        transport_per_kg: of feed.
        operation_per_kg: of feed, without capital.
        capital: of the plant; none where its cost is within ``operation_per_kg``.
        feed_kg_per_year: that it takes.

    Raises:
        InputError: a recovered item without a price, or a number that cannot be.
    """
    sold = {item: part for item, part in recovery.items() if part > 0 and contents.get(item, 0) > 0}
    unpriced = [item for item in sold if item not in price_per_kg]
    if unpriced:
        raise InputError(f"no price for {', '.join(unpriced)}, which is recovered; give one, or 0")
    _check_fractions("contents", contents)
    _check_fractions("recovery", recovery)
    if feed_kg_per_year <= 0:
        raise InputError(f"feed of {feed_kg_per_year:g} kg a year is not above 0; give more")
    paid = payable or {}
    revenue = {
        i: contents[i] * part * price_per_kg[i] * paid.get(i, 1.0) for i, part in sold.items()
    }
    built = capital.per_year / feed_kg_per_year if capital else 0.0
    return GateFee(transport_per_kg, operation_per_kg, built, revenue)


def _check_fractions(what: str, values: Mapping[str, float]) -> None:
    bad = next((item for item, value in values.items() if not 0.0 <= value <= 1.0), None)
    if bad is not None:
        raise InputError(f"{what} of {bad} is {values[bad]:g}; give a fraction from 0 to 1")


def second_life_value(
    health: float, new_per_kwh: float, discount: float, repurposing: float, transport: float
) -> float:
    """Worth of a used pack to who reuses it: V = SoH P_new (1 - discount) - c_rep - c_trans.

    Money per kWh of the pack when new; reuse pays where it exceeds what recycling gives.

    Raises:
        InputError: a state of health or discount outside 0 to 1.
    """
    _check_fractions("second life", {"health": health, "discount": discount})
    return health * new_per_kwh * (1.0 - discount) - repurposing - transport
