"""Answers of the terminal as tables to write and as text to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from calculator.tables.provenance import ASSUMED_FOOTER, cost_support, label
from calculator.terminal import aligned, crossed, figure, shortened

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

    facts, sheets = about(db, scenario, shown), grounds(db, scenario, evaluations)
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
        sheets=sheets,
        about=facts,
        carried=carried(sheets, facts),
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


def carried(
    sheets: Mapping[str, pd.DataFrame], facts: Mapping[str, str]
) -> tuple[tuple[str, str, str], ...]:
    """Facts, inputs and sources as rows of a CSV file: table, key, text."""
    inputs, sources = sheets["inputs"], sheets["sources"]
    return (
        *(("about", key, text) for key, text in facts.items()),
        *(("inputs", *row) for row in zip(inputs["key"], inputs["value"], strict=True)),
        *(("sources", *row) for row in zip(sources["source"], sources["title"], strict=True)),
    )


def about(db: MaterialsDB, scenario: Scenario, shown: Shown) -> dict[str, str]:
    """Facts that hold for every table of a report."""
    facts = {key: str(value) for key, value in head(db, scenario, shown).items()}
    return {**facts, "money": "; ".join((f"costs in {shown.money}", *shown.notes))}


# --- text --------------------------------------------------------------------------------


_SPOKEN = {
    "gsa on labour": "administration on labour",
    "gsa on capital": "administration on capital",
    "rnd": "research and development",
}


def comparison_text(
    db: MaterialsDB, scenario: Scenario, evaluations: Sequence[Evaluation], shown: Shown
) -> str:
    """Headline figures, cost by component, critical materials, and what they rest on."""
    costs = cost_by_component_table(evaluations, shown)
    elements = whole_cell(element_table(db, evaluations), "in cell")
    parts = [
        title(scenario, shown),
        _headlines(evaluations, shown),
        "Cost of the cell by component, with overheads, profit and warranty",
        crossed(costs.replace({"component": _SPOKEN}), "component", "chemistry", total="cell"),
        "Critical raw materials in the cell",
        crossed(elements[elements["critical"] != ""], "element", "chemistry"),
        *footer(db, evaluations, shown),
    ]
    return "\n\n".join(parts)


def whole_cell(table: pd.DataFrame, item: str) -> pd.DataFrame:
    """Rows of the whole cell in g/kWh, in the cell or bought."""
    kept = (table["component"] == WHOLE_CELL) & (table["unit"] == "g/kWh") & (table["item"] == item)
    return table[kept]


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
    heads = [
        "chemistry",
        "class",
        "energy",
        "density",
        "cell cost",
        "pack cost",
        "pack mass",
        "rests on",
    ]
    money = f"{shown.money}/kWh"
    units = ["", "", "Wh/kg", "Wh/L", money, money, "kg", ""]
    return aligned(heads, [_headline(e, shown) for e in evaluations], units, left=2)


def _headline(e: Evaluation, shown: Shown) -> list[str]:
    return [
        shortened(label(e)),
        e.chemistry.family.value,
        figure(float(e.cell.specific_energy_wh_per_kg)),
        figure(float(e.cell.energy_density_wh_per_l)),
        figure(float(e.cost.cell_usd_per_kwh) * shown.factor),
        figure(float(e.cost.pack_usd_per_kwh) * shown.factor),
        figure(float(e.pack.mass_kg)),
        cost_support(e).share,
    ]


def footer(db: MaterialsDB, evaluations: Sequence[Evaluation], shown: Shown) -> Iterator[str]:
    """Where the prices are from, what the marks mean and what the reader must know."""
    lines = [ASSUMED_FOOTER, deck_sentence(db, evaluations)]
    lines += _borrowed(evaluations)
    notes = dict.fromkeys((note.kind, note.text) for e in evaluations for note in e.notes)
    lines += [sentence(text) for kind, text in notes if kind not in ("borrowed", "assumed")]
    lines += [sentence(text) for text in shown.notes]
    yield "\n".join(dict.fromkeys(lines))


def deck_sentence(db: MaterialsDB, evaluations: Sequence[Evaluation]) -> str:
    """The deck's name, where its quotes are from, and that a plant elsewhere pays the same."""
    from calculator.regions import WORLD
    from materials_db.schema import Price

    deck = db.decks[evaluations[0].request.deck]
    rows = {row for e in evaluations for row in e.records if isinstance(row, Price)}
    regions = Counter(row.region for row in rows if row.deck == deck.id).most_common()
    counted = ", ".join(
        f"{'world' if region == WORLD else region} {count}" for region, count in regions
    )
    return (
        f"Deck {deck.id}: {deck.name}; quotes from {counted or 'no place'}. A plant elsewhere "
        "buys at these prices, without freight or duty."
    )


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
