"""One figure as a function of its inputs: of the kernel here, of the optimiser in ``planned``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calculator.errors import InputError
from calculator.numbers import FloatArray
from calculator.uncertainty.inputs import UncertainInput
from calculator.uncertainty.jobs import chemistry_of
from calculator.uncertainty.spreads import spread_inputs
from materials_db.faults import did_you_mean

if TYPE_CHECKING:
    from calculator.case import Request
    from calculator.uncertainty.jobs import Chemistry
    from materials_db.database import MaterialsDB

Columns = Mapping[str, FloatArray]
"""Values of inputs by key, arrays of one length."""
OUTPUTS = (
    "cell_usd_per_kwh",
    "pack_usd_per_kwh",
    "specific_energy_wh_per_kg",
    "energy_density_wh_per_l",
)
"""Figures of a chemistry, beside the grams of an element (``Li_g_per_kwh``)."""
GRAMS = "_g_per_kwh"


@dataclass(frozen=True)
class Model:
    """A figure of one chemistry or plan, and how it follows from some inputs."""

    name: str
    """Of the chemistry, or of the scenario whose plan it is."""
    output: str
    nominal: float
    """With every input at its value."""
    evaluate: Callable[[Columns], FloatArray]
    """From columns of one length to the figure, shape ``(n,)``; what is not given stays."""
    unit: str = ""
    """Its unit, where the name of the output does not tell it."""


def elements_of(output: str) -> tuple[str, ...]:
    """The element whose grams an output is, if it is one."""
    return (output.removesuffix(GRAMS),) if output.endswith(GRAMS) else ()


def chemistry_for(db: MaterialsDB, request: Request, output: str) -> Chemistry:
    """A chemistry evaluated once, ready to be evaluated with other inputs.

    Raises:
        InputError: no such output, an element it does not hold, or a number or price is missing.
        UnknownNameError: a name is not in the database.
    """
    if output not in OUTPUTS and not elements_of(output):
        known = (*OUTPUTS, "Li_g_per_kwh")
        raise InputError(f"unknown output '{output}'; {did_you_mean(output, known)}")
    found = chemistry_of(db, request, elements_of(output))
    held = sorted({name for parts in found.case.composition.values() for name in parts})
    for element in elements_of(output):
        if element not in held:
            remedy = did_you_mean(element, held)
            raise InputError(
                f"{found.name} holds no '{element}', which {output} asks for; {remedy}"
            )
    return found


def kernel_model(found: Chemistry, output: str) -> Model:
    """A figure of a chemistry; the whole counts of its pack stay those of the recorded values."""

    def evaluate(columns: Columns) -> FloatArray:
        draws = len(next(iter(columns.values())))
        try:
            return np.asarray(found.drawn(columns, draws)[output], dtype=float)
        except InputError as error:
            raise found.told(error) from error

    return Model(found.name, output, found.nominal[output], evaluate)


def kernel_inputs(
    db: MaterialsDB, found: Chemistry, months: int = 0, groups: Sequence[str] = ()
) -> tuple[UncertainInput, ...]:
    """What is uncertain below a chemistry.

    Args:
        db: the materials database.
        found: the chemistry.
        months: 0 takes the ranges of the records; a horizon spreads the prices of raw materials
            by the measured volatility of their series, from P10 to P90.
        groups: groups of inputs taken; all where empty.

    Raises:
        InputError: an unknown group or a horizon out of bounds.
    """
    return spread_inputs(db, [found.request], found.named, months, {}, groups)


def is_better_low(output: str) -> bool:
    """Whether less of a figure is better: cost and grams, not energy."""
    return "_wh_per_" not in output
