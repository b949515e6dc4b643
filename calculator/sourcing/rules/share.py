"""Rules on a share of a variable total: caps, bans, concentration, recycled content.

MODEL 2.4 and 2.6.
X_i is what party i (a country, an owner) supplies of a material at a stage, T the variable
total there. Supply without a country counts in T; whether it counts as anybody is the rule's
`rest`: "many" (unnamed countries are many small ones, none of which is capped or banned) or
"one" (they count as one country, and as a named one wherever that one has no source of its
own), which holds whoever they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

import numpy as np

from calculator.sourcing.errors import SourcingError
from calculator.sourcing.layout import Bools, Floats, Layout
from calculator.sourcing.network import RECYCLED_ROUTES
from calculator.sourcing.rows import Built, Cone, idle
from calculator.sourcing.rule_base import Rule
from calculator.sourcing.rules.accounts import (
    Account,
    accounts,
    check_rest,
    largest_share,
    share_rows,
)
from calculator.sourcing.scope import EACH, MANY, Counted, Names, counted_whole, in_time


@dataclass(frozen=True)
class _OnShare(Rule):
    """Limits in (0, 1), told in percentage points."""

    natural: ClassVar[float] = 100.0
    unit: ClassVar[str] = "percentage point"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)


@dataclass(frozen=True)
class ShareCap(_OnShare):
    """A party supplies at most a share of the variable total: X_i <= share x T.

    `country="each"` (or owner) caps every single one; several names are capped together.
    `outside="EU"` caps third countries only, the total staying that of all (the 65 % benchmark
    of the EU Critical Raw Materials Act is `ShareCap(..., 0.65, country="each", outside="EU")`).
    Without material or stage it holds for each there is. `rest`: see the module. It holds in
    each period, or in the one `period` named, or over all together ("any").
    """

    share: float
    country: Names = None
    owner: Names = None
    group: Names = None
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    outside: str | None = None
    rest: str = MANY
    period: str | None = None

    limit_field: ClassVar[str] = "share"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rest(self.name, self.rest)

    def build(self, layout: Layout) -> Built:
        """Return one row for each party in each (material, stage)."""
        return _capped(self, accounts(self, layout))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest share of any party in any (material, stage)."""
        return largest_share(accounts(self, layout), x)


@dataclass(frozen=True)
class Ban(_OnShare):
    """Nothing from a country, owner or group: X_i <= allowed_share x T with a share of 0.

    Without material or stage, nothing at all. `allowed_share` above 0 tolerates that much of
    each (material, stage), which is how the least relaxation of a ban is stated. `rest`: see
    the module; "one" closes the unnamed as well wherever a banned country has no source of its
    own, because it may be among them.
    """

    country: Names = None
    owner: Names = None
    group: Names = None
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    outside: str | None = None
    rest: str = MANY
    allowed_share: float = 0.0
    period: str | None = None

    limit_field: ClassVar[str] = "allowed_share"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rest(self.name, self.rest)

    def build(self, layout: Layout) -> Built:
        """Return one row for each banned party in each (material, stage)."""
        return _capped(self, accounts(self, layout))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest share of a banned party in any (material, stage)."""
        return largest_share(accounts(self, layout), x)


def _capped(rule: ShareCap | Ban, found: list[Account]) -> Built:
    rows = [share_rows(rule, a.scope, a.amounts, a.names, rule.sense) for a in found]
    return Built(rows=tuple(rows), notes=idle(rule.name, rows))


@dataclass(frozen=True)
class HHICap(Rule):
    """Concentration at most h: sum_i X_i^2 <= h T^2, as the cone ||X||_2 <= sqrt(h) T.

    T is a variable, so this is exact and convex (MODEL 2.6). `each` is "country" or "owner".
    h = 1 is no rule at all. `rest`: see the module; "many" is the lower end of what the index
    can be, "one" the upper.
    """

    hhi: float
    each: str = "country"
    material: str | None = None
    stage: str | None = None
    commodity: str | None = None
    outside: str | None = None
    rest: str = MANY
    period: str | None = None

    unit: ClassVar[str] = "HHI (0 to 1)"
    limit_field: ClassVar[str] = "hhi"
    bounds: ClassVar[tuple[float, float]] = (1e-6, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rest(self.name, self.rest)

    @property
    def country(self) -> Names:
        """`EACH` when countries are counted."""
        return EACH if self.each == "country" else None

    @property
    def owner(self) -> Names:
        """`EACH` when owners are counted."""
        return EACH if self.each == "owner" else None

    @property
    def group(self) -> Names:
        """Nothing: an index is over countries or owners."""
        return None

    def build(self, layout: Layout) -> Built:
        """Return one cone for each (material, stage)."""
        found = accounts(self, layout)
        if self.hhi >= 1.0:
            return Built(notes=idle(self.name, found))
        cones = [self._cone(account) for account in found]
        return Built(cones=tuple(cones), notes=idle(self.name, cones))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the largest HHI of any (material, stage)."""
        shares = [account.shares(x) for account in accounts(self, layout)]
        return max((float(s @ s) for s in shares), default=0.0)

    def _cone(self, account: Account) -> Cone:
        return Cone(
            rule=self.name,
            vectors=account.amounts,
            reach=sqrt(self.hhi) * account.scope.total,
            gain_on_reach=1.0 / (2.0 * self.hhi),  # d(sqrt(h) T)/dh = reach/(2h)
            detail=account.scope.label,
        )


