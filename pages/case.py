"""The case that several pages work on: chemistries, cell, plant, pack and money.

The router draws these inputs, not the pages: an input of the router keeps its value when the
page changes, and its place in the address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.money import years
from calculator.requests import DEFAULT_DECK, DEFAULT_FORMAT, DEFAULT_REGION, DEFAULT_YEAR
from calculator.scenario import Scenario, make_scenario
from calculator.tables import AMOUNTS, AS_MADE, MASSES, Display
from materials_db.schema import Family
from pages import widgets
from pages.cached import refuse_files

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

FIRST_SHOWN = ("LFP", "NMC811", "SSL-Ni95-Si", "ASSB-sulfide-Li")
"""Chemistries a first visit compares, one or two a class."""
WEIGHTY = frozenset({"labour", "building", "capital_multiplier", "electricity"})
"""Factors a country must have of its own to be offered for a plant; others may stand in."""


@dataclass(frozen=True)
class Case:
    """What was asked."""

    chemistries: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    """Cell, plant, pack and money, as a scenario file would hold them."""
    display: Display = AS_MADE
    """Units in which results are read."""
    files_too: bool = False
    """Whether files are written in these units and not in those of the tables."""

    def scenario(self, **more: Any) -> Scenario:
        """The scenario of the case; ``more`` adds or replaces keys.

        Raises:
            InputError: an input will not do, or is a path.
        """
        asked = {**self.values, "chemistries": list(self.chemistries), **more}
        made = make_scenario(asked, file="form")
        refuse_files(made)
        return made


def draw(db: MaterialsDB, *, picker: bool, plant: bool) -> None:
    """Draw the inputs a page needs and hand them over to it."""
    chemistries = _chemistries(db) if picker else ()
    if not plant:
        widgets.hand_over(Case(chemistries))
        return
    with st.sidebar:
        values = {**_plant(db), **_deck(db)}
        money, display, files_too = _units(db, values)
    widgets.hand_over(Case(chemistries, {**values, **money}, display, files_too))


def asked() -> Case:
    """The case the page is to answer."""
    found: Case = widgets.handed_over()
    return found


def _chemistries(db: MaterialsDB) -> tuple[str, ...]:
    """Chemistries to compare, a list a class."""
    chosen: list[str] = []
    for column, family in zip(st.columns(len(Family)), Family, strict=True):
        names = [entry.id for entry in db.chemistries.values() if entry.family is family]
        label = family.value[0].upper() + family.value[1:]
        with column:
            chosen += widgets.choose_some(
                label, names, family.value.replace("-", "_"), FIRST_SHOWN,
                placeholder="none", help=_names(db, names),
            )  # fmt: skip
    return tuple(chosen)


def _names(db: MaterialsDB, ids: Sequence[str]) -> str:
    """What each id stands for, the user's own marked."""
    entries = [db.chemistries[name] for name in ids]
    own = {True: " (yours)", False: ""}
    lines = [f"- **{e.id}** {widgets.plain(e.name)}{own[e.layer == 'overlay']}" for e in entries]
    return "\n".join(lines)


def _plant(db: MaterialsDB) -> dict[str, Any]:
    st.subheader("Cell and plant", anchor=False)
    cell_format = widgets.choose("Format", sorted(db.formats), "format", DEFAULT_FORMAT)
    st.caption(widgets.plain(db.formats[cell_format].name))
    countries = plant_countries(db)
    region = widgets.country_picker("Cell plant in", countries, "region", DEFAULT_REGION)
    volume = widgets.number("Output, GWh a year", "volume", 30.0, 0.1, 1000.0, 5.0)
    pack = widgets.number("Pack, kWh", "pack", 75.0, 1.0, 1000.0, 5.0)
    return {
        "format": cell_format,
        "region": region,
        "volume": f"{volume:g} GWh/year",
        "pack": {"energy": f"{pack:g} kWh"},
    }


def _deck(db: MaterialsDB) -> dict[str, Any]:
    st.subheader("Prices", anchor=False)
    deck = widgets.choose("Price deck", list(db.decks), "deck", DEFAULT_DECK)
    st.caption(widgets.plain(db.decks[deck].name))
    return {"deck": deck}


def _units(db: MaterialsDB, values: Mapping[str, Any]) -> tuple[dict[str, Any], Display, bool]:
    """Money, mass and amount in which every page tells its results."""
    st.subheader("Units", anchor=False)
    currencies = ["USD", *sorted({row.currency for row in db.exchange_rates})]
    currency = widgets.choose("Currency", currencies, "currency", "USD")
    known = years(db, currency)[::-1]
    year = widgets.choose("Year of the money", known, "year", DEFAULT_YEAR)
    mass = widgets.switch("Mass in", MASSES, "mass")
    per = widgets.choose(
        "Amounts per", AMOUNTS, "per", AMOUNTS[0],
        help="vehicle: one pack; year: the output of the plant",
    )  # fmt: skip
    files_too = widgets.switched_on(
        "Files in these units", "files_too",
        help="Off: downloads keep kilograms and kWh. Their money is always the one above.",
    )  # fmt: skip
    display = Display(mass, per, float(values["pack"]["energy"].partition(" ")[0]),
                      float(values["volume"].partition(" ")[0]))  # fmt: skip
    return {"currency": currency, "year": year}, display, files_too


def plant_countries(db: MaterialsDB) -> list[str]:
    """Countries with factors of their own for all that weighs in a plant's cost."""
    have: dict[str, set[str]] = {}
    for row in db.regions:
        have.setdefault(row.country, set()).add(row.factor)
    return sorted(country for country, factors in have.items() if factors >= WEIGHTY)
