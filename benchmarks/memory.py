"""Peak memory of one task in a process of its own: ``python -m benchmarks.memory TASK FILE N``.

Tasks: "write" puts the matrices of a random network of N variables into a file; "bare" gives
them to HiGHS; "answer" goes from the records to the plan. Prints MB above what the imports take.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
_OPTIONS = {
    "output_flag": False,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}


def measured(task: str, file: str, size: int) -> float:
    """Run a task in a fresh process; MB at its peak above its imports."""
    command = [sys.executable, "-m", "benchmarks.memory", task, file, str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def _peak_mb() -> float:
    """The peak of this process alone: where it is told, not that of the one that started it."""
    if STATUS.exists():
        line = next(row for row in STATUS.read_text().splitlines() if row.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _answer(file: str, size: int) -> float:
    import highspy  # noqa: F401
    import scipy.sparse.linalg  # noqa: F401

    from benchmarks.networks import records
    from calculator.sourcing import solve

    before = _peak_mb()
    data = records(size)
    plan = solve(data.network(), data.rules, tie_break=False)
    if plan.status != "optimal":
        raise RuntimeError(f"the benchmark network is {plan.status}")
    return _peak_mb() - before


def _bare(file: str, size: int) -> float:
    import highspy
    import numpy as np
    import scipy.sparse as sp

    before = _peak_mb()
    with np.load(file) as data:
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = data["shape"].tolist()
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = data["cost"], data["lower"], data["upper"]
        lp.row_lower_, lp.row_upper_ = data["row_lower"], data["row_upper"]
        columns = sp.csr_array((data["data"], data["indices"], data["indptr"]), data["shape"])
    columns = sp.csc_array(columns)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = columns.indptr.astype(np.int32)
    lp.a_matrix_.index_ = columns.indices.astype(np.int32)
    lp.a_matrix_.value_ = columns.data
    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in _OPTIONS.items():
        model.setOptionValue(option, value)
    model.passModel(lp)
    model.run()
    model.getSolution()
    return _peak_mb() - before


def _write(file: str, size: int) -> float:
    import numpy as np

    from benchmarks.networks import records
    from calculator.sourcing.problem import state

    data = records(size)
    problem = state(data.network(), data.rules).scaled.canonical
    np.savez(
        file,
        shape=problem.matrix.shape,
        data=problem.matrix.data,
        indices=problem.matrix.indices,
        indptr=problem.matrix.indptr,
        **{k: getattr(problem, k) for k in ("cost", "lower", "upper", "row_lower", "row_upper")},
    )
    return _peak_mb()


if __name__ == "__main__":
    task, file, size = sys.argv[1:]
    print({"answer": _answer, "bare": _bare, "write": _write}[task](file, int(size)))
