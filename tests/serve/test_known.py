"""What pages need of the whole graph: one process finds it out, workers take it from a folder."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

import asynchronous
from pfocr_kg.serve import known
from pfocr_kg.serve.messages import Asked
from pfocr_kg.serve.pages import front
from pfocr_kg.serve.pool import Pool
from pfocr_kg.serve.settings import Limits, Settings
from pfocr_kg.serve.site import Site
from pfocr_kg.store import generations
from pfocr_kg.store.generations import Generation


def body(site: Site) -> object:
    return front.page(site, Asked()).body


def test_a_site_takes_what_another_made(
    linked_sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Site(Settings(linked_sample), tmp_path) for _ in range(2))
    known.find_out(first)
    assert {"front", "overview", "facets", "genes of figures"} <= first._once.keys()
    plain = body(first)
    monkeypatch.setattr(front, "_front", None)  # it is not made again
    assert body(second) == plain
    first.close()
    second.close()


def test_what_another_user_made_is_not_taken(
    linked_sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Site(Settings(linked_sample), tmp_path) for _ in range(2))
    first.once("a", lambda: "shared")
    first.share()
    assert second.once("a", lambda: "made") == "shared"
    second._once.clear()
    monkeypatch.setattr(os, "geteuid", lambda: -1)
    assert second.once("a", lambda: "made") == "made"
    first.close()
    second.close()


def test_what_is_of_another_build_is_not_taken(linked_sample: Path, tmp_path: Path) -> None:
    first, second = (Site(Settings(linked_sample), tmp_path) for _ in range(2))
    first.once("a", lambda: "shared")
    first.share()
    (tmp_path / first.build).rename(tmp_path / "20000101-000000-00000000")
    assert second.once("a", lambda: "made") == "made"
    first.close()
    second.close()


@pytest.mark.slow
def test_the_pool_has_it_found_out_again_of_a_new_build(
    linked_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "LARGE", 1)

    async def ask() -> Path:
        async with Pool(Settings(linked_sample, limits=Limits(workers=1))) as pool:
            folder = pool._folder
            assert folder
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert pool._knowing
            await pool._knowing
            (build,) = folder.iterdir()
            assert len(list(build.iterdir())) >= 4
            build.rename(folder / "old")
            pool._build = "old"
            head, _ = await pool.reply("/", Asked())  # tells that there is another build
            await pool._knowing
            assert [path.name for path in folder.iterdir()] == [head.build]
            return folder

    assert not asynchronous.run(ask()).exists()


def test_the_pool_ends_while_it_is_found_out(
    linked_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "LARGE", 1)

    async def start() -> Path | None:
        async with Pool(Settings(linked_sample, limits=Limits(workers=1))) as pool:
            assert pool._knowing
            while len(multiprocessing.active_children()) < 2:
                assert not pool._knowing.done()
                await asyncio.sleep(0.01)
            return pool._folder

    folder = asynchronous.run(start())
    assert folder
    assert not folder.exists()
    assert not multiprocessing.active_children()


def test_of_a_small_build_nothing_is_found_out(
    linked_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = generations.current(linked_sample)
    assert build
    assert not known.is_large(build)
    monkeypatch.setattr(Generation, "read_report", lambda _: {"classes": [], "sources": []})
    assert not known.is_large(build)

    async def start() -> None:
        async with Pool(Settings(linked_sample, limits=Limits(workers=1))) as pool:
            assert pool._knowing is None

    asynchronous.run(start())
