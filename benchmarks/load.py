"""Twenty people at once on one server of this machine, against an empty app in the same run.

Each opens Compare, changes chemistries, looks at Minerals, asks Sourcing for a mix and for
another: one click a second where the answer allows. Then one of them clicks on and on, and the
memory of the server is watched.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.visitor import Served, Visitor, served, visiting

PEOPLE = 20
THINK_S = 1.0
WORKERS = 2
WARM_UP, RERUNS = 150, 500
_EMPTY = "import streamlit as st\nst.title('empty')\n"
_CLICKS = 8
_LIQUID = ("LFP", "LMFP", "NMC622", "NMC811", "NCA")
Steps = Callable[["Clicks", Visitor, int], Awaitable[None]]


@dataclass
class Clicks:
    """What was clicked: seconds until the answer stood, by step, and what went wrong."""

    think_s: float
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)

    async def note(self, step: str, visitor: Visitor, run: Awaitable[float]) -> None:
        """Wait for an answer, look for errors in it, and think."""
        took = await run
        self.seconds[step].append(took)
        self.faults += [f"{step}: {told.type}" for told in visitor.of_kind("exception")]
        self.faults += [] if visitor.elements else [f"{step}: an empty page"]
        await asyncio.sleep(max(0.0, self.think_s - took))

    def all(self) -> list[float]:
        """Every wait but the first of a session."""
        return [s for step, waits in self.seconds.items() if step != "arrive" for s in waits]


async def journey(clicks: Clicks, visitor: Visitor, person: int) -> None:
    """One person's way: compare, change a chemistry, minerals, sourcing, another cap."""
    await clicks.note("arrive", visitor, visitor.run())
    for pack in (50.0, 60.0):
        visitor.put("pack", double_value=pack + person)
        await clicks.note("compare, another pack", visitor, visitor.run())
    one, two = _LIQUID[person % 5], _LIQUID[(person + 1 + person // 5) % 5]
    visitor.put("liquid", string_array_value=list(dict.fromkeys((one, two))))
    await clicks.note("compare, another chemistry", visitor, visitor.run())
    await clicks.note("minerals", visitor, visitor.go("Minerals"))
    await clicks.note("minerals, unchanged", visitor, visitor.run())
    await clicks.note("sourcing, a new question", visitor, visitor.go("Sourcing"))
    await clicks.note("sourcing, unchanged", visitor, visitor.run())
    await clicks.note("compare, back", visitor, visitor.go("Compare"))


async def nothing(clicks: Clicks, visitor: Visitor, _person: int) -> None:
    """The same number of clicks on an empty page."""
    await clicks.note("arrive", visitor, visitor.run())
    for _ in range(_CLICKS):
        await clicks.note("empty", visitor, visitor.run())


async def people(at: Served, steps: Steps, number: int, think_s: float) -> Clicks:
    """So many people at once, each on a way of their own."""
    clicks = Clicks(think_s)

    async def one(person: int) -> None:
        await asyncio.sleep(person * think_s / number)
        visitor = await Visitor.arrive(at)
        try:
            await steps(clicks, visitor, person)
        finally:
            await visitor.leave()

    async with asyncio.TaskGroup() as group:
        for person in range(number):
            group.create_task(one(person))
    return clicks


async def memory(at: Served, reruns: int, warm_up: int, kinds: int = 10) -> list[float]:
    """Memory of the server in MB after each rerun of one session with some inputs in turn."""
    held = []
    async with visiting(at) as visitor:
        for turn in range(warm_up + reruns):
            visitor.put("pack", double_value=40.0 + turn % kinds)
            await visitor.run()
            held.append(at.rss_mb())
    return held[warm_up:]


def slope_kb(held: list[float]) -> float:
    """Kilobytes a rerun, by least squares."""
    return float(np.polyfit(np.arange(len(held)), held, 1)[0]) * 1e3


def _told(waits: list[float]) -> str:
    p50, p95 = np.percentile(waits, (50, 95))
    return f"p50 {p50 * 1e3:6.0f} ms   p95 {p95 * 1e3:6.0f} ms   ({len(waits)})"


def run() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as place:
        script = Path(place) / "empty.py"
        script.write_text(_EMPTY)
        with served(script) as at:
            empty = asyncio.run(people(at, nothing, PEOPLE, THINK_S)).all()
    yield f"empty page, {PEOPLE} people, a click a second", _told(empty)
    for workers in (0, WORKERS):
        yield from _form(workers, empty)


def _form(workers: int, empty: list[float]) -> Iterator[tuple[str, str]]:
    with served(workers=workers) as at:
        clicks = asyncio.run(people(at, journey, PEOPLE, THINK_S))
        yield f"the form, {workers} processes that solve", _told(clicks.all())
        for step, waits in clicks.seconds.items():
            yield f"- {step}", _told(waits)
        ratio = np.percentile(clicks.all(), (50, 95)) / np.percentile(empty, (50, 95))
        yield "- over the empty page, p50 and p95", f"{ratio[0]:.1f} x, {ratio[1]:.1f} x"
        yield "- errors", "; ".join(clicks.faults[:5]) or "none"
        yield "- memory after them", f"{at.rss_mb():.0f} MB"
        if workers:
            held = asyncio.run(memory(at, RERUNS, WARM_UP))
            yield f"memory over {RERUNS} reruns of one session", f"{slope_kb(held):+.1f} kB a rerun"
            yield "- first and last of them", f"{held[0]:.0f} MB, {held[-1]:.0f} MB"


if __name__ == "__main__":
    for label, figure in run():
        sys.stdout.write(f"{label:<58} {figure}\n")
        sys.stdout.flush()
