"""The sourcing question: chemistries, buyer, demand, what the plan is to be best at, and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from materials_db.schema import Family
from pages import laws, plan_projects, rule_editor, widgets

if TYPE_CHECKING:
    from materials_db.database import MaterialsDB

EVERY = "every stage"
STAGES = {
    EVERY: None,
    "mining": "mining",
    "refining": "refining",
    "active material": "active_material",
    "cell": "cell",
}
USUAL = {"nickel": "ni", "cobalt": "co", "lithium": "li"}
"""Materials with a floor in Regulation (EU) 2023/1542, Article 8, by the key of their input."""
FURTHER = {"manganese": "mn", "copper": "cu"}
MORE = ("share", "hhi", "stage", "exclude", *FURTHER.values())
FIRST_SOURCED, FIRST_IMPORTER = "NMC811", "EUU"
GOALS = {"least cost": "cost", "least carbon": "carbon", "least energy": "energy"} | {
    "least governance risk": "risk"
}
Rule = dict[str, Any]


def question(db: MaterialsDB) -> tuple[list[str], dict[str, Any]]:
    """Chemistries and what is asked of the plan: a form, and further rules below it."""
    countries = sorted({row.country for row in db.shares} - {"ROW", "WLD"})
    with st.form("rules"):
        source, to, amount, best = st.columns([2, 1, 1, 1])
        with source:
            chosen = widgets.choose_some(
                "Chemistries", _by_class(db), "source", [FIRST_SOURCED],
                help="Of several the plan chooses the mix; 'Share of a chemistry' bounds it.",
            )  # fmt: skip
        with to:
            buyers = sorted({*countries, FIRST_IMPORTER})
            importer = widgets.country_picker("Importer", buyers, "importer", FIRST_IMPORTER)
        with amount:
            demand = widgets.number("Demand, GWh a year", "demand", 30.0, 0.1, 1000.0, 5.0)
        with best:
            goal = GOALS[str(widgets.choose("Best plan", list(GOALS), "best", "least cost"))]
        rules = _rules(countries)
        st.form_submit_button("Solve", type="primary", icon=":material/calculate:")
    chemistries = chosen or [FIRST_SOURCED]
    asked = {
        "importer": importer,
        "demand": f"{demand:g} GWh/year",
        "chemistries": chemistries,
        "objective": goal,
        "policies": laws.chosen(db, importer),
        **plan_projects.chosen(db),
        "rules": [*rules, *rule_editor.further(db, countries, chemistries)],
    }
    return chemistries, asked


def _by_class(db: MaterialsDB) -> list[str]:
    order = list(Family)
    found = sorted(db.chemistries.values(), key=lambda entry: order.index(entry.family))
    return [entry.id for entry in found]


def _rules(countries: list[str]) -> list[Rule]:
    """The rules most ask for, then the others in a fold."""
    each, *floors = st.columns(4)
    with each:
        cap = widgets.maybe_number("Each country at most, %", "cap", 100.0, 5.0)
    recycled = _floors(floors, USUAL)
    with st.expander("More rules", expanded=widgets.is_set(MORE)):
        one, most, index, where = st.columns(4)
        with one:
            capped = widgets.country_picker("One country", countries, "capped", "CHN")
        with most:
            share = widgets.maybe_number("That country at most, %", "share", 100.0, 5.0)
        with index:
            hhi = widgets.maybe_number("HHI at most (0 to 1)", "hhi", 1.0, 0.05)
        with where:
            stage = STAGES[str(widgets.choose("Caps hold at", list(STAGES), "stage", EVERY))]
        banned, *floors = st.columns([2, 1, 1])
        with banned:
            excluded = widgets.countries_picker(
                "Nothing from", countries, "exclude", placeholder="none"
            )
        recycled += _floors(floors, FURTHER)
    return [*_caps(cap, capped, share, hhi, stage), *_bans(excluded), *recycled]


def _caps(
    cap: float | None, capped: str, share: float | None, hhi: float | None, stage: str | None
) -> list[Rule]:
    at = {} if stage is None else {"stage": stage}
    found: list[Rule] = []
    if cap is not None:
        found.append(_rule("cap_country_share", f"each country at most {cap:g} %", cap) | at)
    if share is not None:
        name = f"{capped} at most {share:g} %"
        found.append(_rule("cap_country_share", name, share) | {"country": capped} | at)
    if hhi is not None:
        found.append({"rule": "hhi_cap", "name": f"HHI at most {hhi:g}", "limit": hhi} | at)
    return found


def _bans(countries: list[str]) -> list[Rule]:
    name = f"nothing from {', '.join(countries)}"
    return [{"rule": "exclude", "name": name, "countries": countries}] if countries else []


def _floors(places: Sequence[Any], materials: Mapping[str, str]) -> list[Rule]:
    found = []
    for place, (material, key) in zip(places, materials.items(), strict=True):
        with place:
            floor = widgets.maybe_number(f"Recycled {material}, %", key, 100.0, 5.0)
        if floor is not None:
            name = f"recycled {material} at least {floor:g} %"
            found.append(_rule("recycled_floor", name, floor) | {"material": material})
    return found


def _rule(kind: str, name: str, percent: float) -> Rule:
    return {"rule": kind, "name": name, "limit": f"{percent:g} %"}
