"""What a sweep adds to a scenario: against the bare loop over ``evaluate`` on the same points."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.timing import best
from calculator.evaluation import evaluate
from calculator.scenario.run import scenario_request
from calculator.sweeps.parts import opened
from calculator.sweeps.plan import Sweep
from calculator.sweeps.read import parse_sweep
from calculator.sweeps.run import run_sweep

NUMBERS = """
scenario: {chemistries: [LFP]}
vary:
  - {field: price/lithium_carbonate, from: 8, to: 40, steps: 200}
  - {field: volume, from: 5 GWh/year, to: 100 GWh/year, steps: 500}
outputs: [cell_usd_per_kwh, pack_usd_per_kwh]
"""
NAMES = """
scenario: {chemistries: [LFP]}
vary:
  - {field: region, values: [CHN, USA, HUN, DEU]}
  - {field: pack.energy, from: 40 kWh, to: 100 kWh, steps: 256}
outputs: [cell_usd_per_kwh, pack_usd_per_kwh]
"""
LOOPED = 200


def run() -> Iterator[tuple[str, str]]:
    numbers, names = parse_sweep(NUMBERS), parse_sweep(NAMES)
    bare = best(lambda: _loop(numbers), 3) / LOOPED
    yield "bare loop over evaluate, prices and volumes", f"{1e3 * bare:.2f} ms a scenario"
    single = best(lambda: _loop_names(names), 3) / LOOPED
    yield "the same over countries and packs", f"{1e3 * single:.2f} ms a scenario"
    each = _seconds(names) / names.points
    yield f"sweep of {names.points:,} points, each by itself", f"{1e3 * each:.2f} ms a scenario"
    yield "over the bare loop", f"{each / single:.2f} x"
    together = _seconds(numbers) / numbers.points
    yield f"sweep of {numbers.points:,} points of numbers", f"{1e6 * together:.1f} us a scenario"
    yield "over the bare loop", f"{together / bare:.4f} x"


def _loop(sweep: Sweep) -> None:
    """Some points of the sweep of numbers, one after another."""
    engine = opened(sweep.source)
    request = scenario_request(engine.db, sweep.scenario, "LFP")
    columns = sweep.columns(range(LOOPED))
    prices, volumes = columns["price/lithium_carbonate"], columns["volume"]
    for price, volume in zip(prices, volumes, strict=True):
        own = {"lithium_carbonate": float(price)}  # type: ignore[arg-type]
        evaluate(engine.db, replace(request, prices=own, volume_gwh_per_year=float(volume)))  # type: ignore[arg-type]


def _loop_names(sweep: Sweep) -> None:
    """Some points of the sweep of countries and packs, one after another."""
    engine = opened(sweep.source)
    bare = scenario_request(engine.db, sweep.scenario, "LFP")
    columns = sweep.columns(range(LOOPED))
    for region, kwh in zip(columns["region"], columns["pack.energy"], strict=True):
        pack = replace(bare.pack, energy_kwh=float(kwh), power_kw=3.0 * float(kwh))  # type: ignore[arg-type]
        evaluate(engine.db, replace(bare, region=str(region), pack=pack))


def _seconds(sweep: Sweep) -> float:
    """Shortest of three whole runs, files and all."""
    shortest = float("inf")
    for _ in range(3):
        with TemporaryDirectory() as folder:
            start = time.perf_counter()
            run_sweep(sweep, out=Path(folder) / "out")
            shortest = min(shortest, time.perf_counter() - start)
    return shortest
