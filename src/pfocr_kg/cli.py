"""The command line: parses and prints; everything else returns and raises."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final, NoReturn, TypeVar

import click
from rich.console import Console

from pfocr_kg import formats, iris, progress, render
from pfocr_kg import query as querying
from pfocr_kg.build import build as run_build
from pfocr_kg.build import link as run_link
from pfocr_kg.errors import NothingReadError, PfocrError, QueryError
from pfocr_kg.graph import Graph
from pfocr_kg.link.options import Options, Request
from pfocr_kg.report import Report
from pfocr_kg.results import Answer, Rows, Triples

WRONG: Final = 1
UNUSABLE: Final = 2
INTERRUPTED: Final = 130
TERMINATED: Final = 143

LISTED: Final = 10
"""Quarantined files and unknown keys that the summary of a build names; the report has all."""

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _examples(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def _store(command: _Command) -> _Command:
    return click.option(
        "--store",
        metavar="DIR",
        envvar="PFOCR_KG_STORE",
        show_envvar=True,
        default="./pfocr-kg-store",
        show_default=True,
        help="Folder of the store.",
    )(command)


def _output(command: _Command) -> _Command:
    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Write to a file instead of standard output; .gz and .zst compress.",
    )(command)


def _format(choices: tuple[str, ...], default: str) -> Callable[[_Command], _Command]:
    said = f"{', '.join(choices)}.  [default: {default}]"
    return click.option(
        "-f", "--format", "form", type=_Choice(choices), metavar="FORMAT", help=said
    )


def _pathways(command: _Command) -> _Command:
    """The options that say what to link to, and what counts as evidence."""
    rules = Options()
    options = (
        click.option(
            "--wikipathways",
            metavar="PATH",
            multiple=True,
            help="WikiPathways: a folder of its database, GMT, RDF, or a SPARQL endpoint's URL.",
        ),
        click.option(
            "--pmc-ids",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="PMC-ids.csv of PubMed Central, to find papers that figure and pathway share.",
        ),
        click.option(
            "--min-shared",
            metavar="N",
            type=click.IntRange(min=1),
            default=rules.min_shared,
            show_default=True,
            help="Genes that figure and pathway share at least, to be linked by overlap.",
        ),
        click.option(
            "--max-p",
            metavar="P",
            type=click.FloatRange(min=0, max=1, min_open=True),
            default=rules.alpha,
            show_default=True,
            help="Adjusted p-value that the overlap stays below.",
        ),
        click.option(
            "--best",
            metavar="N",
            type=click.IntRange(min=1),
            default=rules.best,
            show_default=True,
            help="Pathways that a figure is linked to by overlap, at most.",
        ),
        click.option(
            "--direct-only", is_flag=True, help="Count genes read by their own symbol only."
        ),
    )

    for option in reversed(options):
        command = option(command)
    return command


def _request(given: dict[str, Any]) -> Request | None:
    """What the options of `_pathways` ask for; None where they name no pathways."""
    if not given["wikipathways"]:
        return None
    options = Options(
        min_shared=given["min_shared"],
        alpha=given["max_p"],
        best=given["best"],
        direct_only=given["direct_only"],
    )
    return Request(given["wikipathways"], options, given["pmc_ids"])


class _Choice(click.Choice[str]):
    """A choice whose error names the choices, however many they are."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__(choices, case_sensitive=False)


