"""Prices ahead: the variance of an autoregression, the tables, and what moves together."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.requests import request_for
from calculator.uncertainty.distributions import Z90
from calculator.uncertainty.inputs import UncertainInput, named_records
from calculator.uncertainty.sampling import sampler
from calculator.uncertainty.volatility import (
    chance_of,
    log_variance,
    measured_correlations,
    series_of,
    spread_by_series,
    unmeasured,
)
from materials_db.database import MaterialsDB


def test_a_random_walk_grows_with_time() -> None:
    assert log_variance(0.3, 0.0, 12) == pytest.approx(0.09)
    assert log_variance(0.3, 0.0, 3) == pytest.approx(0.09 / 4.0)
    assert log_variance(0.3, 0.6, 0) == 0.0


@pytest.mark.parametrize("lag", [-0.3, 0.25, 0.591])
def test_variance_is_the_sum_over_the_covariances_of_the_months(lag: float) -> None:
    months = np.arange(9)
    covariances = lag ** np.abs(np.subtract.outer(months, months)) * 0.4**2 / 12.0
    assert log_variance(0.4, lag, 9) == pytest.approx(covariances.sum())


def test_lithium_is_no_random_walk(db: MaterialsDB) -> None:
    lithium = series_of(db)["lithium_carbonate"]
    assert lithium.name == "lithium_carbonate_CN_spot"
    assert lithium.lag_1 == pytest.approx(0.591)
    assert lithium.log_sd(12) == pytest.approx(0.838, abs=1e-3)
    assert lithium.log_sd(12) > 1.7 * lithium.annual_volatility


def test_every_series_stands_for_a_priced_item(db: MaterialsDB) -> None:
    priced = {row.item for row in db.prices}
    for row in db.price_volatility:
        assert row.items and set(row.items) <= priced, row.series
        assert row.first < row.last


def test_every_correlation_is_of_two_known_series(db: MaterialsDB) -> None:
    known = {row.series for row in db.price_volatility}
    for row in db.price_correlations:
        assert {row.series, row.other} <= known and row.series != row.other


def _prices(db: MaterialsDB, months: int, name: str = "NMC811") -> dict[str, UncertainInput]:
    found = spread_by_series(db, named_records(db, request_for(db, name)), months)
    return {one.record.item: one for one in found.values()}  # type: ignore[union-attr]


def test_a_price_is_lognormal_about_the_deck(db: MaterialsDB) -> None:
    nickel = _prices(db, 12)["nickel"]
    assert (nickel.distribution, nickel.spread) == ("lognormal", "volatility")
    assert nickel.value == nickel.record.value  # type: ignore[union-attr]
    assert log(nickel.high / nickel.low) == pytest.approx(
        2 * Z90 * series_of(db)["nickel"].log_sd(12)
    )
    assert _prices(db, 0) == {}


@pytest.mark.parametrize("months", [-1, 121])
def test_a_horizon_beyond_reach_is_told(db: MaterialsDB, months: int) -> None:
    with pytest.raises(InputError, match=f"the horizon is {months} months; give 0"):
        _prices(db, months)


def test_measured_correlations_come_out_of_the_draws(db: MaterialsDB) -> None:
    inputs = list(_prices(db, 12).values())
    pairs = measured_correlations(db)
    drawn = sampler(inputs, pairs, 40_000, 1, chance=chance_of(db, inputs))
    logs = {one.record.item: np.log(drawn.column(one.key)) for one in inputs}  # type: ignore[union-attr]
    assert np.corrcoef(logs["nickel"], logs["copper"])[0, 1] == pytest.approx(0.5123, abs=0.015)
    assert np.corrcoef(logs["nickel"], logs["cobalt"])[0, 1] == pytest.approx(0.0939, abs=0.02)
    sums = logs["nickel"] + logs["copper"]
    a, b = (series_of(db)[name].log_sd(12) for name in ("nickel", "copper"))
    assert sums.var() == pytest.approx(a * a + b * b + 2 * 0.5123 * a * b, rel=0.03)


def test_items_of_one_series_move_as_one(db: MaterialsDB) -> None:
    inputs = [*_prices(db, 12).values(), *_prices(db, 12, "LFP").values()]
    drawn = sampler(inputs, measured_correlations(db), 500, 1, chance=chance_of(db, inputs))
    by_item = {one.record.item: one for one in inputs}  # type: ignore[union-attr]
    moves = [
        drawn.column(by_item[item].key) / by_item[item].value
        for item in ("lithium_carbonate", "lithium_hydroxide")
    ]
    assert moves[0] == pytest.approx(moves[1], rel=1e-12)


def test_pairs_without_a_measurement_are_named(db: MaterialsDB) -> None:
    chance = ("series/aluminium_LME", "series/silicon_GFEX", "series/copper_LME")
    assert unmeasured(chance, measured_correlations(db)) == (("aluminium_LME", "silicon_GFEX"),)
