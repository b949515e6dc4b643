"""From values of the axes to scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculator.scenario.quantity import plain
from calculator.scenario.read import make_scenario
from calculator.sweeps.axes import Axis, Value
from calculator.sweeps.paths import with_value
from calculator.sweeps.read_axis import input_key

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from calculator.sweeps.plan import Column

_VOLUME = "request/volume_gwh_per_year"


def scenario_at(base: Mapping[str, Any], settings: Iterable[tuple[Axis, Value]]) -> Scenario:
    """The scenario with some fields set.

    Raises:
        ScenarioError: together they are none a scenario may hold.
    """
    values = dict(base)
    for axis, value in settings:
        path = "volume" if axis.key == _VOLUME else axis.name
        values = with_value(values, path, _as_written(axis, value))
    return make_scenario(values, "point")


def _as_written(axis: Axis, value: Value) -> Any:
    if axis.unit:
        return f"{plain(float(value))} {axis.unit}"  # type: ignore[arg-type]
    return list(value) if isinstance(value, tuple) else value


def setting_axes(axes: Iterable[Axis], sourcing: bool) -> tuple[Axis, ...]:
    """Axes that are fields of the scenario file, those of its sourcing question if asked."""
    return tuple(
        axis for axis in axes
        if not axis.is_array and (sourcing or not axis.name.startswith("sourcing."))
    )  # fmt: skip


def numbers_at(axes: Iterable[Axis], columns: Mapping[str, Column]) -> dict[str, Column]:
    """Columns of the numbers the kernel takes, by their input key."""
    return {input_key(axis): columns[axis.field] for axis in axes if axis.is_array}


def label_of(reference: str) -> str:
    """What a chemistry is called in the names of columns: its id, or the stem of its file."""
    return Path(reference).stem if reference.lower().endswith((".yaml", ".yml")) else reference
