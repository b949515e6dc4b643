"""Every figure of a sourcing plan has a derivation that gives it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from calculator.plan_tables import plan_tables
from calculator.scenario.read import load_scenario
from calculator.scenario.sourcing import source_scenario
from calculator.tables import shown_in
from calculator.trace import Tape
from calculator.why import Figures, derive, planned_figures
from calculator.why.figures import _in_table
from calculator.why.leaves import Given
from calculator.why.tree import in_order
from materials_db.database import MaterialsDB
from materials_db.schema import Datum

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_every_figure_has_one_and_is_given_back(db: MaterialsDB) -> None:
    scenario = load_scenario(str(EXAMPLES / "sourcing.yaml"), {})
    sourced = source_scenario(db, scenario)
    figures = planned_figures(db, scenario, sourced)
    shown = shown_in(db, scenario.currency, scenario.year)
    expected = [
        one
        for name, table in plan_tables(sourced, shown).items()
        for one in _in_table(Tape(), name, table)
    ]
    found = list(figures.by_address.values())
    assert len(found) == len(expected) > 1000
    for one, other in zip(found, expected, strict=True):
        assert one.unit == other.unit
        assert one.number.value == pytest.approx(other.number.value, rel=1e-9, abs=1e-9)
    cost = derive("cost", figures.by_address["plan/cost"].number)
    assert cost.again() == cost.top.value
    assert len(cost.records) > 300
    kinds = [node.origin for node in in_order(cost.root) if isinstance(node.origin, Given)]
    assert len(kinds) > 300
    assert all("certificate" in one.text or "proved" in one.text for one in kinds if one.unit)

    unit_costs_end_in_records_and_shares_in_decisions(figures)


def unit_costs_end_in_records_and_shares_in_decisions(figures: Figures) -> None:
    prices = [a for a in figures.by_address if a.startswith("flows/") and "unit_cost" in a]
    bare = [a for a in prices if not derive(a, figures.by_address[a].number).records]
    assert len(prices) > 200
    assert {figures.by_address[a].number.value for a in bare} == {0.0}  # goods on their way
    units = {figures.by_address[a].unit for a in prices}
    assert units == {"USD_2025/kg", "USD_2025/kWh"}
    shares = [one for a, one in figures.by_address.items() if a.startswith("shares/")]
    ends = {type(n.origin) for one in shares[:40] for n in in_order(one.number) if n.op == "leaf"}
    assert Given in ends
    assert Datum not in ends or Given in ends
