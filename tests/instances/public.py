"""Public test instances from their files: linear programmes as a `Canonical`, warehouses."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from calculator.sourcing.canonical import Canonical

DATA = Path(__file__).resolve().parent / "data"


@cache
def linear_programme(name: str) -> Canonical:
    """Read one instance; the form of the file is told in README.md of this folder."""
    table: dict[str, list[tuple[int, int, float]]] = {}
    for row in _records(name):
        at = (int(row["row"] or -1), int(row["column"] or -1), float(row["value"]))
        table.setdefault(row["what"], []).append(at)
    m, n = (int(table.pop(what)[0][2]) for what in ("rows", "columns"))
    rows, columns, values = zip(*table.pop("entry"), strict=True)
    problem = Canonical(
        cost=_vector(table.pop("cost", []), 1, n, 0.0),
        matrix=sp.csr_array((values, (rows, columns)), shape=(m, n)),
        row_lower=_vector(table.pop("row_lower", []), 0, m, -inf),
        row_upper=_vector(table.pop("row_upper", []), 0, m, inf),
        lower=_vector(table.pop("lower", []), 1, n, 0.0),
        upper=_vector(table.pop("upper", []), 1, n, inf),
        cones=(),
        n_flow=n,
    )
    if table:
        raise ValueError(f"{name}: unknown records {sorted(table)}; see README.md of this folder")
    return problem


@dataclass(frozen=True)
class Warehouses:
    """Capacitated warehouses: `cost` is that of serving the whole of a customer's demand."""

    capacity: npt.NDArray[np.float64]  # (warehouses,)
    fixed_cost: npt.NDArray[np.float64]  # (warehouses,)
    demand: npt.NDArray[np.float64]  # (customers,)
    cost: npt.NDArray[np.float64]  # (customers, warehouses)


@cache
def warehouses(name: str) -> Warehouses:
    """Read one of the instances "cap41", "cap72"; they share customers and costs."""
    with (DATA / "warehouses.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    first = head.index("warehouse_0")
    by_warehouse = {row[0]: _floats(row[first:]) for row in rows if row[1] == name}
    customers = np.array([_floats(row[first - 1 :]) for row in rows if row[0] == "customer"])
    return Warehouses(
        capacity=by_warehouse["capacity"],
        fixed_cost=by_warehouse["fixed_cost"],
        demand=customers[:, 0],
        cost=customers[:, 1:],
    )


def _records(name: str) -> Iterator[dict[str, str]]:
    packed = DATA / f"{name}.csv.gz"
    if packed.exists():
        with gzip.open(packed, "rt", newline="") as file:
            yield from csv.DictReader(file)
    else:
        with (DATA / f"{name}.csv").open(newline="") as plain:
            yield from csv.DictReader(plain)


def _vector(
    records: list[tuple[int, int, float]], axis: int, length: int, default: float
) -> npt.NDArray[np.float64]:
    out = np.full(length, default)
    for record in records:
        out[int(record[axis])] = record[2]
    return out


def _floats(words: list[str]) -> npt.NDArray[np.float64]:
    return np.array([float(word) for word in words])
