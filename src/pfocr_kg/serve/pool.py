"""The worker processes: who is free, who waits, and who has to be killed."""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import os
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Final

from pfocr_kg.errors import PfocrError
from pfocr_kg.rdf import unfinished
from pfocr_kg.serve import failures, frames, known, routes, worker
from pfocr_kg.serve.frames import Frame, Head
from pfocr_kg.serve.messages import Asked, Job, RequestError
from pfocr_kg.serve.settings import Settings
from pfocr_kg.store import generations
from pfocr_kg.store.generations import Generation

_PROCESSES: Final = multiprocessing.get_context("forkserver")
_LONG: Final = 1.0
"""Seconds after which a request yields to the others, which are mostly quick."""
_NICE: Final = 10
_RETRY: Final = {"retry-after": "2"}


class BrokenOffError(Exception):
    """A body that ended before all of it was there."""


class WorkerAnswer:
    """The reply of a worker, as it comes: `head`, then the pieces of the body."""

    def __init__(self, process: _Worker, seconds: float) -> None:
        self.head = Head(500, "")
        self.is_complete = False
        self._process = process
        self._limit = self._seconds = seconds
        self._frame = Frame(frames.BROKEN, b"", b"")

    async def read_head(self) -> None:
        """Wait for the head.

        Raises:
            RequestError: it takes too long, or the worker died, mostly for want of memory.

        """
        try:
            await self._read()
        except TimeoutError:
            line = f"the request takes more than {self._limit:g} seconds, the limit here"
            raise RequestError(504, line, "Ask for less, or with a LIMIT") from None
        except asyncio.IncompleteReadError:
            raise RequestError(507, failures.MEMORY, "Ask for less, or without ORDER BY") from None
        self.head = frames.read_head(self._frame.head)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The pieces of the body.

        Raises:
            BrokenOffError: the body ends too early: the worker failed, died or takes too long.

        """
        yield self._frame.piece
        while not self.is_complete:
            try:
                await self._read()
            except (TimeoutError, asyncio.IncompleteReadError):
                raise BrokenOffError from None
            yield self._frame.piece
        if self._frame.kind == frames.BROKEN:
            raise BrokenOffError

    async def _read(self) -> None:
        """Read the next frame; only the time that we wait for the worker counts."""
        loop = asyncio.get_running_loop()
        before = loop.time()
        async with asyncio.timeout(self._seconds):
            self._frame = await frames.read(self._process.output)
        self._seconds -= loop.time() - before
        self.is_complete = self._frame.kind != frames.MORE


class _Worker:
    """One worker process, and our ends of its pipes.

    `lives` is closed when this process ends, however it ends; the kernel then ends the worker.
    """

    def __init__(
        self,
        process: BaseProcess,
        output: asyncio.StreamReader,
        jobs: asyncio.StreamWriter,
        lives: Connection,
    ) -> None:
        self.process = process
        self.output = output
        self.has_yielded = False
        self._jobs = jobs
        self._lives = lives

    @classmethod
    async def start(cls, settings: Settings, folder: Path | None) -> _Worker:
        """Start a process, which takes some milliseconds."""
        ours, theirs = socket.socketpair()
        server, lives = _PROCESSES.Pipe(duplex=False)
        with theirs, server:
            process = _PROCESSES.Process(
                target=worker.main, args=(theirs, server, settings, folder), daemon=True
            )
            await asyncio.to_thread(process.start)
        return cls(process, *await asyncio.open_connection(sock=ours), lives)

    async def give(self, job: Job) -> None:
        """Send it a request."""
        self._jobs.write(frames.packed(job))
        await self._jobs.drain()

    def yield_to_others(self) -> None:
        """Let all others compute first, from now on: only an administrator can take that back."""
        self.has_yielded = True
        with suppress(OSError):
            assert self.process.pid
            os.setpriority(os.PRIO_PROCESS, self.process.pid, _NICE)

    async def kill(self) -> None:
        """End the process at once."""
        self.process.kill()
        self._jobs.close()
        self._lives.close()
        await asyncio.to_thread(self.process.join)


class Pool:
    """Worker processes for the requests of a server; use it as an asynchronous context manager.

    A request that is not read to its end, takes too long or too much memory costs its worker,
    which is killed and replaced.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        limits = settings.limits
        self.waiting = 0
        self._addresses = routes.addresses()
        self._free: list[_Worker] = []
        self._build = ""
        self._knowing: asyncio.Task[None] | None = None
        self._folder: Path | None = None
        self._stack = ExitStack()
        self._turns = asyncio.Semaphore(limits.workers)
        # Queries of any cost leave one worker to the others.
        self._query_turns = asyncio.Semaphore(max(1, limits.workers - 1))

    async def __aenter__(self) -> Pool:
        # Before the workers' numpy: its threads would wait for each other where all cores answer.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # Oxigraph asks for memory all the time: glibc keeps more of what was freed at hand.
        os.environ.setdefault("GLIBC_TUNABLES", "glibc.malloc.tcache_count=2000")
        handlers = {address.handler.__module__ for address in self._addresses}
        with suppress(OSError):  # without one, each worker finds out for itself
            self._folder = self._stack.enter_context(unfinished.folder("pfocr-kg-serve-"))
        _PROCESSES.set_forkserver_preload([worker.__name__, *sorted(handlers)])
        for _ in range(self.settings.limits.workers):
            self._free.append(await self._start())
        self._know(_current(self.settings))
        return self

    async def _start(self) -> _Worker:
        # A client that leaves does not stop it halfway, while the process gets its ends of pipes.
        return await asyncio.shield(_Worker.start(self.settings, self._folder))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._knowing:
            self._knowing.cancel()
            await asyncio.wait([self._knowing])
        for one in self._free:
            await one.kill()
        self._free.clear()
        self._stack.close()

    @asynccontextmanager
    async def answer(self, job: Job, *, is_query: bool) -> AsyncIterator[WorkerAnswer]:
        """The reply of a worker, with its head.

        Raises:
            RequestError: too many requests wait, or as `WorkerAnswer.read_head`.

        """
        async with self._turn(is_query=is_query):
            process = self._free.pop() if self._free else await self._start()
            answer = WorkerAnswer(process, self.settings.limits.seconds)
            # A page is not killed for it: its worker keeps what it computed once for all pages.
            seconds = _LONG if is_query else math.inf
            late = asyncio.get_running_loop().call_later(seconds, process.yield_to_others)
            try:
                await process.give(job)
                await answer.read_head()
                if answer.head.build not in ("", self._build):
                    self._know(_current(self.settings))
                yield answer
            finally:
                late.cancel()
                if answer.is_complete and not process.has_yielded:
                    self._free.append(process)
                else:
                    await asyncio.shield(process.kill())

    async def reply(self, path: str, asked: Asked) -> tuple[Head, bytes]:
        """The whole reply of an address of `routes`, given by its path.

        Raises:
            RequestError: as `answer` does, or the reply is broken off.

        """
        number = [address.path for address in self._addresses].index(path)
        is_query = self._addresses[number].is_query
        async with self.answer(Job(number, asked), is_query=is_query) as answer:
            try:
                return answer.head, b"".join([piece async for piece in answer.pieces()])
            except BrokenOffError:
                raise RequestError(500, "the server failed at this request") from None

    def _know(self, build: Generation | None) -> None:
        """Have a process find out of a large build what takes seconds, for all workers."""
        if build is None or build.path.name == self._build:
            return
        self._build = build.path.name
        if self._knowing:
            self._knowing.cancel()
        if self._folder and known.is_large(build):
            self._knowing = asyncio.create_task(self._find_out(self._folder))

    async def _find_out(self, folder: Path) -> None:
        server, lives = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(
            target=known.main, args=(server, self.settings, folder), daemon=True
        )
        with server, lives:
            try:
                process.start()  # in milliseconds; a new build cannot stop it halfway
            except OSError:
                return  # each worker finds out for itself
            try:
                await asyncio.to_thread(process.join)
            finally:
                process.kill()
                await asyncio.shield(asyncio.to_thread(process.join))

    @asynccontextmanager
    async def _turn(self, *, is_query: bool) -> AsyncIterator[None]:
        """Wait for a free worker, but not in too long a queue."""
        if self.waiting >= self.settings.limits.waiting:
            raise RequestError(503, "too many requests at once", "Try again", _RETRY)
        turns = (self._query_turns, self._turns) if is_query else (self._turns,)
        held: list[asyncio.Semaphore] = []
        self.waiting += 1
        try:
            try:
                async with asyncio.timeout(self.settings.limits.seconds):
                    for turn in turns:
                        await turn.acquire()
                        held.append(turn)
            except TimeoutError:
                raise RequestError(503, "all workers are busy", "Try again", _RETRY) from None
            finally:
                self.waiting -= 1
            yield
        finally:
            for turn in held:
                turn.release()


def _current(settings: Settings) -> Generation | None:
    with suppress(PfocrError):
        return generations.current(settings.store)
    return None
