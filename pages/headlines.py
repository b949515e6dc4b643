"""The first table of a comparison: energy, cost with the model's band, what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from calculator.figures import MODEL_BAND
from calculator.tables import comparison_table
from calculator.tables.provenance import ASSUMED_MARK, cost_support, label

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.tables import Shown


def headline_table(evaluations: Sequence[Evaluation], shown: Shown) -> pd.DataFrame:
    """One row a chemistry, for reading."""
    import pandas as pd

    return pd.DataFrame([_row(e, shown) for e in evaluations])


def _row(e: Evaluation, shown: Shown) -> dict[str, Any]:
    money = shown.money.replace("_", " ")
    cell = float(e.cost.cell_usd_per_kwh) * shown.factor
    pack = float(e.cost.pack_usd_per_kwh) * shown.factor
    return {
        "Chemistry": label(e),
        f"Cell, {money}/kWh": round(cell, 1),
        f"Pack, {money}/kWh": round(pack, 1),
        "Cell, band": _band(cell),
        "Pack, band": _band(pack),
        "Cell, Wh/kg": round(float(e.cell.specific_energy_wh_per_kg)),
        "Cell, Wh/L": round(float(e.cell.energy_density_wh_per_l)),
        "Class": e.chemistry.family.value,
        "Rests on": rests_on(e),
    }


def one_decimal(shown: Shown) -> dict[str, Any]:
    """How the costs of ``headline_table`` are written."""
    import streamlit as st

    money = shown.money.replace("_", " ")
    column = st.column_config.NumberColumn(format="%.1f")
    return {f"{scope}, {money}/kWh": column for scope in ("Cell", "Pack")}


def _band(value: float) -> str:
    return f"{value * (1 - MODEL_BAND):.0f} to {value * (1 + MODEL_BAND):.0f}"


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
