"""Run every benchmark and print a table of ratios: ``python -m benchmarks [name ...]``."""

from __future__ import annotations

import sys

from benchmarks import (
    cli_start,
    kernel,
    load,
    page,
    sourcing,
    stress,
    sweep,
    sweeps,
    uncertainty,
    why,
)

BENCHMARKS = {
    "kernel": kernel.run,
    "page": page.run,
    "cli": cli_start.run,
    "sourcing": sourcing.run,
    "sweep": sweep.run,
    "sweeps": sweeps.run,
    "stress": stress.run,
    "load": load.run,
    "uncertainty": uncertainty.run,
    "why": why.run,
}


def main(names: list[str]) -> int:
    for name in names or list(BENCHMARKS):
        if name not in BENCHMARKS:
            print(f"unknown benchmark {name!r}; choose from {', '.join(BENCHMARKS)}")
            return 2
        print(f"## {name}")
        for label, figure in BENCHMARKS[name]():
            print(f"{label:<58} {figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
