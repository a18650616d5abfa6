"""Fixtures that several test files share."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import portalocker
import pytest
from hypothesis import HealthCheck, settings

import fork_server
import hostile
import pfocr_kg
from fork_server import Finished, Run
from places import EXCERPT, ROOT

IN_CI = os.environ.get("CI", "").lower() == "true"

# Derandomised: a failure is the change's, not the day's. Tests marked `slow` draw their own. Under
# coverage each example takes longer, and fewer run the same lines.
settings.register_profile(
    "pfocr-kg",
    max_examples=25 if "coverage" in sys.modules else 60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("pfocr-kg")


MEMORY = Path("/dev/shm")
ENOUGH = 4 << 30
"""Bytes free there: the quick tests take half of it at most."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' files in memory where there is room; `--basetemp` says otherwise.

    A build writes its graph through to the disk, and waits for that longer than it computes.
    Ctrl-C is heard even where a shell began the tests in the background, since some send it.
    Output of the command is buffered, as it is for users: what is left is written when it ends.
    """
    os.environ.pop("PYTHONUNBUFFERED", None)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="module", autouse=True)
def _frozen() -> None:
    """Leave what there is before a module's tests out of the collection of garbage.

    Each build collects it once, which takes longer than a small build among so many objects.
    """
    gc.collect()
    gc.freeze()


Once = Callable[[str, Callable[[Path], object]], Path]


def lacking(reason: str) -> None:
    """Skip for want of something outside the repository; in CI nothing may be wanting."""
    if IN_CI:
        pytest.fail(f"{reason} (continuous integration must have it)")
    pytest.skip(reason)


@pytest.fixture
def normal_literals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have rdflib compare equal values as one text; importing nanopub turns that off for all."""
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", True)


@pytest.fixture(scope="session")
def missing() -> Callable[[str], None]:
    """`lacking`, for tests that need a program of the system."""
    return lacking


@pytest.fixture(scope="session")
def sample() -> Path:
    """The sample corpus of the repository."""
    return ROOT / "tests" / "data" / "sample"


def _real_data() -> Path | None:
    """The folder of real data, which PFOCR_DATA names, if it is there."""
    folder = Path(os.environ.get("PFOCR_DATA", ROOT.parent / "shared" / "data"))
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def pfocr_data() -> Path:
    """The folder of real data; PFOCR_DATA=none says that there is none."""
    if os.environ.get("PFOCR_DATA") == "none":
        pytest.skip("PFOCR_DATA says that there are no real data")
    folder = _real_data()
    if folder is None:
        lacking("the real data are not there (PFOCR_DATA names their folder)")
    return folder


@pytest.fixture(scope="session")
def vocabularies() -> Path:
    """The folder of vocabularies for plain readings: the real data's, else the package's own."""
    folder = _real_data()
    return ROOT / "ontologies" if folder is None else folder


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a folder once for all processes of tests: `once("covid", make)` calls `make(folder)`.

    Whoever comes first makes it, and the others wait; then it is for reading only.
    """
    ours = tmp_path_factory.getbasetemp()
    common = ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, finished = common / f"once-{name}", common / f"once-{name}.finished"
        with portalocker.Lock(common / f"once-{name}.lock", timeout=600):
            if not finished.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                finished.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def built_sample(once: Once, sample: Path) -> Path:
    """A store built from the sample corpus; for reading only."""
    return once("sample", lambda folder: pfocr_kg.build(sample, folder / "store")) / "store"


@pytest.fixture(scope="session")
def linked_sample(once: Once, built_sample: Path) -> Path:
    """A store of the sample, linked to the ten pathways of the excerpt; for reading only."""

    def make(folder: Path) -> None:
        shutil.copytree(built_sample, folder / "store")
        pfocr_kg.link(folder / "store", pfocr_kg.WikiPathways([EXCERPT]))

    return once("linked-sample", make) / "store"


@pytest.fixture(scope="session")
def built_covid(once: Once, pfocr_data: Path) -> Path:
    """A store of the COVID collection; for reading only."""
    covid = pfocr_data / "pfocr-covid"
    return once("covid", lambda folder: pfocr_kg.build(covid, folder / "store")) / "store"


@pytest.fixture(scope="session")
def hostile_store(once: Once) -> Path:
    """A linked store of `hostile` records, with their archive a.tar.gz and p.gmt beside it."""

    def make(folder: Path) -> None:
        pfocr_kg.build(hostile.write_archive(folder / "a.tar.gz"), folder / "store")
        gmt = hostile.write_gmt(folder / "p.gmt")
        pfocr_kg.link(folder / "store", pfocr_kg.WikiPathways([gmt]))

    return once("hostile", make) / "store"


@pytest.fixture
def sample_graph(built_sample: Path) -> Iterator[pfocr_kg.Graph]:
    """The store of the sample corpus, open."""
    with pfocr_kg.open(built_sample) as graph:
        yield graph


@pytest.fixture(scope="session", autouse=True)
def fork_servers() -> Iterator[fork_server.Servers]:
    """Servers that have imported the command, of each process of tests its own."""
    with fork_server.SERVERS as servers:
        yield servers


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    """That of the tests, without what would change the command's answers."""
    names = ("PFOCR_KG_STORE", "FORCE_COLOR", "COLUMNS")
    ours = {k: v for k, v in os.environ.items() if k not in names}
    return {**ours, "PYTHONUTF8": "1", **(more or {})}


@pytest.fixture(scope="session")
def run_process() -> Run:
    """Run the installed command as a user would, in a new interpreter; called as `run_cli` is."""

    def run(
        *arguments: object,
        stdin: str | bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 120,
    ) -> Finished:
        done = subprocess.run(
            [fork_server.COMMAND, *map(str, arguments)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env=_environment(env),
            cwd=cwd,
            timeout=timeout,
            check=False,
        )
        return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def run_cli(fork_servers: fork_server.Servers, run_process: Run) -> Run:
    """Run the command in a process of its own that is spared the imports.

    `run_cli("query", "figures-of-gene", "--store", store)`: arguments are made texts; `stdin`
    is what it reads, `env` is added to the environment, `cwd` the folder it runs in. Variables
    that Python reads when it starts need a new interpreter, and get it; for PYTHONHASHSEED there
    is a server for each value.
    """

    def run(
        *arguments: object,
        stdin: str | bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 120,
    ) -> Finished:
        if any(name.startswith("PYTHON") and name != "PYTHONHASHSEED" for name in env or ()):
            return run_process(*arguments, stdin=stdin, env=env, cwd=cwd, timeout=timeout)
        with TemporaryFile() as given, TemporaryFile() as stdout, TemporaryFile() as stderr:
            given.write(stdin.encode() if isinstance(stdin, str) else stdin)
            given.seek(0)
            code = fork_servers.run(
                [*map(str, arguments)],
                (given, stdout, stderr),
                _environment(env),
                cwd or Path.cwd(),
                timeout,
            )
            stdout.seek(0)
            stderr.seek(0)
            return Finished(code, stdout.read().decode(), stderr.read().decode())

    return run


CHROMIUM = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
    "--disable-dev-shm-usage",  # of which containers have little
)


@pytest.fixture(scope="session")
def browser(missing: Callable[[str], None]) -> Iterator[Any]:
    """Chromium, which asks nothing of any host by itself."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("chromium is missing")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
        yield browser
        browser.close()
