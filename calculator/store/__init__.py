"""Saved scenarios with their versions, in SQLite or PostgreSQL."""

from calculator.store.address import ENVIRONMENT, StoreError, store_url
from calculator.store.bundle import Imported, bundle_text, parse_bundle
from calculator.store.changes import OWN_DATA, InputChange, input_changes
from calculator.store.records import Action, OwnFile, Saved, Snapshot, Version
from calculator.store.snapshot import file_snapshot, parameters_snapshot, scenario_snapshot
from calculator.store.store import Kept, Store, open_store

__all__ = [
    "ENVIRONMENT",
    "OWN_DATA",
    "Action",
    "Imported",
    "InputChange",
    "Kept",
    "OwnFile",
    "Saved",
    "Snapshot",
    "Store",
    "StoreError",
    "Version",
    "bundle_text",
    "file_snapshot",
    "input_changes",
    "open_store",
    "parameters_snapshot",
    "parse_bundle",
    "scenario_snapshot",
    "store_url",
]
