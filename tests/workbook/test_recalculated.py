"""A spreadsheet that recalculates the workbook gives the application's numbers."""

from __future__ import annotations

import pytest

from calculator.reports import comparison_report
from calculator.scenario.run import evaluate_scenario
from calculator.tables import shown_in
from calculator.workbook.results import TITLES
from calculator.workbook.sheet_results import HOLDS, OUTSIDE
from materials_db.substitute import all_numbers, with_values

from .conftest import SCENARIOS

SAME = 1e-9
_KEYS = {
    "comparison": ("item",),
    "cost_by_component": ("component",),
    "cost_by_step": ("step",),
    "bill_of_materials": ("component", "material", "item"),
    "elements": ("element", "component", "item"),
    "prices": ("material",),
}


def application(db, scenario):
    """Every figure of the comparison's tables, from the application on plain numbers."""
    shown = shown_in(db, scenario.currency, scenario.year)
    report = comparison_report(db, scenario, evaluate_scenario(db, scenario), shown)
    found = {}
    for name, table in report.tables.items():
        for row in table.to_dict("records"):
            title = TITLES.get(f"{name}/{row.get('scope')}") or TITLES[name]
            item = ", ".join(row[key] for key in _KEYS[name])
            found[title, item, row["unit"], row["chemistry"]] = row["value"]
    return found


def assert_same(results, expected):
    assert expected.keys() <= results.keys()
    for key, value in expected.items():
        assert results[key] == pytest.approx(value, rel=SAME, abs=0.0), key


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_result_recalculates_to_the_figure_of_the_application(db, recalculated, name):
    book = recalculated[name]
    assert_same(book.results, application(db, SCENARIOS[name]))
    assert book.status == HOLDS


@pytest.mark.parametrize("name", ["price", "electricity", "yield", "areal"])
def test_a_changed_input_gives_what_the_application_gives(db, recalculated, changes, name):
    change, book = changes[name], recalculated[name]
    changed = with_values(db, {change.key: all_numbers(db)[change.key].value * change.factor})
    before, after = application(db, SCENARIOS[change.scenario]), book.results
    assert_same(after, application(changed, SCENARIOS[change.scenario]))
    assert any(abs(after[key] / value - 1.0) > 1e-6 for key, value in before.items() if value)
    assert book.status == HOLDS
    assert book.rows("Results")[2][1] == 1.0


def _failed(book):
    return [row for row in book.rows("Checks")[3:] if row[7] is False]


def test_a_change_that_gives_the_pack_other_counts_is_told(db, recalculated, changes):
    change, book = changes["other_counts"], recalculated["other_counts"]
    scenario = SCENARIOS[change.scenario]
    changed = with_values(db, {change.key: all_numbers(db)[change.key].value * change.factor})
    (before,), (after,) = (evaluate_scenario(one, scenario) for one in (db, changed))
    assert before.pack.cells != after.pack.cells
    assert book.status == OUTSIDE
    assert {row[0] for row in _failed(book)} == {"whole counts of the pack"}


def test_an_input_pushed_across_a_comparison_turns_its_check_false(recalculated):
    book = recalculated["other_way"]
    assert book.status == OUTSIDE
    assert [row[0] for row in _failed(book)] == ["a way the computation took"]
    assert _failed(book)[0][1] == "capacity_ah > large_cell"


def test_a_number_that_the_application_refuses_is_told(recalculated):
    book = recalculated["negative"]
    assert book.status == OUTSIDE
    assert "no input has become negative" in [row[1] for row in _failed(book)]
