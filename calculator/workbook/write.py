"""The live workbook as a file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.errors import InputError
from calculator.export import check_target, put_file
from calculator.workbook.model import LiveModel, live_model
from calculator.workbook.places import RESULTS, Places
from calculator.workbook.sheet_calculation import write_calculation
from calculator.workbook.sheet_checks import write_checks
from calculator.workbook.sheet_inputs import write_inputs
from calculator.workbook.sheet_results import write_results
from calculator.workbook.sheets import Book
from calculator.workbook.sheets_about import write_about, write_table
from calculator.workbook.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calculator.evaluation import Evaluation
    from calculator.scenario.schema import Scenario
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

ENDING = ".xlsx"
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook_bytes(db: MaterialsDB, scenario: Scenario, made_on: date | None = None) -> bytes:
    """A comparison as a workbook that recalculates: the content of an XLSX file.

    Its formulas are the operations that the calculator itself went through.

    Args:
        db: the scenario's database.
        scenario: what is compared.
        made_on: date that stands on it; today's if left out.

    Raises:
        InputError: as ``evaluate_scenario``.
    """
    from calculator.scenario.run import evaluate_scenario

    evaluations = evaluate_scenario(db, scenario)
    model = live_model(db, scenario, evaluations)
    day = made_on or datetime.now(UTC).date()
    return _written(db, scenario, evaluations, model, day)


def check_workbook(path: Path | str, inputs: Iterable[Path | str] = ()) -> None:
    """Refuse a file that could not be written, or an input, before anything is computed.

    Raises:
        InputError: the name does not end in .xlsx, or as ``check_target``.
    """
    if Path(path).suffix.lower() != ENDING:
        raise InputError(f"{path}: a live workbook is an XLSX file; end the name in {ENDING}")
    check_target(path, inputs)


def write_workbook(db: MaterialsDB, scenario: Scenario, path: Path | str) -> Path:
    """Write a comparison as a workbook that recalculates.

    Returns:
        The path written.

    Raises:
        InputError: as ``workbook_bytes``, or the file cannot be written; what was there stays.
    """
    check_workbook(path)
    return put_file(Path(path), workbook_bytes(db, scenario))


def _written(
    db: MaterialsDB,
    scenario: Scenario,
    evaluations: tuple[Evaluation, ...],
    model: LiveModel,
    day: date,
) -> bytes:
    import xlsxwriter

    from calculator.figures import MODEL_BAND
    from calculator.tables import inputs_table, notes_table, sources_table

    stream = BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as made:
        made.set_properties({"created": datetime.combine(day, time()), "title": scenario.name})
        made.set_calc_mode("auto")
        made.add_worksheet(RESULTS)
        book = Book(made, Styles(made), Places(model))
        write_inputs(book)
        write_calculation(book)
        write_results(book, scenario.name, MODEL_BAND)
        write_checks(book)
        write_table(book, "Sources", sources_table(db, _records(model)))
        write_table(book, "Notes", notes_table(evaluations))
        write_about(book, _facts(db, scenario, day), inputs_table(scenario))
    return stream.getvalue()


def _records(model: LiveModel) -> list[Datum]:
    from materials_db.schema import Datum as Number

    origins = [one.node.leaf.origin for one in model.inputs if one.node.leaf is not None]
    return [one for one in origins if isinstance(one, Number)]


def _facts(db: MaterialsDB, scenario: Scenario, day: date) -> dict[str, str]:
    from calculator.runs import scenario_run
    from calculator.scenario.write import scenario_hash
    from calculator.tables import shown_in

    shown = shown_in(db, scenario.currency, scenario.year)
    return {
        "scenario": scenario.name,
        "scenario hash": scenario_hash(scenario),
        **{key.replace("_", " "): one for key, one in scenario_run(db, scenario).facts().items()},
        "data version": db.data_version,
        "exported on": day.isoformat(),
        "money": "; ".join((f"costs in {shown.money}", *shown.notes)),
        "units": "stand beside every number; shares are fractions of one where the unit is 1",
    }
