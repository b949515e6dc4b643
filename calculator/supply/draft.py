"""A network in the making: goods, nodes and lanes are added by name, each once.

A node is a stage in a country, with its owner where one is named; its id is ``stage:place``, such
as ``cell:POL`` or ``cell:POL (Maker)``. The rest of the world is a node without a country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite

from calculator.regions import EU
from calculator.sourcing.network import Arc, Commodity, Demand, Network, Node, Process, Supply
from calculator.supply.capacity import CountryCapacity
from calculator.supply.grounds import Ground, Ledger, ground
from calculator.supply.trade import REST, Trade, customs_area

EU_GROUP = "EU"


@dataclass(frozen=True)
class Shipment:
    """What a unit of a good weighs on its way and is declared to be worth."""

    commodity: str
    """Id under which freight and duty are tabled."""
    kg_per_unit: float
    value_usd_per_unit: float
    bulk: bool = False


def home_group(country: str) -> str:
    """Group of the nodes of a country's customs area: ``EU``, or the country itself."""
    area = customs_area(country)
    return EU_GROUP if area == EU else area


@dataclass
class Draft:
    """A network in the making; closed once and then frozen."""

    trade: Trade
    goods: dict[str, Commodity] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    supplies: dict[str, Supply] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    arcs: dict[str, Arc] = field(default_factory=dict)
    demands: list[Demand] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)

    def node(self, stage: str, country: str, group: str | None = None) -> str:
        """Id of the node of a country at a stage, made on first use."""
        return self._node(stage, country, country, None, group)

    def node_of(self, stage: str, place: CountryCapacity) -> str:
        """Id of the node of a country, or of an owner there, at a stage."""
        return self._node(stage, place.place, place.country, place.owner, None)

    def _node(
        self, stage: str, place: str, country: str, owner: str | None, group: str | None
    ) -> str:
        name = f"{stage}:{place}"
        home = None if country == REST else country
        groups = (home_group(country),) + ((group,) if group else ())
        self.nodes.setdefault(name, Node(name, home, owner, groups))
        return name

    def country_of(self, node: str) -> str:
        """Country of a node, the rest of the world included."""
        return self.nodes[node].country or REST

    def good(
        self,
        name: str,
        unit: str,
        material: str,
        stage: str | None,
        contents: Mapping[str, float],
        counted: bool = True,
    ) -> str:
        """Declare a commodity once; its name."""
        made = Commodity(name, unit, material, stage, dict(contents), counted)
        self.goods.setdefault(name, made)
        return name

    def supply(self, supply: Supply, *grounds: Ground) -> None:
        """Add a supply under its id, once."""
        if supply.id not in self.supplies:
            self.supplies[supply.id] = supply
            self.ledger.note(supply.id, *grounds)

    def run(self, process: Process, *grounds: Ground) -> None:
        """Add a process."""
        self.processes.append(process)
        self.ledger.note(process.id, *grounds)

    def pool(self, stage: str, material: str, unit: str, place: CountryCapacity) -> str | None:
        """A capacity that several processes of a place draw on; nothing where it has no limit.

        It is a good of its own, supplied at no cost up to the capacity.
        """
        if not isfinite(place.per_year):
            return None
        name = self.good(
            f"capacity of {material}", unit, f"capacity of {material}", None, {}, False
        )
        self.supply(
            Supply(
                self.node_of(stage, place),
                name,
                price_per_unit=0.0,
                capacity=place.per_year,
                id=f"{name} in {place.place}",
            ),
            place.ground,
        )
        return name

    def ship(self, good: str, source: str, target: str, shipment: Shipment) -> None:
        """Add a lane with its freight and duty, once."""
        name = f"{good} {source} to {target}"
        if name in self.arcs:
            return
        origin, destination = self.country_of(source), self.country_of(target)
        carriage = self.trade.carriage(shipment.commodity, origin, destination, shipment.bulk)
        duty = self.trade.duty(destination, origin, shipment.commodity)
        freight = carriage.usd_per_t / 1000.0 * shipment.kg_per_unit
        self.arcs[name] = Arc(
            source,
            target,
            good,
            freight_per_unit=freight,
            duty_rate=duty.rate,
            customs_value_per_unit=shipment.value_usd_per_unit,
            duty_base=duty.base,
            origin=None if origin == REST else origin,
            id=name,
        )
        self.ledger.note(name, carriage.ground, *([duty.ground] if duty.ground else []))

    def collect(
        self, good: str, source: str, targets: Iterable[str], usd: float, why: Ground
    ) -> None:
        """Add ways of scrap or old cells to recyclers: collection at ``usd`` a unit, no duty."""
        for target in targets:
            name = f"{good} {source} to {target}"
            self.arcs[name] = Arc(source, target, good, freight_per_unit=usd, id=name)
            self.ledger.note(name, why)

    def sink(self, node: str, good: str, value: float, name: str) -> None:
        """Add a way out for what nobody needs, earning ``value`` a unit."""
        self.demands.append(Demand(node, good, value_per_unit=value, id=name))

    def sellers(self) -> dict[str, tuple[str, ...]]:
        """Nodes where each good is supplied or made."""
        found: dict[str, dict[str, None]] = {}
        for supply in self.supplies.values():
            found.setdefault(supply.commodity, {})[supply.node] = None
        for process in self.processes:
            for good in process.outputs:
                found.setdefault(good, {})[process.node] = None
        return {good: tuple(nodes) for good, nodes in found.items()}

    def network(self, money: str) -> Network:
        """Close the draft."""
        return Network(
            commodities=tuple(self.goods.values()),
            nodes=tuple(self.nodes.values()),
            supplies=tuple(self.supplies.values()),
            processes=tuple(self.processes),
            arcs=tuple(self.arcs.values()),
            demands=tuple(self.demands),
            currency=money,
        )


NO_GROUND = ground("recipe", "by definition")
"""Under what the network defines and no record could state."""
