"""Rerun of the Compare page against an empty page, both without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import best

APP = Path(__file__).resolve().parent.parent / "pages" / "app.py"


def run() -> Iterator[tuple[str, str]]:
    from streamlit.testing.v1 import AppTest

    empty = AppTest.from_string("import streamlit as st\nst.title('empty')").run(timeout=60)
    app = AppTest.from_file(str(APP), default_timeout=120).run()
    nothing = best(empty.run)
    rerun = best(app.run)
    yield "Compare, unchanged inputs, over an empty page", f"{rerun / nothing:.1f} x"
