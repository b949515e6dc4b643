"""The stack of duties: check numbers, bad input, and what must always hold."""

from __future__ import annotations

import dataclasses
import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.errors import InputError
from calculator.trade import duty_history, duty_stack, duty_table
from calculator.trade.candidates import holds
from materials_db.database import MaterialsDB
from materials_db.load import load_database
from materials_db.schema import Basis, Confidence
from materials_db.schema_trade import Tariff, TradeMeasure

ON = "2026-11-22"
DB = load_database()
PRODUCTS = sorted(DB.trade_products)
PLACES = (
    "CHN", "JPN", "KOR", "DEU", "USA", "CAN", "MEX", "GBR", "IND", "VNM", "BRA", "ARG", "COD",
    "TUR", "AUS",
)  # fmt: skip
DAYS = st.dates(date(2023, 1, 1), date(2031, 1, 1))


@pytest.mark.parametrize(
    ("producer", "rate"),
    [
        ("BYD", 27.0), ("Geely", 28.8), ("SAIC", 45.3), ("Tesla Shanghai", 17.8),
        ("other cooperating", 30.7), ("all others", 45.3), ("VW Anhui", 10.0), ("byd", 27.0),
    ],
)  # fmt: skip
def test_cars_from_china_in_the_union(db: MaterialsDB, producer: str, rate: float) -> None:
    for member in ("EUU", "DEU"):
        found = duty_stack(db, "bev", "CHN", member, ON, producer=producer)
        assert 100 * found.rate == pytest.approx(rate)
        assert 100 * duty_stack(db, "phev", "CHN", member, ON).rate == pytest.approx(10.0)
        assert 100 * duty_stack(db, "hev", "CHN", member, ON).rate == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("product", "origin", "rate"),
    [
        ("bev", "CHN", 127.5), ("phev", "CHN", 127.5), ("ev_battery_pack", "CHN", 53.4),
        ("storage_battery", "CHN", 40.9), ("bev", "JPN", 15.0), ("ev_battery_pack", "JPN", 15.0),
        ("storage_battery", "JPN", 12.5),
    ],
)  # fmt: skip
def test_into_the_united_states(db: MaterialsDB, product: str, origin: str, rate: float) -> None:
    found = duty_stack(db, product, origin, "USA", ON)
    assert 100 * found.rate == pytest.approx(rate)
    assert found.base == "fob"
    assert found.rate == pytest.approx(sum(line.rate for line in found.lines))


def test_protected_markets(db: MaterialsDB) -> None:
    def rate(importer: str, **terms: object) -> float:
        return 100 * duty_stack(db, "bev", "CHN", importer, ON, **terms).rate  # type: ignore[arg-type]

    assert rate("IND", unit_value_usd=39_999.0) == pytest.approx(70)
    assert rate("IND", unit_value_usd=40_000.0) == pytest.approx(110)
    assert rate("BRA") == pytest.approx(35)
    assert rate("MEX") == pytest.approx(50)
    assert rate("CAN") == pytest.approx(6.1)
    assert rate("CAN", over_quota=True) == pytest.approx(106.1)
    turkey = duty_stack(db, "bev", "CHN", "TUR", ON)
    assert {line.measure: round(100 * line.rate) for line in turkey.lines} == {
        "TUR_MFN": 10, "TUR_ADDITIONAL": 40,
    }  # fmt: skip
    assert turkey.minimum_per_unit_usd == 7000
    investor = duty_stack(db, "bev", "CHN", "TUR", ON, producer="BYD")
    assert investor.rate == pytest.approx(0.10)
    assert duty_stack(db, "bev", "CHN", "CAN", ON).quota_per_year == 49_000


def test_use_decides(db: MaterialsDB) -> None:
    """A pack that is not for a vehicle pays no vehicle-part duty, and FL-301 instead."""
    found = duty_stack(db, "ev_battery_pack", "CHN", "USA", ON, use="other")
    assert 100 * found.rate == pytest.approx(40.9)


