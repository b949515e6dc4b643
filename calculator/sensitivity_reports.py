"""Tornado, Sobol indices and break-evens as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calculator.answers import head
from calculator.export import Report
from calculator.reports import about, carried, title
from calculator.sensitivity.breakeven import TARGET, BreakEven
from calculator.sensitivity.tables import (
    crossing_table,
    curve_table,
    index_table,
    item_of,
    joint_table,
    range_of,
    scale_of,
    second_table,
    side,
    tornado_table,
    unit_of,
)
from calculator.tables import inputs_table, sources_table
from calculator.terminal import aligned, figure, printable, shortened

if TYPE_CHECKING:
    import pandas as pd

    from calculator.scenario.schema import Scenario
    from calculator.sensitivity.indices import Indices
    from calculator.sensitivity.tornado import Tornado
    from calculator.tables import Shown
    from calculator.uncertainty.inputs import UncertainInput
    from materials_db.database import MaterialsDB

_PAIRS_SHOWN = 5
_FAULTS_SHOWN = 3


def _report(
    db: MaterialsDB,
    scenario: Scenario,
    shown: Shown,
    tables: dict[str, pd.DataFrame],
    inputs: Sequence[UncertainInput],
    told: dict[str, Any],
) -> Report:
    """Tables with the scenario's inputs and the sources of what was moved."""
    facts = about(db, scenario, shown)
    records = dict.fromkeys(one.record for one in inputs if one.record is not None)
    sheets = {"inputs": inputs_table(scenario), "sources": sources_table(db, records)}
    return Report(
        tables=tables,
        sheets=sheets,
        about=facts,
        carried=carried(sheets, facts),
        answer={**head(db, scenario, shown), **told},
    )


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


# --- tornado -----------------------------------------------------------------------------


def tornado_report(
    db: MaterialsDB, scenario: Scenario, found: Tornado, shown: Shown, top: int | None = None
) -> Report:
    """Every input with its range and what it does, and the joint check.

    ``top`` is of the text alone: tables and JSON hold all inputs.
    """
    bars, joint = tornado_table(found, shown), joint_table(found, shown)
    told = {
        "chemistry": found.name,
        "output": found.output,
        "unit": unit_of(found.output, shown, found.unit),
        "nominal": found.nominal * scale_of(found.output, shown),
        "shown": top,
        "bars": _plain(bars),
        "joint": _plain(joint),
    }
    inputs = [bar.input for bar in found.bars]
    return _report(db, scenario, shown, {"tornado": bars, "joint": joint}, inputs, told)


def tornado_text(scenario: Scenario, found: Tornado, shown: Shown, top: int) -> str:
    """The widest bars, the joint check and what the ranges are."""
    unit, scale = unit_of(found.output, shown, found.unit), scale_of(found.output, shown)
    heads = ["", "low", "value", "high", "unit", "at low", "at high", "basis", "source"]
    rows = [
        [
            shortened(bar.input.label),
            *(figure(x) for x in (bar.input.low, bar.input.value, bar.input.high)),
            bar.input.unit,
            *(_signed(x * scale) for x in (bar.change_low, bar.change_high)),
            str(bar.input.record.basis.value) if bar.input.record else "",
            bar.input.record.source if bar.input.record else "",
        ]
        for bar in found.bars[:top]
    ]
    first = f"{found.name}: {item_of(found.output)} {figure(found.nominal * scale)} {unit}"
    parts = [
        title(scenario, shown),
        printable(f"{first}, and its change with each input at its low and at its high"),
        aligned(heads, rows),
        _joint_block(found, shown),
        "\n".join(_tornado_remarks(found, top)),
    ]
    return "\n\n".join(parts)


def _signed(value: float) -> str:
    text = figure(value)
    return f"+{text}" if value > 0 else text


def _joint_block(found: Tornado, shown: Shown) -> str:
    scale, unit = scale_of(found.output, shown), unit_of(found.output, shown, found.unit)
    heads = ["all at once", "together", "sum of parts", "interaction"]
    rows = [
        [
            one.case,
            figure(one.together * scale),
            figure(one.added * scale),
            _signed(one.interaction * scale),
        ]
        for one in found.joint
    ]
    return f"{unit}\n{aligned(heads, rows)}"


def _tornado_remarks(found: Tornado, top: int) -> Iterator[str]:
    left = len(found.bars) - top
    if left > 0:
        yield f"{left} narrower bars are in the file and in --json."
    still = sum(bar.span == 0.0 and not bar.fault for bar in found.bars)
    if still:
        yield f"{still} of {len(found.bars)} inputs do not move it."
    ranges = dict.fromkeys(range_of(bar.input) for bar in found.bars)
    yield f"Ranges: {'; '.join(ranges)}. A coating's fractions are scaled to add up as before."
    faulty = [bar for bar in found.bars if bar.fault]
    for bar in faulty[:_FAULTS_SHOWN]:
        yield f"{bar.input.label}: {bar.fault}."
    if len(faulty) > _FAULTS_SHOWN:
        yield f"{len(faulty) - _FAULTS_SHOWN} more inputs have no figure at one end."


