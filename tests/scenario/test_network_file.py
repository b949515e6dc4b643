"""A scenario file that states a network of its own: what it says, and what is said of slips."""

from __future__ import annotations

import copy
import random
import re
from dataclasses import fields
from pathlib import Path

import pytest

from calculator.scenario import ScenarioError, load_scenario
from calculator.scenario.network_file import (
    NetworkScenario,
    is_network_file,
    load_network,
    make_network,
    parse_network,
)
from calculator.scenario.network_page import EXTRA, MEANINGS, SUPPLIER, TOP, network_keys, with_keys
from calculator.sourcing import ShareCap, SourcingError, solve
from calculator.sourcing.objectives import Carbon
from calculator.sourcing.reading.expand import KEYS
from calculator.sourcing.reading.from_dict import SECTIONS
from calculator.sourcing.reading.short_form import HEAD
from calculator.sourcing.reading.short_form import SUPPLIER as SUPPLIER_KEYS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sourcing.md").read_text(encoding="utf-8")
FOUR = ROOT / "examples" / "network_suppliers.yaml"
CHAIN = ROOT / "examples" / "network_chain.yaml"

PERIODS = ROOT / "examples" / "network_periods.yaml"
OUTCOMES = ROOT / "examples" / "network_outcomes.yaml"


def test_the_example_of_suppliers_is_answered():
    """45 at 14,000 and 5 at 14,300, both with 5 % duty; 35 at 17,000 + 500; 15 at 19,000."""
    asked = load_network(FOUR).ask
    plan = solve(asked.network, asked.rules, objective=asked.objective)
    worth = 1.05 * (45 * 14_000 + 5 * 14_300) + 35 * 17_500 + 15 * 19_000
    assert plan.cost == pytest.approx(worth)
    assert plan.unique


def test_the_example_of_a_chain_is_answered():
    asked = load_network(CHAIN).ask
    plan = solve(asked.network, asked.rules)
    assert plan.status == "optimal"
    made = {(row.id, row.commodity): row.quantity for row in plan.sources}
    salt = made["process leach in Japan", "salt"] + made["process leach in China", "salt"]
    assert salt + made["process dissolve scrap", "salt"] == pytest.approx(2.3 * 2500)
    ore = made["supply Rio Tuba", "ore"] + made["supply Kolwezi", "ore"]
    assert ore == pytest.approx(11.25 / 0.9 * salt)


def test_the_example_of_two_periods_is_answered():
    """Held at 1 the 51.5 kg of 2033 are bought in 2025 at 18 rather than at 0.8 x 24."""
    asked = load_network(PERIODS).ask
    plan = solve(asked.network, asked.rules)
    back = 0.55 * 0.7 * 100
    now = 60 * 18 + 100 * 70 + (90 - back) * (18 + 1)
    later = 0.8 * (0.7 * 100 * 4 + 150 * 70)
    assert plan.cost == pytest.approx(now + later)
    assert any("does not come back" in note for note in plan.notes)


def test_the_example_of_two_outcomes_is_answered():
    """60 t from far in both outcomes; the rest from near at 6,000, or from the spot market."""
    asked = load_network(OUTCOMES).ask
    plan = solve(asked.network, asked.rules)
    far = 60 * 7500
    assert plan.cost == pytest.approx(0.8 * (far + 40 * 6000) + 0.2 * (far + 40 * 14_000))


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("loss: 1", "los: 1", 21, "storage[1]: unknown key 'los'; did you mean 'loss'?"),
        ("lifetime: 8", "lifetime: old", 23, "lives[1].lifetime is 'old'; give a plain number"),
        (
            "{mine: {price: 24}}",
            "{mine: {prise: 24}}",
            19,
            "mine.prise: this cannot change; did you",
        ),
        ("{mine: {price: 24}}", "{mina: {price: 24}}", 19, "'mina'"),
    ],
)
def test_a_slip_in_a_period_is_told_at_its_line(old, new, line, says):
    text = PERIODS.read_text(encoding="utf-8").replace("cost: 1}", "cost: 1, loss: 1 %}")
    assert old in text
    with pytest.raises(ScenarioError) as caught:
        parse_network(text.replace(old, new), "s.yaml")
    assert [fault.row for fault in caught.value.faults] == [line]
    assert says in str(caught.value)


def test_keys_may_stand_beside_network_and_network_may_be_the_file():
    inner = "demand: 10\nsuppliers: {A: {price: 2}}\n"
    beside = "network:\n  demand: 10\n  suppliers: {A: {price: 2}}\ncurrency: USD\nyear: 2025\n"
    rules = "rules: [{rule: share_cap, name: x, owner: each, share: 100 %}]\nobjective: carbon\n"
    for text in (f"currency: USD_2025\n{inner}{rules}", beside + rules):
        found = parse_network(text)
        assert found.ask.network.currency == "USD_2025"
        assert found.ask.rules == (ShareCap("x", 1.0, owner="each"),)
        assert found.ask.objective == Carbon()
        assert found.name == "untitled"


