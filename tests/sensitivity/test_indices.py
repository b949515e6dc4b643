"""Sobol indices against closed forms, SALib's own design and scipy on the kernel."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calculator.errors import InputError
from calculator.requests import request_for
from calculator.sensitivity.indices import saltelli_design, sobol_indices
from calculator.sensitivity.model import chemistry_for, kernel_inputs, kernel_model
from calculator.sensitivity.tornado import columns_of
from calculator.sourcing.watch import CancelledError, Watch, watching
from calculator.uncertainty.distributions import from_uniform
from tests.sensitivity.conftest import made, model_of

A, B = 7.0, 0.1


def uniform(keys, low, high):
    return tuple(made(key, low, 0.5 * (low + high), high, "uniform") for key in keys)


def ishigami(x):
    return np.sin(x["a"]) + A * np.sin(x["b"]) ** 2 + B * x["c"] ** 4 * np.sin(x["a"])


def test_ishigami_closed_form():
    inputs = uniform("abc", -np.pi, np.pi)
    found = sobol_indices(model_of(ishigami, inputs), inputs, 4096, second=True)
    variance = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
    alone = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    both = B**2 * np.pi**8 * 8 / 225
    shares = {one.input.key: one for one in found.shares}
    first = [shares[key].first for key in "abc"]
    total = [shares[key].total for key in "abc"]
    assert first == pytest.approx([alone / variance, A**2 / 8 / variance, 0.0], abs=0.02)
    assert total == pytest.approx(
        [(alone + both) / variance, A**2 / 8 / variance, both / variance], abs=0.02
    )
    strongest = found.pairs[0]
    assert {strongest.one.key, strongest.other.key} == {"a", "c"}
    assert strongest.second == pytest.approx(both / variance, abs=0.04)
    assert found.sd**2 == pytest.approx(variance, rel=0.02)
    assert found.runs == 4096 * 8


def test_a_linear_figure_has_squares_of_slopes_and_no_interaction():
    inputs = uniform("ab", 0.0, 1.0)
    found = sobol_indices(model_of(lambda x: 3.0 * x["a"] + x["b"], inputs), inputs, 1024)
    assert [one.first for one in found.shares] == pytest.approx([0.9, 0.1], abs=0.01)
    assert [one.total for one in found.shares] == pytest.approx([0.9, 0.1], abs=0.01)
    assert found.first_sum == pytest.approx(1.0, abs=0.01)
    assert all(one.total_error > 0.0 for one in found.shares)


@pytest.mark.parametrize("second", [False, True])
def test_the_design_is_that_of_salib(second):
    from SALib.sample import sobol

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    theirs = sobol.sample(problem, 16, calc_second_order=second, seed=np.random.default_rng(5))
    assert np.array_equal(saltelli_design(3, 16, 5, second), theirs)


def test_the_kernel_agrees_with_scipy(db):
    output = "cell_usd_per_kwh"
    found = chemistry_for(db, request_for(db, "LFP"), output)
    model = kernel_model(found, output)
    inputs = [one for one in kernel_inputs(db, found) if one.group in ("price", "yield")]
    ours = sobol_indices(model, inputs, 1024)

    def theirs_figure(points):
        drawn = np.column_stack([from_uniform(one, points[k]) for k, one in enumerate(inputs)])
        return model.evaluate(columns_of(inputs, drawn))

    dists = [stats.uniform()] * len(inputs)
    theirs = stats.sobol_indices(func=theirs_figure, n=1024, dists=dists, rng=3)
    by_key = {one.input.key: one for one in ours.shares}
    assert [by_key[one.key].first for one in inputs] == pytest.approx(
        list(theirs.first_order), abs=0.05
    )
    assert [by_key[one.key].total for one in inputs] == pytest.approx(
        list(theirs.total_order), abs=0.05
    )


def test_the_same_seed_gives_the_same_indices_and_progress_is_told():
    inputs, told = uniform("ab", 0.0, 1.0), []
    model = model_of(lambda x: x["a"] * x["b"], inputs)
    one = sobol_indices(model, inputs, 64, progress=lambda done, runs: told.append((done, runs)))
    assert one == sobol_indices(model, inputs, 64)
    assert one != sobol_indices(model, inputs, 64, seed=2)
    assert told == [(64 * k, 256) for k in (1, 2, 3, 4)]


def test_a_watch_stops_it_between_parts():
    inputs, steps = uniform("ab", 0.0, 1.0), []
    model = model_of(lambda x: x["a"] * x["b"], inputs)
    watch = Watch(steps.append, lambda: len(steps) == 2)
    with watching(watch), pytest.raises(CancelledError):
        sobol_indices(model, inputs, 64)
    assert len(steps) == 2


@pytest.mark.parametrize(
    ("inputs", "more", "match"),
    [
        ("ab", {"samples": 100}, r"samples is 100; give a power of two from 4"),
        ("ab", {"samples": 2**26}, r"with 2 inputs give at most 25000000"),
        ("ab", {"seed": -1}, r"seed is -1; give a whole number"),
        ("a", {}, r"Sobol indices need two inputs"),
    ],
)
def test_what_will_not_do_is_one_sentence(inputs, more, match):
    asked = uniform(inputs, 0.0, 1.0)
    with pytest.raises(InputError, match=match):
        sobol_indices(model_of(lambda x: x["a"], asked), asked, **more)


def test_a_figure_that_does_not_move_or_has_no_number_is_refused():
    inputs = uniform("ab", 0.0, 1.0)
    with pytest.raises(InputError, match=r"none of these inputs moves cell_usd_per_kwh"):
        sobol_indices(model_of(lambda x: np.ones(len(x["a"])), inputs), inputs, 16)
    holes = model_of(lambda x: np.where(x["a"] > 0.6, np.nan, x["b"]), inputs)
    with pytest.raises(InputError, match=r"of 16 draws have no cell_usd_per_kwh"):
        sobol_indices(holes, inputs, 16)
