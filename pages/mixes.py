"""The heavy answer of the Sourcing page, made without the web form: in a thread or elsewhere."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.errors import InputError
from materials_db.load import load_database
from pages.parcel import packed

if TYPE_CHECKING:
    from calculator.export import Report
    from calculator.scenario import Scenario
    from calculator.scenario.sourcing import Sourced
    from calculator.supply import SupplyNetwork
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

OWN_FOLDER = "your files"
OwnFiles = tuple[tuple[str, bytes], ...]
"""Name and content of a user's files, by name."""


@dataclass(frozen=True)
class Mix:
    """A sourcing answer with what each rule costs on its own, and its tables."""

    sourced: Sourced
    saved_usd_per_year: Mapping[str, float | None]
    """By rule: what leaving it out alone would save; None where no plan exists without it."""
    report: Report
    shown: Shown
    records: tuple[Datum, ...]
    """Records behind the network, each once."""


def database_of(files: OwnFiles) -> MaterialsDB:
    """The curated database, with a user's files over it where there are some.

    Raises:
        DatabaseError: every fault of the files.
    """
    if not files:
        return load_database()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / OWN_FOLDER
        folder.mkdir()
        for name, content in files:
            (folder / name).write_bytes(content)
        return load_database(folder)


def bare(scenario: Scenario) -> Scenario:
    """The question without its rules and its objective: all that its network rests on."""
    asked = scenario.sourcing
    plain = asked.model_copy(update={"rules": (), "objective": "cost"}) if asked else None
    return scenario.model_copy(update={"sourcing": plain})


def mix_of(db: MaterialsDB, scenario: Scenario, supply: Callable[[], SupplyNetwork]) -> Mix:
    """The best mix under the scenario's rules, and the cost of each rule.

    Raises:
        InputError: a rule names what the network lacks, or a chemistry lacks a number.
    """
    from calculator.plan_reports import plan_report
    from calculator.scenario.sourcing import source_scenario
    from calculator.sourcing import SourcingError
    from calculator.tables import shown_in

    try:
        found = source_scenario(db, scenario, supply())
        saved = found.cost_by_rule
    except SourcingError as error:
        raise InputError(str(error)) from error
    shown = shown_in(db, scenario.currency, scenario.year)
    grounds = (one for kept in found.supply.grounds.values() for one in kept)
    records = tuple(dict.fromkeys(row for one in grounds for row in one.records))
    return Mix(found, saved, plan_report(db, scenario, found, shown), shown, records)


# --- in a process that solves --------------------------------------------------------------


def mix_parcel(files: OwnFiles, scenario: Scenario) -> bytes:
    """A mix as bytes for the process that asked, which holds the same database."""
    db = _kept_database(files)
    asked = bare(scenario)
    key = asked.model_dump_json(by_alias=True)
    return packed(mix_of(db, scenario, lambda: _kept_supply(files, key, _Asked(asked))), db)


def warm() -> None:
    """Load what every answer needs."""
    import calculator.plan_reports
    import calculator.scenario.sourcing
    import calculator.sourcing.problem  # noqa: F401

    _kept_database(())


@dataclass(frozen=True)
class _Asked:
    """A question that its key stands for: equal to any other, so that it is no part of a key."""

    scenario: Scenario

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked)


@lru_cache(maxsize=2)
def _kept_database(files: OwnFiles) -> MaterialsDB:
    return database_of(files)


@lru_cache(maxsize=4)
def _kept_supply(files: OwnFiles, _key: str, asked: _Asked) -> SupplyNetwork:
    from calculator.scenario.sourcing import supply_of

    return supply_of(_kept_database(files), asked.scenario)
