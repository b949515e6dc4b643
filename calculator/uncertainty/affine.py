"""Cost as an affine function of prices, found by probing the kernel.

With the design fixed every cost of the model is c0 + sum_k g_k x_k in the prices x_k: one matrix
product then serves any number of draws. Nothing is taken on trust: the kernel itself gives c0 and
g, and where it departs from them at points of its own drawing there is no fast path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calculator.numbers import FloatArray, Num
from calculator.uncertainty.inputs import UncertainInput

Kernel = Callable[[Mapping[str, FloatArray]], Mapping[str, Num]]
"""Outputs by name for draws by key, all of one length."""
PRICES = "price"
_PROBES, _CLOSE = 8, 1e-11
_BLOCK = 16_384


@dataclass(frozen=True)
class Affine:
    """Outputs as an affine function of inputs."""

    keys: tuple[str, ...]
    centre: FloatArray
    """Values of the inputs about which the slopes were taken, shape ``(keys,)``."""
    outputs: tuple[str, ...]
    base: FloatArray
    """Outputs there, shape ``(outputs,)``."""
    slopes: FloatArray
    """Shape ``(keys, outputs)``."""

    def weights(self, output: str, keys: Sequence[str]) -> FloatArray:
        """Slopes of an output by key, zero for inputs it does not know, shape ``(keys,)``."""
        known = dict(zip(self.keys, self.slopes[:, self.outputs.index(output)], strict=True))
        return np.array([known.get(key, 0.0) for key in keys])


@dataclass(frozen=True)
class Joined:
    """Several affine functions of shared inputs, served by one matrix product."""

    keys: tuple[str, ...]
    centre: FloatArray
    """Shape ``(keys,)``."""
    base: FloatArray
    """Every output of every function, in their order, shape ``(outputs,)``."""
    weights: FloatArray
    """Slopes and, last, the base; shape ``(outputs, keys + 1)``."""

    @classmethod
    def of(cls, found: Sequence[Affine]) -> Joined:
        """The functions one below the other."""
        centres = {
            key: centre for one in found for key, centre in zip(one.keys, one.centre, strict=True)
        }
        keys = tuple(centres)
        slopes = np.array([one.weights(output, keys) for one in found for output in one.outputs])
        base = np.concatenate([one.base for one in found])
        weights = np.column_stack([slopes, base])
        return cls(keys, np.array([centres[key] for key in keys]), base, weights)

    def fill(
        self,
        table: FloatArray,
        column: Callable[[str], FloatArray],
        mapped: Callable[..., Iterable[object]],
    ) -> None:
        """Write every output of some draws.

        Args:
            table: where they go, shape ``(outputs, draws)``.
            column: draws of an input by key.
            mapped: ``map``, or that of a pool of threads.
        """
        draws = table.shape[1]
        columns = np.ones((len(self.keys) + 1, draws))

        def draw(k: int) -> None:
            np.subtract(column(self.keys[k]), self.centre[k], out=columns[k])

        def product(start: int) -> None:
            place = slice(start, min(start + _BLOCK, draws))
            np.matmul(self.weights, columns[:, place], out=table[:, place])

        list(mapped(draw, range(len(self.keys))))
        list(mapped(product, range(0, draws, _BLOCK)))


def only_prices(inputs: Sequence[UncertainInput]) -> bool:
    """Whether nothing but prices is drawn."""
    return bool(inputs) and all(one.group == PRICES for one in inputs)


def affine_of(kernel: Kernel, inputs: Sequence[UncertainInput]) -> Affine | None:
    """The outputs of a kernel as an affine function of its inputs; None where they are none.

    Args:
        kernel: what is probed, at ``len(inputs) + 9`` points.
        inputs: what it takes; slopes are taken from the value to the end farther off.
    """
    centre = np.array([one.value for one in inputs])
    far = np.array([_far(one) for one in inputs])
    weights = np.random.default_rng(0).random((_PROBES, len(inputs)))
    low = np.array([one.low for one in inputs])
    high = np.array([one.high for one in inputs])
    probes = low + (high - low) * weights
    points = np.vstack([centre, centre + np.diag(far - centre), probes])
    answers = kernel({one.key: points[:, k].copy() for k, one in enumerate(inputs)})
    found = np.column_stack([np.broadcast_to(answers[name], len(points)) for name in answers])
    n = len(inputs)
    slopes = (found[1 : n + 1] - found[0]) / (far - centre)[:, None]
    rebuilt = found[0] + (probes - centre) @ slopes
    if not np.allclose(rebuilt, found[n + 1 :], rtol=_CLOSE, atol=0.0):
        return None
    return Affine(tuple(one.key for one in inputs), centre, tuple(answers), found[0], slopes)


def _far(one: UncertainInput) -> float:
    return one.high if one.high - one.value >= one.value - one.low else one.low
