"""Figures a sweep keeps of each point: their names and units."""

from __future__ import annotations

import re

from calculator.errors import InputError
from materials_db.faults import did_you_mean

UNITS = {
    "cell_usd_per_kwh": "USD/kWh",
    "pack_usd_per_kwh": "USD/kWh",
    "specific_energy_wh_per_kg": "Wh/kg",
    "energy_density_wh_per_l": "Wh/L",
}
"""Of the kernel; money is in USD of the scenario's year."""
PLAN_UNITS = {
    "plan_usd_per_kwh": "USD/kWh",
    "plan_usd_per_year": "USD/year",
}
"""Of the best sourcing plan."""
SHADOW = "shadow_price/"
"""Before the name of a rule."""
PACK = "pack_usd_per_kwh"
"""The one figure that hangs on the pack's whole counts of cells."""
_GRAMS = re.compile(r"^([A-Z][a-z]?|[a-z]+)_g_per_kwh$")


def element_of(output: str) -> str | None:
    """Element or form whose grams in the cell an output is; None for any other."""
    match = _GRAMS.fullmatch(output)
    return match[1] if match else None


def is_of_plan(output: str) -> bool:
    """Whether a figure is the optimiser's."""
    return output in PLAN_UNITS or output.startswith(SHADOW)


def unit_of(output: str) -> str:
    """Unit of an output; empty for a shadow price, whose unit its rule decides."""
    if element_of(output) is not None:
        return "g/kWh"
    return {**UNITS, **PLAN_UNITS}.get(output, "")


def check_output(output: str, elements: frozenset[str], rules: list[str] | None) -> None:
    """Refuse a figure that no point has.

    Args:
        output: its name.
        elements: elements and forms that materials hold.
        rules: names of the rules; empty where laws bring rules of their own, None without a plan.

    Raises:
        InputError: unknown, an element no material holds, or of a plan where none is asked for.
    """
    element = element_of(output)
    if element is not None and element not in elements:
        raise InputError(f"no material holds '{element}'; {did_you_mean(element, elements)}")
    if element is not None or output in UNITS:
        return
    if not is_of_plan(output):
        known = (*UNITS, *PLAN_UNITS, "Li_g_per_kwh", f"{SHADOW}RULE")
        raise InputError(f"unknown output '{output}'; {did_you_mean(output, known)}")
    if rules is None:
        raise InputError(f"{output} is of a plan and the scenario asks for none; add 'sourcing:'")
    name = output.removeprefix(SHADOW)
    if output.startswith(SHADOW) and rules and name not in rules:
        raise InputError(f"the scenario has no rule '{name}'; {did_you_mean(name, rules)}")
