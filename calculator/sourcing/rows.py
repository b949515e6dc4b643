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

from calculator.sourcing.layout import Bools, Floats


@dataclass(frozen=True)
class Columns:
    """Variables of a rule's own, beside the flows: bounds, cost, which are whole numbers.

    `cost` is money per unit under `kind` (in the unit of the objective where an objective owns
    them); it gains `gain` per +1 of the limit in its natural unit.
    """

    rule: str
    labels: tuple[str, ...]
    lower: Floats
    upper: Floats
    cost: Floats
    integer: Bools
    kind: str = ""
    gain: Floats | None = None

    @property
    def n(self) -> int:
        """Number of variables."""
        return len(self.labels)


@dataclass(frozen=True)
class Charge:
    """Money a rule puts on the flows: `cost` per unit of each flow, under `kind`.

    It gains `gain` per +1 of the limit in its natural unit.
    """

    rule: str
    kind: str
    cost: Floats
    gain: Floats


@dataclass(frozen=True)
class Rows:
    """lower <= matrix x + on_total * (total x) + own z <= upper, row by row.

    `z` are the rule's own variables (`Columns` of its `Built`).

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
    own: Any = None

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
    """||vectors x + own_vectors z||_2 <= reach x + own_reach z + offset.

    `reach` is one sparse row; `z` are the rule's own variables. The right-hand side gains
    `gain_on_reach * (reach x + offset)` per +1 of the limit.
    """

    rule: str
    vectors: Any
    reach: Any
    gain_on_reach: float
    detail: str
    offset: float = 0.0
    own_vectors: Any = None
    own_reach: Any = None

    def limit_gain(self, x: Floats) -> float:
        """Return d(right-hand side)/d(limit) at the plan `x`."""
        return self.gain_on_reach * (float((self.reach @ x)[0]) + self.offset)


@dataclass(frozen=True)
class Built:
    """All rows and cones of one rule, its own variables and charges, and notes for the user.

    A rule that touches nothing says so in a note.
    """

    rows: tuple[Rows, ...] = ()
    cones: tuple[Cone, ...] = ()
    notes: tuple[str, ...] = ()
    columns: Columns | None = None
    charges: tuple[Charge, ...] = ()


def idle(rule: str, parts: Sequence[object]) -> tuple[str, ...]:
    """Return the note of a rule that came out empty, so that a typing slip does not pass."""
    return () if len(parts) else (f"rule {rule!r} touches no source of this network.",)
