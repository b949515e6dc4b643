"""What would soften a shock: the inputs of each way, all of them the user's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import widgets
from pages.shock_case import goods

if TYPE_CHECKING:
    from calculator.shocks.chain import Chain

Item = dict[str, Any]
_FIELD_PX = 155
"""Two fields fit side by side on a phone."""
HIT = "what is hit"
ASSUMED = (
    ":violet-badge[your assumption] Every number here is yours; what stands in a field is a first "
    "guess and no published fact."
)


@dataclass(frozen=True)
class Way:
    """A way to soften a shock, with what its fields hold at first."""

    key: str
    """As in a scenario file."""
    name: str
    told: str
    lead: float
    ramp: float
    most: float
    premium: float | None = 0.0
    """``None`` where it has none."""


WAYS = (
    Way("second_source", "second source", "Other suppliers of the same good", 90, 90, 50, 15),
    Way("recycling", "recycling", "More recycled material than planned", 180, 180, 10, 5),
    Way("substitution", "substitution", "Need that falls away", 180, 90, 20, 10),
)
SWITCH = Way("switch", "chemistry switch", "Cells made of another chemistry", 120, 60, 30, None)


@dataclass(frozen=True)
class Helps:
    """The ways asked for, as a scenario file holds them, without the material they are for."""

    ways: Mapping[str, Item] = field(default_factory=dict)
    switch: Item | None = None
    extra_days: float = 0.0
    material: tuple[str, str | None] | None = None
    """The good they are for; what is hit if none was picked."""
    use: bool = False
    """Whether they stand in the test of the first tab as well."""


def ask(chain: Chain) -> Helps:
    """Draw the inputs of every way."""
    st.markdown(ASSUMED)
    named: Mapping[str, Any] = MappingProxyType({HIT: None, **goods(chain)})
    what, more, _ = st.columns([2, 1, 1])
    with what:
        picked = str(widgets.choose("For the material", list(named), "help_good", HIT))
    with more:
        extra = widgets.number("More stock, days", "more_stock", 60.0, 0.0, 3660.0, 10.0)
    ways = {way.key: _fields(way) for way in WAYS}
    made = [name.removeprefix("battery_cell, ") for name in chain.energy]
    to = _fields(SWITCH, made) if len(made) > 1 else None
    if to is None and len(made) == 1:
        st.caption(
            f"No chemistry switch: only {made[0]} is made. Add a chemistry above to switch to."
        )
    use = widgets.switched_on("Count these in the first tab and the download", "use_helps")
    chosen = {key: item for key, item in ways.items() if item is not None}
    return Helps(chosen, to, extra, named[picked], use)


def _fields(way: Way, others: list[str] | None = None) -> Item | None:
    """One row of fields; nothing where the way is switched off."""
    short = way.key.split("_", maxsplit=1)[0]
    on = st.checkbox(
        way.name.capitalize(), value=True, key=f"{short}_on", bind="query-params", help=way.told
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        lead = _number("After, days", f"{short}_lead", way.lead, 3660.0, 10.0)
        ramp = _number("Grows over, days", f"{short}_ramp", way.ramp, 3660.0, 10.0)
        most = _number("At most, %", f"{short}_most", way.most, 100.0, 5.0)
        item: Item = {
            "most": f"{most:g} %",
            "lead_time": f"{lead:g} day",
            "ramp": f"{ramp:g} day",
        }
        if way.premium is not None:
            dearer = _number("Dearer by, %", f"{short}_premium", way.premium, 10_000.0, 5.0, -100.0)
            item["premium"] = f"{dearer:g} %"
        elif others:
            first = "LFP" if "LFP" in others else others[0]
            item["to"] = str(widgets.choose("To", others, "switch_to", first, width=_FIELD_PX))
    return item if on else None


def _number(
    label: str, key: str, value: float, most: float, step: float, least: float = 0.0
) -> float:
    return widgets.number(label, key, float(value), least, most, step, width=_FIELD_PX)


def shocks_part(helps: Helps, material: tuple[str, str | None]) -> dict[str, Any]:
    """The ways for a material as the part on shocks of a scenario file."""
    name, stage = material
    at = {"material": name} | ({"stage": stage} if stage else {})
    found: dict[str, Any] = {key: [{**at, **item}] for key, item in helps.ways.items()}
    if helps.switch is not None:
        found["switch"] = helps.switch
    return found
