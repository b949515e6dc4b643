"""Tables to files: CSV, XLSX, Parquet and JSON, chosen by the ending of the name.

A name that ends in .zip takes one Parquet file for each table. A file is written beside its
target and put in place in one step, so that a failure leaves what was there before. Text can
never run as a formula in a spreadsheet; numbers stay numbers.
"""

from __future__ import annotations

import csv
import json
import math
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from calculator.runs import Run

    Writer = Callable[["Report"], bytes]

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SHEET_NAME = 31
_CELL_TEXT = 32_767
_SHEET_ROWS = 1_048_576
_WIDEST = 60


@dataclass(frozen=True)
class Report:
    """Tables under their names, and what they rest on."""

    tables: Mapping[str, pd.DataFrame]
    """Tidy tables; ``attrs["units"]`` of a table gives the unit of a column, where it has one."""
    sheets: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Further tables that only a workbook has room for: notes, inputs, sources, records."""
    about: Mapping[str, str] = field(default_factory=dict)
    """Title, data version, scenario inputs: single facts that hold for all tables."""
    carried: Sequence[tuple[str, str, str]] = ()
    """Inputs, sources and facts that a CSV file carries below its tables: table, key, text."""
    answer: Mapping[str, Any] | None = None
    """The object that a JSON file holds; the tables themselves where absent."""


def stamped(report: Report, run: Run) -> Report:
    """The report with its run: among the facts, below a CSV's tables and in the JSON object.

    A report that is stamped again bears the last run alone.
    """
    facts = run.facts()
    kept = [row for row in report.carried if row[0] != "about" or row[1] not in facts]
    carried = (*kept, *(("about", key, text) for key, text in facts.items()))
    about = {**report.about, **facts}
    if report.answer is None:
        return replace(report, about=about, carried=carried)
    answer = {"run": run.id, **without_run(report.answer), "run_of": run_object(run)}
    return replace(report, about=about, carried=carried, answer=answer)


def without_run(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without the run it bears, to compare two answers."""
    return {key: value for key, value in answer.items() if key not in ("run", "run_of")}


def run_object(run: Run) -> dict[str, Any]:
    """What an answer's ``run`` is the hash of, as it stands in its ``run_of``."""
    return {
        "inputs": run.inputs,
        "data_version": run.data_version,
        "code_version": run.code_version,
        "solvers": dict(run.solvers),
    }


def harmless(text: str) -> str:
    """Text that a spreadsheet shows and does not run, for formats without cell types.

    An apostrophe is put before text that begins like a formula.
    """
    return f"'{text}" if text.startswith(_RUNS_AS_FORMULA) else text


def write_report(report: Report, path: Path | str) -> Path:
    """Write a report, in the format of the ending: .csv, .xlsx, .parquet, .json or .zip.

    CSV and Parquet hold one table: all tables one below the other with their name in the
    column ``table``, or the only one as it is. Below them a CSV file has the report's inputs,
    sources and facts as rows of ``table``, ``key`` and ``text``; Parquet has the facts as
    metadata. XLSX has a sheet for each table, for each of ``sheets`` and one named ``about``.
    A .zip holds each table as a Parquet file of its own, with the same facts.

    Returns:
        The path written.

    Raises:
        InputError: unknown ending, or the file cannot be written; what was there stays.
    """
    path = Path(path)
    return put_file(path, _writer(path)(report))


def check_target(path: Path | str, inputs: Iterable[Path | str] = ()) -> None:
    """Refuse a file that could not be written, or an input, before anything is computed.

    Args:
        path: file to be written.
        inputs: files and folders that are read; none may be written over or into.

    Raises:
        InputError: unknown ending, a folder, no such folder, or an input.
    """
    path = Path(path)
    _writer(path)
    if "\0" in str(path):
        raise InputError("the name of the file holds a null character; choose another name")
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it, such as {path / 'costs.csv'}")
    if not path.parent.is_dir():
        raise InputError(f"{path} cannot be written: no folder {path.parent}; make it first")
    _check_spares(path, inputs)
    try:
        with tempfile.TemporaryFile(dir=path.resolve().parent):
            pass
    except OSError as error:
        raise _refused(path, error) from None


