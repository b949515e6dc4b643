"""Where the store is: an address that was given, else a file in the user's data folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from calculator.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import URL

ENVIRONMENT = "BATTCALC_STORE"
"""Variable that names the store where no address is given."""
FILE = "scenarios.sqlite"
FOLDER = "battcalc"
SQLITE, POSTGRESQL = "sqlite", "postgresql+pg8000"
SSL = {"disable": False, "verify-full": True}
"""Values of ``sslmode``: no encryption, or encryption to a server whose name is verified."""


class StoreError(InputError):
    """The store, or what was asked of it, will not do; one sentence with the remedy."""


def data_folder(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Folder for the data of this user, by the habit of the platform."""
    known = os.environ if environ is None else environ
    home = Path(known.get("HOME") or known.get("USERPROFILE") or Path.home())
    if platform == "win32":
        base = Path(known.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(known.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / FOLDER


def store_url(asked: str | None = None, environ: Mapping[str, str] | None = None) -> URL:
    """Address of the store: the one asked for, that of the environment, or the user's own file.

    Raises:
        StoreError: the address is none of a database that is known.
    """
    from sqlalchemy import URL

    known = os.environ if environ is None else environ
    text = asked or known.get(ENVIRONMENT)
    if text:
        return _checked(text)
    folder = data_folder(known)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return URL.create(SQLITE, database=str(folder / FILE))


def shown(url: URL) -> str:
    """The address without its password."""
    return url.render_as_string(hide_password=True)


def _checked(text: str) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    remedy = "write sqlite:///folder/file.sqlite or postgresql://user:password@host/database"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreError(f"the store is no address of a database; {remedy}") from None
    if url.drivername in ("postgresql", "postgres", POSTGRESQL):
        return _server(url.set(drivername=POSTGRESQL))
    if url.drivername != SQLITE:
        raise StoreError(f"'{url.drivername}' is no database of a store; {remedy}")
    return _file(url)


def _server(url: URL) -> URL:
    if not url.database:
        raise StoreError(f"{shown(url)} names no database; write its name after the host")
    unknown = sorted(set(url.query) - {"sslmode"})
    if unknown or url.query.get("sslmode", "disable") not in SSL:
        remedy = "after '?' only sslmode=disable or sslmode=verify-full will do"
        raise StoreError(f"{shown(url)} has settings that are not known; {remedy}")
    return url


def _file(url: URL) -> URL:
    if url.host or url.query or not url.database or url.database.startswith((":", "file:")):
        remedy = "write sqlite:///folder/file.sqlite, with four slashes from the root on"
        raise StoreError(f"{shown(url)} names no file of a store; {remedy}")
    path = Path(url.database)
    if "\0" in url.database or not path.parent.is_dir() or path.is_dir():
        remedy = "name a file in a folder that is there"
        raise StoreError(f"{shown(url)} can be no file; {remedy}")
    return url.set(database=str(path.absolute()))
