"""pfocr-kg query: answer a SPARQL query."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pfocr_kg import iris
from pfocr_kg.cli import asked_query, completion, options
from pfocr_kg.cli.output import show, write
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.tables import Shown
from pfocr_kg.cli.terminal import notes, say
from pfocr_kg.cli.text_tables import print_answer
from pfocr_kg.errors import QueryError
from pfocr_kg.graph import Graph
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.results import Result, Rows, Triples
from pfocr_kg.rdf import formats


@click.command(
    cls=asked_query.Command,
    epilog=options.examples(
        "pfocr-kg query figures-of-gene gene=TP53 --limit 10",
        "pfocr-kg query figures-with-genes gene=TNF gene=IL6 minimum=2 --level symbol",
        "pfocr-kg query figures-of-gene --help",
        'pfocr-kg query "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"',
        "pfocr-kg query my-query.rq --output rows.csv",
    ),
)
@click.argument("what", metavar="NAME|FILE|SPARQL|-", shell_complete=completion.query_names)
@click.argument("given", metavar="[NAME=VALUE]...", nargs=-1, shell_complete=completion.parameters)
@click.option(
    "-p",
    "--param",
    "params",
    metavar="NAME=VALUE",
    multiple=True,
    help="The same as NAME=VALUE; repeat a name for several values.",
)
@click.option(
    "--example",
    is_flag=True,
    help="Ask about the example in the header of the query, where no value is given.",
)
@click.option(
    "--organism",
    metavar="NAME",
    default="",
    help="Organism of the genes and pathways that are named.  [default: human, else any]",
)
@options.level
@options.table
@options.file_format(formats.QUERY, "table for rows, turtle for graphs")
@options.output
@options.quiet("Do not print what names were taken for.")
@options.store
def query(
    what: str,
    given: tuple[str, ...],
    params: tuple[str, ...],
    example: bool,
    organism: str,
    level: str,
    shown: Shown,
    form: str | None,
    output: Path | None,
    quiet: bool,
    store: str,
) -> None:
    """Answer a SPARQL query from the graph.

    NAME is a bundled query (`pfocr-kg queries` lists them), FILE a file with a query, and -
    reads one from standard input. SPARQL is the query itself. `pfocr-kg query NAME --help` shows
    the parameters of a query.

    Your own query need not declare the project's prefixes. Years are xsd:gYear; compare them
    as FILTER(xsd:integer(STR(?year)) >= 2017).
    """
    asked = asked_query.find(what)
    values = _values(asked, given + params)
    _check_organism(asked, organism)

    on_note = notes(quiet=quiet)

    for parameter in asked.needs(values) if example else ():
        on_note(f"example: {parameter.name}={iris.curie(parameter.example)}")
    values |= {"level": level, "organism_of_names": organism}
    with stoppable(), Graph(store) as graph:
        answer = graph.query(asked, example=example, on_note=on_note, **values)
        answer = _part(answer, shown)
        chosen = form or _default_format(answer, output)
        if chosen == formats.TABLE and not isinstance(answer, Triples):
            show(output, lambda console: print_answer(answer, console, wide=shown.wide))
        else:
            write(output, lambda file: answer.write(file, chosen))
        if isinstance(answer, Triples) and not answer.found:
            say("0 triples")
        elif isinstance(answer, Rows):
            shown.say(answer.found, more=answer.more)
            if not answer.found:
                for line in graph.hints(asked, **values):
                    say(line)


def _part(answer: Result, shown: Shown) -> Result:
    """The part of an answer that is shown.

    Raises:
        QueryError: there is no such column, or the answer has no rows.

    """
    if isinstance(answer, Rows):
        return answer.only(shown.columns, shown.limit)
    if shown.columns or shown.limit:
        raise QueryError("--limit and --columns are for rows, and the query gives none")
    return answer


def _values(asked: Query, given: tuple[str, ...]) -> dict[str, Any]:
    """NAME=VALUE, repeated, as NAME -> values.

    Raises:
        QueryError: the query has no such parameter.

    """
    names = [parameter.name for parameter in asked.parameters]
    values: dict[str, Any] = {}
    for item in given:
        name, equals, value = item.partition("=")
        name = name.lstrip("?$")
        if not equals or name not in names:
            wrong = f"has no parameter {name!r}" if equals else f"takes NAME=VALUE, not {item!r}"
            hint = f"Its parameters are {', '.join(names)}" if names else "It has no parameters"
            if len(names) == 1 and not equals:
                hint = f"Write {names[0]}={item}"
            raise QueryError(f"query {asked.name} {wrong}", hint=hint)
        values.setdefault(name, []).append(value)
    return values


def _check_organism(asked: Query, organism: str) -> None:
    """Raise QueryError if an organism is given to a query that names nothing of organisms."""
    kinds = {parameter.kind for parameter in asked.parameters}
    if organism and kinds.isdisjoint({NamedKind.GENE, NamedKind.PATHWAY}):
        hint = f"Give organism={organism}" if NamedKind.ORGANISM in kinds else ""
        message = f"query {asked.name} asks about no gene or pathway of an organism"
        raise QueryError(message, hint=hint)


def _default_format(answer: Result, output: Path | None) -> str:
    if isinstance(answer, Triples):
        return formats.rdf_format(None, output)
    return formats.result_format(output)
