"""Concentration indices against published figures and closed forms.

Shares: USGS Mineral Commodity Summaries 2026 (lithium, cobalt, nickel, mine production 2025)
and World Mining Data 2026 (vanadium, platinum, 2024), in per cent of the world.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from calculator.concentration import (
    geopolrisk,
    hhi,
    hhi_bounds,
    n_minus_1,
    pass_through,
    pass_through_bounds,
    top_share,
    weighted_hhi,
)

# named shares, then the published HHI of named countries, top-1 and top-3
PUBLISHED = {
    "lithium": ([31.72, 21.38, 19.31, 9.65, 7.93, 4.14, 3.24, 1.93, 0.13], 0.202, 31.7, 72.4),
    "cobalt": (
        [73.11, 13.99, 2.45, 1.24, 1.18, 1.18, 1.11, 0.89, 0.64, 0.64, 0.6, 0.1],
        0.555,
        73.1,
        89.5,
    ),
    "nickel": ([66.67, 6.92, 5.13, 3.59, 3.59, 3.08, 1.79, 1.15, 0.26], 0.456, 66.7, 78.7),
    "vanadium": ([68.53, 18.67, 7.15, 5.61, 0.04], 0.513, 68.5, 94.3),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_hhi_and_top_shares(name):
    per_cent, index, top1, top3 = PUBLISHED[name]
    shares = np.array(per_cent) / 100
    assert hhi(shares) == pytest.approx(index, abs=6e-4)
    assert 100 * top_share(shares) == pytest.approx(top1, abs=0.06)
    assert 100 * top_share(shares, 3) == pytest.approx(top3, abs=0.1)


def test_rest_of_the_world_bounds():
    """Platinum: the named give 0.519; the rest of 1.09 % as one country adds 1.2e-4."""
    named = np.array([70.21, 11.6, 10.57, 3.34, 1.68, 1.51]) / 100
    low, high = hhi_bounds(named)
    assert low == pytest.approx(hhi(named))
    assert high - low == pytest.approx((1 - named.sum()) ** 2)
    assert hhi_bounds([0.5], rest=0.3)[1] == pytest.approx(0.25 + 0.09)
    assert hhi_bounds([[0.5, 0.5], [0.2, 0.2]])[1] == pytest.approx([0.5, 0.08 + 0.36])


def test_equal_shares_and_monopoly():
    assert hhi(np.full(8, 1 / 8)) == pytest.approx(1 / 8)
    assert hhi([1.0]) == 1.0


def test_weighted_hhi():
    assert weighted_hhi([0.5, 0.5], [1.0, 0.0]) == pytest.approx(0.25)
    table = weighted_hhi([[0.5, 0.5], [0.9, 0.1]], [0.2, 0.4])
    assert table == pytest.approx([0.15, 0.2 * 0.81 + 0.4 * 0.01])


def test_geopolrisk():
    """0.5 x (30 x 0.4 + 10 x 0.8)/(60 + 40) = 0.1."""
    assert geopolrisk(0.5, [30.0, 10.0], [0.4, 0.8], 60.0) == pytest.approx(0.1)
    assert geopolrisk(0.5, [0.0, 0.0], [0.4, 0.8], 60.0) == 0.0
    assert np.isnan(geopolrisk(0.5, [0.0], [0.4], 0.0))
    both = geopolrisk([0.5, 1.0], [[30.0, 10.0], [1.0, 1.0]], [0.4, 0.8], [60.0, 0.0])
    assert both == pytest.approx([0.1, 0.6])


def test_geopolrisk_scales_out_of_units():
    kg = geopolrisk(0.3, [30e3, 10e3], [0.4, 0.8], 60e3)
    assert kg == pytest.approx(geopolrisk(0.3, [30.0, 10.0], [0.4, 0.8], 60.0))


def test_n_minus_1():
    assert n_minus_1([60.0, 50.0, 40.0], 100.0) == pytest.approx(0.9)
    assert n_minus_1([100.0], 100.0) == 0.0
    assert n_minus_1([[60.0, 60.0], [80.0, 20.0]], 50.0) == pytest.approx([1.2, 0.4])


def test_pass_through():
    assert pass_through([0.5, 0.5, 0.2]) == pytest.approx(1 - 0.5 * 0.5 * 0.8)
    low, high = pass_through_bounds([0.5, 0.5, 0.2])
    assert (low, high) == (0.5, 1.0)
    assert pass_through([[0.0, 0.3], [1.0, 0.3]]) == pytest.approx([0.3, 1.0])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: hhi([0.5, -0.1]), "between 0 and 1"),
        (lambda: hhi([40.0, 60.0]), "40 % is 0.40"),
        (lambda: hhi([0.9, 0.9]), "sum to more than 1"),
        (lambda: hhi([np.nan]), "between 0 and 1"),
        (lambda: hhi_bounds([0.9], rest=0.3), "rest must be"),
        (lambda: weighted_hhi([0.9], [-1.0]), "weights must be"),
        (lambda: geopolrisk(1.2, [1.0], [0.5]), "world HHI"),
        (lambda: geopolrisk(0.2, [-1.0], [0.5]), "imports"),
        (lambda: geopolrisk(0.2, [1.0], [1.5]), "political risk"),
        (lambda: top_share([0.5], 0), "n must be"),
        (lambda: n_minus_1([1.0], 0.0), "demand must be above 0"),
        (lambda: n_minus_1([-1.0], 1.0), "supply must be"),
        (lambda: pass_through([1.2]), "between 0 and 1"),
    ],
)
def test_nonsense_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


stages = hnp.arrays(float, st.integers(1, 6), elements=st.floats(0, 1))


@settings(max_examples=50, deadline=None)
@given(stages)
def test_pass_through_lies_within_its_bounds(shares):
    low, high = pass_through_bounds(shares)
    assert low - 1e-12 <= pass_through(shares) <= high + 1e-12


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(float, st.integers(1, 9), elements=st.floats(0.01, 1)))
def test_hhi_lies_between_1_over_n_and_the_top_share(amounts):
    shares = amounts / amounts.sum()
    assert 1 / len(shares) - 1e-12 <= hhi(shares) <= top_share(shares) + 1e-12
    assert hhi(shares[::-1]) == pytest.approx(hhi(shares))
