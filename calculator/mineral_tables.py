"""Elements of chemistries and who supplies them, as the tables of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calculator.exposure import exposure_table, pass_through_table, stage_exposures
from calculator.tables import element_table

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from materials_db.database import MaterialsDB

_INDICES = ("share", "rest_of_world", "largest_share", "hhi_low", "hhi_high", "geopolrisk")
_PASSED = ("share", "low", "high")


def exposures(
    db: MaterialsDB, evaluations: Sequence[Evaluation], country: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Exposure to a country by stage, and pass-through by chemistry and element."""
    elements = dict.fromkeys(name for e in evaluations for name in e.elements.names)
    exposure = exposure_table(stage_exposures(db, elements, country), country)
    return exposure, pass_through_table(db, evaluations, country)


def _long(table: pd.DataFrame, keys: Sequence[str], items: Sequence[str]) -> pd.DataFrame:
    """The tidy form of a table of fractions: one figure a row."""
    rests = ["basis", "own_data", "sources"]
    long = table.melt([*keys, *rests], list(items), var_name="item", value_name="value")
    return long.assign(unit="1")[[*keys, "item", "value", "unit", *rests]].dropna(subset="value")


def mineral_tables(
    db: MaterialsDB, evaluations: Sequence[Evaluation], country: str
) -> dict[str, pd.DataFrame]:
    """Elements, exposure to a country and pass-through, one figure a row."""
    exposure, passed = exposures(db, evaluations, country)
    return {
        "elements": element_table(db, evaluations),
        "exposure": _long(exposure, ("element", "stage", "material", "country"), _INDICES),
        "pass_through": _long(passed, ("chemistry", "element", "country"), _PASSED),
    }
