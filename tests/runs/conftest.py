from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
Opened = Callable[..., AppTest]


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Opened:
    """Open a page of the form by its file; it waits for its answers. Its store is empty."""
    monkeypatch.setenv("BATTCALC_STORE", f"sqlite:///{tmp_path}/form.sqlite")
    monkeypatch.setattr("pages.jobs.PATIENCE_S", 110.0)

    def open_page(page: str, **link: str | list[str]) -> AppTest:
        app = AppTest.from_file(ROOT / "pages" / "app.py", default_timeout=120)
        app.query_params.update(link)
        app.run()
        if page != "compare.py":
            app.switch_page(page).run()
        assert not app.exception
        return app

    return open_page
