"""Figures of cells at many points: the numbers the kernel takes go through it all at once.

Points that differ in names or other fields of the scenario are evaluated group by group. The pack
is planned in whole cells; where a number moves the cell and a figure of the pack is asked, each
point is evaluated by itself. A group that fails is halved until the points at fault stand alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from calculator.draws import map_arrays
from calculator.evaluation import compute, outputs, prepare
from calculator.numbers import FloatArray, Num
from calculator.scenario.run import scenario_request
from calculator.sweeps.outputs import PACK, element_of, is_of_plan
from calculator.sweeps.points import label_of, numbers_at, scenario_at, setting_axes
from calculator.uncertainty.inputs import with_inputs
from materials_db.faults import DatabaseError, UnknownNameError

if TYPE_CHECKING:
    from calculator.case import Case, Request, Result
    from calculator.sweeps.plan import Column, Sweep
    from materials_db.database import MaterialsDB

_OURS = (ValueError, UnknownNameError, DatabaseError)


@dataclass
class Rows:
    """Figures of some points by column, and what went wrong at each."""

    values: dict[str, FloatArray]
    faults: list[list[str]]
    infeasible: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, names: Sequence[str], count: int) -> Rows:
        """Rows without a figure."""
        return cls({name: np.full(count, np.nan) for name in names}, [[] for _ in range(count)])


def sentence(error: Exception) -> str:
    """A failure in one line; a fault that is not the user's is named as such."""
    told = " ".join(str(error).split())
    return told if isinstance(error, _OURS) else f"unexpected {type(error).__name__}: {told}"


def kernel_names(sweep: Sweep) -> dict[tuple[str, str], str]:
    """Column of each chemistry (by label) and figure; a lone chemistry needs no prefix."""
    figures = [name for name in sweep.outputs if not is_of_plan(name)]
    labels = dict.fromkeys(label_of(name) for name in sweep.chemistries)
    prefixed = _several(sweep)
    return {(label, name): f"{label}/{name}" if prefixed else name
            for name in figures for label in labels}  # fmt: skip


def _several(sweep: Sweep) -> bool:
    """Whether any point compares several chemistries."""
    for axis in sweep.axes:
        if axis.name == "chemistries":
            return any(isinstance(value, tuple) and len(value) > 1 for value in axis.values)
    return len(sweep.scenario.chemistries) > 1


@dataclass(frozen=True)
class Kernel:
    """Evaluates the cells of a sweep."""

    sweep: Sweep
    db: MaterialsDB
    base: Mapping[str, Any]
    """The scenario as a file would hold it."""

    def fill(self, columns: Mapping[str, Column], rows: Rows) -> None:
        """Put the figures of all points into their rows."""
        names = kernel_names(self.sweep)
        if not names:
            return
        axes = setting_axes(self.sweep.axes, sourcing=False)
        numbers = numbers_at(self.sweep.axes, columns)
        for values, places in _groups([columns[axis.field] for axis in axes], len(rows.faults)):
            try:
                scenario = scenario_at(self.base, zip(axes, values, strict=True))
                asked = {
                    ref: scenario_request(self.db, scenario, ref) for ref in scenario.chemistries
                }
            except Exception as error:
                _fail(rows, places, sentence(error))
                continue
            here = {key: np.asarray(column)[places] for key, column in numbers.items()}
            for reference, request in asked.items():
                _Group(self, request, label_of(reference), names, rows).fill(here, places)

    def figures(self, result: Result) -> dict[str, Num]:
        """The figures asked for, of one result."""
        known = outputs(result)
        found: dict[str, Num] = {}
        for name in self.sweep.outputs:
            element = element_of(name)
            if name in known:
                found[name] = known[name]
            elif element is not None:
                found[name] = result.elements.in_cell_g_per_kwh(element)
        return found


@dataclass(frozen=True)
class _Group:
    """One chemistry at points that differ in nothing but numbers of the kernel."""

    kernel: Kernel
    request: Request
    label: str
    names: Mapping[tuple[str, str], str]
    rows: Rows

    def fill(self, numbers: Mapping[str, FloatArray], places: FloatArray) -> None:
        if not numbers:
            self._each({}, places[:1], places)
            return
        if len(places) == 1:
            self._each({key: float(column[0]) for key, column in numbers.items()}, places, places)
            return
        found, single = self._together(numbers)
        if found is not None:
            self._put(found, places)
            return
        cuts = range(1, len(places)) if single else [len(places) // 2]
        for here in np.split(np.arange(len(places)), list(cuts)):
            self.fill({key: column[here] for key, column in numbers.items()}, places[here])

    def _each(self, numbers: Mapping[str, float], first: Any, places: Any) -> None:
        """Evaluate one point and put it at all places; a failure is told at each."""
        try:
            with np.errstate(all="ignore"):
                found = self.kernel.figures(compute(self._case(numbers)))
            lacking = [name for name, value in found.items() if not np.isfinite(value)]
            if lacking:
                raise ValueError(
                    f"no finite {', '.join(lacking)}; look at the values of this point"
                )
        except Exception as error:
            _fail(self.rows, places, f"{self.label}: {sentence(error)}")
            return
        self._put(found, places)

    def _together(self, numbers: Mapping[str, FloatArray]) -> tuple[dict[str, Num] | None, bool]:
        """All points in one call; None where they must be parted, and whether into single ones."""
        try:
            with np.errstate(all="ignore"):
                case = self._case(numbers)
                if PACK in self.kernel.sweep.outputs and _moves_cell(case):
                    return None, True
                found = self.kernel.figures(compute(case))
        except Exception:  # some point's fault: halved until it stands alone, and told there
            return None, False
        sound = all(np.all(np.isfinite(value)) for value in found.values())
        return (found, False) if sound else (None, False)

    def _case(self, numbers: Mapping[str, Num]) -> Case:
        db, request = with_inputs(self.kernel.db, self.request, numbers)
        return prepare(db, request)[0]

    def _put(self, found: Mapping[str, Num], places: Any) -> None:
        for name, value in found.items():
            self.rows.values[self.names[self.label, name]][places] = value


def _moves_cell(case: Case) -> bool:
    """Whether the design of the cell differs between the points."""
    met: list[bool] = []

    def note(array: FloatArray) -> FloatArray:
        met.append(True)
        return array

    map_arrays((case.spec, case.fmt), note)
    return bool(met)


def _groups(columns: Sequence[Column], count: int) -> list[tuple[tuple[Any, ...], Any]]:
    """Values that some points share, and the places of those points."""
    if not columns:
        return [((), np.arange(count))]
    found: dict[tuple[Any, ...], list[int]] = {}
    plain = [column if isinstance(column, list) else column.tolist() for column in columns]
    for place, values in enumerate(zip(*plain, strict=True)):
        found.setdefault(values, []).append(place)
    return [(values, np.array(places)) for values, places in found.items()]


def _fail(rows: Rows, places: Any, told: str) -> None:
    for place in np.asarray(places).tolist():
        if told not in rows.faults[place]:
            rows.faults[place].append(told)
