"""How long the terminal takes to answer, against a bare interpreter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.timing import best


def _seconds(*arguments: str) -> float:
    command = [sys.executable, *arguments]
    return best(lambda: subprocess.run(command, check=True, capture_output=True), 7)


def run() -> Iterator[tuple[str, str]]:
    bare = _seconds("-c", "pass")
    page = _seconds("-m", "calculator", "--help")
    yield "--help over a bare start", f"{page / bare:.1f} x (goal 5)"
    listing = _seconds("-m", "calculator", "chemistries")
    yield "chemistries over a bare start", f"{listing / bare:.1f} x"
