"""Projects a plan can buy from: shipped ones and the user's own, and what they do to the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.figures import spoken
from calculator.scenario import ScenarioError, make_scenario
from pages import case, widgets
from pages.countries import NAMES, country_label
from pages.mix_tables import per_kwh, spoken_money
from pages.spelled import YOURS, good

if TYPE_CHECKING:
    from calculator.projects import Choice
    from calculator.scenario.project_effect import ProjectEffect
    from calculator.scenario.sourcing import Sourced
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB

KEY = "projects"
OWN = "one of your own"
FIRST_YEAR = 2030
_NO_PLACES = ("EUU", "ROW", "WLD")
_HEADS = ("project", "name")
Item = dict[str, Any]


def chosen(db: MaterialsDB) -> dict[str, Any]:
    """The keys of the sourcing question that projects fill, and the way to more of them."""
    held = widgets.listed(KEY)
    head = f"Projects ({len(held)})" if held else "Projects: what would a new plant change?"
    with st.expander(head, expanded=bool(held), icon=":material/factory:"):
        year = int(
            widgets.number(
                "Plan for the year", "plan_year", float(FIRST_YEAR), 1990.0, 2100.0, 1.0,
                help="Projects give what they make in it. All else stays that of the tables.",
            )
        )  # fmt: skip
        offered = _offered(db)
        for place, item in enumerate(held):
            _shown(held, place, item, offered)
        _new(db, held, offered, year)
    return {"projects": held, "year": year} if held else {}


def _offered(db: MaterialsDB) -> dict[str, Choice]:
    """Shipped projects whose material a cell plan counts, by id."""
    from calculator.projects import project_choices

    return {one.id: one for one in project_choices(db) if one.in_cell_plan}


def _shown(held: Sequence[Item], place: int, item: Item, offered: Mapping[str, Choice]) -> None:
    told, remove = st.columns([6, 1], vertical_alignment="center")
    known = offered.get(str(item.get("project")))
    name = known.row.name if known else str(item.get("name") or item.get("project") or "no name")
    details = ", ".join(f"{key} {value}" for key, value in item.items() if key not in _HEADS)
    dot = " · " if details else ""
    told.markdown(f"**{widgets.plain(name)}**{dot}{widgets.plain(spoken(details))}")
    if remove.button(
        "Remove", key=f"remove_project_{place}", icon=":material/delete:",
        help=f"Take out '{widgets.plain(name)}'",
    ):  # fmt: skip
        widgets.put_list(KEY, [other for k, other in enumerate(held) if k != place])
        st.rerun()


# --- a further one -----------------------------------------------------------------------


def _new(db: MaterialsDB, held: Sequence[Item], offered: Mapping[str, Choice], year: int) -> None:
    """The fields of a project, and the button that adds it."""
    kind = st.selectbox(
        "Project", [OWN, *offered], key="new_project",
        format_func=lambda name: offered[name].row.name if name in offered else name,
    )  # fmt: skip
    choice = offered.get(kind)
    item: Item = {"project": choice.id} if choice else _own(db)
    stage = choice.row.stage if choice else item["stage"]
    st.caption(f"{YOURS} {_said_of(choice)}")
    item |= _numbers(kind, stage)
    if st.button("Count on it", icon=":material/add:", key="add_project"):
        _add(held, item, _missing(item, choice), year)


def _said_of(choice: Choice | None) -> str:
    """What a shipped project brings, and what nobody states."""
    rest = (
        "Where mined or refined, amounts are of the element contained. Cost: at a mine the "
        "selling price, further down what it costs to turn inputs into a kg or a kWh, inputs "
        "left out."
    )
    if choice is None:
        return f"Every number is yours. {rest}"
    row = choice.row
    stated = ", ".join(f"{spoken(n.quantity)} {n.value:g} {n.unit}" for n in choice.numbers)
    return (
        f"{country_label(row.country)}, {spoken(row.status)} as of {row.as_of} ({row.source}). "
        f"Stated: {stated or 'nothing'}. No source states its {', '.join(choice.needs)}. {rest}"
    )


def _own(db: MaterialsDB) -> Item:
    """Name, good and country of a project of the user's own."""
    goods = {good(*pair): pair for pair in sorted({(r.material, r.stage) for r in db.shares})}
    called, what, where = st.columns([2, 2, 1])
    name = called.text_input("Its name", key="project_name", max_chars=100)
    first = next(k for k, pair in enumerate(goods.values()) if pair[0] == "anode_active_material")
    made = what.selectbox("Makes", list(goods), index=first, key="project_makes")
    countries = [code for code in sorted(NAMES) if code not in _NO_PLACES]
    at = where.selectbox(
        "In", countries, index=countries.index("NOR"), key="project_in", format_func=country_label
    )
    material, stage = goods[made]
    return {"name": name.strip(), "country": at, "material": material, "stage": stage}


