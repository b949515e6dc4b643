"""Random supply networks of a wanted size: four stages, several metals, recyclers, many countries.

Mines ship concentrate to refiners, refiners and recyclers a salt to cathode makers, those cathode
powder to cell plants, those cells to markets. Freight grows with distance; capacities are twice
the need at every stage, most of it in a few countries, the largest of which is the cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from calculator.sourcing import (
    Arc,
    Capacity,
    Commodity,
    Demand,
    Network,
    Node,
    Process,
    RecycledFloor,
    Rule,
    ShareCap,
    Supply,
)

Floats = npt.NDArray[np.float64]

KG_PER_KWH = {"lithium": 0.11, "nickel": 0.64, "cobalt": 0.08, "manganese": 0.075}
_RECOVERY = {"lithium": 0.80, "nickel": 0.90, "cobalt": 0.85, "manganese": 0.80}
_NEED_KWH = 1.0e9
_SLACK = 2.0
_COUNTRIES = 24
_LARGEST_SHARE = 0.4  # of the sites, and the same share of the rest for the next country
_CHEAPER = 0.8
_CAP = 0.5
_CATHODE_KG_PER_KWH = 1.6


@dataclass(frozen=True)
class Records:
    """The data of one network before it is checked, and the rules on it."""

    commodities: tuple[Commodity, ...]
    nodes: tuple[Node, ...]
    supplies: tuple[Supply, ...]
    processes: tuple[Process, ...]
    arcs: tuple[Arc, ...]
    demands: tuple[Demand, ...]
    rules: tuple[Rule, ...]

    @property
    def variables(self) -> int:
        """Flows of the network."""
        return sum(map(len, (self.supplies, self.processes, self.arcs, self.demands)))

    def network(self) -> Network:
        """Return the checked network."""
        return Network(
            self.commodities, self.nodes, self.supplies, self.processes, self.arcs, self.demands
        )


def records(variables: int, seed: int = 0) -> Records:
    """Return a network of about this many variables; lanes are nearly all of them."""
    lanes_per_square = 2 * len(KG_PER_KWH) + 1
    n = max(round((variables / lanes_per_square) ** 0.5), 3)
    return _Builder(n, np.random.default_rng(seed)).build()


class _Builder:
    """Draws the sites first, then what stands on them."""

    def __init__(self, sites: int, random: np.random.Generator) -> None:
        self.n = sites
        self.random = random
        self.place: dict[str, Floats] = {}
        self.dear: dict[str, float] = {}
        self.nodes: list[Node] = []

    def build(self) -> Records:
        metals = tuple(KG_PER_KWH)
        mines = {metal: self._sites(f"mine {metal}", self.n) for metal in metals}
        refiners = {metal: self._sites(f"refiner {metal}", self.n) for metal in metals}
        recyclers = {
            metal: self._sites(f"recycler {metal}", max(self.n // 8, 1)) for metal in metals
        }
        makers, plants = self._sites("cathode maker", self.n), self._sites("cell plant", self.n)
        markets = self._sites("market", max(self.n // 4, 1))
        supplies, processes, arcs = [], [], []
        for metal in metals:
            supplies += self._mined(metal, mines[metal]) + self._recycled(metal, recyclers[metal])
            processes += self._refining(metal, refiners[metal])
            arcs += self._lanes(_ore(metal), mines[metal], refiners[metal], 0.05)
            arcs += self._lanes(_salt(metal), refiners[metal] + recyclers[metal], makers, 0.3)
        processes += self._cathodes(makers) + self._cells(plants)
        arcs += self._lanes("cathode", makers, plants, 0.4)
        arcs += self._lanes("cell", plants, markets, 2.0)
        return Records(
            commodities=_commodities(),
            nodes=tuple(self.nodes),
            supplies=tuple(supplies),
            processes=tuple(processes),
            arcs=tuple(arcs),
            demands=tuple(self._needs(markets)),
            rules=_rules(),
        )

    def _sites(self, kind: str, count: int) -> list[str]:
        names = [f"{kind} {k}" for k in range(count)]
        weight = _LARGEST_SHARE * (1.0 - _LARGEST_SHARE) ** np.arange(_COUNTRIES)
        country = self.random.choice(_COUNTRIES, count, p=weight / weight.sum())
        owner = self.random.integers(0, 3 * count, count)
        for name, c, o in zip(names, country, owner, strict=True):
            self.nodes.append(Node(name, f"C{c}", f"O{o}"))
            self.place[name] = self.random.random(2)
            self.dear[name] = _CHEAPER if c == 0 else 1.0
        return names

    def _capacity(self, need: float, count: int) -> list[float]:
        share = self.random.dirichlet(np.full(count, 2.0))
        return [float(v) for v in _SLACK * need * (0.5 / count + 0.5 * share)]

    def _needs(self, markets: list[str]) -> list[Demand]:
        share = self.random.dirichlet(np.full(len(markets), 2.0))
        return [
            Demand(market, "cell", float(s) * _NEED_KWH, id=f"need of {market}")
            for market, s in zip(markets, share, strict=True)
        ]

    def _prices(self, sites: list[str], low: float, high: float) -> list[float]:
        drawn = self.random.uniform(low, high, len(sites))
        return [self.dear[site] * float(v) for site, v in zip(sites, drawn, strict=True)]

    def _mined(self, metal: str, sites: list[str]) -> list[Supply]:
        need = KG_PER_KWH[metal] * _NEED_KWH / _RECOVERY[metal]
        capacity, price = self._capacity(need, len(sites)), self._prices(sites, 5.0, 20.0)
        return [
            Supply(site, _ore(metal), p, c, id=f"from {site}")
            for site, p, c in zip(sites, price, capacity, strict=True)
        ]

    def _recycled(self, metal: str, sites: list[str]) -> list[Supply]:
        need = 0.25 * KG_PER_KWH[metal] * _NEED_KWH
        capacity, price = self._capacity(need, len(sites)), self._prices(sites, 12.0, 30.0)
        return [
            Supply(site, _salt(metal), p, c, "recycled", id=f"from {site}")
            for site, p, c in zip(sites, price, capacity, strict=True)
        ]

    def _refining(self, metal: str, sites: list[str]) -> list[Process]:
        need = KG_PER_KWH[metal] * _NEED_KWH
        recipe = ({_ore(metal): 1.0 / _RECOVERY[metal]}, {_salt(metal): 1.0})
        return self._plants(sites, recipe, need, (2.0, 8.0))

    def _cathodes(self, sites: list[str]) -> list[Process]:
        used = {_salt(m): kg / _CATHODE_KG_PER_KWH / 0.95 for m, kg in KG_PER_KWH.items()}
        need = _CATHODE_KG_PER_KWH * _NEED_KWH
        return self._plants(sites, (used, {"cathode": 1.0}), need, (3.0, 9.0))

    def _cells(self, sites: list[str]) -> list[Process]:
        recipe = ({"cathode": _CATHODE_KG_PER_KWH}, {"cell": 1.0})
        return self._plants(sites, recipe, _NEED_KWH, (15.0, 40.0))

    def _plants(
        self,
        sites: list[str],
        recipe: tuple[dict[str, float], dict[str, float]],
        need: float,
        cost: tuple[float, float],
    ) -> list[Process]:
        capacity, price = self._capacity(need, len(sites)), self._prices(sites, *cost)
        return [
            Process(f"at {site}", site, *recipe, conversion_cost_per_unit=p, capacity=c)
            for site, p, c in zip(sites, price, capacity, strict=True)
        ]

    def _lanes(self, good: str, sources: list[str], targets: list[str], far: float) -> list[Arc]:
        start, end = (np.array([self.place[s] for s in side]) for side in (sources, targets))
        distance = np.hypot(*(start[:, None] - end[None, :]).transpose(2, 0, 1))
        freight = far * (0.1 + distance) * self.random.uniform(0.8, 1.2, distance.shape)
        return [
            Arc(source, target, good, usd)
            for (source, target), usd in zip(
                product(sources, targets), freight.ravel().tolist(), strict=True
            )
        ]


def _ore(metal: str) -> str:
    return f"{metal} concentrate"


def _salt(metal: str) -> str:
    return f"{metal} salt"


def _commodities() -> tuple[Commodity, ...]:
    ores = [Commodity(_ore(m), stage="mining", material=m) for m in KG_PER_KWH]
    salts = [Commodity(_salt(m), stage="refining", material=m) for m in KG_PER_KWH]
    ends = (Commodity("cathode", stage="cathode"), Commodity("cell", "kWh", stage="cell"))
    return (*ores, *salts, *ends)


def _rules() -> tuple[Rule, ...]:
    caps = [
        ShareCap(f"{metal} {stage}", _CAP, country="each", material=metal, stage=stage)
        for metal in KG_PER_KWH
        for stage in ("mining", "refining")
    ]
    ends = [
        ShareCap(stage, _CAP, country="each", material=stage, stage=stage)
        for stage in ("cathode", "cell")
    ]
    floors = [RecycledFloor(f"recycled {m}", 0.15, m, "refining") for m in KG_PER_KWH]
    nickel = Capacity("nickel mined", 2.0 * 0.64 * _NEED_KWH, "nickel", "mining")
    return (*caps, *ends, *floors, nickel)