# --- Sobol -------------------------------------------------------------------------------


def sobol_report(db: MaterialsDB, scenario: Scenario, found: Indices, shown: Shown) -> Report:
    """Indices of every input, and of every pair where asked."""
    scale = scale_of(found.output, shown)
    tables = {"sobol": index_table(found)}
    if found.pairs:
        tables["second_order"] = second_table(found)
    told = {
        "chemistry": found.name,
        "output": found.output,
        "unit": unit_of(found.output, shown, found.unit),
        "nominal": found.nominal * scale,
        "mean": found.mean * scale,
        "sd": found.sd * scale,
        "samples": found.samples,
        "runs": found.runs,
        "seed": found.seed,
        "first_order_sum": found.first_sum,
        "indices": _plain(tables["sobol"]),
        "second_order": _plain(second_table(found)),
    }
    return _report(db, scenario, shown, tables, [one.input for one in found.shares], told)


def sobol_text(scenario: Scenario, found: Indices, shown: Shown, top: int) -> str:
    """The largest shares of the variance."""
    unit, scale = unit_of(found.output, shown, found.unit), scale_of(found.output, shown)
    heads = ["", "alone", "+/-", "total", "+/-", "distribution", "basis"]
    rows = [
        [
            shortened(one.input.label),
            *(f"{100 * x:.1f} %" for x in
              (one.first, one.first_error, one.total, one.total_error)),
            one.input.distribution,
            str(one.input.record.basis.value) if one.input.record else "",
        ]
        for one in found.shares[:top]
    ]  # fmt: skip
    first = (
        f"{found.name}: {item_of(found.output)} {figure(found.nominal * scale)} {unit} as "
        f"recorded; mean {figure(found.mean * scale)}, standard deviation "
        f"{figure(found.sd * scale)} over {found.runs:,} runs. Part of the variance:"
    )
    parts = [title(scenario, shown), printable(first), aligned(heads, rows)]
    if found.pairs:
        parts.append(_pairs_block(found))
    return "\n\n".join((*parts, "\n".join(sobol_remarks(found))))


def _pairs_block(found: Indices) -> str:
    rows = [
        [shortened(one.one.label), shortened(one.other.label), f"{100 * one.second:.1f} %",
         f"{100 * one.error:.1f} %"]
        for one in found.pairs[:_PAIRS_SHOWN]
    ]  # fmt: skip
    return aligned(["together", "with", "second order", "+/-"], rows, left=2)


def sobol_remarks(found: Indices) -> Iterator[str]:
    """What a reader of the indices must know."""
    yield (
        f"First orders sum to {100 * found.first_sum:.0f} %; what is missing to 100 % is "
        "interaction, within the errors. +/-: half of the 95 % interval, by bootstrap; a share "
        "below its error is not told from nothing."
    )
    yield (
        "Inputs are drawn independently; where prices move together in fact, the shares are "
        f"others. Saltelli's design on scrambled Sobol points, n = {found.samples}, "
        f"seed {found.seed}."
    )


# --- break-even --------------------------------------------------------------------------


def break_even_report(
    db: MaterialsDB, scenario: Scenario, found: BreakEven, shown: Shown
) -> Report:
    """Crossings and both curves."""
    crossings, curves = crossing_table(found, shown), curve_table(found, shown)
    facts, scale = about(db, scenario, shown), scale_of(found.output, shown)
    records = [found.unknown.record] if found.unknown.record is not None else []
    sheets = {"inputs": inputs_table(scenario), "sources": sources_table(db, records)}
    told = {
        "unknown": {
            name: value for name, value in asdict(found.unknown).items() if name != "record"
        },
        "output": found.output,
        "unit": unit_of(found.output, shown),
        "left": found.left,
        "right": found.right,
        "now": {"left": found.now_left * scale, "right": found.now_right * scale},
        "range": list(found.ends),
        "crossings": _plain(crossings),
        "verdict": verdict(found, shown),
        "curves": _plain(curves),
    }
    return Report(
        tables={"crossings": crossings, "curves": curves},
        sheets=sheets,
        about=facts,
        carried=carried(sheets, facts),
        answer={**head(db, scenario, shown), **told},
    )


