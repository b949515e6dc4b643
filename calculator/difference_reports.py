"""What differs between two scenarios of chemistries, as tables to write and text to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calculator.tables.provenance import frame
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.difference import Bridge, ChemistryDifference, ScenarioDifference

_INPUTS = {"key": "key", "before": "stated_before", "after": "stated_after", "unit": "unit"}
"""Columns of the inputs, which are text: other names than those of numbers before and after."""
_RESULTS = ("chemistry", "item", "part", "before", "after", "change", "unit")
_BRIDGE = (
    "chemistry", "scope", "place", "inputs", "component", "amount", "alone", "interaction", "unit",
)  # fmt: skip
_DUST = 1e-12
"""Part of a cost below which a change is rounding; left out of text and chart alone."""
WHOLE = "whole"
"""Component of a bridge's row that holds the sum of all components."""
ORDERED = (
    "Inputs are changed one after another, in the order shown; a part is what its input adds to "
    "those before it. Alone: what it changes by itself. Interaction: the difference."
)


def difference_tables(found: ScenarioDifference) -> dict[str, pd.DataFrame]:
    """Inputs, results and cost bridges of two scenarios."""
    return {
        "inputs": frame([asdict(row) for row in found.inputs], tuple(_INPUTS)).rename(
            columns=_INPUTS
        ),
        "results": frame(list(_result_rows(found)), _RESULTS),
        "cost_bridge": bridge_table(found),
    }


def difference_answer(found: ScenarioDifference) -> dict[str, Any]:
    """Two scenarios side by side; the steps of a bridge lead from ``before`` to ``after``."""
    return {
        "money": found.money,
        "inputs": [asdict(row) for row in found.inputs],
        "chemistries": [_chemistry(one) for one in found.chemistries],
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
        "notes": list(found.notes),
    }


def _chemistry(one: ChemistryDifference) -> dict[str, Any]:
    return {
        "chemistry": one.chemistry,
        "figures": [{**asdict(row), "change": row.change} for row in one.figures],
        "bridges": [_bridge_object(bridge) for bridge in one.bridges],
    }


def _bridge_object(bridge: Bridge) -> dict[str, Any]:
    steps = [
        {
            "inputs": list(step.inputs),
            "amount": step.amount,
            "alone": step.alone,
            "interaction": step.interaction,
            "by_component": dict(step.by_component),
        }
        for step in bridge.steps
    ]
    ends = {"scope": bridge.scope, "before": bridge.before, "after": bridge.after}
    return {**ends, "change": bridge.change, "steps": steps}


def _result_rows(found: ScenarioDifference) -> Iterator[dict[str, Any]]:
    for one in found.chemistries:
        for row in one.figures:
            yield {"chemistry": one.chemistry, **asdict(row), "change": row.change}


def bridge_table(found: ScenarioDifference) -> pd.DataFrame:
    """Each step of each bridge, whole and by component, between its two ends."""
    unit = f"{found.money}/kWh"
    rows = [
        {"chemistry": one.chemistry, "scope": bridge.scope, "unit": unit, **row}
        for one in found.chemistries
        for bridge in one.bridges
        for row in _bridge_rows(bridge)
    ]
    return frame(rows, _BRIDGE)


def _bridge_rows(bridge: Bridge) -> Iterator[dict[str, Any]]:
    yield {"place": 0, "inputs": "before", "component": WHOLE, "amount": bridge.before}
    for place, step in enumerate(bridge.steps, start=1):
        where = {"place": place, "inputs": step.name}
        told = {"amount": step.amount, "alone": step.alone, "interaction": step.interaction}
        yield {**where, "component": WHOLE, **told}
        for component, amount in step.by_component.items():
            if amount:
                yield {**where, "component": component, "amount": amount}
    last = len(bridge.steps) + 1
    yield {"place": last, "inputs": "after", "component": WHOLE, "amount": bridge.after}


def drawn_bridge(bridge: Bridge, money: str) -> pd.DataFrame:
    """Rows of ``calculator.figures.cost_bridge``, without inputs that change nothing."""
    least = _DUST * abs(bridge.before)
    steps = [(step.name, step.amount) for step in bridge.steps if abs(step.amount) > least]
    rows = [("before", bridge.before), *steps]
    rows.append(("after", bridge.after))
    return frame(
        [{"item": item, "value": value, "unit": f"{money}/kWh"} for item, value in rows],
        ("item", "value", "unit"),
    )


# --- text ------------------------------------------------------------------------------


def difference_text(found: ScenarioDifference) -> Iterator[str]:
    """Inputs that differ, the headline figures, a bridge a chemistry, and who is in one alone."""
    if not found.inputs:
        yield "The scenarios ask the same."
    else:
        body = [[printable(cell) for cell in asdict(row).values()] for row in found.inputs]
        yield aligned(["input", "before", "after", "unit"], body, left=4)
    if found.chemistries:
        yield _figures_text(found)
    for one in found.chemistries:
        cell = one.bridges[0]
        if cell.steps:
            yield f"Cell cost of {printable(one.chemistry)}\n{_bridge_text(cell, found.money)}"
    if any(one.bridges[0].steps for one in found.chemistries):
        yield ORDERED
    for name, only in (("first", found.only_before), ("second", found.only_after)):
        if only:
            yield f"In the {name} scenario only: {printable(', '.join(only))}."
    if found.notes:
        yield "\n".join(f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in found.notes)


def _figures_text(found: ScenarioDifference) -> str:
    shown = ("specific energy", "energy density", "cell cost", "pack cost", "pack mass")
    body = [
        [shortened(one.chemistry), row.item, *map(_number, (row.before, row.after, row.change)),
         row.unit]
        for one in found.chemistries
        for row in one.figures
        if row.item in shown and not row.part
    ]  # fmt: skip
    heads = ["chemistry", "", "before", "after", "change", "unit"]
    return aligned(heads, body, left=2)


def _bridge_text(bridge: Bridge, money: str) -> str:
    body = [["before", figure(bridge.before), "", ""]]
    least = _DUST * abs(bridge.before)
    for step in bridge.steps:
        parts = (step.amount, step.alone, step.interaction)
        clean = (0.0 if part is not None and abs(part) < least else part for part in parts)
        body.append([step.name, *map(_number, clean)])
    body.append(["after", figure(bridge.after), "", ""])
    return aligned(["input", f"{money}/kWh", "alone", "interaction"], body)


def _number(value: float | None) -> str:
    return "" if value is None else figure(value)
