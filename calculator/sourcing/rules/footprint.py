"""Rules on what is emitted, spent and held: carbon, energy, minerals (MODEL 2.4.13, 2.5).

e_j is what one unit of flow j emits (kg CO2e) or takes (kWh), D what is delivered. Over outcomes
all of them are expected values, over periods sums.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Floats, Layout
from calculator.sourcing.rows import Built, Charge
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.amounts import (
    amount_rows,
    delivered,
    known_goods,
    names_of,
    one_unit,
    ratio_rows,
    row,
    value,
)
from calculator.sourcing.scope import Names, counted_whole


@dataclass(frozen=True)
class _PerDelivered(Rule):
    """A sum over the flows is at most a limit, or a limit for each unit delivered."""

    limit_field: ClassVar[str] = "limit_amount"
    of: ClassVar[str] = "unit"

    def build(self, layout: Layout) -> Built:
        """Return one row."""
        weights = self._weights(layout)
        if not weights.any():
            return Built(notes=(f"rule {self.name!r}: no record of this network has {self.of}.",))
        body, total = row(weights), self._total(layout)
        if total is None:
            return Built(rows=(amount_rows(self, body, self.of),))
        return Built(rows=(ratio_rows(self, body, total, self.of),))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the sum, or the sum for each unit delivered (0 where nothing is)."""
        amount, total = value(row(self._weights(layout)), x), self._total(layout)
        if total is None:
            return amount
        units = value(total, x)
        return amount / units if units > 0 else 0.0

    def limit_unit(self, layout: Layout) -> str:
        """Return the unit of the sum, per unit delivered where it is."""
        goods = self._goods(layout)
        return f"{self.of} per {one_unit(self, layout, goods, 'name one')}" if goods else self.of

    @abstractmethod
    def _weights(self, layout: Layout) -> Floats:
        """What is summed, per unit of each flow."""

    def _goods(self, layout: Layout) -> tuple[str, ...]:
        return names_of(getattr(self, "per", None))

    def _total(self, layout: Layout) -> Any:
        goods = self._goods(layout)
        if not goods:
            return None
        known_goods(self, layout, goods)
        one_unit(self, layout, goods, "name goods of one unit in 'per'")
        return row(delivered(self, layout, goods) * layout.probability)


@dataclass(frozen=True)
class CarbonCap(_PerDelivered):
    """Emissions are at most a limit: sum of e_j x_j <= limit (kg CO2e).

    With `per`, the limit is for each unit delivered of that good (or of several in one unit):
    sum of e_j x_j <= limit x D.
    """

    limit_amount: float
    per: Names = None

    of: ClassVar[str] = "kg CO2e"

    def _weights(self, layout: Layout) -> Floats:
        return layout.emission * layout.probability


@dataclass(frozen=True)
class EnergyCap(_PerDelivered):
    """Energy of the processes is at most a limit: sum of e_j z_j <= limit (kWh).

    With `per`, the limit is for each unit delivered of that good (or of several in one unit).
    """

    limit_amount: float
    per: Names = None

    of: ClassVar[str] = "kWh"

    def _weights(self, layout: Layout) -> Floats:
        return layout.energy * layout.probability


@dataclass(frozen=True)
class CarbonPrice(Rule):
    """Every kg CO2e costs `price`: the cost gains price x sum of e_j x_j, under "carbon".

    Money of a later period counts by its discount, of an outcome by its probability. Its shadow
    price is what is emitted (so discounted). What takes up carbon earns the price.
    """

    price: float

    unit: ClassVar[str] = "money for a kg CO2e"
    limit_field: ClassVar[str] = "price"

    def build(self, layout: Layout) -> Built:
        """Return the charge."""
        emitted = layout.emission * layout.weight
        note = () if emitted.any() else (f"rule {self.name!r}: no record emits anything.",)
        charge = Charge(self.name, "carbon", self.price * emitted, emitted)
        return Built(notes=note, charges=(charge,))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the price: a price is kept by whatever plan."""
        return self.price

    def limit_unit(self, layout: Layout) -> str:
        """Return money per kg CO2e in the currency of the network."""
        return f"{layout.network.currency} for a kg CO2e"


@dataclass(frozen=True)
class IntensityCap(_PerDelivered):
    """An element in what is sourced is at most a limit for each unit delivered.

    sum of c_g x_g <= limit x D, c_g the content of the element (kg per unit) in what is made at
    `stage`, of all chemistries together. Without `per` the limit is the kg in all. `commodity`
    counts some goods alone; without `stage`, the one stage at which the element is made.
    """

    limit_amount: float
    element: str
    per: Names = None
    stage: str | None = None
    commodity: Names = None

    def limit_unit(self, layout: Layout) -> str:
        """Return kg of the element (or the unit it is counted in), per unit delivered."""
        scopes = counted_whole(layout, self.element, self.stage)
        unit = scopes[0].unit if scopes else f"kg {self.element}"
        goods = self._goods(layout)
        return f"{unit} per {one_unit(self, layout, goods, 'name one')}" if goods else unit

    def _weights(self, layout: Layout) -> Floats:
        goods = known_goods(self, layout, names_of(self.commodity))
        every, found = layout.network.commodities, np.zeros(layout.n)
        stages = set()
        for scope in counted_whole(layout, self.element, self.stage):
            good = layout.sources.commodity[scope.source]
            keep = np.array([not goods or every[k].id in goods for k in good], np.bool_)
            np.add.at(found, scope.column[keep], scope.weight[keep])
            stages |= {every[k].stage for k in good[keep]}
        if len(stages) > 1:
            named = ", ".join(sorted(map(str, stages)))
            raise SourcingError(
                f"rule {self.name!r}: {self.element} is made at several stages ({named}) and would "
                "be counted at each; name the stage.",
                (),
            )
        return found * layout.probability
