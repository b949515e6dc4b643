"""Capacity that projects add to the network: places of their own, with the cost the caller states.

A project is an owner in its country at its stage, with a capacity, and sells or converts at its own
cost. Shares of world output stay those of the tables, so market prices do not move with it. Output
that is promised to the buyer is his whole; of the rest he gets what he gets of any source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite

from calculator.errors import InputError
from calculator.sourcing.network import Network
from calculator.sourcing.plan import Plan
from calculator.supply.capacity import Capacities, CountryCapacity
from calculator.supply.chains import MINING
from calculator.supply.draft import Draft
from calculator.supply.grounds import Ground, ground

CONTRACTED = "contracted output"
"""Group of the nodes whose output is promised to the buyer."""


def _as_asked() -> Ground:
    return ground("capacity", "a project, as asked", (), ("a project, as asked",))


@dataclass(frozen=True)
class ProjectCapacity:
    """What a project gives in the year of the question; kg (or kWh of cells) a year."""

    name: str
    owner: str
    """Who stands in the ids and rows of the network."""
    country: str
    stage: str
    material: str
    """Name under which shares are counted, such as ``lithium`` or ``battery_cell``."""
    per_year: float
    usd_per_unit: float
    """Selling price at the mine, else the cost of turning inputs into a unit; of the network's
    money, per kg of the element contained where it is mined or refined."""
    good: str | None = None
    """Which of the goods counted under the material it makes; all of them where None."""
    offtake: float | None = None
    """Fraction promised to the buyer; market access decides where None."""
    ground: Ground = field(default_factory=_as_asked)

    @property
    def key(self) -> tuple[str, str]:
        """Material and stage."""
        return self.material, self.stage

    @property
    def place(self) -> CountryCapacity:
        """Its place in the network."""
        per_year = self.per_year * (1.0 if self.offtake is None else self.offtake)
        return CountryCapacity(self.country, per_year, 0.0, self.ground, self.owner)

    @property
    def node(self) -> str:
        """Id of its node."""
        return f"{self.stage}:{self.place.place}"


@dataclass(frozen=True)
class ProjectUse:
    """What a plan takes of a project; amounts a year in ``unit``."""

    project: ProjectCapacity
    used: float
    open_to_buyer: float
    """What the buyer could take."""
    unit: str

    @property
    def share(self) -> float:
        """Used of what is open; 0 where nothing is."""
        return self.used / self.open_to_buyer if self.open_to_buyer > 0 else 0.0


def with_projects(able: Capacities, projects: Iterable[ProjectCapacity]) -> Capacities:
    """The capacities with those of projects beside them.

    Raises:
        InputError: a material that the share table does not follow at the stage, a number that
            cannot be, or one owner twice in a place.
    """
    added: dict[tuple[str, str], list[CountryCapacity]] = {}
    seen: set[str] = set()
    for one in projects:
        _check(able, one)
        at = f"{one.material} {one.node}"
        if at in seen:
            raise InputError(
                f"project '{one.name}': {one.owner} stands twice for {one.material} at {one.stage} "
                f"in {one.country}; add the two up or give another 'owner'"
            )
        seen.add(at)
        if one.place.per_year > 0:
            added.setdefault(one.key, []).append(one.place)
    return replace(able, added={key: tuple(places) for key, places in added.items()})


def _check(able: Capacities, one: ProjectCapacity) -> None:
    from materials_db.faults import did_you_mean

    if not able.knows(*one.key):
        known = sorted(material for material, stage in able.shares if stage == one.stage)
        raise InputError(
            f"project '{one.name}': no cell plan follows {one.material} at {one.stage}; "
            f"{did_you_mean(one.material, known)}"
        )
    if not (isfinite(one.per_year) and one.per_year >= 0 and isfinite(one.usd_per_unit)):
        raise InputError(f"project '{one.name}': capacity or cost is no number; mend it")
    if one.offtake is not None and not 0.0 <= one.offtake <= 1.0:
        raise InputError(f"project '{one.name}': offtake {one.offtake:g}; give a fraction 0 to 1")


def price_projects(draft: Draft, projects: Iterable[ProjectCapacity]) -> None:
    """Give the supplies and processes of projects their own cost, and mark promised output.

    Raises:
        InputError: a project whose material these cells do not hold.
    """
    for one in projects:
        if one.place.per_year <= 0:
            continue
        _keep_only(draft, one)
        if not _makes_anything(draft, one):
            raise InputError(
                f"project '{one.name}' makes {one.good or one.material} at {one.stage}, which "
                "these cells do not take; leave it out or source another chemistry"
            )
        _price(draft, one)
        if one.offtake is not None:
            node = draft.nodes[one.node]
            draft.nodes[one.node] = replace(node, groups=(*node.groups, CONTRACTED))


def _keep_only(draft: Draft, one: ProjectCapacity) -> None:
    """Drop what a project does not make of the goods that are counted under one name."""
    if one.good is None:
        return
    others = {
        good
        for process in draft.processes
        if process.node == one.node and one.good not in process.outputs
        for good in process.outputs
    }
    draft.processes[:] = [p for p in draft.processes if p.node != one.node or one.good in p.outputs]
    for name, arc in list(draft.arcs.items()):
        if arc.source == one.node and arc.commodity in others:
            del draft.arcs[name]


def _makes_anything(draft: Draft, one: ProjectCapacity) -> bool:
    sold = {s.node for s in draft.supplies.values() if draft.goods[s.commodity].counted}
    return one.node in sold | {process.node for process in draft.processes}


def _price(draft: Draft, one: ProjectCapacity) -> None:
    quantity = "price" if one.stage == MINING else "conversion"
    said = (f"{one.name}: {one.usd_per_unit:.4g} USD a unit, as asked",)
    why = ground(quantity, f"cost of {one.name}", (), said)
    for name, supply in draft.supplies.items():
        if supply.node == one.node and draft.goods[supply.commodity].counted:
            draft.supplies[name] = replace(supply, price_per_unit=one.usd_per_unit)
            _reground(draft, name, why)
    for at, process in enumerate(draft.processes):
        if process.node == one.node:
            cost = one.usd_per_unit
            draft.processes[at] = replace(process, conversion_cost_per_unit=cost)
            _reground(draft, process.id, why)


def _reground(draft: Draft, name: str, why: Ground) -> None:
    """Let a row rest on the project's cost instead of the country's."""
    kept = [one for one in draft.ledger.rows.get(name, []) if one.quantity != why.quantity]
    draft.ledger.rows[name] = [*kept, why]


def project_uses(
    network: Network, plan: Plan, projects: Iterable[ProjectCapacity], access: float = 1.0
) -> tuple[ProjectUse, ...]:
    """What a plan takes of each project.

    Args:
        network: the network of the plan.
        plan: an optimal plan.
        projects: those of the network.
        access: fraction of a source that one buyer can get.
    """
    units = {good.id: good.unit for good in network.commodities if good.counted}
    taken: dict[str, float] = {}
    for row in plan.sources:
        if row.commodity in units:
            taken[row.node] = taken.get(row.node, 0.0) + row.quantity
    return tuple(_use(one, taken, access) for one in projects)


def _use(one: ProjectCapacity, taken: Mapping[str, float], access: float) -> ProjectUse:
    part = access if one.offtake is None else 1.0
    unit = "kWh" if one.stage == "cell" else "kg"
    return ProjectUse(one, taken.get(one.node, 0.0), one.place.per_year * part, unit)
