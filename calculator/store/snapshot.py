"""From what a user has before them to what is saved of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.runs import run_of, scenario_run
from calculator.scenario import (
    is_network_file,
    load_network,
    load_scenario,
    parse_scenario,
    scenario_hash,
    scenario_yaml,
)
from calculator.scenario.read import file_text
from calculator.scenario.write import hash_of
from calculator.store.records import Snapshot

if TYPE_CHECKING:
    from calculator.scenario import Scenario
    from materials_db.database import MaterialsDB

_NO_DATA = "none"
"""Data version of what rests on no database: a network states all its numbers itself."""


def scenario_snapshot(
    db: MaterialsDB,
    scenario: Scenario,
    page: str = "",
    parameters: Mapping[str, Sequence[str]] | None = None,
    note: str = "",
) -> Snapshot:
    """A scenario as it is asked on a page of the form."""
    run = scenario_run(db, scenario).id
    asked = {key: tuple(values) for key, values in (parameters or {}).items()}
    return Snapshot(
        scenario_yaml(scenario), page, asked, scenario_hash(scenario), run, db.data_version, note
    )


def parameters_snapshot(
    db: MaterialsDB, page: str, parameters: Mapping[str, Sequence[str]], note: str = ""
) -> Snapshot:
    """A page that works on no scenario: its address is all it asks."""
    asked = {key: tuple(values) for key, values in parameters.items()}
    inputs = {"page": page, "parameters": {key: list(values) for key, values in asked.items()}}
    run = run_of(inputs, db.data_version).id
    return Snapshot("", page, asked, hash_of(inputs), run, db.data_version, note)


def file_snapshot(db: MaterialsDB, path: Path, note: str = "") -> Snapshot:
    """A scenario file of either kind; its own words are kept where they name no other file.

    Raises:
        ScenarioError: every fault of the file.
    """
    if is_network_file(path):
        asked = hash_of(dict(load_network(path).stated))
        run = run_of({"network": asked}, _NO_DATA).id
        return Snapshot(file_text(path), content_hash=asked, run_id=run, note=note)
    text, scenario = file_text(path), load_scenario(path)
    alone = parse_scenario(text, path.name) == scenario  # else its paths begin at its folder
    asked, run = scenario_hash(scenario), scenario_run(db, scenario).id
    yaml = text if alone else scenario_yaml(scenario)
    return Snapshot(yaml, "", {}, asked, run, db.data_version, note)
