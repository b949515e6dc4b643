"""What the database holds: records, sources, how the numbers came to be, what is stale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from types import MappingProxyType

from materials_db.checks import data_of
from materials_db.database import MaterialsDB
from materials_db.schema import Basis, Datum, Filed
from materials_db.tables import TABLES

STALE_YEARS = 3
"""Age beyond which a dated number is called stale."""
WIDE = 0.25
"""Relative half-range beyond which a number is called conflicting."""


@dataclass(frozen=True)
class TableCensus:
    """Counts of one table; ``chemistries`` and ``formats`` count the numbers inside their files."""

    table: str
    records: int
    """Rows, or files of chemistries and formats."""
    numbers: int
    """Records that hold a number with provenance."""
    by_basis: Mapping[str, int]
    """Numbers by measured, reported, derived and assumed."""
    low_confidence: int
    stale: int
    """Numbers dated more than the asked years before the asked day."""
    undated: int
    conflicting: int
    """Numbers whose key another source states too, or whose low to high is wide."""
    overlaid: int
    """Records of the user's."""
    sources: int
    """Sources cited by the table."""

    def share(self, basis: Basis) -> float:
        """Share of the numbers on a basis; zero where the table holds none."""
        return self.by_basis[basis.value] / self.numbers if self.numbers else 0.0


@dataclass(frozen=True)
class Census:
    """Counts of the whole database, by table and in all."""

    data_version: str
    today: date
    stale_years: float
    tables: tuple[TableCensus, ...]
    total: TableCensus
    registered_sources: int


def take_census(db: MaterialsDB, today: date, stale_years: float = STALE_YEARS) -> Census:
    """Count records, sources, bases, stale and conflicting numbers, by table.

    Args:
        db: the database.
        today: the day from which age is counted.
        stale_years: age in years beyond which a dated number is stale.
    """
    grouped = {name: list(_records(db, name)) for name in (*TABLES, "chemistries", "formats")}
    tables = tuple(
        _count(name, rows, _numbers(name, rows), today, stale_years)
        for name, rows in grouped.items()
        if rows
    )
    every = list(chain.from_iterable(grouped.values()))
    numbers = [pair for name, rows in grouped.items() for pair in _numbers(name, rows)]
    total = _count("all", every, numbers, today, stale_years)
    return Census(db.data_version, today, stale_years, tables, total, len(db.sources))


def _records(db: MaterialsDB, name: str) -> Iterator[Filed]:
    table = getattr(db, name)
    yield from table.values() if isinstance(table, Mapping) else table


Keyed = tuple[Hashable, Datum]


def _numbers(name: str, rows: list[Filed]) -> list[Keyed]:
    """Every number of a table with its key."""
    if name in TABLES:
        key_of = TABLES[name].key_of
        return [((name, key_of(row)), row) for row in rows if isinstance(row, Datum)]
    return [
        ((name, getattr(row, "id", ""), path, at), datum)
        for row in rows
        for at, (path, datum) in enumerate(data_of(row))
    ]


def _count(
    name: str, rows: list[Filed], numbers: list[Keyed], today: date, stale_years: float
) -> TableCensus:
    data = [datum for _, datum in numbers]
    twice = _stated_twice(numbers)
    bases = {basis.value: sum(datum.basis is basis for datum in data) for basis in Basis}
    return TableCensus(
        table=name,
        records=len(rows),
        numbers=len(numbers),
        by_basis=MappingProxyType(bases),
        low_confidence=sum(datum.confidence.value == "low" for datum in data),
        stale=sum(is_stale(datum, today, stale_years) for datum in data),
        undated=sum(datum.date is None for datum in data),
        conflicting=sum(key in twice or is_wide(datum) for key, datum in numbers),
        overlaid=sum(row.layer == "overlay" for row in rows),
        sources=len({datum.source for datum in data}),
    )


def _stated_twice(numbers: list[Keyed]) -> set[Hashable]:
    sources: dict[Hashable, set[str]] = defaultdict(set)
    for key, datum in numbers:
        sources[key].add(datum.source)
    return {key for key, names in sources.items() if len(names) > 1}


def is_stale(datum: Datum, today: date, stale_years: float = STALE_YEARS) -> bool:
    """Whether a number's date lies more than the given years back.

    Undated numbers are not stale, nor those that state a year of their own, such as an exchange
    rate of 2010. A year or month counts from its last day.
    """
    if datum.date is None or hasattr(datum, "year"):
        return False
    parts = [int(part) for part in datum.date.split("-")]
    year, month, day = (*parts, 12, 31)[:3] if len(parts) == 1 else (*parts, 28)[:3]
    return (today - date(year, month, day)).days > 365.25 * stale_years


def is_wide(datum: Datum, wide: float = WIDE) -> bool:
    """Whether low or high departs from the value by more than the given share."""
    ends = [end for end in (datum.low, datum.high) if end is not None]
    return any(abs(end - datum.value) > wide * abs(datum.value) for end in ends)
