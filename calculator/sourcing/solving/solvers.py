"""The ways to a solution: HiGHS on the matrices themselves, or a statement in cvxpy.

HiGHS solves linear problems and searches whole numbers (see `whole`), Clarabel those with cones
(with cuts on HiGHS as its second, see `cuts`); both are named, never chosen by default. Only the
status "optimal" counts as solved: an inaccurate or limited end is a failure.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.solving.cuts import solve_by_cuts
from calculator.sourcing.solving.even import evened
from calculator.sourcing.solving.solved import (
    FAILED,
    INFEASIBLE,
    OPTIMAL,
    UNBOUNDED,
    ConeDual,
    Solved,
)
from calculator.sourcing.watch import run, step

_HIGHS_TOLERANCE = 1e-9
_WIDE = 1e5  # scaled; needs are near 1
_CLARABEL = tuple(  # the certificate, at 1e-6, has the last word in any case
    {"tol_gap_abs": tol, "tol_gap_rel": tol, "tol_feas": tol, "max_iter": 400}
    for tol in (1e-10, 1e-8, 1e-7)
)


def solve_canonical(problem: Canonical, path: str = "auto") -> Solved:
    """Solve by one way, or by whichever fits ("auto").

    "highs" takes linear problems on the matrices, "cvxpy" any, "cuts" any on HiGHS alone; whole
    numbers have one way only. On "auto", cones go to Clarabel through cvxpy and, where that gets
    no clear answer, to cuts.
    """
    step("solving")
    if problem.n and len(problem.integer):
        from calculator.sourcing.solving.whole import solve_whole

        return solve_whole(problem)
    if path == "auto":
        return _whichever_fits(problem)
    ways = {"highs": by_highs, "cvxpy": _by_cvxpy, "cuts": solve_by_cuts}
    if path not in ways:
        raise ValueError(f"unknown path {path!r}; use 'auto', {', '.join(map(repr, ways))}")
    if path == "highs" and problem.cones:
        raise ValueError("path 'highs' takes linear rules only; use 'auto', 'cvxpy' or 'cuts'")
    return ways[path](problem) if problem.n else _empty(problem)


def _whichever_fits(problem: Canonical) -> Solved:
    if not problem.n:
        return _empty(problem)
    if not problem.cones:
        return by_highs(problem)
    even = evened(problem)
    if any(even.even):
        return even.back(_whichever_fits(even.problem))
    solved = _without_wide_bounds(problem)
    return solve_by_cuts(problem) if solved.status == FAILED else solved


def _without_wide_bounds(problem: Canonical) -> Solved:
    """Leave out capacities far beyond need: they spoil an interior point and rarely bind.

    A plan that keeps within them anyway is optimal with them too; else they are put back.
    """
    wide = np.isfinite(problem.upper) & (problem.upper > _WIDE)
    if not wide.any():
        return _by_cvxpy(problem)
    solved = _by_cvxpy(replace(problem, upper=np.where(wide, np.inf, problem.upper)))
    kept = solved.status == OPTIMAL and bool(np.all(solved.x[wide] <= problem.upper[wide]))
    return solved if kept or solved.status == INFEASIBLE else _by_cvxpy(problem)


def _empty(problem: Canonical) -> Solved:
    """A network without a variable: feasible if and only if every row admits 0."""
    fits = bool(np.all(problem.row_lower <= 0) and np.all(problem.row_upper >= 0))
    status = OPTIMAL if fits else INFEASIBLE
    duals = tuple(ConeDual(0.0, np.zeros(c.vectors.shape[0])) for c in problem.cones)
    return Solved(status, np.zeros(0), np.zeros(problem.m), duals)


def highs_model(problem: Canonical) -> Any:
    """Load the linear part of the problem into a silent HiGHS."""
    import highspy

    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("primal_feasibility_tolerance", _HIGHS_TOLERANCE)
    model.setOptionValue("dual_feasibility_tolerance", _HIGHS_TOLERANCE)
    if len(problem.integer):
        # whole to 1e-6, as is its custom: asked for 1e-9, its presolve loses the best ones
        for option in ("mip_rel_gap", "mip_abs_gap"):
            model.setOptionValue(option, _HIGHS_TOLERANCE)
    _pass(model, problem)
    return model


def _pass(model: Any, problem: Canonical) -> None:
    """Hand over the arrays as they are; field by field HiGHS would read them as lists."""
    import highspy

    columns = sp.csc_array(problem.matrix)
    whole = np.zeros(problem.n, np.int32)
    whole[problem.integer] = highspy.HighsVarType.kInteger.value
    model.passModel(
        problem.n,
        problem.m,
        columns.nnz,
        highspy.MatrixFormat.kColwise.value,
        highspy.ObjSense.kMinimize.value,
        0.0,
        *(problem.cost, problem.lower, problem.upper, problem.row_lower, problem.row_upper),
        *(columns.indptr.astype(np.int32), columns.indices.astype(np.int32), columns.data),
        whole,
    )


def by_highs(problem: Canonical) -> Solved:
    """Solve the linear part by HiGHS; duals are those of a problem without whole numbers."""
    model = highs_model(problem)
    run_model(model)
    if len(problem.integer) and highs_status(model) == INFEASIBLE:
        _confirm(model, problem)
    solution = model.getSolution()
    x, row = np.array(solution.col_value), np.array(solution.row_dual)
    said = model.modelStatusToString(model.getModelStatus())
    return Solved(highs_status(model), x, row, (), said, highs_bound(model, problem))


def _confirm(model: Any, problem: Canonical) -> None:
    """Search again without presolve where only whole numbers can be why there is no plan."""
    if by_highs(problem.relaxed()).status != INFEASIBLE:
        model.setOptionValue("presolve", "off")
        run(model)


def run_model(model: Any) -> None:
    """Run HiGHS until it knows whether a problem is infeasible or without bound."""
    import highspy

    run(model)
    if model.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        model.setOptionValue("presolve", "off")
        run(model)
        model.setOptionValue("presolve", "choose")


def highs_bound(model: Any, problem: Canonical) -> float | None:
    """Return the lower bound of a search over whole numbers."""
    return float(model.getInfo().mip_dual_bound) if len(problem.integer) else None


def highs_status(model: Any) -> str:
    """Return the status of a HiGHS run; whatever is not a clear answer is a failure."""
    import highspy

    said = highspy.HighsModelStatus
    known = {
        said.kOptimal: OPTIMAL,
        said.kModelEmpty: OPTIMAL,
        said.kInfeasible: INFEASIBLE,
        said.kUnbounded: UNBOUNDED,
    }
    return known.get(model.getModelStatus(), FAILED)


def _by_cvxpy(problem: Canonical) -> Solved:
    statement = Statement.of(problem)
    solved = _tight_then_loose(statement) if problem.cones else statement.solve({})
    if solved.said == "infeasible_or_unbounded":
        feasible = _by_cvxpy(problem.with_cost(np.zeros(problem.n))).status == OPTIMAL
        return replace(solved, status=UNBOUNDED if feasible else INFEASIBLE)
    return solved


def solve_roughly(problem: Canonical) -> Solved:
    """Solve once, to 1e-7 where there are cones: for a question that may stay open."""
    if not problem.cones:
        return by_highs(problem)
    step("solving")
    return Statement.of(problem).solve({**_CLARABEL[-1], "max_iter": 100})


def _tight_then_loose(statement: Statement, quadratic: bool = False) -> Solved:
    """Ask Clarabel for 1e-10 first; problems without an interior may reach 1e-7 only."""
    for options in _CLARABEL:
        solved = statement.solve(options, quadratic)
        if solved.status != FAILED:
            break
    return solved


@dataclass(frozen=True)
class Statement:
    """A canonical problem stated in cvxpy, with a handle on each group of constraints."""

    problem: Canonical
    x: Any
    equal: Any
    below: Any
    above: Any
    cones: tuple[Any, ...]
    stated: Any

    @classmethod
    def of(cls, problem: Canonical, squares: Any = None) -> Statement:
        """State it; with a matrix `squares`, minimise ||squares x||^2 instead of the cost."""
        import cvxpy as cp

        x = cp.Variable(problem.n, bounds=[problem.lower, problem.upper])
        equal, below, above = _kinds(problem)
        groups = (
            [problem.matrix[equal] @ x == problem.row_upper[equal]] if equal.any() else [],
            [problem.matrix[below] @ x <= problem.row_upper[below]] if below.any() else [],
            [problem.matrix[above] @ x >= problem.row_lower[above]] if above.any() else [],
        )
        cones = [
            cp.SOC((block.reach @ x)[0] + block.offset, block.vectors @ x)
            for block in problem.cones
        ]
        goal = problem.cost @ x if squares is None else cp.sum_squares(squares @ x)  # type: ignore[attr-defined]
        stated = cp.Problem(cp.Minimize(goal), [c for g in groups for c in g] + cones)
        one: list[Any] = [group[0] if group else None for group in groups]
        return cls(problem, x, one[0], one[1], one[2], tuple(cones), stated)

    def solve(self, options: dict[str, float], quadratic: bool = False) -> Solved:
        """Solve by HiGHS, or by Clarabel where a cone or a square asks for it."""
        import cvxpy as cp

        solver = cp.CLARABEL if self.cones or quadratic else cp.HIGHS
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the status is read below instead
            try:
                self.stated.solve(solver=solver, canon_backend="COO", **options)
            except cp.SolverError as fault:
                return self._unsolved(FAILED, str(fault))
        status = {"optimal": OPTIMAL, "infeasible": INFEASIBLE, "unbounded": UNBOUNDED}.get(
            self.stated.status, FAILED
        )
        return self._read() if status == OPTIMAL else self._unsolved(status, self.stated.status)

    def _unsolved(self, status: str, said: str) -> Solved:
        return Solved(status, np.zeros(self.problem.n), np.zeros(self.problem.m), (), said)

    def _read(self) -> Solved:
        row = np.zeros(self.problem.m)
        signs = (-1.0, -1.0, 1.0)  # cvxpy's Lagrangian, turned into d(cost)/d(rhs)
        groups = (self.equal, self.below, self.above)
        for kind, constraint, sign in zip(_kinds(self.problem), groups, signs, strict=True):
            if constraint is not None:
                row[kind] += sign * np.ravel(constraint.dual_value)
        cones = tuple(
            ConeDual(float(np.ravel(c.dual_value[0])[0]), np.ravel(c.dual_value[1]))
            for c in self.cones
        )
        return Solved(OPTIMAL, np.array(self.x.value, float), row, cones, OPTIMAL)


def _kinds(problem: Canonical) -> tuple[Any, Any, Any]:
    """Rows that are equalities, have an upper side, have a lower side."""
    equal = problem.row_lower == problem.row_upper
    below = np.isfinite(problem.row_upper) & ~equal
    above = np.isfinite(problem.row_lower) & ~equal
    return equal, below, above
