"""Networks as different people would write them, each with the answer worked out by hand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from calculator.cli import main
from calculator.scenario.network_file import parse_network
from calculator.scenario.read import ScenarioError
from calculator.sourcing import SourcingError, diff, explain, ranges, solve, sweep, with_sides
from calculator.sourcing.reading.from_dict import RULES

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Case:
    """A network as text; cost, flows by label and prices of limits as worked out by hand."""

    text: str
    cost: float
    flows: dict[str, float] = field(default_factory=dict)
    prices: dict[str, float] = field(default_factory=dict)
    unique: bool = True


CASES = {
    # A to its end, the rest from B; +1 of demand is B, +1 of A saves 12 - 10
    "two suppliers": Case(
        "{currency: EUR, year: 2024, suppliers: {A: {price: 10, capacity: 5},"
        " B: {price: 12, capacity: 5}}, demand: 7}",
        5 * 10 + 2 * 12,
        {"supply A": 5, "supply B": 2},
        {"demand material at market": 12, "capacity of supply A": -2},
    ),
    # America saves 2.2 a unit by Chile, Europe 1.2: America is served from Chile first
    "two places": Case(
        """
        currency: USD_2025
        commodities: [lithium]
        nodes: {chile: CHL, australia: AUS, europe: DEU, america: USA}
        supplies:
          - {node: chile, price: 8, capacity: 70}
          - {node: australia, price: 9, capacity: 60}
        arcs:
          - {from: chile, to: europe, freight: 1.5}
          - {from: chile, to: america, freight: 0.8}
          - {from: australia, to: europe, freight: 1.7}
          - {from: australia, to: america, freight: 2.0}
        demand: {europe: 60, america: 50}
        """,
        50 * 8.8 + 20 * 9.5 + 40 * 10.7,
        {"arc lithium chile to america": 50, "arc lithium australia to europe": 40},
        {"demand lithium at europe": 10.7, "demand lithium at america": 8.8 - 9.5 + 10.7},
    ),
    # 0.4 x 30 + 0.7 x 10 + 2 = 21 against 0.9 x 30 + 1 = 28
    "blending": Case(
        """
        currency: USD_2025
        suppliers:
          high grade: {good: ore A, price: 30, capacity: 40}
          low grade: {good: ore B, price: 10, capacity: 100}
        processes:
          blend: {inputs: {ore A: 0.4, ore B: 0.7}, output: concentrate, cost: 2}
          direct: {inputs: {ore A: 0.9}, output: concentrate, cost: 1}
        demand: {concentrate: 60}
        """,
        60 * 21,
        {"supply high grade": 24, "supply low grade": 42},
        {"demand concentrate at market": 21},
    ),
    # 10 of copper make 1 of cobalt, which is sold
    "by-product": Case(
        """
        currency: USD_2025
        suppliers: {mine: {commodity: ore, price: 2, capacity: 1000}}
        processes: {smelter: {inputs: {ore: 10}, outputs: {copper: 1, cobalt: 0.1}, cost: 5}}
        demands:
          - {commodity: copper, amount: 10}
          - {commodity: cobalt, amount: 0, value: 30}
        """,
        10 * (10 * 2 + 5) - 1 * 30,
        {"supply mine": 100},
        {"demand copper at market": 25 - 3},
    ),
    # 110 of nickel go in, 9 of them come from the scrap of the same cells
    "scrap loop": Case(
        """
        currency: USD_2025
        suppliers: {mine: {commodity: nickel, price: 20}}
        processes:
          plant: {inputs: {nickel: 1.1}, outputs: {cell: 1, scrap: 0.1}, cost: 50}
          recycler: {input: scrap, outputs: {nickel: 0.9}, cost: 3, route: recycled}
        demand: {cell: 100}
        """,
        101 * 20 + 100 * 50 + 10 * 3,
        {"supply mine": 101},
        {"demand cell at market": 70.5},
    ),
    # 90 are laid in at 10 + 2, which is below 0.8 x 20; the mine gives no more
    "two periods and a store": Case(
        """
        currency: USD_2025
        suppliers: {mine: {commodity: nickel, price: {2025: 10, 2030: 20}, capacity: 150}}
        demand: {2025: 60, 2030: 100}
        periods: {2025: {discount: 1}, 2030: {discount: 0.8}}
        storage: [{commodity: nickel, node: market, cost: 2}]
        """,
        150 * 10 + 90 * 2 + 10 * 16,
        {"supply mine @ 2025": 150, "supply mine @ 2030": 10},
        {"demand nickel at market @ 2025": 14, "capacity of supply mine @ 2025": -4},
    ),
    # half of 100 cells come back a period later and give 0.4 of nickel each at 2
    "three periods of a loop": Case(
        """
        currency: USD_2025
        suppliers: {mine: {commodity: nickel, price: 20}}
        processes:
          plant: {inputs: {nickel: 0.5}, output: cell, cost: 60}
          recycler: {input: old, outputs: {nickel: 0.4}, cost: 2, route: recycled}
        demand: {cell: 100}
        periods:
          p1: {start: 2020, length: 5}
          p2: {start: 2025, length: 5}
          p3: {start: 2030, length: 5}
        lives: [{commodity: cell, returns: old, to: recycler, collection: 50 %, lifetime: 5}]
        discount_rate: 0
        """,
        3 * 6000 + 50 * 20 + 2 * (30 * 20 + 50 * 2),
        {"supply mine @ p1": 50, "supply mine @ p3": 30},
    ),
    # sure: 3200 - 15 s <= 2600 in the bad turn, so s = 40; each saves 15 there at 9 in the mean
    "tail of the cost": Case(
        """
        currency: USD_2025
        suppliers:
          cheap: {price: 10, capacity: 100}
          sure: {price: 25, capacity: 100}
          spot: {price: 40}
        outcomes:
          good: {probability: 0.8}
          bad: {probability: 0.2, suppliers: {cheap: {capacity: 0}}}
        first_stage: [sure]
        demand: 80
        rules: [{rule: cvar, name: tail, max: 2600, level: 0.8}]
        """,
        40 * 25 + 0.8 * 40 * 10 + 0.2 * 40 * 40,
        {"supply sure @ good": 40, "supply spot @ bad": 40},
        {"tail": -9 / 15},
    ),
    # capacity is built once for two periods, and again for the last alone
    "capacity that is built": Case(
        """
        currency: USD_2025
        suppliers: {mine: {commodity: nickel, price: 10, capacity: 50}, far: {price: 30,
          commodity: nickel}}
        periods: [1, 2, 3]
        demand: {1: 50, 2: 70, 3: 80}
        expansions: [{of: mine, cost: 15, lead: 1}]
        """,
        200 * 10 + 30 * 15,
        {"supply mine @ 3": 80},
        {"demand nickel at market @ 2": 10, "demand nickel at market @ 3": 25},
        unique=False,
    ),
    # duty on price and freight at A, on the price at B
    "cif and fob": Case(
        """
        currency: USD_2025
        suppliers:
          A: {price: 100, freight: 10, duty: 0.1, duty_base: cif, capacity: 5}
          B: {price: 100, freight: 10, duty: 10 %, capacity: 5}
          C: 130
        demand: 12
        """,
        5 * 121 + 5 * 120 + 2 * 130,
        {"supply C": 2},
        {"capacity of supply A": -9, "capacity of supply B": -10},
    ),
    # by way of the hub: 1 + 1 + 5 % of 60 is less than 50 % of 60
    "goods under another origin": Case(
        """
        currency: USD_2025
        commodities: [cell]
        nodes: {ningde: CHN, hub: POL, buyer: USA, seoul: KOR}
        supplies: [{node: ningde, price: 60}, {node: seoul, price: 75}]
        arcs:
          - {from: ningde, to: buyer, duty: 50 %, customs_value: 60}
          - {from: ningde, to: hub, freight: 1}
          - {from: hub, to: buyer, freight: 1, duty: 5 %, customs_value: 60, origin: POL}
          - {from: seoul, to: buyer, freight: 1}
        demand: {buyer: 10}
        """,
        10 * 65,
        {"arc cell hub to buyer": 10},
    ),
    # Big to half, its group to 80 %: 50 + 30 + 20
    "owners and groups": Case(
        """
        currency: USD_2025
        suppliers:
          A1: {price: 1, owner: Big, group: [BRICS]}
          A2: {price: 1.2, owner: Big, group: [BRICS]}
          B: {price: 2, owner: Small, group: [BRICS]}
          C: {price: 3, owner: Free}
        demand: 100
        rules:
          - {rule: share_cap, name: Big half, owner: Big, at_most: 50 %}
          - share_cap: {name: brics, group: BRICS, max: 80 %}
        """,
        50 * 1 + 30 * 2 + 20 * 3,
        {"supply A1": 50, "supply B": 30, "supply C": 20},
        {"Big half": -1, "brics": -1},
    ),
    # the mean of a and b alone would be dearer: 5 a = b makes both worst cases equal
    "one price may rise": Case(
        """
        currency: USD_2025
        suppliers: {A: {price: 10}, B: {price: 11}}
        demand: 120
        rules: [{rule: price_budget, name: robust, budget: 1, deviations: {A: 5, B: 1}}]
        """,
        20 * 10 + 100 * 11 + 100,
        {"supply A": 20, "supply B": 100},
        {"robust": 100},
    ),
    # 60 + 44 + two fees of 30 is more than C alone
    "fee of each supplier": Case(
        """
        currency: USD_2025
        suppliers: {A: {price: 1, capacity: 60}, B: {price: 1.1, capacity: 60}, C: {price: 1.3,
          capacity: 100}}
        demand: 100
        rules: [{supplier_fee: 30}]
        """,
        130 + 30,
        {"supply C": 100},
        {"supplier_fee": 1},
    ),
    # ten more from A would leave B below its lot
    "least lot": Case(
        """
        currency: USD_2025
        suppliers: {A: {price: 1, capacity: 90}, B: {price: 1.1, capacity: 60}, C: {price: 3}}
        demand: 100
        rules: [{rule: moq, name: lot, lot: 20}]
        """,
        80 + 20 * 1.1,
        {"supply A": 80, "supply B": 20},
        {"lot": 0.1},
    ),
    # half of the tonnes must be clean; a kg of CO2 less costs 2 / 8
    "carbon": Case(
        """
        currency: USD_2025
        suppliers: {dirty: {price: 1, emission: 10}, clean: {price: 3, emission: 2}}
        demand: 100
        rules: [{carbon_cap: 600}]
        """,
        50 + 150,
        {"supply dirty": 50, "supply clean": 50},
        {"carbon_cap": -0.25},
    ),
    "a market that buys while it pays": Case(
        """
        currency: USD_2025
        suppliers: {A: {price: 10, capacity: 30}, B: {price: 20, capacity: 30}, C: {price: 30}}
        demand: {amount: 10, value: 25, limit: 100}
        """,
        30 * (10 - 25) + 30 * (20 - 25),
        {"supply A": 30, "supply B": 30},
        {"demand material at market": 0, "capacity of supply B": -5},
    ),
    "a gate fee to its end": Case(
        "{currency: USD_2025, suppliers: {A: {price: -3, capacity: 10}, B: 4}, demand: 1}",
        -30,
        {"supply A": 10},
        {"capacity of supply A": -3},
    ),
    "huge": Case(
        "{currency: USD_2025, suppliers: {A: {price: 1.0e-9, capacity: 6.0e+11},"
        " B: {price: 2.0e-9, capacity: unlimited}}, demand: 1.0e+12}",
        600 + 800,
        {"supply A": 6e11},
        {"capacity of supply A": -1e-9},
    ),
    "tiny": Case(
        "{currency: USD_2025, suppliers: {A: {price: 1.0e+9, capacity: 6.0e-10},"
        " B: {price: 2.0e+9, capacity: 1}}, demand: 1.0e-9}",
        0.6 + 0.8,
        {"supply A": 6e-10},
        {"capacity of supply A": -1e9},
    ),
    "nothing is needed": Case("{currency: USD_2025, suppliers: {A: 3}, demand: 0}", 0.0),
    "one node": Case(
        "{currency: USD_2025, nodes: {here: CHN}, supplies: [{node: here, price: 5}],"
        " demand: {here: 10}}",
        50,
    ),
    "two alike": Case(
        "{currency: USD_2025, suppliers: {A: {price: 1}, B: {price: 1}}, demand: 100}",
        100,
        {"supply A": 50, "supply B": 50},
        unique=False,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_answer_is_the_one_by_hand(case: Case) -> None:
    ask = parse_network(case.text).ask
    plan = solve(ask.network, ask.rules, objective=ask.objective)
    assert plan.status == "optimal"
    assert plan.cost == pytest.approx(case.cost, rel=1e-6)
    assert plan.certificate is not None
    assert plan.certificate.ok
    assert plan.unique is case.unique
    assert plan.layout is not None
    flows = dict(zip(plan.layout.labels, plan.x.tolist(), strict=True))
    assert {key: flows[key] for key in case.flows} == pytest.approx(case.flows, rel=1e-6)
    prices = {m.name: m.shadow_price for m in plan.marginals}
    found = {key: prices.get(key, 0.0) for key in case.prices}
    assert found == pytest.approx(case.prices, rel=1e-6, abs=1e-12)


THREE = """
currency: USD_2025
suppliers: {A: {price: 1, country: CHN}, B: {price: 2, country: AUS, capacity: 30}}
demand: 100
"""
NO_PLAN = {
    "too little": (
        "{currency: USD_2025, suppliers: {A: {price: 1, capacity: 6}}, demand: 10}",
        (),
        "10 kg of 'material' are asked for but all sources together reach 6.",
    ),
    "a cap on each": (
        f"{THREE}rules: [{{rule: country_cap, name: half, max: 50 %}}]",
        ("half",),
        "raise 'half' alone from 50 to 70 %",
    ),
    "two bans": (
        f"{THREE}rules: [{{ban: CHN, name: a}}, {{ban: AUS, name: b}}]",
        ("a",),
        "raise 'a' alone from 0 to 100 %",
    ),
    "a floor": (
        f"{THREE}rules: [{{rule: recycled_content, name: r, element: material, min: 20 %}}]",
        ("r",),
        "recycled sources reach 0",
    ),
    "no way there": (
        "{currency: USD_2025, nodes: {a: CHN, b: AUS, c: DEU}, supplies: [{node: a, price: 5}],"
        " arcs: [{from: a, to: b}], demand: {c: 10}}",
        (),
        "nothing brings 'material' to node 'c', where 10 are asked for",
    ),
}


@pytest.mark.parametrize(("text", "conflict", "said"), NO_PLAN.values(), ids=NO_PLAN)
def test_no_plan_is_told_with_what_clashes(text: str, conflict: tuple[str, ...], said: str) -> None:
    ask = parse_network(text).ask
    assert solve(ask.network, ask.rules).status == "infeasible"
    why = explain(ask.network, ask.rules)
    assert set(why.conflict) == set(conflict)
    assert any(said in sentence.lower() or said in sentence for sentence in why.sentences())
    for row in why.relaxations:
        assert row.least is not None
        eased = [r.with_limit(row.least) if r.name == row.rule else r for r in ask.rules]
        assert solve(ask.network, eased).status == "optimal"


def test_a_fee_without_an_end_is_named() -> None:
    ask = parse_network("{currency: USD_2025, suppliers: {A: -3, B: 4}, demand: 1}").ask
    plan = solve(ask.network, ask.rules)
    assert plan.status == "unbounded"
    assert "supply A earns on every unit" in plan.notes[0]


# --- words ---------------------------------------------------------------------------------

WORDS = [
    ("country_cap, max: 50 %", "share_cap, country: each, share: 0.5"),
    ("supplier_cap, at_most: 60 %", "share_cap, owner: each, share: 0.6"),
    ("max_share, country: [CHN], cap: 0.3", "share_cap, country: [CHN], share: 0.3"),
    ("concentration, max: 0.6", "hhi_cap, hhi: 0.6"),
    ("min_recycled, material: material, min: 0", "recycled_floor, element: material, share: 0"),
    ("emission_limit, max: 60", "carbon_cap, limit_amount: 60"),
    ("carbon_tax, price: 2", "carbon_price, price: 2"),
    ("exclude_country, countries: [AUS]", "ban, country: [AUS]"),
    ("max_suppliers, max: 2", "supplier_count_at_most, count: 2"),
    ("min_suppliers, at_least: 2", "supplier_count_at_least, count: 2"),
    ("min_order, min: 2", "minimum_lot, lot: 2"),
]


@pytest.mark.parametrize(("said", "meant"), WORDS)
def test_another_word_is_the_same_rule(said: str, meant: str) -> None:
    one, two = (
        parse_network(f"{THREE}rules: [{{name: x, rule: {text}}}]").ask.rules[0]
        for text in (said, meant)
    )
    assert one == two


ASKED: list[tuple[str, str]] = [
    ("rules: [{rule: budget, limit: 3}]", "write 'objective_at_most' with objective: cost"),
    ("rules: [{rule: local_content, share: 1}]", "'cost_share' for a part of the cost"),
    ("rules: [{rule: diversification}]", "write 'n_minus_1' if one party fails"),
    ("rules: [{rule: share_cap, country: each, min: 20 %}]", "sets the most there may be"),
    ("rules: [{rule: recycled_floor, element: material, max: 2 %}]", "the least there must be"),
    ("rules: [{rule: share_cap, country: any, max: 2 %}]", "write 'each' for every single one"),
    ("rules: [{rule: share_cap, country: chn, max: 2 %}]", "did you mean 'CHN'?"),
    ("processes: {p: {input: x, output: y, recovery: 1}}", "write 'yield', such as 90 %"),
    ("processes: {p: {from: x, output: y}}", "write 'inputs', such as {ore: 12.5}"),
]


@pytest.mark.parametrize(("more", "said"), ASKED)
def test_a_word_that_is_none_leads_to_the_right_one(more: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_network(f"{THREE}{more}")
    assert said in str(caught.value)


def test_an_unknown_key_lists_every_key_by_its_short_name() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_network("{currency: USD_2025, suppliers: {A: {price: 1, zzz: 2}}, demand: 1}")
    assert "duty_base, emission" in str(caught.value)
    assert str(caught.value).rstrip().endswith("price, recycled, route")


NOTED = [
    ("rules: [{rule: ban, name: x, country: China}]", "no node has the country 'China'; known: AU"),
    ("rules: [{rule: share_cap, name: x, share: 0.5, country: CHNN}]", "did you mean 'CHN'?"),
    ("rules: [{rule: share_cap, name: x, share: 0.5, group: G7}]", "'G7'; none is defined."),
]


@pytest.mark.parametrize(("more", "said"), NOTED)
def test_a_party_that_nobody_is_is_noted(more: str, said: str) -> None:
    ask = parse_network(f"{THREE}{more}").ask
    assert any(said in note for note in solve(ask.network, ask.rules).notes)


def test_two_sides_of_a_front_must_differ(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "n.yaml"
    file.write_text(CASES["carbon"].text, encoding="utf-8")
    assert main(["pareto", str(file), "--first", "cost", "--second", "cost"]) == 2
    assert "are the same objective" in capsys.readouterr().err


def test_limits_have_units_and_money_its_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    file = tmp_path / "n.yaml"
    file.write_text(CASES["tail of the cost"].text, encoding="utf-8")
    assert main(["optimise", str(file), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert {row["limit_unit"] for row in shown["marginals"]} >= {"kg", "USD_2025"}
    assert main(["optimise", str(file)]) == 0
    assert "times the probability of its outcome" in capsys.readouterr().out


def test_a_ban_of_some_who_are_here_is_not_noted() -> None:
    ask = parse_network(f"{THREE}rules: [{{rule: ban, name: x, country: [AUS, RUS]}}]").ask
    assert not any("RUS" in note for note in solve(ask.network, ask.rules).notes)


def test_a_good_that_nothing_takes_is_noted() -> None:
    ask = parse_network(
        "{currency: USD_2025, suppliers: {A: {commodity: nikel, price: 5}, B: {commodity: nickel,"
        " price: 6}}, demand: {nickel: 5}}"
    ).ask
    plan = solve(ask.network, ask.rules)
    assert plan.cost == pytest.approx(30)
    assert plan.notes == (
        "supply 'A': no process and no demand takes its good 'nikel'; did you mean 'nickel'?",
    )


# --- the other faces -----------------------------------------------------------------------


def test_sides_ranges_sweep_and_difference_agree_with_solving_again() -> None:
    ask = parse_network(CASES["owners and groups"].text).ask
    network, rules = ask.network, ask.rules
    plan = solve(network, rules)
    found = with_sides(network, rules, plan).marginals
    sides = {m.name: (m.below, m.above) for m in found if m.kind == "rule"}
    assert sides["brics"] == pytest.approx((-1.0, -1.0))
    (flow,) = ranges(network, rules, plan, ["A2"])
    assert (flow.least, flow.most) == pytest.approx((0.0, 0.0), abs=1e-6)
    swept = sweep(
        network, rules, [{"limits": {"brics": 0.9}}, {"prices": {"A1": 1.1}}, {"amounts": {}}]
    )
    # 10 more at 2 than at 3; 0.1 on each of 50; nothing
    assert [point.cost for point in swept] == pytest.approx([160, 175, 170])
    eased = solve(network, [r.with_limit(0.9) if r.name == "brics" else r for r in rules])
    assert diff(plan, eased).change == pytest.approx(-10)
    with pytest.raises(SourcingError, match="did you mean 'brics'"):
        sweep(network, rules, [{"limits": {"bric": 1.0}}])


# --- the examples of the page --------------------------------------------------------------

EXAMPLES = re.findall(
    r"^- (\{rule: (\w+).*\})$", (ROOT / "docs" / "sourcing.md").read_text("utf-8"), re.MULTILINE
)
NICKEL_AND_CELLS = """
currency: USD_2025
commodities:
  ore: {unit: kg, stage: mining, material: nickel, contents: {nickel: 2 %}}
  nickel: {unit: kg, stage: refining, contents: {nickel: 100 %}}
  LFP: {unit: kWh, stage: cell}
  NMC: {unit: kWh, stage: cell, contents: {nickel: 0.5}}
