"""What stands in the workbook: each number once, in order, with its words; no text that runs."""

from __future__ import annotations

import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from calculator.cli import main
from calculator.errors import InputError
from calculator.scenario import make_scenario
from calculator.scenario.run import evaluate_scenario
from calculator.trace import Tape
from calculator.why import compared_figures
from calculator.workbook import check_workbook, live_model, workbook_bytes
from calculator.workbook.expressions import Graph, Node, evaluate, in_order
from calculator.workbook.formulas import CELL, DEEPEST, LONGEST, WORDS, depth, written
from calculator.workbook.places import CALCULATION, Places
from calculator.workbook.steps import rows_of
from materials_db.substitute import record_key, with_values

SCENARIO = make_scenario({"name": "=1+1", "chemistries": ["LFP", "ASSB-sulfide-Li"]}, "test")


@pytest.fixture(scope="module")
def model(db):
    return live_model(db, SCENARIO, evaluate_scenario(db, SCENARIO))


@pytest.fixture(scope="module")
def content(db):
    return workbook_bytes(db, SCENARIO, date(2026, 11, 23))


def _graph(*numbers):
    return Graph(numbers, lambda leaf: ("leaf", leaf.origin))


def _cell(node):
    return written(node, CELL, lambda one: one.leaf.origin if one.leaf else None)


def test_every_figure_of_the_comparison_is_a_result(db, model):
    figures = compared_figures(db, SCENARIO).by_address
    assert {cell.address for cell in model.cells} == figures.keys()
    for cell in model.cells:
        value = cell.number.value if isinstance(cell.number, Node) else cell.number
        assert value == figures[cell.address].number.value


def test_the_graph_follows_a_changed_record_as_the_application_does(db, model):
    price = next(one for one in model.inputs if "LFP quotes_2026-06" in one.label)
    roots = [cell.number for cell in model.cells if isinstance(cell.number, Node)]
    again = evaluate(roots, {price.node.id: price.node.value * 1.5})
    changed = with_values(db, {price.key: price.node.value * 1.5})
    figures = compared_figures(changed, SCENARIO).by_address
    moved = 0
    for cell in model.cells:
        if isinstance(cell.number, Node):
            assert again[cell.number.id] == pytest.approx(
                figures[cell.address].number.value, rel=1e-12, abs=0.0
            )
            moved += again[cell.number.id] != cell.number.value
    assert moved > 10


def test_each_step_stands_after_those_it_uses(model):
    steps = Places(model).steps
    for row in model.rows:
        below = [row.node]
        while below:
            for part in below.pop().below:
                if part.id in steps:
                    assert steps[part.id] < steps[row.node.id]
                elif part.op != "leaf":
                    below.append(part)


def test_inputs_stand_once_prices_first_and_names_differ(model):
    names = [one.name.lower() for one in model.inputs]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"in_[0-9a-z_]+", one) for one in names)
    assert model.inputs[0].group == "Prices"
    records = [one.key for one in model.inputs if one.basis]
    assert len(set(records)) == len(records)
    assert all(one.source and one.confidence for one in model.inputs if one.basis)


def test_a_record_of_the_cell_is_called_by_its_place_in_the_file(db, model):
    key = record_key(db.chemistries["LFP"].positive.coating.areal_capacity)
    (found,) = (one for one in model.inputs if one.key == key)
    assert found.label == "LFP: positive.coating.areal_capacity"
    assert found.users == ("LFP",)


def test_formulas_keep_within_what_a_spreadsheet_reads(model):
    places = Places(model)
    for row in model.rows:
        text = written(row.node, CELL, lambda one: places.cell_of(one, CALCULATION))
        assert len(text) < LONGEST
        assert depth(text) < DEEPEST


def test_a_long_sum_is_split_into_rows_that_still_make_it():
    tape = Tape()
    parts = [tape.leaf(float(k), f"x{k}") for k in range(1, 1001)]
    whole = parts[0]
    for one in parts[1:]:
        whole = whole + one
    root = _graph(whole).node(whole)
    rows = rows_of([root], [], {}, {}, lambda node: ())
    assert 10 < len(rows) < 100
    assert evaluate([root])[root.id] == 500500.0


def test_operations_are_written_in_the_order_in_which_they_were_computed():
    tape = Tape()
    x, y = tape.leaf(2.0, "X"), tape.leaf(3.0, "Y")
    cases = {
        "X-(Y-X)": x - (y - x),
        "(X-Y)-X": (x - y) - x,
        "X/(Y*X)": x / (y * x),
        "(-X)^2": (-x) ** 2.0,
        "(X^Y)^2": (x**y) ** 2.0,
        "X*(-5)": x * -5.0,
        "MAX(X,Y)+1E-06": tape.node("+", tape.node("max", x, y), 1e-6),
        "LN(X+Y)": tape.node("log", x + y),
        "(-INT(-(X)))": tape.node("ceil", x),
    }
    graph = _graph(*cases.values())
    found = {text: _cell(graph.node(number)) for text, number in cases.items()}
    assert found == {text: "X-Y-X" if text == "(X-Y)-X" else text for text in cases}


def test_what_changes_nothing_is_left_out_and_equal_sums_stand_once():
    tape = Tape()
    x = tape.leaf(2.0, "X")
    graph_of = [x * 1.0 + 0.0, x + 3.0, 1.0 * x + 3.0, x * 0.0, tape.leaf(2.0, "X") + 3.0]
    graph = _graph(*graph_of)
    same, first, second, nothing, again = map(graph.node, graph_of)
    assert same is graph.node(x)
    assert first is second is again
    assert nothing == 0.0
    assert [node.op for node in in_order([first])] == ["leaf", "+"]
    assert written(first, WORDS, lambda one: one.leaf and "x") == "x + 3"


def test_a_workbook_is_small(content):
    assert len(content) < 2e6


def test_texts_never_run_as_formulas(content, tmp_path):
    path = tmp_path / "live.xlsx"
    path.write_bytes(content)
    book = CalamineWorkbook.from_path(str(path))
    assert book.get_sheet_by_name("Results").to_python()[0][0] == "=1+1"
    about = dict(row[:2] for row in book.get_sheet_by_name("About").to_python())
    assert about["scenario"] == "=1+1"
    assert about["exported on"] == "2026-11-23"
    assert len(about["scenario hash"]) == 16
    assert len(about["run"]) == 16


def test_sources_of_every_input_are_listed(content, model, tmp_path):
    path = tmp_path / "live.xlsx"
    path.write_bytes(content)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Sources").to_python()
    assert {row[0] for row in rows[1:]} == {one.source for one in model.inputs if one.basis}


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(InputError, match=r"end the name in \.xlsx"):
        check_workbook(tmp_path / "live.csv")
    with pytest.raises(InputError, match="make it first"):
        check_workbook(tmp_path / "none" / "live.xlsx")


def test_the_command_writes_the_workbook_beside_its_answer(tmp_path, capsys):
    path = tmp_path / "live.xlsx"
    assert main(["compare", "LFP", "--workbook", str(path)]) == 0
    assert str(path) in capsys.readouterr().err
    assert CalamineWorkbook.from_path(str(path)).sheet_names[:2] == ["Results", "Inputs"]
    assert main(["compare", "LFP", "--workbook", str(path), "--out", str(path)]) == 2
    assert "name one file" in capsys.readouterr().err