class _Commands(click.Group):
    """The commands; a reader who has enough of their output is no error."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click itself would exit with 1 where a pipe is closed."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python would complain once more when it closes standard output at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        return result


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="pfocr-kg", message="pfocr-kg %(version)s")
def app() -> None:
    """A knowledge graph of published pathway figures: PFOCR records to RDF, SPARQL, Turtle."""


@app.command(
    epilog=_examples(
        "pfocr-kg build pfocr-database --store my-store",
        "pfocr-kg build _figures/PMC3614012__nihms379615f2.md",
        "pfocr-kg build release.tar.gz extra.zip --strict",
    )
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@_store
@click.option(
    "--genes",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Newer human gene symbols: HGNC's complete set or NCBI's gene_info.",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Processes that read and map more than 1,000 records.  [default: the cores there are]",
)
@_pathways
@click.option("--add", is_flag=True, help="Keep what the store holds.")
@click.option("--strict", is_flag=True, help="Exit with 1 if anything was quarantined.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
def build(
    sources: tuple[str, ...],
    store: str,
    genes: Path | None,
    jobs: int | None,
    add: bool,
    strict: bool,
    quiet: bool,
    **pathways: Any,
) -> None:
    """Build the graph from records.

    Afterwards the store holds exactly what the sources hold, whatever it held before. A SOURCE
    is a record (.md), a folder with _figures/ and _data/ or just of records, or a .zip or
    .tar.gz of one.
    """
    notes = Console(stderr=True, highlight=False)
    jobs = jobs or os.cpu_count() or 1
    with progress.shown(notes, quiet=quiet) as show:
        report = run_build(
            sources,
            store,
            genes=genes,
            wikipathways=_request(pathways),
            jobs=jobs,
            add=add,
            progress=show,
        )
    if not quiet:
        _summary(report, store)
    if strict and report.quarantined:
        sys.exit(WRONG)


@app.command(
    epilog=_examples(
        "pfocr-kg link --wikipathways wikipathways-database",
        "pfocr-kg link --wikipathways wikipathways-gmt-Homo_sapiens.gmt --min-shared 5",
        "pfocr-kg link --format sssom --output figures-wikipathways.sssom.tsv",
    )
)
@_pathways
@_format(("sssom", "tsv", "turtle"), "sssom, where there is --output")
@_output
@_store
@click.option("--strict", is_flag=True, help="Exit with 1 if anything was quarantined.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
def link(
    form: str | None, output: Path | None, store: str, strict: bool, quiet: bool, **pathways: Any
) -> None:
    """Link figures to WikiPathways.

    With --wikipathways, the figures of the store are linked anew. Evidence is what curators
    state, genes in common, a paper in common, and a disease in common. With --format or
    --output, the links that the store has then are written, as an SSSOM mapping set, a plain
    table, or Turtle.
    """
    request = _request(pathways)
    writes = form is not None or output is not None
    if request is None and not writes:
        raise click.UsageError("Nothing to do: give --wikipathways, or --format or --output.")
    found = 0
    if request is not None:
        with progress.shown(Console(stderr=True, highlight=False), quiet=quiet) as show:
            report = run_link(store, request, progress=show)
        if not quiet:
            _summary(report, store)
        found = len(report.quarantined)
    if writes:
        with Graph(store) as graph:
            _write(output, lambda file: graph.write_links(file, form or "sssom"))
    if strict and found:
        sys.exit(WRONG)


@app.command(
    epilog=_examples(
        "pfocr-kg enrich my-genes.txt",
        "echo TP53 MDM2 CDKN1A 596 | pfocr-kg enrich - --against figures --limit 20",
    )
)
@click.argument("genes", metavar="FILE|-")
@click.option(
    "--organism",
    metavar="NAME",
    default="human",
    show_default=True,
    help="Name, common name or NCBI taxon of the genes' organism.",
)
@click.option(
    "--against",
    type=_Choice(("pathways", "figures")),
    default="pathways",
    show_default=True,
    metavar="WHAT",
    help="pathways (of a linked store) or figures.",
)
@click.option("--direct-only", is_flag=True, help="Figures: genes read by their own symbol only.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), help="The best N only.  [default: all]"
)
@_format((formats.TABLE, "csv", "tsv", "json"), formats.TABLE)
@_output
@_store
def enrich(
    genes: str,
    organism: str,
    against: str,
    direct_only: bool,
    limit: int | None,
    form: str | None,
    output: Path | None,
    store: str,
) -> None:
    """Find pathways or figures that a gene list is enriched in.

    The list holds symbols and NCBI gene ids, mixed. P-values are hypergeometric, adjusted by
    Benjamini and Hochberg; the universe is the genes that any pathway (or figure) has.
    """
    text = _text(genes)
    with Graph(store) as graph:
        found = graph.enrich(text, organism=organism, against=against, direct_only=direct_only)
    for said, words in (("unknown", found.unknown), (f"in none of the {against}", found.outside)):
        if words:
            click.echo(f"{said}: {' '.join(words)}", err=True)
    rows = [
        {
            "term": row.term,
            "title": row.title,
            "overlap": row.overlap,
            "p_value": row.p_value,
            "adjusted_p_value": row.adjusted_p_value,
            "genes": " ".join(row.genes),
        }
        for row in found.rows[:limit]
    ]
    if form in (None, formats.TABLE) and output is None:
        render.records(rows, _stdout())
    else:
        chosen = form or "tsv"
        _write(output, lambda file: file.write(render.dumped(rows, chosen).encode()))


def _text(name: str) -> str:
    """The text of a file, or of standard input."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise QueryError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise QueryError(f"{name}: is not UTF-8 text") from None


