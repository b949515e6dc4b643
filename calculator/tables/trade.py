"""Duties and landed cost as tidy tables, each line with its source, dates and status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from calculator.tables.provenance import frame
from calculator.trace import plain

if TYPE_CHECKING:
    import pandas as pd

    from calculator.trade import DutyHistory, DutyStack, DutyTable, Landed
    from materials_db.database import MaterialsDB
    from materials_db.schema_trade import Tariff

DUTY_COLUMNS = (
    "measure", "counts", "rate", "low", "high", "unit", "status", "recalled", "valid_from",
    "valid_to", "basis", "confidence", "source", "locator", "note",
)  # fmt: skip
WATERFALL_COLUMNS = ("item", "kind", "value", "low", "high", "rate", "unsure", "unit")
HISTORY_COLUMNS = ("date", "percent", "low", "high", "lines", "known")
PAIR_COLUMNS = ("origin", "importer", "percent", "low", "high", "unit")
_UNSURE = frozenset({"proposed", "suspended", "unknown", "not_imposed"})


def duty_lines_table(db: MaterialsDB, stack: DutyStack) -> pd.DataFrame:
    """Every measure on the goods, those that count first; rates in percent."""
    return frame([*_counting(db, stack), *_others(db, stack)], DUTY_COLUMNS)


def _counting(db: MaterialsDB, stack: DutyStack) -> Iterator[dict[str, Any]]:
    for line in stack.lines:
        rates = {"rate": 100 * line.rate, "low": 100 * line.low, "high": 100 * line.high}
        yield {
            "measure": line.label, "counts": "yes", **rates, "status": _words(line.status),
            "recalled": "recalled" if line.recalled else "", **_record(db, line.record),
        }  # fmt: skip


def _others(db: MaterialsDB, stack: DutyStack) -> Iterator[dict[str, Any]]:
    for line in stack.off:
        yield {
            "measure": line.label, "counts": f"no: {line.reason}", "rate": 100 * line.rate,
            "status": _words(line.status), "recalled": "recalled" if line.record.recalled else "",
            **_record(db, line.record),
        }  # fmt: skip


def _record(db: MaterialsDB, record: Tariff) -> dict[str, Any]:
    source = db.sources.get(record.source)
    return {
        "unit": "%",
        "valid_from": record.valid_from or f"read {record.date}",
        "valid_to": record.valid_to or "",
        "basis": str(record.basis),
        "confidence": str(record.confidence),
        "source": f"{source.author}: {source.title}" if source else record.source,
        "locator": record.locator,
        "note": record.note,
    }


def waterfall_table(landed: Landed) -> pd.DataFrame:
    """From the price to the landed cost as it is paid; parts of nothing are left out."""
    return frame(list(_steps(landed)), WATERFALL_COLUMNS)


def _steps(landed: Landed) -> Iterator[dict[str, Any]]:
    yield _step(landed, "price at the port of origin", "start", landed.fob)
    parts = {
        "cut of the export VAT rebate": landed.uplift,
        "freight": landed.freight,
        "insurance": landed.insurance,
        "raise to the minimum import price": landed.price_floor_gap,
    }
    for name, value in parts.items():
        if float(value) != 0.0:
            yield _step(landed, name, "part", value)
    for paid in landed.lines:
        line = paid.line
        step = _step(landed, line.label, "duty", paid.value, paid.low, paid.high)
        rate = f"{100 * line.rate:.4g} %"
        yield {**step, "rate": rate, "unsure": line.recalled or line.status in _UNSURE}
    ends = (landed.total, landed.total_low, landed.total_high)
    yield _step(landed, "landed cost", "total", *ends)


def _step(landed: Landed, item: str, kind: str, value: Any, *ends: Any) -> dict[str, Any]:
    low, high = ends or (value, value)
    return {
        "item": item, "kind": kind, "value": plain(value), "low": plain(low), "high": plain(high),
        "rate": "", "unsure": False, "unit": landed.unit,
    }  # fmt: skip


def history_table(history: DutyHistory, end: str) -> pd.DataFrame:
    """Total duty in percent from each day on; the last row repeats the last step at ``end``."""
    rows = [
        {
            "date": day.isoformat(), "percent": 100 * rate, "low": 100 * low, "high": 100 * high,
            "lines": ", ".join(f"{line.label} {100 * line.rate:.4g} %" for line in stack.lines),
            "known": "yes" if stack.covered else "no row in the table",
        }
        for day, stack, low, rate, high in zip(
            history.days, history.stacks, history.low, history.rate, history.high, strict=True
        )
    ]  # fmt: skip
    return frame([*rows, {**rows[-1], "date": end}], HISTORY_COLUMNS)


def pair_table(found: DutyTable, names: Mapping[str, str]) -> pd.DataFrame:
    """Total duty by origin and importer in percent; nothing where no row is known."""
    rows = [
        {
            "origin": names.get(origin, origin), "importer": names.get(importer, importer),
            "percent": 100 * found.rate[i, k] if found.covered[i, k] else None,
            "low": 100 * found.low[i, k] if found.covered[i, k] else None,
            "high": 100 * found.high[i, k] if found.covered[i, k] else None,
            "unit": "%",
        }
        for i, origin in enumerate(found.origins)
        for k, importer in enumerate(found.importers)
    ]  # fmt: skip
    table = frame(rows, PAIR_COLUMNS)
    numbers = ["percent", "low", "high"]
    table[numbers] = table[numbers].astype(float)
    return table


def producer_table(stacks: Mapping[str, DutyStack], chosen: str | None) -> pd.DataFrame:
    """Total duty by producer in percent."""
    rows = [
        {
            "producer": _words(name), "percent": 100 * stack.rate, "chosen": name == chosen,
            "lines": ", ".join(f"{line.label} {100 * line.rate:.4g} %" for line in stack.lines),
        }
        for name, stack in stacks.items()
    ]  # fmt: skip
    return frame(rows, ("producer", "percent", "chosen", "lines"))


def producers_of(rows: Sequence[Tariff]) -> tuple[str, ...]:
    """Producers that rows of a tariff name, in the order of the table."""
    return tuple(dict.fromkeys(row.producer for row in rows if row.producer))


def _words(text: str) -> str:
    return text.replace("_", " ")
