"""A scenario's sourcing answer: cost of each rule, the market's limit, the unnamed rest."""

from __future__ import annotations

from typing import Any

import pytest

from calculator.errors import InputError
from calculator.plan_reports import plan_report
from calculator.scenario import Scenario, make_scenario
from calculator.scenario.sourcing import Sourced, cost_of_each_rule, source_scenario
from calculator.scenario.unnamed import unnamed_notes
from calculator.sourcing import MarketAccess, from_dict, solve
from calculator.tables import shown_in
from materials_db.database import MaterialsDB
from materials_db.load import load_database

CAP = {"rule": "cap_country_share", "name": "cap", "limit": "40 %"}
NICKEL = {"rule": "recycled_floor", "name": "nickel", "material": "nickel", "limit": "25 %"}
RUSSIA = {"rule": "exclude", "name": "no Russia", "countries": ["RUS"]}
LOOSE = {"rule": "cap_country_share", "name": "loose", "limit": "99.9 %", "country": "FRA"}
CHINA = {"rule": "exclude", "name": "no China", "countries": ["CHN"]}


@pytest.fixture(scope="module")
def db() -> MaterialsDB:
    return load_database()


def asked(*rules: dict[str, Any], chemistry: str = "NMC811", **sourcing: Any) -> Scenario:
    question = {"importer": "EUU", "demand": "30 GWh/year", "rules": list(rules), **sourcing}
    return make_scenario({"chemistries": [chemistry], "sourcing": question})


@pytest.fixture(scope="module")
def found(db: MaterialsDB) -> Sourced:
    return source_scenario(db, asked(CAP, NICKEL, RUSSIA, LOOSE, importer="USA"))


# --- cost of each rule -------------------------------------------------------------------


def test_each_rule_costs_what_leaving_it_out_saves(found: Sourced) -> None:
    """Against a solve without each, the market's limit and a rule that does not bind as well."""
    assert set(found.cost_by_rule) == {"cap", "nickel", "no Russia", "loose", "Market access 25 %"}
    for rule in found.rules:
        rest = [other for other in found.rules if other is not rule]
        without = solve(found.supply.network, rest).cost
        cost = found.cost_by_rule[rule.name]
        assert cost == pytest.approx(found.plan.cost - without, abs=1e-6 * found.plan.cost)
    assert found.cost_by_rule["loose"] == 0.0
    assert found.cost_by_rule["cap"] > found.cost_by_rule["nickel"] > 0


def test_one_rule_alone_costs_what_all_cost(db: MaterialsDB) -> None:
    one = source_scenario(db, asked(CHINA))
    assert one.cost_by_rule["no China"] == pytest.approx(one.cost_of_rules)


def test_a_ban_tells_its_price_and_what_lifting_it_saves(db: MaterialsDB) -> None:
    one = source_scenario(db, asked(CHINA))
    price = next(m for m in one.plan.marginals if m.name == "no China")
    assert price.unit == "USD_2025 per percentage point"
    assert price.shadow_price < 0
    assert one.cost_by_rule["no China"] > 0


def test_no_plan_no_costs(db: MaterialsDB) -> None:
    none = source_scenario(db, asked(CAP, chemistry="LFP"))
    assert none.plan.status == "infeasible"
    assert set(none.cost_by_rule.values()) == {None}
    assert cost_of_each_rule(none.supply.network, none.rules, none.plan) == none.cost_by_rule


def test_tables_and_json_hold_the_cost_of_each_rule(db: MaterialsDB, found: Sourced) -> None:
    shown = shown_in(db, "EUR", 2025)
    report = plan_report(db, asked(CAP, NICKEL, RUSSIA, LOOSE), found, shown)
    table = report.tables["cost_of_rules"].set_index("rule")
    assert set(table["unit"]) == {"EUR_2025/year"}
    answer = report.answer
    assert answer is not None
    rows = {row["rule"]: row for row in answer["cost_of_rule"]}
    kwh = found.supply.demand_kwh_per_year
    for name, cost in found.cost_by_rule.items():
        assert cost is not None
        assert table.loc[name, "cost_of_rule"] == pytest.approx(cost * shown.factor)
        assert rows[name]["cost_of_rule"] == pytest.approx(cost * shown.factor)
        assert rows[name]["cost_of_rule_usd_per_kwh"] == pytest.approx(cost / kwh)
    assert rows["cap"]["kind"] == "rule"
    assert rows["Market access 25 %"]["kind"] == "market"
    assert rows["cap"]["unit"] == "EUR_2025/year"
    assert answer["market_access_percent"] == 25.0
    assert set(found.notes) <= set(answer["notes"])


def test_a_conflict_in_json_names_the_users_rules_alone(db: MaterialsDB) -> None:
    scenario = asked(CAP, chemistry="LFP")
    none = source_scenario(db, scenario)
    answer = plan_report(db, scenario, none, shown_in(db, "USD", 2025)).answer
    assert answer is not None
    assert answer["conflict"] == ["cap"]
    assert {row["rule"] for row in answer["relaxations"]} == {"cap", "Market access 25 %"}
    assert "these rules clash: 'cap', 'Market access 25 %'." in answer["reasons"]


