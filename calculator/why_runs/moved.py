"""Figures of what moves an answer: the bars of a tornado, Sobol indices, break-evens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calculator.why import Figures, method_figures
from calculator.why_runs.behind import behind_chemistries, below_its_chemistries

if TYPE_CHECKING:
    import pandas as pd

    from calculator.case import Request
    from calculator.scenario.schema import Scenario
    from calculator.sensitivity.breakeven import BreakEven, Range
    from calculator.sensitivity.model import Model
    from calculator.tables import Shown
    from calculator.uncertainty.inputs import UncertainInput
    from materials_db.database import MaterialsDB

_BARS = "calculator.sensitivity.tornado.tornado"
_MOVED = "the model run again with one input at its low and at its high; see docs/sensitivity.md"
_SHARES = "calculator.sensitivity.indices.sobol_indices"
_SAMPLED = "shares of the variance over a seeded Saltelli design; see docs/sensitivity.md"
_EVEN = "calculator.sensitivity.breakeven.break_even"
_FOUND = "the model run over the unknown, and the crossing found by bisection"
_OF_INPUT = ("low", "value", "high")
"""Columns that hold the input's range beside what it does."""


@dataclass(frozen=True)
class Moved:
    """A figure of a chemistry, and which groups of its inputs are moved; all where empty."""

    chemistry: str
    output: str = "cell_usd_per_kwh"
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Even:
    """A break-even: at which value of an unknown a figure is that of another, or a target."""

    unknown: str
    against: str | None
    target: float | None
    within: Range


def scenario_tornado(db: MaterialsDB, scenario: Scenario) -> Figures:
    """Bars of the cell cost of every chemistry of a scenario."""
    return tornado_figures(db, scenario, [Moved(name) for name in scenario.chemistries])


def scenario_sobol(db: MaterialsDB, scenario: Scenario) -> Figures:
    """Shares of the variance of the cell cost of a scenario's first chemistry."""
    from calculator.sensitivity.indices import SAMPLES

    return sobol_figures(db, scenario, Moved(scenario.chemistries[0]), SAMPLES)


def tornado_figures(db: MaterialsDB, scenario: Scenario, asked: Sequence[Moved]) -> Figures:
    """Every bar, and the joint check."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        import pandas as pd

        from calculator.sensitivity.tables import joint_table, tornado_table
        from calculator.sensitivity.tornado import tornado

        shown, bars, joint = _shown(used, scenario), [], []
        for one in asked:
            found = tornado(*_model(used, scenario, one))
            bars.append(_named(tornado_table(found, shown), one))
            joint.append(_named(joint_table(found, shown), one))
        whole = pd.concat(bars, ignore_index=True)
        whole.attrs["units"] = bars[0].attrs["units"]
        return {"tornado": whole, "joint": pd.concat(joint, ignore_index=True)}

    return _figures(db, scenario, [one.chemistry for one in asked], answer, _BARS, _MOVED)


def sobol_figures(db: MaterialsDB, scenario: Scenario, asked: Moved, samples: int) -> Figures:
    """Part of the variance that each input is behind."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        from calculator.sensitivity.indices import sobol_indices
        from calculator.sensitivity.tables import index_table

        found = sobol_indices(*_model(used, scenario, asked), samples)
        return {"sobol": _named(index_table(found), asked)}

    return _figures(db, scenario, [asked.chemistry], answer, _SHARES, _SAMPLED)


def even_figures(db: MaterialsDB, scenario: Scenario, asked: Moved, even: Even) -> Figures:
    """Every crossing of a break-even; a crossing that is gone with other numbers is no figure."""

    def answer(used: MaterialsDB) -> Mapping[str, pd.DataFrame]:
        from calculator.sensitivity.tables import crossing_table

        found = crossed(used, scenario, asked, even)
        return {"crossings": crossing_table(found, _shown(used, scenario))}

    names = [asked.chemistry, *([even.against] if even.against else [])]
    return _figures(db, scenario, names, answer, _EVEN, _FOUND)


def crossed(db: MaterialsDB, scenario: Scenario, asked: Moved, even: Even) -> BreakEven:
    """The break-even asked for.

    Raises:
        InputError: the range will not do.
    """
    from calculator.sensitivity.breakeven import break_even

    return break_even(
        db, _request(db, scenario, asked.chemistry), even.unknown, asked.output,
        against=_request(db, scenario, even.against) if even.against else None,
        target=even.target, within=even.within,
    )  # fmt: skip


def _model(
    db: MaterialsDB, scenario: Scenario, asked: Moved
) -> tuple[Model, tuple[UncertainInput, ...]]:
    from calculator.sensitivity.model import chemistry_for, kernel_inputs, kernel_model

    found = chemistry_for(db, _request(db, scenario, asked.chemistry), asked.output)
    return kernel_model(found, asked.output), kernel_inputs(db, found, 0, asked.groups)


def _request(db: MaterialsDB, scenario: Scenario, name: str) -> Request:
    from calculator.scenario.run import scenario_request

    return scenario_request(db, scenario, name)


def _shown(db: MaterialsDB, scenario: Scenario) -> Shown:
    from calculator.tables import shown_in

    return shown_in(db, scenario.currency, scenario.year)


def _named(table: pd.DataFrame, asked: Moved) -> pd.DataFrame:
    """The table with the chemistry before every row, and the input's own numbers named so."""
    named = table.rename(columns={name: f"input_{name}" for name in _OF_INPUT})
    named.insert(0, "chemistry", asked.chemistry)
    units: Mapping[str, str] = table.attrs.get("units", {})
    own = dict.fromkeys((f"input_{name}" for name in _OF_INPUT), "see column 'input_unit'")
    named.attrs["units"] = {key: text for key, text in units.items() if key not in _OF_INPUT} | own
    return named


def _figures(
    db: MaterialsDB,
    scenario: Scenario,
    names: Sequence[str],
    answer: Callable[[MaterialsDB], Mapping[str, Any]],
    name: str,
    text: str,
) -> Figures:
    behind = behind_chemistries(db, scenario, names)
    rows = (row for rows in behind.values() for row in rows.values())
    return method_figures(db, rows, answer, name, text, below_its_chemistries(behind))
