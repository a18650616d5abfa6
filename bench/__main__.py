"""Measures the targets of this project, on a corpus made for it.

    python -m bench [--figures 2000] [--rows build,mapping,...] [--json FILE]

Prints one table: target, measurement, and whether the target is met. `make bench` does the
same in an environment of its own.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench import table
from bench.errors import BenchError, Unavailable
from bench.table import Result
from bench.world import World, check_folder
from pfocr_kg.errors import PfocrError

ROWS = {
    "build": "build",
    "mapping": "mapping",
    "genes": "gene_tables",
    "update": "update",
    "memory": "memory",
    "export": "export",
    "links": "links",
    "queries": "queries",
    "names": "names",
    "validate": "validation",
    "serve": "serving",
}
"""Rows by name, in the order in which they are measured, and the module of each."""


def main() -> int:
    """Measure the rows asked for; 0, or 1 if one of them failed, or 2 if used wrongly."""
    given = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    temporary = given.work is None
    work = Path(tempfile.mkdtemp(prefix="pfocr-kg-bench-")) if temporary else given.work
    try:
        if not temporary:
            check_folder(work).mkdir(parents=True, exist_ok=True)
        world = World(
            given.figures,
            work.resolve(),
            given.tools.resolve(),
            given.seed,
            given.runs,
            _data(),
            given.grow,
        )
        return _measure(world, given.rows, given.json)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: stopped", file=sys.stderr)
        return 130
    finally:
        if temporary:
            shutil.rmtree(work, ignore_errors=True)


def _measure(world: World, rows: list[str], output: Path | None) -> int:
    start = time.perf_counter()
    results: list[Result] = []
    try:
        for row in rows:
            results += _row(world, row)
    finally:
        if results:
            seconds = time.perf_counter() - start
            table.show(results, f"pfocr-kg bench, {world.figures:,} figures ({seconds:.0f} s)")
            if output:
                content = table.as_json(results, world.figures, world.seed, seconds)
                output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        _clean(world.work)
    return int(any(r.measured.startswith("failed") for r in results))


def _row(world: World, name: str) -> list[Result]:
    """Measure a row; one that fails stands in the table with its reason."""
    try:
        results: list[Result] = importlib.import_module(f"bench.rows.{ROWS[name]}").measure(world)
    except Unavailable as error:
        return [Result(name, "", "", f"not measured: {error}")]
    except (BenchError, PfocrError, OSError) as error:
        return [Result(name, "", "", f"failed: {error}")]
    return results


def _clean(work: Path) -> None:
    """Remove what the bench made; the folder itself is the user's."""
    for path in work.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _data() -> Path | None:
    given = os.environ.get("PFOCR_DATA")
    return Path(given).resolve() if given and Path(given).is_dir() else None


def _rows(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in ROWS]:
        raise argparse.ArgumentTypeError(f"no row {unknown[0]!r}; there are {', '.join(ROWS)}")
    return [name for name in ROWS if name in names]


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--figures", metavar="N", type=_positive, default=2_000, help="size of the corpus")
    add("--rows", type=_rows, default=list(ROWS), help=f"some of {','.join(ROWS)}")
    add("--runs", metavar="N", type=_positive, default=3, help="how often each is measured")
    add("--seed", metavar="N", type=int, default=1, help="of the made-up figures")
    add("--grow", metavar="FOLDER", type=Path, help="grow real records instead")
    add("--work", metavar="DIR", type=Path, help="folder for temporary files, new or empty")
    add(
        "--tools",
        metavar="DIR",
        type=Path,
        default=Path(".venv-morph"),
        help="environment of Morph-KGC, made on first use and kept",
    )
    add("--json", metavar="FILE", type=Path, help="write all that was measured")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
