"""A real PostgreSQL server of the tests' own: on this machine alone, in a folder that goes away."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pg8000.native

USER, PASSWORD = "battcalc", "word of the tests"
ACCOUNT = "postgres"
"""Account the server runs under where the tests run as root, which it refuses."""


def binaries() -> Path | None:
    """Folder with the programs of the newest PostgreSQL that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _as_server() -> dict[str, Any]:
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(programs: Path) -> Iterator[int]:
    """Start a server and give its port; it is stopped and its folder removed at the end."""
    place = Path(tempfile.mkdtemp(prefix="store-"))
    word = place / "word"
    word.write_text(PASSWORD)
    if os.geteuid() == 0:
        for path in (place, word):
            shutil.chown(path, ACCOUNT, ACCOUNT)
    running = None
    try:
        options = [
            "-D", str(place / "data"), "-U", USER, "-A", "scram-sha-256", f"--pwfile={word}",
            "-E", "UTF8", "--locale=C", "--no-sync",
        ]  # fmt: skip
        _run([str(programs / "initdb"), *options], place)
        port = _free_port()
        running = _started(programs, place, port)
        _await(port, running)
        yield port
    finally:
        if running is not None:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=30)
        shutil.rmtree(place)


def _run(command: list[str], place: Path) -> None:
    subprocess.run(
        command, cwd=place, check=True, stdout=subprocess.DEVNULL, timeout=120, **_as_server()
    )


def _started(programs: Path, place: Path, port: int) -> subprocess.Popen[bytes]:
    settings = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": place,
        "fsync": "off", "log_destination": "stderr", "max_connections": 30,
    }  # fmt: skip
    options = [f"--{name}={value}" for name, value in settings.items()]
    return subprocess.Popen(
        [str(programs / "postgres"), "-D", str(place / "data"), *options],
        cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_as_server(),
    )  # fmt: skip


def _await(port: int, running: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert running.poll() is None, "the server stopped by itself"
        try:
            run_on(port, "postgres", "SELECT 1")
        except (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


def run_on(port: int, database: str, statement: str) -> Any:
    """Run one statement, outside of any transaction."""
    link = pg8000.native.Connection(
        USER, host="127.0.0.1", port=port, database=database, password=PASSWORD, timeout=20
    )
    try:
        return link.run(statement)
    finally:
        link.close()
