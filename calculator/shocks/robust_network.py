"""The network of a plan in the quiet state and in each phase of each event, tied by contracts.

To the network of the plan are added: goods from stock where they arrive, a shortage at its price
where the plan delivers, and, where asked, spot purchases beside every contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite

import numpy as np

from calculator.numbers import FloatArray
from calculator.shocks.robust_rules import (
    CONTRACTS,
    STOCKS,
    FirmContracts,
    Limits,
    StartStock,
    Store,
    Years,
)
from calculator.shocks.stock_terms import DAYS_PER_YEAR
from calculator.shocks.touched import Phase
from calculator.sourcing import over_outcomes
from calculator.sourcing.expansion.changes import Changes
from calculator.sourcing.network import PASSING, Network, Outcome, Process, Supply

QUIET = "quiet"
_SPOT = "spot: "


@dataclass(frozen=True)
class Spot:
    """What can be bought beside the contracts once an event is on."""

    share: float
    """Of the capacity of each source that the event does not touch."""
    premium: float
    """Above its price or conversion cost, as a fraction."""


@dataclass(frozen=True)
class StoreTerms:
    """The stock of one good as it is asked for."""

    good: str
    nodes: tuple[str, ...]
    price_per_unit: float
    """At which what was drawn is bought again."""
    carry_per_unit: float
    least: float
    most: float
    public: float


@dataclass(frozen=True)
class Stages:
    """A network ready for two stages: widened, with its phases and its stocks."""

    network: Network
    """With stocks, shortages and spot purchases."""
    plain_sources: int
    """Number of supplies of the plan's own network; further ones were added."""
    plain_processes: int
    stores: tuple[StoreTerms, ...]
    shortage: tuple[int, ...]
    """Places of the shortages among the supplies."""

    @property
    def added(self) -> range:
        """Places of the stocks and shortages among the supplies."""
        first = self.shortage[0] - sum(len(s.nodes) for s in self.stores)
        return range(first, self.shortage[-1] + 1)


def widened(
    network: Network,
    stores: Sequence[StoreTerms],
    shortage_price: float,
    spot: Spot | None = None,
) -> Stages:
    """Add stocks, shortages and spot purchases to the network of a plan.

    Args:
        network: of the plan.
        stores: goods that may be held, and where they come in.
        shortage_price: of a unit that is not delivered, all that is lost with it.
        spot: what can be bought beside the contracts; nothing if left out.
    """
    supplies, processes = list(network.supplies), list(network.processes)
    if spot is not None and spot.share > 0:
        supplies += [_spot_supply(s, spot) for s in network.supplies if _has_spot(s)]
        processes += [_spot_process(p, spot) for p in network.processes if _has_spot(p)]
    supplies += [
        Supply(
            node, store.good, store.price_per_unit, route=PASSING,
            id=f"stock of {store.good} at {node}",
        )
        for store in stores
        for node in store.nodes
    ]  # fmt: skip
    first = len(supplies)
    wanted = [demand for demand in network.demands if demand.amount > 0]
    supplies += [
        Supply(d.node, d.commodity, shortage_price, route=PASSING,
               id=f"shortage of {d.id or d.commodity} at {d.node}")
        for d in wanted
    ]  # fmt: skip
    wide = replace(network, supplies=tuple(supplies), processes=tuple(processes))
    return Stages(
        wide,
        len(network.supplies),
        len(network.processes),
        tuple(stores),
        tuple(range(first, first + len(wanted))),
    )


def _has_spot(source: Supply | Process) -> bool:
    return source.route != PASSING and isfinite(source.capacity) and source.capacity > 0


def _name(source: Supply | Process) -> str:
    from calculator.sourcing.expansion.changes import name_of

    return f"{_SPOT}{name_of(source)}"


def _spot_supply(supply: Supply, spot: Spot) -> Supply:
    return replace(
        supply, id=_name(supply), capacity=spot.share * supply.capacity,
        price_per_unit=supply.price_per_unit + spot.premium * abs(supply.price_per_unit),
    )  # fmt: skip


def _spot_process(process: Process, spot: Spot) -> Process:
    cost = process.conversion_cost_per_unit
    return replace(
        process, id=_name(process), capacity=spot.share * process.capacity,
        conversion_cost_per_unit=cost + spot.premium * abs(cost),
    )  # fmt: skip


