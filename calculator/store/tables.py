"""Tables of the store, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
)

HEAD = "0003"
"""Newest migration."""
METADATA = MetaData()
SCENARIOS = Table(
    "scenarios",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("owner", String(1000), nullable=False),
    Column("name", String(200), nullable=False),
    Column("created", String(32), nullable=False),
    Column("deleted_at", String(32)),
    Column("shared", Boolean, nullable=False, server_default=false()),
    Index("scenarios_by_owner", "owner"),
)
VERSIONS = Table(
    "versions",
    METADATA,
    Column("scenario", String(32), ForeignKey("scenarios.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("yaml", Text, nullable=False),
    Column("page", String(40), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("content_hash", String(16), nullable=False),
    Column("run_id", String(16), nullable=False),
    Column("data_version", String(200), nullable=False),
    Column("note", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("based_on", Integer),
    Column("saved_at", String(32), nullable=False),
)
ACTIONS = Table(
    "actions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("owner", String(1000), nullable=False),
    Column("scenario", String(32), ForeignKey("scenarios.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("undone_at", String(32)),
    Index("actions_by_owner", "owner"),
)
CONTENTS = Table(
    "contents",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
VERSION_FILES = Table(
    "version_files",
    METADATA,
    Column("scenario", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(255), primary_key=True),
    Column("digest", String(64), ForeignKey("contents.digest"), nullable=False),
    ForeignKeyConstraint(["scenario", "number"], ["versions.scenario", "versions.number"]),
)
"""Times are ISO 8601 texts in UTC, which sort as times do; parameters, before and after JSON."""
