"""BatPaC 5.0, the reference: a couple and a pack in, masses, areas and costs out.

Source: BatPaC 5.0 (22 July 2022), (c) UChicago Argonne, LLC, 3-clause BSD-style licence.
"""

from __future__ import annotations

from calculator.reference.cases import Case, read_cases, write_designs
from calculator.reference.columns import as_row, column_names
from calculator.reference.couples import couple_named, couples
from calculator.reference.design import ReferenceDesign, reference_design
from calculator.reference.inputs import ReferenceInputs
from calculator.reference.prices import Prices
from calculator.reference.workbook import inputs_from_workbook
from calculator.reference.yields import StepYields

__all__ = [
    "Case",
    "Prices",
    "ReferenceDesign",
    "ReferenceInputs",
    "StepYields",
    "as_row",
    "column_names",
    "couple_named",
    "couples",
    "inputs_from_workbook",
    "read_cases",
    "reference_design",
    "write_designs",
]
