"""Figures of dependence: formulas on shares and on scores of political risk."""

from __future__ import annotations

import pytest

from calculator.trace import Tape
from calculator.why import Figures, dependence_figures, derive
from calculator.why.dependence import dependence_tables
from calculator.why.figures import in_tables
from calculator.why.tree import evaluate
from materials_db.database import MaterialsDB
from materials_db.schema import Datum
from materials_db.substitute import record_key, with_values


@pytest.fixture(scope="module")
def found(db: MaterialsDB) -> Figures:
    return dependence_figures(db, "JPN")


def test_every_figure_is_there_and_is_given_back(db: MaterialsDB, found: Figures) -> None:
    expected = in_tables(Tape(), dependence_tables(db, "JPN"))
    assert len(expected) > 1_000
    assert list(found.by_address) == [one.address for one in expected]
    for one in expected:
        number = found.by_address[one.address].number
        assert number.value == pytest.approx(one.number.value, rel=1e-12)
        assert evaluate(number, {}) == number.value


def test_no_trace_is_lost_on_the_way(found: Figures) -> None:
    """What no record ends is a year, a count, or an all or nothing of rounded shares."""
    for one in found.by_address.values():
        tree = derive(one.address, one.number, one.unit)
        counted = any(word in one.address for word in ("risk_year", "largest_of", "above_quarter"))
        assert tree.records or counted or tree.top.value in (0.0, 1.0), one.address


def test_an_hhi_rests_on_the_shares_alone(found: Figures) -> None:
    one = found.by_address["n1/world/graphite/refining/hhi_low"]
    tree = derive(one.address, one.number, one.unit)
    assert {row.file for row in tree.records} == {"shares.csv"}
    squares = sum((row.value / 100) ** 2 for row in tree.records)
    assert tree.top.value == pytest.approx(squares, rel=1e-12)


def test_a_changed_share_changes_the_score_as_the_model_does(
    db: MaterialsDB, found: Figures
) -> None:
    row = next(
        r for r in db.import_shares
        if (r.importer, r.form) == ("JPN", "lithium_carbonate") and r.origin == "CHL"
    )  # fmt: skip
    good = "lithium_carbonate"
    addresses = [a for a in found.by_address if good in a and a.endswith("/geopolrisk")]
    assert addresses
    changed = dependence_tables(with_values(db, {record_key(row): row.value - 5.0}), "JPN")
    expected = {one.address: one.number.value for one in in_tables(Tape(), changed)}
    moved = 0
    for address in addresses:
        one = found.by_address[address]
        tree = derive(address, one.number, one.unit)
        ends = [
            step.id for step in tree.steps.values()
            if isinstance(step.origin, Datum) and record_key(step.origin) == record_key(row)
        ]  # fmt: skip
        again = tree.again(dict.fromkeys(ends, row.value - 5.0))
        assert again == pytest.approx(expected[address], rel=1e-12)
        moved += again != one.number.value
    assert moved
