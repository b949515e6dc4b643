"""Progress of a long solve, and a way to stop it.

    with watching(Watch(report=print, cancelled=event.is_set)):
        solve(network, rules)

Whoever solves looks at the watch between steps and, in HiGHS, during them; no function carries
it as an argument. Clarabel, which solves cones, cannot be interrupted: a cancel takes effect when
its run is over. A thread starts without the watch of the one that started it, unless it runs in
a copy of its context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from calculator.errors import InputError


class CancelledError(InputError):
    """The user stopped a solve; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("stopped on request; nothing was changed, ask again to start anew")


@dataclass(frozen=True)
class Watch:
    """Who is told what is being done, and who may stop it."""

    report: Callable[[str], None] = lambda step: None
    cancelled: Callable[[], bool] = lambda: False


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Have every solve inside this block report to `watch` and stop at its word."""
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)


def watched() -> Watch:
    """The watch of this block; where there is none, one that tells nobody."""
    return _WATCH.get() or Watch()


def step(told: str) -> None:
    """Tell what comes next.

    Raises:
        CancelledError: the user stopped it.
    """
    watch = _WATCH.get()
    if watch is None:
        return
    if watch.cancelled():
        raise CancelledError
    watch.report(told)


def run(model: Any) -> None:
    """Run HiGHS so that a cancel stops it within its next iteration.

    Raises:
        CancelledError: the user stopped it.
    """
    watch = _WATCH.get()
    if watch is None:
        model.run()
        return

    def look(event: Any) -> None:
        if watch.cancelled():
            event.interrupt()

    calls = (model.cbSimplexInterrupt, model.cbIpmInterrupt, model.cbMipInterrupt)
    for call in calls:
        call.subscribe(look)
    try:
        model.run()
    finally:
        for call in calls:
            call.unsubscribe(look)
    if watch.cancelled():
        raise CancelledError
