"""Connections to the store: settings of each database, transactions, faults in words."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, text
from sqlalchemy.pool import NullPool

from calculator.store.address import SQLITE, SSL, StoreError, shown
from calculator.store.tables import HEAD

if TYPE_CHECKING:
    from sqlalchemy import URL

WAIT_S = 15
"""How long a save waits for another's to end, and for a server to answer."""
_WRITES = "store_writes"
_MIGRATION_LOCK = 7_206_551_841
"""Number of the lock that keeps two programs from migrating one PostgreSQL store at once."""


def connect(url: URL) -> Engine:
    """An engine on the store, with its tables made or brought to the newest form.

    Raises:
        StoreError: the database cannot be reached, is none, or is newer than this program.
    """
    engine = _embedded(url) if url.drivername == SQLITE else _server(url)
    try:
        with reading(engine) as connection:
            found = _revision(connection)
        if found != HEAD:
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: one moment of the store, whoever writes meanwhile."""
    level = {} if engine.dialect.name == SQLITE else {"isolation_level": "REPEATABLE READ"}
    with _told(engine), engine.execution_options(**level).connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it is kept or nothing is."""
    with _told(engine), engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection


def _embedded(url: URL) -> Engine:
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": WAIT_S})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins no transaction; see _begin_sqlite
    connection.execute(f"PRAGMA busy_timeout = {1000 * WAIT_S}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: one that read first could not wait for another writer."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _server(url: URL) -> Engine:
    encrypted = SSL[str(url.query.get("sslmode", "disable"))]
    settings = {
        "timeout": WAIT_S,
        "ssl_context": ssl.create_default_context() if encrypted else None,
    }
    return create_engine(
        url.set(query={}), connect_args=settings, pool_pre_ping=True, pool_size=4, max_overflow=16
    )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine) -> None:
    """Bring the tables to the newest form, in one transaction."""
    with writing(engine) as connection:
        if connection.dialect.name != SQLITE:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        upgrade(connection, HEAD)


def upgrade(connection: Connection, revision: str) -> None:
    """Run the steps that are missing up to a revision.

    Raises:
        StoreError: the store was made by a newer program.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "calculator.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError:
        where = shown(connection.engine.url)
        remedy = "use the newest version of the program, or another store"
        raise StoreError(f"{where} was not made by this version of the program; {remedy}") from None


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    try:
        yield
    except exc.DBAPIError as error:
        raise StoreError(_sentence(engine.url, error)) from error


def _sentence(url: URL, error: exc.DBAPIError) -> str:
    cause = error.orig.args[0] if error.orig is not None and error.orig.args else error
    reason = str(cause.get("M", "refused") if isinstance(cause, dict) else cause).splitlines()[0]
    if "locked" in reason:
        return f"the store {shown(url)} is busy; try again in a moment"
    return f"the store {shown(url)} does not do it ({reason}); check its address and its rights"
