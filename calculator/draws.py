"""Run a vectorised kernel over many draws in blocks that stay in cache, on several threads.

numpy releases the interpreter lock inside its loops, so threads help; blocks of 8,192 draws
keep every intermediate array in the processor's cache and below the size from which the
allocator asks the system for fresh pages.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Any, TypeVar

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray, Num

BLOCK = 8_192
Case = TypeVar("Case")


def map_arrays(value: Any, change: Callable[[FloatArray], Any]) -> Any:
    """The same record with every array replaced by ``change`` of it; the rest is shared."""
    if isinstance(value, np.ndarray):
        return change(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.init}
        new = {name: map_arrays(item, change) for name, item in fields.items()}
        changed = {k: v for k, v in new.items() if v is not fields[k]}
        return dataclasses.replace(value, **changed) if changed else value
    if isinstance(value, tuple) and type(value) is tuple:
        items = tuple(map_arrays(item, change) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    if isinstance(value, Mapping):
        entries = {key: map_arrays(item, change) for key, item in value.items()}
        return value if all(entries[key] is value[key] for key in value) else entries
    return value


def _cut(value: Any, part: slice, n: int) -> Any:
    """The same record with every array of ``n`` draws cut to ``part``."""
    return map_arrays(value, lambda array: array[part] if array.shape == (n,) else array)


def typical(value: Any) -> Any:
    """The same record with every array replaced by its mean."""
    return map_arrays(value, lambda array: float(array.mean()))


def run_blocks(
    kernel: Callable[[Case], Mapping[str, Num]],
    case: Case,
    n: int,
    threads: int | None = None,
    block: int = BLOCK,
) -> dict[str, FloatArray]:
    """Evaluate ``kernel`` on ``n`` draws.

    Args:
        kernel: pure function from a case to named outputs, each a number or ``(draws,)``.
        case: record whose arrays of length ``n`` hold the draws; other values are shared.
        n: number of draws.
        threads: workers; all cores by default.
        block: draws a block.

    Returns:
        One array of shape ``(n,)`` per output, in the order of the draws.

    Raises:
        InputError: there is nothing to draw, or a block or the workers are fewer than one.
    """
    for name, count in (("draw", n), ("draw a block", block), ("worker", threads or 1)):
        if count < 1:
            raise InputError(f"a run needs at least one {name}; ask for one or more")
    starts = range(0, n, block)
    out: dict[str, FloatArray] = {}

    def fill(start: int) -> None:
        part = slice(start, min(start + block, n))
        for name, value in kernel(_cut(case, part, n)).items():
            out[name][part] = value

    first = kernel(_cut(case, slice(0, min(block, n)), n))
    for name, value in first.items():
        out[name] = np.empty(n)
        out[name][: min(block, n)] = value
    with ThreadPoolExecutor(threads or cpu_count() or 1) as pool:
        list(pool.map(fill, starts[1:]))
    return out
