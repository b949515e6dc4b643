"""The dict form: the documented examples run, and every slip gets one sentence."""

from __future__ import annotations

import ast
from copy import deepcopy
from inspect import getdoc

import numpy as np
import pytest

from calculator.sourcing import SourcingError, from_dict, rules, solve
from calculator.sourcing.reading import record_reader
from calculator.sourcing.reading.from_dict import RULES, SECTIONS
from calculator.sourcing.reading.quantities import Units, number
from calculator.sourcing.reading.record_reader import fields_of
from calculator.sourcing.reading.slips import Slips


def examples() -> list[dict]:
    blocks, inside = [], []
    for line in (getdoc(from_dict) or "").splitlines():
        if line.startswith("    ") and (inside or line.strip() == "{"):
            inside.append(line)
        elif inside:
            blocks.append("\n".join(inside))
            inside = []
    return [ast.literal_eval(block.strip()) for block in blocks]


THREE, CHAIN = examples()


def test_three_supplier_example():
    """15 % recycled at 19, half from A at 14, the rest from B at 17."""
    plan = solve(*from_dict(THREE))
    assert plan.cost == pytest.approx(50 * 14 + 35 * 17 + 15 * 19)
    shares = {(r.country, r.route): r.share for r in plan.shares}
    assert shares == pytest.approx(
        {("IDN", "primary"): 0.5, ("CAN", "primary"): 0.35, ("DEU", "recycled"): 0.15}
    )
    prices = {m.name: m.shadow_price for m in plan.binding if m.kind == "rule"}
    assert prices == pytest.approx({"one country": -3.0, "recycled": 2.0})


def test_chain_example():
    """5000 kg of salt x 12.5 kg ore at 0.05, and 1.1 to convert."""
    network, asked = from_dict(CHAIN)
    plan = solve(network, asked)
    ore = 5000 * 12.5
    assert plan.cost == pytest.approx(ore * 0.05 + 5000 * 1.1)
    assert plan.share_of("JPN", "nickel", "refining") == pytest.approx(1.0)
    assert next(r for r in plan.sources if r.commodity == "ore").quantity == pytest.approx(ore)


def test_short_form_pays_freight_and_duty_on_the_price():
    plan = solve(
        *from_dict(
            {
                "currency": "EUR_2025",
                "commodity": "x",
                "demand": 10,
                "suppliers": [{"country": "A", "price": 5, "freight": 1, "duty": 0.2}],
            }
        )
    )
    assert plan.cost_by_kind["duty"] == pytest.approx(10)
    assert plan.cost == pytest.approx(10 * (5 + 1 + 1))
    assert plan.currency == "EUR_2025"


def test_rules_may_be_a_mapping_from_their_names():
    ask = deepcopy(THREE)
    ask["rules"] = {r.pop("name"): r for r in ask["rules"]}
    assert solve(*from_dict(ask)).cost == pytest.approx(solve(*from_dict(THREE)).cost)


