"""Every test of the store runs on SQLite and on a PostgreSQL server of the tests' own."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from calculator.store import Snapshot, Store, open_store
from calculator.store.engine import writing

APP = Path(__file__).resolve().parents[2] / "pages" / "app.py"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Opens = Callable[..., Store]


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[ModuleType, int]]:
    postgres = _beside("postgres")
    programs = postgres.binaries()
    if programs is None:
        assert "CI" not in os.environ, "CI must install postgresql"
        pytest.skip("PostgreSQL is not installed")
    with postgres.server(programs) as port:
        yield postgres, port


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return count(1)


BOTH = ["sqlite", "postgresql"]


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path, numbers: Iterator[int]) -> str:
    """Address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.sqlite"
    return str(request.getfixturevalue("makes")(f"empty_{next(numbers)}"))


@pytest.fixture(scope="session")
def makes(server: tuple[ModuleType, int]) -> Callable[[str], str]:
    """Make a database on the server; its address."""
    postgres, port = server
    word = quote(postgres.PASSWORD)

    def make(name: str) -> str:
        postgres.run_on(port, "postgres", f"CREATE DATABASE {name}")
        return f"postgresql://{postgres.USER}:{word}@127.0.0.1:{port}/{name}"

    return make


@pytest.fixture(scope="session")
def shared_server(makes: Callable[[str], str]) -> Iterator[Store]:
    """One database with its tables, emptied for each test."""
    store = open_store(makes("shared"))
    yield store
    store.close()


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a store without scenarios."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/scenarios.sqlite"
    store: Store = request.getfixturevalue("shared_server")
    with writing(store.engine) as connection:
        connection.execute(text("TRUNCATE scenarios, versions, actions, version_files, contents"))
    return store.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def opens(url: str) -> Iterator[Opens]:
    """Open the store, as often as wanted, with a clock that goes one second a look."""
    opened: list[Store] = []

    def open_it(owner: str | None = "", author: str = "") -> Store:
        seconds = count()
        clock = lambda: START + timedelta(seconds=next(seconds))  # noqa: E731
        opened.append(open_store(url, owner, author, now=clock))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(opens: Opens) -> Store:
    return opens()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of the form, in a file of the test's own."""
    url = f"sqlite:///{tmp_path}/form.sqlite"
    monkeypatch.setenv("BATTCALC_STORE", url)
    return open_store(url)


@pytest.fixture
def opened(kept: Store) -> Callable[..., AppTest]:
    """Open a page of the form by the address it would have."""

    def open_page(page: str = "compare", **link: str | list[str]) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60)
        app.query_params.update(link)
        app.run()
        if page != "compare":
            app.switch_page(f"{page}.py").run()
        assert not app.exception
        return app

    return open_page


def asks(chemistry: str = "LFP", energy: str = "75 kWh", **more: str) -> Snapshot:
    """A snapshot of one chemistry."""
    yaml = f"chemistries: [{chemistry}]\npack: {{energy: {energy}}}\n"
    return Snapshot(yaml, "compare", {"pack": (energy,)}, "0" * 16, "1" * 16, "v1", **more)


@pytest.fixture
def snapshot() -> Callable[..., Snapshot]:
    return asks
