"""Sobol indices: which part of the variance of a figure each input is behind.

For independent inputs X and figure Y (Sobol 2001; Saltelli et al. 2010; estimators of SALib):

    first order   S_i  = V[E(Y | X_i)] / V(Y)          what X_i does alone
    total         ST_i = 1 - V[E(Y | all but X_i)] / V(Y)   with all its interactions
    second order  S_ij = V[E(Y | X_i, X_j)] / V(Y) - S_i - S_j

The design is Saltelli's on scrambled Sobol points: two matrices A and B of n rows, and for each
input A with the column of B in it; n (D + 2) runs, or n (2 D + 2) with the second order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.sensitivity.model import Model
from calculator.sensitivity.tornado import columns_of
from calculator.sourcing.watch import step
from calculator.uncertainty.distributions import checked, from_uniform
from calculator.uncertainty.inputs import UncertainInput

SAMPLES, SEED, CONFIDENCE = 1024, 1, 0.95
MOST_CELLS = 50_000_000
"""Base points times inputs that are held at once."""
_RESAMPLES = 200
_FLAT = 1e-12
"""Standard deviation over size of a figure below which nothing moves it."""


@dataclass(frozen=True)
class Share:
    """The part of the variance that one input is behind, 1."""

    input: UncertainInput
    first: float
    first_error: float
    """Half width of the 95 % interval, by bootstrap."""
    total: float
    total_error: float


@dataclass(frozen=True)
class Pair:
    """The part that two inputs are behind only together, 1."""

    one: UncertainInput
    other: UncertainInput
    second: float
    error: float


@dataclass(frozen=True)
class Indices:
    """Shares by total, the largest first."""

    name: str
    output: str
    nominal: float
    mean: float
    sd: float
    samples: int
    runs: int
    seed: int
    shares: tuple[Share, ...]
    pairs: tuple[Pair, ...] = ()
    unit: str = ""

    @property
    def first_sum(self) -> float:
        """Sum of the first orders: 1 where inputs do not interact."""
        return sum(one.first for one in self.shares)


def sobol_indices(
    model: Model,
    inputs: Sequence[UncertainInput],
    samples: int = SAMPLES,
    seed: int = SEED,
    second: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Indices:
    """Indices of every input, each drawn by its own distribution and independently.

    Args:
        model: the figure.
        inputs: what is drawn.
        samples: base points n, a power of two.
        seed: of the scrambling and of the bootstrap.
        second: whether pairs are told as well; it doubles the runs.
        progress: told after every part of the design how many of how many runs are done. A
            watch (``sourcing.watch``) is told too and may stop it.

    Raises:
        InputError: too few inputs, a number of points that is no power of two, a figure that
            does not move, or a draw without a figure.
        CancelledError: a watch stopped it.
    """
    inputs = [checked(one) for one in inputs]
    _check(model, inputs, samples, seed)
    parts = list(_parts(len(inputs), second))
    points = unit_points(len(inputs), samples, seed)
    found = np.empty((samples, len(parts)))
    for k, part in enumerate(parts):
        step(f"part {k + 1} of {len(parts)}, {samples} runs each")
        found[:, k] = _figures(model, inputs, _mixed(points, part))
        if progress is not None:
            progress((k + 1) * samples, len(parts) * samples)
    return _indices(model, inputs, found, samples, seed, second)


def unit_points(inputs: int, samples: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Matrices A and B of shape ``(samples, inputs)`` in the unit cube."""
    from scipy.stats import qmc

    points = qmc.Sobol(d=2 * inputs, scramble=True, rng=seed).random(samples)
    return points[:, :inputs], points[:, inputs:]


Part = tuple[int, int | None]
"""Which matrix (0 for A, 1 for B), and the column that the other one gives."""


def _parts(inputs: int, second: bool) -> Iterator[Part]:
    """In SALib's order within a base point: A, A with each column of B, B with each of A, B."""
    yield 0, None
    yield from ((0, k) for k in range(inputs))
    if second:
        yield from ((1, k) for k in range(inputs))
    yield 1, None


