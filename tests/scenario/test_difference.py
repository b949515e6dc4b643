"""Two scenarios side by side: the bridge leads exactly from one cost to the other."""

from __future__ import annotations

import json
from itertools import pairwise
from math import fsum
from pathlib import Path

import pytest

from calculator.cli import main
from calculator.difference_reports import bridge_table, drawn_bridge
from calculator.figures import cost_bridge
from calculator.money import conversion
from calculator.scenario import make_scenario
from calculator.scenario.difference import ORDER, scenario_difference
from calculator.scenario.run import evaluate_scenario, scenario_database

FIRST = {"chemistries": ["LFP", "NMC811"]}
SECOND = {
    "chemistries": ["NMC811", "NCA"],
    "format": "pouch_EV",
    "pack": {"energy": "90 kWh", "voltage": "700 V", "fast_charge": False},
    "volume": "50 GWh/year",
    "region": "USA",
    "deck": "reference_2022",
    "currency": "EUR",
    "year": 2024,
}


def scenario(values):
    return make_scenario(values, "test")


@pytest.fixture(scope="module")
def found():
    return scenario_difference(scenario(FIRST), scenario(SECOND))


def test_the_ends_of_a_bridge_are_the_costs_of_the_two_scenarios(found):
    db = scenario_database(scenario(FIRST))
    one = evaluate_scenario(db, scenario({**FIRST, "chemistries": ["NMC811"]}))[0]
    two = evaluate_scenario(db, scenario({**SECOND, "chemistries": ["NMC811"]}))[0]
    factors = [conversion(db, f"USD_{e.request.year}", "EUR_2024").factor for e in (one, two)]
    for bridge in found.of("NMC811").bridges:
        costs = [
            e.cost.view("full", bridge.scope) * factor
            for e, factor in zip((one, two), factors, strict=True)
        ]
        assert [bridge.before, bridge.after] == pytest.approx(costs, rel=1e-12)


def test_a_bridge_adds_up_whole_and_by_component(found):
    for bridge in found.of("NMC811").bridges:
        assert bridge.before + bridge.change == pytest.approx(bridge.after, rel=1e-13)
        for step in bridge.steps:
            assert fsum(step.by_component.values()) == pytest.approx(step.amount, abs=1e-12)
        names = [name for step in bridge.steps for name in step.inputs]
        order = [name for name, _ in ORDER]
        assert names == sorted(names, key=order.index)
        assert set(names) == {
            "format", "pack energy", "pack voltage", "fast charge", "volume", "region", "deck",
            "year",
        }  # fmt: skip


def test_the_steps_are_those_of_changing_one_input_after_another(found):
    cell, _ = found.of("NMC811").bridges
    db = scenario_database(scenario(FIRST))
    factor = conversion(db, "USD_2025", "EUR_2024").factor

    def cost(*keys: str) -> float:
        values = {**{key: SECOND[key] for key in keys}, "chemistries": ["NMC811"]}
        (e,) = evaluate_scenario(db, scenario(values))
        return float(e.cost.cell_usd_per_kwh) * factor

    walked = [("format",), ("format", "pack"), ("format", "pack", "volume"),
              ("format", "pack", "volume", "region"),
              ("format", "pack", "volume", "region", "deck")]  # fmt: skip
    by_name = {step.name: step for step in cell.steps}
    levels = [cost(*keys) for keys in walked]
    assert by_name["format"].amount == pytest.approx(levels[0] - cost())
    later = ("volume", "region", "deck")
    for name, (low, high) in zip(later, pairwise(levels[1:]), strict=True):
        assert by_name[name].amount == pytest.approx(high - low)
    assert by_name["region"].alone == pytest.approx(cost("region") - cost())
    region = by_name["region"]
    assert region.interaction == pytest.approx(region.amount - region.alone)
    assert abs(region.interaction) > 0.01


def test_inputs_that_differ_are_named_with_their_unit(found):
    rows = {row.key: row for row in found.inputs}
    assert (rows["pack.energy"].before, rows["pack.energy"].after) == ("75", "90")
    assert rows["pack.energy"].unit == "kWh"
    assert (rows["deck"].before, rows["deck"].after) == ("quotes_2026-06", "reference_2022")
    assert rows["year"].unit == ""
    assert "pack.power" not in rows
    assert found.only_before == ("LFP",)
    assert found.only_after == ("NCA",)


def test_rules_are_matched_by_name():
    rule = {"rule": "cap_country_share", "name": "No more", "limit": "40 %"}
    other = {"rule": "exclude", "name": "Not there", "countries": ["RUS"]}
    asked = {"chemistries": ["LFP"], "sourcing": {"importer": "USA", "rules": [rule]}}
    changed = {
        **asked,
        "sourcing": {"importer": "USA", "rules": [other, {**rule, "limit": "50 %"}]},
    }
    found = scenario_difference(scenario(asked), scenario(changed))
    rows = {row.key: row for row in found.inputs}
    limit = rows["sourcing.rules[No more].limit"]
    assert (limit.before, limit.after, limit.unit) == ("40", "50", "%")
    assert rows["sourcing.rules[Not there].countries"].after == "RUS"
    assert found.of("LFP").bridges[0].steps == ()


