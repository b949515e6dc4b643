"""The sweep file: what it may hold, and every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calculator.errors import InputError
from calculator.scenario import ScenarioError
from calculator.sweeps.plan import Sweep
from calculator.sweeps.read import load_sweep, parse_sweep, sweep_of
from materials_db.faults import DatabaseError

EXAMPLE = Path(__file__).parents[2] / "examples" / "sweep.yaml"


def test_the_example_reads_and_its_source_reads_back() -> None:
    sweep = load_sweep(EXAMPLE)
    assert sweep.points == 2 * 3 * 20 * 33
    again = sweep_of(sweep.source)
    assert again == sweep
    assert again.hash == sweep.hash


def test_hash_tells_sweeps_apart_by_what_is_asked(small: Sweep) -> None:
    text = """
scenario: {chemistries: [LFP], name: NAME}
vary: [{field: region, values: [CHN, LAST]}]
"""
    one, other, last = (
        parse_sweep(text.replace("NAME", a).replace("LAST", b)).hash
        for a, b in (("a", "USA"), ("a", "DEU"), ("a", "USA"))
    )
    assert one != other
    assert one == last


def test_every_fault_at_once_with_its_line() -> None:
    with pytest.raises(ScenarioError) as told:
        parse_sweep(
            """scenario: {chemistries: [LFP]}
how: grit
colour: red
vary:
  - {field: volume, values: [10, 20 GWh/year]}
  - {field: region, values: [CHN, XXX]}
  - {field: price/lithium_carbonat, values: [1]}
  - {field: "prices.csv:999999", values: [1]}
  - {field: yield/cell, from: 0.5, to: 1.5, steps: 3}
  - {field: cell/porosity, values: [0.3]}
  - {field: chemistries, values: [LPF]}
  - {field: region, sample: {low: 1, high: 2}}
  - {field: overlay, values: [a.csv]}
outputs: [cell_cost, plan_usd_per_kwh, Xx_g_per_kwh]
""",
            "s.yaml",
        )
    said = str(told.value)
    for place, what in (
        (2, "'grit' will not do"),
        (3, "unknown key 'colour'"),
        (5, "'10' has no unit; write '10 GWh/year'"),
        (6, "XXX"),
        (7, "did you mean 'lithium_carbonate'"),
        (8, "no number of the database stands at 'prices.csv:999999'"),
        (9, "yield/cell at 1.5"),
        (10, "unknown override 'porosity'"),
        (11, "did you mean 'LFP'"),
        (12, "needs 'how: sample'"),
        (13, "overlay does not vary"),
        (14, "unknown output 'cell_cost'"),
        (14, "the scenario asks for none"),
        (14, "no material holds 'Xx'"),
    ):
        assert any(
            line.startswith(f"- s.yaml:{place}:") and what in line for line in said.splitlines()
        ), (place, what, said)
    assert len(told.value.faults) == 14


@pytest.mark.parametrize(
    ("vary", "what"),
    [
        ("[]", "'vary' holds nothing"),
        ("[{values: [1]}]", "an entry names no field"),
        ("[{field: region}]", "give one of 'values'"),
        ("[{field: region, values: []}]", "'values' is no list"),
        ("[{field: region, values: [CHN], colour: 1}]", "unknown key 'colour'"),
        ("[{field: region, from: CHN, to: USA, steps: 2}]", "holds no number between"),
        ("[{field: volume, from: 1 GWh/year, to: 2 GWh/year}]", "'steps'; add them"),
        ("[{field: volume, from: 1 GWh/year, to: 2 GWh/year, steps: 1}]", "give 2 to"),
        ("[{field: volume, values: [3 kg]}]", "give it in 'GWh/year'"),
        ("[{field: price/copper, values: [9 EUR_2025/kg]}]", "EUR_2025"),
        ("[{field: rate/wage, values: [9]}]", "unknown rate 'wage'"),
        ("[{field: pack, values: [1]}]", "it should be a group of keys"),
        ("[{field: pack.colour, values: [1]}]", "unknown key 'colour'"),
        ("[{field: 'a b', values: [1]}]", "is no field"),
        ("[{field: 'sourcing.rules[x].limit', values: [1 %]}]", "is no list"),
        ("[{field: region, values: [CHN]}, {field: region, values: [USA]}]", "stands twice"),
        ("[{field: year, values: [2024]}, {field: price/copper, values: [9]}]", "vary one"),
    ],
)
def test_what_will_not_do_is_one_sentence(vary: str, what: str) -> None:
    with pytest.raises(ScenarioError) as told:
        parse_sweep(f"scenario: {{chemistries: [LFP]}}\nvary: {vary}\n")
    assert what in str(told.value), str(told.value)
    assert len(told.value.faults) == 1, str(told.value)


def test_zip_wants_as_many_of_each() -> None:
    with pytest.raises(ScenarioError, match="differ in number: region 2, year 3"):
        parse_sweep("""
scenario: {chemistries: [LFP]}
how: zip
vary: [{field: region, values: [CHN, USA]}, {field: year, values: [2022, 2023, 2024]}]
""")


def test_paths_are_of_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("chemistries: [LFP]\nregion: USA\n")
    (tmp_path / "sweep.yaml").write_text(
        "scenario: base.yaml\nvary: [{field: year, values: [2024, 2025]}]\n"
    )
    assert load_sweep(tmp_path / "sweep.yaml").scenario.region == "USA"
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_sweep(tmp_path / "none.yaml")


_words = st.sampled_from(
    ["volume", "region", "values", "from", "to", "steps", "sample", "field", "LFP", "CHN", "grid",
     "sample", "10 GWh/year", "price/copper", "yield/cell", "prices.csv:5", "pack.energy", "low",
     "high", "distribution", "normal", "chemistries", "sourcing.rules[1].limit", "scenario", "="]
)  # fmt: skip
_leaf = _words | st.integers(-3, 10**20) | st.floats() | st.booleans() | st.none() | st.text()
_value = st.recursive(
    _leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=4)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    vary=st.lists(st.fixed_dictionaries({"field": _words}, optional={
        "values": _value, "from": _leaf, "to": _leaf, "steps": _leaf, "sample": _value,
    }) | _value, max_size=3) | _value,
    rest=st.dictionaries(st.sampled_from(["how", "draws", "seed", "outputs"]), _value, max_size=3),
)  # fmt: skip
def test_whatever_a_file_holds_it_is_a_sweep_or_a_sentence(vary: object, rest: object) -> None:
    from calculator.scenario.yaml_tree import Tree
    from calculator.sweeps.read import _read

    assert isinstance(rest, dict)
    tree = Tree({"scenario": {"chemistries": ["LFP"]}, "vary": vary, **rest})
    try:
        sweep = _read(tree, "f", Path("/nowhere"))
    except (InputError, DatabaseError) as error:
        assert all("; " in str(fault) for fault in getattr(error, "faults", ()))
    else:
        assert sweep.columns(range(min(sweep.points, 3))).keys() == {a.field for a in sweep.axes}
        assert sweep_of(sweep.source).hash == sweep.hash