suppliers:
  Rio Tuba: {commodity: ore, country: PHL, price: 0.05, capacity: 100 t, emission: 0.1}
  Hoboken: {commodity: nickel, country: BEL, price: 19, capacity: 400, recycled: true}
  Ningde: {commodity: LFP, country: CHN, price: 60, capacity: 5000, emission: 50}
processes:
  leach: {country: JPN, inputs: {ore: 50}, output: nickel, cost: 4, energy: 9, capacity: 2000}
  cell plant: {country: DEU, inputs: {nickel: 0.5}, output: NMC, cost: 70}
demand: {LFP: 1000, NMC: 1000}
"""
OVER_TIME = """
periods: [2025, 2030]
storage: [{commodity: nickel, node: cell plant, cost: 1}]
outcomes: {calm: {probability: 80 %}, storm: {probability: 20 %, suppliers: {Ningde: 75}}}
"""
IN_TIME = ("stock_cover", "cvar_cap", "same_in_all")


def test_every_rule_has_an_example() -> None:
    assert [word for _, word in EXAMPLES] == sorted(RULES)


@pytest.mark.parametrize(("line", "word"), EXAMPLES, ids=[word for _, word in EXAMPLES])
def test_an_example_of_a_rule_is_read_and_solved(line: str, word: str) -> None:
    ask = parse_network(
        f"{NICKEL_AND_CELLS}{OVER_TIME if word in IN_TIME else ''}rules: [{line}]"
    ).ask
    plan = solve(ask.network, ask.rules)
    assert plan.status == "optimal"
    touches_none = [note for note in plan.notes if "touches no source" in note]
    assert len(touches_none) == (word == "ban")