def test_a_vehicle_is_not_a_pack(db: MaterialsDB) -> None:
    car, pack = (duty_stack(db, name, "CHN", "USA", ON) for name in ("bev", "ev_battery_pack"))
    assert all(h.startswith("8703") for line in car.lines for h in line.record.hs)
    assert not any(h.startswith("8703") for line in pack.lines for h in line.record.hs)
    assert any("travels as part of it" in note for note in car.notes)
    assert any("part of the car" in note for note in pack.notes)


def test_band_unknown_is_asked(db: MaterialsDB) -> None:
    found = duty_stack(db, "bev", "CHN", "IND", ON)
    assert (found.low, found.rate, found.high) == pytest.approx((0.7, 0.7, 1.1))
    assert any("USD 40,000" in ask for ask in found.asks)


def test_producers_are_told(db: MaterialsDB) -> None:
    unnamed = duty_stack(db, "bev", "CHN", "EUU", ON)
    other = duty_stack(db, "bev", "CHN", "EUU", ON, producer="Nio")
    assert unnamed.rate == other.rate == pytest.approx(0.453)
    assert any("name one of BYD" in ask for ask in unnamed.asks)
    assert any("'Nio' is not on the list" in note for note in other.notes)
    korean = duty_stack(db, "bev", "KOR", "EUU", ON, producer="Kia")
    assert korean.rate == 0.0
    assert any("set for producer 'Kia' by name" in note for note in korean.notes)


def test_an_agreement_not_in_the_table_is_said(db: MaterialsDB) -> None:
    british = duty_stack(db, "bev", "GBR", "EUU", ON)
    japanese = duty_stack(db, "bev", "JPN", "EUU", ON)
    assert any("no trade agreement of EUU with GBR" in note for note in british.notes)
    assert not any("no trade agreement" in note for note in japanese.notes)
    assert japanese.asks


def test_recalled_is_marked(db: MaterialsDB) -> None:
    lines = duty_stack(db, "lithium_hydroxide", "CHN", "EUU", ON).lines
    assert [line.recalled for line in lines] == [True]
    assert not any(line.recalled for line in duty_stack(db, "bev", "CHN", "EUU", ON).lines)


def test_by_code(db: MaterialsDB) -> None:
    by_code = duty_stack(db, "8507.60.0030", "CHN", "USA", ON)
    assert by_code == duty_stack(db, "BESS", "CHN", "USA", ON)
    assert duty_stack(db, "8703.80", "CHN", "EUU", ON).product == "bev"
    assert duty_stack(db, "283691", "CHN", "EUU", ON).product == "lithium_carbonate"


def test_no_row_is_said(db: MaterialsDB) -> None:
    whole = duty_stack(db, "bev", "CHN", "KOR", ON)
    part = duty_stack(db, "copper_foil", "CHN", "EUU", ON)
    early = duty_stack(db, "bev", "CHN", "BRA", "2023-12-31")
    late = duty_stack(db, "battery_cell", "CHN", "IND", "2028-04-01")
    assert "no duty of KOR on anything in the table; taken as zero" in whole.notes
    assert "no duty of EUU on copper_foil in the table; taken as zero" in part.notes
    assert any("its first row there begins on 2024-01-01" in note for note in early.notes)
    assert any("its last row there ended on 2028-03-31" in note for note in late.notes)
    assert not any(found.covered or found.rate for found in (whole, part, early, late))


def test_a_start_not_recorded_is_said(db: MaterialsDB) -> None:
    found = duty_stack(db, "bev", "JPN", "USA", "2025-01-01")
    assert any("start of most-favoured-nation rate is not recorded" in n for n in found.notes)


