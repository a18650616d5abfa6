"""Commands about a graph as a whole: export, stats, validate."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final

import click

from pfocr_kg import iris
from pfocr_kg.cli import render
from pfocr_kg.cli.app import WRONG, app
from pfocr_kg.cli.options import examples, format_option, output_option, store_option
from pfocr_kg.cli.streams import print_json, stdout, write
from pfocr_kg.graph import Graph
from pfocr_kg.rdf import formats
from pfocr_kg.rdf.description import beside


@app.command(
    epilog=examples(
        "pfocr-kg export --output pfocr.ttl.gz",
        "pfocr-kg export --format ntriples > pfocr.nt",
        "pfocr-kg export --organism human --direct-only --output figures.gmt",
    )
)
@format_option(formats.EXPORTS, "as the file's ending says, else turtle")
@click.option("--organism", metavar="NAME", help="gmt: genes of this organism only.")
@click.option(
    "--direct-only", is_flag=True, help="gmt, nanopubs: genes read by their own symbol only."
)
@click.option(
    "--min-size",
    metavar="N",
    type=click.IntRange(min=1),
    help="gmt: leave out figures with fewer genes.  [default: 3]",
)
@output_option
@click.option(
    "--description",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the description of the graph as a dataset (VoID, DCAT, PROV) here.  "
    "[default: FILE.void.ttl beside --output]",
)
@click.option("--no-description", is_flag=True, help="Write no description beside --output.")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="RDF: processes that put the triples together.  [default: the cores there are]",
)
@store_option
def export(form: str | None, output: Path | None, store: str, **choices: Any) -> None:
    """Write the whole graph: to RDF, or as gene sets, tables or nanopublications.

    It is sorted: the same graph gives the same bytes.
    """
    chosen = formats.export_format(form, output)
    given = {name: value for name, value in choices.items() if value}
    for name in given.keys() - _CHOICES.get(chosen, ()):
        raise click.UsageError(f"--{name.replace('_', '-')} does not go with {chosen}.")
    if len(given.keys() & {"description", "no_description"}) == 2:
        raise click.UsageError("--description and --no-description exclude each other.")
    _check_description(output, choices["description"])
    with Graph(store) as graph:
        if chosen == formats.GMT:
            _write_gmt(graph, output, **given)
        elif chosen == formats.NANOPUBS:
            write(output, lambda file: graph.write_nanopubs(file, **given))
        elif chosen == formats.KGX and output:
            graph.write_kgx(output)
        elif chosen == formats.PARQUET and output:
            graph.write_parquet(output)
        else:
            jobs = given.pop("jobs", None) or os.cpu_count() or 1
            write(output, lambda file: graph.write(file, chosen, _folder(output), jobs=jobs))
            _describe(graph, output, chosen, **given)


def _write_gmt(graph: Graph, output: Path | None, **given: Any) -> None:
    sets: list[int] = []
    write(output, lambda file: sets.append(graph.write_gmt(file, **given)))
    if sets == [0]:
        click.echo("note: no figure has so many of these genes; there are no sets", err=True)


_CHOICES: Final = {
    formats.GMT: ("organism", "direct_only", "min_size"),
    formats.NANOPUBS: ("direct_only",),
    **dict.fromkeys(formats.RDF, ("description", "no_description", "jobs")),
}
"""Options that go with a format."""


def _check_description(output: Path | None, description: Path | None) -> None:
    """Refuse a description in the place of the graph, or with the name of what it is not."""
    if description is None or str(description) == "-":
        return
    if output is not None and description.absolute() == output.absolute():
        raise click.UsageError("--description and --output are the same file.")
    ending = Path(description.name.removesuffix(".gz").removesuffix(".zst")).suffix
    if ending and ending != ".ttl":
        raise click.UsageError(f"--description is Turtle (.ttl), which {description} is not.")


def _describe(
    graph: Graph,
    output: Path | None,
    form: str,
    *,
    description: Path | None = None,
    no_description: bool = False,
) -> None:
    """Write the description of an export, by default beside its file."""
    file = None if output is None or str(output) == "-" else output
    if description is None and file is not None and not no_description:
        description = beside(file)
    if description is not None:
        write(description, lambda to: graph.write_description(to, file, form))


def _folder(output: Path | None) -> Path | None:
    """Where an export may sort: beside its file, which has room for it."""
    return None if output is None or str(output) == "-" else output.parent


@app.command(epilog=examples("pfocr-kg stats", "pfocr-kg stats --store my-store --format json"))
@format_option((formats.TABLE, "json"), formats.TABLE)
@store_option
def stats(form: str | None, store: str) -> None:
    """Count what the graph holds.

    Gives triples, members of classes, and figures and genes by organism.
    """
    with Graph(store) as graph:
        counts = graph.stats()
    if form == "json":
        print_json(counts)
        return
    classes = {**counts["classes"], "triples in all": counts["triples"]}
    render.records([{"class": name, "count": n} for name, n in classes.items()], stdout())
    click.echo()
    render.records(counts["organisms"], stdout())


@app.command(epilog=examples("pfocr-kg validate", "pfocr-kg validate --store my-store"))
@store_option
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
    render.records(rows, stdout())
    sys.exit(WRONG)
