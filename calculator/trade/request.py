"""What a duty is asked for: the goods, where from and to, on which day, on what terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypedDict

from calculator.errors import InputError
from calculator.trade.days import day_of
from calculator.trade.places import known_area
from calculator.trade.products import digits, find_product, hs_code

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB
    from materials_db.schema_trade import Tariff, TradeProduct

OTHERS = "all_others"
"""Producers without a row of their own."""
USES = ("automotive", "other")


class Given(TypedDict, total=False):
    """Terms of a question as keywords, each of which may be left out."""

    producer: str | None
    """Maker, where duties are set by maker."""
    use: str | None
    """``automotive`` or ``other``; the product's own where left out."""
    unit_value_usd: float | None
    """Customs value of one unit in USD, where the rate depends on it."""
    over_quota: bool
    """Whether the goods are beyond the quota."""
    switched: Mapping[str, bool]
    """Measures the user switches on or off, by id; never outside their days."""
    include_proposed: bool
    """Whether proposals count."""


@dataclass(frozen=True)
class Terms:
    """Terms of a question that hold for every origin and importer; see ``Given``."""

    producer: str | None = None
    use: str | None = None
    unit_value_usd: float | None = None
    over_quota: bool = False
    switched: Mapping[str, bool] = field(default_factory=dict)
    include_proposed: bool = False


@dataclass(frozen=True)
class Goods:
    """Goods at one border on one day."""

    product: TradeProduct
    hs: str
    """Code at the importer; empty where the table has none."""
    importer: str
    on: date
    use: str
    terms: Terms

    def covers(self, row: Tariff) -> bool:
        """Whether a row is for goods of this code and use; origins, days and makers apart."""
        code = digits(self.hs)
        return bool(code) and any(code.startswith(digits(h)) for h in row.hs) and (
            not row.use or row.use == self.use
        )  # fmt: skip


def goods_of(db: MaterialsDB, product: str, importer: str, on: date | str, terms: Terms) -> Goods:
    """The goods asked for, once every name of the question is known.

    Raises:
        InputError: an unknown product, code, country, day, use, measure or value.
    """
    area = known_area(importer, "importer")
    found = find_product(db, product, area)
    day = on if isinstance(on, date) else day_of(on)
    if terms.use is not None and terms.use not in USES:
        raise InputError(f"use '{terms.use}' is not known; give one of {', '.join(USES)}")
    if terms.unit_value_usd is not None and not terms.unit_value_usd > 0:
        raise InputError(f"unit value {terms.unit_value_usd:g} is not above zero; give USD a unit")
    _check_switches(db, terms.switched)
    use = terms.use if terms.use is not None else found.use
    return Goods(found, hs_code(db, found.id, area), area, day, use, terms)


def _check_switches(db: MaterialsDB, switched: Mapping[str, bool]) -> None:
    from materials_db.faults import did_you_mean

    for name in switched:
        if name not in db.trade_measures:
            remedy = did_you_mean(name, db.trade_measures)
            raise InputError(f"measure '{name}' to switch is not in the table; {remedy}")


@dataclass(frozen=True)
class Maker:
    """The producer as the rows name it, and what must be said about it."""

    name: str
    """Name in the rows; ``all_others`` where it has none."""
    note: str = ""
    ask: str = ""


def maker_of(asked: str | None, rows: list[Tariff]) -> Maker:
    """How rows for single producers see the producer that was asked.

    Args:
        asked: name the user gave, or nothing.
        rows: rows for the goods that hold on the day.

    Raises:
        InputError: the name is close to one of the list, but none of them.
    """
    names = sorted({row.producer for row in rows if row.producer} - {OTHERS})
    has_rest = any(row.producer == OTHERS for row in rows)
    listed = ", ".join(names)
    if asked is None:
        ask = f"the duty depends on the producer; name one of {listed}" if has_rest else ""
        return Maker(OTHERS, "no producer named: the rate of all others" if has_rest else "", ask)
    wanted = _plain(asked)
    by_plain = {_plain(name): name for name in (*names, OTHERS)}
    if wanted in by_plain:
        return Maker(by_plain[wanted])
    near = get_close_matches(wanted, by_plain, n=2, cutoff=0.75)
    if near:
        told = " or ".join(f"'{by_plain[name]}'" for name in near)
        raise InputError(f"producer '{asked}' is not on the list; did you mean {told}?")
    if not has_rest:
        return Maker(OTHERS, f"no duty on these goods is set for producer '{asked}' by name")
    return Maker(
        OTHERS, f"producer '{asked}' is not on the list ({listed}): the rate of all others"
    )


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())
