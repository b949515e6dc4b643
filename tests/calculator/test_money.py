"""Money between currencies and years."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.errors import InputError
from calculator.money import Money, conversion, convert, parse_money, years
from materials_db.database import MaterialsDB
from materials_db.load import load_database
from materials_db.schema import Basis, Confidence, ExchangeRate, PriceLevel
from materials_db.units import UnitError

COMMON = {
    "unit": "1",
    "source": "hand",
    "basis": Basis.REPORTED,
    "confidence": Confidence.HIGH,
}


def rate(currency: str, year: int, value: float, note: str = "") -> ExchangeRate:
    return ExchangeRate(currency=currency, year=year, value=value, note=note, **COMMON)


def level(year: int, value: float, note: str = "", currency: str = "USD") -> PriceLevel:
    return PriceLevel(currency=currency, year=year, value=value, note=note, **COMMON)


@pytest.fixture
def small() -> MaterialsDB:
    """Two currencies, levels to 2025; the rate of 2026 covers ten months."""
    return MaterialsDB(
        data_version="test",
        exchange_rates=(
            rate("EUR", 2020, 0.8),
            rate("EUR", 2024, 0.9),
            rate("CNY", 2024, 7.2),
            rate("CNY", 2026, 6.8, "part year: January to October"),
        ),
        price_levels=(level(2020, 100.0), level(2024, 120.0), level(2025, 125.0)),
    )


@pytest.fixture(scope="module")
def shipped() -> MaterialsDB:
    return load_database()


def test_each_step_once(small: MaterialsDB) -> None:
    """EUR_2020 to CNY_2024: divided by 0.8, times 120/100, times 7.2; nothing else."""
    found = conversion(small, "EUR_2020", "CNY_2024")
    assert found.factor == pytest.approx(1 / 0.8 * 1.2 * 7.2, rel=1e-15)
    assert [(r.currency, r.year) for r in found.records] == [  # type: ignore[attr-defined]
        ("EUR", 2020),
        ("USD", 2020),
        ("USD", 2024),
        ("CNY", 2024),
    ]
    assert found.notes == ()


def test_a_foreign_price_level_is_never_used(small: MaterialsDB) -> None:
    more = (*small.price_levels, level(2020, 1.0, currency="EUR"), level(2024, 9.0, currency="EUR"))
    other = MaterialsDB("test", exchange_rates=small.exchange_rates, price_levels=more)
    assert conversion(other, "EUR_2020", "EUR_2024").factor == pytest.approx(1.2 * 0.9 / 0.8)


def test_same_money_needs_no_record(small: MaterialsDB) -> None:
    assert conversion(small, "USD_1999", "USD_1999").factor == 1.0
    assert conversion(small, "USD_1999", "USD_1999").records == ()


def test_part_year_and_stand_in_are_told(small: MaterialsDB) -> None:
    found = conversion(small, "CNY_2026/t", "USD_2024")
    assert found.factor == pytest.approx(1 / 6.8 * 120 / 125)
    assert len(found.notes) == 2
    assert "CNY_2026 covers part of the year" in found.notes[0]
    assert "price level of 2026 is not published; that of 2025 stands in" in found.notes[1]


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("EUR_2021", "USD_2024", "exchange rate of EUR for 2021 .* choose a year of 2020, 2024"),
        ("USD_2010", "USD_2024", "price level of USD for 2010 .* choose a year of 2020, 2024-2025"),
        ("USD_2024", "USD_2027", "price level of USD for 2027"),
        ("XYZ_2024", "USD_2024", "currency XYZ has no exchange rate; choose one of CNY, EUR, USD"),
        ("USD", "USD_2024", "does not name a currency and its year; write one such as USD_2024"),
    ],
)
def test_what_is_missing_is_told(
    small: MaterialsDB, source: str, target: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        conversion(small, source, target)


def test_units_behind_the_slash(small: MaterialsDB) -> None:
    amount, _ = convert(small, 7200.0, "CNY_2024/t", "USD_2024/kg")
    assert amount == pytest.approx(1.0, rel=1e-15)
    kept, _ = convert(small, 7200.0, "CNY_2024/t", "USD_2024")
    assert kept == pytest.approx(1000.0, rel=1e-15)
    with pytest.raises(UnitError, match="energy"):
        convert(small, 1.0, "CNY_2024/t", "USD_2024/kWh")


def test_arrays(small: MaterialsDB) -> None:
    draws = np.array([1.0, 2.0, 3.0])
    found = conversion(small, "EUR_2020", "USD_2024")
    assert np.array_equal(found(draws), np.array([found(float(d)) for d in draws]))


def test_parse() -> None:
    assert parse_money("KRW_2025/kg") == Money("KRW", 2025)
    assert str(Money("EUR", 2024)) == "EUR_2024"


def test_shipped_years(shipped: MaterialsDB) -> None:
    """Every currency the issue names, every year from 2010 to 2026."""
    for currency in ("USD", "EUR", "JPY", "CNY", "KRW", "INR", "GBP"):
        assert set(range(2010, 2027)) <= set(years(shipped, currency)), currency


def test_shipped_2026_is_marked(shipped: MaterialsDB) -> None:
    notes = " ".join(conversion(shipped, "EUR_2026", "USD_2024").notes)
    assert "part of the year" in notes


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["USD", "EUR", "JPY", "CNY", "KRW", "INR", "GBP"]),
    st.sampled_from(["USD", "EUR", "JPY", "CNY", "KRW", "INR", "GBP"]),
    st.integers(2010, 2026),
    st.integers(2010, 2026),
)
def test_round_trip(first: str, second: str, start: int, end: int) -> None:
    db = load_database()
    there = conversion(db, f"{first}_{start}", f"{second}_{end}")
    back = conversion(db, f"{second}_{end}", f"{first}_{start}")
    assert back(there(123.456)) == pytest.approx(123.456, rel=1e-12)


def test_known_magnitudes(shipped: MaterialsDB) -> None:
    """A euro of 2024 cost 1.08 dollars; US prices rose by a third to a half over 2010-2024."""
    assert conversion(shipped, "EUR_2024", "USD_2024").factor == pytest.approx(1.082, abs=0.01)
    assert 1.3 < conversion(shipped, "USD_2010", "USD_2024").factor < 1.5
