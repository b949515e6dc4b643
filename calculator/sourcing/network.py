"""The supply network: commodities, nodes, processes, arcs, supplies and demands.

Frozen records, plain numbers. A quantity is in the unit of its commodity (kg, kWh, ...) per
period; money is in the one currency the network names. Every node holds a country *and* an
owner, because a cap per country and a ban per owner group the same flows differently
(MODEL 2.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calculator.sourcing.layout import Layout

PRIMARY = "primary"
RECYCLED_ROUTES = frozenset({"recycled", "hydromet", "pyromet", "direct", "scrap"})
"""Routes that count as recycled unless a rule names its own."""
PASSING = "passing"
"""Route of a supply or process that only passes goods on (a store, a relay): never a source."""


@dataclass(frozen=True, slots=True)
class Commodity:
    """A good that flows: ore, sulphate, cathode, cell, scrap.

    `material` groups commodities under one rule (default: the id itself). `contents` is kg of
    each element or material held in one unit; a rule on a material found in `contents` counts
    contained kg, otherwise it counts units. A by-product that is not `counted` (scrap on its
    way to the recycler) is seen by those rules alone that name the commodity itself. `base` is
    the commodity this one is a part of (that made in one country, that in use): a rule that
    names the base counts both.
    """

    id: str
    unit: str = "kg"
    material: str = ""
    stage: str | None = None
    contents: Mapping[str, float] = field(default_factory=dict)
    counted: bool = True
    base: str = ""

    @property
    def material_label(self) -> str:
        """The material this commodity is grouped under."""
        return self.material or self.id


@dataclass(frozen=True, slots=True)
class Node:
    """A place that holds stock of goods: its country, its owner, the groups it belongs to.

    A node without a country is counted in the total of a rule, never as a country. `period`
    and `outcome` name when, and in which turn of events, the node is; money spent there counts
    by the discount of the one and the probability of the other. `base` is the node this one is
    a copy of, in that period or outcome.
    """

    id: str
    country: str | None = None
    owner: str | None = None
    groups: tuple[str, ...] = ()
    period: str | None = None
    outcome: str | None = None
    base: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """A recipe run at a node: units in and out per unit of activity.

    `conversion_cost_per_unit`, `emission_kg_per_unit` (kg CO2e) and `energy_kwh_per_unit` are
    per unit of activity; `capacity` is the largest activity of the period. `yields` states, for
    an element, content out = yield x content in, and is checked (MODEL 2.4, 3). `elsewhere`
    holds outputs at other nodes, by node and commodity: what comes back in a later period.
    `origin_from` is the input whose country of origin the outputs keep; without it they are
    from the country of the node (last substantial processing; see `origins`).
    """

    id: str
    node: str
    inputs: Mapping[str, float]
    outputs: Mapping[str, float]
    route: str = PRIMARY
    conversion_cost_per_unit: float = 0.0
    capacity: float = inf
    emission_kg_per_unit: float = 0.0
    energy_kwh_per_unit: float = 0.0
    yields: Mapping[str, float] = field(default_factory=dict)
    elsewhere: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    origin_from: str | None = None


@dataclass(frozen=True, slots=True)
class Arc:
    """A lane from one node to another for one commodity.

    Landed cost adds freight and duty = rate x customs value, where the customs value is
    `customs_value_per_unit`, plus freight when `duty_base` is "cif" (MODEL 2.4, 5). `origin`
    is the country the goods are declared to come from (default: that of the source node). An
    arc between two periods is a store: its freight is the cost of holding. `lead_periods` is
    how many periods the goods are under way, once the network is spread over periods;
    `duty_by_origin` gives the rate by country of origin, once origins are told apart (see
    `origins`), and `duty_rate` holds for any other.
    """

    source: str
    target: str
    commodity: str
    freight_per_unit: float = 0.0
    duty_rate: float = 0.0
    customs_value_per_unit: float = 0.0
    duty_base: str = "fob"
    origin: str | None = None
    capacity: float = inf
    emission_kg_per_unit: float = 0.0
    id: str = ""
    lead_periods: int = 0
    duty_by_origin: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """A source of a commodity at a node, at a price and up to a capacity.

    A negative price is a fee paid to whoever takes the goods (a gate fee).
    """

    node: str
    commodity: str
    price_per_unit: float
    capacity: float = inf
    route: str = PRIMARY
    emission_kg_per_unit: float = 0.0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """A use of a commodity at a node: at least `amount` (exactly, if `exact`).

    An amount of 0 makes a sink for a by-product. `value_per_unit` is earned on every unit
    delivered; `limit` is the most that is taken.
    """

    node: str
    commodity: str
    amount: float = 0.0
    exact: bool = False
    value_per_unit: float = 0.0
    limit: float = inf
    id: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time; `discount` is what a unit of money spent in it counts today.

    It begins at `start` and lasts `length` years; quantities and capacities are per period.
    """

    id: str
    discount: float = 1.0
    start: float | None = None
    length: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A turn of events with its probability; those of a network sum to 1."""

    id: str
    probability: float


@dataclass(frozen=True)
class Network:
    """The whole network; validated when made, every fault in one `SourcingError`.

    `currency` names currency and year, "USD_2024". A network over time or over outcomes is one
    flat network whose nodes say which period and outcome they are in. `notes` are told with
    every plan.
    """

    commodities: tuple[Commodity, ...]
    nodes: tuple[Node, ...]
    supplies: tuple[Supply, ...] = ()
    processes: tuple[Process, ...] = ()
    arcs: tuple[Arc, ...] = ()
    demands: tuple[Demand, ...] = ()
    currency: str = "USD_2024"
    periods: tuple[Period, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        from calculator.sourcing.validate import network_faults

        network_faults(self)

    @cached_property
    def layout(self) -> Layout:
        """Flat variables and sparse matrices, assembled on first use and kept."""
        from calculator.sourcing.layout import assemble

        return assemble(self)

    @cached_property
    def has_passing(self) -> bool:
        """Whether some supply or process only passes goods on."""
        routes = {s.route for s in self.supplies} | {p.route for p in self.processes}
        return PASSING in routes
