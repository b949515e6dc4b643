"""The whitelist against the registry, and the traps of unit parsing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from materials_db.units import (
    DIMENSIONS,
    UnitError,
    canonical,
    currency_year,
    dimension,
    factor,
    parse_quantity,
    registry,
    split_quantity,
    to,
)

_EXPECTED = {
    "dimensionless": "dimensionless",
    "length": "[length]",
    "area": "[length] ** 2",
    "volume": "[length] ** 3",
    "mass": "[mass]",
    "time": "[time]",
    "charge": "[current] * [time]",
    "voltage": "[mass] * [length] ** 2 / [time] ** 3 / [current]",
    "power": "[mass] * [length] ** 2 / [time] ** 3",
    "energy": "[mass] * [length] ** 2 / [time] ** 2",
    "pressure": "[mass] / [length] / [time] ** 2",
    "charge per mass": "[current] * [time] / [mass]",
    "charge per area": "[current] * [time] / [length] ** 2",
    "mass per charge": "[mass] / [current] / [time]",
    "length per charge per area": "[length] ** 3 / [current] / [time]",
    "mass per volume": "[mass] / [length] ** 3",
    "mass per area": "[mass] / [length] ** 2",
    "amount per volume": "[substance] / [length] ** 3",
    "mass per energy": "[time] ** 2 / [length] ** 2",
    "energy per mass": "[length] ** 2 / [time] ** 2",
    "energy per volume": "[mass] / [length] / [time] ** 2",
    "area per energy": "[time] ** 2 / [mass]",
    "energy per time": "[mass] * [length] ** 2 / [time] ** 3",
    "mass per time": "[mass] / [time]",
    "time per time": "dimensionless",
    "time per mass": "[time] / [mass]",
    "time per energy": "[time] ** 3 / [mass] / [length] ** 2",
    "mass per length": "[mass] / [length]",
    "count": "dimensionless",
    "count per time": "1 / [time]",
    "emission per energy": "[time] ** 2 / [length] ** 2",
    "emission per mass": "dimensionless",
}
_WHITELIST = [
    (name, unit, spelling) for name, units in DIMENSIONS.items() for unit, spelling in units.items()
]


@pytest.mark.parametrize(("name", "unit", "spelling"), _WHITELIST)
def test_every_whitelisted_unit_has_its_dimension(name: str, unit: str, spelling: str) -> None:
    parsed = registry().Quantity(1.0, registry().parse_units("dimensionless"))
    parsed = parsed * registry().parse_expression(spelling)
    assert str(parsed.dimensionality) == _EXPECTED[name]
    assert dimension(unit) == name
    assert canonical(unit) == unit


def test_every_dimension_is_expected() -> None:
    assert set(DIMENSIONS) == set(_EXPECTED)


@pytest.mark.parametrize(
    ("unit", "target", "expected"),
    [
        ("kt", "kg", 1e6),
        ("t", "kg", 1e3),
        ("%", "1", 0.01),
        ("ozt", "g", 31.1034768),
        ("lb", "kg", 0.45359237),
        ("MMBtu", "kWh", 293.07107),
        ("mAh/cm2", "Ah/m2", 10.0),
        ("USD_2024/t", "USD_2024/kg", 1e-3),
        ("USD_2024/lb", "USD_2024/kg", 2.2046226218),
        ("GWh/yr", "GWh/year", 1.0),
        ("gCO2e/kWh", "kgCO2e/kWh", 1e-3),
        ("kg/kg", "1", 1.0),
        ("1", "%", 100.0),
    ],
)
def test_factors(unit: str, target: str, expected: float) -> None:
    assert factor(unit, target) == pytest.approx(expected, rel=1e-7)


def test_shortcuts_agree_with_the_registry() -> None:
    assert factor("%", "1") == registry().Quantity(1, "percent").to("dimensionless").magnitude
    assert factor("kWh/kWh", "1") == 1.0


def test_arrays_are_converted_elementwise() -> None:
    assert to(np.array([1.0, 2.0]), "mm", "um") == pytest.approx([1000.0, 2000.0])


@given(
    st.floats(1e-6, 1e9),
    st.sampled_from([("kg", "t"), ("um", "mm"), ("USD_2024/kg", "USD_2024/t"), ("g/kWh", "t/GWh")]),
)
@settings(max_examples=50, deadline=None)
def test_conversion_round_trip(value: float, pair: tuple[str, str]) -> None:
    unit, target = pair
    assert to(to(value, unit, target), target, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ton", "unit 'ton' is not known; write 't' for 1,000 kg or 'lb' for pounds"),
        ("tons", "write 't' for 1,000 kg"),
        ("USD", "unit 'USD' is money without a year; name it, such as 'USD_2024'"),
        ("USD/kg", "such as 'USD_2024/kg'"),
        ("$/kg", "such as 'USD_2024/kg'"),
        ("EUR/kWh", "such as 'EUR_2024/kWh'"),
        ("umm", "unit 'umm' is not known; did you mean"),
        ("furlong", "unit 'furlong' is not known"),
        ("kg.m-3", "unit 'kg.m-3' is not known"),
        ("XYZ_2024/kg", "unit 'XYZ_2024/kg' has the unknown currency 'XYZ'; known: AUD"),
        ("usd_2025/kg", "unit 'usd_2025/kg' is not written as money is; write 'USD_2025/kg'"),
        ("USD_2025 / kg", "unit 'USD_2025 / kg' is not written as money is; write 'USD_2025/kg'"),
        ("€_2025/kg", "unit '€_2025/kg' is not written as money is; write 'EUR_2025/kg'"),
        ("USD_2024/furlong", "unit 'USD_2024/furlong' is not known"),
    ],
)
def test_refused_units(text: str, message: str) -> None:
    with pytest.raises(UnitError) as caught:
        canonical(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected", "value"),
    [
        ("12 um", "um", 12.0),
        ("12µm", "um", 12.0),
        ("0.012 mm", "um", 12.0),
        ("40 %", "1", 0.4),
        ("0.4", "1", 0.4),
        ("75 kWh", "Wh", 75_000.0),
        ("30 GWh/yr", "GWh/year", 30.0),
        ("1e3 kg", "t", 1.0),
        ("-5 V", "V", -5.0),
        ("400", "count", 400.0),
        ("4.06 USD_2025/kg", "USD_2025/t", 4060.0),
        ("2.1 m²", "cm2", 21_000.0),
    ],
)
def test_quantities(text: str, expected: str, value: float) -> None:
    assert parse_quantity(text, expected) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "expected", "message"),
    [
        ("12", "um", "quantity '12' has no unit; write it with one, such as '12 um'"),
        ("12 kg", "um", "unit 'kg' is a mass where a length is needed; give it in 'um'"),
        ("12 kWh", "um", "unit 'kWh' is an energy where a length is needed; give it in 'um'"),
        ("twelve um", "um", "is not a number with a unit"),
        ("1,000 kg", "kg", "no thousands separator"),
        ("nan um", "um", "is not a number with a unit"),
        ("1e999 um", "um", "is not a number with a unit"),
        ("5 USD_2024/kg", "USD_2022/kg", "differ in currency or year"),
        ("5 EUR_2024/kg", "USD_2024/kg", "differ in currency or year"),
    ],
)
def test_refused_quantities(text: str, expected: str, message: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity(text, expected)
    assert message in str(caught.value)


def test_money() -> None:
    assert currency_year("CNY_2026/t") == ("CNY", 2026)
    assert dimension("USD_2024/kg") == "money per mass"
    assert dimension("USD_2024") == "money"
    assert dimension("CNY/USD") == "exchange rate"
    assert split_quantity("3 EUR_2023/kWh") == (3.0, "EUR_2023/kWh")
    with pytest.raises(UnitError, match="is not money; write one such as"):
        currency_year("kg")