def changed(path: str, value: object) -> dict:
    ask = deepcopy(THREE)
    *way, last = path.split("/")
    at = ask
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[last] = value
    return ask


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("demands", 5, "demands: demand is given twice; keep one"),
        ("demandd", 5, "the network: unknown key 'demandd'; did you mean 'demand'?"),
        ("demand", "100 t", "demand is '100 t'; state the unit of its commodity"),
        ("demand", None, "the network: demand is missing; give how much of what is needed"),
        ("demand", {"nickle": 3}, "unknown commodity 'nickle'; did you mean 'nickel'?"),
        ("currency", None, "names no currency and year"),
        ("currency", "USD", "'USD' does not name a currency and its year"),
        ("suppliers/A/prise", 3, "suppliers[A]: unknown key 'prise'; did you mean 'price'?"),
        ("suppliers/A/price", "dear", "suppliers[A].price is 'dear'; give a plain number"),
        ("suppliers/A/price", "14 USD", "state the unit of its commodity, such as 'unit: kg'"),
        ("suppliers/A/max", 3, "suppliers[A]: unknown key 'max'; write 'capacity'"),
        ("suppliers/A/duty", 25, "duty is 25, which is 2500 %; give a fraction (0.25), or text"),
        ("rules/0/max", 3, "rules[0]: share is given twice; keep one"),
        ("rules/0/min", 3, "unknown key 'min'; this rule sets the most there may be, as 'share'"),
        ("rules/1/max", 3, "this rule sets the least there must be, as 'share'"),
        ("rules/0/country", "all", "unknown country 'all'; write 'each' for every single one"),
        ("rules/0/country", "idn", "unknown country 'idn'; did you mean 'IDN'?"),
        ("rules/0/rule", "budget", "write 'objective_at_most' with objective: cost and a limit"),
        ("suppliers/A/min", 3, "suppliers[A]: unknown key 'min'; write a rule, 'minimum_lot'"),
        ("rules/0/supplier", "each", "write 'owner': a supplier without an owner is its own"),
        ("rules", ["no China"], "such as {rule: share_cap, name: half"),
        ("suppliers/A/recycled", "yes", "recycled is 'yes'; give true or false"),
        ("suppliers/A/price", 1e80, "price is 1e+80; give 0, or a number of a size between"),
        ("suppliers/A/price", 10**400, "price has too many digits"),
        ("suppliers/A/price", True, "price is True; give a plain number"),
        ("suppliers/A/capacity", -3, "capacity is negative"),
        ("suppliers/A/country", 7, "country is 7; give a name"),
        ("suppliers/A", True, "suppliers[A] is True; give a mapping of its fields"),
        ("suppliers", 7, "suppliers is a int; give a list or a mapping"),
        ("rules/0/share", 40, "(40 % is written 0.40)"),
        ("rules/0/rule", "share_cop", "unknown rule 'share_cop'; did you mean 'share_cap'?"),
        ("rules/0/contry", "A", "rules[0]: unknown key 'contry'; did you mean 'country'?"),
        ("rules/0/name", "", "has no name"),
        ("rules/1/share", None, "share is empty; give a plain number"),
        ("rules/1/share", "15 kg", "unit 'kg' is a mass where a plain number is needed"),
        ("rules/0/rule", None, "rules[0]: key 'rule' is missing; add 'rule:' and a kind, such as"),
        ("objective", "carbn", "unknown objective 'carbn'; did you mean 'carbon'?"),
    ],
)
def test_each_slip_is_one_sentence(path, value, sentence):
    with pytest.raises(SourcingError) as caught:
        from_dict(changed(path, value))
    assert sentence in str(caught.value)
    assert len(caught.value.faults) == 1


SAME: tuple[dict, ...] = (
    {"demand": 100, "suppliers": {"A": {"price": 14, "capacity": 80}, "B": {"price": 17}}},
    {
        "commodity": "nickel",
        "demand": {"nickel": 100},
        "suppliers": [{"name": "A", "cost": 14, "capacity": 80}, {"name": "B", "cost": 17}],
    },
    {
        "commodity": {"id": "nickel", "unit": "kg"},
        "demand": "0.1 t/year",
        "suppliers": {
            "A": {"price": "14000 USD_2025/t", "capacity": "80 kg"},
            "B": {"price": "17 USD_2025/kg", "capacity": None},
        },
    },
    {
        "commodity": "nickel",
        "demand": {"Germany": 60, "France": 40},
        "suppliers": {"A": {"price": 14, "capacity": 80}, "B": {"price": 17, "capacity": 60}},
    },
    {
        "supplies": [
            {"commodity": "x", "price": 14, "capacity": 80, "country": "IDN"},
            {"commodity": "x", "price": 17, "country": "CAN"},
        ],
        "demands": [{"commodity": "x", "amount": 100, "exact": True}],
    },
    {
        "commodities": ["x"],
        "nodes": {"A": "IDN", "B": "CAN", "buyer": None},
        "supplies": {
            "a": {"node": "A", "price": 14, "capacity": 80},
            "b": {"node": "B", "price": 17},
        },
        "arcs": {"A -> buyer": {}, "B -> buyer": None},
        "demand": {"buyer": 100},
    },
    {
        "suppliers": [
            {"id": "A", "commodity": "ore", "price": 7, "capacity": 160},
            {"id": "B", "commodity": "ore", "price": 8.5},
        ],
        "processes": {"refine": {"input": "ore", "output": "metal", "yield": "50 %"}},
        "demand": {"metal": 100},
    },
)


@pytest.mark.parametrize("ask", SAME)
def test_one_problem_in_many_words_has_one_answer(ask):
    plan = solve(*from_dict({"currency": "USD_2025", **ask}))
    assert plan.cost == pytest.approx(80 * 14 + 20 * 17)


def test_a_yield_divides_what_goes_in():
    ask = {
        "currency": "USD_2025",
        "suppliers": {"mine": {"commodity": "ore", "price": 1.0}},
        "processes": [{"inputs": {"ore": 9.0}, "output": "salt", "yield": 0.9, "cost": 2.0}],
        "demand": {"salt": 5.0},
    }
    assert solve(*from_dict(ask)).cost == pytest.approx(5 * (10 * 1.0 + 2.0))


