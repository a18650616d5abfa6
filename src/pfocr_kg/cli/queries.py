"""pfocr-kg queries: list the bundled queries."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from pfocr_kg.cli import options
from pfocr_kg.cli.output import stdout, write_json
from pfocr_kg.cli.text_tables import print_rows
from pfocr_kg.query import bundled
from pfocr_kg.query import examples as sparql_examples
from pfocr_kg.rdf import formats

_EXAMPLES: Final = "sparql-examples"


@click.command(
    epilog=options.examples(
        "pfocr-kg queries",
        "pfocr-kg queries --format json",
        "pfocr-kg queries -f sparql-examples --endpoint https://example.org/sparql -o examples",
    )
)
@options.file_format((formats.TABLE, "json", _EXAMPLES), formats.TABLE)
@options.path(
    "-o",
    "--output",
    metavar="DIR",
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
    found = bundled.queries().values()
    if form == "json":
        write_json(None, [query.as_dict() for query in found])
        return
    rows = [
        {
            "topic": query.topic,
            "name": query.name,
            "answers": query.description,
            "parameters": ", ".join(p.name for p in query.parameters),
        }
        for query in found
    ]
    print_rows(rows, stdout())
