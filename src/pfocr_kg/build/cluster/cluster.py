"""The Dask cluster that maps partitions: one that is there, or one of processes on this machine."""

from __future__ import annotations

import logging
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from importlib import metadata
from importlib.util import find_spec
from multiprocessing import resource_tracker
from typing import Any, Final

from pfocr_kg.build.cluster.partition import VERSION, Part, Partition, write
from pfocr_kg.errors import PfocrError
from pfocr_kg.resources import missing

SECONDS_TO_CONNECT: Final = 10
"""A scheduler that is there answers within one."""

_AHEAD: Final = 3
"""Partitions under way or waiting for each thread of the cluster, beyond the one waited for."""

_RETRIES: Final = 2
"""An object store fails now and then; a folder that cannot be written fails each time."""


def needed() -> None:
    """See that the extra is installed, without the second that importing it takes.

    Raises:
        PfocrError: it is not.

    """
    for name in ("distributed", "fsspec", "cryptography"):
        if find_spec(name) is None:
            raise missing(name, "cluster", "mapping in parts")


@contextmanager
def connected(scheduler: str | Any | None, jobs: int) -> Iterator[Any]:
    """A client of the scheduler at an address such as tcp://10.1.2.3:8786.

    None starts a cluster of `jobs` processes on this machine, which ends with the context. A
    client (`distributed.Client`) is used as it is.

    Raises:
        PfocrError: no scheduler answers, or no cluster can be started.

    """
    import distributed  # noqa: PLC0415 - an extra, imported on use

    if scheduler is not None and not isinstance(scheduler, str):
        yield scheduler
        return
    with ExitStack() as stack:
        stack.enter_context(_silent())
        if scheduler is None:
            cluster = stack.enter_context(_local(distributed, jobs))
            client = distributed.Client(cluster, set_as_default=False)
        else:
            client = _client(distributed, scheduler)
        yield stack.enter_context(client)


@contextmanager
def _silent() -> Iterator[None]:
    """Leave out what Dask logs of connections that come and go; what matters is raised."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _client(distributed: Any, scheduler: str) -> Any:
    try:
        _check(distributed, scheduler)
        return distributed.Client(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise PfocrError(
            f"{scheduler}: no Dask scheduler can be reached there: {reason}",
            hint="The scheduler's log says its address, such as tcp://10.1.2.3:8786",
        ) from None


def _check(distributed: Any, scheduler: str) -> None:
    """Refuse what makes a client that cannot be closed in less than 20 seconds."""
    known = sorted(distributed.comm.registry.backends)
    scheme = scheduler.partition("://")[0] if "://" in scheduler else "tcp"
    if scheme not in known:
        raise ValueError(f"addresses begin with one of {', '.join(known)}")
    certificates = distributed.Security().get_connection_args("client").get("ssl_context")
    if scheme == "tls" and certificates is None:
        raise ValueError("Dask's configuration names no certificates (distributed.comm.tls)")


def _local(distributed: Any, jobs: int) -> Any:
    """A cluster of processes that only this machine, and on it only this user, can talk to.

    Who reaches a worker can have it run anything, and the loopback is everybody's who is logged
    in here: certificates that are made for this one run keep others out.
    """
    try:
        with _deaf_to_interrupts():
            return distributed.LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=True,
                silence_logs=logging.CRITICAL,
                dashboard_address=None,
                # Else its port is 8787 even without a dashboard, and a second run fails at it.
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            )
    except RuntimeError as error:
        raise PfocrError(f"no cluster can be started on this machine: {error}") from None


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Keep Ctrl-C from threads and processes that begin here, and from theirs.

    A terminal sends it to all processes; this one decides what becomes of the others. It gets
    it when the context ends.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # Begun later, by the first process, it would let the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run(
    client: Any, partitions: Iterable[Partition], done: Callable[[Partition, Part], None]
) -> None:
    """Have the partitions written; `done` gets each with its part, in order.

    A few for each thread of the cluster are under way: memory does not grow with their number.
    A partition whose worker is lost is done again. `done` may ask for one to be done anew.

    Raises:
        PfocrError: a part cannot be written, a partition killed its workers, or workers have
            not this version of this package.

    """
    _check_workers(client)
    waiting: deque[tuple[Partition, Any]] = deque()
    try:
        for partition in partitions:
            waiting.append((partition, submit(client, partition)))
            if len(waiting) > _AHEAD * max(1, threads(client)):
                first, future = waiting.popleft()
                done(first, result(future))
        while waiting:
            first, future = waiting.popleft()
            done(first, result(future))
    finally:
        for _, future in waiting:
            future.cancel()


def _check_workers(client: Any) -> None:
    """Refuse workers without this package: they die of its tasks, and the run would wait."""
    try:
        found = set(client.run(metadata.version, "pfocr-kg").values())
    except metadata.PackageNotFoundError:
        found = {"not installed"}
    if found - {VERSION}:
        raise PfocrError(
            f"pfocr-kg is {VERSION} here, and on workers: {', '.join(sorted(found))}",
            hint="Install the same version on all machines",
        )


def submit(client: Any, partition: Partition, *, first: bool = False) -> Any:
    """Ask for a partition; with `first`, before those that wait."""
    return client.submit(
        write, partition, pure=False, retries=_RETRIES, priority=int(first), key=_key(partition)
    )


def _key(partition: Partition) -> str:
    again = "-again" if partition.taken else ""
    return f"pfocr-kg-part-{partition.run}-{partition.number}{again}"


def result(future: Any) -> Part:
    """Wait for a part.

    Raises:
        PfocrError: there will be none.

    """
    import distributed  # noqa: PLC0415 - an extra, imported on use

    try:
        part = future.result()
    except distributed.scheduler.KilledWorker:
        raise PfocrError(
            "a partition was given up: each worker that had it was lost",
            hint="Is memory short? Try a smaller --partition-size",
        ) from None
    except (CancelledError, distributed.CancelledError):
        raise PfocrError("the scheduler is gone, or has dropped the work") from None
    except (ImportError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise PfocrError(
            f"the cluster cannot run pfocr-kg: {reason}",
            hint="Scheduler and workers need the same packages, in the same versions, as this",
        ) from None
    if not isinstance(part, Part):  # pragma: no cover - what Dask gives is of no declared type
        raise TypeError(type(part))
    return part


def threads(client: Any) -> int:
    """How many partitions can be worked on at a time; 0 where no worker has come yet."""
    return sum(client.nthreads().values())