def _check_spares(path: Path, inputs: Iterable[Path | str]) -> None:
    target = path.resolve()
    for read in map(Path, inputs):
        if target == read.resolve() or (path.exists() and read.exists() and path.samefile(read)):
            raise InputError(f"{path} is an input of this call; write to another file")
        if read.is_dir() and target.is_relative_to(read.resolve()):
            raise InputError(
                f"{path} lies in {read}, a folder that this call reads; write to another folder"
            )


def report_bytes(report: Report, ending: str) -> bytes:
    """Content of the file with an ending such as ``.csv``, for a download.

    Raises:
        InputError: unknown ending.
    """
    return _writer(Path(f"report{ending}"))(report)


def stacked(report: Report) -> pd.DataFrame:
    """All tables one below the other, each row with the name of its table."""
    import pandas as pd

    frames = list(report.tables.values())
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    named = [
        frame.assign(table=name)[["table", *frame.columns]]
        for name, frame in report.tables.items()
        if len(frame)
    ]
    return pd.concat(named, ignore_index=True) if named else pd.DataFrame({"table": []})


def _writer(path: Path) -> Writer:
    ending = path.suffix.lower()
    found = _parquet_zip if ending == PARTED else _WRITERS.get(ending)
    if found is None:
        known = ", ".join((*_WRITERS, PARTED))
        raise InputError(f"{path.name} has no known ending; end the name in one of {known}")
    return found


