"""Laws as rules of a plan, and what they cost it."""

from __future__ import annotations

from typing import Any

import pytest

from calculator.errors import InputError
from calculator.policy.made_credit import MadeCostShare, MadeCredit
from calculator.scenario.law_cost import law_cost
from calculator.scenario.policies import PolicyChoice
from calculator.scenario.read import ScenarioError, parse_scenario
from calculator.scenario.sourcing import source_scenario, stated_scenario
from calculator.scenario.write import scenario_yaml
from calculator.sourcing import CarbonCap, CostShare, RecycledFloor, ShareCap, ShareFloor, solve
from materials_db.load import load_database

DB = load_database()
CRMA = {"policy": "EU_CRMA", "year": 2030}
MACR = {"policy": "US_MACR", "year": 2027, "product": "energy storage"}


# --- as a file states them -----------------------------------------------------------------


def test_the_short_form_is_the_long_one() -> None:
    text = "chemistries: [LFP]\nsourcing:\n  importer: DEU\n  policies:\n    - {}\n"
    short = parse_scenario(text.replace("{}", "EU_CRMA @ 2030"))
    long = parse_scenario(text.replace("{}", "{policy: EU_CRMA, year: 2030}"))
    assert short == long
    assert parse_scenario(scenario_yaml(short)) == short


