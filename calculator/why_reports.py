"""A derivation as a tree to read, as tables to write and as one object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from calculator.export import Report
from calculator.terminal import printable
from calculator.why.leaves import Setting
from calculator.why.standing import Standing, standing, standings
from materials_db.schema import Datum
from materials_db.substitute import record_key

if TYPE_CHECKING:
    import pandas as pd

    from calculator.why import Derivation, Figures, Step
    from materials_db.database import MaterialsDB

BRACKETS = "In brackets the weakest basis below a step."
_LONGEST = 400
_OTHERS = (
    "Those of other answers of the scenario are asked for by their table, such as plan, shares, "
    "exposure, n1, ranges, fronts, bands, tornado, outcome or stocks; docs/why.md has them all."
)
BRANCH, LAST, RAIL, GAP = "├─ ", "└─ ", "│  ", "   "


# --- text --------------------------------------------------------------------------------


def why_text(derivation: Derivation, depth: int) -> str:
    """The tree down to a depth; what was shown above is not shown again."""
    top, stands = derivation.top, standings(derivation)
    lines = [
        f"{top.label} = {_amount(top)}",
        stands[top.id].sentence,
        *([f"= {_short(top.formula)}"] if top.formula else []),
        f"[{BRACKETS.removesuffix('.').lower()}]",
        *_branches(derivation, top, stands, "", depth, {top.id}),
        "",
        f"{len(derivation.steps)} steps in all; --depth N shows more, --json everything.",
    ]
    return "\n".join(printable(line) for line in lines)


def _branches(
    derivation: Derivation,
    step: Step,
    stands: Mapping[int, Standing],
    rail: str,
    depth: int,
    shown: set[int],
) -> Iterator[str]:
    if depth == 0:
        return
    for place, name in enumerate(step.inputs):
        below = derivation.steps[name]
        last = place == len(step.inputs) - 1
        again = below.id in shown
        shown.add(below.id)
        yield f"{rail}{LAST if last else BRANCH}{below.symbol} = {_amount(below)}{_told(below)}"
        inner = rail + (GAP if last else RAIL)
        if again and below.formula:
            yield f"{inner}(shown above)"
        elif below.formula:
            yield f"{inner}= {_short(below.formula)}  [{stands[below.id].weakest or 'settings'}]"
            yield from _branches(derivation, below, stands, inner, depth - 1, shown)


def _short(formula: str) -> str:
    """A formula that a terminal can show; the whole of it stands in files and JSON."""
    if len(formula) <= _LONGEST:
        return formula
    terms = formula.split(" + ")
    kept = formula[:_LONGEST].rpartition(" ")[0]
    return f"{kept} ... ({len(terms)} terms)" if len(terms) > 1 else f"{kept} ..."


def _amount(step: Step) -> str:
    return f"{step.value:.6g} {step.unit}".rstrip().removesuffix(" 1")


def _told(step: Step) -> str:
    """Source of a record, or what the code says of a step."""
    origin = step.origin
    if isinstance(origin, Datum):
        date = f", {origin.date}" if origin.date else ""
        span = _span(origin)
        return f"  ({origin.basis.value}{span}; {origin.source}{date}; {record_key(origin)})"
    if isinstance(origin, Setting):
        parts = (origin.source and f"setting, {origin.source}", step.text)
        return f"  ({'; '.join(part for part in parts if part)})" if any(parts) else ""
    return f"  ({step.text})" if step.text and step.kind != "computed" else ""


def _span(record: Datum) -> str:
    if record.low is None and record.high is None:
        return ""
    low, high = (("?" if end is None else f"{end:g}") for end in (record.low, record.high))
    return f", {low} to {high}"


def figures_text(figures: Figures) -> str:
    """Every figure that can be asked for, with its value."""
    rows = [
        f"{one.address} = {one.number.value:.6g} {one.unit}".rstrip()
        for one in figures.by_address.values()
    ]
    told = f"{len(rows)} figures. {_OTHERS}"
    return "\n".join(printable(row) for row in [*rows, "", told])


# --- tables ------------------------------------------------------------------------------


def why_report(
    db: MaterialsDB, derivation: Derivation, address: str, facts: Mapping[str, str]
) -> Report:
    """The steps as a table, the records they end in, and the whole as one object."""
    from calculator.tables import sources_table

    return Report(
        tables={"steps": steps_table(derivation)},
        sheets={
            "records": records_table(derivation),
            "sources": sources_table(db, derivation.records),
        },
        about=facts,
        answer={**facts, "why": why_answer(db, derivation, address)},
    )


STEP_COLUMNS = (
    "symbol", "label", "value", "unit", "formula", "kind", "weakest_basis", "where", "text",
    "record",
)  # fmt: skip


def steps_table(derivation: Derivation) -> pd.DataFrame:
    """One step a row, the figure first."""
    import pandas as pd

    stands = standings(derivation)
    rows = [
        {
            **{name: getattr(step, name) for name in STEP_COLUMNS[:6]},
            "weakest_basis": stands[step.id].weakest,
            "where": step.where,
            "text": step.text,
            "record": record_key(step.origin) if isinstance(step.origin, Datum) else "",
        }
        for step in derivation.steps.values()
    ]
    return pd.DataFrame(rows, columns=list(STEP_COLUMNS))


_RECORD = ("value", "unit", "low", "high", "date", "source", "locator", "basis", "confidence")
RECORD_COLUMNS = ("record", *_RECORD, "note")


def records_table(derivation: Derivation) -> pd.DataFrame:
    """The records a figure rests on, each once."""
    import pandas as pd

    rows = [
        {"record": record_key(row), **_plain(row), "note": row.note} for row in derivation.records
    ]
    return pd.DataFrame(rows, columns=list(RECORD_COLUMNS))


def _plain(record: Datum) -> dict[str, Any]:
    found = {name: getattr(record, name) for name in _RECORD}
    value = float(record.value)
    return {**found, "value": value, "basis": record.basis.value,
            "confidence": record.confidence.value}  # fmt: skip


# --- one object --------------------------------------------------------------------------


def why_answer(db: MaterialsDB, derivation: Derivation, address: str) -> dict[str, Any]:
    """The whole derivation: every step once, by id, the figure first."""
    stands = standings(derivation)
    whole = standing(derivation.records)
    return {
        "figure": address,
        "value": derivation.top.value,
        "unit": derivation.top.unit,
        "rests_on": {
            "sentence": whole.sentence,
            "weakest": whole.weakest,
            "records": whole.records + whole.recalled,
            "by_basis": {basis.value: count for basis, count in whole.by_basis},
            "recalled": whole.recalled,
            "low_confidence": whole.unsure,
            "yours": whole.own,
        },
        "steps": [_step(db, step, stands[step.id]) for step in derivation.steps.values()],
    }


def _step(db: MaterialsDB, step: Step, stands: Standing) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": step.id,
        "symbol": step.symbol,
        "label": step.label,
        "value": step.value,
        "unit": step.unit,
        "kind": step.kind,
        "weakest": stands.weakest,
    }
    if step.formula:
        found |= {"formula": step.formula, "inputs": list(step.inputs)}
    found |= {name: text for name in ("where", "text") if (text := getattr(step, name))}
    if isinstance(step.origin, Datum):
        found["record"] = _record(db, step.origin)
    if isinstance(step.origin, Setting) and step.origin.source:
        found["source"] = _source(db, step.origin.source)
    return found


def _record(db: MaterialsDB, record: Datum) -> dict[str, Any]:
    return {
        "key": record_key(record),
        **_plain(record),
        "note": record.note,
        "source": _source(db, record.source),
    }


def _source(db: MaterialsDB, name: str) -> dict[str, str]:
    found = db.sources.get(name)
    if found is None:
        return {"id": name}
    return {
        "id": name,
        **{key: str(getattr(found, key)) for key in ("author", "title", "year", "locator")},
    }
