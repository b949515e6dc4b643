"""Magnets of vehicles, their recycling and motors without them: S09, S10, S11."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculator.errors import InputError
from calculator.magnets import (
    MotorCase,
    MotorCost,
    magnet_demand,
    motor_costs,
    motor_options,
    nimh_recovered,
    secondary_supply,
    swarf,
)
from calculator.projects import project_choice
from materials_db.database import MaterialsDB
from materials_db.load import load_database


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def test_rare_earths_of_a_million_cars(db: MaterialsDB) -> None:
    """1.5 kg (0.5 to 2) of magnet with 30 % (29 to 32) rare earths; 20 to 60 g of dysprosium."""
    found = magnet_demand(db, 1e6)
    assert found.magnet_t == pytest.approx((500.0, 1500.0, 2000.0))
    assert found.rare_earth_t == pytest.approx((145.0, 450.0, 640.0))
    assert found.dysprosium_t == pytest.approx((20.0, 60.0))
    assert found.neodymium_praseodymium_t is None
    with_split = magnet_demand(db, 1e6, with_magnets=0.77, neodymium_praseodymium=0.25)
    assert with_split.neodymium_praseodymium_t == pytest.approx(1500 * 0.77 * 0.25)


def test_dysprosium_is_one_to_four_percent_of_the_magnet(db: MaterialsDB) -> None:
    """S11: 20 to 60 g in 1.5 kg."""
    found = magnet_demand(db, 1.0)
    shares = [grams / found.magnet_t[1] for grams in found.dysprosium_t]
    assert 0.01 <= shares[0] <= shares[1] <= 0.04 + 1e-12


def test_old_motors_by_hand(db: MaterialsDB) -> None:
    """S10: below 1 % of the magnets comes back today."""
    rate = next(r for r in db.magnets if r.quantity == "recycling_rate")
    assert (rate.value, rate.low) == (0.01, 0.0)
    found = secondary_supply(1e6, 1.5, 0.3, collection=0.01, recovery=0.9, swarf_t=40.0)
    assert found.old_motors_t == pytest.approx(1e6 * 1.5e-3 * 0.3 * 0.01 * 0.9)
    assert found.total_t == pytest.approx(found.old_motors_t + 40.0)
    assert found.share_of(2.0 * found.total_t) == pytest.approx(0.5)


def test_swarf_is_a_quarter_to_two_fifths_of_the_feed(db: MaterialsDB) -> None:
    """S10: 25 to 40 % of the oxide fed."""
    least, most = swarf(db, 60.0)
    assert least / (60.0 + least) == pytest.approx(0.25)
    assert most / (60.0 + most) == pytest.approx(0.40)


def test_chinas_recycled_oxide(db: MaterialsDB) -> None:
    """S10: 30 % of praseodymium-neodymium oxide."""
    row = next(r for r in db.magnets if r.quantity == "recycled_share")
    assert (row.country, row.value) == ("CHN", 0.3)


def test_rare_earths_in_the_magnets_caremag_takes(db: MaterialsDB) -> None:
    """S10: 2,000 t of magnets hold 600 t of rare earths (580 to 640)."""
    feed = project_choice(db, "Caremag").number("feed", "magnets")
    assert feed is not None
    found = magnet_demand(db, 1.0, magnet_kg=feed.value * 1000.0)
    assert found.rare_earth_t == pytest.approx((580.0, 600.0, 640.0))


def test_hybrid_batteries(db: MaterialsDB) -> None:
    """S09: n m w eta, at least 80 % of the rare earths; mass and contents are the user's."""
    found = nimh_recovered(db, 1e5, 30.0, {"rare_earths": 0.1})
    assert found["rare_earths"] == pytest.approx(1e5 * 30.0 / 1000.0 * 0.1 * 0.8)
    with pytest.raises(InputError, match="no source states how much Ni is recovered"):
        nimh_recovered(db, 1e5, 30.0, {"rare_earths": 0.1, "Ni": 0.3})
    both = nimh_recovered(db, 1e5, 30.0, {"rare_earths": 0.1, "Ni": 0.3}, {"Ni": 0.9})
    assert both["Ni"] == pytest.approx(810.0)


