"""Every figure of a comparison has a derivation that gives it back."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from calculator.reports import comparison_report
from calculator.scenario import Scenario
from calculator.scenario.run import evaluate_scenario
from calculator.tables import shown_in
from calculator.trace import Tape, Traced
from calculator.why import Figures, derive
from calculator.why.figures import _in_table
from calculator.why.leaves import Given, Setting
from calculator.why.tree import evaluate, in_order
from materials_db.database import MaterialsDB
from materials_db.schema import Datum
from materials_db.substitute import record_key, with_values


def tables(db: MaterialsDB, scenario: Scenario) -> dict[str, pd.DataFrame]:
    shown = shown_in(db, scenario.currency, scenario.year)
    return dict(comparison_report(db, scenario, evaluate_scenario(db, scenario), shown).tables)


def test_every_figure_of_every_table_has_one_and_is_given_back(
    db: MaterialsDB, scenario: Scenario, compared: Figures
) -> None:
    expected = [
        figure
        for name, table in tables(db, scenario).items()
        for figure in _in_table(Tape(), name, table)
    ]
    found = list(compared.by_address.values())
    assert len(found) == len(expected) > 700
    for one, other in zip(found, expected, strict=True):
        assert one.unit == other.unit
        assert one.number.value == pytest.approx(other.number.value, rel=1e-12, abs=1e-300)
        assert evaluate(one.number, {}) == one.number.value


def test_only_whole_counts_and_zeros_end_without_a_formula(compared: Figures) -> None:
    bare = [one for one in compared.by_address.values() if isinstance(one.number.origin, Given)]
    assert bare
    assert all(one.unit == "count" or one.number.value == 0 for one in bare)


def test_every_end_is_a_record_a_setting_or_a_count(compared: Figures) -> None:
    for address in ("pack cost", "pack energy density", "cells a pack"):
        for node in in_order(compared.by_address[f"comparison/LFP/{address}"].number):
            if node.op == "leaf":
                assert isinstance(node.origin, Datum | Setting | Given)


CELL = ("cell cost", "specific energy", "energy density", "cell mass", "cell capacity")


@pytest.mark.parametrize("chemistry", ["LFP", "NMC811", "ASSB-sulfide-Li"])
def test_a_changed_record_changes_the_tree_as_it_changes_the_model(
    db: MaterialsDB, compared: Figures, chemistry: str
) -> None:
    """The tree lacks nothing: with other ends it gives what the model gives for them."""
    tops = {item: compared.by_address[f"comparison/{chemistry}/{item}"].number for item in CELL}
    ends: dict[str, list[Traced]] = {}
    for top in tops.values():
        for node in in_order(top):
            if isinstance(node.origin, Datum):
                ends.setdefault(record_key(node.origin), []).append(node)
    assert len(ends) > 80
    for key in random.Random(7).sample(sorted(ends), 25):
        value = ends[key][0].value * 1.004
        asked = Scenario(chemistries=(chemistry,), region="DEU", currency="EUR", year=2024)
        again = tables(with_values(db, {key: value}), asked)["comparison"]
        for item, top in tops.items():
            expected = float(again.loc[again["item"] == item, "value"].iloc[0])
            found = evaluate(top, {node.serial: value for node in ends[key]})
            assert found == pytest.approx(expected, rel=1e-10), (key, item)


def test_the_tree_names_its_steps_as_the_code_does(compared: Figures) -> None:
    found = compared.by_address["comparison/LFP/cell cost"]
    tree = derive(found.address, found.number, found.unit)
    symbols = {step.symbol for step in tree.steps.values()}
    assert {"materials_usd", "labour_usd", "profit_on_investment", "energy_wh"} <= symbols
    assert len(symbols) == len(tree.steps)
    materials = next(one for one in tree.steps.values() if one.symbol == "materials_usd")
    assert materials.formula.startswith("materials_usd_per_kwh[positive coating, LFP] + ")
    assert materials.unit == "USD"
    assert {tree.steps[one].symbol for one in materials.inputs} <= symbols


def test_inputs_of_every_formula_stand_in_it(compared: Figures) -> None:
    found = compared.by_address["comparison/ASSB-sulfide-Li/pack cost"]
    tree = derive(found.address, found.number, found.unit)
    for step in tree.steps.values():
        for one in step.inputs:
            assert tree.steps[one].symbol in step.formula
        assert bool(step.formula) == bool(step.inputs)


def test_records_below_a_cost_are_among_those_the_answer_names(
    db: MaterialsDB, scenario: Scenario, compared: Figures
) -> None:
    named = {record_key(row) for e in evaluate_scenario(db, scenario) for row in e.records}
    named |= {record_key(row) for row in (*db.exchange_rates, *db.price_levels, *db.vat_rates)}
    found = compared.by_address["comparison/NMC811/pack cost"]
    below = {record_key(row) for row in derive("x", found.number).records}
    assert below <= named
    assert len(below) > 90
