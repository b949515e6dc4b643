"""The sourcing answer of the terminal: plan, price of the rules, and what clashes."""

import json
from collections import defaultdict

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from calculator.export import ENDINGS
from calculator.scenario import make_scenario
from calculator.scenario.sourcing import scenario_rules
from calculator.sourcing import Ban, HHICap, RecycledFloor, ShareCap

CAP = {"rule": "cap_country_share", "name": "cap", "limit": "40 %"}


def _write(tmp_path, *rules, importer="USA", chemistry="NMC811"):
    file = tmp_path / "s.yaml"
    sourcing = {"importer": importer, "demand": "30 GWh/year", "rules": list(rules)}
    # JSON is YAML
    file.write_text(json.dumps({"chemistries": [chemistry], "sourcing": sourcing}))
    return str(file)


@pytest.fixture
def example(run, root):
    return run("optimise", str(root / "examples" / "sourcing.yaml"), "--json")


def test_a_plan_has_every_promised_key(example):
    assert (example.code, example.err) == (0, "")
    answer = example.answer
    assert answer["status"] == "optimal"
    assert answer["conflict"] == []
    assert answer["objective"]["unit"] == "USD_2025/year"
    assert answer["objective"]["value"] > 1e8
    assert answer["data_version"]
    for row in answer["shares"]:
        assert set(row) >= {"material", "stage", "country", "route", "share"}
    for row in answer["binding_rules"]:
        assert set(row) == {"rule", "shadow_price", "unit"}


def test_shares_sum_to_one_and_keep_the_rules(example):
    total, by_country, recycled = defaultdict(float), defaultdict(float), 0.0
    for row in example.answer["shares"]:
        total[row["material"], row["stage"]] += row["share"]
        by_country[row["material"], row["stage"], row["country"]] += row["share"]
        if (row["material"], row["stage"]) == ("nickel", "refining") and row["route"] != "primary":
            recycled += row["share"]
    assert {stage for _, stage in total} == {"mining", "refining", "active_material", "cell"}
    assert all(share == pytest.approx(1.0, abs=1e-6) for share in total.values())
    known = {key: share for key, share in by_country.items() if key[2] != "ROW"}
    assert max(known.values()) <= 0.40 + 1e-6
    assert recycled >= 0.15 - 1e-6
    assert not [key for key in by_country if key[2] == "RUS"]


def test_costs_add_up_and_the_rules_cost_something(example):
    answer = example.answer
    kwh = answer["demand_gwh_per_year"] * 1e6
    assert answer["cost_usd_per_kwh"] == pytest.approx(answer["objective"]["value"] / kwh)
    parts = sum(answer["cost_by_kind_usd_per_kwh"].values())
    assert parts == pytest.approx(answer["cost_usd_per_kwh"], rel=1e-9)
    free = answer["cost_without_rules_usd_per_kwh"]
    assert answer["cost_of_rules_usd_per_kwh"] == pytest.approx(answer["cost_usd_per_kwh"] - free)
    assert answer["cost_of_rules_usd_per_kwh"] > 0
    prices = {row["rule"]: row["shadow_price"] for row in answer["binding_rules"]}
    assert prices["No country above 40 %"] < 0 < prices["15 % recycled nickel"]


def test_text_names_mix_cost_rules_and_marks(run, root):
    text = run("optimise", str(root / "examples" / "sourcing.yaml")).out
    for word in ("Status: optimal", "nickel", "(hydromet)", "USD_2025/kWh", "the rules",
                 "rule that binds", "40.0 %", "~ rests on an assumption"):  # fmt: skip
        assert word in text, word


