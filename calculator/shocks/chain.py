"""The supply of a plan, as a stress test sees it: points, lanes and what feeds what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Point:
    """A good of the plan, pooled over the places that make it."""

    id: str
    """The commodity."""
    material: str
    stage: str | None
    unit: str
    per_day: float
    """What the plan takes of it in a day, in its unit."""
    price: float = 0.0
    """Mean landed cost per unit, in the money of the chain."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What comes to a point from one origin for one destination."""

    point: str
    origin: str | None
    """Country; ``None`` where it is not known singly, which no event on countries touches."""
    destination: str | None
    owner: str | None
    route: str
    """``primary``, or a route of recycling."""
    share: float
    """Of the point's flow; the shares of a point add to one."""


@dataclass(frozen=True, slots=True)
class Spare:
    """What a point can get elsewhere once it must: capacity the plan leaves unused."""

    point: str
    origin: str | None
    route: str
    share: float
    """Of the point's flow."""
    premium: float
    """Its cost above the point's price, as a fraction; negative where it is cheaper."""


@dataclass(frozen=True)
class Chain:
    """Points in the order in which goods move, from mine to product.

    ``recipe[target][source]`` is the units of the source in one unit of the target. A product is
    a point that feeds nothing; ``energy`` says how many kWh one unit of it is.
    """

    points: tuple[Point, ...]
    lanes: tuple[Lane, ...]
    recipe: Mapping[str, Mapping[str, float]]
    energy: Mapping[str, float]
    money: str
    """Such as ``USD_2025``."""
    spares: tuple[Spare, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Sentences on what the chain leaves out or assumes."""

    @property
    def gwh_per_day(self) -> float:
        """What the plan delivers in a day."""
        made = {point.id: point.per_day for point in self.points}
        return sum(made[name] * kwh for name, kwh in self.energy.items()) / 1e6
