"""Value of black mass by its assay: V = sum_i w_i P_i pay_i a tonne, and whether to sell or refine.

Ternary black mass is paid a share of the prices of its nickel, cobalt and lithium; that of LFP a
price for each percent of lithium.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calculator.errors import InputError

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_projects import RecyclingValue

_KG_PER_T = 1000.0
TERNARY, LFP = "ternary_black_mass", "LFP_black_mass"


@dataclass(frozen=True)
class Payables:
    """What buyers of a country pay for black mass at a date: least and most by element."""

    country: str
    date: str
    """Newest quote not after the day asked."""
    least: Mapping[str, float]
    most: Mapping[str, float]
    """Fractions of the price; money per tonne and percent for LFP."""
    unit: str
    records: tuple[RecyclingValue, ...]


@dataclass(frozen=True)
class BlackMassValue:
    """Value of a tonne of black mass, money as given."""

    least_per_t: float
    most_per_t: float
    by_element_most_per_t: Mapping[str, float]


def payables_of(db: MaterialsDB, feed: str, country: str, on: str) -> Payables:
    """What a country's buyers paid for a feed, from the newest quote up to a day.

    Args:
        db: the materials database.
        feed: ``ternary_black_mass`` or ``LFP_black_mass``.
        country: of the buyers, such as ``CHN``.
        on: day or month, such as ``2025-12``.

    Raises:
        InputError: no quote of that feed and country is so old.
    """
    names = ("payable", "price_per_percent")
    ends = tuple(f"{name}_{end}" for name in names for end in ("least", "most"))
    rows = [
        r
        for r in db.recycling_values
        if (r.subject, r.country) == (feed, country) and r.quantity in ends
    ]
    known = sorted({str(r.date) for r in rows})
    past = [date for date in known if date[: len(on)] <= on]
    if not past:
        told = f"the first is of {known[0]}" if known else "none is known for it"
        raise InputError(f"no quote for {feed} in {country} up to {on}; {told}")
    found = [r for r in rows if str(r.date) == past[-1]]
    scale = 0.01 if found[0].unit == "%" else 1.0
    least = {r.item: r.value * scale for r in found if r.quantity.endswith("least")}
    most = {r.item: r.value * scale for r in found if r.quantity.endswith("most")}
    unit = "1" if found[0].unit == "%" else found[0].unit
    return Payables(country, past[-1], least, most, unit, tuple(found))


def black_mass_value(
    assay: Mapping[str, float], price_per_kg: Mapping[str, float], payables: Payables
) -> BlackMassValue:
    """Value of a tonne by assay, prices and payables; what has no payable is paid nothing.

    Args:
        assay: kg of each element in a kg of black mass.
        price_per_kg: of the element, in the form the quote refers to.
        payables: fractions, from ``payables_of``.

    Raises:
        InputError: an assay above 1 in all, or a paid element without a price.
    """
    _check_assay(assay)
    if payables.unit != "1":
        raise InputError("this feed is paid by percent of lithium; use lfp_black_mass_value")
    paid = [e for e in assay if e in payables.most]
    unpriced = [e for e in paid if e not in price_per_kg]
    if unpriced:
        raise InputError(f"no price for {', '.join(unpriced)} of the black mass; give one")
    worth = {e: _KG_PER_T * assay[e] * price_per_kg[e] for e in paid}
    top = {e: worth[e] * payables.most[e] for e in paid}
    low = sum(worth[e] * payables.least[e] for e in paid)
    return BlackMassValue(low, sum(top.values()), top)


def lfp_black_mass_value(lithium: float, payables: Payables) -> BlackMassValue:
    """Value of a tonne of LFP black mass: price per percent x percent of lithium.

    Args:
        lithium: kg in a kg of black mass.
        payables: of ``LFP_black_mass``.

    Raises:
        InputError: a content outside 0 to 1, or payables of another feed.
    """
    _check_assay({"Li": lithium})
    if payables.unit == "1":
        raise InputError("this feed is paid by shares of metal prices; use black_mass_value")
    percent = 100.0 * lithium
    most = payables.most["Li"] * percent
    return BlackMassValue(payables.least["Li"] * percent, most, {"Li": most})


def _check_assay(assay: Mapping[str, float]) -> None:
    if any(not 0.0 <= w <= 1.0 for w in assay.values()) or sum(assay.values()) > 1.0 + 1e-9:
        raise InputError("the assay is not in fractions of one; give kg per kg, at most 1 together")


def sell_or_refine(
    value_per_t: float,
    assay: Mapping[str, float],
    recovery: Mapping[str, float],
    price_per_kg: Mapping[str, float],
    refining_cost_per_t: float,
) -> float:
    """What refining a tonne oneself earns above selling it; sell where it is below 0.

    sum_i w_i eta_i P_i - cost - V, money as given.

    Raises:
        InputError: a recovered element without a price.
    """
    taken = [e for e in assay if recovery.get(e, 0.0) > 0]
    unpriced = [e for e in taken if e not in price_per_kg]
    if unpriced:
        raise InputError(f"no price for {', '.join(unpriced)}, which is recovered; give one, or 0")
    revenue = sum(_KG_PER_T * assay[e] * recovery[e] * price_per_kg[e] for e in taken)
    return revenue - refining_cost_per_t - value_per_t
