"""A thousand events on ten materials over a year in one call, against a bare numpy recursion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from benchmarks.timing import best
from calculator.numbers import FloatArray
from calculator.shocks import Chain, Effect, Event, Lane, Mitigation, Point, Stock
from calculator.shocks.availability import availability
from calculator.shocks.recursion import run as run_down
from calculator.shocks.stress import stress_test
from calculator.shocks.stress_inputs import Asked, inputs_of

EVENTS, MATERIALS, DAYS = 1_000, 10, 365
COVER = 30.0
START = date(2026, 1, 1)
_ORIGINS = ("CHN", "AUS", "CHL", "COD", "IDN")
_STAGES = ("mining", "refining", "active_material", "cell")


def run() -> Iterator[tuple[str, str]]:
    chain, events = made_chain(), made_events()
    stocked = Mitigation(stocks=(Stock(COVER),))

    def test(detail: bool) -> object:
        return stress_test(chain, events, start=START, days=DAYS, mitigation=stocked, detail=detail)

    whole, kept = best(lambda: test(False)), best(lambda: test(True), 3)
    asked = Asked.of(chain, events, START, DAYS, stocked)
    given, _ = inputs_of(asked)
    loop = best(lambda: run_down(asked.sheet, given, keep=False, binding=False))
    arrives = availability(chain, events, START, DAYS)
    by_day = np.ascontiguousarray(arrives.transpose(2, 1, 0))
    bare = best(lambda: plain(by_day))
    leontief = best(lambda: plain_leontief(by_day))
    size = f"{EVENTS:,} events x {MATERIALS} materials x {DAYS} days"
    yield f"{size}, one call", f"{whole * 1e3:.0f} ms"
    yield "the same with every flow and stock kept", f"{kept * 1e3:.0f} ms"
    yield "bare numpy recursion, stock = clip(...)", f"{bare * 1e3:.0f} ms"
    yield "bare recursion with the least of all inputs", f"{leontief * 1e3:.0f} ms"
    yield "one call over the bare recursion", f"{whole / bare:.1f} x"
    yield "the loop over days alone over the bare recursion", f"{loop / bare:.1f} x"
    yield "the loop alone over that with the least of all inputs", f"{loop / leontief:.1f} x"


def plain(arrives: FloatArray) -> FloatArray:
    """Stocks of every material on its own: the least a recursion can do.

    Args:
        arrives: (T, P, E) share of the planned flow.
    """
    stock = np.full(arrives.shape[1:], COVER)
    lost = np.zeros(arrives.shape[1:])
    for day in arrives:
        left = stock + day - 1.0
        lost += np.minimum(left, 0.0)
        stock = np.clip(left, 0.0, COVER)
    return lost


def plain_leontief(arrives: FloatArray) -> FloatArray:
    """As ``plain`` with one output, which the scarcest material holds down."""
    stock = np.full(arrives.shape[1:], COVER)
    lost = np.zeros(arrives.shape[2])
    for day in arrives:
        reach = stock + day
        made = np.minimum(reach.min(axis=0), 1.0)
        lost += 1.0 - made
        stock = np.clip(reach - made, 0.0, COVER)
    return lost


def made_chain() -> Chain:
    """Three mines, three refineries, two active materials, a cell, and what it is sold as."""
    names = ("mine", "refined", "active", "cell")
    sizes = (3, 3, 2, 1)
    points: list[Point] = []
    recipe: dict[str, dict[str, float]] = {}
    before: list[str] = []
    for level, (name, size) in enumerate(zip(names, sizes, strict=True)):
        made = [f"{name} {k}" for k in range(size)]
        points += [Point(m, m, _STAGES[level], "kg", 1000.0, 10.0) for m in made]
        for k, target in enumerate(made):
            sources = [s for j, s in enumerate(before) if min(j, size - 1) == k]
            recipe.update({target: dict.fromkeys(sources, 1.0)} if sources else {})
        before = made
    points.append(Point("pack", "pack", "pack", "kWh", 1000.0, 10.0))
    recipe["pack"] = {"cell 0": 1.0}
    lanes = [Lane(p.id, o, "DEU", None, "primary", 0.2) for p in points for o in _ORIGINS]
    return Chain(tuple(points), tuple(lanes), recipe, {"pack": 1.0}, "USD_2025")


def made_events() -> list[Event]:
    """Cuts, delays and refusals of all lengths on every material and origin."""
    draws, points = np.random.default_rng(0), made_chain().points
    return [_drawn(k, draws, points) for k in range(EVENTS)]


def _drawn(k: int, draws: np.random.Generator, points: tuple[Point, ...]) -> Event:
    effect = Effect(
        material=points[int(draws.integers(len(points)))].material,
        origins=tuple(draws.choice(_ORIGINS, int(draws.integers(1, 5)), replace=False)),
        cut=float(draws.uniform(0.2, 1.0)),
        delay_days=float(draws.integers(0, 60)),
        refusal=float(draws.uniform(0.0, 0.5)),
    )
    begin = START + timedelta(days=int(draws.integers(0, 200)))
    return Event(f"event {k}", f"event {k}", begin, int(draws.integers(10, 300)), (effect,))
