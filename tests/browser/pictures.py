"""Pictures of the form for docs: ``python -m tests.browser.pictures [PAGE ...]``.

Each page of the form as it opens: on a desk in light and dark, and on a phone. The test suite
takes the same pictures into ``artifacts``.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.browser.form import BROWSERS, ROOT, Visit, launched, served

IMAGES = ROOT / "docs" / "img"
PAGES = MappingProxyType(
    {
        "compare": "/",
        "minerals": "/minerals",
        "uncertainty": "/uncertainty?draws=2000",
        "sensitivity": "/sensitivity",
        "sourcing": "/sourcing?cap=40&ni=15",
        "recycling": "/recycling?direct=10",
        "trade": "/trade?into=USA&on=2026-11-22",
        "shock": "/shock?supply=today%27s+market",
        "data": "/data",
        "saved": "/saved",
    }
)
"""Each page with an address at which it has something to show."""
SCREENS = MappingProxyType(
    {
        "desk": {"viewport": {"width": 1280, "height": 1000}, "color_scheme": "light"},
        "dark": {"viewport": {"width": 1280, "height": 1000}, "color_scheme": "dark"},
        "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    }
)
WIDTHS = MappingProxyType({"desk": 900, "dark": 900, "phone": 300})
"""Width of a picture in docs, px."""
SHOWN = (*((page, "desk") for page in PAGES), ("compare", "dark"), ("compare", "phone"))
"""Pictures that stand in docs/form.md."""


def name_of(page: str, screen: str) -> str:
    """``compare`` on a desk, ``compare_phone`` elsewhere."""
    return page if screen == "desk" else f"{page}_{screen}"


def take(
    browser: Any,
    address: str,
    page: str,
    screen: str,
    folder: Path,
    look: Callable[[Visit], None] | None = None,
) -> Path:
    """One picture; returns where it lies. ``look`` sees the page before it is taken."""
    context = browser.new_context(**SCREENS[screen])
    try:
        visit = Visit(context, address)
        visit.open(PAGES[page])
        if visit.tab.get_by_test_id("stPlotlyChart").count():
            visit.tab.locator("[data-testid=stPlotlyChart] svg").first.wait_for()
        if look is not None:
            look(visit)
        target = folder / f"{name_of(page, screen)}.png"
        visit.picture(target, WIDTHS[screen])
        return target
    finally:
        context.close()


def main() -> int:
    """Take the pictures of docs anew, or those of the pages named."""
    asked = sys.argv[1:] or list(PAGES)
    odd = [name for name in asked if name not in PAGES]
    if odd:
        sys.stderr.write(f"no page is called '{odd[0]}'; choose from {', '.join(PAGES)}\n")
        return 1
    chromium = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if chromium is None:
        sys.stderr.write("no chromium on the PATH; install it to take pictures\n")
        return 1
    IMAGES.mkdir(exist_ok=True)
    with served() as address, launched(chromium) as browser:
        for page, screen in (one for one in SHOWN if one[0] in asked):
            kept = take(browser, address, page, screen, IMAGES)
            sys.stdout.write(f"{kept.relative_to(ROOT)} {kept.stat().st_size / 1000:.0f} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
