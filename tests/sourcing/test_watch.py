"""A long solve tells its progress and stops on request."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import scipy.sparse as sp

from calculator.sourcing import HHICap, solve
from calculator.sourcing.canonical import Canonical
from calculator.sourcing.solving.solvers import highs_model, solve_canonical
from calculator.sourcing.watch import CancelledError, Watch, run, watching


def cover(rows, columns, whole, seed=0):
    """A random covering problem: least cost of columns that cover every row."""
    r = np.random.default_rng(seed)
    matrix = sp.csr_array(sp.random_array((rows, columns), density=0.06, rng=r))
    matrix.data = np.round(1.0 + 9.0 * matrix.data)
    return Canonical(
        cost=r.uniform(1.0, 2.0, columns),
        matrix=matrix,
        row_lower=r.uniform(20.0, 60.0, rows),
        row_upper=np.full(rows, np.inf),
        lower=np.zeros(columns),
        upper=np.ones(columns) * (1.0 if whole else 50.0),
        cones=(),
        n_flow=columns,
        integer=np.arange(columns if whole else 0),
    )


LONG = {"whole numbers": cover(150, 1500, True), "linear": cover(3000, 6000, False)}


@pytest.mark.parametrize("kind", LONG)
def test_a_cancel_from_another_thread_stops_a_long_solve(kind):
    """Each would run for many seconds; it ends soon after the event."""
    event, ended = threading.Event(), []

    def work():
        with watching(Watch(cancelled=event.is_set)):
            try:
                solve_canonical(LONG[kind])
            except CancelledError as stop:
                ended.append(stop)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(0.7)
    assert thread.is_alive(), "the problem is too easy to test a cancel on"
    event.set()
    thread.join(120.0)
    assert not thread.is_alive()
    assert "stopped on request" in str(ended[0])


def test_nothing_is_left_on_a_model_that_runs_again():
    """A model that is run many times looks at each watch once, and at none that is over."""
    looks = []
    model = highs_model(cover(60, 200, False))
    for _ in range(3):
        model.clearSolver()
        with watching(Watch(cancelled=lambda: bool(looks.append(1)))):
            run(model)
    seen = len(looks)
    assert seen
    assert not model.cbSimplexInterrupt.callbacks
    model.clearSolver()
    run(model)
    assert len(looks) == seen


def test_steps_are_told(market):
    told: list[str] = []
    with watching(Watch(report=told.append)):
        solve(market([1.0, 2.0], 4.0), [HHICap("h", 0.6)])
    assert "solving" in told


def test_a_cancel_before_a_cone_is_solved(market):
    told: list[str] = []
    watch = Watch(report=told.append, cancelled=lambda: True)
    with pytest.raises(CancelledError), watching(watch):
        solve(market([1.0, 2.0], 4.0), [HHICap("h", 0.6)])
    assert told == []


def test_the_watch_ends_with_its_block(market):
    with watching(Watch(cancelled=lambda: True)):
        pass
    assert solve(market([1.0], 4.0)).status == "optimal"
