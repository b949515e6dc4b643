"""One event of a form or a command: plain values to a checked record, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from calculator.scenario.messages import sentence
from calculator.scenario.quantity import AS_TEXT
from calculator.scenario.read import ScenarioError
from calculator.scenario.shocks import ShockEvent
from calculator.scenario.yaml_tree import Tree

_PLACE = ("shocks", "events", 0)
_PREFIX = "shocks.events[1]"


def read_event(values: Mapping[str, Any], file: str = "event") -> ShockEvent:
    """An event as ``shocks.events`` of a scenario file holds it.

    Raises:
        ScenarioError: every fault, one sentence each; ``file`` stands before it.
    """
    try:
        return ShockEvent.model_validate(
            dict(values), by_alias=True, by_name=False, context=AS_TEXT
        )
    except ValidationError as error:
        faults = [
            sentence(file, Tree(dict(values)), {**each, "loc": (*_PLACE, *each["loc"])})
            for each in error.errors(include_url=False)
        ]
    raise ScenarioError([replace(fault, what=_plain(fault.what)) for fault in faults])


def _plain(what: str) -> str:
    """The sentence without the place in a file that there is none of."""
    what = what.replace(f" in '{_PREFIX}'", "")
    return what.removeprefix(f"{_PREFIX}.").removeprefix(f"{_PREFIX}: ")
