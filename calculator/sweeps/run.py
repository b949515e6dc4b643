"""Runs a sweep into a folder: a file a part, whole or not there, so that a stop loses nothing.

folder/_sweep.json            what was asked, its run, its columns
folder/part-00000000.parquet  points 0 to n - 1, and so on
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.export import put_file
from calculator.sweeps.parts import (
    FAILED,
    MOST_TOLD,
    STATUSES,
    Failure,
    Part,
    column_units,
    opened,
    read_part,
)
from calculator.sweeps.workers import evaluated

if TYPE_CHECKING:
    from calculator.runs import Run
    from calculator.sweeps.plan import Sweep

MANIFEST = "_sweep.json"
"""Begins with an underscore, so that readers of a folder of Parquet files pass it over."""
FORMAT = 1


@dataclass(frozen=True)
class Progress:
    """How far a sweep is."""

    done: int
    """Points that are done, those of earlier calls among them."""
    points: int
    failed: int
    fresh: int
    """Points done by this call."""
    seconds: float

    @property
    def rate(self) -> float:
        """Points a second of this call."""
        return self.fresh / self.seconds if self.seconds else 0.0


@dataclass
class SweepRun:
    """What a call of a sweep did."""

    sweep: Sweep
    folder: Path
    run: Run
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    failures: tuple[Failure, ...] = ()
    fresh: int = 0
    seconds: float = 0.0
    stopped: bool = False

    @property
    def done(self) -> int:
        """Points that are done."""
        return sum(self.counts.values())

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return Progress(self.done, self.sweep.points, self.counts[FAILED], self.fresh, self.seconds)

    def add(self, part: Part, is_fresh: bool) -> None:
        """Count a part."""
        for name, count in part.counts.items():
            self.counts[name] += count
        self.fresh += sum(part.counts.values()) if is_fresh else 0
        told = sorted((*self.failures, *part.failures), key=lambda one: one.index)
        self.failures = tuple(told[:MOST_TOLD])


def run_sweep(
    sweep: Sweep,
    workers: int | str = 1,
    *,
    out: Path | str,
    progress: Callable[[Progress], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    resume: bool = False,
) -> SweepRun:
    """Evaluate every point of a sweep and write its parts.

    The files are the same, byte for byte, whoever evaluates them and however often the sweep was
    stopped.

    Args:
        sweep: from ``load_sweep``.
        workers: 1 for this process, a number of processes, or the address of a Dask scheduler.
        out: folder; it must be new or empty, or hold parts of this sweep with ``resume``.
        progress: told after each part.
        cancel: asked after each part; the parts under way are then left out.
        resume: keep the parts that are there and make the missing ones.

    Raises:
        InputError: the folder will not do, the cluster does not answer, or a worker differs.
    """
    engine = opened(sweep.source)
    found = SweepRun(sweep, Path(out), engine.run)
    _open_folder(found, resume)
    missing = []
    for number in range(sweep.parts):
        kept = read_part(part_path(found.folder, number), number, sweep.hash) if resume else None
        if kept is None:
            missing.append(number)
        else:
            found.add(kept, is_fresh=False)
    _evaluate(found, missing, workers, progress, cancel)
    return found


def _evaluate(
    found: SweepRun, missing: list[int], workers: int | str,
    progress: Callable[[Progress], None] | None, cancel: Callable[[], bool] | None,
) -> None:  # fmt: skip
    start = time.perf_counter()
    parts: Any = evaluated(found.sweep.source, missing, found.run.id, workers)
    with closing(parts):
        for part in parts:
            put_file(part_path(found.folder, part.number), part.content)
            found.add(part, is_fresh=True)
            found.seconds = time.perf_counter() - start
            if progress is not None:
                progress(found.progress)
            if cancel is not None and found.done < found.sweep.points and cancel():
                found.stopped = True
                return


def part_path(folder: Path, number: int) -> Path:
    """File of a part."""
    return folder / f"part-{number:08d}.parquet"


def _open_folder(found: SweepRun, resume: bool) -> None:
    """Make the folder and its manifest, or check that it is this sweep's."""
    folder, manifest = found.folder, found.folder / MANIFEST
    try:
        folder.mkdir(exist_ok=True)
        held = sorted(path.name for path in folder.iterdir())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise InputError(f"{folder} cannot be used ({reason}); choose another folder") from None
    asked = _manifest(found)
    if MANIFEST not in held:
        _refuse_filled(folder, held)
        put_file(manifest, asked)
    elif not resume:
        raise InputError(f"{folder} holds a sweep already; add --resume, or choose another folder")
    else:
        _check_same(manifest, asked)
    for path in folder.glob(".part-*"):  # begun and never finished
        path.unlink(missing_ok=True)


def _refuse_filled(folder: Path, held: Iterable[str]) -> None:
    if any(not name.startswith(".") for name in held):
        raise InputError(f"{folder} holds other files; choose a new or empty folder")


def _manifest(found: SweepRun) -> bytes:
    sweep = found.sweep
    facts = {
        "format": FORMAT,
        "sweep": sweep.hash,
        **found.run.facts(),
        "points": sweep.points,
        "points_a_part": sweep.part_size,
        "parts": sweep.parts,
        "units": column_units(sweep),
        "asked": json.loads(sweep.source),
    }
    return (json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode()


def _check_same(manifest: Path, asked: bytes) -> None:
    """Refuse to mix the parts of two sweeps, or of two versions of code or data."""
    try:
        held = json.loads(manifest.read_bytes())
        before = held["sweep"], held["run"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{manifest} cannot be read; choose a new folder") from None
    now = json.loads(asked)
    if before[0] != now["sweep"]:
        raise InputError(f"{manifest.parent} holds another sweep; choose another folder")
    if before[1] != now["run"]:
        raise InputError(
            f"{manifest.parent} was begun with other code, data or solvers; begin anew in another "
            "folder"
        )
