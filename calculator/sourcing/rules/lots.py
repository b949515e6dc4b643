"""Rules on suppliers as such: the least lot, and the fee of taking one on.

MODEL 2.4.16. X_i is what supplier i gives of a material at a stage, b_i in {0, 1} tells whether
it is used, K_i is the most it can give in this network (see `suppliers`), T the total. A
supplier is one supply or process; `each` makes it all of a country or of an owner instead.
Without material or stage a rule holds for each there is. Shadow prices hold with the whole
numbers as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built, Columns, Rows, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.links import linked
from calculator.sourcing.rules.suppliers import (
    SUPPLIER,
    Choice,
    check_each,
    choices,
    named_suppliers,
)
from calculator.sourcing.scope import Names

_CLOSE = 1e-6  # of a lot, or of a least share


@dataclass(frozen=True)
class LotRows(Rows):
    """L b_i - X_i <= 0: the right-hand side moves with the lot only where a supplier is used."""

    lot: float = 0.0

    def limit_gain(self, x: Floats) -> Floats:
        """Return minus the lots each supplier gives: 0, 1 of a least lot, k of multiples."""
        amount = np.asarray(-self.matrix @ x)
        used = amount > _CLOSE * self.lot
        return -np.where(used, np.round(amount / self.lot) if self._exact else 1.0, 0.0)

    @property
    def _exact(self) -> bool:
        return bool(np.all(self.lower == self.upper))


@dataclass(frozen=True)
class MinimumLot(Rule):
    """A supplier gives nothing or at least a lot: L b_i <= X_i <= K_i b_i.

    With `multiple`, whole lots only: X_i = L k_i with k_i = 0, 1, 2, ... `of` names the
    suppliers (or countries, owners) it is on; all if left out.
    """

    lot: float
    each: str = SUPPLIER
    material: str | None = None
    stage: str | None = None
    of: Names = None
    multiple: bool = False

    sense: ClassVar[int] = -1
    limit_field: ClassVar[str] = "lot"
    by_halves: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_each(self.name, self.each)

    def build(self, layout: Layout) -> Built:
        """Return two rows and one whole number for each supplier."""
        found, notes = self._choices(layout)
        if self.lot == 0.0 or not found:
            return Built(notes=idle(self.name, found))
        own = sp.eye_array(sum(c.n for c in found), format="csr")
        rows = [self._lots(found, own)]
        if self.multiple:
            most = np.concatenate([np.floor(c.most / self.lot * (1 + 1e-9)) for c in found])
        else:
            most = np.ones(own.shape[0])
            rows.append(linked(layout, self.name, found, lanes=False))
        return Built(tuple(rows), notes=notes, columns=whole_columns(self.name, found, most))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest lot that the plan meets: the smallest amount a supplier gives.

        Of multiples, the largest lot up to the one asked for that divides the smallest; the lot
        itself where no supplier is used.
        """
        found = self._named(layout)
        given = np.concatenate([np.zeros(0), *(c.given(x) for c in found)])
        used = given[given > 0]
        if not len(used):
            return self.lot
        if self.multiple and self.lot > 0:
            return float(np.min(used / np.maximum(np.ceil(used / self.lot - _CLOSE), 1.0)))
        return float(used.min())

    def limit_unit(self, layout: Layout) -> str:
        """Return the unit of what is counted."""
        units = {c.scope.unit for c in self._named(layout)}
        return units.pop() if len(units) == 1 else "unit"

    def _choices(self, layout: Layout) -> tuple[list[Choice], tuple[str, ...]]:
        found, notes = choices(layout, self.name, self.each, self.material, self.stage, self.of)
        # a lot may be more than anything the demand asks for: it is still one to be bought
        return [replace(c, most=np.maximum(c.most, self.lot)) for c in found], notes

    def _named(self, layout: Layout) -> list[Choice]:
        return named_suppliers(layout, self.name, self.each, self.material, self.stage, self.of)

    def _lots(self, found: list[Choice], own: Any) -> Rows:
        n = own.shape[0]
        return LotRows(
            rule=self.name,
            matrix=sp.csr_array(-sp.vstack([c.amounts for c in found], format="csr")),
            lower=np.full(n, 0.0 if self.multiple else -inf),
            upper=np.zeros(n),
            gain=-np.ones(n),
            details=tuple(label for c in found for label in c.labels),
            own=sp.csr_array(self.lot * own),
            lot=self.lot,
        )


def whole_columns(
    rule: str, found: list[Choice], most: Floats, fee: Floats | None = None, **more: Any
) -> Columns:
    """Return one whole number for each supplier, between 0 and `most`, at a fee."""
    return Columns(
        rule=rule,
        labels=tuple(f"{rule}: {label}" for c in found for label in c.labels),
        lower=np.zeros(len(most)),
        upper=most,
        cost=np.zeros(len(most)) if fee is None else fee,
        integer=np.ones(len(most), np.bool_),
        **more,
    )


@dataclass(frozen=True)
class SupplierFee(Rule):
    """Taking a supplier on costs a fixed sum: fee x b_i with X_i <= K_i b_i.

    `fees` states another fee for some of them by name. A supply that makes goods of several
    scopes pays in each.
    """

    fee: float
    each: str = SUPPLIER
    material: str | None = None
    stage: str | None = None
    fees: Mapping[str, float] = field(default_factory=dict)

    limit_field: ClassVar[str] = "fee"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_each(self.name, self.each)
        for name, fee in self.fees.items():
            if not 0.0 <= fee < inf:
                raise SourcingError(
                    f"rule {self.name!r}: the fee of {name!r} is {fee:g}; give 0 or more.", ()
                )

    def build(self, layout: Layout) -> Built:
        """Return one yes-or-no for each supplier, its amount and its lanes linked to it."""
        found, notes = self._choices(layout)
        if not found:
            return Built(notes=idle(self.name, found))
        names = [name for c in found for name in c.names]
        self._must_know(names)
        weight = np.concatenate([c.weight for c in found])
        fee = np.array([self.fees.get(name, self.fee) for name in names])
        general = np.array([name not in self.fees for name in names], np.float64)
        columns = whole_columns(
            self.name, found, np.ones(len(fee)), fee * weight, kind="fees", gain=general * weight
        )
        return Built((linked(layout, self.name, found),), notes=notes, columns=columns)

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the fee itself: no plan is too dear for it."""
        return self.fee

    def limit_unit(self, layout: Layout) -> str:
        """Return the currency."""
        return layout.network.currency

    def _choices(self, layout: Layout) -> tuple[list[Choice], tuple[str, ...]]:
        return choices(layout, self.name, self.each, self.material, self.stage)

    def _must_know(self, names: list[str]) -> None:
        for name in self.fees:
            if name not in names:
                raise SourcingError(
                    f"rule {self.name!r}: no {self.each} is called {name!r}; "
                    f"{did_you_mean(name, names)}",
                    (),
                )
