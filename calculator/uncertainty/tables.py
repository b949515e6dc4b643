"""Bands, pairs, inputs and draws of a simulation as tables, costs in the money shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calculator.tables.provenance import frame
from calculator.uncertainty.summary import Band, Pair

if TYPE_CHECKING:
    import pandas as pd

    from calculator.tables import Shown
    from calculator.uncertainty.inputs import UncertainInput
    from calculator.uncertainty.run import Simulation

_SPOKEN = {
    "cell_usd_per_kwh": "cell cost",
    "pack_usd_per_kwh": "pack cost",
    "specific_energy_wh_per_kg": "specific energy",
    "energy_density_wh_per_l": "energy density",
}
_UNITS = {"specific_energy_wh_per_kg": "Wh/kg", "energy_density_wh_per_l": "Wh/L"}
_GRAMS = "_g_per_kwh"
_MONEY = "_usd_per_kwh"

BAND_COLUMNS = (
    "chemistry", "item", "unit", "nominal", "p5", "p50", "p95", "mean", "sd", "below_nominal",
    "model_low", "model_high",
)  # fmt: skip
PAIR_COLUMNS = (
    "one", "other", "item", "unit", "p5", "p50", "p95", "mean", "sd", "one_better",
    "standard_error",
)  # fmt: skip
INPUT_COLUMNS = (
    "input", "group", "value", "low", "high", "unit", "distribution", "spread", "basis", "source",
    "key",
)  # fmt: skip


def item_of(output: str) -> str:
    """What a reader calls an output."""
    if output.endswith(_GRAMS):
        return f"{output.removesuffix(_GRAMS)} in the cell"
    return _SPOKEN.get(output, output)


def unit_of(output: str, shown: Shown) -> str:
    """Unit of an output as it is shown."""
    if output.endswith(_MONEY):
        return f"{shown.money}/kWh"
    return "g/kWh" if output.endswith(_GRAMS) else _UNITS[output]


def scale_of(output: str, shown: Shown) -> float:
    """Factor from an output to what is shown."""
    return shown.factor if output.endswith(_MONEY) else 1.0


def band_table(found: Sequence[Band], shown: Shown, model_band: float) -> pd.DataFrame:
    """One row an output of a chemistry.

    Costs carry the model's own band about the nominal, which is no part of the draws.

    Args:
        found: bands.
        shown: money of the costs.
        model_band: half width of the model's band as a fraction of the cost.
    """
    return frame([_band(one, shown, model_band) for one in found], BAND_COLUMNS)


def _band(one: Band, shown: Shown, model_band: float) -> dict[str, Any]:
    scale, told = scale_of(one.output, shown), asdict(one)
    sized = {name: told[name] * scale for name in ("nominal", "p5", "p50", "p95", "mean", "sd")}
    model = 1.0 if one.output.endswith(_MONEY) else float("nan")
    return {
        "chemistry": one.chemistry,
        "item": item_of(one.output),
        "unit": unit_of(one.output, shown),
        **sized,
        "below_nominal": one.below_nominal,
        "model_low": model * sized["nominal"] * (1.0 - model_band),
        "model_high": model * sized["nominal"] * (1.0 + model_band),
    }


def pair_table(found: Sequence[Pair], shown: Shown) -> pd.DataFrame:
    """One row a pair: the difference, and how often the first is better."""
    return frame([_pair(one, shown) for one in found], PAIR_COLUMNS)


def _pair(one: Pair, shown: Shown) -> dict[str, Any]:
    scale, told = scale_of(one.output, shown), asdict(one)
    return {
        "one": one.one,
        "other": one.other,
        "item": item_of(one.output),
        "unit": unit_of(one.output, shown),
        **{name: told[name] * scale for name in ("p5", "p50", "p95", "mean", "sd")},
        "one_better": one.beats,
        "standard_error": one.standard_error,
    }


def input_table(found: Sequence[UncertainInput]) -> pd.DataFrame:
    """What was drawn: one row an input with its range and how it is read."""
    table = frame([_input(one) for one in found], INPUT_COLUMNS)
    table.attrs["units"] = dict.fromkeys(("value", "low", "high"), "see column 'unit'")
    return table


def _input(one: UncertainInput) -> dict[str, Any]:
    record = one.record
    return {
        "input": one.label,
        "group": one.group,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "unit": one.unit,
        "distribution": one.distribution,
        "spread": one.spread,
        "basis": record.basis.value if record else "",
        "source": record.source if record else "",
        "key": one.key,
    }


def draw_table(found: Simulation, shown: Shown) -> pd.DataFrame:
    """Every draw: one row a draw, one column an output of a chemistry."""
    import pandas as pd

    columns, units = {}, {}
    for name, values in found.values.items():
        for output, drawn in values.items():
            column = f"{name}: {item_of(output)}"
            scale = scale_of(output, shown)
            columns[column] = drawn if scale == 1.0 else drawn * scale
            units[column] = unit_of(output, shown)
    table = pd.DataFrame(columns)
    table.attrs["units"] = units
    return table
