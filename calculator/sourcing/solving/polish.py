"""Take an interior-point solution the last step: equalities to rounding error."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical
from calculator.sourcing.layout import Floats

_STEPS = 300


def polished(problem: Canonical, x: Floats) -> Floats:
    """Return the nearest point that meets the equality rows, moving flows off their bounds only.

    The correction is of the size of the solver's tolerance; bounds are kept.
    """
    from scipy.sparse.linalg import lsqr

    equal = problem.row_lower == problem.row_upper
    inner = (x > problem.lower) & (x < problem.upper)
    if not (equal.any() and inner.any()):
        return x
    rows = sp.csr_array(problem.matrix)[equal]
    miss = problem.row_lower[equal] - rows @ x
    step = lsqr(sp.csc_array(rows)[:, inner], miss, atol=1e-15, btol=1e-15, iter_lim=_STEPS)[0]
    moved = x.copy()
    moved[inner] += step
    return np.clip(moved, problem.lower, problem.upper)
