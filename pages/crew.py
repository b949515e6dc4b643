"""Processes that solve, so that pages are drawn meanwhile.

Threads share one interpreter lock: twenty solves at once would hold up every click. A crew has a
set number of processes, each with one question at a time; the others wait in line. A cancel ends
the process and starts another. They run `pages.solver`, which ends when the server does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import streamlit as st

from calculator.errors import InputError
from calculator.sourcing.watch import CancelledError, Watch

SETTING = "BATTCALC_WORKERS"
"""Number of processes that solve; without it, or with 0, threads of the server do."""
MOST = 16
_LOOK_S = 0.1
_ROOT = Path(__file__).resolve().parents[1]
Task = Callable[..., bytes]
"""A function of a module, that answers in bytes."""


class LostError(RuntimeError):
    """The process that solved has ended before its answer, as when memory runs out."""


def size() -> int:
    """How many processes the server is to have."""
    told = os.environ.get(SETTING, "0") if os.name == "posix" else "0"
    return min(int(told), MOST) if told.isdecimal() and told.isascii() else 0


@st.cache_resource(show_spinner=False)
def crew() -> Crew | None:
    """The crew of this server; none where none is set."""
    return Crew(size()) if size() else None


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    line: Connection

    @classmethod
    def start(cls) -> _Worker:
        """A process of its own, that shares no state with this one."""
        here, there = Pipe()
        handle = there.fileno()
        command = [sys.executable, "-m", "pages.solver", str(handle)]
        process = subprocess.Popen(command, cwd=_ROOT, pass_fds=(handle,), stdin=subprocess.DEVNULL)
        there.close()
        return cls(process, here)

    def end(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()
        self.line.close()


class Crew:
    """A set number of processes and a line of questions before them."""

    def __init__(self, number: int) -> None:
        self._idle: Queue[_Worker] = Queue()
        for _ in range(number):
            self._idle.put(_Worker.start())

    def call(self, task: Task, *args: Any, watch: Watch) -> bytes:
        """Have a process answer, in the order of the asking.

        Raises:
            InputError: the question cannot be answered; its sentence.
            CancelledError: the user stopped it.
            LostError: the process ended before its answer.
        """
        worker = self._next(watch)
        try:
            worker.line.send((task, args))
            answer = _answer(worker.line, watch)
        except (EOFError, OSError) as error:
            worker = _replaced(worker)
            raise LostError("the process that solved has ended; ask again") from error
        except CancelledError:
            worker = _replaced(worker)
            raise
        finally:
            self._idle.put(worker)
        return answer

    def end(self) -> None:
        """End the idle ones; the busy ones end with the server."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().end()

    def _next(self, watch: Watch) -> _Worker:
        watch.report("waiting in line")
        while True:
            if watch.cancelled():
                raise CancelledError
            with suppress(Empty):
                worker = self._idle.get(timeout=_LOOK_S)
                return worker if worker.process.poll() is None else _replaced(worker)


def _replaced(worker: _Worker) -> _Worker:
    worker.end()
    return _Worker.start()


def _answer(line: Connection, watch: Watch) -> bytes:
    """What comes over the line, its steps told on the way."""
    while True:
        if watch.cancelled():
            raise CancelledError
        if not line.poll(_LOOK_S):
            continue
        kind, content = line.recv()
        if kind == "step":
            watch.report(content)
        elif kind == "refused":
            raise InputError(content)
        elif kind == "failed":
            raise RuntimeError(content)
        else:
            return bytes(content)
