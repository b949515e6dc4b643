"""What a sweep did, as text to read and as an object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calculator.sweeps.parts import column_units
from calculator.sweeps.run import Progress, SweepRun
from calculator.terminal import printable

_SHOWN = 5


def progress_text(now: Progress) -> str:
    """One line on how far a sweep is."""
    failed = f", {now.failed:,} failed" if now.failed else ""
    share = 100 * now.done // max(now.points, 1)
    return f"{now.done:,} of {now.points:,} points ({share} %), {now.rate:,.0f} a second{failed}"


def sweep_answer(found: SweepRun) -> dict[str, Any]:
    """The summary as plain values."""
    return {
        "sweep": found.sweep.hash,
        "folder": str(found.folder),
        "points": found.sweep.points,
        "done": found.done,
        "counts": dict(found.counts),
        "stopped": found.stopped,
        "units": column_units(found.sweep),
        "failures": [vars(one) for one in found.failures],
    }


def sweep_text(found: SweepRun) -> str:
    """The summary as lines."""
    return "\n".join(map(printable, _lines(found)))


def _lines(found: SweepRun) -> Iterator[str]:
    counts = ", ".join(f"{count:,} {name}" for name, count in found.counts.items())
    yield f"{found.done:,} of {found.sweep.points:,} points in {found.folder}: {counts}"
    yield f"sweep {found.sweep.hash}, run {found.run.id}"
    for one in found.failures[:_SHOWN]:
        inputs = ", ".join(f"{name} = {value}" for name, value in one.inputs.items())
        yield f"point {one.index} failed ({inputs}): {one.message}"
    if found.counts["failed"] > _SHOWN:
        yield "further failed points: column 'message' of the files"
