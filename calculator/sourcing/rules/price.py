"""Rules on uncertain prices: what protection against them costs (MODEL 2.5).

Each adds a charge of the kind "price risk" to the cost, which the plan then keeps small. The
limit is a degree of caution: raising it by 1 costs the charge for one more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from calculator.sourcing.errors import SourcingError, did_you_mean
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built, Charge, Columns, Cone, Rows
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.price_moves import check_moves, exposure
from calculator.sourcing.rules.tail import (
    Turns,
    check_level,
    free_then_positive,
    tail_mean,
    tail_rows,
)

RISK = "price risk"
_NEGATIVE = 1e-9  # of the largest eigenvalue
_SUM = 1e-6


@dataclass(frozen=True)
class _Caution(Rule):
    """A limit that every plan meets, and that costs more the greater it is."""

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the limit itself."""
        return self.limit

    def _nominal(self) -> Built:
        """Nothing is added at a limit of 0, where the price of the limit is not given."""
        told = f"rule {self.name!r}: a {self.limit_field} of 0 is the nominal price"
        return Built(notes=(f"{told}; what the first bit of it would cost is not given.",))


def _columns(
    rule: str, names: tuple[str, ...], cost: Floats, gain: Floats, lower: Floats | None = None
) -> Columns:
    n = len(names)
    return Columns(
        rule=rule,
        labels=tuple(f"{rule}: {name}" for name in names),
        lower=np.zeros(n) if lower is None else lower,
        upper=np.full(n, inf),
        cost=cost,
        integer=np.zeros(n, np.bool_),
        kind=RISK,
        gain=gain,
    )


@dataclass(frozen=True)
class PriceBudget(_Caution):
    """Pay for the worst in which at most `budget` prices stand at their upper end.

    max sum_k d_k X_k z_k, 0 <= z_k <= 1, sum z_k <= budget, added to the cost by its dual:
    budget x z + sum_k p_k with z + p_k >= d_k X_k (Bertsimas and Sim 2004). `deviations` gives
    d_k, money a unit or, with `of_price`, a fraction of the price, for a supply, process, node,
    country, owner or material; what one name means moves together and counts as one price.
    """

    budget: float
    deviations: Mapping[str, float]
    of_price: bool = False

    unit: ClassVar[str] = "price"
    limit_field: ClassVar[str] = "budget"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_moves(self.name, self.deviations)

    def build(self, layout: Layout) -> Built:
        """Return one row a price and the variables of the dual."""
        moved = self._moves(layout)
        if self.budget == 0.0:
            return self._nominal()
        names = tuple(self.deviations)
        k = len(names)
        own = sp.hstack([sp.csr_array(np.ones((k, 1))), sp.eye_array(k)], format="csr")
        rows = Rows(
            self.name, sp.csr_array(-moved), np.zeros(k), np.full(k, inf), np.zeros(k), names,
            own=sp.csr_array(own),
        )  # fmt: skip
        cost = np.append(self.budget, np.ones(k))
        gain = np.append(1.0, np.zeros(k))
        return Built((rows,), columns=_columns(self.name, ("threshold", *names), cost, gain))

    def worst(self, layout: Layout, x: Floats) -> float:
        """Return what the worst adds to the cost at the flows `x`."""
        moves = np.sort(np.asarray(self._moves(layout) @ x[: layout.n]))[::-1]
        taken = np.clip(self.budget - np.arange(len(moves)), 0.0, 1.0)
        return float(moves @ taken)

    def _moves(self, layout: Layout) -> Any:
        size = np.array(list(self.deviations.values()), float)
        return sp.csr_array(
            sp.diags_array(size) @ exposure(layout, self.name, self.deviations, self.of_price)
        )