@pytest.mark.parametrize(
    ("product", "origin", "importer", "on", "terms", "sentence"),
    [
        ("battery_sell", "CHN", "USA", ON, {}, r"product 'battery_sell' .* 'battery_cell'"),
        ("9999.99", "CHN", "USA", ON, {}, r"HS code '9999.99' is under no product"),
        ("8703", "CHN", "USA", ON, {}, r"HS code '8703' covers bev, phev, hev"),
        ("bev", "CHM", "USA", ON, {}, r"origin 'CHM' is no country.* 'CHN'"),
        ("bev", "CHN", "USS", ON, {}, r"importer 'USS' is no country"),
        ("bev", "CHN", "WLD", ON, {}, r"importer 'WLD' is no country"),
        ("bev", "CHN", "USA", "22.11.2026", {}, r"date '22.11.2026' is no day of the calendar"),
        ("bev", "CHN", "USA", ON, {"use": "toy"}, r"use 'toy' is not known"),
        ("bev", "CHN", "EUU", ON, {"producer": "Geeli"}, r"producer 'Geeli' .* 'Geely'"),
        ("bev", "CHN", "IND", ON, {"unit_value_usd": -1.0}, r"unit value -1 is not above zero"),
        ("bev", "CHN", "USA", ON, {"switched": {"USA_S338": True}}, r"'USA_S338' .*_S338_CAN"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(
    db: MaterialsDB, product: str, origin: str, importer: str, on: str,
    terms: dict[str, object], sentence: str,
) -> None:  # fmt: skip
    with pytest.raises(InputError, match=sentence) as caught:
        duty_stack(db, product, origin, importer, on, **terms)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


# --- what must always hold ---------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    product=st.sampled_from(PRODUCTS),
    origin=st.sampled_from(PLACES),
    importer=st.sampled_from(PLACES),
    on=DAYS,
)
def test_never_below_the_base_rate(product: str, origin: str, importer: str, on: date) -> None:
    found = duty_stack(DB, product, origin, importer, on)
    assert found.low <= found.rate + 1e-12 <= found.high + 2e-12
    base = [line for line in found.lines if line.treatment in ("mfn", "replaces_mfn")]
    assert len(base) <= 1
    assert found.rate >= sum(line.rate for line in base)
    assert all(line.rate >= 0 and line.low >= 0 for line in found.lines)
    assert all(holds(line.record, on) for line in found.lines)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), on=DAYS, product=st.sampled_from(PRODUCTS))
def test_order_of_rows_does_not_matter(seed: int, on: date, product: str) -> None:
    rows = list(DB.tariffs)
    random.Random(seed).shuffle(rows)
    shuffled = dataclasses.replace(DB, tariffs=tuple(rows))
    for origin, importer in (("CHN", "USA"), ("KOR", "EUU"), ("CHN", "TUR"), ("JPN", "USA")):
        one = duty_stack(DB, product, origin, importer, on)
        assert duty_stack(shuffled, product, origin, importer, on) == one


@settings(max_examples=60, deadline=None)
@given(product=st.sampled_from(PRODUCTS), on=DAYS)
def test_the_table_equals_the_stacks(product: str, on: date) -> None:
    found = duty_table(DB, product, on, PLACES, PLACES)
    for i, origin in enumerate(PLACES):
        for k, importer in enumerate(PLACES):
            one = duty_stack(DB, product, origin, importer, on)
            cell = (found.low[i, k], found.rate[i, k], found.high[i, k])
            assert cell == pytest.approx((one.low, one.rate, one.high), abs=1e-12)
            assert bool(found.covered[i, k]) == one.covered


