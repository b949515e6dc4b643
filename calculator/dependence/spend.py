"""A user's spend by supplier, as rows of who is paid by whom.

A row without ``buys_from`` is your own spend with ``supplier``; one with it is what that supplier,
out of what you pay it, spends with ``buys_from``. Share of Chinese inputs and lag are of the firm
that is paid: ``buys_from``, or ``supplier`` where it is empty.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from calculator.errors import InputError
from materials_db.faults import MAX_SHOWN

SPEND_COLUMNS = ("supplier", "buys_from", "spend", "unit", "china_input_share", "lag")
SPEND_TEMPLATE = ",".join(SPEND_COLUMNS) + "\n"
"""Header of a file of spend."""
_NEEDED = ("supplier", "spend", "unit")
_LAG = re.compile(r"^\s*([0-9.eE+-]+)\s*(d|days?|weeks?|months?|years?)?\s*$")
_DAYS = {"d": 1.0, "day": 1.0, "week": 7.0, "month": 365.0 / 12.0, "year": 365.0}
_LARGEST = 5_000_000
"""Bytes of a file that are read."""


@dataclass(frozen=True, slots=True)
class Spend:
    """Money that one firm is paid."""

    supplier: str
    """Firm that is paid."""
    buyer: str
    """Supplier that pays it out of what you pay; empty for your own spend."""
    spend: float
    unit: str
    dependence: float | None = None
    """Share of its inputs that comes from China, 0 to 1; nothing where it is not given."""
    lag_days: float | None = None
    """Days until it has replaced them; nothing where it is not given."""
    row: int = 0
    """Line of the file."""


def read_spend(source: bytes | str | Path) -> tuple[Spend, ...]:
    """Read a CSV of spend: its path, or its content as bytes.

    Raises:
        InputError: every fault of the file, one a line.
        OSError: the file cannot be read.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    name = "the file of spend" if isinstance(source, bytes) else Path(source).name
    if len(data) > _LARGEST:
        raise InputError(f"{name} is larger than {_LARGEST // 1_000_000} MB; give a shorter one")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not text in UTF-8; save it as CSV in UTF-8") from None
    rows, faults = _parsed(text, name)
    if not faults:
        faults = list(_faults_between(rows, name))
    if faults:
        raise InputError(_listed(faults))
    return rows


def _listed(faults: list[str]) -> str:
    """The faults as a list, as far as a person reads one."""
    told = [f"- {fault}" for fault in faults[:MAX_SHOWN]]
    if len(faults) > MAX_SHOWN:
        told.append(f"- and {len(faults) - MAX_SHOWN:,} more faults; mend these first")
    return faults[0] if len(faults) == 1 else "\n".join(told)


def _parsed(text: str, name: str) -> tuple[tuple[Spend, ...], list[str]]:
    reader = csv.DictReader(StringIO(text, newline=""))
    header = [(column or "").strip() for column in reader.fieldnames or ()]
    faults = list(_header_faults(header, name))
    if faults:
        return (), faults
    reader.fieldnames = header
    rows: list[Spend] = []
    try:
        for held in reader:
            if any((value or "").strip() for value in _texts(held)):
                found = _row(held, reader.line_num, name, faults)
                rows += [found] if found else []
    except csv.Error as error:
        faults.append(f"{name}, row {reader.line_num}: {error}; mend the quotes of the line")
    if not rows and not faults:
        faults.append(f"{name} has no row of spend; add one below its header")
    return tuple(rows), faults


def _texts(held: Mapping[str | None, str | list[str] | None]) -> Iterator[str | None]:
    for value in held.values():
        yield from value if isinstance(value, list) else (value,)


def _header_faults(header: list[str], name: str) -> Iterator[str]:
    for column in header:
        if column not in SPEND_COLUMNS:
            yield f"{name} has a column '{column[:40]}'; its columns are {', '.join(SPEND_COLUMNS)}"
    for column in sorted({c for c in header if header.count(c) > 1}):
        yield f"{name} has the column '{column}' twice; keep one"
    for column in _NEEDED:
        if column not in header:
            yield f"{name} has no column '{column}'; its columns are {', '.join(SPEND_COLUMNS)}"


def _row(held: Mapping[str, str], line: int, name: str, faults: list[str]) -> Spend | None:
    def told(what: str) -> None:
        faults.append(f"{name}, row {line}: {what}")

    before = len(faults)
    if None in held:
        told("it has more fields than the header; put quotes around a name with a comma")
        return None
    text = {column: (held.get(column) or "").strip() for column in SPEND_COLUMNS}
    if not text["supplier"]:
        told("no supplier; give its name")
    if not text["unit"]:
        told("no unit of the spend; give one, such as 'JPY_2025'")
    money = _number(text["spend"])
    if money is None or money <= 0:
        told(f"spend is '{text['spend'][:40]}'; give a number above 0")
    share = _share(text["china_input_share"])
    if share is not None and not 0 <= share <= 1:
        told(f"china_input_share is '{text['china_input_share'][:40]}'; give 0 to 1, or '40 %'")
    lag = _days(text["lag"])
    if lag is not None and not 0 <= lag <= 36_500:
        told(f"lag is '{text['lag'][:40]}'; give days, such as '90' or '3 months'")
    if len(faults) > before:
        return None
    paid, buyer = text["supplier"], ""
    if text["buys_from"]:
        paid, buyer = text["buys_from"], text["supplier"]
    return Spend(paid, buyer, money or 0.0, text["unit"], share, lag, line)


def _number(text: str) -> float | None:
    """A finite number; nothing for anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def _share(text: str) -> float | None:
    """A share as a fraction; -1 for what cannot be read, nothing where it is empty."""
    if not text:
        return None
    percent = text.endswith("%")
    value = _number(text.removesuffix("%").strip())
    return -1.0 if value is None else value / 100.0 if percent else value


def _days(text: str) -> float | None:
    """Days; -1 for what cannot be read, nothing where it is empty."""
    if not text:
        return None
    match = _LAG.match(text)
    value = _number(match[1]) if match else None
    if match is None or value is None:
        return -1.0
    unit = match[2] or "d"
    return value * _DAYS[unit if unit == "d" else unit.removesuffix("s")]


def _faults_between(rows: tuple[Spend, ...], name: str) -> Iterator[str]:
    units = list(dict.fromkeys(row.unit for row in rows))
    if len(units) > 1:
        yield f"{name} has spend in {', '.join(units[:5])}; give every row in one unit"
    if not any(not row.buyer for row in rows):
        yield f"{name} has no spend of your own; add a row with an empty buys_from"
    paid = {row.supplier for row in rows}
    for row in rows:
        if row.buyer and row.buyer not in paid:
            yield (
                f"{name}, row {row.row}: '{row.buyer}' is paid by nobody; add a row of your spend "
                "with it, or of the supplier that buys from it"
            )
