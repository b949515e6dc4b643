"""A network of one's own at the terminal: plan, reasons, files, exit codes."""

import json

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from calculator.export import ENDINGS

FOUR, CHAIN = "examples/network_suppliers.yaml", "examples/network_chain.yaml"
KEYS = {
    "status", "cost", "cost_by_kind", "currency", "objective", "flows", "shares", "marginals",
    "certificate", "unique", "notes", "conflict", "reasons", "relaxations",
}  # fmt: skip
CLASH = {
    "currency": "USD_2025",
    "demand": 100,
    "suppliers": {
        "A": {"price": 14, "capacity": 80, "country": "IDN"},
        "B": {"price": 17, "capacity": 60, "country": "CAN"},
    },
    "rules": [{"rule": "share_cap", "name": "forty", "country": "each", "share": 0.4}],
}


def _file(tmp_path, network):
    path = tmp_path / "n.yaml"
    path.write_text(json.dumps({"name": "N", "network": network}))
    return str(path)


def test_json_of_a_network_has_every_promised_key(run, root):
    done = run("optimise", str(root / FOUR), "--json")
    assert (done.code, done.err) == (0, "")
    answer = done.answer
    assert set(answer) >= KEYS
    assert answer["status"] == "optimal"
    assert answer["currency"] == "USD_2025"
    assert sum(answer["cost_by_kind"].values()) == pytest.approx(answer["cost"])
    assert answer["objective"] == {
        "kind": "cost", "value": pytest.approx(answer["cost"]), "unit": "USD_2025",
    }  # fmt: skip
    assert answer["certificate"]["ok"] is True
    assert answer["certificate"]["gap"] < 1e-6
    assert answer["unique"] is True
    assert (answer["conflict"], answer["reasons"], answer["relaxations"]) == ([], [], [])


def test_flows_are_balanced_and_cost_what_the_plan_costs(run, root):
    for file in (FOUR, CHAIN):
        answer = run("optimise", str(root / file), "--json").answer
        rows = answer["flows"]
        kinds = {row["kind"] for row in rows}
        assert kinds >= {"supply", "shipment", "delivery"}
        paid = sum(row["quantity"] * row["unit_cost"] for row in rows)
        assert paid == pytest.approx(answer["cost"])
    bought = {row["id"]: row["quantity"] for row in rows if row["kind"] == "supply"}
    assert bought["Rio Tuba"] == pytest.approx(40_000)
    assert {row["id"] for row in rows if row["kind"] == "process"} >= {"calcine", "dissolve scrap"}


def test_marginals_are_changes_of_cost(run, root):
    answer = run("optimise", str(root / FOUR), "--json").answer
    prices = {row["name"]: row for row in answer["marginals"]}
    floor = prices["15 % recycled"]
    assert floor["unit"] == "USD_2025 per percentage point"
    assert floor["shadow_price"] == pytest.approx(19_000 - 17_500)
    assert (floor["limit"], floor["level"]) == pytest.approx((0.15, 0.15))
    assert prices["demand nickel at market"]["kind"] == "demand"


def test_text_tells_cost_sources_ways_and_limits(run, root):
    done = run("optimise", str(root / FOUR))
    assert (done.code, done.err) == (0, "")
    for word in ("Status: optimal", "USD_2025", "Morowali", "1,634,075", "limit that binds",
                 "No other plan is as good.", "Proved optimal"):  # fmt: skip
        assert word in done.out, word


def test_an_ask_that_cannot_be_met_is_explained(run, tmp_path):
    file = _file(tmp_path, CLASH)
    done = run("optimise", file, "--json")
    assert done.code == 1
    assert done.answer["conflict"] == ["forty"]
    assert done.answer["relaxations"][0]["least"] == pytest.approx(0.5)
    assert done.answer["cost"] is None
    why = run("explain", file)
    assert why.code == 1
    assert "These rules clash: 'forty'." in why.out
    answer = run("explain", file, "--json").answer
    assert answer["feasible"] is False
    assert answer["conflict"] == ["forty"]
    assert answer["relaxations"][0]["change"] == pytest.approx(10.0)


def test_what_can_be_met_needs_no_explanation(run, root, tmp_path):
    done = run("explain", str(root / FOUR))
    assert done.code == 0
    assert "Feasible" in done.out
    answer = run("explain", str(root / FOUR), "--json").answer
    assert answer["feasible"] is True
    assert answer["conflict"] == []


