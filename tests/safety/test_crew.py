"""Processes that solve: stopped, lost and refused without harm, and never left behind."""

from __future__ import annotations

import operator
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.visitor import served
from calculator.errors import InputError
from calculator.scenario import make_scenario
from calculator.scenario.sourcing import supply_of
from calculator.sourcing.watch import CancelledError, Watch
from materials_db.load import load_database
from pages.crew import Crew, LostError
from pages.mixes import mix_of, mix_parcel
from pages.parcel import packed, unpacked

ASKED = {"importer": "EUU", "demand": "30 GWh/year", "chemistries": ["LFP"]}
_PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    made = Crew(1)
    yield made
    made.end()


def _works(crew: Crew) -> bool:
    return crew.call(operator.concat, b"a", b"b", watch=Watch()) == b"ab"


def test_a_mix_is_the_same_from_another_process(crew: Crew) -> None:
    db = load_database()
    scenario = make_scenario({"chemistries": ["LFP"], "sourcing": ASKED})
    told: list[str] = []
    here = mix_of(db, scenario, lambda: supply_of(db, scenario))
    there = unpacked(crew.call(mix_parcel, (), scenario, watch=Watch(told.append)), db)
    assert there.sourced.plan.cost == here.sourced.plan.cost
    assert list(there.records) == list(here.records)
    assert there.records[0] is here.records[0], "a record is not copied"
    assert there.report.tables["shares"].equals(here.report.tables["shares"])
    assert len(told) > 1, "the steps are told"


def test_records_keep_their_place_in_a_parcel() -> None:
    db = load_database()
    voltage = db.chemistry("LFP").average_voltage
    kept = (db.chemistry("LFP"), db.prices[3], {"of it": voltage}, db)
    found = unpacked(packed(kept, db), db)
    assert found[0] is kept[0]
    assert found[1] is kept[1]
    assert found[2]["of it"] is voltage
    assert found[3] is db


def test_a_question_without_answer_is_refused_in_its_sentence(crew: Crew) -> None:
    with pytest.raises(InputError, match="sourcing"):
        crew.call(mix_parcel, (), make_scenario({"chemistries": ["LFP"]}), watch=Watch())
    assert _works(crew)


def test_a_stop_ends_what_is_being_solved(crew: Crew) -> None:
    looks = iter([False, False, False])
    with pytest.raises(CancelledError):
        crew.call(time.sleep, 600, watch=Watch(cancelled=lambda: next(looks, True)))
    assert _works(crew)


def test_a_lost_process_is_replaced(crew: Crew) -> None:
    with pytest.raises(LostError, match="ask again"):
        crew.call(os._exit, 1, watch=Watch())
    assert _works(crew)


def test_a_fault_of_the_program_is_told_as_one(crew: Crew) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        crew.call(divmod, 1, 0, watch=Watch())
    assert _works(crew)


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _within_patience(done: object) -> bool:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if done():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def test_no_process_outlives_a_server_that_is_killed() -> None:
    import asyncio

    from benchmarks.visitor import Served, visiting

    async def visit(at: Served) -> None:
        async with visiting(at):
            pass

    with served(workers=2) as at:
        asyncio.run(visit(at))
        solvers = _children(at.pid)
        assert len(solvers) == 2
        os.kill(at.pid, signal.SIGKILL)
        assert _within_patience(lambda: not any(map(_is_running, solvers)))
