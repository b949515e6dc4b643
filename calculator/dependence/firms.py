"""What of a bill runs through listed firms, directly or through suppliers of suppliers (S04).

Money is followed from the bill upstream. A firm passes on the part of what it is paid that it
spends with each of its own suppliers. Whatever reaches a listed firm is touched and followed no
further, so that nothing counts twice. Of what is touched the share of Chinese inputs is exposed:
exposure = sum(spend_k x dependence_k) / total; days lost = sum(spend_k x dependence_k x lag_k) /
total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from calculator.dependence.firm_names import Match, match_firms
from calculator.dependence.spend import Spend
from calculator.errors import InputError

_ROUNDING = 1e-9


@dataclass(frozen=True)
class TierExposure:
    """What reaches listed firms at one remove: 1 is paid by you, 2 by whom you pay."""

    tier: int
    firms: tuple[str, ...]
    spend: float
    share: float
    """Of the bill."""
    exposure: float
    """Of the bill: share x dependence."""
    days_lost: float


@dataclass(frozen=True)
class FirmExposure:
    """What reaches one listed firm, on all ways to it that pass no other listed firm."""

    firm: str
    listed_as: str
    spend: float
    share: float
    dependence: float
    lag_days: float
    exposure: float
    days_lost: float


@dataclass(frozen=True)
class Exposure:
    """Exposure of a bill to a list of firms; shares are fractions of the bill."""

    unit: str
    total: float
    share: float
    """Of the bill that runs through listed firms."""
    exposure: float
    """Of the bill: what listed firms can no longer make of Chinese inputs."""
    days_lost: float
    """Days of the whole bill's output: exposure x lag, each firm with its own."""
    longest_lag_days: float
    """Of the listed firms reached: how long a line stands that needs every part."""
    tiers: tuple[TierExposure, ...]
    firms: tuple[FirmExposure, ...]
    matches: tuple[Match, ...]
    """Every firm of the spend and what it was taken for."""

    @property
    def unknown(self) -> tuple[Match, ...]:
        """Firms of the spend that no list names."""
        return tuple(match for match in self.matches if not match.listed_as)


def firm_exposure(spend: Iterable[Spend], listed: Iterable[str]) -> Exposure:
    """Exposure of a bill to the firms of a list.

    Args:
        spend: who is paid what by whom, in one unit; see ``read_spend``.
        listed: names of the firms; case and forms such as ``Co., Ltd.`` or ``K.K.`` do not count.

    Raises:
        InputError: no spend, a circle of suppliers, a supplier that spends more than it is paid,
            or a listed firm reached without its share of Chinese inputs or its lag. Every fault
            at once.
    """
    rows = tuple(spend)
    graph = _Graph.of(rows)
    matches = match_firms(graph.names, tuple(listed))
    named = {m.firm: m.listed_as for m in matches if m.listed_as}
    reached = graph.reached(frozenset(named))
    facts = graph.facts(sorted({firm for _, firm in reached}))
    total = graph.total
    firms = tuple(
        _firm(firm, named[firm], sum(v for (_, f), v in reached.items() if f == firm), fact, total)
        for firm, fact in facts.items()
    )
    tiers = tuple(
        _tier(tier, {f: v for (t, f), v in reached.items() if t == tier}, facts, total)
        for tier in sorted({t for t, _ in reached})
    )
    return Exposure(
        unit=graph.unit,
        total=total,
        share=min(1.0, sum(one.share for one in firms)),
        exposure=sum(one.exposure for one in firms),
        days_lost=sum(one.days_lost for one in firms),
        longest_lag_days=max((one.lag_days for one in firms if one.dependence > 0), default=0.0),
        tiers=tiers,
        firms=tuple(sorted(firms, key=lambda one: (-one.exposure, one.firm))),
        matches=matches,
    )


Facts = tuple[float, float]
"""Share of Chinese inputs and lag in days."""


def _firm(firm: str, listed_as: str, spend: float, fact: Facts, total: float) -> FirmExposure:
    dependence, lag = fact
    share = spend / total
    exposed = share * dependence
    return FirmExposure(firm, listed_as, spend, share, dependence, lag, exposed, exposed * lag)


def _tier(
    tier: int, reached: Mapping[str, float], facts: Mapping[str, Facts], total: float
) -> TierExposure:
    exposed = {firm: value / total * facts[firm][0] for firm, value in reached.items()}
    return TierExposure(
        tier=tier,
        firms=tuple(sorted(reached)),
        spend=sum(reached.values()),
        share=sum(reached.values()) / total,
        exposure=sum(exposed.values()),
        days_lost=sum(value * facts[firm][1] for firm, value in exposed.items()),
    )


