"""The tables grow with the program, and what was saved before stays."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from calculator.store import Snapshot, Store, StoreError, open_store, store_url
from calculator.store.engine import reading, upgrade, writing
from calculator.store.tables import HEAD, METADATA

OLD_SCENARIO = """INSERT INTO scenarios (id, owner, name, created)
    VALUES ('22222222222222', '', 'Old plan', '2026-01-01T00:00:00+00:00')"""
OLD_VERSION = """INSERT INTO versions VALUES ('22222222222222', 1, 'chemistries: [LFP]', 'compare',
    '{}', '', '', '', '', '', NULL, '2026-01-01T00:00:00+00:00')"""


def test_the_steps_lead_to_the_tables_the_program_knows(store: Store) -> None:
    with reading(store.engine) as connection:
        differing = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert differing == []


def test_the_newest_step_is_the_one_the_program_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", "calculator.store:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_store_of_the_step_before_is_brought_up(empty: str) -> None:
    engine = create_engine(store_url(empty))
    with engine.begin() as connection:
        upgrade(connection, "0001")
    with engine.begin() as connection:
        connection.execute(text(OLD_SCENARIO))
        connection.execute(text(OLD_VERSION))
    engine.dispose()
    store = open_store(empty)
    (found,) = store.scenarios()
    assert (found.name, found.latest, found.shared) == ("Old plan", 1, False)
    assert store.version(found.id).snapshot.yaml == "chemistries: [LFP]"
    assert store.files(found.id) == {}
    store.undo(store.delete(found.id))
    asked = Snapshot("chemistries: [NCA]").with_files([("own.csv", b"a")])
    store.save_version(found.id, asked, based_on=1)
    assert store.files(found.id) == {"own.csv": b"a"}
    assert len(store.scenarios()) == 1
    store.close()


def test_a_step_that_fails_leaves_nothing_behind(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.operations import Operations

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the machine stops")

    with monkeypatch.context() as patched:
        patched.setattr(Operations, "add_column", fail, raising=False)
        with pytest.raises(RuntimeError, match="the machine stops"):
            open_store(empty)
    engine = create_engine(store_url(empty))
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() is None
        assert not engine.dialect.has_table(connection, "scenarios")
    engine.dispose()
    open_store(empty).close()


def test_a_store_of_a_newer_program_is_told_and_left_alone(empty: str) -> None:
    store = open_store(empty)
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="not made by this version of the program"):
        open_store(empty)
    with writing(store.engine) as connection:
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
        )
    store.close()
