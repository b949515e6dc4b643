"""Rules on a share of a variable total: caps, concentration, recycled content (MODEL 2.4, 2.6).

Symbols: x the flows; X_i what party i (a country, an owner) supplies of a material at a stage;
T the variable total of that material at that stage, supply without a country included.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import Any, ClassVar

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Bools, Floats, Layout
from calculator.sourcing.network import RECYCLED_ROUTES
from calculator.sourcing.rows import Built, Cone, Rows, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.scope import EACH, Counted, Names, Party, counted, in_scope, parties

PER_POINT = 0.01


@dataclass(frozen=True)
class ShareCap(Rule):
    """A party supplies at most a share of the variable total: X_i <= share x T.

    `country="each"` (or owner) caps every single one; several names are capped together.
    `outside="EU"` caps third countries only, the total staying that of all (the 65 % benchmark
    of the EU Critical Raw Materials Act is `ShareCap(..., 0.65, country="each", outside="EU")`).
    Without material or stage it holds for each there is.
    """

    share: float
    country: Names = None
    owner: Names = None
    group: Names = None
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    outside: str | None = None

    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"
    limit_field: ClassVar[str] = "share"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def build(self, layout: Layout) -> Built:
        """Return one row for each party in each (material, stage)."""
        rows = [
            _share_rows(self, scope, scope.by_party(*_compact(party, scope)), names, self.sense)
            for scope, party, names in _accounts(self, layout)
            if names
        ]
        return Built(rows=tuple(rows), notes=idle(self.name, rows))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest share of any party in any (material, stage)."""
        shares = [_shares(scope, party, x) for scope, party, _ in _accounts(self, layout)]
        return max((float(s.max(initial=0.0)) for s in shares), default=0.0)


@dataclass(frozen=True)
class HHICap(Rule):
    """Concentration at most h: sum_i X_i^2 <= h T^2, as the cone ||X||_2 <= sqrt(h) T.

    T is a variable, so this is exact and convex (MODEL 2.6). Supply that has no country (or
    owner) counts in T only. `each` is "country" or "owner". h = 1 is no rule at all.
    """

    hhi: float
    each: str = "country"
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    outside: str | None = None

    unit: ClassVar[str] = "HHI (0 to 1)"
    limit_field: ClassVar[str] = "hhi"
    bounds: ClassVar[tuple[float, float]] = (1e-6, 1.0)

    @property
    def country(self) -> Names:
        """`EACH` when countries are counted."""
        return EACH if self.each == "country" else None

    @property
    def owner(self) -> Names:
        """`EACH` when owners are counted."""
        return EACH if self.each == "owner" else None

    group: ClassVar[Names] = None

    def build(self, layout: Layout) -> Built:
        """Return one cone for each (material, stage)."""
        accounts = [a for a in _accounts(self, layout) if a[2]]
        if self.hhi >= 1.0:
            return Built(notes=idle(self.name, accounts))
        cones = [self._cone(scope, party) for scope, party, _ in accounts]
        return Built(cones=tuple(cones), notes=idle(self.name, cones))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest HHI of any (material, stage)."""
        shares = [_shares(scope, party, x) for scope, party, _ in _accounts(self, layout)]
        return max((float(s @ s) for s in shares), default=0.0)

    def _cone(self, scope: Counted, party: Party) -> Cone:
        return Cone(
            rule=self.name,
            vectors=scope.by_party(*_compact(party, scope)),
            reach=sqrt(self.hhi) * scope.total,
            gain_on_reach=1.0 / (2.0 * self.hhi),  # d(sqrt(h) T)/dh = reach/(2h)
            detail=scope.label,
        )


@dataclass(frozen=True)
class RecycledFloor(Rule):
    """Recycled content of an element: sum of recycled sources >= share x T.

    EU 2023/1542 Art. 8 in mass-balance form. Without `stage`, the one stage where recycled and
    primary sources of the element meet.
    """

    share: float
    element: str
    stage: str | None = None
    routes: tuple[str, ...] = tuple(sorted(RECYCLED_ROUTES))

    sense: ClassVar[int] = -1
    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"
    limit_field: ClassVar[str] = "share"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def build(self, layout: Layout) -> Built:
        """Return one row."""
        scope = self.scope(layout)
        rows = _share_rows(self, scope, scope.row(self.is_recycled(scope)), ("",), self.sense)
        return Built(rows=(rows,))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the recycled share (1 when nothing at all is sourced)."""
        scope = self.scope(layout)
        total = float((scope.total @ x)[0])
        recycled = float((scope.row(self.is_recycled(scope)) @ x)[0])
        return recycled / total if total > 0 else 1.0

    def is_recycled(self, scope: Counted) -> Bools:
        """Tell which sources of the scope count as recycled."""
        return np.array([route in self.routes for route in scope.route], np.bool_)

    def scope(self, layout: Layout) -> Counted:
        """Return the one (element, stage) the floor is on."""
        scopes = counted(layout, self.element, self.stage)
        if len(scopes) > 1:
            scopes = tuple(s for s in scopes if len(set(self.is_recycled(s).tolist())) == 2)
        if len(scopes) != 1:
            raise SourcingError(self._name_the_stage(layout), ())
        return scopes[0]

    def _name_the_stage(self, layout: Layout) -> str:
        stages = {str(c.stage) for c in layout.network.commodities if c.stage is not None}
        return (
            f"rule {self.name!r}: recycled {self.element} could be counted at more than one stage "
            f"or at none; name the stage, one of {', '.join(sorted(stages))}."
        )


def _accounts(
    rule: ShareCap | HHICap, layout: Layout
) -> list[tuple[Counted, Party, tuple[str, ...]]]:
    """Each (material, stage) with the parties that have a source in it."""
    party = parties(layout, rule.country, rule.owner, rule.group, rule.outside)
    scopes = counted(layout, rule.material, rule.stage, rule.commodity)
    return [(s, party, tuple(name for _, name in in_scope(party, s))) for s in scopes]


def _compact(party: Party, scope: Counted) -> tuple[Any, int]:
    """Renumber the parties present in the scope 0..n-1; nobody stays -1."""
    present = [k for k, _ in in_scope(party, scope)]
    code = np.full(len(party.names) + 1, -1, np.int64)
    code[present] = np.arange(len(present))
    return code[party.of_node[scope.node]], len(present)


def _shares(scope: Counted, party: Party, x: Floats) -> Floats:
    total = float((scope.total @ x)[0])
    amounts = np.asarray(scope.by_party(*_compact(party, scope)) @ x)
    return amounts / total if total > 0 else np.zeros_like(amounts)


def _share_rows(
    rule: Rule, scope: Counted, matrix: Any, names: tuple[str, ...], sense: int
) -> Rows:
    n = len(names)
    ones = np.ones(n)
    return Rows(
        rule=rule.name,
        matrix=matrix,
        lower=np.full(n, -inf if sense > 0 else 0.0),
        upper=np.full(n, 0.0 if sense > 0 else inf),
        gain=np.zeros(n),
        details=tuple(f"{name}, {scope.label}" if name else scope.label for name in names),
        total=scope.total,
        on_total=-rule.limit * ones,
        gain_on_total=PER_POINT * ones,
    )
