"""Elements of chemistries and who supplies them, as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calculator.answers import mineral_answer
from calculator.export import Report
from calculator.mineral_tables import exposures, mineral_tables
from calculator.reports import about, carried, footer, grounds, title, whole_cell
from calculator.tables import critical_lists, element_table
from calculator.tables.provenance import bill_support, label
from calculator.terminal import aligned, crossed, figure, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.scenario.schema import Scenario
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB


def mineral_report(
    db: MaterialsDB,
    scenario: Scenario,
    evaluations: Sequence[Evaluation],
    shown: Shown,
    country: str,
) -> Report:
    """Elements of every chemistry and who supplies them, with what they rest on."""
    exposure, passed = exposures(db, evaluations, country)
    facts = {**about(db, scenario, shown), "exposure_to": country}
    sheets = grounds(db, scenario, evaluations)
    return Report(
        tables=mineral_tables(db, evaluations, country),
        sheets=sheets,
        about=facts,
        carried=carried(sheets, facts),
        answer=mineral_answer(db, scenario, evaluations, shown, exposure, passed),
    )


def mineral_text(
    db: MaterialsDB,
    scenario: Scenario,
    evaluations: Sequence[Evaluation],
    shown: Shown,
    country: str,
) -> str:
    """Elements in the cell and bought, the lists they stand on, who supplies them."""
    table = element_table(db, evaluations)
    parts = [title(scenario, shown), _rests(evaluations)]
    for item, caption in (("in cell", "In the cell"), ("bought", "Bought, yield losses included")):
        parts += [caption, crossed(whole_cell(table, item), "element", "chemistry")]
    parts.append(_critical(db, table))
    parts += [_exposure(*exposures(db, evaluations, country), country), _EXPOSURE_NOTE]
    return "\n\n".join([*parts, *footer(db, evaluations, shown)])


def _rests(evaluations: Sequence[Evaluation]) -> str:
    """How many of the numbers behind each chemistry's masses are assumed."""
    rows = [
        [shortened(label(e)), e.chemistry.family.value, bill_support(e).share] for e in evaluations
    ]
    return aligned(["chemistry", "class", "rests on"], rows, left=2)


def _critical(db: MaterialsDB, table: pd.DataFrame) -> str:
    present = dict.fromkeys(table["element"])
    rows = [[name, lists] for name, lists in critical_lists(db).items() if name in present]
    return aligned(["element", "on the lists of critical raw materials"], rows, left=2)


_EXPOSURE_NOTE = (
    "Shares of world production. Pass-through: the share bought that touched the country at any "
    "stage, stages taken as independent.\nHHI and GeoPolRisk are lower bounds where a part of the "
    "world is not split by country; --json has the upper ones."
)


def _exposure(exposure: pd.DataFrame, passed: pd.DataFrame, country: str) -> str:
    """One line a material and stage, then the pass-through of each element and the cell."""
    heads = ["element", "stage", "material", "largest", "share", country, "HHI", "GeoPolRisk"]
    rows = [
        [
            str(row["element"]) or "-",
            *(str(row[key]) for key in ("stage", "material", "largest_country")),
            figure(100.0 * row["largest_share"]),
            figure(100.0 * row["share"]),
            figure(row["hhi_low"]),
            figure(row["geopolrisk"]),
        ]
        for row in exposure.to_dict(orient="records")
    ]
    by_stage = aligned(heads, rows, ["", "", "", "", "%", "%", "", ""], left=4)
    percent = passed.assign(value=100.0 * passed["share"], unit="%")
    caption = f"Pass-through of {country}"
    return f"{by_stage}\n\n{caption}\n\n{crossed(percent, 'element', 'chemistry')}"