def test_a_scenario_and_itself_differ_in_nothing():
    found = scenario_difference(scenario(FIRST), scenario({**FIRST, "name": "Other"}))
    assert found.inputs == ()
    for one in found.chemistries:
        assert all(row.change == 0 for row in one.figures)
        assert all(bridge.steps == () for bridge in one.bridges)


def test_own_files_count_by_content(tmp_path: Path):
    rows = "item,value,unit,date\nLFP,{},USD_2025/kg,2026\n"
    for name, price in (("a.csv", 5), ("b.csv", 5), ("c.csv", 9)):
        (tmp_path / name).write_text(rows.format(price))
    asked = [scenario({"chemistries": ["LFP"], "overlay": str(tmp_path / f"{n}.csv")})
             for n in "abc"]  # fmt: skip
    assert scenario_difference(asked[0], asked[1]).of("LFP").bridges[0].steps == ()
    (step,) = scenario_difference(asked[0], asked[2]).of("LFP").bridges[0].steps
    assert step.inputs == ("own data",)
    assert step.amount > 0
    moved = {name for name, amount in step.by_component.items() if abs(amount) > 1e-12}
    assert "positive coating" in moved or any("positive" in name for name in moved)


def test_what_cannot_be_known_between_two_is_one_step(monkeypatch: pytest.MonkeyPatch):
    """A price deck that has no number for the old region stands in one step with the next."""
    import calculator.evaluation as kernel
    from calculator.errors import InputError

    whole = kernel.evaluate

    def evaluate(db, request):
        if request.region == "USA" and request.deck == "quotes_2026-06":
            raise InputError("no number in between")
        return whole(db, request)

    monkeypatch.setattr(kernel, "evaluate", evaluate)
    changed = {"chemistries": ["LFP"], "region": "USA", "deck": "reference_2022"}
    found = scenario_difference(scenario({"chemistries": ["LFP"]}), scenario(changed))
    (step,) = found.of("LFP").bridges[0].steps
    assert step.inputs == ("region", "deck")
    bridge = found.of("LFP").bridges[0]
    assert bridge.before + step.amount == pytest.approx(bridge.after, rel=1e-13)


def test_the_chart_and_the_table_of_a_bridge(found):
    for bridge in found.of("NMC811").bridges:
        chart = cost_bridge(drawn_bridge(bridge, found.money))
        assert "Bridge in EUR 2024/kWh" in chart.alt
    table = bridge_table(found)
    whole = table[(table["component"] == "whole") & (table["scope"] == "cell")]
    steps = whole[~whole["inputs"].isin(["before", "after"])]
    ends = [float(whole[whole["inputs"] == end]["amount"].iloc[0]) for end in ("before", "after")]
    assert ends[0] + steps["amount"].sum() == pytest.approx(ends[1], rel=1e-12)


def _write(path: Path, values: object) -> str:
    path.write_text(json.dumps(values))
    return str(path)


def test_the_command_compares_scenarios_without_a_sourcing_question(tmp_path, capsys):
    files = [_write(tmp_path / "a.yaml", FIRST), _write(tmp_path / "b.yaml", SECOND)]
    assert main(["diff", *files, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert "bridge" not in answer
    (one,) = answer["compare"]["chemistries"]
    for bridge in one["bridges"]:
        added = fsum(step["amount"] for step in bridge["steps"])
        assert bridge["before"] + added == pytest.approx(bridge["after"], rel=1e-12)
    assert main(["diff", *files]) == 0
    text = capsys.readouterr().out
    for words in (
        "From a.yaml to b.yaml",
        "quotes_2026-06",
        "Cell cost of NMC811",
        "region",
        "In the first scenario only: LFP.",
        "Inputs are changed one after another",
    ):
        assert words in text, words


def test_the_command_compares_plans_as_well_where_both_ask_for_one(tmp_path, capsys):
    asked = {"chemistries": ["LFP"], "sourcing": {"importer": "USA"}}
    files = [
        _write(tmp_path / "a.yaml", asked),
        _write(tmp_path / "b.yaml", {**asked, "sourcing": {"importer": "DEU"}, "region": "DEU"}),
    ]
    assert main(["diff", *files, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    added = fsum(item["amount"] for item in answer["bridge"])
    assert answer["cost_before"] + added == pytest.approx(answer["cost_after"], rel=1e-12)
    (bridge, _) = answer["compare"]["chemistries"][0]["bridges"]
    assert [step["inputs"] for step in bridge["steps"]] == [["region"]]
    out = tmp_path / "diff.xlsx"
    assert main(["diff", *files, "--out", str(out)]) == 0
    assert out.stat().st_size > 0


def test_a_scenario_and_a_network_have_nothing_to_compare_but_their_plans(tmp_path, capsys):
    network = Path(__file__).resolve().parents[2] / "examples" / "network_suppliers.yaml"
    file = _write(tmp_path / "a.yaml", {"chemistries": ["LFP"]})
    assert main(["diff", file, str(network)]) == 2
    assert "asks no sourcing question" in capsys.readouterr().err