def _summary(report: Report, store: str) -> None:
    seconds = sum(report.stages.values())
    lines = [f"{report.figures:,} figures, {report.triples:,} triples in {store} ({seconds:.1f} s)"]
    if report.quarantined:
        lines.append(f"{len(report.quarantined):,} quarantined:")
        lines += [f"  {e['path']}: {e['reason']}" for e in report.quarantined[:LISTED]]
        if len(report.quarantined) > LISTED:
            lines.append(f"  and more, all in {Path(store) / 'build-report.json'}")
    if report.links:
        found, by = report.links["links"], report.links["links_by_evidence"]
        named = ", ".join(f"{n:,} {name}" for name, n in by.items())
        lines.append(
            f"{found:,} link{'' if found == 1 else 's'} to {report.links['pathways']:,} pathways"
            + (f": {named}" if named else "")
        )
    if report.unknown_keys:
        keys = sorted(report.unknown_keys.items())
        named = ", ".join(f"{key} ({n:,})" for key, n in keys[:LISTED])
        more = f" and {len(keys) - LISTED:,} more" if len(keys) > LISTED else ""
        lines.append(f"unknown keys left out: {named}{more}")
    for line in lines:
        click.echo(line, err=True)


@app.command(
    epilog=_examples(
        "pfocr-kg query figures-of-gene --param symbol=TP53",
        "pfocr-kg query figures-with-genes -p symbol=TNF -p symbol=IL6 --format csv",
        'echo "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }" | pfocr-kg query -',
    )
)
@click.argument("what", metavar="NAME|FILE.rq|-")
@click.option(
    "-p",
    "--param",
    "params",
    metavar="NAME=VALUE",
    multiple=True,
    help="Value of a parameter; repeat a name for several values.",
)
@_format(formats.QUERY, "table for rows, turtle for graphs")
@_output
@_store
def query(
    what: str, params: tuple[str, ...], form: str | None, output: Path | None, store: str
) -> None:
    """Answer a SPARQL query from the graph.

    NAME is a bundled query (`pfocr-kg queries` lists them); - reads standard input.
    """
    asked = _query(what)
    values = _values(params)
    _tell_defaults(asked, values)
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
        return querying.parse("standard input", _text("-"))
    path = Path(what)
    if path.suffix in (".rq", ".sparql") or "/" in what or path.is_file():
        return querying.read(path)
    return querying.find(what)


def _values(given: tuple[str, ...]) -> dict[str, list[str]]:
    """NAME=VALUE, repeated, as NAME -> values."""
    values: dict[str, list[str]] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise QueryError(f"--param {item!r} is not NAME=VALUE", hint="As in symbol=TP53")
        values.setdefault(name.lstrip("?$"), []).append(value)
    return values


def _tell_defaults(asked: querying.Query, values: dict[str, list[str]]) -> None:
    """Tell a person which defaults are at work; an answer about TNF should not surprise."""
    left = [p for p in asked.parameters if p.name not in values]
    if left and sys.stderr.isatty():
        named = ", ".join(f"{p.name}={p.default}" for p in left)
        click.echo(f"by default: {named} (set with --param NAME=VALUE)", err=True)