def break_even_text(
    db: MaterialsDB, scenario: Scenario, found: BreakEven, shown: Shown
) -> str:  # fmt: skip
    """Where it stands now, every crossing, and who is better where."""
    parts = [title(scenario, shown), printable(_now(found, shown))]
    if found.crossings:
        parts.append(_crossing_block(found, shown))
    parts.append(printable(verdict(found, shown)))
    record = found.unknown.record
    if record is not None:
        known = db.sources[record.source].title if record.source in db.sources else record.source
        parts.append(printable(f"Now: {known}, {record.locator}; {record.basis.value}."))
    return "\n\n".join(parts)


def _now(found: BreakEven, shown: Shown) -> str:
    one, unit = found.unknown, unit_of(found.output, shown)
    quoted = f" ({one.now * one.per_quote:,.6g} {one.quote_unit})" if one.quote_unit else ""
    notes = f"; {'; '.join(one.notes)}" if one.notes else ""
    sides = _sides(found, shown, found.now_left, found.now_right)
    in_usd = found.right == TARGET and scale_of(found.output, shown) != 1.0
    asked = f"; the target is {found.now_right:g} USD of the scenario's year" if in_usd else ""
    now = with_unit(one.now, one.unit)
    return (
        f"{item_of(found.output).capitalize()} over {one.label}, now {now}"
        f"{quoted}{notes}: {sides} {unit}{asked}"
    )


def with_unit(value: float, unit: str) -> str:
    """A number with its unit; a plain number has none."""
    return figure(value) if unit == "1" else f"{figure(value)} {unit}"


def _sides(found: BreakEven, shown: Shown, left: float, right: float) -> str:
    scale = scale_of(found.output, shown)
    return f"{found.left} {figure(left * scale)}, {found.right} {figure(right * scale)}"


def _crossing_block(found: BreakEven, shown: Shown) -> str:
    table, unit = crossing_table(found, shown), unit_of(found.output, shown)
    heads = ["break-even at", "unit", "in its quote", "x now", found.left, found.right, "unit"]
    heads += ["below it", "above it"]
    rows = [
        [
            f"{row['at']:,.5g}",
            row["unknown_unit"],
            f"{row['at_quote']:,.6g} {row['quote_unit']}" if row["quote_unit"] else "",
            figure(row["times_now"]),
            f"{row['left']:,.5g}",
            f"{row['right']:,.5g}",
            unit,
            side(found, row["better_below"]),
            side(found, row["better_above"]),
        ]
        for row in _plain(table)
    ]
    return aligned([printable(name) for name in heads], rows)


def verdict(found: BreakEven, shown: Shown) -> str:
    """Who is better where, in a sentence."""
    one, (low, high) = found.unknown, found.ends
    where = f"between {figure(low)} and {with_unit(high, one.unit)}"
    if found.scan.is_same:
        return f"{found.left} and {found.right} are the same {where}."
    still = _still(found)
    if found.crossings:
        return f"{' '.join(_by_stretch(found))}{still} {_steps(found)}"
    scan = found.scan
    ends = (
        f"{_sides(found, shown, float(scan.left[0]), float(scan.right[0]))} at the low end and "
        f"{_sides(found, shown, float(scan.left[-1]), float(scan.right[-1]))} at the high end, "
        f"{unit_of(found.output, shown)}"
    )
    said = _stands(found, found.better(float(scan.gap[0])))
    return f"No break-even {where}: {said} everywhere ({ends}).{still}"


def _still(found: BreakEven) -> str:
    """Says of which chemistry nothing is priced by the unknown."""
    if not found.still:
        return ""
    other = " (what else it is made of keeps its price)" if found.unknown.item else ""
    verb = "does" if len(found.still) == 1 else "do"
    return f" {' and '.join(found.still)} {verb} not move with it{other}."


def _stands(found: BreakEven, name: str) -> str:
    if found.right == TARGET:
        return f"{found.left} is {side(found, name)}"
    return f"{name} is better"


def _by_stretch(found: BreakEven) -> Iterator[str]:
    """A sentence a stretch between crossings."""
    unit = found.unknown.unit
    last = len(found.crossings) - 1
    for k, cross in enumerate(found.crossings):
        if found.better_below(k):
            since = f"from {figure(found.crossings[k - 1].at)} to" if k else "up to"
            yield f"{_stands(found, found.better_below(k))} {since} {with_unit(cross.at, unit)}."
        if k == last and found.better_above(k):
            yield f"{_stands(found, found.better_above(k))} above {with_unit(cross.at, unit)}."


def _steps(found: BreakEven) -> str:
    jumps = any(cross.kind == "jumps" for cross in found.crossings)
    looked = f"Looked at {len(found.scan.at)} values; two crossings between neighbours go unseen."
    return f"One side steps over the other without being equal. {looked}" if jumps else looked
