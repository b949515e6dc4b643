"""The one input file: what the user wants computed."""

from calculator.scenario.network_file import (
    NetworkScenario,
    is_network_file,
    load_network,
    make_network,
    parse_network,
)
from calculator.scenario.read import (
    ScenarioError,
    is_path,
    load_scenario,
    located,
    make_scenario,
    parse_scenario,
)
from calculator.scenario.rules import (
    CapCountryShare,
    CapGroupShare,
    CapHHI,
    Exclude,
    RecycledFloor,
)
from calculator.scenario.schema import Pack, Scenario, Sourcing
from calculator.scenario.write import plain_scenario, scenario_hash, scenario_yaml

__all__ = [
    "CapCountryShare",
    "CapGroupShare",
    "CapHHI",
    "Exclude",
    "NetworkScenario",
    "Pack",
    "RecycledFloor",
    "Scenario",
    "ScenarioError",
    "Sourcing",
    "is_network_file",
    "is_path",
    "load_network",
    "load_scenario",
    "located",
    "make_network",
    "make_scenario",
    "parse_network",
    "parse_scenario",
    "plain_scenario",
    "scenario_hash",
    "scenario_yaml",
]