def test_an_unbounded_ask_says_what_is_missing(run, tmp_path):
    network = {
        "currency": "USD_2025",
        "suppliers": {"A": {"price": 1}},
        "demands": [{"amount": 1, "value": 5}],
    }
    done = run("optimise", _file(tmp_path, network), "--json")
    assert done.code == 2
    assert done.answer["status"] == "unbounded"
    assert done.answer["notes"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_out_writes_flows_limits_and_inputs(run, root, tmp_path, ending):
    path = tmp_path / f"plan{ending}"
    assert run("optimise", str(root / FOUR), "--out", str(path)).code == 0
    if ending == ".xlsx":
        sheets = CalamineWorkbook.from_path(path).sheet_names
        assert {"flows", "shares", "cost", "limits", "notes", "inputs", "about"} <= set(sheets)
    elif ending == ".parquet":
        table = pq.read_table(path)
        assert {"flows", "limits"} <= set(table.column("table").to_pylist())
        assert table.schema.field("quantity").metadata[b"unit"]
        assert table.schema.metadata[b"currency"] == b"USD_2025"
    else:
        text = path.read_text(encoding="utf-8")
        assert "Morowali" in text
        assert ending != ".csv" or "network.suppliers.Morowali.price" in text


def test_a_file_may_not_be_written_over_the_network(run, tmp_path):
    file = tmp_path / "n.json"
    file.write_text(json.dumps({"network": CLASH}))
    done = run("optimise", str(file), "--out", str(file))
    assert done.code == 2
    assert "is an input of this call" in done.sentence
    assert json.loads(file.read_text())["network"] == CLASH


@pytest.mark.parametrize(
    ("option", "value"),
    [("--deck", "reference_2022"), ("--currency", "EUR"), ("--pack-energy", "75 kWh"),
     ("--overlay", "mine.csv")],
)  # fmt: skip
def test_an_option_for_chemistries_is_refused(run, root, option, value):
    done = run("optimise", str(root / FOUR), option, value)
    assert done.code == 2
    assert done.sentence.startswith(f"{option} is for a scenario of chemistries")


def test_bad_input_is_sentences_with_lines(run, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("currency: USD_2025\ndemand: 3\nsuppliers:\n  A: {prise: 3}\n")
    done = run("optimise", str(path))
    assert (done.code, done.out) == (2, "")
    assert "bad.yaml:4: suppliers[A]: unknown key 'prise'; did you mean 'price'?" in done.err
    assert "bad.yaml:4: suppliers[A]: price is missing; give it" in done.err
    for command in ("compare", "minerals"):
        done = run(command, "--scenario", str(path))
        assert done.code == 2
        assert "states a network, which has no chemistries" in done.sentence


def test_the_objective_of_the_file_is_kept(run, tmp_path):
    network = {
        "currency": "USD_2025",
        "demand": 100,
        "objective": "carbon",
        "suppliers": {
            "A": {"price": 14, "capacity": 80, "emission": 10},
            "B": {"price": 17, "capacity": 60, "emission": 5},
        },
    }
    answer = run("optimise", _file(tmp_path, network), "--json").answer
    assert answer["objective"]["kind"] == "carbon"
    assert answer["objective"]["value"] == pytest.approx(60 * 5 + 40 * 10)
    assert answer["cost"] == pytest.approx(60 * 17 + 40 * 14)


THREE = {
    "currency": "USD_2025",
    "demand": 100,
    "suppliers": {
        "A": {"price": 14, "capacity": 80, "emission": 10, "country": "IDN"},
        "B": {"price": 17, "capacity": 60, "emission": 5, "country": "CAN"},
        "C": {"price": 25, "capacity": 60, "emission": 1, "country": "DEU"},
    },
}


def test_the_front_has_its_corners_and_each_opens_as_a_scenario(run, tmp_path):
    """Cheapest A then B; cleanest C then B; two mixes between."""
    file = _file(tmp_path, THREE)
    done = run("pareto", file, "--first", "cost", "--second", "carbon", "--json")
    assert (done.code, done.err) == (0, "")
    answer = done.answer
    assert answer["exact"] is True
    figures = [(point["first"], point["second"]) for point in answer["points"]]
    corners = [(1460, 900), (1580, 700), (2020, 340), (2180, 260)]
    assert figures == [pytest.approx(corner) for corner in corners]
    point = answer["points"][1]
    opened = {**THREE, "rules": [point["rule"]], "objective": point["objective"]}
    again = run("optimise", _file(tmp_path, opened), "--json").answer
    assert again["cost"] == pytest.approx(1580)
    assert again["emission_kg_co2e"] == pytest.approx(700)


def test_points_of_a_front_may_be_few_and_go_to_a_file(run, tmp_path):
    file, path = _file(tmp_path, THREE), tmp_path / "front.csv"
    done = run("pareto", file, "--points", "3", "--out", str(path))
    assert done.code == 0
    assert "3 of 4 corners are shown" in done.out
    assert path.read_text(encoding="utf-8").count("USD_2025,kg CO2e") == 0
    assert "kg CO2e" in path.read_text(encoding="utf-8")
    risk = "{risk: {risks: {IDN: 0.6, CAN: 0.1}, missing: 0.2}}"
    answer = run("pareto", file, "--second", risk, "--json").answer
    assert answer["second"]["kind"] == "risk"
    assert answer["points"][0]["second"] == pytest.approx(80 * 0.6 + 20 * 0.1)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--points", "x"), "--points is 'x'; give a whole number from 2 to 1000"),
        (("--points", "1"), "--points is '1'; give a whole number"),
        (("--second", "riks"), "unknown objective 'riks'; did you mean 'risk'?"),
        (("--first", "{a: "), "malformed YAML"),
        (("--deck", "x"), "--deck is for a scenario of chemistries"),
        (("--currency", "EUR"), "unrecognized arguments: --currency EUR"),
    ],
)
def test_a_front_asked_for_badly(run, tmp_path, options, says):
    done = run("pareto", _file(tmp_path, THREE), *options)
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err


