"""What knowing, and planning for the mean, would cost: WS and EEV (Birge and Louveaux, ch. 4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculator.shocks.robust_case import Case, solved
from calculator.shocks.robust_draws import TOLERANCE
from calculator.shocks.robust_network import TwoStage
from calculator.shocks.touched import Phase
from calculator.sourcing.rules import Decided


def wait_and_see(case: Case) -> float:
    """WS: each kind of year planned for by itself."""
    total = (1.0 - sum(case.chance)) * _quiet_year(case)
    for number, (event, chance) in enumerate(zip(case.events, case.chance, strict=True)):
        own = [replace(p, event=0) for p in case.phases if p.event == number]
        alone = TwoStage.of(case.stages, own, [event.id], [1.0])
        total += chance * solved(case, alone, 0.0).plan.cost
    return total


def _quiet_year(case: Case) -> float:
    """The cheapest plan, with the stocks that must be held in any case."""
    least = sum(store.least * store.carry_per_unit for store in case.stages.stores)
    return case.question.plan.cost + least


def of_average(case: Case) -> float:
    """EEV: the best for one sure event of mean length and mean cut, then lived with."""
    days = np.array([p.days * case.chance[p.event] for p in case.phases])
    mean = Phase(
        0,
        float(days.sum()),
        np.average([p.source for p in case.phases], axis=0, weights=days),
        np.average([p.lane for p in case.phases], axis=0, weights=days),
    )
    alone = TwoStage.of(case.stages, [mean], ["mean event"], [1.0])
    found = solved(case, alone, 0.0)
    amounts = alone.decisions(found.plan.x)
    fixed = Decided("decided for the mean event", amounts, tolerance=TOLERANCE)
    return solved(case, case.problem, 0.0, (fixed,), found.stocks).plan.cost
