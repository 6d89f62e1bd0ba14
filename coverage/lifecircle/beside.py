"""Work done beside other work: in a second process of this computer, or in this one where there is only one core.

A second process is begun anew, with nothing of this one's threads and open files, and early, so that it loads its
programs while this one still reads. It ends with the process that began it, however that ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from lifecircle.errors import LifecircleError, ReportError
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection
    from pathlib import Path

P = ParamSpec("P")
T = TypeVar("T")

WORTH_A_PROCESS: Final = 1_000_000
"""Bytes of input from which a second process saves more than its own start takes."""


class Here(Executor):
    """Does what it is given in this process, when somebody asks for the result."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return the call, to be made when its result is wanted."""
        return _Deferred(lambda: fn(*args, **kwargs))


class _Deferred(Future[T]):
    def __init__(self, call: Callable[[], T]) -> None:
        super().__init__()
        self._call = call

    def result(self, timeout: float | None = None) -> T:
        """Make the call the first time."""
        if not self.done():
            self.set_result(self._call())
        return super().result(timeout)


HERE: Final = Here()


def second_process(files: Iterable[Path], *modules: str) -> Executor:
    """Return what does work beside this process, one call after the other, in the order in which they are given.

    Parameters
    ----------
    files : iterable of Path
        What is going to be read: where it is little, or there is one core only, all work is done in this process.
    *modules : str
        Names of modules that are loaded beforehand.

    Returns
    -------
    Executor
        To be shut down, as at the end of its ``with`` block. Its calls may raise what they raise here, and
        :class:`lifecircle.errors.ReportError` where the process is lost.
    """
    if _cores() == 1 or sum(path.stat().st_size for path in files if path.is_file()) < WORTH_A_PROCESS:
        return HERE
    return _There(modules)


class _There(Executor):
    """The second process, seen from this one; a thread holds the line, so that nobody waits for a call to be taken."""

    def __init__(self, modules: Iterable[str]) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there,), daemon=True)
        self._process.start()
        there.close()
        self._line = ThreadPoolExecutor(1)
        self.submit(_load, *modules)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a call made there; function, arguments and result are copied from process to process."""
        return self._line.submit(_asked, self._connection, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End the process at once, whatever it is doing: what is wanted of it was asked for before."""
        self._process.kill()
        self._line.shutdown(wait, cancel_futures=cancel_futures)
        self._process.join()
        self._connection.close()


def _asked(connection: Connection, fn: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    try:
        connection.send((fn, args, options))
        well, found = connection.recv()
    except (EOFError, OSError) as error:
        raise ReportError(told("error.second_process_lost")) from error
    if not well:
        raise found
    return found


def _serve(connection: Connection) -> None:
    """Make one call after the other, until nobody can ask any more; the other process alone heeds an interruption."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            fn, args, options = connection.recv()
        except EOFError:
            return
        try:
            answer = (True, fn(*args, **options))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the call was given
            if not isinstance(error, LifecircleError):
                error.add_note(traceback.format_exc())
            answer = (False, error)
        connection.send(answer)


def _load(*modules: str) -> None:
    for module in modules:
        import_module(module)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
