"""The command ``n1``: what is left without the largest supplier, and exposure to listed firms."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.command_inputs import (
    ANSWERED,
    CODE_OF_STATUS,
    FAULT,
    Asked,
    answer,
    check_out,
    scenario_of,
)
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.dependence import ExactOutage, Exposure
    from calculator.n1_reports import Asking
    from calculator.scenario.sourcing import Sourced
    from materials_db.database import MaterialsDB


def n1(asked: Asked) -> int:
    """N-1, concentration and GeoPolRisk of the world, an importer and a plan."""
    from calculator.n1_reports import n1_report, n1_text

    check_out(asked, [asked.firms])
    _check_together(asked)
    db, sourced, importer = _plan(asked)
    if sourced is not None and sourced.plan.status != "optimal":
        said = f"there is no plan to take a country from: it is {sourced.plan.status}"
        see = f"battcalc explain {printable(asked.scenario)}"
        print(f"battcalc: {said}; see: {see}", file=sys.stderr)
        return CODE_OF_STATUS.get(sourced.plan.status, FAULT)
    found = _found(asked, db, sourced, importer)
    answer(asked, n1_report(found), lambda: n1_text(found))
    return ANSWERED


def _check_together(asked: Asked) -> None:
    """Refuse options that need one another and stand alone."""
    if bool(asked.firms) != bool(asked.event):
        raise InputError(
            "--firms and --event go together: a file of spend, and the event whose list it is "
            "held against"
        )
    if asked.without and asked.scenario is None:
        raise InputError("--without is for a plan; name a scenario file with 'sourcing:'")


def _found(asked: Asked, db: MaterialsDB, sourced: Sourced | None, importer: str | None) -> Asking:
    from calculator.dependence import geopolrisk_by_year, n1_table
    from calculator.n1_reports import Asking

    year = _year(asked.year)
    listed = _listed(db, asked) if asked.event else ()
    return Asking(
        db=db,
        importer=importer,
        material=asked.material,
        table=n1_table(db, importer, sourced, year, asked.material),
        scores=geopolrisk_by_year(db, importer, asked.material) if importer else (),
        sourced=sourced,
        exact=_exact(sourced, asked),
        event=asked.event or "",
        exposure=_exposure(asked, listed) if asked.event else None,
        notes=_notes(db, asked, len(listed)),
    )


def _plan(asked: Asked) -> tuple[MaterialsDB, Sourced | None, str | None]:
    """Database, plan of the scenario where one is named, and the importer."""
    from materials_db.load import load_database

    if asked.scenario is None:
        db = load_database(Path(asked.overlay) if asked.overlay else None)
        return db, None, asked.importer
    from calculator.scenario.run import scenario_database
    from calculator.scenario.sourcing import source_scenario

    scenario = scenario_of(asked)
    db = scenario_database(scenario)
    sourced = source_scenario(db, scenario)
    importer = asked.importer or (scenario.sourcing.importer if scenario.sourcing else None)
    return db, sourced, importer


def _exact(sourced: Sourced | None, asked: Asked) -> ExactOutage | None:
    from calculator.dependence import n1_exact
    from materials_db.countries import COUNTRIES

    if sourced is None or not asked.without:
        return None
    if asked.without not in COUNTRIES:
        shown = printable(asked.without[:40])
        raise InputError(f"--without is '{shown}'; give an ISO 3166 code, such as 'CHN'")
    return n1_exact(sourced, asked.without, asked.material)


def _listed(db: MaterialsDB, asked: Asked) -> tuple[str, ...]:
    from calculator.shocks.shipped import event_named, firms_of

    names = tuple(firm.name for firm in firms_of(db, event_named(db, asked.event)))
    if not names:
        lists = sorted({row.event for row in db.event_firms})
        raise InputError(
            f"event '{printable(asked.event)}' names no firms; those that do: {', '.join(lists)}"
        )
    return names


def _exposure(asked: Asked, listed: tuple[str, ...]) -> Exposure:
    from calculator.dependence import firm_exposure, read_spend

    return firm_exposure(read_spend(Path(asked.firms)), listed)


def _notes(db: MaterialsDB, asked: Asked, listed: int) -> tuple[str, ...]:
    """What must be known of the list of firms, where sources differ on it among it."""
    if not asked.event:
        return ()
    from calculator.shocks.shipped import notes_of

    return (f"{listed} firms are on the list of {asked.event}", *notes_of(db, asked.event))


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise InputError(f"--year is '{printable(text[:40])}'; give a year, such as 2024")
    return int(text)
