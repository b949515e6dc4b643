"""The dict form: the documented examples run, and every slip gets one sentence."""

from __future__ import annotations

import ast
from copy import deepcopy
from inspect import getdoc

import pytest

from calculator.sourcing import SourcingError, from_dict, rules, solve
from calculator.sourcing.from_dict import RULES


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
        ("demands", 5, "the scenario: unknown key 'demands'; did you mean 'demand'?"),
        ("demand", "100 t", "demand is missing or not a number"),
        ("currency", None, "names no currency and year"),
        ("currency", "USD", "'USD' does not name a currency and its year"),
        ("suppliers/A/prise", 3, "suppliers[A]: unknown key 'prise'; did you mean 'price'?"),
        ("suppliers/A/price", "14", "price is '14'; give a plain number"),
        ("suppliers/A/price", True, "price is True; give a plain number"),
        ("suppliers/A/capacity", -3, "capacity is negative"),
        ("suppliers/A/country", 7, "country is 7; give a name"),
        ("suppliers/A", 7, "suppliers[A] is 7; give a mapping of its fields"),
        ("suppliers", 7, "suppliers is a int; give a list or a mapping"),
        ("rules/0/share", 40, "(40 % is written 0.40)"),
        ("rules/0/rule", "share_cop", "unknown rule 'share_cop'; did you mean 'share_cap'?"),
        ("rules/0/contry", "A", "rules[0]: unknown key 'contry'; did you mean 'country'?"),
        ("rules/0/name", "", "has no name"),
        ("rules/1/share", None, "share is None; give a plain number"),
    ],
)
def test_each_slip_is_one_sentence(path, value, sentence):
    with pytest.raises(SourcingError) as caught:
        from_dict(changed(path, value))
    assert sentence in str(caught.value)
    assert len(caught.value.faults) == 1


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
