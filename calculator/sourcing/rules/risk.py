"""Rules on the average risk of where it comes from (MODEL 2.4.10 and 5).

g_i in [0, 1] is the risk of country (or owner) i, X_i what it supplies of a material at a stage,
T the variable total there.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Bools, Floats, Layout
from calculator.sourcing.rows import Built, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.amounts import names_of, ratio_rows, row, value
from calculator.sourcing.scope import Counted, Names, counted


@dataclass(frozen=True)
class _OnRisk(Rule):
    """sum of w_i X_i <= limit x T in each (material, stage)."""

    limit_field: ClassVar[str] = "limit_amount"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def build(self, layout: Layout) -> Built:
        """Return one row for each (material, stage)."""
        rows = [ratio_rows(self, body, s.total, s.label) for s, body in self._bodies(layout)]
        return Built(rows=tuple(rows), notes=idle(self.name, rows))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest average of any (material, stage); 0 where nothing is sourced."""
        found = [(value(body, x), value(s.total, x)) for s, body in self._bodies(layout)]
        return max((risk / total for risk, total in found if total > 0), default=0.0)

    def _bodies(self, layout: Layout) -> list[tuple[Counted, Any]]:
        bodies = []
        for scope in self.scopes(layout):
            weights = np.zeros(layout.n)
            np.add.at(weights, scope.column, scope.weight * self.risk_of(layout, scope))
            bodies.append((scope, row(weights)))
        return bodies

    @abstractmethod
    def scopes(self, layout: Layout) -> list[Counted]:
        """Return each (material, stage) the rule is on."""

    @abstractmethod
    def risk_of(self, layout: Layout, scope: Counted) -> Floats:
        """Return the weight of each counted source."""


def _check(name: str, risks: Mapping[str, float], others: Mapping[str, float | None]) -> None:
    """Refuse weights outside 0 to 1."""
    if not risks:
        raise SourcingError(f"rule {name!r}: risks is empty; give a weight per country.", ())
    for whose, weight in {**risks, **{k: v for k, v in others.items() if v is not None}}.items():
        if not (isfinite(weight) and 0 <= weight <= 1):
            raise SourcingError(
                f"rule {name!r}: the weight of {whose!r} is {weight:g}; give between 0 and 1.", ()
            )


def _weights(
    rule: RiskCap | GeoPolRiskCap, layout: Layout, scope: Counted, of: str, needed: Bools
) -> Floats:
    """Risk of each counted source; that of the sources not `needed` may be anything."""
    nodes = [layout.network.nodes[k] for k in scope.node]
    names = [getattr(node, of) for node in nodes]
    lost = [
        repr(name) if name else f"node {node.id!r} (without {of})"
        for name, node, need in zip(names, nodes, needed, strict=True)
        if need and name not in rule.risks
    ]
    if lost and rule.missing is None:
        told = list(dict.fromkeys(lost))
        shown = ", ".join(told[:8]) + (", ..." if len(told) > 8 else "")
        raise SourcingError(
            f"rule {rule.name!r}: no risk is given for {shown}; add it to risks, or give the "
            "weight of all such as 'missing'.",
            (),
        )
    rest = rule.missing or 0.0
    return np.array([rule.risks.get(name, rest) for name in names], np.float64)


@dataclass(frozen=True)
class RiskCap(_OnRisk):
    """The average risk of what is sourced is at most a limit: sum of g_i X_i <= limit x T.

    `risks` gives g by country (or by owner, as `by` says), each between 0 and 1. `missing` is the
    weight of a source that has no country or one that is not in `risks`; where there is such a
    source it must be given. Without material or stage it holds for each there is. It holds in
    each period, or in the one `period` named, or over all together ("any").
    """

    limit_amount: float
    risks: Mapping[str, float]
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    missing: float | None = None
    by: str = "country"
    period: str | None = None

    unit: ClassVar[str] = "risk (0 to 1)"

    def __post_init__(self) -> None:
        super().__post_init__()
        _check(self.name, self.risks, {"missing": self.missing})
        if self.by not in ("country", "owner"):
            raise SourcingError(
                f"rule {self.name!r}: by is {self.by!r}; give 'country' or 'owner'.", ()
            )

    def scopes(self, layout: Layout) -> list[Counted]:
        """Return each (material, stage) with a source."""
        found = counted(layout, self.material, self.stage, self.commodity, self.period)
        return [scope for scope in found if len(scope.column)]

    def risk_of(self, layout: Layout, scope: Counted) -> Floats:
        """Return g of each counted source."""
        return _weights(self, layout, scope, self.by, np.ones(len(scope.column), np.bool_))


@dataclass(frozen=True)
class GeoPolRiskCap(_OnRisk):
    """The GeoPolRisk of a material is at most a limit: H x sum of g_i X_i <= limit x (P + M).

    H is the HHI of world production (fixed: what one buyer does is not thought to move it), the
    sum is over imports, M all imports and P what domestic sources make: those of the country (or
    countries) `domestic`, or of the nodes in the group of that name. `missing` as in `RiskCap`.
    Gemechu et al. 2016; Koyamparambath et al. 2024.
    """

    limit_amount: float
    world_hhi: float
    risks: Mapping[str, float]
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    domestic: Names = None
    missing: float | None = None
    period: str | None = None

    word: ClassVar[str] = "geopolrisk_cap"
    unit: ClassVar[str] = "GeoPolRisk (0 to 1)"

    def __post_init__(self) -> None:
        super().__post_init__()
        _check(self.name, self.risks, {"missing": self.missing, "world_hhi": self.world_hhi})
        if self.material is None and self.commodity is None:
            raise SourcingError(
                f"rule {self.name!r}: world_hhi is that of one material; name the material.", ()
            )

    def scopes(self, layout: Layout) -> list[Counted]:
        """Return the one (material, stage), in each period and outcome there is."""
        found = counted(layout, self.material, self.stage, self.commodity, self.period)
        scopes = [scope for scope in found if len(scope.column)]
        goods = layout.network.commodities
        made = {k for s in scopes for k in layout.sources.commodity[s.source].tolist()}
        stages = {goods[k].stage for k in made}
        if len(stages) > 1:
            named = ", ".join(sorted(map(str, stages)))
            raise SourcingError(
                f"rule {self.name!r}: {self.material} is made at several stages ({named}), which "
                "differ in world_hhi; name the stage.",
                (),
            )
        return scopes

    def risk_of(self, layout: Layout, scope: Counted) -> Floats:
        """Return H x g of each import, 0 for what is domestic."""
        abroad = ~self._is_domestic(layout)[scope.node]
        return self.world_hhi * abroad * _weights(self, layout, scope, "country", abroad)

    def _is_domestic(self, layout: Layout) -> Bools:
        home = set(names_of(self.domestic))
        nodes = layout.network.nodes
        return np.array([n.country in home or bool(home & set(n.groups)) for n in nodes], np.bool_)
