"""pfocr-kg queries: list the bundled queries."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Final

import click
from rich.text import Text

from pfocr_kg.cli import completion, options
from pfocr_kg.cli.output import write_json
from pfocr_kg.cli.terminal import Screen, say
from pfocr_kg.query import bundled
from pfocr_kg.query import examples as sparql_examples
from pfocr_kg.query.bundled import Query
from pfocr_kg.rdf import formats

_EXAMPLES: Final = "sparql-examples"


@options.command(
    epilog=options.examples(
        "pfocr-kg queries",
        "pfocr-kg queries genes",
        "pfocr-kg queries --format json",
        "pfocr-kg queries -f sparql-examples --endpoint https://example.org/sparql -o examples",
    )
)
@click.argument("topic", required=False, shell_complete=completion.topics)
@options.file_format((formats.TABLE, "json", _EXAMPLES), formats.TABLE)
@options.path(
    "-o",
    "--output",
    metavar="DIR",
    help=f"Folder to write {_EXAMPLES} to.",
)
@click.option("--endpoint", metavar="URL", help=f"Endpoint that the {_EXAMPLES} are for.")
def queries(topic: str | None, form: str | None, output: Path | None, endpoint: str | None) -> None:
    """List the bundled queries, or those of a TOPIC.

    `pfocr-kg query NAME --help` describes one, and JSON all. As sparql-examples, each is a
    Turtle file in the SIB's form, which query editors show.
    """
    found = bundled.of_topic(topic) if topic else list(bundled.queries().values())
    if form == _EXAMPLES:
        if output is None or endpoint is None:
            raise click.UsageError(f"{_EXAMPLES} need --output and --endpoint.")
        written = sparql_examples.write(found, output, endpoint)
        say(f"{written} queries in {output}")
        return
    if output is not None or endpoint is not None:
        raise click.UsageError(f"--output and --endpoint are for --format {_EXAMPLES}.")
    if form == "json":
        write_json(None, [query.as_dict() for query in found])
    else:
        _print(found)


def _print(found: list[Query]) -> None:
    """Print a line for each query, under its topic."""
    screen = Screen()
    for topic, of_topic in groupby(found, key=lambda query: query.topic):
        screen.print(Text(topic, style="bold"))
        group = list(of_topic)
        width = max(len(query.name) for query in group)
        for query in group:
            screen.print(Text(f" {query.name:{width}}  {query.title}"), soft_wrap=True)
