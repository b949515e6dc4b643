"""The sourcing answer of the terminal: plan, price of the rules, and what clashes."""

import json
from collections import defaultdict

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from calculator.export import ENDINGS
from calculator.regions import EU_MEMBERS
from calculator.scenario import make_scenario
from calculator.scenario.sourcing import stated_scenario
from calculator.sourcing import Ban, HHICap, RecycledFloor, ShareCap
from materials_db.load import load_database

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
        assert set(row) == {"rule", "limit", "limit_unit", "shadow_price", "unit"}


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
    assert prices["No country above 40 %"] < 0
    floor = next(m for m in answer["marginals"] if m["name"] == "15 % recycled nickel")
    above = floor["level"] - floor["limit"]
    assert above >= -1e-6
    assert (floor["shadow_price"] > 0) != (above > 1e-6)  # a floor has a price where it holds


def test_every_limit_has_its_price_and_the_plan_its_proof(example):
    answer = example.answer
    assert answer["certificate"]["ok"] is True
    assert answer["unique"] in (True, False, None)
    assert answer["relaxations"] == []
    prices = {row["name"]: row for row in answer["marginals"]}
    for row in answer["binding_rules"]:
        found = prices[row["rule"]]
        assert (found["shadow_price"], found["unit"]) == (row["shadow_price"], row["unit"])
        assert found["kind"] == "rule"


def test_explain_says_feasible_or_which_rules_clash(run, root):
    done = run("explain", str(root / "examples" / "sourcing.yaml"))
    assert (done.code, done.err) == (0, "")
    assert "Feasible" in done.out
    clash = run("explain", str(root / "examples" / "clash.yaml"), "--json")
    assert clash.code == 1
    names = {"15 % recycled nickel", "No refining in the United States"}
    assert set(clash.answer["conflict"]) == names
    assert {row["rule"] for row in clash.answer["relaxations"]} == names


def test_text_names_mix_cost_rules_and_marks(run, root):
    text = run("optimise", str(root / "examples" / "sourcing.yaml")).out
    for word in ("Status: optimal", "nickel", "(hydromet)", "USD_2025/kWh", "the rules",
                 "rule that binds", "40.0 %", "rests on: ~ 4/5 means",
                 "chooses its own."):  # fmt: skip
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
    assert "rests on" not in text.out
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
    rate = eur["cost_per_kwh"] / eur["cost_usd_per_kwh"]
    assert eur["objective"]["unit"] == "EUR_2025/year"
    assert eur["objective"]["value"] == pytest.approx(usd["objective"]["value"] * rate)
    for key in ("binding_rules", "binding_limits"):
        for one, two in zip(usd[key], eur[key], strict=True):
            assert two["unit"] == one["unit"].replace("USD_2025", "EUR_2025") != one["unit"]
            assert two["shadow_price"] == pytest.approx(one["shadow_price"] * rate)
    assert eur["cost_per_kwh"] == pytest.approx(usd["cost_usd_per_kwh"] * 0.885, rel=0.05)
    older = run("optimise", file, "--json", "--deck", "reference_2022").answer
    assert older["cost_usd_per_kwh"] != usd["cost_usd_per_kwh"]


def test_one_money_on_the_screen_and_in_files(run, root, tmp_path):
    scenario, path = str(root / "examples" / "sourcing.yaml"), tmp_path / "plan.parquet"
    done = run("optimise", scenario, "--currency", "EUR", "--out", str(path))
    assert "USD" not in done.out
    assert "EUR_2025 per percentage point" in done.out
    answer = run("optimise", scenario, "--currency", "EUR", "--json").answer
    table = pq.read_table(path)
    assert table.schema.metadata[b"currency"] == b"EUR_2025"
    rows = table.to_pylist()
    costs = [row["value"] for row in rows if row["table"] == "cost"]
    assert sum(costs) == pytest.approx(answer["objective"]["value"])
    assert {row["unit"] for row in rows if row["table"] == "cost"} == {"EUR_2025/year"}
    flows = [row for row in rows if row["table"] == "flows"]
    assert {row["currency"] for row in flows} == {"EUR_2025"}
    paid = sum(row["quantity"] * row["unit_cost"] for row in flows)
    kinds = answer["cost_by_kind_per_kwh"]
    made = sum(kinds.get(kind, 0.0) for kind in ("price", "conversion", "recycling"))
    assert paid == pytest.approx(made * answer["demand_gwh_per_year"] * 1e6, rel=1e-6)