def test_a_recipe_may_be_text_with_units():
    ask = {
        "currency": "USD_2025",
        "commodities": {"salt": {"unit": "kg"}, "cell": {"unit": "kWh"}},
        "suppliers": {"S": {"commodity": "salt", "price": 20.0, "emission": "3 kgCO2e/kg"}},
        "processes": {
            "plant": {"inputs": {"salt": "650 g/kWh"}, "output": "cell", "cost": "9 USD_2025/kWh"}
        },
        "demand": {"cell": "1 MWh"},
    }
    network, _ = from_dict(ask)
    plan = solve(network)
    assert plan.cost == pytest.approx(1000 * (0.65 * 20 + 9))
    assert plan.emission_kg == pytest.approx(1000 * 0.65 * 3)


@pytest.mark.parametrize(("unit", "kg"), [("kg", 0.225), ("t", 225.0), ("lb", 0.10205828325)])
def test_contents_in_percent_are_kg_in_one_unit(unit, kg):
    ask = {
        "currency": "USD_2025",
        "commodities": {"salt": {"unit": unit, "contents": {"nickel": "22.5 %"}}},
        "suppliers": {"A": {"price": 1}},
        "demand": 1,
    }
    assert from_dict(ask)[0].commodities[0].contents["nickel"] == pytest.approx(kg)


def test_contents_above_the_whole_are_refused():
    ask = {**CHAIN, "commodities": {"salt": {"unit": "kg", "contents": {"nickel": 22.5}}}}
    with pytest.raises(SourcingError, match=r"contents\.nickel is 22\.5, which is 2250 %"):
        from_dict(ask)


def test_a_supplier_is_its_own_owner_and_rules_count_by_it():
    ask = {
        "currency": "USD_2025",
        "demand": 10,
        "suppliers": {"A": {"price": 1}, "B": {"price": 2, "owner": "A"}, "C": {"price": 4}},
        "rules": [{"share_cap": {"owner": "each", "share": "50 %"}}],
    }
    network, (rule,) = from_dict(ask)
    assert [node.owner for node in network.nodes] == ["A", "A", "C", None]
    assert rule.name == "share_cap"
    assert solve(network, [rule]).cost == pytest.approx(5 * 1 + 5 * 4)


def test_two_rules_of_one_kind_without_names_are_numbered():
    ask = deepcopy(THREE)
    ask["rules"] = [{"rule": "ban", "country": "RUS"}, {"rule": "ban", "country": "IDN"}]
    assert [rule.name for rule in from_dict(ask)[1]] == ["ban", "ban 2"]


def test_rules_of_a_scenario_of_chemistries_are_understood():
    ask = deepcopy(THREE)
    ask["rules"] = [
        {"rule": "cap_country_share", "name": "a", "limit": "40 %"},
        {"rule": "cap_group_share", "name": "b", "limit": 0.6, "countries": ["IDN", "CAN"]},
        {"rule": "exclude", "name": "c", "countries": ["RUS"]},
        {"rule": "recycled_floor", "name": "d", "material": "nickel", "limit": 0.1},
    ]
    assert from_dict(ask)[1] == (
        rules.ShareCap("a", 0.4, country="each"),
        rules.ShareCap("b", 0.6, country=("IDN", "CAN")),
        rules.Ban("c", country=("RUS",)),
        rules.RecycledFloor("d", 0.1, element="nickel"),
    )


def test_lanes_stay_within_a_period_and_an_outcome():
    ask = {
        "currency": "USD_2025",
        "periods": [{"id": 2025}, {"id": 2026, "discount": 0.9}],
        "suppliers": {
            "mine 25": {"period": 2025, "price": 10, "capacity": 100},
            "mine 26": {"period": 2026, "price": 20},
        },
        "demands": [
            {"id": "now", "amount": 50, "period": 2025},
            {"id": "later", "amount": 60, "period": 2026},
        ],
    }
    network, _ = from_dict(ask)
    lanes = [(arc.source, arc.target) for arc in network.arcs]
    assert lanes == [("mine 25", "now"), ("mine 26", "later")]
    assert solve(network).cost == pytest.approx(50 * 10 + 0.9 * 60 * 20)