def test_every_key_is_written_and_read_back(plan_for: Any) -> None:
    stated = plan_for(
        "USA", {**MACR, "credit": True, "threshold": "62 %"},
        {"policy": "JPN_METI", "year": 2026, "rate": "6 %", "life": "12 year"},
        {"policy": "EU_CARBON_FOOTPRINT", "year": 2030, "cap": "60 kgCO2e/kWh"},
        {"policy": "EU_IAA", "year": 2027, "trusted": ["JPN"], "threshold": "40 %"},
        {**CRMA, "materials": ["lithium"], "requirements": ["mining"]},
    )  # fmt: skip
    assert parse_scenario(scenario_yaml(stated)) == stated


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("EU_CRMA in 2030", "names no law and year; write it such as 'EU_CRMA @ 2030'"),
        ({"policy": "EU_CRMA"}, "year"),
        ({**CRMA, "limit": "3 %"}, "limit"),
    ],
)
def test_a_slip_in_the_file_is_told(plan_for: Any, entry: object, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        plan_for("DEU", entry)


def test_a_law_stands_once(plan_for: Any) -> None:
    with pytest.raises(ScenarioError, match="policy 'EU_CRMA 2030' stands twice"):
        plan_for("DEU", "EU_CRMA @ 2030", "EU_CRMA @ 2030")


@pytest.mark.parametrize(
    ("importer", "entry", "said"),
    [
        ("DEU", "EU_CRM @ 2030", "policy 'EU_CRM' is not known; did you mean 'EU_CRMA'"),
        ("DEU", "EU_COLLECTION @ 2030", "'EU_COLLECTION' sets no rule of a sourcing plan"),
        ("USA", "EU_CRMA @ 2030", "'EU_CRMA' is of EUU and the plan imports into USA"),
        ("DEU", "EU_CARBON_FOOTPRINT @ 2030", "has no sourced number; add 'cap' to it"),
        ("DEU", {**CRMA, "credit": True}, "'EU_CRMA' has no key 'credit'"),
        ("DEU", {**CRMA, "requirements": ["smelting"]}, "has no requirement 'smelting'"),
        ("DEU", {**CRMA, "materials": ["gold"]}, "is no strategic raw material of these cells"),
        ("USA", "US_MACR @ 2027", "'US_MACR' needs a product; give one of battery_component"),
        ("USA", {**MACR, "product": "wafers"}, "has no product 'wafers'"),
        ("USA", "US_45X @ 2031", "no share is sourced in 2031; add 'threshold'"),
        ("JPN", {"policy": "JPN_METI", "year": 2026, "product": "Honda"}, "no project 'Honda'"),
    ],
)
def test_what_cannot_be_stated_is_one_sentence(
    plan_for: Any, importer: str, entry: object, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        stated_scenario(DB, plan_for(importer, entry))


# --- as rules ------------------------------------------------------------------------------


def test_benchmarks_of_one_material(plan_for: Any) -> None:
    stated = stated_scenario(DB, plan_for("DEU", {**CRMA, "materials": ["lithium"]}))
    by_kind = {(type(r).__name__, getattr(r, "stage", None)): r for r in stated.wishes}
    assert len(stated.wishes) == len(by_kind) == 5
    mined, refined = (by_kind["ShareFloor", stage] for stage in ("mining", "refining"))
    assert isinstance(mined, ShareFloor)
    assert (mined.share, mined.group, mined.material) == (0.10, "EU", "lithium")
    assert refined.limit == 0.40
    recycled = next(r for r in stated.wishes if isinstance(r, RecycledFloor))
    assert (recycled.share, recycled.groups) == (0.25, ("EU",))
    for stage in ("mining", "refining"):
        cap = by_kind["ShareCap", stage]
        assert isinstance(cap, ShareCap)
        assert (cap.share, cap.country, cap.outside) == (0.65, "each", "EU")
    assert all(r.name.startswith("EU_CRMA 2030: ") for r in stated.wishes)
    assert all(r.name.endswith("(benchmark)") for r in stated.wishes)


def test_benchmarks_are_on_strategic_materials_alone(plan_for: Any) -> None:
    stated = stated_scenario(DB, plan_for("DEU", {**CRMA, "requirements": ["each_stage"]}))
    materials = {getattr(r, "material", "") for r in stated.wishes}
    assert {"lithium", "nickel", "cobalt", "manganese", "graphite", "copper"} <= materials
    assert not materials & {"phosphate", "phosphoric_acid", "fluorspar"}


def test_the_law_of_recycled_content_is_the_rule_of_that_name(plan_for: Any) -> None:
    rule = {"rule": "eu_recycled_content", "name": "law", "year": 2036}
    by_rule = stated_scenario(DB, plan_for("DEU", rules=[rule]))
    by_law = stated_scenario(DB, plan_for("DEU", "EU_RECYCLED_CONTENT @ 2036"))
    assert [(type(r), r.limit) for r in by_law.wishes] == [
        (type(r), r.limit) for r in by_rule.wishes
    ]
    plans = [solve(s.supply.network, s.rules) for s in (by_rule, by_law)]
    assert plans[0].cost == pytest.approx(plans[1].cost, rel=1e-9)


def test_a_law_before_its_date_sets_no_rule(plan_for: Any) -> None:
    found = source_scenario(DB, plan_for("DEU", "EU_CRMA @ 2029", "EU_RECYCLED_CONTENT @ 2030"))
    assert found.wishes == ()
    assert found.plan.cost == pytest.approx(found.free_cost)
    told = " ".join(found.notes)
    assert "EU_CRMA asks for nothing on 31 Dec 2029" in told
    assert "EU_RECYCLED_CONTENT asks for nothing on 31 Dec 2030" in told


def test_a_proposal_says_that_it_is_one(plan_for: Any) -> None:
    entry = {"policy": "EU_IAA", "year": 2027, "threshold": "50 %", "trusted": ["JPN"]}
    stated = stated_scenario(DB, plan_for("DEU", entry))
    (rule,) = stated.wishes
    assert rule.name.endswith("(proposal of 4 Mar 2026)")
    assert isinstance(rule, ShareFloor)
    assert {"DEU", "FRA", "JPN"} <= set(rule.country or ())
    assert "EU_IAA is a proposal of 4 Mar 2026, not law." in stated.law_notes
    bare = stated_scenario(DB, plan_for("DEU", "EU_IAA @ 2027"))
    assert bare.wishes == ()
    assert any("without the battery and sets nothing on cells" in n for n in bare.law_notes)


def test_the_footprint_is_the_users(plan_for: Any) -> None:
    entry = {"policy": "EU_CARBON_FOOTPRINT", "year": 2030, "cap": "70 kgCO2e/kWh"}
    (rule,) = stated_scenario(DB, plan_for("DEU", entry)).wishes
    assert isinstance(rule, CarbonCap)
    assert rule.limit == 70.0


@pytest.mark.parametrize(("year", "share"), [(2026, 0.55), (2027, 0.60), (2030, 0.75)])
def test_the_cost_share_is_that_of_the_year(plan_for: Any, year: int, share: float) -> None:
    stated = stated_scenario(DB, plan_for("USA", {**MACR, "year": year}))
    (rule,) = stated.wishes
    assert isinstance(rule, CostShare)
    assert (rule.share, rule.country, rule.credit) == (share, ("CHN", "RUS", "IRN", "PRK"), None)
    assert any("CATL" in note for note in stated.law_notes)


def test_a_recalled_share_is_told(plan_for: Any) -> None:
    notes = stated_scenario(DB, plan_for("USA", {**MACR, "year": 2029})).law_notes
    assert any("not verified: least_clean_cost_share of energy_storage" in n for n in notes)
    sure = stated_scenario(DB, plan_for("USA", MACR)).law_notes
    assert not any("not verified" in n for n in sure)


def test_the_credit_pays_cells_made_there_if_the_share_is_met(plan_for: Any) -> None:
    found = source_scenario(DB, plan_for("USA", {**MACR, "credit": True}))
    (rule,) = found.wishes
    assert isinstance(rule, MadeCostShare)
    layout = found.supply.network.layout
    assert rule.measure(layout, found.plan.x) >= 0.60 - 1e-9
    made = rule.credited_units(layout) @ found.plan.x[: layout.n]
    assert found.plan.cost_by_kind["credit"] == pytest.approx(-35.0 * made, rel=1e-6)
    assert found.free_cost is not None
    assert found.plan.cost < found.free_cost


def test_the_credit_before_its_condition_and_after_the_phase_down(plan_for: Any) -> None:
    (early,) = stated_scenario(DB, plan_for("USA", "US_45X @ 2024")).wishes
    assert isinstance(early, MadeCredit)
    assert early.credit == pytest.approx(35.0)
    entry = {"policy": "US_45X", "year": 2031, "threshold": "85 %"}
    (late,) = stated_scenario(DB, plan_for("USA", entry)).wishes
    assert isinstance(late, MadeCostShare)
    assert late.credit == pytest.approx(17.5)
    none = stated_scenario(DB, plan_for("USA", "US_45X @ 2033"))
    assert none.wishes == ()
    assert any("it ended on 31 Dec 2032" in note for note in none.law_notes)


def test_a_grant_is_capped_at_what_it_is_given_for(plan_for: Any) -> None:
    entry = {"policy": "JPN_METI", "year": 2026, "rate": "0 %", "life": "10 year"}
    stated = stated_scenario(DB, plan_for("JPN", entry))
    (rule,) = stated.wishes
    assert isinstance(rule, MadeCredit)
    assert rule.country == "JPN"
    assert rule.most == 40e6
    yen = 347.9e9 / 40e6 / 10
    assert 0.005 * yen < rule.credit < 0.01 * yen  # 100 to 200 yen a dollar
    assert any("869.8 JPY_2024/kWh at 0 % over 10 years" in note for note in stated.law_notes)


# --- what it costs -------------------------------------------------------------------------


def test_the_cost_of_a_law_is_with_less_without(plan_for: Any) -> None:
    scenario = plan_for("DEU")
    found = law_cost(DB, scenario, "EU_RECYCLED_CONTENT", 2036)
    held = source_scenario(DB, plan_for("DEU", "EU_RECYCLED_CONTENT @ 2036"))
    free = source_scenario(DB, scenario)
    assert found.usd_per_year == pytest.approx(held.plan.cost - free.plan.cost, rel=1e-6)
    assert found.usd_per_kwh == pytest.approx((found.usd_per_year or 0) / 30e6)
    assert (found.usd_per_year or 0) > 0
    for standing in found.standings:
        assert standing.slack == pytest.approx((standing.level or 0) - standing.limit)
    assert found.explanation is None
    assert found.within_reach is None


def test_where_one_requirement_binds_its_price_tells_a_small_step(plan_for: Any) -> None:
    scenario = plan_for("DEU")
    found = law_cost(DB, scenario, "EU_RECYCLED_CONTENT", 2036)
    (binding,) = found.binding
    assert "cobalt" in binding.rule
    assert binding.marginal is not None
    stated = stated_scenario(DB, plan_for("DEU", "EU_RECYCLED_CONTENT @ 2036"))
    step = 1e-4
    moved = tuple(
        r.with_limit(r.limit + step) if r.name == binding.rule else r for r in stated.rules
    )
    change = solve(stated.supply.network, moved).cost - found.held.cost
    assert change == pytest.approx(100 * step * binding.marginal.shadow_price, rel=1e-3)


def test_a_law_that_the_scenario_names_is_taken_out_first(plan_for: Any) -> None:
    named = law_cost(DB, plan_for("DEU", "EU_RECYCLED_CONTENT @ 2031"), "EU_RECYCLED_CONTENT", 2036)
    bare = law_cost(DB, plan_for("DEU"), "EU_RECYCLED_CONTENT", 2036)
    assert named.usd_per_year == pytest.approx(bare.usd_per_year, rel=1e-6)


def test_a_law_before_its_date_costs_nothing(plan_for: Any) -> None:
    found = law_cost(DB, plan_for("DEU"), "EU_CRMA", 2029)
    assert found.law.rules == ()
    assert found.usd_per_year == 0.0


def test_a_law_that_cannot_be_met_says_how_far_it_can(plan_for: Any) -> None:
    choice = PolicyChoice(
        policy="EU_CRMA", year=2030, materials=("lithium", "graphite"),
        requirements=("refining", "recycling"),
    )  # fmt: skip
    found = law_cost(DB, plan_for("DEU"), choice)
    assert found.held.status == "infeasible"
    assert found.usd_per_kwh is None
    assert found.explanation is not None
    reach = {s.rule.partition(": ")[2]: s for s in found.standings}
    none = next(s for name, s in reach.items() if "processing of graphite" in name)
    assert none.reachable == pytest.approx(0.0, abs=1e-9)
    some = next(s for name, s in reach.items() if "processing of lithium" in name)
    assert some.reachable is not None
    assert 0.0 < some.reachable < 0.40
    assert found.within_reach is not None
    assert (found.within_reach_usd_per_kwh or 0) > 0
    layout = found.supply.network.layout
    for rule in found.law.rules:
        limit = found.within_reach.limits[rule.name]
        eased = rule.with_limit(limit)
        assert eased.residual(layout, found.within_reach.plan.x[: layout.n]) < 1e-6


def test_the_year_of_a_law_is_asked_for(plan_for: Any) -> None:
    with pytest.raises(InputError, match="policy 'EU_CRMA' has no year"):
        law_cost(DB, plan_for("DEU"), "EU_CRMA")
