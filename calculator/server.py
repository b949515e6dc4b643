"""Starts the web form on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from calculator.errors import InputError

ADDRESS = "127.0.0.1"
WORKERS, MOST_WORKERS = "BATTCALC_WORKERS", 4
ROOT = Path(__file__).resolve().parents[1]


def serve(port: str, root: Path = ROOT) -> int:
    """Run Streamlit on the pages that stand beside the package, until it is stopped.

    Args:
        port: port of this machine, as text.
        root: folder that holds ``pages/served.py``.

    Raises:
        InputError: there are no pages, or the port is none.
    """
    if not (port.isdecimal() and port.isascii() and 1 <= int(port) <= 65_535):
        raise InputError(f"'{port}' is no port; give a whole number from 1 to 65535")
    app = root / "pages" / "served.py"
    if not app.is_file():
        raise InputError(
            "the web form is not part of an installed package; "
            "get the source tree and run 'make app' in it"
        )
    try:
        run = subprocess.run(_command(app, port), cwd=root, env=_environment(), check=False)
        return run.returncode
    except KeyboardInterrupt:  # the usual way to stop a server
        return 0


def _environment() -> dict[str, str]:
    """The environment, with a number of processes that solve where it states none."""
    return {WORKERS: str(min(os.cpu_count() or 1, MOST_WORKERS)), **os.environ}


def _command(app: Path, port: str) -> list[str]:
    settings = {
        "server.address": ADDRESS,
        "server.port": port,
        "server.showEmailPrompt": "false",
        "browser.gatherUsageStats": "false",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    return [sys.executable, "-m", "streamlit", "run", str(app), *options]
