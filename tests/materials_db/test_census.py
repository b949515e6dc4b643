"""Counts of the database, on small cases that can be counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from materials_db.census import is_stale, is_wide, take_census
from materials_db.database import MaterialsDB
from materials_db.load import load_database
from materials_db.schema import Basis, Confidence, Datum, Property, Source
from materials_db.tables import TABLES

TODAY = date(2026, 6, 30)


def _row(source: str, **fields: object) -> Property:
    given = {
        "material": "LFP",
        "property": "density",
        "value": 3.6,
        "unit": "g/cm3",
        "basis": "reported",
        "confidence": "medium",
        **fields,
    }
    return Property.model_validate({**given, "source": source})


def _db(*rows: Property) -> MaterialsDB:
    source = Source(id="A", author="a", title="t", locator="l", licence="x")
    return MaterialsDB("v", sources={"A": source}, properties=rows)


def test_counts_by_hand() -> None:
    census = take_census(
        _db(
            _row("A", date="2020", basis="assumed", confidence="low"),
            _row("B", date="2025-01"),
            _row("A", material="LMO", low=1.0),
            _row("A", material="NMC811", basis="measured", low=3.5, high=3.7, layer="overlay"),
        ),
        TODAY,
    )
    (sources, properties) = census.tables
    assert (sources.table, sources.records, sources.numbers) == ("sources", 1, 0)
    assert properties.by_basis == {"measured": 1, "reported": 2, "derived": 0, "assumed": 1}
    assert properties.share(Basis.ASSUMED) == 0.25
    assert (properties.low_confidence, properties.stale, properties.undated) == (1, 1, 2)
    assert properties.conflicting == 3, "two of one key from two sources, one wide range"
    assert (properties.overlaid, properties.sources) == (1, 2)
    assert (census.total.records, census.total.numbers) == (5, 4)
    assert census.registered_sources == 1
    assert sources.share(Basis.ASSUMED) == 0.0


@pytest.mark.parametrize(
    ("when", "stale"),
    [(None, False), ("2023", False), ("2022", True), ("2023-06", True), ("2023-07-01", False)],
)
def test_stale(when: str | None, stale: bool) -> None:
    assert is_stale(_row("A", date=when), TODAY, 3) is stale


def test_a_rate_of_a_stated_year_does_not_age() -> None:
    rate = next(row for row in load_database().exchange_rates if row.year < 2015)
    assert rate.date is not None
    assert not is_stale(rate, TODAY, 3)


@pytest.mark.parametrize(
    ("low", "high", "wide"),
    [(None, None, False), (3.0, 4.0, False), (2.6, None, True), (None, 4.6, True)],
)
def test_wide(low: float | None, high: float | None, wide: bool) -> None:
    assert is_wide(_row("A", low=low, high=high)) is wide


def test_census_of_the_shipped_data_adds_up() -> None:
    census = take_census(load_database(), TODAY)
    named = {count.table for count in census.tables}
    assert named <= {*TABLES, "chemistries", "formats"}
    assert {"properties", "prices", "chemistries", "formats", "plant"} <= named
    total = census.total
    assert total.records == sum(count.records for count in census.tables)
    assert total.numbers == sum(total.by_basis.values())
    for basis in Basis:
        assert total.by_basis[basis] == sum(c.by_basis[basis] for c in census.tables)
    assert total.overlaid == 0
    assert 0 < total.stale < total.numbers
    chemistries = next(count for count in census.tables if count.table == "chemistries")
    assert chemistries.records == len(load_database().chemistries)
    assert chemistries.numbers > 10 * chemistries.records


def test_confidence_is_counted() -> None:
    datum: Datum = _row("A", confidence="low")
    assert datum.confidence is Confidence.LOW