@dataclass(frozen=True)
class RecycledFloor(_OnShare):
    """Recycled content of an element: sum of recycled sources >= share x T.

    EU 2023/1542 Art. 8 in mass-balance form. Without `stage`, the one stage where recycled and
    primary sources of the element meet. `groups` counts only the sources at nodes of one of these
    groups ("manufacturing scrap", "post-consumer"), so that each can have a floor of its own.
    """

    share: float
    element: str
    stage: str | None = None
    routes: tuple[str, ...] = tuple(sorted(RECYCLED_ROUTES))
    groups: tuple[str, ...] | None = None
    period: str | None = None

    sense: ClassVar[int] = -1
    limit_field: ClassVar[str] = "share"

    def build(self, layout: Layout) -> Built:
        """Return one row, or one for each period and outcome."""
        rows = [
            share_rows(self, scope, scope.row(self.is_recycled(scope)), ("",), self.sense)
            for scope in self.scopes(layout)
        ]
        return Built(rows=tuple(rows), notes=idle(self.name, rows))

    def measure(self, layout: Layout, x: Floats) -> float:
        """Return the recycled share, the least of all times (1 when nothing is sourced)."""
        return min((self._share(scope, x) for scope in self.scopes(layout)), default=1.0)

    def _share(self, scope: Counted, x: Floats) -> float:
        total = float((scope.total @ x)[0])
        recycled = float((scope.row(self.is_recycled(scope)) @ x)[0])
        return recycled / total if total > 0 else 1.0

    def is_recycled(self, scope: Counted) -> Bools:
        """Tell which sources of the scope count as recycled."""
        nodes, mine = scope.layout.network.nodes, self.groups
        at = (mine is None or not set(mine).isdisjoint(nodes[k].groups) for k in scope.node)
        by_route = (route in self.routes for route in scope.route)
        return np.array([a and b for a, b in zip(at, by_route, strict=True)], np.bool_)

    def scopes(self, layout: Layout) -> tuple[Counted, ...]:
        """Return the one (element, stage) the floor is on, by period and outcome."""
        return tuple(in_time(self.whole(layout), self.period))

    def whole(self, layout: Layout) -> Counted:
        """Return the one (element, stage) the floor is on, over all periods and outcomes."""
        scopes = counted_whole(layout, self.element, self.stage)
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
