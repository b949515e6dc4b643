"""What a robust plan is shown as: stocks, events, contracts by country beside the cheapest plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from calculator.shocks.robust_network import QUIET
from calculator.sourcing.network import PASSING
from calculator.sourcing.plan import Plan, ShareRow

_SHOWN_FROM = 1e-6
CELL = "cell"


@dataclass(frozen=True, slots=True)
class RobustStock:
    """The stock of one good at the start."""

    good: str
    quantity: float
    unit: str
    days: float
    """Of what the cheapest plan uses of it."""
    purchase: float
    carry_per_year: float

    @property
    def tonnes(self) -> float | None:
        """Tonnes; nothing for what is not counted in kg."""
        return self.quantity / 1e3 if self.unit == "kg" else None


@dataclass(frozen=True, slots=True)
class RobustEvent:
    """A year with one event, under the cheapest plan and under the robust one.

    ``extra`` is its cost above that of the cheapest plan in a quiet year, shortage, stocks and
    dearer contracts included.
    """

    event: str
    name: str
    probability: float
    extra_cheapest: float
    extra_robust: float
    lost_cheapest: float
    lost_robust: float

    @property
    def saved(self) -> float:
        """What the robust plan saves in such a year."""
        return self.extra_cheapest - self.extra_robust


@dataclass(frozen=True, slots=True)
class ContractRow:
    """Share of one country in a material at a stage while all is quiet."""

    material: str
    stage: str | None
    country: str | None
    cheapest: float
    robust: float


def contract_rows(cheapest: Plan, robust: Plan) -> tuple[ContractRow, ...]:
    """Return the shares by country of both plans in the quiet state, where either has one."""
    before, after = _shares(cheapest.shares), _shares(robust.shares, QUIET)
    keys = dict.fromkeys([*before, *after])
    rows = [ContractRow(*key, before.get(key, 0.0), after.get(key, 0.0)) for key in keys]
    rows = [row for row in rows if max(row.cheapest, row.robust) > _SHOWN_FROM]
    return tuple(sorted(rows, key=lambda r: (r.stage or "", r.material, r.country or "~")))


def _shares(
    rows: Iterable[ShareRow], outcome: str | None = None
) -> dict[tuple[str, str | None, str | None], float]:
    found: dict[tuple[str, str | None, str | None], float] = {}
    for row in rows:
        if row.outcome == outcome:
            key = (row.material, row.stage, row.country)
            found[key] = found.get(key, 0.0) + row.share
    return found


def needs(plan: Plan, goods: Iterable[str]) -> dict[str, float]:
    """Return what a plan uses of each good in a year, in its unit."""
    layout = plan.layout
    assert layout is not None
    found = dict.fromkeys(goods, 0.0)
    network = layout.network
    for k, process in enumerate(network.processes):
        if process.route != PASSING:
            for good in found.keys() & process.inputs.keys():
                found[good] += process.inputs[good] * float(plan.x[layout.first_process + k])
    for k, demand in enumerate(network.demands):
        if demand.commodity in found:
            found[demand.commodity] += float(plan.x[layout.first_use + k])
    return found


def stock_prices(plan: Plan, goods: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """Return the mean landed price of each good where it comes in; 0 where none is known.

    Customs value, freight and duty of the lanes to the nodes named: by what they carry, or the
    cheapest where they carry nothing. A cell is worth what the plan costs a unit of energy.
    """
    layout = plan.layout
    assert layout is not None
    made = sum(demand.amount for demand in layout.network.demands)
    cells = {good.id for good in layout.network.commodities if good.stage == CELL}
    landed: dict[str, list[tuple[float, float]]] = {good: [] for good in goods}
    for k, arc in enumerate(layout.network.arcs):
        if arc.target in goods.get(arc.commodity, ()):
            base = arc.customs_value_per_unit
            charged = base + (arc.freight_per_unit if arc.duty_base == "cif" else 0.0)
            price = base + arc.freight_per_unit + arc.duty_rate * charged
            amount = float(plan.x[layout.first_arc + k])
            landed[arc.commodity].append((price if base > 0 else 0.0, amount))
    return {
        good: plan.cost / made if good in cells else _mean(found) for good, found in landed.items()
    }


def _mean(found: list[tuple[float, float]]) -> float:
    if not found:
        return 0.0
    price, amount = np.array(found).T
    if amount.sum() > 0:
        return float(price @ amount / amount.sum())
    return float(price.min())