@settings(max_examples=40, deadline=None)
@given(
    product=st.sampled_from(PRODUCTS),
    origin=st.sampled_from(PLACES),
    importer=st.sampled_from(PLACES),
    on=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
def test_the_history_holds_on_every_day(product: str, origin: str, importer: str, on: date) -> None:
    history = duty_history(DB, product, origin, importer)
    step = max(i for i, day in enumerate(history.days) if day <= on)
    assert duty_stack(DB, product, origin, importer, on).rate == pytest.approx(history.rate[step])


def test_steps_of_the_history(db: MaterialsDB) -> None:
    japan = duty_history(db, "bev", "JPN", "USA", "2025-01-01", "2026-12-31")
    assert [(str(d), round(100 * r, 6)) for d, r in zip(japan.days, japan.rate, strict=True)] == [
        ("2025-01-01", 2.5), ("2025-04-03", 27.5), ("2025-09-16", 15.0),
    ]  # fmt: skip
    brazil = duty_history(db, "hev", "CHN", "BRA", "2024-01-01", "2026-12-31")
    assert [round(100 * r) for r in brazil.rate] == [12, 25, 30, 35]
    with pytest.raises(InputError, match="the history ends on 2024-01-01, before it begins"):
        duty_history(db, "hev", "CHN", "BRA", "2025-01-01", "2024-01-01")


# --- suspensions -------------------------------------------------------------------------


def _with_suspended(db: MaterialsDB, until: str | None, status: str = "suspended") -> MaterialsDB:
    measure = TradeMeasure.model_validate(
        {
            "id": "EUU_TEST", "name": "a test duty", "importer": "EUU", "kind": "surtax",
            "status": status, "source": "EU_2024_2754",
            "suspended_from": "2026-03-01" if status == "suspended" else None,
            "suspended_to": until,
        }
    )  # fmt: skip
    row = Tariff(
        measure="EUU_TEST", quantity="rate", treatment="adds", origins=("WLD",), hs=("8703",),
        valid_from="2026-01-01", valid_to="2027-12-31", value=20, unit="%",
        source="EU_2024_2754", basis=Basis.ASSUMED, confidence=Confidence.LOW,
    )  # fmt: skip
    measures = {**db.trade_measures, measure.id: measure}
    return dataclasses.replace(db, tariffs=(*db.tariffs, row), trade_measures=measures)


@pytest.mark.parametrize(
    ("on", "asks"),
    [("2026-02-01", True), ("2026-03-01", False), ("2026-08-31", False), ("2026-09-01", True)],
)
def test_off_inside_a_suspension_and_asked_outside(db: MaterialsDB, on: str, asks: bool) -> None:
    own = _with_suspended(db, "2026-08-31")
    found = duty_stack(own, "phev", "CHN", "EUU", on)
    assert found.rate == pytest.approx(0.10)
    assert any("EUU_TEST" in ask for ask in found.asks) == asks
    counted = duty_stack(own, "phev", "CHN", "EUU", on, switched={"EUU_TEST": True})
    assert counted.rate == pytest.approx(0.30)
    assert not any("EUU_TEST" in ask for ask in counted.asks)


def test_an_end_not_known_is_asked(db: MaterialsDB) -> None:
    found = duty_stack(_with_suspended(db, None), "phev", "CHN", "EUU", "2026-06-01")
    assert any("until when is not known" in ask for ask in found.asks)


def test_never_outside_its_days(db: MaterialsDB) -> None:
    own = _with_suspended(db, "2026-08-31")
    for on in (date(2025, 12, 31), date(2028, 1, 1)):
        found = duty_stack(own, "phev", "CHN", "EUU", on, switched={"EUU_TEST": True})
        assert found.rate == pytest.approx(0.10)
        inside = on + timedelta(days=1 if on.year == 2025 else -1)
        other = duty_stack(own, "phev", "CHN", "EUU", inside, switched={"EUU_TEST": True})
        assert other.rate == pytest.approx(0.30)


def test_a_proposal_counts_where_asked(db: MaterialsDB) -> None:
    own = _with_suspended(db, None, status="proposed")
    assert duty_stack(own, "phev", "CHN", "EUU", "2026-06-01").rate == pytest.approx(0.10)
    found = duty_stack(own, "phev", "CHN", "EUU", "2026-06-01", include_proposed=True)
    assert found.rate == pytest.approx(0.30)
    off = duty_stack(
        own, "phev", "CHN", "EUU", "2026-06-01", include_proposed=True,
        switched={"EUU_TEST": False},
    )  # fmt: skip
    assert off.rate == pytest.approx(0.10)


def test_the_base_rate_can_be_switched(db: MaterialsDB) -> None:
    """Goods that do not qualify under an agreement pay the most-favoured-nation rate."""
    found = duty_stack(db, "battery_cell", "KOR", "EUU", ON, switched={"EUU_FTA": False})
    assert found.rate == pytest.approx(0.027)