@dataclass(frozen=True)
class PriceEllipsoid(_Caution):
    """Pay for the worst prices within an ellipsoid: cost + radius x ||Sigma^(1/2) X||.

    (Ben-Tal and Nemirovski 1999.) Sigma is `covariance`, (money a unit)^2 by pair of names, or
    made of `deviations` and `correlation` (0 where not given); names as in `PriceBudget`. For
    normal prices the radius is the quantile: 1.645 for 95 %.
    """

    radius: float
    deviations: Mapping[str, float] = field(default_factory=dict)
    correlation: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    covariance: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    of_price: bool = False

    unit: ClassVar[str] = "standard deviation"
    limit_field: ClassVar[str] = "radius"

    def __post_init__(self) -> None:
        super().__post_init__()
        if bool(self.covariance) == bool(self.deviations):
            raise SourcingError(
                f"rule {self.name!r}: give deviations, with correlations if any, or else a "
                f"covariance.",
                (),
            )
        if self.deviations:
            check_moves(self.name, self.deviations)
        self._root()

    def build(self, layout: Layout) -> Built:
        """Return one cone and its length as a variable."""
        moved = exposure(layout, self.name, self._names, self.of_price)
        if self.radius == 0.0:
            return self._nominal()
        vectors = sp.csr_array(sp.csr_array(self._root()) @ moved)
        cone = Cone(
            rule=self.name,
            vectors=vectors,
            reach=sp.csr_array((1, layout.n)),
            gain_on_reach=0.0,
            detail=RISK,
            own_reach=sp.csr_array(np.ones((1, 1))),
        )
        length = _columns(self.name, ("length",), np.array([self.radius]), np.ones(1))
        return Built(cones=(cone,), columns=length)

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.deviations or self.covariance)

    def _root(self) -> Floats:
        """Rows R with R'R = Sigma.

        Raises:
            SourcingError: Sigma is not symmetric or has a direction of negative variance.
        """
        names = self._names
        if self.deviations:
            size = np.array([self.deviations[n] for n in names])
            sigma = self._table(self.correlation, names, 1.0) * np.outer(size, size)
        else:
            sigma = self._table(self.covariance, names, 0.0)
        value, vector = np.linalg.eigh(sigma)
        top = max(float(value.max(initial=0.0)), 0.0)
        if value.min(initial=0.0) < -_NEGATIVE * (top or 1.0):
            raise SourcingError(
                f"rule {self.name!r}: its correlations or covariances contradict each other (a "
                f"mix of prices would have a variance below 0); mend them.",
                (),
            )
        keep = value > _NEGATIVE * top
        return np.asarray(np.sqrt(value[keep])[:, None] * vector[:, keep].T)

    def _table(
        self, told: Mapping[str, Mapping[str, float]], names: tuple[str, ...], own: float
    ) -> Floats:
        index = {name: k for k, name in enumerate(names)}
        table = own * np.eye(len(names))
        given: dict[tuple[int, int], float] = {}
        for a, row in told.items():
            for b, value in row.items():
                for name in (a, b):
                    if name not in index:
                        raise SourcingError(
                            f"rule {self.name!r}: a pair names {name!r}, which has no deviation or "
                            f"variance of its own; {did_you_mean(name, names)}",
                            (),
                        )
                i, j = index[a], index[b]
                if given.get((j, i), value) != value or not isfinite(value):
                    raise SourcingError(
                        f"rule {self.name!r}: {a!r} with {b!r} is {value:g}, the other way round "
                        f"{given.get((j, i), value):g}; give one finite value.",
                        (),
                    )
                given[i, j] = table[i, j] = table[j, i] = value
        return table


@dataclass(frozen=True)
class PriceScenarios(_Caution):
    """Pay for prices that may turn out otherwise: expected and tail of a few price vectors.

    (1 - weight) x mean + weight x CVaR at `level` of sum_j (price_jw - price_j) x_j, added to
    the cost; the flows are the same in every scenario. `scenarios` gives each a `probability`
    and `prices` by supply (or node, country, owner, material); what is left out keeps its price.
    """

    weight: float
    level: float
    scenarios: Mapping[str, Any]

    limit_field: ClassVar[str] = "weight"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)
    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_level(f"rule {self.name!r}", self.level)
        for name, told in self.scenarios.items():
            self._check(name, told)
        total = sum(float(s["probability"]) for s in self.scenarios.values())
        if abs(total - 1.0) > _SUM:
            raise SourcingError(
                f"rule {self.name!r}: the probabilities of its scenarios sum to {total:g}; make "
                f"them sum to 1.",
                (),
            )

    def _check(self, name: str, told: Any) -> None:
        keys = set(told) if isinstance(told, Mapping) else set()
        good = keys == {"probability", "prices"} and isinstance(told["prices"], Mapping)
        numbers = [told["probability"], *told["prices"].values()] if good else []
        plain = all(isinstance(v, (int, float)) and isfinite(v) for v in numbers)
        if not (good and plain and 0.0 <= numbers[0] <= 1.0):
            raise SourcingError(
                f"rule {self.name!r}: scenario {name!r} must hold a probability between 0 and 1 "
                f"and prices, a number for each supply; write it so.",
                (),
            )

    def turns(self, layout: Layout) -> Turns:
        """Return what a unit of each flow costs beyond its own price in each scenario."""
        rows = [self._beyond(layout, told["prices"]) for told in self.scenarios.values()]
        p = np.array([float(told["probability"]) for told in self.scenarios.values()])
        return Turns(tuple(self.scenarios), p / p.sum(), sp.csr_array(np.array(rows)))

    def _beyond(self, layout: Layout, prices: Mapping[str, float]) -> Floats:
        moved = sp.csc_array(exposure(layout, self.name, prices, False) != 0)
        usual = layout.cost_by_kind[0] + layout.cost_by_kind[1] + layout.cost_by_kind[4]
        value = np.array(list(prices.values()), float)
        new = usual.copy()
        for k, j in zip(*moved.nonzero(), strict=True):
            new[j] = value[k] * layout.weight[j]
        return np.asarray(new - usual)

    def build(self, layout: Layout) -> Built:
        """Return the mean as a charge, and the tail as rows and variables of its own."""
        turns = self.turns(layout)
        mean = turns.mean()
        if self.weight == 0.0 or self.level == 0.0:
            return Built(charges=(Charge(self.name, RISK, mean, np.zeros(layout.n)),))
        point = 1.0 / self.natural
        charge = Charge(self.name, RISK, (1.0 - self.weight) * mean, -point * mean)
        rows, weight = tail_rows(self.name, turns, self.level)
        names = ("threshold", *turns.names)[: len(weight)]
        columns = _columns(
            self.name, names, self.weight * weight, point * weight, free_then_positive(len(weight))
        )
        return Built((rows,), columns=columns, charges=(charge,))

    def worst(self, layout: Layout, x: Floats) -> float:
        """Return the tail beyond the usual prices at the flows `x`."""
        turns = self.turns(layout)
        return tail_mean(turns.costs(x), turns.probability, self.level)
