"""What a process that solves runs: ``python -m pages.solver HANDLE``, started by `pages.crew`.

It answers one question after the other over the line of its handle, and ends when the server is
gone. The web form is not loaded here.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from calculator.errors import InputError
from calculator.sourcing.errors import SourcingError
from calculator.sourcing.watch import Watch, watching
from materials_db.faults import DatabaseError, UnknownNameError
from materials_db.units import UnitError
from pages.mixes import warm

_REFUSED = (InputError, DatabaseError, UnknownNameError, UnitError, SourcingError)
_GONE = (EOFError, BrokenPipeError, ConnectionResetError)
_LOOK_S = 1.0


def main(handle: int) -> None:
    """Answer until the line ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends it
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    line = Connection(handle)
    with suppress(*_GONE):
        warm()
        while True:
            task, args = line.recv()
            line.send(_done(task, args, line))


def _end_with(server: int) -> None:
    """End in the middle of a solve when nobody waits for it any more."""
    while os.getppid() == server:
        time.sleep(_LOOK_S)
    os._exit(0)


def _done(
    task: Callable[..., bytes], args: tuple[Any, ...], line: Connection
) -> tuple[str, str | bytes]:
    try:
        with watching(Watch(lambda told: line.send(("step", told)))):
            return "done", task(*args)
    except _REFUSED as error:
        return "refused", str(error)
    except _GONE:
        raise
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main(int(sys.argv[1]))
