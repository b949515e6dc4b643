from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parents[2] / "pages" / "app.py"
Opened = Callable[..., AppTest]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Open a page of the form, by the address it would have; it waits for its answers."""
    monkeypatch.setattr("pages.jobs.PATIENCE_S", 110.0)

    def open_page(page: str = "compare", **link: str | list[str]) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=120)
        app.query_params.update(link)
        app.run()
        if page != "compare":
            app.switch_page(f"{page}.py").run()
        assert not app.exception
        return app

    return open_page
