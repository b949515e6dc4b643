"""Sweep file to ``Sweep``: every fault at once, each with its line and its remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.scenario.read import (
    ScenarioError,
    file_text,
    file_tree,
    is_path,
    load_scenario,
    located,
    make_scenario,
)
from calculator.scenario.run import scenario_database
from calculator.scenario.write import plain_scenario
from calculator.scenario.yaml_tree import Tree, as_fault
from calculator.sweeps.axes import Axis
from calculator.sweeps.outputs import PLAN_UNITS, UNITS, check_output
from calculator.sweeps.plan import GRID, HOW, SAMPLE, ZIP, Sweep
from calculator.sweeps.read_axis import AXIS_KEYS, Base, read_axis
from materials_db.faults import DatabaseError, Fault, did_you_mean

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB

MOST_POINTS = 100_000_000
_KEYS = ("scenario", "vary", "how", "draws", "seed", "outputs")
_EXAMPLE = "add it, such as '- {field: volume, values: [10 GWh/year, 30 GWh/year]}'"


def load_sweep(path: Path | str) -> Sweep:
    """Read a sweep file; paths in it are taken from its folder.

    Raises:
        ScenarioError: the file cannot be read, or anything in it is wrong.
        DatabaseError: the overlay of its scenario has faults.
    """
    path = Path(path)
    return _read(file_tree(file_text(path), path.name), path.name, path.absolute().parent)


def parse_sweep(text: str, file: str = "sweep", folder: Path | None = None) -> Sweep:
    """Read a sweep from YAML text.

    Args:
        text: YAML 1.2, as in docs/sweeps.md.
        file: name that stands in messages.
        folder: where relative paths begin; the working folder if left out.

    Raises:
        ScenarioError: every fault found, as ``file:line: what; what to do``.
    """
    return _read(file_tree(text, file), file, (folder or Path()).absolute())


def sweep_of(source: str) -> Sweep:
    """The sweep whose ``source`` this is."""
    return _read(Tree(json.loads(source)), "sweep", Path().absolute())


@dataclass
class _Reading:
    file: str
    tree: Tree
    faults: list[Fault] = field(default_factory=list)

    @contextmanager
    def told(self, *path: str | int) -> Iterator[None]:
        """Turn a mistake into faults at the line of a path."""
        try:
            yield
        except ScenarioError as error:
            self.faults += [Fault(f.file, f.row, f.what, f.remedy) if f.row
                            else self.at(path, f.what, f.remedy) for f in error.faults]  # fmt: skip
        except DatabaseError as error:
            self.faults += error.faults
        except (ValueError, LookupError) as error:
            what, _, remedy = str(error).partition("; ")
            self.faults.append(self.at(path, what, remedy or "mend it"))

    def at(self, path: tuple[str | int, ...], what: str, remedy: str) -> Fault:
        return Fault(self.file, self.tree.line(path), what, remedy)

    def refuse(self, path: tuple[str | int, ...], what: str, remedy: str) -> None:
        self.faults.append(self.at(path, what, remedy))

    def done(self) -> None:
        if self.faults:
            raise ScenarioError(self.faults)


def _read(tree: Tree, file: str, folder: Path) -> Sweep:
    reading = _Reading(file, tree, [as_fault(file, fault) for fault in tree.faults])
    given: dict[str, Any] = tree.value
    for key in given:
        if key not in _KEYS:
            reading.refuse((key,), f"unknown key '{key}'", did_you_mean(str(key), _KEYS))
    how = _how(reading, given)
    draws, seed = _whole(reading, given, "draws", how == SAMPLE), _whole(reading, given, "seed")
    base = _base(reading, given, folder)
    axes = _axes(reading, given, base, how, folder) if base else ()
    outputs = _outputs(reading, given, base) if base else ()
    _check_counts(reading, axes, how)
    reading.done()
    assert base is not None
    sweep = Sweep(base.scenario, axes, how, draws, seed, outputs, "")
    return _bounded(reading, _with_source(sweep, given, folder))


def _bounded(reading: _Reading, sweep: Sweep) -> Sweep:
    if sweep.points > MOST_POINTS:
        remedy = f"a sweep has at most {MOST_POINTS:,}"
        reading.refuse(("vary",), f"{sweep.points:,} points are asked for", remedy)
    reading.done()
    return sweep


def _with_source(sweep: Sweep, given: Mapping[str, Any], folder: Path) -> Sweep:
    vary = [_placed(entry, folder) for entry in given["vary"]]
    plain: dict[str, Any] = {"scenario": plain_scenario(sweep.scenario), "vary": vary}
    plain |= {"how": sweep.how, "seed": sweep.seed, "outputs": list(sweep.outputs)}
    if sweep.how == SAMPLE:
        plain["draws"] = sweep.draws
    source = json.dumps(plain, sort_keys=True, ensure_ascii=True)
    return Sweep(sweep.scenario, sweep.axes, sweep.how, sweep.draws, sweep.seed, sweep.outputs,
                 source)  # fmt: skip


def _placed(value: Any, folder: Path) -> Any:
    """Plain values with every path of a file taken from the folder of the sweep."""
    if isinstance(value, Mapping):
        return {key: _placed(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [_placed(item, folder) for item in value]
    return str(folder / value) if isinstance(value, str) and is_path(value) else value


def _how(reading: _Reading, given: Mapping[str, Any]) -> str:
    how = given.get("how", GRID)
    if how not in HOW:
        reading.refuse(("how",), f"how: '{how}' will not do", f"write one of {', '.join(HOW)}")
        return GRID
    if how != SAMPLE and "draws" in given:
        reading.refuse(
            ("draws",), f"'draws' stands in a {how}", "leave it out, or write 'how: sample'"
        )
    return str(how)


def _whole(reading: _Reading, given: Mapping[str, Any], key: str, needed: bool = False) -> int:
    value = given.get(key, None if needed else 1)
    least = 1 if key == "draws" else 0
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**63:
        what = f"key '{key}' is missing" if value is None else f"{key}: '{value}' will not do"
        reading.refuse((key,), what, f"write a whole number from {least}, such as '{key}: 1000'")
        return 1
    return value


def _base(reading: _Reading, given: Mapping[str, Any], folder: Path) -> Base | None:
    """The scenario of the sweep with its database; None where it has faults."""
    asked = given.get("scenario")
    if not isinstance(asked, str | dict):
        what = "'scenario' is no path and no group of keys"
        remedy = "write 'scenario: compare.yaml', or the keys of a scenario below it"
        reading.refuse(("scenario",), what, remedy)
        return None
    with reading.told("scenario"):
        scenario = _scenario(reading, asked, folder)
        return Base(scenario, scenario_database(scenario))
    return None


def _scenario(reading: _Reading, asked: Any, folder: Path) -> Scenario:
    if isinstance(asked, str):
        return load_scenario(folder / asked)
    return located(make_scenario(asked, f"{reading.file}, scenario"), folder)


def _axes(
    reading: _Reading, given: Mapping[str, Any], base: Base, how: str, folder: Path
) -> tuple[Axis, ...]:
    vary = given.get("vary")
    if not isinstance(vary, list) or not vary:
        reading.refuse(("vary",), "'vary' holds nothing that varies", _EXAMPLE)
        return ()
    found: dict[str, Axis] = {}
    for k, entry in enumerate(vary):
        with reading.told("vary", k):
            axis = read_axis(_placed(entry, folder), base, how)
            if axis.field in found:
                raise InputError(f"vary: '{axis.field}' stands twice; keep one")
            found[axis.field] = axis
        for key in entry if isinstance(entry, dict) else ():
            if key not in AXIS_KEYS:
                reading.refuse(
                    ("vary", k, key), f"unknown key '{key}'", did_you_mean(key, AXIS_KEYS)
                )
    if "year" in found and any(name.startswith("price/") for name in found):
        what = "'year' and a price vary together, and a price is in money of the scenario's year"
        reading.refuse(("vary",), what, "vary one of them")
    return tuple(found.values())


def _check_counts(reading: _Reading, axes: tuple[Axis, ...], how: str) -> None:
    counts = {axis.field: axis.count for axis in axes}
    if how == ZIP and len(set(counts.values())) > 1:
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        reading.refuse(("vary",), f"values to zip differ in number: {told}", "give as many of each")


def _outputs(reading: _Reading, given: Mapping[str, Any], base: Base) -> tuple[str, ...]:
    asked = base.scenario.sourcing
    default = [*UNITS, *(PLAN_UNITS if asked else ())]
    names = given.get("outputs", default)
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        what = "'outputs' is no list of names"
        reading.refuse(("outputs",), what, "write such as '[cell_usd_per_kwh, Li_g_per_kwh]'")
        return ()
    rules = None if asked is None else [rule.name for rule in asked.rules]
    known = [] if asked is not None and asked.policies else rules
    for k, name in enumerate(names):
        with reading.told("outputs", k):
            check_output(name, _elements(base.db), known)
    return tuple(dict.fromkeys(names))


def _elements(db: MaterialsDB) -> frozenset[str]:
    """Elements, and forms of them that lists of critical minerals name."""
    held = (db.element_mass_fractions(name) for name in db.materials)
    listed = (entry.elements for entry in db.critical_lists)
    found = {name for group in (*held, *listed) for name in group}
    return frozenset(found)
