"""A worker process: answers one request after the other, through a pipe."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket
from typing import IO

from pfocr_kg.serve import failures, frames, routes
from pfocr_kg.serve.frames import Writer
from pfocr_kg.serve.messages import Job
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site
from pfocr_kg.store import generations


def main(pipe: socket, server: Connection, settings: Settings, folder: Path | None) -> None:
    """Answer requests until the other end of the pipe is closed, or the server is gone.

    `server` is a pipe of this process alone whose other end only the server has, and `folder` that
    of `Site.share`.
    """
    prepare(server, settings)
    worker = Worker(settings, folder)
    with pipe, pipe.makefile("rb") as jobs, pipe.makefile("wb") as replies:
        while job := frames.read_job(jobs):
            worker.answer(job, replies)
            replies.flush()


def prepare(server: Connection, settings: Settings) -> None:
    """Let this process end with the server, and have no more memory than it may."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _end_with(server)
    _limit_memory(settings.limits.memory << 20)


def _end_with(server: Connection) -> None:
    """Have the kernel end this process, whatever it computes, when the pipe is closed.

    It then sends SIGIO, which ends a process that does not handle it: the last one that asked for
    it, so that each needs a pipe of its own. (Linux. Elsewhere a worker ends when its request is
    answered.)
    """
    import fcntl  # noqa: PLC0415 - Windows has none

    fcntl.fcntl(server, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(server, fcntl.F_SETFL, fcntl.fcntl(server, fcntl.F_GETFL) | os.O_ASYNC)
    if server.poll():  # closed before
        sys.exit()


def _limit_memory(size: int) -> None:
    import resource  # noqa: PLC0415 - Windows has none

    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # one that needs more leaves no dump of it


class Worker:
    """Answers requests from the store's current generation."""

    def __init__(self, settings: Settings, folder: Path | None = None) -> None:
        self.settings = settings
        self._folder = folder
        self.addresses = routes.addresses()
        self._site: Site | None = None

    def answer(self, job: Job, pipe: IO[bytes]) -> None:
        """Write the reply to one request."""
        asked, address = job.asked, self.addresses[job.number]
        is_head = asked.method == "HEAD"
        output = Writer(pipe)
        try:
            site = self._current()
            output.build = site.build
            output.send(address.handler(site, asked), with_gzip=job.with_gzip, is_head=is_head)
        except BrokenPipeError:
            raise
        except Exception as error:  # the next request needs this worker
            if output.is_started:
                output.break_off()
                return
            reply = failures.reply(failures.refusal(error), asked, for_people=address.for_people)
            Writer(pipe).send(reply, with_gzip=False, is_head=is_head)

    def _current(self) -> Site:
        """The site of the current generation, opened anew if a build replaced the last one."""
        if self._site is None or self._is_old(self._site):
            old, self._site = self._site, None
            if old:
                old.close()
            self._site = Site(self.settings, self._folder)
        return self._site

    def _is_old(self, site: Site) -> bool:
        current = generations.current(self.settings.store)
        return current is None or current.path.name != site.build
