"""A Dask cluster: one that is there, or one of processes on this machine."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from importlib import metadata
from importlib.util import find_spec
from typing import Any, Final, TypeVar

from pfocr_kg.errors import PfocrError
from pfocr_kg.rdf import parallel
from pfocr_kg.resources import missing

VERSION: Final = metadata.version("pfocr-kg")

_SECONDS_TO_CONNECT: Final = 10
"""A scheduler that is there answers within one."""

_AHEAD: Final = 4
"""Items under way or done for each thread: memory does not grow with their number."""

_RETRIES: Final = 2
"""An object store fails now and then; a file that cannot be read fails each time."""

Item = TypeVar("Item")
Made = TypeVar("Made")


def check_installed() -> None:
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
        _check_address(distributed, scheduler)
        return distributed.Client(scheduler, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise PfocrError(
            f"{scheduler}: no Dask scheduler can be reached there: {reason}",
            hint="The scheduler's log says its address, such as tcp://10.1.2.3:8786",
        ) from None


def _check_address(distributed: Any, scheduler: str) -> None:
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

    Who reaches a worker can have it run anything, and the loopback is open to everybody who is
    logged in here: certificates that are made for this one run keep others out.
    """
    try:
        # A terminal sends Ctrl-C to all processes; this one decides what becomes of the others.
        with parallel.interrupts_blocked():
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


def map_in_order(
    client: Any, function: Callable[[Item], Made], items: Iterable[Item]
) -> Iterator[Made]:
    """`map` on a cluster, the results in order.

    What a lost worker had under way is done again.

    Raises:
        PfocrError: an item was lost with several workers, or workers have not this version of
            this package.

    """
    _check_workers(client)
    waiting: deque[Any] = deque()
    try:
        for item in items:
            waiting.append(client.submit(function, item, pure=False, retries=_RETRIES))
            if len(waiting) > _AHEAD * max(1, threads(client)):
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())
    finally:
        for future in waiting:
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


def _result(future: Any) -> Any:
    import distributed  # noqa: PLC0415 - an extra, imported on use

    try:
        return future.result()
    except distributed.scheduler.KilledWorker:
        raise PfocrError(
            "some records were given up: each worker that had them was lost",
            hint="Is memory short?",
        ) from None
    except (CancelledError, distributed.CancelledError):
        raise PfocrError("the scheduler is gone, or has dropped the work") from None
    except (ImportError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise PfocrError(
            f"the cluster cannot run pfocr-kg: {reason}",
            hint="Scheduler and workers need the same packages, in the same versions, as this",
        ) from None


def threads(client: Any) -> int:
    """How many items can be worked on at a time; 0 where no worker has come yet."""
    return sum(client.nthreads().values())
