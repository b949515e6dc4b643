"""From a scenario to answers: the database it asks for, its requests, its evaluations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calculator.errors import InputError

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation, Request
    from calculator.pack import PackTarget
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB


def scenario_database(scenario: Scenario) -> MaterialsDB:
    """The shipped database, with the scenario's overlay over it.

    Raises:
        DatabaseError: the overlay cannot be read or has faults; all are listed.
    """
    from materials_db.load import load_database

    return load_database(Path(scenario.overlay) if scenario.overlay else None)


def scenario_request(db: MaterialsDB, scenario: Scenario, chemistry: str) -> Request:
    """What the kernel is asked for one chemistry of the scenario.

    Raises:
        UnknownNameError: a name is not in the database.
        DatabaseError: a file of the user's has faults.
    """
    from calculator.requests import request_for

    return request_for(
        db,
        chemistry,
        cell_format=scenario.format,
        deck=scenario.deck,
        region=scenario.region,
        year=scenario.year,
        volume_gwh_per_year=scenario.volume_gwh_per_year,
        pack=pack_target(scenario),
    )


def pack_target(scenario: Scenario) -> PackTarget:
    """The pack of the scenario; three times its energy an hour where no power is given."""
    from calculator.pack import PackTarget

    pack = scenario.pack
    return PackTarget(
        energy_kwh=pack.energy_kwh,
        power_kw=3.0 * pack.energy_kwh if pack.power_kw is None else pack.power_kw,
        voltage_v=pack.voltage_v,
        fast_charge=pack.fast_charge,
    )


def evaluate_scenario(db: MaterialsDB, scenario: Scenario) -> tuple[Evaluation, ...]:
    """Design, bill and cost of every chemistry of the scenario, in its order.

    Raises:
        InputError: chemistries lack a number or a price (all are told), or share an id.
        UnknownNameError: a name is not in the database.
        DatabaseError: a file of the user's has faults.
    """
    from calculator.evaluation import evaluate

    asked = [scenario_request(db, scenario, name) for name in scenario.chemistries]
    _ids_differ(asked)
    found: list[Evaluation] = []
    faults: list[str] = []
    for request in asked:
        try:
            found.append(evaluate(db, request))
        except InputError as error:
            faults.append(f"{request.chemistry.id}: {error}")
    if faults:
        raise InputError("\n".join(faults))
    return tuple(found)


def _ids_differ(asked: list[Request]) -> None:
    seen: set[tuple[str, str]] = set()
    for request in asked:
        key = (request.chemistry.id, request.chemistry.layer)
        if key in seen:
            raise InputError(
                f"two chemistries have the id '{key[0]}'; change the id in one of the files"
            )
        seen.add(key)
