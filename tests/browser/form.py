"""A running form and a Chromium that visits it, for the tests and for the pictures of docs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
START_S = 120.0
PATIENCE_MS = 120_000
"""How long an answer may take on a busy machine; a page that is wrong fails by its content."""
STEP_MS = 20_000
TRIES = 6
_UNFINISHED = "[data-testid=stStatusWidget], [data-testid=stSkeleton], [data-testid=stSpinner]"
_STALE = "[data-stale=true]"
_DONE = f"() => !document.querySelector('{_UNFINISHED}, {_STALE}')"
_COLOURS = 128


@contextmanager
def served(*options: str, log_name: str = "server") -> Iterator[str]:
    """A server of the form on a free port, with a store of its own; yields its address, ends it.

    Args:
        options: of Streamlit, beside those in its file.
        log_name: of the file among the artifacts that keeps what the server says.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "pages/served.py", f"--server.port={port}"]
    command += options
    ARTIFACTS.mkdir(exist_ok=True)
    with TemporaryDirectory() as place, (ARTIFACTS / f"{log_name}.log").open("wb") as log:
        own = {**os.environ, "BATTCALC_STORE": f"sqlite:///{place}/store.db"}
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=own)
        try:
            _wait(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended; see its log among the artifacts"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer within {START_S:g} s")


@contextmanager
def launched(path: str) -> Iterator[Any]:
    """A Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


class Visit:
    """A page of the form in a tab of its own, with what it asked of the network."""

    def __init__(self, context: Any, address: str) -> None:
        self.tab = context.new_page()
        self.tab.set_default_timeout(PATIENCE_MS)
        self.address = address
        self.asked: list[str] = []
        self.tab.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: str) -> None:
        """Open a page and wait until its foot is there; once more where it did not come."""
        for last in (False, True):
            self.tab.goto(f"{self.address}{path}")
            try:
                self.settled()
            except PlaywrightTimeout:
                if last:
                    raise
            else:
                return

    def settled(self) -> None:
        """Wait until the page is drawn to its foot and nothing of it runs or is stale."""
        self.tab.get_by_text("Data version").first.wait_for()
        self.tab.wait_for_function(_DONE)

    def until(self, step: Callable[[], Any], sign: Any) -> None:
        """Take a step until its sign is seen: a redraw may swallow a click or a key."""
        for _ in range(TRIES):
            with suppress(PlaywrightError):
                step()
                sign.first.wait_for(timeout=STEP_MS)
                return
            self.settled()
        raise AssertionError(f"no sign of {sign}")

    def choose(self, label: str, option: str) -> None:
        """Choose from a list, again where a redrawn page closed it."""
        box = self.tab.get_by_role("combobox", name=label)
        wanted = self.tab.get_by_role("option", name=option)
        for _ in range(TRIES):
            with suppress(PlaywrightTimeout):
                box.click(timeout=STEP_MS)
                wanted.click(timeout=5_000)
                return
            self.settled()
        raise AssertionError(f"the list of '{label}' does not offer '{option}'")

    def fill(self, label: str, value: str) -> None:
        """Fill a field and leave it, again where a redrawn page took the text back."""
        field = self.tab.get_by_label(label, exact=True)
        for _ in range(TRIES):
            with suppress(PlaywrightTimeout):
                field.fill(value, timeout=STEP_MS)
                field.press("Tab", timeout=STEP_MS)
                self.settled()
                if field.input_value(timeout=STEP_MS) == value:
                    return
        raise AssertionError(f"the field '{label}' does not keep '{value}'")

    def go_to(self, page: str, heading: str) -> None:
        """Change the page by its name at the top."""
        link = self.tab.get_by_test_id("stTopNavLink").filter(has_text=page)
        title = self.tab.get_by_role("heading", name=heading, exact=True)
        self.until(link.click, title)
        self.settled()

    def save(self, name: str) -> str:
        """Save the page under a name at its foot; the part of its short link after the root."""
        fold = self.tab.get_by_test_id("stExpander").filter(has_text="Save and link")
        field = fold.get_by_label("Name", exact=True)
        self.until(fold.get_by_text("Save and link").click, field)
        field.fill(name)
        field.press("Tab")
        fold.get_by_role("button", name="Save as new").click()
        link = self.tab.locator("code", has_text="?saved=").last
        link.wait_for()
        _, mark, found = str(link.inner_text()).partition("?saved=")
        return mark + found.strip()

    @property
    def overflow_px(self) -> int:
        """How far the page reaches beyond the screen to the right."""
        wide = "document.documentElement.scrollWidth"
        inner = "document.querySelector('[data-testid=stMain]').scrollWidth"
        return int(self.tab.evaluate(f"Math.max({wide}, {inner}) - window.innerWidth"))

    def keep(self, name: str) -> None:
        """Keep a screenshot of what is seen."""
        self.tab.screenshot(path=str(ARTIFACTS / f"{name}.png"))

    def picture(self, path: Path, width: int) -> None:
        """A screenshot of what is seen, made small for a document."""
        from PIL import Image

        with Image.open(BytesIO(self.tab.screenshot())) as full:
            height = round(full.height * width / full.width)
            small = full.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
            small.quantize(_COLOURS).save(path, optimize=True)

    @property
    def foreign(self) -> list[str]:
        """Requests to any other place than the form's own server."""
        own = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.asked if not url.startswith(own)]


def in_ci() -> bool:
    """Whether the tests run where a browser must be."""
    return bool(os.environ.get("CI"))
