"""In a real browser: pages draw under the policy, and hostile links come alive nowhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from benchmarks.visitor import Served

pytestmark = pytest.mark.browser
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
BAD = (
    "<img src=x onerror=alert(1)><script>alert(2)</script>[x](javascript:alert(3))"
    "![y](http://example.org/y)"
)
LINK = urlencode(
    {
        "region": BAD,
        "find": BAD,
        "rules": '[{"rule":"' + BAD + '","name":"' + BAD + '","limit":"' + BAD + '"}]',
        "view": BAD,
    }
)
PAGES = ("", "minerals", "sourcing", "recycling", "trade", "shock", "data")
_LISTEN = """
window.broken = [];
document.addEventListener('securitypolicyviolation',
    event => window.broken.push(`${event.violatedDirective} ${event.blockedURI}`));
window.alert = text => window.broken.push(`alert ${text}`);
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("no chromium on the PATH; install it to run the browser tests")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    context.add_init_script(_LISTEN)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("page", PAGES)
def test_a_hostile_link_comes_alive_nowhere(server: Served, tab: Any, page: str) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{server.address}/{page}?{LINK}")
    tab.locator("[data-testid=stMainBlockContainer] h2").first.wait_for(timeout=60_000)
    gone = "() => !document.querySelector('[data-testid=stStatusWidget]')"
    tab.wait_for_function(gone, timeout=90_000)
    if page == "":
        tab.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=30_000)
        tab.locator("[data-testid=stDataFrame] canvas").first.wait_for(timeout=30_000)
    assert tab.evaluate("window.broken") == []
    made = "a[href^='javascript'], img[onerror], img[src*='example.org'], main script"
    assert tab.locator(made).count() == 0
    own = (server.address, server.address.replace("http", "ws", 1), "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []


def test_another_site_cannot_frame_the_form(server: Served, tab: Any) -> None:
    tab.goto("about:blank")
    tab.set_content(f"<iframe id=f src='{server.address}/'></iframe>")
    frame = next(frame for frame in tab.frames if frame != tab.main_frame)
    frame.wait_for_url("chrome-error://**", timeout=20_000)