def test_a_front_of_an_ask_that_cannot_be_met(run, tmp_path):
    done = run("pareto", _file(tmp_path, CLASH), "--json")
    assert done.code == 1
    assert done.answer["status"] == "infeasible"
    assert done.answer["points"] == []


def test_the_cost_bridge_adds_up(run, tmp_path):
    before = tmp_path / "before.yaml"
    before.write_text(json.dumps({"network": THREE}))
    dearer = {**THREE, "demand": 120}
    dearer["suppliers"] = {**THREE["suppliers"], "B": {"price": 16, "capacity": 90, "duty": "5 %"}}
    after = _file(tmp_path, dearer)
    done = run("diff", str(before), after, "--json")
    assert (done.code, done.err) == (0, "")
    answer = done.answer
    assert answer["cost_before"] == pytest.approx(80 * 14 + 20 * 17)
    assert answer["cost_after"] == pytest.approx(80 * 14 + 40 * 16 * 1.05)
    added = sum(item["amount"] for item in answer["bridge"])
    assert answer["cost_before"] + added == pytest.approx(answer["cost_after"], rel=1e-12)
    assert answer["change"] == pytest.approx(added, rel=1e-12)
    assert {item["kind"] for item in answer["bridge"]} == {"price", "duty"}
    text = run("diff", str(before), after)
    for word in ("cost before", "cost after", "volume", "supply B", "+332"):
        assert word in text.out, word


def test_two_plans_that_are_the_same_differ_in_nothing(run, root):
    done = run("diff", str(root / FOUR), str(root / FOUR))
    assert done.code == 0
    assert "The plans are the same." in done.out


def test_a_plan_that_is_not_there_cannot_be_compared(run, root, tmp_path):
    done = run("diff", str(root / FOUR), _file(tmp_path, CLASH))
    assert (done.code, done.out) == (1, "")
    assert "is infeasible; see: battcalc explain" in done.sentence


def test_both_sides_of_a_price_are_given_at_a_corner(run, tmp_path):
    """At a demand of 80, one less saves A at 14 and one more costs B at 17."""
    answer = run("optimise", _file(tmp_path, {**THREE, "demand": 80}), "--json").answer
    (demand,) = [row for row in answer["marginals"] if row["kind"] == "demand"]
    assert (demand["below"], demand["above"]) == pytest.approx((14, 17))
    text = run("optimise", _file(tmp_path, {**THREE, "demand": 80})).out
    assert "14.0 below, 17.0 above" in text


def test_ranges_of_a_plan_with_equals(run, tmp_path):
    file = tmp_path / "twins.yaml"
    file.write_text(
        "currency: USD_2025\ndemand: 10\n"
        "suppliers: {A: {price: 5, capacity: 8}, B: {price: 5, capacity: 7}}\n"
    )
    answer = run("ranges", str(file), "--json").answer
    by_flow = {row["flow"]: row for row in answer["ranges"]}
    assert by_flow["supply A"]["least"] == pytest.approx(3.0)
    assert by_flow["supply A"]["most"] == pytest.approx(8.0)
    assert not by_flow["supply A"]["fixed"]
    assert any(row["fixed"] for row in answer["ranges"])
    assert "supply A" in run("ranges", str(file)).out


def test_ranges_of_what_has_no_plan(run, tmp_path):
    file = tmp_path / "short.yaml"
    file.write_text("currency: USD_2025\ndemand: 10\nsuppliers: {A: {price: 5, capacity: 8}}\n")
    found = run("ranges", str(file))
    assert found.code == 1
    assert "there is no plan to range" in found.err
