"""A simulation as tables to write and as text to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calculator.answers import head
from calculator.export import Report
from calculator.figures import MODEL_BAND
from calculator.reports import about, title
from calculator.tables import inputs_table, sources_table
from calculator.terminal import aligned, figure, shortened
from calculator.uncertainty.summary import Band, Pair, bands, pairs
from calculator.uncertainty.tables import (
    band_table,
    draw_table,
    input_table,
    item_of,
    pair_table,
    scale_of,
    unit_of,
)

if TYPE_CHECKING:
    from calculator.scenario.schema import Scenario
    from calculator.tables import Shown
    from calculator.uncertainty.run import Simulation
    from materials_db.database import MaterialsDB
    from materials_db.schema import Datum

PAIRED = ("cell_usd_per_kwh", "pack_usd_per_kwh")
"""Outputs of which two chemistries are held against each other."""
_MOST_PAIRS = 30


def uncertainty_report(
    db: MaterialsDB, scenario: Scenario, found: Simulation, shown: Shown
) -> Report:
    """Bands, pairs and what was drawn."""
    told, twos = bands(found), _pairs(found)
    facts = {**about(db, scenario, shown), **_facts(found)}
    sources = sources_table(db, records_of(found))
    sheets = {"inputs": inputs_table(scenario), "sources": sources}
    return Report(
        tables={
            "bands": band_table(told, shown, MODEL_BAND),
            "pairs": pair_table(twos, shown),
            "drawn": input_table(found.inputs),
        },
        sheets=sheets,
        about=facts,
        carried=tuple(("about", key, text) for key, text in facts.items()),
        answer=uncertainty_answer(db, scenario, found, shown),
    )


def draws_report(db: MaterialsDB, scenario: Scenario, found: Simulation, shown: Shown) -> Report:
    """Every draw, one a row."""
    return Report(
        tables={"draws": draw_table(found, shown)},
        about={**about(db, scenario, shown), **_facts(found)},
        answer=uncertainty_answer(db, scenario, found, shown),
    )


def uncertainty_answer(
    db: MaterialsDB, scenario: Scenario, found: Simulation, shown: Shown
) -> dict[str, Any]:
    """The answer as one object; keys with ``usd`` are US dollars of the scenario's year."""
    return {
        **head(db, scenario, shown),
        "draws": found.asked.draws,
        "seed": found.asked.seed,
        "method": found.asked.method,
        "horizon_months": found.asked.horizon_months,
        "model_band": MODEL_BAND,
        "bands": [asdict(one) for one in bands(found)],
        "pairs": [asdict(one) for one in _pairs(found)],
        "drawn": input_table(found.inputs).to_dict(orient="records"),
        "correlations": [
            {"one": pair.one, "other": pair.other, "value": pair.value} for pair in found.together
        ],
        "taken_as_independent": [list(pair) for pair in found.independent],
        "prices_that_stay": list(found.undrawn.fixed),
        "prices_that_follow_their_raw_materials": list(found.undrawn.following),
    }


def records_of(found: Simulation) -> tuple[Datum, ...]:
    """Records whose range was drawn, and those behind volatility and correlation."""
    drawn = [one.record for one in found.inputs if one.record is not None]
    paired = [pair.record for pair in found.together if pair.record is not None]
    return (*drawn, *found.series_records, *paired)


def _pairs(found: Simulation) -> list[Pair]:
    return [one for output in PAIRED for one in pairs(found, output)]


def _facts(found: Simulation) -> dict[str, str]:
    asked = found.asked
    return {
        "draws": f"{asked.draws} ({asked.method}), seed {asked.seed}",
        "prices": _horizon(found),
        "model band": f"+/-{MODEL_BAND:.0%} of the nominal cost, beside the draws and not in them",
    }


def _horizon(found: Simulation) -> str:
    months = found.asked.horizon_months
    if not months:
        return "raw materials within the ranges of their records"
    return f"raw materials {months} months ahead, by the measured volatility of their series"


# --- text ----------------------------------------------------------------------------------


def uncertainty_text(db: MaterialsDB, scenario: Scenario, found: Simulation, shown: Shown) -> str:
    """Bands of every output, pairs by cost of the cell, and what was and was not drawn."""
    told = bands(found)
    parts = [title(scenario, shown), sentence_on(found)]
    parts += [_block(found, told, output, shown) for output in found.outputs]
    twos = pairs(found, PAIRED[0])
    if twos:
        parts.append(_pairs_block(twos[:_MOST_PAIRS], shown, len(twos)))
    return "\n\n".join((*parts, "\n".join(remarks(found))))


def sentence_on(found: Simulation) -> str:
    """What was drawn, in one sentence."""
    asked = found.asked
    how = "scrambled Sobol points" if asked.method == "sobol" else "random draws"
    return (
        f"{asked.draws:,} {how} of {len(found.inputs)} inputs, seed {asked.seed}; {_horizon(found)}"
    )


def _block(found: Simulation, told: Sequence[Band], output: str, shown: Shown) -> str:
    scale = scale_of(output, shown)
    is_cost = output in PAIRED
    heads = ["", "nominal", "P5", "P50", "P95", "mean", "sd", "below nominal"]
    rows = []
    for one in told:
        if one.output == output:
            sized = (one.nominal, one.p5, one.p50, one.p95, one.mean, one.sd)
            row = [shortened(one.chemistry), *(figure(x * scale) for x in sized)]
            rows.append([*row, f"{one.below_nominal:.0%}", *_model(one, scale, is_cost)])
    heads = [*heads, f"model +/-{MODEL_BAND:.0%}"] if is_cost else heads
    return f"{item_of(output).capitalize()}, {unit_of(output, shown)}\n{aligned(heads, rows)}"


def _model(one: Band, scale: float, is_cost: bool) -> list[str]:
    ends = (one.nominal * scale * (1.0 + sign * MODEL_BAND) for sign in (-1, 1))
    return [" to ".join(figure(end) for end in ends)] if is_cost else []


def _pairs_block(twos: Sequence[Pair], shown: Shown, count: int) -> str:
    heads = ["", "against", "P5", "P50", "P95", "cheaper", "error"]
    rows = [
        [
            shortened(one.one),
            shortened(one.other),
            *(figure(x * shown.factor) for x in (one.p5, one.p50, one.p95)),
            f"{one.beats:.1%}",
            f"{one.standard_error:.1%}",
        ]
        for one in twos
    ]
    more = f"; the first {len(twos)} of {count} pairs" if count > len(twos) else ""
    unit = unit_of(PAIRED[0], shown)
    return f"Difference in cell cost, {unit}, draw by draw{more}\n{aligned(heads, rows, left=2)}"


def remarks(found: Simulation) -> Iterator[str]:
    """What a reader of the bands must know."""
    yield (
        "P5 to P95 are of the inputs alone; the model's own error stands beside them and is not "
        "mixed in. 'below nominal': share of draws below the figure of the recorded values."
    )
    if found.undrawn.fixed:
        yield f"No range and no series, so they stay: {'; '.join(found.undrawn.fixed)}."
    if found.undrawn.following:
        listed = "; ".join(found.undrawn.following)
        yield f"Quoted without a range; they move with their raw materials only: {listed}."
    if found.independent:
        listed = "; ".join(f"{one} and {other}" for one, other in found.independent)
        yield f"No measured correlation, taken as independent: {listed}."
    yield (
        "Inputs other than the prices of raw materials are drawn independently of each other; "
        "where they vary together in fact, the band is another."
    )