@pytest.mark.parametrize(
    ("price", "sentence"),
    [
        ("14 USD/t", "money without a year; name it, such as 'USD_2024/t'"),
        ("14 EUR_2025/t", "differ in currency or year"),
        ("14 t", "unit 't' is a mass where a money per mass is needed"),
        ("14 USD_2024/zt", "unit 'USD_2024/zt' is not known"),
        ("$14", "give a plain number, or text with a unit such as '1 USD_2024/t'"),
        ("1,400 USD_2024/t", "give a plain number, or text with a unit"),
    ],
)
def test_text_of_a_wrong_dimension_is_refused(price, sentence):
    ask = changed("suppliers/A/price", price)
    ask["commodity"] = {"id": "nickel", "unit": "t"}
    with pytest.raises(SourcingError) as caught:
        from_dict(ask)
    assert sentence in str(caught.value)
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("price_per_unit", "3 USD_2025/kg", 3000.0),
        ("emission_kg_per_unit", "10 kgCO2e/kg", 10_000.0),
        ("emission_kg_per_unit", "2 t CO2e/t", 2000.0),
        ("energy_kwh_per_unit", "5 kWh/kg", 5000.0),
        ("capacity", "80 kt/yr", 80_000.0),
        ("duty_rate", "5%", 0.05),
    ],
)
def test_text_is_converted_to_the_unit_of_the_good(field, text, value):
    units, slips = Units("USD_2025", {"nickel": "t"}), Slips()
    assert number(("x",), text, units.expected(field, "nickel"), slips) == pytest.approx(value)
    assert not slips.found


BY_PERIOD = {
    "currency": "USD_2025",
    "commodity": "nickel",
    "suppliers": {
        "A": {"price": {2025: 14, 2030: 15}, "capacity": 80},
        "B": {"cost": {"2030": 18, "2025": 17}},
    },
}


@pytest.mark.parametrize(
    ("demand", "periods"),
    [
        ({2025: 100, 2030: 150}, [2025, 2030]),
        ({"nickel": {2025: 100, 2030: 150}}, {2025: None, 2030: {}}),
        ({"amount": 100}, {2025: {}, 2030: {"demand": 150}}),
        (100, [{"name": 2025}, {"name": 2030, "demand": {"nickel": 150}}]),
    ],
)
def test_numbers_by_period_may_stand_where_they_belong(demand, periods):
    plan = solve(*from_dict({**BY_PERIOD, "demand": demand, "periods": periods}))
    now, later = 80 * 14 + 20 * 17, 80 * 15 + 70 * 18
    assert plan.cost == pytest.approx(now + later)


def test_a_number_for_some_periods_alone_is_refused():
    ask = {**BY_PERIOD, "demand": {"nickel": {2025: 100}}, "periods": [2025, 2030]}
    with pytest.raises(SourcingError, match=r"demand"):
        from_dict(ask)


def test_numbers_of_numpy_are_numbers():
    ask = changed("demand", np.int64(100))
    ask["suppliers"]["A"]["price"] = np.float32(14.0)
    assert solve(*from_dict(ask)).cost == pytest.approx(solve(*from_dict(THREE)).cost)


def test_limits_of_rules_may_have_units():
    ask = deepcopy(THREE)
    ask["rules"] = [
        {"rule": "carbon_cap", "name": "a", "limit": "600 t CO2e"},
        {"rule": "carbon_price", "name": "b", "price": "85 USD_2024/t"},
        {"rule": "energy_cap", "name": "c", "limit": "2 GWh"},
        {"rule": "hhi_cap", "name": "d", "limit": "40 %"},
    ]
    assert [rule.limit for rule in from_dict(ask)[1]] == pytest.approx([6e5, 0.085, 2e6, 0.4])


def test_a_new_field_of_a_record_needs_no_line_in_the_reader():
    for kind in (*RULES.values(), *SECTIONS.values()):
        for hint in fields_of(kind)[0].values():
            assert record_reader._reader(hint) is not None


def test_missing_key_is_named():
    ask = deepcopy(THREE)
    del ask["rules"][1]["element"]
    with pytest.raises(SourcingError, match=r"rules\[1\]: element is missing; give it"):
        from_dict(ask)


def test_all_slips_at_once():
    ask = changed("suppliers/A/prise", 3)
    ask["rules"][0]["share"] = "half"
    del ask["demand"]
    with pytest.raises(SourcingError) as caught:
        from_dict(ask)
    assert len(caught.value.faults) == 3


def test_one_field_under_two_names_is_refused():
    ask = deepcopy(CHAIN)
    ask["supplies"][0]["price_per_unit"] = 3.0
    with pytest.raises(SourcingError, match="price_per_unit is given twice"):
        from_dict(ask)


def test_every_rule_can_be_written():
    assert {kind.__name__ for kind in RULES.values()} == set(rules.__all__)