def _mixed(points: tuple[FloatArray, FloatArray], part: Part) -> FloatArray:
    of, column = part
    if column is None:
        return points[of]
    mixed = points[of].copy()
    mixed[:, column] = points[1 - of][:, column]
    return mixed


def saltelli_design(inputs: int, samples: int, seed: int, second: bool = False) -> FloatArray:
    """The whole design in the unit cube, row by row as SALib orders it."""
    points = unit_points(inputs, samples, seed)
    parts = [_mixed(points, part) for part in _parts(inputs, second)]
    return np.stack(parts, axis=1).reshape(-1, inputs)


def _figures(model: Model, inputs: Sequence[UncertainInput], points: FloatArray) -> FloatArray:
    drawn = np.column_stack([from_uniform(one, points[:, k]) for k, one in enumerate(inputs)])
    values = model.evaluate(columns_of(inputs, drawn))
    missing = int(np.count_nonzero(~np.isfinite(values)))
    if missing:
        raise InputError(
            f"{model.name}: {missing} of {len(values)} draws have no {model.output}; "
            "narrow the ranges or draw fewer groups"
        )
    return values


def _check(model: Model, inputs: Sequence[UncertainInput], samples: int, seed: int) -> None:
    if len(inputs) < 2:
        raise InputError(f"{model.name}: Sobol indices need two inputs with a range or more")
    if samples < 4 or samples & (samples - 1):
        raise InputError(f"samples is {samples}; give a power of two from 4, such as {SAMPLES}")
    if samples * len(inputs) > MOST_CELLS:
        most = MOST_CELLS // len(inputs)
        raise InputError(f"samples is {samples}; with {len(inputs)} inputs give at most {most}")
    if not 0 <= seed < 2**32:
        raise InputError(f"seed is {seed}; give a whole number from 0 to 4294967295")


def _indices(
    model: Model,
    inputs: Sequence[UncertainInput],
    found: FloatArray,
    samples: int,
    seed: int,
    second: bool,
) -> Indices:
    base = found[:, [0, -1]]
    mean, sd = float(base.mean()), float(base.std(ddof=1))
    if sd <= _FLAT * max(abs(mean), 1e-300):
        raise InputError(f"{model.name}: none of these inputs moves {model.output}; ask for others")
    told = _analysed(found, len(inputs), second, seed)
    shares = [
        Share(one, *(float(told[name][k]) for name in ("S1", "S1_conf", "ST", "ST_conf")))
        for k, one in enumerate(inputs)
    ]
    pairs = _pairs(inputs, told) if second else []
    return Indices(
        name=model.name,
        output=model.output,
        nominal=model.nominal,
        mean=mean,
        sd=sd,
        samples=samples,
        runs=found.size,
        seed=seed,
        shares=tuple(sorted(shares, key=lambda share: (-share.total, share.input.label))),
        pairs=tuple(sorted(pairs, key=lambda pair: -abs(pair.second))),
        unit=model.unit,
    )


def _analysed(found: FloatArray, inputs: int, second: bool, seed: int) -> Any:
    from SALib.analyze import sobol  # type: ignore[import-untyped]

    problem = {"num_vars": inputs, "names": [f"x{k}" for k in range(inputs)]}
    problem["bounds"] = [[0.0, 1.0]] * inputs
    return sobol.analyze(
        problem, found.ravel(), calc_second_order=second, num_resamples=_RESAMPLES,
        conf_level=CONFIDENCE, seed=seed,
    )  # fmt: skip


def _pairs(inputs: Sequence[UncertainInput], told: Any) -> list[Pair]:
    places = [(i, j) for i in range(len(inputs)) for j in range(i + 1, len(inputs))]
    return [
        Pair(inputs[i], inputs[j], float(told["S2"][i, j]), float(told["S2_conf"][i, j]))
        for i, j in places
    ]
