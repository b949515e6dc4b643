"""A server of the form and a real Chromium, started for the tests and ended with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.form import BROWSERS, Visit, in_ci, launched, served


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; without one the test is skipped, but never in CI."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and not in_ci():
        pytest.skip("no chromium on the PATH; install it to run the browser tests")
    assert found is not None, "CI needs a chromium on the PATH"
    return found


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of a running form."""
    with served() as found:
        yield found


@pytest.fixture(scope="module")  # it holds an event loop, which other tests cannot have beside it
def browser(chromium: str) -> Iterator[Any]:
    with launched(chromium) as found:
        yield found


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Visit]:
    """A new visit; ``indirect`` parameters set the screen and the colour scheme."""
    options = {"viewport": {"width": 1400, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(accept_downloads=True, **options)
    yield Visit(context, address)
    context.close()
