"""Today's mix as a chain: world shares by stage for one buyer, without solving anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.shocks.chain import Chain
from calculator.shocks.flows import Flows, Made, Sent, Used, chain_from
from calculator.shocks.from_plan import notes_of
from calculator.sourcing.network import Arc

if TYPE_CHECKING:
    from calculator.evaluation import Request
    from calculator.sourcing.network import Network
    from calculator.supply import SupplyNetwork
    from materials_db.database import MaterialsDB

_CAPACITY = "capacity of "


def chain_of_shares(
    db: MaterialsDB,
    chemistries: str | Sequence[str],
    importer: str,
    gwh_per_year: float,
    requests: Sequence[Request] | None = None,
) -> Chain:
    """The chain of today's world market for a buyer of cells.

    Every maker buys the world's mix of those that can sell to it, by their share of the world's
    capacity; several chemistries deliver the same energy each; nothing is recycled.

    Args:
        db: the materials database.
        chemistries: id, or several.
        importer: who buys the cells.
        gwh_per_year: cells of all chemistries together.
        requests: these chemistries with format, deck and year of one's own.

    Raises:
        InputError: no chemistry, or one that lacks a number.
        UnknownNameError: no chemistry bears the name.
    """
    from calculator.requests import request_for
    from calculator.supply import supply_network

    names = (chemistries,) if isinstance(chemistries, str) else tuple(chemistries)
    if not names and not requests:
        raise InputError("no chemistry is named; give at least one")
    asked = tuple(requests or (request_for(db, name) for name in names))
    supply = supply_network(db, asked, importer, gwh_per_year, market_access=1.0)
    flows = _Market(supply).flows()
    return chain_from(flows)


@dataclass(frozen=True)
class _Source:
    """A place that makes a good."""

    node: str
    capacity: float
    unit_cost: float
    inputs: Mapping[str, float]


@dataclass
class _Market:
    """Flows of today's market through a network, from the buyer back to the mines."""

    supply: SupplyNetwork
    made: list[Made] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    used: list[Used] = field(default_factory=list)

    @property
    def network(self) -> Network:
        return self.supply.network

    def flows(self) -> Flows:
        """Every good in turn, after all that is made of it."""
        goods = self.supply.cell_goods.values()
        share = self.supply.demand_kwh_per_year / len(goods)
        buyer = next(arc.target for arc in self.network.arcs if arc.commodity in set(goods))
        wanted: dict[str, dict[str, float]] = {good: {buyer: share} for good in goods}
        self.used += [Used(good, None, share) for good in goods]
        for good in self._downward():
            for node, amount in self._buy(good, wanted.get(good, {})).items():
                self._make(good, node, amount, wanted)
        return Flows(
            network=self.network,
            made=tuple(self.made),
            sent=tuple(self.sent),
            used=tuple(self.used),
            kwh_per_unit=dict.fromkeys(goods, 1.0),
            notes=(
                "today's mix: every maker buys from all that can sell to it, by their share of "
                "the world's capacity, and nothing is recycled",
                *notes_of(self.supply)[:1],
                *notes_of(self.supply)[2:],
            ),
        )

    def _buy(self, good: str, wanted: Mapping[str, float]) -> dict[str, float]:
        """Send what each buyer wants from those that can sell to it; amounts by seller."""
        found: dict[str, float] = {}
        for target, amount in wanted.items():
            sellers = self._sellers(good, target)
            total = sum(self._sources[good][arc.source].capacity for arc in sellers)
            if not sellers or total <= 0:
                raise InputError(f"nobody sells {good} to {target}; the table of shares lacks it")
            for arc in sellers:
                part = amount * self._sources[good][arc.source].capacity / total
                found[arc.source] = found.get(arc.source, 0.0) + part
                self.sent.append(Sent(good, arc.source, target, part, part * _landing(arc)))
        return found

    def _sellers(self, good: str, target: str) -> list[Arc]:
        able = self._sources.get(good, {})
        return [arc for arc in self._arcs.get((good, target), ()) if arc.source in able]

    def _make(
        self, good: str, node: str, amount: float, wanted: dict[str, dict[str, float]]
    ) -> None:
        source = self._sources[good][node]
        self.made.append(Made(good, node, "primary", amount, amount * source.unit_cost))
        for name, units in source.inputs.items():
            into = wanted.setdefault(name, {})
            into[node] = into.get(node, 0.0) + amount * units
            self.used.append(Used(name, good, amount * units))

    @cached_property
    def _arcs(self) -> dict[tuple[str, str], list[Arc]]:
        found: dict[tuple[str, str], list[Arc]] = {}
        for arc in self.network.arcs:
            found.setdefault((arc.commodity, arc.target), []).append(arc)
        return found

    @cached_property
    def _sources(self) -> dict[str, dict[str, _Source]]:
        """Places by good, with their share of the world's capacity."""
        counted = {good.id for good in self.network.commodities if good.counted}
        pools = {
            (s.node, s.commodity): s.capacity
            for s in self.network.supplies
            if s.commodity.startswith(_CAPACITY)
        }
        found: dict[str, dict[str, _Source]] = {}
        for s in self.network.supplies:
            if s.commodity in counted and isfinite(s.capacity) and s.capacity > 0:
                at = found.setdefault(s.commodity, {})
                at[s.node] = _Source(s.node, s.capacity, s.price_per_unit, {})
        for p in self.network.processes:
            made = [name for name in p.outputs if name in counted]
            pool = next((name for name in p.inputs if name.startswith(_CAPACITY)), "")
            capacity = min(p.capacity, pools.get((p.node, pool), p.capacity))
            if len(made) == 1 and isfinite(capacity) and capacity > 0:
                inputs = {name: units for name, units in p.inputs.items() if name in counted}
                at = found.setdefault(made[0], {})
                at[p.node] = _Source(p.node, capacity, p.conversion_cost_per_unit, inputs)
        return found

    def _downward(self) -> list[str]:
        """Goods with everything that is made of them before."""
        order: dict[str, None] = {}

        def add(good: str) -> None:
            for source in self._sources.get(good, {}).values():
                for name in source.inputs:
                    if name not in order:
                        add(name)
            order[good] = None

        for good in self.supply.cell_goods.values():
            if good not in order:
                add(good)
        return list(reversed(order))


def _landing(arc: Arc) -> float:
    """Freight and duty of a unit."""
    value = arc.customs_value_per_unit
    base = value + arc.freight_per_unit if arc.duty_base == "cif" else value
    return arc.freight_per_unit + arc.duty_rate * base
