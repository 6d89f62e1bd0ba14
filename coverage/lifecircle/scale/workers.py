"""Who does the work: this process, one piece after the other, or the workers of a Dask cluster."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from lifecircle.errors import ClusterError, LifecircleError
from lifecircle.messages import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Tell = Callable[[int, int], None]
    """Told how many pieces of how many are done."""

Task = TypeVar("Task")
Result = TypeVar("Result")

LOCAL: Final = "local"
RETRIES: Final = 3
"""How often a piece of work is tried again after a worker failed in it."""

CONNECT_S: Final = 20
"""How long a scheduler may take to answer."""

_SCHEMES: Final = ("tcp://", "tls://")


class Workers(Protocol):
    """Do the same work for many tasks, beginning with the first."""

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], tell: Tell) -> list[Result]:
        """Return the result of every task, in their order."""
        ...


class ThisProcess:
    """Does one task after the other."""

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], tell: Tell) -> list[Result]:
        """Return the result of every task, in their order."""
        results = []
        for task in tasks:
            results.append(work(task))
            tell(len(results), len(tasks))
        return results


@dataclass(frozen=True)
class Cluster:
    """The workers of a Dask scheduler.

    Attributes
    ----------
    client : distributed.Client
    dashboard : str
        Address of the page on which the work can be watched.
    """

    client: Any
    dashboard: str

    def map(self, work: Callable[[Task], Result], tasks: Sequence[Task], tell: Tell) -> list[Result]:
        """Return the result of every task, in their order.

        A task whose worker is lost is given to another one; one that fails is tried again, unless the fault is one of
        the inputs, which another try would not mend.

        Raises
        ------
        LifecircleError
            What the work raised.
        ClusterError
            If it failed for another reason, more often than :data:`RETRIES` times.
        """
        from distributed import as_completed  # noqa: PLC0415 - an optional dependency

        futures = self.client.map(_tried, [(work, task) for task in tasks], retries=RETRIES, pure=False)
        for done, _ in enumerate(as_completed(futures, raise_errors=False), start=1):
            tell(done, len(tasks))
        try:
            results = self.client.gather(futures)
        except Exception as fault:
            raise ClusterError(told("error.cluster_failed", times=RETRIES, reason=fault)) from fault
        for result in results:
            if isinstance(result, LifecircleError):
                raise result
        return results


def _tried(both: tuple[Callable[[Any], Any], Any]) -> Any:
    work, task = both
    try:
        return work(task)
    except LifecircleError as fault:
        return fault


@contextmanager
def cluster(address: str, workers: int | None = None) -> Iterator[Cluster]:
    """Give the workers of a scheduler, and leave it when the block ends.

    Parameters
    ----------
    address : str
        ``local`` starts a scheduler and workers on this machine, which end with the block; otherwise the address of a
        running scheduler, such as ``tcp://10.0.0.7:8786`` or ``tls://…``. Its workers have to see the same files under
        the same paths, and have the same version of lifecircle.
    workers : int, optional
        How many to start; as many as this machine has cores when absent. Each takes one task at a time: the searches
        are bound by memory and gain nothing from threads.

    Raises
    ------
    ClusterError
        If Dask is not installed, the address is none, no scheduler answers there, or it asks for certificates that
        Dask's settings do not name.
    """
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415 - an optional dependency
    except ImportError as missing:
        raise ClusterError(told("error.cluster_no_dask")) from missing
    if address != LOCAL and not address.startswith(_SCHEMES):
        raise ClusterError(told("error.cluster_address", address=repr(address)))
    if address == LOCAL:
        with (
            LocalCluster(
                n_workers=workers or os.cpu_count() or 1,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=50,
            ) as machines,
            Client(machines) as client,
        ):
            yield Cluster(client, client.dashboard_link)
        return
    try:
        client = Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as fault:
        raise ClusterError(told("error.cluster_silent", address=address, reason=fault)) from fault
    except TypeError as fault:  # what Dask raises for tls:// where its settings name no certificates
        raise ClusterError(told("error.cluster_certificates", address=address, reason=fault)) from fault
    with client:
        yield Cluster(client, client.dashboard_link)
