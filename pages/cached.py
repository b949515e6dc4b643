"""Library calls that are kept between reruns, keyed by everything that decides their answer.

A user's own files count by the hash of their content, so that nobody is shown another's figures;
records are frozen and may be shared between sessions.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from calculator.errors import InputError
from calculator.evaluation import evaluate
from calculator.scenario import Scenario
from calculator.scenario.read import is_path
from calculator.scenario.run import scenario_request
from calculator.sourcing.watch import watched
from materials_db.faults import DatabaseError, Fault, UnknownNameError
from materials_db.load import load_database
from materials_db.units import UnitError
from pages import crew, jobs
from pages.mixes import Mix, OwnFiles, bare, database_of, mix_of, mix_parcel
from pages.parcel import unpacked

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.figures import Chart
    from calculator.supply import SupplyNetwork
    from materials_db.database import MaterialsDB

USER_ERRORS = (InputError, DatabaseError, UnknownNameError, UnitError)
"""A user's mistake, each told in its own sentence."""
KEPT_S = 3600.0
T = TypeVar("T")


@dataclass(frozen=True)
class Data:
    """The database a session works on, and the key under which its answers are kept."""

    db: MaterialsDB
    key: str
    files: OwnFiles = ()
    """The user's files laid over the shipped records."""

    @property
    def own(self) -> tuple[str, ...]:
        """Names of the user's files."""
        return tuple(name for name, _ in self.files)


@dataclass(frozen=True)
class Answer:
    """Evaluations in the order asked, and a sentence for each chemistry that has none."""

    evaluations: tuple[Evaluation, ...]
    refused: tuple[str, ...]


@st.cache_resource(show_spinner=False)  # read while the server starts; see pages.served
def shipped() -> Data:
    """The curated database."""
    crew.crew()  # its processes make themselves ready meanwhile
    db = load_database()
    gc.collect()
    gc.freeze()  # it stays for good: not to be gone through at every collection
    return Data(db, db.data_version)


def overlaid(files: Mapping[str, bytes]) -> Data:
    """The curated database with a user's files over it.

    Raises:
        DatabaseError: every fault of the files.
    """
    digest = hashlib.sha256()
    odd = [name for name in files if not _is_plain(name)]
    if odd:
        remedy = "name it with letters, digits and an ending such as .csv"
        raise DatabaseError(Fault(ascii(name), 0, "is no usable name", remedy) for name in odd)
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return _overlaid(f"{shipped().key}+{digest.hexdigest()}", files)


def _is_plain(name: str) -> bool:
    """Whether a name is that of a file, wherever it stands, and leads to no other place."""
    return Path(name).name == name and name not in {"", ".", ".."} and name.isprintable()


@st.cache_resource(show_spinner="Reading your files", max_entries=16, ttl=KEPT_S)
def _overlaid(key: str, _files: Mapping[str, bytes]) -> Data:
    files = tuple(sorted(_files.items()))
    return Data(database_of(files), key, files)


def refuse_files(scenario: Scenario) -> None:
    """Refuse a scenario that names files: in the web form they would be the server's.

    Raises:
        InputError: a chemistry, a format or the overlay is a path.
    """
    asked = scenario.sourcing
    sourced = (asked.chemistry, *asked.chemistries) if asked else ()
    names = (*scenario.chemistries, scenario.format, *sourced)
    paths = [name for name in names if name and is_path(name)]
    paths += [scenario.overlay] if scenario.overlay else []
    if paths:
        raise InputError(
            f"'{paths[0]}' is a file, and the form reads none by its path; "
            "upload it under Data, Your data"
        )


def evaluated(data: Data, scenario: Scenario) -> Answer:
    """Design, bill and cost of each chemistry of a scenario; one that fails spoils no other.

    Raises:
        InputError: the scenario names a file.
    """
    refuse_files(scenario)
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


def kept(name: str, key: str, make: Callable[[], T]) -> T:
    """What a page shows of an answer, made once; nobody may change it.

    Args:
        name: of the thing.
        key: all that decides it.
        make: makes it.
    """
    found: T = _kept(name, key, make)
    return found


@st.cache_resource(show_spinner=False, max_entries=512, ttl=KEPT_S)
def _kept(name: str, key: str, _make: Callable[[], Any]) -> Any:
    return _make()


def charted(draw: Callable[..., Chart], *shown: Any) -> Chart:
    """A chart of ``calculator.figures``, drawn once for the same tables."""
    return _charted(draw.__name__, shown, draw)


@st.cache_resource(show_spinner=False, max_entries=256, ttl=KEPT_S)
def _charted(name: str, shown: tuple[Any, ...], _draw: Callable[..., Chart]) -> Chart:
    return _draw(*shown)


# --- sourcing ----------------------------------------------------------------------------


def sourcing_mix(data: Data, scenario: Scenario) -> Mix:
    """The best mix under the scenario's rules, and the cost of each rule.

    A long solve shows its progress and can be stopped; the page ends there until it is done.

    Raises:
        InputError: a rule names what the network lacks, or a chemistry lacks a number.
    """
    refuse_files(scenario)
    key = f"{data.key} {scenario.model_dump_json(by_alias=True)}"
    supply, hands = sourcing_supply(data, scenario), crew.crew()
    if hands is None:
        return jobs.answer("mix", key, lambda: mix_of(data.db, scenario, supply), "Solving the mix")
    call = partial(_elsewhere, hands, data, scenario)
    return jobs.answer("mix", key, call, "Solving the mix", elsewhere=True)


def _elsewhere(hands: crew.Crew, data: Data, scenario: Scenario) -> Mix:
    """The mix as one of the processes that solve answers it."""
    parcel = hands.call(mix_parcel, data.files, scenario, watch=watched())
    mix: Mix = unpacked(parcel, data.db)
    return mix


def sourcing_supply(data: Data, scenario: Scenario) -> Callable[[], SupplyNetwork]:
    """Builds the network of a question once for all rules and objectives asked of it."""
    from calculator.scenario.sourcing import supply_of

    return jobs.keeping(_supply_key(data, scenario), lambda: supply_of(data.db, scenario))


def _supply_key(data: Data, scenario: Scenario) -> str:
    return f"supply {data.key} {bare(scenario).model_dump_json(by_alias=True)}"
