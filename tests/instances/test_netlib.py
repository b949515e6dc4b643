"""Linear programmes of the netlib collection through the same layer as every plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.solving.certificate import certify, dual_bound, duals
from calculator.sourcing.solving.scaling import scale
from calculator.sourcing.solving.solved import INFEASIBLE, OPTIMAL, Solved
from calculator.sourcing.solving.solvers import Statement, solve_canonical
from tests.instances.public import linear_programme

# rows (the cost not counted), columns, entries (the cost counted), published optimum
NETLIB = {
    "afiro": (27, 32, 88, -464.75314286),
    "adlittle": (56, 97, 465, 225494.96316),
    "israel": (174, 142, 2358, -896644.82186),
    "25fv47": (821, 1571, 11127, 5501.8458883),
}
INFEASIBLE_NETLIB = {
    "galenet": (8, 8, 16),
    "woodinfe": (35, 89, 209),
    "forest6": (66, 95, 270),
}
_CLARABEL = {"tol_gap_abs": 1e-10, "tol_gap_rel": 1e-10, "tol_feas": 1e-10, "max_iter": 400}


@pytest.mark.parametrize("name", [*NETLIB, *INFEASIBLE_NETLIB])
def test_the_file_holds_the_published_instance(name: str) -> None:
    problem = linear_programme(name)
    rows, columns, entries, *_ = {**NETLIB, **INFEASIBLE_NETLIB}[name]
    assert (problem.m, problem.n) == (rows, columns)
    assert problem.matrix.nnz + np.count_nonzero(problem.cost) == entries


@pytest.mark.parametrize("path", ["auto", "highs", "cvxpy"])
@pytest.mark.parametrize("name", NETLIB)
def test_published_optimum_with_its_proof(name: str, path: str) -> None:
    problem = linear_programme(name)
    scaled = scale(problem)
    solved = solve_canonical(scaled.canonical, path)
    assert solved.status == OPTIMAL
    priced = duals(scaled.canonical, solved.row, solved.cones)
    proof = certify(scaled.canonical, solved.x, priced)
    assert proof.ok, proof.sentence()
    optimum = NETLIB[name][-1]
    assert problem.cost @ scaled.plan(solved.x) == pytest.approx(optimum, rel=1e-6)
    assert scaled.money * dual_bound(scaled.canonical, priced) == pytest.approx(optimum, rel=1e-6)


@pytest.mark.parametrize("name", NETLIB)
def test_an_interior_point_solver_finds_the_same_optimum(name: str) -> None:
    problem = linear_programme(name)
    scaled = scale(problem)
    solved = _by_clarabel(scaled.canonical)
    assert solved.status == OPTIMAL
    priced = duals(scaled.canonical, solved.row, solved.cones)
    proof = certify(scaled.canonical, solved.x, priced)
    assert proof.ok, proof.sentence()
    found = problem.cost @ scaled.plan(solved.x)
    assert found == pytest.approx(NETLIB[name][-1], rel=1e-6)


@pytest.mark.parametrize("name", NETLIB)
def test_scaling_keeps_the_optimum(name: str) -> None:
    problem = linear_programme(name)
    solved = solve_canonical(problem)
    assert solved.status == OPTIMAL
    assert problem.cost @ solved.x == pytest.approx(NETLIB[name][-1], rel=1e-6)


@pytest.mark.parametrize("name", NETLIB)
def test_the_proof_fails_for_a_plan_that_is_not_the_best(name: str) -> None:
    """A proof that passed anything would prove nothing: shift the plan, then the prices."""
    scaled = scale(linear_programme(name))
    solved = solve_canonical(scaled.canonical)
    priced = duals(scaled.canonical, solved.row, solved.cones)
    moved = solved.x + 1e-3 * (1 + np.abs(solved.x))
    assert not certify(scaled.canonical, moved, priced).ok
    cheaper = duals(scaled.canonical, 0.99 * solved.row, solved.cones)
    assert not certify(scaled.canonical, solved.x, cheaper).ok


@pytest.mark.parametrize("path", ["auto", "highs", "cvxpy"])
@pytest.mark.parametrize("name", INFEASIBLE_NETLIB)
def test_infeasible_instances_are_told(name: str, path: str) -> None:
    problem = scale(linear_programme(name)).canonical
    assert solve_canonical(problem, path).status == INFEASIBLE


@pytest.mark.parametrize("name", INFEASIBLE_NETLIB)
def test_the_same_instances_have_a_plan_once_every_row_may_be_missed(name: str) -> None:
    """Elastic rows: the least miss is above 0, so it is the rows that conflict."""
    problem = linear_programme(name)
    elastic = _elastic(problem)
    scaled = scale(elastic)
    solved = solve_canonical(scaled.canonical)
    assert solved.status == OPTIMAL
    assert elastic.cost @ scaled.plan(solved.x) > 1e-3


def _by_clarabel(problem: Canonical) -> Solved:
    """The linear problem given to the solver of the cones."""
    return Statement.of(problem).solve(_CLARABEL, quadratic=True)


def _elastic(problem: Canonical) -> Canonical:
    """Minimise the sum of what every row is short and over."""
    m = problem.m
    return replace(
        problem,
        cost=np.concatenate([np.zeros(problem.n), np.ones(2 * m)]),
        matrix=sp.csr_array(sp.hstack([problem.matrix, sp.eye_array(m), -sp.eye_array(m)])),
        lower=np.concatenate([problem.lower, np.zeros(2 * m)]),
        upper=np.concatenate([problem.upper, np.full(2 * m, np.inf)]),
        n_flow=problem.n,
    )
