"""Every point against the plain chain: one scenario, one evaluation."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from calculator.evaluation import evaluate
from calculator.requests import request_for
from calculator.sweeps.parts import Engine
from calculator.sweeps.plan import Sweep
from calculator.sweeps.read import parse_sweep
from materials_db.database import MaterialsDB
from materials_db.substitute import record_key, with_values

ALIKE = 1e-12


def test_grid_is_each_scenario_by_itself_in_order(db: MaterialsDB, small: Sweep) -> None:
    columns, rows = Engine(small, db).rows(range(small.points))
    grid = product(("LFP", "NMC811"), (5.0, 30.0, 80.0), np.linspace(8, 40, 7))
    for k, (name, volume, price) in enumerate(grid):
        request = replace(
            request_for(db, name, volume_gwh_per_year=volume), prices={"lithium_carbonate": price}
        )
        found = evaluate(db, request)
        assert (columns["chemistries"][k], columns["volume"][k]) == ((name,), volume)
        assert columns["price/lithium_carbonate"][k] == pytest.approx(price, rel=1e-15)
        got = {key: column[k] for key, column in rows.values.items()}
        assert got == pytest.approx(
            {
                "cell_usd_per_kwh": found.cost.cell_usd_per_kwh,
                "pack_usd_per_kwh": found.cost.pack_usd_per_kwh,
                "specific_energy_wh_per_kg": found.cell.specific_energy_wh_per_kg,
                "Li_g_per_kwh": found.elements.in_cell_g_per_kwh("Li"),
            },
            rel=ALIKE,
        )
    assert not any(rows.faults)


def test_numbers_that_move_the_cell_leave_no_trace_of_their_neighbours(db: MaterialsDB) -> None:
    """The pack is planned in whole cells: its counts are those of the point alone."""
    sweep = parse_sweep("""
scenario: {chemistries: [NMC811]}
vary: [{field: cell/areal_capacity_mah_per_cm2, values: [2.0, 3.5, 5.0, 6.5]}]
""")
    _, rows = Engine(sweep, db).rows(range(4))
    for k, areal in enumerate((2.0, 3.5, 5.0, 6.5)):
        request = replace(request_for(db, "NMC811"), cell={"areal_capacity_mah_per_cm2": areal})
        want = evaluate(db, request)
        assert rows.values["pack_usd_per_kwh"][k] == pytest.approx(
            want.cost.pack_usd_per_kwh, rel=ALIKE
        )
        assert rows.values["energy_density_wh_per_l"][k] == pytest.approx(
            want.cell.energy_density_wh_per_l, rel=ALIKE
        )


def test_a_record_is_varied_in_its_own_unit(db: MaterialsDB) -> None:
    row = next(r for r in db.regions if r.country == "CHN" and r.factor == "labour")
    key = record_key(row)
    sweep = parse_sweep(f"""
scenario: {{chemistries: [LFP]}}
vary: [{{field: "{key}", values: [{row.value}, {2 * row.value}, {3 * row.value}]}}]
outputs: [cell_usd_per_kwh]
""")
    assert sweep.axes[0].unit == row.unit
    _, rows = Engine(sweep, db).rows(range(3))
    for k in range(3):
        changed = with_values(db, {key: (k + 1) * row.value})
        want = evaluate(changed, request_for(changed, "LFP")).cost.cell_usd_per_kwh
        assert rows.values["cell_usd_per_kwh"][k] == pytest.approx(want, rel=ALIKE)
    assert rows.values["cell_usd_per_kwh"][2] > rows.values["cell_usd_per_kwh"][0]


def test_fields_of_the_scenario_and_several_chemistries(db: MaterialsDB) -> None:
    sweep = parse_sweep("""
scenario: {chemistries: [LFP, NMC811]}
vary:
  - {field: region, values: [CHN, USA]}
  - {field: pack.energy, from: 50 kWh, to: 100 kWh, steps: 2}
outputs: [pack_usd_per_kwh]
""")
    columns, rows = Engine(sweep, db).rows(range(4))
    assert columns["region"] == ["CHN", "CHN", "USA", "USA"]
    assert list(columns["pack.energy"]) == [50.0, 100.0, 50.0, 100.0]
    assert list(rows.values) == ["LFP/pack_usd_per_kwh", "NMC811/pack_usd_per_kwh"]
    assert all(np.all(np.isfinite(column)) for column in rows.values.values())


def test_zip_pairs_and_sample_repeats_whatever_the_part(db: MaterialsDB) -> None:
    zipped = parse_sweep("""
scenario: {chemistries: [LFP]}
how: zip
vary:
  - {field: region, values: [CHN, USA]}
  - {field: volume, values: [10 GWh/year, 20000 MWh/year]}
""")
    columns = zipped.columns(range(2))
    assert (columns["region"], list(columns["volume"])) == (["CHN", "USA"], [10.0, 20.0])
    drawn = parse_sweep("""
scenario: {chemistries: [LFP]}
how: sample
draws: 20000
seed: 3
vary:
  - {field: yield/cell, sample: {distribution: triangular, low: 0.9, value: 0.95, high: 0.97}}
  - {field: region, values: [CHN, USA, HUN]}
""")
    whole = drawn.columns(range(20_000))
    part = drawn.columns(range(4_000, 9_000))
    assert np.array_equal(whole["yield/cell"][4_000:9_000], part["yield/cell"])
    assert whole["region"][4_000:9_000] == part["region"]
    assert np.mean(whole["yield/cell"]) == pytest.approx((0.9 + 0.95 + 0.97) / 3, abs=5e-4)
    assert whole["region"].count("HUN") == pytest.approx(20_000 / 3, rel=0.05)


def test_a_chemistry_without_the_number_fails_alone(db: MaterialsDB) -> None:
    sweep = parse_sweep("""
scenario: {chemistries: [LFP]}
vary:
  - {field: chemistries, values: [LFP, ASSB-sulfide-Li, NMC811]}
  - {field: cell/liquid_g_per_ah, values: [1.5, 2.0]}
""")
    part = Engine(sweep, db).part(0)
    assert part.counts == {"ok": 4, "failed": 2, "infeasible": 0}
    first = part.failures[0]
    assert first.index == 2
    assert first.inputs == {"chemistries": "ASSB-sulfide-Li", "cell/liquid_g_per_ah": 1.5}
    assert first.message == (
        "ASSB-sulfide-Li: override liquid_g_per_ah: ASSB-sulfide-Li has no liquid; leave it out"
    )
