"""Landed cost, minimum prices and the rebate of value-added tax, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.trade import landed_cost, rebate_rate, rebate_uplift
from materials_db.database import MaterialsDB

ON = "2026-11-22"


def test_a_car_into_the_union(db: MaterialsDB) -> None:
    """S01: (fob + freight + insurance) x (1 + 0.10 + 0.17)."""
    found = landed_cost(db, "bev", "CHN", "DEU", ON, 25_000, 1_500, 100, "EUR_2026", producer="BYD")
    assert found.customs_value == pytest.approx(26_600)
    assert found.total == pytest.approx(26_600 * 1.27)
    assert {line.line.measure: line.value for line in found.lines} == pytest.approx(
        {"EUU_MFN": 2_660, "EUU_CVD_BEV": 4_522}
    )
    assert found.unit == "EUR_2026/vehicle"


def test_duty_on_fob_or_cif(db: MaterialsDB) -> None:
    fob = landed_cost(db, "storage_battery", "CHN", "USA", ON, 100.0, 10.0, 1.0)
    assert fob.customs_value == 100.0
    assert fob.total == pytest.approx(111.0 + 40.9)
    assert (fob.total_low, fob.total_high) == pytest.approx((111 + 28.4, 111 + 40.9))
    cif = landed_cost(db, "battery_cell", "CHN", "EUU", ON, 100.0, 10.0, 1.0)
    assert cif.total == pytest.approx(111.0 * 1.027)


@pytest.mark.parametrize("fob", [12_000.0, 25_000.0, np.array([18_000.0, 31_000.0])])
@pytest.mark.parametrize("producer", ["BYD", "SAIC", "Tesla_Shanghai"])
def test_the_equal_minimum_price(db: MaterialsDB, fob: float, producer: str) -> None:
    """S01: MIP = fob (1 + 0.10 + cvd) / (1 + 0.10) costs the buyer what the duty costs."""
    plain = landed_cost(db, "bev", "CHN", "EUU", ON, fob, producer=producer)
    rate = {"BYD": 0.17, "SAIC": 0.353, "Tesla_Shanghai": 0.078}[producer]
    assert plain.equal_minimum_price == pytest.approx(fob * (1.1 + rate) / 1.1)
    under = landed_cost(
        db, "bev", "CHN", "EUU", ON, fob, producer=producer,
        minimum_import_price=plain.equal_minimum_price,
    )  # fmt: skip
    assert under.total == pytest.approx(plain.total)
    assert [line.line.measure for line in under.lines] == ["EUU_MFN"]


def test_a_minimum_price_below_the_price_raises_nothing(db: MaterialsDB) -> None:
    """max(MIP, cif) x (1 + mfn)."""
    found = landed_cost(
        db, "bev", "CHN", "EUU", ON, 25_000, 1_000, producer="BYD", minimum_import_price=20_000
    )
    assert found.price_floor_gap == 0.0
    assert found.total == pytest.approx(26_000 * 1.10)


def test_least_duty_of_a_vehicle(db: MaterialsDB) -> None:
    """Turkey: 40 %, at least USD 7,000, and the base rate of 10 % beside it."""
    found = landed_cost(db, "bev", "CHN", "TUR", ON, np.array([10_000.0, 17_500.0, 30_000.0]))
    assert found.duty == pytest.approx([1_000 + 7_000, 1_750 + 7_000, 3_000 + 12_000])
    euro = landed_cost(db, "bev", "CHN", "TUR", ON, 10_000.0, money="EUR_2025")
    additional = next(li for li in euro.lines if li.line.measure == "TUR_ADDITIONAL")
    assert additional.value == pytest.approx(7_000 * 0.886705, rel=1e-6)


def test_bands_of_value(db: MaterialsDB) -> None:
    """India: 70 % below USD 40,000 of customs value, freight included, and 110 % from it."""
    fob = np.array([20_000.0, 39_000.0, 39_999.0, 40_000.0])
    found = landed_cost(db, "bev", "CHN", "IND", ON, fob, 500.0)
    assert found.duty / (fob + 500) == pytest.approx([0.7, 0.7, 1.1, 1.1])
    one = landed_cost(db, "bev", "CHN", "IND", ON, 40_000.0)
    assert one.duty == pytest.approx(44_000)


def test_arrays_equal_numbers(db: MaterialsDB) -> None:
    prices, freights = np.linspace(5_000, 60_000, 23), np.linspace(0, 3_000, 23)
    for importer in ("EUU", "USA", "TUR", "IND", "CAN"):
        many = landed_cost(db, "bev", "CHN", importer, ON, prices, freights)
        ones = [
            landed_cost(db, "bev", "CHN", importer, ON, float(p), float(f))
            for p, f in zip(prices, freights, strict=True)
        ]
        assert many.total == pytest.approx([one.total for one in ones])
        assert many.duty_high == pytest.approx([one.duty_high for one in ones])


# --- rebate (S36) ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "percent"),
    [
        ("2024-11-30", 13), ("2024-12-01", 9), ("2026-03-31", 9), ("2026-04-01", 6),
        ("2026-12-31", 6), ("2027-01-01", 0),
    ],
)  # fmt: skip
def test_rebate_by_day(db: MaterialsDB, on: str, percent: float) -> None:
    found = rebate_rate(db, "battery_cell", "CHN", on)
    assert found is not None
    assert 100 * found.rate == pytest.approx(percent)
    assert rebate_uplift(db, "battery_cell", "CHN", on, 113.0) == pytest.approx(13 - percent)
    half = rebate_uplift(db, "battery_cell", "CHN", on, 113.0, pass_through=0.5)
    assert half == pytest.approx((13 - percent) / 2)


def test_uplift_since_the_quote(db: MaterialsDB) -> None:
    found = landed_cost(
        db, "battery_cell", "CHN", "EUU", "2027-01-01", 60.0,
        price_with_vat=67.8, pass_through=1.0, quoted_on="2026-06-01",
    )  # fmt: skip
    assert found.uplift == pytest.approx(6 / 113 * 67.8)
    assert found.total == pytest.approx((60 + 6 / 113 * 67.8) * 1.027)
    plain = landed_cost(db, "battery_cell", "CHN", "EUU", "2027-01-01", 60.0)
    assert plain.uplift == 0.0


def test_no_rebate_in_the_table(db: MaterialsDB) -> None:
    assert rebate_rate(db, "bev", "CHN", ON) is None
    with pytest.raises(InputError, match="no rebate of CHN on bev in the table"):
        rebate_uplift(db, "bev", "CHN", ON, 100.0)


@pytest.mark.parametrize(
    ("fob", "terms", "sentence"),
    [
        (0.0, {}, "the FOB price must be a number above zero"),
        (np.array([1.0, np.nan]), {}, "the FOB price must be a number above zero"),
        (1.0, {"minimum_import_price": -2.0}, "the minimum import price must be"),
        (1.0, {"freight": -1.0}, "freight must be a number of zero or more"),
        (1.0, {"pass_through": 1.0}, "needs the domestic price with VAT"),
        (
            1.0,
            {"pass_through": 1.5, "price_with_vat": 1.0},
            "pass-through 1.5 is not within 0 to 1",
        ),
        (1.0, {"money": "EUR"}, "money 'EUR' does not name a currency and its year"),
    ],
)
def test_bad_amounts(db: MaterialsDB, fob: float, terms: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        landed_cost(db, "battery_cell", "CHN", "EUU", ON, fob, **terms)  # type: ignore[arg-type]


def test_an_unknown_keyword_is_refused(db: MaterialsDB) -> None:
    with pytest.raises(TypeError, match="unit_value_usd"):
        landed_cost(db, "bev", "CHN", "EUU", ON, 1.0, unit_value_usd=3.0)  # type: ignore[call-arg]