@dataclass(frozen=True)
class _Graph:
    """Payments, from the bill (an empty name) upstream."""

    rows: tuple[Spend, ...]
    unit: str
    names: tuple[str, ...]
    order: tuple[str, ...]
    """Firms so that each stands behind all that pay it; the bill first."""

    @classmethod
    def of(cls, rows: tuple[Spend, ...]) -> _Graph:
        """Check payments and put the firms in order."""
        if not any(not row.buyer for row in rows):
            raise InputError("there is no spend of your own; add a row with an empty buys_from")
        units = list(dict.fromkeys(row.unit for row in rows))
        if len(units) > 1:
            raise InputError(f"spend is in {', '.join(units[:5])}; give every row in one unit")
        names = tuple(dict.fromkeys(name for r in rows for name in (r.buyer, r.supplier) if name))
        found = cls(rows, units[0], names, _ordered(rows, names))
        _tell(found._overspent())
        return found

    @property
    def total(self) -> float:
        """The bill."""
        return sum(row.spend for row in self.rows if not row.buyer)

    def reached(self, stops: frozenset[str]) -> dict[tuple[int, str], float]:
        """Money that comes to each firm of ``stops``, by how many payments it is away.

        What has come to one of them goes no further.
        """
        paid = self._received()
        at: dict[str, dict[int, float]] = {"": {0: self.total}}
        found: dict[tuple[int, str], float] = {}
        for name in self.order:
            flows = at.get(name, {})
            if name in stops:
                found.update({(tier, name): value for tier, value in flows.items()})
                continue
            for row in (r for r in self.rows if r.buyer == name):
                part = row.spend / (self.total if not name else paid[name])
                there = at.setdefault(row.supplier, {})
                for tier, value in flows.items():
                    there[tier + 1] = there.get(tier + 1, 0.0) + value * part
        return found

    def facts(self, firms: Sequence[str]) -> dict[str, Facts]:
        """Share of Chinese inputs and lag of each firm, by what it is paid where rows differ."""
        faults, found = [], {}
        for firm in firms:
            rows = [row for row in self.rows if row.supplier == firm]
            bare = [
                r for r in rows if r.dependence is None or (r.dependence and r.lag_days is None)
            ]
            for row in bare:
                lacks = "china_input_share" if row.dependence is None else "lag"
                where = f"row {row.row}: " if row.row else ""
                faults.append(f"{where}'{firm}' is on the list; give its {lacks}")
            if not bare:
                weight = sum(row.spend for row in rows)
                exposed = sum(row.spend * (row.dependence or 0.0) for row in rows)
                late = sum(r.spend * (r.dependence or 0.0) * (r.lag_days or 0.0) for r in rows)
                found[firm] = (exposed / weight, late / exposed if exposed else 0.0)
        _tell(faults)
        return found

    def _received(self) -> dict[str, float]:
        paid: dict[str, float] = {}
        for row in self.rows:
            paid[row.supplier] = paid.get(row.supplier, 0.0) + row.spend
        return paid

    def _overspent(self) -> list[str]:
        paid, spent = self._received(), dict[str, float]()
        for row in self.rows:
            if row.buyer:
                spent[row.buyer] = spent.get(row.buyer, 0.0) + row.spend
        return [
            f"'{name}' spends {value:g} and is paid {paid.get(name, 0.0):g} {self.unit}; give the "
            "part of your money that it passes on"
            for name, value in spent.items()
            if value > paid.get(name, 0.0) * (1 + _ROUNDING)
        ]


def _ordered(rows: tuple[Spend, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Firms behind all that pay them, or the fault of a circle."""
    open_ = {name: {r.buyer for r in rows if r.supplier == name and r.buyer} for name in names}
    done: dict[str, None] = {"": None}
    while open_:
        ready = [name for name, payers in open_.items() if payers <= done.keys()]
        if not ready:
            circle = _circle(open_)
            raise InputError(
                f"suppliers buy from each other in a circle: {' from '.join(circle)}; "
                "take out one of these rows"
            )
        for name in ready:
            done[name] = None
            del open_[name]
    return tuple(done)


def _circle(open_: Mapping[str, set[str]]) -> list[str]:
    """A circle among firms none of which can be put in order."""
    walk = [next(iter(open_))]
    while len(set(walk)) == len(walk):
        walk.append(min(payer for payer in open_[walk[-1]] if payer in open_))
    start = walk.index(walk[-1])
    found = walk[start:][::-1]
    assert all(a in open_[b] for a, b in pairwise(found))
    return found


def _tell(faults: list[str]) -> None:
    if faults:
        raise InputError(faults[0] if len(faults) == 1 else "\n".join(f"- {f}" for f in faults))
