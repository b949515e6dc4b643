"""One chemistry with what is drawn below it, and the kernel on its draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from calculator.border import prepare_drawn
from calculator.case import Case, Request, Result
from calculator.draws import run_blocks
from calculator.errors import InputError
from calculator.evaluation import compute, evaluate, outputs
from calculator.numbers import FloatArray, Num
from calculator.uncertainty.affine import Affine, affine_of, only_prices
from calculator.uncertainty.inputs import UncertainInput, named_below, with_inputs

if TYPE_CHECKING:
    from calculator.evaluation import Evaluation
    from calculator.uncertainty.labels import Named
    from materials_db.database import MaterialsDB

BLOCK = 16_384


@dataclass(frozen=True)
class Chemistry:
    """A request, its numbers as recorded and every record below it."""

    db: MaterialsDB
    request: Request
    case: Case
    named: Mapping[str, Named]
    nominal: Mapping[str, float]
    """Outputs with every number as recorded."""
    elements: tuple[str, ...] = ()
    inputs: tuple[UncertainInput, ...] = ()
    """What is drawn below it."""
    affine: Affine | None = None

    @property
    def name(self) -> str:
        """Its id, marked where the file is the user's own."""
        chemistry = self.request.chemistry
        return f"{chemistry.id} (yours)" if chemistry.layer == "overlay" else chemistry.id

    def prepared(self, values: Mapping[str, Num]) -> Case:
        """The case with draws in it and the pack's whole counts as recorded."""
        db, request = with_inputs(self.db, self.request, values)
        return prepare_drawn(db, request, self.case.pack)

    def kernel(self, values: Mapping[str, FloatArray]) -> dict[str, Num]:
        """Outputs for some draws of its inputs."""
        return self.followed(self.prepared(values))

    def followed(self, case: Case) -> dict[str, Num]:
        """Outputs of a case."""
        return followed(compute(case), self.elements)

    def drawn(self, columns: Mapping[str, FloatArray], draws: int) -> Mapping[str, Num]:
        """Outputs for columns of draws, block by block."""
        if not columns:
            return self.nominal
        case = _bare(self.prepared(columns))
        return run_blocks(self.followed, case, draws, threads=1, block=BLOCK)

    def told(self, error: InputError) -> InputError:
        """A fault with the name of the chemistry it is of."""
        return InputError(f"{self.name}: {error}")


def followed(result: Result, elements: Sequence[str]) -> dict[str, Num]:
    """Outputs of a simulation: the headline numbers, and grams of elements in the cell."""
    grams = {f"{one}_g_per_kwh": result.elements.in_cell_g_per_kwh(one) for one in elements}
    return {**outputs(result), **grams}


def chemistry_of(
    db: MaterialsDB,
    request: Request,
    elements: tuple[str, ...] = (),
    known: Evaluation | None = None,
) -> Chemistry:
    """A request evaluated with every number as recorded; ``known`` where that is at hand.

    Raises:
        InputError: it lacks a number or a price.
        UnknownNameError: a name is not in the database.
    """
    found = known or evaluate(db, request)
    nominal = {name: float(one) for name, one in followed(found.result, elements).items()}
    named = named_below(db, request, found.records)
    return Chemistry(db, request, found.case, named, nominal, elements)


def with_drawn(found: Chemistry, inputs: Sequence[UncertainInput]) -> Chemistry:
    """The chemistry with those of the inputs that lie below it."""
    mine = tuple(one for one in inputs if one.key in found.named or one.record is None)
    found = replace(found, inputs=mine)
    return replace(found, affine=affine_of(found.kernel, mine)) if only_prices(mine) else found


def refuse_no_number(name: str, output: str, values: Num) -> None:
    """Refuse draws that give no finite number.

    Raises:
        InputError: naming the chemistry and the output.
    """
    if not np.all(np.isfinite(values)):
        raise InputError(f"{name}: some draws give no {output}; narrow the ranges given")


def _bare(case: Case) -> Case:
    """The case without records and notes, of which every block would be cut in vain."""
    prices = {
        item: replace(price, records=(), borrowed=(), own_metals=(), notes=())
        for item, price in case.prices.items()
    }
    return replace(case, prices=prices, plant=replace(case.plant, records=()))
