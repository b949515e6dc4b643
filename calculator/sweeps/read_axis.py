"""One entry of ``vary`` to an axis: which number or field it is, its unit and its values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from calculator.errors import InputError
from calculator.scenario.read import make_scenario
from calculator.scenario.run import scenario_request
from calculator.scenario.write import plain_scenario
from calculator.sweeps.axes import Axis, Value
from calculator.sweeps.paths import value_at, with_value
from calculator.sweeps.plan import SAMPLE
from calculator.uncertainty.distributions import checked, from_uniform, needs_normal
from calculator.uncertainty.inputs import UncertainInput, with_inputs
from materials_db.faults import did_you_mean
from materials_db.substitute import all_numbers

if TYPE_CHECKING:
    from calculator.case import Request
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

AXIS_KEYS = ("field", "values", "from", "to", "steps", "sample")
MOST_STEPS = 10_000_000
_SAMPLE_KEYS = ("distribution", "low", "value", "high")
_GROUPS = {"price": "prices", "cell": "cell", "yield": "yields", "rate": "rates"}
_RECORD = re.compile(r"^([\w.-]+/)*[\w.-]+\.(csv|ya?ml|xlsx)(\[[^\]]*\])?:\d+$")
_FIXED = ("name", "overlay", "currency", "shocks")
_REST = np.array([0.0, 0.5, 1.0])


@dataclass(frozen=True)
class Base:
    """The scenario a sweep begins from, and its database."""

    scenario: Scenario
    db: MaterialsDB

    @cached_property
    def plain(self) -> dict[str, Any]:
        """The scenario as a file would hold it."""
        return plain_scenario(self.scenario)

    @cached_property
    def numbers(self) -> Mapping[str, Datum]:
        """Every number of the database by its key."""
        return all_numbers(self.db)

    @cached_property
    def request(self) -> Request | None:
        """The first chemistry's request, if it can be evaluated as it stands."""
        from calculator.evaluation import prepare

        try:
            request = scenario_request(self.db, self.scenario, self.scenario.chemistries[0])
            prepare(self.db, request)
        except (ValueError, LookupError):
            return None
        return request


def read_axis(entry: Any, base: Base, how: str) -> Axis:
    """An axis from an entry of ``vary``.

    Raises:
        InputError: the field is unknown, or a value of it will not do.
        ScenarioError: a value is none the scenario file may hold.
        UnitError: a unit is unknown or of another dimension.
    """
    if not isinstance(entry, Mapping) or not isinstance(entry.get("field"), str):
        raise InputError("vary: an entry names no field; write '- field: volume' and its values")
    field = entry["field"].strip()
    axis = _named(field, base)
    given = [key for key in ("values", "from", "sample") if key in entry]
    if len(given) != 1:
        raise InputError(f"{field}: give one of 'values', 'from', 'to' and 'steps', or 'sample'")
    if given == ["sample"]:
        if how != SAMPLE:
            raise InputError(f"{field}: a 'sample' needs 'how: sample'; or list values")
        axis = _sample(axis, entry["sample"], base)
    elif given == ["from"]:
        axis = _line(axis, entry, base)
    else:
        axis = _list(axis, entry["values"], base)
    _probe(axis, base)
    return axis


def _named(field: str, base: Base) -> Axis:
    """The axis without values."""
    group, _, name = field.partition("/")
    if field == "volume":
        return Axis(field, "request/volume_gwh_per_year", "GWh/year")
    if _RECORD.fullmatch(field):
        return _of_record(field, base)
    if group in _GROUPS and name:
        unit = _price_unit(name, base) if group == "price" else ""
        return Axis(field, f"request/{_GROUPS[group]}.{name}", unit)
    if field.partition(".")[0] in _FIXED:
        raise InputError(f"{field} does not vary; choose another field")
    with_value(base.plain, field, None)
    return Axis(field, f"scenario/{field}")


def _of_record(key: str, base: Base) -> Axis:
    if key not in base.numbers:
        rest = [one for one in base.numbers if one.rpartition(":")[0] == key.rpartition(":")[0]]
        remedy = did_you_mean(key, rest or {one.rpartition(":")[0] for one in base.numbers})
        raise InputError(f"no number of the database stands at '{key}'; {remedy}")
    return Axis(key, f"record/{key}", base.numbers[key].unit)


def _price_unit(item: str, base: Base) -> str:
    from materials_db.units import dimension

    rows = {row.item: row.unit for row in base.db.prices}
    if item not in rows and item not in base.db.materials:
        raise InputError(f"'{item}' is no item of the database; {did_you_mean(item, rows)}")
    found = base.db.find_price(item, base.scenario.deck, base.scenario.region)
    kind = dimension(found.price.unit) if found else "money per mass"
    per = {"money per area": "m2", "money per volume": "L"}.get(kind, "kg")
    return f"USD_{base.scenario.year}/{per}"


# --- values ------------------------------------------------------------------------------


def _list(axis: Axis, values: Any, base: Base) -> Axis:
    if not isinstance(values, list) or not values:
        raise InputError(f"{axis.field}: 'values' is no list; write such as 'values: [1, 2]'")
    if axis.is_array:
        return replace(axis, values=tuple(_number(axis, value) for value in values))
    read = [_setting(axis, value, base) for value in values]
    units = {unit for _, unit in read}
    if len(units) > 1:
        raise InputError(f"{axis.field}: numbers and names stand together; keep one kind")
    return replace(axis, values=tuple(value for value, _ in read), unit=units.pop())


