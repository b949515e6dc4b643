"""Every total of the curated tariff list, rebuilt from its single measures.

``listed_totals.csv`` holds the totals as they were listed (facts of the sources named in
``tariffs.csv``) with the line of the list. Five lines have no total of a stack and are tested as
measures: 311 (anode graphite, not imposed), 312 (struck down, expired), 313 (an investigation
without a rate), 314 (no tariff found) and 315 (suspended).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from calculator.trade import DutyStack, duty_stack
from materials_db.database import MaterialsDB

TODAY = date(2026, 11, 22)
LIST = (Path(__file__).parent / "listed_totals.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(LIST.splitlines()))


def _stack(db: MaterialsDB, row: dict[str, str], on: date) -> DutyStack:
    value = row["unit_value_usd"]
    return duty_stack(
        db, row["product"], row["origin"], row["importer"], on,
        producer=row["producer"] or None, over_quota=bool(row["over_quota"]),
        unit_value_usd=float(value) if value else None,
    )  # fmt: skip


def _days(row: dict[str, str]) -> Iterator[date]:
    """First and last day of a row, and today where it is still in force."""
    yield date.fromisoformat(row["on"])
    if not row["until"]:
        yield TODAY
    elif row["importer"] in ("USA", "BRA"):  # the list ends a step on the day of the next
        yield date.fromisoformat(row["until"]) - timedelta(days=1)
    else:
        yield date.fromisoformat(row["until"])


def test_every_listed_total(db: MaterialsDB) -> None:
    wrong = []
    for row in ROWS:
        wanted = [float(row[name]) for name in ("low", "central", "high")]
        for on in _days(row):
            found = _stack(db, row, on)
            got = [100 * found.low, 100 * found.rate, 100 * found.high]
            if got != pytest.approx(wanted, abs=1e-6):
                wrong.append((row, str(on), got))
    assert wrong == []


def test_the_list_is_whole() -> None:
    lines = {int(row["row"]) for row in ROWS}
    assert lines == set(range(2, 370)) - {311, 312, 313, 314, 315}


@pytest.mark.parametrize(
    ("product", "measure", "rate"),
    [
        ("anode_active_material", "USA_ADCVD_ANODE", 1.70),
        ("natural_graphite", "USA_ADCVD_ANODE", 1.7),
    ],
)
def test_not_imposed(db: MaterialsDB, product: str, measure: str, rate: float) -> None:
    plain = duty_stack(db, product, "CHN", "USA", TODAY)
    switched = duty_stack(db, product, "CHN", "USA", TODAY, switched={measure: True})
    assert measure in {line.measure for line in plain.off}
    assert switched.rate - plain.rate == pytest.approx(rate)


def test_ended(db: MaterialsDB) -> None:
    """Section 122 stood until 23 July 2026: it counts on those days only, and only if asked."""
    asked = {"USA_S122": True}
    inside, after = date(2026, 7, 23), date(2026, 7, 24)
    plain = duty_stack(db, "bev", "JPN", "USA", inside)
    assert plain.rate == pytest.approx(0.15)
    assert any("USA_S122" in ask for ask in plain.asks)
    assert duty_stack(db, "bev", "JPN", "USA", inside, switched=asked).rate == pytest.approx(0.25)
    late = duty_stack(db, "bev", "JPN", "USA", after, switched=asked)
    assert late.rate == pytest.approx(0.15)
    assert any("USA_S122 is switched on and has no rate" in note for note in late.notes)


@pytest.mark.parametrize("measure", ["USA_IEEPA", "USA_S301_CAPACITY", "USA_S232_MINERALS"])
def test_a_measure_without_a_rate(db: MaterialsDB, measure: str) -> None:
    found = duty_stack(db, "bev", "JPN", "USA", TODAY, switched={measure: True})
    assert found.rate == pytest.approx(0.15)
    assert f"{measure} is switched on and has no rate for these goods on 2026-11-22" in found.notes


def test_suspended(db: MaterialsDB) -> None:
    """Section 338: 0 as it stands, 50 points where the user switches it on (the listed range)."""
    plain = duty_stack(db, "bev", "CAN", "USA", TODAY)
    counted = duty_stack(db, "bev", "CAN", "USA", TODAY, switched={"USA_S338_CAN": True})
    assert counted.rate - plain.rate == pytest.approx(0.50)
    assert any("until when is not known" in ask for ask in plain.asks)
    assert counted.asks == ()