def test_clashing_rules_are_named_and_the_exit_code_is_one(run, root):
    done = run("optimise", str(root / "examples" / "clash.yaml"), "--json")
    assert (done.code, done.err) == (1, "")
    answer = done.answer
    assert answer["status"] == "infeasible"
    assert answer["objective"]["value"] is None
    assert answer["shares"] == []
    assert set(answer["conflict"]) == {"15 % recycled nickel", "No refining in the United States"}
    assert {row["rule"] for row in answer["relaxations"]} == set(answer["conflict"])
    text = run("optimise", str(root / "examples" / "clash.yaml"))
    assert text.code == 1
    assert (
        "These rules clash: '15 % recycled nickel', 'No refining in the United States'." in text.out
    )


@pytest.mark.parametrize("ending", ENDINGS)
def test_out_writes_plans_and_conflicts(run, root, tmp_path, ending):
    for name, code in (("sourcing", 0), ("clash", 1)):
        path = tmp_path / f"{name}{ending}"
        done = run("optimise", str(root / "examples" / f"{name}.yaml"), "--out", str(path))
        assert done.code == code
        content = path.read_bytes()
        if ending in (".csv", ".json"):
            assert b"nickel" in content
        if ending == ".xlsx":
            sheets = CalamineWorkbook.from_path(path).sheet_names
            assert {"shares", "binding_rules", "assumptions", "sources", "inputs"} <= set(sheets)
            assert ("relaxations" in sheets) == bool(code)
        if ending == ".parquet":
            assert pq.read_table(path).num_rows > 0


def test_currency_and_options_reach_the_optimiser(run, tmp_path):
    file = _write(tmp_path, CAP)
    usd = run("optimise", file, "--json").answer
    eur = run("optimise", file, "--json", "--currency", "EUR").answer
    assert eur["currency"] == "EUR_2025"
    assert eur["objective"] == usd["objective"]
    assert eur["cost_per_kwh"] == pytest.approx(usd["cost_usd_per_kwh"] * 0.885, rel=0.05)
    older = run("optimise", file, "--json", "--deck", "reference_2022").answer
    assert older["cost_usd_per_kwh"] != usd["cost_usd_per_kwh"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({**CAP, "material": "unobtainium"}, "unobtainium"),
        ({**CAP, "material": "nikel"}, "nickel"),
        ({**CAP, "country": "ROW"}, "'ROW' is no single country"),
    ],
)
def test_a_rule_on_what_is_not_there(run, tmp_path, rule, says):
    done = run("optimise", _write(tmp_path, rule))
    assert done.code == 2
    assert "Traceback" not in done.err
    assert says in done.err
    assert "cap" in done.err


def _rules(*wishes):
    values = {"importer": "USA", "rules": list(wishes)}
    return scenario_rules(make_scenario({"chemistries": ["LFP"], "sourcing": values}))


def test_every_kind_of_rule_reaches_the_optimiser_as_its_own():
    named = {"material": "nickel", "stage": "refining"}
    found = _rules(
        {**CAP, **named},
        {"rule": "cap_country_share", "name": "one", "limit": "30 %", "country": "CHN"},
        {"rule": "cap_group_share", "name": "some", "limit": "60 %", "countries": ["CHN", "RUS"]},
        {"rule": "hhi_cap", "name": "hhi", "limit": 0.25, **named},
        {"rule": "exclude", "name": "ban", "countries": ["RUS"], **named},
        {"rule": "recycled_floor", "name": "floor", "limit": "15 %", "material": "nickel"},
    )
    assert found == (
        ShareCap("cap", 0.4, country="each", **named),
        ShareCap("one", 0.3, country=("CHN",)),
        ShareCap("some", 0.6, country=("CHN", "RUS")),
        HHICap("hhi", 0.25, **named),
        Ban("ban", country=("RUS",), **named),
        RecycledFloor("floor", 0.15, element="nickel"),
    )


def test_the_european_union_stands_for_its_members():
    (rule,) = _rules({"rule": "exclude", "name": "x", "countries": ["EUU", "NOR"]})
    assert isinstance(rule, Ban)
    assert len(rule.country) == 28
    assert {"DEU", "FRA", "NOR"} <= set(rule.country)
