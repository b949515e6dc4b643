"""Rules of every kind: add one, name it, take it out again. The address carries them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import streamlit as st

from calculator.scenario import ScenarioError, make_scenario
from calculator.scenario.fields import fields_of, tag_of
from calculator.scenario.rules import KINDS
from pages import widgets

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from materials_db.database import MaterialsDB

KEY = "rules"
_PLACE = re.compile(r"(rule: )?sourcing\.rules\[\d+\]\.?")
"""Where a fault stands in a file, which a form does not have."""
Rule = dict[str, Any]
TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cap_country_share": ("Share of one country or each", "{country} at most {limit}"),
        "cap_group_share": ("Share of several countries together", "{countries} at most {limit}"),
        "hhi_cap": ("Concentration (HHI)", "HHI at most {limit}"),
        "exclude": ("Nothing from some countries", "nothing from {countries}"),
        "recycled_floor": ("Recycled content", "recycled {material} at least {limit}"),
        "eu_recycled_content": ("Recycled content by EU law", "EU recycled content {year}"),
        "carbon_cap": ("Carbon footprint", "at most {limit}"),
        "carbon_price": ("Carbon price", "carbon at {price}"),
        "energy_cap": ("Electricity of all plants", "electricity at most {limit}"),
        "intensity_cap": ("Critical material in a kWh", "{material} at most {limit}"),
        "chemistry_share": ("Share of a chemistry", "{chemistry} from {at_least} to {at_most}"),
        "risk_cap": ("Governance risk", "risk at most {limit}"),
        "n_minus_1": ("Outage of any one country", "outage leaves {limit}"),
        "pass_through": ("Cells that touched a country", "touched by {country} at most {limit}"),
        "cost_share": ("Cost from elsewhere", "not paid to {countries} at least {limit}"),
        "price_budget": ("Guard against prices", "{budget} prices rise by {swing}"),
        "minimum_lot": ("Smallest lot", "{material} in lots of {limit} or more"),
        "supplier_fee": ("Fee for each supplier", "{material}: {fee} a supplier"),
        "supplier_count": ("Number of suppliers", "{material}: {at_least} to {at_most} suppliers"),
    }
)
"""What a kind of rule is called, and the name one gets if its user gives none."""
_STAGES = {
    "every stage": None,
    "mining": "mining",
    "refining": "refining",
    "active material": "active_material",
    "cell": "cell",
}
_REST = {"many small countries": None, "one country": "one"}
_ANY = "every one"


@dataclass(frozen=True)
class Choices:
    """What the fields of a rule can be."""

    countries: Sequence[str]
    materials: Sequence[str]
    chemistries: Sequence[str]


def further(db: MaterialsDB, countries: Sequence[str], chemistries: Sequence[str]) -> list[Rule]:
    """The rules that stand beside those of the form, and the way to more of them."""
    rules = widgets.listed(KEY)
    materials = sorted({row.material for row in db.element_materials})
    with st.expander(_head(rules), expanded=bool(rules), icon=":material/rule:"):
        for place, rule in enumerate(rules):
            _shown(rules, place, rule)
        _new(rules, Choices(countries, materials, chemistries))
    return rules


def _head(rules: Sequence[Rule]) -> str:
    return f"Further rules ({len(rules)})" if rules else "Further rules: carbon, risk, outage, ..."


def _shown(rules: list[Rule], place: int, rule: Rule) -> None:
    told, remove = st.columns([6, 1], vertical_alignment="center")
    details = [f"{key} {_told(value)}" for key, value in rule.items() if key not in _HEADS]
    tag = str(rule.get("rule"))
    kind = TITLES[tag][0] if tag in TITLES else widgets.plain(tag)
    head = widgets.plain(str(rule.get("name", "")))
    told.markdown(f"**{head}** · {kind} · {widgets.plain(', '.join(details))}")
    if remove.button(
        "Remove", key=f"remove_{place}", icon=":material/delete:", help=f"Take out '{head}'"
    ):
        widgets.put_list(KEY, [other for k, other in enumerate(rules) if k != place])
        st.rerun()


_HEADS = ("rule", "name")


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _new(rules: list[Rule], choices: Choices) -> None:
    """The fields of the chosen kind, and the button that adds the rule."""
    tags = [tag_of(kind) for kind in KINDS]
    tag = st.selectbox("Kind of rule", tags, key="new_kind", format_func=lambda t: TITLES[t][0])
    kind = KINDS[tags.index(tag)]
    st.caption(" ".join((kind.__doc__ or "").split("\n\n", maxsplit=1)[0].split()))
    fields = {key: info for key, info in fields_of(kind).items() if key not in _HEADS}
    given: Rule = {}
    for column, (key, info) in zip(_columns(len(fields)), fields.items(), strict=True):
        with column:
            value = _asked(f"new_{tag}_{key}", key, info, choices)
        if value not in (None, "", []):
            given[key] = value
    name = st.text_input("Your name for it", key="new_name", max_chars=100, placeholder="optional")
    if st.button("Add rule", icon=":material/add:", key="add_rule"):
        _add(rules, {"rule": tag, "name": name or _name(tag, given), **given})


def _columns(count: int) -> list[Any]:
    """Places of the fields, four in a row at most."""
    found: list[Any] = []
    while len(found) < count:
        found += st.columns(min(4, count))
    return found[:count]


def _add(rules: list[Rule], rule: Rule) -> None:
    """Put the rule to the others, or say what is wrong with it."""
    asked = {"chemistries": ["LFP"], "sourcing": {"importer": "EUU", "rules": [*rules, rule]}}
    try:
        make_scenario(asked, file="rule")
    except ScenarioError as error:
        st.error(widgets.plain(_PLACE.sub("", str(error))))
        return
    widgets.put_list(KEY, [*rules, rule])
    st.rerun()


def _asked(widget: str, key: str, info: FieldInfo, choices: Choices) -> Any:
    """One field of a rule as the widget that fits it."""
    label = key.replace("_", " ").capitalize()
    help_text = " ".join(str(info.description).split())
    ask: Callable[..., Any] = _WIDGETS.get(key, _quantity)
    return ask(label, widget, help_text, info, choices)


def _quantity(label: str, key: str, told: str, info: FieldInfo, choices: Choices) -> Any:
    """Text with a unit, or a plain number; the schema says what is wrong with it."""
    example = str((info.examples or [""])[0])
    text = st.text_input(label, key=key, help=told, placeholder=f"such as {example}", max_chars=60)
    return _plain_number(text.strip()) if _wants_number(info) else text.strip()


def _wants_number(info: FieldInfo) -> bool:
    examples = info.examples or [""]
    return isinstance(examples[0], int | float)


def _plain_number(text: str) -> Any:
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in text else value


def _one_of(options: Callable[[Choices], Sequence[str]]) -> Callable[..., Any]:
    def ask(label: str, key: str, told: str, info: FieldInfo, choices: Choices) -> Any:
        offered = list(options(choices))
        needed = info.is_required()
        found = st.selectbox(
            label,
            offered,
            index=0 if needed and offered else None,
            key=key,
            help=told,
            placeholder=_ANY,
            format_func=_spoken,
        )
        return found

    return ask


def _spoken(word: str) -> str:
    from pages.countries import country_label

    return country_label(word) if word.isupper() and len(word) == 3 else word.replace("_", " ")


def _some(label: str, key: str, told: str, info: FieldInfo, choices: Choices) -> list[str]:
    return list(
        st.multiselect(label, choices.countries, key=key, help=told, format_func=_spoken, wrap=True)
    )


def _word(words: Mapping[str, str | None]) -> Callable[..., Any]:
    def ask(label: str, key: str, told: str, info: FieldInfo, choices: Choices) -> Any:
        return words[st.selectbox(label, list(words), key=key, help=told)]

    return ask


def _yes(label: str, key: str, told: str, info: FieldInfo, choices: Choices) -> bool | None:
    return st.checkbox(label, key=key, help=told) or None


_WIDGETS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "country": _one_of(lambda c: c.countries),
        "countries": _some,
        "material": _one_of(lambda c: c.materials),
        "chemistry": _one_of(lambda c: c.chemistries),
        "stage": _word(_STAGES),
        "rest": _word(_REST),
        "third_countries": _yes,
    }
)


class _Blank(dict[str, str]):
    """What a name says of a field that was left out."""

    def __missing__(self, key: str) -> str:
        return {"country": "each country", "at_least": "none", "at_most": "any"}.get(key, "")


def _name(tag: str, given: Rule) -> str:
    """A name made of what was asked."""
    words = _Blank({key: _told(value) for key, value in given.items()})
    at = " ".join(str(given[key]).replace("_", " ") for key in ("stage",) if key in given)
    text = TITLES[tag][1].format_map(words)
    where = given.get("material", "") if "{material}" not in TITLES[tag][1] else ""
    tail = " ".join(part for part in (str(where), at) if part)
    return f"{text} ({tail})" if tail else text
