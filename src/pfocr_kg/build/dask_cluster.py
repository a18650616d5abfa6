"""Connects to a Dask cluster, or starts one of processes on this machine."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
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
"""A running scheduler answers within one."""

_AHEAD: Final = 4
"""Items per thread that are in work or done: a limit on memory."""

_RETRIES: Final = 2
"""An object store fails now and then; for a file that cannot be read, retries do not help."""

Item = TypeVar("Item")
Made = TypeVar("Made")


def check_installed() -> None:
    """Check that the extra is installed, without importing it, which takes a second.

    Raises:
        PfocrError: it is not installed.

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
    """Turn off what Dask logs about connections; real errors are raised."""
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
            hint="The scheduler's log shows its address, such as tcp://10.1.2.3:8786",
        ) from None


def _check_address(distributed: Any, scheduler: str) -> None:
    """Refuse addresses whose client would take 20 seconds to close."""
    known = sorted(distributed.comm.registry.backends)
    scheme = scheduler.partition("://")[0] if "://" in scheduler else "tcp"
    if scheme not in known:
        raise ValueError(f"addresses begin with one of {', '.join(known)}")
    certificates = distributed.Security().get_connection_args("client").get("ssl_context")
    if scheme == "tls" and certificates is None:
        raise ValueError("Dask's configuration names no certificates (distributed.comm.tls)")


def _local(distributed: Any, jobs: int) -> Any:
    """A cluster of processes that only this user on this machine can reach.

    A worker runs any code that it is sent, and all users of this machine can connect to the
    loopback address: certificates that are made for this run keep them out.
    """
    try:
        # A terminal sends Ctrl-C to all processes; only this one may react to it.
        with parallel.interrupts_blocked():
            return distributed.LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=True,
                silence_logs=logging.CRITICAL,
                dashboard_address=None,
                # Otherwise its port is 8787 even without a dashboard, and a second run fails.
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            )
    except RuntimeError as error:
        raise PfocrError(f"no cluster can be started on this machine: {error}") from None


def map_in_order(
    client: Any, function: Callable[[Item], Made], items: Iterable[Item]
) -> Generator[Made]:
    """`map` on a cluster; returns the results in order.

    Items of a lost worker are mapped again.

    Raises:
        PfocrError: several workers were lost with the same item, or workers lack this version
            of this package.

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
    """Refuse workers without this package: its tasks would crash them, and the run would hang."""
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
    """The number of items that can be mapped at a time; 0 if no worker has connected yet."""
    return sum(client.nthreads().values())
