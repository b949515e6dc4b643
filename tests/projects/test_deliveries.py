"""What projects deliver, cover and displace: S12, S14, S15 and the ramp by closed form."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculator.errors import InputError
from calculator.projects import (
    Delivery,
    capacity_in,
    coverage,
    delivery_of,
    implied_demand,
    implied_output,
    look_through,
    look_through_bounds,
    price_premium,
    project_choice,
    project_choices,
)
from materials_db.database import MaterialsDB
from materials_db.faults import UnknownNameError
from materials_db.load import load_database


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def test_caremag_implies_the_demand_of_japan(db: MaterialsDB) -> None:
    """S15: 250 + 45 t at 20 % is a demand of 1,475 t a year."""
    one = delivery_of(db, "Caremag", "DyTb", ramp_years=0.0)
    share = project_choice(db, "Caremag").number("coverage", "DyTb")
    assert one.most == 295.0
    assert share is not None
    assert implied_demand(one.most, share.value / 100.0) == pytest.approx(1475.0)


def test_caremag_covers_a_fifth_from_2027(db: MaterialsDB) -> None:
    one = delivery_of(db, "Caremag", "DyTb", ramp_years=0.0)
    covered = coverage([one], [2026, 2027, 2030], 1475.0, before=0.9)
    assert covered.share == pytest.approx([0.0, 0.2, 0.2])
    assert covered.after == pytest.approx([0.9, 0.7, 0.7])


def test_lynas_share_of_heavy_rare_earths(db: MaterialsDB) -> None:
    """S12: 65 % of its Dy and Tb at 30 % of 1,475 t is an output of 681 t a year.

    The plant announced in October 2025 gives 300 t: 65 % of it is 13 %, not 30 %. With 30 % it
    implies a demand of 650 t, which the table keeps beside the 1,475 t.
    """
    chosen = project_choice(db, "Lynas_heavy")
    taken, covered = chosen.number("output_share", "DyTb"), chosen.number("coverage", "DyTb")
    feed, dy, tb = (
        chosen.number("feed"),
        chosen.number("content", "Dy"),
        chosen.number("content", "Tb"),
    )
    assert taken and covered and feed and dy and tb
    needed = implied_output(1475.0, covered.value / 100.0, taken.value / 100.0)
    assert needed == pytest.approx(680.8, abs=0.1)
    announced = feed.value * (dy.value + tb.value) / 100.0
    assert announced == pytest.approx(300.0)
    assert announced * taken.value / 100.0 / 1475.0 == pytest.approx(0.132, abs=5e-4)
    kept = [r.value for r in db.magnets if (r.subject, r.quantity) == ("DyTb", "demand")]
    implied = implied_demand(announced * taken.value / 100.0, covered.value / 100.0)
    assert kept == pytest.approx([1475.0, implied])
    assert implied == pytest.approx(650.0)


def test_dependence_of_japan_falls_from_90_to_60_or_70(db: MaterialsDB) -> None:
    """S12: sources that cover 20 to 30 % of the demand leave 60 to 70 %."""
    chosen = project_choice(db, "Lynas_2011")
    before, after = chosen.number("dependence_before"), chosen.number("dependence_after")
    assert before and after
    found = coverage([Delivery("x", 20.0, 2013.0)], [2012, 2014], 100.0, before.value / 100.0)
    more = coverage([Delivery("x", 30.0, 2013.0)], 2014, 100.0, before.value / 100.0)
    assert found.after is not None
    assert more.after is not None
    assert 100 * found.after == pytest.approx([before.value, after.high])
    assert 100 * more.after[0] == pytest.approx(after.low)


def test_lynas_priority_ends_in_2038(db: MaterialsDB) -> None:
    one = delivery_of(db, "Lynas_2023", "NdPr", ramp_years=0.0)
    assert capacity_in(one, [2022, 2023, 2038, 2039]).tolist() == [0.0, 7200.0, 7200.0, 0.0]


def test_vietnamese_metal_may_hold_chinese_oxide(db: MaterialsDB) -> None:
    """S14: of 63.8 % Vietnam and 24.4 % China, 24.4 to 88.2 % goes back to China."""
    shares = {
        row.origin: row.value / 100.0
        for row in db.import_shares
        if (row.importer, row.form) == ("JPN", "rare_earth_metals")
    }
    assert shares == pytest.approx({"VNM": 0.638, "CHN": 0.244})
    assert look_through_bounds(shares, ["VNM"], "CHN") == pytest.approx((0.244, 0.882))
    half = look_through(shares, {"VNM": {"CHN": 0.5, "VNM": 0.5}}, "CHN")
    assert half == pytest.approx(0.244 + 0.319)


def test_coverage_of_the_metal_step(db: MaterialsDB) -> None:
    """S14: 3,929 t a year of metals and alloys."""
    one = delivery_of(db, "SRE_Vietnam", ramp_years=0.0)
    assert coverage([one], 2026, 7858.0).share == pytest.approx([0.5])


def test_premium() -> None:
    assert price_premium([120.0, 80.0], [100.0, 100.0]) == pytest.approx([0.2, -0.2])
    with pytest.raises(InputError, match="China is not above 0"):
        price_premium(110.0, 0.0)


@given(
    start=st.floats(2025.0, 2030.0),
    ramp=st.floats(0.0, 6.0),
    most=st.floats(0.0, 1e5),
)
def test_a_ramp_keeps_its_tonnes(start: float, ramp: float, most: float) -> None:
    """Over all years a ramp of r years gives up r / 2 years of full delivery, and never falls."""
    years = np.arange(2020, 2051)
    given_t = capacity_in(Delivery("x", most, start, ramp), years)
    assert given_t.sum() == pytest.approx(
        most * (2051.0 - start - ramp / 2.0), abs=1e-6 * (1 + most)
    )
    assert np.all(np.diff(given_t) >= -1e-9 * (1 + most))
    assert np.all(given_t[years + 1 <= start] == 0.0)


def test_ramp_by_hand() -> None:
    one = Delivery("x", 100.0, 2028.0, 2.0)
    assert capacity_in(one, [2027, 2028, 2029, 2030]).tolist() == [0.0, 25.0, 75.0, 100.0]


def test_unknown_numbers_are_asked_for(db: MaterialsDB) -> None:
    with pytest.raises(InputError, match="no source states tonnes for project 'Niron'"):
        delivery_of(db, "Niron", ramp_years=0.0)
    late = db.projects["Caremag"].model_copy(update={"start_year": None})
    startless = dataclasses.replace(db, projects={**db.projects, "Caremag": late})
    with pytest.raises(InputError, match="no source states when 'Caremag' delivers first"):
        delivery_of(startless, "Caremag", ramp_years=0.0)
    assert delivery_of(startless, "Caremag", ramp_years=0.0, start_year=2028).most == 295.0
    with pytest.raises(UnknownNameError, match="Caremag"):
        delivery_of(db, "Caremagg", ramp_years=0.0)


def test_choices_say_what_a_scenario_must_give(db: MaterialsDB) -> None:
    needs = {one.id: one.needs for one in project_choices(db)}
    assert needs["Sila"] == ("capacity", "start", "ramp", "cost")
    assert needs["Caremag"] == ()
    assert [one.id for one in project_choices(db) if one.in_cell_plan] == ["Sila"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"most": -1.0}, "give 0 or more"),
        ({"ramp_years": -1.0}, "ramp of -1 years"),
        ({"start_year": float("nan")}, "start is no year"),
        ({"last_year": 2020.0}, "ends in 2020 before it starts"),
    ],
)
def test_a_delivery_that_cannot_be(change: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Delivery(**{"name": "x", "most": 1.0, "start_year": 2028.0, **change})  # type: ignore[arg-type]


def test_bad_coverage() -> None:
    with pytest.raises(InputError, match="demand is not above 0"):
        coverage([], 2027, 0.0)
    with pytest.raises(InputError, match="no fraction"):
        coverage([], 2027, 10.0, before=90.0)
    with pytest.raises(InputError, match="fractions of one total"):
        look_through({"VNM": 63.8}, {}, "CHN")
