"""Value of a step-up (S13), cost of deep-sea mud (S16) and loss from an outage (S06)."""

from __future__ import annotations

from math import log

import pytest

from calculator.errors import InputError
from calculator.macro import loss_curve, rare_earth_stop, stock_case
from calculator.projects import project_choice, seabed_cost, step_up, step_up_of
from calculator.recycling_value import Capital
from materials_db.database import MaterialsDB
from materials_db.load import load_database


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def test_step_up_in_lofdal(db: MaterialsDB) -> None:
    """S13: 10 % for USD 20 million values the whole at 200; 40 % for 17 valued it at 42.5."""
    found = step_up_of(db, "Lofdal", 60e6, rate=0.08, build_years=2)
    assert found.implied_project_value == pytest.approx(200e6)
    chosen = project_choice(db, "Lofdal")
    share, price = chosen.number("ownership"), chosen.number("ownership_price")
    assert share and price
    assert price.value / (share.value / 100.0) == pytest.approx(42.5e6)
    by_hand = sum(-150e6 / 1.08**t for t in (1, 2)) + sum(60e6 / 1.08**t for t in range(3, 19))
    assert found.npv == pytest.approx(by_hand)
    assert found.value == pytest.approx(max(0.0, 0.1 * by_hand - 20e6))


def test_break_even_makes_the_step_up_worth_its_price(db: MaterialsDB) -> None:
    found = step_up_of(db, "Lofdal", 10e6, rate=0.08, build_years=2)
    assert found.value == 0.0
    assert found.value_of_exercise < 0.0
    even = step_up_of(db, "Lofdal", found.break_even_cash_flow, rate=0.08, build_years=2)
    assert even.value_of_exercise == pytest.approx(0.0, abs=1.0)


def test_waiting_makes_the_price_cheaper() -> None:
    terms = {"rate": 0.1, "capital": 0.0, "build_years": 1, "life_years": 1, "share": 0.1}
    now = step_up(100.0, price=5.0, **terms)  # type: ignore[arg-type]
    later = step_up(100.0, price=5.0, exercised_in_years=2.0, **terms)  # type: ignore[arg-type]
    assert later.value - now.value == pytest.approx(5.0 * (1.0 - 1.1**-2))


def test_project_without_step_up(db: MaterialsDB) -> None:
    with pytest.raises(InputError, match="'Caremag' has no step up, step up price"):
        step_up_of(db, "Caremag", 1.0, rate=0.1, build_years=1)


def test_seabed_cost(db: MaterialsDB) -> None:
    """S16: the tonnes of the test planned for 2027; grade and costs are only for the arithmetic."""
    rate = project_choice(db, "Minamitori").number("test_rate", "mud")
    assert rate is not None
    assert (rate.value, rate.unit) == (350.0, "t/day")
    found = seabed_cost(
        rate.value,
        0.005,
        0.8,
        days_per_year=100,
        lifting_cost_per_t=90.0,
        processing_cost_per_t=10.0,
    )
    assert found.oxide_t_per_year == pytest.approx(350 * 100 * 0.005 * 0.8)
    assert found.cost_per_kg == pytest.approx(100.0 / (0.005 * 0.8) / 1000.0)
    dearer = seabed_cost(
        rate.value, 0.005, 0.8, days_per_year=100, lifting_cost_per_t=90.0,
        processing_cost_per_t=10.0, capital=Capital(14e6, 0.0, 10.0),
    )  # fmt: skip
    assert dearer.cost_per_kg - found.cost_per_kg == pytest.approx(1.4e6 / 140e3)
    with pytest.raises(InputError, match="grade 6 cannot be"):
        seabed_cost(1, 6, 0.5, days_per_year=1, lifting_cost_per_t=1, processing_cost_per_t=1)


def test_loss_of_a_rare_earth_stop(db: MaterialsDB) -> None:
    """S06: b = ln(3.94) / ln 4 = 0.99; 660 and 2,600 billion yen come back."""
    curve = rare_earth_stop(db)
    assert curve.exponent == pytest.approx(log(3.94) / log(4.0), abs=5e-4)
    assert curve.exponent == pytest.approx(0.99, abs=5e-3)
    assert curve.money == "JPY_2026"
    assert curve.loss([0.0, 3.0, 12.0]) == pytest.approx([0.0, 660e9, 2600e9])


def test_shares_of_gdp_agree_within_their_rounding(db: MaterialsDB) -> None:
    """S06: 0.11 % and 0.43 % of one GDP, 600 to 605 trillion yen in the middle."""
    loss = {r.outage_months: r.value for r in db.stockpile_facts if r.quantity == "loss"}
    share = {
        r.outage_months: r.value for r in db.stockpile_facts if r.quantity == "loss_share_of_gdp"
    }
    low = max(loss[m] / ((share[m] + 0.005) / 100.0) for m in share)
    high = min(loss[m] / ((share[m] - 0.005) / 100.0) for m in share)
    assert low < 600e12
    assert high > 605e12


def test_stock_spares_the_first_months(db: MaterialsDB) -> None:
    curve = rare_earth_stop(db)
    assert curve.spared(12.0, 12.0) == pytest.approx(2600e9)
    assert curve.spared(12.0, 0.0) == pytest.approx(0.0)
    assert curve.spared(2.0, 6.0) == pytest.approx(curve.loss(2.0))
    case = stock_case(
        curve, outage_months=12, cover_months=6, probability_per_year=0.1,
        stock_value=100e9, holding_per_year=0.08,
    )  # fmt: skip
    assert case.benefit_per_year == pytest.approx(0.1 * (2600e9 - curve.loss(6.0)))
    assert case.ratio == pytest.approx(case.benefit_per_year / 8e9)
    assert case.net_per_year == pytest.approx(case.benefit_per_year - 8e9)


def test_bad_losses() -> None:
    with pytest.raises(InputError, match="two rising lengths"):
        loss_curve((12.0, 3.0), (1.0, 2.0), "JPY_2026")
    with pytest.raises(InputError, match="no two losses of a rare-earth stop against DEU"):
        rare_earth_stop(load_database(), "DEU")