@given(
    motors=st.floats(0, 1e7),
    mass=st.floats(0, 5),
    parts=st.tuples(*[st.floats(0, 1)] * 3),
)
def test_recycling_gives_no_more_than_the_motors_hold(
    motors: float, mass: float, parts: tuple[float, float, float]
) -> None:
    found = secondary_supply(motors, mass, *parts)
    assert 0.0 <= found.old_motors_t <= motors * mass / 1000.0 * parts[0] + 1e-9


@pytest.mark.parametrize("bad", [{"collection": 1.2}, {"recovery": -0.1}, {"motors": -1.0}])
def test_bad_amounts(bad: dict[str, float]) -> None:
    terms = {"motors": 1.0, "magnet_kg": 1.0, "fraction": 0.3, "collection": 0.5, "recovery": 0.5}
    with pytest.raises(InputError, match="give 0"):
        secondary_supply(**{**terms, **bad})


# --- motors with less or none ------------------------------------------------------------


def case(**changes: object) -> MotorCase:
    terms = {
        "magnet_cost": {"NdFeB": 100.0},
        "copper_steel_cost": 200.0,
        "battery_cost_per_kwh": 100.0,
        "cycles_per_charge": 20.0,
    }
    return MotorCase(**{**terms, **changes})  # type: ignore[arg-type]


def costs(db: MaterialsDB, given: MotorCase) -> dict[str, MotorCost]:
    return {one.option.id: one for one in motor_costs(db, given)}


def test_what_sources_state(db: MaterialsDB) -> None:
    """S11: +82 and +31 % volume, 302 Wh, -10 % cost, -8 % mass, up to -50 % Nd."""
    found = {one.id: one for one in motor_options(db)}
    assert found["ferrite_PMSM"].volume_change == 0.82
    assert found["ferrite_PMaSynRM"].volume_change == 0.31
    assert found["EESM"].cycle_loss_wh == 302.0
    assert (found["hot_deformed"].cost_change, found["hot_deformed"].mass_change) == (-0.1, -0.08)
    assert found["Nd_reduced"].neodymium_change == -0.5
    free = {name for name, one in found.items() if one.heavy_rare_earth_free}
    assert free == {*found} - {"NdFeB", "recycled_NdFeB"}
    assert found["recycled_NdFeB"].heavy_rare_earth_free is None


def test_unknown_terms_stay_unknown(db: MaterialsDB) -> None:
    found = costs(db, case())
    assert found["NdFeB"].total == pytest.approx(300.0)
    assert found["EESM"].unknown == ("copper and steel", "further battery")
    assert found["EESM"].total is None
    assert found["EESM"].battery_at_most == pytest.approx(0.302 * 20 * 100.0)
    assert found["induction"].unknown == ("copper and steel", "further battery")
    assert found["ferrite_PMSM"].unknown == ("magnets", "further battery")


def test_ferrite_by_hand(db: MaterialsDB) -> None:
    given = case(
        magnet_cost={"NdFeB": 100.0, "ferrite_PMaSynRM": 10.0},
        cycle_loss_wh={"NdFeB": 200.0, "ferrite_PMaSynRM": 230.0},
        supply_risk={"ferrite_PMaSynRM": 0.1},
        risk_price=50.0,
    )
    found = costs(db, given)["ferrite_PMaSynRM"]
    assert found.total == pytest.approx(10.0 + 200.0 * 1.31 + 0.030 * 20 * 100.0 + 50.0 * 0.1)


def test_excited_motor_by_hand(db: MaterialsDB) -> None:
    given = case(cycle_loss_wh={"NdFeB": 250.0}, volume_change={"EESM": 0.1})
    found = costs(db, given)["EESM"]
    assert found.total == pytest.approx(200.0 * 1.1 + 0.052 * 20 * 100.0)


def test_hot_deformed_motor_is_a_tenth_cheaper(db: MaterialsDB) -> None:
    found = costs(db, case(cycle_loss_wh={"NdFeB": 200.0, "hot_deformed": 200.0}))["hot_deformed"]
    assert found.known_part == pytest.approx(270.0)
    assert found.total == pytest.approx(270.0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"magnet_cost": {}}, "magnet_cost lacks NdFeB"),
        ({"volume_change": {"ferite_PMSM": 0.1}}, "did you mean 'ferrite_PMSM'"),
        ({"battery_cost_per_kwh": -1.0}, "battery price of -1"),
    ],
)
def test_bad_cases(db: MaterialsDB, changes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        motor_costs(db, case(**changes))
