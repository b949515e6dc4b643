"""Where parts are evaluated: in this process, in several on this machine, or on a Dask cluster."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, Any

from calculator.errors import InputError
from calculator.sweeps.parts import Part, evaluate_part

if TYPE_CHECKING:
    from concurrent.futures import Future

WAIT_S = 10
"""How long a cluster may take to answer."""
_AHEAD = 2
"""Parts a worker has before it; more would only fill memory."""


def evaluated(source: str, numbers: Sequence[int], run: str, workers: int | str) -> Iterator[Part]:
    """Evaluate parts, giving each as soon as it is done.

    Args:
        source: of the sweep.
        numbers: of the parts.
        run: id of the run every worker must have.
        workers: 1 for this process, a number of processes, or the address of a Dask scheduler.

    Raises:
        InputError: the cluster does not answer, or a worker ended or has another version.
    """
    if isinstance(workers, str):
        return _on_cluster(source, numbers, run, workers)
    if workers < 1:
        raise InputError(f"{workers} workers asked for; give 1 or more")
    if workers == 1 or len(numbers) < 2:
        return (evaluate_part(source, number, run) for number in numbers)
    return _in_processes(source, numbers, run, min(workers, len(numbers)))


def _in_processes(source: str, numbers: Sequence[int], run: str, workers: int) -> Iterator[Part]:
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_leave_interrupts)
    left = iter(numbers)
    running: set[Future[Part]] = set()

    def submit(count: int) -> None:
        with _interrupts_held(), _caller_left_out():
            running.update(pool.submit(evaluate_part, source, n, run) for n in islice(left, count))

    try:
        submit(_AHEAD * workers)
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            running -= done
            submit(len(done))
            for future in done:
                yield future.result()
    except BrokenProcessPool:
        raise InputError(
            "a worker process ended before its part was done; go on with --resume, with fewer "
            "workers if memory is short"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes begun in here never see an interrupt from the keyboard, not even at their start."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _caller_left_out() -> Iterator[None]:
    """Processes begun in here do not run the caller's script again, guarded or not.

    A part needs nothing of it; a script without the usual guard would begin the sweep anew, and
    a page or notebook may have no file that can be run.
    """
    caller = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = caller


def _leave_interrupts() -> None:
    """An interrupt from the keyboard is for the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _on_cluster(source: str, numbers: Sequence[int], run: str, address: str) -> Iterator[Part]:
    from distributed import as_completed

    client = _connected(address)
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            raise InputError(f"the cluster at {address} has no workers; start some")
        left = iter(numbers)

        def submit(count: int) -> list[Any]:
            return [client.submit(evaluate_part, source, n, run, pure=False)
                    for n in islice(left, count)]  # fmt: skip

        waiting: Any = as_completed(submit(_AHEAD * threads), loop=client.loop)  # type: ignore[no-untyped-call]
        for future in waiting:
            part = _result(future, address)
            waiting.update(submit(1))
            yield part
    finally:
        _closed(client)


def _connected(address: str) -> Any:
    from distributed import Client

    try:
        _ask(address)
        return Client(address, timeout=WAIT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError, ImportError) as error:
        raise InputError(
            f"no Dask cluster answers at '{address}' ({type(error).__name__}); give the address "
            "of its scheduler, such as tcp://127.0.0.1:8786"
        ) from None


def _ask(address: str) -> None:
    """Ask whether anyone answers at an address, before a client is made.

    A client that finds nobody closes itself when it is collected as garbage; should that be while
    another begins, each waits for the other for good.

    Raises:
        OSError, ValueError, TypeError: nobody does, or it is no address.
    """
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from distributed.comm.core import connect

    async def asked() -> None:
        line: Any = await connect(address, timeout=WAIT_S)  # type: ignore[no-untyped-call]
        await line.close()

    with ThreadPoolExecutor(1) as apart:  # the caller's own thread may have a loop that runs
        apart.submit(lambda: asyncio.run(asked())).result()


def _result(future: Any, address: str) -> Part:
    from distributed.scheduler import KilledWorker

    try:
        part = future.result()
    except KilledWorker:
        raise InputError(
            f"workers at {address} ended while at a part; go on with --resume"
        ) from None
    assert isinstance(part, Part)
    return part


def _closed(client: Any) -> None:
    """Leave the cluster as it was: parts not begun are withdrawn with their client."""
    client.close(timeout=WAIT_S)
