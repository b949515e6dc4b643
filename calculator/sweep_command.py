"""``battcalc sweep``: a grid or sample of scenarios into a folder of Parquet files."""

from __future__ import annotations

import sys
from os import cpu_count
from typing import TYPE_CHECKING

from calculator.command_inputs import ANSWERED, Asked
from calculator.errors import InputError
from calculator.terminal import printable

if TYPE_CHECKING:
    from calculator.sweeps.run import Progress, SweepRun

INTERRUPTED = 130


def sweep(asked: Asked) -> int:
    """Evaluate a sweep file; an interrupt leaves whole parts and says how to go on."""
    from calculator.sweeps.read import load_sweep
    from calculator.sweeps.run import run_sweep

    if asked.folder is None:
        raise InputError("no folder is named; write --out FOLDER")
    workers = _workers(asked)
    wanted = load_sweep(asked.sweep)
    try:
        found = run_sweep(wanted, workers, out=asked.folder, progress=_told, resume=asked.resume)
    except KeyboardInterrupt:
        again = f"battcalc sweep {printable(asked.sweep)} --out {printable(asked.folder)} --resume"
        print(f"\nbattcalc: stopped; whole parts are kept, go on with: {again}", file=sys.stderr)
        return INTERRUPTED
    _show(asked, found)
    return ANSWERED


def _show(asked: Asked, found: SweepRun) -> None:
    from calculator.export import Report, json_text, stamped
    from calculator.sweep_reports import sweep_answer, sweep_text

    if asked.json:
        report = stamped(Report(tables={}, answer=sweep_answer(found)), found.run)
        sys.stdout.write(json_text(report.answer or {}))
    else:
        sys.stdout.write(f"{sweep_text(found)}\n")


def _told(now: Progress) -> None:
    from calculator.sweep_reports import progress_text

    end = "\r" if sys.stderr.isatty() and now.done < now.points else "\n"
    print(f"battcalc: {progress_text(now)}", end=end, file=sys.stderr, flush=True)


def _workers(asked: Asked) -> int | str:
    """A number of processes, or the address of a cluster."""
    given = asked.workers
    if asked.cluster is not None:
        if given is not None:
            raise InputError("--workers and --cluster both stand; give one of them")
        return str(asked.cluster)
    if given is None:
        return 1
    if given == "all":
        return cpu_count() or 1
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= 512 and len(given) < 4):
        shown = printable(given[:40])
        raise InputError(f"--workers is '{shown}'; give a number of processes, or 'all'")
    return int(given)
