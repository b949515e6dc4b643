"""All that is asked of a stockpile, in one record: stocks, frontier, covers, robust plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.shocks.covers import CoverTable, LastingRow
    from calculator.shocks.frontier import Frontier
    from calculator.shocks.robust import RobustPlan
    from calculator.shocks.robust_network import Spot
    from calculator.shocks.stock_asked import StockWishes
    from calculator.shocks.stock_terms import StockTerms
    from calculator.shocks.stockpile import StockPlan
    from materials_db.database import MaterialsDB


@dataclass(frozen=True)
class StockpileAnswer:
    """The answer of ``stockpile``; money is that of the plan."""

    scenario: Scenario
    terms: StockTerms
    plan: StockPlan
    frontier: Frontier
    covers: CoverTable
    lasting: tuple[LastingRow, ...]
    robust: RobustPlan | None
    notes: tuple[str, ...]


def stockpile_answer(
    db: MaterialsDB,
    scenario: Scenario,
    sourced: Sourced,
    wishes: StockWishes | None = None,
    *,
    robust: bool = False,
    spot: Spot | None = None,
) -> StockpileAnswer:
    """Size stocks against the events of a scenario.

    Args:
        db: the materials database.
        scenario: with its part on shocks.
        sourced: its solved sourcing question.
        wishes: holding, shortage cost and the like, before those of the scenario.
        robust: whether to solve for the robust plan as well.
        spot: what that plan can buy beside its contracts.

    Raises:
        InputError: whatever only the user can say and has not, all together.
    """
    from calculator.money import money_tables
    from calculator.shocks.availability import availability
    from calculator.shocks.covers import cover_table, lasting
    from calculator.shocks.from_plan import chain_of
    from calculator.shocks.frontier import frontier
    from calculator.shocks.robust import robust_plan
    from calculator.shocks.stock_asked import stock_terms
    from calculator.shocks.stockpile import size_stockpile
    from calculator.shocks.written import events_of

    shocks = scenario.shocks
    assert shocks is not None
    chain = chain_of(sourced)
    asked = events_of(db, shocks, {point.material for point in chain.points})
    terms = stock_terms(db, shocks, chain, asked.events, wishes)
    arrives = availability(chain, asked.events, terms.start, terms.days)
    public = np.array([terms.public_days.get(point.id, 0.0) for point in chain.points])
    plan = size_stockpile(chain, asked.events, terms, arrives)
    return StockpileAnswer(
        scenario=scenario,
        terms=terms,
        plan=plan,
        frontier=frontier(chain, asked.events, terms, arrives=arrives),
        covers=cover_table(chain, rates=money_tables(db), prices=terms.prices),
        lasting=lasting(chain, asked.events, arrives, public_days=public),
        robust=robust_plan(sourced, asked.events, terms, spot) if robust else None,
        notes=tuple(dict.fromkeys((*asked.notes, *plan.notes))),
    )