def _write(output: Path | None, write: Callable[[IO[bytes]], object]) -> None:
    """Let `write` fill a file, or standard output."""
    if output is None or str(output) == "-":
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        with formats.writing(output) as file:
            write(file)


def _print_table(answer: Rows | Answer, output: Path | None) -> None:
    if output is None or str(output) == "-":
        render.result(answer, _stdout())
        return
    text = io.StringIO()
    render.result(answer, Console(file=text, highlight=False))
    with formats.writing(output) as file:
        file.write(text.getvalue().encode())


def _stdout() -> Console:
    return Console(highlight=False)


@app.command(epilog=_examples("pfocr-kg queries", "pfocr-kg queries --format json"))
@_format((formats.TABLE, "json"), formats.TABLE)
def queries(form: str | None) -> None:
    """List the bundled queries.

    Gives the topic, name, question and parameters of each.
    """
    found = [query.as_dict() for query in querying.bundled().values()]
    if form == "json":
        _print_json(found)
        return
    rows = [
        {
            "topic": query["topic"],
            "name": query["name"],
            "answers": query["description"],
            "parameters": ", ".join(p["name"] for p in query["parameters"]),
        }
        for query in found
    ]
    render.records(rows, _stdout())


@app.command(
    epilog=_examples(
        "pfocr-kg export --output pfocr.ttl.gz",
        "pfocr-kg export --format ntriples > pfocr.nt",
    )
)
@_format(tuple(formats.RDF), "as the file's ending says, else turtle")
@_output
@_store
def export(form: str | None, output: Path | None, store: str) -> None:
    """Write the whole graph to RDF.

    It is sorted: the same graph gives the same bytes.
    """
    chosen = formats.rdf_format(form, output)
    with Graph(store) as graph:
        _write(output, lambda file: graph.write(file, chosen, _folder(output)))


def _folder(output: Path | None) -> Path | None:
    """Where an export may sort: beside its file, which has room for it."""
    return None if output is None or str(output) == "-" else output.parent


@app.command(epilog=_examples("pfocr-kg stats", "pfocr-kg stats --store my-store --format json"))
@_format((formats.TABLE, "json"), formats.TABLE)
@_store
def stats(form: str | None, store: str) -> None:
    """Count what the graph holds.

    Gives triples, members of classes, and figures and genes by organism.
    """
    with Graph(store) as graph:
        counts = graph.stats()
    if form == "json":
        _print_json(counts)
        return
    classes = {**counts["classes"], "triples in all": counts["triples"]}
    render.records([{"class": name, "count": n} for name, n in classes.items()], _stdout())
    click.echo()
    render.records(counts["organisms"], _stdout())


@app.command(epilog=_examples("pfocr-kg validate", "pfocr-kg validate --store my-store"))
@_store
def validate(store: str) -> None:
    """Check the graph against SHACL shapes.

    Lists what does not conform, and then exits with 1. It takes about 1 kB of memory a triple.
    """
    with Graph(store) as graph:
        found = graph.validate()
    if found:
        click.echo("The graph conforms to the shapes.")
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
    render.records(rows, _stdout())
    sys.exit(WRONG)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"pfocr-kg: {' '.join(message.split())}", err=True)
    sys.exit(code)


def _terminate(*_: object) -> NoReturn:
    """End as an exception, so that what a build left half done is removed."""
    sys.exit(TERMINATED)


def main() -> None:
    """Run the command line; every failure ends as one line and an exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(UNUSABLE)
    except click.UsageError as error:
        hint = f" See: {error.ctx.command_path} --help" if error.ctx else ""
        _fail(error.format_message() + hint, UNUSABLE)
    except click.ClickException as error:
        _fail(error.format_message(), UNUSABLE)
    except NothingReadError as error:
        _fail(str(error), WRONG)
    except PfocrError as error:
        _fail(str(error), UNUSABLE)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted", INTERRUPTED)
