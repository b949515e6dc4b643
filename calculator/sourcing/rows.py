"""What a rule becomes: named linear rows and second-order cones over the flat variables.

Both forms know how their right-hand side moves with the rule's limit, so that a dual of a row
turns into "change of cost per +1 of the limit" without knowing which rule it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.layout import Floats


@dataclass(frozen=True)
class Rows:
    """lower <= matrix x + on_total * (total x) <= upper, row by row.

    `total` is one sparse row (or None): the variable total of a share rule, kept apart so that
    many rows can refer to one auxiliary variable instead of repeating it. The right-hand side
    gains `gain + gain_on_total * (total x)` per +1 of the limit in its
    natural unit.
    """

    rule: str
    matrix: Any
    lower: Floats
    upper: Floats
    gain: Floats
    details: tuple[str, ...]
    total: Any = None
    on_total: Floats | None = None
    gain_on_total: Floats | None = None

    def expanded(self) -> Any:
        """Return the plain sparse matrix, the total written out in every row."""
        if self.total is None or self.on_total is None:
            return self.matrix
        return sp.csr_array(self.matrix + sp.csr_array(self.on_total[:, None]) @ self.total)

    def limit_gain(self, x: Floats) -> Floats:
        """Return d(right-hand side)/d(limit) of each row at the plan `x`."""
        if self.total is None or self.gain_on_total is None:
            return self.gain
        return np.asarray(self.gain + self.gain_on_total * float((self.total @ x)[0]))


@dataclass(frozen=True)
class Cone:
    """||vectors x||_2 <= reach x + offset; `reach` is one sparse row.

    The right-hand side gains `gain_on_reach * (reach x + offset)` per +1 of the limit.
    """

    rule: str
    vectors: Any
    reach: Any
    gain_on_reach: float
    detail: str
    offset: float = 0.0

    def limit_gain(self, x: Floats) -> float:
        """Return d(right-hand side)/d(limit) at the plan `x`."""
        return self.gain_on_reach * (float((self.reach @ x)[0]) + self.offset)


@dataclass(frozen=True)
class Built:
    """All rows and cones of one rule, and notes for the user (a rule that touches nothing)."""

    rows: tuple[Rows, ...] = ()
    cones: tuple[Cone, ...] = ()
    notes: tuple[str, ...] = ()


def idle(rule: str, parts: Sequence[object]) -> tuple[str, ...]:
    """Return the note of a rule that came out empty, so that a typing slip does not pass."""
    return () if len(parts) else (f"rule {rule!r} touches no source of this network.",)
