"""The certificate is ours: it must fail on a wrong plan, whatever a solver says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculator.sourcing import HHICap, ShareCap, problem, solve
from calculator.sourcing.problem import state
from calculator.sourcing.solving.certificate import certify, dual_bound, duals
from calculator.sourcing.solving.solved import Solved
from calculator.sourcing.solving.solvers import solve_canonical


def proved(network, rules):
    scaled = state(network, rules).scaled.canonical
    solved = solve_canonical(scaled)
    return scaled, solved, duals(scaled, solved.row, solved.cones)


@pytest.fixture(params=["linear", "cone"])
def case(request, market):
    rules = {"linear": [ShareCap("c", 0.6, country="each")], "cone": [HHICap("h", 0.6)]}
    return proved(market([1.0, 2.0, 5.0], 3.0), rules[request.param])


def test_true_optimum_passes(case):
    scaled, solved, priced = case
    proof = certify(scaled, solved.x, priced)
    assert proof.ok
    assert "proved optimal" in proof.sentence()


def test_infeasible_point_fails_on_the_primal_residual(case):
    scaled, solved, priced = case
    short = solved.x.copy()
    short[0] *= 0.99
    proof = certify(scaled, short, priced)
    assert proof.primal_residual > 1e-3
    assert not proof.ok


def test_feasible_but_dear_point_fails_on_the_gap(case):
    scaled, _, priced = case
    dear = solve_canonical(scaled.with_cost(np.full(scaled.n, 1.0) - scaled.cost))
    proof = certify(scaled, dear.x, priced)
    assert proof.primal_residual < 1e-6
    assert proof.gap > 1e-2
    assert "NOT proved" in proof.sentence()


def test_wrong_duals_fail(case):
    scaled, solved, _ = case
    wrong = duals(scaled, 1.5 * solved.row, solved.cones)
    assert not certify(scaled, solved.x, wrong).ok


def test_dual_of_the_wrong_sign_counts_as_residual(market):
    scaled, solved, _ = proved(market([1.0, 2.0]), [ShareCap("c", 0.6, country="A")])
    cap = np.isfinite(scaled.row_upper) & ~np.isfinite(scaled.row_lower)
    assert cap.any()
    wrong = duals(scaled, np.where(cap, 1.0, solved.row), ())
    assert certify(scaled, solved.x, wrong).dual_residual > 0.1


def test_weak_duality_bounds_every_feasible_cost(case):
    scaled, solved, priced = case
    other = solve_canonical(scaled.with_cost(-scaled.cost * 0 + 1.0))
    bound = dual_bound(scaled, priced)
    assert bound <= scaled.cost @ other.x + 1e-6
    assert bound == pytest.approx(scaled.cost @ solved.x, rel=1e-6)


@pytest.mark.parametrize("spoil", [{"x": 1.01}, {"row": 0.9}])
def test_a_plan_that_is_not_proved_is_failed(market, monkeypatch, spoil):
    """A solver that lies about being optimal does not get its plan shown."""

    def lying(canonical, path="auto"):
        honest = solve_canonical(canonical, path)
        return replace(honest, **{k: getattr(honest, k) * v for k, v in spoil.items()})

    monkeypatch.setattr(problem, "solve_canonical", lying)
    plan = solve(market([1.0, 2.0], 3.0, 2.0))
    assert plan.status == "failed"
    assert plan.certificate is not None
    assert not plan.certificate.ok
    assert plan.sources == ()
    assert "NOT proved optimal" in plan.notes[-1]


def test_a_solver_that_gives_up_is_a_failure(market, monkeypatch):
    def limited(canonical, path="auto"):
        return Solved("failed", np.zeros(canonical.n), np.zeros(canonical.m), (), "Time limit")

    monkeypatch.setattr(problem, "solve_canonical", limited)
    plan = solve(market([1.0]))
    assert plan.status == "failed"
    assert plan.notes == ("the solver stopped: Time limit",)


@pytest.mark.parametrize("seed", range(10))
def test_every_plan_carries_a_passed_certificate(chain, seed):
    plan = solve(*chain(seed))
    assert plan.certificate is not None
    assert plan.certificate.ok
    assert plan.certificate.gap < 1e-6
