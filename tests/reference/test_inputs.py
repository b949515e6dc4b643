"""Bad inputs: one sentence each, with what and where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculator.economics import Rates
from calculator.errors import InputError
from calculator.reference import Prices, ReferenceInputs, StepYields, reference_design
from calculator.reference.layout import PackLayout

NAME = "NMC811-G (Energy)"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"couple": "NMC811"}, "couple: 'NMC811' is not in the reference"),
        ({"energy_kwh": -1.0}, "energy_kwh: -1 must lie between"),
        ({"energy_kwh": float("nan")}, "energy_kwh: nan must lie between"),
        ({"power_kw": "300"}, "power_kw: '300' is not a number"),
        ({"power_kw": True}, "power_kw: True is not a number"),
        ({"thickness_um": -5.0}, "thickness_um: -5 must lie between 1 and 1000"),
        ({"pos_porosity_pct": 120.0}, "pos_porosity_pct: 120 must lie between 1 and 90"),
        ({"thickness_um": 80.0, "areal_mah_per_cm2": 4.0}, "both given; leave one out"),
        ({"min_thickness_um": 130.0}, "min_thickness_um: exceeds max_thickness_um"),
        ({"cell_yield_pct": 0.95}, "cell_yield_pct: 0.95 must lie between 1 and 100"),
        ({"rows": 3}, "modules: 20 does not divide by rows = 3"),
        ({"rows": 0}, "rows: 0 must be a whole number"),
        ({"rows": 2.0}, "rows: 2.0 must be a whole number"),
        ({"cells_in_parallel": 3}, "cells_per_module: 20 does not divide by cells_in_parallel"),
        ({"modules_in_parallel": 3}, "modules: 20 does not divide by modules_in_parallel"),
        ({"cells": 410, "modules": 20}, "cells: 410 does not divide by modules = 20"),
        ({"cells": 400, "cells_per_module": 30}, "cells: 400 does not divide by cells_per_module"),
        (
            {"cells": 300, "cells_per_module": 20, "modules": 20},
            "cells: 300 is not cells_per_module x modules = 400",
        ),
        ({"bought": "packs"}, "bought: 'packs' must be one of none, cells, modules"),
        ({"fast_charge": "no"}, "fast_charge: 'no' must be true or false"),
        ({"shifts_per_day": 4.0}, "shifts_per_day: 4 must lie between"),
        ({"yields": StepYields(separator=1.2)}, "separator: 1.2 must lie between 0.01 and 1"),
        ({"prices": Prices(pos_active_usd_per_kg=-3.0)}, "pos_active_usd_per_kg: -3 must lie"),
        ({"rates": Rates(labour_usd_per_h=-1.0)}, "labour_usd_per_h: -1 must lie between"),
        ({"power_kw": np.array([[1.0]])}, "power_kw: an array of draws must be one-dimensional"),
        ({"power_kw": np.array([1.0, -2.0])}, "power_kw: an array from -2 to 1 must lie between"),
        (
            {"power_kw": np.ones(2), "energy_kwh": np.ones(3)},
            "Arrays of draws must share one length",
        ),
        (
            {"couple": "LMO-LTO (Energy)", "silicon_5pct": True},
            "silicon_5pct: .* has no graphite",
        ),
    ],
)
def test_inputs_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ReferenceInputs(**{"couple": NAME, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"power_kw": 9000.0}, "power_kw: ten seconds of it empty the pack"),
        (
            {"cell_thickness_target_mm": 1.0, "thickness_um": 400.0},
            "cell_thickness_target_mm: no bicell fits",
        ),
        (
            {"cells": 1, "cells_per_module": 1, "rows": 1, "cells_in_parallel": 1,
             "modules_in_parallel": 1, "power_kw": 2500.0, "thickness_um": 180.0,
             "cell_thickness_target_mm": 10.0},
            "cells: the impedance takes all of a cell's voltage",
        ),
    ],
)  # fmt: skip
def test_designs_that_cannot_be(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        reference_design(ReferenceInputs(NAME, **changes))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, (20, 20, 400)),
        ({"cells_per_module": 10}, (10, 20, 200)),
        ({"modules": 8}, (20, 8, 160)),
        ({"cells": 200}, (10, 20, 200)),
        ({"cells": 192, "modules": 16}, (12, 16, 192)),
        ({"cells": 240, "cells_per_module": 30}, (30, 8, 240)),
    ],
)
def test_counts_left_open_are_filled(
    counts: dict[str, int], expected: tuple[int, int, int]
) -> None:
    layout = ReferenceInputs(NAME, **counts).layout
    assert (layout.cells_per_module, layout.modules, layout.cells) == expected


def test_layout_of_the_base_case() -> None:
    layout = PackLayout()
    assert (layout.series_groups, layout.strings, layout.groups_per_module) == (100, 4, 10)
    assert (layout.cell_interconnects, layout.bridging_bus_bars) == (29, 1)


def test_whole_numbers_become_floats_and_records_given_stay_as_they_were() -> None:
    rates = Rates(labour_usd_per_h=30)
    inputs = ReferenceInputs(NAME, energy_kwh=100, rates=rates)
    assert isinstance(inputs.energy_kwh, float)
    assert isinstance(inputs.rates.labour_usd_per_h, float)
    assert isinstance(rates.labour_usd_per_h, int)
