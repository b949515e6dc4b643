"""One part of a sweep: evaluated, and written as a Parquet file that says what it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calculator.errors import InputError
from calculator.runs import Run, run_of
from calculator.scenario.run import scenario_database
from calculator.scenario.write import plain_scenario
from calculator.sweeps.kernel import Kernel, Rows, kernel_names
from calculator.sweeps.outputs import is_of_plan, unit_of
from calculator.sweeps.planned import Planner
from calculator.sweeps.read import sweep_of

if TYPE_CHECKING:
    from calculator.sweeps.plan import Column, Sweep
    from materials_db.database import MaterialsDB

OK, FAILED, INFEASIBLE = STATUSES = ("ok", "failed", "infeasible")
MOST_TOLD = 20
"""Failed points that are told in full; the files hold all."""
NO_PLAN = "no plan meets the rules; see the command explain on this scenario"


@dataclass(frozen=True)
class Failure:
    """A point without all its figures: where, with which inputs, and why."""

    index: int
    inputs: Mapping[str, Any]
    message: str


@dataclass(frozen=True)
class Part:
    """A part that is done."""

    number: int
    counts: Mapping[str, int]
    """Points by status."""
    failures: tuple[Failure, ...]
    """The first that failed."""
    content: bytes = b""
    """Its Parquet file; empty where that was written before."""


class Engine:
    """A sweep with all it needs to be evaluated, opened once in a process."""

    def __init__(self, sweep: Sweep, db: MaterialsDB) -> None:
        base = plain_scenario(sweep.scenario)
        self.sweep, self.db = sweep, db
        self.kernel, self.planner = Kernel(sweep, db, base), Planner(sweep, db, base)

    @cached_property
    def run(self) -> Run:
        """The run of the sweep: same id, same numbers."""
        return run_of({"sweep": self.sweep.hash}, self.db.data_version)

    def rows(self, points: range) -> tuple[dict[str, Column], Rows]:
        """Inputs and figures of some points."""
        columns = self.sweep.columns(points)
        rows = Rows.of(list(output_columns(self.sweep)), len(points))
        self.kernel.fill(columns, rows)
        if self.sweep.is_planned:
            self.planner.fill(columns, rows)
        return columns, rows

    def part(self, number: int) -> Part:
        """Evaluate a part."""
        points = self.sweep.part(number)
        columns, rows = self.rows(points)
        status = [_status(rows, k) for k in range(len(points))]
        counts = {name: status.count(name) for name in STATUSES}
        failed = [k for k, one in enumerate(status) if one == FAILED][:MOST_TOLD]
        told = tuple(Failure(points[k], _inputs_at(columns, k), "; ".join(rows.faults[k]))
                     for k in failed)  # fmt: skip
        content = _parquet(self, points, columns, rows, status, (number, counts, told))
        return Part(number, counts, told, content)


def output_columns(sweep: Sweep) -> dict[str, str]:
    """Columns of figures in their order, each with its unit."""
    names = kernel_names(sweep)
    figures = {column: unit_of(name) for (_, name), column in names.items()}
    figures |= {name: unit_of(name) for name in sweep.outputs if is_of_plan(name)}
    varies = any(axis.key == "scenario/year" for axis in sweep.axes)
    money = "USD of the year/" if varies else f"USD_{sweep.scenario.year}/"
    return {name: unit.replace("USD/", money) for name, unit in figures.items()}


@lru_cache(maxsize=2)
def opened(source: str) -> Engine:
    """The engine of a sweep by its source; one a process is enough."""
    sweep = sweep_of(source)
    return Engine(sweep, scenario_database(sweep.scenario))


def evaluate_part(source: str, number: int, run: str) -> Part:
    """Evaluate a part in whatever process this is.

    Raises:
        InputError: this process would compute other numbers: its code, data or solvers differ.
    """
    engine = opened(source)
    if engine.run.id != run:
        raise InputError(
            "a worker has other code, data or solvers than this session and would give other "
            "numbers; install the same version there"
        )
    return engine.part(number)


def read_part(path: Path, number: int, sweep_hash: str) -> Part | None:
    """What a written part says of itself; None where there is none that can be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        held = pq.read_schema(path).metadata or {}
        facts = json.loads(held[b"part"])
        if held[b"sweep"].decode() != sweep_hash or facts["number"] != number:
            return None
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return None
    told = tuple(Failure(**one) for one in facts["failures"])
    return Part(number, facts["counts"], told)


def _status(rows: Rows, place: int) -> str:
    if rows.faults[place]:
        return FAILED
    return INFEASIBLE if place in rows.infeasible else OK


def _inputs_at(columns: Mapping[str, Column], place: int) -> dict[str, Any]:
    return {name: _plain(column[place]) for name, column in columns.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.item() if isinstance(value, np.generic) else value


def _parquet(
    engine: Engine, points: range, columns: Mapping[str, Column], rows: Rows, status: list[str],
    of: tuple[int, Mapping[str, int], tuple[Failure, ...]],
) -> bytes:  # fmt: skip
    import pyarrow as pa
    import pyarrow.parquet as pq

    units = column_units(engine.sweep)
    inputs = {axis.field: _arrow(columns[axis.field]) for axis in engine.sweep.axes}
    figures = {name: pa.array(column, from_pandas=True) for name, column in rows.values.items()}
    told = ["; ".join(rows.faults[k]) or (NO_PLAN if k in rows.infeasible else "")
            for k in range(len(points))]  # fmt: skip
    arrays = {"index": pa.array(np.arange(points.start, points.stop)), **inputs, **figures,
              "status": pa.array(status), "message": pa.array(told)}  # fmt: skip
    marks = {name: {"unit": unit} for name, unit in units.items()}
    fields = [
        pa.field(name, array.type, metadata=marks.get(name)) for name, array in arrays.items()
    ]
    number, counts, failures = of
    part = {"number": number, "counts": counts, "failures": [vars(one) for one in failures]}
    facts = {"sweep": engine.sweep.hash, **engine.run.facts(), "units": json.dumps(units),
             "part": json.dumps(part)}  # fmt: skip
    stream = BytesIO()
    table = pa.Table.from_arrays(list(arrays.values()), schema=pa.schema(fields, metadata=facts))
    pq.write_table(table, stream)
    return stream.getvalue()


def column_units(sweep: Sweep) -> dict[str, str]:
    """Unit of every column that has one."""
    named = {axis.field: axis.unit for axis in sweep.axes} | output_columns(sweep)
    return {name: unit for name, unit in named.items() if unit}


def _arrow(column: Column) -> Any:
    """A column of inputs; kinds that stand together are written as text."""
    import pyarrow as pa

    if isinstance(column, np.ndarray):
        return pa.array(column)
    return pa.array([_plain(value) for value in column])
