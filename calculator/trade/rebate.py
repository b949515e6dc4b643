"""Rebate of value-added tax on exports, and what its cut adds to the price abroad.

An exporter buys with VAT at rate ``v`` and gets ``r`` of the price without VAT back, so ``v - r``
stays as a cost: of a price with VAT that is ``(v - r) / (1 + v)``, for China ``(13 - r) / 113``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.numbers import Num
from calculator.trade.days import day_of, first_day
from calculator.trade.places import known_area
from calculator.trade.products import find_product

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_trade import ExportRebate


@dataclass(frozen=True)
class RebateRate:
    """Rebate of an exporting country on a day, as a fraction of the price without VAT."""

    rate: float
    vat: float
    """Value-added tax of the country, as a fraction."""
    record: ExportRebate

    @property
    def unrebated(self) -> float:
        """Share of the price with VAT that stays as a cost."""
        return (self.vat - self.rate) / (1.0 + self.vat)


def rebate_rate(db: MaterialsDB, product: str, origin: str, on: date | str) -> RebateRate | None:
    """The rebate of an origin on a product, or nothing where the table has none for it.

    Raises:
        InputError: an unknown product, country or day.
    """
    area = known_area(origin, "origin")
    name, day = find_product(db, product, area).id, on if isinstance(on, date) else day_of(on)
    rows = [row for row in db.export_rebates if (row.country, row.product) == (area, name)]
    begun = [row for row in rows if not row.valid_from or first_day(row.valid_from) <= day]
    if not begun:
        return None
    from materials_db.units import to

    row = max(begun, key=lambda r: r.valid_from or "")
    return RebateRate(to(row.value, row.unit, "1"), db.vat_rate(area), row)


def rebate_uplift(
    db: MaterialsDB,
    product: str,
    origin: str,
    on: date | str,
    price_with_vat: Num,
    *,
    pass_through: float = 1.0,
    since: date | str | None = None,
) -> Num:
    """What the cut of the rebate adds to the export price, in the money of the price.

    Equation: ``pass_through x (u(on) - u(since)) x price``, ``u = (v - r) / (1 + v)``.

    Args:
        db: the materials database.
        product: id, other name or code of a trade product.
        origin: exporting country.
        on: the day of export.
        price_with_vat: domestic price with VAT, a number or an array.
        pass_through: share of the cost that reaches the buyer, 0 to 1.
        since: day whose rebate the export price already holds; a full rebate where left out.

    Raises:
        InputError: as ``rebate_rate``; the origin has no rebate on the product in the table, or
            the pass-through lies outside 0 to 1.
    """
    if not 0.0 <= pass_through <= 1.0:
        raise InputError(f"pass-through {pass_through:g} is not within 0 to 1; give a share")
    now = rebate_rate(db, product, origin, on)
    before = rebate_rate(db, product, origin, since) if since is not None else None
    if now is None or (since is not None and before is None):
        raise InputError(
            f"no rebate of {origin} on {product} in the table; leave the pass-through at 0, "
            "or add a row to export_rebates"
        )
    held = before.unrebated if before else 0.0
    return price_with_vat * (pass_through * (now.unrebated - held))
