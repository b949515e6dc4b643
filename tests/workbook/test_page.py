"""The page Compare offers the live workbook."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parents[2] / "pages" / "app.py"


def test_the_page_offers_the_live_workbook():
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["chemistries"] = ["LFP"]
    app.run()
    assert not app.exception
    assert "Live workbook" in [one.proto.label for one in app.get("download_button")]
