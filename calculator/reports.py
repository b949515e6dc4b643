"""Answers of the terminal as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from calculator.answers import comparison_answer, head
from calculator.export import Report
from calculator.tables import (
    WHOLE_CELL,
    bill_table,
    comparison_table,
    cost_by_component_table,
    cost_by_step_table,
    element_table,
    inputs_table,
    notes_table,
    price_table,
    records_table,
    sources_table,
)
from calculator.tables.provenance import (
    ASSUMED_MARK,
    bill_support,
    cost_support,
    design_support,
    label,
)
from calculator.terminal import aligned, crossed, figure

if TYPE_CHECKING:
    import pandas as pd

    from calculator.evaluation import Evaluation
    from calculator.scenario.schema import Scenario
    from calculator.tables import Shown
    from materials_db.database import MaterialsDB


def comparison_report(
    db: MaterialsDB, scenario: Scenario, evaluations: Sequence[Evaluation], shown: Shown
) -> Report:
    """Energy, cost, bill and elements of every chemistry, with what they rest on."""
    import pandas as pd

    by_component = [cost_by_component_table(evaluations, shown, s) for s in ("cell", "pack")]
    return Report(
        tables={
            "comparison": comparison_table(evaluations, shown),
            "cost_by_component": pd.concat(by_component, ignore_index=True),
            "cost_by_step": cost_by_step_table(evaluations, shown),
            "bill_of_materials": bill_table(evaluations, shown),
            "elements": element_table(db, evaluations),
            "prices": price_table(evaluations, shown),
        },
        sheets=grounds(db, scenario, evaluations),
        about=about(db, scenario, shown),
        answer=comparison_answer(db, scenario, evaluations, shown),
    )


def grounds(
    db: MaterialsDB, scenario: Scenario, evaluations: Sequence[Evaluation]
) -> dict[str, pd.DataFrame]:
    """Sheets on what the figures of a report rest on."""
    records = dict.fromkeys(row for e in evaluations for row in e.records)
    return {
        "notes": notes_table(evaluations),
        "inputs": inputs_table(scenario),
        "sources": sources_table(db, records),
        "records": records_table(evaluations),
    }


def about(db: MaterialsDB, scenario: Scenario, shown: Shown) -> dict[str, str]:
    """Facts that hold for every table of a report."""
    facts = {key: str(value) for key, value in head(db, scenario, shown).items()}
    return {**facts, "money": "; ".join((f"costs in {shown.money}", *shown.notes))}


# --- text --------------------------------------------------------------------------------


def comparison_text(
    db: MaterialsDB, scenario: Scenario, evaluations: Sequence[Evaluation], shown: Shown
) -> str:
    """Headline figures, cost by component, critical materials, and what they rest on."""
    costs = cost_by_component_table(evaluations, shown)
    marks = {label(e): cost_support(e).mark for e in evaluations}
    elements = whole_cell(element_table(db, evaluations), "in cell")
    parts = [
        title(scenario, shown),
        _headlines(evaluations, shown),
        "Cost of the cell by component, with overheads, profit and warranty",
        crossed(costs, "component", "chemistry", marks, total="cell"),
        "Critical raw materials in the cell",
        crossed(
            elements[elements["critical"] != ""], "element", "chemistry", bill_marks(evaluations)
        ),
        *footer(evaluations, shown),
    ]
    return "\n\n".join(parts)


def whole_cell(table: pd.DataFrame, item: str) -> pd.DataFrame:
    """Rows of the whole cell in g/kWh, in the cell or bought."""
    kept = (table["component"] == WHOLE_CELL) & (table["unit"] == "g/kWh") & (table["item"] == item)
    return table[kept]


def bill_marks(evaluations: Sequence[Evaluation]) -> dict[str, str]:
    """Mark of each chemistry's masses."""
    return {label(e): bill_support(e).mark for e in evaluations}


def title(scenario: Scenario, shown: Shown) -> str:
    """What was asked, in one line."""
    facts = (
        f"deck {scenario.deck}",
        f"plant in {scenario.region}",
        f"{scenario.volume_gwh_per_year:g} GWh/year",
        f"format {scenario.format}",
        f"pack {scenario.pack.energy_kwh:g} kWh",
        f"costs in {shown.money}",
    )
    named = "name" in scenario.model_fields_set
    return f"{scenario.name}: {', '.join(facts)}" if named else ", ".join(facts)


def _headlines(evaluations: Sequence[Evaluation], shown: Shown) -> str:
    heads = ["chemistry", "class", "energy", "density", "cell cost", "pack cost", "pack mass"]
    money = f"{shown.money}/kWh"
    units = ["", "", "Wh/kg", "Wh/L", money, money, "kg"]
    return aligned(heads, [_headline(e, shown) for e in evaluations], units, left=2)


def _headline(e: Evaluation, shown: Shown) -> list[str]:
    design, cost = design_support(e).mark, cost_support(e).mark
    return [
        label(e),
        e.chemistry.family.value,
        figure(float(e.cell.specific_energy_wh_per_kg), design),
        figure(float(e.cell.energy_density_wh_per_l), design),
        figure(float(e.cost.cell_usd_per_kwh) * shown.factor, cost),
        figure(float(e.cost.pack_usd_per_kwh) * shown.factor, cost),
        figure(float(e.pack.mass_kg), design),
    ]


def footer(evaluations: Sequence[Evaluation], shown: Shown) -> Iterator[str]:
    """What the marks mean and what the reader must know."""
    lines = []
    counts = {label(e): cost_support(e) for e in evaluations}
    assumed = [f"{name} {s.assumed} of {s.records}" for name, s in counts.items() if s.assumed]
    if assumed:
        lines.append(f"{ASSUMED_MARK} rests on assumed records as well: {', '.join(assumed)}.")
    lines += _borrowed(evaluations)
    notes = dict.fromkeys((note.kind, note.text) for e in evaluations for note in e.notes)
    lines += [sentence(text) for kind, text in notes if kind not in ("borrowed", "assumed")]
    lines += [sentence(text) for text in shown.notes]
    if lines:
        yield "\n".join(dict.fromkeys(lines))


def _borrowed(evaluations: Sequence[Evaluation]) -> list[str]:
    """Prices that the deck lacks, by the deck that answered."""
    found: dict[str, dict[str, None]] = {}
    for e in evaluations:
        for price in e.case.prices.values():
            if price.borrowed_from:
                found.setdefault(price.borrowed_from, {})[price.item] = None
    return [f"Prices borrowed from {deck}: {', '.join(items)}." for deck, items in found.items()]


def sentence(text: str) -> str:
    """A note as a sentence: a capital first unless an id leads, a full stop last."""
    led = text.partition(" ")[0].endswith(":")
    return (text if led else text[:1].upper() + text[1:]).removesuffix(".") + "."
