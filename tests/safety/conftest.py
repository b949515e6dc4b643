"""A server of the form with one process that solves, on this machine alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.visitor import Served, served


@pytest.fixture(scope="session")
def server() -> Iterator[Served]:
    with served(workers=1) as running:
        yield running
