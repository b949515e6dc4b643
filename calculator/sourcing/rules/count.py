"""Rules on how many suppliers there are, at most and at least (MODEL 2.4.16).

X_i is what supplier i gives of a material at a stage, b_i in {0, 1} tells whether it is used,
K_i is the most it can give in this network (see `suppliers`), T the total. `each` tells what a
supplier is: one supply or process, all of a country, or all of an owner. Without material or
stage a rule holds for each there is. Shadow prices hold with the whole numbers as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built, Rows, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.links import linked
from calculator.sourcing.rules.lots import whole_columns
from calculator.sourcing.rules.suppliers import (
    SUPPLIER,
    Choice,
    check_each,
    choices,
    named_suppliers,
)

_CLOSE = 1e-6  # of a least share


@dataclass(frozen=True)
class SupplierCountAtMost(Rule):
    """No more than so many suppliers of each (material, stage): sum_i b_i <= n, X_i <= K_i b_i."""

    count: float
    each: str = SUPPLIER
    material: str | None = None
    stage: str | None = None

    unit: ClassVar[str] = "supplier"
    limit_field: ClassVar[str] = "count"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_each(self.name, self.each)

    def build(self, layout: Layout) -> Built:
        """Return one row on their number for each (material, stage), and what links them."""
        found, notes = choices(layout, self.name, self.each, self.material, self.stage)
        if not found:
            return Built(notes=idle(self.name, found))
        number = _count(self, found, -inf, self.count)
        columns = whole_columns(self.name, found, np.ones(number.own.shape[1]))
        return Built((number, linked(layout, self.name, found)), notes=notes, columns=columns)

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest number of suppliers used of any (material, stage)."""
        found = named_suppliers(layout, self.name, self.each, self.material, self.stage)
        return float(max((np.count_nonzero(c.given(x)) for c in found), default=0))


def _count(rule: Rule, found: list[Choice], lower: float, upper: float) -> Rows:
    """Lower <= sum of b <= upper, one row a choice."""
    k, layout = len(found), found[0].scope.layout
    row = np.repeat(np.arange(k), [c.n for c in found])
    entries = (np.ones(len(row)), (row, np.arange(len(row))))
    return Rows(
        rule=rule.name,
        matrix=sp.csr_array((k, layout.n)),
        lower=np.full(k, lower),
        upper=np.full(k, upper),
        gain=np.ones(k),
        details=tuple(c.scope.label for c in found),
        own=sp.csr_array(entries, shape=(k, len(row))),
    )


@dataclass(frozen=True)
class SupplierCountAtLeast(Rule):
    """At least so many suppliers of each (material, stage), each with a share worth the name.

    sum_i b_i >= n and X_i >= s T - s T_max (1 - b_i): who counts gives at least `least_share`
    s of the total T, whose largest value T_max comes from the network.
    """

    count: float
    each: str = SUPPLIER
    material: str | None = None
    stage: str | None = None
    least_share: float = 0.01

    sense: ClassVar[int] = -1
    unit: ClassVar[str] = "supplier"
    limit_field: ClassVar[str] = "count"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_each(self.name, self.each)
        if not 0.0 < self.least_share <= 1.0:
            raise SourcingError(
                f"rule {self.name!r}: least_share is {self.least_share:g}; give a share above 0 "
                f"and up to 1 (5 % is written 0.05).",
                (),
            )

    def build(self, layout: Layout) -> Built:
        """Return one row on their number for each (material, stage), and one a supplier."""
        found, notes = choices(layout, self.name, self.each, self.material, self.stage)
        if not found:
            return Built(notes=idle(self.name, found))
        number = _count(self, found, self.count, inf)
        columns = whole_columns(self.name, found, np.ones(number.own.shape[1]))
        return Built((number, self._shares(found)), notes=notes, columns=columns)

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the least number of suppliers with their share, of any (material, stage)."""
        found = named_suppliers(layout, self.name, self.each, self.material, self.stage)
        return float(min((self._with_share(c, x) for c in found), default=0))

    def _with_share(self, choice: Choice, x: Floats) -> int:
        total = float((choice.scope.total @ x[: choice.scope.layout.n])[0])
        enough = choice.given(x) >= self.least_share * total * (1 - _CLOSE)
        return int(np.count_nonzero(enough)) if total > 0 else choice.n

    def _shares(self, found: list[Choice]) -> Rows:
        blocks, top = [], []
        for c in found:
            every = sp.csr_array(np.ones((c.n, 1))) @ c.scope.total
            blocks.append(c.amounts - self.least_share * every)
            top.append(np.full(c.n, self.least_share * self._top(c)))
        most = np.concatenate(top)
        n = len(most)
        return Rows(
            rule=self.name,
            matrix=sp.csr_array(sp.vstack(blocks, format="csr")),
            lower=-most,
            upper=np.full(n, inf),
            gain=np.zeros(n),
            details=tuple(label for c in found for label in c.labels),
            own=sp.csr_array(sp.diags_array(-most)),
        )

    def _top(self, choice: Choice) -> float:
        if np.isfinite(choice.top):
            return choice.top
        raise SourcingError(
            f"rule {self.name!r}: nothing bounds the total of {choice.scope.label}; give every "
            f"source a capacity, or the demand an amount or a limit.",
            (),
        )