def put_file(path: Path, content: bytes) -> Path:
    """Write beside the target, then replace it; on failure nothing is left or lost.

    Raises:
        InputError: the file cannot be written.
    """
    temporary: Path | None = None
    try:
        target = path.resolve()
        handle, name = tempfile.mkstemp(prefix=f".{target.stem[:40]}-", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except (OSError, ValueError) as error:
        raise _refused(path, error) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return path


def _refused(path: Path, error: Exception) -> InputError:
    reason = getattr(error, "strerror", None) or "not a usable path"
    return InputError(f"{path} cannot be written ({reason}); choose another place")


def _mode(target: Path) -> int:
    """Permissions of the file replaced, or those a new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


# --- CSV -------------------------------------------------------------------------------


GROUND_COLUMNS = ("table", "key", "text")


def with_grounds(report: Report) -> pd.DataFrame:
    """The stacked tables, and below them what they rest on in columns of its own.

    ``value`` stays a column of numbers: an input, source or fact has a ``key`` and a ``text``.
    """
    import pandas as pd

    frame, rows = stacked(report), list(report.carried)
    if not rows:
        return frame
    named = frame if "table" in frame else frame.assign(table=next(iter(report.tables)))
    grounds = pd.DataFrame(rows, columns=list(GROUND_COLUMNS))
    first = ["table", *(name for name in named.columns if name != "table")]
    return pd.concat([named[first].astype(object), grounds], ignore_index=True)


def _csv(report: Report) -> bytes:
    frame = with_grounds(report)
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([harmless(str(name)) for name in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        writer.writerow([_csv_cell(value) for value in row])
    return stream.getvalue().encode("utf-8", "backslashreplace")


def _csv_cell(value: Any) -> Any:
    plain = plain_value(value)
    if isinstance(plain, str):
        return harmless(plain)
    return "" if plain is None else plain


def plain_value(value: Any) -> Any:
    """A cell as text, number, truth value or nothing; not-a-number is nothing."""
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if value is None or (value != value) is not False:  # noqa: PLR0124  (NaN, NaT and NA)
        return None
    return value if isinstance(value, str | bool | int | float) else str(value)


# --- XLSX ------------------------------------------------------------------------------


def _xlsx(report: Report) -> bytes:
    import xlsxwriter

    stream = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for name, frame in {**report.tables, **report.sheets}.items():
            _sheet(book, name, frame, head)
        _about_sheet(book, report.about, head)
    return stream.getvalue()


def _sheet(book: Any, name: str, frame: pd.DataFrame, head: Any) -> None:
    if len(frame) >= _SHEET_ROWS:
        raise InputError(f"table {name} has too many rows for a sheet; write .parquet or .csv")
    sheet = book.add_worksheet(name[:_SHEET_NAME])
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(frame.columns):
        values = [plain_value(value) for value in frame.iloc[:, column]]
        sheet.write_string(0, column, str(title), head)
        sheet.set_column(column, column, _width(str(title), values))
        for row, value in enumerate(values, start=1):
            _cell(sheet, row, column, value)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _about_sheet(book: Any, about: Mapping[str, str], head: Any) -> None:
    sheet = book.add_worksheet("about")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, "key", head)
    sheet.write_string(0, 1, "value", head)
    for row, (key, value) in enumerate(about.items(), start=1):
        _cell(sheet, row, 0, str(key))
        _cell(sheet, row, 1, str(value))


def _width(title: str, values: list[Any]) -> int:
    longest = max((len(str(value)) for value in values[:1000]), default=0)
    return min(max(len(title), longest, 6) + 2, _WIDEST)


def _cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, str) or not math.isfinite(value):
        text = str(value)
        if len(text) > _CELL_TEXT:
            raise InputError("a text is too long for a spreadsheet cell; write .csv or .parquet")
        sheet.write_string(row, column, text)
    else:
        sheet.write_number(row, column, value)


# --- Parquet ---------------------------------------------------------------------------


_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every file in an archive, so that the same content gives the same bytes."""


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """An archive of files by name; the same files give the same bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def parquet_tables(report: Report) -> dict[str, bytes]:
    """Each table as a Parquet file of its own, by its name, with units and facts."""
    return {
        name: _parquet(replace(report, tables={name: frame}))
        for name, frame in report.tables.items()
    }


def _parquet_zip(report: Report) -> bytes:
    tables = parquet_tables(report)
    return zip_bytes({f"{name}.parquet": content for name, content in tables.items()})


def _parquet(report: Report) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    frame = stacked(report)
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    units = column_units(report)
    for index, name in enumerate(table.column_names):
        if name in units:
            marked = table.schema.field(index).with_metadata({"unit": units[name]})
            table = table.cast(table.schema.set(index, marked))
    facts = {**report.about, "units": json.dumps(units, ensure_ascii=False)}
    table = table.replace_schema_metadata({key: str(value) for key, value in facts.items()})
    stream = BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def column_units(report: Report) -> dict[str, str]:
    """Unit of each numeric column: its own, or the name of the column that gives it."""
    units: dict[str, str] = {}
    for frame in report.tables.values():
        units.update(frame.attrs.get("units", {}))
        if "unit" in frame.columns and "value" in frame.columns:
            units["value"] = "see column 'unit'"
    return units


# --- JSON ------------------------------------------------------------------------------


def _json(report: Report) -> bytes:
    answer: Mapping[str, Any] = report.answer if report.answer is not None else _as_object(report)
    return json_text(answer).encode("utf-8", "backslashreplace")


def json_text(answer: Mapping[str, Any]) -> str:
    """One JSON object, indented; infinite and missing numbers are ``null``."""
    return json.dumps(_strict(answer), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _strict(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    if isinstance(value, dict) or hasattr(value, "tolist"):
        return _strict(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | bool | int) else str(value)


def _as_object(report: Report) -> dict[str, Any]:
    tables = {name: frame.to_dict(orient="records") for name, frame in report.tables.items()}
    return {**report.about, "tables": tables}


_WRITERS: dict[str, Writer] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".parquet": _parquet,
    ".json": _json,
}
ENDINGS = tuple(_WRITERS)
"""Endings of files that hold all tables of a report in one."""
PARTED = ".zip"
"""Ending of an archive that holds each table as a Parquet file of its own."""
