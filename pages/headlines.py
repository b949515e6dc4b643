"""The first table of a comparison: energy, cost with the model's band, what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from calculator.figures import MODEL_BAND, spoken
from calculator.tables import AS_MADE, Display, comparison_table
from calculator.tables.provenance import ASSUMED_MARK, cost_support, label

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.tables import Shown
    from calculator.tables.display import Scale
    from calculator.uncertainty.summary import Band


_LARGE = 10.0
"""From this factor on costs are told without decimals."""
INPUT_BAND = "P5-P95"
"""Heading of the band of the inputs, beside that of the model."""


def headline_table(
    evaluations: Sequence[Evaluation],
    shown: Shown,
    drawn: Sequence[Band] = (),
    display: Display = AS_MADE,
) -> pd.DataFrame:
    """One row a chemistry, for reading; costs with P5 to P95 of their inputs where drawn.

    Costs are in the money of ``shown`` and for the amount of ``display``.
    """
    import pandas as pd

    of_inputs = {(one.chemistry, one.output): one for one in drawn}
    scale = _scale(shown, display)
    return pd.DataFrame([_row(e, scale, of_inputs) for e in evaluations])


def figure_of(column: str) -> str:
    """Item of the comparison that a column of the table shows; empty where it shows none."""
    scope, _, what = column.partition(", ")
    if scope not in ("Cell", "Pack") or not what:
        return ""
    energies = {"Wh/kg": "specific energy", "Wh/L": "energy density"}
    return energies.get(what, f"{scope.lower()} cost")


def _scale(shown: Shown, display: Display) -> Scale:
    """From US dollars per kWh to the unit of the costs."""
    found = display.scale(f"{shown.money}/kWh")
    return replace(found, factor=found.factor * shown.factor, unit=spoken(found.unit))


def _row(e: Evaluation, scale: Scale, of_inputs: Mapping[tuple[str, str], Band]) -> dict[str, Any]:
    digits = 1 if scale.factor < _LARGE else 0
    cell = float(e.cost.cell_usd_per_kwh) * scale.factor
    pack = float(e.cost.pack_usd_per_kwh) * scale.factor
    return {
        "Chemistry": label(e),
        f"Cell, {scale.unit}": round(cell, digits),
        f"Pack, {scale.unit}": round(pack, digits),
        "Cell, band": _band(cell),
        "Pack, band": _band(pack),
        **_drawn(e, scale, of_inputs),
        "Cell, Wh/kg": round(float(e.cell.specific_energy_wh_per_kg)),
        "Cell, Wh/L": round(float(e.cell.energy_density_wh_per_l)),
        "Class": e.chemistry.family.value,
        "Rests on": rests_on(e),
    }


def _drawn(
    e: Evaluation, scale: Scale, of_inputs: Mapping[tuple[str, str], Band]
) -> dict[str, str]:
    """P5 to P95 of the costs over the draws of their inputs."""
    found = {
        scope: of_inputs.get((label(e), f"{scope.lower()}_usd_per_kwh"))
        for scope in ("Cell", "Pack")
    }
    return {
        f"{scope}, {INPUT_BAND}": f"{one.p5 * scale.factor:,.0f} to {one.p95 * scale.factor:,.0f}"
        for scope, one in found.items()
        if one is not None
    }


def one_decimal(shown: Shown, display: Display = AS_MADE) -> dict[str, Any]:
    """How the costs of ``headline_table`` are written."""
    import streamlit as st

    scale = _scale(shown, display)
    digits = "%.1f" if scale.factor < _LARGE else "localized"
    column = st.column_config.NumberColumn(format=digits)
    return {f"{scope}, {scale.unit}": column for scope in ("Cell", "Pack")}


def _band(value: float) -> str:
    return f"{value * (1 - MODEL_BAND):,.0f} to {value * (1 + MODEL_BAND):,.0f}"


def rests_on(e: Evaluation) -> str:
    """What a reader must know of a chemistry's figures, in a few words."""
    rests = cost_support(e)
    borrowed = sum(bool(price.borrowed_from) for price in e.case.prices.values())
    parts = [f"{ASSUMED_MARK} {rests.assumed}/{rests.records}"] if rests.assumed else []
    parts += [f"{borrowed} borrowed"] if borrowed else []
    parts += [f"{len(e.region.fallbacks)} stand-in"] if e.region.fallbacks else []
    parts += ["yours"] if rests.own or e.chemistry.layer == "overlay" else []
    return ", ".join(parts)


def headline_tidy(evaluations: Sequence[Evaluation], shown: Shown) -> pd.DataFrame:
    """Every headline figure, one a row; costs carry the model's band."""
    tidy = comparison_table(evaluations, shown)
    costs = tidy["item"].str.contains("cost")
    tidy["model_low"] = (tidy["value"] * (1 - MODEL_BAND)).where(costs)
    tidy["model_high"] = (tidy["value"] * (1 + MODEL_BAND)).where(costs)
    return tidy
