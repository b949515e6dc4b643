"""Sensitivity answers that are kept between reruns, keyed by everything that decides them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from calculator.scenario.run import scenario_request
from calculator.sensitivity.unknown import PRICE
from calculator.uncertainty.inputs import ASKED, has_range, named_records
from materials_db.schema import Price
from pages.cached import KEPT_S, Data, kept

if TYPE_CHECKING:
    from calculator.scenario import Scenario
    from calculator.sensitivity.breakeven import BreakEven
    from calculator.sensitivity.indices import Indices
    from calculator.sensitivity.model import Model
    from calculator.sensitivity.tornado import Tornado
    from calculator.uncertainty.inputs import UncertainInput
    from calculator.why_runs.moved import Even
    from materials_db.database import MaterialsDB

FIRST = f"{PRICE}lithium_carbonate"
"""The unknown a first visit asks for."""


def key_of(data: Data, scenario: Scenario, *asked: object) -> str:
    """All that decides an answer."""
    return f"{data.key} {scenario.model_dump_json(by_alias=True)} {asked}"


def tornado_of(
    data: Data, scenario: Scenario, name: str, output: str, groups: tuple[str, ...]
) -> Tornado:
    """Each input of a chemistry at its low and at its high."""
    key = key_of(data, scenario, name, output, groups)
    return _tornado(key, data, scenario, name, output, groups)


@st.cache_resource(show_spinner="Moving every input", max_entries=64, ttl=KEPT_S)
def _tornado(
    key: str, _data: Data, _scenario: Scenario, _name: str, _output: str, _groups: tuple[str, ...]
) -> Tornado:
    from calculator.sensitivity.tornado import tornado

    return tornado(*_model(_data, _scenario, _name, _output, _groups))


def _model(
    data: Data, scenario: Scenario, name: str, output: str, groups: tuple[str, ...]
) -> tuple[Model, tuple[UncertainInput, ...]]:
    from calculator.sensitivity.model import chemistry_for, kernel_inputs, kernel_model

    found = chemistry_for(data.db, scenario_request(data.db, scenario, name), output)
    return kernel_model(found, output), kernel_inputs(data.db, found, 0, groups)


def sobol_of(
    data: Data, scenario: Scenario, name: str, output: str, groups: tuple[str, ...], samples: int
) -> Indices:
    """Part of the variance that each input is behind; for a job."""
    from calculator.sensitivity.indices import sobol_indices

    return sobol_indices(*_model(data, scenario, name, output, groups), samples)


def unknowns(data: Data, scenario: Scenario, names: Sequence[str]) -> dict[str, str]:
    """What a break-even can be looked for, by name, with what a reader calls it.

    Prices below the first chemistry or another, inputs of the first with a range, its plant.
    """
    key = key_of(data, scenario, *names)
    return kept("unknowns", key, lambda: _unknowns(data.db, scenario, names))


def _unknowns(db: MaterialsDB, scenario: Scenario, names: Sequence[str]) -> dict[str, str]:
    requests = [scenario_request(db, scenario, name) for name in names]
    prices: dict[str, str] = {}
    for request in requests:
        for one in named_records(db, request).values():
            if isinstance(one.record, Price) and one.record.kind != "fee" and one.record.value:
                item = one.record.item
                prices[PRICE + item] = f"price of {item.replace('_', ' ')}"
    ranged = {
        key: one.label
        for key, one in named_records(db, requests[0]).items()
        if has_range(one.record) and one.group != "price"
    }
    plant = {f"{ASKED}volume_gwh_per_year": "output of the plant"}
    return {**dict(sorted(prices.items())), **ranged, **plant}


def break_even_of(data: Data, scenario: Scenario, name: str, output: str, asked: Even) -> BreakEven:
    """At which value of the unknown a chemistry is even with another, or with a target in USD.

    Raises:
        InputError: the range will not do.
    """
    key = key_of(data, scenario, name, output, asked)
    return _even(key, data, scenario, name, output, asked)


@st.cache_resource(show_spinner="Looking for a break-even", max_entries=64, ttl=KEPT_S)
def _even(
    key: str, _data: Data, _scenario: Scenario, _name: str, _output: str, _asked: Even
) -> BreakEven:
    from calculator.why_runs.moved import Moved, crossed

    return crossed(_data.db, _scenario, Moved(_name, _output), _asked)
