"""Scenario and network files, wrong in text and in structure: sentences or an answer."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from calculator.scenario import Scenario, make_scenario, parse_scenario
from calculator.scenario.network_file import make_network, parse_network
from calculator.scenario.run import evaluate_scenario
from calculator.scenario.write import scenario_yaml
from calculator.scenario.yaml_tree import read_tree
from materials_db.load import load_database
from tests.fuzz import mutate
from tests.fuzz.told import only_own

TEXTS, TREES, NETWORK_TEXTS, NETWORK_TREES, EVALUATED = 3_000, 1_600, 900, 700, 250
CASES = TEXTS + TREES + NETWORK_TEXTS + NETWORK_TREES
EXAMPLES = Path(__file__).parents[2] / "examples"
_ALL = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))]
NETWORKS = [text for text in _ALL if "chemistries:" not in text]
SCENARIOS = [text for text in _ALL if "chemistries:" in text]


def test_changed_texts_of_scenarios() -> None:
    draws = random.Random(1)
    understood = 0
    for _ in range(TEXTS):
        text = mutate.text(draws, draws.choice(SCENARIOS), draws.choice(_ALL))
        with only_own(lambda text=text: text):
            found = parse_scenario(text, "s.yaml")
            understood += 1
            _is_kept(found)
    assert TEXTS // 20 < understood < TEXTS, "the changes are all harmless, or all fatal"


def test_changed_structure_of_scenarios() -> None:
    draws = random.Random(2)
    right = [read_tree(text).value for text in SCENARIOS]
    for _ in range(TREES):
        values = mutate.tree(draws, draws.choice(right))
        with only_own(lambda values=values: repr(values)):
            _is_kept(make_scenario(values, "s.yaml"))


def _is_kept(scenario: Scenario) -> None:
    """Nothing is lost in a file: what is written reads back as the same scenario."""
    assert parse_scenario(scenario_yaml(scenario)) == scenario


def test_changed_networks() -> None:
    draws = random.Random(3)
    for _ in range(NETWORK_TEXTS):
        text = mutate.text(draws, draws.choice(NETWORKS), draws.choice(_ALL))
        with only_own(lambda text=text: text):
            parse_network(text, "n.yaml")


def test_changed_structure_of_networks() -> None:
    draws = random.Random(4)
    right = [read_tree(text).value for text in NETWORKS]
    for _ in range(NETWORK_TREES):
        values = mutate.tree(draws, draws.choice(right))
        with only_own(lambda values=values: repr(values)):
            make_network(values, "n.yaml")


def test_what_can_be_read_can_be_computed_or_is_refused() -> None:
    draws = random.Random(5)
    db = load_database()
    right = {**read_tree(SCENARIOS[1]).value, "chemistries": ["LFP", "NMC811"]}
    for _ in range(EVALUATED):
        values: dict[str, Any] = mutate.tree(draws, right)
        with only_own(lambda values=values: repr(values)):
            evaluate_scenario(db, make_scenario({**values, "overlay": None}, "s.yaml"))
