"""One test of a supply, read for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from calculator.figures import spoken
from pages import jobs
from pages.shock_case import points_named

if TYPE_CHECKING:
    from calculator.numbers import FloatArray
    from calculator.scenario.shocks import Shocks
    from calculator.shocks.mitigation import Mitigation
    from calculator.shocks.outcome import Stress
    from pages.cached import Data
    from pages.shock_run import Tested


@dataclass(frozen=True)
class Outcome:
    """What all events together take from the supply; money is in ``money``."""

    money: str
    pack_kwh: float
    first_shortage: float | None
    """Days in which output is whole; ``None`` where it stays so."""
    least_output: float
    """Fraction of the plan on the worst day."""
    lost_gwh: float
    vehicles: float
    cost_by_kind: Mapping[str, float]
    binding: str
    """The good that binds most, in words; empty where none does."""
    covers: tuple[tuple[str, float], ...] | None
    """Goods and days of their stock with which nothing would have been lost; ``None`` where no
    stock avoids it."""
    second: tuple[str, float] | None
    """Good, and share of it that a second source from the first day would have to give."""
    output: FloatArray
    """(T,) fraction of the plan."""
    stock_days: Mapping[str, FloatArray]
    """(T,) days of cover by good, own and public together."""
    inflow: Mapping[str, Mapping[str, FloatArray]]
    """(T,) fraction of the plan's need by good and kind."""
    notes: tuple[str, ...] = ()

    @property
    def cost(self) -> float:
        """All extra cost."""
        return sum(self.cost_by_kind.values())

    def totals_table(self) -> pd.DataFrame:
        """What is lost and what it costs, one row a figure."""
        rows: list[tuple[str, float | None, str]] = [
            ("first shortage", self.first_shortage, "day"),
            ("least output", self.least_output, "1"),
            ("lost", self.lost_gwh, "GWh"),
            ("vehicles", self.vehicles, "1"),
            *(
                (f"extra cost, {kind}", cost, self.money)
                for kind, cost in self.cost_by_kind.items()
            ),
            ("extra cost", self.cost, self.money),
            *((f"stock that avoids it, {name}", days, "day") for name, days in self.covers or ()),
        ]
        if self.second is not None:
            rows.append((f"second source that avoids it, {self.second[0]}", self.second[1], "1"))
        kept = [row for row in rows if row[1] is not None]
        return pd.DataFrame(kept, columns=["item", "value", "unit"])

    def days_table(self) -> pd.DataFrame:
        """Every series, one row a day and series."""
        parts = [("output", "", self.output, "1")]
        parts += [("stock", name, days, "days of cover") for name, days in self.stock_days.items()]
        parts += [
            (f"inflow, {kind}", name, values, "1")
            for name, kinds in self.inflow.items()
            for kind, values in kinds.items()
            if kind == "planned" or values.any()
        ]
        return pd.concat(
            (
                pd.DataFrame(
                    {"item": item, "good": name, "day": range(len(v)), "value": v, "unit": unit}
                )
                for item, name, v, unit in parts
            ),
            ignore_index=True,
        )


def outcome_of(data: Data, tested: Tested) -> Outcome:
    """The test of all events at once; a long one shows its progress."""
    return jobs.answer("stress", f"stress {tested.key}", lambda: outcome_from(tested), "Testing")


def mitigation(tested: Tested, part: Shocks | None = None) -> Mitigation:
    """What stands ready in a part of a scenario on shocks."""
    from calculator.shocks.mitigation import mitigation_of

    asked = part or tested.scenario.shocks
    assert asked is not None
    return mitigation_of(tested.db, asked, tested.chain.money, tested.scenario.pack.energy_kwh)


def outcome_from(tested: Tested) -> Outcome:
    """The same, at once and not kept."""
    from calculator.shocks.stress import stress_test

    found = stress_test(
        tested.chain,
        (tested.events,),
        start=tested.asked.start,
        days=tested.asked.days,
        mitigation=mitigation(tested),
    )
    return _read(tested, found)


def _read(tested: Tested, found: Stress) -> Outcome:
    named = points_named(tested.chain)
    called = {tested.chain.points[k].id: name for name, k in named.items()}
    point = found.binding()
    days = found.timeline
    assert days is not None
    return Outcome(
        money=tested.chain.money,
        pack_kwh=tested.scenario.pack.energy_kwh,
        first_shortage=found.days_to_shortage(),
        least_output=float(found.least_output[0]),
        lost_gwh=float(found.lost_gwh[0]),
        vehicles=found.vehicles() or 0.0,
        cost_by_kind={spoken(kind): float(cost[0]) for kind, cost in found.costs.items()},
        binding=called[point.id] if point else "",
        covers=_covers(found, called),
        second=_second(found, called),
        output=found.output[0],
        stock_days={
            name: (days.own + days.public)[0, k, :-1]
            for name, k in named.items()
            if (days.own + days.public)[0, k].any()
        },
        inflow={
            name: {spoken(kind): flow[0, k] for kind, flow in days.inflow.items()}
            for name, k in named.items()
        },
        notes=found.notes,
    )


def _covers(found: Stress, called: Mapping[str, str]) -> tuple[tuple[str, float], ...] | None:
    from calculator.shocks.avoid import cover_that_avoids

    rows = cover_that_avoids(found)
    return None if rows is None else tuple((called[row.point.id], row.days) for row in rows)


def _second(found: Stress, called: Mapping[str, str]) -> tuple[str, float] | None:
    from calculator.shocks.avoid import second_source_that_avoids

    row = second_source_that_avoids(found)
    return None if row is None else (called[row.point.id], row.share)
