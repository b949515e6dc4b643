"""Several people at once on one server: no error, right numbers, nobody's figures but one's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from benchmarks.visitor import Served, Visitor, visiting
from calculator.evaluation import evaluate
from calculator.scenario import make_scenario
from calculator.scenario.run import scenario_request
from calculator.tables import shown_in
from materials_db.load import load_database

PEOPLE, RERUNS = 5, 4
_GROWTH_MB = 300.0
"""Far above what the first answers of a server need, far below a leak of each answer."""
_OWN = "item,value,unit\nLFP,{price},USD_2026/kg\nlithium_carbonate,{price},USD_2026/kg\n"
_HEADLINES = "Energy, cell cost and pack cost of each chemistry"


def _cost(visitor: Visitor, scope: str) -> float:
    """Cost of LFP in the first table of the page, per kWh."""
    table = visitor.table(_HEADLINES).set_index("Chemistry")
    (column,) = [name for name in table.columns if name.startswith(f"{scope}, ") and "/kWh" in name]
    return float(table[column]["LFP"])


def _right(pack_kwh: float) -> float:
    """What the library answers to the question of a session."""
    db = load_database()
    scenario = make_scenario({"chemistries": ["LFP"], "pack": {"energy": f"{pack_kwh:g} kWh"}})
    found = evaluate(db, scenario_request(db, scenario, "LFP"))
    shown = shown_in(db, scenario.currency, scenario.year)
    return float(found.cost.pack_usd_per_kwh) * shown.factor


def _sound(visitor: Visitor) -> None:
    assert not visitor.of_kind("exception")
    assert visitor.elements


def test_several_people_get_their_own_right_numbers(server: Served) -> None:
    async def one(person: int) -> None:
        async with visiting(server) as visitor:
            visitor.put("liquid", string_array_value=["LFP"])
            for turn in range(RERUNS):
                pack = 40.0 + 7 * person + turn % 4
                visitor.put("pack", double_value=pack)
                await visitor.run()
                _sound(visitor)
                shown = _cost(visitor, "Pack")
                answered.append((shown, pack))

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for person in range(PEOPLE):
                group.create_task(one(person))

    answered: list[tuple[float, float]] = []
    before = server.rss_mb()
    asyncio.run(all_of_them())
    assert len(answered) == PEOPLE * RERUNS
    for shown, pack in answered:
        assert shown == pytest.approx(_right(pack), abs=0.05)  # the page shows one decimal
    assert len({shown for shown, _ in answered}) >= PEOPLE, "the packs cost different amounts"
    assert server.rss_mb() - before < _GROWTH_MB


@asynccontextmanager
async def _with_own(server: Served, price: float) -> AsyncIterator[Visitor]:
    async with visiting(server) as visitor:
        visitor.query = "view=Your data"
        await visitor.go("Data")
        await visitor.upload("upload", "prices.csv", _OWN.format(price=price).encode())
        await visitor.run()
        await visitor.press("use")
        _sound(visitor)
        visitor.query = ""
        await visitor.go("Compare")
        _sound(visitor)
        yield visitor


def test_nobody_sees_figures_of_anothers_files(server: Served) -> None:
    async def visits() -> list[float]:
        async with (
            visiting(server) as plain,
            _with_own(server, 2.0) as cheap,
            _with_own(server, 20.0) as dear,
        ):
            costs = [_cost(plain, "Cell")]
            for visitor in (cheap, dear, plain, cheap):
                await visitor.run()
                _sound(visitor)
                rests = visitor.table(_HEADLINES)["Rests on"]
                assert any("yours" in text for text in rests) == (visitor is not plain)
                costs.append(_cost(visitor, "Cell"))
            return costs

    before, cheap, dear, plain, again = asyncio.run(visits())
    assert cheap < plain < dear
    assert plain == before
    assert again == cheap


def test_a_mix_solved_in_another_process_rests_on_ones_own_files(server: Served) -> None:
    async def landed(visitor: Visitor) -> float:
        await visitor.go("Sourcing")
        _sound(visitor)
        assert not visitor.of_kind("alert") or visitor.of_kind("metric")
        return float(visitor.of_kind("metric")[0].body)

    async def visits() -> tuple[float, float]:
        async with _with_own(server, 2.0) as cheap, visiting(server) as plain:
            return await landed(cheap), await landed(plain)

    cheap, plain = asyncio.run(visits())
    assert cheap != pytest.approx(plain)
