"""What every test leaves as it found it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """A page run by Streamlit's tester puts itself in the place of `__main__`, and stays there;
    a process begun later would then run that page."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before
