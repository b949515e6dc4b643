"""Conditions on the whole counts of a pack are those by which the application plans it."""

from __future__ import annotations

import pytest

from calculator.requests import request_for
from calculator.trace import Tape
from calculator.why.leaves import traced_database
from calculator.workbook.counts import count_conditions


@pytest.mark.parametrize("cell_format", ["prismatic_EV", "cylindrical_21700"])
def test_the_application_plans_the_counts_that_the_conditions_hold(db, cell_format):
    tape = Tape()
    traced = traced_database(db, tape)
    for name in ("LFP", "NMC811", "LMO", "Na-NFM", "SSL-LFP", "ASSB-sulfide-AF"):
        request = request_for(traced, name, cell_format=cell_format)
        conditions = count_conditions(traced, request, tape)
        assert len(conditions) > 3, name
        assert [one.text for one in conditions if not one.guard.held] == []
