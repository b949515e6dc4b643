"""Which rows of the tariff table hold for goods on a day, and which of them counts.

Of several rows of one measure the one that names the goods most closely counts: its origin
before any origin, its producer before all others, the longer code, the newer start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calculator.regions import WORLD
from calculator.trade.days import first_day, last_day
from calculator.trade.products import digits
from calculator.trade.request import OTHERS, Goods, Maker

if TYPE_CHECKING:
    from datetime import date

    from materials_db.schema_trade import Tariff

_LONG_AGO = "0001-01-01"


@dataclass(frozen=True)
class Candidate:
    """A row that holds on the day, with its number; rates as fractions."""

    row: Tariff
    low: float
    value: float
    high: float
    ask: str = ""

    @property
    def group(self) -> tuple[str, str]:
        """Measure and quantity, of which one row counts."""
        return (self.row.measure, self.row.quantity)

    def names(self, origin: str) -> bool:
        """Whether the row names the origin itself."""
        return origin in self.row.origins

    def meets(self, origin: str) -> bool:
        """Whether the row is for goods of the origin."""
        row = self.row
        return (self.names(origin) or WORLD in row.origins) and origin not in row.except_origins

    def closeness(self, goods: Goods) -> tuple[int, int, bool, str, str, float]:
        """How closely the row names the goods, origin apart; the last parts break ties."""
        row = self.row
        maker = 0 if not row.producer else 1 if row.producer == OTHERS else 2
        start = row.valid_from or _LONG_AGO
        tie = " ".join((*row.hs, *row.origins, row.source))
        return (maker, reach(row, goods), bool(row.quota), start, tie, row.value)


def reach(row: Tariff, goods: Goods) -> int:
    """Digits of the longest code of the row that covers the goods."""
    code = digits(goods.hs)
    return max((len(digits(h)) for h in row.hs if code.startswith(digits(h))), default=0)


def holds(row: Tariff, on: date) -> bool:
    """Whether the day lies between the first and the last day of a row, both included."""
    begun = row.valid_from is None or first_day(row.valid_from) <= on
    return begun and (row.valid_to is None or on <= last_day(row.valid_to))


def candidates(rows: Iterable[Tariff], goods: Goods, maker: Maker) -> tuple[Candidate, ...]:
    """Rows for the goods that hold on the day, for any origin and for measures of any status."""
    found = [
        _candidate(row)
        for row in rows
        if goods.covers(row)
        and holds(row, goods.on)
        and row.producer in ("", maker.name)
        and row.quota in ("", "over" if goods.terms.over_quota else "in")
        and _in_band(row, goods.terms.unit_value_usd)
    ]
    return _banded(found) if goods.terms.unit_value_usd is None else tuple(found)


def chosen(
    among: Iterable[Candidate], goods: Goods, origin: str
) -> dict[tuple[str, str], Candidate]:
    """The row that counts of each measure and quantity, for goods of an origin."""
    best: dict[tuple[str, str], Candidate] = {}
    meeting = (entry for entry in among if entry.meets(origin))
    for entry in sorted(meeting, key=lambda c: (c.names(origin), c.closeness(goods))):
        best[entry.group] = entry
    return best


def _candidate(row: Tariff) -> Candidate:
    from materials_db.units import to

    scale = to(1.0, row.unit, "1") if row.quantity == "rate" else 1.0
    low, high = (row.value if end is None else end for end in (row.low, row.high))
    return Candidate(row, low * scale, row.value * scale, high * scale)


def _in_band(row: Tariff, value: float | None) -> bool:
    if value is None:
        return True
    low, high = row.unit_value_from_usd, row.unit_value_below_usd
    return (low is None or value >= low) and (high is None or value < high)


def _banded(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Rows for bands of value become one, from the lowest band, where no value is given."""
    bands: dict[tuple[object, ...], list[Candidate]] = {}
    for entry in found:
        row = entry.row
        banded = row.unit_value_from_usd is not None or row.unit_value_below_usd is not None
        same = (row.origins, row.hs, row.producer, row.quota, row.valid_from)
        bands.setdefault((entry.group, *same) if banded else (id(row),), []).append(entry)
    return tuple(_widened(group) for group in bands.values())


def _widened(group: list[Candidate]) -> Candidate:
    if len(group) == 1:
        return group[0]
    first = min(group, key=lambda c: c.row.unit_value_from_usd or 0.0)
    limits = sorted({limit for c in group if (limit := c.row.unit_value_from_usd)})
    told = " and ".join(f"USD {limit:,.0f}" for limit in limits)
    ask = f"the rate depends on the value of a unit (steps at {told}); give it, the lowest is shown"
    low, high = min(c.low for c in group), max(c.high for c in group)
    return replace(first, low=low, high=high, ask=ask)