def _line(axis: Axis, entry: Mapping[str, Any], base: Base) -> Axis:
    steps = entry.get("steps")
    if "to" not in entry or isinstance(steps, bool) or not isinstance(steps, int):
        raise InputError(f"{axis.field}: 'from' needs 'to' and a whole number of 'steps'; add them")
    if not 2 <= steps <= MOST_STEPS:
        raise InputError(f"{axis.field}: {steps} steps; give 2 to {MOST_STEPS:,}")
    (first, unit), (last, _) = (_end(axis, entry[key], base) for key in ("from", "to"))
    return replace(axis, steps=(first, last, steps), unit=unit)


def _sample(axis: Axis, given: Any, base: Base) -> Axis:
    if not isinstance(given, Mapping) or not {"low", "high"} <= given.keys():
        example = "sample: {distribution: uniform, low: 0.9, high: 0.97}"
        raise InputError(
            f"{axis.field}: a sample needs 'low' and 'high'; write such as '{example}'"
        )
    for key in given:
        if key not in _SAMPLE_KEYS:
            remedy = did_you_mean(str(key), _SAMPLE_KEYS)
            raise InputError(f"{axis.field}: unknown key '{key}' of a sample; {remedy}")
    kind = str(given.get("distribution", "uniform"))
    (low, unit), (high, _) = (_end(axis, given[key], base) for key in ("low", "high"))
    if "value" not in given and kind != "uniform":
        raise InputError(f"{axis.field}: a {kind} sample needs its middle; add 'value'")
    middle = _end(axis, given["value"], base)[0] if "value" in given else 0.5 * (low + high)
    chance = checked(UncertainInput(
        axis.key, axis.field, "sweep", middle, low, high, unit, kind, spread="user"
    ))  # fmt: skip
    return replace(axis, sample=chance, unit=unit)


def _end(axis: Axis, value: Any, base: Base) -> tuple[float, str]:
    """A number with its unit; of a scenario's field as the scenario reads it."""
    if axis.is_array:
        return _number(axis, value), axis.unit
    found, unit = _setting(axis, value, base)
    if not isinstance(found, float):
        raise InputError(f"{axis.field} holds no number between others; list its 'values'")
    return found, unit


def _number(axis: Axis, value: Any) -> float:
    """A number in the unit of an axis: bare, or text with a unit of the same kind."""
    from materials_db.units import split_quantity, to

    if axis.key == "request/volume_gwh_per_year" and not isinstance(value, str):
        raise InputError(f"{axis.field}: '{value}' has no unit; write '{value} GWh/year'")
    if isinstance(value, str):
        found, unit = split_quantity(value)
        if not axis.unit and unit != "1":
            raise InputError(f"{axis.field}: '{value}' has a unit; write the bare number")
        return float(to(found, unit, axis.unit) if axis.unit else found)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        told = f" {axis.unit}" if axis.unit else ""
        raise InputError(f"{axis.field}: '{value}' is no number; write such as '1{told}'")
    return float(value)


def _setting(axis: Axis, value: Any, base: Base) -> tuple[Value, str]:
    """A value of a field as the scenario holds it, and its unit where it is a quantity."""
    from materials_db.units import split_quantity

    asked = [value] if axis.name == "chemistries" and isinstance(value, str) else value
    scenario = make_scenario(with_value(base.plain, axis.name, asked), axis.field)
    _check_names(scenario, axis.name, base)
    held = value_at(scenario.model_dump(mode="json", by_alias=True), axis.name)
    if isinstance(held, list) and all(isinstance(one, str) for one in held):
        return tuple(held), ""
    if isinstance(value, str) and isinstance(held, str) and value[:1] in "+-.0123456789":
        number, unit = split_quantity(held)
        return float(number), unit
    if not isinstance(held, str | int | float | bool):
        raise InputError(f"{axis.field} is a group of keys; name one of them")
    return held, ""


def _check_names(scenario: Scenario, name: str, base: Base) -> None:
    """Refuse a name the database does not hold."""
    from materials_db.load import load_chemistry, load_format

    if name == "chemistries":
        for one in scenario.chemistries:
            load_chemistry(base.db, one)
    elif name == "format":
        load_format(base.db, scenario.format)
    elif name == "deck":
        base.db.deck(scenario.deck)


def _probe(axis: Axis, base: Base) -> None:
    """Try the ends of an axis of numbers on the first chemistry, where that can be evaluated."""
    from calculator.evaluation import prepare

    if not axis.is_array or base.request is None:
        return
    for value in ends_of(axis):
        try:
            prepare(*with_inputs(base.db, base.request, {input_key(axis): value}))
        except InputError as error:
            what, _, remedy = str(error).partition("; ")
            raise InputError(f"{axis.field} at {value:g}: {what}; {remedy or 'mend it'}") from None


def ends_of(axis: Axis) -> Sequence[float]:
    """Least and greatest value of an axis of numbers; of a normal sample its middle alone."""
    if axis.sample is not None:
        whole = [] if needs_normal(axis.sample) else from_uniform(axis.sample, _REST).tolist()
        return sorted({*whole, axis.sample.value})
    values = axis.steps[:2] if axis.steps else [float(v) for v in axis.values]  # type: ignore[arg-type]
    return sorted({min(values), max(values)})


def input_key(axis: Axis) -> str:
    """Key of an axis of numbers as ``with_inputs`` knows it."""
    return axis.key if axis.key.startswith("request/") else axis.name
