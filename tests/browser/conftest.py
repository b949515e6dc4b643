"""A server of the form and a real Chromium, started for the tests and ended with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
START_S = 60.0
TRIES = 6


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; without one the test is skipped, but never in CI."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("no chromium on the PATH; install it to run the browser tests")
    assert found is not None, "CI needs a chromium on the PATH"
    return found


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of a running form."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "pages/app.py", f"--server.port={port}"]
    ARTIFACTS.mkdir(exist_ok=True)
    with (ARTIFACTS / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended; see artifacts/server.log"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer within {START_S:g} s")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield launched
        launched.close()


class Visit:
    """A page of the form in a tab of its own, with what it asked of the network."""

    def __init__(self, context: Any, address: str) -> None:
        self.tab = context.new_page()
        self.address = address
        self.asked: list[str] = []
        self.tab.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: str) -> None:
        """Open a page and wait until its foot is there."""
        self.tab.goto(f"{self.address}{path}")
        self.settled()

    def settled(self) -> None:
        """Wait until the page is drawn and nothing runs."""
        self.tab.get_by_text("Data version").wait_for(timeout=60_000)
        for unfinished in ("stStatusWidget", "stSkeleton"):
            gone = f"() => !document.querySelector('[data-testid={unfinished}]')"
            self.tab.wait_for_function(gone, timeout=60_000)

    def choose(self, label: str, option: str) -> None:
        """Choose from a list, again where a redrawn page closed it."""
        box = self.tab.get_by_role("combobox", name=label)
        wanted = self.tab.get_by_role("option", name=option)
        for _ in range(TRIES):
            box.click()
            with suppress(PlaywrightTimeout):
                wanted.click(timeout=5_000)
                return
            self.settled()
        raise AssertionError(f"the list of '{label}' does not offer '{option}'")

    def keep(self, name: str) -> None:
        """Keep a screenshot of what is seen."""
        self.tab.screenshot(path=str(ARTIFACTS / f"{name}.png"))

    @property
    def foreign(self) -> list[str]:
        """Requests to any other place than the form's own server."""
        own = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.asked if not url.startswith(own)]


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Visit]:
    """A new visit; ``indirect`` parameters set the screen and the colour scheme."""
    options = {"viewport": {"width": 1400, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(accept_downloads=True, **options)
    yield Visit(context, address)
    context.close()
