"""The reference's data files, read once when first asked for."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@cache
def _text(name: str) -> str:
    return (files("materials_db") / "data" / "reference" / name).read_text(encoding="utf-8")


@cache
def table(name: str) -> tuple[Mapping[str, str], ...]:
    """Rows of a CSV file of the reference, as read."""
    return tuple(MappingProxyType(row) for row in csv.DictReader(_text(name).splitlines()))


@cache
def plant_data() -> Mapping[str, Any]:
    """The baseline plant: steps, adjustments, yields, rates and hardware prices."""
    data: dict[str, Any] = json.loads(_text("batpac50_baseline_plant.json"))
    return MappingProxyType(data)
