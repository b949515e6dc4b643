"""A call on draws equals calls on each draw, and single numbers stay plain floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculator.economics import Rates
from calculator.reference import (
    Prices,
    ReferenceInputs,
    StepYields,
    as_row,
    reference_design,
)

DRAWS = 12


def _draws(seed: int) -> dict[str, dict[str, np.ndarray[Any, Any]]]:
    rng = np.random.default_rng(seed)
    return {
        "own": {
            "energy_kwh": rng.uniform(20.0, 150.0, DRAWS),
            "power_kw": rng.uniform(20.0, 900.0, DRAWS),
            "charge_minutes": rng.uniform(10.0, 60.0, DRAWS),
            "np_ratio": rng.uniform(1.0, 1.2, DRAWS),
            "pos_porosity_pct": rng.uniform(20.0, 40.0, DRAWS),
            "cell_thickness_target_mm": rng.uniform(10.0, 22.0, DRAWS),
            "aspect_ratio": rng.uniform(1.5, 4.0, DRAWS),
            "packs_per_year": rng.uniform(2e4, 1e6, DRAWS),
            "cell_yield_pct": rng.uniform(80.0, 99.0, DRAWS),
            "days_per_year": rng.uniform(250.0, 350.0, DRAWS),
        },
        "prices": {"pos_active_usd_per_kg": rng.uniform(5.0, 30.0, DRAWS)},
        "rates": {"labour_usd_per_h": rng.uniform(3.0, 50.0, DRAWS)},
        "yields": {"electrode_coat": rng.uniform(0.8, 0.99, DRAWS)},
    }


def _inputs(couple: str, values: dict[str, dict[str, Any]]) -> ReferenceInputs:
    return ReferenceInputs(
        couple,
        prices=Prices(**values["prices"]),
        rates=Rates(**values["rates"]),
        yields=StepYields(**values["yields"]),
        **values["own"],
    )


@pytest.mark.parametrize(
    ("couple", "seed"), [("LFP-G (Energy)", 1), ("LMO-LTO (Power)", 2), ("NMC811-G (Energy)", 3)]
)
def test_arrays_equal_scalars_elementwise(couple: str, seed: int) -> None:
    draws = _draws(seed)
    many = as_row(reference_design(_inputs(couple, draws)))
    for draw in range(DRAWS):
        single = {
            group: {name: float(values[draw]) for name, values in record.items()}
            for group, record in draws.items()
        }
        for name, expected in as_row(reference_design(_inputs(couple, single))).items():
            found = np.broadcast_to(many[name], DRAWS)[draw]
            if isinstance(expected, str):
                assert found == expected, (draw, name)
            else:
                assert found == pytest.approx(expected, rel=1e-9), (draw, name)


def test_single_numbers_stay_plain() -> None:
    row = as_row(reference_design(ReferenceInputs("NMC811-G (Energy)", charge_minutes=20.0)))
    kinds = {name: type(value) for name, value in row.items()}
    assert set(kinds.values()) <= {float, int, str}, kinds


def test_draws_of_price_and_volume_with_a_given_coating() -> None:
    packs = np.array([2e4, 5e5, 1e6])
    design = reference_design(
        ReferenceInputs("NMC622-G (Energy)", areal_mah_per_cm2=4.0, packs_per_year=packs)
    )
    cost = np.asarray(design.costs.pack.total_usd)
    assert cost.shape == (3,)
    assert np.all(np.diff(cost) < 0.0)
    assert isinstance(design.cell.mass_g, float)
