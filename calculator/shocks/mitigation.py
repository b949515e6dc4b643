"""What stands ready against an event: stocks, other sources, recycling, substitutes, a switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.shocks.chain import Chain, Point

if TYPE_CHECKING:
    from calculator.scenario.shocks import MoreRecycling, SecondSource, Shocks, Substitution
    from materials_db.database import MaterialsDB

Kind = Literal["second_source", "recycling", "substitution"]
KINDS: tuple[Kind, ...] = ("second_source", "recycling", "substitution")


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock that is full on day 0."""

    days: float
    """Of the plan's use."""
    material: str | None = None
    """Material, or id of a point; every good of the plan if not said."""
    stage: str | None = None
    public: bool = False
    """Drawn after the plan's own, and not refilled within the test."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What steps in for planned flow; it needs none of the plan's inputs."""

    kind: Kind
    material: str
    """Material, or id of a point."""
    stage: str | None = None
    most: float = 0.0
    """Share of the plan's need, a fraction."""
    lead_days: float = 0.0
    """From the start of the event to the first delivery."""
    ramp_days: float = 0.0
    """From the first delivery to the most, in a straight line."""
    premium: float = 0.0
    """Above the plan's mean landed price, as a fraction."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Cells of one chemistry of the plan made in place of others that fall short."""

    to: str
    """Chemistry, or id of its point."""
    most: float
    """Share of all energy, a fraction."""
    lead_days: float = 0.0
    ramp_days: float = 0.0


@dataclass(frozen=True)
class Mitigation:
    """All that stands ready, and what a shortage and a stock cost; money is that of the chain."""

    stocks: tuple[Stock, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    switch: Switch | None = None
    release_after_days: float = 0.0
    """Days from the start of the event before which no public stock is given out."""
    transit_days: Mapping[str, float] = field(default_factory=dict)
    """Days that goods are under way to a point, by its id; what is under way still arrives."""
    shortage_cost_per_kwh: float | None = None
    """Not counted if nothing."""
    holding_per_year: float | None = None
    """Of the value of the plan's own stock, a fraction; not counted if nothing."""
    vehicle_kwh: float | None = None
    """Energy of one pack, to count vehicles."""

    @property
    def bare(self) -> Mitigation:
        """The same terms with nothing that stands ready."""
        return replace(self, stocks=(), alternatives=(), switch=None)


def mitigation_of(
    db: MaterialsDB, shocks: Shocks, money: str, vehicle_kwh: float | None = None
) -> Mitigation:
    """The mitigation of a scenario; a stock is no larger than keeps.

    Args:
        db: the database, for its exchange rates.
        shocks: that part of the scenario.
        money: of the chain, such as ``USD_2025``.
        vehicle_kwh: energy of one pack.
    """
    parts: tuple[tuple[Kind, Sequence[SecondSource | MoreRecycling | Substitution]], ...] = (
        ("second_source", shocks.second_source),
        ("recycling", shocks.recycling),
        ("substitution", shocks.substitution),
    )
    holding, asked = shocks.holding_percent, shocks.switch
    return Mitigation(
        stocks=_stocks(shocks),
        alternatives=tuple(
            Alternative(
                kind, entry.material, entry.stage, entry.most_percent / 100,
                entry.lead_time_days, entry.ramp_days, entry.premium_percent / 100,
            )
            for kind, part in parts
            for entry in part
        ),
        switch=None
        if asked is None
        else Switch(asked.to, asked.most_percent / 100, asked.lead_time_days, asked.ramp_days),
        shortage_cost_per_kwh=_per_kwh(db, shocks.shortage_cost, money),
        holding_per_year=None if holding is None else holding / 100,
        vehicle_kwh=vehicle_kwh,
    )  # fmt: skip


def _stocks(shocks: Shocks) -> tuple[Stock, ...]:
    return tuple(
        Stock(
            # what is used first in, first out is as old as its days of cover
            s.cover_days if s.shelf_life_days is None else min(s.cover_days, s.shelf_life_days),
            s.material,
            s.stage,
            s.public,
        )
        for s in shocks.stock
    )


def _per_kwh(db: MaterialsDB, text: str | None, money: str) -> float | None:
    """``60 USD_2025/kWh`` in the money of the chain."""
    if text is None:
        return None
    from calculator.money import convert
    from materials_db.units import split_quantity

    return float(convert(db, *split_quantity(text), f"{money}/kWh")[0])


# --- on the points of a chain ----------------------------------------------------------


def points_named(chain: Chain, material: str | None, stage: str | None) -> list[int]:
    """Positions of the points of a material at a stage, or of the point of that id.

    Raises:
        InputError: the chain has none.
    """
    found = [k for k, point in enumerate(chain.points) if _is(point, material, stage)]
    if found:
        return found
    from materials_db.faults import did_you_mean

    of = [p for p in chain.points if material in (None, p.material, p.id)]
    if of and stage is not None:
        stages = " or ".join(sorted({str(p.stage) for p in of}))
        raise InputError(
            f"the plan does not buy {material or 'anything'} at stage '{stage}'; give {stages}"
        )
    known = sorted({p.material for p in chain.points})
    raise InputError(f"the plan buys no '{material}'; {did_you_mean(str(material), known)}")


def _is(point: Point, material: str | None, stage: str | None) -> bool:
    return material in (None, point.material, point.id) and stage in (None, point.stage)


def cover_days(chain: Chain, mitigation: Mitigation, *, public: bool) -> FloatArray:
    """(P,) days of cover at each point, own or public.

    Raises:
        InputError: a stock of a good the plan does not buy, or below zero.
    """
    days = np.zeros(len(chain.points))
    for stock in mitigation.stocks:
        if not 0.0 <= stock.days < 1e6:
            raise InputError(f"a stock covers {stock.days:g} days; give 0 or more")
        if stock.public == public:
            days[points_named(chain, stock.material, stock.stage)] += stock.days
    return days


def ramp(since: FloatArray, edges: FloatArray, lead_days: float, ramp_days: float) -> FloatArray:
    """(T, E): mean over each step of what has come up, from 0 to 1 in a straight line.

    Args:
        since: (E,) day on which the clock starts.
        edges: (T + 1,) days.
        lead_days: days to the first delivery.
        ramp_days: days from there to the whole.
    """
    if min(lead_days, ramp_days) < 0:
        raise InputError("a lead time or a ramp is below 0 days; give 0 or more")
    after = edges[:, None] - (since + lead_days)
    inside = np.clip(after, 0.0, ramp_days)
    grown = inside * inside / (2.0 * ramp_days) if ramp_days > 0 else 0.0
    area = grown + np.maximum(after - ramp_days, 0.0)
    return np.asarray(np.diff(area, axis=0) / np.diff(edges)[:, None])


def checked_share(what: str, share: float) -> float:
    """A share from 0 to 1.

    Raises:
        InputError: it is none.
    """
    if not 0.0 <= share <= 1.0:
        raise InputError(f"{what} is {100 * share:g} %; give 0 to 100 %")
    return share
