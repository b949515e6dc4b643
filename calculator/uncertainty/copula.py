"""Correlated draws: a normal copula with the correlations measured or stated.

Standard normals with correlation matrix R = A A' (A by Cholesky) are turned into each input's
own quantiles; for lognormal prices R is the correlation of their logarithms. A matrix put
together from several windows need not be one: the nearest in Frobenius norm that is stands in
(Higham 2002, alternating projections with Dykstra's correction).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.uncertainty.volatility import Together

_STEPS, _CLOSE, _SINGULAR = 200, 1e-10, 1e-9


def correlation_matrix(keys: Sequence[str], pairs: Sequence[Together]) -> FloatArray:
    """Correlations by key, shape ``(keys, keys)``; pairs not given are independent.

    Raises:
        InputError: a correlation lies beyond -1 to 1.
    """
    place = {key: k for k, key in enumerate(keys)}
    found = np.eye(len(keys))
    for pair in pairs:
        if not -1.0 <= pair.value <= 1.0:
            raise InputError(f"correlation {pair.value:g} must lie between -1 and 1; mend it")
        if pair.one in place and pair.other in place and pair.one != pair.other:
            i, j = place[pair.one], place[pair.other]
            found[i, j] = found[j, i] = pair.value
    return found


def nearest_correlation(matrix: FloatArray) -> FloatArray:
    """The correlation matrix nearest to a symmetric one; itself where it is one."""
    if not len(matrix) or np.linalg.eigvalsh(matrix)[0] >= -_CLOSE:
        return matrix
    found, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(_STEPS):
        shifted = found - correction
        projected = _positive(shifted)
        correction = projected - shifted
        before, found = found, projected.copy()
        np.fill_diagonal(found, 1.0)
        if np.abs(found - before).max() < _CLOSE:
            break
    spread = np.sqrt(np.diag(_positive(found)))
    return np.asarray(_positive(found) / np.outer(spread, spread))


def factor_of(matrix: FloatArray) -> FloatArray:
    """Lower triangle A with A A' = R; a singular R is drawn towards independence by 1e-9."""
    least = np.linalg.eigvalsh(matrix)[0]
    if least < _SINGULAR:
        matrix = (1.0 - _SINGULAR) * matrix + _SINGULAR * np.eye(len(matrix))
    return np.asarray(np.linalg.cholesky(matrix))


def _positive(matrix: FloatArray) -> FloatArray:
    """The nearest positive semidefinite matrix."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2.0)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)