@dataclass(frozen=True)
class TwoStage:
    """One flat problem: the quiet state first, then the phases."""

    stages: Stages
    phases: tuple[Phase, ...]
    years: Years

    @classmethod
    def of(
        cls,
        stages: Stages,
        phases: Sequence[Phase],
        names: Sequence[str],
        chance: Sequence[float],
    ) -> TwoStage:
        """The problem of some events, by their number in the phases.

        Args:
            stages: the widened network.
            phases: of the events named, counted from 0.
            names: of the events.
            chance: of each event, in a year.
        """
        share = np.zeros((len(names) + 1, len(phases) + 1))
        for k, phase in enumerate(phases):
            share[phase.event + 1, k + 1] = phase.days / DAYS_PER_YEAR
        share[:, 0] = (1.0 - share.sum(axis=1)).clip(0.0)
        every = np.array([max(1.0 - sum(chance), 0.0), *chance])
        return cls(stages, tuple(phases), Years((QUIET, *names), every, share))

    @cached_property
    def network(self) -> Network:
        """The flat network."""
        names = [QUIET, *(f"phase {k + 1}" for k in range(len(self.phases)))]
        weight = self.years.weight / self.years.weight.sum()
        outcomes = [Outcome(name, float(w)) for name, w in zip(names, weight, strict=True)]
        return over_outcomes(self.stages.network, outcomes, {QUIET: self._shut})[0]

    @property
    def _shut(self) -> Changes:
        """While all is quiet there is no stock drawn, no shortage and no spot purchase."""
        net, shut = self.stages.network, {"capacity": 0.0}
        return {
            "supplies": {s.id: shut for s in net.supplies[self.stages.plain_sources :]},
            "processes": {p.id: shut for p in net.processes[self.stages.plain_processes :]},
        }

    def supply(self, places: Iterable[int], outcome: int) -> FloatArray:
        """Columns of supplies in an outcome."""
        return np.array([outcome * len(self.stages.network.supplies) + k for k in places], int)

    def process(self, places: Iterable[int], outcome: int) -> FloatArray:
        """Columns of processes in an outcome."""
        first = self.network.layout.first_process
        return np.array(
            [first + outcome * len(self.stages.network.processes) + k for k in places], int
        )

    def arc(self, places: Iterable[int], outcome: int) -> FloatArray:
        """Columns of lanes in an outcome."""
        first = self.network.layout.first_arc
        return np.array([first + outcome * len(self.stages.network.arcs) + k for k in places], int)

    @cached_property
    def contracts(self) -> FirmContracts:
        """What holds each phase to what is contracted."""
        found = [self._limits(phase, k + 1) for k, phase in enumerate(self.phases)]
        limits = Limits(*(np.concatenate(part) for part in zip(*found, strict=True)))
        return FirmContracts(CONTRACTS, limits)

    def _limits(self, phase: Phase, outcome: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        stages = self.stages
        s, p = stages.plain_sources, stages.plain_processes
        firm_s = [k for k in range(s) if stages.network.supplies[k].route != PASSING]
        firm_p = [k for k in range(p) if stages.network.processes[k].route != PASSING]
        lanes = np.flatnonzero(phase.lane < 1.0)
        factor = [phase.source[firm_s], phase.source[[s + k for k in firm_p]], phase.lane[lanes]]
        spot_s, spot_p = self._touched_spots(phase)
        factor.append(np.zeros(len(spot_s) + len(spot_p)))

        def columns(at: int) -> FloatArray:
            parts = (self.supply(firm_s, at), self.process(firm_p, at), self.arc(lanes, at),
                     self.supply(spot_s, at), self.process(spot_p, at))  # fmt: skip
            return np.concatenate(parts)

        return columns(outcome), columns(0), np.concatenate(factor)

    def _touched_spots(self, phase: Phase) -> tuple[list[int], list[int]]:
        """Spot purchases from sources that the event touches: there are none."""
        s, net = self.stages.plain_sources, self.stages.network
        own = {_name(net.supplies[k]) for k in range(s) if phase.source[k] < 1.0}
        made = {
            _name(net.processes[k])
            for k in range(self.stages.plain_processes)
            if phase.source[s + k] < 1.0
        }
        return (
            [k for k, x in enumerate(net.supplies) if k >= s and x.id in own],
            [k for k, x in enumerate(net.processes) if x.id in made],
        )

    @cached_property
    def stocks(self) -> StartStock:
        """What holds the draws of each event to the stocks at its start."""
        return StartStock(STOCKS, tuple(self._store(store) for store in self.stages.stores))

    def _store(self, store: StoreTerms) -> Store:
        names = {f"stock of {store.good} at {node}" for node in store.nodes}
        places = [k for k, s in enumerate(self.stages.network.supplies) if s.id in names]
        draws = []
        for event in range(len(self.years.names) - 1):
            mine = [k for k, phase in enumerate(self.phases) if phase.event == event]
            draws.append(
                tuple(
                    (int(column), self.phases[k].days / DAYS_PER_YEAR)
                    for k in mine
                    for column in self.supply(places, k + 1)
                )
            )
        return Store(
            store.good, store.carry_per_unit, store.least, store.most, store.public, tuple(draws)
        )

    def decisions(self, x: FloatArray) -> Mapping[str, float]:
        """What is contracted: label and rate of every source in the quiet state."""
        net = self.stages.network
        supplies = [k for k in range(len(net.supplies)) if k not in self.stages.added]
        at = [*self.supply(supplies, 0), *self.process(range(len(net.processes)), 0)]
        labels = self.network.layout.labels
        return {labels[int(k)]: float(x[int(k)]) for k in at}

    def lost(self, x: FloatArray) -> FloatArray:
        """(events,): units that each event keeps from being delivered."""
        found = np.zeros(len(self.years.names) - 1)
        for k, phase in enumerate(self.phases):
            rate = float(x[self.supply(self.stages.shortage, k + 1)].sum())
            found[phase.event] += rate * phase.days / DAYS_PER_YEAR
        return found
