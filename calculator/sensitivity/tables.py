"""Sensitivities and break-evens as tables, costs in the money shown."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import TYPE_CHECKING, Any

from calculator.sensitivity.breakeven import TARGET, BreakEven
from calculator.sensitivity.planned import PLAN_COST, SHADOW
from calculator.tables.provenance import frame
from calculator.uncertainty import tables as drawn

if TYPE_CHECKING:
    import pandas as pd

    from calculator.sensitivity.indices import Indices
    from calculator.sensitivity.tornado import Bar, Tornado
    from calculator.tables import Shown
    from calculator.uncertainty.inputs import UncertainInput

INPUT = ("low", "value", "high", "input_unit", "range", "basis", "source", "locator", "date", "key")
BAR_COLUMNS = (
    "input", "group", "item", "unit", "nominal", "at_low", "at_high", "change_low", "change_high",
    "span", *INPUT, "fault",
)  # fmt: skip
JOINT_COLUMNS = ("case", "item", "unit", "together", "added", "interaction", "fault")
INDEX_COLUMNS = (
    "input", "group", "item", "first", "first_error", "total", "total_error", *INPUT,
)  # fmt: skip
PAIR_COLUMNS = ("one", "other", "item", "second", "error")
CROSSING_COLUMNS = (
    "unknown", "at", "unknown_unit", "at_quote", "quote_unit", "times_now", "left_name", "left",
    "right_name", "right", "unit", "kind", "better_below", "better_above",
)  # fmt: skip
CURVE_COLUMNS = ("unknown", "at", "unknown_unit", "name", "value", "unit")
_RANGES = {"volatility": "P10 to P90 of the price ahead, by volatility", "user": "yours"}


def item_of(output: str) -> str:
    """What a reader calls an output."""
    if output == PLAN_COST:
        return "cost of the plan"
    if output.startswith(SHADOW):
        return f"price of {output[len(SHADOW) :]}"
    return drawn.item_of(output)


def unit_of(output: str, shown: Shown, own: str = "") -> str:
    """Unit of an output as it is shown; ``own`` where its name does not tell it."""
    return own if output.startswith(SHADOW) else drawn.unit_of(output, shown)


def scale_of(output: str, shown: Shown) -> float:
    """Factor from an output to what is shown."""
    return 1.0 if output.startswith(SHADOW) else drawn.scale_of(output, shown)


def range_of(one: UncertainInput) -> str:
    """Where the ends of an input are from."""
    return _RANGES.get(one.spread, "the record's own")


def _input(one: UncertainInput) -> dict[str, Any]:
    record = one.record
    return {
        "low": one.low,
        "value": one.value,
        "high": one.high,
        "input_unit": one.unit,
        "range": range_of(one),
        "basis": str(record.basis.value) if record else "",
        "source": record.source if record else "",
        "locator": record.locator if record else "",
        "date": (record.date or "") if record else "",
        "key": one.key,
    }


def tornado_table(found: Tornado, shown: Shown) -> pd.DataFrame:
    """One row an input, the widest first."""
    table = frame([_bar(found, bar, shown) for bar in found.bars], BAR_COLUMNS)
    moved = ("nominal", "at_low", "at_high", "change_low", "change_high", "span")
    table.attrs["units"] = {
        **dict.fromkeys(moved, "see column 'unit'"),
        **dict.fromkeys(("low", "value", "high"), "see column 'input_unit'"),
    }
    return table


def _bar(found: Tornado, bar: Bar, shown: Shown) -> dict[str, Any]:
    scale = scale_of(found.output, shown)
    sized = {
        "nominal": found.nominal,
        "at_low": bar.at_low,
        "at_high": bar.at_high,
        "change_low": bar.change_low,
        "change_high": bar.change_high,
        "span": bar.span,
    }
    return {
        "input": bar.input.label,
        "group": bar.input.group,
        "item": item_of(found.output),
        "unit": unit_of(found.output, shown, found.unit),
        **{name: value * scale for name, value in sized.items()},
        **_input(bar.input),
        "fault": bar.fault,
    }


def joint_table(found: Tornado, shown: Shown) -> pd.DataFrame:
    """All inputs at once against the sum of the parts."""
    scale, unit = scale_of(found.output, shown), unit_of(found.output, shown, found.unit)
    rows = [
        {
            "case": one.case,
            "item": item_of(found.output),
            "unit": unit,
            "together": one.together * scale,
            "added": one.added * scale,
            "interaction": one.interaction * scale,
            "fault": one.fault,
        }
        for one in found.joint
    ]
    return frame(rows, JOINT_COLUMNS)


def index_table(found: Indices) -> pd.DataFrame:
    """One row an input: first order and total with the half width of their 95 % interval."""
    rows = [
        {
            "input": one.input.label,
            "group": one.input.group,
            "item": item_of(found.output),
            "first": one.first,
            "first_error": one.first_error,
            "total": one.total,
            "total_error": one.total_error,
            **_input(one.input),
        }
        for one in found.shares
    ]
    return frame(rows, INDEX_COLUMNS)


def second_table(found: Indices) -> pd.DataFrame:
    """One row a pair of inputs, the strongest first."""
    rows = [
        {
            "one": pair.one.label,
            "other": pair.other.label,
            "item": item_of(found.output),
            "second": pair.second,
            "error": pair.error,
        }
        for pair in found.pairs
    ]
    return frame(rows, PAIR_COLUMNS)


def crossing_table(found: BreakEven, shown: Shown) -> pd.DataFrame:
    """One row a crossing, in rising order of the unknown."""
    scale, unit = scale_of(found.output, shown), unit_of(found.output, shown)
    one = found.unknown
    rows = [
        {
            "unknown": one.label,
            "at": cross.at,
            "unknown_unit": one.unit,
            "at_quote": cross.at * one.per_quote if one.quote_unit else nan,
            "quote_unit": one.quote_unit,
            "times_now": cross.at / one.now if one.now else nan,
            "left_name": found.left,
            "left": cross.left * scale,
            "right_name": found.right,
            "right": cross.right * scale,
            "unit": unit,
            "kind": cross.kind,
            "better_below": found.better_below(k),
            "better_above": found.better_above(k),
        }
        for k, cross in enumerate(found.crossings)
    ]
    return frame(rows, CROSSING_COLUMNS)


def curve_table(found: BreakEven, shown: Shown) -> pd.DataFrame:
    """Both curves, point by point."""
    return frame(list(_points(found, shown)), CURVE_COLUMNS)


def _points(found: BreakEven, shown: Shown) -> Iterator[dict[str, Any]]:
    scale, unit = scale_of(found.output, shown), unit_of(found.output, shown)
    scan = found.scan
    for name, values in ((found.left, scan.left), (found.right, scan.right)):
        for at, value in zip(scan.at, values, strict=True):
            yield {
                "unknown": found.unknown.label,
                "at": float(at),
                "unknown_unit": found.unknown.unit,
                "name": name,
                "value": float(value) * scale,
                "unit": unit,
            }


def side(found: BreakEven, name: str) -> str:
    """Who is better somewhere, in words; of a target, where the figure lies."""
    if not name:
        return "even"
    if found.right != TARGET:
        return name
    return "better than the target" if name == found.left else "worse than the target"