def _numbers(kind: str, stage: str) -> Item:
    """Output, start, ramp, cost and the promised part, as far as they are given."""
    amount, per = ("GWh", "kWh") if stage == "cell" else ("kt", "kg")
    values = case.asked().values
    money = f"{values['currency']}_{values['year']}"
    at = f"{kind}_{per}"
    most, start, ramp, cost, promised = st.columns(5)
    given = {
        "capacity": _number(most, f"Makes, {amount} a year", f"most_{at}", 1e5),
        "start": _number(start, "First delivery, year", f"start_{kind}", 2100.0, 1990.0, 1.0),
        "ramp": _number(ramp, "Ramp, years", f"grows_{kind}", 30.0, 0.0, 1.0),
        "cost": _number(cost, f"Cost, {money.replace('_', ' ')}/{per}", f"costs_{at}", 1e6),
        "offtake": _number(promised, "Promised to you, %", f"offtake_{kind}", 100.0, 0.0, 5.0),
    }
    words = {
        "capacity": f"{{:g}} {amount}/year",
        "ramp": "{:g} year",
        "cost": f"{{:g}} {money}/{per}",
        "offtake": "{:g} %",
    }
    return {
        key: words[key].format(value) if key in words else int(value)
        for key, value in given.items()
        if value is not None
    }


def _number(
    place: Any, label: str, key: str, most: float, least: float = 0.0, step: float | None = None
) -> float | None:
    found: float | None = place.number_input(
        label, least, most, None, step, "%g", f"project_{key}", placeholder="none"
    )
    return found


_NEEDS = ("name", "capacity", "start", "ramp", "cost")


def _missing(item: Item, choice: Choice | None) -> list[str]:
    """What must be given and is not, in the order of the fields."""
    needed = choice.needs if choice else _NEEDS
    return [key for key in needed if item.get(key) in (None, "")]


def _add(held: Sequence[Item], item: Item, missing: Sequence[str], year: int) -> None:
    """Put the project to the others, or say what is wrong with it."""
    if missing:
        st.error(f"Give its {', '.join(missing)} first: nothing stands in for a number like that.")
        return
    asked = {"importer": "EUU", "projects": [*held, item], "year": year}
    try:
        make_scenario({"chemistries": ["LFP"], "sourcing": asked}, file="project")
    except ScenarioError as error:
        st.error(widgets.plain(str(error)))
        return
    widgets.put_list(KEY, [*held, item])
    st.rerun()


# --- what they do ------------------------------------------------------------------------


def effect(found: Sourced, shown: Shown) -> None:
    """What the projects do to cost and dependence, in sentences."""
    if found.projects is not None:
        st.markdown(" ".join(_told(found, found.projects, shown)))


def _told(found: Sourced, done: ProjectEffect, shown: Shown) -> list[str]:
    kwh, money = found.supply.demand_kwh_per_year, spoken_money(shown)
    cost = per_kwh(found, done.cost_with_per_kwh * kwh, shown)
    if done.cost_without_per_kwh is None:
        told = [f"**With the projects {cost:,.2f} {money}; without them there is no plan.**"]
    else:
        without = per_kwh(found, done.cost_without_per_kwh * kwh, shown)
        told = [f"**With the projects {cost:,.2f} {money}, without them {without:,.2f}.**"]
    return [*told, *(_used(use) for use in done.uses), *_dependence(done)]


def _used(use: Any) -> str:
    name = widgets.plain(use.project.name)
    if use.project.per_year <= 0:
        return f"{name} delivers nothing in that year."
    if not use.used:
        return f"{name} is not used."
    return f"Of what {name} offers you {100 * use.share:.3g} % is used."


def _dependence(done: ProjectEffect) -> list[str]:
    """The largest supplier of each good before, and now."""
    told: dict[tuple[str, str], str] = {}
    for row in done.shares:
        if row.share_without is not None:
            told.setdefault(
                (row.material, row.stage),
                f"{country_label(row.country)} supplies {100 * row.share_with:.3g} % of "
                f"{good(row.material, row.stage)}, without them {100 * row.share_without:.3g} %.",
            )
    return list(told.values())