BAD = """name: Bad
deck: x
network:
  currency: USD_2025
  commodity: {id: nickel, unit: t}
  demand: 100 GWh
  suppliers:
    - {name: Morowali, country: IDN, prise: 14, price: 3}
    - name: Sudbury
      price: 17 EUR_2025/kg
      capacity: -3
  rules:
    - {rule: share_cap, country: each, share: 50}
    - rule: recycled_floor
      share: 15 %
      element: cobalt
  colour: red
"""


def test_all_faults_are_told_at_once_at_their_lines():
    with pytest.raises(ScenarioError) as caught:
        parse_network(BAD, "bad.yaml")
    told = str(caught.value).splitlines()
    assert [fault.row for fault in caught.value.faults] == [2, 6, 8, 10, 13, 17]
    for line, says in zip(
        told,
        (
            "'deck' is for a scenario of chemistries and stands beside a network; take one",
            "demand is '100 GWh'; unit 'GWh' is an energy where a mass is needed",
            "suppliers[1]: unknown key 'prise'; did you mean 'price'?",
            "suppliers[2].price is '17 EUR_2025/kg'; money",
            "rules[1]: rule 'share_cap': share is 50; give between 0 and 1 (40 % is written 0.40)",
            "the network: unknown key 'colour'; known:",
        ),
        strict=True,
    ):
        assert line.startswith("- bad.yaml:")
        assert says in line


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("network: 5", 1, "network: it should be a group of keys; write 'suppliers' and"),
        ("network: {currency: USD_2025}", 1, "demand is missing; give how much"),
        ("network: {}\nnam: x", 2, "unknown key 'nam' beside 'network'; did you mean 'name'?"),
        ("network: {rules: []}\nrules: []", 2, "'rules' stands beside 'network' and in it; keep"),
        ("suppliers: {}\ndemand: 3", 1, "names no currency and year; add for example currency"),
        ("suppliers: {}\ncurrency: USD", 2, "'USD' does not name a currency and its year"),
        ("suppliers: {A: {price: 1}}\nsuppliers: {}", 2, "'suppliers' is given twice"),
        ("name: [x]\nsuppliers: {A: {price: 1}}", 1, "name: it should be one line of text"),
        ("stages: []\nsuppliers: {}", 1, "unknown key 'stages'; write 'processes', each with"),
    ],
)
def test_a_slip_is_one_sentence_with_its_line(text, line, says):
    with pytest.raises(ScenarioError) as caught:
        parse_network(text, "s.yaml")
    told = [fault for fault in caught.value.faults if says in str(fault)]
    assert [fault.row for fault in told] == [line]


