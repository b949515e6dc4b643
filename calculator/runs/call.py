"""Inputs of a command of the terminal: its options, with files by their content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calculator.scenario.write import content_of

FREE_OPTIONS = frozenset(
    {
        *("command", "json", "out", "workbook", "port", "workers", "threads", "cluster"),
        *("depth", "figure", "why", "target"),
    }
)
"""Options that decide where, how fast or which part of an answer is shown, and no number of it."""
OF_SCENARIO = frozenset(
    {"deck", "region", "volume", "format", "year", "currency", "overlay", "pack_energy", "names"}
)
"""Options that stand in the scenario, and so in its hash."""
_FILES = (".csv", ".xlsx", ".yaml", ".yml", ".json", ".parquet", ".zip")


def call_inputs(
    options: Mapping[str, Any], scenario: str | None = None, **further: Any
) -> dict[str, Any]:
    """What a call asked, in plain values: the same for every spelling of the same question.

    Args:
        options: ``command`` and every option by name, as the parser left them.
        scenario: hash of the scenario with the options that replace parts of it; None for a
            command without one.
        further: what the call asked without saying, such as the day it was made on.

    Returns:
        The scenario alone where nothing else was asked; otherwise the command with all that was.
    """
    hidden = FREE_OPTIONS | (OF_SCENARIO | {"scenario"} if scenario is not None else frozenset())
    asked = {
        name: _canonical(name, value)
        for name, value in {**options, **further}.items()
        if name not in hidden and value not in (None, False, [], ())
    }
    if scenario is None:
        return {"command": options["command"], **asked}
    return {"scenario": scenario, **({"command": options["command"], **asked} if asked else {})}


def _canonical(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_canonical(name, item) for item in value]
    if isinstance(value, str) and (name == "overlay" or value.lower().endswith(_FILES)):
        return content_of(value)
    return value
