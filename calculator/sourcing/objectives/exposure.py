"""Objectives on where it comes from: weighted risk and concentrated tonnage (MODEL 2.5).

Both are expected over outcomes and summed over periods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.goal import Goal
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.objectives.base import Objective
from calculator.sourcing.rows import Built, Columns, Cone
from calculator.sourcing.rules.accounts import Account, accounts
from calculator.sourcing.scope import EACH, MANY, Counted, Names, counted


@dataclass(frozen=True)
class Risk(Objective):
    """Weighted risk: sum of g_i x_i over the counted sources, g_i the weight of the country.

    `risks` maps a country to its weight (a governance score in 0..1, say). Without material or
    stage every counted source has its part, at each stage that the goods pass. `missing` is the
    weight of a source without a country or of one that `risks` does not hold; without it such
    sources are refused.
    """

    risks: Mapping[str, float]
    material: str | None = None
    stage: str | None = None
    missing: float | None = None

    word: ClassVar[str] = "risk"

    def __post_init__(self) -> None:
        extra = {} if self.missing is None else {"missing": self.missing}
        check_weights("risk", {**self.risks, **extra})

    def unit(self, layout: Layout) -> str:
        """Return the unit counted, weighted."""
        return f"{self._scopes(layout)[0].unit} weighted by risk"

    def build(self, layout: Layout) -> Goal:
        """Return the weight of each flow."""
        return Goal(0.0, self._weights(layout))

    def measure(self, layout: Layout, x: Floats, cost: float) -> float:
        """Return the weighted sum."""
        return float(self._weights(layout) @ x[: layout.n])

    def _weights(self, layout: Layout) -> Floats:
        by_node = self._by_node(layout)
        total = np.zeros(layout.n)
        for scope in self._scopes(layout):
            np.add.at(total, scope.column, scope.weight * by_node[scope.node])
        if np.isnan(total).any():
            raise SourcingError(self._unweighted(layout, by_node), ())
        return np.asarray(total * layout.probability)

    def _by_node(self, layout: Layout) -> Floats:
        rest = np.nan if self.missing is None else self.missing
        found = (self.risks.get(n.country or "", rest) for n in layout.network.nodes)
        return np.fromiter(found, np.float64, len(layout.network.nodes))

    def _unweighted(self, layout: Layout, by_node: Floats) -> str:
        used = {int(k) for scope in self._scopes(layout) for k in scope.node}
        nodes = [layout.network.nodes[k] for k in sorted(used) if np.isnan(by_node[k])]
        names = sorted({repr(n.country) if n.country else f"node {n.id!r}" for n in nodes})
        shown = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
        return f"objective 'risk': no risk is given for {shown}; add it, or a weight 'missing'."

    def _scopes(self, layout: Layout) -> tuple[Counted, ...]:
        found = counted(layout, self.material, self.stage)
        return one_unit("risk", found, "name the material or the stage")


@dataclass(frozen=True)
class _Whom:
    """The parties of one material, as `accounts` asks for them."""

    country: Names
    owner: Names
    material: str
    stage: str | None
    group: Names = None
    commodity: str | None = None
    outside: str | None = None
    rest: str = MANY


@dataclass(frozen=True)
class Concentration(Objective):
    """Concentrated tonnage, in money: sum over materials of p_e sum_i X_ei^2 / T_e.

    p_e from `prices` (money per unit counted), X_ei what country (or owner, by `each`) i
    supplies, T_e the total, supply without a country included. It is the value bought times its
    HHI. Convex with T_e a variable: u >= ||X||^2 / T is the cone ||(2 X, T - u)|| <= T + u.
    Without `stage` each stage of a material counts.
    """

    prices: Mapping[str, float]
    stage: str | None = None
    each: str = "country"

    word: ClassVar[str] = "concentration"

    def __post_init__(self) -> None:
        check_weights("concentration", self.prices)
        if self.each not in ("country", "owner"):
            raise SourcingError(
                f"objective 'concentration': each is {self.each!r}; give 'country' or 'owner'.", ()
            )

    def unit(self, layout: Layout) -> str:
        """Return the currency: value times HHI."""
        return f"{layout.network.currency} x HHI"

    def build(self, layout: Layout) -> Goal:
        """Return one own variable u and its cone for each account."""
        found = self._priced(layout)
        if not found:
            return Goal(0.0, np.zeros(layout.n))
        n = len(found)
        labels = tuple(f"concentrated {a.scope.label}" for a, _ in found)
        price = np.array([p for _, p in found])
        free = np.full(n, np.inf)
        columns = Columns(self.word, labels, np.zeros(n), free, price, np.zeros(n, np.bool_))
        cones = tuple(_square_over(self.word, a, k, n) for k, (a, _) in enumerate(found))
        return Goal(0.0, np.zeros(layout.n), (Built(cones=cones, columns=columns),))

    def measure(self, layout: Layout, x: Floats, cost: float) -> float:
        """Return the sum; an account in which nothing is sourced adds nothing."""
        return float(sum(p * _concentrated(a, x[: layout.n]) for a, p in self._priced(layout)))

    def _priced(self, layout: Layout) -> list[tuple[Account, float]]:
        """Each account, and its price times the probability of its outcome."""
        found = []
        for material, price in self.prices.items():
            country, owner = (EACH, None) if self.each == "country" else (None, EACH)
            for account in accounts(_Whom(country, owner, material, self.stage), layout):
                chance = float(layout.probability[account.scope.column].max())
                found.append((account, price * chance))
        return found


def _concentrated(account: Account, x: Floats) -> float:
    amounts, total = np.asarray(account.amounts @ x), float((account.scope.total @ x)[0])
    return float(amounts @ amounts) / total if total > 0 else 0.0


def _square_over(name: str, account: Account, k: int, n: int) -> Cone:
    """||(2 X, T - u_k)|| <= T + u_k over n own variables."""
    total, rows = account.scope.total, len(account.names) + 1
    minus: Any = sp.csr_array((np.array([-1.0]), (np.array([rows - 1]), np.array([k]))), (rows, n))
    plus: Any = sp.csr_array((np.ones(1), (np.zeros(1, np.int64), np.array([k]))), (1, n))
    return Cone(
        rule=name,
        vectors=sp.csr_array(sp.vstack([2.0 * account.amounts, total], format="csr")),
        reach=total,
        gain_on_reach=0.0,
        detail=account.scope.label,
        own_vectors=minus,
        own_reach=plus,
    )


def check_weights(word: str, weights: Mapping[str, float]) -> None:
    """Refuse weights that are none, negative or not numbers.

    Raises:
        SourcingError: with the first such weight.
    """
    if not weights:
        raise SourcingError(f"objective {word!r}: it weighs nothing; give at least one weight.", ())
    for name, weight in weights.items():
        if not (isfinite(weight) and weight >= 0):
            raise SourcingError(
                f"objective {word!r}: the weight of {name!r} is {weight:g}; give 0 or more.", ()
            )


def one_unit(word: str, scopes: tuple[Counted, ...], cure: str) -> tuple[Counted, ...]:
    """Return the scopes that have sources, which must be counted in one unit."""
    used = tuple(scope for scope in scopes if len(scope.column))
    units = sorted({scope.unit for scope in used})
    if len(units) == 1:
        return used
    said = f"would add {' and '.join(units)}; {cure}" if units else f"counts no source; {cure}"
    raise SourcingError(f"objective {word!r}: it {said}.", ())
