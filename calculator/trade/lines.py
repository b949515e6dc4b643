"""The records of a stack of duties: its lines, what is off, and their sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calculator.trade.places import Base
    from materials_db.schema_trade import Tariff

BASE_TREATMENTS = ("mfn", "replaces_mfn")
"""Treatments of the rate that others are stacked on."""


@dataclass(frozen=True)
class DutyLine:
    """What one measure adds, as fractions of the customs value."""

    measure: str
    """Id of the measure, by which it is switched."""
    label: str
    rate: float
    low: float
    high: float
    treatment: str
    stated: float
    """Rate as the row states it; of an ``all_in`` row the sum it comes to with the base."""
    kind: str
    status: str
    recalled: bool
    valid_from: str
    valid_to: str
    record: Tariff
    minimum_per_unit: float = 0.0
    """Least duty of the measure on one unit, in ``minimum_money``."""
    minimum_money: str = ""
    minimum_record: Tariff | None = None


@dataclass(frozen=True)
class OffLine:
    """A measure for the goods that does not count, and why."""

    measure: str
    label: str
    rate: float
    reason: str
    status: str
    record: Tariff


@dataclass(frozen=True)
class DutyStack:
    """Duties on goods of one origin at one border on one day; rates are fractions."""

    product: str
    hs: str
    """Code at the importer; empty where the table has none."""
    origin: str
    importer: str
    on: date
    base: Base
    """``fob`` or ``cif``: what the rates are on."""
    lines: tuple[DutyLine, ...]
    off: tuple[OffLine, ...]
    covered: bool
    """Whether the table has a row for these goods on this day."""
    quota_per_year: float | None
    """Units a year that the quota of the goods lets in at the lower rate, where there is one."""
    notes: tuple[str, ...]
    asks: tuple[str, ...]
    """What the user must settle, a sentence each."""

    @property
    def rate(self) -> float:
        """Sum of the lines, central."""
        return sum(line.rate for line in self.lines)

    @property
    def low(self) -> float:
        """Sum of the lines, low."""
        return sum(line.low for line in self.lines)

    @property
    def high(self) -> float:
        """Sum of the lines, high."""
        return sum(line.high for line in self.lines)

    @property
    def minimum_per_unit_usd(self) -> float | None:
        """Least duty on one unit, in US dollars as the law states them; nothing where none."""
        least = [line.minimum_per_unit for line in self.lines if line.minimum_money]
        return sum(least) if least else None

    @property
    def mfn(self) -> float:
        """Base rate: most-favoured-nation, or preferential in its place."""
        return sum(line.rate for line in self.lines if line.treatment in BASE_TREATMENTS)