WHOLE = """currency: USD_2025
commodities: [ore, salt]
nodes:
  mine: {country: PHL}
  plant: {country: DEU}
supplies:
  - {node: mine, commodity: ore, price: 1}
arcs:
  - {from: mine, to: plant, commodity: ore}
demands:
  - {node: plant, commodity: ore, amount: 1}
rules:
  - {rule: capacity, name: cap, material: ore, limit: 10}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("node: mine", "node: mina", 7, "unknown node 'mina'; did you mean 'mine'?"),
        ("to: plant", "to: mine", 9, "leads back to its own node; remove it"),
        ("commodity: ore, amount", "commodity: ire, amount", 11, "unknown commodity 'ire'"),
        ("material: ore", "material: oar", 13, "rule 'cap': unknown material 'oar'"),
        ("plant: {country: DEU}", "plant: {period: 2030}", 5, "period '2030' is unknown"),
    ],
)
def test_a_fault_of_the_network_is_told_at_the_line_of_what_it_names(old, new, line, says):
    with pytest.raises(ScenarioError) as caught:
        parse_network(WHOLE.replace(old, new), "s.yaml")
    told = [fault for fault in caught.value.faults if says in str(fault)]
    assert [fault.row for fault in told] == [line]


def test_lanes_that_nobody_stated_are_told():
    text = "\n".join(k for k in WHOLE.splitlines() if "arcs" not in k and "from:" not in k)
    assert parse_network(WHOLE).ask.network.notes == ()
    (note,) = parse_network(text).ask.network.notes
    assert note.startswith("no arcs are stated")


def test_a_file_of_chemistries_is_none_of_a_network_and_the_other_way_round(tmp_path):
    assert is_network_file(FOUR)
    assert not is_network_file(ROOT / "examples" / "sourcing.yaml")
    with pytest.raises(ScenarioError, match="states a network, which has no chemistries; use"):
        load_scenario(FOUR)
    bare = tmp_path / "bare.yaml"
    bare.write_text("currency: USD_2025\ndemand: 1\nsuppliers: {A: {price: 1}}\n")
    assert is_network_file(bare)
    with pytest.raises(ScenarioError, match="states a network"):
        load_scenario(bare)


# --- anything at all -------------------------------------------------------------------

BASES = (
    {
        "currency": "USD_2024",
        "commodity": "nickel",
        "demand": 100.0,
        "suppliers": {
            "A": {"country": "IDN", "price": 14.0, "capacity": 80.0},
            "B": {"country": "CAN", "price": 17.0, "freight": 1, "duty": 0.1},
        },
        "rules": [{"rule": "share_cap", "name": "c", "country": "each", "share": 0.9}],
        "objective": "cost",
    },
    {
        "currency": "USD_2024",
        "commodities": {"ore": {"contents": {"nickel": 0.02}}, "salt": {"unit": "kg"}},
        "nodes": {"mine": {"country": "PHL"}, "plant": {"groups": ["EU"], "owner": "X"}},
        "supplies": [{"node": "mine", "commodity": "ore", "price": 0.05, "capacity": 1e6}],
        "processes": {
            "leach": {"node": "plant", "inputs": {"ore": 12.5}, "outputs": {"salt": 1}, "yield": 1}
        },
        "arcs": [{"from": "mine", "to": "plant", "commodity": "ore", "duty": 0.1}],
        "demands": [{"node": "plant", "commodity": "salt", "amount": 5.0}],
        "rules": {"x": {"rule": "capacity", "limit": 1e9, "material": "ore"}},
        "periods": [],
    },
)
ODD = (
    None, True, 0, -1, 1e308, 1e-320, float("nan"), float("inf"), 10**400, "", "x", "40 %",
    "1e400", "nan", "14 USD_2024/kg", "3 furlong", "=1+1", "\u202e", "é😀", "\x00", "a\nb", [],
    {}, [[]], [{}], {"": 1}, {"a": {}}, ["a", "a"], {"amount": 1}, {"rule": "ban"}, "free", "A",
    "mine", "plant", "A -> B", {"id": [1]}, 2**63, {"A": 3, "B": 2},
)  # fmt: skip


def _places(value, path=()):
    yield path
    made = value if isinstance(value, (dict, list)) else ()
    for key, item in made.items() if isinstance(made, dict) else enumerate(made):
        yield from _places(item, (*path, key))


def _odd_asks():
    """300 asks with odd values at one or two places, the same in every run."""
    draw = random.Random(3)
    for _ in range(300):
        ask = copy.deepcopy(draw.choice(BASES))
        for _ in range(draw.choice((1, 1, 2))):
            *way, last = draw.choice([path for path in _places(ask) if path])
            at = ask
            for step in way:
                at = at[step]
            if draw.random() < 0.15 and isinstance(at, dict):
                del at[last]
            else:
                at[last] = copy.deepcopy(draw.choice(ODD))
        yield ask


def test_any_ask_gives_a_plan_or_sentences():
    answered = refused = 0
    for ask in _odd_asks():
        try:
            found = make_network({"network": ask})
            plan = solve(found.ask.network, found.ask.rules, objective=found.ask.objective)
        except (ScenarioError, SourcingError) as error:
            refused += 1
            for fault in getattr(error, "faults", ()):
                assert str(fault).isprintable()
                assert len(str(fault)) < 500
        else:
            answered += 1
            assert isinstance(found, NetworkScenario)
            assert plan.status in ("optimal", "infeasible", "unbounded")
    assert answered > 20
    assert refused > 100


# --- the page --------------------------------------------------------------------------


def test_the_tables_in_docs_are_those_of_the_records_and_rules():
    said = "python -m calculator.scenario.network_page docs/sourcing.md"
    assert with_keys(PAGE) == PAGE, said
    assert network_keys() in PAGE


def test_every_key_has_a_meaning():
    known = {*SECTIONS, *HEAD, *KEYS, "rules", "objective", "name"}
    assert set(TOP) == known - {"year"}
    assert set(SUPPLIER) == set(SUPPLIER_KEYS)
    assert set(MEANINGS) == set(SECTIONS)
    for name, kind in SECTIONS.items():
        assert set(MEANINGS[name]) == {field.name for field in fields(kind)}, name
    texts = [*TOP.values(), *SUPPLIER.values()]
    texts += [text for group in (*MEANINGS.values(), *EXTRA.values()) for text in group.values()]
    assert all(len(text) > 4 and text.endswith(".") for text in texts)


def test_the_files_on_the_page_are_the_examples():
    assert re.findall(r"```yml\n(.*?)```", PAGE, re.DOTALL) == [
        FOUR.read_text(encoding="utf-8"),
        CHAIN.read_text(encoding="utf-8"),
        PERIODS.read_text(encoding="utf-8"),
        OUTCOMES.read_text(encoding="utf-8"),
    ]