def test_limits_and_columns_of_a_plan_have_units(run, root, tmp_path):
    path = tmp_path / "plan.parquet"
    run("optimise", str(root / "examples" / "sourcing.yaml"), "--out", str(path))
    table = pq.read_table(path)
    for name in ("share", "quantity", "unit_cost", "limit", "level", "shadow_price", "value"):
        assert table.schema.field(name).metadata[b"unit"], name
    binding = [row for row in table.to_pylist() if row["table"] == "binding_rules"]
    caps = {row["rule"]: row for row in binding}
    assert (
        caps["No country above 40 %"]["limit"],
        caps["No country above 40 %"]["limit_unit"],
    ) == (
        0.4,
        "1",
    )
    assert all(row["limit_unit"] for row in binding)


def test_a_users_data_is_marked_as_theirs_in_a_plan(run, tmp_path):
    file, own, book = _write(tmp_path, CAP), tmp_path / "mine.csv", tmp_path / "plan.xlsx"
    own.write_text("item,value,unit\nlithium_carbonate,30,USD_2025/kg\n")
    base = run("optimise", file, "--json").answer
    assert (base["own_data"], base["own_files"]) == (False, [])
    assert not any(row["own_data"] for row in base["shares"])
    mine = run("optimise", file, "--overlay", str(own), "--json").answer
    assert (mine["own_data"], mine["own_files"]) == (True, ["mine.csv"])
    marked = {row["material"] for row in mine["shares"] if row["own_data"]}
    assert marked
    assert "nickel" not in marked
    text = run("optimise", file, "--overlay", str(own), "--out", str(book)).out
    assert "With your data: mine.csv. What rests on it is marked yours." in text
    assert "(yours)" in text
    sheets = CalamineWorkbook.from_path(book)
    head, *rows = sheets.get_sheet_by_name("records").to_python()
    records = [dict(zip(head, row, strict=True)) for row in rows]
    assert any(row["layer"] == "overlay" and row["file"] == "mine.csv" for row in records)
    assert any(row["record"] == "positive.coating.porosity" for row in records)
    notes = sheets.get_sheet_by_name("notes").to_python()
    assert ["own", "numbers of your file mine.csv"] in notes


def test_a_chemistry_of_ones_own_is_marked_in_a_plan(run, tmp_path, root):
    own = tmp_path / "own.yaml"
    own.write_text((root / "materials_db" / "data" / "chemistries" / "LFP.yaml").read_text())
    file = _write(tmp_path, CAP, chemistry=str(own))
    assert "LFP (yours) cells for USA" in run("optimise", file).out
    assert run("optimise", file, "--json").answer["own_files"] == ["own.yaml"]


def test_a_region_is_told_to_be_no_part_of_a_plan(run, tmp_path):
    file = _write(tmp_path, CAP)
    one, two = (run("optimise", file, "--json", "--region", c).answer for c in ("CHN", "USA"))
    assert one["objective"] == two["objective"]
    assert two["notes"][0] == "region USA: plant of compare; a sourcing plan chooses its own"
    assert "a sourcing plan chooses its own" in run("optimise", file, "--region", "USA").out
    assert "a sourcing plan chooses its own" in " ".join(run("optimise", "--help").out.split())


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
    scenario = make_scenario({"chemistries": ["NMC811"], "sourcing": values})
    return stated_scenario(load_database(), scenario).wishes


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


def test_four_chemistries_keep_the_benchmarks_of_the_union(run, root):
    answer = run("optimise", str(root / "examples" / "europe.yaml"), "--json").answer
    mix = answer["chemistry_shares"]
    assert sum(mix.values()) == pytest.approx(1.0)
    assert mix["NMC811"] >= 0.33 - 1e-6
    assert answer["emission_kg_co2e_per_kwh"] > 0
    assert answer["objective"]["minimised"] == "cost"
    third: dict[tuple[str, str, str], float] = {}
    for row in answer["shares"]:
        if row["country"] not in {*EU_MEMBERS, "ROW"}:
            key = (row["material"], row["stage"], row["country"])
            third[key] = third.get(key, 0.0) + row["share"]
    assert max(third.values()) == pytest.approx(0.65, abs=1e-6)
    recycled = sum(
        row["share"]
        for row in answer["shares"]
        if (row["material"], row["stage"]) == ("cobalt", "refining") and row["route"] != "primary"
    )
    assert recycled >= 0.16 - 1e-6


def test_a_cap_on_third_countries_leaves_the_importers_own_alone():
    cap = {"rule": "cap_country_share", "name": "c", "limit": "40 %", "third_countries": True}
    (rule,) = _rules(cap)
    assert rule == ShareCap("c", 0.4, country="each", outside="USA")
