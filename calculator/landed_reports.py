"""Duties and landed cost as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from calculator.export import Report
from calculator.tables.provenance import frame
from calculator.tables.trade import duty_lines_table, pair_table, waterfall_table
from calculator.terminal import aligned, figure, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.trade import DutyStack, DutyTable, Landed
    from materials_db.database import MaterialsDB

RECALLED = "recalled"


# --- one pair of countries ---------------------------------------------------------------


def stack_report(db: MaterialsDB, stack: DutyStack, said: Iterable[str] = ()) -> Report:
    """Every measure on the goods, with what it rests on."""
    notes = (*said, *stack.notes)
    return Report(
        tables={"duties": duty_lines_table(db, stack)},
        sheets=_sheets(db, stack, notes, stack.asks),
        about=_about(db, stack),
        answer={**stack_answer(db, stack), "notes": list(notes)},
    )


def landed_report(db: MaterialsDB, found: Landed, said: Iterable[str] = ()) -> Report:
    """Landed cost and every measure on the goods."""
    notes = (*said, *found.notes)
    steps = waterfall_table(found).rename(columns={"rate": "rate_shown"})
    return Report(
        tables={"landed": steps, "duties": duty_lines_table(db, found.stack)},
        sheets=_sheets(db, found.stack, notes, found.asks),
        about={**_about(db, found.stack), "unit": found.unit},
        answer={
            **stack_answer(db, found.stack),
            **_money_answer(found),
            "asks": list(found.asks),
            "notes": list(notes),
        },
    )


def stack_answer(db: MaterialsDB, stack: DutyStack) -> dict[str, Any]:
    """The stack as one object; rates are fractions."""
    return {
        "data_version": db.data_version,
        "product": stack.product, "hs": stack.hs, "origin": stack.origin,
        "importer": stack.importer, "on": stack.on.isoformat(), "base": stack.base,
        "covered": stack.covered, "rate": stack.rate, "low": stack.low, "high": stack.high,
        "minimum_per_unit_usd": stack.minimum_per_unit_usd,
        "quota_per_year": stack.quota_per_year,
        "lines": [
            {
                "measure": line.measure, "label": line.label, "rate": line.rate,
                "low": line.low, "high": line.high, "stated": line.stated,
                "treatment": line.treatment, "status": line.status, "recalled": line.recalled,
                "valid_from": line.valid_from, "valid_to": line.valid_to,
                "date": line.record.date, "basis": line.record.basis.value,
                "confidence": line.record.confidence.value, "source": line.record.source,
                "locator": line.record.locator, "note": line.record.note,
            }
            for line in stack.lines
        ],
        "off": [
            {
                "measure": line.measure, "label": line.label, "rate": line.rate,
                "reason": line.reason, "status": line.status, "source": line.record.source,
            }
            for line in stack.off
        ],
        "asks": list(stack.asks), "notes": list(stack.notes),
    }  # fmt: skip


def _money_answer(found: Landed) -> dict[str, Any]:
    names = (
        "unit", "fob", "uplift", "freight", "insurance", "price_floor_gap", "customs_value",
        "duty_low", "duty", "duty_high", "total_low", "total", "total_high",
        "equal_minimum_price",
    )  # fmt: skip
    amounts = {name: getattr(found, name) for name in names}
    duties = [{"measure": paid.line.measure, "value": paid.value} for paid in found.lines]
    return {**amounts, "duties": duties}


def stack_text(db: MaterialsDB, stack: DutyStack, said: Sequence[str] = ()) -> str:
    """The measures that count, their sum, what is off, and what to settle."""
    parts = [_title(db, stack), _duties(stack), *_off(stack)]
    told = ("no price given: rates alone; give --fob for money", *said, *stack.notes)
    return "\n\n".join([*parts, *_rests(db, stack, told, stack.asks)])


def landed_text(db: MaterialsDB, found: Landed, said: Sequence[str] = ()) -> str:
    """From the price to the landed cost, then the measures behind the duties."""
    table = waterfall_table(found)
    rows = [
        [item, figure(low), figure(value), figure(high), rate]
        for item, low, value, high, rate in zip(
            table["item"], table["low"], table["value"], table["high"], table["rate"], strict=True
        )
    ]
    heads = ["", "low", "central", "high", "rate"]
    money = aligned(heads, rows, ["", found.unit, found.unit, found.unit, ""])
    parts = [_title(db, found.stack), money, _duties(found.stack), *_off(found.stack)]
    if any(line.kind == "countervailing" and line.rate for line in found.stack.lines):
        price = figure(float(found.equal_minimum_price))
        parts.append(f"A minimum import price of {price} {found.unit} costs the buyer as much.")
    return "\n\n".join([*parts, *_rests(db, found.stack, (*said, *found.notes), found.asks)])


def _title(db: MaterialsDB, stack: DutyStack) -> str:
    name, code = db.trade_products[stack.product].name, stack.hs or "no code in the table"
    where = f"from {stack.origin} into {stack.importer} on {stack.on}"
    return f"{stack.product} ({name}, HS {code}) {where}; duty on the {stack.base.upper()} value"


def _duties(stack: DutyStack) -> str:
    rows = [
        [
            line.measure, shortened(line.label), line.status + (f", {RECALLED}" * line.recalled),
            _days(line.valid_from, line.valid_to, line.record.date), line.record.source,
            *(_percent(rate) for rate in (line.low, line.rate, line.high)),
        ]
        for line in stack.lines
    ]  # fmt: skip
    sums = [_percent(rate) for rate in (stack.low, stack.rate, stack.high)]
    least = stack.minimum_per_unit_usd
    more = f"\nat least USD {least:,.0f} a unit on the additional duty" if least else ""
    heads = ["measure", "what", "status", "days", "source", "low", "central", "high"]
    units = ["", "", "", "", "", "%", "%", "%"]
    return aligned(heads, [*rows, ["total", "", "", "", "", *sums]], units, left=5) + more


def _off(stack: DutyStack) -> list[str]:
    if not stack.off:
        return []
    rows = [
        [line.measure, shortened(line.label), line.reason, _percent(line.rate)]
        for line in stack.off
    ]
    return [
        "Does not count",
        aligned(["measure", "what", "why", "rate"], rows, ["", "", "", "%"], 3),
    ]


def _days(start: str, end: str, read: str | None) -> str:
    first = start or f"read {read}"
    return f"{first} to {end}" if end else first


def _percent(rate: float) -> str:
    return f"{100 * rate:.4g}"


def _rests(
    db: MaterialsDB, stack: DutyStack, notes: Iterable[str], asks: Iterable[str]
) -> list[str]:
    parts = []
    if settle := [f"- {ask}" for ask in asks]:
        parts.append("\n".join(["To settle", *settle]))
    if told := [f"- {note}" for note in dict.fromkeys([*notes, *_line_notes(stack)])]:
        parts.append("\n".join(["Notes", *told]))
    if sources := [f"- {name}: {text}" for name, text in _sources(db, stack).items()]:
        parts.append("\n".join(["Sources", *sources]))
    return parts


def _line_notes(stack: DutyStack) -> list[str]:
    return [f"{line.measure}: {line.record.note}" for line in stack.lines if line.record.note]


def _sources(db: MaterialsDB, stack: DutyStack) -> Mapping[str, str]:
    rows = [*(line.record for line in stack.lines), *(line.record for line in stack.off)]
    ids = dict.fromkeys(row.source for row in rows)
    found = {name: db.sources[name] for name in ids}
    return {name: f"{s.author}, {s.title} ({s.locator})" for name, s in found.items()}


def _sheets(
    db: MaterialsDB, stack: DutyStack, notes: Iterable[str], asks: Iterable[str]
) -> dict[str, pd.DataFrame]:
    said = [{"kind": "to settle", "text": ask} for ask in asks]
    said += [{"kind": "note", "text": note} for note in notes]
    sources = [{"source": name, "text": text} for name, text in _sources(db, stack).items()]
    return {
        "notes": frame(said, ("kind", "text")),
        "sources": frame(sources, ("source", "text")),
    }


def _about(db: MaterialsDB, stack: DutyStack) -> dict[str, str]:
    return {
        "data_version": db.data_version,
        "product": stack.product, "hs": stack.hs, "origin": stack.origin,
        "importer": stack.importer, "on": stack.on.isoformat(), "base": stack.base,
    }  # fmt: skip


# --- many countries ----------------------------------------------------------------------


def table_report(db: MaterialsDB, found: DutyTable) -> Report:
    """Total duty by origin and importer; a pair without a row in the table has no number."""
    table = pair_table(found, {})
    facts = {"data_version": db.data_version, "product": found.product, "on": f"{found.on}"}
    return Report(
        tables={"duties": table},
        sheets={"notes": frame([{"text": note} for note in found.notes], ("text",))},
        about=facts,
        answer={**facts, "rows": table.to_dict(orient="records"), "notes": list(found.notes)},
    )


def table_text(db: MaterialsDB, found: DutyTable) -> str:
    """Origins down, importers across, total duty in percent."""
    name = db.trade_products[found.product].name
    rows = [
        [origin, *(_cell(found, i, k) for k in range(len(found.importers)))]
        for i, origin in enumerate(found.origins)
    ]
    units = ["", *["%"] * len(found.importers)]
    parts = [
        f"{found.product} ({name}): total duty on {found.on}, origins down, importers across",
        aligned(["origin", *found.importers], rows, units),
        "A dash: no row in the table. In brackets low and high, where they differ. Where the table "
        "holds no trade agreement of a pair, the most-favoured-nation rate stands.",
    ]
    if found.notes:
        parts.append("\n".join(["Notes", *(f"- {note}" for note in found.notes)]))
    return "\n\n".join(parts)


def _cell(found: DutyTable, i: int, k: int) -> str:
    if not found.covered[i, k]:
        return "-"
    low, rate, high = (_percent(float(part[i, k])) for part in (found.low, found.rate, found.high))
    return rate if low == rate == high else f"{rate} ({low}..{high})"
