"""Library calls that are kept between reruns, keyed by everything that decides their answer.

A user's own files count by the hash of their content, so that nobody is shown another's figures;
records are frozen and may be shared between sessions.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.errors import InputError
from calculator.evaluation import evaluate
from calculator.scenario import Scenario
from calculator.scenario.run import scenario_request
from materials_db.faults import DatabaseError, Fault, UnknownNameError
from materials_db.load import load_database
from materials_db.units import UnitError
from pages import jobs

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.export import Report
    from calculator.figures import Chart
    from calculator.scenario.sourcing import Sourced
    from calculator.supply import SupplyNetwork
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

USER_ERRORS = (InputError, DatabaseError, UnknownNameError, UnitError)
"""A user's mistake, each told in its own sentence."""
KEPT_S = 3600.0
OWN_FOLDER = "your files"


@dataclass(frozen=True)
class Data:
    """The database a session works on, and the key under which its answers are kept."""

    db: MaterialsDB
    key: str
    own: tuple[str, ...] = ()
    """Names of the user's files laid over the shipped records."""


@dataclass(frozen=True)
class Answer:
    """Evaluations in the order asked, and a sentence for each chemistry that has none."""

    evaluations: tuple[Evaluation, ...]
    refused: tuple[str, ...]


@st.cache_resource(show_spinner="Reading the database")
def shipped() -> Data:
    """The curated database."""
    db = load_database()
    return Data(db, db.data_version)


def overlaid(files: Mapping[str, bytes]) -> Data:
    """The curated database with a user's files over it.

    Raises:
        DatabaseError: every fault of the files.
    """
    digest = hashlib.sha256()
    odd = [name for name in files if Path(name).name != name or not name.isprintable()]
    if odd:
        remedy = "name it with letters, digits and an ending such as .csv"
        raise DatabaseError(Fault(ascii(name), 0, "is no usable name", remedy) for name in odd)
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return _overlaid(f"{shipped().key}+{digest.hexdigest()}", files)


@st.cache_resource(show_spinner="Reading your files", max_entries=16, ttl=KEPT_S)
def _overlaid(key: str, _files: Mapping[str, bytes]) -> Data:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / OWN_FOLDER
        folder.mkdir()
        for name, content in _files.items():
            (folder / name).write_bytes(content)
        db = load_database(folder)
    return Data(db, key, tuple(sorted(_files)))


def evaluated(data: Data, scenario: Scenario) -> Answer:
    """Design, bill and cost of each chemistry of a scenario; one that fails spoils no other."""
    return _evaluated(data.key, scenario.model_dump_json(by_alias=True), data, scenario)


@st.cache_resource(show_spinner="Designing cells and packs", max_entries=256, ttl=KEPT_S)
def _evaluated(key: str, asked: str, _data: Data, _scenario: Scenario) -> Answer:
    found, refused = [], []
    for name in _scenario.chemistries:
        try:
            found.append(evaluate(_data.db, scenario_request(_data.db, _scenario, name)))
        except USER_ERRORS as error:
            refused.append(f"{name}: {error}")
    return Answer(tuple(found), tuple(refused))


def charted(draw: Callable[..., Chart], *shown: Any) -> Chart:
    """A chart of ``calculator.figures``, drawn once for the same tables."""
    return _charted(draw.__name__, shown, draw)


@st.cache_resource(show_spinner=False, max_entries=256, ttl=KEPT_S)
def _charted(name: str, shown: tuple[Any, ...], _draw: Callable[..., Chart]) -> Chart:
    return _draw(*shown)


# --- sourcing ----------------------------------------------------------------------------


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


def sourcing_mix(data: Data, scenario: Scenario) -> Mix:
    """The best mix under the scenario's rules, and the cost of each rule.

    A long solve shows its progress and can be stopped; the page ends there until it is done.

    Raises:
        InputError: a rule names what the network lacks, or a chemistry lacks a number.
    """
    key = f"{data.key} {scenario.model_dump_json(by_alias=True)}"
    supply = sourcing_supply(data, scenario)
    return jobs.answer("mix", key, lambda: _mix(data, scenario, supply), "Solving the mix")


def sourcing_supply(data: Data, scenario: Scenario) -> Callable[[], SupplyNetwork]:
    """Builds the network of a question once for all rules and objectives asked of it."""
    from calculator.scenario.sourcing import supply_of

    asked = scenario.sourcing
    plain = asked.model_copy(update={"rules": (), "objective": "cost"}) if asked else None
    bare = scenario.model_copy(update={"sourcing": plain})
    key = f"supply {data.key} {bare.model_dump_json(by_alias=True)}"
    return jobs.keeping(key, lambda: supply_of(data.db, scenario))


def _mix(data: Data, scenario: Scenario, supply: Callable[[], SupplyNetwork]) -> Mix:
    from calculator.plan_reports import plan_report
    from calculator.scenario.sourcing import source_scenario
    from calculator.sourcing import SourcingError
    from calculator.tables import shown_in

    try:
        found = source_scenario(data.db, scenario, supply())
        saved = found.cost_by_rule
    except SourcingError as error:
        raise InputError(str(error)) from error
    shown = shown_in(data.db, scenario.currency, scenario.year)
    grounds = (one for kept in found.supply.grounds.values() for one in kept)
    records = tuple(dict.fromkeys(row for one in grounds for row in one.records))
    return Mix(found, saved, plan_report(data.db, scenario, found, shown), shown, records)
