"""Quantile functions against closed forms, and correlation put in against correlation got out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculator.errors import InputError
from calculator.uncertainty.copula import factor_of, nearest_correlation
from calculator.uncertainty.distributions import checked, from_normal, from_uniform, to_normal
from calculator.uncertainty.inputs import UncertainInput
from calculator.uncertainty.sampling import sampler
from calculator.uncertainty.volatility import Together

ONE = UncertainInput("k", "a number", "yield", 2.0, 1.0, 5.0, "kg")
EVEN = (np.arange(200_000) + 0.5) / 200_000
"""Midpoints of equal shares of probability: their mean is an integral."""


def test_triangular_has_its_moments() -> None:
    a, c, b = ONE.low, ONE.value, ONE.high
    x = from_uniform(ONE, EVEN)
    assert x.mean() == pytest.approx((a + b + c) / 3.0, rel=1e-8)
    variance = (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0
    assert x.var() == pytest.approx(variance, rel=1e-6)
    assert np.mean(x < c) == pytest.approx((c - a) / (b - a), abs=1e-5)
    assert a <= x.min() and x.max() <= b


@pytest.mark.parametrize("value", [1.0, 5.0])
def test_triangular_may_lean_on_an_end(value: float) -> None:
    x = from_uniform(replace(ONE, value=value), EVEN)
    assert x.mean() == pytest.approx((1.0 + 5.0 + value) / 3.0, rel=1e-8)


def test_uniform_has_its_moments() -> None:
    x = from_uniform(replace(ONE, distribution="uniform"), EVEN)
    assert x.mean() == pytest.approx(3.0, rel=1e-9)
    assert x.var() == pytest.approx(16.0 / 12.0, rel=1e-9)


@pytest.mark.parametrize("kind", ["normal", "lognormal"])
def test_ends_are_p10_and_p90_of_the_normal_kinds(kind: str) -> None:
    x = from_uniform(replace(ONE, distribution=kind, unit="USD"), np.array([0.1, 0.5, 0.9]))
    assert x == pytest.approx([1.0, 2.0, 5.0], rel=1e-12)


def test_lognormal_mean() -> None:
    s = 0.5
    ends = {"low": 2.0 * np.exp(-1.2815515655446004 * s), "high": 2.0 * np.exp(1.2815515655446 * s)}
    one = replace(ONE, distribution="lognormal", **ends)
    assert from_uniform(one, EVEN).mean() == pytest.approx(2.0 * np.exp(s * s / 2.0), rel=1e-4)


def test_normal_and_uniform_ways_agree() -> None:
    for kind in ("triangular", "uniform", "lognormal"):
        one = replace(ONE, distribution=kind)
        assert from_normal(one, to_normal(EVEN[::997])) == pytest.approx(
            from_uniform(one, EVEN[::997]), rel=1e-9
        )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"distribution": "gamma"}, "unknown distribution 'gamma'"),
        ({"low": 3.0}, "3 to 5 does not hold 2 kg"),
        ({"low": -1.0, "distribution": "lognormal"}, "must lie above zero"),
        ({"high": float("inf")}, "must be finite"),
    ],
)
def test_a_range_that_will_not_do_is_told(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        checked(replace(ONE, **changes))  # type: ignore[arg-type]


def test_a_normal_beyond_what_a_share_can_be_is_told() -> None:
    share = UncertainInput("k", "cell yield", "yield", 0.95, 0.9, 0.99, "1", "normal")
    with pytest.raises(InputError, match=r"cell yield: a normal range .* beyond 0 to 1"):
        from_uniform(share, EVEN)


def test_correlation_of_logarithms_is_recovered() -> None:
    one, other = (replace(ONE, key=key, distribution="lognormal") for key in "ab")
    drawn = sampler([one, other], [Together("a", "b", 0.7)], 40_000, 3)
    logs = [np.log(drawn.column(key) / 2.0) for key in "ab"]
    signs = [to_normal_scores(values) for values in logs]
    assert np.corrcoef(signs)[0, 1] == pytest.approx(0.7, abs=0.015)


def to_normal_scores(values: np.ndarray) -> np.ndarray:
    """Normal quantiles of ranks: what a copula correlates, whatever the distributions."""
    ranks = np.argsort(np.argsort(values))
    return to_normal((ranks + 0.5) / len(values))


def test_correlation_crosses_kinds_of_distribution() -> None:
    one, other = replace(ONE, key="a"), replace(ONE, key="b", distribution="uniform")
    drawn = sampler([one, other], [Together("a", "b", -0.5)], 40_000, 3)
    scores = [to_normal_scores(drawn.column(key)) for key in "ab"]
    assert np.corrcoef(scores)[0, 1] == pytest.approx(-0.5, abs=0.015)


def test_nearest_correlation_of_higham() -> None:
    """Higham (2002), the example of section 4: [[1,1,0],[1,1,1],[0,1,1]]."""
    found = nearest_correlation(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]))
    assert found[0, 1] == pytest.approx(0.7607, abs=5e-5)
    assert found[0, 2] == pytest.approx(0.1573, abs=5e-5)
    assert np.diag(found) == pytest.approx(1.0)
    factor = factor_of(found)
    assert factor @ factor.T == pytest.approx(found, abs=1e-8)


def test_a_correlation_matrix_is_left_as_it_is() -> None:
    matrix = np.array([[1.0, 0.3], [0.3, 1.0]])
    assert nearest_correlation(matrix) is matrix


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_draws_repeat_with_the_seed(method: str) -> None:
    inputs = [ONE, replace(ONE, key="b")]
    first, again, other = (sampler(inputs, [], 512, seed, method) for seed in (5, 5, 6))
    assert np.array_equal(first.column("b"), again.column("b"))
    assert not np.array_equal(first.column("b"), other.column("b"))
    assert not np.array_equal(first.column("b"), first.column("k"))


def test_sobol_is_nearer_the_mean() -> None:
    errors = {
        method: np.mean(
            [abs(sampler([ONE], [], 1024, s, method).column("k").mean() - 8 / 3) for s in range(8)]
        )
        for method in ("random", "sobol")
    }
    assert errors["sobol"] < 0.1 * errors["random"]


@pytest.mark.parametrize(
    ("draws", "seed", "method", "sentence"),
    [
        (50, 1, "random", "50 draws asked for; give 100"),
        (1_000, -1, "random", "seed is -1"),
        (1_000, 1, "halton", "unknown method 'halton'; choose random or sobol"),
        (9_999_999, 1, "sobol", "give at most 7,500,000"),
    ],
)
def test_a_run_that_will_not_do_is_told(draws: int, seed: int, method: str, sentence: str) -> None:
    inputs = [replace(ONE, key=key) for key in "abcd"]
    with pytest.raises(InputError, match=sentence):
        sampler(inputs, [], draws, seed, method)
