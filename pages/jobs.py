"""Long calls in the background: what they are doing, and a button that stops them.

Answers are kept by key for all sessions; the key must hold everything that decides the answer,
the user's own data included.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event, Lock, Semaphore, Thread
from typing import Any, TypeVar

import streamlit as st

from calculator.sourcing.watch import CancelledError, Watch, watched, watching
from pages import session

PATIENCE_S = 3.0
"""How long a page waits before it shows what is being done."""
_MOST_KEPT = 128
_AT_ONCE = 2
"""Jobs that this process works on at a time; more would only hold each other up."""
_DRAWN_AT_ONCE = 2
_DRAWS: ContextVar[bool] = ContextVar("draws", default=False)
_LOOK_S = 0.2
T = TypeVar("T")


@dataclass
class Job:
    """One call on its way."""

    key: str
    call: Callable[[], Any]
    step: str = "starting"
    steps: int = 0
    result: Any = None
    error: BaseException | None = None
    done: Event = field(default_factory=Event)
    cancelled: Event = field(default_factory=Event)

    def start(self) -> Job:
        """Begin in a thread of its own."""
        Thread(target=self._work, name="solve", daemon=True).start()
        return self

    def _work(self) -> None:
        try:
            with watching(Watch(self._note, self.cancelled.is_set)):
                self.result = self.call()
        except BaseException as error:
            self.error = error
        finally:
            self.done.set()

    def _note(self, told: str) -> None:
        self.step, self.steps = told, self.steps + 1


@dataclass
class _Answers:
    """Answers of all sessions, the longest unused dropped first."""

    kept: OrderedDict[str, Any] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: str) -> Any:
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def put(self, key: str, value: Any) -> None:
        with self.lock:
            self.kept[key] = value
            while len(self.kept) > _MOST_KEPT:
                self.kept.popitem(last=False)


@st.cache_resource(show_spinner=False)
def _answers() -> _Answers:
    return _Answers()


@st.cache_resource(show_spinner=False)
def _turns() -> Semaphore:
    return Semaphore(_AT_ONCE)


@st.cache_resource(show_spinner=False)
def _drawers() -> Semaphore:
    return Semaphore(_DRAWN_AT_ONCE)


@contextmanager
def drawing() -> Iterator[None]:
    """Draw a page when few others are being drawn, first come first served.

    Twenty pages drawn at once, each with a twentieth of the interpreter, would all be ready when
    the last is; in line, half of them are ready in half that time.
    """
    drawers = _drawers()
    drawers.acquire()
    token = _DRAWS.set(True)
    try:
        yield
    finally:
        _DRAWS.reset(token)
        drawers.release()


@contextmanager
def _giving_way() -> Iterator[None]:
    """Let others draw while this page waits for its answer."""
    if not _DRAWS.get():
        yield
        return
    drawers = _drawers()
    drawers.release()
    try:
        yield
    finally:
        drawers.acquire()


def in_turn(call: Callable[[], T]) -> Callable[[], T]:
    """The call, to be made in a job when fewer than a set number of others are at work."""
    turns = _turns()  # looked up here, since a job is outside any page

    def waiting() -> T:
        watch = watched()
        watch.report("waiting in line")
        while not turns.acquire(timeout=_LOOK_S):
            if watch.cancelled():
                raise CancelledError
        try:
            return call()
        finally:
            turns.release()

    return waiting


def keeping(key: str, call: Callable[[], T]) -> Callable[[], T]:
    """The call, to be made in a job, with its answer kept for the jobs after it."""
    store = _answers()  # looked up here, since a job is outside any page

    def kept() -> T:
        known = store.get(key)
        found: T = call() if known is None else known
        store.put(key, found)
        return found

    return kept


def answer(kind: str, key: str, call: Callable[[], T], told: str, *, elsewhere: bool = False) -> T:
    """The answer of a call, or its progress with a way to stop it; then the page ends here.

    ``kind`` names the place on the page: a new key there stops the call before it. Calls that
    are worked on ``elsewhere``, in another process, need not wait for those of this one.

    Raises:
        Exception: whatever the call raised.
    """
    known = _answers().get(key)
    if known is not None:
        found: T = known
        return found
    job = _job(kind, key, call if elsewhere else in_turn(call))
    with st.spinner(told), _giving_way():
        job.done.wait(PATIENCE_S)
    if not job.done.is_set():
        _progress(kind, told)
        st.stop()
    finished: T = _finished(kind, job)
    return finished


def _job(kind: str, key: str, call: Callable[[], Any]) -> Job:
    job: Job | None = session.held(f"job_{kind}")
    if job is not None and job.key == key:
        return job
    if job is not None:
        job.cancelled.set()
    started = Job(key, call).start()
    session.hold(f"job_{kind}", started)
    return started


def _finished(kind: str, job: Job) -> Any:
    if isinstance(job.error, CancelledError):
        st.info("Stopped; nothing was changed.")
        if st.button("Solve again", icon=":material/refresh:", key=f"again_{kind}"):
            session.hold(f"job_{kind}", None)
            st.rerun()
        st.stop()
    session.hold(f"job_{kind}", None)
    if job.error is not None:
        raise job.error
    _answers().put(job.key, job.result)
    return job.result


@st.fragment(run_every=0.5)
def _progress(kind: str, told: str) -> None:
    """What is being done now, twice a second."""
    job: Job | None = session.held(f"job_{kind}")
    if job is None or job.done.is_set():
        st.rerun()
    with st.status(f"{told}: {job.step}", expanded=True):
        st.caption(f"{job.steps} steps so far. Other pages can be used meanwhile.")
        if st.button("Stop", icon=":material/stop_circle:", key=f"stop_{kind}"):
            job.cancelled.set()
            st.caption("Stopping.")
