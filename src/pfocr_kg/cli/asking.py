"""Commands that ask a store: query, queries, enrich."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pfocr_kg.cli import render
from pfocr_kg.cli.app import app
from pfocr_kg.cli.options import examples, format_option, output_option, store_option
from pfocr_kg.cli.stopping import stoppable
from pfocr_kg.cli.streams import print_json, print_table, read_text, stdout, write
from pfocr_kg.errors import QueryError
from pfocr_kg.graph import Graph
from pfocr_kg.query import bundled
from pfocr_kg.query import examples as sparql_examples
from pfocr_kg.query.results import Rows, Triples
from pfocr_kg.rdf import formats

_EXAMPLES = "sparql-examples"
_ENRICHED = ("term", "title", "overlap", "p_value", "adjusted_p_value", "genes")
"""Columns of enrichment."""


@app.command(
    epilog=examples(
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
@format_option(formats.QUERY, "table for rows, turtle for graphs")
@output_option
@store_option
def query(
    what: str, params: tuple[str, ...], form: str | None, output: Path | None, store: str
) -> None:
    """Answer a SPARQL query from the graph.

    NAME is a bundled query (`pfocr-kg queries` lists them); - reads standard input.
    """
    asked = _query(what)
    values = _values(params)
    _tell_defaults(asked, values)
    with stoppable(), Graph(store) as graph:
        answer = graph.query(asked, **values)
        if isinstance(answer, Triples):
            chosen = form or formats.rdf_format(None, output)
        else:
            chosen = form or formats.result_format(output)
        if chosen == formats.TABLE and not isinstance(answer, Triples):
            print_table(answer, output)
            if isinstance(answer, Rows) and not answer.found:
                for line in graph.hints(asked, **values):
                    click.echo(line, err=True)
        else:
            write(output, lambda file: answer.write(file, chosen))


def _query(what: str) -> bundled.Query:
    """The query meant: standard input, a file, or a bundled one."""
    if what == "-":
        return bundled.parse("standard input", read_text("-"))
    path = Path(what)
    if path.suffix in (".rq", ".sparql") or "/" in what or path.is_file():
        return bundled.read(path)
    return bundled.find(what)


def _values(given: tuple[str, ...]) -> dict[str, list[str]]:
    """NAME=VALUE, repeated, as NAME -> values."""
    values: dict[str, list[str]] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise QueryError(f"--param {item!r} is not NAME=VALUE", hint="As in symbol=TP53")
        values.setdefault(name.lstrip("?$"), []).append(value)
    return values


def _tell_defaults(asked: bundled.Query, values: dict[str, list[str]]) -> None:
    """Tell a person which defaults are at work; an answer about TNF should not surprise."""
    left = [p for p in asked.parameters if p.name not in values]
    if left and sys.stderr.isatty():
        named = ", ".join(f"{p.name}={p.default}" for p in left)
        click.echo(f"by default: {named} (set with --param NAME=VALUE)", err=True)


@app.command(
    epilog=examples(
        "pfocr-kg queries",
        "pfocr-kg queries --format json",
        "pfocr-kg queries -f sparql-examples --endpoint https://example.org/sparql -o examples",
    )
)
@format_option((formats.TABLE, "json", _EXAMPLES), formats.TABLE)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=f"Folder to write {_EXAMPLES} to.",
)
@click.option("--endpoint", metavar="URL", help=f"Endpoint that the {_EXAMPLES} are for.")
def queries(form: str | None, output: Path | None, endpoint: str | None) -> None:
    """List the bundled queries.

    Gives the topic, name, question and parameters of each. As sparql-examples, each is a Turtle
    file in the SIB's form, which query editors show.
    """
    if form == _EXAMPLES:
        if output is None or endpoint is None:
            raise click.UsageError(f"{_EXAMPLES} need --output and --endpoint.")
        written = sparql_examples.write(bundled.queries().values(), output, endpoint)
        click.echo(f"{written} queries in {output}", err=True)
        return
    if output is not None or endpoint is not None:
        raise click.UsageError(f"--output and --endpoint are for --format {_EXAMPLES}.")
    found = [query.as_dict() for query in bundled.queries().values()]
    if form == "json":
        print_json(found)
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
    render.records(rows, stdout())


@app.command(
    epilog=examples(
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
    type=click.Choice(("pathways", "figures"), case_sensitive=False),
    default="pathways",
    show_default=True,
    metavar="WHAT",
    help="pathways (of a linked store) or figures.",
)
@click.option("--direct-only", is_flag=True, help="Figures: genes read by their own symbol only.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), help="The best N only.  [default: all]"
)
@format_option((formats.TABLE, "csv", "tsv", "json"), formats.TABLE)
@output_option
@store_option
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
    text = read_text(genes)
    with Graph(store) as graph:
        found = graph.enrich(text, organism=organism, against=against, direct_only=direct_only)
    for said, words in (("unknown", found.unknown), (f"in none of the {against}", found.outside)):
        if words:
            click.echo(f"{said}: {' '.join(words)}", err=True)
    rows = [
        {name: getattr(row, name) for name in _ENRICHED} | {"genes": " ".join(row.genes)}
        for row in found.rows[:limit]
    ]
    if form in (None, formats.TABLE) and output is None:
        if rows:
            render.records(rows, stdout())
        else:
            render.count(0, stdout())
    else:
        endings = {name: name for name in ("tsv", "csv", "json")}
        chosen = form or formats.by_ending(output, endings, "tsv", "format of a table")
        write(output, lambda file: file.write(render.dumped(rows, _ENRICHED, chosen).encode()))