# --- the market --------------------------------------------------------------------------


def test_the_limit_of_the_market_is_a_rule_of_the_plan(db: MaterialsDB, found: Sourced) -> None:
    assert found.rules == (*found.wishes, MarketAccess("Market access 25 %", 0.25))
    half = source_scenario(db, asked(CAP, market_access="50 %"))
    assert half.rules[-1] == MarketAccess("Market access 50 %", 0.5)
    assert half.plan.cost < source_scenario(db, asked(CAP)).plan.cost
    assert source_scenario(db, asked(CAP, market_access="100 %")).rules == half.wishes


def test_own_recyclers(db: MaterialsDB) -> None:
    little = {**NICKEL, "limit": "15 %"}
    own = source_scenario(db, asked(little, recyclers=["EUU"]))
    recycled = {r.country for r in own.plan.sources if r.route == "hydromet"}
    assert recycled <= {"POL", "HUN", "DEU", "FRA"}
    assert own.plan.cost > source_scenario(db, asked(little)).plan.cost


def test_the_recycled_part_is_told_by_stream_and_cost(db: MaterialsDB, found: Sourced) -> None:
    rows = [row for row in found.recycled if row.material == "nickel"]
    shares = [r.share for r in found.plan.shares if (r.material, r.route) == ("nickel", "hydromet")]
    assert sum(row.share for row in rows) == pytest.approx(sum(shares), rel=1e-9)
    assert sum(row.share for row in rows) >= 0.25 - 1e-6
    assert {row.stream for row in rows} <= {"own scrap", "market scrap", "end-of-life cells"}
    for row in rows:
        assert 0.78 * row.market_usd_per_kg < row.usd_per_kg < 1.5 * row.market_usd_per_kg
        assert row.stream == "own scrap" or row.usd_per_kg >= row.market_usd_per_kg
    shown = shown_in(db, "EUR", 2025)
    report = plan_report(db, asked(CAP, NICKEL, RUSSIA, LOOSE), found, shown)
    assert report.answer is not None
    told = [row for row in report.answer["recycled"] if row["material"] == "nickel"]
    assert [row["share"] for row in told] == [row.share for row in rows]
    assert told[0]["cost_per_kg"] == pytest.approx(rows[0].usd_per_kg * shown.factor)
    assert {row["currency"] for row in told} == {"EUR_2025"}


# --- the unnamed -------------------------------------------------------------------------


def test_much_from_the_unnamed_is_told_in_one_sentence(found: Sourced) -> None:
    shares: dict[tuple[str, str | None], float] = {}
    for row in found.plan.shares:
        if row.country is None:
            at = (row.material, row.stage)
            shares[at] = shares.get(at, 0.0) + row.share
    much = {at for at, share in shares.items() if share > 0.20}
    assert ("manganese", "refining") in much
    (told,) = [note for note in found.notes if "not known singly (ROW) supply" in note]
    assert told.count("% of ") == len(much)
    assert f"{100 * shares['manganese', 'refining']:.0f} % of manganese (refining)" in told


def test_a_ban_says_where_it_cannot_look(found: Sourced) -> None:
    (told,) = [note for note in found.notes if note.startswith("'no Russia'")]
    assert "RUS is not named for manganese (refining)" in told


def test_little_from_the_unnamed_is_not_told() -> None:
    def notes(amount: float) -> tuple[str, ...]:
        suppliers = {
            "a": {"country": "A", "price": 2.0},
            "r": {"price": 1.0, "capacity": amount},
        }
        ask = {"currency": "USD_2025", "commodity": "nickel", "demand": 10.0}
        return unnamed_notes(solve(*from_dict({**ask, "suppliers": suppliers})), ())

    assert notes(2.0) == ()
    assert "ROW) supply 21 % of nickel;" in notes(2.1)[0]


@pytest.mark.parametrize("rule", [CAP, RUSSIA, {"rule": "hhi_cap", "name": "hhi", "limit": 0.4}])
def test_rest_reaches_the_optimiser_and_costs_no_less(
    db: MaterialsDB, rule: dict[str, Any]
) -> None:
    at = {"stage": "active_material"}
    many = source_scenario(db, asked({**rule, **at}, importer="USA"))
    one = source_scenario(db, asked({**rule, **at, "rest": "one"}, importer="USA"))
    assert one.wishes[0].rest == "one"
    assert one.plan.cost > many.plan.cost
    if rule is RUSSIA:
        assert not any(r.country is None for r in one.plan.shares if r.stage == "active_material")


def test_the_world_does_not_recycle(db: MaterialsDB) -> None:
    with pytest.raises(InputError, match="recyclers: 'WLD' is no country"):
        source_scenario(db, asked(recyclers=["WLD"]))


# --- bad input, speed --------------------------------------------------------------------


def test_a_rule_on_what_the_cells_lack(db: MaterialsDB) -> None:
    with pytest.raises(InputError, match="'nickel' is on nickel, which LFP cells do not hold"):
        source_scenario(db, asked(NICKEL, chemistry="LFP"))


def test_a_default_answer_prices_its_rules(db: MaterialsDB) -> None:
    assert source_scenario(db, asked(CAP, NICKEL)).cost_by_rule["cap"] > 0
