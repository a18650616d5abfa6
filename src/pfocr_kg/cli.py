"""The command line: parses and prints; everything else returns and raises."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Annotated, Any, NoReturn

import click
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from pfocr_kg import formats, iris, render
from pfocr_kg import query as querying
from pfocr_kg.build import Progress, Report
from pfocr_kg.build import build as run_build
from pfocr_kg.errors import FormatError, NothingReadError, PfocrError, QueryError
from pfocr_kg.graph import Graph
from pfocr_kg.results import Answer, Rows, Triples

WRONG = 1
UNUSABLE = 2
INTERRUPTED = 130
SECONDS_BETWEEN_LINES = 10

app = typer.Typer(
    name="pfocr-kg",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A knowledge graph of published pathway figures: PFOCR records to RDF, SPARQL, Turtle.",
)

Store = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="DIR",
        envvar="PFOCR_KG_STORE",
        help="Folder of the store.",
    ),
]
DEFAULT_STORE = "./pfocr-kg-store"


def _examples(*lines: str) -> str:
    return "Examples:\n\n\b\n" + "\n".join(f"  {line}" for line in lines)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pfocr-kg {version('pfocr-kg')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show version.")
    ] = False,
) -> None:
    pass


@app.command(
    epilog=_examples(
        "pfocr-kg build pfocr-database --store my-store",
        "pfocr-kg build _figures/PMC3614012__nihms379615f2.md",
        "pfocr-kg build release.tar.gz extra.zip --strict",
    )
)
def build(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Records: .md files, folders with _figures/ and _data/, .zip or .tar.gz of them.",
            show_default=False,
        ),
    ],
    store: Store = DEFAULT_STORE,
    genes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Newer human gene symbols: HGNC's complete set or NCBI's gene_info.",
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that read and map.  [default: the cores there are]"),
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Keep what the store holds.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if anything was quarantined.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")] = False,
) -> None:
    """Build the graph from records; the store then holds exactly what they hold."""
    notes = Console(stderr=True, highlight=False)
    with _progress(notes, quiet=quiet) as show:
        report = run_build(
            sources,
            store,
            genes=genes,
            jobs=jobs or os.cpu_count() or 1,
            add=add,
            progress=show,
        )
    if not quiet:
        _summary(report, store, notes)
    if strict and report.quarantined:
        raise typer.Exit(WRONG)


@contextmanager
def _progress(notes: Console, *, quiet: bool) -> Iterator[Any]:
    """A function that shows how far a build is: a bar on a terminal, else a line a stage."""
    if quiet:
        yield lambda _: None
    elif notes.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Bar(*columns, TimeRemainingColumn(), console=notes, transient=True) as bar:
            task = bar.add_task("starting", total=None)

            def update(now: Progress) -> None:
                bar.update(task, description=now.stage, completed=now.records, total=now.of)

            yield update
    else:
        yield _Lines(notes)


class _Lines:
    """Progress as plain lines: when a stage begins, and now and then while it goes on."""

    def __init__(self, notes: Console) -> None:
        self.notes = notes
        self.stage = ""
        self.at = 0.0

    def __call__(self, now: Progress) -> None:
        if now.stage == self.stage and time.monotonic() < self.at + SECONDS_BETWEEN_LINES:
            return
        self.stage, self.at = now.stage, time.monotonic()
        self.notes.print(f"{now.stage}: {now.records:,} of {now.of:,} records", soft_wrap=True)


def _summary(report: Report, store: str, notes: Console) -> None:
    lines = [
        f"{report.figures:,} figures, {report.triples:,} triples in {store} "
        f"({sum(report.stages.values()):.1f} s)"
    ]
    if report.quarantined:
        lines.append(f"{len(report.quarantined):,} quarantined:")
        shown = report.quarantined[:10]
        lines += [f"  {entry['path']}: {entry['reason']}" for entry in shown]
        if len(report.quarantined) > len(shown):
            lines.append(f"  and more, all in {Path(store) / 'build-report.json'}")
    if report.unknown_keys:
        keys = ", ".join(f"{key} ({n:,})" for key, n in sorted(report.unknown_keys.items())[:10])
        lines.append(f"unknown keys left out: {keys}")
    for line in lines:
        notes.print(line, soft_wrap=True, markup=False)


@app.command(
    epilog=_examples(
        "pfocr-kg query figures-of-gene --param symbol=TP53",
        "pfocr-kg query my-question.rq --format csv",
        'echo "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }" | pfocr-kg query -',
    )
)
def query(
    what: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE.rq|-",
            help="A bundled query, a file, or - for standard input.",
            show_default=False,
        ),
    ],
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param", "-p", metavar="NAME=VALUE", help="Repeat a name for several values."
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help=f"{', '.join(formats.QUERY)}.  [default: table for rows, turtle for graphs]",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file; .gz, .zst pack.")
    ] = None,
    store: Store = DEFAULT_STORE,
) -> None:
    """Run a bundled query, a query file, or SPARQL from standard input."""
    asked = _query(what)
    values = _values(param or [])
    if form is not None and form not in formats.QUERY:
        raise FormatError(f"unknown format {form!r}", hint="One of " + ", ".join(formats.QUERY))
    with Graph(store) as graph:
        answer = graph.query(asked, **values)
        if isinstance(answer, Triples):
            chosen = form or formats.rdf_format(None, output)
        else:
            chosen = form or formats.result_format(output)
        if chosen == formats.TABLE and not isinstance(answer, Triples):
            _print_table(answer, output)
        else:
            _write(output, lambda file: answer.write(file, chosen))


def _query(what: str) -> querying.Query:
    """The query meant: standard input, a file, or a bundled one."""
    if what == "-":
        text = sys.stdin.buffer.read()
        try:
            return querying.parse("standard input", text.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise QueryError("standard input: is not UTF-8 text") from None
    path = Path(what)
    if path.suffix in (".rq", ".sparql") or "/" in what or path.is_file():
        return querying.read(path)
    return querying.find(what)


def _values(given: list[str]) -> dict[str, list[str]]:
    """NAME=VALUE, repeated, as NAME -> values."""
    values: dict[str, list[str]] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise QueryError(f"--param {item!r} is not NAME=VALUE", hint="As in symbol=TP53")
        values.setdefault(name.lstrip("?$"), []).append(value)
    return values


def _write(output: Path | None, write: Callable[[IO[bytes]], None]) -> None:
    """Let `write` fill a file, or standard output."""
    if output is None or str(output) == "-":
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        with formats.writing(output) as file:
            write(file)


def _print_table(answer: Rows | Answer, output: Path | None) -> None:
    if output is None or str(output) == "-":
        render.result(answer, Console(highlight=False))
        return
    text = io.StringIO()
    render.result(answer, Console(file=text, highlight=False))
    with formats.writing(output) as file:
        file.write(text.getvalue().encode())


@app.command(epilog=_examples("pfocr-kg queries", "pfocr-kg queries --format json"))
def queries(
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help="table or json.")
    ] = formats.TABLE,
) -> None:
    """List the bundled queries: topic, name, what each answers, parameters."""
    _one_of(form, (formats.TABLE, "json"))
    found = [query.as_dict() for query in querying.bundled().values()]
    if form == "json":
        _print_json(found)
        return
    rows = [
        {
            "topic": query["topic"],
            "name": query["name"],
            "answers": query["description"],
            "parameters": ", ".join(f"{p['name']}={p['default']}" for p in query["parameters"]),
        }
        for query in found
    ]
    render.records(rows, Console(highlight=False))


@app.command(
    epilog=_examples(
        "pfocr-kg export --output pfocr.ttl.gz",
        "pfocr-kg export --format ntriples > pfocr.nt",
    )
)
def export(
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help=f"{', '.join(formats.RDF)}.  [default: as the file's ending says, else turtle]",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A file; .gz and .zst compress."),
    ] = None,
    store: Store = DEFAULT_STORE,
) -> None:
    """Write the graph, sorted: the same store gives the same bytes."""
    to_file = output is not None and str(output) != "-"
    chosen = formats.rdf_format(form, output if to_file else None)
    with Graph(store) as graph:
        if to_file and output is not None:
            graph.export(output, chosen)
        else:
            graph.write(sys.stdout.buffer, chosen)
            sys.stdout.buffer.flush()


@app.command(epilog=_examples("pfocr-kg stats", "pfocr-kg stats --store my-store --format json"))
def stats(
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help="table or json.")
    ] = formats.TABLE,
    store: Store = DEFAULT_STORE,
) -> None:
    """Count what the graph holds: triples, classes, figures and genes by organism."""
    _one_of(form, (formats.TABLE, "json"))
    with Graph(store) as graph:
        counts = graph.stats()
    if form == "json":
        _print_json(counts)
        return
    console = Console(highlight=False)
    classes = {**counts["classes"], "triples in all": counts["triples"]}
    render.records([{"class": name, "count": n} for name, n in classes.items()], console)
    console.print()
    render.records(counts["organisms"], console)


@app.command(epilog=_examples("pfocr-kg validate", "pfocr-kg validate --store my-store"))
def validate(store: Store = DEFAULT_STORE) -> None:
    """Check the graph against the SHACL shapes; for graphs that fit in memory."""
    with Graph(store) as graph:
        found = graph.validate()
    if found:
        typer.echo("The graph conforms to the shapes.")
        return
    rows = [
        {
            "node": iris.curie(violation.node),
            "property": iris.curie(violation.path),
            "value": iris.curie(violation.value),
            "why": violation.message,
        }
        for violation in found.violations
    ]
    render.records(rows, Console(highlight=False))
    raise typer.Exit(WRONG)


def _one_of(form: str, allowed: tuple[str, ...]) -> None:
    if form not in allowed:
        raise FormatError(f"unknown format {form!r}", hint="One of " + ", ".join(allowed))


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _fail(message: str, code: int) -> NoReturn:
    one_line = " ".join(message.split())
    typer.echo(f"pfocr-kg: {one_line}", err=True)
    sys.exit(code)


def main() -> None:
    """Run the command line; every failure ends as one line and an exit code."""
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        where = f" (see: {error.ctx.command_path} --help)" if error.ctx else ""
        _fail(error.format_message() + where, UNUSABLE)
    except click.ClickException as error:
        _fail(error.format_message(), UNUSABLE)
    except NothingReadError as error:
        _fail(str(error), WRONG)
    except PfocrError as error:
        _fail(str(error), UNUSABLE)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted; the store is as it was", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has enough. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
